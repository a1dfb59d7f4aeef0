/** Tests what is read from a signed root of a log, and that nothing is where the log did not sign it. */
import { beforeAll, expect, test } from 'vitest';
import { verifyCheckpoint } from '../../../lib/sigstore/checkpoint.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';

let authority: Authority;
let other: Authority;
let signed: string;
const root = Buffer.alloc(32, 5);

beforeAll(async () => {
	[authority, other] = [await startAuthority(), await startAuthority()];
	signed = authority.log.signRoot({ tree: '42', size: 7, root });
});

async function verify(envelope: string, { name = 0, by = authority } = {}) {
	const trust = await trustIn(by);
	const logId = trust.material.tlogs[name]?.logID.toString('hex') ?? '';
	const read = await verifyCheckpoint(envelope, logId, trust);
	return read.ok ? read.value : read.failure.code;
}

test('a root that the log signed is read: tree, size and hash', async () => {
	expect(await verify(signed)).toEqual({ tree: '42', size: 7, hash: root.toString('hex') });
	// A signature of somebody else stands beside it, as witnesses sign.
	const witnessed = signed.replace('\u2014', `\u2014 witness.test ${Buffer.alloc(70, 1).toString('base64')}\n\u2014`);
	expect(await verify(witnessed)).toMatchObject({ size: 7 });
	// However many: they are nobody's, and whoever publishes can write some.
	const crowded = signed.replace('\u2014', `${'\u2014 x AAAAAAAA\n'.repeat(200)}\u2014`);
	expect(await verify(crowded)).toMatchObject({ size: 7 });
});

test('one that was changed, or is of another log, was not signed', async () => {
	expect(await verify(signed.replace('\n7\n', '\n8\n'))).toBe('log-checkpoint-invalid');
	expect(await verify(signed.replace(' - 42\n', ' - 43\n'))).toBe('log-checkpoint-invalid');
	expect(await verify(signed.replace('BQ', 'BR'))).toBe('log-checkpoint-invalid');
	expect(await verify(signed.replace('\n\n', '\nmore\n\n'))).toBe('log-checkpoint-invalid');
	expect(await verify(signed.slice(0, signed.indexOf('\u2014')))).toBe('log-checkpoint-invalid');
	expect(await verify(signed, { by: other })).toBe('log-checkpoint-invalid');
	expect(await verify(signed, { name: 1 })).toBe('log-checkpoint-invalid');
});

test('a key that cannot be asked here says nothing against a root', async () => {
	const trust = await trustIn(authority);
	const [log] = trust.material.tlogs;
	const publicKey = { type: 'unsupported', why: 'of another kind', spki: new Uint8Array() } as never;
	const material = { ...trust.material, tlogs: log ? [{ ...log, publicKey }] : [] };
	const read = await verifyCheckpoint(signed, log?.logID.toString('hex') ?? '', { ...trust, material });
	expect(read).toEqual({ ok: false, failure: { code: 'unsupported-algorithm', detail: 'of another kind' } });
});

test.each([
	['nothing', () => ''],
	['no number of a tree', () => signed.replace(' - 42', '')],
	['a size of zero', () => signed.replace('\n7\n', '\n0\n')],
	['a size in hex', () => signed.replace('\n7\n', '\n0x7\n')],
	['a size from 2^53 on', () => signed.replace('\n7\n', '\n9007199254740992\n')],
	['a short hash', () => signed.replace('BQUF', '')],
	['no empty line', () => signed.replace('\n\n', '\n')],
	['more characters than any', () => `${signed}\u2014 a ${'A'.repeat(10_000)}\n`],
])('%s is no root', async (_name, envelope) => {
	expect(await verify(envelope())).toBe('wrong-shape');
});
