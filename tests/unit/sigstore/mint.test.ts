/** Tests that what the tools mint is genuine by the measure of others: an unmodified `@sigstore/verify` on Node's own crypto. */
import { execFile } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { REGISTRY } from '../../../lib/npm/hosts.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { type Attestation, gitlabBuild, mintRelease, type Release } from '../../support/mint.ts';

/** Run in a Node of its own, without the hooks that give sigstore-js our crypto: prints `ok` or an error code for each bundle. */
const JUDGE = `
import { Verifier, toSignedEntity, toTrustMaterial } from '@sigstore/verify';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
let text = '';
for await (const chunk of process.stdin) text += chunk;
const { trustedRoot, keys, bundles } = JSON.parse(text);
const byId = Object.fromEntries(keys.map(({ keyId, publicKey }) => [keyId, {
	rawBytes: Buffer.from(publicKey.rawBytes, 'base64'),
	validFor: { start: new Date(publicKey.validFor.start) },
}]));
const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(trustedRoot), byId));
console.log(JSON.stringify(bundles.map((bundle) => {
	try { verifier.verify(toSignedEntity(bundleFromJSON(bundle))); return 'ok'; } catch (error) { return error.code; }
})));
`;

function judge(authority: Authority, bundles: unknown[]): Promise<string[]> {
	return new Promise((resolve, reject) => {
		const child = execFile(process.execPath, ['--input-type=module', '--eval', JUDGE], (error, output) =>
			error ? reject(error) : resolve(JSON.parse(output)),
		);
		const { trustedRoot, registryKeys } = authority;
		child.stdin?.end(JSON.stringify({ trustedRoot, keys: registryKeys.keys, bundles }));
	});
}

const bundlesOf = (release: Release) => release.attestations?.attestations.map(({ bundle }) => bundle) ?? [];

let authority: Authority;
beforeAll(async () => {
	authority = await startAuthority();
});

test('every kind of bundle that is minted verifies', async () => {
	const releases = await Promise.all([
		mintRelease(authority),
		mintRelease(authority, { provenance: { bundleVersion: '0.2', logKind: 'intoto' }, publish: { logKind: 'intoto' } }),
		mintRelease(authority, { provenance: { bundleVersion: '0.1' }, publish: { bundleVersion: '0.1' } }),
		mintRelease(authority, { provenance: { build: gitlabBuild() } }),
		mintRelease(authority, { name: '@scope/minted', publishedAt: new Date('2025-02-03T04:05:06Z') }),
		// Nothing that sigstore-js looks at: these are for our own checks to find.
		mintRelease(authority, { provenance: { codeSigning: false, criticalExtension: '1.2.3.4' } }),
		mintRelease(authority, { provenance: { extensions: { 8: 'https://issuer.test', 17: undefined } } }),
		mintRelease(authority, {
			provenance: { logKind: 'rekor-v2' },
			publish: { logKind: 'rekor-v2', bundleVersion: '0.3' },
		}),
	]);
	const verdicts = await judge(authority, releases.flatMap(bundlesOf));
	expect(verdicts).toEqual(Array.from({ length: 16 }, () => 'ok'));
});

test('what is changed after signing, signed too late or trusted by nobody does not', async () => {
	const [genuine] = bundlesOf(await mintRelease(authority, { publish: false }));
	const changed = (change: (bundle: Attestation['bundle']) => void) => {
		const bundle = structuredClone(genuine as Attestation['bundle']);
		change(bundle);
		return bundle;
	};
	const late = bundlesOf(await mintRelease(authority, { publish: false, provenance: { certificateAge: 11 } }));
	const foreign = bundlesOf(await mintRelease(await startAuthority()));
	const verdicts = await judge(authority, [
		genuine,
		changed((bundle) => {
			bundle.dsseEnvelope.payload = Buffer.from('{}').toString('base64');
		}),
		changed((bundle) => {
			const [entry] = bundle.verificationMaterial.tlogEntries;
			entry?.inclusionProof.hashes.reverse();
		}),
		...late,
		...foreign,
	]);
	expect(verdicts).toEqual([
		'ok',
		'TLOG_BODY_ERROR',
		'TLOG_INCLUSION_PROOF_ERROR',
		'CERTIFICATE_ERROR',
		'PUBLIC_KEY_ERROR',
		'CERTIFICATE_ERROR',
	]);
});

test('manifest, tarball and statements speak of the same file, and the registry signed it', async () => {
	const release = await mintRelease(authority, { name: '@scope/minted', files: { 'lib/a.js': 'export {};' } });
	const { dist } = release.manifest;
	const sha512 = createHash('sha512')
		.update(release.tarball ?? '')
		.digest();
	expect(dist.integrity).toBe(`sha512-${sha512.toString('base64')}`);
	expect(dist.tarball).toBe(`${REGISTRY}/@scope/minted/-/minted-1.0.0.tgz`);
	for (const bundle of bundlesOf(release)) {
		const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
		expect(statement.subject).toEqual([
			{ name: 'pkg:npm/%40scope/minted@1.0.0', digest: { sha512: sha512.toString('hex') } },
		]);
	}
	const [signature] = dist.signatures as { keyid: string; sig: string }[];
	const key = createPublicKey({
		key: Buffer.from(
			(authority.registryKeys.keys[0] as { publicKey: { rawBytes: string } }).publicKey.rawBytes,
			'base64',
		),
		format: 'der',
		type: 'spki',
	});
	const text = Buffer.from(`@scope/minted@1.0.0:${dist.integrity}`);
	expect(verify('sha256', text, key, Buffer.from(signature?.sig ?? '', 'base64'))).toBe(true);
	const archive = gunzipSync(release.tarball ?? '');
	expect(archive.subarray(0, 20).toString()).toBe('package/package.json');
	expect(archive.includes('export {};')).toBe(true);
});
