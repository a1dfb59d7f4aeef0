/** Tests of work in slices: what is sorted so comes out as by `toSorted`, with pauses between; and a pause is one only when it is time. */
import { expect, test, vi } from 'vitest';
import { createYielder, sortInSlices } from '../../../lib/async/slices.ts';
import { Seeded } from '../../support/seeded.ts';

const byKey = (one: { key: number }, other: { key: number }) => one.key - other.key;

test('sorted as by toSorted, and stably: any length, any order, many equal ones', async () => {
	for (const length of [0, 1, 2, 511, 512, 513, 1024, 1500, 5000])
		for (const keys of [1, 7, 1_000_000]) {
			const random = new Seeded(length + keys);
			const list = Array.from({ length }, (_, place) => ({ key: random.below(keys), place }));
			for (const one of [list, list.toSorted(byKey), list.toSorted(byKey).toReversed()]) {
				const before = [...one];
				expect(await sortInSlices(one, byKey, async () => undefined)).toEqual(one.toSorted(byKey));
				expect(one).toEqual(before);
			}
		}
});

test('no more than some hundred elements are sorted or merged between two pauses', async () => {
	const random = new Seeded(3);
	const list = Array.from({ length: 20_000 }, (_, place) => ({ key: random.below(1e9), place }));
	let [compared, most] = [0, 0];
	await sortInSlices(
		list,
		(one, other) => {
			compared += 1;
			return byKey(one, other);
		},
		async () => {
			most = Math.max(most, compared);
			compared = 0;
		},
	);
	// 512 elements take some 4,100 comparisons.
	expect(most).toBeLessThan(6000);
	expect(most).toBeGreaterThan(100);
});

test('what is in order is looked through once', async () => {
	const list = Array.from({ length: 10_000 }, (_, key) => ({ key }));
	let compared = 0;
	const sorted = await sortInSlices(list, (one, other) => {
		compared += 1;
		return byKey(one, other);
	});
	expect(sorted).toEqual(list);
	expect(compared).toBe(9999);
});

test('a pause gives the thread to others once eight milliseconds of work are over, and not before', async () => {
	const clock = vi.spyOn(performance, 'now').mockReturnValue(1000);
	try {
		let others = 0;
		const pause = createYielder();
		setTimeout(() => {
			others += 1;
		});
		for (const now of [1000, 1004, 1007.9]) {
			clock.mockReturnValue(now);
			await pause();
			expect(others).toBe(0);
		}
		clock.mockReturnValue(1008);
		await pause();
		expect(others).toBe(1);
		// The next slice begins when the thread is ours again.
		setTimeout(() => {
			others += 1;
		});
		clock.mockReturnValue(1015);
		await pause();
		expect(others).toBe(1);
	} finally {
		clock.mockRestore();
	}
});
