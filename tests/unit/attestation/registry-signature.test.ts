/** Tests of the registry's own signature on all 377 real ones of a packument: each holds, and with one bit changed none does. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkRegistrySignature } from '../../../lib/attestation/registry-signature.ts';
import { parsePackument } from '../../../lib/npm/packument.ts';
import { embeddedTrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { signWith, startAuthority, withRegistryKey } from '../../support/authority.ts';
import { generateKeys } from '../../support/certificate.ts';

const file = fileURLToPath(new URL('../../../../shared/data/packuments/nuxt.json', import.meta.url));
const hasData = existsSync(file);
if (!hasData) console.warn('SKIPPED: 377 real registry signatures, since ../shared/data is absent');

describe('several signatures', async () => {
	const AT = new Date('2026-05-01T12:00:00Z');
	const [one, other] = await Promise.all([
		startAuthority(),
		withRegistryKey(await startAuthority(), await generateKeys('P-256')),
	]);
	const release = { name: 'minted', version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==` };
	const data = Buffer.from(`${release.name}@${release.version}:${release.integrity}`);
	const signatureOf = ({ registryKey: { keyId, keys } }: typeof one, over = data) => ({
		keyid: keyId,
		sig: signWith(keys, over).toString('base64'),
	});
	const check = async (
		signatures: { keyid: string; sig: string }[],
		validFor?: { start: string; end?: string },
		saidBy?: 'signature' | 'registry',
	) => {
		const trust = await trustIn(one, (_root, { keys }) => {
			const others = structuredClone(other.registryKeys.keys) as { publicKey: object }[];
			if (validFor) for (const { publicKey } of others) Object.assign(publicKey, { validFor });
			keys.push(...others);
		});
		return checkRegistrySignature({ ...release, signatures }, trust, AT, saidBy);
	};

	test('all of keys that we know must hold', async () => {
		expect(await check([signatureOf(one), signatureOf(other)])).toMatchObject({ standing: 'proved' });
		expect(await check([signatureOf(one), { keyid: 'SHA256:unknown', sig: 'AAAA' }])).toMatchObject({
			standing: 'proved',
		});
		const forged = signatureOf(other, Buffer.from('another release'));
		for (const signatures of [
			[signatureOf(one), forged],
			[forged, signatureOf(one)],
		])
			expect(await check(signatures)).toMatchObject({ failure: { code: 'registry-signature-invalid' } });
	});

	test('all of their keys must have been valid then', async () => {
		for (const signatures of [
			[signatureOf(one), signatureOf(other)],
			[signatureOf(other), signatureOf(one)],
		])
			expect(await check(signatures, { start: '2026-05-02T00:00:00Z' })).toMatchObject({
				failure: { code: 'registry-key-not-valid-then' },
			});
	});

	test('a time that nobody signed proves or leaves open, and never refutes', async () => {
		const both = [signatureOf(one), signatureOf(other)];
		expect(await check(both, undefined, 'registry')).toMatchObject({ standing: 'proved' });
		for (const validFor of [
			{ start: '2026-05-02T00:00:00Z' },
			{ start: '2024-01-01T00:00:00Z', end: '2026-05-01T11:59:59Z' },
		])
			for (const signatures of [both, both.toReversed()])
				expect(await check(signatures, validFor, 'registry')).toMatchObject({
					standing: 'unproved',
					why: 'could-not-check',
					failure: { code: 'publish-time-unsigned', detail: AT.toISOString() },
				});
		const forged = signatureOf(one, Buffer.from('another release'));
		expect(await check([forged], { start: '2026-05-02T00:00:00Z' }, 'registry')).toMatchObject({
			failure: { code: 'registry-signature-invalid' },
		});
	});
});

describe.skipIf(!hasData)("nuxt's registry signatures", async () => {
	const packument = hasData ? await parsePackument(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
	const releases = packument?.ok ? packument.value.releases : [];
	const trust = await embeddedTrustRoot();

	test('all 377 hold, at the time the packument gives', async () => {
		expect(releases).toHaveLength(377);
		for (const release of releases) {
			const claim = await checkRegistrySignature(release, trust, new Date(release.publishedAt));
			expect(claim, release.version).toEqual({ id: 'registry-signed', standing: 'proved' });
		}
	});

	test('with one bit changed in signature, version or integrity, none does', async () => {
		for (const [index, release] of releases.entries()) {
			const [signature] = release.signatures;
			const bytes = Buffer.from(signature?.sig ?? '', 'base64');
			const at = index % bytes.length;
			bytes[at] = (bytes[at] ?? 0) ^ (1 << (index % 8));
			const changes = [
				{ signatures: [{ keyid: signature?.keyid ?? '', sig: bytes.toString('base64') }] },
				{ version: `${release.version}0` },
				{
					integrity: release.integrity?.replace(
						/^(sha512-.)(.)/,
						(_all, head, char) => head + (char === 'A' ? 'B' : 'A'),
					),
				},
			];
			for (const change of changes) {
				const claim = await checkRegistrySignature({ ...release, ...change }, trust, new Date(release.publishedAt));
				expect(claim).toMatchObject({ standing: 'refuted', failure: { code: 'registry-signature-invalid' } });
			}
		}
	});

	test("whatever time a list gives them, none is refuted; one outside of every key's time is could-not-check", async () => {
		for (const time of ['1998-12-31', '2021-06-01', '2025-10-02', '2026-01-01']) {
			const standings = new Set<string>();
			for (const release of releases) {
				const claim = await checkRegistrySignature(release, trust, new Date(time), 'registry');
				standings.add('failure' in claim ? `${claim.standing} ${claim.failure.code}` : claim.standing);
			}
			expect([...standings].filter((one) => one !== 'proved')).toEqual(['unproved publish-time-unsigned']);
			expect(standings.has('proved')).toBe(time !== '1998-12-31');
		}
	});

	test('a key is only good for its time and its use', async () => {
		const [first] = releases;
		if (!first) throw new Error('no release');
		const late = await checkRegistrySignature(first, trust, new Date('2026-01-01T00:00:00Z'));
		expect(late).toMatchObject({ standing: 'refuted', failure: { code: 'registry-key-not-valid-then' } });
		const others = { ...trust, registryKeys: trust.registryKeys.filter(({ usage }) => usage === 'npm:attestations') };
		expect(await checkRegistrySignature(first, others, new Date(first.publishedAt))).toMatchObject({
			failure: { code: 'not-in-trust-root' },
		});
	});
});
