/** Owns whether the roots that a log signed are of one growing tree: that in the record, that of today's proof, and the newest. */
import type { Rekor, TreeHead } from '../external/rekor.ts';
import { failed, type Result, success } from '../report/result.ts';
import { type SignedRoot, verifyCheckpoint } from '../sigstore/checkpoint.ts';
import { isConsistent } from '../sigstore/consistency.ts';
import type { TrustRoot } from '../sigstore/trust-root.ts';

/** Where the way begins, and where it leads to. */
interface Roots {
	/** Hex. */
	logId: string;
	/** The checkpoint in the record; `undefined` where it has none. One that cannot be read counts as none. */
	record: string | undefined;
	/** That to which today's proof of the entry leads. */
	today: SignedRoot;
	/** The newest roots of all parts, as the log gave them. */
	heads: readonly TreeHead[];
}

/** Entries in the part of the log: in the record, and in its newest root, which holds all others. */
interface Growth {
	before: number | undefined;
	newest: number;
}

/** Verifies a root of the log's answer. @returns failures as `verifyCheckpoint`, and `answer-unreadable` for none. */
export async function readRoot(checkpoint: string, logId: string, trust: TrustRoot): Promise<Result<SignedRoot>> {
	const root = await verifyCheckpoint(checkpoint, logId, trust);
	return !root.ok && root.failure.code === 'wrong-shape' ? failed('answer-unreadable', root.failure.detail) : root;
}

/**
 * Verifies the roots, and follows them from the smallest to the largest by proofs of the log.
 * @returns failures `log-checkpoint-invalid` (a root that this log did not sign) and `log-proof-invalid` (roots that are not of one
 *   growing tree), which are the log's; those of asking; and as `readRoot`. A newest root that is smaller than that in the record is
 *   `log-root-older`.
 */
export async function followGrowth(
	{ logId, record, today, heads }: Roots,
	trust: TrustRoot,
	{ fetchGrowth }: Pick<Rekor, 'fetchGrowth'>,
): Promise<Result<Growth>> {
	const { tree } = today;
	const head = heads.find(({ treeID }) => treeID === tree);
	if (!head) return failed('answer-unreadable', `no root of tree ${tree}`);
	const newest = await readRoot(head.signedTreeHead, logId, trust);
	if (!newest.ok) return newest;
	// What surrounds the root in the record is the publisher's, and no word of the log: one that cannot be read here is left out.
	const kept = record === undefined ? undefined : await readRoot(record, logId, trust);
	const roots = [today, newest.value, ...(kept?.ok ? [kept.value] : [])];
	const before = kept?.ok ? kept.value.size : undefined;
	const size = Math.max(today.size, newest.value.size);
	const stray = roots.find((root) => root.tree !== tree);
	if (stray) return failed('log-proof-invalid', `roots of tree ${stray.tree} and of tree ${tree}`);
	// A log only grows. It may also be another machine of it that is behind.
	if (before !== undefined && before > size)
		return failed('log-root-older', `the newest root is of ${size} entries, and that in the record of ${before}`);
	roots.sort((one, other) => one.size - other.size);
	for (const [at, second] of roots.entries()) {
		const first = roots[at - 1];
		const step = first ? await followStep(first, second, fetchGrowth) : success(undefined);
		if (!step.ok) return step;
	}
	return success({ before, newest: size });
}

async function followStep(
	first: SignedRoot,
	second: SignedRoot,
	fetchGrowth: Rekor['fetchGrowth'],
): Promise<Result<undefined>> {
	const { tree, size } = first;
	if (size === second.size) {
		if (first.hash === second.hash) return success(undefined);
		return failed('log-proof-invalid', `two roots of ${size} entries: ${first.hash}, ${second.hash}`);
	}
	const proof = await fetchGrowth({ tree, first: size, last: second.size });
	if (!proof.ok) return proof;
	return isConsistent(first, second, proof.value)
		? success(undefined)
		: failed('log-proof-invalid', `no proof that the tree of ${second.size} holds that of ${size} entries`);
}
