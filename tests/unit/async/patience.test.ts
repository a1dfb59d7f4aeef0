/** Tests of how long a database is waited for: once two seconds, and not at all while it is known to be silent. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { patienceOf } from '../../../lib/async/patience.ts';
import { withCache } from '../../../lib/registry/cache.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import { success } from '../../../lib/report/result.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

/** A database that answers when it is told to. */
function database() {
	const calls: PromiseWithResolvers<string>[] = [];
	const call = () => {
		const made = Promise.withResolvers<string>();
		calls.push(made);
		return made.promise;
	};
	return { calls, call };
}

/** What becomes of a promise, and when: milliseconds from now. */
async function fate(promise: Promise<unknown>): Promise<[string, number]> {
	const started = Date.now();
	const said = promise.then(
		(value) => String(value),
		(error: Error) => error.name,
	);
	let word: string | undefined;
	void said.then((is) => {
		word = is;
	});
	for (let waited = 0; waited < 100 && word === undefined; waited += 1) await vi.advanceTimersByTimeAsync(100);
	return [word ?? 'pending', Date.now() - started];
}

test('one that answers is passed on, answer and fault alike', async () => {
	const patience = patienceOf(2000);
	expect(await patience(async () => 'kept')).toBe('kept');
	await expect(patience(() => Promise.reject(new RangeError('full')))).rejects.toThrow('full');
	expect(vi.getTimerCount()).toBe(0);
});

test('one that is silent costs two seconds once, and is asked again once it has answered', async () => {
	const { calls, call } = database();
	const patience = patienceOf(2000);
	expect(await fate(patience(call))).toEqual(['TimeoutError', 2000]);
	for (let times = 0; times < 3; times += 1) expect((await fate(patience(call)))[0]).toBe('TimeoutError');
	// Not even asked: what piles up would all be done when it wakes.
	expect(calls).toHaveLength(1);
	calls[0]?.resolve('late');
	await vi.advanceTimersByTimeAsync(0);
	const again = patience(call);
	calls[1]?.resolve('kept');
	expect(await again).toBe('kept');
});

test('a fault is an answer, too', async () => {
	const { calls, call } = database();
	const patience = patienceOf(2000);
	await fate(patience(call));
	calls[0]?.reject(new Error('closed'));
	await vi.advanceTimersByTimeAsync(0);
	expect(await patience(async () => 'kept')).toBe('kept');
});

test('calls at once are given up at once, and cost two seconds together', async () => {
	const { call } = database();
	const patience = patienceOf(2000);
	const started = Date.now();
	const all = Promise.allSettled([patience(call), patience(call), patience(call)]);
	await vi.advanceTimersByTimeAsync(2000);
	expect((await all).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
	expect(Date.now() - started).toBe(2000);
});

test('the registry answers without a store that is silent, and what comes late is no fault', async () => {
	const { calls, call } = database();
	const patience = patienceOf(2000);
	const store = { get: () => patience(call), put: () => patience(call).then(() => undefined) };
	const registry = { ...createRegistry(), search: async () => success([]), fetchKeys: async () => success([]) };
	registry.until = () => registry;
	const kept = withCache(registry, store, () => Date.now());
	const started = Date.now();
	const answer = kept.fetchKeys();
	await vi.advanceTimersByTimeAsync(2000);
	expect(await answer).toEqual(success([]));
	expect(await kept.fetchKeys()).toEqual(success([]));
	expect(Date.now() - started).toBe(2000);
	expect(calls).toHaveLength(1);
	calls[0]?.reject(new Error('closed'));
	await vi.advanceTimersByTimeAsync(0);
});
