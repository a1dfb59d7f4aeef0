/** Owns the trust root's files on this machine: no cache, so nothing of it is ever evicted. */
import type { DBSchema } from 'idb';
import { patienceOf } from '../async/patience.ts';
import { opening, WALK_PATIENCE_MS } from './database.ts';

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
