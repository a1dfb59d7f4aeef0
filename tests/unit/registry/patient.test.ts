/** Tests of the patience with a registry in a long run. */
import { expect, test, vi } from 'vitest';
import { patient } from '../../../lib/registry/patient.ts';
import type { Registry } from '../../../lib/registry/registry.ts';
import type { FailureCode } from '../../../lib/report/failures.ts';
import { failed, type Result, success } from '../../../lib/report/result.ts';

/** A registry that gives these answers to lists in turn, then success; and the waits. */
function stage(answers: (FailureCode | Result<unknown>)[], most = 6) {
	const waits: number[] = [];
	let asked = 0;
	let open = 0;
	let mostOpen = 0;
	const registry = {
		fetchPackument: async () => {
			asked += 1;
			open += 1;
			mostOpen = Math.max(open, mostOpen);
			await new Promise((resolve) => setTimeout(resolve));
			open -= 1;
			const answer = answers.shift() ?? success('list');
			return typeof answer === 'string' ? failed(answer) : answer;
		},
	} as unknown as Registry;
	const one = patient(registry, most, async (ms) => void waits.push(ms));
	return { ask: () => one.fetchPackument('a'), waits, count: () => [asked, mostOpen] };
}

test('a registry that asks to wait is asked again after as long as it says, at most two minutes, three times', async () => {
	const busy = (retryAfter?: number) => ({
		...failed('rate-limited'),
		...(retryAfter !== undefined && { retryAfter }),
	});
	const { ask, waits, count } = stage([busy(3000), busy(9_999_999), busy()]);
	expect(await ask()).toEqual(success('list'));
	expect(waits).toEqual([3000, 120_000, 15_000]);
	expect(count()).toEqual([4, 1]);
	const never = stage(Array.from({ length: 9 }, () => busy(1)));
	expect(await never.ask()).toMatchObject(failed('rate-limited'));
	expect(never.count()).toEqual([4, 1]);
});

test.each(['registry-unreachable', 'registry-timeout', 'registry-error', 'cut-off'] as const)(
	'%s is asked for once more',
	async (code) => {
		const { ask, waits } = stage([code]);
		expect(await ask()).toEqual(success('list'));
		expect(waits).toEqual([1000]);
		expect(await stage([code, code]).ask()).toEqual(failed(code));
	},
);

test('an answer that will not change is not asked for again', async () => {
	const { ask, count } = stage(['release-not-found']);
	expect(await ask()).toEqual(failed('release-not-found'));
	expect(count()).toEqual([1, 1]);
});

test('a registry that is gone is given up, and one answer between begins anew', async () => {
	const gone = stage(
		Array.from({ length: 100 }, () => 'registry-unreachable' as const),
		1,
	);
	for (let at = 0; at < 30; at += 1) expect(await gone.ask()).toEqual(failed('registry-unreachable'));
	expect(gone.count()).toEqual([40, 1]);
	const flaky = stage(
		Array.from({ length: 60 }, (_, at) => (at === 38 ? success('list') : ('registry-unreachable' as const))),
		1,
	);
	for (let at = 0; at < 32; at += 1) await flaky.ask();
	expect(await flaky.ask()).toEqual(success('list'));
});

test('so many requests are under way at once, and no more', async () => {
	const { ask, count } = stage([], 2);
	await Promise.all(Array.from({ length: 9 }, ask));
	expect(count()).toEqual([9, 2]);
});

test('whoever has left waits for nothing, and one who waited is forgotten', async () => {
	const leaving = new AbortController();
	const { signal } = leaving;
	const heard = vi.spyOn(signal, 'addEventListener');
	const left = vi.spyOn(signal, 'removeEventListener');
	const wait = (answers: (FailureCode | Result<unknown>)[]) => {
		const fetchPackument = async () => {
			const answer = answers.shift() ?? success('list');
			if (answer === 'registry-error') leaving.abort(new Error('left'));
			return typeof answer === 'string' ? failed(answer) : answer;
		};
		return patient({ fetchPackument } as unknown as Registry, 6)
			.until(signal)
			.fetchPackument('a');
	};
	expect(await wait([{ ...failed('rate-limited'), retryAfter: 1 } as Result<unknown>])).toEqual(success('list'));
	expect(heard).toHaveBeenCalled();
	expect(left.mock.calls.map(([, listener]) => listener)).toEqual(heard.mock.calls.map(([, listener]) => listener));
	// It is aborted before it begins to wait for a second; that second never comes to its end.
	vi.useFakeTimers();
	try {
		await expect(wait(['registry-error'])).rejects.toThrow('left');
	} finally {
		vi.useRealTimers();
	}
});
