/**
 * Owns how a package's file is unpacked in memory: bounded before the work, file by file, never to a disk. What no package needs (links,
 * paths that lead out) ends it. See docs/decisions/0135-own-reader-of-archives.md.
 */
import { failed, type Result, success } from '../report/result.ts';

/** How much an archive may hold. */
export interface ArchiveLimits {
	/** Bytes of all that comes out of it, headers among them. */
	unpacked: number;
	entries: number;
	/** Bytes of a path. */
	name: number;
}

/** The largest honest packages unpack to some hundreds of megabytes, and have some ten thousand files. */
const LIMITS: ArchiveLimits = { unpacked: 512 * 1024 * 1024, entries: 100_000, name: 1024 };

const BLOCK = 512;
/** Most bytes of a header that extends the next one. Honest ones have a path and some times. */
const MAX_EXTENSION = 64 * 1024;

/** A refusal on its way up; none leaves this file. */
class Refusal extends Error {}

/**
 * Unpacks a gzipped tar as npm does: the first part of each path is left out.
 * @param packed the whole file.
 * @param take gets each file, one after the other; the next is read once it has resolved.
 * @returns nothing, once all was read; or failure `archive-refused`, whose detail names the limit or what is not allowed.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13
 */
export async function unpack(
	packed: Uint8Array<ArrayBuffer>,
	take: (path: string, parts: readonly Uint8Array<ArrayBuffer>[], size: number) => void | Promise<void>,
	limits: ArchiveLimits = LIMITS,
): Promise<Result<undefined>> {
	const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
	const input = new Input(stream.getReader(), limits.unpacked);
	try {
		await readEntries(input, take, limits);
		return success(undefined);
	} catch (error) {
		if (error instanceof Refusal) return failed('archive-refused', error.message);
		// What the decompression throws is of no kind of its own; all else is our own mistake.
		if (input.isBroken) return failed('archive-refused', 'no gzip, or it breaks off');
		throw error;
	} finally {
		await input.end();
	}
}

async function readEntries(
	input: Input,
	take: Parameters<typeof unpack>[1],
	{ entries, name }: ArchiveLimits,
): Promise<void> {
	const seen = new Set<string>();
	let extended: Extension = {};
	let hasNullBlock = false;
	for (;;) {
		const block = await input.readBlock();
		if (!block) return;
		if (block.every((byte) => byte === 0)) {
			if (hasNullBlock) return input.expectNothing();
			hasNullBlock = true;
			continue;
		}
		hasNullBlock = false;
		const header = readHeader(block);
		const size = extended.size ?? header.size;
		if (EXTENSIONS.has(header.type)) {
			if (extended.size !== undefined) throw new Refusal('the size of a header by another header');
			if (header.size > MAX_EXTENSION) throw new Refusal(`a header of more than ${MAX_EXTENSION} bytes, as for a name`);
			extended = { ...extended, ...readExtension(header.type, join(await input.readParts(header.size))) };
			continue;
		}
		const path = extended.path ?? header.path;
		extended = {};
		if (path.length > name) throw new Refusal(`a name of more than ${name} bytes`);
		// Some write the size that a disk gives a folder; npm reads no content of one either.
		if (header.type === DIRECTORY || (OLD_FILES.has(header.type) && path.endsWith('/'))) continue;
		if (!FILES.has(header.type)) throw new Refusal(`${KINDS[header.type] ?? 'an entry of an unknown kind'}: ${path}`);
		const within = pathWithin(path);
		if (seen.has(within)) throw new Refusal(`two files of one name: ${within}`);
		seen.add(within);
		if (seen.size > entries) throw new Refusal(`more than ${entries} files`);
		await take(within, await input.readParts(size), size);
	}
}

const FILES = new Set(['0', '\0', '7']);
/** Those that are a directory where their name ends in a slash, as old archives have it. */
const OLD_FILES = new Set(['0', '\0']);
const DIRECTORY = '5';
/** pax, pax for all that follow, GNU's long name, GNU's long link. */
const EXTENSIONS = new Set(['x', 'g', 'L', 'K']);
const KINDS: Record<string, string> = {
	'1': 'a link',
	'2': 'a link',
	'3': 'a device',
	'4': 'a device',
	'6': 'a pipe',
};

/** The path below the package's own folder. */
function pathWithin(path: string): string {
	if (path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.includes('\\'))
		throw new Refusal(`an absolute path: ${path}`);
	const parts = path.split('/').filter((part) => part !== '' && part !== '.');
	if (parts.includes('..')) throw new Refusal(`a path that leads out: ${path}`);
	// npm leaves out whatever comes first, a dot as well.
	if (parts.length < 2 || path.startsWith('./')) throw new Refusal(`a file outside of the package's folder: ${path}`);
	const within = parts.slice(1).join('/');
	if (/^[A-Za-z]:/.test(within)) throw new Refusal(`an absolute path: ${path}`);
	return within;
}

interface Extension {
	path?: string;
	size?: number;
}

function readHeader(block: Uint8Array): { path: string; size: number; type: string } {
	const text = (from: number, length: number) => {
		return untilNull(block.subarray(from, from + length));
	};
	const checksum = octal(text(148, 8));
	// The field itself counts as spaces.
	const sum = block.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
	if (checksum !== sum) throw new Refusal('a header whose checksum does not fit');
	// GNU and some others write large numbers in another form; none of that size is within the limits.
	const size = octal(text(124, 12));
	if (size === undefined) throw new Refusal('a size that is no number');
	// GNU's own form has times in the place of the prefix.
	const isUstar = decode(block.subarray(257, 265)) === 'ustar\x0000';
	const prefix = isUstar ? text(345, 155) : '';
	// npm puts a slash before a name whose prefix is empty and marked as long, and takes a mere prefix for a file.
	const isOdd = isUstar && (prefix === '' ? block[475] !== 0 : text(0, 100) === '');
	if (isOdd) throw new Refusal('a name in two parts that may be read in two ways');
	return {
		path: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`,
		size,
		type: String.fromCharCode(block[156] ?? 0),
	};
}

function octal(text: string): number | undefined {
	const digits = text.trim();
	return /^[0-7]{1,11}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** What a header says of the next entry. Of links nothing is read. */
function readExtension(type: string, bytes: Uint8Array): Extension {
	if (type === 'L') return { path: untilNull(bytes) };
	if (type === 'K') return {};
	const extension: Extension = {};
	for (let at = 0; at < bytes.length; ) {
		const space = bytes.indexOf(0x20, at);
		const length = Number(decode(bytes.subarray(at, Math.max(at, space))));
		const record = bytes.subarray(space + 1, at + length);
		const isWhole = Number.isSafeInteger(length) && length > space + 1 - at && at + length <= bytes.length;
		if (space === -1 || !isWhole || record.at(-1) !== 0x0a) throw new Refusal('a pax header that cannot be read');
		const equals = record.indexOf(0x3d);
		const [key, value] = [decode(record.subarray(0, equals)), decode(record.subarray(equals + 1, -1))];
		// npm reads line by line, and takes any key for a field of its own.
		const isKnown = equals > 0 && (key.includes('.') || PAX_KEYS.has(key));
		if (!isKnown || record.indexOf(0x0a) !== record.length - 1)
			throw new Refusal(`a pax header that may be read in two ways: ${key}`);
		if (type === 'g' && (key === 'path' || key === 'size'))
			throw new Refusal(`a pax header for all that follow sets their ${key}`);
		if (key === 'path') extension.path = value;
		if (key === 'size') {
			if (!/^\d{1,15}$/.test(value)) throw new Refusal('a size that is no number');
			extension.size = Number(value);
		}
		at += length;
	}
	return extension;
}

/** What pax and those that write it have, besides names with a dot. */
const PAX_KEYS = new Set(
	'atime ctime mtime path linkpath size uid gid uname gname comment charset hdrcharset dev ino nlink mode'.split(' '),
);

/** The text before the first null. npm reads on behind a line break. @throws Refusal where there is one. */
function untilNull(bytes: Uint8Array): string {
	const end = bytes.indexOf(0);
	if (end === -1) return decode(bytes);
	if (bytes.includes(0x0a, end)) throw new Refusal('a line break behind the end of a name');
	return decode(bytes.subarray(0, end));
}

function decode(bytes: Uint8Array): string {
	return new TextDecoder().decode(bytes);
}

/** Parts as one. */
export function join(
	parts: readonly Uint8Array<ArrayBuffer>[],
	before: Uint8Array = new Uint8Array(),
): Uint8Array<ArrayBuffer> {
	const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, before.length));
	whole.set(before);
	let at = before.length;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

/** The unpacked bytes, counted as they come. */
class Input {
	/** Whether the decompression itself failed. */
	isBroken = false;
	private rest = new Uint8Array();
	private count = 0;
	private readonly reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
	private readonly most: number;
	constructor(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>, most: number) {
		[this.reader, this.most] = [reader, most];
	}

	/** Up to `size` bytes, as they come; none at the end. @throws Refusal beyond the limit. */
	private async readSome(size: number): Promise<Uint8Array<ArrayBuffer>> {
		while (this.rest.length === 0) {
			let next: ReadableStreamReadResult<Uint8Array<ArrayBuffer>>;
			try {
				next = await this.reader.read();
			} catch (error) {
				this.isBroken = true;
				throw error;
			}
			if (next.done) return new Uint8Array();
			this.count += next.value.length;
			if (this.count > this.most) throw new Refusal(`more than ${this.most} bytes unpacked`);
			this.rest = next.value;
		}
		const part = this.rest.subarray(0, size);
		this.rest = this.rest.subarray(part.length);
		return part;
	}

	/** One block; nothing at the end. */
	async readBlock(): Promise<Uint8Array<ArrayBuffer> | undefined> {
		const first = await this.readSome(BLOCK);
		if (first.length === 0) return undefined;
		return first.length === BLOCK ? first : join(await this.readExactly(BLOCK - first.length), first);
	}

	/** So many bytes, and what fills their last block up. Nothing of the size is believed before the bytes are there. */
	async readParts(size: number): Promise<Uint8Array<ArrayBuffer>[]> {
		if (size > this.most) throw new Refusal(`more than ${this.most} bytes unpacked`);
		const parts = await this.readExactly(size);
		await this.readExactly(-size & (BLOCK - 1));
		return parts;
	}

	private async readExactly(size: number): Promise<Uint8Array<ArrayBuffer>[]> {
		const parts: Uint8Array<ArrayBuffer>[] = [];
		for (let left = size; left > 0; ) {
			const part = await this.readSome(left);
			if (part.length === 0) throw new Refusal('a size that is larger than what there is');
			parts.push(part);
			left -= part.length;
		}
		return parts;
	}

	/** @throws Refusal where something follows the end. */
	async expectNothing(): Promise<void> {
		for (;;) {
			const part = await this.readSome(BLOCK);
			if (part.length === 0) return;
			if (part.some((byte) => byte !== 0)) throw new Refusal('something behind its end');
		}
	}

	async end(): Promise<void> {
		await this.reader.cancel().catch(() => undefined);
	}
}
