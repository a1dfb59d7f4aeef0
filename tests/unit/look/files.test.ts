/** Tests of the looks at a package's file: which files are in the source, what an install starts, and archives that no package needs. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tree } from '../../../lib/external/github-shapes.ts';
import { unpack } from '../../../lib/look/archive.ts';
import { folderOf, holdFiles } from '../../../lib/look/files.ts';
import { createBuildFolders } from '../../../lib/look/ignored.ts';
import { type Package, readPackage } from '../../../lib/look/package.ts';
import { lookAtScripts, scriptsOf } from '../../../lib/look/scripts.ts';
import { filesStarted } from '../../../lib/look/started-files.ts';
import { success } from '../../../lib/report/result.ts';
import { treeOf } from '../../fixtures/outside.ts';
import { packTarball } from '../../support/tarball.ts';

const bytesOf = (buffer: Buffer) => new Uint8Array(buffer);
const blobOf = (text: string | Uint8Array) => {
	const bytes = Buffer.from(text);
	return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
};
async function packageOf(files: Record<string, string>): Promise<Package> {
	const read = await readPackage(bytesOf(packTarball(files)));
	if (!read.ok) throw new Error(read.failure.detail);
	return read.value;
}
const tree = (files: Record<string, string>) => ({ truncated: false, tree: treeOf(files) }) as Tree;
const usual = createBuildFolders([]);

/** A tar header, any field of it rewritten. */
function header(name: string, size: number | string, type = '0', change?: (block: Buffer) => void): Buffer {
	const block = Buffer.alloc(512);
	block.write(name, 0, 100);
	block.write(typeof size === 'string' ? size : `${size.toString(8).padStart(11, '0')}\0`, 124);
	block.write(type, 156);
	block.write('ustar\x0000', 257);
	change?.(block);
	block.fill(' ', 148, 156);
	block.write(
		`${block
			.reduce((sum, byte) => sum + byte, 0)
			.toString(8)
			.padStart(6, '0')}\0 `,
		148,
	);
	return block;
}
const padded = (text: string) => {
	const bytes = Buffer.from(text);
	return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 511)]);
};
const END = Buffer.alloc(1024);
const tar = (...blocks: Buffer[]) => bytesOf(gzipSync(Buffer.concat(blocks)));
const pax = (records: Record<string, string>) => {
	const text = Object.entries(records)
		.map(([key, value]) => {
			let length = 0;
			const record = () => `${length} ${key}=${value}\n`;
			while (Buffer.byteLength(record()) !== length) length = Buffer.byteLength(record());
			return record();
		})
		.join('');
	return Buffer.concat([header('PaxHeader', Buffer.byteLength(text), 'x'), padded(text)]);
};

async function read(archive: Uint8Array<ArrayBuffer>, limits?: Parameters<typeof unpack>[2]) {
	const files: [string, string][] = [];
	const result = await unpack(
		archive,
		(path, parts) => {
			files.push([path, Buffer.concat(parts).toString()]);
		},
		limits,
	);
	return result.ok ? files : `${result.failure.code}: ${result.failure.detail}`;
}

describe('an archive', () => {
	test('is read as npm does, with long names in both forms', async () => {
		const long = `package/${'deep/'.repeat(30)}file.js`;
		const archive = tar(
			...[header('pax_global_header', 13, 'g'), padded('13 comment=x\n')],
			...[header('package', 0, '5')],
			...[header('package/a.js', 2), padded('hi')],
			...[header('other/./b.js', 0)],
			...[pax({ path: long, mtime: '1' }), header('cut', 3), padded('pax')],
			...[header('././@LongLink', long.length + 2, 'L'), padded(`${long}2\0`), header('cut', 3), padded('gnu')],
			...[header('c.js', 1, '0', (block) => block.write('package/in', 345)), padded('p')],
			END,
		);
		expect(await read(archive)).toEqual([
			['a.js', 'hi'],
			['b.js', ''],
			[long.slice(8), 'pax'],
			[`${long.slice(8)}2`, 'gnu'],
			['in/c.js', 'p'],
		]);
	});

	const FILE = [header('package/a.js', 2), padded('hi')];
	const refused: [string, Uint8Array<ArrayBuffer>, RegExp][] = [
		['a symbolic link', tar(header('package/a', 0, '2'), END), /a link: package\/a$/],
		['a hard link', tar(header('package/a', 0, '1'), END), /a link/],
		['a device', tar(header('package/a', 0, '3'), END), /a device/],
		['a pipe', tar(header('package/a', 0, '6'), END), /a pipe/],
		['an entry of another kind', tar(header('package/a', 0, 'S'), END), /unknown kind/],
		['an absolute path', tar(header('/etc/passwd', 0), END), /an absolute path/],
		['a path of Windows', tar(header('C:/a', 0), END), /an absolute path/],
		['backslashes', tar(header('package\\..\\a', 0), END), /an absolute path/],
		['a path that leads out', tar(header('package/../../a', 0), END), /leads out/],
		['a path that pax leads out', tar(pax({ path: 'package/../../a' }), header('package/a', 0), END), /leads out/],
		['a file beside the folder', tar(header('a.js', 0), END), /outside/],
		['the same name twice', tar(...FILE, ...FILE, END), /two files of one name: a\.js/],
		[
			'a name of 10 kB',
			tar(pax({ path: `package/${'x'.repeat(10_000)}` }), header('package/a', 0), END),
			/a name of more than 1024 bytes/,
		],
		[
			'a name of 100 kB',
			tar(pax({ path: `package/${'x'.repeat(100_000)}` }), header('package/a', 0), END),
			/a header of more than 65536 bytes/,
		],
		['a size that lies', tar(header('package/a.js', 5000), padded('hi')), /larger than what there is/],
		['a size beyond the limit', tar(header('package/a.js', 2 ** 32), END), /more than 536870912 bytes unpacked/],
		['a size that is none', tar(header('package/a.js', 'x'), END), /no number/],
		[
			'a size in the other form',
			tar(
				header('package/a.js', 0, '0', (block) => block.write('\x80', 124, 'latin1')),
				END,
			),
			/no number/,
		],
		['a size of pax that is none', tar(pax({ size: '-1' }), header('package/a', 0), END), /no number/],
		['a pax header that is none', tar(header('x', 4, 'x'), padded('99 a'), END), /pax header/],
		['a wrong checksum', tar(Buffer.concat([header('package/a', 0).fill('9', 148, 154)]), END), /checksum/],
		['something behind its end', tar(...FILE, END, ...FILE), /behind its end/],
		['no gzip', bytesOf(Buffer.from('plain text')), /no gzip/],
		['half of it', tar(...FILE, END).slice(0, 40), /no gzip, or it breaks off/],
	];
	test.each(refused)('with %s is refused', async (_name, archive, why) => {
		expect(await read(archive)).toMatch(new RegExp(`^archive-refused: .*${why.source}`));
	});

	test('goes over a limit before the work is done', async () => {
		const zeros = bytesOf(gzipSync(Buffer.concat([header('package/a', 8_000_000), Buffer.alloc(8_000_000)])));
		const limits = { unpacked: 1_000_000, entries: 2, name: 1024 };
		expect(await read(zeros, limits)).toBe('archive-refused: more than 1000000 bytes unpacked');
		const many = tar(...['a', 'b', 'c'].map((name) => header(`package/${name}`, 0)), END);
		expect(await read(many, limits)).toBe('archive-refused: more than 2 files');
		// What never ends is compressed a thousandfold, and ends at the limit all the same.
		const endless = bytesOf(gzipSync(Buffer.alloc(4_000_000)));
		expect(await read(endless, limits)).toBe('archive-refused: more than 1000000 bytes unpacked');
	});

	test('of any bytes whatever ends in files or a reason', async () => {
		const whole = Buffer.concat([pax({ path: 'package/long' }), ...FILE, header('package/b', 0), END]);
		const change = fc.record({ at: fc.nat(whole.length - 1), to: fc.nat(255) });
		await fc.assert(
			fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
				const bytes = Buffer.from(whole);
				for (const { at, to } of changes) bytes[at] = to;
				const found = await read(bytesOf(gzipSync(bytes)));
				expect(Array.isArray(found) || found.startsWith('archive-refused: ')).toBe(true);
			}),
			{ numRuns: 300 },
		);
	});
});

describe('a package', () => {
	test("has git's name of each file", async () => {
		const files = { 'package.json': '{}', 'a.js': 'hi', 'empty.js': '', 'big.bin': 'x'.repeat(200_000) };
		const { files: found, packageJson } = await packageOf(files);
		expect(packageJson).toBe('{}');
		for (const [path, text] of Object.entries(files))
			expect(found.get(path)).toEqual({ bytes: text.length, blob: blobOf(text) });
	});

	test("'s folder is the one that package.json names, or the one with most of its files", async () => {
		const source = tree({
			'package.json': 'root',
			'packages/a/package.json': 'a',
			'packages/a/index.js': 'same',
			'packages/b/package.json': 'b',
			'packages/b/index.js': 'other',
		});
		const named = (directory: string) => JSON.stringify({ repository: { directory } });
		const files = { 'index.js': 'same', 'package.json': '{}' };
		expect(folderOf(await packageOf(files), source)).toBe('packages/a');
		expect(folderOf(await packageOf({ ...files, 'package.json': named('./packages/b/') }), source)).toBe('packages/b');
		expect(folderOf(await packageOf({ ...files, 'package.json': named('elsewhere') }), source)).toBe('packages/a');
		expect(folderOf(await packageOf({ 'x.js': 'x', 'package.json': '{' }), source)).toBe('');
	});

	test("'s files are the same, differ, are built, or are added", async () => {
		const source = tree({
			'.gitignore': '/made-*\n# no\n!kept\nout/\n',
			'package.json': '{}',
			LICENSE: 'MIT',
			'src/index.ts': 'source',
			'src/a.js': 'one',
		});
		const found = await packageOf({
			'package.json': '{"version":"1"}',
			'copy/LICENSE': 'MIT',
			'dist/index.js': 'built by its usual name',
			'made-here/a.js': 'built by .gitignore',
			'kept/a.js': 'x',
			'src/a.js': 'two',
			'src/b.js': 'in a folder of the source',
			'router_init.js': 'x'.repeat(2_300_000),
		});
		const isForBuilt = createBuildFolders(['/made-*\n# no\n!kept\nout/\n']);
		const held = holdFiles(found, source, '', isForBuilt);
		expect(held.map(({ path, group }) => `${path}: ${group}`)).toEqual([
			'router_init.js: added',
			'src/b.js: added',
			'package.json: differs',
			'src/a.js: differs',
			'kept/a.js: added',
			'dist/index.js: built',
			'made-here/a.js: built',
			'copy/LICENSE: same',
		]);
		expect(held.find(({ path }) => path === 'src/a.js')).toMatchObject({ place: 'src/a.js', bytes: 3 });
	});

	test('of 100,000 files in a tree of as many is held in the same way', async () => {
		const names = Array.from({ length: 100_000 }, (_, index) => `f/${index}.js`);
		const entries = names.map((path) => ({ path, type: 'blob', mode: '', sha: blobOf(path) }));
		const files = new Map(names.map((path) => [path, { bytes: 1, blob: blobOf(path) }]));
		const held = holdFiles({ files, packageJson: '' }, { truncated: false, tree: entries }, '', usual);
		expect(held.every(({ group }) => group === 'same')).toBe(true);
	});
});

describe('.gitignore', () => {
	test.each([
		['dist', true],
		['packages/a/lib', true],
		['src', false],
		['coverage', false],
	])('the usual name %s', (folder, isBuilt) => expect(usual(folder)).toBe(isBuilt));
	test('names folders by their last part; classes and stars in the middle are left out', () => {
		const isForBuilt = createBuildFolders(['/packages/*/made\nwasm-*\n*\n**/\n[a-z]\nx?\na*b*c\n']);
		expect(['made', 'a/made/b', 'wasm-node'].map(isForBuilt)).toEqual([true, true, true]);
		expect(['src', 'x', 'axbxc', 'packages'].map(isForBuilt)).toEqual([false, false, false, false]);
	});
});

describe('scripts', () => {
	const started = (command: string, all: Record<string, string> = {}) =>
		filesStarted(command, { all: new Map(Object.entries(all)), main: 'main.js' });
	test.each([
		['node install.js', ['install.js']],
		['node ./scripts/a --flag', ['./scripts/a']],
		['node -r ./hook.cjs --import=./more.mjs run.js', ['./hook.cjs', './more.mjs', 'run.js']],
		['node -r dotenv/config run.js', ['run.js']],
		['node .', ['main.js']],
		['CI=1 node a.js && sh b.sh; ./c || exit 0', ['a.js', 'b.sh', './c']],
		['node -e "require(\'./x\')"', []],
		['npm run setup', ['setup.js']],
		['yarn loop', []],
		['husky install', []],
		['scripts/postinstall.sh', ['scripts/postinstall.sh']],
		['bun run index.js', ['index.js']],
	])('%s starts %j', (command, files) =>
		expect(started(command, { setup: 'node setup.js', loop: 'yarn loop' })).toEqual(files),
	);

	const look = async (files: Record<string, string>, source?: Record<string, string>) => {
		const found = await packageOf(files);
		const held = source && holdFiles(found, tree(source), '', usual);
		const { findings } = await lookAtScripts(
			{ read: async () => success(found), ...(held && { held: new Map(held.map((one) => [one.path, one])) }) },
			[],
		);
		return findings.map(({ code, data }) => [code, ...Object.values(data ?? {})].join(' '));
	};
	const scripts = (all: Record<string, string>) => JSON.stringify({ scripts: all });

	test('and files together say of each file whether it is byte for byte in the attested commit', async () => {
		const packageJson = scripts({
			preinstall: 'node setup',
			postinstall: 'node a.js && node b.js && node dist/c.js && node d.js',
		});
		const files = {
			'package.json': packageJson,
			'setup.js': 'stray',
			'a.js': 'a',
			'b.js': 'changed',
			'dist/c.js': 'c',
		};
		expect(await look(files, { 'a.js': 'a', 'b.js': 'b' })).toEqual([
			'runs-on-install preinstall node setup',
			`runs-on-install postinstall ${JSON.parse(packageJson).scripts.postinstall}`,
			'install-starts-file preinstall node setup setup.js not-in-source',
			...[
				['a.js', 'same'],
				['b.js', 'differs'],
				['dist/c.js', 'not-in-source'],
				['d.js', 'absent'],
			].map(
				([path, inSource]) =>
					`install-starts-file postinstall ${JSON.parse(packageJson).scripts.postinstall} ${path} ${inSource}`,
			),
		]);
		expect((await look(files)).at(2)).toBe('install-starts-file preinstall node setup setup.js not-looked-at');
	});

	test('that npm runs by itself, where there is a binding.gyp', async () => {
		expect(await look({ 'package.json': '{}', 'binding.gyp': '{}' })).toEqual([
			'runs-on-install install node-gyp rebuild',
			'install-starts-file install node-gyp rebuild binding.gyp not-looked-at',
		]);
		const own = scriptsOf(await packageOf({ 'package.json': scripts({ preinstall: 'x' }), 'binding.gyp': '{}' }));
		expect(own.onInstall).toEqual([['preinstall', 'x']]);
	});

	test('of which there are none, and of a package.json that is none', async () => {
		expect(await look({ 'package.json': '{}', 'a.js': '' })).toEqual(['runs-nothing-in-file']);
		expect(await look({ 'package.json': '{', 'a.js': '' })).toEqual(['runs-nothing-in-file']);
		expect(await look({ 'package.json': '{"scripts":[1]}', 'a.js': '' })).toEqual(['runs-nothing-in-file']);
	});
});
