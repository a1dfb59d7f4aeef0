/** Owns how the tools make an npm tarball: a gzipped ustar archive, the same bytes for the same files. */
import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/**
 * Packs files as npm does, under `package/`.
 * @param files path below `package/` (at most 90 bytes) -> content.
 */
export function packTarball(files: Record<string, string | Uint8Array>): Buffer {
	const blocks = Object.entries(files).flatMap(([path, content]) => {
		const bytes = Buffer.from(content);
		return [header(`package/${path}`, bytes.length), bytes, Buffer.alloc(-bytes.length & (BLOCK - 1))];
	});
	return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

/** @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06 */
function header(path: string, size: number): Buffer {
	const block = Buffer.alloc(BLOCK);
	const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
	block.write(path, 0, 100);
	block.write(octal(0o644, 8), 100);
	block.write(octal(0, 8), 108);
	block.write(octal(0, 8), 116);
	block.write(octal(size, 12), 124);
	// npm's own tarballs bear this date, so that the same files make the same bytes.
	block.write(octal(Date.parse('1985-10-26T08:15:00Z') / 1000, 12), 136);
	block.write('        ', 148);
	block.write('0', 156);
	block.write('ustar\x0000', 257);
	const checksum = block.reduce((sum, byte) => sum + byte, 0);
	block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
	return block;
}
