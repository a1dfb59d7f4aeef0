/** Owns how a page adds what came of looks to a Report that it has already. Pure. */
import { type ClaimId, LIMIT_IDS } from './claim-ids.ts';
import type { Finding } from './findings.ts';
import { isOnInstall } from './look-findings.ts';
import { LOOK_CLAIMS, type LookName, type LookRecord } from './looks.ts';
import type { Claim, Report } from './report.ts';
import type { Failure } from './result.ts';

/** What came of looks that were asked for beside a Report that is there already. */
export interface LookAnswer {
	looks: LookRecord[];
	findings: Finding[];
}

/** The answer in the place of one that never came, by a fault of ours. @param detail what was thrown, if it said anything. */
export function faultOf(names: readonly LookName[], detail?: string): LookAnswer {
	const failure: Failure = { code: 'internal-error', ...(detail && { detail }) };
	const at = new Date().toISOString();
	return { looks: names.map((look) => ({ look, claim: LOOK_CLAIMS[look], at, failure })), findings: [] };
}

/**
 * A Report with what came of looks, for a page that shows both. Verdict and warning stay as they are.
 * @param answers those made last come last; an earlier one of the same look is not among them.
 */
export function withLooks(report: Report, answers: readonly LookAnswer[]): Report {
	if (answers.length === 0) return report;
	const found = answers.flatMap((answer) => answer.findings);
	// What the file runs on install takes the place of what the registry lists.
	const kept = found.some(isOnInstall) ? report.findings.filter((one) => !isOnInstall(one)) : report.findings;
	const findings = [...kept, ...found];
	const looks = answers.flatMap((answer) => answer.looks);
	const claims = report.claims.map((claim): Claim => {
		if (!(LIMIT_IDS as readonly ClaimId[]).includes(claim.id)) return claim;
		const failure = looks.find((look) => look.claim === claim.id && look.failure)?.failure;
		if (failure) return { id: claim.id, standing: 'unproved', why: 'could-not-check', failure };
		return findings.some((finding) => finding.claim === claim.id) ? { id: claim.id, standing: 'looked-at' } : claim;
	});
	return { ...report, findings, claims, ...(looks.length > 0 && { looks }) };
}
