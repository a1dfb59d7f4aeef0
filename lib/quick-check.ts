/** Owns the quick check of a release in a list: its evidence, and of its package as few lists of releases as tell whether it is lost. */
import { prepareComparison } from './history/compare.ts';
import { inspect, type World } from './inspect.ts';
import { isPrerelease, type Packument, parseAbbreviated, parsePackument, semverOf } from './packument.ts';
import type { ReleaseSpec } from './release.ts';
import type { Report, Result } from './report.ts';
import { createYielder } from './slices.ts';
import { findMute } from './with-findings.ts';

/** A package's releases, from the two forms of its list. */
interface Lists {
	/** The abbreviated list, which has no times: it clears a release, and does not accuse it. */
	abbreviated: (name: string) => Promise<Result<Packument>>;
	whole: (name: string) => Promise<Result<Packument>>;
}

/** The registry, as far as lists are read of it. */
interface ListRegistry {
	fetchAbbreviated(name: string): Promise<Result<unknown>>;
	fetchPackument(name: string): Promise<Result<unknown>>;
}

/** Both lists of a registry, parsed in slices. @param memoize keeps what was made of a list for the many marks of one package. */
export function listsOf(
	registry: ListRegistry,
	memoize: (make: (name: string) => Promise<Result<Packument>>) => (name: string) => Promise<Result<Packument>>,
): Lists {
	return {
		abbreviated: memoize(async (name) => {
			const fetched = await registry.fetchAbbreviated(name);
			return fetched.ok ? parseAbbreviated(fetched.value, createYielder(), name) : fetched;
		}),
		whole: memoize(async (name) => {
			const fetched = await registry.fetchPackument(name);
			return fetched.ok ? parsePackument(fetched.value, createYielder(), name) : fetched;
		}),
	};
}

/** What a quick check tells. */
interface QuickCheck {
	/** As `inspect` gives it: nothing was compared. */
	report: Report;
	/** The earlier version that had provenance, where the release at hand has none and is lost. */
	before?: string;
	/** The finding that such a warning was dismissed. */
	mute?: ReturnType<typeof findMute>;
}

/**
 * Checks a release's evidence and, where it has no provenance, whether that was lost.
 * @param lists asked for only then, the abbreviated one first: without a suspicion in it, the whole one is not asked for.
 */
export async function checkQuickly(spec: ReleaseSpec, world: World, lists: Lists): Promise<QuickCheck> {
	const { report } = await inspect(spec, world);
	const signed = report.claims.find(({ id }) => id === 'signed-by-build');
	if (signed?.standing !== 'unproved' || signed.why !== 'absent') return { report };
	const { name, version } = report.release;
	const before = isSuspect(await lists.abbreviated(name), version)
		? versionBefore(await lists.whole(name), version)
		: undefined;
	const mute = findMute(world.policies, report, 'lost');
	return { report, ...(before !== undefined && { before }), ...(mute && { mute }) };
}

/**
 * Whether a release without provenance may be lost: one up to it lists some. An abbreviated list has no times, so whatever is higher
 * cannot have come before; of one core version, any prerelease can.
 */
function isSuspect(packument: Result<Packument>, version: string): boolean {
	if (!packument.ok) return false;
	const here = semverOf({ version });
	return packument.value.releases.some(
		(other) =>
			other.version !== version &&
			(isPrerelease(version) || !isPrerelease(other.version)) &&
			other.attestations?.provenance !== undefined &&
			semverOf(other).compareMain(here) <= 0,
	);
}

/** The version that had provenance before a release without it, by its list; nothing where it is not lost. */
function versionBefore(packument: Result<Packument>, version: string): string | undefined {
	const comparison = packument.ok ? prepareComparison(packument.value, version, false) : packument;
	if (!comparison.ok || !comparison.value.loss) return undefined;
	const { before, since } = comparison.value.loss;
	return before?.version ?? since?.release.version;
}
