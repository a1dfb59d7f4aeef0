/** Tests that an archive is read as npm's own reader (node-tar) reads it, so that no file is installed unseen. */
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { unpack } from '../../../lib/look/archive.ts';
import { readPackage } from '../../../lib/look/package.ts';
import { packTarball } from '../../support/tarball.ts';

interface Entry {
	name: string;
	text?: string;
	size?: number;
	type?: string;
	prefix?: string;
	magic?: string;
}

/** A header and what follows it; `size` may say something else than the text has. */
function entry({
	name,
	text = '',
	size = Buffer.byteLength(text),
	type = '0',
	prefix = '',
	magic = 'ustar\x0000',
}: Entry): Buffer {
	const block = Buffer.alloc(512);
	block.write(name, 0, 100);
	block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
	block.write(type, 156);
	block.write(magic, 257);
	block.write(prefix, 345, 155);
	block.fill(' ', 148, 156);
	const sum = block.reduce((all, byte) => all + byte, 0);
	block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
	const bytes = Buffer.from(text);
	return Buffer.concat([block, bytes, Buffer.alloc(-bytes.length & 511)]);
}

function pax(key: string, value: string, type = 'x'): Buffer {
	let length = 0;
	const record = () => `${length} ${key}=${value}\n`;
	while (Buffer.byteLength(record()) !== length) length = Buffer.byteLength(record());
	return entry({ name: 'PaxHeader', text: record(), type });
}

async function read(...blocks: Buffer[]) {
	const paths: string[] = [];
	const packed = new Uint8Array(gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])));
	const result = await unpack(packed, (path) => {
		paths.push(path);
	});
	return result.ok ? paths : `${result.failure.code}: ${result.failure.detail}`;
}

const HIDDEN = entry({ name: 'package/hidden.js', text: 'hi' });

test('a directory has no content, whatever its size says', async () => {
	const folder = (size: number) => entry({ name: 'package/lib', type: '5', size });
	expect(await read(folder(4096), entry({ name: 'package/a.js' }))).toEqual(['a.js']);
	expect(await read(folder(1024), HIDDEN)).toEqual(['hidden.js']);
	expect(await read(pax('size', '1024'), folder(0), HIDDEN)).toEqual(['hidden.js']);
});

test('a file whose name ends in a slash is a directory', async () => {
	expect(await read(entry({ name: 'package/lib/', size: 1024 }), HIDDEN)).toEqual(['hidden.js']);
	expect(await read(pax('path', 'package/lib/'), entry({ name: 'x', size: 1024 }), HIDDEN)).toEqual(['hidden.js']);
	expect(await read(entry({ name: 'package/lib/', size: 1024, type: '\0' }), HIDDEN)).toEqual(['hidden.js']);
});

test.each([
	['a pax header for all that sets a path', [pax('path', 'package/b.js', 'g')], /for all/],
	['a pax header for all that sets a size', [pax('size', '2', 'g')], /for all/],
	['a pax header that sets a field of the reader itself', [pax('ignore', '1')], /pax header/],
	['a pax record within another one', [pax('comment', 'x\n23 path=package/b.js')], /pax header/],
	['a header with a size for the next header', [pax('size', '2'), pax('path', 'package/b.js')], /size of a header/],
	['a prefix without a name', [entry({ name: '', prefix: 'package/a' })], /two parts/],
	['a long prefix that is empty', [entry({ name: 'package/a', prefix: `\0${'x'.repeat(154)}` })], /two parts/],
	['a dot before its folder', [entry({ name: './package/a.js' })], /outside/],
	['a drive below its folder', [entry({ name: 'package/c:/a.js' })], /absolute/],
	['a line break behind the end of a name', [entry({ name: 'package/a.js\0x\ny.js' })], /line break/],
	[
		'a line break behind the end of a long name',
		[entry({ name: 'x', type: 'L', text: 'package/a\0x\ny' })],
		/line break/,
	],
])('%s is refused', async (_name, blocks, why) => {
	expect(await read(...blocks, entry({ name: 'package/z.js' }))).toMatch(
		new RegExp(`^archive-refused: .*${why.source}`),
	);
});

test('a folder before the name is one in the form of ustar only', async () => {
	expect(await read(entry({ name: 'a.js', prefix: 'package/in' }))).toEqual(['in/a.js']);
	expect(await read(entry({ name: 'package/a.js', prefix: 'package/in', magic: 'ustar  \0' }))).toEqual(['a.js']);
});

test('what git and others write is read', async () => {
	const more = [
		pax('comment', 'c'.repeat(40), 'g'),
		pax('mtime', '1.5'),
		pax('SCHILY.dev', '1'),
		pax('LIBARCHIVE.x', 'y'),
	];
	expect(await read(...more, entry({ name: 'package/a.js' }))).toEqual(['a.js']);
});

test('a package.json that is too large to be read is no package without scripts', async () => {
	const read = await readPackage(new Uint8Array(packTarball({ 'package.json': ' '.repeat(4 * 1024 * 1024 + 1) })));
	expect(read).toEqual({
		ok: false,
		failure: { code: 'archive-refused', detail: 'a package.json of more than 4194304 bytes' },
	});
});
