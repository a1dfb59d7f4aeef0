/** Owns how a file that `inspect --offline` names is read: once, within a limit, and so that a signal still ends the command. */
import { constants, existsSync, openSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { type GivenFile, MAX_FILE } from '../lib/files/given.ts';
import { reasonOf } from './usage.ts';

/** A file that the command line names. */
interface NamedFile extends GivenFile {
	/** Why it could not be read, once that was tried. */
	reason(): string | undefined;
}

/** Neither a file nor a pipe: it need not end, and has no content of its own. */
const NO_FILE = 'it is neither a file nor a pipe';

/**
 * A file, or a pipe, as shells make one for `<(...)`. A pipe is read at once, and no further than the limit, since it does not say how
 * long it is. What cannot be read says so when it is read.
 */
export async function openGiven(name: string): Promise<NamedFile> {
	let reason: string | undefined;
	const refuse = (why: string) => {
		reason = why;
		throw new Error(why);
	};
	const path = existsSync(name) ? name : name.replaceAll('\\', '/');
	const given = { name, size: 0, reason: () => reason };
	try {
		const stats = await stat(path);
		if (stats.isFIFO()) {
			const bytes = await readPipe(path);
			return { ...given, size: bytes.length, read: async () => bytes };
		}
		if (stats.isDirectory()) return { ...given, read: async () => refuse('it is a folder') };
		if (!stats.isFile()) return { ...given, read: async () => refuse(NO_FILE) };
		const read = () => readWhole(path, stats.size).catch((error) => refuse(reasonOf(error)));
		return { ...given, size: stats.size, read };
	} catch (error) {
		return { ...given, read: async () => refuse(reasonOf(error)) };
	}
}

/** No more than it had when it was asked for its size; of a file that is still written, the beginning. */
async function readWhole(path: string, size: number): Promise<Uint8Array<ArrayBuffer>> {
	const file = await open(path);
	try {
		const bytes = new Uint8Array(size);
		let length = 0;
		for (let got = -1; got !== 0 && length < size; length += got)
			({ bytesRead: got } = await file.read(bytes, length, size - length));
		return bytes.subarray(0, length);
	} finally {
		await file.close();
	}
}

/**
 * What a pipe holds, to its end or to one byte over the limit. Reading it as a file would hold a thread, for which the end of the
 * process waits.
 */
async function readPipe(path: string): Promise<Uint8Array<ArrayBuffer>> {
	// The socket closes it.
	const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
	const socket = new Socket({ fd, readable: true, writable: false });
	const parts: Buffer[] = [];
	let length = 0;
	for await (const part of socket as AsyncIterable<Buffer>) {
		parts.push(part);
		length += part.length;
		if (length > MAX_FILE) break;
	}
	return new Uint8Array(Buffer.concat(parts));
}
