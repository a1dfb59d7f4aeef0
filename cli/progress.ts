/** Owns how far a long run is, on one line of a terminal's error stream, and nowhere else. */

/** As much of a stream as is needed. */
export interface ProgressStream {
	isTTY?: boolean;
	columns?: number;
	write(text: string): unknown;
}

/** A line that is written over. */
export interface Progress {
	/** @param text without line ends, fit for a terminal. */
	show(text: string): void;
	/** Takes the line away. */
	clear(): void;
}

/** Times between two writes, in milliseconds. */
const MIN_BETWEEN = 100;

/** Progress on a stream; one that says nothing where the stream is no terminal. */
export function createProgress(stream: ProgressStream, now: () => number = () => performance.now()): Progress {
	if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
	let last = Number.NEGATIVE_INFINITY;
	let isShown = false;
	return {
		show: (text) => {
			if (now() - last < MIN_BETWEEN) return;
			last = now();
			isShown = true;
			stream.write(`\r\u001b[K${text.slice(0, (stream.columns ?? 80) - 1)}`);
		},
		clear: () => {
			if (isShown) stream.write('\r\u001b[K');
			isShown = false;
		},
	};
}
