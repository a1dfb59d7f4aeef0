/** Tests of signed times with a fraction of a second, of which sigstore-js reads some: the others are unknown, and hide nothing false. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { flip } from '../../fixtures/flip.ts';
import { failuresOf, provenanceOf, reportOn, trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { mintRelease } from '../../support/mint.ts';

let authority: Authority;
let trust: TrustRoot;
beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

const minted = (fraction: string) =>
	mintRelease(authority, { publish: false, provenance: { logKind: 'rekor-v2', fraction } });

test.each(['', '123'])('"%s" after the second is read', async (fraction) => {
	const report = await reportOn(await minted(fraction), trust);
	expect(failuresOf(report)).toEqual([]);
	expect(report.verdict).toBe('confirmed');
});

describe.each(['1', '12', '12345', '123456', '123456789', '500'.repeat(20)])('"%s" after the second', (fraction) => {
	test('could not be checked, and is never called false', async () => {
		const report = await reportOn(await minted(fraction), trust);
		expect(failuresOf(report)).toEqual(['signed-by-build: unsupported-timestamp']);
		expect(report.verdict).toBe('unknown');
	});

	test('hides no changed statement', async () => {
		const release = await minted(fraction);
		const { dsseEnvelope } = provenanceOf(release);
		dsseEnvelope.payload = flip(dsseEnvelope.payload, 40);
		expect(failuresOf(await reportOn(release, trust))).toEqual(['signed-by-build: signature-invalid']);
	});
});

test('beside a time that can be read it is still not passed over, and what that time shows to be false is told', async () => {
	const [one, other] = [await minted(''), await minted('123456')];
	const stamps = (release: typeof one) =>
		provenanceOf(release).verificationMaterial.timestampVerificationData as { rfc3161Timestamps: object[] };
	stamps(one).rfc3161Timestamps.push(...stamps(other).rfc3161Timestamps);
	expect(failuresOf(await reportOn(one, trust))).toEqual(['signed-by-build: unsupported-timestamp']);
	const [entry] = provenanceOf(one).verificationMaterial.tlogEntries as { canonicalizedBody: string }[];
	if (entry) entry.canonicalizedBody = flip(entry.canonicalizedBody, 60);
	expect((await reportOn(one, trust)).verdict).toBe('mismatch');
});

test.each(['12.3', 'x', ',5', '-1'])('"%s" after the second is no time at all', async (fraction) => {
	expect(failuresOf(await reportOn(await minted(fraction), trust))).toEqual(['signed-by-build: timestamp-invalid']);
});
