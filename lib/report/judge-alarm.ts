/** Owns whether a package manager's trust-downgrade alarm is ordinary by a Report. Pure. */

import type { Inspection } from './evidence.ts';
import type { Report } from './report.ts';

/** Why an alarm is not called ordinary. */
export type AlarmReason =
	/** The Report has a warning, or a verdict that is one. */
	| 'warned'
	/** The release, or those before it, could not be checked. */
	| 'unchecked'
	/** The registry's list of malware was not read. */
	| 'malware-unread'
	/** The answers are kept ones: the registry may list it as malware by now. */
	| 'kept'
	/** npm put a placeholder in its place. */
	| 'placeholder'
	/** The comparison is still to come. */
	| 'not-complete';

/**
 * Whether an alarm is ordinary: the origin is confirmed and as before, or there is no record where none was to be expected.
 * @param inspection completed with the releases before it; of the evidence only `advisories` counts. Dismissed warnings count: what was dismissed was no alarm of another program.
 */
export function judgeAlarm({
	report,
	evidence,
}: Inspection): { isOrdinary: true } | { isOrdinary: false; why: AlarmReason } {
	const { verdict, history, findings } = report;
	const refuse = (why: AlarmReason) => ({ isOrdinary: false, why }) as const;
	const has = (code: string) => findings.some((finding) => finding.code === code);
	if (findings.some(({ warning }) => warning)) return refuse('warned');
	if (['mismatch', 'not-allowed', 'lost', 'changed'].includes(verdict)) return refuse('warned');
	if (verdict === 'unknown') return refuse(history === undefined && !hasFailure(report) ? 'not-complete' : 'unchecked');
	if (history === undefined) return refuse('not-complete');
	if (history.state === 'not-compared') return refuse('unchecked');
	if (evidence.advisories !== 'read') return refuse('malware-unread');
	if (has('evidence-kept')) return refuse('kept');
	return has('security-holding') ? refuse('placeholder') : { isOrdinary: true };
}

function hasFailure({ claims }: Report): boolean {
	return claims.some((claim) => claim.standing === 'unproved' && claim.why === 'could-not-check');
}
