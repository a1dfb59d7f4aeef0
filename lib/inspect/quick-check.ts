/**
 * Owns the quick check of a release in a list: its evidence, the registry's list of malware, and as few lists of releases as show
 * whether it is lost.
 */

import { createYielder } from '../async/slices.ts';
import { type Comparison, followedBy, prepareComparison } from '../history/compare.ts';
import { parseAbbreviated, parsePackument } from '../npm/packument.ts';
import type { Packument, PublishedRelease } from '../npm/published-release.ts';
import { isPrerelease, semverOf } from '../npm/versions.ts';
import type { Inspection } from '../report/evidence.ts';
import type { Report } from '../report/report.ts';
import type { Result } from '../report/result.ts';
import { addAdvisories } from './complete.ts';
import type { InspectContext } from './inspect.ts';
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

/** A loss of long ago, and when it was; or of a deprecated release, and the version that followed. */
export type CalmLoss = { since: string; at: string } | { next: string };

/** The result of a quick check. */
interface QuickCheck {
	/** As `inspect` returns it, with the registry's advisories on malware. Nothing was compared. */
	report: Report;
	/** The earlier version that had provenance, where the release at hand has none and is lost. */
	before?: string;
	/** Of such a loss, why it is calm: as `isCalmLoss` of the whole comparison. */
	calm?: CalmLoss;
	/** The finding that such a warning was dismissed. */
	mute?: ReturnType<typeof findMute>;
	/** Whether a list that decides this could not be fetched. */
	isUnlisted?: true;
}

/**
 * Completes an inspection by whether the registry lists the release as malware and, where it has no provenance, by whether that was lost.
 * @param inspection as `inspect` gives it.
 * @param lists asked for only then, the abbreviated one first: without a suspicion in it, the whole one is not asked for.
 */
export async function checkQuickly(inspection: Inspection, world: InspectContext, lists: Lists): Promise<QuickCheck> {
	const [{ report }, loss] = await Promise.all([addAdvisories(inspection, world), findLoss(inspection.report, lists)]);
	const mute = loss.before === undefined ? undefined : findMute(world.policies, report, 'lost');
	return { report, ...loss, ...(mute && { mute }) };
}

/** Whether a release without provenance is lost. */
async function findLoss(
	{ claims, release: { name, version } }: Report,
	lists: Lists,
): Promise<Pick<QuickCheck, 'before' | 'calm' | 'isUnlisted'>> {
	const signed = claims.find(({ id }) => id === 'signed-by-build');
	if (signed?.standing !== 'unproved' || signed.why !== 'absent') return {};
	const abbreviated = await lists.abbreviated(name);
	if (!abbreviated.ok) return { isUnlisted: true };
	const here = abbreviated.value.releases.find((release) => release.version === version);
	// A list that lacks the release, or has it in an unreadable form, shows nothing.
	if (!here) return { isUnlisted: true };
	if (!isSuspect(abbreviated.value, here)) return {};
	const whole = await lists.whole(name);
	if (!whole.ok) return { isUnlisted: true };
	const comparison = prepareComparison(whole.value, version, false);
	// It gives no date of the release, or of one that may count: the panel says that this could not be checked.
	if (!comparison.ok) return { isUnlisted: true };
	const { loss } = comparison.value;
	if (!loss) return {};
	// Who had it is no longer in the list.
	if (!loss.before) return { isUnlisted: true };
	const calm = calmOf(comparison.value);
	return { before: loss.before.version, ...(calm && { calm }) };
}

function calmOf(comparison: Comparison): CalmLoss | undefined {
	const since = comparison.loss?.since;
	if (since?.isLongAgo) return { since: since.release.version, at: since.release.publishedAt };
	const next = followedBy(comparison);
	return next && { next: next.version };
}

/**
 * Whether a release without provenance may be lost: one that counts for it lists some (docs/decisions/0087-abbreviated-lists-clear-by-version.md).
 * Those are releases up to it, and of one core version any prerelease. For a prerelease that `latest` names, any one of any height.
 */
function isSuspect(packument: Packument, here: PublishedRelease): boolean {
	const isLatest = isPrerelease(here.version) && packument.distTags.latest === here.version;
	return packument.releases.some(
		(other) =>
			other !== here &&
			(isPrerelease(here.version) || !isPrerelease(other.version)) &&
			other.attestations?.provenance !== undefined &&
			(isLatest || semverOf(other).compareMain(semverOf(here)) <= 0),
	);
}
