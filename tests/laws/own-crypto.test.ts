/** Law: wherever a test verifies, the signatures are checked by our stand-in and WebCrypto, not by Node's own crypto. */
import { crypto as sigstoreCrypto } from '@sigstore/core';
import { expect, test, vi } from 'vitest';
import { settle } from '../../lib/sigstore/webcrypto/bridge.ts';
import { reportOn, trustIn } from '../fixtures/minted.ts';
import { startAuthority } from '../support/authority.ts';
import { mintRelease } from '../support/mint.ts';

const SPKI = Buffer.from(
	'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2G2Y+2tabdTV5BcGiBIx0a9fAFwrkBbmLSGtks4L3qX6yYY0zufBnhC8Ur/iy55GhWP/9A/bY2LhC30M9+RYtw==',
	'base64',
);

test('sigstore-js gets its keys and its answers from our stand-in', async () => {
	const key = sigstoreCrypto.createPublicKey(SPKI) as unknown as { type: string; spki: Uint8Array };
	expect(key.type).toBe('ec');
	// Outside of settle() nobody would ask the question: the stand-in throws, and sigstore-js makes that `false`.
	const signature = Buffer.from('3006020101020101', 'hex');
	expect(sigstoreCrypto.verify(Buffer.from('x'), key as never, signature)).toBe(false);
	// Within, it is first taken as true, and then answered no.
	const seen: boolean[] = [];
	await settle(() => seen.push(sigstoreCrypto.verify(Buffer.from('x'), key as never, signature)));
	expect(seen).toEqual([true, false]);
});

test("remembered are the authorities' answers about each other, and no others", async () => {
	const authority = await startAuthority();
	const trust = await trustIn(authority);
	// It fills by itself soon after the root was parsed: Fulcio's two certificates and the timestamp authority's.
	await vi.waitFor(() => expect(trust.knownAnswers).toHaveLength(4));
	const known = [...trust.knownAnswers];
	for (const logKind of ['dsse', 'rekor-v2'] as const) {
		const release = await mintRelease(authority, { provenance: { logKind } });
		for (let times = 0; times < 2; times += 1) {
			const asked = vi.spyOn(crypto.subtle, 'verify');
			expect((await reportOn(release, trust)).verdict).toBe('confirmed');
			// Leaf by intermediate, SCT, promise or timestamp, checkpoint, signature: each again each time; and the publish
			// attestation's promise, checkpoint and signature, and the registry's signature.
			expect(asked).toHaveBeenCalledTimes(9);
			asked.mockRestore();
		}
	}
	expect(trust.knownAnswers).toEqual(known);
});
