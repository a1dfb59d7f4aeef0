/** Owns the signed root of a log's tree (checkpoint): what it says, once a key of that log was seen to have signed it. */
import './webcrypto/asn1-patch.ts';
import { crypto } from '@sigstore/core';
import { failed, type Result, success } from '../report/result.ts';
import type { TreeHead } from './consistency.ts';
import type { TrustRoot } from './trust-root.ts';
import { settle, UnsettledError } from './webcrypto/bridge.ts';

/** A root that a log signed, and of which of its trees. */
export interface SignedRoot extends TreeHead {
	/** The number of the tree in the log, in decimal. */
	tree: string;
}

/** Longest checkpoint, in characters; those of the public log have some hundreds. */
const MAX_CHECKPOINT = 10_000;
/** Most signatures that are looked at. */
const MAX_SIGNATURES = 16;

/** Origin, which ends in the number of the tree, then size and root, then other lines up to an empty one. */
const NOTE = /^[^\n]{1,500} - (\d{1,20})\n([1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*(?=\n)/;
const SIGNATURE = /^\u2014 \S+ ([A-Za-z0-9+/]+={0,2})$/gm;

/**
 * Verifies that a log signed a root. Its tree, size and hash are read from the bytes that were signed.
 * @param envelope a checkpoint as Rekor v1 writes it: the note, an empty line, and a line for each signature.
 * @param logId hex of the log whose key must have signed.
 * @returns failures `wrong-shape` (no such checkpoint), `log-checkpoint-invalid` (not signed by this log), and of keys that
 *   cannot be asked here `unsupported-algorithm` and `too-many-questions`.
 * @see https://github.com/transparency-dev/formats/blob/main/log/README.md
 */
export async function verifyCheckpoint(
	envelope: string,
	logId: string,
	{ material }: TrustRoot,
): Promise<Result<SignedRoot>> {
	const [note, tree = '', digits = '', root = ''] = envelope.length > MAX_CHECKPOINT ? [] : (NOTE.exec(envelope) ?? []);
	const size = Number(digits);
	if (note === undefined || !Number.isSafeInteger(size)) return failed('wrong-shape', 'not a signed root of a tree');
	const data = Buffer.from(note, 'utf8');
	const keys = material.tlogs.filter(({ logID }) => logID.toString('hex') === logId.toLowerCase());
	// The first four bytes name the key. Lines are signed by nobody, so those of other keys take no room from it.
	const signatures = [...envelope.slice(note.length).matchAll(SIGNATURE)].flatMap(([, base64 = '']) => {
		const bytes = Buffer.from(base64, 'base64');
		const named = keys.filter(({ logID }) => logID.subarray(0, 4).equals(bytes.subarray(0, 4)));
		return named.map(({ publicKey }) => ({ publicKey, signature: bytes.subarray(4) }));
	});
	const asked = signatures.slice(0, MAX_SIGNATURES);
	try {
		const isSigned = await settle(() =>
			asked.some(({ publicKey, signature }) => crypto.verify(data, publicKey, signature)),
		);
		if (!isSigned) return failed('log-checkpoint-invalid', `tree ${tree} of ${size} entries`);
		return success({ tree, size, hash: Buffer.from(root, 'base64').toString('hex') });
	} catch (error) {
		if (error instanceof UnsettledError) return failed(error.code, error.message);
		throw error;
	}
}
