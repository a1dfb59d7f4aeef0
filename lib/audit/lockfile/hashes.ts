/** Owns how the hash of an entry is brought into one form, so that two tools' hashes of one file are the same text. Pure. */
import type { LockedHash } from './lockfile.ts';

/** Characters of a digest in base64, without padding. */
const LENGTHS: ReadonlyMap<string, number> = new Map([
	['sha1', 27],
	['sha256', 43],
	['sha384', 64],
	['sha512', 86],
]);

const HASH = /^(sha1|sha256|sha384|sha512)-([A-Za-z0-9+/]+)={0,2}(?:\?.*)?$/;

/**
 * Reads hashes in the form of Subresource Integrity, or one in bare hex, as Deno has it.
 * @returns all of the algorithms that npm's tools know, in their order and rightly padded; what is none of them checks nothing, for
 *   installers too, and is `nothing`.
 * @see https://www.w3.org/TR/SRI/#the-integrity-attribute
 */
export function readIntegrity(integrity: string | undefined): LockedHash {
	if (integrity === undefined) return { of: 'nothing' };
	if (/^[0-9a-f]{40}$/i.test(integrity)) return { of: 'tarball', integrity: sha1Of(integrity) };
	const hashes = integrity.split(/\s+/).flatMap((hash) => {
		const [, algorithm = '', digest = ''] = HASH.exec(hash) ?? [];
		return algorithm === '' ? [] : [`${algorithm}-${padded(digest, LENGTHS.get(algorithm))}`];
	});
	return hashes.length === 0 ? { of: 'nothing' } : { of: 'tarball', integrity: hashes.join(' ') };
}

/** The hash behind an address, as Yarn 1 has it: `...tgz#<40 hex>`. */
export function hashOfAddress(address: string): LockedHash {
	const [, hex] = /#([0-9a-f]{40})$/i.exec(address) ?? [];
	return hex === undefined ? { of: 'nothing' } : { of: 'tarball', integrity: sha1Of(hex) };
}

/** What tells a hash from another, as one text. */
export function hashText(hash: LockedHash): string {
	if (hash.of === 'tarball') return hash.integrity;
	return hash.of === 'nothing' ? hash.of : `${hash.of} ${hash.text ?? ''}`;
}

/** Bun pads a SHA-384 that needs none. A digest of another length is kept as it is. */
function padded(digest: string, length: number | undefined): string {
	return digest + '='.repeat(digest.length === length ? (4 - (digest.length % 4)) % 4 : 0);
}

function sha1Of(hex: string): string {
	const bytes = hex.match(/../g) ?? [];
	return `sha1-${btoa(String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16))))}`;
}
