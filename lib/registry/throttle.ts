/** Owns how many requests are under way at once, and the pause where the registry says that it is too much. */

import { takeTurns } from '../async/turns.ts';
import { failed } from '../report/result.ts';
import { type EndableRegistry, passing, type Registry } from './registry.ts';

/** Where the registry says that it is too much, but not when to ask again. */
const PAUSE_MS = 60_000;

/** No answer, whatever it says, silences the marks for longer. */
const MAX_PAUSE_MS = 300_000;

/**
 * The registry, with at most `most` requests at a time; the others wait for their turn. Once it asks to wait, the answer to everything is
 * `rate-limited`, without a request. That lasts for as long as it says, at most five minutes, or one minute if it does not say.
 * @param now milliseconds since the epoch.
 */
export function throttled(registry: Registry, most: number, now: () => number = Date.now): EndableRegistry {
	const inTurn = takeTurns(most);
	let pausedAt = 0;
	let pause = 0;
	return passing(registry, (fetchIt, signal) =>
		inTurn(async () => {
			// A clock that was set back does not make it longer.
			if (now() >= pausedAt && now() - pausedAt < pause) return failed('rate-limited');
			const result = await fetchIt();
			if (!result.ok && result.failure.code === 'rate-limited') {
				pausedAt = now();
				pause = Math.min(result.retryAfter ?? PAUSE_MS, MAX_PAUSE_MS);
			}
			return result;
		}, signal),
	);
}
