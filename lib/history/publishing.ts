/** Owns how a release was published, by the list's word, against the releases before it: token, trusted publisher, staged. Pure. */

import type { PublishedRelease } from '../npm/published-release.ts';
import { isPrerelease, tierOf } from '../npm/versions.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import type { Change, TrustTier } from '../report/history.ts';

/** The ways to publish, the weakest first. */
const WAYS = ['token', 'trusted publisher', 'staged'] as const;
/** The tiers, the weakest first. */
const TIERS: readonly TrustTier[] = ['none', 'provenance', 'trusted-publisher', 'staged'];

/** After so many staged stable releases, one that was published straight is a change. */
export const STAGED_IN_A_ROW = 3;

/**
 * npm 11.15 (20 May 2026) brought staged publishing, 11.16 (27 May) the record of who approved; releases without that
 * record were seen until the end of the month. A release of these days looks published by a person with a token, and an
 * early fault even dropped the provenance of some.
 * @see https://github.com/pnpm/pnpm/issues/11887
 * @see https://github.com/tinylibs/tinyexec/issues/131
 */
const STAGED_UNRECORDED = { from: '2026-05-20', until: '2026-06-01' };

/** How a release was published, by what the list names. */
export function wayOf({ publisher }: PublishedRelease): (typeof WAYS)[number] {
	if (publisher?.approver !== undefined) return 'staged';
	return publisher?.trustedPublisher === undefined ? 'token' : 'trusted publisher';
}

/** Whether a release was published in a stronger way than another. */
export function isStronger(here: PublishedRelease, before: PublishedRelease): boolean {
	return WAYS.indexOf(wayOf(here)) > WAYS.indexOf(wayOf(before));
}

/** Whether a release that looks published by hand may have been staged: npm did not record approvals in those days. */
export function isStagedUnrecorded(before: PublishedRelease, here: PublishedRelease): boolean {
	const { from, until } = STAGED_UNRECORDED;
	const isOfThen = here.publishedAt >= from && here.publishedAt < until;
	return isOfThen && wayOf(here) === 'token' && wayOf(before) !== 'token';
}

/**
 * Whether a release was published more weakly than all known origins: a token where every one came by a trusted publisher, or straight
 * after three staged ones.
 * @param known the releases whose origins are known, by the list; the oldest first.
 * @param newest the newest stable ones, of whatever line: whoever publishes chooses the line.
 */
export function comparePublishing(
	here: PublishedRelease,
	known: readonly PublishedRelease[],
	newest: readonly PublishedRelease[] = known,
): { changes: Change[]; findings: Finding[] } {
	const last = known.at(-1);
	if (!last) return { changes: [], findings: [] };
	const stable = newest.filter(({ version }) => !isPrerelease(version)).slice(-STAGED_IN_A_ROW);
	const wereStaged = stable.length === STAGED_IN_A_ROW && stable.every((release) => wayOf(release) === 'staged');
	const isStraight = !isPrerelease(here.version) && wereStaged && wayOf(here) !== 'staged';
	const isByHand = wayOf(here) === 'token' && known.every((release) => wayOf(release) !== 'token');
	const before = isStraight ? 'staged' : wayOf(last);
	if (!isStraight && !isByHand) return { changes: [], findings: [] };
	return isStagedUnrecorded(last, here)
		? { changes: [], findings: [makeFinding('staged-unrecorded', { before, now: wayOf(here) })] }
		: { changes: [{ field: 'publishing', before, now: wayOf(here) }], findings: [] };
}

/** Calm words on how it was published, beside one earlier release: `tier-rose`, `publisher-changed`. */
export function describePublishing(before: PublishedRelease, here: PublishedRelease): Finding[] {
	const findings: Finding[] = [];
	// `publisher-only` is in no order, so it is above nothing.
	if (TIERS.indexOf(tierOf(here)) > Math.max(0, TIERS.indexOf(tierOf(before))))
		findings.push(makeFinding('tier-rose', { before: tierOf(before), now: tierOf(here) }));
	const [earlier, now] = [before.publisher?.name, here.publisher?.name];
	// With a stronger way to publish comes another name, a build service's or the approver's.
	const isOther = earlier !== undefined && now !== undefined && earlier.toLowerCase() !== now.toLowerCase();
	if (isOther && !isStronger(here, before))
		findings.push(makeFinding('publisher-changed', { before: earlier, now, since: before.version }));
	return findings;
}
