/**
 * Stands in for the four functions of Node's `crypto` that sigstore-js calls. Hashes come from noble, at once; signatures
 * become questions that `settle()` puts to WebCrypto. The build puts this file where the packages ask for `crypto`.
 */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { Buffer } from './node-buffer.ts';
import { type Algorithm, ask, refuse } from './settle.ts';

const HASHES = { sha256, sha384, sha512 } as const;

/**
 * Node's `createHash`, for SHA-256, SHA-384 and SHA-512.
 * @throws Error for any other algorithm, as Node does for one that it does not know.
 */
export function createHash(algorithm: string): { update(data: Uint8Array): unknown; digest(): Buffer } {
	if (!Object.hasOwn(HASHES, algorithm)) throw new Error(`Digest method not supported: ${algorithm}`);
	const hash = HASHES[algorithm as keyof typeof HASHES].create();
	return {
		update(data) {
			hash.update(data);
			return this;
		},
		digest: () => Buffer.from(hash.digest()),
	};
}

/**
 * Node's `timingSafeEqual`. What is compared here is public, so only the answer matters, not the time it takes.
 * @throws RangeError where the lengths differ, as Node does.
 */
export function timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean {
	if (one.byteLength !== other.byteLength) throw new RangeError('Input buffers must have the same byte length');
	return one.every((byte, index) => byte === other[index]);
}

/** What this file knows of a public key: how to ask about it, or why it cannot. */
export type PublicKey = { spki: Uint8Array } & (
	| { type: 'ec'; curve: Curve }
	| { type: 'rsa' }
	| { type: 'ed25519' }
	| { type: 'unsupported'; oid: string }
);

interface Curve {
	name: 'P-256' | 'P-384' | 'P-521';
	/** Length of a coordinate, and so of r and of s, in bytes. */
	size: number;
}

// https://www.rfc-editor.org/rfc/rfc5480#section-2.1.1
const CURVES: Record<string, Curve> = {
	'2a8648ce3d030107': { name: 'P-256', size: 32 },
	'2b81040022': { name: 'P-384', size: 48 },
	'2b81040023': { name: 'P-521', size: 66 },
};
const EC_PUBLIC_KEY = '2a8648ce3d0201';
const RSA_ENCRYPTION = '2a864886f70d010101';
const ED25519 = '2b6570';

/** What `createPublicKey` takes: PEM text, or DER with its type. */
export type KeyInput = string | { key: Uint8Array; format: 'der'; type: 'spki' | 'pkcs1' };

/**
 * Node's `createPublicKey`, for SubjectPublicKeyInfo (PEM or DER) and PKCS#1 DER.
 * @returns a key; one whose algorithm WebCrypto lacks is returned too, and verifies nothing.
 * @throws Error where the bytes are no such structure. (That a point is on its curve is only found when it is asked.)
 */
export function createPublicKey(input: KeyInput): PublicKey {
	const der = typeof input === 'string' ? fromPem(input) : input.key;
	const spki = typeof input !== 'string' && input.type === 'pkcs1' ? wrapPkcs1(der) : der;
	// SubjectPublicKeyInfo ::= SEQUENCE { algorithm SEQUENCE { OID, parameters }, subjectPublicKey BIT STRING }
	// https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.7
	const outer = readDer(spki, 0, 0x30);
	if (outer.next !== spki.length) throw new Error('trailing data after the key');
	const algorithm = readDer(spki, outer.start, 0x30);
	const oid = readDer(spki, algorithm.start, 0x06);
	const bits = readDer(spki, algorithm.next, 0x03);
	if (bits.next !== outer.next) throw new Error('trailing data in the key');
	const oidHex = hex(spki.subarray(oid.start, oid.next));
	if (oidHex === EC_PUBLIC_KEY) {
		const parameters = readDer(spki, oid.next, 0x06);
		const curveHex = hex(spki.subarray(parameters.start, parameters.next));
		const curve = CURVES[curveHex];
		return curve ? { type: 'ec', spki, curve } : { type: 'unsupported', spki, oid: curveHex };
	}
	if (oidHex === RSA_ENCRYPTION) return { type: 'rsa', spki };
	if (oidHex === ED25519) return { type: 'ed25519', spki };
	return { type: 'unsupported', spki, oid: oidHex };
}

const DIGESTS: Record<string, 'SHA-256' | 'SHA-384' | 'SHA-512'> = {
	sha256: 'SHA-256',
	sha384: 'SHA-384',
	sha512: 'SHA-512',
};

/**
 * Node's `verify`, as a question to `settle()`.
 * @param algorithm digest name; Node's default, when there is none, is SHA-256 for every curve and for RSA.
 * @param key from `createPublicKey`.
 * @param signature DER for ECDSA, as in certificates; strictly so, as OpenSSL asks.
 * @returns the answer; `true` also while it is still being asked. `false` for what WebCrypto cannot answer.
 */
export function verify(
	algorithm: string | null | undefined,
	data: Uint8Array,
	key: PublicKey,
	signature: Uint8Array,
): boolean {
	if (key.type === 'unsupported') return refuse(`key algorithm ${key.oid}`);
	if (key.type === 'ed25519') {
		// Ed25519 hashes by itself; Node refuses a digest beside it.
		if (algorithm) return false;
		return ask({ algorithm: { name: 'Ed25519' }, key: key.spki, data, signature });
	}
	const hash = DIGESTS[(algorithm ?? 'sha256').toLowerCase()];
	if (hash === undefined) return refuse(`digest ${algorithm}`);
	if (key.type === 'rsa') {
		return ask({ algorithm: { name: 'RSASSA-PKCS1-v1_5', hash }, key: key.spki, data, signature });
	}
	const raw = rawEcdsaSignature(signature, key.curve.size);
	if (raw === undefined) return false;
	const ecdsa: Algorithm = { name: 'ECDSA', namedCurve: key.curve.name, hash };
	return ask({ algorithm: ecdsa, key: key.spki, data, signature: raw });
}

/**
 * ECDSA-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER } -> `r||s`, each of the curve's length.
 * `undefined` for anything but the one DER encoding of two positive numbers that fit.
 * @see https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3
 */
function rawEcdsaSignature(der: Uint8Array, size: number): Uint8Array | undefined {
	try {
		const outer = readDer(der, 0, 0x30);
		const r = readDer(der, outer.start, 0x02);
		const s = readDer(der, r.next, 0x02);
		if (outer.next !== der.length || s.next !== outer.next) return undefined;
		const raw = new Uint8Array(2 * size);
		for (const [part, end] of [
			[r, size],
			[s, 2 * size],
		] as const) {
			const number = positiveInteger(der.subarray(part.start, part.next));
			if (number === undefined || number.length > size) return undefined;
			raw.set(number, end - number.length);
		}
		return raw;
	} catch {
		return undefined;
	}
}

/** The bytes of a DER INTEGER without its sign byte; `undefined` where it is negative, padded or empty. */
function positiveInteger(value: Uint8Array): Uint8Array | undefined {
	const [first = 0x80, second = 0] = value;
	if (first > 0x7f) return undefined;
	if (first !== 0 || value.length === 1) return value;
	return second > 0x7f ? value.subarray(1) : undefined;
}

interface Der {
	/** Where the value starts, and where the next element does. */
	start: number;
	next: number;
}

/**
 * Reads one DER element's head at `at`, strictly: the given tag, the shortest length form, within `bytes`.
 * @see https://www.itu.int/rec/T-REC-X.690
 */
function readDer(bytes: Uint8Array, at: number, tag: number): Der {
	if (bytes[at] !== tag) throw new Error(`expected DER tag ${tag}`);
	let start = at + 2;
	let length = bytes[at + 1] ?? Number.NaN;
	if (length > 0x7f) {
		const count = length & 0x7f;
		if (count === 0 || count > 4) throw new Error('DER length out of bounds');
		length = 0;
		for (let i = 0; i < count; i += 1) length = length * 256 + (bytes[start + i] ?? Number.NaN);
		if (length < 0x80 || length < 256 ** (count - 1)) throw new Error('DER length not minimal');
		start += count;
	}
	const next = start + length;
	if (!(next <= bytes.length)) throw new Error('DER element past the end');
	return { start, next };
}

/** RSAPublicKey -> SubjectPublicKeyInfo, https://www.rfc-editor.org/rfc/rfc3279#section-2.3.1 */
function wrapPkcs1(rsaPublicKey: Uint8Array): Uint8Array {
	readDer(rsaPublicKey, 0, 0x30);
	const algorithm = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
	const bits = [0x03, ...derLength(rsaPublicKey.length + 1), 0x00, ...rsaPublicKey];
	return Uint8Array.from([0x30, ...derLength(algorithm.length + bits.length), ...algorithm, ...bits]);
}

function derLength(length: number): number[] {
	if (length < 0x80) return [length];
	const bytes: number[] = [];
	for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
	return [0x80 | bytes.length, ...bytes];
}

function fromPem(pem: string): Uint8Array {
	const match = /-----BEGIN PUBLIC KEY-----([\s\S]*?)-----END PUBLIC KEY-----/.exec(pem);
	if (!match) throw new Error('not a PEM public key');
	return Buffer.from(match[1] ?? '', 'base64');
}

function hex(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// sigstore-js reads `crypto` as a default import of a CommonJS module.
export default { createHash, createPublicKey, timingSafeEqual, verify };
