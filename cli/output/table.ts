/** Owns an audit as people read it in a terminal: what needs attention, a line each; what is calm, as counts. Pure. */
import { byGravity, listedAs } from '../../lib/audit/gravity.ts';
import type { Audit, AuditRow } from '../../lib/report/audit.ts';
import {
	AUDIT_LIMITS,
	describeAudited,
	describeGaps,
	describeKind,
	describeReason,
	describeVerdicts,
	NOTHING_LISTED,
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
		...(rows.length > MAX_ROWS
			? [`  and ${(rows.length - MAX_ROWS).toLocaleString('en-GB')} more; --json has all`]
			: []),
	]);
	const nothing =
		groups.length === 0 && audit.packages.length > 0 && !audit.left ? ['', ...wrap(NOTHING_LISTED, width)] : [];
	return [
		...head.flatMap((line) => wrap(printable(line), width)),
		...listed,
		...nothing,
		'',
		...describeGaps(audit).flatMap((line) => wrap(printable(line), width)),
	];
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

/** Name and version, the line in the file, and what differs where that is short enough. */
function rowLine(row: AuditRow, width: number): string {
	const place = `  line ${row.line}`;
	const spec = printable(displayText(row.spec, Math.min(60, width - place.length - 2)));
	const start = `  ${spec}${place}`;
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
