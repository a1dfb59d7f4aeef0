/** Tests of records that contradict each other from file to file. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { checkFiles } from '../../../lib/files/check.ts';
import { embeddedTrustRoot, type TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { checkGiven, givenFiles, linesOf, shared } from '../../fixtures/files.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { startAuthority } from '../../support/authority.ts';
import { mintRelease, type Release } from '../../support/mint.ts';
import { packTarball } from '../../support/tarball.ts';

const sha256Of = (bytes: Uint8Array = new Uint8Array()) => createHash('sha256').update(bytes).digest('hex');
let trust: TrustRoot;
let one: Release;
let other: Release;
let strange: Release;
let doubled: Release;
beforeAll(async () => {
	const authority = await startAuthority();
	trust = await trustIn(authority);
	const tarball = (text: string) =>
		packTarball({ 'package.json': JSON.stringify({ name: 'thing', version: '1.2.3' }), 'index.js': text });
	const ofThing = { name: 'thing', version: '1.2.3' };
	one = await mintRelease(authority, { ...ofThing, tarball: () => tarball('1') });
	other = await mintRelease(authority, { ...ofThing, tarball: () => tarball('2') });
	doubled = await mintRelease(authority, {
		name: 'another',
		provenance: {
			statement: ({ subject }) =>
				void subject.push({ name: 'pkg:npm/another@9.9.9', digest: { sha512: '0'.repeat(128) } }),
		},
		publish: false,
	});
	strange = await mintRelease(authority, {
		provenance: {
			statement: (statement) =>
				Object.assign(statement, {
					predicateType: 'https://spdx.dev/Document',
					subject: [{ name: 'a', digest: { sha256: sha256Of(one.tarball) } }],
				}),
		},
		publish: false,
	});
});

const bundleOf = ({ attestations }: Release, kind: string) =>
	attestations?.attestations.find(({ predicateType }) => predicateType.includes(kind))?.bundle;

test('records of one release that are about two files are false, wherever they stand', async () => {
	const publish = await checkGiven({ 'a.json': bundleOf(one, 'slsa'), 'b.json': bundleOf(other, 'publish') }, trust);
	expect(publish.result).toBe('mismatch');
	expect(linesOf(publish)[1]).toMatch(/^publish mismatch: identity publish-names-another-file/);
	const twice = await checkGiven({ 'a.json': bundleOf(one, 'slsa'), 'b.json': bundleOf(other, 'slsa') }, trust);
	expect(linesOf(twice)[1]).toMatch(/^provenance mismatch: identity subject-digest-differs/);
	const same = await checkGiven({ 'a.json': bundleOf(one, 'slsa'), 'b.json': bundleOf(one, 'slsa') }, trust);
	expect(same.result).toBe('holds');
});

test('what is false in a statement stays false where the file beside it is of another release', async () => {
	const given = { 'a.json': bundleOf(one, 'slsa'), 'b.json': bundleOf(doubled, 'slsa'), 'one.tgz': one.tarball };
	const report = await checkGiven(given, trust);
	expect(linesOf(report)).toEqual([
		'provenance holds: ',
		'provenance mismatch: file subject-count-wrong, package file-not-given',
	]);
	expect(report.result).toBe('mismatch');
});

const hasData = existsSync(fileURLToPath(new URL('../../../../shared/data/conformance', import.meta.url)));
if (!hasData) console.warn('SKIPPED: a signed file beside others, since ../shared/data is absent');

test.skipIf(!hasData)('a statement of another kind, which anybody can sign, covers no package file', async () => {
	// A signed file holds beside it, so that nothing else is open.
	const bundle = shared('conformance/happy-path-v0.3/bundle.sigstore.json');
	const files = givenFiles({
		'b.json': bundle,
		'a.txt': shared('conformance/a.txt'),
		'strange.json': strange.attestations?.attestations[0]?.bundle,
		'other.tgz': one.tarball,
	});
	const roots = [await embeddedTrustRoot(), trust];
	// The minted record needs the root of its maker, and is the second that asks.
	const report = await checkFiles(files, { trustFor: () => roots.shift() ?? trust, now: () => new Date() });
	expect(report.records.map(({ kind, result }) => `${kind} ${result}`)).toEqual(['signed-file holds', 'other unknown']);
	expect(report.records[1]?.checks[0]?.standing).toBe('proved');
	expect(report.result).toBe('unknown');
	expect(report.files[3]?.failure?.code).toBe('file-not-signed');
});
