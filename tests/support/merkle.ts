/** Owns the Merkle trees of the made-up log, as the text defines them: each hash is made anew. @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1 */
import { createHash } from 'node:crypto';

/** The hash of an entry, as a leaf. */
export const leafHash = (entry: Buffer): Buffer => sha256(Buffer.from([0]), entry);

/** The root over some leaves, at least one. */
export function treeHash(leaves: Buffer[]): Buffer {
	const [only] = leaves;
	if (leaves.length === 1 && only) return only;
	const split = splitOf(leaves.length);
	return sha256(Buffer.from([1]), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

/** The inclusion proof of one leaf, from the leaf to the root. */
export function inclusionPath(index: number, leaves: Buffer[]): Buffer[] {
	if (leaves.length === 1) return [];
	const split = splitOf(leaves.length);
	const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
	return index < split
		? [...inclusionPath(index, left), treeHash(right)]
		: [...inclusionPath(index - split, right), treeHash(left)];
}

/**
 * The proof that the tree over the first leaves is a part of that over all. @param first at least 1.
 * @see https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4.1
 */
export function consistencyPath(first: number, leaves: Buffer[], isKnown = true): Buffer[] {
	if (first === leaves.length) return isKnown ? [] : [treeHash(leaves)];
	const split = splitOf(leaves.length);
	const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
	return first <= split
		? [...consistencyPath(first, left, isKnown), treeHash(right)]
		: [...consistencyPath(first - split, right, false), treeHash(left)];
}

/** The largest power of two below `size`. */
function splitOf(size: number): number {
	return 2 ** Math.floor(Math.log2(size - 1));
}

/** SHA-256 over all parts, one after the other. */
export function sha256(...parts: Buffer[]): Buffer {
	const hash = createHash('sha256');
	for (const part of parts) hash.update(part);
	return hash.digest();
}
