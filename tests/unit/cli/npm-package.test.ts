/** Tests of the npm package: what is in it, and that it runs by npx from its archive in an empty folder as a clone does. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUDIT } from '../../../cli/audit.ts';
import { answerInspect, INSPECT } from '../../../cli/inspect.ts';
import { COMMANDS, helpOf, MAIN_HELP } from '../../../cli/main.ts';
import { answerPreflight } from '../../../cli/preflight.ts';
import { buildNpmPackage, packageJsonOf, packNpmPackage } from '../../../scripts/npm-package.ts';
import { auditOf, auditRow } from '../../fixtures/audits.ts';
import { trustRootFile } from '../../fixtures/minted.ts';
import { REPORTS } from '../../fixtures/reports.ts';
import { workflowOf } from '../../fixtures/workflows.ts';
import { startAuthority } from '../../support/authority.ts';
import { mintRelease } from '../../support/mint.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const DATA = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'npm-package-'));
const empty = join(home, 'empty');
const built = join(home, 'built');
let archive: string;
beforeAll(async () => {
	mkdirSync(empty);
	await buildNpmPackage(built);
	archive = packNpmPackage(built, home);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true }));

const write = (name: string, content: string | Uint8Array) => {
	const file = join(home, name);
	writeFileSync(file, content);
	return file;
};
const read = (name: string) => readFileSync(join(built, name), 'utf8');

/** Runs the archive by npx in the empty folder, without network, as npm's user would: this project's Node and settings are not there. */
async function npx(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
	const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|VITEST|INIT_CWD)/i.test(name));
	const env = { ...Object.fromEntries(own), npm_config_cache: join(home, 'cache'), npm_config_offline: 'true' };
	// An absolute path would be taken for a program's.
	const command = ['--yes', `../${basename(archive)}`, ...args];
	try {
		return {
			code: 0,
			...(await promisify(execFile)('npx', command, { cwd: empty, env, shell: process.platform === 'win32' })),
		};
	} catch (error) {
		const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
		return { code, stdout, stderr };
	}
}

describe('what is in it', () => {
	test('one bundled file, its licences, README and schemas', () => {
		expect(readdirSync(built).toSorted()).toEqual([
			...['LICENSE', 'LICENSES.txt', 'README.md', 'package.json', 'schemas', 'stamp-of-origin.js'],
		]);
		expect(read('LICENSES.txt')).toMatch(/^@sigstore\/verify 4\.\d+\.\d+ \(Apache-2\.0\)$/m);
		expect(read('README.md')).toContain('npx stamp-of-origin audit');
	});

	test('a package.json of its own, without dependencies; the root stays private', () => {
		const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
		const packed = JSON.parse(read('package.json'));
		expect(own.private).toBe(true);
		expect(packed).toMatchObject({
			name: 'stamp-of-origin',
			version: own.version,
			license: own.license,
			bin: { 'stamp-of-origin': 'stamp-of-origin.js' },
			engines: { node: '>=22' },
		});
		for (const name of ['private', 'dependencies', 'scripts', 'devDependencies'])
			expect(packed).not.toHaveProperty(name);
	});

	test("the addresses that the root's package.json has, and no others", () => {
		const own = { name: 'a', version: '1.0.0', license: 'MIT' };
		const repository = { type: 'git', url: 'git+https://registry.test/owner/name.git' };
		const addresses = { repository, homepage: 'https://home.test', bugs: 'https://bugs.test' };
		expect(packageJsonOf({ ...own, ...addresses })).toMatchObject(addresses);
		for (const name of Object.keys(addresses)) expect(packageJsonOf(own)).not.toHaveProperty(name);
	});

	test("nothing of a Node newer than the oldest that it is for, and of Node's crypto hashes and an audit's answers alone", () => {
		const text = read('stamp-of-origin.js');
		const imports = [...text.matchAll(/^import (.+) from "(.+)";$/gm)].map(([, what, from]) => `${what} from ${from}`);
		for (const one of imports) expect(one).toMatch(/ from node:/);
		const ofCrypto = '{ constants, createHash, createPublicKey, verify } from node:crypto';
		expect(imports.filter((one) => one.endsWith('crypto'))).toEqual([ofCrypto]);
		expect(text).not.toMatch(/__require\("(node:)?(crypto|util)"\)/);
		// What Node 22 has not cannot be imported by name, or nothing would start.
		expect(text).not.toMatch(/import \{[^}]*(setGlobalProxyFromEnv|CACertificates)/);
	});
});

describe('by npx in an empty folder', () => {
	test('--help, --version, and a word that is no command', async () => {
		expect(await npx('--help')).toMatchObject({ code: 0, stdout: `${MAIN_HELP}\n` });
		expect((await npx('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
		const wrong = await npx('inspekt');
		expect(wrong).toMatchObject({ code: 2, stdout: '' });
		expect(wrong.stderr).toContain('Did you mean inspect?');
	});

	test.each([INSPECT, AUDIT])('$name --help', async (command) => {
		const { code, stdout } = await npx(command.name, '--help');
		expect(stdout).toBe(`${helpOf(command)}\n`);
		expect(stdout).toContain(`Usage: stamp-of-origin ${command.name} `);
		expect(code).toBe(0);
	});

	test('inspect of files, by a trust root of our own, says what a clone says', async () => {
		const authority = await startAuthority();
		const { name, version, tarball = new Uint8Array(), attestations } = await mintRelease(authority, {});
		const args = [
			`${name}@${version}`,
			...['--tarball', write('a.tgz', tarball), '--attestations', write('a.json', JSON.stringify(attestations))],
			...['--trusted-root', write('root.json', JSON.stringify(trustRootFile(authority)))],
			...['--now', '2026-11-28', '--json'],
		];
		const { stdout, code } = await npx('inspect', ...args);
		expect(JSON.parse(stdout)).toMatchObject({ schema: 1, verdict: 'confirmed', release: { name, version } });
		expect(stdout).toBe(`${(await answerInspect(args)).output}\n`);
		expect(code).toBe(0);
	});

	test.skipIf(!existsSync(DATA))(
		"inspect of a real release's files, by the embedded trust root, says what a clone says",
		async () => {
			const args = [
				'sigstore@2.3.1',
				...['--tarball', join(DATA, 'tarballs/sigstore@2.3.1.tgz')],
				...['--attestations', join(DATA, 'attestations/sigstore@2.3.1.json'), '--now', '2026-11-28', '--json'],
			];
			const { stdout } = await npx('inspect', ...args);
			expect(JSON.parse(stdout).identity.repository).toBe('https://github.com/sigstore/sigstore-js');
			expect(stdout).toBe(`${(await answerInspect(args)).output}\n`);
		},
	);

	test('preflight of a file, with the exit code of --fail-on', async () => {
		const file = write('release.yml', workflowOf({ steps: '- uses: some/action@v1' }));
		const { stdout, stderr, code } = await npx('preflight', file, '--json', '--fail-on', 'ci');
		expect(stdout).toBe(`${(await answerPreflight([file, '--json'])).output}\n`);
		expect(stderr).toContain('--fail-on holds: ci');
		expect(code).toBe(1);
	});

	test('audit of a lockfile in threads, which start from the same file', async () => {
		const packages = Object.fromEntries(
			Array.from({ length: 80 }, (_, at) => [`node_modules/gone-${at}`, { version: '1.0.0' }]),
		);
		const file = write('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } }));
		const { stdout, stderr, code } = await npx('audit', file, '--json', '--offline');
		expect(stderr).toBe('');
		const { counts, lockfile } = JSON.parse(stdout);
		expect({ code, counts, lockfile }).toMatchObject({
			...{ code: 0, counts: { unknown: 80, notCovered: 0 } },
			lockfile: { packages: 80, isWithoutHashes: true },
		});
	});

	test('audit --merge of results', async () => {
		const audit = auditOf([auditRow('lost')]);
		const { stdout, code } = await npx('audit', '--merge', write('part.json', JSON.stringify(audit)), '--json');
		expect(JSON.parse(stdout)).toEqual(audit);
		expect(code).toBe(0);
	});
});

describe('schemas', () => {
	const isValid = (name: string, value: unknown) => {
		const check = new Ajv2020({ strict: false }).compile(JSON.parse(read(`schemas/${name}.schema.json`)));
		return check(JSON.parse(JSON.stringify(value)));
	};

	test('take every Report, and none without a verdict or with one that there is not', () => {
		for (const report of Object.values(REPORTS)) expect(isValid('report', report), report.verdict).toBe(true);
		const { verdict: _verdict, ...without } = REPORTS.confirmed as never as Record<string, unknown>;
		expect(isValid('report', without)).toBe(false);
		expect(isValid('report', { ...without, verdict: 'fine' })).toBe(false);
	});

	test('take two releases side by side', () => {
		const [from, to] = [REPORTS.confirmed, REPORTS.lost];
		const differences = [{ field: 'verdict', before: 'confirmed', now: 'lost', saidBy: 'here' }];
		expect(isValid('side-by-side', { schema: 1, from, to, differences })).toBe(true);
		expect(isValid('side-by-side', { schema: 1, from, to, differences: [{ field: 'odd', saidBy: 'here' }] })).toBe(
			false,
		);
	});

	test('take audits, and none with a place that cannot be', () => {
		const audit = auditOf(
			Object.keys(REPORTS).map((name) => auditRow(name)),
			{ left: 3, shard: { part: 1, of: 2 } },
		);
		expect(isValid('audit', audit)).toBe(true);
		expect(isValid('audits', { schema: 1, audits: [audit, audit] })).toBe(true);
		expect(isValid('audit', auditOf([auditRow('none', { line: 0 })]))).toBe(false);
		expect(isValid('audits', { schema: 1, audits: [{}] })).toBe(false);
	});

	test('take what preflight and verify-bundle print', async () => {
		const file = write('faulty.yml', workflowOf({ steps: '- uses: some/action@v1' }));
		const printed = JSON.parse((await answerPreflight([file, '--json'])).output);
		expect(isValid('preflight', printed)).toBe(true);
		expect(
			isValid('preflight', {
				...printed,
				floor: [{ id: 'account', state: 'unseen', seen: [{ code: 'cannot-be-seen' }] }],
			}),
		).toBe(true);
		expect(isValid('preflight', { schema: 1 })).toBe(false);
		expect(isValid('verify-bundle', { holds: true })).toBe(true);
		expect(isValid('verify-bundle', { holds: false, failure: { code: 'signature-invalid' } })).toBe(true);
		expect(isValid('verify-bundle', { holds: false })).toBe(false);
	});
});

test('every command has its name, its help and its script', () => {
	const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	for (const { name, help } of COMMANDS) {
		expect(help).toContain(`npm run -s ${name} --`);
		expect(scripts[name]).toMatch(new RegExp(` cli/${name}\\.ts$`));
		expect(MAIN_HELP).toContain(`  ${name} `);
	}
});
