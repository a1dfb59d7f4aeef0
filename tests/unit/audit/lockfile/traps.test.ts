/** Owns: what a good guess gets wrong about lockfiles. Each was seen in a file that a tool wrote. */
import { expect, test } from 'vitest';
import { classifyAddress, REGISTRY_BASES } from '../../../../lib/audit/lockfile/address.ts';
import type { Lockfile } from '../../../../lib/audit/lockfile/lockfile.ts';
import { readLockfile } from '../../../../lib/audit/lockfile/read.ts';
import { REGISTRY } from '../../../../lib/npm/hosts.ts';
import { YARN } from '../../../fixtures/lockfile-samples.ts';

const of = (algorithm: string, bytes: number) => `${algorithm}-${Buffer.alloc(bytes, 7).toString('base64')}`;
const SHA512 = of('sha512', 64);
const OTHER_SHA512 = `sha512-${Buffer.alloc(64, 8).toString('base64')}`;
const HEX = '65101baf3727d728b66fa62f50cda7f2d3989601';
const SHA1 = `sha1-${Buffer.from(HEX, 'hex').toString('base64')}`;
const tarball = (integrity: string) => ({ of: 'tarball', integrity });
const own = (name: string, version: string) => `${REGISTRY}/${name}/-/${name.split('/').at(-1)}-${version}.tgz`;

function read(fileName: string, text: string, bases?: readonly string[]): Lockfile {
	const result = readLockfile(fileName, text, bases);
	if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
	return result.value;
}

const npm = (packages: object, version = 3) =>
	read('package-lock.json', JSON.stringify({ lockfileVersion: version, packages: { '': {}, ...packages } }));
const pnpm = (packages: string, before = '') =>
	read('pnpm-lock.yaml', `lockfileVersion: '9.0'\n${before}\npackages:\n\n${packages}`);
const berry = (entries: string) => read('yarn.lock', `__metadata:\n  version: 8\n  cacheKey: 10c0\n\n${entries}`);
const classic = (entries: string) => read('yarn.lock', `# yarn lockfile v1\n\n\n${entries}`);
const bun = (packages: object, more: object = {}) =>
	read('bun.lock', JSON.stringify({ lockfileVersion: 1, workspaces: { '': {} }, ...more, packages }));

test("1. the hash of pnpm's `integrityTarget: tar` is of the tar, though it looks like the tarball's", () => {
	const [as] = pnpm(
		`  is-odd@3.0.1:\n    resolution: {integrity: ${SHA512}}\n`,
		'settings:\n  integrityTarget: tar\n',
	).packages;
	expect(as?.hashes).toEqual([{ of: 'tar', text: SHA512 }]);
	const [plain] = pnpm(`  is-odd@3.0.1:\n    resolution: {integrity: ${SHA512}}\n`).packages;
	expect(plain?.hashes).toEqual([tarball(SHA512)]);
	// A target that nobody knows yet is not the tarball either.
	const [next] = pnpm(
		`  is-odd@3.0.1:\n    resolution: {integrity: ${SHA512}}\n`,
		'settings:\n  integrityTarget: x\n',
	).packages;
	expect(next?.hashes).toEqual([{ of: 'tar', text: SHA512 }]);
});

test('2. format 13.0 of pnpm is not an empty list, with tabs and commas before what closes', () => {
	const text = `{\n\t"lockfileVersion": "13.0",\n\t"packages": {\n\t\t"is-odd@3.0.1": {\n\t\t\t"integrity": "${SHA512}",\n\t\t},\n\t},\n}\n`;
	for (const name of ['pnpm-lock.yaml', 'other'])
		expect(read(name, text).packages).toEqual([
			{ name: 'is-odd', version: '3.0.1', hashes: [tarball(SHA512)], addresses: [], line: 4, column: 3 },
		]);
});

test('3. both documents of pnpm are read, and the last one tells the version', () => {
	const one = `---\nlockfileVersion: '9.0'\n\npackages:\n\n  pnpm@12.21.0:\n    resolution: {integrity: ${SHA512}}\n\n`;
	const two = `---\n{\n\t"lockfileVersion": "13.0",\n\t"packages": {\n\t\t"is-odd@3.0.1": {"integrity": "${SHA512}"},\n\t},\n}\n`;
	const { packages, formatVersion, entries } = read('pnpm-lock.yaml', one + two);
	expect(packages.map(({ name, line }) => [name, line])).toEqual([
		['pnpm', 6],
		['is-odd', 13],
	]);
	expect([formatVersion, entries]).toEqual(['13.0', 2]);
});

test("4. npm's default host means the registry that is configured, and a private scope may have no address", () => {
	const mirror = [...REGISTRY_BASES, 'https://npm.example.com/all'];
	const text = JSON.stringify({
		lockfileVersion: 3,
		packages: {
			'node_modules/a': { version: '1.0.0', resolved: own('a', '1.0.0'), integrity: SHA512 },
			'node_modules/b': {
				version: '1.0.0',
				resolved: 'https://npm.example.com/all/b/-/b-1.0.0.tgz',
				integrity: SHA512,
			},
			'node_modules/@private/c': { version: '1.0.0', integrity: SHA512 },
		},
	});
	expect(read('package-lock.json', text, mirror).packages.map(({ name }) => name)).toEqual(['a', 'b', '@private/c']);
	expect(read('package-lock.json', text).notCovered).toMatchObject([{ spec: 'b@1.0.0', why: 'other-registry' }]);
});

test('5. an entry whose address names another package stays, with that address', () => {
	const evil = own('evil', '1.0.0');
	const entry = `\n  version "4.17.21"\n  resolved "${evil.replace(REGISTRY, YARN)}#${HEX}"\n  integrity ${SHA512}\n`;
	const all = [
		npm({ 'node_modules/lodash': { version: '4.17.21', resolved: evil, integrity: SHA512 } }),
		read(
			'package-lock.json',
			JSON.stringify({ lockfileVersion: 1, dependencies: { lodash: { version: '4.17.21', resolved: evil } } }),
		),
		pnpm(`  lodash@4.17.21:\n    resolution: {integrity: ${SHA512}, tarball: ${evil}}\n`),
		classic(`lodash@^4.0.0:${entry}`),
		berry(
			`"lodash@npm:^4.0.0":\n  version: 4.17.21\n  resolution: "lodash@npm:4.17.21::__archiveUrl=${encodeURIComponent(evil)}"\n`,
		),
		bun({ lodash: ['lodash@4.17.21', evil, {}, SHA512] }),
		read(
			'deno.lock',
			JSON.stringify({ version: '5', npm: { 'lodash@4.17.21': { integrity: SHA512, tarball: evil } } }),
		),
		read(
			'vlt-lock.json',
			JSON.stringify({ lockfileVersion: 1, nodes: { '~npm~lodash@4.17.21': [0, 'lodash', SHA512, evil] } }),
		),
	];
	for (const { packages, notCovered, format } of all) {
		expect([format, notCovered]).toEqual([format, []]);
		const [lodash] = packages;
		expect(lodash).toMatchObject({ name: 'lodash', version: '4.17.21' });
		expect(classifyAddress(lodash?.addresses[0] ?? '', { name: 'lodash', version: '4.17.21' }, REGISTRY_BASES)).toEqual(
			{
				is: 'another',
				spec: 'evil@1.0.0',
			},
		);
	}
	// Beside a name that fits, the one that does not is told as well.
	const { packages, entries } = classic(`evil@^1.0.0, lodash@^4.0.0:${entry.replace('4.17.21', '1.0.0')}`);
	expect(packages.map(({ name }) => name)).toEqual(['evil', 'lodash']);
	expect(entries).toBe(1);
});

test('6. the checksum of Yarn 2 and later is of its zip, and packages for some systems have none', () => {
	const { packages } = berry(
		`"a@npm:^1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  checksum: 10c0/${'0'.repeat(128)}\n\n"b@npm:1.0.0":\n  version: 1.0.0\n  resolution: "b@npm:1.0.0"\n  conditions: os=linux & cpu=x64 & libc=glibc\n`,
	);
	expect(packages.map(({ hashes }) => hashes)).toEqual([
		[{ of: 'zip', text: `10c0/${'0'.repeat(128)}` }],
		[{ of: 'nothing' }],
	]);
});

test("7. bundled packages are within another's file, whatever hash stands there", () => {
	const inBundle = { version: '1.0.0', inBundle: true };
	expect(
		npm({
			'node_modules/a': { version: '1.0.0', integrity: SHA512, bundleDependencies: ['b'] },
			'node_modules/a/node_modules/b': inBundle,
			// The project's own bundle is made of files that were fetched.
			'node_modules/c': { ...inBundle, integrity: SHA512 },
			'node_modules/d': { ...inBundle, resolved: own('d', '1.0.0') },
		}),
	).toMatchObject({
		packages: [{ name: 'a' }, { name: 'c' }, { name: 'd' }],
		notCovered: [{ spec: 'b@1.0.0', why: 'bundled' }],
		entries: 4,
	});
	expect(
		bun({ a: ['a@1.0.0', '', {}, SHA512], 'a/b': ['b@1.0.0', '', { bundled: true }, SHA512] }).notCovered,
	).toMatchObject([{ spec: 'b@1.0.0', why: 'bundled' }]);
	const dependencies = {
		a: { version: '1.0.0', integrity: SHA512, dependencies: { b: { version: '1.0.0', bundled: true } } },
	};
	expect(read('package-lock.json', JSON.stringify({ lockfileVersion: 1, dependencies })).notCovered).toMatchObject([
		{ spec: 'b@1.0.0', why: 'bundled' },
	]);
});

test('7. the mark of a bundled package is not enough: npm asks the registry where no package above has it in its archive', () => {
	const marked = { version: '1.0.0', inBundle: true };
	const needing = (...names: string[]) => ({
		...marked,
		dependencies: Object.fromEntries(names.map((name) => [name, '1'])),
	});
	const own = { version: '1.0.0', integrity: SHA512 };
	const { packages, notCovered } = npm({
		'': { bundleDependencies: ['top'] },
		'node_modules/top': marked,
		'packages/w': { version: '1.0.0', bundleDependencies: ['of-workspace'] },
		'packages/w/node_modules/of-workspace': marked,
		'node_modules/a': { ...own, bundleDependencies: ['named', 7] },
		'node_modules/a/node_modules/named': needing('needed', 'nearer', 'top', 'none'),
		'node_modules/a/node_modules/named/node_modules/within': needing('needed-within'),
		'node_modules/a/node_modules/named/node_modules/nearer': marked,
		'node_modules/a/node_modules/needed': marked,
		'node_modules/a/node_modules/needed-within': marked,
		'node_modules/a/node_modules/nearer': marked,
		'node_modules/a/node_modules/alone': marked,
		'node_modules/b': own,
		'node_modules/b/node_modules/of-none': marked,
	});
	expect(packages.map(({ name }) => name)).toEqual(['top', 'of-workspace', 'a', 'nearer', 'alone', 'b', 'of-none']);
	expect(notCovered.map(({ spec, why }) => `${spec} ${why}`)).toEqual([
		'packages/w@1.0.0 file',
		...['named', 'within', 'nearer', 'needed', 'needed-within'].map((name) => `${name}@1.0.0 bundled`),
	]);
	const top = { x: { version: '1.0.0', bundled: true } };
	expect(read('package-lock.json', JSON.stringify({ lockfileVersion: 1, dependencies: top }))).toMatchObject({
		packages: [{ name: 'x' }],
		notCovered: [],
	});
});

test('8. a file without any hash and address says so once; one entry without them does not', () => {
	const without = { version: '1.0.0' };
	expect(npm({ 'node_modules/a': without, 'node_modules/b': without }).isWithoutHashes).toBe(true);
	expect(npm({ 'node_modules/a': without, 'node_modules/b': { ...without, integrity: SHA512 } })).not.toHaveProperty(
		'isWithoutHashes',
	);
	expect(
		npm({ 'node_modules/a': without, 'node_modules/b': { ...without, resolved: own('b', '1.0.0') } }),
	).not.toHaveProperty('isWithoutHashes');
	expect(npm({})).not.toHaveProperty('isWithoutHashes');
});

test('9. version 4 of npm is read, and a patched entry keeps the hash of the published file', () => {
	const patched = {
		version: '1.0.0',
		integrity: SHA512,
		patched: { integrity: OTHER_SHA512, path: 'patches/a.patch' },
	};
	expect(npm({ 'node_modules/a': patched }, 4).packages).toMatchObject([
		{ isPatched: true, hashes: [tarball(SHA512)] },
	]);
});

test('a snapshot of pnpm that `packages` lacks, or that names a file itself, is listed', () => {
	const snapshots = [
		'snapshots:',
		'  is-odd@3.0.1: {}',
		'  is-odd@3.0.1(react@18.2.0):',
		'    dependencies:',
		'      more: 1.0.0',
		'  more@1.0.0(is-odd@3.0.1):',
		`    resolution: {integrity: ${SHA512}, tarball: https://example.org/more.tgz}`,
		'  left@1.0.0: {}',
	];
	const packages = `  is-odd@3.0.1:\n    resolution: {integrity: ${SHA512}}\n`;
	const listed = (text: string) => {
		const { packages: read, notCovered } = pnpm(text);
		return [
			...read.map(({ name, version }) => `${name}@${version}`),
			...notCovered.map(({ spec, why, line }) => `${spec} ${why} ${line}`),
		];
	};
	expect(listed(`${packages}${snapshots.join('\n')}\n`)).toEqual([
		'is-odd@3.0.1',
		'more@1.0.0 unreadable 12',
		'left@1.0.0 unreadable 14',
	]);
	const own = `${packages}snapshots:\n  is-odd@3.0.1:\n    resolution: {tarball: https://example.org/other.tgz}\n`;
	expect(listed(own)).toEqual(['is-odd@3.0.1', 'is-odd@3.0.1 unreadable 8']);
});

test('where the key of pnpm names a release, another name or version beside it hides nothing', () => {
	const releases = (fields: string) => {
		const { packages, notCovered, entries } = pnpm(
			`  is-even@1.0.0:\n    resolution: {integrity: ${SHA512}}\n${fields}  is-odd@file:a.tgz:\n    resolution: {integrity: ${SHA512}, tarball: file:a.tgz}\n    name: real\n    version: 1.0.0\n`,
		);
		expect([notCovered.map(({ spec }) => spec), entries]).toEqual([['real@1.0.0'], 2]);
		return packages.map(({ name, version, hashes }) => `${name}@${version} ${hashes.length}`);
	};
	expect(releases('')).toEqual(['is-even@1.0.0 1']);
	expect(releases('    name: is-even\n    version: 1.0.0\n')).toEqual(['is-even@1.0.0 1']);
	expect(releases('    name: is-odd\n')).toEqual(['is-even@1.0.0 1', 'is-odd@1.0.0 1']);
	expect(releases('    version: 2.0.0\n')).toEqual(['is-even@1.0.0 1', 'is-even@2.0.0 1']);
});

test('patches of other tools', () => {
	const odd = `  is-odd@3.0.1:\n    resolution: {integrity: ${SHA512}}\n  is-odd@2.0.0:\n    resolution: {integrity: ${SHA512}}\n`;
	const patchedBy = (key: string) =>
		pnpm(odd, `patchedDependencies:\n  ${key}: abc\n`).packages.flatMap(({ version, isPatched }) =>
			isPatched ? [version] : [],
		);
	expect(patchedBy('is-odd@3.0.1')).toEqual(['3.0.1']);
	expect(patchedBy("'is-odd@^2.0.0'")).toEqual(['2.0.0']);
	expect(patchedBy('is-odd')).toEqual(['3.0.1', '2.0.0']);
	expect(patchedBy('is-even')).toEqual([]);
	expect(
		bun({ a: ['a@1.0.0', '', {}, SHA512] }, { patchedDependencies: { 'a@1.0.0': 'patches/a.patch' } }).packages,
	).toMatchObject([{ isPatched: true }]);
	const patch = (resolution: string) =>
		berry(`"a@patch:x":\n  version: 1.0.0\n  resolution: "${resolution}"\n  checksum: 10c0/0\n`);
	expect(patch('a@patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch::version=1.0.0&hash=7dbd20').packages).toMatchObject([
		{ name: 'a', version: '1.0.0', isPatched: true },
	]);
	// A patch of a patch, and one of Yarn's own beside one of the project's.
	const inner = encodeURIComponent('a@patch:a@npm%3A1.0.0#./one.patch::hash=1');
	expect(patch(`a@patch:${inner}#optional!builtin<compat/a>::hash=2`).packages).toMatchObject([{ isPatched: true }]);
	expect(patch('a@patch:a@npm%3A1.0.0#~builtin<compat/a>::hash=2').packages[0]).not.toHaveProperty('isPatched');
	expect(patch('a@patch:a@workspace%3Apackages/a#./a.patch').notCovered).toMatchObject([{ why: 'workspace' }]);
	expect(patch('a@patch:a@%zz#./a.patch').notCovered).toMatchObject([{ why: 'unreadable' }]);
});

test('10. a lone SHA-1 is a hash, from its own field or, where that is missing, behind the address', () => {
	expect(npm({ 'node_modules/a': { version: '1.0.0', integrity: SHA1 } }).packages[0]?.hashes).toEqual([tarball(SHA1)]);
	const resolved = `  version "1.0.0"\n  resolved "${YARN}/a/-/a-1.0.0.tgz#${HEX}"\n`;
	expect(classic(`a@^1.0.0:\n${resolved}`).packages[0]?.hashes).toEqual([tarball(SHA1)]);
	expect(classic(`a@^1.0.0:\n${resolved}  integrity ${SHA512}\n`).packages[0]?.hashes).toEqual([tarball(SHA512)]);
	const deno = { version: '5', npm: { 'a@1.0.0': { integrity: HEX } } };
	expect(read('deno.lock', JSON.stringify(deno)).packages[0]?.hashes).toEqual([tarball(SHA1)]);
});

test('11. a map of twenty thousand keys is read', () => {
	const keys = Array.from({ length: 20_000 }, (_, at) => `  a${at}@1.0.0:\n    resolution: {integrity: ${SHA512}}\n`);
	expect(pnpm(keys.join('')).packages).toHaveLength(20_000);
});

test('12. names that differ in capitals are two packages', () => {
	expect(
		npm({
			'node_modules/JSONStream': { version: '1.3.5', integrity: SHA512 },
			'node_modules/jsonstream': { version: '1.0.3', integrity: SHA512 },
		}).packages.map(({ name }) => name),
	).toEqual(['JSONStream', 'jsonstream']);
});

test('13. keys that are names of built-in members are packages like others', () => {
	const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'];
	const each = (one: (name: string) => string) => names.map(one).join('');
	const all = [
		npm(Object.fromEntries(names.map((name) => [`node_modules/${name}`, { version: '1.0.0', integrity: SHA512 }]))),
		pnpm(each((name) => `  ${name}@1.0.0:\n    resolution: {integrity: ${SHA512}}\n`)),
		classic(each((name) => `${name}@1.0.0:\n  version "1.0.0"\n  integrity ${SHA512}\n\n`)),
		berry(each((name) => `"${name}@npm:1.0.0":\n  version: 1.0.0\n  resolution: "${name}@npm:1.0.0"\n\n`)),
		bun(Object.fromEntries(names.map((name) => [name, [`${name}@1.0.0`, '', {}, SHA512]]))),
	];
	for (const { packages } of all) expect(packages.map(({ name }) => name)).toEqual(names);
	// No name of a package, and no member of what it is read into either.
	const proto =
		'{"lockfileVersion":3,"packages":{"node_modules/__proto__":{"version":"1.0.0"},"__proto__":{"version":"1.0.0"}}}';
	expect(read('package-lock.json', proto)).toMatchObject({
		packages: [],
		notCovered: [
			{ spec: '__proto__@1.0.0', why: 'unreadable' },
			{ spec: '__proto__@1.0.0', why: 'file' },
		],
		entries: 2,
	});
	expect(classic('__proto__:\n  version "1.0.0"\n').notCovered).toMatchObject([
		{ spec: '__proto__', why: 'unreadable' },
	]);
});

test('one release with two hashes keeps both, and its first place', () => {
	const { packages, entries } = npm({
		'node_modules/a': { version: '1.0.0', resolved: own('a', '1.0.0'), integrity: SHA512 },
		'node_modules/b/node_modules/a': { version: '1.0.0', resolved: own('a', '1.0.0'), integrity: OTHER_SHA512 },
		'node_modules/c/node_modules/a': { version: '1.0.0', resolved: own('a', '1.0.0'), integrity: SHA512 },
	});
	expect(entries).toBe(3);
	expect(packages).toMatchObject([
		{ hashes: [tarball(SHA512), tarball(OTHER_SHA512)], addresses: [own('a', '1.0.0')], line: 1, column: 40 },
	]);
});

test('one name from two repositories is two entries, and from one repository one', () => {
	const git = (commit: string) => ({ version: '1.0.0', resolved: `git+ssh://git@github.com/o/a.git#${commit}` });
	const { notCovered, entries } = npm({
		'node_modules/a': git('1'),
		'node_modules/b/node_modules/a': git('2'),
		'node_modules/c/node_modules/a': git('1'),
	});
	expect(notCovered.map(({ spec, why }) => `${spec} ${why}`)).toEqual(['a@1.0.0 git', 'a@1.0.0 git']);
	expect(entries).toBe(3);
});

test('other reasons', () => {
	const runtime = `  node@runtime:26.7.0:\n    resolution:\n      type: variations\n      variants:\n        - resolution:\n            integrity: sha256-abc\n            type: binary\n            url: https://nodejs.org/x.tar.gz\n    version: 26.7.0\n`;
	const hosted = `  b@https://codeload.github.com/a/b/tar.gz/d40ec6a:\n    resolution: {gitHosted: true, integrity: ${SHA512}, tarball: https://codeload.github.com/a/b/tar.gz/d40ec6a}\n    version: 1.0.0\n`;
	const git = `  c@git+https://example.com/c.git#d40ec6a:\n    resolution: {commit: d40ec6a, repo: https://example.com/c.git, type: git}\n`;
	const custom = '  d@1.0.0:\n    resolution: {type: custom:mine, id: x}\n';
	const jsr = `  '@jsr/std__path@1.0.8':\n    resolution: {integrity: ${SHA512}}\n`;
	expect(
		pnpm(runtime + hosted + git + custom + jsr).notCovered.map(({ spec, why, line }) => [spec, why, line]),
	).toEqual([
		['node@runtime:26.7.0', 'runtime', 5],
		['b@https://codeload.github.com/a/b/tar.gz/d40ec6a', 'git', 14],
		['c@git+https://example.com/c.git#d40ec6a', 'git', 17],
		['d@1.0.0', 'url', 19],
		['@jsr/std__path@1.0.8', 'jsr', 21],
	]);
	// Where it is the registry's own file by its address, it is audited.
	expect(
		pnpm(`  a@${own('a', '1.0.0')}:\n    resolution: {tarball: ${own('a', '1.0.0')}}\n    version: 1.0.0\n`).packages,
	).toMatchObject([{ name: 'a', version: '1.0.0' }]);
	const deno = {
		version: '4',
		jsr: { '@std/path@1.0.8': { integrity: 'x' } },
		remote: { 'https://deno.land/x.ts': 'x' },
	};
	expect(read('deno.lock', JSON.stringify(deno)).notCovered).toMatchObject([
		{ spec: '@std/path@1.0.8', why: 'jsr' },
		{ spec: 'https://deno.land/x.ts', why: 'url' },
	]);
	const bunned = bun({
		a: ['a@1.0.0', 'https://npm.pkg.github.com/', {}, SHA512],
		b: ['b@1.0.0', `${REGISTRY}/`, {}, SHA512],
		c: ['c@github:o/c#912ca63', {}, 'o-c-912ca63'],
		d: ['d@link:d'],
		e: ['e@root:'],
		f: ['@jsr/std__path@1.0.8', 'https://npm.jsr.io/~/11/@jsr/std__path/1.0.8.tgz', {}, SHA512],
		g: [`g@${own('g', '1.0.0')}`, {}, SHA512],
	});
	expect(bunned.packages).toMatchObject([{ name: 'b', addresses: [] }]);
	expect(bunned.notCovered.map(({ why }) => why)).toEqual(['other-registry', 'git', 'link', 'workspace', 'jsr', 'url']);
});

test('an entry without a name has its path or its address', () => {
	const specs = ({ notCovered }: Lockfile) => notCovered.map(({ spec, why }) => `${spec} ${why}`);
	expect(
		specs(
			npm({
				'node_modules/': { version: '1.0.0' },
				'packages/a/node_modules/': {},
				'node_modules/x': { name: '', version: '1.0.0', resolved: 'git+ssh://git@github.com/o/r.git#1' },
				'node_modules/a/node_modules/': { resolved: '../a', link: true },
			}),
		),
	).toEqual([
		'node_modules/ unreadable',
		'packages/a/node_modules/ unreadable',
		'x@1.0.0 git',
		'node_modules/a/node_modules/ link',
	]);
	const first = { '': { version: 'git+ssh://git@github.com/o/r.git#1' } };
	expect(specs(read('package-lock.json', JSON.stringify({ lockfileVersion: 1, dependencies: first })))).toEqual([
		'git+ssh://git@github.com/o/r.git#1 git',
	]);
	expect(specs(bun({ 'a/b': ['', '', {}, SHA512] }))).toEqual(['a/b unreadable']);
	expect(specs(pnpm('  /:\n    resolution: {integrity: a}\n'))).toEqual(['/ file']);
	const { notCovered } = classic('"":\n  version "1.0.0"\n');
	expect(notCovered).toMatchObject([{ spec: '', why: 'unreadable', line: 4, column: 1 }]);
});

test("vlt's ids: escapes, older ones, named registries", () => {
	const nodes = {
		'~npm~string__decoder@1.3.0': [0, 'string_decoder', SHA512],
		'~npm~@a+b@1.0.0_pbuild.5~peer.1': [0, '@a/b', SHA512],
		'··old@1.0.0': [0, 'old', SHA512],
		'·npm·@a§c@1.0.0': [0, '@a/c', SHA512],
		'~work~d@1.0.0': [0, 'd', SHA512],
		'~main~e@1.0.0': [0, 'e', SHA512],
		'~jsr~@std+path@1.0.8': [0, '@std/path', SHA512],
		'remote~https_c++example.com+x.tgz': [0, 'x', SHA512],
		'workspace~packages+a': [0, '@ws/a'],
		'·npm·%zz@1.0.0': [0, 'x'],
		odd: [0, 'x'],
	};
	const options = { registries: { work: 'https://npm.example.com/', main: REGISTRY } };
	const { packages, notCovered, entries } = read(
		'vlt-lock.json',
		JSON.stringify({ lockfileVersion: 1, options, nodes }),
	);
	expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual([
		'string_decoder@1.3.0',
		'@a/b@1.0.0+build.5',
		'old@1.0.0',
		'@a/c@1.0.0',
		'e@1.0.0',
	]);
	expect(notCovered.map(({ spec, why }) => `${spec} ${why}`)).toEqual([
		'd@1.0.0 other-registry',
		'@std/path@1.0.8 jsr',
		'x@https://example.com/x.tgz url',
		'@ws/a@packages/a workspace',
		'%zz@1.0.0 unreadable',
		'odd unreadable',
	]);
	expect(entries).toBe(11);
	const elsewhere = { options: { registry: 'https://npm.example.com' }, nodes: { '~~a@1.0.0': [0, 'a', SHA512] } };
	expect(read('vlt-lock.json', JSON.stringify({ lockfileVersion: 1, ...elsewhere })).notCovered).toMatchObject([
		{ spec: 'a@1.0.0', why: 'other-registry' },
	]);
});

test('where there is `packages`, npm reads nothing else, whatever version the file says', () => {
	const text = (packages: unknown) =>
		JSON.stringify({
			lockfileVersion: 1,
			packages,
			dependencies: { kept: { version: '1.0.0', integrity: SHA512 } },
		});
	const packages = { '': {}, 'node_modules/a': { version: '1.0.0', integrity: SHA512 } };
	expect(read('package-lock.json', text(packages))).toMatchObject({
		formatVersion: '1',
		packages: [{ name: 'a' }],
		entries: 1,
	});
	expect(readLockfile('package-lock.json', text([]))).toMatchObject({ failure: { code: 'lockfile-unreadable' } });
	expect(read('package-lock.json', text(undefined)).packages).toMatchObject([{ name: 'kept' }]);
});

test('what the first form of npm writes for what is of no registry', () => {
	const dependencies = {
		a: { version: 'git+ssh://git@github.com/o/a.git#d40ec6a', from: 'a@o/a' },
		b: { version: 'https://example.com/b-1.0.0.tgz', integrity: SHA512 },
		c: { version: 'file:../c' },
		d: { version: 'github:o/d#d40ec6a' },
		e: { version: 'npm:@acme/real@1.0.0', integrity: SHA512 },
	};
	const lockfile = read('package-lock.json', JSON.stringify({ lockfileVersion: 1, dependencies }));
	expect(lockfile.notCovered.map(({ why }) => why)).toEqual(['git', 'url', 'file', 'git']);
	expect(lockfile.packages).toMatchObject([{ name: '@acme/real', version: '1.0.0' }]);
});

test('a range of Yarn 1 with a tilde is none of a folder', () => {
	const block = (range: string) => classic(`"is-odd@${range}":\n  version "3.0.1"\n`);
	expect(block('~3.0.1')).toMatchObject({ packages: [{ name: 'is-odd', version: '3.0.1' }], notCovered: [] });
	for (const folder of ['~/is-odd', '~\\\\is-odd', './is-odd', '../is-odd', '/is-odd', 'file:is-odd'])
		expect(block(folder)).toMatchObject({ packages: [], notCovered: [{ spec: 'is-odd@3.0.1', why: 'file' }] });
	expect(block('link:is-odd').notCovered).toMatchObject([{ why: 'link' }]);
});

test('a repository of Yarn 2 and later is one, with a protocol or without', () => {
	const entry = (reference: string) => berry(`"a@${reference}":\n  version: 1.0.0\n  resolution: "a@${reference}"\n`);
	for (const address of ['git@github.com:o/a.git', 'https://github.com/o/a.git', 'ssh://git@example.org/o/a'])
		expect(entry(`${address}#commit=d40ec6a`).notCovered).toMatchObject([{ why: 'git' }]);
	expect(entry('d40ec6a').notCovered).toMatchObject([{ why: 'unreadable' }]);
	expect(entry('workspace:a#commit=d40ec6a').notCovered).toMatchObject([{ why: 'workspace' }]);
});

test('names that Yarn 1 asks for: aliases, addresses, and a field of the block', () => {
	const block = (asked: string, more = '') => `${asked}:\n  version "1.0.0"\n${more}\n`;
	const names = (text: string) => {
		const { packages, notCovered } = classic(text);
		return [...packages.map(({ name }) => name), ...notCovered.map(({ spec, why }) => `${spec} ${why}`)];
	};
	expect(names(block('"x@npm:@acme/real@^1.0.0", "@acme/real@1"'))).toEqual(['@acme/real']);
	expect(names(block('"x@npm:real"'))).toEqual(['real']);
	expect(names(block('"a@>=1 || ^2, 3", a@1'))).toEqual(['a']);
	const address = `  resolved "${YARN}/real/-/real-1.0.0.tgz#${HEX}"\n`;
	expect(names(block(`"x@${YARN}/real/-/real-1.0.0.tgz"`, `  name real\n${address}`))).toEqual(['real']);
	expect(names(block('"x@git+https://example.com/x.git"', '  resolved "git+https://example.com/x.git#abc"\n'))).toEqual(
		['x@1.0.0 git'],
	);
});
