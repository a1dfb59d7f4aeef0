/** Owns how scenarios tell that a page stood still: its longest task, on a machine that others use too. */
import type { Tab } from '../support/browser.ts';

/** Longest time, in milliseconds, for which a page may stand still on a machine that has nothing else to do. */
const MAX_LENGTH = 50;
const TRIES = 4;

interface Watched {
	/** Milliseconds, of each time that the thread was busy for more than 50. */
	busy: number[];
	frames: number;
}

/**
 * Watches a page's thread from now on. Chromium tells of long tasks (`longtask`). Firefox does not, and its extension's pages and
 * background share one thread: there the gaps between frames tell of all of them. (Timers would not do: Firefox lets them
 * wait while other tasks come one after another, however short each is.)
 */
export async function watchThread(tab: Tab): Promise<void> {
	await tab.evaluate(startWatching);
}

/** Runs in the page. */
function startWatching(): void {
	const watched: Watched = { busy: [], frames: 0 };
	(window as unknown as { watched: Watched }).watched = watched;
	const tells = PerformanceObserver.supportedEntryTypes.includes('longtask');
	if (tells) {
		new PerformanceObserver((list) => {
			for (const { duration } of list.getEntries()) watched.busy.push(Math.round(duration));
		}).observe({ entryTypes: ['longtask'] });
	}
	let last = performance.now();
	const frame = () => {
		// A later watch has taken over.
		if ((window as unknown as { watched: Watched }).watched !== watched) return;
		const now = performance.now();
		// A frame is due every 17 ms by itself.
		if (!tells && now - last - 17 > 50) watched.busy.push(Math.round(now - last - 17));
		last = now;
		watched.frames += 1;
		requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
}

/**
 * The longest time in milliseconds for which the page stood still, beyond what is allowed: 0 or less is well. What is really long is so
 * each time, while a busy machine stretches now one thing and now another: so of some tries the best counts, and what is
 * allowed is stretched as much as the machine stretches a piece of work whose length is known, in the same page and try.
 * @param attempt begins with `watchThread`, and gives the tab that was watched.
 */
export async function tooLong(attempt: () => Promise<Tab>): Promise<number> {
	let least = Number.POSITIVE_INFINITY;
	for (let time = 0; time < TRIES && least > 0; time += 1) {
		const tab = await attempt();
		const { busy, frames } = await tab.evaluate(() => (window as unknown as { watched: Watched }).watched);
		// A page that draws nothing was not watched.
		if (frames <= 5) throw new Error(`only ${frames} frames`);
		const longest = Math.max(0, ...busy);
		if (longest > MAX_LENGTH) least = Math.min(least, longest - MAX_LENGTH * (await tab.evaluate(measureStretch)));
		else return 0;
	}
	return least;
}

/** Runs in the page: how much longer a piece of work takes at its worst than at its best; 1 where nobody else is at work. */
async function measureStretch(): Promise<number> {
	const times: number[] = [];
	for (let round = 0; round < 30; round += 1) {
		const started = performance.now();
		let sum = 0;
		for (let step = 0; step < 2_000_000; step += 1) sum = (sum * 31 + step) | 0;
		times.push(performance.now() - started + (sum === 0.5 ? 1 : 0));
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	times.sort((one, other) => one - other);
	return (times[27] ?? 1) / Math.max(times[0] ?? 1, 0.5);
}
