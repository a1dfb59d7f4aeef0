/**
 * Tests that what should be base64 in a bundle is text before sigstore-js sees it. In Node its Buffer takes lists of bytes too, of
 * which a bundle was confirmed, and objects with a length, which it fills for minutes where they say two thousand million.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { checkBase64, checkBody } from '../../../lib/sigstore/base64.ts';
import { parseTrustRoot, type TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { verifyBundle } from '../../../lib/sigstore/verify.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { type Json, leavesOf } from '../../fixtures/mutate.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { mintRelease, type ProvenanceOptions } from '../../support/mint.ts';

let authority: Authority;
let trust: TrustRoot;

beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

/** Each kind of bundle: with certificate or chain, with a key, with timestamps; and each kind of log entry. */
const KINDS: [what: string, options: ProvenanceOptions][] = [
	['as npm makes it today', {}],
	['of an intoto entry, with a chain of certificates', { logKind: 'intoto', bundleVersion: '0.2' }],
	['of Rekor v2, with a timestamp', { logKind: 'rekor-v2' }],
];

async function bundlesOf(provenance: ProvenanceOptions, hasPublish = true): Promise<Json[]> {
	const release = await mintRelease(authority, { provenance, ...(!hasPublish && { publish: false }) });
	const { attestations = [] } = release.attestations ?? {};
	return attestations.map(({ bundle }) => bundle as unknown as Json);
}

const isProvenance = (bundle: Json) => !JSON.stringify(bundle).includes('"publicKey":{"hint"');
const verify = (bundle: Json) =>
	verifyBundle(bundle, trust, isProvenance(bundle) ? 'certificate' : { usage: 'npm:attestations' });

/** The document with something else in one place. */
function withOther(document: Json, path: readonly string[], change: (value: Json) => Json): Json {
	const [key, ...rest] = path;
	if (key === undefined) return change(document);
	const copy = (Array.isArray(document) ? [...document] : { ...(document as object) }) as { [key: string]: Json };
	copy[key] = withOther(copy[key] as Json, rest, change);
	return copy;
}

/** What Buffer was given to decode, other than text; of nothing it makes nothing. */
async function decodedOthers(work: () => Promise<unknown>): Promise<unknown[]> {
	const spy = vi.spyOn(Buffer, 'from');
	try {
		await work();
		const calls = spy.mock.calls as unknown[][];
		return calls.filter(
			([source, encoding]) => typeof encoding === 'string' && !['string', 'undefined'].includes(typeof source),
		);
	} finally {
		spy.mockRestore();
	}
}

/** Of the same bytes, and of none. */
const OTHERS: [what: string, other: (value: Json) => Json][] = [
	['a list of bytes', (value) => [...Buffer.from(String(value), 'base64')]],
	['a Buffer as JSON', (value) => Buffer.from(String(value), 'base64').toJSON() as unknown as Json],
	['an object with a length', () => ({ length: 3 })],
	['a list with the text', (value) => [value]],
	['a number', () => 7],
	['a truth', () => true],
	['nothing but braces', () => ({})],
];

describe.each(KINDS)('a bundle %s', (_what, options) => {
	test('passes as it is', async () => {
		for (const bundle of await bundlesOf(options)) {
			expect(checkBase64(bundle)).toBeUndefined();
			expect((await verify(bundle)).ok).toBe(true);
			expect(await decodedOthers(() => verify(bundle))).toEqual([]);
		}
	});

	test.each(OTHERS)(
		'with %s anywhere: Buffer decodes nothing but text, and what was bytes is refused',
		async (_other, other) => {
			for (const bundle of await bundlesOf(options)) {
				let refused = 0;
				for (const { path } of leavesOf(bundle)) {
					const changed = withOther(bundle, path, other);
					expect(await decodedOthers(() => verify(changed)), path.join('.')).toEqual([]);
					if (!checkBase64(changed)) continue;
					refused += 1;
					const result = await verify(changed);
					const code =
						path.includes('rawBytes') || /certificate$/.test(path.at(-1) ?? '')
							? 'certificate-malformed'
							: 'bundle-malformed';
					expect(result).toMatchObject({
						ok: false,
						failure: { code, detail: expect.stringMatching(/ is not text$/) },
					});
				}
				// Payload, signature, certificate, and of the log: key id, body, proof, path, promise.
				expect(refused).toBeGreaterThan(5);
			}
		},
	);

	test.each(OTHERS.slice(0, 4))('with %s anywhere in a body that the log has taken in', async (_other, other) => {
		let body: Json = null;
		await bundlesOf({
			...options,
			entry: (entry) => {
				body = structuredClone(entry);
			},
		});
		expect(checkBody(Buffer.from(JSON.stringify(body)))).toBeUndefined();
		let refused = 0;
		for (const { path } of leavesOf(body)) {
			const changed = withOther(body, path, other) as Record<string, Json>;
			const [bundle = null] = await bundlesOf({ ...options, entry: (entry) => Object.assign(entry, changed) }, false);
			expect(await decodedOthers(() => verify(bundle)), path.join('.')).toEqual([]);
			if (checkBody(Buffer.from(JSON.stringify(changed)))) refused += 1;
		}
		expect(refused).toBeGreaterThan(1);
	});
});

test.each(OTHERS.slice(0, 4))('a trust root with %s anywhere', async (_what, other) => {
	const info = { source: 'custom', version: 'minted', takenAt: '' } as const;
	const root = authority.trustedRoot as unknown as Json;
	const read = (json: Json) => parseTrustRoot(json, authority.registryKeys, info);
	expect((await read(root)).ok).toBe(true);
	for (const { path } of leavesOf(root))
		expect(await decodedOthers(() => read(withOther(root, path, other))), path.join('.')).toEqual([]);
});

test('what stands in for a list is looked into', () => {
	const signatures = { length: 1, 0: { signature: { length: 3 } } };
	const body = { kind: 'dsse', apiVersion: '0.0.1', spec: { signatures } };
	expect(checkBody(Buffer.from(JSON.stringify(body)))).toMatchObject({ code: 'bundle-malformed' });
});

test('a kind of entry to come is not called false for its shape', () => {
	for (const body of [
		{ kind: 'dsse', apiVersion: '0.0.3', spec: { signatures: [{ signature: { bytes: 'AAAA' } }] } },
		{ kind: 'hashedrekord', apiVersion: '1.0.0', spec: { signature: { content: { bytes: 'AAAA' } } } },
		{ kind: 'new', apiVersion: '0.0.1', spec: [1, 2, 3] },
		null,
		7,
		[],
	])
		expect(checkBody(Buffer.from(JSON.stringify(body)))).toBeUndefined();
	expect(checkBody(Buffer.from('{'))).toBeUndefined();
});

test('what is absent, or no bundle at all, is left to others', () => {
	for (const json of [
		undefined,
		null,
		7,
		'text',
		[],
		{},
		{ dsseEnvelope: null },
		{ verificationMaterial: { tlogEntries: 'x' } },
	])
		expect(checkBase64(json)).toBeUndefined();
	expect(checkBase64({ messageSignature: { messageDigest: { digest: [1] } } })).toMatchObject({
		code: 'bundle-malformed',
		detail: 'messageSignature.messageDigest.digest is not text',
	});
});

const folder = fileURLToPath(new URL('../../../../shared/data/attestations/', import.meta.url));
if (!existsSync(folder)) console.warn('SKIPPED: base64 in real records, since ../shared/data is absent');
test.skipIf(!existsSync(folder))('every real record is text throughout', () => {
	const files = readdirSync(folder);
	expect(files.length).toBeGreaterThan(5);
	for (const file of files)
		for (const { bundle } of JSON.parse(readFileSync(folder + file, 'utf8')).attestations) {
			expect(checkBase64(bundle)).toBeUndefined();
			for (const { canonicalizedBody } of bundle.verificationMaterial.tlogEntries)
				expect(checkBody(Buffer.from(canonicalizedBody, 'base64'))).toBeUndefined();
		}
});
