/** Owns how a release was lost: which one had provenance before, and since when there is none. Pure. */

import type { PublishedRelease } from '../npm/published-release.ts';
import { ageOf, SETTLED_MS } from './age.ts';
import { candidatesFor, hadProvenance, type Losses, type Since } from './loss.ts';

/** What is known of the loss of a release. */
export interface Loss {
	/** The newest release that counts and had provenance, preferably at least 72 hours old; absent if none is in the list now. */
	before?: PublishedRelease;
	/** The run of lost releases that it goes on with; absent where it is the first. */
	since?: Since;
}

/** How a lost release was lost. */
export function describeLoss(releases: readonly PublishedRelease[], here: PublishedRelease, losses: Losses): Loss {
	const since = losses.sinceOf(here);
	const before = beforeLoss(releases, here, losses);
	return { ...(before && { before }), ...(since && { since }) };
}

/** From one lost release to the first that counted for it; each step leads to an earlier one, mostly of another line or channel. */
const MAX_STEPS = 20;

/** The release that had provenance before a loss, or before the loss that it goes on with. */
function beforeLoss(
	releases: readonly PublishedRelease[],
	here: PublishedRelease,
	losses: Losses,
): PublishedRelease | undefined {
	let lost: PublishedRelease | undefined = here;
	for (let step = 0; lost && step < MAX_STEPS; step += 1) {
		const candidates = candidatesFor(releases, lost);
		const before = lastWithProvenance(candidates, lost);
		if (before) return before;
		const root: PublishedRelease | undefined = losses.sinceOf(lost)?.release;
		lost = root ?? candidates.find(losses.isLost);
	}
	return undefined;
}

function lastWithProvenance(
	candidates: readonly PublishedRelease[],
	here: PublishedRelease,
): PublishedRelease | undefined {
	const had = candidates.filter(hadProvenance);
	return had.findLast((other) => ageOf(other, here) >= SETTLED_MS) ?? had.at(-1);
}
