/** Owns the stores of answers: on this machine, and in memory for private windows. */

import type { DBSchema } from 'idb';
import { patienceOf } from '../async/patience.ts';
import type { CacheEntry, EvidenceStore } from '../registry/cache.ts';
import { opening, READER_PATIENCE_MS, WALK_PATIENCE_MS } from './database.ts';

/** One that can be emptied. */
export interface ClearableStore extends EvidenceStore {
	clear(): Promise<void>;
}

/**
 * A store that ends with the background: for private windows. The oldest go first.
 * @param mostBytes of all values together, about; a larger one is not kept at all.
 */
export function memoryStore(mostBytes: number = MAX_BYTES): ClearableStore {
	const kept = new Map<string, CacheEntry & { size: number }>();
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
				if (kept.size < MAX_KEPT && bytes + size <= mostBytes) break;
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
const MAX_BYTES = 100 * 1024 * 1024;

function sizeOf(value: unknown): number {
	return value instanceof Blob ? value.size : (JSON.stringify(value)?.length ?? 0);
}

/** An answer on the disk, with its size in bytes, about. */
interface Stored extends CacheEntry {
	size: number;
}

interface Schema extends DBSchema {
	answers: { key: string; value: Stored; indexes: { byAge: [fetchedAt: number, size: number] } };
	/** Apart, since each can be some ten megabytes. */
	packuments: { key: string; value: Stored; indexes: { byAge: [fetchedAt: number, size: number] } };
}

/** How much of each is kept, and bytes; the oldest go first. Any one answer that the registry may give fits in. */
const MAX_KEPT = 2000;

const MAX_COUNTS = {
	answers: { count: MAX_KEPT, bytes: 64 * 1024 * 1024 },
	packuments: { count: 40, bytes: 256 * 1024 * 1024 },
};

/** A release that is looked at again is fetched again. So an older answer was not used since then, or only without network. */
const MAX_KEPT_MS = 90 * 24 * 3600 * 1000;

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
export function databaseStore(now: () => number, most: typeof MAX_COUNTS = MAX_COUNTS): DatabaseStore {
	const open = opening<Schema>('evidence', 3, (database) => {
		// Whatever older releases kept is asked for again.
		for (const name of database.objectStoreNames) database.deleteObjectStore(name);
		for (const name of NAMES) database.createObjectStore(name).createIndex('byAge', ['fetchedAt', 'size']);
	});
	const storeOf = (key: string) => (/^(packument|abbreviated) /.test(key) ? 'packuments' : 'answers');
	const [ofWalk, ofReader] = [patienceOf(WALK_PATIENCE_MS), patienceOf(READER_PATIENCE_MS)];
	/** What came since it was looked; a background that has just started does not know, so its first answer counts for all. */
	const since = { answers: { ...SLACK }, packuments: { ...SLACK } };

	/** The keys of what is kept, and of what was. Only this store adds to the database: a key that is not among them is not there. */
	const keys = new Set<string>();
	let isAsked = false;
	let isRead = false;
	async function readKeys(): Promise<void> {
		isAsked = true;
		const database = await open();
		for (const name of NAMES) for (const key of await database.getAllKeys(name)) keys.add(key);
		isRead = true;
	}

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
			const isTooOld = Math.abs(now() - fetchedAt) > MAX_KEPT_MS;
			if (isTooOld || left.count < 0 || left.bytes < 0) await transaction.store.delete(cursor.primaryKey);
		}
		await transaction.done;
	}

	return {
		get: async (key) => {
			// Most releases were never looked at, and to hear so from the disk takes milliseconds.
			if (isRead && !keys.has(key)) return undefined;
			if (!isAsked)
				readKeys().catch(() => {
					isAsked = false;
				});
			return ofWalk(async () => (await open()).get(storeOf(key), key));
		},
		put: async (key, { fetchedAt, value }) => {
			const name = storeOf(key);
			keys.add(key);
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
