/** Owns the look at the public log: the entry as the log gives it today, and the proof that it is in the newest tree. */
import { parseAttestations } from '../attestation/parse.ts';
import type { LoggedEntry } from '../external/rekor.ts';
import type { Inspection, LogEntryView } from '../report/evidence.ts';
import { makeFinding } from '../report/findings.ts';
import { failed } from '../report/result.ts';
import { verifyBundle } from '../sigstore/verify.ts';
import { type LookResult, type LookWorld, readOf, refused } from './world.ts';

/** The one entry of a bundle, as far as it is exchanged or compared. */
interface BundledEntry {
	canonicalizedBody?: unknown;
	inclusionProof?: { treeSize?: unknown };
}

/**
 * Asks the log for the newest root and for the entry. The log's answer takes the place of what is in the bundle, and the whole bundle
 * is verified again: the same checks and trust root decide.
 * @returns `log-entry-found`, `log-entry-differs`, `log-root-newer`; failures of asking, `log-not-public` for a log of another kind,
 *   and `not-reached` where no entry was verified before.
 */
export async function lookAtLog({ evidence }: Inspection, world: LookWorld): Promise<LookResult> {
	const [view] = evidence.provenance?.logEntries ?? [];
	const sorted = parseAttestations(evidence.attestations);
	const bundle = sorted.ok ? sorted.value.provenance[0]?.bundle : undefined;
	const entry = entryIn(bundle);
	if (!view || !entry) return refused(failed('not-reached', 'no entry of a log was verified').failure);
	if (!world.rekor.isOf(view.logAddress)) return refused(failed('log-not-public', view.logAddress).failure);
	const root = await world.rekor.fetchRoot();
	if (!root.ok) return refused(root.failure);
	const read = readOf(world.rekor.addressOf(view.index), world);
	const answer = await world.rekor.fetchEntry(view.index);
	if (!answer.ok) return refused(answer.failure);
	const { index } = view;
	const differs = (why: string): LookResult => ({
		findings: [makeFinding('log-entry-differs', { index, why, ...read })],
	});
	if (!answer.value) return differs('the log has no entry of this index');
	const different = compareEntry(answer.value, view, entry);
	if (different !== undefined) return differs(different);
	const verified = await verifyBundle(withProof(bundle, answer.value), await world.trust, 'certificate');
	if (!verified.ok) return differs(`${verified.failure.code} with the proof that the log gives today`);
	const { treeSize, rootHash } = answer.value.verification.inclusionProof;
	// Of another part of the log the sizes are others.
	if (treeSize === root.value.treeSize && rootHash !== root.value.rootHash)
		return differs(`two roots of ${treeSize} entries: ${rootHash}, ${root.value.rootHash}`);
	const size = String(treeSize);
	const before = entry.inclusionProof?.treeSize;
	const findings = [makeFinding('log-entry-found', { index, size, ...read })];
	const isNewer = before !== undefined && Number(before) < treeSize;
	return {
		findings: isNewer
			? [...findings, makeFinding('log-root-newer', { before: String(before), now: size, ...read })]
			: findings,
	};
}

function entryIn(bundle: unknown): BundledEntry | undefined {
	const entries = (bundle as { verificationMaterial?: { tlogEntries?: BundledEntry[] } })?.verificationMaterial
		?.tlogEntries;
	return Array.isArray(entries) ? entries[0] : undefined;
}

/** What differs between the entry of the log and that of the record; `undefined` where nothing does. Pure. */
function compareEntry(
	{ body, logID, logIndex, integratedTime }: LoggedEntry,
	{ index, logId, integratedAt }: LogEntryView,
	{ canonicalizedBody }: BundledEntry,
): string | undefined {
	if (String(logIndex) !== index) return `index ${logIndex}`;
	if (logID !== logId.toLowerCase()) return `log ${logID}`;
	if (body !== canonicalizedBody) return 'another body';
	const isOtherTime = integratedAt !== undefined && Date.parse(integratedAt) !== integratedTime * 1000;
	return isOtherTime ? `logged at ${new Date(integratedTime * 1000).toISOString()}` : undefined;
}

/** The bundle with the proof that the log gives today. */
function withProof(bundle: unknown, { verification: { inclusionProof } }: LoggedEntry): unknown {
	const changed = structuredClone(bundle) as { verificationMaterial: { tlogEntries: object[] } };
	const { checkpoint, hashes, logIndex, rootHash, treeSize } = inclusionProof;
	Object.assign(changed.verificationMaterial.tlogEntries[0] ?? {}, {
		inclusionProof: {
			logIndex: String(logIndex),
			rootHash: base64Of(rootHash),
			treeSize: String(treeSize),
			hashes: hashes.map(base64Of),
			checkpoint: { envelope: checkpoint },
		},
	});
	return changed;
}

function base64Of(hex: string): string {
	return btoa((hex.match(/../g) ?? []).map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join(''));
}
