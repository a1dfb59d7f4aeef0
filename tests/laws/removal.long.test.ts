/** Law: no check is idle. Each one is taken out of a copy of the sources in turn, and then some test fails. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RemovalRun } from '../mutation/check-removal.ts';
import { UNNOTICEABLE } from '../mutation/unnoticeable.ts';

const run = new RemovalRun();
const HOUR_MS = 3600 * 1000;
beforeAll(() => run.findReach(), HOUR_MS);
afterAll(() => run.stop());

test('what is listed as unnoticeable is among them', () => {
	const names = run.removals.map(({ name }) => name);
	expect(Object.keys(UNNOTICEABLE).filter((name) => !names.includes(name))).toEqual([]);
});

test.each(run.removals.map((removal) => [removal.name, removal.code, removal] as const))(
	'%s (%s)',
	async (_name, _code, removal) => {
		const { test: noticing, because } = await run.tryWithout(removal);
		// What is listed as unnoticeable must be so, or the list says something that is no longer true.
		expect(noticing).toEqual(because === undefined ? expect.any(String) : undefined);
	},
	HOUR_MS,
);
