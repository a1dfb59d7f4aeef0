/** Owns a package's list of releases, as the registry gives it. */

import SemVer from 'semver/classes/semver.js';
import maxSatisfying from 'semver/ranges/max-satisfying.js';
import type * as v from 'valibot';
import { sortInSlices } from '../async/slices.ts';
import { failed, type Result, success } from '../report/result.ts';
import { isReadable, type packumentShape, parseRelease, parseTime, readPackument } from './packument-shape.ts';
import type { Packument, PublishedRelease, UndatedRelease } from './published-release.ts';
import { isPackageName, isVersion } from './spec.ts';
import { compareReleases, compareSemver, semverOf } from './versions.ts';

/**
 * Parses a full packument. Unreadable fields of a release are left out. A release without an exact version is left out and counted; one
 * without a time is kept apart.
 * @param json its bytes (a Blob), or the value in them, of any shape; `__proto__` and similar names are ordinary keys, and are no
 *   versions.
 * @param pause awaited after every little piece of work, so that a packument of 20 MB makes no long task. It decides itself when to wait.
 * @param asked the package that was asked for; another's packument is `wrong-shape`.
 * @param hasDependencies whether each release keeps its lists of dependencies.
 * @returns failures `not-json`, `wrong-shape`, `too-large` (more values than `MAX_PACKUMENT`, or releases than `MAX_RELEASES`). A
 *   release with more than 100,000 values is left out and counted.
 */
export async function parsePackument(
	json: unknown,
	pause?: () => Promise<void>,
	asked?: string,
	hasDependencies = false,
): Promise<Result<Packument>> {
	const parsed = await readPackument(json, pause);
	return parsed.ok ? readReleases(parsed.value, pause, asked, hasDependencies) : parsed;
}

async function readReleases(
	{ name, versions, time, 'dist-tags': tags }: v.InferOutput<typeof packumentShape>,
	pause: (() => Promise<void>) | undefined,
	asked: string | undefined,
	hasDependencies = false,
): Promise<Result<Packument>> {
	if (!isPackageName(name) || name !== (asked ?? name)) return failed('wrong-shape', 'name');
	const releases: PublishedRelease[] = [];
	const undated: UndatedRelease[] = [];
	const keys = Object.keys(versions);
	if (keys.length > MAX_RELEASES) return failed('too-large', `${keys.length} releases`);
	for (const [index, version] of keys.entries()) {
		if (index % SLICE === SLICE - 1) await pause?.();
		const publishedAt = Object.hasOwn(time, version) ? parseTime(time[version]) : undefined;
		const release = parseRelease(name, version, versions[version], hasDependencies);
		if (!release) continue;
		if (publishedAt === undefined) undated.push(release);
		else releases.push({ ...release, publishedAt });
	}
	for (const [index, release] of releases.entries()) {
		if (index % SLICE === SLICE - 1) await pause?.();
		semverOf(release);
	}
	const distTags: Record<string, string> = {};
	for (const [index, tag] of Object.keys(tags).entries()) {
		if (index % MANY === MANY - 1) await pause?.();
		const version = tags[tag];
		if (typeof version === 'string') Object.defineProperty(distTags, tag, { ...FIELD, value: version });
	}
	return success({
		name,
		distTags,
		// The order in which a registry lists releases means nothing.
		releases: await sortInSlices(releases, byTime, pause),
		undated,
		unreadable: keys.length - releases.length - undated.length,
		removed: await findRemoved(time, versions, pause),
	});
}

/** The versions of which the list has a time and nothing else. */
async function findRemoved(
	time: Record<string, unknown>,
	versions: Record<string, unknown>,
	pause?: () => Promise<void>,
): Promise<Packument['removed']> {
	let releases = 0;
	let last: { version: string; publishedAt: string } | undefined;
	for (const [index, version] of Object.keys(time).entries()) {
		if (index % SLICE === SLICE - 1) await pause?.();
		if (Object.hasOwn(versions, version) || !isReadable(version)) continue;
		const publishedAt = parseTime(time[version]);
		releases += 1;
		if (publishedAt !== undefined && publishedAt > (last?.publishedAt ?? '')) last = { version, publishedAt };
	}
	return { releases, ...(last && { last }) };
}

/**
 * Parses an abbreviated packument. It has no times, so versions count as published in their own order. That is enough to clear a release
 * of a loss, and not enough to accuse it (docs/decisions/0087-abbreviated-lists-clear-by-version.md).
 * @param json its bytes, or what they say, of any shape whatever.
 * @param pause, asked as for `parsePackument`.
 * @returns failures as for `parsePackument`.
 */
export async function parseAbbreviated(
	json: unknown,
	pause?: () => Promise<void>,
	asked?: string,
): Promise<Result<Packument>> {
	const parsed = await readPackument(json, pause);
	if (!parsed.ok) return parsed;
	const keys = Object.keys(parsed.value.versions);
	if (keys.length > MAX_RELEASES) return failed('too-large', `${keys.length} releases`);
	const readable: SemVer[] = [];
	for (const [index, one] of keys.entries()) {
		if (index % SLICE === SLICE - 1) await pause?.();
		if (isReadable(one)) readable.push(new SemVer(one));
	}
	const ordered = await sortInSlices(readable, compareSemver, pause);
	// A week apart, and long before the days of which anything special is known.
	const time: Record<string, string> = {};
	for (const [index, { raw }] of ordered.entries()) {
		if (index % MANY === MANY - 1) await pause?.();
		time[raw] = new Date(index * 7 * 24 * 3600 * 1000).toISOString();
	}
	return readReleases({ ...parsed.value, time }, pause, asked);
}

/**
 * The highest version of a packument that a range takes.
 * @param json its bytes, or what they say, of any shape whatever.
 * @param range semver's. @param pause as for `parsePackument`.
 * @returns `undefined` where none is in the range; failures `not-json`, `wrong-shape`, `too-large`.
 */
export async function findInRange(
	json: unknown,
	range: string,
	pause?: () => Promise<void>,
): Promise<Result<string | undefined>> {
	const parsed = await readPackument(json, pause);
	if (!parsed.ok) return parsed;
	const versions = Object.keys(parsed.value.versions);
	if (versions.length > MAX_RELEASES) return failed('too-large', `${versions.length} releases`);
	let highest: string | null = null;
	for (let at = 0; at < versions.length; at += MANY) {
		const some = versions.slice(at, at + MANY).filter(isVersion);
		highest = maxSatisfying(highest === null ? some : [highest, ...some], range);
		await pause?.();
	}
	return success(highest ?? undefined);
}

/** Releases, and lighter things, that are read between two pauses. */
const SLICE = 10;

const MANY = 500;

/** The longest lists of today have some ten thousand. */
const MAX_RELEASES = 100_000;

const FIELD = { configurable: true, enumerable: true, writable: true };

/** Releases of one moment by version, so that their order never depends on the packument's. */
function byTime(one: PublishedRelease, other: PublishedRelease): number {
	if (one.publishedAt !== other.publishedAt) return one.publishedAt < other.publishedAt ? -1 : 1;
	return compareReleases(one, other) || (one.version < other.version ? -1 : 1);
}
