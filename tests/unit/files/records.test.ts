/** Tests of real records that are given as files: what holds, what an altered file or record makes false, and what a root decides. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkFiles } from '../../../lib/files/check.ts';
import { embeddedTrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { parseTrustRootFile } from '../../../lib/sigstore/trust-root-file.ts';
import { describeFiles } from '../../../lib/text/en/files.ts';
import { checkGiven, givenFiles, linesOf, shared } from '../../fixtures/files.ts';
import { flip } from '../../fixtures/flip.ts';
import { packTarball } from '../../support/tarball.ts';

const hasData = existsSync(fileURLToPath(new URL('../../../../shared/data/attestations', import.meta.url)));
if (!hasData) console.warn('SKIPPED: real records as files, since ../shared/data is absent');

// biome-ignore lint/suspicious/noExplicitAny: tests rewrite any part of it
const json = (path: string): any => JSON.parse(shared(path).toString());

const SIGSTORE = 'attestations/sigstore@2.3.1.json';
/** The record of a kind in the answer of sigstore 2.3.1. */
const bundleOf = (kind: 'publish' | 'slsa') =>
	json(SIGSTORE).attestations.find(({ predicateType }: { predicateType: string }) => predicateType.includes(kind))
		.bundle;

describe.skipIf(!hasData)('real records', () => {
	test.each([
		['@laurentsimon+provenance-npm-test@1.0.3', '0.1'],
		['@playwright+cli@0.1.1', '0.3'],
		['gundam-visor@1.0.1', '0.2'],
		['sigstore@2.3.1', '0.2'],
	])('%s holds with its file, bundles of version %s among them', async (base) => {
		const [answer, tarball] = [shared(`attestations/${base}.json`), shared(`tarballs/${base}.tgz`)];
		const report = await checkGiven({ [`${base}.tgz`]: tarball, 'answer.json': answer });
		expect(report.result).toBe('holds');
		expect(linesOf(report).toSorted()).toEqual(['provenance holds: ', 'publish holds: ']);
		expect(report.notChecked).toEqual(['registry-signature', 'registry-list', 'earlier-releases', 'malware']);
		const [{ package: named } = {}] = report.files;
		expect(`${named?.name}@${named?.version}`).toBe(base.replace('+', '/'));
		const provenance = report.records.find(({ kind }) => kind === 'provenance');
		expect(provenance?.identity?.repository).toMatch(/^https:\/\/github\.com\//);
		expect(provenance?.signs).toBe(`${base}.tgz`);
		const signer = provenance?.evidence?.signer ?? { keyId: '' };
		// Every extension of the certificate is named; none is unknown to the table.
		const extensions = 'certificate' in signer ? signer.certificate.extensions : [];
		expect(extensions.length).toBeGreaterThan(10);
		expect(extensions.filter(({ name }) => name === 'Unknown extension')).toEqual([]);
		const wordsOf = (oid: string) => extensions.find((one) => one.oid === oid)?.words;
		expect(wordsOf('2.5.29.15')).toBe('digital signature');
		expect(wordsOf('2.5.29.37')).toBe('code signing');
		expect(wordsOf('2.5.29.17')).toMatch(/^https:\/\/github\.com\/\S+@refs\//);
		expect(wordsOf('2.5.29.14')).toMatch(/^[0-9a-f]{40}$/);
		expect(wordsOf('2.5.29.35')).toMatch(/^[0-9a-f]{40}$/);
		expect(wordsOf('1.3.6.1.4.1.11129.2.4.2')).toMatch(/^202\d-\S+Z, log [0-9a-f]{64}$/);
	});

	test('without the file they hold, and say that it was not compared', async () => {
		const report = await checkGiven({ 'a.json': shared(SIGSTORE) });
		expect(report.result).toBe('holds');
		expect(linesOf(report)).toEqual([
			'publish holds: file file-not-given, package file-not-given',
			'provenance holds: file file-not-given, package file-not-given',
		]);
		expect(report.notChecked[0]).toBe('file');
	});

	test('an altered file, an altered statement and another package are false', async () => {
		const tarball = shared('tarballs/sigstore@2.3.1.tgz');
		const altered = Buffer.from(tarball);
		altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
		const ofFile = await checkGiven({ 'a.json': shared(SIGSTORE), 'a.tgz': altered });
		expect(ofFile.result).toBe('mismatch');
		expect(linesOf(ofFile)).toEqual([
			'publish mismatch: file subject-digest-differs, package archive-refused',
			'provenance mismatch: file subject-digest-differs, package archive-refused',
		]);
		const answer = json(SIGSTORE);
		for (const { bundle } of answer.attestations) bundle.dsseEnvelope.payload = flip(bundle.dsseEnvelope.payload, 400);
		const ofStatement = await checkGiven({ 'a.json': answer, 'a.tgz': tarball });
		expect(ofStatement.result).toBe('mismatch');
		for (const record of ofStatement.records) {
			expect(record.checks[0]).toMatchObject({ standing: 'refuted', failure: { code: 'signature-invalid' } });
			expect(record.evidence).toBeUndefined();
			// What it says is still decoded.
			expect(record.claimed?.logEntries).toHaveLength(1);
			expect(record.identity).toBeUndefined();
		}
		const other = await checkGiven({ 'a.json': shared(SIGSTORE), 'a.tgz': shared('tarballs/gundam-visor@1.0.1.tgz') });
		expect(linesOf(other)[1]).toBe('provenance mismatch: file subject-digest-differs, package subject-name-differs');
	});

	test("the file is one release's: that of another release was not given", async () => {
		const given = {
			'a.json': shared(SIGSTORE),
			'b.json': shared('attestations/gundam-visor@1.0.1.json'),
			'a.tgz': shared('tarballs/sigstore@2.3.1.tgz'),
		};
		const report = await checkGiven(given);
		expect(linesOf(report)).toEqual([
			'publish holds: ',
			'provenance holds: ',
			'publish holds: file file-not-given, package file-not-given',
			'provenance holds: file file-not-given, package file-not-given',
		]);
		expect(report.result).toBe('holds');
		expect(report.notChecked[0]).toBe('file');
		// What is false in the other one itself stays false.
		const answer = json('attestations/gundam-visor@1.0.1.json');
		for (const { bundle } of answer.attestations) bundle.dsseEnvelope.payload = flip(bundle.dsseEnvelope.payload, 400);
		expect((await checkGiven({ ...given, 'b.json': answer })).result).toBe('mismatch');
	});

	test('a bundle by itself, and one a line', async () => {
		const [provenance, publish] = [bundleOf('slsa'), bundleOf('publish')];
		const alone = await checkGiven({ 'a.json': JSON.stringify(provenance, null, 2) });
		expect(linesOf(alone)).toEqual(['provenance holds: file file-not-given, package file-not-given']);
		expect(alone.records[0]?.place).toBeUndefined();
		const lines = `${JSON.stringify(provenance)}\n${JSON.stringify(publish)}\r\n\n`;
		const byLine = await checkGiven({ 'a.jsonl': lines, 'a.tgz': shared('tarballs/sigstore@2.3.1.tgz') });
		expect(byLine.result).toBe('holds');
		expect(byLine.records.map(({ kind, place }) => `${kind} ${place}`)).toEqual(['provenance 1', 'publish 2']);
	});

	test("npm's own key signs the publish attestation, and without the keys it cannot be checked", async () => {
		const report = await checkGiven({ 'a.json': bundleOf('publish') });
		expect(report.result).toBe('holds');
		expect(report.records[0]?.evidence?.signer).toMatchObject({ keyId: expect.stringMatching(/^SHA256:/) });
		expect(report.records[0]?.identity).toBeUndefined();
	});

	test('the root decides: one that does not know the instance cannot tell, its own does', async () => {
		const [answer, root] = [
			json('attestations-more/github-private-no-log.attestations.json'),
			shared('attestations-more/github-private-no-log.trusted_root.json').toString(),
		];
		const wrong = await checkGiven({ 'a.json': answer });
		expect(wrong.result).toBe('unknown');
		expect(wrong.records[0]?.checks[0]).toMatchObject({ standing: 'unproved', failure: { code: 'not-in-trust-root' } });
		// Its certificate is decoded all the same.
		expect(wrong.records[0]?.claimed?.signer).toMatchObject({
			certificate: { subjectAlternativeName: expect.any(String) },
		});
		const parsed = await parseTrustRootFile(root, { source: 'custom', version: 'private', takenAt: '2026-11-01' });
		if (!parsed.ok) throw new Error(parsed.failure.detail);
		const right = await checkGiven({ 'a.json': answer }, parsed.value.root);
		expect(right.records[0]?.trustRoot.version).toBe('private');
		// Its records are in no public log, which this root says nothing of.
		expect(linesOf(right)[0]).toMatch(/^provenance unknown: signature not-reached, log log-not-in-trust-root,/);
	});

	test.each(['happy-path-v0.1', 'happy-path-v0.2', 'happy-path-v0.3'])(
		'%s signs a file itself: with it, without it, and with another',
		async (name) => {
			const bundle = shared(`conformance/${name}/bundle.sigstore.json`);
			const [file, other] = [shared('conformance/a.txt'), 'another'];
			const right = await checkGiven({ 'b.json': bundle, 'a.txt': file });
			expect(right.records[0]).toMatchObject({ kind: 'signed-file', result: 'holds', signs: 'a.txt' });
			expect(right.files[1]).toMatchObject({ is: 'signed-file', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
			for (const [files, notChecked] of [
				[{ 'b.json': bundle }, ['file']],
				[{ 'b.json': bundle, 'a.txt': other }, ['file', 'given-file']],
			] as const) {
				const report = await checkGiven(files);
				expect(report.result).toBe('unknown');
				expect(report.notChecked).toEqual(notChecked);
				expect(linesOf(report)[0]).toMatch(/^signed-file unknown: signature file-not-given/);
			}
		},
	);

	test('a package file that no record is about is not passed over', async () => {
		const report = await checkGiven({
			'b.json': shared('conformance/happy-path-v0.3/bundle.sigstore.json'),
			'a.txt': shared('conformance/a.txt'),
			'other.tgz': packTarball({ 'package.json': JSON.stringify({ name: '@corp/x', version: '1.0.0' }) }),
		});
		expect(linesOf(report)[0]).toMatch(/^signed-file holds: /);
		expect(report.result).toBe('unknown');
		expect(report.files[2]).toMatchObject({ is: 'tarball', failure: { code: 'file-not-signed' } });
		expect(report.notChecked).toEqual(['given-file']);
		expect(describeFiles(report)).toContain('“other.tgz”: no record that is checked here is about this file.');
	});

	test('a package.json, which nobody signed, chooses no trust root for a record about another file', async () => {
		const asked: (string | undefined)[] = [];
		const root = await embeddedTrustRoot();
		const files = givenFiles({
			'b.json': shared('conformance/happy-path-v0.3/bundle.sigstore.json'),
			'a.txt': shared('conformance/a.txt'),
			'other.tgz': packTarball({ 'package.json': JSON.stringify({ name: '@corp/x', version: '1.0.0' }) }),
		});
		const trustFor = (name: string | undefined) => {
			asked.push(name);
			return root;
		};
		await checkFiles(files, { trustFor, now: () => new Date() });
		expect(asked).toEqual([undefined]);
	});

	test('records of one release contradict each other also from file to file; those of two releases are both named', async () => {
		const other = json('attestations/sigstore@1.0.0.json').attestations.find(
			({ predicateType }: { predicateType: string }) => predicateType.includes('publish'),
		).bundle;
		const two = await checkGiven({ 'a.json': bundleOf('slsa'), 'b.json': other });
		expect(two.result).toBe('holds');
		expect(describeFiles(two)).toContain('The records are of 2 releases.');
		const alone = await checkGiven({ 'b.json': other });
		expect(alone.notChecked).toContain('provenance');
	});

	test('a file that can no longer be read is told, and the others are checked', async () => {
		const root = await embeddedTrustRoot();
		const gone = { name: 'gone.json', size: 3, read: () => Promise.reject(new Error('gone')) };
		const world = { trustFor: () => root, now: () => new Date() };
		const report = await checkFiles([gone, ...givenFiles({ 'a.json': bundleOf('slsa') })], world);
		expect(report.files[0]).toMatchObject({ is: 'not-read', failure: { code: 'file-unreadable' } });
		expect(linesOf(report)[0]).toMatch(/^provenance holds: /);
		expect(report.result).toBe('unknown');
	});

	test('a statement about other files is compared by any digest that it names', async () => {
		const bundle = shared('conformance/happy-path-intoto-in-dsse-v3/bundle.sigstore.json');
		const right = await checkGiven({ 'b.json': bundle, 'a.txt': shared('conformance/a.txt') });
		expect(right.records[0]).toMatchObject({ kind: 'provenance', signs: 'a.txt' });
		expect(right.records[0]?.checks.find(({ id }) => id === 'file')).toEqual({ id: 'file', standing: 'proved' });
		const wrong = await checkGiven({ 'b.json': bundle, 'x.tgz': packTarball({ 'package.json': '{}' }) });
		expect(wrong.records[0]?.checks.find(({ id }) => id === 'file')).toMatchObject({
			standing: 'refuted',
			failure: { code: 'subject-digest-differs' },
		});
	});
});
