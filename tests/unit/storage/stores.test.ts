/** Tests of the databases on this machine, in an IndexedDB that lives in memory: what goes, when, and what stays. */
import * as inMemory from 'fake-indexeddb';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { databaseStore } from '../../../lib/storage/evidence.ts';
import { sightingStore } from '../../../lib/storage/first-seen.ts';
import { trustRootStore } from '../../../lib/storage/trust-root.ts';

const DAY = 24 * 3600 * 1000;
const MB = 1024 * 1024;
const START = Date.parse('2026-11-20T12:00:00Z');
let at = START;

beforeEach(() => {
	at = START;
	for (const [name, value] of Object.entries(inMemory)) vi.stubGlobal(name, value);
	vi.stubGlobal('indexedDB', new inMemory.IDBFactory());
});

const answersHere = () =>
	databaseStore(() => at, { answers: { count: 20, bytes: MB }, packuments: { count: 4, bytes: 3 * MB } });
type Answers = ReturnType<typeof answersHere>;

const put = (store: Answers, key: string, value: unknown = key) => store.put(key, { fetchedAt: at, value });
const has = async (store: Answers, ...keys: string[]) =>
	(await Promise.all(keys.map((key) => store.get(key)))).map((kept) => kept !== undefined);

test('an answer comes back as it was kept, by the next background too', async () => {
	await put(answersHere(), 'manifest a@1.0.0', { name: 'a' });
	expect(await answersHere().get('manifest a@1.0.0')).toMatchObject({ fetchedAt: START, value: { name: 'a' } });
});

test('the disk is not asked for what was never kept, once it is known what is there', async () => {
	await put(answersHere(), 'packument a');
	const store = answersHere();
	const read = vi.spyOn(inMemory.IDBObjectStore.prototype, 'get');
	onTestFinished(() => read.mockRestore());
	// The first question finds out, and is answered from the disk itself.
	expect(await has(store, 'manifest a@1.0.0')).toEqual([false]);
	await vi.waitFor(async () => {
		read.mockClear();
		expect(await has(store, 'manifest a@1.0.0', 'packument b')).toEqual([false, false]);
		expect(read).not.toHaveBeenCalled();
	});
	expect(await has(store, 'packument a')).toEqual([true]);
	await put(store, 'manifest a@1.0.0');
	expect(await has(store, 'manifest a@1.0.0')).toEqual([true]);
	await store.clear();
	await put(store, 'packument b');
	expect(await has(store, 'packument a', 'packument b')).toEqual([false, true]);
});

test('what was not fetched again for ninety days goes, and no sooner', async () => {
	const store = answersHere();
	await put(store, 'manifest a@1.0.0');
	await put(store, 'packument a');
	at += DAY;
	await put(store, 'manifest b@1.0.0');
	at = START + 90 * DAY;
	await store.tidy();
	expect(await has(store, 'manifest a@1.0.0', 'packument a', 'manifest b@1.0.0')).toEqual([true, true, true]);
	at += 1;
	await store.tidy();
	expect(await has(store, 'manifest a@1.0.0', 'packument a', 'manifest b@1.0.0')).toEqual([false, false, true]);
	// What a wrong clock put far ahead does not stay for ever.
	at = START - 90 * DAY;
	await store.tidy();
	expect(await has(store, 'manifest b@1.0.0')).toEqual([false]);
});

test('what is too much in bytes goes, the oldest first, and of its own kind only', async () => {
	const store = answersHere();
	for (const name of ['a', 'b', 'c']) {
		await put(store, `packument ${name}`, new Blob([new Uint8Array(1.2 * MB)]));
		at += 1;
	}
	for (const name of ['a', 'b', 'c']) {
		await put(store, `attestations ${name}@1.0.0`, 'x'.repeat(0.4 * MB));
		at += 1;
	}
	await store.tidy();
	expect(await has(store, 'packument a', 'packument b', 'packument c')).toEqual([false, true, true]);
	const attestations = ['a', 'b', 'c'].map((name) => `attestations ${name}@1.0.0`);
	expect(await has(store, ...attestations)).toEqual([false, true, true]);
});

test('of the number that is meant the latest stay, and at most a hundred more until it is looked again', async () => {
	const store = answersHere();
	const keys = Array.from({ length: 150 }, (_one, index) => `manifest ${index}@1.0.0`);
	for (const key of keys) {
		await put(store, key);
		at += 1;
	}
	await vi.waitFor(async () => expect((await has(store, ...keys)).filter(Boolean).length).toBeLessThanOrEqual(120));
	await store.tidy();
	const left = await has(store, ...keys);
	expect(left.indexOf(true)).toBe(130);
	expect(left.lastIndexOf(false)).toBe(129);
});

test('a background that has just started sees to it with its first answer', async () => {
	const before = answersHere();
	for (let index = 0; index < 6; index += 1) {
		await put(before, `abbreviated ${index}`);
		at += 1;
	}
	const store = answersHere();
	await put(store, 'abbreviated last');
	await vi.waitFor(async () => expect(await has(store, 'abbreviated 2', 'abbreviated 3')).toEqual([false, true]));
	expect(await has(store, 'abbreviated last')).toEqual([true]);
});

test('all of it is forgotten at once', async () => {
	const store = answersHere();
	await put(store, 'manifest a@1.0.0');
	await put(store, 'packument a');
	await store.clear();
	expect(await has(store, 'manifest a@1.0.0', 'packument a')).toEqual([false, false]);
});

test('one release is forgotten with what was set aside of it, and no other', async () => {
	const seen = sightingStore();
	const note = (release: string, isUnreadable = false) =>
		seen.change(release, () => ({ kept: { release, last: '2026-11-20' }, isUnreadable }));
	await note('a@1.0.0');
	await note('a@1.0.0', true);
	await note('b@1.0.0', true);
	await seen.forget('a@1.0.0');
	const left = { release: 'b@1.0.0' };
	expect(await seen.list(0, 10)).toMatchObject({ count: 1, kept: [left], setAside: [left] });
	await seen.forget();
	expect(await seen.list(0, 10)).toEqual({ count: 0, kept: [], setAside: [] });
});

test('a database that does not answer costs each store two seconds, one that was woken before none', async () => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
	onTestFinished(() => {
		vi.useRealTimers();
	});
	vi.stubGlobal('indexedDB', { open: () => new inMemory.IDBOpenDBRequest() });
	const [answers, seen, roots] = [answersHere(), sightingStore(), trustRootStore()];
	seen.wake();
	const given = [
		answers.get('manifest a@1.0.0'),
		put(answers, 'packument a'),
		roots.get('vouched-for'),
		roots.put('attempt', {}),
	].map((call) => call.catch((error: Error) => error.name));
	const said: unknown[] = [];
	for (const one of given) void one.then((name) => said.push(name));
	await vi.advanceTimersByTimeAsync(1999);
	expect(said).toEqual([]);
	await vi.advanceTimersByTimeAsync(1);
	expect(said).toEqual(Array(4).fill('TimeoutError'));
	// From here on no time passes.
	const isSilent = { name: 'TimeoutError' };
	await expect(answers.get('manifest a@1.0.0')).rejects.toMatchObject(isSilent);
	await expect(seen.change('a@1.0.0', () => ({ kept: {}, isUnreadable: false }))).rejects.toMatchObject(isSilent);
	// Who wants to see or delete what is kept waits longer.
	const listed = seen.list(0, 1).catch((error: Error) => error.name);
	await vi.advanceTimersByTimeAsync(30_000);
	expect(await listed).toBe('TimeoutError');
});

test('what was given up is written when the database comes to it', async () => {
	const seen = sightingStore();
	const note = (release: string) =>
		seen.change(release, () => ({ kept: { release, last: '2026' }, isUnreadable: false }));
	await note('a@1.0.0');
	// Somebody else has it in use, and goes on asking.
	const request = indexedDB.open('sightings');
	await new Promise((resolve) => request.addEventListener('success', resolve));
	const other = request.result.transaction(['releases', 'setAside'], 'readwrite').objectStore('releases');
	let isHeld = true;
	const hold = () => other.get('nothing').addEventListener('success', () => isHeld && hold());
	hold();
	await expect(note('b@1.0.0')).rejects.toMatchObject({ name: 'TimeoutError' });
	isHeld = false;
	await vi.waitFor(async () => expect(await seen.list(0, 10)).toMatchObject({ count: 2 }));
});
