/** Tests of the audits that are kept, in an IndexedDB that lives in memory: what another tab forgot stays forgotten. */
import * as inMemory from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { keptAudits, lockOf } from '../../../entrypoints/audit/kept.ts';
import { auditStore, type KeptAudit } from '../../../lib/storage/audits.ts';

const held = new Set<string>();

beforeEach(() => {
	for (const [name, value] of Object.entries(inMemory)) vi.stubGlobal(name, value);
	vi.stubGlobal('indexedDB', new inMemory.IDBFactory());
	held.clear();
	const query = async () => ({ held: [...held].map((name) => ({ name })) });
	vi.stubGlobal('navigator', { locks: { query } });
});

const AUDIT: KeptAudit = {
	...{ version: 1, files: [], startedAt: '2026-11-20T12:00:00.000Z', total: 2, done: 0, state: 'running' },
	unadvised: [],
};
const rowsOf = async (id: string) => {
	const found: unknown[] = [];
	await auditStore().rows(id, (some) => found.push(...some));
	return found;
};
const ROW = { name: 'a', rows: '[]' };

/** Rows as earlier versions left them. */
async function orphan(id: string) {
	await auditStore().add(id, AUDIT);
	await auditStore().putRows(id, [ROW, { ...ROW, name: 'b' }]);
	const { promise, resolve } = Promise.withResolvers<void>();
	const opening = indexedDB.open('audits');
	opening.onsuccess = () => {
		const transaction = opening.result.transaction('audits', 'readwrite');
		transaction.objectStore('audits').delete(id);
		transaction.oncomplete = () => resolve();
	};
	await promise;
}

test('an audit and its rows are kept while nobody forgets them', async () => {
	const store = auditStore();
	await store.add('1', AUDIT);
	await store.putRows('1', [ROW]);
	await store.put('1', { ...AUDIT, done: 1 });
	expect(await store.list()).toEqual([{ id: '1', audit: { ...AUDIT, done: 1 } }]);
	expect(await rowsOf('1')).toEqual([ROW]);
	await auditStore().forget('1');
	await store.putRows('1', [ROW]);
	await store.put('1', { ...AUDIT, done: 2 });
	expect(await store.list()).toEqual([]);
	expect(await rowsOf('1')).toEqual([]);
});

test('files that were not read are kept by name and code; an audit of an earlier version has none', async () => {
	const refused = [
		{ name: 'a.json', failure: { code: 'lockfile-unreadable' as const, detail: 'line 3, column 1' } },
		{ name: 'b.json', failure: { code: 'lockfile-too-many' as const } },
	];
	await auditStore().add('1', { ...AUDIT, refused });
	expect((await keptAudits().get('1'))?.refused).toEqual(refused);
	const failure = { code: 'of-a-later-version', detail: 'x'.repeat(400) };
	await auditStore().add('2', { ...AUDIT, refused: [{ name: 'c', failure }] } as unknown as KeptAudit);
	expect((await keptAudits().get('2'))?.refused).toEqual([
		{ name: 'c', failure: { code: 'lockfile-unreadable', detail: 'x'.repeat(300) } },
	]);
	await auditStore().add('3', AUDIT);
	expect(await keptAudits().get('3')).toEqual(AUDIT);
});

test('rows without an audit are removed, and no others', async () => {
	for (const id of ['1', '3', '5']) await orphan(id);
	for (const id of ['2', '4']) {
		await auditStore().add(id, AUDIT);
		await auditStore().putRows(id, [ROW]);
	}
	expect(await rowsOf('1')).toHaveLength(2);
	await auditStore().tidy();
	expect(await Promise.all(['1', '2', '3', '4', '5'].map(rowsOf))).toEqual([[], [ROW], [], [ROW], []]);
	await auditStore().forget();
	await orphan('1');
	await auditStore().tidy();
	expect(await rowsOf('1')).toEqual([]);
});

test('of too many audits the oldest go, but none that a tab is at', async () => {
	const ids = Array.from({ length: 22 }, (_, at) => String(at + 10));
	for (const id of ids) await auditStore().add(id, AUDIT);
	held.add(lockOf('10'));
	await keptAudits().tidy();
	expect(await auditStore().ids()).toEqual(['10', ...ids.slice(3)]);
});
