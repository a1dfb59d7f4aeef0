/** Owns an audit as SARIF 2.1.0 that GitHub's code scanning takes. Pure. */
import { byGravity, listedAs, namedUncovered } from '../audit/gravity.ts';
import { partOf } from '../audit/shard.ts';
import type { Audit } from '../report/audit.ts';
import { AUDIT_LIMITS, describeAudited, describeGaps, describeKind, describeRow, NAMELESS } from '../text/en/audit.ts';
import { displayText, escapeInvisible } from '../text/untrusted.ts';
import { lineHashes } from './line-hash.ts';
import { printableJson } from './printable.ts';

/** What GitHub keeps of a run; the gravest come first. */
const MAX_RESULTS = 5000;

/** Most columns of a region: a lockfile on one line would be marked whole. */
const MAX_COLUMNS = 200;

/** Most entries that are named because they are not covered. */
const MAX_UNCOVERED = 20;

/** Where a lockfile is. */
export interface Source {
	/** From the root of the repository, with `/`; neither encoded nor absolute. */
	path: string;
	/** Its text, if it is at hand. */
	text?: string;
}

/** Level of a rule; all others are warnings. */
const LEVELS: Record<string, 'error' | 'note'> = {
	'malware-advisory': 'error',
	mismatch: 'error',
	'lockfile-names-another-package': 'error',
	'lockfile-names-another-file': 'error',
	'not-allowed': 'error',
	unknown: 'note',
	'not-compared': 'note',
	'not-covered': 'note',
};

/** One thing to list: a row, or that entries are not covered. */
interface Alert {
	rule: string;
	spec: string;
	message: string;
	line: number;
	column: number;
	audit: Audit;
}

/**
 * All audits as one run.
 * @param sourceOf the file of an audit. @param version of this program.
 */
export function auditSarif(audits: readonly Audit[], sourceOf: (audit: Audit) => Source, version: string): string {
	const alerts = alertsOf(audits);
	const kept = alerts.slice(0, MAX_RESULTS);
	const left = alerts.length - kept.length;
	const rules = [...new Set(kept.map(({ rule }) => rule))];
	const places = new Map(audits.map((audit) => [audit, readSource(audit, sourceOf(audit))]));
	const notes = [
		...audits.flatMap((audit) => [describeAudited(audit), ...describeGaps(audit)]),
		...(left > 0
			? [`${left.toLocaleString('en-GB')} results, the least grave, were left out: GitHub takes 5,000.`]
			: []),
		AUDIT_LIMITS,
	];
	return printableJson({
		$schema: 'https://json.schemastore.org/sarif-2.1.0.json',
		version: '2.1.0',
		runs: [
			{
				tool: {
					driver: {
						name: 'Stamp of Origin',
						semanticVersion: version,
						rules: rules.map(ruleOf),
					},
				},
				automationDetails: { id: 'stamp-of-origin/audit/' },
				columnKind: 'utf16CodeUnits',
				invocations: [
					{
						// What was interrupted is no whole result.
						executionSuccessful: audits.every(({ left: unread = 0 }) => unread === 0),
						toolExecutionNotifications: notes.map((text) => ({
							level: 'note',
							message: { text: plain(text) },
						})),
					},
				],
				results: kept.map((alert) => resultOf(alert, rules, places.get(alert.audit) as Place)),
				properties: { resultsLeftOut: left },
			},
		],
	});
}

/** Rows that need attention over all files, the gravest first, and then one for each file with entries that are not covered. */
function alertsOf(audits: readonly Audit[]): Alert[] {
	const rows = byGravity(audits.flatMap((audit) => audit.packages.map((row) => ({ ...row, audit }))));
	return [
		...rows.flatMap((row) => {
			const rule = listedAs(row);
			const message = `${displayText(row.spec, 120)}: ${describeRow(row)}`;
			return rule === undefined ? [] : [{ ...row, rule, message }];
		}),
		...audits.flatMap((audit) => {
			const [first] = audit.notCovered;
			const [, gap = ''] = describeGaps(audit);
			const message = [gap, ...describeUncovered(audit)].join(' ');
			return first ? [{ ...first, rule: 'not-covered', message, audit }] : [];
		}),
	];
}

/** Which entries a reader has to look at, by their lines; one alert names a few. */
function describeUncovered(audit: Audit): string[] {
	const rows = namedUncovered(audit);
	if (rows.length === 0) return [];
	const named = rows
		.slice(0, MAX_UNCOVERED)
		.map(({ spec, line }) => `${spec === '' ? NAMELESS : displayText(spec, 100)} (line ${line})`);
	const more = rows.length - named.length;
	return [`Nothing was checked for ${named.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-GB')} more` : ''}.`];
}

function ruleOf(code: string) {
	const { title, about, help } = describeKind(code);
	return {
		id: code,
		name: code,
		shortDescription: { text: title },
		fullDescription: { text: about },
		help: { text: `${help} ${AUDIT_LIMITS}` },
		defaultConfiguration: { level: LEVELS[code] ?? 'warning' },
		properties: { tags: ['supply-chain', 'provenance'] },
	};
}

/** A lockfile for its results. */
interface Place {
	uri: string;
	lines: readonly string[];
	hashes: readonly string[];
	/** Lines that several entries begin in. */
	shared: ReadonlySet<number>;
}

function readSource({ packages, notCovered }: Audit, { path, text }: Source): Place {
	const seen = new Set<number>();
	const shared = new Set<number>();
	for (const { line } of [...packages, ...notCovered]) (seen.has(line) ? shared : seen).add(line);
	return {
		uri: path.split('/').map(encodeURIComponent).join('/'),
		lines: text?.split(/\r\n|\n|\r/) ?? [],
		hashes: text === undefined ? [] : lineHashes(text),
		shared,
	};
}

function resultOf({ rule, spec, message, line, column }: Alert, rules: readonly string[], place: Place) {
	const text = place.lines[line - 1] ?? '';
	const end = Math.min(Math.max(text.trimEnd().length + 1, column + 1), column + MAX_COLUMNS);
	const hash = place.shared.has(line) ? undefined : place.hashes[line - 1];
	return {
		ruleId: rule,
		ruleIndex: rules.indexOf(rule),
		level: LEVELS[rule] ?? 'warning',
		message: { text: plain(message) },
		locations: [
			{
				physicalLocation: {
					artifactLocation: { uri: place.uri, uriBaseId: '%SRCROOT%' },
					region: { startLine: line, startColumn: column, endLine: line, endColumn: end },
				},
			},
		],
		// Entries on one line have one hash, and GitHub would take them for one alert.
		partialFingerprints: { primaryLocationLineHash: hash ?? `${nameHash(`${place.uri} ${spec}`)}:1` },
	};
}

/** A message without links: SARIF makes one of what is between brackets. */
function plain(text: string): string {
	return escapeInvisible(text).replace(/[[\]\\]/g, '\\$&');
}

/** Hex of 64 bits of a text, for lines whose own hash cannot be had. */
function nameHash(text: string): string {
	const half = (part: string) => (partOf(part, 2 ** 32) - 1).toString(16).padStart(8, '0');
	return `${half(text)}${half([...text].reverse().join(''))}`;
}
