/** Tests of the audit command, with a made-up reader and run: options, exit codes, several files, a base, parts, and joined results. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AUDIT_HELP, AUDIT_OPTIONS, answerAudit } from '../../../cli/audit.ts';
import type { AuditTools } from '../../../cli/audit-tools.ts';
import { createProgress } from '../../../cli/progress.ts';
import { describeError } from '../../../cli/usage.ts';
import { readLockfile } from '../../../lib/audit/lockfile/read.ts';
import type { Audit } from '../../../lib/report/audit.ts';
import { auditOf, auditRow, fakeTools } from '../../fixtures/audits.ts';
import { REPORTS } from '../../fixtures/reports.ts';

let home: string;
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'audit-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const write = (name: string, text: string) => {
	const file = join(home, name);
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, text);
	return file;
};
const run = (argv: string[], tools: AuditTools = fakeTools(), terminal: Parameters<typeof answerAudit>[3] = {}) =>
	answerAudit(argv, { env: {}, cwd: home, home }, tools, terminal);
const refusal = (argv: string[]) =>
	run(argv).then(
		() => 'not refused',
		(error: unknown) => describeError(error, AUDIT_HELP),
	);
const json = async (argv: string[]) => JSON.parse((await run([...argv, '--json'])).output);
const specs = ({ packages }: Audit) => packages.map(({ spec }) => spec);

describe('one lockfile', () => {
	test('as JSON is the audit, with its path and the digest of the file', async () => {
		const file = write('a.lock', 'one@1.0.0\nlost@2.0.0\ngit:x\n');
		const { output, notes, exitCode } = await run([file, '--json']);
		const audit: Audit = JSON.parse(output);
		expect(audit.lockfile).toEqual({
			...{ format: 'npm', packages: 3, version: '3', path: file },
			sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
		});
		expect(specs(audit)).toEqual(['one@1.0.0', 'lost@2.0.0']);
		expect(audit.counts).toEqual({ lost: 1, confirmed: 1, notCovered: 1, notCompared: 0 });
		expect({ notes, exitCode }).toEqual({ notes: [], exitCode: 0 });
	});

	test('is a table unless another form is asked for', async () => {
		const file = write('a.lock', 'lost@2.0.0');
		expect((await run([file])).output).toContain('lost: the record of where it was built is missing');
		expect((await run([file, '--format', 'markdown'])).output).toContain('| `lost@2.0.0` | 1 |');
		expect(JSON.parse((await run([file, '--format', 'json'])).output).schema).toBe(1);
	});

	test('is in SARIF and Markdown by its path from the root of the repository', async () => {
		const file = write('repo/apps/web/a.lock', 'lost@2.0.0');
		mkdirSync(join(home, 'repo/.git'));
		const [result] = JSON.parse((await run([file, '--format', 'sarif'])).output).runs[0].results;
		const { physicalLocation } = result.locations[0];
		expect(physicalLocation.artifactLocation.uri).toBe('apps/web/a.lock');
		expect((await run([file, '--format', 'markdown'])).output).toContain('**`apps/web/a.lock` (npm 3)');
		expect(physicalLocation.region).toEqual({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 11 });
	});

	test('that cannot be read ends with one line', async () => {
		expect(await refusal([write('a.txt', '{')])).toMatch(
			/^cannot read .*a\.txt: line 1, column 1: no lockfile: .* \[not-json\]/,
		);
		expect(await refusal([join(home, 'none.lock')])).toContain('there is no such file');
	});

	test.each([
		['--policy', { version: 1, rows: [{ package: 'one', provenance: 'required' }] }, 'policy'],
		['--now', '2026-01-31', 'now'],
	] as const)('is audited as %s says', async (option, value, key) => {
		const seen: { task?: Parameters<AuditTools['auditLockfile']>[1] } = {};
		const given = typeof value === 'string' ? value : write('policy.json', JSON.stringify(value));
		await run([write('a.lock', 'one@1.0.0'), option, given], fakeTools(seen));
		if (key === 'now') expect(seen.task?.now).toBe(Date.parse('2026-01-31'));
		else expect(seen.task?.policy?.rows).toHaveLength(1);
		expect(seen.task).toMatchObject({ isOffline: false, trustedRoot: undefined });
		expect(seen.task?.cache).toContain('stamp-of-origin');
	});

	test('is audited without network, or without a cache', async () => {
		const file = write('a.lock', 'one@1.0.0');
		const seen: { task?: Parameters<AuditTools['auditLockfile']>[1] } = {};
		await run([file, '--offline'], fakeTools(seen));
		expect(seen.task?.isOffline).toBe(true);
		expect(seen.task?.cache).toContain(home);
		await run([file, '--no-cache'], fakeTools(seen));
		expect(seen.task).toMatchObject({ isOffline: false, cache: undefined });
	});

	test('has the packages of a scope with another registry as not covered', async () => {
		write('.npmrc', '@own:registry=https://registry.test/\n');
		const audit = await json([write('a.lock', 'git:x\n@own/a@1.0.0\n@other/b@1.0.0\ngit:y')]);
		expect(specs(audit)).toEqual(['@other/b@1.0.0']);
		expect(audit.notCovered.map(({ spec, why }: Audit['notCovered'][number]) => `${spec} ${why}`)).toEqual([
			'git:x git',
			'@own/a@1.0.0 other-registry',
			'git:y git',
		]);
	});
});

describe('several lockfiles', () => {
	test('are a list in JSON, in the order in which they were named, each once', async () => {
		const [one, two] = [write('b.lock', 'one@1.0.0'), write('a/a.lock', 'two@1.0.0')];
		const { schema, audits } = await json([one, two, one]);
		expect(schema).toBe(1);
		expect(audits.map(specs)).toEqual([['one@1.0.0'], ['two@1.0.0']]);
		expect((await json([one, one])).audits).toBeUndefined();
	});

	test('of which one cannot be read: the others are audited, and the exit code is 2', async () => {
		const { output, notes, exitCode } = await run([
			write('a.txt', ''),
			write('a.lock', 'one@1.0.0'),
			...['--json', '--fail-on', 'confirmed'],
		]);
		expect(JSON.parse(output).audits.map(specs)).toEqual([['one@1.0.0']]);
		expect(notes).toEqual([expect.stringMatching(/^cannot read .*a\.txt/), '--fail-on holds: confirmed']);
		expect(exitCode).toBe(2);
		const none = await run([write('a.txt', ''), write('b.txt', '')]);
		expect(none).toMatchObject({ output: '', exitCode: 2 });
		expect(none.notes).toHaveLength(2);
	});

	test('each have a base of their own', async () => {
		const [one, two] = [write('a.lock', 'one@1.0.0\nkept@1.0.0'), write('b.lock', 'two@1.0.0')];
		const [base, empty] = [write('old.lock', 'kept@1.0.0\ngone@1.0.0'), write('empty', '')];
		const { audits } = await json([one, two, '--base', base, '--base', empty]);
		expect(audits.map(({ removed }: Audit) => removed)).toEqual([['gone@1.0.0'], []]);
		expect(audits.map(specs)).toEqual([['one@1.0.0'], ['two@1.0.0']]);
		expect(await refusal([one, two, '--base', base])).toMatch(/^give --base once for each lockfile/);
	});
});

describe('--base', () => {
	test('may have any name, as the lockfile tells its form', async () => {
		const file = write('a.lock', 'one@1.0.0\nkept@1.0.0');
		const audit = await json([file, '--base', write('before', 'kept@1.0.0\ngone@1.0.0')]);
		expect(specs(audit)).toEqual(['one@1.0.0']);
		expect(audit.removed).toEqual(['gone@1.0.0']);
		expect(audit.lockfile.packages).toBe(1);
	});

	test('has the packages of another registry as changed where their hash is another one', async () => {
		write('.npmrc', '@own:registry=https://registry.test/\n');
		const lockfile = (byte: number) => {
			const integrity = `sha512-${Buffer.alloc(64, byte).toString('base64')}`;
			return JSON.stringify({
				lockfileVersion: 3,
				packages: { 'node_modules/@own/a': { version: '1.0.0', integrity } },
			});
		};
		const [one, two] = [write('1/package-lock.json', lockfile(1)), write('2/package-lock.json', lockfile(2))];
		const uncovered = async (base: string) => {
			const tools = { ...fakeTools(), readLockfile };
			return JSON.parse((await run([two, '--base', base, '--json'], tools)).output).notCovered;
		};
		expect(await uncovered(one)).toEqual([{ spec: '@own/a@1.0.0', why: 'other-registry', line: 1, column: 34 }]);
		expect(await uncovered(two)).toEqual([]);
	});

	test('that cannot be read ends the command, whatever else is named', async () => {
		const file = write('a.lock', 'one@1.0.0');
		const said = await refusal([file, '--base', join(home, 'none.lock')]);
		expect(said).toMatch(/^--base: cannot read .*none\.lock: there is no such file/);
		const other = write('b.lock', 'two@1.0.0');
		const bases = ['--base', write('c.lock', ''), '--base', join(home, 'none.lock')];
		expect(await refusal([file, other, ...bases])).toMatch(/^--base: cannot read/);
	});
});

describe('parts', () => {
	const FILES = ['web/a.lock', 'app/b.lock'];
	const TEXT = [...Object.keys(REPORTS), ...Array.from({ length: 40 }, (_, at) => `@scope/package-${at}`)]
		.flatMap((name, at) => (at % 7 === 0 ? [`${name}@1.0.0`, `git:${name}`] : [`${name}@1.0.0`, `${name}@2.0.0`]))
		.join('\n');

	test('of three machines are joined to what one machine finds', async () => {
		const files = FILES.map((name, at) => write(name, at === 0 ? TEXT : `only@1.0.0\n${TEXT}`));
		const parts = await Promise.all(
			[1, 2, 3].map(async (part) => {
				const { output } = await run([...files, '--shard', `${part}/3`, '--json']);
				expect(JSON.parse(output).audits[0].shard).toEqual({ part, of: 3 });
				return write(`part-${part}.json`, output);
			}),
		);
		const { output: whole } = await run([...files, '--json']);
		const joined = await run(['--merge', ...parts, '--json', '--fail-on', 'ci']);
		expect(joined.output).toBe(whole);
		expect(joined.exitCode).toBe(1);
		expect((await run(['--merge', ...parts.toReversed(), '--format', 'markdown'])).output).toBe(
			(await run([...files, '--format', 'markdown'])).output,
		);
		expect(await refusal(['--merge', ...parts.slice(1)])).toContain('of part 1 of 3 there is no result');
	});

	test('of one lockfile are joined to its audit, with its base', async () => {
		const [file, base] = [write('a.lock', TEXT), write('b.lock', 'gone@1.0.0')];
		const parts = await Promise.all(
			[1, 2].map(async (part) =>
				write(`${part}.json`, (await run([file, '--base', base, '--shard', `${part}/2`, '--json'])).output),
			),
		);
		expect(await json(['--merge', ...parts])).toEqual(await json([file, '--base', base]));
	});

	test.each(['0/3', '4/3', '1', '1/257', '1/0', 'a/b', '1/3/5', '-1/3'])('%s is none', async (shard) => {
		expect(await refusal([write('a.lock', TEXT), `--shard=${shard}`, '--json'])).toMatch(/^--shard is I\/N/);
	});

	test('are printed as JSON only', async () => {
		expect(await refusal([write('a.lock', TEXT), '--shard', '1/3'])).toMatch(/^--shard prints what --merge joins/);
	});
});

describe('--merge', () => {
	test.each([
		['no JSON', '{'],
		['another command', JSON.stringify(REPORTS.confirmed)],
		['a row without a verdict', JSON.stringify({ ...auditOf([]), packages: [{ spec: 'a@1.0.0', findings: [] }] })],
		['a list', '[]'],
		['nothing', 'null'],
	])('refuses %s', async (_what, text) => {
		expect(await refusal(['--merge', write('a.json', text)])).toMatch(
			/^cannot read .*a\.json: it is (not JSON|no result)/,
		);
	});

	test('keeps fields that a newer version has', async () => {
		const newer = { ...auditOf([{ ...auditRow('lost'), later: 1 } as never]), more: true };
		expect(await json(['--merge', write('a.json', JSON.stringify(newer))])).toEqual(newer);
	});

	test.each([['--base', 'x'], ['--shard', '1/3'], ['--offline'], ['--no-cache'], ['--registry', 'x'], ['--now', 'x']])(
		'goes without %s',
		async (...options) => {
			expect(await refusal(['--merge', 'a.json', '--json', ...options])).toMatch(
				/^--merge asks nobody, so it goes without/,
			);
		},
	);

	test.each<[what: string, change: (audit: Audit) => Audit, said: RegExp]>([
		['the same part twice', (audit) => audit, /part 1 is given twice/],
		[
			'a part of another lockfile',
			(audit) => ({ ...audit, shard: { part: 2, of: 2 }, lockfile: { ...audit.lockfile, sha256: '0'.repeat(64) } }),
			/the results are of different files/,
		],
		[
			'a part of a lockfile at another path',
			(audit) => ({ ...audit, shard: { part: 2, of: 2 }, lockfile: { ...audit.lockfile, path: 'b.lock' } }),
			/of part 2 of 2 there is no result/,
		],
		['a whole audit beside a part', ({ shard: _, ...audit }) => audit, /the results are of different numbers of parts/],
		[
			'a part by another version of this program, with another trust root',
			(audit) => ({ ...audit, shard: { part: 2, of: 2 }, trustRoot: { ...audit.trustRoot, version: '1' } }),
			/different trust roots; audit each part with the same version of this program/,
		],
	])('refuses %s', async (_what, change, said) => {
		const { output } = await run([write('a.lock', 'one@1.0.0\ntwo@1.0.0'), '--shard', '1/2', '--json']);
		const [one, two] = [write('1.json', output), write('2.json', JSON.stringify(change(JSON.parse(output))))];
		expect(await refusal(['--merge', one, two])).toMatch(new RegExp(`^cannot join .*a\\.lock: .*${said.source}`));
	});

	test('is answered where the file is the program of its process', () => {
		const [hooks, program] = ['scripts/hooks.ts', 'cli/audit.ts'].map((file) =>
			fileURLToPath(new URL(`../../../${file}`, import.meta.url)),
		) as [string, string];
		const audit = auditOf([auditRow('lost')]);
		const argv = ['--import', hooks, program, '--merge', write('a.json', JSON.stringify(audit)), '--json'];
		const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', cwd: home });
		expect([status, stderr]).toEqual([0, '']);
		expect(JSON.parse(stdout)).toEqual(audit);
	});

	test('wants files', async () => expect(await refusal(['--merge'])).toMatch(/^name the JSON files/));
});

describe('--fail-on', () => {
	test.each([
		['lost', ['lost'], 1],
		['ci', ['lost', 'unknown'], 1],
		['not-covered', ['not-covered'], 1],
		['not-compared', ['not-compared'], 1],
		['rate-limited', ['rate-limited'], 1],
		['mismatch,malware-advisory,warning', [], 0],
	] as const)('%s', async (words, held, code) => {
		const file = write('a.lock', 'one@1.0.0\nlost@2.0.0\nunknown@1.0.0\ngit:x');
		const { notes, exitCode } = await run([file, '--fail-on', words]);
		expect(notes).toEqual(held.length === 0 ? [] : [`--fail-on holds: ${held.join(', ')}`]);
		expect(exitCode).toBe(code);
	});

	test('takes an audit that ended early for unknown, and a warning for a warning', async () => {
		const early = write('a.json', JSON.stringify({ ...auditOf([]), left: 3 }));
		expect((await run(['--merge', early, '--fail-on', 'ci'])).notes).toEqual(['--fail-on holds: unknown']);
		const file = write('a.lock', 'malware@1.0.0');
		expect((await run([file, '--fail-on', 'warning,malware-advisory'])).exitCode).toBe(1);
	});

	test('knows no other word', async () => {
		expect(await refusal([write('a.lock', ''), '--fail-on', 'not-coverd'])).toContain('Did you mean not-covered?');
	});
});

describe('bad usage', () => {
	test.each([
		[[], 'name lockfiles, or results with --merge'],
		[['a.lock', '--format', 'xml'], '--format is one of table, json, sarif, markdown, not xml'],
		[['a.lock', '--json', '--format', 'table'], '--json is --format json: give one of both'],
		[['a.lock', '--offline', '--no-cache'], '--offline uses only the cache'],
		[['a.lock', '--now', 'soon'], '--now is no ISO time'],
		[['a.lock', '--shards', '1/2'], 'there is no option --shards. Did you mean --shard?'],
		[['a.lock', '--registry', 'ftp://a.test'], 'the registry must be https'],
	])('%j', async (argv, said) => expect(await refusal(argv)).toContain(said));

	test('the help names each option', () => {
		for (const name of Object.keys(AUDIT_OPTIONS)) expect(AUDIT_HELP).toContain(`--${name}`);
	});
});

describe('progress', () => {
	const terminal = (isTTY: boolean) => {
		const written: string[] = [];
		let now = 0;
		const stream = { isTTY, columns: 40, write: (text: string) => written.push(text) };
		return { written, progress: createProgress(stream, () => (now += 60)) };
	};

	test('is one line of a terminal that is written over, not too often, and taken away', async () => {
		const { written, progress } = terminal(true);
		const text = Array.from({ length: 10 }, (_, at) => `p${at}@1.0.0`).join('\n');
		const { output } = await run([write('a.lock', text)], fakeTools(), { progress });
		progress.clear();
		expect(written.length).toBeGreaterThan(3);
		expect(written.length).toBeLessThan(8);
		for (const line of written) expect(line.replace('\r\u001b[K', '')).not.toMatch(/[\r\n]/);
		for (const line of written) expect(line.length).toBeLessThanOrEqual(40 + 3);
		expect(written.at(-1)).toBe('\r\u001b[K');
		expect(output).not.toContain('\r');
	});

	test('has what a terminal would obey in the name of a file as escapes', async () => {
		const shown: string[] = [];
		const progress = { show: (text: string) => void shown.push(text), clear: () => undefined };
		await run([write('a\u001b]0;b\u0007\u202e.lock', 'one@1.0.0')], fakeTools(), { progress });
		expect(shown.length).toBeGreaterThan(0);
		for (const line of shown) expect(line).toMatch(/a\\u001b\]0;b\\u0007\\u202e\.lock: \d of 1 releases$/);
	});

	test('is nothing where there is no terminal', async () => {
		const { written, progress } = terminal(false);
		await run([write('a.lock', 'one@1.0.0')], fakeTools(), { progress });
		progress.clear();
		expect(written).toEqual([]);
	});
});
