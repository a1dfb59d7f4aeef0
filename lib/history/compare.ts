/**
 * Owns the comparison of a release with earlier ones: what to fetch for it, and the result. Pure. Nobody signed what a packument says;
 * each finding names who says it.
 */

import type { Packument, PublishedRelease, UndatedRelease } from '../npm/published-release.ts';
import { repositoryAddress } from '../npm/repository.ts';
import { compareLines, compareReleases, isPrerelease, lineOf, tierOf } from '../npm/versions.ts';
import { type Finding, findingOf, makeFinding } from '../report/findings.ts';
import type { Change, History } from '../report/history.ts';
import type { Identity } from '../report/identity.ts';
import { type Failure, failed, type Result, success } from '../report/result.ts';
import { ageOf, SETTLED_MS } from './age.ts';
import { compareContents, compareTimes } from './contents-diff.ts';
import { isOfOtherRepository, ownerOf } from './identity-diff.ts';
import { findMovedBack, higherThanLatest, lostToLatest } from './latest.ts';
import { besideLost, candidatesFor, findLosses, hadProvenance, hasLineProvenance, nearestOf } from './loss.ts';
import { describeLoss, type Loss } from './loss-before.ts';
import {
	type AskedRecord,
	isYoungOrigin,
	judgeOrigin,
	type OriginOutcome,
	type OriginPlan,
	planOrigins,
} from './origin.ts';
import { describePublishing, isStagedUnrecorded, wayOf } from './publishing.ts';

/** What the list alone shows of a release, and which records would show more. */
export interface Comparison {
	packument: Packument;
	here: PublishedRelease;
	/** The releases by time, with provenance of the release at hand as we know it. */
	releases: readonly PublishedRelease[];
	/** The releases that count, by time. */
	candidates: readonly PublishedRelease[];
	/** The nearest of them that is worth comparing contents with. */
	base?: PublishedRelease;
	/** Of a release with provenance: the known origins. */
	origins?: OriginPlan;
	/** Of a release without provenance that is lost. */
	loss?: Loss;
	/**
	 * Of a release without provenance whose line never had any: the nearest one with provenance within 24 hours, of the same npm account
	 * if there is one.
	 */
	neighbour?: PublishedRelease;
	/** The same, where it is itself lost. */
	besideLost?: PublishedRelease;
	/** Where `latest` names the release: those it is lower than. */
	higher: readonly PublishedRelease[];
}

/**
 * Prepares the comparison of one release.
 * @param hasProvenance what we know of its provenance; left out, what the list names counts.
 * @param signedAt ISO time of its publication that somebody signed; left out, the list's time counts.
 * @returns failures `packument-unavailable` where the list does not have the release, `release-undated` where it gives no date that the
 *   comparison needs.
 */
export function prepareComparison(
	packument: Packument,
	version: string,
	hasProvenance?: boolean,
	signedAt?: string,
): Result<Comparison> {
	const listed = packument.releases.find((release) => release.version === version);
	if (!listed) {
		const isUndated = packument.undated.some((release) => release.version === version);
		return isUndated ? failed('release-undated', version) : failed('packument-unavailable', `${version} is not in it`);
	}
	const here = asKnown(listed, hasProvenance, signedAt);
	const releases = packument.releases.map((release) => (release === listed ? here : release));
	if (here.publishedAt !== listed.publishedAt)
		releases.sort((one, other) =>
			one.publishedAt < other.publishedAt ? -1 : one.publishedAt > other.publishedAt ? 1 : 0,
		);
	const candidates = candidatesFor(releases, here);
	const base = candidates.findLast((other) => ageOf(other, here) >= SETTLED_MS) ?? candidates.at(-1);
	const common = {
		packument,
		here,
		releases,
		candidates,
		...(base && { base }),
		higher: higherThanLatest(packument, here),
	};
	if (hadProvenance(here)) {
		const origins = planOrigins(releases, here);
		if (!origins && packument.undated.some((release) => hadProvenance(release as PublishedRelease)))
			return failed('release-undated', firstUndated(packument.undated, here));
		return success({ ...common, ...(origins && { origins }) });
	}
	const losses = findLosses(releases);
	if (losses.isLost(here)) return success({ ...common, loss: describeLoss(releases, here, losses) });
	const before = lostToLatest(packument, here);
	if (before) return success({ ...common, loss: { before } });
	const undated = firstUndated(packument.undated, here);
	if (undated !== undefined) return failed('release-undated', undated);
	if (hasLineProvenance(releases, here)) return success(common);
	const lost = besideLost(releases, here, losses);
	const attested = releases.filter((other) => other !== here && hadProvenance(other));
	const ofSameAccount = attested.filter(({ publisher }) => publisher?.name === here.publisher?.name);
	const neighbour = nearestOf(ofSameAccount, here) ?? nearestOf(attested, here);
	return success({ ...common, ...(lost ? { besideLost: lost } : neighbour && { neighbour }) });
}

/** The release with provenance and time as we know them, if we do, instead of as they are listed. */
function asKnown(
	release: PublishedRelease,
	hasProvenance = hadProvenance(release),
	publishedAt = release.publishedAt,
): PublishedRelease {
	if (hasProvenance === hadProvenance(release)) return { ...release, publishedAt };
	return { ...release, publishedAt, attestations: hasProvenance ? { provenance: 'not listed' } : undefined };
}

/** A release that might count and had provenance, had it a date. */
function firstUndated(undated: readonly UndatedRelease[], here: PublishedRelease): string | undefined {
	return undated.find(
		(release) =>
			hadProvenance(release as PublishedRelease) &&
			compareLines(lineOf(release.version), lineOf(here.version)) <= 0 &&
			(isPrerelease(here.version) || !isPrerelease(release.version)),
	)?.version;
}

/** The fetched records. */
interface Asked {
	/** The release's own identity, from its verified certificate. */
	identity?: Identity | undefined;
	/** Records of known origins, or of the release that had provenance before it was lost. */
	records: readonly AskedRecord[];
	/** Whether the neighbour is itself `changed`. */
	isNeighbourChanged?: boolean;
	/** Identities of releases that `latest` fell behind. */
	higher?: readonly AskedRecord[];
	/** A release to go to instead. */
	advised?: string | undefined;
}

/** Completes the comparison with what was asked for. @returns the history for the Report, and findings. */
export function completeComparison(
	comparison: Comparison,
	asked: Asked,
): { history: History; findings: Finding[]; outcome?: OriginOutcome } {
	const { here, base, packument } = comparison;
	const outcome =
		asked.identity && comparison.origins
			? judgeOrigin(here, asked.identity, comparison.origins, asked.records)
			: undefined;
	const findings = [
		...(packument.unreadable > 0 ? [makeFinding('releases-unreadable', { releases: packument.unreadable })] : []),
		...findInProvenance(comparison, asked),
		...(outcome?.findings ?? []),
		...findNewSinceFirst(comparison, asked, outcome),
		...findMoved(comparison, asked),
		...(base ? [...describePublishing(base, here), ...compareContents(base, here)] : []),
		...compareTimes(comparison.releases, here),
	];
	if (outcome?.failure) return { history: notCompared(here, outcome.failure), findings, outcome };
	const changes = outcome?.changes ?? changesOfLoss(comparison, asked);
	const compared = comparedWith(comparison, asked, outcome);
	return {
		history: {
			state: 'compared',
			line: lineOf(here.version),
			tier: tierOf(here),
			...(compared && { with: compared }),
			changes,
			...(asked.advised !== undefined && { advised: asked.advised }),
		},
		findings,
		...(outcome && { outcome }),
	};
}

/** The history of a release that could not be compared. */
export function notCompared(here: PublishedRelease, failure: Failure): History {
	return { state: 'not-compared', failure, line: lineOf(here.version), tier: tierOf(here) };
}

function comparedWith({ releases, loss, base }: Comparison, { records }: Asked, outcome: OriginOutcome | undefined) {
	// Of a lost release the nearest one has no record either.
	const nearest = loss ? loss.before : base;
	const release = outcome?.with ? releases.find(({ version }) => version === outcome.with?.version) : nearest;
	if (!release) return undefined;
	const record = records.find((one) => one.release.version === release.version);
	const { version, publishedAt } = release;
	const identity = outcome?.with?.identity ?? (record?.identity.ok ? record.identity.value : undefined);
	return { version, publishedAt, tier: tierOf(release), ...(identity && { identity }) };
}

function changesOfLoss({ loss }: Comparison, { records }: Asked): Change[] {
	if (!loss) return [];
	const isVerified = records.some(({ release, identity }) => release.version === loss.before?.version && identity.ok);
	return [{ field: 'provenance', before: isVerified ? 'verified' : 'listed', now: 'none' }];
}

/** The findings about having provenance, or none. */
function findInProvenance(comparison: Comparison, asked: Asked): Finding[] {
	const { here, releases, loss } = comparison;
	const findings: Finding[] = [];
	const earlier = releases.filter((other) => other.publishedAt < here.publishedAt);
	if (hadProvenance(here)) return findFirst(comparison, asked.identity, earlier);
	const { trustedPublisher } = here.publisher ?? {};
	if (trustedPublisher !== undefined)
		findings.push(makeFinding('trusted-publisher-without-provenance', { publisher: trustedPublisher }));
	if (loss) return [...findings, ...findInLoss(comparison, loss, asked)];
	const elsewhere = earlier.findLast(hadProvenance);
	if (elsewhere) findings.push(makeFinding('other-lines-have-provenance', { version: elsewhere.version }));
	const { besideLost: lost, neighbour } = comparison;
	if (lost) findings.push(makeFinding('beside-a-lost-release', { version: lost.version, verdict: 'lost' }));
	else if (neighbour && asked.isNeighbourChanged)
		findings.push(makeFinding('beside-a-lost-release', { version: neighbour.version, verdict: 'changed' }));
	return findings;
}

function findInLoss(comparison: Comparison, { before, since }: Loss, { records }: Asked): Finding[] {
	const { here } = comparison;
	const findings: Finding[] = [];
	if (since) {
		const { release, releases: count, isLongAgo } = since;
		findings.push(
			makeFinding('provenance-lost-earlier', {
				since: release.version,
				at: release.publishedAt,
				releases: count,
				isLongAgo,
			}),
		);
	}
	const next = followedBy(comparison);
	if (next) findings.push(makeFinding('deprecated-without-provenance', { version: next.version }));
	if (before && isStagedUnrecorded(before, here))
		findings.push(makeFinding('staged-unrecorded', { before: wayOf(before), now: wayOf(here) }));
	for (const { release, identity } of records)
		if (!identity.ok)
			findings.push(makeFinding('record-passed-over', { version: release.version, failure: identity.failure.code }));
	return findings;
}

/**
 * The release with provenance that followed a deprecated one in its line. Whoever holds an account can deprecate, and can publish below
 * what is there already: a loss is calm only where the line went on after it.
 */
export function followedBy({ here, releases }: Comparison): PublishedRelease | undefined {
	if (!here.deprecated) return undefined;
	return releases.findLast(
		(other) =>
			lineOf(other.version) === lineOf(here.version) &&
			!isPrerelease(other.version) &&
			hadProvenance(other) &&
			other.publishedAt > here.publishedAt &&
			compareReleases(other, here) > 0,
	);
}

/** Of a first provenance: whether package.json named its repository before. Releases younger than 72 hours do not count. */
function findFirst(
	{ here, origins }: Comparison,
	identity: Identity | undefined,
	earlier: readonly PublishedRelease[],
): Finding[] {
	if (earlier.length === 0 || origins) return [];
	const findings: Finding[] = earlier.some(hadProvenance) ? [] : [makeFinding('first-with-provenance')];
	const elsewhere = identity && namedElsewhere(identity, here, earlier);
	if (!elsewhere) return findings;
	const { repository, before, isSameOwner } = elsewhere;
	return [...findings, makeFinding('first-provenance-elsewhere', { repository, before, isSameOwner })];
}

/**
 * The repository that package.json named last, if no release older than 72 hours named the identity's own. Prereleases do not count
 * for a stable release.
 * @param first the release that first had provenance. @param earlier those before it.
 * @returns both addresses, in small letters but for the identity's own; and whether some release named the same owner's.
 */
export function namedElsewhere(
	{ repository }: Identity,
	first: PublishedRelease,
	earlier: readonly PublishedRelease[],
): { repository: string; before: string; beforeVersion: string; isSameOwner: boolean } | undefined {
	const named = earlier.flatMap((other) => {
		const isStanding =
			ageOf(other, first) >= SETTLED_MS && (isPrerelease(first.version) || !isPrerelease(other.version));
		const address = isStanding && other.repository !== undefined ? repositoryAddress(other.repository) : undefined;
		return address === undefined ? [] : [{ address: address.toLowerCase(), version: other.version }];
	});
	const own = repository.toLowerCase();
	const last = named.at(-1);
	if (!last || named.some(({ address }) => address === own)) return undefined;
	const isSameOwner = named.some(({ address }) => ownerOf(address) === ownerOf(own));
	return { repository, before: last.address, beforeVersion: last.version, isSameOwner };
}

/** After a first provenance from elsewhere: `origin-new`, as it would be said after another origin. */
function findNewSinceFirst(
	{ here, releases, origins }: Comparison,
	{ identity }: Asked,
	outcome: OriginOutcome | undefined,
): Finding[] {
	const [first] = origins?.pool ?? [];
	if (!first || !identity || !outcome?.isKnown || !isYoungOrigin(first, origins?.pool ?? [], here)) return [];
	const earlier = releases.filter((other) => other.publishedAt < first.publishedAt);
	if (findingOf(outcome.findings, 'origin-new') || earlier.some(hadProvenance)) return [];
	const elsewhere = namedElsewhere(identity, first, earlier);
	if (!elsewhere) return [];
	const { before, beforeVersion } = elsewhere;
	return [makeFinding('origin-new', { since: first.version, at: first.publishedAt, before, beforeVersion })];
}

function findMoved({ packument, here, higher }: Comparison, asked: Asked): Finding[] {
	const { identity } = asked;
	const known = [...(asked.higher ?? []), ...asked.records].filter(({ release }) => higher.includes(release));
	const isOther =
		identity !== undefined && known.some((one) => one.identity.ok && isOfOtherRepository(one.identity.value, identity));
	const moved = findMovedBack(packument, here, higher, hadProvenance(here), isOther);
	return moved ? [moved] : [];
}
