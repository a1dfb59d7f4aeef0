/** Owns which looks come unasked with a comparison, since the registry's list of releases is enough for them. Pure. */
import type { PublishedRelease } from '../npm/published-release.ts';
import type { Finding } from '../report/findings.ts';
import { compareDependencies } from './dependencies.ts';
import { findScripts } from './install.ts';

/** A release among others of its list. */
interface ListedRelease {
	here: PublishedRelease;
	/** The release whose contents are worth comparing with. */
	base?: PublishedRelease;
	/** The releases that count, by time, the oldest first. */
	candidates: readonly PublishedRelease[];
}

/** What the list shows of a release's dependencies and scripts. */
export function findUnasked({ here, base, candidates }: ListedRelease): Finding[] {
	return [...(base ? compareDependencies(base, here) : []), ...findScripts(here, candidates)];
}
