/** Owns waiting for one's turn: at most so many of some pieces of work are under way at once, and begin in the order in which they came. */

/** @returns does a piece of work once its turn comes, and passes on what comes of it. @param most how many at once. */
export function takeTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
	const waiting: (() => void)[] = [];
	let running = 0;
	return async (work) => {
		if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
		else running += 1;
		try {
			return await work();
		} finally {
			// The place goes on to the next in the queue, or becomes free.
			const next = waiting.shift();
			if (next) next();
			else running -= 1;
		}
	};
}
