/**
 * Owns the trust-downgrade errors of package managers: which release each names, and which manager printed it. The forms are those of
 * pnpm 10 to 12, aube 2.3, mise 2026.9 and deno 2.9; npm 12, yarn 4.18, bun 1.4 and vlt have no such error.
 * See docs/decisions/0118-alarms-of-package-managers.md. Pure.
 */

import { isAddress } from './addresses.ts';
import { readName } from './lookup-words.ts';
import { type ReleaseSpec, specText } from './spec.ts';

/** The managers that refuse a release whose trust evidence is weaker than an earlier one's. */
export const ALARM_MANAGERS = ['pnpm', 'aube', 'mise', 'deno'] as const;

export type AlarmManager = (typeof ALARM_MANAGERS)[number];

/** A pasted trust-downgrade error. */
export interface Alarm {
	/** Exact versions, in the order in which they are named, each once. */
	specs: ReleaseSpec[];
	/** Absent where the text does not show who printed it, or several did. */
	manager?: AlarmManager;
}

/** What terminals are sent for colours, titles and links, and what is left of colours where the escape was lost. */
const ANSI = new RegExp(
	[
		'\\u001b\\][^\\u0007\\u001b]{0,2000}(?:\\u0007|\\u001b\\\\)',
		'(?:\\u001b\\[|\\u009b)[\\d;?]{0,50}[A-Za-z]',
		'\\[\\d{1,3}(?:;\\d{1,3}){0,5}m',
	].join('|'),
	'g',
);

/** What precedes the text of a line: the time of a log, a step's number, and the frame that some managers draw. */
const LINE_START =
	/^(?:\d{4}-\d\d-\d\dT[\d:.]{1,20}Z |#\d{1,4} \d{1,6}\.\d{1,6} )?[\s|>*\u00d7\u2022\u2500-\u257f\u25b6\u2716\u2717]*/;
/** One sign of the frame's other side. */
const FRAME = /[\s|\u2500-\u257f]/;

const QUOTES = '"\'`\u2018\u2019\u201c\u201d';

/**
 * `trust downgrade for "name@1.0.0"` (pnpm), `for npm package 'name@1.0.0'` (deno), `for name@1.0.0 (trustPolicy=` (aube). A line break
 * may be anywhere in quotation marks; without them only behind a sign at which managers break words.
 */
const DOWNGRADE = new RegExp(
	`\\btrust[ \\n]downgrade[ \\n]for[ \\n](npm[ \\n]package[ \\n])?(?:[${QUOTES}]([^${QUOTES} ]{1,600})[${QUOTES}]|` +
		`((?:[^\\s()${QUOTES}]{0,300}[-/@.]\\n){0,4}[^\\s()${QUOTES}]{1,600})([ \\n]\\(trustPolicy)?)`,
	'gi',
);

/**
 * Reads a trust-downgrade error, as it is pasted: with other lines around it, colours, frames, and words broken at a line's end.
 * @param text bounded by the caller.
 * @returns `undefined` where none names a release of npm's registry.
 */
export function readAlarm(text: string): Alarm | undefined {
	// Most texts are none.
	if (!/downgrade/i.test(text)) return undefined;
	const plain = text
		.replace(ANSI, '')
		.split(/[\r\n]+/)
		.map((line) => withoutEnd(line.replace(LINE_START, '')).replace(/\s+/g, ' '))
		.filter((line) => line !== '')
		.join('\n');
	const specs = new Map<string, ReleaseSpec>();
	const managers = new Set<AlarmManager | undefined>();
	for (const [, npmPackage, quoted, bare = '', policy] of plain.matchAll(DOWNGRADE)) {
		const word = (quoted ?? bare.replace(/[:.,;]+$/, '')).replaceAll('\n', '');
		const named = isAddress(word) ? undefined : readName(word);
		if (typeof named !== 'object' || named.kind !== 'version') continue;
		specs.set(specText(named), named);
		managers.add(managerOf(plain, { isDeno: npmPackage !== undefined, isQuoted: quoted !== undefined, policy }));
	}
	if (specs.size === 0) return undefined;
	const [manager] = managers.size === 1 ? managers : [];
	return { specs: [...specs.values()], ...(manager && { manager }) };
}

/** A line without the frame's other side. A regular expression would look again from each sign of a long run. */
function withoutEnd(line: string): string {
	let end = line.length;
	while (end > 0 && FRAME.test(line[end - 1] ?? '')) end -= 1;
	return line.slice(0, end);
}

function managerOf(
	text: string,
	{ isDeno, isQuoted, policy }: { isDeno: boolean; isQuoted: boolean; policy: string | undefined },
): AlarmManager | undefined {
	if (isQuoted) return isDeno ? 'deno' : 'pnpm';
	if (policy === undefined) return undefined;
	// mise has aube inside.
	return /\bmise\b/.test(text) ? 'mise' : 'aube';
}

/** An alarm in one line that reads as it does, and is no longer than what was pasted. */
export function alarmLine({ specs, manager }: Alarm): string {
	const lines = specs.map(specText).map((release) => {
		if (manager === 'pnpm') return `trust downgrade for "${release}"`;
		if (manager === 'deno') return `trust downgrade for npm package '${release}'`;
		return `trust downgrade for ${release}${manager === undefined ? '' : ' (trustPolicy'}`;
	});
	const isQuoted = manager === 'pnpm' || manager === 'deno';
	return `${manager === 'mise' ? 'mise ' : ''}${lines.join(isQuoted ? '' : ' ')}`;
}
