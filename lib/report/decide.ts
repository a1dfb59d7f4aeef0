/** Owns the verdict that follows from claims and comparison. */
import type { ClaimId } from './claim-ids.ts';
import type { FindingCode } from './finding-data.ts';
import type { Report } from './report.ts';
import type { Verdict } from './verdict.ts';

/** The proofs that `confirmed` needs. The registry's own signature is shown, but decides only if it is false. */
const DECIDING: readonly ClaimId[] = ['file-matches', 'signed-by-build', 'built-by', 'logged', 'registry-received'];

/** A lockfile names another package or file than the one that is installed by its name. */
const LOCKED_OTHERWISE: readonly FindingCode[] = ['lockfile-names-another-package', 'lockfile-names-another-file'];

/**
 * Decides the worst verdict that claims, history and policy support.
 * @param parts `claims` as in a Report; `history` and `policy` where they were compared; of `findings` only `change-expected` counts, and what a
 *   lockfile contradicts.
 * @returns `unknown` also where there is no provenance and nothing could be compared yet.
 */
export function verdictOf(
	parts: Pick<Report, 'claims' | 'history' | 'policy'> & Partial<Pick<Report, 'findings'>>,
): Verdict {
	const { claims, history, policy, findings = [] } = parts;
	const deciding = claims.filter((claim) => DECIDING.includes(claim.id));
	if (claims.some((claim) => claim.standing === 'refuted')) return 'mismatch';
	if (findings.some(({ code }) => LOCKED_OTHERWISE.includes(code))) return 'mismatch';
	if (policy?.state === 'not-allowed') return 'not-allowed';
	const unchecked = deciding.some((claim) => claim.standing === 'unproved' && claim.why === 'could-not-check');
	const isProved = (id: ClaimId) => claims.some((claim) => claim.id === id && claim.standing === 'proved');
	const signed = claims.find(({ id }) => id === 'signed-by-build');
	if (history?.state === 'compared') {
		// What else could not be checked hides neither.
		const isAbsent = signed?.standing === 'unproved' && signed.why === 'absent';
		if (isAbsent && history.changes.some((change) => change.field === 'provenance')) return 'lost';
		const isExpected = findings.some(({ code }) => code === 'change-expected');
		if (isProved('built-by') && history.changes.length > 0 && !isExpected) return 'changed';
	}
	if (unchecked) return 'unknown';
	if (isProved('signed-by-build')) return 'confirmed';
	return history?.state === 'compared' ? 'none' : 'unknown';
}
