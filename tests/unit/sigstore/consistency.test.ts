/** Tests the proof that a larger tree holds a smaller one, against trees that are built here by the text of the standard. */
import { expect, test } from 'vitest';
import { isConsistent } from '../../../lib/sigstore/consistency.ts';
import { consistencyPath, leafHash, sha256, treeHash } from '../../support/merkle.ts';

const SIZES = Array.from({ length: 70 }, (_, at) => at + 1);
const leaves = SIZES.map((size) => leafHash(Buffer.from(`entry ${size}`)));
const heads = SIZES.map((size) => ({ size, hash: treeHash(leaves.slice(0, size)).toString('hex') }));
const hex = (hashes: Buffer[]) => hashes.map((hash) => hash.toString('hex'));

/** All pairs of trees, the smaller first, with the proof. */
const growths = heads.flatMap((first) =>
	heads
		.filter(({ size }) => size > first.size)
		.map((second) => ({ first, second, proof: hex(consistencyPath(first.size, leaves.slice(0, second.size))) })),
);

/** The hash with one bit of another value. */
const flipped = (hash: string) => (Number.parseInt(hash.slice(0, 1), 16) ^ 1).toString(16) + hash.slice(1);

test('the proofs between all trees of 1 to 70 entries hold', () => {
	expect(growths).toHaveLength((70 * 69) / 2);
	expect(growths.filter(({ first, second, proof }) => !isConsistent(first, second, proof))).toEqual([]);
});

test('none holds with one hash changed, left out or added, nor between other roots or sizes', () => {
	const wrong = growths.flatMap(({ first, second, proof }) => {
		const proofs = proof.flatMap((hash, at) => [
			proof.with(at, flipped(hash)),
			proof.toSpliced(at, 1),
			proof.toSpliced(at, 0, hash),
		]);
		const roots: [typeof first, typeof first][] = [
			[{ ...first, hash: flipped(first.hash) }, second],
			[first, { ...second, hash: flipped(second.hash) }],
			[second, first],
		];
		const changed = [...proofs, [...proof, first.hash], [first.hash, ...proof], []];
		return [
			...changed.filter((other) => isConsistent(first, second, other)),
			...roots.filter(([one, other]) => isConsistent(one, other, proof)),
		].map(() => `${first.size} -> ${second.size}`);
	});
	expect(wrong).toEqual([]);
});

/** The root over two others. */
const over = (left: string, right: string) =>
	sha256(Buffer.from([1]), Buffer.from(left, 'hex'), Buffer.from(right, 'hex')).toString('hex');

test('a log can sign any root: a path of another length than the sizes have leads nowhere', () => {
	const [three, four] = [heads[2], heads[3]] as [(typeof heads)[0], (typeof heads)[0]];
	const proof = hex(consistencyPath(3, leaves.slice(0, 4)));
	const [some, more] = ['1'.repeat(64), '2'.repeat(64)];
	expect(isConsistent(three, four, proof)).toBe(true);
	// One step too many, over both roots.
	const above = ({ size, hash }: typeof three) => ({ size, hash: over(more, hash) });
	expect(isConsistent(above(three), above(four), [...proof, more])).toBe(false);
	// One too few.
	expect(isConsistent({ size: 1, hash: some }, { size: 4, hash: over(some, more) }, [more])).toBe(false);
	// No tree, and a tree that is the larger one.
	for (const size of [0, -5, 3])
		expect(isConsistent({ size, hash: some }, { size: 2, hash: over(some, more) }, [some, more])).toBe(false);
	expect(isConsistent(three, three, [three.hash])).toBe(false);
	expect(isConsistent(three, four, [])).toBe(false);
});

test('what is no hash, and sizes up to 2^53, end in no', () => {
	const [first, second] = [heads[4], heads[9]] as [(typeof heads)[0], (typeof heads)[0]];
	const proof = hex(consistencyPath(5, leaves.slice(0, 10)));
	expect(isConsistent(first, second, proof)).toBe(true);
	expect(isConsistent(first, second, [...proof.slice(1), 'no hash'])).toBe(false);
	expect(isConsistent({ ...first, hash: '' }, second, proof)).toBe(false);
	const many = Array.from({ length: 64 }, () => '0'.repeat(64));
	const largest = { size: Number.MAX_SAFE_INTEGER, hash: second.hash };
	for (const size of [1, 5, 2 ** 52, 2 ** 52 - 1, Number.MAX_SAFE_INTEGER - 1])
		expect(isConsistent({ ...first, size }, largest, many)).toBe(false);
});
