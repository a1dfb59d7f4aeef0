/** Owns how old one release was when another was published. Pure. */
import type { PublishedRelease } from '../npm/published-release.ts';

const HOUR_MS = 3600 * 1000;
/** A hijacked release is mostly noticed within three days. */
export const SETTLED_MS = 72 * HOUR_MS;
/** Records of another line or channel count after this time. Until then an origin is new, and the look of a loss is red. */
export const LONG_MS = 30 * 24 * HOUR_MS;

/** Milliseconds from one release to another; below zero where it is the later one. */
export function ageOf(earlier: PublishedRelease, here: PublishedRelease): number {
	return Date.parse(here.publishedAt) - Date.parse(earlier.publishedAt);
}
