/** Owns the look at the public log: the entry as the log gives it today, and that the newest tree holds it. */
import { parseAttestations } from '../attestation/parse.ts';
import type { LoggedEntry } from '../external/rekor.ts';
import type { Inspection, LogEntryView } from '../report/evidence.ts';
import { FAILURES } from '../report/failures.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import { type Failure, failed } from '../report/result.ts';
import { verifyBundle } from '../sigstore/verify.ts';
import { followGrowth, readRoot } from './log-growth.ts';
import { type LookResult, type LookWorld, readOf, refused } from './world.ts';

/** The one entry of a bundle, as far as it is exchanged or compared. */
interface BundledEntry {
	canonicalizedBody?: unknown;
	inclusionProof?: { checkpoint?: { envelope?: unknown } };
}

/**
 * Asks the log for its newest roots and for the entry. The log's answer takes the place of what is in the bundle, and the whole bundle
 * is verified again: the same checks and trust root decide. Then the roots are followed, from that in the record to the newest.
 * @returns `log-entry-found` (beside a failure: in the tree of today's proof), `log-entry-differs`, `log-root-newer`; failures of
 *   asking, `log-root-older`, `log-not-public` for a log of another kind, and `not-reached` where no entry was verified before.
 */
export async function lookAtLog({ evidence }: Inspection, world: LookWorld): Promise<LookResult> {
	const [view] = evidence.provenance?.logEntries ?? [];
	const sorted = parseAttestations(evidence.attestations);
	const bundle = sorted.ok ? sorted.value.provenance[0]?.bundle : undefined;
	const entry = entryIn(bundle);
	if (!view || !entry) return refused(failed('not-reached', 'no entry of a log was verified').failure);
	if (!world.rekor.isOf(view.logAddress)) return refused(failed('log-not-public', view.logAddress).failure);
	const heads = await world.rekor.fetchHeads();
	if (!heads.ok) return refused(heads.failure);
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
	const trust = await world.trust;
	/** What the log gave and what does not hold is the log's; what could not be checked is nobody's. */
	const told = ({ code, detail }: Failure, findings: Finding[] = []): LookResult =>
		FAILURES[code] === 'false'
			? differs(`${code}: ${detail ?? 'with what the log gives today'}`)
			: refused(failed(code, detail).failure, findings);
	const verified = await verifyBundle(withProof(bundle, answer.value), trust, 'certificate');
	if (!verified.ok) return told(verified.failure);
	// Of the answer only what the log signed: the numbers beside it are nobody's.
	const today = await readRoot(answer.value.verification.inclusionProof.checkpoint, view.logId, trust);
	if (!today.ok) return told(today.failure);
	const envelope = entry.inclusionProof?.checkpoint?.envelope;
	const record = view.hasInclusionProof && typeof envelope === 'string' ? envelope : undefined;
	const roots = { logId: view.logId, record, today: today.value, heads: heads.value };
	const growth = await followGrowth(roots, trust, world.rekor);
	const found = (size: number) => makeFinding('log-entry-found', { index, size: String(size), ...read });
	if (!growth.ok) return told(growth.failure, [found(today.value.size)]);
	const { before, newest } = growth.value;
	const sizes = before !== undefined && before < newest && { before: String(before), now: String(newest) };
	return { findings: [found(newest), ...(sizes ? [makeFinding('log-root-newer', { ...sizes, ...read })] : [])] };
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
