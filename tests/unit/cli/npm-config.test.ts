/** Tests of npm's configuration as the command reads it: which registry, token, proxy and authorities hold, and what is said where not. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRegistryAccess } from '../../../cli/npm-config.ts';
import { UsageError } from '../../../cli/usage.ts';
import { REGISTRY } from '../../../lib/npm/hosts.ts';
import { pem } from '../../support/certificate.ts';

const MIRROR = 'https://mirror.test/npm';
let folder: string;
let cwd: string;
let home: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'npm-config-'));
	[cwd, home] = [join(folder, 'project/src'), join(folder, 'home')];
	mkdirSync(cwd, { recursive: true });
	mkdirSync(home);
	writeFileSync(join(folder, 'project/package.json'), '{}');
});
afterEach(() => rmSync(folder, { recursive: true }));

const project = (text: string) => writeFileSync(join(folder, 'project/.npmrc'), text);
const user = (text: string) => writeFileSync(join(home, '.npmrc'), text);
const read = (env: Record<string, string> = {}, name = 'plain', option?: string) =>
	readRegistryAccess(name, option, { env, cwd, home });
const refusal = (env: Record<string, string> = {}, name = 'plain', option?: string): string => {
	try {
		read(env, name, option);
	} catch (error) {
		if (error instanceof UsageError) return error.message;
	}
	throw new Error('not refused');
};

describe('which registry', () => {
	test("without any setting it is npm's own, asked directly", () => {
		expect(read()).toEqual({ base: REGISTRY, headers: {} });
	});

	test('the option goes before a variable, that before the project, the user and the machine', () => {
		writeFileSync(join(folder, 'machine'), 'registry=https://machine.test/');
		const machine = { npm_config_globalconfig: join(folder, 'machine') };
		expect(read(machine).mirror).toEqual({ address: 'https://machine.test/', place: join(folder, 'machine') });
		user('registry=https://user.test/');
		expect(read(machine).base).toBe('https://user.test');
		project('registry=https://project.test/');
		expect(read(machine).mirror).toEqual({
			address: 'https://project.test/',
			place: join(folder, 'project/.npmrc'),
		});
		const variable = { ...machine, NPM_CONFIG_REGISTRY: 'https://variable.test/' };
		expect(read(variable).base).toBe('https://variable.test');
		expect(read(variable, 'plain', MIRROR).mirror).toEqual({ address: MIRROR, place: '--registry' });
	});

	test.each(['npm_config_userconfig', 'NPM_CONFIG_USERCONFIG'])('%s names the file of the user', (variable) => {
		user('registry=https://home.test/');
		writeFileSync(join(folder, 'other'), `registry=${MIRROR}/`);
		expect(read({ [variable]: join(folder, 'other') }).base).toBe(MIRROR);
	});

	test('a file from Windows: mark, line ends, comments, quotes, spaces', () => {
		user(`\ufeffregistry = "${MIRROR}/"\r\n; a comment\r\n# and one\r\n\r\nstrict-ssl = false\r\n`);
		expect(read()).toMatchObject({ base: MIRROR, isUnchecked: true });
		writeFileSync(join(home, '.npmrc'), Buffer.from(`\ufeffregistry=${MIRROR}\r\n`, 'utf16le'));
		expect(read().base).toBe(MIRROR);
	});

	test('variables are put in; one that is not set stays, and is told by its place', () => {
		user(
			// biome-ignore lint/suspicious/noTemplateCurlyInString: as npm writes them
			'registry=https://${HOST}/${MISSING?}npm/',
		);
		expect(read({ HOST: 'mirror.test' }).base).toBe(MIRROR);
		expect(refusal()).toBe(
			`the registry's address needs a variable that is not set: \${HOST} (${join(home, '.npmrc')})`,
		);
	});

	test.each([
		['http://127.0.0.1:4873/repo/', 'http://127.0.0.1:4873/repo'],
		['http://127.8.0.1', 'http://127.8.0.1'],
		['http://[::1]:80/', 'http://[::1]'],
		['http://localhost:1/', 'http://localhost:1'],
		['http://npm.localhost', 'http://npm.localhost'],
		[`${REGISTRY}/`, REGISTRY],
		['https://mirror.test/a//', 'https://mirror.test/a'],
	])('%s may be asked', (option, base) => {
		expect(read({}, 'plain', option).base).toBe(base);
	});

	test.each([
		'http://mirror.test/',
		'http://127.0.0.1.mirror.test/',
		'http://localhost.mirror.test/',
		'ftp://127.0.0.1/',
		'mirror.test',
		'localhost:4873',
		'',
	])('"%s" may not', (option) => {
		expect(refusal({}, 'plain', option)).toContain('--registry');
	});
});

describe('in a workspace the project is the root, as npm has it', () => {
	/** The root's package.json as a text, and what is asked from a folder below it. */
	const baseIn = (root: string, path: string) => {
		cwd = join(folder, 'project', path);
		mkdirSync(cwd, { recursive: true });
		writeFileSync(join(cwd, 'package.json'), '{}');
		writeFileSync(join(folder, 'project/package.json'), root);
		project(`registry=${MIRROR}/`);
		return read().base;
	};
	const workspaces = (...list: unknown[]) => JSON.stringify({ workspaces: list });

	test("the root's scopes hold, from any folder of the workspace; the workspace's own file does not", () => {
		baseIn(workspaces('packages/*'), 'packages/a');
		project('@scope:registry=https://elsewhere.test/npm/');
		writeFileSync(join(cwd, '.npmrc'), `registry=${MIRROR}/`);
		mkdirSync(join(cwd, 'src'));
		cwd = join(cwd, 'src');
		expect(refusal({}, '@scope/plain')).toContain(join(folder, 'project/.npmrc'));
		expect(read().base).toBe(REGISTRY);
	});

	test.each([
		[workspaces('a'), 'a'],
		[workspaces('./a/'), 'a'],
		[workspaces('/a'), 'a'],
		[workspaces('packages/*'), 'packages/a'],
		[workspaces('other', 'packages/*/'), 'packages/a'],
		[workspaces('packages/**'), 'packages/a/b'],
		[workspaces('packages/**/x-*-z'), 'packages/a/x-y-z'],
		[workspaces('packages\\*'), 'packages/a'],
		[workspaces('!packages/a', 'packages/a'), 'packages/a'],
		[workspaces('packages/**', '!packages/b/**', 'packages/b/a'), 'packages/b/a'],
		['{"workspaces":{"packages":["packages/*"]}}', 'packages/a'],
		[`\ufeff${workspaces('a')}`, 'a'],
	])('%s has %s', (root, path) => {
		expect(baseIn(root, path)).toBe(MIRROR);
	});

	test.each([
		[workspaces('packages/*'), 'packages/a/b'],
		[workspaces('packages/*'), 'tools/a'],
		[workspaces('packages/*'), 'packages/.a'],
		[workspaces('packages/**'), 'packages/node_modules/a'],
		[workspaces('packages/ab*ba'), 'packages/aba'],
		[workspaces('packages/*', '!packages/a'), 'packages/a'],
		[workspaces('!packages/a', 'packages/*'), 'packages/a'],
		[workspaces('packages/**', '!packages/b/**'), 'packages/b'],
		[workspaces('packages/x.y'), 'packages/xzy'],
		[workspaces(1, null, '', '**'.repeat(20_000)), 'a'],
		[workspaces(...Array(1_000).fill('b'), 'a'), 'a'],
		[workspaces('**'), 'd/'.repeat(65)],
		['{"workspaces":true}', 'a'],
		['{"workspaces":null}', 'a'],
		['null', 'a'],
		['{"workspaces":["a"', 'a'],
		['{"workspaces":["a"]}'.padEnd(2_000_000), 'a'],
	])('%.60s does not have %s', (root, path) => {
		expect(baseIn(root, path)).toBe(REGISTRY);
	});

	test('a folder above that is no root is passed by, and so is one that has only node_modules', () => {
		writeFileSync(join(folder, 'package.json'), workspaces('project/packages/*'));
		writeFileSync(join(folder, '.npmrc'), 'registry=https://above.test');
		expect(baseIn('no JSON', 'packages/a')).toBe('https://above.test');
		rmSync(join(cwd, 'package.json'));
		mkdirSync(join(cwd, 'node_modules'));
		expect(read().base).toBe(REGISTRY);
	});
});

describe('a scope at another registry', () => {
	test('is not judged as npm’s; the option names a mirror that has it', () => {
		user('@scope:registry=https://elsewhere.test/npm/');
		const said = refusal({}, '@scope/plain');
		expect(said).toContain('@scope/plain comes from another registry, https://elsewhere.test/npm/');
		expect(said).toContain(join(home, '.npmrc'));
		expect(read({}, '@other/plain').base).toBe(REGISTRY);
		expect(read({}, 'plain').base).toBe(REGISTRY);
		expect(read({}, '@scope/plain', MIRROR).base).toBe(MIRROR);
	});

	test("is no other one where it is npm's own, or the mirror that everything comes from", () => {
		user(`registry=${MIRROR}/\n@scope:registry=${REGISTRY}\n@same:registry=${MIRROR}`);
		expect(read({}, '@scope/plain')).toEqual({ base: REGISTRY, headers: {} });
		expect(read({}, '@same/plain').base).toBe(MIRROR);
	});
});

describe('tokens', () => {
	const authorization = (settings: string, option: string, env = {}) => {
		user(settings);
		return read(env, 'plain', option).headers.authorization;
	};

	test.each([
		['//mirror.test/npm/:_authToken=secret', 'Bearer secret'],
		['//mirror.test/npm:_authToken=secret', 'Bearer secret'],
		['//mirror.test/:_authToken=secret', 'Bearer secret'],
		['//mirror.test/npm/:_auth=dTpw', 'Basic dTpw'],
		['//mirror.test/npm/:username=u\n//mirror.test/npm/:_password=cMOkc3M=', `Basic ${btoa('u:p\xc3\xa4ss')}`],
		['//mirror.test/:_authToken=far\n//mirror.test/npm/:_authToken=near', 'Bearer near'],
		// biome-ignore lint/suspicious/noTemplateCurlyInString: as npm writes them
		['//mirror.test/npm/:_authToken=${TOKEN}', 'Bearer of-variable'],
	])('%s', (settings, expected) => {
		expect(authorization(settings, MIRROR, { TOKEN: 'of-variable' })).toBe(expected);
	});

	test.each([
		['//mirror.test/npm/:_authToken=secret', 'https://mirror.test'],
		['//mirror.test/npm/:_authToken=secret', 'https://mirror.test/npmx'],
		['//mirror.test/npm/:_authToken=secret', 'https://mirror.test/other/npm'],
		['//mirror.test/npm/:_authToken=secret', 'https://mirror.test:8443/npm'],
		['//mirror.test/npm/:_authToken=secret', 'https://x.mirror.test/npm'],
		['_authToken=secret\n_auth=dTpw\nusername=u\n_password=cA==', MIRROR],
		['//mirror.test/npm/:username=u', MIRROR],
		// biome-ignore lint/suspicious/noTemplateCurlyInString: as npm writes them
		['//mirror.test/npm/:_authToken=${NOT_SET}', MIRROR],
	])('%s does not go to %s', (settings, option) => {
		expect(authorization(settings, option)).toBeUndefined();
	});

	test('of a variable, and in an address, from which it is taken out', () => {
		expect(read({ 'npm_config_//mirror.test/:_authToken': 'secret' }, 'plain', MIRROR).headers).toEqual({
			authorization: 'Bearer secret',
		});
		const access = read({}, 'plain', 'https://u%40:p@mirror.test/npm');
		expect(access).toEqual({
			base: MIRROR,
			mirror: { address: MIRROR, place: '--registry' },
			headers: { authorization: `Basic ${btoa('u@:p')}` },
		});
	});

	test('never stand in what is said', () => {
		for (const option of [
			'http://u:secret@mirror.test/',
			'https://u:secret@mirror.test:x/',
			'https://u:sec/secret@mirror.test/',
			'u:secret@mirror.test',
			'https://u:%zz-secret@mirror.test/',
		])
			expect(refusal({}, 'plain', option)).not.toContain('secret');
		user('//mirror.test/:_authToken="secret\\nx-other: header"');
		expect(refusal({}, 'plain', MIRROR)).not.toContain('secret');
		user('');
		expect(refusal({ HTTPS_PROXY: 'socks5://u:secret@proxy.test' })).not.toContain('secret');
		// biome-ignore lint/suspicious/noTemplateCurlyInString: as npm writes them
		user('registry=https://mirror.test/${TOKEN}/?key=secret');
		expect(JSON.stringify(read({ TOKEN: 'secret' }).mirror)).not.toContain('secret');
	});
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: as npm writes them
describe("variables in a project's file, which whoever wrote the project chose", () => {
	const env = { SECRET: 'of-the-environment' };
	const all = (name = 'plain', option?: string) => {
		try {
			return JSON.stringify(read(env, name, option));
		} catch (error) {
			return (error as Error).message;
		}
	};

	test.each([
		['registry=https://stranger.test/${SECRET}/'],
		['registry=https://${SECRET}@stranger.test/'],
		['registry=https://stranger.test/?${SECRET}'],
		['registry=https://${SECRET}.stranger.test/'],
		['registry=https://mirror.test.${SECRET}/'],
		['registry=https://stranger.test/\n//stranger.test/:_authToken=${SECRET}'],
		['registry=https://stranger.test/\n//stranger.test/:_auth=${SECRET}'],
		['registry=https://stranger.test/\n//stranger.test/:username=u\n//stranger.test/:_password=${SECRET}'],
		['registry=https://of-the-environment.test/\n//${SECRET}.test/:_authToken=token'],
		['https-proxy=http://${SECRET}.stranger.test'],
		['proxy=http://u:${SECRET}@stranger.test'],
		['https-proxy=u:${SECRET}@stranger.test:80'],
	])('are not put in for a host of its own: %s', (text) => {
		project(text);
		user(`@own:registry=${MIRROR}/`);
		expect(all()).not.toContain('of-the-environment"');
		expect(all()).not.toMatch(/of-the-environment[@/?]|dTpv|"authorization"/);
	});

	test('the message says where they may be used', () => {
		project('registry=https://stranger.test/${SECRET}/');
		expect(refusal(env)).toBe(
			`the registry's address has the variable \${SECRET}, which a project's .npmrc may use only for a host that your own .npmrc or --registry names (${join(folder, 'project/.npmrc')})`,
		);
	});

	test.each([
		['a host of the user', MIRROR, () => user(`registry=${MIRROR}/`)],
		['a host for which the user has a token', MIRROR, () => user('//mirror.test/:username=u')],
		['a host of a scope of the user', MIRROR, () => user(`@scope:registry=${MIRROR}/`)],
		["npm's public registry", REGISTRY, () => undefined],
	])('are put in for %s', (_what, registry, prepare) => {
		prepare();
		project(`registry=${registry}/\n${registry.replace('https:', '')}/:_authToken=\${SECRET}`);
		expect(read(env).headers).toEqual({ authorization: 'Bearer of-the-environment' });
	});

	test('are put in for the host of --registry, and for that alone', () => {
		project('//mirror.test/npm/:_authToken=${SECRET}\n//stranger.test/:_authToken=${SECRET}');
		expect(read(env, 'plain', MIRROR).headers).toEqual({ authorization: 'Bearer of-the-environment' });
		expect(read(env, 'plain', 'https://mirror.test:8443/npm').headers).toEqual({});
	});

	test('are put in where nothing is sent, and for the path at a host of the user', () => {
		const path = join(folder, 'ca.pem');
		writeFileSync(path, pem('CERTIFICATE', Buffer.from('one')));
		user(`registry=${MIRROR}/`);
		project('cafile=${FOLDER}/ca.pem\nregistry=https://mirror.test/${REPOSITORY}/');
		const access = read({ FOLDER: folder, REPOSITORY: 'npm-all' });
		expect(access.authorities).toHaveLength(1);
		expect(access.base).toBe('https://mirror.test/npm-all');
	});

	test('that would move the address to another host are not put in', () => {
		user(`registry=${MIRROR}/`);
		project('registry=https://${SECRET}@mirror.test/');
		expect(() => read({ SECRET: 'stranger.test/' })).toThrow(UsageError);
	});

	test('hold as ever in a file of the user that is the one of the project', () => {
		writeFileSync(join(home, 'package.json'), '{}');
		user('registry=https://own.test/${SECRET}');
		expect(readRegistryAccess('plain', undefined, { env, cwd: home, home }).base).toBe(
			'https://own.test/of-the-environment',
		);
	});
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as npm writes them

describe('proxies', () => {
	test.each([
		[{ HTTPS_PROXY: 'http://proxy.test:1' }, 'http://proxy.test:1/'],
		[{ https_proxy: 'http://small.test', HTTPS_PROXY: 'http://large.test' }, 'http://small.test/'],
		[{ HTTPS_PROXY: 'proxy.test:3128' }, 'http://proxy.test:3128/'],
		[{ HTTP_PROXY: 'http://proxy.test' }, undefined],
		[{ npm_config_proxy: 'http://proxy.test' }, 'http://proxy.test/'],
		[{ npm_config_https_proxy: 'http://u:p@own.test', HTTPS_PROXY: 'http://other.test' }, 'http://u:p@own.test/'],
		[{ npm_config_proxy: 'false', HTTPS_PROXY: 'http://proxy.test' }, undefined],
		[{ HTTPS_PROXY: 'http://proxy.test', NO_PROXY: 'a.test, mirror.test' }, undefined],
		[{ HTTPS_PROXY: 'http://proxy.test', NO_PROXY: '.test' }, undefined],
		[{ HTTPS_PROXY: 'http://proxy.test', no_proxy: '*' }, undefined],
		[{ HTTPS_PROXY: 'http://proxy.test', NO_PROXY: 'mirror.test:443' }, undefined],
		[{ HTTPS_PROXY: 'http://proxy.test', NO_PROXY: 'mirror.test:80,r.test,::1' }, 'http://proxy.test/'],
		[{ HTTPS_PROXY: 'http://proxy.test', NO_PROXY: 'mirror.test', npm_config_noproxy: 'a.test' }, 'http://proxy.test/'],
		[{ HTTPS_PROXY: 'http://proxy.test', NO_PROXY: 'mirror.test', npm_config_noproxy: '' }, undefined],
	])('%o', (env, proxy) => {
		expect(read(env as unknown as Record<string, string>, 'plain', MIRROR).proxy).toBe(proxy);
	});

	test('of files, and on loopback', () => {
		project('https-proxy=http://file.test\nnoproxy[]=a.test\nnoproxy[]=mirror.test\n');
		expect(read().proxy).toBe('http://file.test/');
		expect(read({}, 'plain', MIRROR).proxy).toBeUndefined();
		project('');
		const env = { HTTP_PROXY: 'http://proxy.test', NO_PROXY: '::1' };
		expect(read(env, 'plain', 'http://127.0.0.1:1').proxy).toBe('http://proxy.test/');
		expect(read(env, 'plain', 'http://[::1]:1').proxy).toBeUndefined();
	});
});

describe('authorities', () => {
	const [one, two] = ['one', 'two'].map((text) => pem('CERTIFICATE', Buffer.from(text)).trim()) as [string, string];

	test('of cafile, with all that it holds, or else of ca', () => {
		writeFileSync(join(home, 'ca.pem'), `# a comment\r\n${one.replaceAll('\n', '\r\n')}\r\n${two}\n`);
		user(`cafile=~/ca.pem\nca="${two.replaceAll('\n', '\\n')}"`);
		expect(read().authorities).toEqual([one.replaceAll('\n', '\r\n'), two]);
		user(`ca[]="${one.replaceAll('\n', '\\n')}"\nca[]="${two.replaceAll('\n', '\\n')}"`);
		expect(read().authorities).toEqual([one, two]);
		expect(read({}, 'plain', 'http://127.0.0.1').authorities).toBeUndefined();
	});

	test('one that is not there, or holds none, is said with its path', () => {
		const path = join(home, 'ca.pem');
		user(`cafile=${path}`);
		expect(refusal()).toBe(`cannot read ${path}: there is no such file`);
		writeFileSync(path, 'not PEM');
		expect(refusal()).toContain(path);
	});
});

describe('under `npm run`, which passes on what its files say', () => {
	/** As npm 11 writes them, for files in `folder`. */
	const passedOn = (more: Record<string, string>) => ({
		npm_config_npm_version: '11.19.1',
		npm_config_local_prefix: join(folder, 'outer'),
		npm_config_userconfig: join(folder, 'outer.npmrc'),
		npm_config_globalconfig: join(folder, 'none'),
		npm_config_noproxy: '',
		npm_config_strict_ssl: '',
		npm_config_proxy: '',
		...more,
	});

	test('a variable that only repeats them gives way to the files that hold here', () => {
		writeFileSync(join(folder, 'outer.npmrc'), `registry=https://outer.test\ncafile=ca.pem`);
		user(`registry=${MIRROR}/`);
		const repeated = passedOn({
			npm_config_registry: 'https://outer.test/',
			npm_config_cafile: join(folder, 'ca.pem'),
			INIT_CWD: folder,
			NPM_CONFIG_USERCONFIG: join(home, '.npmrc'),
		});
		expect(read(repeated)).toMatchObject({ base: MIRROR });
		expect(read(repeated).authorities).toBeUndefined();
	});

	test('a variable that says more than they do was set by somebody', () => {
		user(`registry=${MIRROR}/`);
		const set = passedOn({ npm_config_registry: 'https://set.test/', npm_config_userconfig: join(home, '.npmrc') });
		expect(read(set)).toMatchObject({
			base: 'https://set.test',
			mirror: { place: 'npm_config_registry' },
		});
	});

	test("a variable into which npm put what a project's file asks for gives way to that file, too", () => {
		const outer = join(folder, 'project');
		// biome-ignore lint/suspicious/noTemplateCurlyInString: as npm writes them
		project('registry=https://stranger.test/${SECRET}/\nhttps-proxy=http://${SECRET}.stranger.test');
		const env = passedOn({
			npm_config_local_prefix: outer,
			npm_config_registry: 'https://stranger.test/of-the-environment/',
			npm_config_https_proxy: 'http://of-the-environment.stranger.test/',
			SECRET: 'of-the-environment',
		});
		expect(refusal(env)).toContain('which a project');
		expect(refusal(env, 'plain', MIRROR)).toMatch(/^the proxy's address has a variable, which a project/);
	});

	test('what it writes as empty says nothing: the file does', () => {
		user('strict-ssl=false\nnoproxy=mirror.test');
		const env = passedOn({ npm_config_userconfig: join(home, '.npmrc'), HTTPS_PROXY: 'http://proxy.test' });
		expect(read(env, 'plain', MIRROR)).toMatchObject({ isUnchecked: true });
		expect(read(env, 'plain', MIRROR).proxy).toBeUndefined();
	});

	test("the project's file is the one of the folder that npm found", () => {
		project(`registry=${MIRROR}/`);
		writeFileSync(join(cwd, 'package.json'), '{}');
		expect(read().base).toBe(REGISTRY);
		expect(read(passedOn({ npm_config_local_prefix: join(folder, 'project') })).base).toBe(MIRROR);
	});
});
