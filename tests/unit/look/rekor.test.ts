/** Tests what the client of the public log takes for an answer, and that everything else is unreadable. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRekor, type Rekor } from '../../../lib/external/rekor.ts';
import { type Outside, startOutside } from '../../fixtures/outside.ts';

const HASH = '0123456789abcdef'.repeat(4);
const ENTRY = {
	body: 'e30=',
	integratedTime: 1_700_000_000,
	logID: HASH,
	logIndex: 7,
	verification: {
		inclusionProof: { checkpoint: 'note', hashes: [HASH], logIndex: 3, rootHash: HASH, treeSize: 9 },
	},
};
const HEAD = { treeID: '12', signedTreeHead: 'note', treeSize: 9, rootHash: HASH };
const many = <T>(count: number, one: T) => Array.from({ length: count }, () => one);

let outside: Outside;
let rekor: Rekor;
beforeEach(async () => {
	outside = await startOutside();
	rekor = createRekor({ base: outside.base });
});
afterEach(() => outside.close());

const entries = '/api/v1/log/entries?logIndex=7';
const growth = '/api/v1/log/proof?firstSize=3&lastSize=9&treeID=12';

async function answers(path: string, json: unknown): Promise<unknown> {
	outside.records.set(path, typeof json === 'string' ? { text: json } : { json });
	const answer =
		path === entries
			? await rekor.fetchEntry('7')
			: path === growth
				? await rekor.fetchGrowth({ tree: '12', first: 3, last: 9 })
				: await rekor.fetchHeads();
	return answer.ok ? answer.value : answer.failure;
}

test('an entry, the roots of all parts, and a proof of growth are read', async () => {
	expect(await answers(entries, { id: ENTRY })).toEqual(ENTRY);
	const { treeID, signedTreeHead } = HEAD;
	const read = { treeID, signedTreeHead };
	expect(await answers('/api/v1/log', { ...HEAD, inactiveShards: many(64, HEAD) })).toEqual(many(65, read));
	// What has no closed part may leave them out, or say null.
	expect(await answers('/api/v1/log', HEAD)).toEqual([read]);
	expect(await answers('/api/v1/log', { ...HEAD, inactiveShards: null })).toEqual([read]);
	expect(await answers(growth, { rootHash: HASH, hashes: many(64, HASH) })).toEqual(many(64, HASH));
});

const proof = (change: object) => ({
	id: { ...ENTRY, verification: { inclusionProof: { ...ENTRY.verification.inclusionProof, ...change } } },
});
test.each([
	['no entry', entries, {}],
	['two entries', entries, { one: ENTRY, two: ENTRY }],
	['a body of megabytes', entries, { id: { ...ENTRY, body: 'A'.repeat(1_000_001) } }],
	['a time that is no date', entries, { id: { ...ENTRY, integratedTime: 253_402_300_800 } }],
	['a time before all times', entries, { id: { ...ENTRY, integratedTime: -1 } }],
	['an index from 2^53 on', entries, { id: { ...ENTRY, logIndex: 2 ** 53 } }],
	['a log of another form', entries, { id: { ...ENTRY, logID: HASH.toUpperCase() } }],
	['a long checkpoint', entries, proof({ checkpoint: 'x'.repeat(10_001) })],
	['a proof without end', entries, proof({ hashes: many(65, HASH) })],
	['no number of a tree', '/api/v1/log', { ...HEAD, treeID: '12&x=1' }],
	['a long number of a tree', '/api/v1/log', { ...HEAD, treeID: '1'.repeat(21) }],
	['more parts than there are', '/api/v1/log', { ...HEAD, inactiveShards: many(65, HEAD) }],
	['a part without a root', '/api/v1/log', { ...HEAD, inactiveShards: [{ treeID: '1' }] }],
	['no hashes', growth, { rootHash: HASH, hashes: null }],
	['more hashes than a path has', growth, { rootHash: HASH, hashes: many(65, HASH) }],
])('%s is unreadable', async (_name, path, json) => {
	expect(await answers(path, json)).toMatchObject({ code: 'answer-unreadable' });
});

test('what is no JSON is unreadable, with the reason', async () => {
	expect(await answers('/api/v1/log', '<html>')).toEqual({ code: 'answer-unreadable', detail: 'not-json' });
});
