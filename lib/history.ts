/**
 * Owns the comparison of a release with those before it: which one counts, what was lost or changed. Pure. Nobody signed what a
 * packument says of them: the findings say whose word each fact is.
 */
import {
	INSTALL_SCRIPTS,
	isPrerelease,
	lineOf,
	type Packument,
	type PublishedRelease,
	semverOf,
	tierOf,
} from './packument.ts';
import {
	type Change,
	type ChangedField,
	type ClaimId,
	FAILURES,
	type Failure,
	type Finding,
	failed,
	type History,
	type Identity,
	type Line,
	type LineRelease,
	type Result,
	type SaidBy,
	type TrustTier,
} from './report.ts';
import { parseSigner } from './sigstore/identity.ts';

/** Every finding made here: the claim it belongs to, and who says it. What `detail` holds stands beside the code. */
export const HISTORY_FINDINGS = {
	/** There were releases before it, and none of them had provenance. */
	'first-with-provenance': ['signed-by-build', 'registry'],
	/** None here, and what counts had none; but releases before it that do not count had (detail: the newest). */
	'other-lines-have-provenance': ['signed-by-build', 'registry'],
	/** Lost, but not only here (detail: since which release and day, and in how many). */
	'provenance-lost-earlier': ['signed-by-build', 'registry'],
	/** Lost, and the release is deprecated, so it is no alarm (detail: the release that had it). */
	'deprecated-without-provenance': ['signed-by-build', 'registry'],
	/** None here, and the only release before it that had provenance is deprecated (detail: that release). */
	'deprecated-had-provenance': ['signed-by-build', 'registry'],
	/** None here, but of the days in which npm lost the record of some staged releases (detail: the release that had it). */
	'provenance-perhaps-unrecorded': ['signed-by-build', 'registry'],
	/** None here nor in its line, which began within 72 hours; the line below had it (detail: the release that had it). */
	'line-began-without-provenance': ['signed-by-build', 'registry'],
	/** The earlier release's provenance was verified and is false (detail: its version, and the failure). */
	'earlier-provenance-false': ['signed-by-build', 'here'],
	/** A trusted publisher is named, and there is no provenance (detail: the publisher's id). */
	'trusted-publisher-without-provenance': ['signed-by-build', 'registry'],
	/** Published more strongly than what it is compared with (detail: both tiers). */
	'tier-rose': ['release-approved', 'registry'],
	/** Published more weakly, in the days in which npm did not record approvals: perhaps staged (detail: both ways). */
	'staged-unrecorded': ['release-approved', 'registry'],
	/** Another npm user (detail: both names). */
	'publisher-changed': ['release-approved', 'registry'],
	/** Another release of the line came within ten minutes (detail: which, and how far apart). */
	'published-within-minutes': ['release-approved', 'registry'],
	/** The same repository, by its number, under a new name (detail: both names). */
	'repository-renamed': ['built-by', 'signature'],
	/** A deployment environment is named where there was none (detail: its name). */
	'environment-added': ['built-by', 'signature'],
	/** The earlier release lists provenance that could not be verified, so signers were not compared (detail: its version). */
	'earlier-signer-not-compared': ['built-by', 'here'],
	/** A script that npm runs on install is new (detail: name and command). */
	'install-script-added': ['workflow-harmless', 'package'],
	/** A script that npm runs on install reads differently (detail: name and command). */
	'install-script-changed': ['workflow-harmless', 'package'],
	/** A dependency from git or an address, not from the registry, is new (detail: name and source). */
	'dependency-outside-registry': ['dependencies-clean', 'package'],
	/** The unpacked files weigh far more (detail: bytes and number of files, both times). */
	'size-jumped': ['only-this-source', 'registry'],
	/** Releases of the packument could not be read and were left out (detail: how many). */
	'releases-unreadable': ['built-by', 'here'],
} as const satisfies Record<string, readonly [ClaimId, SaidBy]>;
export type HistoryFindingCode = keyof typeof HISTORY_FINDINGS;

/** What is compared. */
export interface HistoryInput {
	packument: Packument;
	/** The release at hand. */
	version: string;
	/** Whether its provenance was verified; left out, what the packument lists counts. */
	hasProvenance?: boolean;
	/** Its identity, where that was verified. */
	identity?: Identity | undefined;
	/** What `baselineFor` names, with its verified identity, or why there is none; left out where that was not fetched. */
	earlier?: { version: string; identity?: Identity | undefined; failure?: Failure | undefined } | undefined;
}

/** For `changed`, an earlier release must have stood this long: in three days a hijacked one is mostly noticed. */
const SETTLED = 72 * 3600 * 1000;
const MINUTES = 10 * 60 * 1000;
/** Unpacked files are far more where they grew by half and by this many bytes. */
const FAR_MORE = 1024 * 1024;

/**
 * npm 11.15 (20 May 2026) brought staged publishing, 11.16 (27 May) the record of who approved; releases without that
 * record were seen until the end of the month. A release of these days looks published by a person with a token, and an
 * early fault even dropped the provenance of some.
 * @see https://github.com/pnpm/pnpm/issues/11887
 * @see https://github.com/tinylibs/tinyexec/issues/131
 */
const STAGED_UNRECORDED = { from: '2026-05-20', until: '2026-06-01' };

/**
 * The one earlier release that a release is compared with, and whose attestation is worth fetching.
 *
 * Of the releases that count (`comparableWith`), those that had provenance go first: only an identity can be compared with
 * an identity, and one release made by hand in between must not wash away whose the others were. Deprecated ones go
 * last: maintainers deprecate a hijacked release, and the honest one after it has not changed. Of these the newest that
 * has stood for 72 hours, else the newest: a thief must not become the measure of the thief's next release. Where
 * provenance was lost it is simply the newest that had it, which is the one to stay on.
 * @param hasProvenance as in `HistoryInput`.
 * @returns nothing where the version is not in the packument or nothing before it counts.
 */
export function baselineFor(
	packument: Packument,
	version: string,
	hasProvenance?: boolean,
): PublishedRelease | undefined {
	const here = releaseIn(packument, version, hasProvenance);
	return here && baselineOf(here, comparableWith(packument, here));
}

/**
 * Compares a release with those before it.
 *
 * `lost` (a change of the field `provenance`): it has none, and *any* release that counts had it, however long ago. The
 * contract calls a release `none` only where nothing to compare with had provenance; and were the line forgiven after
 * some releases or weeks without, a thief would only have to publish something harmless and wait. So each further release
 * of a line that gave provenance up is `lost`, with the finding `provenance-lost-earlier` that says since when. One
 * release made by hand among others is itself `lost` and does nothing to those after it. Against false alarms:
 * - higher versions, other lines and, for a stable version, prereleases do not count (they are findings);
 * - a prerelease does count for the prereleases after it: nuxt 4.0.0-alpha.1 was made by hand, 4.0.0-0 was not;
 * - a deprecated release is never `lost`: npm already advises against it;
 * - one deprecated release is not enough to have had it, unless a lower one had it too: it was a mishap. Several are:
 *   whoever holds a stolen account can deprecate what came before, and must not silence the alarm by it;
 * - in the days of npm 11.15, a release after a trusted publisher's or a staged one was perhaps staged.
 * A thief's second release in a new line has only the thief's first one to be compared with. The contract calls it `none`; while
 * its line is younger than 72 hours and the line below had provenance, it is a finding (`line-began-without-provenance`).
 *
 * `changed` (any other change, of a release with provenance): against `baselineFor`, the verified identities field by
 * field, repository and owner by number where both are known; and the way of publishing, by the registry's word.
 * @returns the history for the Report, and findings; `packument-unavailable` where the release is not in the packument.
 */
export function compare(input: HistoryInput): { history: History; findings: Finding[] } {
	const { packument, version, identity, earlier } = input;
	const findings: Finding[] = [];
	if (packument.unreadable > 0) findings.push(finding('releases-unreadable', `${packument.unreadable}`));
	const here = releaseIn(packument, version, input.hasProvenance ?? (identity ? true : undefined));
	if (!here) {
		const { failure } = failed('packument-unavailable', `${version} is not in it`);
		return { history: { state: 'not-compared', failure }, findings };
	}
	const comparable = comparableWith(packument, here);
	const before = baselineOf(here, comparable);
	const { identity: earlierIdentity, failure } = (before && earlier?.version === before.version && earlier) || {};
	const isEarlierFalse = failure !== undefined && FAILURES[failure.code] === 'false';
	const outcomes = [
		compareProvenance({ here, before, comparable, packument, isVerified: earlierIdentity !== undefined }),
		identity && earlierIdentity && compareIdentities(earlierIdentity, identity),
		before && comparePublishing(before, here),
		before && compareContents(before, here),
		compareTimes(packument, here),
	].filter((outcome) => outcome !== undefined);
	findings.push(...outcomes.flatMap((outcome) => outcome.findings));
	if (before && isEarlierFalse)
		findings.push(finding('earlier-provenance-false', `${before.version}: ${failure.code}`));
	else if (identity && before && hadProvenance(before) && !earlierIdentity)
		findings.push(finding('earlier-signer-not-compared', before.version));
	return {
		history: {
			state: 'compared',
			line: lineOf(version),
			tier: tierOf(here),
			...(before && {
				with: {
					version: before.version,
					publishedAt: before.publishedAt,
					tier: tierOf(before),
					...(earlierIdentity && { identity: earlierIdentity }),
				},
			}),
			changes: outcomes.flatMap((outcome) => outcome.changes),
		},
		findings,
	};
}

/**
 * The releases of a release's line, and of the nearest lower line where the comparison has to go there; each with how it was
 * published, and with what differs between one verified identity and the next.
 * @param checked verified identities, or why there is none, by version.
 * @returns nothing where the release is not in the packument.
 */
export function lineFor(
	packument: Packument,
	version: string,
	checked: ReadonlyMap<string, Result<Identity>> = new Map(),
): Line | undefined {
	const here = releaseIn(packument, version);
	if (!here) return undefined;
	const line = lineOf(version);
	const [before] = comparableWith(packument, here);
	const below = before && lineOf(before.version) !== line ? lineOf(before.version) : undefined;
	const members = packument.releases.filter((one) => [line, below].includes(lineOf(one.version)));
	const releases = members.map((release, index) => {
		const result = checked.get(release.version);
		return { ...outline(release, members[index - 1]), ...(result && { checked: result }) };
	});
	compareAlong(releases);
	return { line, ...(below !== undefined && { below }), releases };
}

/** What the registry says of a release of a line. */
function outline(release: PublishedRelease, before: PublishedRelease | undefined): LineRelease {
	const [publisher, publisherBefore] = [release.publisher?.name, before?.publisher?.name];
	const isStronger = before !== undefined && WAYS.indexOf(wayOf(release)) > WAYS.indexOf(wayOf(before));
	const isOther = publisher !== publisherBefore && publisherBefore !== undefined && !isStronger;
	return {
		version: release.version,
		publishedAt: release.publishedAt,
		tier: tierOf(release),
		hasProvenance: hadProvenance(release),
		...(isPrerelease(release.version) && { isPrerelease: true }),
		...(release.deprecated && { isDeprecated: true }),
		...(publisher !== undefined && { publisher }),
		...(isOther && { publisherBefore }),
	};
}

/** Compares each verified identity of a line with the newest one before it that counts. */
function compareAlong(releases: LineRelease[]): void {
	const earlier: { release: LineRelease; identity: Identity }[] = [];
	for (const release of releases) {
		if (!release.checked?.ok) continue;
		const identity = release.checked.value;
		const before = earlier.findLast(
			(other) =>
				other.release.publishedAt < release.publishedAt &&
				!(other.release.isPrerelease && !release.isPrerelease) &&
				semverOf(release).compare(semverOf(other.release)) > 0,
		);
		if (before) {
			const { changes, findings } = compareIdentities(before.identity, identity);
			Object.assign(release, { since: before.release.version, changes });
			if (findings.some(({ code }) => code === 'repository-renamed')) release.renamedFrom = before.identity.repository;
		}
		earlier.push({ release, identity });
	}
}

/** Whether provenance was there before a release that has none, and by what its list tells. @returns the version that had it, or nothing. */
export function seemsLost(packument: Packument, version: string): string | undefined {
	const { history } = compare({ packument, version, hasProvenance: false });
	const isLost = history.state === 'compared' && history.changes.some(({ field }) => field === 'provenance');
	return isLost ? history.with?.version : undefined;
}

/** A release of the packument, with provenance as we know it, if we do, instead of as it is listed. */
function releaseIn({ releases }: Packument, version: string, hasProvenance?: boolean): PublishedRelease | undefined {
	const release = releases.find((other) => other.version === version);
	if (!release || (hasProvenance ?? hadProvenance(release)) === hadProvenance(release)) return release;
	return { ...release, attestations: hasProvenance ? { provenance: 'not listed' } : undefined };
}

function hadProvenance({ attestations }: PublishedRelease): boolean {
	return attestations?.provenance !== undefined;
}

/**
 * The releases that count: published earlier, semver-lower, of the same line; if there are none, of the nearest lower
 * line. A stable version ignores prereleases.
 */
function comparableWith({ releases }: Packument, here: PublishedRelease): PublishedRelease[] {
	return comparableIn(releases, here);
}

function comparableIn(releases: readonly PublishedRelease[], here: PublishedRelease): PublishedRelease[] {
	const [parsed, line, isStable] = [semverOf(here), lineOf(here.version), !isPrerelease(here.version)];
	const counts = (other: PublishedRelease) =>
		other.publishedAt < here.publishedAt &&
		!(isStable && isPrerelease(other.version)) &&
		parsed.compare(semverOf(other)) > 0;
	const own = releases.filter((other) => lineOf(other.version) === line && counts(other));
	if (own.length > 0) return own;
	const lower = releases.filter(counts);
	const highest = lower.reduce<PublishedRelease | undefined>(
		(one, other) => (one && semverOf(one).compare(semverOf(other)) > 0 ? one : other),
		undefined,
	);
	return lower.filter((other) => highest && lineOf(other.version) === lineOf(highest.version));
}

/** The releases of the next lower line, where none of those that count has stood for 72 hours: they may all be one thief's. */
function belowYoungLine(
	{ releases }: Packument,
	here: PublishedRelease,
	comparable: readonly PublishedRelease[],
): PublishedRelease[] {
	if (comparable.some((other) => timeBetween(other, here) > SETTLED)) return [];
	const young = new Set([here, ...comparable].map(({ version }) => lineOf(version)));
	return comparableIn(
		releases.filter(({ version }) => !young.has(lineOf(version))),
		here,
	);
}

function baselineOf(here: PublishedRelease, comparable: PublishedRelease[]): PublishedRelease | undefined {
	const had = comparable.filter(hadProvenance);
	const known = had.length > 0 ? had : comparable;
	const standing = known.filter((release) => !release.deprecated);
	const candidates = standing.length > 0 ? standing : known;
	if (had.length > 0 && !hadProvenance(here)) return candidates.at(-1);
	return candidates.findLast((release) => timeBetween(release, here) > SETTLED) ?? candidates.at(-1);
}

/** Milliseconds from one release to another. */
function timeBetween(earlier: PublishedRelease, later: PublishedRelease): number {
	return Date.parse(later.publishedAt) - Date.parse(earlier.publishedAt);
}

/** What one comparison gives. */
interface Outcome {
	changes: Change[];
	findings: Finding[];
}

/** A finding of the table above; `detail` is cut to what a reader can bear. */
function finding(code: HistoryFindingCode, detail?: string): Finding {
	const [claim, saidBy] = HISTORY_FINDINGS[code];
	return { code, claim, saidBy, ...(detail !== undefined && { detail: detail.slice(0, 300) }) };
}

/** Whether it was lost, and what else is to be said of having none or being the first. */
function compareProvenance(scene: {
	here: PublishedRelease;
	before: PublishedRelease | undefined;
	comparable: PublishedRelease[];
	packument: Packument;
	/** Whether the earlier release's provenance was verified, not only listed. */
	isVerified: boolean;
}): Outcome {
	const { here, before, comparable, packument, isVerified } = scene;
	const outcome: Outcome = { changes: [], findings: [] };
	const find = (code: HistoryFindingCode, detail?: string) => outcome.findings.push(finding(code, detail));
	const earlier = packument.releases.filter((other) => other.publishedAt < here.publishedAt);
	if (hadProvenance(here)) {
		if (earlier.length > 0 && !earlier.some(hadProvenance)) find('first-with-provenance');
		return outcome;
	}
	if (here.publisher?.trustedPublisher !== undefined)
		find('trusted-publisher-without-provenance', here.publisher.trustedPublisher);
	const had = comparable.filter(hadProvenance);
	const last = had.at(-1);
	const isLower = (other: PublishedRelease) =>
		semverOf(here).compare(semverOf(other)) > 0 && !isPrerelease(other.version);
	const isOnlyOne =
		last !== undefined && !earlier.some((other) => other !== last && hadProvenance(other) && isLower(other));
	if (!last || !before) {
		const below = here.deprecated ? undefined : belowYoungLine(packument, here, comparable).findLast(hadProvenance);
		const elsewhere = earlier.findLast(hadProvenance);
		if (before && below && !isStagedUnrecorded(below, here)) find('line-began-without-provenance', below.version);
		else if (elsewhere) find('other-lines-have-provenance', elsewhere.version);
	} else if (here.deprecated) find('deprecated-without-provenance', last.version);
	else if (last.deprecated && isOnlyOne) find('deprecated-had-provenance', last.version);
	else if (isStagedUnrecorded(before, here)) find('provenance-perhaps-unrecorded', last.version);
	else {
		outcome.changes.push({ field: 'provenance', before: isVerified ? 'verified' : 'listed', now: 'none' });
		const since = comparable.slice(comparable.indexOf(last) + 1);
		// A thief's second release must not be told as an old habit.
		if (since[0] && timeBetween(since[0], here) > SETTLED) {
			const releases = since.length === 1 ? 'one release' : `${since.length} releases`;
			find(
				'provenance-lost-earlier',
				`since ${since[0].version} (${since[0].publishedAt.slice(0, 10)}), in ${releases}`,
			);
		}
	}
	return outcome;
}

/** The ways to publish, the weakest first. */
const WAYS = ['token', 'trusted publisher', 'staged'] as const;
/** The tiers, the weakest first. */
const TIERS: readonly TrustTier[] = ['none', 'provenance', 'trusted-publisher', 'staged'];

function wayOf({ publisher }: PublishedRelease): (typeof WAYS)[number] {
	if (publisher?.approver !== undefined) return 'staged';
	return publisher?.trustedPublisher === undefined ? 'token' : 'trusted publisher';
}

/** Whether a release after a trusted publisher's or a staged one only looks published by hand: npm did not record approvals then. */
function isStagedUnrecorded(before: PublishedRelease, here: PublishedRelease): boolean {
	const { from, until } = STAGED_UNRECORDED;
	const isOfThen = here.publishedAt >= from && here.publishedAt < until;
	return isOfThen && wayOf(here) === 'token' && wayOf(before) !== 'token';
}

function comparePublishing(before: PublishedRelease, here: PublishedRelease): Outcome {
	const outcome: Outcome = { changes: [], findings: [] };
	const rise = WAYS.indexOf(wayOf(here)) - WAYS.indexOf(wayOf(before));
	// `publisher-only` is in no order, so it is above nothing.
	const isTierHigher = TIERS.indexOf(tierOf(here)) > Math.max(0, TIERS.indexOf(tierOf(before)));
	if (isTierHigher) outcome.findings.push(finding('tier-rose', `${tierOf(before)} -> ${tierOf(here)}`));
	else if (isStagedUnrecorded(before, here))
		outcome.findings.push(finding('staged-unrecorded', `${wayOf(before)} -> ${wayOf(here)}`));
	else if (rise < 0) outcome.changes.push({ field: 'publishing', before: wayOf(before), now: wayOf(here) });
	const [earlierName, name] = [before.publisher?.name, here.publisher?.name];
	// With a stronger way to publish comes another name, a build service's or the approver's.
	if (earlierName !== name && rise <= 0)
		outcome.findings.push(finding('publisher-changed', `${earlierName ?? '?'} -> ${name ?? '?'}`));
	return outcome;
}

/** What nobody signed of the contents, against the earlier release's. */
function compareContents(before: PublishedRelease, here: PublishedRelease): Outcome {
	const findings: Finding[] = [];
	for (const name of INSTALL_SCRIPTS) {
		const [earlier, now] = [before.installScripts[name], here.installScripts[name]];
		if (now === undefined || now === earlier) continue;
		findings.push(
			finding(earlier === undefined ? 'install-script-added' : 'install-script-changed', `${name}: ${now}`),
		);
	}
	const known = new Map(before.outsideDependencies.map(({ name, source }) => [name, source]));
	for (const { name, source } of here.outsideDependencies)
		if (known.get(name) !== source) findings.push(finding('dependency-outside-registry', `${name}: ${source}`));
	const [earlierSize, size] = [before.unpackedSize, here.unpackedSize];
	if (earlierSize !== undefined && size !== undefined && size > earlierSize * 1.5 && size - earlierSize > FAR_MORE) {
		const files = `${before.fileCount ?? '?'} -> ${here.fileCount ?? '?'}`;
		findings.push(finding('size-jumped', `${earlierSize} -> ${size} bytes, ${files} files`));
	}
	return { changes: [], findings };
}

/** The release of the same line that came within minutes of this one, before or after: the nearest. */
function compareTimes({ releases }: Packument, here: PublishedRelease): Outcome {
	const time = Date.parse(here.publishedAt);
	const [from, to] = [time - MINUTES, time + MINUTES].map((end) => new Date(end).toISOString());
	const [nearest] = releases
		.filter(({ publishedAt }) => publishedAt >= (from ?? '') && publishedAt <= (to ?? ''))
		.filter((other) => other.version !== here.version && lineOf(other.version) === lineOf(here.version))
		.map((other) => ({ version: other.version, distance: Math.abs(timeBetween(other, here)) }))
		.sort((one, other) => one.distance - other.distance);
	const detail = nearest && `${nearest.version}, ${Math.round(nearest.distance / 1000)} s`;
	return { changes: [], findings: detail === undefined ? [] : [finding('published-within-minutes', detail)] };
}

/** Two verified identities. A field that one certificate does not have cannot be compared: those of early 2023 have few. */
function compareIdentities(before: Identity, now: Identity): Outcome {
	const outcome: Outcome = { changes: [], findings: [] };
	const change = (field: ChangedField, earlier: string | undefined, current: string | undefined) => {
		if (earlier !== undefined && current !== undefined && earlier !== current)
			outcome.changes.push({ field, before: earlier, now: current });
	};
	// Numbers are a host's own.
	const isSameHost = hostOf(before) === hostOf(now);
	const number = (id: 'repositoryId' | 'ownerId') => {
		const ids = { before: before[id], now: now[id] };
		return isSameHost && ids.before !== undefined && ids.now !== undefined ? ids : undefined;
	};
	const compareNumbered = (field: 'repository' | 'owner', names: [before: string, now: string]) => {
		const ids = number(`${field}Id`);
		// Hosts do not tell capitals from small letters in these names.
		const isSameName = names[0].toLowerCase() === names[1].toLowerCase();
		const isSame = ids ? ids.before === ids.now : isSameName;
		if (!isSame && isSameName) change(`${field}Id`, ids?.before, ids?.now);
		else if (!isSame) change(field, ...names);
		return isSame;
	};
	const isSameRepository = compareNumbered('repository', [before.repository, now.repository]);
	if (isSameRepository && before.repository !== now.repository)
		outcome.findings.push(finding('repository-renamed', `${before.repository} -> ${now.repository}`));
	compareNumbered('owner', [ownerOf(before), ownerOf(now)]);
	change('issuer', before.issuer, now.issuer);
	change('workflow', before.workflow, now.workflow);
	const signers = [otherSigner(before), otherSigner(now)];
	if (signers[0] !== signers[1]) change('signer', signers[0] ?? before.workflow, signers[1] ?? now.workflow);
	change('ref-kind', refKind(before.ref), refKind(now.ref));
	change('trigger', before.trigger, now.trigger);
	change('runner', before.runner, now.runner);
	// An environment guards a release, so one that is gone has changed, and one that came is no alarm.
	if (before.environment === undefined) {
		if (now.environment !== undefined) outcome.findings.push(finding('environment-added', now.environment));
	} else if (before.environment !== now.environment)
		outcome.changes.push({ field: 'environment', before: before.environment, now: now.environment ?? 'none' });
	return outcome;
}

function hostOf({ repository }: Identity): string | undefined {
	return repository.split('/')[2]?.toLowerCase();
}

/** Everything above the repository; on GitLab that may be groups within groups. */
function ownerOf({ repository }: Identity): string {
	return repository.slice(0, repository.lastIndexOf('/'));
}

/**
 * The workflow that signed, where it is not the build file itself: without its ref, and without the repository's name where
 * it is the repository's own, so that neither a new tag nor a renamed repository reads as another signer.
 */
function otherSigner({ signer, repository, workflow }: Identity): string | undefined {
	const { path } = parseSigner(signer);
	if (!path.toLowerCase().startsWith(`${repository.toLowerCase()}/`)) return path;
	const own = path.slice(repository.length).replace(/^\/+/, '');
	return own === workflow ? undefined : own;
}

function refKind(ref: string): string {
	const kinds: Record<string, string> = { tags: 'tag', heads: 'branch', pull: 'pull request' };
	const kind = /^refs\/(tags|heads|pull)\//.exec(ref)?.[1];
	return (kind && kinds[kind]) ?? 'other';
}
