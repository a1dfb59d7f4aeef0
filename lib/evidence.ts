/** Owns fetched bytes with their age: the registry's answers are kept, verdicts never; and, apart, what was seen, and the trust root's files. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import * as v from 'valibot';
import {
	parseAdvisoriesAnswer,
	parseAttestationsAnswer,
	parseKeptKeys,
	parseKeptManifest,
	parsePackumentAnswer,
} from './answers.ts';
import { patienceOf } from './patience.ts';
import type { EndableRegistry, Registry } from './registry.ts';
import type { FailureCode, Result } from './report.ts';
import { either, type Join, share } from './shared-work.ts';
import type { Sightings } from './sightings.ts';

/** One kept answer. */
interface Kept {
	/** Milliseconds since the epoch. */
	fetchedAt: number;
	value: unknown;
}

/** Where answers are kept, by a key that names the question. What comes out may be anything: a database can be broken into. */
export interface EvidenceStore {
	get(key: string): Promise<unknown>;
	put(key: string, kept: Kept): Promise<void>;
}

/** The time is one that can be told. */
const keptShape = v.object({ fetchedAt: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)), value: v.unknown() });

/** One that can be emptied. */
interface ClearableStore extends EvidenceStore {
	clear(): Promise<void>;
}

/** The registry lets its answers be reused for 300 seconds. */
const FRESH_MS = 300_000;
/** Without these there is no answer to be had at all, so what was kept is better than nothing. */
const OFFLINE: readonly FailureCode[] = ['registry-unreachable', 'registry-timeout'];

/**
 * The registry, asked at most once in five minutes for each thing, by all who ask this one: who asks while the same is being read,
 * fetched or kept gets the same answer, and it ends when all of them have left. (Two of these over one store share what is kept, not
 * what is under way.) Failures are not kept. Where the registry cannot be reached, the answer is what was kept, however old, with
 * `keptSince`. What was kept is parsed as an answer of the registry is; where that fails, it was never kept.
 * @param now milliseconds since the epoch.
 * @param freshFor milliseconds for which an answer is not asked for again; of advisories five minutes at most.
 * @param isOffline whether asking is of no use.
 */
export function remembering(
	registry: Registry,
	store: EvidenceStore,
	now: () => number,
	{ freshFor: longest = FRESH_MS, isOffline = () => false }: { freshFor?: number; isOffline?: () => boolean } = {},
): EndableRegistry {
	const underWay = new Map<string, Join<unknown>>();

	async function recall<T>(key: string, parse: Parse<T>) {
		const kept = v.safeParse(keptShape, await store.get(key).catch(() => undefined));
		if (!kept.success) return undefined;
		const { fetchedAt, value } = kept.output;
		const answer = await parse(value);
		return answer.ok ? { fetchedAt, answer } : undefined;
	}

	function once<T>(
		key: string,
		parse: Parse<T>,
		fetchFrom: (registry: Registry) => Promise<Result<T>>,
		{
			isAnew = false,
			freshFor = longest,
			signal,
		}: { isAnew?: boolean | undefined; freshFor?: number; signal: AbortSignal | undefined },
	): Promise<Result<T>> {
		const question = isAnew ? `${key}, anew` : key;
		const join =
			(underWay.get(question) as Join<Result<T>> | undefined) ??
			share(
				(ending) =>
					keptOrFetched(key, parse, () => fetchFrom(registry.until?.(ending) ?? registry), isAnew ? 0 : freshFor),
				() => underWay.delete(question),
			);
		underWay.set(question, join);
		return join(signal);
	}

	async function keptOrFetched<T>(
		key: string,
		parse: Parse<T>,
		fetchIt: () => Promise<Result<T>>,
		freshFor: number,
	): Promise<Result<T>> {
		const kept = await recall(key, parse);
		const old = kept && { ...kept.answer, keptSince: new Date(kept.fetchedAt).toISOString() };
		const isFresh = kept && now() - kept.fetchedAt < freshFor && kept.fetchedAt <= now();
		if (isFresh) return kept.answer;
		if (old && isOffline()) return old;
		const result = await fetchIt();
		if (!result.ok) return old && OFFLINE.includes(result.failure.code) ? old : result;
		// A full or broken store costs a repeated request, never the answer.
		await store.put(key, { fetchedAt: now(), value: result.value }).catch(() => undefined);
		return result;
	}

	/** The registry as one asker sees it. */
	function viewOf(signal?: AbortSignal): EndableRegistry {
		const own = (signal && registry.until?.(signal)) ?? registry;
		return {
			fetchManifest: (spec) =>
				once(
					`manifest ${spec.name}@${spec.selector}`,
					(kept) => parseKeptManifest(kept, spec),
					(from) => from.fetchManifest(spec),
					{ signal },
				),
			fetchAttestations: (name, version) =>
				once(
					`attestations ${name}@${version}`,
					parseAttestationsAnswer,
					(from) => from.fetchAttestations(name, version),
					{ signal },
				),
			fetchPackument: (name, isAnew) =>
				once(`packument ${name}`, parsePackumentAnswer, (from) => from.fetchPackument(name), { isAnew, signal }),
			fetchAbbreviated: (name) =>
				once(`abbreviated ${name}`, parsePackumentAnswer, (from) => from.fetchAbbreviated(name), { signal }),
			fetchKeys: () => once('keys', parseKeptKeys, (from) => from.fetchKeys(), { signal }),
			fetchAdvisories: (name, ...versions) =>
				once(
					`advisories ${name}@${versions.join(' ')}`,
					parseAdvisoriesAnswer,
					(from) => from.fetchAdvisories(name, ...versions),
					// What is no malware may be called so any minute.
					{ signal, freshFor: FRESH_MS },
				),
			// Of many at once; each is kept by itself, see gatherAdvisories.
			fetchAdvisoriesOf: (wanted) => own.fetchAdvisoriesOf(wanted),
			keptAttestations: async (name, version) => {
				const kept = await recall(`attestations ${name}@${version}`, parseAttestationsAnswer);
				signal?.throwIfAborted();
				return kept?.answer;
			},
			// A file is fetched because the reader wants to know what is served now.
			fetchTarball: (name, version, watch) => own.fetchTarball(name, version, watch),
			// What is being typed is nothing to keep.
			search: (text) => own.search(text),
			until: (further) => viewOf(either(signal, further)),
		};
	}
	return viewOf();
}

type Parse<T> = (kept: unknown) => Result<T> | Promise<Result<T>>;

/**
 * What is made of an answer, for the short while in which many ask for the same: a list with 250 rows of one package reads
 * that package's releases once. Failures are not kept.
 * @param make called where nothing was made of this key lately.
 * @param now milliseconds since the epoch.
 */
export function briefly<T>(
	make: (key: string) => Promise<Result<T>>,
	now: () => number,
): (key: string) => Promise<Result<T>> {
	const made = new Map<string, { at: number; value: Promise<Result<T>> }>();
	return (key) => {
		const known = made.get(key);
		if (known && now() - known.at < BRIEF_MS && known.at <= now()) return known.value;
		const value = make(key);
		made.delete(key);
		if (made.size >= MOST_BRIEFLY) made.delete(made.keys().next().value ?? '');
		made.set(key, { at: now(), value });
		const forget = () => {
			if (made.get(key)?.value === value) made.delete(key);
		};
		value.then(({ ok }) => ok || forget(), forget);
		return value;
	};
}

const BRIEF_MS = 60_000;
/** As many as are asked for at once; what is made of a long list has some megabytes. */
const MOST_BRIEFLY = 4;

/**
 * A store that ends with the background: for private windows. The oldest go first.
 * @param mostBytes of all values together, about; a larger one is not kept at all.
 */
export function memoryStore(mostBytes: number = MOST_BYTES): ClearableStore {
	const kept = new Map<string, Kept & { size: number }>();
	let bytes = 0;
	const drop = (key: string) => {
		bytes -= kept.get(key)?.size ?? 0;
		kept.delete(key);
	};
	return {
		get: async (key) => kept.get(key),
		put: async (key, { fetchedAt, value }) => {
			drop(key);
			const size = sizeOf(value);
			if (size > mostBytes) return;
			for (const oldest of kept.keys()) {
				if (kept.size < MOST_KEPT && bytes + size <= mostBytes) break;
				drop(oldest);
			}
			kept.set(key, { fetchedAt, value, size });
			bytes += size;
		},
		clear: async () => {
			kept.clear();
			bytes = 0;
		},
	};
}

/** Room for several of the longest lists of releases. */
const MOST_BYTES = 100 * 1024 * 1024;

function sizeOf(value: unknown): number {
	return value instanceof Blob ? value.size : (JSON.stringify(value)?.length ?? 0);
}

/** Milliseconds that a walk waits for a database, before it goes on without. */
const WALK_PATIENCE_MS = 2000;
/** ... and that a reader waits who wants to see or delete what is kept: large stores take a while. */
const READER_PATIENCE_MS = 30_000;

/** What was seen of each release: no cache, so nothing is ever dropped from it but by the reader. */
interface SightingStore extends Sightings {
	/** Opens the database while a walk is under way, so that one that is silent keeps nobody waiting at the walk's end. */
	wake(): void;
	/** As many releases as asked for, those looked at last first, from the one at `offset` on; how many there are; what is set aside. */
	list(offset: number, count: number): Promise<{ count: number; kept: unknown[]; setAside: unknown[] }>;
	/** Forgets one release, or all of them; what was set aside of it included. */
	forget(release?: string): Promise<void>;
}

interface SightingSchema extends DBSchema {
	releases: { key: string; value: object; indexes: { byLast: string } };
	setAside: { key: number; value: unknown };
}

/**
 * The sightings on this machine (IndexedDB `sightings`, a database of its own, which no cache is cleared with). One that cannot be
 * opened, does not answer, or was written by a newer release of this extension, makes each call fail, and stays as it is.
 */
export function sightingStore(): SightingStore {
	const open = opening<SightingSchema>('sightings', 1, (database) => {
		database.createObjectStore('releases').createIndex('byLast', 'last');
		database.createObjectStore('setAside', { autoIncrement: true });
	});
	const [ofWalk, ofReader] = [patienceOf(WALK_PATIENCE_MS), patienceOf(READER_PATIENCE_MS)];
	return {
		wake: () => void ofWalk(async () => (await open()).get('releases', 'nothing')).catch(() => undefined),
		change: (release, how) =>
			ofWalk(async () => {
				const transaction = (await open()).transaction(['releases', 'setAside'], 'readwrite');
				const releases = transaction.objectStore('releases');
				const stored = await releases.get(release);
				const { kept, isUnreadable } = how(stored);
				if (isUnreadable) await transaction.objectStore('setAside').add({ release, stored });
				await releases.put(kept, release);
				await transaction.done;
			}),
		list: (offset, count) =>
			ofReader(async () => {
				const transaction = (await open()).transaction(['releases', 'setAside']);
				const releases = transaction.objectStore('releases');
				const kept: unknown[] = [];
				let cursor = await releases.index('byLast').openCursor(null, 'prev');
				if (offset > 0) cursor = (await cursor?.advance(offset)) ?? null;
				for (; cursor && kept.length < count; cursor = await cursor.continue()) kept.push(cursor.value);
				return { count: await releases.count(), kept, setAside: await transaction.objectStore('setAside').getAll() };
			}),
		forget: (release) =>
			ofReader(async () => {
				const transaction = (await open()).transaction(['releases', 'setAside'], 'readwrite');
				const [releases, setAside] = [transaction.objectStore('releases'), transaction.objectStore('setAside')];
				await (release === undefined ? releases.clear() : releases.delete(release));
				for (let cursor = await setAside.openCursor(); cursor; cursor = await cursor.continue())
					if (release === undefined || (cursor.value as { release?: unknown }).release === release)
						await cursor.delete();
				await transaction.done;
			}),
	};
}

/** An answer on the disk, with its size in bytes, about. */
interface Stored extends Kept {
	size: number;
}

interface Schema extends DBSchema {
	answers: { key: string; value: Stored; indexes: { byAge: [fetchedAt: number, size: number] } };
	/** Apart, since each can be some ten megabytes. */
	packuments: { key: string; value: Stored; indexes: { byAge: [fetchedAt: number, size: number] } };
}

/** How much of each is kept, and bytes; the oldest go first. Any one answer that the registry may give fits in. */
const MOST_KEPT = 2000;
const MOST = {
	answers: { count: MOST_KEPT, bytes: 64 * 1024 * 1024 },
	packuments: { count: 40, bytes: 256 * 1024 * 1024 },
};
/** Whoever looks at a release again has it fetched again: what is older was looked at by nobody since, or without network. */
const LONGEST_KEPT_MS = 90 * 24 * 3600 * 1000;
/** So much may come before it is looked again whether it is too much: looking takes some milliseconds. */
const SLACK = { count: 100, bytes: 8 * 1024 * 1024 };

/** The answers on this machine. */
interface DatabaseStore extends ClearableStore {
	/** Forgets what is too old, or too much. */
	tidy(): Promise<void>;
}

/**
 * The store on this machine (IndexedDB `evidence`). A database that cannot be opened, or does not answer, makes each call fail, nothing else.
 * @param now milliseconds since the epoch.
 * @param most for tests that cannot fill it; the default is meant.
 */
export function databaseStore(now: () => number, most: typeof MOST = MOST): DatabaseStore {
	const open = opening<Schema>('evidence', 3, (database) => {
		// Whatever older releases kept is asked for again.
		for (const name of database.objectStoreNames) database.deleteObjectStore(name);
		for (const name of NAMES) database.createObjectStore(name).createIndex('byAge', ['fetchedAt', 'size']);
	});
	const storeOf = (key: string) => (/^(packument|abbreviated) /.test(key) ? 'packuments' : 'answers');
	const [ofWalk, ofReader] = [patienceOf(WALK_PATIENCE_MS), patienceOf(READER_PATIENCE_MS)];
	/** What came since it was looked; a background that has just started does not know, so its first answer counts for all. */
	const since = { answers: { ...SLACK }, packuments: { ...SLACK } };

	async function tidy(name: (typeof NAMES)[number]): Promise<void> {
		since[name] = { count: 0, bytes: 0 };
		const transaction = (await open()).transaction(name, 'readwrite');
		const left = { ...most[name] };
		// The index has age and size, so no answer is read for this; the latest come first.
		let cursor = await transaction.store.index('byAge').openKeyCursor(null, 'prev');
		for (; cursor; cursor = await cursor.continue()) {
			const [fetchedAt, size] = cursor.key;
			left.count -= 1;
			left.bytes -= size;
			const isTooOld = Math.abs(now() - fetchedAt) > LONGEST_KEPT_MS;
			if (isTooOld || left.count < 0 || left.bytes < 0) await transaction.store.delete(cursor.primaryKey);
		}
		await transaction.done;
	}

	return {
		get: (key) => ofWalk(async () => (await open()).get(storeOf(key), key)),
		put: async (key, { fetchedAt, value }) => {
			const name = storeOf(key);
			const size = sizeOf(value);
			await ofWalk(async () => (await open()).put(name, { fetchedAt, value, size }, key));
			since[name].count += 1;
			since[name].bytes += size;
			// Nobody waits for it.
			if (since[name].count >= SLACK.count || since[name].bytes >= SLACK.bytes) void tidy(name).catch(() => undefined);
		},
		tidy: () =>
			ofReader(async () => {
				for (const name of NAMES) await tidy(name);
			}),
		clear: () =>
			ofReader(async () => {
				const transaction = (await open()).transaction(NAMES, 'readwrite');
				for (const name of NAMES) void transaction.objectStore(name).clear();
				await transaction.done;
			}),
	};
}

const NAMES = ['answers', 'packuments'] as const;

/** Where a trust root's files are kept, by name. */
interface NamedStore {
	get(name: string): Promise<unknown>;
	put(name: string, value: unknown): Promise<void>;
}

interface TrustRootSchema extends DBSchema {
	kept: { key: string; value: unknown };
}

/**
 * The trust root's files on this machine (IndexedDB `trust-root`): no cache, so nothing of it is ever evicted. A call that is not
 * answered rejects with a `TimeoutError`, which says nothing of what is kept.
 */
export function trustRootStore(): NamedStore {
	const open = opening<TrustRootSchema>('trust-root', 1, (database) => {
		database.createObjectStore('kept');
	});
	const ofWalk = patienceOf(WALK_PATIENCE_MS);
	return {
		get: (name) => ofWalk(async () => (await open()).get('kept', name)),
		put: async (name, value) => {
			await ofWalk(async () => (await open()).put('kept', value, name));
		},
	};
}

/** A database that is opened when it is first needed, and again after the browser closed it or it could not be opened. */
function opening<S extends DBSchema>(
	name: string,
	version: number,
	upgrade: (database: IDBPDatabase<S>, before: number) => void,
): () => Promise<IDBPDatabase<S>> {
	let opened: Promise<IDBPDatabase<S>> | undefined;
	const close = () => {
		opened = undefined;
	};
	return () => {
		if (!opened) {
			opened = openDB<S>(name, version, { upgrade, terminated: close });
			opened.catch(close);
		}
		return opened;
	};
}
