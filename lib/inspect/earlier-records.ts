/** Owns which earlier records a comparison fetches, and in what order: as few as decide. */

import { ageOf, LONG_MS, SETTLED_MS } from '../history/age.ts';
import { type Comparison, namedElsewhere } from '../history/compare.ts';
import { hadProvenance } from '../history/loss.ts';
import { type AskedRecord, judgeOrigin, MAX_OTHERS, planOrigins } from '../history/origin.ts';
import type { PublishedRelease } from '../npm/published-release.ts';
import { compareLines, isPrerelease, lineOf } from '../npm/versions.ts';
import type { ReleaseRegistry } from '../registry/registry.ts';
import type { FailureCode } from '../report/failures.ts';
import type { Identity } from '../report/identity.ts';
import type { Result } from '../report/result.ts';
import type { TrustRoot } from '../sigstore/trust-root.ts';
import { identityOfRelease } from './provenance.ts';

/** After one of these failures, further requests would fail too. */
const NO_USE_ASKING: readonly FailureCode[] = [
	'permission-withheld',
	'registry-unreachable',
	'registry-timeout',
	'rate-limited',
];
/** A version to go to is not older than this. */
const ADVISED_MS = 180 * 24 * 3600 * 1000;
/** Of a neighbour, the known origins beyond the settled one: eight requests in all. */
const MAX_NEIGHBOUR_OTHERS = 2;

/** The fetched records. */
export interface EarlierRecords {
	records: AskedRecord[];
	/** The releases that `latest` fell behind. */
	higher: AskedRecord[];
	isNeighbourChanged: boolean;
	/** The registry's answers, for their age. */
	answers: Result<unknown>[];
}

/** Whether an answer says that further requests are useless. */
export function isNoUseAsking(result: Result<unknown>): boolean {
	return !result.ok && NO_USE_ASKING.includes(result.failure.code);
}

/**
 * Asks for the records that the comparison of a release needs. For a release with provenance: the origin known longest, and up to three
 * more only if that one differs. For a lost release: the one that had provenance, and the origin known longest before that.
 * @param identity the release's own, where it was verified. @param advisesNothing whether no version to stay on is looked for.
 */
export async function askEarlierRecords(
	comparison: Comparison,
	identity: Identity | undefined,
	registry: ReleaseRegistry,
	trust: TrustRoot,
	advisesNothing = false,
): Promise<EarlierRecords> {
	const asker = new RecordAsker(registry, trust);
	const { here, origins, loss, neighbour, higher } = comparison;
	const [first] = higher.filter((release) => release.attestations?.provenance !== undefined);
	if (identity && origins) {
		await asker.ask(origins.settled);
		// Eight requests in all, with the record that `latest` fell behind.
		const isOneMore = first !== undefined && ![origins.settled, ...origins.others].includes(first);
		const others = isOneMore ? origins.others.slice(0, MAX_OTHERS - 1) : origins.others;
		if (!judgeOrigin(here, identity, origins, asker.records).isKnown) await asker.askAll(others);
		else if (isRestored(comparison)) await asker.askAll(origins.others.slice(0, 1));
	}
	if (loss && advisesNothing) await asker.askAll([loss.before]);
	else if (loss) {
		await asker.askAll([loss.before, knownLongest(comparison), newerThan(comparison)]);
		// Nobody is sent to a thief's own release: then one more is asked for.
		if (!asker.records.some(({ release }) => release === loss.before && isOfKnown(comparison, asker.records)(release)))
			await asker.askAll([newestBefore(comparison)]);
	}
	const isKnown = identity && (!origins || judgeOrigin(here, identity, origins, asker.records).isKnown);
	const moved = new RecordAsker(registry, trust);
	if (isKnown && first && !asker.has(first)) await moved.ask(first);
	const beside = new RecordAsker(registry, trust);
	const isNeighbourChanged = neighbour !== undefined && (await isChanged(neighbour, comparison, beside));
	return {
		records: asker.records,
		higher: moved.records,
		isNeighbourChanged,
		answers: [...asker.answers, ...moved.answers, ...beside.answers],
	};
}

/** Versions whose advisories are asked for together: the release's own, and of those that may be advised. */
export function versionsAtStake(comparison: Comparison): string[] {
	const { here, origins, loss } = comparison;
	const ofLoss = loss ? [loss.before, newestBefore(comparison), newerThan(comparison)] : [];
	const advisable = [knownLongest(comparison), ...(origins?.others ?? []), ...ofLoss];
	return [...new Set([here, ...advisable].flatMap((release) => (release ? [release.version] : [])))];
}

/**
 * The version to stay on, or a newer one to go to: its provenance verified, its origin known, stable, of the same line or a higher one,
 * and not older than 180 days.
 * @param records what was asked for.
 * @param isListed whether the registry's advisories list a version.
 */
export function adviseVersion(
	comparison: Comparison,
	{ records }: EarlierRecords,
	isListed: (version: string) => boolean,
): string | undefined {
	const { here } = comparison;
	const line = lineOf(here.version);
	const newestFirst = records.toSorted((one, other) => (one.release.publishedAt < other.release.publishedAt ? 1 : -1));
	const earlier = newestFirst.filter(({ release }) => release.publishedAt < here.publishedAt);
	const isKnown = isOfKnown(comparison, records);
	const isGood = ({ release, identity }: AskedRecord) =>
		identity.ok &&
		isKnown(release) &&
		!isPrerelease(release.version) &&
		!release.deprecated &&
		compareLines(lineOf(release.version), line) >= 0 &&
		ageOf(release, here) <= ADVISED_MS &&
		!isListed(release.version);
	const stay = earlier.find((record) => isGood(record) && ageOf(record.release, here) >= SETTLED_MS);
	const newer = newestFirst.find((record) => record.release.publishedAt >= here.publishedAt && isGood(record));
	return (stay ?? newer)?.release.version;
}

/** Whether releases without provenance came since the newest known origin: that is then the one to name. */
function isRestored({ candidates, origins }: Comparison): boolean {
	const newest = origins?.pool.at(-1);
	return candidates.some(
		(other) => other.attestations?.provenance === undefined && other.publishedAt > (newest?.publishedAt ?? ''),
	);
}

/** The newest stable release after this one with provenance, of the same line or a higher one. */
function newerThan({ here, releases }: Comparison): PublishedRelease | undefined {
	const line = lineOf(here.version);
	return releases.findLast(
		(other) =>
			other.publishedAt > here.publishedAt &&
			other.attestations?.provenance !== undefined &&
			!isPrerelease(other.version) &&
			!other.deprecated &&
			compareLines(lineOf(other.version), line) >= 0,
	);
}

/** The origin known longest; of a lost release, that of the one which had provenance before. */
function knownLongest({ releases, origins, loss }: Comparison): PublishedRelease | undefined {
	if (origins) return origins.settled;
	return loss?.before && (planOrigins(releases, loss.before)?.settled ?? loss.before);
}

/** Of a lost release, the newest known origin of the one which had provenance before. */
function newestBefore({ releases, loss }: Comparison): PublishedRelease | undefined {
	return loss?.before && planOrigins(releases, loss.before)?.others[0];
}

/**
 * Tells which releases are of the origin known longest. Where that could not be had, the oldest that verified takes its place. The first
 * that ever had provenance is none for a month, where package.json had named another owner's repository before.
 */
function isOfKnown(comparison: Comparison, records: readonly AskedRecord[]): (release: PublishedRelease) => boolean {
	const { here, releases } = comparison;
	const verified = records
		.filter(({ release, identity }) => identity.ok && release.publishedAt < here.publishedAt)
		.sort((one, other) => (one.release.publishedAt < other.release.publishedAt ? -1 : 1));
	const longest = knownLongest(comparison);
	const known = verified.find(({ release }) => release === longest) ?? verified[0];
	if (!known?.identity.ok) return () => false;
	const earlier = releases.filter(({ publishedAt }) => publishedAt < known.release.publishedAt);
	const elsewhere = earlier.some(hadProvenance)
		? undefined
		: namedElsewhere(known.identity.value, known.release, earlier);
	if (elsewhere && !elsewhere.isSameOwner && ageOf(known.release, here) < LONG_MS) return () => false;
	return (release) => {
		const record = records.find((one) => one.release === release);
		return record !== undefined && (record === known || isSameOrigin(record, known));
	};
}

function isSameOrigin({ release, identity }: AskedRecord, settled: AskedRecord): boolean {
	if (!identity.ok) return false;
	const plan = { settled: settled.release, others: [], pool: [settled.release], newest: [] };
	return judgeOrigin(release, identity.value, plan, [settled]).isKnown;
}

/** Whether the neighbour is itself of another origin than the known ones. */
async function isChanged(neighbour: PublishedRelease, { releases }: Comparison, asker: RecordAsker): Promise<boolean> {
	const plan = planOrigins(releases, neighbour);
	if (!plan) return false;
	await asker.askAll([neighbour, plan.settled]);
	const identity = asker.identityOf(neighbour);
	if (!identity) return false;
	const known = () => asker.records.filter(({ release }) => release !== neighbour);
	if (judgeOrigin(neighbour, identity, plan, known()).isKnown) return false;
	await asker.askAll(plan.others.slice(0, MAX_NEIGHBOUR_OTHERS));
	const outcome = judgeOrigin(neighbour, identity, plan, known());
	return outcome.failure === undefined && outcome.changes.length > 0;
}

/** Fetches records, each once, until a failure says that further requests are useless. */
class RecordAsker {
	readonly records: AskedRecord[] = [];
	readonly answers: Result<unknown>[] = [];
	readonly #registry: ReleaseRegistry;
	readonly #trust: TrustRoot;

	constructor(registry: ReleaseRegistry, trust: TrustRoot) {
		this.#registry = registry;
		this.#trust = trust;
	}

	has(release: PublishedRelease): boolean {
		return this.records.some((record) => record.release === release);
	}

	identityOf(release: PublishedRelease): Identity | undefined {
		const found = this.records.find((record) => record.release === release)?.identity;
		return found?.ok ? found.value : undefined;
	}

	async ask(release: PublishedRelease): Promise<void> {
		if (this.has(release)) return;
		const kept = await this.#registry.keptAttestations?.(release.name, release.version);
		// What was verified of a record that was kept holds: a version's attestations do not change.
		const known = kept && (await identityOfRelease(release, kept, this.#trust));
		if (known?.ok) {
			this.records.push({ release, identity: known });
			return;
		}
		if (this.answers.some(isNoUseAsking)) return;
		const answer = await this.#registry.fetchAttestations(release.name, release.version);
		this.answers.push(answer);
		this.records.push({ release, identity: await identityOfRelease(release, answer, this.#trust) });
	}

	/** At once; those that are absent are left out. */
	async askAll(releases: readonly (PublishedRelease | undefined)[]): Promise<void> {
		await Promise.all([...new Set(releases)].map((release) => release && this.ask(release)));
	}
}
