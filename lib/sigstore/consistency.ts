/** Owns the proof that a larger tree of a log holds all of a smaller one, in the same order. */
import { sha256 } from '@noble/hashes/sha2.js';

/** A tree at one size: how many entries it has, and its root. */
export interface TreeHead {
	/** At least 1, and a safe integer. */
	size: number;
	/** 32 bytes, in hex with small letters. */
	hash: string;
}

const HASH = /^[0-9a-f]{64}$/;
const NODE = Uint8Array.of(1);

/**
 * Whether a consistency proof leads from one tree to a larger one.
 * @param hashes of the proof, 32 bytes each in hex. No more are worked through than the larger tree has levels.
 * @returns false also where the first tree is not the smaller one.
 * @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4.2
 */
export function isConsistent(first: TreeHead, second: TreeHead, hashes: readonly string[]): boolean {
	if (first.size < 1 || first.size >= second.size) return false;
	if (![first.hash, ...hashes].every((hash) => HASH.test(hash))) return false;
	// Numbers of the nodes that end each tree, from level to level.
	let [one, other] = [first.size - 1, second.size - 1];
	while (one % 2 === 1) [one, other] = [half(one), half(other)];
	// Where the smaller tree is a full one, its root is a node of the larger, and the proof leaves it out.
	const path = one === 0 ? [first.hash, ...hashes] : hashes;
	const [start = NODE, ...rest]: Uint8Array[] = path.map((hash) => Buffer.from(hash, 'hex'));
	let [smaller, larger] = [start, start];
	for (const hash of rest) {
		if (other === 0) return false;
		if (one % 2 === 1 || one === other) {
			smaller = parentOf(hash, smaller);
			larger = parentOf(hash, larger);
			// It is not 0 here, so it ends.
			while (one % 2 === 0) [one, other] = [half(one), half(other)];
		} else larger = parentOf(larger, hash);
		[one, other] = [half(one), half(other)];
	}
	return other === 0 && hexOf(smaller) === first.hash && hexOf(larger) === second.hash;
}

function parentOf(left: Uint8Array, right: Uint8Array): Uint8Array {
	return sha256.create().update(NODE).update(left).update(right).digest();
}

function hexOf(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('hex');
}

function half(number: number): number {
	return Math.floor(number / 2);
}
