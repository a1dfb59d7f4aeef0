/** Owns how long work is cut into slices: when others get the thread, and how a long list is sorted. Pure. */

/** A slice of work, in milliseconds: half a frame, so that a page of the same thread misses none. */
const SLICE_MS = 8;

/**
 * @param signal of work that may be left.
 * @returns a pause that gives the thread to others when the work since the last one took 8 ms; call it as often as you like. It rejects
 *   with the signal's reason once that is aborted.
 */
export function createYielder(signal?: AbortSignal): () => Promise<void> {
	let started = performance.now();
	return async () => {
		signal?.throwIfAborted();
		if (performance.now() - started < SLICE_MS) return;
		await new Promise((resolve) => setTimeout(resolve));
		started = performance.now();
	};
}

/** Elements that are sorted at once, or merged between two pauses: some tenths of a millisecond. */
const MAX_RUN = 512;

/**
 * Sorts in slices, stably, as `toSorted` does. What is in order already, as most lists of releases are, is only looked through.
 * @param compare as for `toSorted`.
 * @param pause awaited after every little piece of work; left out, all is done in one go.
 */
export async function sortInSlices<T>(
	list: readonly T[],
	compare: (one: T, other: T) => number,
	pause: () => Promise<void> = async () => undefined,
): Promise<T[]> {
	if (list.every((one, index) => index === 0 || compare(list[index - 1] as T, one) <= 0)) return [...list];
	let runs: T[][] = [];
	for (let at = 0; at < list.length; at += MAX_RUN) {
		runs.push(list.slice(at, at + MAX_RUN).sort(compare));
		await pause();
	}
	while (runs.length > 1) {
		const merged: T[][] = [];
		for (let at = 0; at < runs.length; at += 2) {
			const [one = [], other] = [runs[at], runs[at + 1]];
			merged.push(other ? await merge(one, other, compare, pause) : one);
		}
		runs = merged;
	}
	return runs[0] ?? [];
}

/** Two sorted lists as one; of equal elements, those of the first list come first. */
async function merge<T>(
	one: readonly T[],
	other: readonly T[],
	compare: (one: T, other: T) => number,
	pause: () => Promise<void>,
): Promise<T[]> {
	const merged: T[] = [];
	let [left, right] = [0, 0];
	while (left < one.length || right < other.length) {
		const takesLeft = right >= other.length || (left < one.length && compare(one[left] as T, other[right] as T) <= 0);
		merged.push((takesLeft ? one[left] : other[right]) as T);
		if (takesLeft) left += 1;
		else right += 1;
		if (merged.length % MAX_RUN === 0) await pause();
	}
	return merged;
}
