/** Law: no check is idle. Each one is taken out of a copy of the sources in turn, and then some test fails. */
import { afterAll, expect, test } from 'vitest';
import { REMOVALS, startRemovals } from '../tools/check-removal.ts';

const removals = startRemovals();
afterAll(() => removals.stop());

test.each(REMOVALS.map((removal) => [removal.check, removal.code, removal] as const))(
	'%s (%s)',
	async (_check, _code, removal) => {
		expect(await removals.failingTest(removal)).toBeDefined();
	},
	180_000,
);
