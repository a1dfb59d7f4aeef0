/** Owns the releases of a release's line: how each was published, and what differs between one verified identity and the next. Pure. */

import type { Packument, PublishedRelease } from '../npm/published-release.ts';
import { compareReleases, isPrerelease, lineOf, tierOf } from '../npm/versions.ts';
import { findingOf } from '../report/findings.ts';
import type { Line, LineRelease } from '../report/history.ts';
import type { Identity } from '../report/identity.ts';
import type { Result } from '../report/result.ts';
import { compareIdentities, type Origin } from './identity-diff.ts';
import { candidatesFor, hadProvenance } from './loss.ts';
import { isStronger } from './publishing.ts';

/**
 * The releases of a release's line, and of the nearest lower line if the comparison goes there. Each has how it was published, and what
 * differs between one verified identity and the next.
 * @param checked verified identities, or why there is none, by version.
 * @returns nothing where the release is not in the packument.
 */
export function lineFor(
	packument: Packument,
	version: string,
	checked: ReadonlyMap<string, Result<Identity>> = new Map(),
): Line | undefined {
	const here = packument.releases.find((release) => release.version === version);
	if (!here) return undefined;
	const line = lineOf(version);
	const candidates = candidatesFor(packument.releases, here);
	const isOwn = candidates.some((release) => lineOf(release.version) === line);
	const before = isOwn ? undefined : candidates.at(-1);
	const below = before && lineOf(before.version);
	const members = packument.releases.filter((one) => [line, below].includes(lineOf(one.version)));
	const releases = members.map((release, index) => {
		const result = checked.get(release.version);
		return { ...outline(release, members[index - 1]), ...(result && { checked: result }) };
	});
	compareAlong(releases);
	return { line, ...(below !== undefined && { below }), releases };
}

/** What the registry says of a release of a line. */
function outline(release: PublishedRelease, before: PublishedRelease | undefined): LineRelease {
	const [publisher, publisherBefore] = [release.publisher?.name, before?.publisher?.name];
	const isOther =
		publisher?.toLowerCase() !== publisherBefore?.toLowerCase() &&
		publisherBefore !== undefined &&
		!(before && isStronger(release, before));
	return {
		version: release.version,
		publishedAt: release.publishedAt,
		tier: tierOf(release),
		hasProvenance: hadProvenance(release),
		...(isPrerelease(release.version) && { isPrerelease: true }),
		...(release.deprecated && { isDeprecated: true }),
		...(publisher !== undefined && { publisher }),
		...(isOther && { publisherBefore }),
	};
}

/** Compares each verified identity of a line with the newest one before it that counts. */
function compareAlong(releases: LineRelease[]): void {
	const earlier: { release: LineRelease; origin: Origin }[] = [];
	for (const release of releases) {
		if (!release.checked?.ok) continue;
		const { version, publishedAt } = release;
		const origin = { version, publishedAt, identity: release.checked.value };
		const before = earlier.findLast(
			(other) =>
				other.release.publishedAt < publishedAt &&
				!(other.release.isPrerelease && !release.isPrerelease) &&
				compareReleases(release, other.release) > 0,
		);
		if (before) {
			const { changes, findings } = compareIdentities(before.origin, origin);
			Object.assign(release, { since: before.release.version, changes });
			const renamed = findingOf(findings, 'repository-renamed');
			if (renamed) release.renamedFrom = renamed.data.before;
		}
		earlier.push({ release, origin });
	}
}
