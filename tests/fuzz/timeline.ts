/** Owns when a fuzzed package was published, and under which versions: one timeline a seed, for which records are minted. */
import { Seeded } from '../support/seeded.ts';

/** A release that may have signed records. */
export interface Slot {
	version: string;
	publishedAt: Date;
}

export interface Timeline {
	/** The package's name. */
	name: string;
	/** By time, the oldest first. */
	slots: Slot[];
}

/** Plausible histories of versions: patches, new lines, prereleases of several kinds, back-ports, build metadata. */
const HISTORIES = [
	['1.0.0', '1.0.1', '1.1.0', '1.2.0', '2.0.0-rc.1', '2.0.0-rc.2', '2.0.0', '1.2.1', '2.0.1', '2.1.0', '2.1.1'],
	['0.1.0', '0.1.1', '0.2.0', '0.2.1', '1.0.0-beta.1', '1.0.0', '0.2.2', '1.0.1', '1.1.0-canary-3f1c2ab', '1.1.0'],
	['3.0.0', '3.0.1', '3.1.0', '3.1.1', '3.1.2', '3.2.0', '3.2.1', '3.3.0', '3.3.1', '3.4.0', '3.4.1', '3.5.0'],
	['1.0.0', '1.0.0+a', '1.0.1', '1.1.0-0', '1.1.0', '2.0.0', '3.0.0', '2.0.1', '3.0.1', '3.0.1+b', '3.1.0', '4.0.0'],
] as const;

const NAMES = ['minted', '@stamp-test/minted', 'JSONMinted'] as const;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Around each border that the comparison has: minutes, one day, three, thirty, half a year, a year. */
const GAPS = [
	HOUR / 12,
	2 * HOUR,
	23 * HOUR,
	2 * DAY,
	4 * DAY,
	9 * DAY,
	20 * DAY,
	35 * DAY,
	70 * DAY,
	200 * DAY,
	380 * DAY,
];
/** Most gaps are those of daily life. */
const USUAL = [2 * DAY, 4 * DAY, 9 * DAY, 9 * DAY, 20 * DAY, 20 * DAY, 35 * DAY];

/** The timeline of a seed. It ends before November 2026, whatever its gaps. */
export function timelineOf(seed: number): Timeline {
	const random = new Seeded(seed);
	const versions = random.pick(HISTORIES);
	const gaps = versions.map(() => (random.below(3) === 0 ? random.pick(GAPS) : random.pick(USUAL)));
	// The first of the private instance's validity, so that all of it is covered.
	let time = Date.UTC(2024, 1, 1) + random.below(300) * DAY;
	// Not longer than there is room for.
	const sum = gaps.reduce((total, gap) => total + gap, 0);
	const most = Date.UTC(2026, 9, 1) - time;
	const shrink = sum > most ? most / sum : 1;
	const slots = versions.map((version, index) => {
		time += Math.round((gaps[index] ?? 0) * shrink);
		return { version, publishedAt: new Date(time) };
	});
	return { name: random.pick(NAMES), slots };
}
