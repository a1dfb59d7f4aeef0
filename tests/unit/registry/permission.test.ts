/** Tests of the browser's permission: believed for a minute where it is there, asked each time where it is not, and at once where it may be gone. */
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

test('what is there is believed; after a second it is asked about behind the answer, and that holds for the next', async () => {
	const { at, ask } = stage();
	expect(await Promise.all([ask(), ask(), ask()])).toEqual([true, true, true]);
	expect(at.asked).toBe(1);
	at.now += 1_000;
	at.isGiven = false;
	expect(await Promise.all([ask(), ask()])).toEqual([true, true]);
	expect(at.asked).toBe(2);
	expect(await ask()).toBe(false);
});

test('after a minute the answer waits for the browser', async () => {
	const { at, ask } = stage();
	await ask();
	at.now += 60_000;
	at.isGiven = false;
	expect(await ask()).toBe(false);
});

test('an answer from before it was taken says nothing of what is there since', async () => {
	const told = [Promise.withResolvers<boolean>(), Promise.withResolvers<boolean>()];
	let asked = 0;
	const { isGiven, forget } = rememberPermission(
		() => told[asked++]?.promise ?? Promise.resolve(false),
		() => 0,
	);
	const before = isGiven();
	forget();
	const since = isGiven();
	told[1]?.resolve(false);
	expect(await since).toBe(false);
	told[0]?.resolve(true);
	await before;
	expect(await isGiven()).toBe(false);
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
