/** Owns the answers to signature questions by Node's own crypto, on the calling thread. WebCrypto would send each through the thread pool. */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Algorithm, Answer, Question } from '../lib/sigstore/webcrypto/bridge.ts';

const DIGESTS = { 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' } as const;

/** Node's name of each curve. */
const CURVES = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const;

/** A key, and the curve or kind that it is of. */
interface Key {
	key: KeyObject;
	kind: string | undefined;
}

/** Keys of authorities, which sign for many. A thousand bundles bring as many keys of their own. */
const keys = new Map<string, Key>();
const MAX_KEYS = 64;

/** Whether a signature holds. A key that cannot be read, or is none of the algorithm's, verifies nothing. */
export function verifyByNode({ algorithm, key: spki, data, signature }: Question): Answer {
	try {
		const { key, kind } = keyOf(spki);
		if (kind !== kindOf(algorithm)) return false;
		if (algorithm.name === 'Ed25519') return verify(null, data, key, signature);
		const digest = DIGESTS[algorithm.hash];
		if (algorithm.name === 'ECDSA') return verify(digest, data, { key, dsaEncoding: 'ieee-p1363' }, signature);
		return verify(digest, data, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
	} catch {
		return false;
	}
}

function kindOf(algorithm: Algorithm): string {
	if (algorithm.name === 'ECDSA') return CURVES[algorithm.namedCurve];
	return algorithm.name === 'Ed25519' ? 'ed25519' : 'rsa';
}

function keyOf(spki: Uint8Array): Key {
	const bytes = Buffer.from(spki.buffer, spki.byteOffset, spki.byteLength);
	const id = bytes.toString('latin1');
	const known = keys.get(id);
	if (known) {
		keys.delete(id);
		keys.set(id, known);
		return known;
	}
	const key = createPublicKey({ key: bytes, format: 'der', type: 'spki' });
	const { asymmetricKeyType: type } = key;
	const made = { key, kind: type === 'ec' ? key.asymmetricKeyDetails?.namedCurve : type };
	keys.set(id, made);
	if (keys.size > MAX_KEYS) keys.delete(keys.keys().next().value ?? '');
	return made;
}
