/** Owns how old one release was when another was published. Pure. */
import type { PublishedRelease } from '../packument.ts';

const HOUR_MS = 3600 * 1000;
/** In three days a hijacked release is mostly noticed. */
export const SETTLED_MS = 72 * HOUR_MS;
/** Records of another line or channel count from then on; so long is an origin new, and the look of a loss red. */
export const LONG_MS = 30 * 24 * HOUR_MS;

/** Milliseconds from one release to another; below zero where it is the later one. */
export function ageOf(earlier: PublishedRelease, here: PublishedRelease): number {
	return Date.parse(here.publishedAt) - Date.parse(earlier.publishedAt);
}
