/** Owns which rows of an audit stand out, and by which codes: what the command and the page say of a fault is held against the same. */
import type { AuditRow } from '../../../lib/report/audit.ts';

/** Release -> codes of its row. */
export type StandingOut = Record<string, (string | null | undefined)[]>;

/** Rows that are neither confirmed nor without provenance for as long as the package exists. */
export function standingOut(rows: readonly AuditRow[]): StandingOut {
	const isPlain = ({ verdict, warning }: AuditRow) => ['confirmed', 'none'].includes(verdict) && warning === undefined;
	return Object.fromEntries(rows.filter((row) => !isPlain(row)).map((row) => [row.spec, codesOf(row)]));
}

function codesOf({ verdict, failure, findings }: AuditRow) {
	return [verdict, failure?.code, ...findings.map(({ code }) => code)];
}
