/** Owns what is read of a store before it is asked for, while a walk still waits for something else. */
import type { ClearableStore } from './evidence.ts';

/** Milliseconds for which something that was read ahead is used: a walk asks for it soon, or never. */
const SOON_MS = 2_000;

/** A store that can be read ahead. */
export type ReadAheadStore<S extends ClearableStore> = S & {
	/** Reads this soon to be asked for. What is stored in between counts. */
	ahead(...keys: string[]): void;
};

/**
 * The same store, which can be read ahead. Each thing that was read is given once.
 * @param now milliseconds since the epoch.
 */
export function readingAhead<S extends ClearableStore>(store: S, now: () => number): ReadAheadStore<S> {
	const read = new Map<string, { at: number; value: Promise<unknown> }>();
	const take = (key: string) => {
		const found = read.get(key);
		read.delete(key);
		return found;
	};
	const isSoon = ({ at }: { at: number }) => Math.abs(now() - at) < SOON_MS;
	return {
		...store,
		ahead: (...keys) => {
			for (const key of keys) {
				const value = store.get(key);
				// Whoever asks hears of it.
				value.catch(() => undefined);
				const one = { at: now(), value };
				read.set(key, one);
				setTimeout(() => {
					if (read.get(key) === one) read.delete(key);
				}, SOON_MS);
			}
		},
		get: (key) => {
			const found = take(key);
			return found && isSoon(found) ? found.value : store.get(key);
		},
		put: (key, kept) => {
			take(key);
			return store.put(key, kept);
		},
		clear: () => {
			read.clear();
			return store.clear();
		},
	};
}
