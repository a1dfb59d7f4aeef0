/** Owns the geometry of the picture of a line: the places of releases, which marks coincide, where the axis is marked. Pure. */

import type { LineRelease, TrustTier } from '../../lib/report/history.ts';
import { TIER_PATHS } from '../../lib/text/verdict-icons.ts';

/** Height of each way of publishing, from the axis upwards. Without provenance there is no height. */
export const LEVELS: Record<TrustTier, number> = {
	staged: 3,
	'trusted-publisher': 2,
	provenance: 1,
	'publisher-only': 0,
	none: 0,
};

const TIERS = Object.keys(LEVELS);
/** Pixels within which a mark covers another, and within which one strike is enough. */
const COVERED = 3;
const STRIKES = 12;

/** A picture's measures, in pixels. */
export interface Frame {
	/** The places of the first and the last release. */
	left: number;
	right: number;
	/** Height of the lowest level, and of one step up. */
	base: number;
	step: number;
}

/** The place of each release: across by time, up by the way of publishing. */
export function placesOf(releases: readonly LineRelease[], frame: Frame): { x: number; y: number }[] {
	const scale = scaleOf(releases, frame);
	return releases.map(({ publishedAt, tier }) => ({
		x: scale(Date.parse(publishedAt)),
		y: frame.base - LEVELS[tier] * frame.step,
	}));
}

/**
 * The marks as few paths, however many releases. Of marks of one shape that would cover each other, one is drawn. Strikes are further
 * apart, since a dense row of them would look like one bar. The table has each release.
 */
export function pathsOf(releases: readonly LineRelease[], places: readonly { x: number; y: number }[]) {
	const drawn = new Set<number>();
	const paths = { stable: '', prerelease: '', deprecated: '' };
	const accounts = new Set<number>();
	for (const [index, { tier, isPrerelease, isDeprecated, publisherBefore }] of releases.entries()) {
		const { x = 0, y = 0 } = places[index] ?? {};
		const across = Math.round(x);
		if (publisherBefore !== undefined) accounts.add(across);
		const kind = TIERS.indexOf(tier) * 3;
		const isNew = (key: number) => !drawn.has(key) && drawn.add(key) !== undefined;
		if (isNew(Math.round(across / COVERED) * 64 + kind + (isPrerelease ? 1 : 0)))
			paths[isPrerelease ? 'prerelease' : 'stable'] += `M${across} ${y}${TIER_PATHS[tier]}`;
		if (isDeprecated && isNew(Math.round(across / STRIKES) * 64 + kind + 2))
			paths.deprecated += `M${across - 7} ${y + 7}l14-14`;
	}
	// Where another account published than before.
	return { ...paths, accounts: [...accounts] };
}

/** The release whose mark is nearest to a point. */
export function nearest(places: readonly { x: number; y: number }[], x: number, y: number): number {
	let [found, least] = [0, Number.POSITIVE_INFINITY];
	for (const [index, place] of places.entries()) {
		const distance = (place.x - x) ** 2 + (place.y - y) ** 2;
		// Of two on one spot the later.
		if (distance <= least) [found, least] = [index, distance];
	}
	return found;
}

/** Steps of the axis: days, months or years. */
const STEPS: [unit: 'day' | 'month' | 'year', count: number][] = [
	['day', 1],
	['day', 7],
	['month', 1],
	['month', 3],
	['year', 1],
	['year', 2],
	['year', 5],
	['year', 10],
];
const DAY = 24 * 3600 * 1000;
/** A label needs this much room. */
const LABEL = 64;

/** Marks of the time axis, as fine as labels have room. Times are UTC, as the registry gives them. */
export function ticksOf(releases: readonly LineRelease[], frame: Frame): { x: number; label: string }[] {
	const [from, to] = range(releases);
	const scale = scaleOf(releases, frame);
	const most = Math.max(1, Math.floor((frame.right - frame.left) / LABEL));
	const lengths = { day: DAY, month: 30 * DAY, year: 365 * DAY };
	// Whatever times a registry gives: beyond the last step, as many decades as it takes.
	const decades = Math.ceil((to - from) / lengths.year / 10 / most);
	const [unit, count] = STEPS.find(([one, of]) => (to - from) / (lengths[one] * of) <= most) ?? ['year', 10 * decades];
	const format = {
		day: { day: 'numeric', month: 'short' },
		month: { month: 'short', year: 'numeric' },
		year: { year: 'numeric' },
	} as const;
	const words = new Intl.DateTimeFormat('en-GB', { ...format[unit], timeZone: 'UTC' });
	const ticks: { x: number; label: string }[] = [];
	for (let index = 0; ; index += 1) {
		const time = startOf(new Date(from), unit, count, index);
		if (time > to) break;
		if (time >= from) ticks.push({ x: scale(time), label: words.format(time) });
	}
	return ticks;
}

/** The begin of the day, month or year, so many steps on. */
function startOf(date: Date, unit: 'day' | 'month' | 'year', count: number, index: number): number {
	const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
	if (unit === 'day') return Date.UTC(year, month, day + index * count);
	if (unit === 'month') return Date.UTC(year, month - (month % count) + index * count, 1);
	return Date.UTC(year - (year % count) + index * count, 0, 1);
}

function range(releases: readonly LineRelease[]): [from: number, to: number] {
	return [Date.parse(releases[0]?.publishedAt ?? ''), Date.parse(releases.at(-1)?.publishedAt ?? '')];
}

function scaleOf(releases: readonly LineRelease[], { left, right }: Frame): (time: number) => number {
	const [from, to] = range(releases);
	// A single moment is in the middle.
	return (time) => (to > from ? left + ((right - left) * (time - from)) / (to - from) : (left + right) / 2);
}
