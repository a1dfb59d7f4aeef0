/** Owns the question which release `latest` names, against those published before it. Pure. By the registry's list. */
import { type FindingOf, makeFinding } from '../finding-table.ts';
import { compareLines, isPrerelease, lineOf, type Packument, type PublishedRelease, semverOf } from '../packument.ts';
import type { Identity } from '../report.ts';
import { hadProvenance } from './loss.ts';
import { ageOf, SETTLED_MS } from './origin.ts';

const DAY_MS = 24 * 3600 * 1000;
/** An older line that had a release in this time before is maintained. */
const MAINTAINED_MS = { from: 30 * DAY_MS, until: 180 * DAY_MS };

/**
 * The releases that `latest` is expected not to fall behind: the highest stable one published before, and the newest stable one that
 * has stood for 72 hours.
 * @returns those of them that are higher than the release at hand; nothing where `latest` does not name that.
 */
export function higherThanLatest(packument: Packument, here: PublishedRelease): PublishedRelease[] {
	if (packument.distTags.latest !== here.version) return [];
	const earlier = packument.releases.filter(
		(other) => other.publishedAt < here.publishedAt && !isPrerelease(other.version),
	);
	const highest = earlier.reduce<PublishedRelease | undefined>(
		(one, other) => (one && semverOf(one).compare(semverOf(other)) >= 0 ? one : other),
		undefined,
	);
	const settled = earlier.findLast((other) => ageOf(other, here) >= SETTLED_MS);
	return [...new Set([highest, settled])].filter(
		(other) => other !== undefined && semverOf(other).compare(semverOf(here)) > 0,
	) as PublishedRelease[];
}

/**
 * The finding `latest-moved-back`. `why` is `provenance` where a higher release had it and this one has none, `origin` where it came
 * from another repository or owner (both to be warned of), `maintained` where the line is an older one with releases, else `order`.
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

/** Whether two identities are of different repositories or owners: by number where both are known at one host, else by name. */
export function isOfOtherRepository(one: Identity, other: Identity): boolean {
	const hosts = [one, other].map(({ repository }) => repository.split('/')[2]);
	const isNumbered = one.repositoryId !== undefined && other.repositoryId !== undefined && hosts[0] === hosts[1];
	return isNumbered
		? one.repositoryId !== other.repositoryId
		: one.repository.toLowerCase() !== other.repository.toLowerCase();
}

function isOlderLine(here: PublishedRelease, other: PublishedRelease): boolean {
	return compareLines(lineOf(here.version), lineOf(other.version)) < 0;
}

function wasMaintained({ releases }: Packument, here: PublishedRelease): boolean {
	const line = lineOf(here.version);
	return releases.some((other) => {
		const age = ageOf(other, here);
		return lineOf(other.version) === line && age >= MAINTAINED_MS.from && age <= MAINTAINED_MS.until;
	});
}
