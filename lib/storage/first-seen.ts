/** Owns the list of what was seen, on this machine: nothing is dropped from it but by the reader. */

import type { DBSchema } from 'idb';
import { patienceOf } from '../async/patience.ts';
import type { Sightings } from '../history/first-seen.ts';
import { opening, READER_PATIENCE_MS, WALK_PATIENCE_MS } from './database.ts';

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
 * The sightings on this machine: IndexedDB `sightings`, a separate database, which is not cleared with any cache. If it cannot be opened,
 * does not answer, or was written by a newer release of this extension, each call fails and the database stays as it is.
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
