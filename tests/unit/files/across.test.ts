/** Tests of records that contradict each other from file to file. */
import { beforeAll, expect, test } from 'vitest';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { checkGiven, linesOf } from '../../fixtures/files.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { startAuthority } from '../../support/authority.ts';
import { mintRelease, type Release } from '../../support/mint.ts';
import { packTarball } from '../../support/tarball.ts';

let trust: TrustRoot;
let one: Release;
let other: Release;
beforeAll(async () => {
	const authority = await startAuthority();
	trust = await trustIn(authority);
	const tarball = (text: string) =>
		packTarball({ 'package.json': JSON.stringify({ name: 'thing', version: '1.2.3' }), 'index.js': text });
	const ofThing = { name: 'thing', version: '1.2.3' };
	one = await mintRelease(authority, { ...ofThing, tarball: () => tarball('1') });
	other = await mintRelease(authority, { ...ofThing, tarball: () => tarball('2') });
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
