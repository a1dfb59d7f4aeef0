/**
 * Owns the question whether a release is of a known origin: which earlier records are worth fetching, and what the verified ones say.
 * Pure. All ages count to the release looked at.
 */

import type { PublishedRelease } from '../npm/published-release.ts';
import { channelOf, isPrerelease, lineOf } from '../npm/versions.ts';
import { FAILURES } from '../report/failures.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import { CHANGED_FIELDS, type Change } from '../report/history.ts';
import type { Identity } from '../report/identity.ts';
import { type Failure, failed, type Result } from '../report/result.ts';
import { ageOf, LONG_MS, SETTLED_MS } from './age.ts';
import { compareIdentities, isOfFirstRow, type Origin } from './identity-diff.ts';
import { hadProvenance } from './loss.ts';
import { comparePublishing, STAGED_IN_A_ROW } from './publishing.ts';

/** The settled origin is further back than this. */
const SETTLED_RELEASES = 5;
/** Records fetched beyond the settled one: with manifest, attestations, list and advisories these are eight requests. */
export const MAX_OTHERS = 3;

/** The earlier releases whose records are worth fetching. */
export interface OriginPlan {
	/** Fetched first: the origin known longest. */
	settled: PublishedRelease;
	/** Fetched only where that one differs, the newest first. */
	others: readonly PublishedRelease[];
	/** All that count, the oldest first: by the list. */
	pool: readonly PublishedRelease[];
	/** The newest stable releases, of whatever line: by the list, how those were published. The oldest first. */
	newest: readonly PublishedRelease[];
}

/**
 * Chooses the known origins of a release, from releases at least 72 hours old that list provenance. Stable ones are compared with
 * stable ones, prereleases with those of their identifier, else with stable ones.
 * @param releases by time, the oldest first.
 * @returns nothing where no record counts.
 */
export function planOrigins(releases: readonly PublishedRelease[], here: PublishedRelease): OriginPlan | undefined {
	const standing = releases.filter((other) => hadProvenance(other) && ageOf(other, here) >= SETTLED_MS);
	const stable = standing.filter(({ version }) => !isPrerelease(version));
	const isStable = !isPrerelease(here.version);
	const channel = isStable
		? stable
		: standing.filter(({ version }) => isPrerelease(version) && channelOf(version) === channelOf(here.version));
	const line = lineOf(here.version);
	// If none is older than 30 days, the oldest counts: an attacker's line or channel of some days does not vouch for itself alone.
	const fromLongAgo = (other: PublishedRelease, index: number) => index === 0 || ageOf(other, here) >= LONG_MS;
	const elsewhere = isStable ? [] : stable.filter(fromLongAgo);
	const own = channel.filter(
		(other, index) =>
			lineOf(other.version) === line || (isStable ? fromLongAgo(other, index) : ageOf(other, here) >= LONG_MS),
	);
	// A young channel: the stable releases are asked first.
	const isYoung = !own.some((other) => ageOf(other, here) >= LONG_MS);
	const pool = isYoung ? byTime([...elsewhere, ...own]) : own;
	const counted = pool.length > 0 ? pool : channel.slice(0, 1);
	const settled = settledOf(counted, here);
	// An old channel may have been left alone while the stable releases moved on.
	const others = settled && othersOf(counted, settled, line, elsewhere.at(-1));
	return settled && others && { settled, others, pool: counted, newest: stable.slice(-STAGED_IN_A_ROW) };
}

function settledOf(pool: readonly PublishedRelease[], here: PublishedRelease): PublishedRelease | undefined {
	const far = pool.slice(0, Math.max(0, pool.length - SETTLED_RELEASES));
	return far.findLast((other) => ageOf(other, here) > LONG_MS) ?? pool[0];
}

/**
 * In this order: the newest; that of the release's own line, which may have its own workflow; for a prerelease the newest stable one; one
 * for each trusted publisher or account; and the next newest.
 */
function othersOf(
	pool: readonly PublishedRelease[],
	settled: PublishedRelease,
	line: string,
	stable: PublishedRelease | undefined,
): PublishedRelease[] {
	const newestFirst = pool.filter((other) => other !== settled).reverse();
	const [newest = stable, next] = newestFirst;
	if (!newest) return [];
	const ofLine = newestFirst.find(({ version }) => lineOf(version) === line);
	const publishers = new Set([settled, newest].map(publisherKey));
	const ofPublishers = newestFirst.filter((other) => {
		const key = publisherKey(other);
		if (publishers.has(key)) return false;
		publishers.add(key);
		return true;
	});
	const chosen = [newest, ofLine, stable, ...ofPublishers, next, ...newestFirst.slice(2)];
	return [...new Set(chosen)]
		.filter((other) => other !== undefined && other !== settled)
		.slice(0, MAX_OTHERS) as PublishedRelease[];
}

function publisherKey({ publisher }: PublishedRelease): string {
	return JSON.stringify([publisher?.trustedPublisher, publisher?.name]);
}

function byTime(releases: PublishedRelease[]): PublishedRelease[] {
	return releases.sort((one, other) => (one.publishedAt < other.publishedAt ? -1 : 1));
}

/** The fetched record of an earlier release, or why there is none. */
export interface AskedRecord {
	release: PublishedRelease;
	identity: Result<Identity>;
}

/** What the known origins say of a release. */
export interface OriginOutcome {
	/** Why the release was not compared. */
	failure?: Failure;
	/** The known origin that agrees, else the nearest that verified. */
	with?: Origin;
	/** What differs from it, where none agrees. */
	changes: Change[];
	findings: Finding[];
	/** Whether a known origin agrees in all rows. */
	isKnown: boolean;
}

/**
 * Judges a release by the records that were asked for.
 * @param asked the records, in any order, each with its verified identity or why there is none.
 * @returns failures `origin-not-served` (a listed record was not served) and `origin-false` (all served ones are false), each with the
 *   version in its detail.
 */
export function judgeOrigin(
	here: PublishedRelease,
	identity: Identity,
	plan: OriginPlan,
	asked: readonly AskedRecord[],
): OriginOutcome {
	const now: Origin = { version: here.version, publishedAt: here.publishedAt, identity };
	const known = asked
		.flatMap(({ release: { version, publishedAt }, identity: known }) =>
			known.ok ? [{ version, publishedAt, identity: known.value }] : [],
		)
		.sort((one, other) => (one.publishedAt < other.publishedAt ? 1 : -1));
	const passedOver = asked.flatMap(({ release, identity }) =>
		identity.ok
			? []
			: [makeFinding('record-passed-over', { version: release.version, failure: identity.failure.code })],
	);
	const published = comparePublishing(here, plan.pool, plan.newest);
	const compared = known.map((origin) => ({ origin, ...compareIdentities(origin, now, known) }));
	const agreeing = compared.find(({ changes }) => changes.length === 0);
	if (agreeing) {
		const isNew = plan.settled.version !== agreeing.origin.version && originNew(compared, plan);
		return {
			with: agreeing.origin,
			changes: published.changes,
			findings: [...passedOver, ...agreeing.findings, ...published.findings, ...(isNew ? [isNew] : [])],
			isKnown: true,
		};
	}
	const [nearest] = compared;
	const missing = newestOf(
		asked.filter(({ identity }) => !identity.ok && FAILURES[identity.failure.code] === 'unchecked'),
	);
	const isExcused = !nearest || (missing !== undefined && isNearer(missing.release, nearest.origin));
	// A missing record does not excuse another repository, owner, issuer, or owner of the signing workflow.
	const isOfAnother = compared.length > 0 && compared.every(({ changes }) => changes.some(isOfFirstRow));
	if (isExcused && !isOfAnother) {
		return {
			failure: failureOf(asked, missing),
			...(nearest && { with: nearest.origin }),
			changes: published.changes,
			findings: [...passedOver, ...published.findings],
			isKnown: false,
		};
	}
	if (!nearest) return { changes: published.changes, findings: published.findings, isKnown: false };
	return {
		with: nearest.origin,
		changes: ordered([...nearest.changes, ...published.changes]),
		findings: [...passedOver, ...nearest.findings, ...published.findings],
		isKnown: false,
	};
}

function newestOf(asked: readonly AskedRecord[]): AskedRecord | undefined {
	return asked.reduce<AskedRecord | undefined>(
		(one, other) => (one && one.release.publishedAt >= other.release.publishedAt ? one : other),
		undefined,
	);
}

function isNearer(release: PublishedRelease, origin: Origin): boolean {
	return release.publishedAt > origin.publishedAt;
}

function failureOf(asked: readonly AskedRecord[], missing: AskedRecord | undefined): Failure {
	const one = missing ?? asked[0];
	const code = missing ? 'origin-not-served' : 'origin-false';
	const cause = one && !one.identity.ok ? one.identity.failure.code : undefined;
	return { ...failed(code, one?.release.version).failure, ...(cause && { cause }) };
}

/** Whether an origin first appeared in the last 30 days, or in the last five of the releases that count. */
export function isYoungOrigin(
	first: PublishedRelease,
	pool: readonly PublishedRelease[],
	here: PublishedRelease,
): boolean {
	return ageOf(first, here) <= LONG_MS || pool.length - pool.indexOf(first) <= SETTLED_RELEASES;
}

/** That the origin is not the one known longest: since when, of what was fetched, and what was before. */
function originNew(
	compared: readonly { origin: Origin; changes: readonly Change[] }[],
	plan: OriginPlan,
): Finding | undefined {
	const before = compared.find(({ origin }) => origin.version === plan.settled.version);
	if (!before) return undefined;
	const since = compared.findLast(({ changes }) => changes.length === 0)?.origin;
	// An older line may have an origin of its own, as long as it had before.
	if (!since || since.publishedAt <= before.origin.publishedAt) return undefined;
	const { repository, workflow } = before.origin.identity;
	return makeFinding('origin-new', {
		since: since.version,
		at: since.publishedAt,
		before: `${workflow} in ${repository}`,
		beforeVersion: before.origin.version,
	});
}

/** Changes in the order of their weight. */
function ordered(changes: Change[]): Change[] {
	const weight = ({ field }: Change) => CHANGED_FIELDS.indexOf(field);
	return changes.sort((one, other) => weight(one) - weight(other));
}
