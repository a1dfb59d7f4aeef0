/** Owns that the background outlives 30 seconds without an event while it owes an answer to anybody. */
import { browser } from 'wxt/browser';

/** Browsers end a background that had no event for 30 seconds, whatever it is doing; a call of this kind counts as one. */
const BEAT_MS = 20_000;

let pending = 0;
let beat: ReturnType<typeof setInterval> | undefined;

/** Returns the result of work, and keeps the background alive until then. */
export async function keepAlive<T>(work: Promise<T>): Promise<T> {
	pending += 1;
	beat ??= setInterval(() => void browser.runtime.getPlatformInfo().catch(() => undefined), BEAT_MS);
	try {
		return await work;
	} finally {
		pending -= 1;
		if (pending === 0) {
			clearInterval(beat);
			beat = undefined;
		}
	}
}
