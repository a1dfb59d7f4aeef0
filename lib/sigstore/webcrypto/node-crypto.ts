/**
 * Stands in for the four functions of Node's `crypto` that sigstore-js and tuf-js call. Hashes come from noble, at once;
 * signatures become questions that `settle()` puts to WebCrypto. The build puts this file where the packages ask for `crypto`.
 */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { type Algorithm, ask, refuse } from './bridge.ts';
import { Buffer, type Encoding } from './node-buffer.ts';

const HASHES = { sha256, sha384, sha512 } as const;

/** The parts of Node's `Hash` that the packages use. */
interface Hash {
	update(data: Uint8Array | string): Hash;
	digest(): Buffer;
	digest(encoding: Encoding): string;
}

/**
 * Node's `createHash`, for SHA-256, SHA-384 and SHA-512.
 * @throws Error for any other algorithm, as Node does for one that it does not know.
 */
export function createHash(algorithm: string): Hash {
	if (!Object.hasOwn(HASHES, algorithm)) throw new Error(`Digest method not supported: ${algorithm}`);
	const hash = HASHES[algorithm as keyof typeof HASHES].create();
	function digest(): Buffer;
	function digest(encoding: Encoding): string;
	function digest(encoding?: Encoding): Buffer | string {
		const bytes = Buffer.from(hash.digest());
		return encoding === undefined ? bytes : bytes.toString(encoding);
	}
	return {
		update(data) {
			hash.update(typeof data === 'string' ? Buffer.from(data) : data);
			return this;
		},
		digest,
	};
}

/**
 * Node's `timingSafeEqual`. What is compared here is public, so only the answer matters, not the time it takes.
 * @throws TypeError for anything but bytes, RangeError where the lengths differ, as Node does.
 */
export function timingSafeEqual(one: Uint8Array, other: Uint8Array): boolean {
	demandBytes(one, other);
	if (one.byteLength !== other.byteLength) throw new RangeError('Input buffers must have the same byte length');
	return one.every((byte, index) => byte === other[index]);
}

/** What this file knows of a public key: how to ask about it, or why it cannot. */
export type PublicKey = KeyKind & {
	/** As DER SubjectPublicKeyInfo. */
	spki: Uint8Array;
};

// `asymmetricKeyType` and `asymmetricKeyDetails` are Node's; tuf-js reads them.
type KeyKind =
	| { type: 'ec'; curve: Curve; asymmetricKeyType: 'ec'; asymmetricKeyDetails: { namedCurve: string } }
	| { type: 'rsa'; asymmetricKeyType: 'rsa' }
	| { type: 'ed25519'; asymmetricKeyType: 'ed25519' }
	| { type: 'unsupported'; why: string };

interface Curve {
	name: 'P-256' | 'P-384' | 'P-521';
	/** Length of a coordinate, and so of r and of s, in bytes. */
	size: number;
}

/** The value of an AlgorithmIdentifier, whole and in hex -> the kind of key. Each has exactly one right encoding. */
const KEY_KINDS: Record<string, KeyKind> = {
	// https://www.rfc-editor.org/rfc/rfc5480#section-2.1.1
	'06072a8648ce3d020106082a8648ce3d030107': ecKind('P-256', 32, 'prime256v1'),
	'06072a8648ce3d020106052b81040022': ecKind('P-384', 48, 'secp384r1'),
	'06072a8648ce3d020106052b81040023': ecKind('P-521', 66, 'secp521r1'),
	// https://www.rfc-editor.org/rfc/rfc3279#section-2.3.1
	'06092a864886f70d0101010500': { type: 'rsa', asymmetricKeyType: 'rsa' },
	// https://www.rfc-editor.org/rfc/rfc8410#section-3
	'06032b6570': { type: 'ed25519', asymmetricKeyType: 'ed25519' },
};

function ecKind(name: Curve['name'], size: number, namedCurve: string): KeyKind {
	return { type: 'ec', curve: { name, size }, asymmetricKeyType: 'ec', asymmetricKeyDetails: { namedCurve } };
}

/** What `createPublicKey` takes: PEM text, or DER with its type. */
type KeyInput = string | { key: Uint8Array; format: 'der'; type: 'spki' | 'pkcs1' };

/**
 * Node's `createPublicKey`, for SubjectPublicKeyInfo (PEM or DER) and PKCS#1 DER.
 * @returns a key; one whose algorithm WebCrypto lacks is returned too, and verifies nothing.
 * @throws Error where the bytes are no such structure. (That a point is on its curve is only found when it is asked.)
 */
export function createPublicKey(input: KeyInput): PublicKey {
	const der = typeof input === 'string' ? fromPem(input) : input.key;
	const spki = typeof input !== 'string' && input.type === 'pkcs1' ? wrapPkcs1(der) : der;
	// SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
	// https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.7
	const outer = readDer(spki, 0, 0x30);
	const algorithm = readDer(spki, outer.start, 0x30);
	const bits = readDer(spki, algorithm.next, 0x03);
	if (outer.next !== spki.length || bits.next !== outer.next) throw new Error('trailing data in the key');
	const identifier = Buffer.from(spki.subarray(algorithm.start, algorithm.next)).toString('hex');
	const kind = Object.hasOwn(KEY_KINDS, identifier) ? KEY_KINDS[identifier] : undefined;
	if (kind === undefined) return { type: 'unsupported', why: `key algorithm ${identifier.slice(0, 80)}`, spki };
	if (spki[bits.start] !== 0) throw new Error('a key of broken bytes');
	return { ...checkPublicKey(kind, spki.subarray(bits.start + 1, bits.next)), spki };
}

/** Sees to it that every browser means the same by a key, by asking for the one form that all of them take. */
function checkPublicKey(kind: KeyKind, key: Uint8Array): KeyKind {
	if (kind.type === 'rsa') checkRsaPublicKey(key);
	if (kind.type === 'ed25519' && key.length !== 32) throw new Error('an Ed25519 key of a wrong length');
	if (kind.type === 'ec') {
		const [form] = key;
		// https://www.rfc-editor.org/rfc/rfc5480#section-2.2
		if (form === 2 || form === 3) return { type: 'unsupported', why: 'compressed point' };
		if (form !== 4 || key.length !== 1 + 2 * kind.curve.size) throw new Error('no point of this curve');
	}
	return kind;
}

/** RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER } */
function checkRsaPublicKey(der: Uint8Array): void {
	const outer = readDer(der, 0, 0x30);
	const modulus = readDer(der, outer.start, 0x02);
	const exponent = readDer(der, modulus.next, 0x02);
	if (outer.next !== der.length || exponent.next !== outer.next) throw new Error('trailing data in the RSA key');
}

const DIGESTS = new Map([
	['sha256', 'SHA-256'],
	['sha384', 'SHA-384'],
	['sha512', 'SHA-512'],
] as const) as ReadonlyMap<string, 'SHA-256' | 'SHA-384' | 'SHA-512'>;

/**
 * Node's `verify`, as a question to `settle()`.
 * @param digest its name; Node's default, when there is none, is SHA-256 for every curve and for RSA.
 * @param keyOrHolder from `createPublicKey`, or an object that holds it, as tuf-js passes it.
 * @param signature DER for ECDSA, as in certificates; strictly so, as OpenSSL asks.
 * @returns the answer; `true` also while it is still being asked. `false` for what WebCrypto cannot answer.
 * @throws TypeError where data or signature are no bytes, as Node does.
 */
export function verify(
	digest: string | null | undefined,
	data: Uint8Array,
	keyOrHolder: PublicKey | { key: PublicKey },
	signature: Uint8Array,
): boolean {
	demandBytes(data, signature);
	const key = 'key' in keyOrHolder ? keyOrHolder.key : keyOrHolder;
	if (key.type === 'unsupported') return refuse(key.why);
	if (key.type === 'ed25519') {
		// Ed25519 hashes by itself; Node refuses a digest beside it.
		if (digest) return false;
		return ask({ algorithm: { name: 'Ed25519' }, key: key.spki, data, signature });
	}
	const hash = DIGESTS.get((digest ?? 'sha256').toLowerCase());
	if (hash === undefined) return refuse(`digest ${digest}`);
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
	const algorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex');
	const bits = wrapDer(0x03, Uint8Array.of(0), rsaPublicKey);
	return wrapDer(0x30, algorithm, bits);
}

function wrapDer(tag: number, ...parts: Uint8Array[]): Uint8Array {
	const value = Buffer.concat(parts);
	const length: number[] = [];
	for (let rest = value.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
	const head = value.length < 0x80 ? [tag, value.length] : [tag, 0x80 | length.length, ...length];
	return Buffer.concat([Uint8Array.from(head), value]);
}

const PEM_BEGIN = '-----BEGIN PUBLIC KEY-----';
const PEM_END = '-----END PUBLIC KEY-----';

/** One PEM block and nothing else, https://www.rfc-editor.org/rfc/rfc7468#section-3 */
function fromPem(pem: string): Uint8Array {
	const text = pem.trim();
	const base64 = text.slice(PEM_BEGIN.length, -PEM_END.length).replace(/\s+/g, '');
	if (!text.startsWith(PEM_BEGIN) || !text.endsWith(PEM_END) || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64))
		throw new Error('not a PEM public key');
	return Buffer.from(base64, 'base64');
}

function demandBytes(...values: unknown[]): void {
	if (!values.every((value) => value instanceof Uint8Array)) throw new TypeError('bytes are needed here');
}

// sigstore-js reads `crypto` as a default import of a CommonJS module.
export default { createHash, createPublicKey, timingSafeEqual, verify };
