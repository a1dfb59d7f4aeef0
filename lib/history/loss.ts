/**
 * Owns the question whether provenance was lost: which earlier releases count for a release, and whether one of them had it. Pure. By
 * the registry's list, in which a release "had" provenance where it is listed. Ages count to the release looked at.
 */

import type { PublishedRelease } from '../npm/published-release.ts';
import { channelOf, compareLines, compareReleases, isPrerelease, lineOf, semverOf } from '../npm/versions.ts';
import { ageOf, LONG_MS, SETTLED_MS } from './age.ts';

/** A line without a stable release for longer than this begins again: the line below counts again. */
const SILENCE_MS = 365 * 24 * 3600 * 1000;
/** The look of a loss becomes calm after 30 days and this many releases. See docs/decisions/0056-lost-is-inherited.md. */
const CALM_RELEASES = 3;
/** A release this near to one that is lost is likely published by the same hand. */
const BESIDE_MS = 24 * 3600 * 1000;

/** The provenance of every release of a packument. */
export interface Losses {
	/** Whether a release without provenance is lost: one that counts had it, or is itself lost. */
	isLost: (release: PublishedRelease) => boolean;
	/** Of a lost release that is not the first of its run: the run before it. */
	sinceOf: (release: PublishedRelease) => Since | undefined;
}

/** Lost releases one after the other, up to one. */
export interface Since {
	/** The first of them. */
	release: PublishedRelease;
	/** How many there are. */
	releases: number;
	/** Whether both 30 days and three releases have passed since. */
	isLongAgo: boolean;
}

/** Lost releases that no higher one with provenance ended. */
interface Run {
	root: PublishedRelease;
	releases: number;
	highest: PublishedRelease;
}

/** What is known of the stable releases of a line, so far in time. */
interface Line {
	line: string;
	/** The lowest version that had provenance or is lost. */
	lowestMarked?: PublishedRelease;
	/** Time of its newest release. */
	lastAt: string;
	/** Whether a release of the line below that counts here is marked. */
	isLowerMarked: boolean;
	/** Its own, or that of the line below in which it began. */
	run?: Run | undefined;
}

/** The same of the prereleases with one identifier in one line. */
interface Channel {
	lowest?: PublishedRelease;
	lowestMarked?: PublishedRelease;
	run?: Run;
}

/** What came before a release: whether something that counts had provenance or is lost, and the run that it would go on. */
interface Past {
	isMarked: boolean;
	run?: Run | undefined;
	/** Of a stable release that begins its line, or begins it again: whether the line below is marked. */
	isLowerMarked?: boolean;
}

/**
 * Finds out which releases are lost, in one pass along the time.
 * @param releases by time, the oldest first; those without provenance as `hadProvenance` tells.
 */
export function findLosses(releases: readonly PublishedRelease[]): Losses {
	const lines = new Lines();
	const channels = new Map<string, Channel>();
	const lost = new Map<PublishedRelease, Since | undefined>();
	for (let from = 0; from < releases.length; ) {
		// Releases of one moment do not count for each other.
		let to = from + 1;
		while (to < releases.length && releases[to]?.publishedAt === releases[from]?.publishedAt) to += 1;
		const judged = releases.slice(from, to).map((release) => ({
			release,
			past: isPrerelease(release.version)
				? judgePrerelease(release, channels.get(channelKey(release)), lines)
				: lines.judge(release),
		}));
		for (const { release, past } of judged) {
			if (past.isMarked && !hadProvenance(release)) lost.set(release, sinceOf(past.run, release));
			if (isPrerelease(release.version))
				channels.set(channelKey(release), withPrerelease(channels.get(channelKey(release)), release, past));
			else lines.add(release, past);
		}
		from = to;
	}
	return { isLost: (release) => lost.has(release), sinceOf: (release) => lost.get(release) };
}

function sinceOf(run: Run | undefined, here: PublishedRelease): Since | undefined {
	if (!run) return undefined;
	const { root, releases } = run;
	return { release: root, releases, isLongAgo: releases >= CALM_RELEASES && ageOf(root, here) > LONG_MS };
}

/** Whether the list names provenance for a release. */
export function hadProvenance({ attestations }: PublishedRelease): boolean {
	return attestations?.provenance !== undefined;
}

/** The lines of a package, so far in time, the lowest first. */
class Lines {
	readonly #sorted: Line[] = [];
	readonly #byName = new Map<string, Line>();

	/** What came before a release among stable ones. */
	judge(release: PublishedRelease): Past {
		const line = this.#byName.get(lineOf(release.version));
		const lower = line && !isSilent(line.lastAt, release.publishedAt) ? undefined : this.#below(release.version);
		const isLowerMarked = lower?.lowestMarked !== undefined;
		const isOwn = line?.lowestMarked !== undefined && isAtMost(line.lowestMarked, release);
		// A line that had provenance ended the run in which it began; a year of silence does not bring that back.
		const hadOwn = line?.lowestMarked !== undefined || line?.isLowerMarked === true;
		return {
			isMarked: isOwn || line?.isLowerMarked === true || isLowerMarked,
			run: line?.run ?? (hadOwn ? undefined : lower?.run),
			isLowerMarked,
		};
	}

	add(release: PublishedRelease, { isMarked, run, isLowerMarked = false }: Past): void {
		const name = lineOf(release.version);
		const line =
			this.#byName.get(name) ?? this.#insert({ line: name, lastAt: release.publishedAt, isLowerMarked: false });
		line.isLowerMarked ||= isLowerMarked;
		line.lastAt = release.publishedAt;
		line.run = runWith(line.run ?? run, release, isMarked, isAtMost);
		if (!isMarked && !hadProvenance(release)) return;
		if (!line.lowestMarked || !isAtMost(line.lowestMarked, release)) line.lowestMarked = release;
	}

	/** The nearest lower line that has begun. */
	#below(version: string): Line | undefined {
		return this.#sorted[this.#place(lineOf(version)) - 1];
	}

	#insert(line: Line): Line {
		this.#sorted.splice(this.#place(line.line), 0, line);
		this.#byName.set(line.line, line);
		return line;
	}

	/** The position of a line among the others, or the one that it would have. */
	#place(name: string): number {
		let [low, high] = [0, this.#sorted.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (compareLines(this.#sorted[middle]?.line ?? '', name) < 0) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}

/** A run with one more release: a lost one goes on with it, a higher one that had provenance ends it. */
function runWith(
	run: Run | undefined,
	release: PublishedRelease,
	isMarked: boolean,
	isUpTo: typeof isAtMost,
): Run | undefined {
	if (hadProvenance(release)) return run && isUpTo(run.highest, release) ? undefined : run;
	if (!isMarked) return run;
	if (!run) return { root: release, releases: 1, highest: release };
	return {
		root: run.root,
		releases: run.releases + 1,
		highest: isUpTo(run.highest, release) ? release : run.highest,
	};
}

/** Prereleases of its identifier count, or where there is none, the stable ones. */
function judgePrerelease(release: PublishedRelease, channel: Channel | undefined, lines: Lines): Past {
	if (!channel?.lowest || !isCoreAtMost(channel.lowest, release)) return lines.judge(release);
	const isMarked = channel.lowestMarked !== undefined && isCoreAtMost(channel.lowestMarked, release);
	return { isMarked, run: channel.run };
}

function withPrerelease(channel: Channel = {}, release: PublishedRelease, { isMarked, run }: Past): Channel {
	const lower = (one: PublishedRelease | undefined) => (one && isCoreAtMost(one, release) ? one : release);
	const next = runWith(channel.run ?? (isMarked ? run : undefined), release, isMarked, isCoreAtMost);
	return {
		lowest: lower(channel.lowest),
		...(isMarked || hadProvenance(release)
			? { lowestMarked: lower(channel.lowestMarked) }
			: channel.lowestMarked && { lowestMarked: channel.lowestMarked }),
		...(next && { run: next }),
	};
}

function channelKey({ version }: PublishedRelease): string {
	return `${lineOf(version)} ${channelOf(version)}`;
}

function isSilent(lastAt: string, at: string): boolean {
	return Date.parse(at) - Date.parse(lastAt) > SILENCE_MS;
}

/** Whether one version is lower than another or, but for build metadata, the same. */
function isAtMost(one: PublishedRelease, other: PublishedRelease): boolean {
	return compareReleases(one, other) <= 0;
}

/** The same for prereleases: within one core version, letters say nothing of the order. */
function isCoreAtMost(one: PublishedRelease, other: PublishedRelease): boolean {
	return semverOf(one).compareMain(semverOf(other)) <= 0;
}

/**
 * The releases that count for a release, by time, the oldest first. They are lower releases of its own line, published earlier, and those
 * of the nearest lower line, published before its own line began (or began again after a year of silence). For a stable release only
 * stable ones count. For a prerelease those of its own line and identifier count, or stable ones if there are none.
 */
export function candidatesFor(releases: readonly PublishedRelease[], here: PublishedRelease): PublishedRelease[] {
	const line = lineOf(here.version);
	const earlier = releases.filter((other) => other.publishedAt < here.publishedAt);
	if (isPrerelease(here.version)) {
		const channel = channelOf(here.version);
		const own = earlier.filter(
			(other) =>
				isPrerelease(other.version) &&
				lineOf(other.version) === line &&
				channelOf(other.version) === channel &&
				isCoreAtMost(other, here),
		);
		if (own.length > 0) return own;
	}
	const stable = earlier.filter(({ version }) => !isPrerelease(version));
	const own = stable.filter(({ version }) => lineOf(version) === line);
	const until = countedUntil(stable, line, beginningsOf([...own, here]));
	return stable.filter((other) => {
		const name = lineOf(other.version);
		return name === line ? isAtMost(other, here) : other.publishedAt < (until.get(name) ?? '');
	});
}

/**
 * Before which time the releases of a lower line count: at each beginning it is the nearest one of then.
 * @param stable by time. @param beginnings of the line, by time.
 */
function countedUntil(
	stable: readonly PublishedRelease[],
	line: string,
	beginnings: readonly string[],
): Map<string, string> {
	const until = new Map<string, string>();
	let nearest: string | undefined;
	let index = 0;
	for (const began of beginnings) {
		for (let other = stable[index]; other && other.publishedAt < began; other = stable[++index]) {
			const name = lineOf(other.version);
			if (compareLines(name, line) >= 0) continue;
			if (nearest === undefined || compareLines(nearest, name) < 0) nearest = name;
		}
		if (nearest !== undefined) until.set(nearest, began);
	}
	return until;
}

/** When a line began, and began again. @param releases its stable ones by time, and the release at hand as the last. */
function beginningsOf(releases: readonly PublishedRelease[]): string[] {
	return releases
		.filter(({ publishedAt }, index) => {
			const before = releases[index - 1];
			return before === undefined || isSilent(before.publishedAt, publishedAt);
		})
		.map(({ publishedAt }) => publishedAt);
}

/** The nearest release within 24 hours that is lost, and was not long ago. */
export function besideLost(
	releases: readonly PublishedRelease[],
	here: PublishedRelease,
	losses: Losses,
): PublishedRelease | undefined {
	return nearestOf(
		releases.filter((other) => other !== here && losses.isLost(other) && !losses.sinceOf(other)?.isLongAgo),
		here,
	);
}

/**
 * Whether a line had provenance before, in a release at least 72 hours old, so that an attacker's own does not count. For a stable
 * release only stable ones count.
 */
export function hasLineProvenance(releases: readonly PublishedRelease[], here: PublishedRelease): boolean {
	const line = lineOf(here.version);
	return releases.some(
		(other) =>
			lineOf(other.version) === line &&
			hadProvenance(other) &&
			ageOf(other, here) >= SETTLED_MS &&
			(isPrerelease(here.version) || !isPrerelease(other.version)),
	);
}

/** The nearest in time of some releases, within 24 hours before or after. */
export function nearestOf(releases: readonly PublishedRelease[], here: PublishedRelease): PublishedRelease | undefined {
	const distance = (other: PublishedRelease) => Math.abs(ageOf(other, here));
	return releases
		.filter((other) => distance(other) <= BESIDE_MS)
		.reduce<PublishedRelease | undefined>(
			(one, other) => (one && distance(one) <= distance(other) ? one : other),
			undefined,
		);
}
