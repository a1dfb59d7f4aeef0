/** Owns a file's fingerprint: as the registry gives it, and as its bytes have it. */
import { failed, type Result, success } from '../report/result.ts';

/**
 * Reads an integrity that names one SHA-512 and nothing else, since with several hashes any would do for an installer.
 * @returns the digest in lower-case hex; failures `integrity-missing`, `unsupported-integrity`.
 * @see https://www.w3.org/TR/SRI/#the-integrity-attribute
 */
export function parseIntegrity(integrity: string | undefined): Result<string> {
	if (integrity === undefined || integrity === '') return failed('integrity-missing');
	const match = /^sha512-([A-Za-z0-9+/]{86}==)$/.exec(integrity);
	if (!match?.[1]) return failed('unsupported-integrity', integrity);
	return success(Array.from(atob(match[1]), (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join(''));
}

/** SHA-512 of a file's bytes in lower-case hex. */
export async function hashFile(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-512', bytes);
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The digest that statements must name once the file's own bytes were hashed.
 * @param listed the one that the registry gives. @param hashed the one that the file has.
 * @returns failure `file-differs` where the registry gives another.
 */
export function compareFile(listed: Result<string>, hashed: string): Result<string> {
	return listed.ok && listed.value !== hashed
		? failed('file-differs', `${hashed}, listed ${listed.value}`)
		: success(hashed);
}
