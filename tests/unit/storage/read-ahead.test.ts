/** Tests of what is read before it is asked for, and of answers that are given while they are stored. */
import { expect, test } from 'vitest';
import type { ReleaseSpec } from '../../../lib/npm/spec.ts';
import { type EvidenceStore, keysOfWalk, withCache } from '../../../lib/registry/cache.ts';
import type { Registry } from '../../../lib/registry/registry.ts';
import { success } from '../../../lib/report/result.ts';
import { memoryStore } from '../../../lib/storage/evidence.ts';
import { readingAhead } from '../../../lib/storage/read-ahead.ts';

/** A store that counts what is read, and a clock to be set. */
function counted() {
	const at = { now: 1_000_000 };
	const inner = memoryStore();
	const read: string[] = [];
	const get = (key: string) => {
		read.push(key);
		return inner.get(key);
	};
	return { at, read, store: readingAhead({ ...inner, get }, () => at.now) };
}

test('what was read ahead is given once, and what is stored in between counts', async () => {
	const { read, store } = counted();
	await store.put('a', { fetchedAt: 1, value: 'old' });
	store.ahead('a');
	expect(await store.get('a')).toMatchObject({ value: 'old' });
	expect(read).toEqual(['a']);
	expect(await store.get('a')).toMatchObject({ value: 'old' });
	expect(read).toEqual(['a', 'a']);
	store.ahead('a');
	await store.put('a', { fetchedAt: 2, value: 'new' });
	expect(await store.get('a')).toMatchObject({ value: 'new' });
});

test('what nobody asked for soon is read again', async () => {
	const { at, read, store } = counted();
	store.ahead('a', 'b');
	at.now += 2_000;
	await store.get('a');
	expect(read).toEqual(['a', 'b', 'a']);
	store.ahead('c');
	await store.get('b');
	expect(read).toEqual(['a', 'b', 'a', 'c', 'b']);
});

test('what was forgotten is not given, whatever was read before', async () => {
	const { store } = counted();
	await store.put('a', { fetchedAt: 1, value: 'old' });
	store.ahead('a');
	await store.clear();
	expect(await store.get('a')).toBeUndefined();
});

test('a store that fails ahead is asked by nobody, and fails whoever asks', async () => {
	const nothing = async () => undefined;
	const broken: EvidenceStore = { get: () => Promise.reject(new Error('broken')), put: nothing };
	const store = readingAhead({ ...broken, clear: nothing }, () => 0);
	store.ahead('a');
	await new Promise((resolve) => setTimeout(resolve, 5));
	await expect(store.get('a')).rejects.toThrow('broken');
});

test('the names of a walk are those under which its answers are kept', async () => {
	const kept: string[] = [];
	const store: EvidenceStore = { get: async () => undefined, put: async (key) => void kept.push(key) };
	const registry = {
		fetchManifest: async () => success({} as never),
		fetchAttestations: async () => success({}),
		fetchPackument: async () => success(new Blob(['{}'])),
	} as unknown as Registry;
	const cached = withCache(registry, store, () => 0);
	const spec: ReleaseSpec = { name: '@a/b', selector: '1.0.0', kind: 'version' };
	await cached.fetchManifest(spec);
	await cached.fetchAttestations('@a/b', '1.0.0');
	await cached.fetchPackument('@a/b');
	expect(keysOfWalk(spec)).toEqual(kept);
	expect(keysOfWalk({ name: 'a', selector: 'latest', kind: 'tag' })).toEqual(['manifest a@latest', 'packument a']);
});

test.each([true, false])(
	'an answer is given while it is stored (%s), and nobody asks for it again meanwhile',
	async (storesBehind) => {
		const stored = Promise.withResolvers<void>();
		let asked = 0;
		const registry = { fetchPackument: async () => success(new Blob([`{"asked":${asked++}}`])) } as unknown as Registry;
		const store: EvidenceStore = { get: async () => undefined, put: () => stored.promise };
		const cached = withCache(registry, store, () => 0, { storesBehind });
		let isGiven = false;
		const first = cached.fetchPackument('a').then(() => {
			isGiven = true;
		});
		await new Promise((resolve) => setTimeout(resolve, 10));
		expect(isGiven).toBe(storesBehind);
		if (storesBehind) expect((await cached.fetchPackument('a')).ok).toBe(true);
		stored.resolve();
		await first;
		await new Promise((resolve) => setTimeout(resolve, 5));
		expect(asked).toBe(1);
		// The store has kept nothing: what was on its way is forgotten with the end of storing.
		await cached.fetchPackument('a');
		expect(asked).toBe(2);
	},
);
