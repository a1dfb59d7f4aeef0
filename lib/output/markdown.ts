/** Owns an audit as a comment of a pull request: a table, the gravest first. Text from outside is only ever in code spans. Pure. */
import { byGravity, listedAs, namedUncovered } from '../audit/gravity.ts';
import type { Audit, AuditRow } from '../report/audit.ts';
import {
	AUDIT_LIMITS,
	describeAudited,
	describeGaps,
	describeKind,
	describeRow,
	describeVerdicts,
	NAMELESS,
	NOTHING_LISTED,
	WHY_NAMES,
} from '../text/en/audit.ts';
import { VERDICT_NAMES } from '../text/en/names.ts';
import { describeTrustRoot } from '../text/en/trust-roots.ts';
import { displayText, escapeInvisible } from '../text/untrusted.ts';

/** The first line, by which a workflow finds the comment that it wrote before. */
export const MARKDOWN_MARK = '<!-- stamp-of-origin audit -->';

/** GitHub refuses comments of more than 65,536 characters. */
const MAX_LENGTH = 60_000;

/** Most rows of one file's table. */
const MAX_ROWS = 200;

/** Most entries that are named because they are not covered. */
const MAX_UNCOVERED = 50;

/** Most names of packages that were removed. */
const MAX_REMOVED = 20;

/** All audits as Markdown, as much of it as a comment may have. @param notes lines about how it was asked. */
export function auditMarkdown(audits: readonly Audit[], notes: readonly string[] = []): string {
	const [first] = audits;
	const end = [
		AUDIT_LIMITS,
		...(first ? [`Trust root: ${describeTrustRoot(first.trustRoot, first.checkedAt)}.`] : []),
		...notes,
	];
	const tail = end.map(inMarkdown).join(' ');
	const parts: string[] = [];
	let room = MAX_LENGTH - MARKDOWN_MARK.length - tail.length - 200;
	for (const [at, audit] of audits.entries()) {
		const part = sectionOf(audit, room);
		if (part === undefined) {
			parts.push(`${audits.length - at} more lockfiles have no room here.`);
			break;
		}
		parts.push(part);
		room -= part.length + 2;
	}
	return [MARKDOWN_MARK, '### Where the packages of the lockfile were published from', ...parts, tail].join('\n\n');
}

/** One audit in at most `room` characters; nothing where not even its head has room. */
function sectionOf(audit: Audit, room: number): string | undefined {
	const listed = byGravity(audit.packages).filter((row) => audit.removed || listedAs(row) !== undefined);
	const head = [describeAudited(audit), describeVerdicts(audit)].filter((line) => line !== '').map(inMarkdown);
	const removed = audit.removed ?? [];
	const more = removed.length - MAX_REMOVED;
	const gaps = [
		...(removed.length > 0
			? [`Removed: ${removed.slice(0, MAX_REMOVED).map(inCode).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`]
			: []),
		...describeGaps(audit).map(inMarkdown),
		...uncovered(namedUncovered(audit)),
	];
	const rest = [...head, ...gaps].join('\n\n').length + 300;
	if (rest > room) return undefined;
	const rows: string[] = [];
	let left = room - rest;
	for (const row of listed.slice(0, MAX_ROWS)) {
		const line = rowOf(row);
		left -= line.length + 1;
		if (left < 0) break;
		rows.push(line);
	}
	const cut = listed.length - rows.length;
	const table = ['| Package | Line | Result | |', '| --- | ---: | --- | --- |', ...rows].join('\n');
	return [
		`**${head[0]}** ${head.slice(1).join(' ')}`.trim(),
		...(rows.length > 0 ? [table] : []),
		...(cut > 0 ? [`${cut.toLocaleString('en-GB')} more rows have no room here; JSON has all.`] : []),
		...(listed.length === 0 && audit.packages.length > 0 && !audit.left ? [NOTHING_LISTED] : []),
		gaps.map((gap) => `- ${gap}`).join('\n'),
	].join('\n\n');
}

/** Entries that nothing was checked of, each with its reason and line. */
function uncovered(rows: Audit['notCovered']): string[] {
	if (rows.length === 0) return [];
	const more = rows.length - MAX_UNCOVERED;
	const named = rows
		.slice(0, MAX_UNCOVERED)
		.map(({ spec, why, line }) => `${spec === '' ? NAMELESS : inCode(spec)} (${WHY_NAMES[why]}, line ${line})`);
	return [`Nothing was checked for ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`];
}

function rowOf(row: AuditRow): string {
	const code = listedAs(row);
	const result = code === undefined ? VERDICT_NAMES[row.verdict] : describeKind(code).title;
	const cells = [
		inCode(row.spec),
		String(row.line),
		`${code === undefined ? '' : '**'}${result}${code === undefined ? '' : '**'}`,
		inMarkdown(describeRow(row)),
	];
	return `| ${cells.join(' | ')} |`;
}

/**
 * Text from outside as a code span, on one line, cut: in one, GitHub makes no mention, link, image or markup of it. A bar would end the
 * cell even there, so it is escaped, and a backtick would end the span.
 */
function inCode(text: string): string {
	const plain = displayText(text, 100).replaceAll('`', "'").replaceAll('|', '\\|');
	return `\`${plain === '' ? ' ' : plain}\``;
}

/** A sentence of ours: what it quotes becomes code, the rest loses whatever Markdown could read in it. */
function inMarkdown(sentence: string): string {
	return sentence
		.split(/(“[^“”]*”)/)
		.map((part) => (/^“.*”$/s.test(part) ? inCode(part.slice(1, -1)) : escapeMarkdown(part)))
		.join('');
}

function escapeMarkdown(text: string): string {
	return escapeInvisible(text)
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replace(/[\\`*_[\]|~]/g, '\\$&')
		.replace(/@(?=\w)/g, '@ ');
}
