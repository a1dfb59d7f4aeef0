/** Tests of `inspect --offline`: what it prints and ends with, and that it asks nobody. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
	const publish = release.attestations?.attestations.filter(({ predicateType }) => predicateType.includes('publish'));
	writeFileSync(path('publish.json'), JSON.stringify({ attestations: publish }));
	const row = { package: 'thing', repository: 'https://github.com/other/thing', workflow: '.github/workflows/x.yml' };
	writeFileSync(path('policy.json'), JSON.stringify({ version: 1, rows: [row] }));
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
		'Subject: “pkg:npm/thing@1.2.3”',
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
		[...signed(), '--policy', path('policy.json')],
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
		[[...signed(), '--policy', path('policy.json'), '--fail-on', 'ci'], 1, '--fail-on holds: not-allowed'],
		[[...signed(), '--fail-on', 'ci,provenance-not-given'], 0, undefined],
		[[path('publish.json'), ...root, '--fail-on', 'ci'], 0, undefined],
		[[path('publish.json'), ...root, '--fail-on', 'provenance-not-given'], 1, '--fail-on holds: provenance-not-given'],
		[[path('empty.json'), ...signed()], 2, `${path('empty.json')}: Not read: the file is empty. [file-empty]`],
	] as const) {
		const { exitCode, notes } = await answer(...argv);
		expect([exitCode, notes[0]]).toEqual([code, note]);
	}
});

test('an allowlist is compared, and each difference is printed', async () => {
	const { output } = await answer(...signed(), '--policy', path('policy.json'));
	expect(output).toMatch(
		/^not-allowed: Not the origin you expect: the signature holds, and the origin of “thing 1\.2\.3” is not what your allowlist expects \(row “thing”\)\./,
	);
	expect(output).toContain('  The origin that you expect\n    This is not what your allowlist expects (row “thing”).');
	expect(output).toMatch(/ {4}repository: expected https:\/\/github\.com\/other\/thing, found https:/);
	expect(output).not.toContain('Does not match');
	await expect(answer(...signed(), '--policy', path('none.json'))).rejects.toThrow('--policy');
});

test('what cannot be read has its row and its line, and the others are checked', async () => {
	for (const [name, why] of [
		[path('missing.tgz'), 'there is no such file'],
		[folder, 'it is a folder'],
		['/dev/zero', 'it is neither a file nor a pipe'],
	] as const) {
		const { output, notes, exitCode } = await answer(name, ...signed(), '--json');
		expect(exitCode).toBe(2);
		expect(notes).toEqual([expect.stringMatching(`${name}: Not read .*${why}.* \\[file-unreadable\\]$`)]);
		const report: FilesReport = JSON.parse(output);
		expect(report.files[0]).toMatchObject({ is: 'not-read', failure: { code: 'file-unreadable', detail: why } });
		expect(report.records.map(({ result }) => result)).toEqual(['holds', 'holds']);
	}
});

test('a line that cannot be read is named, and those that can are checked', async () => {
	const { attestations } = JSON.parse(readFileSync(path('answer.json'), 'utf8'));
	writeFileSync(path('lines.jsonl'), `${JSON.stringify(attestations[0].bundle)}\n{"a":\n`);
	const { output, notes, exitCode } = await answer(path('lines.jsonl'), '--trusted-root', path('root.json'));
	expect(exitCode).toBe(2);
	expect(notes).toEqual([expect.stringMatching(/lines\.jsonl: Not read .*line 2: .*\[file-cut-off\]$/)]);
	expect(output).toContain('line 2: ');
	expect(output).toContain('Checked on this computer.');
});

test('a pipe is read, once', async () => {
	const pipe = path('pipe');
	execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
	const writer = spawn('sh', ['-c', 'cat "$0" > "$1"', path('answer.json'), pipe]);
	const { output, exitCode } = await answer(pipe, path('thing.tgz'), '--trusted-root', path('root.json'));
	expect([exitCode, output.slice(0, 6)]).toEqual([0, 'holds:']);
	writer.kill();
});

test('a signal ends the wait for a pipe that nobody writes into', async () => {
	const pipe = path('silent');
	execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
	const program = fileURLToPath(new URL('../../../cli/inspect.ts', import.meta.url));
	const hooks = new URL('../../../scripts/hooks.ts', import.meta.url).href;
	const waiting = spawn(process.execPath, ['--import', hooks, program, '--offline', pipe]);
	// It opens once the other end is open too.
	const end = await open(pipe, 'w');
	waiting.kill('SIGTERM');
	expect(await once(waiting, 'close')).toEqual([143, null]);
	await end.close();
});

test('what a statement claims is printed up to a limit, each text quoted and cut', async () => {
	const { attestations } = JSON.parse(readFileSync(path('answer.json'), 'utf8'));
	const { bundle } = attestations[0];
	const subject = Array.from({ length: 100 }, (_, at) => ({
		name: `file-${at} holds: all is well ${'x'.repeat(500)}`,
		digest: Object.fromEntries(Array.from({ length: 6 }, (_, of) => [`sha${of}`, 'a'.repeat(500)])),
	}));
	const payload = btoa(
		JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType: 'p', predicate: {} }),
	);
	bundle.dsseEnvelope.payload = payload;
	writeFileSync(path('many.json'), JSON.stringify(bundle));
	const { output } = await answer(path('many.json'), '--trusted-root', path('root.json'));
	expect(output.match(/ {4}Subject: “file-/g)).toHaveLength(10);
	expect(output).toContain('90 more subjects; --json prints all');
	expect(output).toContain('2 more digests; --json prints all');
	expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThan(400);
});

test.each([
	[[], 'with --offline, name the files to check'],
	[['a.json', '--registry', 'https://example.org'], '--offline asks nobody, so it goes without --registry'],
	[['a.json', '--look', 'run'], 'without --look'],
	[['a.json', '--fail-on', 'lost'], '--fail-on knows no word "lost"'],
])('%j is refused', async (argv, words) => {
	await expect(answer(...argv)).rejects.toThrow(words);
});
