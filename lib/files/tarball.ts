/** Owns what is read of a package's file that was given: its digests, and the name and version in its package.json. Nothing of it is kept or run. */
import SemVer from 'semver/classes/semver.js';
import * as v from 'valibot';
import { join, unpack } from '../look/archive.ts';
import { MAX_ANSWER } from '../npm/json-bounds.ts';
import { parseJsonText } from '../npm/json-stream.ts';
import { type Failure, failed, type Result, success } from '../report/result.ts';

/** Digests of a file, lower-case hex. */
interface Digests {
	sha256: string;
	sha512: string;
}

/** A given file that records may be about. */
export interface Hashed extends Digests {
	name: string;
	bytes: Uint8Array<ArrayBuffer>;
}

/** A package's file, read. */
export interface GivenTarball extends Hashed {
	/** What its package.json says, or why that cannot be read. */
	package: Result<{ name: string; version: string }>;
}

/** Most bytes of package.json, as for a look. */
const MAX_PACKAGE_JSON = 4 * 1024 * 1024;

/** Takes the digests of a file. */
export async function hashGiven(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Hashed> {
	const [sha256, sha512] = await Promise.all([hex('SHA-256', bytes), hex('SHA-512', bytes)]);
	return { name, bytes, sha256, sha512 };
}

/** Reads a gzipped file, whatever it holds. @returns for its package.json: failure `archive-refused`. */
export async function readTarball(hashed: Hashed): Promise<GivenTarball> {
	return { ...hashed, package: await readPackage(hashed.bytes) };
}

const packageShape = v.object({ name: v.string(), version: v.string() });

async function readPackage(bytes: Uint8Array<ArrayBuffer>): Promise<Result<{ name: string; version: string }>> {
	let text: string | undefined;
	let refused: Failure | undefined;
	const read = await unpack(bytes, (path, parts, size) => {
		if (path !== 'package.json') return;
		if (size > MAX_PACKAGE_JSON) refused = refusal(`a package.json of more than ${MAX_PACKAGE_JSON} bytes`);
		else text = new TextDecoder().decode(join(parts));
	});
	if (!read.ok) return read;
	if (refused || text === undefined) return { ok: false, failure: refused ?? refusal('no package.json') };
	const json = parseJsonText(text.replace(/^\ufeff/, ''), MAX_ANSWER);
	const parsed = v.safeParse(packageShape, json.ok ? json.value : undefined);
	if (!parsed.success) return failed('archive-refused', 'a package.json without name and version');
	const { name, version } = parsed.output;
	return success({ name: name.trim(), version: cleaned(version) });
}

function refusal(detail: string): Failure {
	return failed('archive-refused', detail).failure;
}

/** As npm writes it before it publishes: `v1.2.3` is `1.2.3`. */
function cleaned(version: string): string {
	try {
		return new SemVer(version.trim().replace(/^[=v]+/, ''), { loose: true }).version;
	} catch {
		return version;
	}
}

async function hex(algorithm: 'SHA-256' | 'SHA-512', bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
