/** Owns a queue for work: a limited number is under way at once, and each begins in the order in which it came. */

/** Does a piece of work once its turn comes, and returns its result. @throws the signal's reason, for work that left the queue before. */
type InTurn = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** @param most how many are under way at once. */
export function takeTurns(most: number): InTurn {
	const waiting: (() => void)[] = [];
	let running = 0;
	const turn = (signal: AbortSignal | undefined) =>
		new Promise<void>((resolve, reject) => {
			const leave = () => {
				waiting.splice(waiting.indexOf(go), 1);
				reject(signal?.reason);
			};
			const go = () => {
				signal?.removeEventListener('abort', leave);
				resolve();
			};
			waiting.push(go);
			signal?.addEventListener('abort', leave, { once: true });
		});
	return async (work, signal) => {
		signal?.throwIfAborted();
		if (running >= most) await turn(signal);
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
