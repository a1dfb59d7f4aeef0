/** Tests of the registry's own signature on all 377 real ones of a packument: each holds, and with one bit changed none does. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parsePackument } from '../../lib/history.ts';
import { checkRegistrySignature } from '../../lib/registry-signature.ts';
import { embeddedTrustRoot } from '../../lib/sigstore/trust-root.ts';

const file = fileURLToPath(new URL('../../../shared/data/packuments/nuxt.json', import.meta.url));
const hasData = existsSync(file);
if (!hasData) console.warn('SKIPPED: 377 real registry signatures, since ../shared/data is absent');

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
