/** Tests of files that are given to be checked without network: each bad one ends in its code, and none hides another. */
import { beforeAll, describe, expect, test } from 'vitest';
import { checkFiles } from '../../../lib/files/check.ts';
import { HEAD, isEvidence, MAX_FILE } from '../../../lib/files/given.ts';
import { embeddedTrustRoot, type TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { npmLockfile } from '../../fixtures/audit-page.ts';
import { checkGiven, givenFiles, linesOf } from '../../fixtures/files.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { startAuthority } from '../../support/authority.ts';
import { type Attestation, mintRelease, type Release } from '../../support/mint.ts';
import { packTarball } from '../../support/tarball.ts';

let trust: TrustRoot;
let release: Release;
let strange: Release;
let bundle: Attestation['bundle'];
beforeAll(async () => {
	const authority = await startAuthority();
	trust = await trustIn(authority);
	release = await mintRelease(authority, { name: '@made-up/thing', version: '1.2.3' });
	strange = await mintRelease(authority, {
		provenance: { statement: (statement) => Object.assign(statement, { predicateType: 'https://spdx.dev/Document' }) },
		publish: false,
	});
	bundle = release.attestations?.attestations.find(({ predicateType }) => predicateType.includes('slsa'))
		?.bundle as never;
});

const refusals = async (files: Record<string, unknown>) =>
	(await checkGiven(files, trust)).files.map(({ is, failure }) => `${is} ${failure?.code ?? ''}`);

describe('a file that is no record and no package', () => {
	test.each<[string, string, unknown, string]>([
		['an empty one', 'a.json', '', 'file-empty'],
		['text', 'a.json', 'nothing', 'file-not-known'],
		['bytes', 'a', Buffer.from([0xff, 0xfe, 0, 1]), 'file-not-known'],
		['broken JSON', 'a.json', '{"mediaType": nothing}', 'file-not-json'],
		['a field that is there twice', 'a.json', '{"mediaType": "a", "mediaType": "b"}', 'file-not-json'],
		['JSON of another kind', 'a.json', { name: 'a' }, 'file-not-known'],
		['a list', 'a.json', [1], 'file-not-known'],
		['a lockfile', 'package-lock.json', npmLockfile(['a@1.0.0']), 'file-is-lockfile'],
		['a lockfile of pnpm', 'pnpm-lock.yaml', "lockfileVersion: '9.0'\n", 'file-is-lockfile'],
		['a package file that is not compressed', 'a.tgz', 'package.json', 'file-not-gzip'],
		['an answer without bundles', 'a.json', { attestations: [{ predicateType: 'x' }] }, 'file-not-known'],
		['too many records', 'a.json', { attestations: Array(33).fill({ bundle: {} }) }, 'records-too-many'],
		['too many lines', 'a.jsonl', '{}\n'.repeat(33), 'records-too-many'],
		['lines of another kind', 'a.jsonl', '{"mediaType":"x"}\n{"b":1}\n', 'file-not-known'],
		[
			'a lockfile in which a dependency is called as a field of ours',
			'a.json',
			'{"lockfileVersion":1,"dependencies":{"attestations":{}}}',
			'file-is-lockfile',
		],
		['lines of too many values', 'a.json', `{"a":[${'[],'.repeat(150_000)}[]]}\n{}`, 'file-too-large'],
		['lines of deep nesting', 'a.json', `{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}\n{}`, 'file-not-json'],
		['too many line breaks', 'a.json', `{${'\n'.repeat(600_000)}`, 'file-too-large'],
		['too many values', 'a.json', `{"a":[${'1,'.repeat(260_000)}1]}`, 'file-too-large'],
		['deep nesting', 'a.json', `{"a":${'['.repeat(300)}${']'.repeat(300)}}`, 'file-not-json'],
	])('%s', async (_what, name, content, code) => {
		expect(await refusals({ [name]: content })).toEqual([`not-read ${code}`]);
	});

	test('a record that is cut, as one file and as its last line', async () => {
		const text = JSON.stringify(bundle);
		for (const cut of [
			text.slice(0, -40),
			JSON.stringify(bundle, null, 2).slice(0, 500),
			`${text}\n${text.slice(0, -9)}`,
		])
			expect((await checkGiven({ 'a.json': cut }, trust)).files[0]?.failure?.code).toBe('file-cut-off');
	});

	test('one that cannot be read costs the others nothing', async () => {
		const read = async () => {
			throw new Error('gone');
		};
		const world = { trustFor: () => trust, now: () => new Date() };
		const report = await checkFiles([{ name: 'b', size: 1, read }, ...givenFiles({ 'a.json': bundle })], world);
		expect(report.files.map(({ is, failure }) => [is, failure?.code])).toEqual([
			['not-read', 'file-unreadable'],
			['bundle', undefined],
		]);
		expect(linesOf(report)).toHaveLength(1);
	});

	test('one that is too large is never read, nor are those beyond the limits', async () => {
		const read = async () => {
			throw new Error('read');
		};
		const root = await embeddedTrustRoot();
		const world = { trustFor: () => root, now: () => new Date() };
		const large = await checkFiles([{ name: 'a', size: MAX_FILE + 1, read }], world);
		expect(large.files[0]?.failure?.code).toBe('file-too-large');
		expect(large.result).toBe('none');
		const many = await checkFiles(
			givenFiles(Object.fromEntries(Array.from({ length: 22 }, (_, at) => [`${at}`, 'x']))),
			world,
		);
		expect(many.files.map(({ failure }) => failure?.code).slice(19)).toEqual([
			'file-not-known',
			'files-too-many',
			'files-too-many',
		]);
	});

	test('no two package files: neither is compared', async () => {
		const report = await checkGiven({ 'a.tgz': release.tarball, 'b.tgz': packTarball({}), 'c.json': bundle }, trust);
		expect(report.files.map(({ failure }) => failure?.code)).toEqual([
			'files-two-tarballs',
			'files-two-tarballs',
			undefined,
		]);
		expect(linesOf(report)).toEqual(['provenance holds: file file-not-given, package file-not-given']);
	});

	test('it costs nothing of what the others prove, and files of one name stay apart', async () => {
		const [record] = givenFiles({ 'a.json': bundle });
		const [empty] = givenFiles({ 'a.json': '' });
		const [tarball] = givenFiles({ 'a.tgz': release.tarball });
		const world = { trustFor: () => trust, now: () => new Date() };
		const report = await checkFiles(
			[empty, record, tarball].flatMap((one) => one ?? []),
			world,
		);
		expect(linesOf(report)).toEqual(['provenance holds: ']);
		// One of the files was not read, so it is not said of all.
		expect(report.result).toBe('unknown');
		expect(report.files.map(({ name, is }) => `${name} ${is}`)).toEqual([
			'a.json not-read',
			'a.json (2) bundle',
			'a.tgz tarball',
		]);
		expect(report.records[0]?.file).toBe('a.json (2)');
	});
});

describe('records', () => {
	test('of lines are checked though other lines cannot be read, whichever those are', async () => {
		const good = JSON.stringify(bundle);
		const { mediaType: _, dsseEnvelope, ...rest } = bundle as never as { mediaType: string; dsseEnvelope: object };
		const false_ = JSON.stringify({ ...rest, dsseEnvelope: { ...dsseEnvelope, payload: btoa('{}') }, mediaType: _ });
		for (const [lines, failure] of [
			[[good, false_, good.slice(0, 300)], { code: 'file-cut-off', detail: 'line 3: it ends before it is complete' }],
			[
				[good.slice(0, 300), false_, '', 'x', good],
				{ code: 'file-cut-off', detail: 'line 1: it ends before it is complete; 2 lines in all' },
			],
			[['{"a":1}', good, false_], { code: 'file-not-known', detail: 'line 1: an object that begins with a' }],
		] as const) {
			const report = await checkGiven({ 'a.jsonl': lines.join('\n') }, trust);
			expect(report.files[0]).toMatchObject({ is: 'bundle', failure });
			expect(report.result).toBe('mismatch');
			expect(report.records.map(({ result }) => result).toSorted()).toEqual(['holds', 'mismatch']);
		}
	});

	test("of GitHub's answer are bundles, those of the registry's its attestations, and one entry is a bundle", async () => {
		const entry = { predicateType: 'https://slsa.dev/provenance/v1', bundle };
		const ofGitHub = { bundle, repository_id: 1 };
		for (const [json, is, results] of [
			[{ attestations: [ofGitHub, ofGitHub] }, 'bundle', ['holds', 'holds']],
			[{ attestations: [entry] }, 'attestations', ['holds']],
			[entry, 'bundle', ['holds']],
			[ofGitHub, 'bundle', ['holds']],
		] as const) {
			const report = await checkGiven({ 'a.json': json }, trust);
			expect(report.files[0]?.is).toBe(is);
			expect(report.records.map(({ result }) => result)).toEqual(results);
		}
	});

	test('in UTF-16 with its mark, as older PowerShells write it, in either order of bytes', async () => {
		const little = Buffer.from(`\ufeff${JSON.stringify(bundle)}`, 'utf16le');
		for (const bytes of [little, Buffer.from(little).swap16()]) {
			expect((await checkGiven({ 'a.json': bytes }, trust)).result).toBe('holds');
			expect(isEvidence(bytes.subarray(0, HEAD))).toBe(true);
		}
	});

	test('of other kinds are decoded, prove no origin, and count only where there is no other', async () => {
		const [other] = strange.attestations?.attestations ?? [];
		const alone = await checkGiven({ 'a.json': other?.bundle }, trust);
		expect(alone.result).toBe('unknown');
		expect(linesOf(alone)[0]).toMatch(/^other unknown: statement unsupported-predicate/);
		expect(alone.records[0]?.evidence?.statement?.predicateType).toBe('https://spdx.dev/Document');
		const beside = await checkGiven({ 'a.json': other?.bundle, 'b.json': bundle }, trust);
		expect(beside.result).toBe('holds');
	});

	test('whose payload is no statement', async () => {
		const authority = await startAuthority();
		const { attestations } = await mintRelease(authority, {
			provenance: { payloadType: 'text/plain' },
			publish: false,
		});
		// It still looks like a provenance, so it is one that is false.
		const report = await checkGiven({ 'a.json': attestations?.attestations[0]?.bundle }, await trustIn(authority));
		expect(linesOf(report)[0]).toMatch(/^provenance mismatch: statement payload-type-wrong/);
	});

	test('of a root that does not know their instance cannot be told, and show what they say', async () => {
		const report = await checkGiven({ 'a.json': bundle, 'a.tgz': release.tarball });
		expect(report.result).toBe('unknown');
		const [record] = report.records;
		expect(record?.identity).toBeUndefined();
		expect(record?.evidence).toBeUndefined();
		expect(record?.release).toEqual({ name: '@made-up/thing', version: '1.2.3' });
		expect(record?.claimed?.statement?.subject[0]?.name).toBe('pkg:npm/%40made-up/thing@1.2.3');
	});

	test('are verified with the root of the package that they name', async () => {
		const asked: (string | undefined)[] = [];
		const world = {
			trustFor: (name: string | undefined) => {
				asked.push(name);
				return trust;
			},
			now: () => new Date(),
		};
		await checkFiles(givenFiles({ 'a.json': bundle, 'b.json': { mediaType: 'x', dsseEnvelope: {} } }), world);
		expect(asked).toEqual(['@made-up/thing', undefined]);
	});

	test('of one answer: two of one kind are false, and so are two about different files', async () => {
		const [publish, provenance] = release.attestations?.attestations ?? [];
		const twice = await checkGiven({ 'a.json': { attestations: [provenance, provenance, publish] } }, trust);
		expect(twice.result).toBe('mismatch');
		expect(linesOf(twice)[0]).toMatch(/statement attestation-duplicated/);
		const authority = await startAuthority();
		const one = await mintRelease(authority, { name: 'one' });
		const two = await mintRelease(authority, { name: 'one', files: { 'index.js': '1' } });
		const mixed = {
			attestations: [
				...(one.attestations?.attestations.filter(({ predicateType }) => predicateType.includes('publish')) ?? []),
				...(two.attestations?.attestations.filter(({ predicateType }) => predicateType.includes('slsa')) ?? []),
			],
		};
		const differing = await checkGiven({ 'a.json': mixed }, await trustIn(authority));
		expect(linesOf(differing)[0]).toMatch(/^publish mismatch: identity publish-names-another-file/);
	});

	test('about a file whose package.json names another release are false', async () => {
		const authority = await startAuthority();
		const renamed = await mintRelease(authority, {
			name: 'honest',
			tarball: () => packTarball({ 'package.json': '{"name":"other","version":"v1.0.0"}' }),
		});
		const files = { 'a.json': renamed.attestations, 'a.tgz': renamed.tarball };
		const report = await checkGiven(files, await trustIn(authority));
		expect(report.result).toBe('mismatch');
		expect(linesOf(report)[1]).toBe('provenance mismatch: package subject-name-differs');
	});
});

describe('what the page takes for evidence, by the beginning of a file', () => {
	test.each<[string, string | Uint8Array, boolean]>([
		['a bundle', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"', true],
		['an answer', ' \n{ "attestations" : [', true],
		['a package file', new Uint8Array([0x1f, 0x8b, 8]), true],
		['a lockfile', '{"name":"a","lockfileVersion":3}', false],
		['a lockfile that names the library', '{"lockfileVersion":3,"packages":{"node_modules/sigstore":{}}}', false],
		[
			'a lockfile of a dependency that is called as a field of ours',
			'{"name":"attestations","lockfileVersion":1,"dependencies":{"attestations":{"version":"1.0.0"}}}',
			false,
		],
		['one entry of an answer', '{"predicateType":"https://slsa.dev/provenance/v1","bundle":{', true],
		['a list of bundles', '[{"a":1,"dsseEnvelope":{', true],
		['text', 'attestations: []', false],
		['nothing', '', false],
	])('%s', (_what, content, is) => {
		const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
		expect(isEvidence(bytes.subarray(0, HEAD))).toBe(is);
	});
});
