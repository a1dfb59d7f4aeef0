/** Tests of `inspect --offline`: what it prints and ends with, and that it asks nobody. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { answerInspect } from '../../../cli/inspect.ts';
import type { FilesReport } from '../../../lib/report/files.ts';
import { jsonSchemas } from '../../../scripts/json-schemas.ts';
import { trustRootFile } from '../../fixtures/minted.ts';
import { startAuthority } from '../../support/authority.ts';
import { mintRelease } from '../../support/mint.ts';

const folder = mkdtempSync(join(tmpdir(), 'offline-files-'));
const path = (name: string) => join(folder, name);
const around = { env: {}, cwd: folder, home: folder };
const answer = (...argv: string[]) => answerInspect(['--offline', ...argv], around);
const signed = () => [path('answer.json'), path('thing.tgz'), '--trusted-root', path('root.json')];

beforeAll(async () => {
	const authority = await startAuthority();
	const release = await mintRelease(authority, { name: 'thing', version: '1.2.3' });
	const other = await mintRelease(authority, { name: 'thing', version: '1.2.4' });
	writeFileSync(path('answer.json'), JSON.stringify(release.attestations));
	writeFileSync(path('thing.tgz'), release.tarball ?? '');
	writeFileSync(path('other.tgz'), other.tarball ?? '');
	writeFileSync(path('root.json'), JSON.stringify(trustRootFile(authority)));
	writeFileSync(path('empty.json'), '');
	writeFileSync(path('none.json'), '{"attestations":[]}');
});
afterAll(() => rmSync(folder, { recursive: true }));

// Whoever asks anybody ends the test.
beforeEach(() => {
	const refuse = () => {
		throw new Error('asked the network');
	};
	vi.stubGlobal('fetch', refuse);
	for (const module of [http, https] as const)
		for (const name of ['request', 'get'] as const) vi.spyOn(module, name).mockImplementation(refuse);
	vi.spyOn(net, 'connect').mockImplementation(refuse);
	vi.spyOn(net.Socket.prototype, 'connect').mockImplementation(refuse);
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

test('what holds is said with what was not checked, every extension, and who was believed', async () => {
	const { output, exitCode, notes } = await answer(...signed(), '--fail-on', 'ci');
	expect([exitCode, notes]).toEqual([0, []]);
	expect(output).toMatch(
		/^holds: The signatures hold: “release\.yml” in “[^”]+” signed the build record of “thing 1\.2\.3”\./,
	);
	expect(output.split('\n')[0]).toMatch(/Not compared with earlier releases, nor looked up in the list of malware\.$/);
	expect(output).not.toMatch(/confirmed/i);
	for (const words of [
		'Source repository digest (1.3.6.1.4.1.57264.1.13)',
		'Subject alternative name (2.5.29.17',
		'Signed certificate timestamps (1.3.6.1.4.1.11129.2.4.2)',
		'Index in the log: ',
		'Subject: pkg:npm/thing@1.2.3',
		"Whether npm's list of malware names this release.",
		'Nobody was asked.',
		'root.json',
	])
		expect(output).toContain(words);
});

test('--json prints what the published schema describes', async () => {
	const isValid = new Ajv2020({ strict: false }).compile(jsonSchemas().files);
	for (const argv of [
		signed(),
		[path('answer.json')],
		[path('answer.json'), path('other.tgz'), '--trusted-root', path('root.json')],
		[path('none.json'), path('empty.json')],
	]) {
		const { output } = await answer(...argv, '--json', '--now', '2026-11-28');
		const report: FilesReport = JSON.parse(output);
		expect(isValid(report), JSON.stringify(isValid.errors)).toBe(true);
		expect(report.checkedAt).toBe('2026-11-28T00:00:00.000Z');
	}
});

test('--fail-on and the exit codes', async () => {
	const root = ['--trusted-root', path('root.json')];
	for (const [argv, code, note] of [
		[[path('answer.json'), path('other.tgz'), ...root, '--fail-on', 'ci'], 1, '--fail-on holds: mismatch'],
		[[path('answer.json'), path('other.tgz'), ...root], 0, undefined],
		[[path('answer.json'), ...root, '--fail-on', 'ci'], 0, undefined],
		[[path('answer.json'), ...root, '--fail-on', 'ci,file-not-given'], 1, '--fail-on holds: file-not-given'],
		[[path('answer.json'), '--fail-on', 'ci'], 1, '--fail-on holds: unknown'],
		[[path('none.json'), '--fail-on', 'ci'], 1, '--fail-on holds: none'],
		[[path('empty.json'), ...signed()], 2, `${path('empty.json')}: Not read: the file is empty. [file-empty]`],
	] as const) {
		const { exitCode, notes } = await answer(...argv);
		expect([exitCode, notes[0]]).toEqual([code, note]);
	}
});

test.each([
	[[], 'with --offline, name the files to check'],
	[['missing.json'], 'cannot read missing.json: there is no such file'],
	[[folder], 'it is a folder'],
	[['a.json', '--registry', 'https://example.org'], '--offline asks nobody, so it goes without --registry'],
	[['a.json', '--look', 'run'], 'without --look'],
	[['a.json', '--fail-on', 'lost'], '--fail-on knows no word "lost"'],
])('%j is refused', async (argv, words) => {
	await expect(answer(...argv)).rejects.toThrow(words);
});
