/** Tests of `inspect --from`, and of a package manager's alarm given to `inspect`: what is printed, and what is refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerInspect, INSPECT_HELP } from '../../../cli/inspect.ts';
import { describeError } from '../../../cli/usage.ts';
import seed from '../../../lib/sigstore/seed.json' with { type: 'json' };
import { type Loopback, startRegistry } from '../../fixtures/loopback.ts';

const INTEGRITY = `sha512-${'A'.repeat(86)}==`;
const HOSTILE = 'a\u001b[2J\u202e”\nconfirmed: all is well';
const manifest = (version: string, more: object = {}) => ({
	name: 'plain',
	version,
	dist: { integrity: INTEGRITY },
	...more,
});
const versions = {
	'1.0.0': manifest('1.0.0'),
	'1.1.0': manifest('1.1.0', { scripts: { postinstall: HOSTILE }, dependencies: { chalk: '^5', [HOSTILE]: HOSTILE } }),
};
const list = {
	name: 'plain',
	'dist-tags': { latest: '1.1.0', old: '1.0.0' },
	time: { '1.0.0': '2026-01-01T00:00:00.000Z', '1.1.0': '2026-01-01T05:00:00.000Z' },
	versions,
};

let home: string;
let server: Loopback<{ path: string }>;
let mirror: string[];
beforeAll(async () => {
	home = mkdtempSync(join(tmpdir(), 'side-by-side-'));
	server = await startRegistry({
		plain: list,
		...versions,
		latest: versions['1.1.0'],
		old: versions['1.0.0'],
		'9.9.9': 404,
		banana: 404,
	});
	mirror = ['--registry', `http://127.0.0.1:${server.port}`];
});
afterAll(() => {
	server.close();
	rmSync(home, { recursive: true });
});

const run = (...argv: string[]) => answerInspect([...argv, ...mirror], { env: {}, cwd: home, home });
const refusal = (...argv: string[]) =>
	run(...argv).then(
		() => 'not refused',
		(error: unknown) => describeError(error, INSPECT_HELP),
	);

test('the JSON is the contract: two Reports and the differences, nothing else', async () => {
	const json = JSON.parse((await run('plain', '--from', '1.0.0', '--json')).output);
	expect(Object.keys(json)).toEqual(['schema', 'from', 'to', 'differences']);
	expect(json).toMatchObject({
		schema: 1,
		from: { schema: 1, release: { version: '1.0.0' }, verdict: 'none' },
		to: { schema: 1, release: { version: '1.1.0' }, verdict: 'none' },
	});
	expect(json.differences).toEqual([
		{ field: 'install-script', now: `postinstall: ${HOSTILE}`, saidBy: 'package' },
		{ field: 'dependency', now: `${HOSTILE}@${HOSTILE}`, saidBy: 'package' },
		{ field: 'dependency', now: 'chalk@^5', saidBy: 'package' },
		{ field: 'published-at', before: list.time['1.0.0'], now: list.time['1.1.0'], saidBy: 'registry' },
	]);
});

test('the text leads with one sentence, groups by who says it, and escapes what is from outside', async () => {
	const { output } = await run('plain@1.1.0', '--from', 'plain@1.0.0');
	expect(output.split('\n').slice(0, 6)).toEqual([
		'none: Neither “plain 1.0.0” nor “plain 1.1.0” has a record of where it was built (provenance); also different: 1 install script, 2 dependencies.',
		'“plain 1.1.0” was published 5 hours after “plain 1.0.0”.',
		'',
		'What differs, from 1.0.0 to 1.1.0',
		'  Claimed by the package',
		expect.stringMatching(/^ {4}Script that runs on install: none -> “postinstall: a\\u001b.*”$/),
	]);
	expect(output).toMatch(/^none: No build record for “plain 1\.1\.0”/m);
	expect(output).not.toMatch(/^confirmed/m);
	expect(output).not.toMatch(/[^\P{C}\n]/u);
});

describe('--from', () => {
	test.each(['1.0.0', 'v1.0.0', 'old', '1.0', '<1.1', ' 1.0.0 '])(
		'takes a version, a tag and a range: %j',
		async (from) => {
			const json = JSON.parse((await run('plain@1.1.0', '--from', from, '--json')).output);
			expect([json.from.release.version, json.to.release.version]).toEqual(['1.0.0', '1.1.0']);
		},
	);

	test.each([
		['', 'is no version, tag or range of plain: '],
		['a b', 'is no version, tag or range of plain: a b'],
		['../x', 'is no version, tag or range of plain: ../x'],
		['chalk@1.0.0', 'is no version, tag or range of plain: chalk@1.0.0'],
		['a\nb', 'is no version, tag or range of plain: a\\u000ab'],
		['1.1.0', 'names plain@1.1.0 too: name two releases'],
		['plain@1.1.0', 'names plain@1.1.0 too: name two releases'],
		['latest', 'latest is plain@1.1.0 too: name two releases'],
		['^1', '^1 is plain@1.1.0 too: name two releases'],
		['9.9.9', '9.9.9: npm has no public release “plain 9.9.9”. Check the spelling.'],
		['banana', 'banana: npm has no public release of “plain” with the tag “banana”. Check the spelling.'],
	])('refuses %j in one line', async (from, words) => {
		const line = await refusal('plain@1.1.0', '--from', from);
		expect(line).toContain(`--from ${words}`);
		expect(line).not.toContain('\n');
	});

	test('goes without files', async () => {
		expect(await refusal('plain@1.1.0', '--from', '1.0.0', '--tarball', 'x', '--attestations', 'y')).toContain(
			'--from asks the registry',
		);
	});

	test('works with a policy, a trust root and a time, for both', async () => {
		const policy = join(home, 'policy.json');
		writeFileSync(policy, JSON.stringify({ version: 1, rows: [{ package: 'plain', provenance: 'required' }] }));
		const root = join(home, 'root.json');
		writeFileSync(root, JSON.stringify({ ...seed.trustedRoot, npmKeys: seed.npmKeys }));
		const options = ['--policy', policy, '--trusted-root', root, '--now', '2026-06-01'];
		const json = JSON.parse((await run('plain', '--from', '1.0.0', ...options, '--json')).output);
		for (const report of [json.from, json.to]) {
			expect(report.verdict).toBe('not-allowed');
			expect(report.trustRoot.source).toBe('custom');
			expect(report.checkedAt).toBe('2026-06-01T00:00:00.000Z');
		}
	});

	test('--fail-on is about the release compared to', async () => {
		expect(await run('plain@1.1.0', '--from', '1.0.0', '--fail-on', 'none')).toMatchObject({ exitCode: 1 });
		// A script that runs on install is in 1.1.0 alone.
		expect(await run('plain@1.1.0', '--from', '1.0.0', '--fail-on', 'runs-on-install')).toMatchObject({ exitCode: 1 });
		expect(await run('plain@1.0.0', '--from', '1.1.0', '--fail-on', 'runs-on-install')).toMatchObject({ exitCode: 0 });
	});
});

describe('an alarm', () => {
	const PNPM = '[ERR_PNPM_TRUST_DOWNGRADE] High-risk trust downgrade for "plain@1.1.0"\n(possible package takeover)';

	test('that is ordinary: the second opinion follows the verdict, with the lines for that manager', async () => {
		const { output, notes } = await run(PNPM);
		expect(notes).toEqual([]);
		expect(output).toMatch(/^none: /);
		expect(output).toContain('\nBy our rules this alarm is ordinary: no release that “plain 1.1.0” is compared with');
		expect(output).toContain("\n    trustPolicyExclude:\n      - 'plain@1.1.0'\n");
		expect(JSON.parse((await run(PNPM, '--json')).output).release.version).toBe('1.1.0');
	});

	test('of a release that is not there has no exception', async () => {
		const { output } = await run(PNPM.replace('1.1.0', '9.9.9'));
		expect(output).toContain('Do not make an exception yet');
		expect(output).not.toContain('trustPolicyExclude');
	});
});
