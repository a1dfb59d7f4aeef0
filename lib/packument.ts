/**
 * Owns what a packument tells: the releases of a package, when and how each was published, and which line it is of. Pure. A
 * packument is hostile text, and nobody signed it.
 */
import SemVer from 'semver/classes/semver.js';
import parseVersion from 'semver/functions/parse.js';
import maxSatisfying from 'semver/ranges/max-satisfying.js';
import * as v from 'valibot';
import { listedAttestations } from './answers.ts';
import { boundedList, FIRST_ONLY, MAX_PACKUMENT, parseJson } from './json.ts';
import { isPackageName, isVersion, REGISTRY } from './release.ts';
import { failed, type Manifest, type Result, success, type TrustTier } from './report.ts';
import { sortInSlices } from './slices.ts';

/** One release as a packument tells it. Only `signatures` are signed, and they cover name, version and integrity. */
export interface PublishedRelease extends Manifest {
	/** ISO time with milliseconds, UTC, so that times can be compared as text. */
	publishedAt: string;
	deprecated: boolean;
	/** The npm user; `trustedPublisher` its id where a build service published, `approver` who approved a staged publish. */
	publisher?: { name?: string | undefined; trustedPublisher?: string; approver?: string };
	/** Scripts that npm runs on install, by name. */
	installScripts: Partial<Record<InstallScript, string>>;
	/** Dependencies that npm installs from git or an address. */
	outsideDependencies: { name: string; source: string }[];
	fileCount?: number | undefined;
}

type InstallScript = (typeof INSTALL_SCRIPTS)[number];

/** A packument, as far as the comparison needs it. */
export interface Packument {
	name: string;
	distTags: Record<string, string>;
	/** By time of publishing, the oldest first. */
	releases: PublishedRelease[];
	/** Releases of which the list gives no date, the same but for it; they are not among `releases`. */
	undated: UndatedRelease[];
	/** How many releases could not be read and are left out. */
	unreadable: number;
	/** Of versions that were taken away only the times are left: how many, and the newest. */
	removed: { releases: number; last?: { version: string; publishedAt: string } };
}

/** A release without its date. */
export type UndatedRelease = Omit<PublishedRelease, 'publishedAt'>;

/**
 * Parses a full packument. What cannot be read of a release is left out, field by field; a release without an exact
 * version is left out and counted; one without a time is kept apart.
 * @param json its bytes (a Blob), or what they say, of any shape whatever; `__proto__` and its like are keys as others are, and are no
 *   versions.
 * @param pause awaited after every little piece of work, so that a packument of 20 MB makes no long task; it has to know
 *   itself when it is time.
 * @param asked the package that was asked for; another's packument is `wrong-shape`.
 * @returns failures `not-json`, `wrong-shape`, `too-large` (more values than `MAX_PACKUMENT`, or releases than `MAX_RELEASES`). A
 *   release with more than 100,000 values is left out and counted.
 */
export async function parsePackument(
	json: unknown,
	pause?: () => Promise<void>,
	asked?: string,
): Promise<Result<Packument>> {
	const parsed = await readPackument(json, pause);
	return parsed.ok ? readReleases(parsed.value, pause, asked) : parsed;
}

async function readReleases(
	{ name, versions, time, 'dist-tags': tags }: v.InferOutput<typeof packumentShape>,
	pause: (() => Promise<void>) | undefined,
	asked: string | undefined,
): Promise<Result<Packument>> {
	if (!isPackageName(name) || name !== (asked ?? name)) return failed('wrong-shape', 'name');
	const releases: PublishedRelease[] = [];
	const undated: UndatedRelease[] = [];
	const keys = Object.keys(versions);
	if (keys.length > MAX_RELEASES) return failed('too-large', `${keys.length} releases`);
	for (const [index, version] of keys.entries()) {
		if (index % SLICE === SLICE - 1) await pause?.();
		const publishedAt = Object.hasOwn(time, version) ? parseTime(time[version]) : undefined;
		const release = parseRelease(name, version, versions[version]);
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
 * Parses an abbreviated packument. It has no times, so versions count as published in their own order: enough to clear a release of
 * the suspicion that it lost something, and not enough to accuse it.
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

/**
 * How a release was published. All of it is the registry's word; of provenance, the word that there is some.
 * A release staged in the days of npm 11.15 cannot be told by itself: see `compare`.
 */
export function tierOf({ publisher, attestations }: Pick<PublishedRelease, 'publisher' | 'attestations'>): TrustTier {
	if (publisher?.approver !== undefined) return 'staged';
	const isTrustedPublisher = publisher?.trustedPublisher !== undefined;
	if (attestations?.provenance === undefined) return isTrustedPublisher ? 'publisher-only' : 'none';
	return isTrustedPublisher ? 'trusted-publisher' : 'provenance';
}

/** The line of an exact version: its major, on 0.x its minor (`1`, `0.30`). */
export function lineOf(version: string): string {
	const dot = version.indexOf('.');
	const major = version.slice(0, dot);
	return major === '0' ? version.slice(0, version.indexOf('.', dot + 1)) : major;
}

/** Compares two lines by their numbers: below zero where the first is the lower. */
export function compareLines(one: string, other: string): number {
	const [first, second] = [one, other].map((line) => line.split('.').map(Number));
	return (first?.[0] ?? 0) - (second?.[0] ?? 0) || (first?.[1] ?? 0) - (second?.[1] ?? 0);
}

/**
 * The channel of a prerelease: the letters of its identifier before the first digit or hyphen, small (`rc` of `rc.1`, `canary` of
 * `canary-3f1c2ab`); bare numbers and commit ids are one channel, without letters.
 */
export function channelOf(version: string): string {
	const identifier = /^[^-+]*-([^.+]*)/.exec(version)?.[1] ?? '';
	const isCommit = /^(?=[a-f]*\d)[0-9a-f]{7,64}$/i.test(identifier);
	return isCommit ? '' : (/^[a-z]*/i.exec(identifier)?.[0].toLowerCase() ?? '');
}

/** Whether a version is a prerelease; what stands behind a `+` says nothing of it. */
export function isPrerelease(version: string): boolean {
	return version.replace(/\+.*/, '').includes('-');
}

/**
 * Compares two versions by semver's order: below zero where the first is the lower, zero where they differ in build metadata alone.
 * Numbers of a prerelease are compared exactly, where semver's own comparison takes those above 2^53 for equal.
 * @throws TypeError as `semverOf`.
 * @see https://semver.org/spec/v2.0.0.html#spec-item-11
 */
export function compareReleases(one: { version: string }, other: { version: string }): number {
	return compareSemver(semverOf(one), semverOf(other));
}

function compareSemver(one: SemVer, other: SemVer): number {
	return one.compare(other) || comparePrereleases(one.prerelease, other.prerelease);
}

/** Of prereleases that semver calls equal: it keeps long numbers as text, and rounds them when it compares. */
function comparePrereleases(one: SemVer['prerelease'], other: SemVer['prerelease']): number {
	for (const [index, part] of one.entries()) {
		const [mine, its] = [String(part), String(other[index])];
		// Without zeros in front, the longer number is the higher.
		if (mine !== its) return mine.length - its.length || (mine < its ? -1 : 1);
	}
	return 0;
}

/** A release's version, to be compared. @throws TypeError for what `parsePackument` would have left out. */
export function semverOf(release: { version: string }): SemVer {
	const known = read.get(release) ?? new SemVer(release.version);
	read.set(release, known);
	return known;
}

/** Versions as semver reads them, once for each release: ten thousand at a time would hold the thread. */
const read = new WeakMap<object, SemVer>();

/** Releases, and lighter things, that are read between two pauses. */
const SLICE = 10;
const MANY = 500;
/** The longest lists of today have some ten thousand. */
const MAX_RELEASES = 100_000;
const FIELD = { configurable: true, enumerable: true, writable: true };

/** The scripts that npm runs on install. */
export const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'] as const;

const text = v.string();

/** Not valibot's own record, which would copy ten thousand entries in one go. */
const record = v.custom<Record<string, unknown>>(isRecord);

const packumentShape = v.object({
	name: text,
	'dist-tags': v.fallback(record, {}),
	time: v.fallback(record, {}),
	versions: record,
});

async function readPackument(json: unknown, pause?: () => Promise<void>) {
	const read = json instanceof Blob ? await parseJson(json, pause, MAX_PACKUMENT) : success(json);
	if (!read.ok) return read;
	// Of a package that was taken away only its times are left.
	if (isUnpublished(read.value)) return failed('release-not-found', 'unpublished');
	const parsed = v.safeParse(packumentShape, read.value);
	return parsed.success ? success(parsed.output) : failed('wrong-shape', v.getDotPath(parsed.issues[0]) ?? 'packument');
}

function isUnpublished(json: unknown): boolean {
	return isRecord(json) && json.versions === undefined && isRecord(json.time) && json.time.unpublished !== undefined;
}

/** What is not of its form counts as absent: old manifests have all kinds of things everywhere. */
function lenient<const Schema extends v.GenericSchema>(schema: Schema) {
	return v.fallback(v.optional(schema), undefined);
}

const size = v.pipe(v.number(), v.integer(), v.minValue(0));

const manifestShape = v.object({
	version: text,
	deprecated: v.optional(v.unknown()),
	dist: lenient(
		v.object({
			integrity: lenient(text),
			tarball: lenient(text),
			unpackedSize: lenient(size),
			fileCount: lenient(size),
			signatures: lenient(boundedList(v.object({ keyid: text, sig: text }), 16)),
			attestations: listedAttestations,
		}),
	),
	_npmUser: lenient(
		v.object({
			name: lenient(text),
			trustedPublisher: v.optional(v.unknown()),
			approver: v.optional(v.unknown()),
		}),
	),
	repository: lenient(v.union([text, v.object({ url: text })])),
	scripts: lenient(v.object({ preinstall: lenient(text), install: lenient(text), postinstall: lenient(text) })),
	dependencies: v.optional(v.unknown()),
	optionalDependencies: v.optional(v.unknown()),
	peerDependencies: v.optional(v.unknown()),
});

function parseRelease(name: string, version: string, json: unknown): UndatedRelease | undefined {
	if (!isReadable(version)) return undefined;
	const parsed = v.safeParse(manifestShape, json, FIRST_ONLY);
	if (!parsed.success || parsed.output.version !== version) return undefined;
	const { dist, _npmUser: user, repository, scripts, deprecated, ...dependencies } = parsed.output;
	const [trustedPublisher, approver] = [named(user?.trustedPublisher, 'id'), named(user?.approver, 'name')];
	return {
		name,
		version,
		// An empty text takes a deprecation back.
		deprecated: deprecated === true || (typeof deprecated === 'string' && deprecated !== ''),
		integrity: dist?.integrity,
		tarball: dist?.tarball,
		signatures: dist?.signatures ?? [],
		attestations: dist?.attestations,
		...(user && {
			publisher: {
				name: user.name,
				...(trustedPublisher !== undefined && { trustedPublisher }),
				...(approver !== undefined && { approver }),
			},
		}),
		repository: typeof repository === 'string' ? repository : repository?.url,
		installScripts: Object.fromEntries(Object.entries(scripts ?? {}).filter(isTextEntry)),
		// npm lists optional ones among the dependencies too, and installs those of peers since version 7.
		outsideDependencies: outside([
			dependencies.optionalDependencies,
			dependencies.dependencies,
			dependencies.peerDependencies,
		]),
		unpackedSize: dist?.unpackedSize,
		fileCount: dist?.fileCount,
	};
}

/** Who published or approved, in whatever form that is told: that somebody is there is what counts. */
function named(json: unknown, key: 'id' | 'name'): string | undefined {
	if (json === undefined || json === null || json === false || json === '') return undefined;
	const name = isRecord(json) ? json[key] : json;
	return typeof name === 'string' ? name : 'unnamed';
}

/** semver refuses numbers above 2^53, which the pattern of a version lets through. */
function isReadable(version: string): boolean {
	return isVersion(version) && parseVersion(version) !== null;
}

/**
 * Dependencies whose source is no version, range or tag: git and http addresses, `github:o/r`, `o/r`, files. An address of the
 * registry's own is the registry's. All of them, however many: one that is left out could hide behind the others.
 * @param lists of a name that stands in several, the first one's source counts.
 * @see https://docs.npmjs.com/cli/configuring-npm/package-json#dependencies
 */
function outside(lists: readonly unknown[]): { name: string; source: string }[] {
	const found: { name: string; source: string }[] = [];
	const stronger: Record<string, unknown>[] = [];
	for (const list of lists.map(asRecord)) {
		for (const name of Object.keys(list)) {
			const source = list[name];
			if (typeof source !== 'string' || !/[:/]/.test(source)) continue;
			if (source.startsWith('npm:') || source.startsWith(`${REGISTRY}/`)) continue;
			const isOverruled = stronger.some((one) => Object.hasOwn(one, name) && typeof one[name] === 'string');
			if (!isOverruled) found.push({ name, source });
		}
		stronger.push(list);
	}
	return found;
}

function isRecord(json: unknown): json is Record<string, unknown> {
	return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function asRecord(json: unknown): Record<string, unknown> {
	return isRecord(json) ? json : {};
}

function isTextEntry(entry: [string, unknown]): entry is [string, string] {
	return typeof entry[1] === 'string';
}

/** Any time that can be read, in the one form that can be compared as text. */
function parseTime(said: unknown): string | undefined {
	const time = typeof said === 'string' ? new Date(said) : undefined;
	if (!time || Number.isNaN(time.getTime())) return undefined;
	const iso = time.toISOString();
	return /^\d{4}-/.test(iso) ? iso : undefined;
}

/** Releases of one moment by version, so that their order never depends on the packument's. */
function byTime(one: PublishedRelease, other: PublishedRelease): number {
	if (one.publishedAt !== other.publishedAt) return one.publishedAt < other.publishedAt ? -1 : 1;
	return compareReleases(one, other) || (one.version < other.version ? -1 : 1);
}
