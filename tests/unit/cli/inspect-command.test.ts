/** Tests of `npm run -s inspect` as a command: what it asks of whom, what it prints, and what it ends with. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CI_WORDS, heldWords, readFailOn } from '../../../cli/fail-on.ts';
import { answerInspect, INSPECT_HELP, INSPECT_OPTIONS } from '../../../cli/inspect.ts';
import { describeError, UsageError } from '../../../cli/usage.ts';
import { VERIFY_BUNDLE_HELP, VERIFY_BUNDLE_OPTIONS } from '../../../cli/verify-bundle.ts';
import { NPM_SITE } from '../../../lib/npm/hosts.ts';
import type { Report } from '../../../lib/report/report.ts';
import { VERDICTS } from '../../../lib/report/verdict.ts';
import seed from '../../../lib/sigstore/seed.json' with { type: 'json' };
import { type Loopback, startRegistry, startTunnels } from '../../fixtures/loopback.ts';
import { REPORTS } from '../../fixtures/reports.ts';
import { selfSignedTls } from '../../support/certificate.ts';

let home: string;
const running: Loopback<unknown>[] = [];
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'inspect-'));
});
afterEach(() => {
	for (const server of running.splice(0)) server.close();
	rmSync(home, { recursive: true });
});

async function registry(...options: Parameters<typeof startRegistry>) {
	const server = await startRegistry(...options);
	running.push(server);
	return server;
}

const write = (name: string, content: string | Uint8Array) => {
	const file = join(home, name);
	writeFileSync(file, content);
	return file;
};
const run = (argv: string[], env: Record<string, string> = {}) => answerInspect(argv, { env, cwd: home, home });
/** What the command says on the error stream where it refuses. */
const refusal = (argv: string[], env: Record<string, string> = {}) =>
	run(argv, env).then(
		() => 'not refused',
		(error: unknown) => describeError(error, INSPECT_HELP),
	);
const reportOf = async (argv: string[], env: Record<string, string> = {}): Promise<Report> =>
	JSON.parse((await run([...argv, '--json'], env)).output);
const details = ({ claims }: Report) =>
	claims.flatMap((claim) => ('failure' in claim ? [`${claim.failure.code}: ${claim.failure.detail}`] : []));

describe('the registry', () => {
	test('of .npmrc is asked below its path, with the token of that path', async () => {
		const { port, seen } = await registry();
		write('.npmrc', `registry=http://127.0.0.1:${port}/repo/\r\n//127.0.0.1:${port}/repo/:_authToken=secret\r\n`);
		const { output } = await run(['plain@1.0.0']);
		expect(output).toMatch(/^none: /);
		expect(output).toContain(`The registry asked was http://127.0.0.1:${port}/repo/ (${join(home, '.npmrc')}).`);
		expect(output).not.toContain('secret');
		expect(seen.length).toBeGreaterThanOrEqual(4);
		for (const { path, authorization } of seen) {
			expect(path).toMatch(/^\/repo\//);
			expect(authorization).toBe('Bearer secret');
		}
	});

	test('of another path gets no token, nor does one that an answer points to', async () => {
		const other = await registry();
		const { port, seen } = await registry({ '1.0.0': `http://127.0.0.1:${other.port}/plain/1.0.0` });
		write('.npmrc', `//127.0.0.1:${port}/repo/:_authToken=secret\n//127.0.0.1:${port}/own/:_authToken=secret`);
		await run(['plain@1.0.0', '--registry', `http://127.0.0.1:${port}/other/`]);
		expect(seen.length).toBeGreaterThan(0);
		expect(seen.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
		const redirected = await reportOf(['plain@1.0.0', '--registry', `http://127.0.0.1:${port}/own`]);
		expect(seen.at(-1)?.authorization).toBe('Bearer secret');
		expect(details(redirected)[0]).toMatch(/^foreign-redirect/);
		expect(other.seen).toEqual([]);
	});

	test('over TLS: through a proxy, under the authority of cafile, or unchecked', async () => {
		const tls = await selfSignedTls(['registry.test', 'localhost']);
		const { port } = await registry({}, tls);
		const tunnels = await startTunnels();
		running.push(tunnels);
		const env = { HTTPS_PROXY: `http://us%40er:pass@127.0.0.1:${tunnels.port}` };
		const base = `registry=https://registry.test:${port}\n`;
		write('.npmrc', base);
		const refused = await reportOf(['plain'], env);
		expect(refused.verdict).toBe('unknown');
		expect(details(refused)[0]).toMatch(/^registry-unreachable: .*self.signed certificate/);
		write('.npmrc', `${base}cafile=${write('ca.pem', tls.cert)}`);
		expect((await reportOf(['plain'], env)).verdict).toBe('none');
		expect(new Set(tunnels.seen.map(({ to, authorization }) => `${to} ${authorization}`))).toEqual(
			new Set([`registry.test:${port} Basic ${btoa('us@er:pass')}`]),
		);
		// npm's own list of hosts without a proxy goes before the one of other programs, which Node would read by itself.
		vi.stubEnv('NO_PROXY', 'registry.test');
		const lists = { ...env, NO_PROXY: 'registry.test', npm_config_noproxy: 'other.test' };
		expect((await reportOf(['plain'], lists)).verdict).toBe('none');
		vi.unstubAllEnvs();
		// What was set for one command holds for no other.
		write('.npmrc', base);
		expect((await reportOf(['plain'], env)).verdict).toBe('unknown');
		write('.npmrc', `${base}strict-ssl=false`);
		const unchecked = await run(['plain'], env);
		expect(unchecked.output).toMatch(/^none: /);
		expect(unchecked.output).toContain('strict-ssl=false');
		const asked = tunnels.seen.length;
		write('.npmrc', `registry=https://localhost:${port}/\ncafile=${join(home, 'ca.pem')}`);
		expect((await reportOf(['plain'], { ...env, NO_PROXY: 'localhost' })).verdict).toBe('none');
		expect(tunnels.seen).toHaveLength(asked);
	});

	test('a mirror that lists attestations and does not serve them is named as the ordinary reason', async () => {
		const provenance = { predicateType: 'https://slsa.dev/provenance/v1' };
		const dist = {
			integrity: `sha512-${'A'.repeat(86)}==`,
			attestations: { url: 'https://elsewhere.test', provenance },
		};
		const { port } = await registry({ '1.0.0': { name: 'plain', version: '1.0.0', dist } });
		const { output } = await run(['plain@1.0.0', '--registry', `http://127.0.0.1:${port}`]);
		expect(output).toMatch(/^unknown: .* does not serve them\.$/m);
		expect(output).toContain(
			`The mirror “http://127.0.0.1:${port}/” was asked, and many mirrors list attestations without`,
		);
	});

	test('a proxy that refuses is said, without what was told it', async () => {
		const { port } = await registry();
		const proxy = await startTunnels(407);
		running.push(proxy);
		const env = { HTTP_PROXY: `http://user:secret@127.0.0.1:${proxy.port}` };
		const { output } = await run(['plain', '--registry', `http://127.0.0.1:${port}`], env);
		expect(output).toMatch(/^unknown: /);
		expect(output).toContain('(“fetch failed: Proxy response (407)');
		expect(output).not.toMatch(/secret|dXNlcjpzZWNyZXQ/);
	});

	test('a package of a scope at another registry is not judged', async () => {
		write('.npmrc', '@scope:registry=https://elsewhere.test/');
		expect(await refusal(['@scope/plain'])).toMatch(/^@scope\/plain comes from another registry, https:\/\/elsewhere/);
	});
});

describe('what is named', () => {
	let mirror: string[];
	beforeEach(async () => {
		mirror = ['--registry', `http://127.0.0.1:${(await registry()).port}`];
	});

	test.each([
		['plain'],
		['plain@^1'],
		['pkg:npm/plain@1.0.0'],
		['pkg:npm/%40scope/plain@1.0.0'],
		[`${NPM_SITE}/package/@scope/plain/v/1.0.0`],
		['npm install --save-dev plain'],
		['npm', 'install', 'plain'],
	])('%s %s %s is one package', async (...words) => {
		const { release } = await reportOf([...(words as string[]), ...mirror]);
		expect(release.name).toMatch(/plain$/);
		expect(release.version).toBe('1.0.0');
	});

	test.each([
		[[], /^name one package/],
		[['a', 'b@2'], /^name exactly one package; this names 2: a@latest, b@2 /],
		[['npm i a b c d e f g'], /this names 7: a@latest, .* and 2 more/],
		[['pkg:npm/a@1.0.0?repository_url=https://elsewhere.test'], /Not looked up: “pkg:npm\/a.*another registry/],
		[['pkg:npm/a@1.0.0?repository_url=https://elsewhere.test', 'b'], /this names 2: b@latest, pkg:npm\/a/],
		[['../a'], /No package can be read in “\.\.\/a”/],
		[['plain', './file'], /No package can be read in “\.\/file”.*plain@latest/],
		[['\u001b[31m!\u202e'], /\\u001b\[31m!\\u202e/],
	] as [string[], RegExp][])('%j is refused', async (words, said) => {
		const line = await refusal([...words, ...mirror]);
		expect(line).toMatch(said);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
		expect(line).not.toMatch(/[\u0000-\u001f\u202e]/);
	});

	test('within one pasted line, what is no package is noted', async () => {
		const { notes, exitCode } = await run(['cd app && npm install plain', ...mirror]);
		expect(notes).toEqual([expect.stringContaining('cd app')]);
		expect(exitCode).toBe(0);
	});
});

describe('options', () => {
	test.each(['--lok', '--gthub', '--rkor', '--jsn'])('%s is none', async (option) => {
		expect(await refusal(['plain', option, 'x'])).toMatch(new RegExp(`^there is no option ${option}\\.`));
	});

	test('one that is misspelt is told the one that may be meant', async () => {
		expect(await refusal(['plain', '--polcy', 'x'])).toBe('there is no option --polcy. Did you mean --policy?');
		expect(await refusal(['plain', '--policy'])).toMatch(/'--policy <value>' argument missing \(see --help\)$/);
		expect(await refusal(['plain', '--fail-on', 'lost,mismach'])).toMatch(/"mismach".* Did you mean mismatch\?/);
		expect(await refusal(['plain', '--fail-on', 'not-comparedd'])).toContain('Did you mean not-compared?');
		expect(await refusal(['plain', '--fail-on', 'repositry-differs'])).toContain('Did you mean repository-differs?');
		expect(await refusal(['plain', '--fail-on', 'xyzzy'])).not.toContain('Did you mean');
		expect(await refusal(['plain', '--fail-on', 'lost,'])).toContain('empty');
	});

	test.each([
		['inspect', INSPECT_HELP, INSPECT_OPTIONS],
		['verify-bundle', VERIFY_BUNDLE_HELP, VERIFY_BUNDLE_OPTIONS],
	])(
		'%s --help names every option and exit code, and what to use in continuous integration',
		(_name, help, options) => {
			for (const option of [...Object.keys(options), 'help']) expect(help).toContain(`--${option} `);
			const named = new Set(help.match(/--[a-z][a-z-]*/g));
			expect([...named].sort()).toEqual(
				[...Object.keys(options), 'help', 'fail-on']
					.map((one) => `--${one}`)
					.filter((one, at, all) => all.indexOf(one) === at)
					.sort(),
			);
			for (const code of [0, 1, 2, 130]) expect(help).toMatch(new RegExp(`^  ${code}  `, 'm'));
			expect(help).toContain('In continuous integration: ');
			for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(130);
		},
	);

	test('inspect --help names the set for continuous integration', () => {
		expect(INSPECT_HELP).toContain('--fail-on ci');
		for (const verdict of VERDICTS) expect(INSPECT_HELP).toContain(verdict);
	});
});

describe('--fail-on', () => {
	const failsOn = (words: string, report: Report) => heldWords(readFailOn([words]), report);

	test.each(Object.entries(REPORTS))('%s', (_name, report) => {
		for (const verdict of VERDICTS)
			expect(failsOn(verdict, report)).toEqual(verdict === report.verdict ? [verdict] : []);
		for (const { code } of report.findings) expect(failsOn(code, report)).toEqual([code]);
		const isWarned = report.findings.some(({ warning }) => warning);
		expect(failsOn('warning', report)).toEqual(isWarned ? ['warning'] : []);
		const isCompared = report.history?.state === 'compared';
		expect(failsOn('not-compared', report)).toEqual(isCompared ? [] : ['not-compared']);
		const isCalm = ['none', 'confirmed'].includes(report.verdict) && !isWarned;
		expect(failsOn('ci', report).length === 0).toBe(isCalm);
	});

	test('takes several lists, each word once', () => {
		expect(readFailOn(['ci, none', 'lost', 'custom-trust-root'])).toEqual([...CI_WORDS, 'none', 'custom-trust-root']);
	});

	test('decides the exit code, and nothing else does', async () => {
		const { port } = await registry();
		const none = ['plain', '--registry', `http://127.0.0.1:${port}`];
		expect(await run(none)).toMatchObject({ exitCode: 0, notes: [] });
		expect(await run([...none, '--fail-on', 'ci'])).toMatchObject({ exitCode: 0, notes: [] });
		expect(await run([...none, '--fail-on', 'lost', '--fail-on', 'none'])).toMatchObject({
			exitCode: 1,
			notes: ['--fail-on holds: none'],
		});
		const broken = ['plain', '--registry', `http://127.0.0.1:${(await registry({ latest: 500 })).port}`];
		expect((await run(broken)).exitCode).toBe(0);
		expect(await run([...broken, '--fail-on', 'ci'])).toMatchObject({
			exitCode: 1,
			notes: ['--fail-on holds: unknown'],
		});
		expect((await run([...broken, '--fail-on', 'not-compared'])).exitCode).toBe(1);
	});
});

describe('what is printed', () => {
	const HOSTILE = 'a\u001b[2J\u009b1m\u202e\u2066\u200b\u00ad\ufe0f\u{e0041}\r\nconfirmed: all is well\u2028b';

	test('text from outside is escaped, on one line; the JSON stays the same', async () => {
		const mirror = (await registry({ '1.0.0': { name: HOSTILE, version: '1.0.0', dist: {} } })).port;
		const asked = ['plain@1.0.0', '--registry', `http://127.0.0.1:${mirror}`];
		const { output } = await run(asked);
		expect(output).toContain('a\\u001b[2J\\u009b1m\\u202e\\u2066\\u200b\\u00ad\\ufe0f\\u{e0041}\\u000d\\u000a');
		const json = (await run([...asked, '--json'])).output;
		for (const text of [output, json]) {
			expect(text).not.toMatch(/[^\P{C}\n]|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}/u);
			expect(text).not.toMatch(/^confirmed/m);
		}
		expect(details(JSON.parse(json))[0]).toContain(HOSTILE);
	});

	test('the trust root and its age', async () => {
		const mirror = ['--registry', `http://127.0.0.1:${(await registry()).port}`];
		const later = new Date(Date.parse(seed.takenAt) + 10 * 86_400_000).toISOString();
		const { output } = await run(['plain', ...mirror, '--now', later]);
		expect(output).toMatch(/^Trust root: .*embedded.*, 10 days old\.$/m);
		expect(output).toContain(`Checked at ${later}.`);
	});
});

describe('files', () => {
	const policy = { version: 1, rows: [{ package: 'plain', provenance: 'required' }] };
	/** The same text as different programs write it. */
	const writings: [string, (text: string) => Uint8Array][] = [
		['as it is', (text) => Buffer.from(text)],
		['with line ends of Windows', (text) => Buffer.from(text.replaceAll('\n', '\r\n'))],
		['with a mark', (text) => Buffer.from(`\ufeff${text}`)],
		['in UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
		['in UTF-16, the other way round', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
	];

	test.each(writings)('%s: allowlist, trust root and attestations are read', async (_how, bytes) => {
		const json = (name: string, value: unknown) => write(name, bytes(JSON.stringify(value, null, 2)));
		const tarball = write('plain.tgz', 'bytes');
		const report = await reportOf([
			'plain@1.0.0',
			...['--policy', json('policy.json', policy)],
			...['--trusted-root', json('root.json', { ...seed.trustedRoot, npmKeys: seed.npmKeys })],
			...['--attestations', json('attestations.json', { attestations: [] }), '--tarball', tarball],
		]);
		expect(report.verdict).toBe('not-allowed');
		expect(report.trustRoot.source).toBe('custom');
		// What files lack is not said of the registry.
		expect(report.history).toMatchObject({ state: 'not-compared', failure: { code: 'files-only' } });
		expect(report.claims.find(({ id }) => id === 'registry-signed')).toMatchObject({ failure: { code: 'files-only' } });
		const codes = report.findings.map(({ code }) => code);
		expect(codes).toContain('file-hashed-unlisted');
		expect(codes).not.toContain('registry-signature-missing');
	});

	test('a path with backslashes is found', async () => {
		const { port } = await registry();
		const file = write('policy.json', JSON.stringify(policy)).replaceAll('/', '\\');
		const report = await reportOf(['plain', '--registry', `http://127.0.0.1:${port}`, '--policy', file]);
		expect(report.verdict).toBe('not-allowed');
	});

	test.each(['--policy', '--trusted-root'])(
		'%s that cannot be read is said in one line, with its place',
		async (option) => {
			const asked = (file: string) => refusal(['plain', option, file]);
			expect(await asked(join(home, 'missing'))).toBe(
				`cannot read ${join(home, 'missing')}: there is no such file (see --help)`,
			);
			expect(await asked(home)).toContain('it is a folder');
			expect(await asked(write('bytes', Buffer.from([0x7b, 0xff, 0xfe])))).toContain('it is no text (UTF-8)');
			expect(await asked(write('broken', '{\r\n"version": 1,\r\n}'))).toMatch(/broken: not-json: line 3/);
			expect(await asked(write('line\nend', '[]'))).toMatch(/line\\u000aend: wrong-shape: line 1/);
		},
	);

	test('attestations and file: together, of an exact version, and JSON', async () => {
		const file = write('file', '[');
		expect(await refusal(['plain@1.0.0', '--tarball', file])).toContain('--attestations and --tarball go together');
		expect(await refusal(['plain@1.0.0', '--attestations', file, '--tarball', file])).toContain('it is not JSON');
		expect(await refusal(['plain', '--attestations', write('json', '{}'), '--tarball', file])).toContain(
			'name an exact version',
		);
	});
});

describe('the process', () => {
	const root = fileURLToPath(new URL('../../..', import.meta.url));
	const RUN = [process.execPath, '--import', join(root, 'scripts/hooks.ts'), join(root, 'cli/inspect.ts')];
	const NPM = ['npm', 'run', '-s', 'inspect', '--'];

	interface Ended {
		code: number | null;
		stdout: string;
		stderr: string;
	}
	/** Runs a command to its end, with colours asked for; `during` gets the process. */
	function end(command: string[], during: (child: ReturnType<typeof spawn>) => void = () => undefined): Promise<Ended> {
		const [file = '', ...args] = command;
		const child = spawn(file, args, {
			cwd: root,
			env: { ...process.env, FORCE_COLOR: '1' },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const said = { stdout: '', stderr: '' };
		for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (data) => (said[name] += data));
		during(child);
		return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })));
	}

	test('--help goes to standard output with 0, bad usage to the error stream with 2, both through npm', async () => {
		expect(await end([...NPM, '--help'])).toEqual({ code: 0, stdout: `${INSPECT_HELP}\n`, stderr: '' });
		const bad = await end([...NPM, 'plain', '--now', 'soon']);
		expect(bad).toMatchObject({ code: 2, stdout: '' });
		expect(bad.stderr).toMatch(/^--now is no ISO time.*\n$/);
	});

	test('a reader that has enough ends it quietly; the exit code stays', async () => {
		const { port } = await registry();
		const asked = ['plain', '--json', '--registry', `http://127.0.0.1:${port}`];
		const closed = (child: ReturnType<typeof spawn>) => child.stdout?.destroy();
		expect(await end([...RUN, ...asked], closed)).toEqual({ code: 0, stdout: '', stderr: '' });
		const failing = await end([...RUN, ...asked, '--fail-on', 'none'], closed);
		expect(failing).toEqual({ code: 1, stdout: '', stderr: '--fail-on holds: none\n' });
	});

	test.each([
		'throw new Error("odd")',
		'setTimeout(() => { throw new Error("odd") }); setInterval(() => undefined, 1000);',
		'void Promise.reject(new Error("odd"))',
	])('%s ends with 2, and one line', async (fault) => {
		const usage = JSON.stringify(new URL('../../../cli/usage.ts', import.meta.url).href);
		const script = `const { runCommand } = await import(${usage}); await runCommand('', async () => { ${fault} });`;
		const ended = await end([process.execPath, '--input-type=module', '-e', script]);
		expect(ended).toMatchObject({ code: 2, stdout: '' });
		expect(ended.stderr).toMatch(/^failed in a way that is not foreseen: odd \(at .*\)\n$/);
	});

	test.each([
		['SIGINT', 130],
		['SIGTERM', 143],
	] as const)('%s reaches the command, and ends with %i', async (signal, code) => {
		const { port, seen } = await registry({ latest: 'never' });
		const ended = await end([...RUN, 'plain', '--registry', `http://127.0.0.1:${port}`], (child) => {
			const timer = setInterval(() => {
				if (seen.length === 0) return;
				clearInterval(timer);
				child.kill(signal);
			}, 20);
		});
		expect(ended).toEqual({ code, stdout: '', stderr: '' });
	});
});

test('what is not foreseen is said in one line with its place, and is no exit code 1', () => {
	const line = describeError(new TypeError('odd\u001b[31m\nand more'), INSPECT_HELP);
	expect(line).toMatch(/: odd\\u001b\[31m\\u000aand more \(at .*inspect-command\.test\.ts/);
	expect(describeError(new UsageError('a'.repeat(10_000)), INSPECT_HELP).length).toBeLessThan(700);
});
