/** Tests how roots of a log are followed where they are not what an honest reader of an honest log gets. */
import { beforeAll, expect, test } from 'vitest';
import { followGrowth, readRoot } from '../../../lib/look/log-growth.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';

let authority: Authority;
let trust: TrustRoot;
beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

const rootOf = (size: number) => authority.log.signRoot({ tree: '1', size, root: Buffer.alloc(32, size) });

async function follow(record: string | undefined, newest: number) {
	const logId = trust.material.tlogs[0]?.logID.toString('hex') ?? '';
	const today = await readRoot(rootOf(newest), logId, trust);
	if (!today.ok) throw new Error(today.failure.code);
	const heads = [{ treeID: '1', signedTreeHead: rootOf(newest) }];
	const asked: unknown[] = [];
	const fetchGrowth = async (growth: unknown) => {
		asked.push(growth);
		return { ok: false as const, failure: { code: 'source-unreachable' as const } };
	};
	const growth = await followGrowth({ logId, record, today: today.value, heads }, trust, { fetchGrowth });
	return { growth, asked };
}

test('a newest root that is smaller than that in the record is said, and no proof is asked for', async () => {
	const { growth, asked } = await follow(rootOf(10), 7);
	expect(growth).toEqual({
		ok: false,
		failure: { code: 'log-root-older', detail: 'the newest root is of 7 entries, and that in the record of 10' },
	});
	expect(asked).toEqual([]);
});

test.each([
	['is no root', () => 'no root'],
	['has too many lines around it', () => rootOf(5) + '\u2014 x AAAA\n'.repeat(2_000)],
	['was not signed by the log', () => rootOf(5).replace('\n5\n', '\n6\n')],
])('what stands for a root in the record and %s says nothing against the log', async (_what, record) => {
	const { growth } = await follow(record(), 7);
	expect(growth).toEqual({ ok: true, value: { before: undefined, newest: 7 } });
});
