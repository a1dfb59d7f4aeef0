/** Owns the shape of each look: a sign of its own, never a shield or a seal, that reads without colour. */
import type { TrustTier } from '../report/history.ts';
import type { Verdict } from '../report/verdict.ts';

/**
 * How a panel looks: a verdict, or one of these.
 * - `malware`: the registry lists the release as malware.
 * - `pending`: no verdict yet. `failed`: there will be none.
 * - `muted`: a dismissed warning.
 * - `seen`: not as it was seen before.
 * - `warned`: another warning that is no verdict.
 * - `lost-earlier`: a loss of long ago.
 * - `not-compared`: a confirmed origin that was not compared with earlier releases.
 */
export type Look =
	| Verdict
	| 'malware'
	| 'pending'
	| 'failed'
	| 'muted'
	| 'seen'
	| 'warned'
	| 'lost-earlier'
	| 'not-compared';

/** What colour says beside the sign: an alarm, a change, a confirmed origin, or nothing. */
export type Tone = 'alarm' | 'note' | 'origin' | 'calm';

/** The one mapping from look to tone. */
export const LOOK_TONES: Record<Look, Tone> = {
	confirmed: 'origin',
	malware: 'alarm',
	mismatch: 'alarm',
	'not-allowed': 'alarm',
	lost: 'alarm',
	seen: 'alarm',
	warned: 'alarm',
	changed: 'note',
	unknown: 'calm',
	none: 'calm',
	muted: 'calm',
	'lost-earlier': 'calm',
	'not-compared': 'calm',
	pending: 'calm',
	failed: 'calm',
};

/** Paths on a 16 by 16 grid, drawn as strokes. */
export const LOOK_PATHS: Record<Look, string> = {
	// A pin on a map: where it came from.
	confirmed:
		'M8 15C5 11 3.5 8.6 3.5 6.2a4.5 4.5 0 0 1 9 0C12.5 8.6 11 11 8 15ZM8 8a1.8 1.8 0 1 0 0-3.6A1.8 1.8 0 0 0 8 8Z',
	// A road sign: stop and read.
	malware: 'M8 1.5L15 14H1ZM8 6v4M8 12v.1',
	// Two halves that do not fit.
	mismatch: 'M2 2l5 5-5 7M14 2L9 9l5 5',
	// Not equal.
	'not-allowed': 'M2.5 5.5h11M2.5 10.5h11M11 2L5 14',
	// A chain that ends.
	lost: 'M6 10l-2 2a2.8 2.8 0 0 1-4-4l2-2M10 6l2-2a2.8 2.8 0 0 1 4 4M6.5 2V.5M2 6.5H.5M9.5 14v1.5M14 10.5h1.5',
	// The same chain, in a box of the archive.
	'lost-earlier': 'M1.5 3h13v3h-13ZM2.5 6v8h11V6M6 9.5h4',
	// Look here.
	warned: 'M8 2v8M8 13v.6',
	// A pin, and nothing beside it.
	'not-compared': 'M6 14C3.6 10.8 2 8.8 2 6.8a4 4 0 0 1 8 0C10 8.8 8.4 10.8 6 14ZM12.5 4.5v4M12.5 11v.1',
	// From one to another.
	changed: 'M2 5h10M9 2l3 3-3 3M14 11H4M7 8l-3 3 3 3',
	unknown: 'M5 5.5a3 3 0 1 1 4.4 2.6C8.4 8.6 8 9.2 8 10.3M8 13.2v.6',
	none: 'M3 8h10',
	// A note that was filed.
	muted: 'M3 4h10M3 8h10M3 12h6',
	// Two sheets, one over the other.
	seen: 'M2 2h8v8H2ZM10 6h4v8H6v-4',
	pending: 'M8 2a6 6 0 1 1-5.7 4.1',
	failed: 'M5 5.5a3 3 0 1 1 4.4 2.6C8.4 8.6 8 9.2 8 10.3M8 13.2v.6',
};

/** The standing of a claim: proved or not, and why. */
export type Standing = 'proved' | 'refuted' | 'looked-at' | 'absent' | 'unprovable' | 'could-not-check';

/** The sign of each standing, on the same grid. */
export const STANDING_PATHS: Record<Standing, string> = {
	proved: 'M2.5 8.5l3.5 3.5 7.5-8',
	refuted: 'M3 3l10 10M13 3L3 13',
	'looked-at': 'M1.5 8s2.5-4 6.5-4 6.5 4 6.5 4-2.5 4-6.5 4S1.5 8 1.5 8ZM8 9.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4Z',
	absent: 'M3 8h10',
	unprovable: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 1 1 0-11Z',
	'could-not-check': 'M5 5.5a3 3 0 1 1 4.4 2.6C8.4 8.6 8 9.2 8 10.3M8 13.2v.6',
};

/** The shape of each way of publishing in the picture of a line, around the point 0 0, about 10 by 10. */
export const TIER_PATHS: Record<TrustTier, string> = {
	staged: 'm0-6.5 1.9 4.6 4.6 1.9-4.6 1.9-1.9 4.6-1.9-4.6-4.6-1.9 4.6-1.9z',
	'trusted-publisher': 'm-4.5-4.5h9v9h-9z',
	provenance: 'm0-5.5 5.2 9.5h-10.4z',
	'publisher-only': 'm-5-3.2 1.8-1.8 3.2 3.2 3.2-3.2 1.8 1.8-3.2 3.2 3.2 3.2-1.8 1.8-3.2-3.2-3.2 3.2-1.8-1.8 3.2-3.2z',
	none: 'm-4 0a4 4 0 1 0 8 0 4 4 0 1 0-8 0z',
};
