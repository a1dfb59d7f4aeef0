/** Owns an audit as people read it in a terminal: what needs attention, a line each; what is calm, as counts. Pure. */
import { byGravity, listedAs, namedUncovered } from '../../lib/audit/gravity.ts';
import type { Audit, AuditRow, NotCoveredRow } from '../../lib/report/audit.ts';
import {
	AUDIT_LIMITS,
	describeAudited,
	describeGaps,
	describeKind,
	describeReason,
	describeVerdicts,
	NAMELESS,
	NOTHING_LISTED,
	WHY_NAMES,
} from '../../lib/text/en/audit.ts';
import { describeTrustRoot } from '../../lib/text/en/trust-roots.ts';
import { displayText } from '../../lib/text/untrusted.ts';
import { printable } from '../usage.ts';

/** Most rows of one group; JSON has all. */
const MAX_ROWS = 50;

/** Columns of a line that is no terminal's, and the most of one that is. */
const [WIDTH, MAX_WIDTH] = [80, 120];

/**
 * All audits, one below the other; each line has its width at most, unless one word is longer.
 * @param columns of the terminal; absent where there is none. @param notes lines about how it was asked, at the end.
 */
export function auditTable(
	audits: readonly Audit[],
	columns: number | undefined,
	notes: readonly string[] = [],
): string {
	const width = Math.min(Math.max(columns ?? WIDTH, 40), MAX_WIDTH);
	const lines = audits.flatMap((audit) => [...auditLines(audit, width), '']);
	const [first] = audits;
	const end = [
		AUDIT_LIMITS,
		...(first ? [`Trust root: ${describeTrustRoot(first.trustRoot, first.checkedAt)}.`] : []),
		...notes,
		'Nobody has audited this program.',
	];
	return [...lines, ...end.flatMap((line) => wrap(printable(line), width))].join('\n');
}

function auditLines(audit: Audit, width: number): string[] {
	const groups = groupsOf(audit);
	const head = [describeAudited(audit), describeVerdicts(audit)].filter((line) => line !== '');
	const listed = groups.flatMap(({ title, code, rows }) => [
		'',
		...wrap(printable(`${code}: ${title} (${rows.length.toLocaleString('en-GB')})`), width),
		...rows.slice(0, MAX_ROWS).map((row) => rowLine(row, width)),
		...moreLine(rows.length),
	]);
	const uncovered = namedUncovered(audit);
	const named =
		uncovered.length === 0
			? []
			: [
					'',
					...wrap(
						printable(
							`not-covered: ${describeKind('not-covered').title} (${uncovered.length.toLocaleString('en-GB')})`,
						),
						width,
					),
					...uncovered.slice(0, MAX_ROWS).map((row) => uncoveredLine(row, width)),
					...moreLine(uncovered.length),
				];
	const nothing =
		groups.length === 0 && audit.packages.length > 0 && !audit.left ? ['', ...wrap(NOTHING_LISTED, width)] : [];
	return [
		...head.flatMap((line) => wrap(printable(line), width)),
		...listed,
		...named,
		...nothing,
		'',
		...describeGaps(audit).flatMap((line) => wrap(printable(line), width)),
	];
}

function moreLine(rows: number): string[] {
	return rows > MAX_ROWS ? [`  and ${(rows - MAX_ROWS).toLocaleString('en-GB')} more; --json has all`] : [];
}

interface Group {
	code: string;
	title: string;
	rows: AuditRow[];
}

/** Rows that are listed for the same reason, the gravest first. What could not be done is grouped by its reason. */
function groupsOf({ packages }: Audit): Group[] {
	const groups = new Map<string, Group>();
	for (const row of byGravity(packages)) {
		const code = listedAs(row);
		if (code === undefined) continue;
		const reason = code === 'unknown' || code === 'not-compared' ? describeReason(row).replace(/\.$/, '') : '';
		const title = `${describeKind(code).title}${reason === '' ? '' : `: ${reason}`}`;
		const key = `${code} ${title}`;
		const group = groups.get(key) ?? { code, title, rows: [] };
		group.rows.push(row);
		groups.set(key, group);
	}
	return [...groups.values()];
}

/** What it is called, the line in the file, and why it is not covered where that is short enough. */
function uncoveredLine({ spec, why, line }: NotCoveredRow, width: number): string {
	const start = placeLine(spec === '' ? NAMELESS : spec, line, width);
	const whole = `${start}  ${WHY_NAMES[why]}`;
	return whole.length <= width ? whole : start;
}

function placeLine(text: string, line: number, width: number): string {
	const place = `  line ${line}`;
	return `  ${printable(displayText(text, Math.min(60, width - place.length - 2)))}${place}`;
}

/** Name and version, the line in the file, and what differs where that is short enough. */
function rowLine(row: AuditRow, width: number): string {
	const start = placeLine(row.spec, row.line, width);
	const says =
		row.verdict === 'changed' && row.history?.state === 'compared' ? row.history.changes[0]?.field : undefined;
	const whole = says === undefined ? start : `${start}  ${says}`;
	return whole.length <= width ? whole : start;
}

/** A sentence in lines of at most `width` columns, the following ones moved in. */
function wrap(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		if (line !== '' && line.length + 1 + word.length > width) {
			lines.push(line);
			line = `  ${word}`;
		} else line = line === '' ? word : `${line} ${word}`;
	}
	return [...lines, line];
}
