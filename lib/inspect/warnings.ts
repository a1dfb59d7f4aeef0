/** Owns the one ranked list of warnings: of all that could be warned of, which one a Report leads with. Pure. */

import type { FailureCode } from '../report/failures.ts';
import type { FindingCode } from '../report/finding-data.ts';
import { type Finding, type FindingOf, findingOf } from '../report/findings.ts';
import type { Report } from '../report/report.ts';
import type { Verdict } from '../report/verdict.ts';

/** A row of the list: a verdict (of one failure, if that wins over the others), or a finding. */
type Rank =
	| { verdict: Verdict; failure?: FailureCode; holds?: (report: Report) => boolean }
	| { finding: FindingCode; holds?: (finding: Finding) => boolean };

/** The first that applies is the one warning; the others are lines. See docs/decisions/0062-one-list-ranks-the-warnings.md. */
const RANKS: readonly Rank[] = [
	{ finding: 'malware-advisory' },
	{ finding: 'lockfile-names-another-package' },
	{ finding: 'lockfile-names-another-file' },
	{ verdict: 'mismatch', failure: 'registry-lists-another-file' },
	{ verdict: 'mismatch' },
	{ verdict: 'not-allowed' },
	{ finding: 'seen-with-another-file' },
	{ finding: 'seen-with-another-signer' },
	{ finding: 'seen-with-provenance' },
	{ verdict: 'lost', holds: isYoungLoss },
	{ verdict: 'changed' },
	{ finding: 'latest-moved-back', holds: isAlarmingMove },
	{ finding: 'first-provenance-elsewhere', holds: isOfOtherOwner },
	{ finding: 'beside-a-lost-release' },
];

/** What a Report leads with: a verdict, or a finding. */
type Warning = { verdict: Verdict } | { finding: Finding };

/**
 * The one warning of a Report; nothing where there is no reason for any.
 * @param isMuted whether the verdict's own warning was dismissed: then it is none.
 */
export function leadingWarning(report: Report, isMuted: boolean): Warning | undefined {
	for (const rank of RANKS) {
		if ('verdict' in rank) {
			const isOfFailure = rank.failure === undefined || hasFailure(report, rank.failure);
			if (report.verdict === rank.verdict && isOfFailure && !isMuted && (rank.holds?.(report) ?? true))
				return { verdict: rank.verdict };
			continue;
		}
		const finding = findingOf(report.findings, rank.finding);
		if (finding && (rank.holds?.(finding) ?? true)) return { finding };
	}
	return undefined;
}

/** The failure that a `mismatch` shows: the most serious, else the first. */
export function leadingFailure({ claims }: Pick<Report, 'claims'>) {
	const failures = claims.flatMap((claim) => (claim.standing === 'refuted' ? [claim.failure] : []));
	const ranked = RANKS.flatMap((rank) => ('failure' in rank && rank.failure ? [rank.failure] : []));
	return failures.find(({ code }) => ranked.includes(code)) ?? failures[0];
}

/** The mute in a Report, where its warning was dismissed. */
export function muteIn({ findings }: Pick<Report, 'findings'>) {
	return findingOf(findings, 'muted') ?? findingOf(findings, 'muted-by-organisation');
}

/** Whether a loss looks calm: long ago with releases since, or of a deprecated release whose line went on. The verdict stays. */
export function isCalmLoss({ findings }: Pick<Report, 'findings'>): boolean {
	const earlier = findingOf(findings, 'provenance-lost-earlier');
	return earlier?.data.isLongAgo === true || findingOf(findings, 'deprecated-without-provenance') !== undefined;
}

function isYoungLoss(report: Report): boolean {
	return !isCalmLoss(report);
}

function isAlarmingMove(finding: Finding): boolean {
	const { why } = (finding as FindingOf<'latest-moved-back'>).data;
	return why === 'provenance' || why === 'origin';
}

function isOfOtherOwner(finding: Finding): boolean {
	return !(finding as FindingOf<'first-provenance-elsewhere'>).data.isSameOwner;
}

function hasFailure({ claims }: Report, code: FailureCode): boolean {
	return claims.some((claim) => claim.standing === 'refuted' && claim.failure.code === code);
}

/**
 * The place of a warning in the list, from 0; behind the list's end where it is not in it.
 * @param warning a verdict, or the code of a finding. @param failure of a `mismatch`: some are graver than others.
 */
export function warningRank(warning: string, failure?: string): number {
	const at = RANKS.findIndex((rank) => {
		if ('finding' in rank) return rank.finding === warning;
		return rank.verdict === warning && (rank.failure === undefined || rank.failure === failure);
	});
	return at === -1 ? RANKS.length : at;
}
