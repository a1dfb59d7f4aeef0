/**
 * Owns the question whether provenance was lost: which earlier releases count for a release, and whether one of them had it. Pure. By
 * the registry's list, in which a release "had" provenance where it is listed. Ages count to the release looked at.
 */
import { channelOf, compareLines, isPrerelease, lineOf, type PublishedRelease, semverOf } from '../packument.ts';

/** A line without a stable release for longer than this begins anew: the line below counts again. */
const SILENCE_MS = 365 * 24 * 3600 * 1000;
/** The look of a loss becomes calm after both: this time, and this many releases. */
const CALM_MS = 30 * 24 * 3600 * 1000;
const CALM_RELEASES = 3;
/** A release this near to one that is lost is likely published by the same hand. */
const BESIDE_MS = 24 * 3600 * 1000;

/** The provenance of every release of a packument. */
interface Losses {
	/** Whether a release without provenance is lost: one that counts had it, or is itself lost. */
	isLost: (release: PublishedRelease) => boolean;
	/** The first release of the loss that a lost one belongs to; it may be the release itself. */
	rootOf: (release: PublishedRelease) => PublishedRelease | undefined;
}

/** What is known of the stable releases of a line, so far in time. */
interface Line {
	line: string;
	/** The lowest version that had provenance or is lost. */
	lowestMarked?: PublishedRelease;
	/** When the first one did. */
	firstMarkedAt?: string;
	/** Times of its newest release. */
	lastAt: string;
	/** Whether a release of the line below that counts here is marked, and the root of its loss. */
	isLowerMarked: boolean;
	root?: PublishedRelease;
}

/** The same of the prereleases with one identifier in one line. */
interface Channel {
	lowest?: PublishedRelease;
	lowestMarked?: PublishedRelease;
	root?: PublishedRelease;
}

/**
 * Finds out which releases are lost, in one pass along the time.
 * @param releases by time, the oldest first; those without provenance as `hadProvenance` tells.
 * @param isHad whether a release had provenance: for the release at hand what we know, for all others what is listed.
 */
export function findLosses(
	releases: readonly PublishedRelease[],
	isHad: (release: PublishedRelease) => boolean = hadProvenance,
): Losses {
	const lines = new Lines();
	const channels = new Map<string, Channel>();
	const lost = new Map<PublishedRelease, PublishedRelease>();
	for (let from = 0; from < releases.length; ) {
		// Releases of one moment do not count for each other.
		let to = from + 1;
		while (to < releases.length && releases[to]?.publishedAt === releases[from]?.publishedAt) to += 1;
		const group = releases.slice(from, to);
		const judged = group.map((release) => {
			const { isMarked, root } = isPrerelease(release.version)
				? judgePrerelease(release, channels.get(channelKey(release)), lines)
				: lines.judge(release);
			const has = isHad(release);
			if (!has && isMarked) lost.set(release, root ?? release);
			return { release, isMarked: has || isMarked, root: has ? undefined : (root ?? (isMarked ? release : undefined)) };
		});
		for (const { release, isMarked, root } of judged) {
			if (!isPrerelease(release.version)) lines.add(release, isMarked, root);
			else
				channels.set(channelKey(release), withPrerelease(channels.get(channelKey(release)), release, isMarked, root));
		}
		from = to;
	}
	return { isLost: (release) => lost.has(release), rootOf: (release) => lost.get(release) };
}

/** Whether the list names provenance for a release. */
export function hadProvenance({ attestations }: PublishedRelease): boolean {
	return attestations?.provenance !== undefined;
}

/** The lines of a package, so far in time, the lowest first. */
class Lines {
	readonly #sorted: Line[] = [];
	readonly #byName = new Map<string, Line>();

	/** Whether something that counts for a stable release is marked. */
	judge(release: PublishedRelease): { isMarked: boolean; root?: PublishedRelease } {
		const line = this.#byName.get(lineOf(release.version));
		const isOwn = line?.lowestMarked !== undefined && isAtMost(line.lowestMarked, release);
		if (isOwn) return { isMarked: true, ...(line.root && { root: line.root }) };
		const lower = line && !isSilent(line.lastAt, release.publishedAt) ? undefined : this.#below(release.version);
		const isMarked = line?.isLowerMarked || lower?.firstMarkedAt !== undefined;
		const root = lower?.root ?? line?.root;
		return { isMarked, ...(isMarked && root && { root }) };
	}

	add(release: PublishedRelease, isMarked: boolean, root: PublishedRelease | undefined): void {
		const name = lineOf(release.version);
		const known = this.#byName.get(name);
		const isNew = !known || isSilent(known.lastAt, release.publishedAt);
		const isLowerMarked = isNew && this.#below(release.version)?.firstMarkedAt !== undefined;
		const line = known ?? this.#insert({ line: name, lastAt: release.publishedAt, isLowerMarked: false });
		line.isLowerMarked ||= isLowerMarked;
		line.lastAt = release.publishedAt;
		if (!isMarked) return;
		line.firstMarkedAt ??= release.publishedAt;
		if (!line.lowestMarked || !isAtMost(line.lowestMarked, release)) line.lowestMarked = release;
		if (root) line.root ??= root;
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

	/** Where a line stands among the others, or would stand. */
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

/** Prereleases of its identifier count, or where there is none, the stable ones. */
function judgePrerelease(release: PublishedRelease, channel: Channel | undefined, lines: Lines) {
	if (!channel?.lowest || !isCoreAtMost(channel.lowest, release)) return lines.judge(release);
	const isMarked = channel.lowestMarked !== undefined && isCoreAtMost(channel.lowestMarked, release);
	return { isMarked, ...(isMarked && channel.root && { root: channel.root }) };
}

function withPrerelease(
	channel: Channel = {},
	release: PublishedRelease,
	isMarked: boolean,
	root: PublishedRelease | undefined,
): Channel {
	const lower = (one: PublishedRelease | undefined) => (one && isCoreAtMost(one, release) ? one : release);
	return {
		...channel,
		lowest: lower(channel.lowest),
		...(isMarked && { lowestMarked: lower(channel.lowestMarked) }),
		...(root && { root: channel.root ?? root }),
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
	return semverOf(one).compare(semverOf(other)) <= 0;
}

/** The same for prereleases: within one core version, letters say nothing of the order. */
function isCoreAtMost(one: PublishedRelease, other: PublishedRelease): boolean {
	return semverOf(one).compareMain(semverOf(other)) <= 0;
}

/**
 * The releases that count for a release, by time, the oldest first: lower ones of its own line published earlier, and of the nearest
 * lower line those published before its own line began, or began anew after a year of silence. For a stable release only stable ones
 * count; for a prerelease those of its own line and identifier or, where there is none, stable ones.
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
	const counted = new Set(own.filter((other) => isAtMost(other, here)));
	for (const began of beginningsOf([...own, here])) {
		const below = stable.filter(
			({ version, publishedAt }) => publishedAt < began && compareLines(lineOf(version), line) < 0,
		);
		const nearest = below.reduce<string | undefined>(
			(one, { version }) => (one === undefined || compareLines(one, lineOf(version)) < 0 ? lineOf(version) : one),
			undefined,
		);
		for (const other of below) if (lineOf(other.version) === nearest) counted.add(other);
	}
	return earlier.filter((other) => counted.has(other));
}

/** When a line began, and began anew. @param releases its stable ones by time, and the release looked at as the last. */
function beginningsOf(releases: readonly PublishedRelease[]): string[] {
	return releases
		.filter(({ publishedAt }, index) => {
			const before = releases[index - 1];
			return before === undefined || isSilent(before.publishedAt, publishedAt);
		})
		.map(({ publishedAt }) => publishedAt);
}

/** What is to be said of a release that is lost. */
export interface Loss {
	/** The newest release that counts and had provenance; absent where none is in the list any more. */
	before?: PublishedRelease;
	/** The first release of the loss, where it is another, and how many were lost since. */
	since?: { release: PublishedRelease; releases: number; isLongAgo: boolean };
}

/** How a lost release was lost. */
export function describeLoss(releases: readonly PublishedRelease[], here: PublishedRelease, losses: Losses): Loss {
	const candidates = candidatesFor(releases, here);
	const before = candidates.findLast(hadProvenance);
	const lost = candidates.filter(losses.isLost);
	const roots = lost.flatMap((release) => losses.rootOf(release) ?? []);
	const root = roots.reduce<PublishedRelease | undefined>(
		(one, other) => (one && one.publishedAt <= other.publishedAt ? one : other),
		undefined,
	);
	const isLongAgo =
		root !== undefined &&
		lost.length >= CALM_RELEASES &&
		Date.parse(here.publishedAt) - Date.parse(root.publishedAt) > CALM_MS;
	const source = before ?? (root && candidatesFor(releases, root).findLast(hadProvenance));
	return {
		...(source && { before: source }),
		...(root && { since: { release: root, releases: lost.length, isLongAgo } }),
	};
}

/** The nearest release within 24 hours that is lost, for one without provenance whose line never had any. */
export function besideLost(
	releases: readonly PublishedRelease[],
	here: PublishedRelease,
	losses: Losses,
): PublishedRelease | undefined {
	return nearestOf(
		releases.filter((other) => other !== here && losses.isLost(other)),
		here,
	);
}

/** Whether any release of a release's line had provenance. */
export function hasLineProvenance(releases: readonly PublishedRelease[], here: PublishedRelease): boolean {
	const line = lineOf(here.version);
	return releases.some((other) => other !== here && lineOf(other.version) === line && hadProvenance(other));
}

/** The nearest in time of some releases, within 24 hours before or after. */
export function nearestOf(releases: readonly PublishedRelease[], here: PublishedRelease): PublishedRelease | undefined {
	const distance = (other: PublishedRelease) => Math.abs(Date.parse(other.publishedAt) - Date.parse(here.publishedAt));
	return releases
		.filter((other) => distance(other) <= BESIDE_MS)
		.reduce<PublishedRelease | undefined>(
			(one, other) => (one && distance(one) <= distance(other) ? one : other),
			undefined,
		);
}
