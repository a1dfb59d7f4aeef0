/** Law: the embedded trust root is what @sigstore/tuf ships, to the last value, and stands with its date. */
import { expect, test, vi } from 'vitest';
import seed from '../../lib/sigstore/seed.json' with { type: 'json' };
import { embeddedTrustRoot } from '../../lib/sigstore/trust-root.ts';
import { seedFromPackage } from '../../scripts/seed.ts';

test('seed.json is the seed of @sigstore/tuf', () => {
	const { takenAt, ...held } = seed;
	expect(held).toEqual(seedFromPackage());
	expect(takenAt).toMatch(/^\d{4}-\d\d-\d\d$/);
});

test('it is read as a trust root with authorities, logs and keys for both uses', async () => {
	const { material, registryKeys, knownAnswers, info } = await embeddedTrustRoot();
	expect(info).toMatchObject({ source: 'embedded', version: String(seed.root.signed.version) });
	expect(material.certificateAuthorities.length).toBeGreaterThan(0);
	expect(material.tlogs.length).toBeGreaterThan(1);
	expect(new Set(registryKeys.map(({ usage }) => usage))).toEqual(new Set(['npm:signatures', 'npm:attestations']));
	// Every authority's chain was checked beforehand, and every answer was yes.
	const certificates = [...material.certificateAuthorities, ...material.timestampAuthorities].flatMap(
		({ certChain }) => certChain,
	);
	await vi.waitFor(() => expect(knownAnswers.length).toBe(certificates.length));
});
