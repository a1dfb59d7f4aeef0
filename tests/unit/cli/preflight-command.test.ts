/** Tests of the preflight command: output, exit codes, files that cannot be read among others, actions.lock beside a file, a package. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerPreflight, PREFLIGHT_HELP } from '../../../cli/preflight.ts';
import { describeError } from '../../../cli/usage.ts';
import { RULE_IDS } from '../../../lib/preflight/rule-kinds.ts';
import { type Loopback, startRegistry } from '../../fixtures/loopback.ts';
import { packumentJson } from '../../fixtures/packuments.ts';
import { SHA, workflowOf } from '../../fixtures/workflows.ts';

/** A real record, where it is at hand. */
const RECORD = fileURLToPath(new URL('../../../../shared/data/attestations/sigstore@2.3.1.json', import.meta.url));

let home: string;
const running: Loopback<unknown>[] = [];
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'preflight-'));
});
afterEach(() => {
	for (const server of running.splice(0)) server.close();
	rmSync(home, { recursive: true });
});

const write = (name: string, text: string) => {
	const file = join(home, name);
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, text);
	return file;
};
const run = (argv: string[], env: Record<string, string> = {}) => answerPreflight(argv, { env, cwd: home, home });
const refusal = (argv: string[], env: Record<string, string> = {}) =>
	run(argv, env).then(
		() => 'not refused',
		(error: unknown) => describeError(error, PREFLIGHT_HELP),
	);
const faulty = workflowOf({ steps: '- uses: some/action@v1\n- run: curl https://a.test/i.sh | sh' });

describe('JSON', () => {
	test('is the form of the contract, and nothing else', async () => {
		const file = write('release.yml', faulty);
		const { output, notes, exitCode } = await run([file, '--json']);
		expect(JSON.parse(output)).toEqual({
			schema: 1,
			findings: [
				{
					file,
					rule: 'unpinned-action',
					line: 13,
					column: 15,
					weight: 'look',
					message: '“some/action@v1” is named by a tag, which its owner can move to other code.',
				},
				{
					file,
					rule: 'pipe-to-shell',
					line: 14,
					column: 14,
					weight: 'look',
					message: 'A script is fetched and run at once: “curl https://a.test/i.sh | sh”.',
				},
			],
		});
		expect({ notes, exitCode }).toEqual({ notes: [], exitCode: 0 });
	});

	test('of several files is in the order in which they were named; a file that is named twice is read once', async () => {
		const [one, two] = [write('b.yml', faulty), write('a.yml', faulty)];
		const { findings } = JSON.parse((await run([one, two, one, '--json'])).output);
		expect(findings.map(({ file }: { file: string }) => file)).toEqual([one, one, two, two]);
	});
});

describe('files that cannot be read', () => {
	test('have one line each with their place, the others are still read, and the exit code is 2', async () => {
		const good = write('good.yml', faulty);
		const bad = write('bad.yml', 'on: push\njobs: {}\njobs: {}\n');
		const large = write('large.yml', `on: push\n${'# x\n'.repeat(1_300_000)}`);
		const { output, notes, exitCode } = await run([
			bad,
			good,
			large,
			join(home, 'none.yml'),
			home,
			'--json',
			'--fail-on',
			'ci',
		]);
		expect(JSON.parse(output).findings).toHaveLength(2);
		expect(notes).toEqual([
			`cannot read ${bad}, line 3, column 1: the same key is here a second time: “jobs” [yaml-duplicate-key]`,
			expect.stringMatching(
				/large\.yml, line 249999, column \d: the file is larger than the limit .*\[yaml-too-large\]$/,
			),
			`cannot read ${join(home, 'none.yml')}: there is no such file`,
			`cannot read ${home}: it is a folder`,
			'--fail-on holds: ci',
		]);
		expect(exitCode).toBe(2);
	});

	test('no text, and a bad actions.lock, are among them', async () => {
		const file = join(home, 'utf.yml');
		writeFileSync(file, Buffer.from([0xff, 0x00, 0xff]));
		expect((await run([file])).notes).toEqual([`cannot read ${file}: it is no text (UTF-8)`]);
		write('actions.lock', 'a: [');
		const { notes, exitCode, output } = await run([write('release.yml', faulty), write('more.yml', faulty)]);
		expect(notes).toEqual([expect.stringMatching(/actions\.lock, line 1, .*\[not-yaml\]$/)]);
		expect(exitCode).toBe(2);
		expect(output).toContain('some/action@v1');
	});
});

test('actions.lock beside a file counts, and is no workflow itself', async () => {
	const file = write('.github/workflows/release.yml', faulty);
	const lock = write(
		'.github/workflows/actions.lock',
		`version: v0.0.2\nworkflows:\n  .github/workflows/release.yml: [some/action@v1]\ndependencies:\n  some/action@v1: {commit: sha1-${SHA}}\n`,
	);
	const { output, notes, exitCode } = await run([file, lock, '--json']);
	expect(JSON.parse(output).findings.map(({ rule }: { rule: string }) => rule)).toEqual(['pipe-to-shell']);
	expect({ notes, exitCode }).toEqual({ notes: [], exitCode: 0 });
});

describe('text', () => {
	test('has place, reasons, defaults of the day, zizmor, the floor, mistakes and limits', async () => {
		const file = write(
			'release.yml',
			workflowOf({
				on: 'pull_request_target:',
				steps:
					'- uses: some/action@v1\n  if: github.actor == "x"\n- run: curl https://a.test/i.sh | sh\n- uses: ./.github/actions/a',
			}),
		);
		const at = async (day: string) => (await run([file, '--now', day])).output;
		const now = await at('2026-11-28');
		for (const line of [
			'  Read: “publish” publishes.',
			'  Not followed, so not read: “./.github/actions/a” (line 15).',
			'  look 12:15 “some/action@v1” is named by a tag, which its owner can move to other code. [unpinned-action]',
			"      Only if: “github.actor == 'x'” (not evaluated).",
			'  Defaults on 28 November 2026:',
			'    Since 2 November 2026, public repositories block this event, unless a policy of theirs allows it.',
			'  Alike in zizmor: unpinned-uses',
			'The practical floor',
			'  Actions of others by commit: missing',
			'Common mistakes',
		])
			expect(now.split('\n')).toContain(line);
		expect(now).toContain(`"We have SLSA Level 3" beside a script from elsewhere`);
		expect(now).toContain(`Here: “${file}:14”.`);
		expect(now).toContain('and no score');
		expect((await at('2026-10-31')).split('\n')).toContain(
			'    Until 2 November 2026, public repositories allowed this event.',
		);
	});

	test('shows ten findings of a rule, and counts the rest; JSON has all', async () => {
		const file = write('release.yml', workflowOf({ steps: '- uses: some/action@v1\n'.repeat(12) }));
		const { output } = await run([file]);
		expect(output.match(/^ {2}look .*\[unpinned-action\]$/gm)).toHaveLength(10);
		expect(output).toContain('  unpinned-action: and 2 more.');
		expect(JSON.parse((await run([file, '--json'])).output).findings).toHaveLength(12);
	});

	test('says where nothing publishes', async () => {
		const { output } = await run([write('ci.yml', 'on: push\njobs:\n  a:\n    steps: [{uses: a/b@main}]\n')]);
		expect(output).toContain('No job was seen to publish to npm, so nothing was read.');
		expect(output).toContain('No job of the files was seen to publish.');
	});
});

describe('--fail-on', () => {
	test.each([
		['look', ['look']],
		['ci,note', ['ci']],
		['pipe-to-shell,no-environment', ['pipe-to-shell']],
	])('%s', async (words, held) => {
		const { notes, exitCode } = await run([write('release.yml', faulty), '--fail-on', words]);
		expect({ notes, exitCode }).toEqual({ notes: [`--fail-on holds: ${held.join(', ')}`], exitCode: 1 });
		expect((await run([write('good.yml', workflowOf()), '--fail-on', words])).exitCode).toBe(0);
	});
	test('takes no other word', async () => {
		const file = write('release.yml', faulty);
		expect(await refusal([file, '--fail-on', 'pipe-to-shel'])).toContain('Did you mean pipe-to-shell?');
		expect(await refusal([file, '--fail-on', ''])).toContain('empty word');
	});
});

describe('a package', () => {
	const serve = async (packument: unknown) => {
		const server = await startRegistry({ example: packument });
		running.push(server);
		return ['--registry', `http://127.0.0.1:${server.port}`];
	};
	const row = { version: '1.0.0', at: '2026-01-01' };

	test.each([
		['token', {}, 'missing', 'published-by-token', 'no-provenance'],
		['a trusted publisher', { by: 'trusted', provenance: true }, 'met', 'published-by-service', 'has-provenance'],
		['staged', { by: 'staged' }, 'partly', 'published-staged', 'no-provenance'],
	] as const)('whose latest release came by %s', async (_name, how, state, code, provenance) => {
		const registry = await serve(packumentJson([row, { version: '1.1.0', at: '2026-02-01', ...how }]));
		const { output, exitCode } = await run(['--package', 'example', '--json', ...registry]);
		const { package: named, floor, findings } = JSON.parse(output);
		expect(named).toEqual({ name: 'example', version: '1.1.0' });
		expect(findings).toEqual([]);
		expect(floor.map(({ id }: { id: string }) => id)).toEqual([
			'trusted-publishing',
			'provenance',
			'no-publish-token',
			'actions-pinned',
			'publishing-held-back',
			'account',
		]);
		expect(floor[0]).toEqual({ id: 'trusted-publishing', state, seen: [{ code, what: 'example 1.1.0' }] });
		expect(floor[1]).toMatchObject({ seen: [{ code: provenance }] });
		expect(floor[2]).toEqual({ id: 'no-publish-token', state: 'unseen', seen: [{ code: 'no-file-read' }] });
		expect(exitCode).toBe(0);
	});

	test('of which a mirror leaves out the records is not said to lack them', async () => {
		const bare = { dist: { integrity: `sha512-${'A'.repeat(86)}==` }, _npmUser: undefined };
		const registry = await serve(packumentJson([{ ...row, manifest: bare }]));
		const { output } = await run(['--package', 'example', '--json', ...registry]);
		const unsigned = expect.arrayContaining([{ code: 'answer-unsigned' }]);
		expect(JSON.parse(output).floor.slice(0, 2)).toEqual([
			{ id: 'trusted-publishing', state: 'unseen', seen: unsigned },
			{ id: 'provenance', state: 'unseen', seen: unsigned },
		]);
	});

	test.skipIf(!existsSync(RECORD))('whose record holds: what the public log shows of it', async () => {
		const record = JSON.parse(readFileSync(RECORD, 'utf8'));
		const payloads = record.attestations.map((one: { bundle: { dsseEnvelope: { payload: string } } }) =>
			JSON.parse(atob(one.bundle.dsseEnvelope.payload)),
		);
		const integrity = `sha512-${Buffer.from(payloads[0].subject[0].digest.sha512, 'hex').toString('base64')}`;
		const provenance = { predicateType: 'https://slsa.dev/provenance/v1' };
		const manifest = {
			name: 'sigstore',
			version: '2.3.1',
			dist: { integrity, attestations: { url: 'https://a.test/', provenance } },
		};
		const packument = packumentJson([{ version: '2.3.1', at: '2024-05-21', manifest }], 'sigstore');
		const server = await startRegistry({ sigstore: packument, '2.3.1': manifest, 'sigstore@2.3.1': record });
		running.push(server);
		const { output } = await run(['--package', 'sigstore', '--registry', `http://127.0.0.1:${server.port}`]);
		expect(output).toContain('The public log shows this of “sigstore” “2.3.1” to everybody, for good');
		expect(output).toContain('  Repository: https://github.com/sigstore/sigstore-js\n');
		expect(output).toMatch(/^ {2}Commit: [0-9a-f]{40}$/m);
	});

	test('beside its workflow, as text that names the mirror and the mistakes', async () => {
		const registry = await serve(packumentJson([{ ...row, by: 'trusted', provenance: true }]));
		const { output } = await run([write('release.yml', faulty), '--package', 'example', ...registry]);
		expect(output).toContain('The registry names a trusted publisher for “example 1.0.0”.');
		expect(output).toContain('A badge taken for approval');
		expect(output).toContain('The public log: there is no record of “example” “1.0.0” that was checked');
		expect(output).toContain(`The registry asked was ${registry[1]}/ (--registry).`);
	});

	test('that is none, or cannot be had', async () => {
		const registry = await serve(404);
		expect(await refusal(['--package', 'a b', ...registry])).toContain('--package is no name of a package: a b');
		expect(await refusal(['--package', 'example', ...registry])).toContain('[release-not-found]');
		expect(await refusal(['--package', 'example', ...(await serve({ name: 'example', versions: {} }))])).toContain(
			'the registry lists no latest release',
		);
		expect(await refusal([])).toContain('name workflow files, or a package');
	});
});

test('the help names each rule', () => {
	for (const rule of RULE_IDS) expect(PREFLIGHT_HELP).toContain(rule);
});
