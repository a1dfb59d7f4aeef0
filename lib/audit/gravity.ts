/** Owns how grave a row of an audit is, for every output that lists the gravest first. Pure. */
import { warningRank } from '../inspect/warnings.ts';
import type { Audit, AuditRow, NotCoveredRow } from '../report/audit.ts';
import { VERDICTS } from '../report/verdict.ts';
import { isNotCompared } from './counts.ts';

/**
 * What a row asks of its reader, the gravest first.
 * - `warned`: it has a warning, or its evidence is false.
 * - `unchecked`: it could not be checked.
 * - `not-compared`: its origin is confirmed, and was not compared with earlier releases.
 * - `calm`: the rest, also a loss of long ago and a warning that was dismissed.
 */
const NEEDS = ['warned', 'unchecked', 'not-compared', 'calm'] as const;

type Need = (typeof NEEDS)[number];

/** What a row asks of its reader. */
export function needOf(row: AuditRow): Need {
	if (row.verdict === 'unknown') return isWarned(row) ? 'warned' : 'unchecked';
	if (row.warning !== undefined || row.verdict === 'mismatch') return 'warned';
	return row.verdict !== 'none' && isNotCompared(row) ? 'not-compared' : 'calm';
}

/** A finding's warning, on a row whose verdict could not be made. */
function isWarned({ findings }: AuditRow): boolean {
	return findings.some(({ warning }) => warning);
}

/**
 * The one code that a row is listed by: of the finding that warns, of the failure that names the lockfile, else the verdict, or
 * `not-compared`. Nothing for a calm row.
 */
export function listedAs(row: AuditRow): string | undefined {
	const need = needOf(row);
	if (need === 'calm') return undefined;
	if (need === 'not-compared') return need;
	if (need === 'unchecked') return 'unknown';
	if (row.failure?.code.startsWith('lockfile-names-')) return row.failure.code;
	return row.findings.find(({ warning }) => warning)?.code ?? row.warning ?? row.verdict;
}

/** The rows with the gravest first, those that are as grave as each other in their order. */
export function byGravity<Row extends AuditRow>(rows: readonly Row[]): Row[] {
	const keyed = rows.map((row) => ({ row, key: gravityOf(row) }));
	return keyed.sort((one, other) => one.key - other.key).map(({ row }) => row);
}

/** How grave a row is: the smaller, the graver. Rows of one need are in one thousand. */
export function gravityOf(row: AuditRow): number {
	const need = needOf(row);
	const rank =
		need === 'warned' ? warningRank(row.warning ?? row.verdict, row.failure?.code) : VERDICTS.indexOf(row.verdict);
	return NEEDS.indexOf(need) * 1000 + rank;
}

/**
 * The entries that an output names although they are not covered: with a base all, since an address at another host is the oldest trick
 * there is; else those that could not be read.
 */
export function namedUncovered({ notCovered, removed }: Audit): NotCoveredRow[] {
	return removed ? notCovered : notCovered.filter(({ why }) => why === 'unreadable');
}
