/** Owns what is counted of an audit's rows. Pure. */
import type { Audit, AuditRow, NotCoveredRow } from '../report/audit.ts';
import { VERDICTS } from '../report/verdict.ts';

/** Whether a row was not compared with earlier releases. */
export function isNotCompared({ history }: Pick<AuditRow, 'history'>): boolean {
	return history?.state !== 'compared';
}

/** The counts of an audit: a number for each verdict that occurs, the worst first, and the two that are always there. */
export function countRows(packages: readonly AuditRow[], notCovered: readonly NotCoveredRow[]): Audit['counts'] {
	const counts: Audit['counts'] = { notCovered: notCovered.length, notCompared: packages.filter(isNotCompared).length };
	const verdicts = VERDICTS.flatMap((verdict) => {
		const count = packages.filter((row) => row.verdict === verdict).length;
		return count > 0 ? [[verdict, count] as const] : [];
	});
	return { ...Object.fromEntries(verdicts), ...counts };
}
