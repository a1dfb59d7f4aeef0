/** Tests of the time that the rest of an audit takes. */
import { expect, test } from 'vitest';
import { createPace } from '../../../lib/audit/time-left.ts';

function paced() {
	let now = 1_000;
	const pace = createPace(() => now);
	return {
		...pace,
		at: (time: number, done: number) => {
			now = time;
			pace.note(done);
		},
	};
}

test('nothing is said before enough was done, for long enough', () => {
	const { at, left } = paced();
	expect(left(0, 100)).toBeUndefined();
	at(1_000, 0);
	at(2_000, 90);
	expect(left(90, 100)).toBeUndefined();
	at(5_000, 19);
	expect(left(19, 100)).toBeUndefined();
});

test('it is what the rest takes at the pace of the last half minute', () => {
	const { at, left } = paced();
	at(1_000, 0);
	at(11_000, 100);
	expect(left(100, 300)).toBe(20_000);
	expect(left(300, 300)).toBe(0);
	// Fast at first, slow since.
	at(12_000, 1_000);
	at(42_500, 1_030);
	at(72_500, 1_060);
	expect(left(1_060, 1_090)).toBe(30_000);
});

test('a pause does not count', () => {
	const { at, left, reset } = paced();
	at(1_000, 0);
	at(11_000, 100);
	reset();
	expect(left(100, 200)).toBeUndefined();
	at(20_000, 100);
	at(30_000, 150);
	expect(left(150, 200)).toBe(10_000);
});
