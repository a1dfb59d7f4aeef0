/** Owns fetched bytes with their age: the registry's answers are kept, verdicts never. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Registry } from './registry.ts';
import { success } from './report.ts';

/** One kept answer. */
interface Kept {
	/** Milliseconds since the epoch. */
	fetchedAt: number;
	value: unknown;
}

/** Where answers are kept, by a key that names the question. */
export interface EvidenceStore {
	get(key: string): Promise<Kept | undefined>;
	put(key: string, kept: Kept): Promise<void>;
}

/** The registry lets its answers be reused for 300 seconds. */
const FRESH_MS = 300_000;

/**
 * The registry, asked at most once in five minutes for each thing. Failures are not kept.
 * @param now milliseconds since the epoch.
 */
export function remembering(registry: Registry, store: EvidenceStore, now: () => number): Registry {
	const underWay = new Map<string, Promise<unknown>>();

	async function once<T extends { ok: boolean; value?: unknown }>(key: string, fetchIt: () => Promise<T>): Promise<T> {
		const kept = await store.get(key).catch(() => undefined);
		if (kept && now() - kept.fetchedAt < FRESH_MS && kept.fetchedAt <= now())
			return success(kept.value) as unknown as T;
		const running = underWay.get(key) as Promise<T> | undefined;
		if (running) return running;
		const asked = fetchIt().finally(() => underWay.delete(key));
		underWay.set(key, asked);
		const result = await asked;
		// A full or broken store costs a repeated request, never the answer.
		if (result.ok) await store.put(key, { fetchedAt: now(), value: result.value }).catch(() => undefined);
		return result;
	}

	return {
		fetchManifest: (spec) => once(`manifest ${spec.name}@${spec.selector}`, () => registry.fetchManifest(spec)),
		fetchAttestations: (name, version) =>
			once(`attestations ${name}@${version}`, () => registry.fetchAttestations(name, version)),
		fetchPackument: (name) => once(`packument ${name}`, () => registry.fetchPackument(name)),
	};
}

/** A store that ends with the background: for private windows. */
export function memoryStore(): EvidenceStore {
	const kept = new Map<string, Kept>();
	return {
		get: async (key) => kept.get(key),
		put: async (key, value) => {
			if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value ?? '');
			kept.set(key, value);
		},
	};
}

interface Schema extends DBSchema {
	answers: { key: string; value: Kept; indexes: { byAge: number } };
}

/** How many answers are kept; the oldest go first. */
const MOST_KEPT = 2000;

/** The store on this machine (IndexedDB `evidence`). A database that cannot be opened makes each call fail, nothing else. */
export function databaseStore(): EvidenceStore {
	let opened: Promise<IDBPDatabase<Schema>> | undefined;
	const open = () => {
		opened ??= openDB<Schema>('evidence', 1, {
			upgrade(database) {
				database.createObjectStore('answers').createIndex('byAge', 'fetchedAt');
			},
		});
		return opened;
	};
	return {
		get: async (key) => (await open()).get('answers', key),
		put: async (key, kept) => {
			const database = await open();
			await database.put('answers', kept, key);
			if ((await database.count('answers')) <= MOST_KEPT) return;
			const transaction = database.transaction('answers', 'readwrite');
			const oldest = await transaction.store.index('byAge').openCursor();
			await oldest?.delete();
			await transaction.done;
		},
	};
}
