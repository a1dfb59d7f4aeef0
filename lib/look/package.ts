/** Owns what is read of a package's own file: the git blob id of each of its files, and its package.json. Nothing of it is kept or run. */
import { hashFile, parseIntegrity } from '../attestation/integrity.ts';
import type { Inspection } from '../report/evidence.ts';
import { failed, type Result, success } from '../report/result.ts';
import { join, unpack } from './archive.ts';
import type { LookWorld } from './world.ts';

/** One file of a package. */
interface PackedFile {
	bytes: number;
	/** Git's name for these bytes, hex. */
	blob: string;
}

/** A package's file, read. */
export interface Package {
	/** By path below the package's folder. */
	files: ReadonlyMap<string, PackedFile>;
	/** The text of package.json; empty where there is none. */
	packageJson: string;
}

/** Most bytes of package.json: a package with a larger one is refused. */
const MAX_PACKAGE_JSON = 4 * 1024 * 1024;
/** How many files, and how many bytes of them, are hashed at a time. */
const AT_ONCE = 8;
const BYTES_AT_ONCE = 32 * 1024 * 1024;

/**
 * Fetches the published file and reads it, if its bytes have the attested fingerprint; before that, nothing of it is read.
 * @returns failures of asking the registry, `file-differs`, `integrity-missing`, `unsupported-integrity`, `archive-refused`.
 */
export async function fetchPackage(
	{ report: { release } }: Inspection,
	{ registry, signal }: Pick<LookWorld, 'registry' | 'signal'>,
): Promise<Result<Package>> {
	const expected = parseIntegrity(release.integrity);
	if (!expected.ok) return expected;
	const file = await registry.fetchTarball(release.name, release.version, signal ? { signal } : {});
	if (!file.ok) return file;
	const hashed = await hashFile(file.value);
	if (hashed !== expected.value) return failed('file-differs', `${hashed}, listed ${expected.value}`);
	return readPackage(file.value);
}

/** Reads a package's file. @returns failure `archive-refused`, also where package.json is over 4 MiB. */
export async function readPackage(
	packed: Uint8Array<ArrayBuffer>,
	algorithm: 'SHA-1' | 'SHA-256' = 'SHA-1',
): Promise<Result<Package>> {
	const files = new Map<string, PackedFile>();
	const running = new Set<Promise<void>>();
	let [packageJson, isTooLarge, underWay] = ['', false, 0];
	const read = await unpack(packed, async (path, parts, bytes) => {
		if (path === 'package.json') {
			isTooLarge = bytes > MAX_PACKAGE_JSON;
			if (!isTooLarge) packageJson = new TextDecoder().decode(join(parts));
		}
		const file = { bytes, blob: '' };
		files.set(path, file);
		underWay += bytes;
		const hashing = blobId(parts, bytes, algorithm).then((blob) => {
			file.blob = blob;
			underWay -= bytes;
			running.delete(hashing);
		});
		running.add(hashing);
		while (running.size >= AT_ONCE || (underWay > BYTES_AT_ONCE && running.size > 0)) await Promise.race(running);
	});
	await Promise.all(running);
	// Without it nobody knows what the package runs.
	if (isTooLarge) return failed('archive-refused', `a package.json of more than ${MAX_PACKAGE_JSON} bytes`);
	return read.ok ? success({ files, packageJson }) : read;
}

/** Git's name for a file's bytes. @see https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
async function blobId(
	parts: readonly Uint8Array<ArrayBuffer>[],
	size: number,
	algorithm: 'SHA-1' | 'SHA-256',
): Promise<string> {
	const whole = join(parts, new TextEncoder().encode(`blob ${size}\0`));
	const digest = new Uint8Array(await crypto.subtle.digest(algorithm, whole));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
