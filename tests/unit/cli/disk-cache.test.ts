/** Tests of the answers that are kept on the disk: what comes out is what went in, or nothing. */
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheFolder, diskStore, tidyDisk } from '../../../cli/disk-cache.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'disk-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const files = () =>
	readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((one) => one.isFile())
		.map((one) => join(one.parentPath, one.name));
const DAY_MS = 24 * 3600 * 1000;

test.each([
	['a value', { a: [1, 'ü'] }],
	['nothing, which is an answer too', undefined],
	['null', null],
])('%s comes out as it went in', async (_what, value) => {
	const store = diskStore(folder);
	await store.put('attestations a@1.0.0', { fetchedAt: 5, value });
	expect(await store.get('attestations a@1.0.0')).toEqual({ fetchedAt: 5, value });
	expect(await store.get('attestations a@1.0.1')).toBeUndefined();
});

test('bytes come out as bytes', async () => {
	const store = diskStore(folder);
	await store.put('packument a', { fetchedAt: 5, value: new Blob(['{"a":\n"\u0000ü"}']) });
	const kept = (await store.get('packument a')) as { value: Blob };
	expect(await kept.value.text()).toBe('{"a":\n"\u0000ü"}');
});

test.each([
	['cut off', (text: string) => text.slice(0, -1)],
	['longer', (text: string) => `${text} `],
	['of another question', (text: string) => text.replace('packument a', 'packument b')],
	['empty', () => ''],
	['without a first line', (text: string) => text.replace('\n', ' ')],
])('a file that is %s is as if there were none', async (_what, change) => {
	const store = diskStore(folder);
	await store.put('packument a', { fetchedAt: 5, value: { a: 1 } });
	const [file = ''] = files();
	const { readFileSync } = await import('node:fs');
	writeFileSync(file, change(readFileSync(file, 'utf8')));
	expect(await store.get('packument a')).toBeUndefined();
});

test('nobody else can read it, and no draft is left', async () => {
	await diskStore(folder).put('packument a', { fetchedAt: 5, value: 1 });
	expect(files()).toHaveLength(1);
	if (process.platform !== 'win32') expect(statSync(files()[0] ?? '').mode & 0o077).toBe(0);
});

test('what was not fetched again for 90 days goes, and the oldest beyond the limit', async () => {
	const store = diskStore(folder);
	const now = Date.now();
	for (const [at, days] of [100, 2, 1, 0].entries()) {
		await store.put(`packument ${at}`, { fetchedAt: 0, value: 'x'.repeat(1000) });
		const [newest = ''] = files().filter((file) => statSync(file).mtimeMs > now - DAY_MS / 2 && !isAged(file));
		utimesSync(newest, new Date(now - days * DAY_MS), new Date(now - days * DAY_MS - 1000));
	}
	writeFileSync(join(folder, 'notes.txt'), 'mine');
	await tidyDisk(folder, now, 2500);
	expect(await Promise.all([0, 1, 2, 3].map((at) => store.get(`packument ${at}`)))).toEqual([
		undefined,
		undefined,
		expect.anything(),
		expect.anything(),
	]);
	expect(files()).toContain(join(folder, 'notes.txt'));
	// Not again on the same day.
	await tidyDisk(folder, now, 0);
	expect(await store.get('packument 3')).toBeDefined();
	await tidyDisk(folder, now + 2 * DAY_MS, 0);
	expect(await store.get('packument 3')).toBeUndefined();
});

/** Whether its time was set: new files have the time of now. */
function isAged(file: string): boolean {
	return statSync(file).mtimeMs < Date.now() - 1000 * 60;
}

test.each([
	[{ XDG_CACHE_HOME: '/c' }, 'linux', '/c/stamp-of-origin'],
	[{ XDG_CACHE_HOME: 'relative' }, 'linux', '/h/.cache/stamp-of-origin'],
	[{}, 'darwin', '/h/Library/Caches/stamp-of-origin'],
	[{ LOCALAPPDATA: '/l' }, 'win32', '/l/stamp-of-origin/cache'],
	[{}, 'win32', '/h/AppData/Local/stamp-of-origin/cache'],
])('of %j on %s it stands in %s', (env, platform, expected) => {
	expect(cacheFolder(env, '/h', platform)).toBe(expected);
});

test('a file that is longer than any answer is not read', async () => {
	await diskStore(folder).put('packument a', { fetchedAt: 5, value: 'x'.repeat(1_000) });
	expect(await diskStore(folder, 900).get('packument a')).toBeUndefined();
	expect(await diskStore(folder, 1_200).get('packument a')).toMatchObject({ fetchedAt: 5 });
});
