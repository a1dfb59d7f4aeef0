/** Owns patience with a registry in a long run: it waits where the registry asks to, tries again once, and gives up on one that is gone. */
import { takeTurns } from '../async/turns.ts';
import type { FailureCode } from '../report/failures.ts';
import { failed, type Result } from '../report/result.ts';
import { type EndableRegistry, passing, type Registry } from './registry.ts';

/** May pass with time. */
const PASSING: readonly FailureCode[] = ['registry-unreachable', 'registry-timeout', 'registry-error', 'cut-off'];

/** In milliseconds. */
const MAX_WAIT_MS = 120_000;
const WAIT_MS = 15_000;
const RETRY_MS = 1_000;

/** How often one question waits because the registry asks to wait. */
const MAX_WAITS = 3;

/** As many questions in a row without any answer mean that the registry is gone. */
const MAX_FAILED = 20;

/**
 * A registry for a long run, with at most `most` requests at a time.
 * - Where it asks to wait (429), every request waits for as long as it says, at most two minutes, up to three times.
 * - What fails by the network or a server's error is asked for once more, after a second.
 * - After 20 questions in a row without an answer nothing more is asked: everything has that failure at once.
 * @param sleep waits for milliseconds; for tests.
 */
export function patient(
	registry: Registry,
	most: number,
	sleep: (ms: number, signal?: AbortSignal) => Promise<void> = rest,
): EndableRegistry {
	const inTurn = takeTurns(most);
	let pause: Promise<void> | undefined;
	let failures = 0;
	let gone: FailureCode | undefined;

	async function ask<T>(fetchIt: () => Promise<Result<T>>, signal: AbortSignal | undefined): Promise<Result<T>> {
		let isAgain = false;
		for (let waits = 0; ; ) {
			await pause;
			if (gone !== undefined) return failed(gone);
			const result = await fetchIt();
			const code = result.ok ? undefined : result.failure.code;
			if (code === 'rate-limited' && waits < MAX_WAITS) {
				waits += 1;
				const ms = result.ok ? WAIT_MS : Math.min(result.retryAfter ?? WAIT_MS, MAX_WAIT_MS);
				// One pause for all: the first that hears of it begins it.
				pause ??= sleep(ms, signal).finally(() => {
					pause = undefined;
				});
				continue;
			}
			if (code === undefined || !PASSING.includes(code)) {
				failures = 0;
				return result;
			}
			if (!isAgain) {
				isAgain = true;
				await sleep(RETRY_MS, signal);
				continue;
			}
			failures += 1;
			if (failures >= MAX_FAILED) gone = code;
			return result;
		}
	}
	return passing(registry, (fetchIt, signal) => inTurn(() => ask(fetchIt, signal), signal));
}

function rest(ms: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		if (signal?.aborted) {
			reject(signal.reason);
			return;
		}
		const leave = () => {
			clearTimeout(timer);
			reject(signal?.reason);
		};
		const timer = setTimeout(() => {
			// A long run waits often, with one signal for all of it.
			signal?.removeEventListener('abort', leave);
			resolve();
		}, ms);
		signal?.addEventListener('abort', leave, { once: true });
	});
}
