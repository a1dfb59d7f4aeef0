/** Owns the comparison of the release that `latest` names with those published before it, by the registry's list. Pure. */

import type { Packument, PublishedRelease } from '../npm/published-release.ts';
import { compareLines, compareReleases, isPrerelease, lineOf } from '../npm/versions.ts';
import { type FindingOf, makeFinding } from '../report/findings.ts';
import { ageOf, SETTLED_MS } from './age.ts';
import { hadProvenance } from './loss.ts';

const DAY_MS = 24 * 3600 * 1000;
/** An older line that had a release in this time before is maintained. */
const MAINTAINED_MS = { from: 30 * DAY_MS, until: 180 * DAY_MS };

/**
 * The releases that `latest` is expected not to fall behind: the highest stable one published before, and the newest stable one that
 * is 72 hours old.
 * @returns those of them that are higher than the release at hand; nothing where `latest` does not name that.
 */
export function higherThanLatest(packument: Packument, here: PublishedRelease): PublishedRelease[] {
	return comparedWithLatest(packument, here).filter((other) => compareReleases(other, here) > 0);
}

/**
 * Of a prerelease without provenance that `latest` names: the stable release that had it. Everybody installs what `latest` names, so it is
 * compared with stable releases (docs/decisions/0081-latest-prereleases.md).
 */
export function lostToLatest(packument: Packument, here: PublishedRelease): PublishedRelease | undefined {
	return isPrerelease(here.version) ? comparedWithLatest(packument, here).find(hadProvenance) : undefined;
}

function comparedWithLatest({ distTags, releases }: Packument, here: PublishedRelease): PublishedRelease[] {
	if (distTags.latest !== here.version) return [];
	const earlier = releases.filter((other) => other.publishedAt < here.publishedAt && !isPrerelease(other.version));
	const highest = earlier.reduce<PublishedRelease | undefined>(
		(one, other) => (one && compareReleases(one, other) >= 0 ? one : other),
		undefined,
	);
	const settled = earlier.findLast((other) => ageOf(other, here) >= SETTLED_MS);
	return [...new Set([highest, settled])].filter((other) => other !== undefined);
}

/**
 * The finding `latest-moved-back`. `why` is `provenance` if a higher release had it and this one has none, and `origin` if that one came
 * from another repository or owner: both are warnings. It is `maintained` if the line is an older one with releases, else `order`.
 * @param hasProvenance of the release at hand. @param isOtherOrigin whether repository or owner of one of `higher` is another.
 */
export function findMovedBack(
	packument: Packument,
	here: PublishedRelease,
	higher: readonly PublishedRelease[],
	hasProvenance: boolean,
	isOtherOrigin: boolean,
): FindingOf<'latest-moved-back'> | undefined {
	const [first] = higher;
	if (!first) return undefined;
	const isMaintained = higher.every((other) => isOlderLine(here, other)) && wasMaintained(packument, here);
	// A maintained older line may be older than provenance, or than a move.
	if (isMaintained) return makeFinding('latest-moved-back', { version: first.version, why: 'maintained' });
	const had = hasProvenance ? undefined : higher.find(hadProvenance);
	if (had) return makeFinding('latest-moved-back', { version: had.version, why: 'provenance' });
	return makeFinding('latest-moved-back', { version: first.version, why: isOtherOrigin ? 'origin' : 'order' });
}

function isOlderLine(here: PublishedRelease, other: PublishedRelease): boolean {
	return compareLines(lineOf(here.version), lineOf(other.version)) < 0;
}

function wasMaintained({ releases }: Packument, here: PublishedRelease): boolean {
	const line = lineOf(here.version);
	return releases.some((other) => {
		const age = ageOf(other, here);
		const isOfLine = lineOf(other.version) === line && !isPrerelease(other.version);
		return isOfLine && age >= MAINTAINED_MS.from && age <= MAINTAINED_MS.until;
	});
}
