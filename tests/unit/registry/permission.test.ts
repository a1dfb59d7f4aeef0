/** Tests of the browser's permission: asked once in a second where it is there, each time where it is not, and at once where it may be gone. */
import { expect, test } from 'vitest';
import { rememberPermission, withPermission } from '../../../lib/registry/permission.ts';
import type { Registry } from '../../../lib/registry/registry.ts';
import { success } from '../../../lib/report/result.ts';

function stage() {
	const at = { now: 5_000, isGiven: true, asked: 0 };
	const permission = rememberPermission(
		async () => {
			at.asked += 1;
			return at.isGiven;
		},
		() => at.now,
	);
	const registry = withPermission(
		{ fetchAbbreviated: async () => success('answer') } as unknown as Registry,
		permission.isGiven,
	);
	const ask = async () => (await registry.fetchAbbreviated('a')).ok;
	return { at, permission, ask };
}

test('what is there is asked about once in a second', async () => {
	const { at, ask } = stage();
	expect(await Promise.all([ask(), ask(), ask()])).toEqual([true, true, true]);
	expect(at.asked).toBe(1);
	at.now += 1_000;
	at.isGiven = false;
	expect(await ask()).toBe(false);
});

test('what is not there is asked about each time, so that it holds once it is given', async () => {
	const { at, ask } = stage();
	at.isGiven = false;
	expect(await ask()).toBe(false);
	at.isGiven = true;
	expect(await ask()).toBe(true);
});

test('what may have been taken is not believed', async () => {
	const { at, permission, ask } = stage();
	await ask();
	at.isGiven = false;
	permission.forget();
	expect(await ask()).toBe(false);
});

test('a browser that cannot tell gives no permission', async () => {
	const { isGiven } = rememberPermission(
		() => Promise.reject(new Error('gone')),
		() => 0,
	);
	expect(await isGiven()).toBe(false);
});
