/** Owns work that several wait for, and until when: it is done once, and ends with the last of them. */

/** Waits for the work, until the signal is aborted; without one, until its end. @throws the signal's reason, or what the work throws. */
export type Join<T> = (signal?: AbortSignal) => Promise<T>;

/**
 * Starts work that others may join.
 * @param start gets a signal that is aborted when the last of those who wait has left.
 * @param onend called once, when the work is over or everybody has left: nobody may join any more.
 */
export function share<T>(start: (ending: AbortSignal) => Promise<T>, onend: () => void): Join<T> {
	const ending = new AbortController();
	let waiting = 0;
	let isOver = false;
	const end = () => {
		if (!isOver) onend();
		isOver = true;
	};
	const work = start(ending.signal).finally(end);
	// The result of work that everybody has left is ignored.
	work.catch(() => undefined);
	return (signal) => {
		waiting += 1;
		if (!signal) return work;
		return new Promise((resolve, reject) => {
			const leave = () => {
				waiting -= 1;
				reject(signal.reason);
				if (waiting > 0) return;
				end();
				ending.abort(signal.reason);
			};
			if (signal.aborted) leave();
			else signal.addEventListener('abort', leave, { once: true });
			const stay = () => signal.removeEventListener('abort', leave);
			work.then(resolve, reject).finally(stay);
		});
	};
}

/** A signal that is aborted with either. */
export function either(one: AbortSignal | undefined, other: AbortSignal): AbortSignal {
	return one ? AbortSignal.any([one, other]) : other;
}
