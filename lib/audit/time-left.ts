/** Owns how long the rest of a run will take, from how it went so far. Pure. */

/** How much was done at a time. */
interface Mark {
	/** Milliseconds. */
	at: number;
	done: number;
}

/** As far back as counts, in milliseconds: what is slow now may have been fast before. */
const WINDOW_MS = 30_000;

/** Before that nothing is said. */
const MIN_MS = 3_000;

const MIN_DONE = 20;

/** Measures a run. */
export interface Pace {
	/** Notes what is done by now. */
	note(done: number): void;
	/** Forgets what was noted: the run has stood still. */
	reset(): void;
	/** Milliseconds that the rest will take; nothing where that is not known yet. */
	left(done: number, total: number): number | undefined;
}

/** @param now milliseconds, of any clock that goes on. */
export function createPace(now: () => number): Pace {
	let marks: Mark[] = [];
	return {
		note: (done) => {
			const at = now();
			marks = [...marks.filter((mark) => at - mark.at <= WINDOW_MS), { at, done }];
		},
		reset: () => {
			marks = [];
		},
		left: (done, total) => {
			const [first] = marks;
			if (!first) return undefined;
			const time = now() - first.at;
			const made = done - first.done;
			if (time < MIN_MS || made < MIN_DONE) return undefined;
			return Math.round(((total - done) * time) / made);
		},
	};
}
