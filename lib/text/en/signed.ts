/** Owns the words of a decoded record: certificate with every extension, signature and log entries, as tables. */
import type { SignedEvidence } from '../../report/evidence.ts';
import type { ClaimedEvidence } from '../../report/files.ts';

/** One row; the value is text from outside. */
export interface FactRow {
	name: string;
	value: string;
	/** What its number in the certificate is, or which of several entries it is about. */
	note?: string;
}

/** A table, and which part of a record it is about. */
interface FactTable {
	part: 'certificate' | 'log';
	caption: string;
	rows: FactRow[];
}

/** Tables of what a record holds. @param evidence one without the time of its signature was not verified, and is said to be so. */
export function describeSigned(evidence: SignedEvidence | ClaimedEvidence): FactTable[] {
	const { signer, logEntries } = evidence;
	const signedAt = 'signedAt' in evidence ? evidence.signedAt : undefined;
	const unproved = signedAt === undefined ? ': what it says, nothing of it proved' : '';
	const noteOf = (index: number) => (logEntries.length > 1 ? { note: `entry ${index + 1}` } : {});
	const entries = logEntries.flatMap((entry, index): FactRow[] => [
		...(entry.logAddress === '' ? [] : [{ name: 'Log', value: entry.logAddress, ...noteOf(index) }]),
		{ name: 'Index in the log', value: entry.index, ...noteOf(index) },
		{ name: 'Log id', value: entry.logId, ...noteOf(index) },
		{ name: 'Kind of entry', value: entry.kind, ...noteOf(index) },
		{ name: 'Taken in', value: entry.integratedAt ?? 'not signed by the log', ...noteOf(index) },
		{ name: 'Inclusion proof', value: proofText(entry.hasInclusionProof, signedAt !== undefined), ...noteOf(index) },
	]);
	const signature = {
		part: 'log' as const,
		caption: `Signature and log entry${unproved}`,
		rows: [
			...('keyId' in signer ? [{ name: "Key of npm's registry", value: signer.keyId }] : []),
			...(signedAt === undefined ? [] : [{ name: 'Signed at', value: signedAt }]),
			...entries,
		],
	};
	if (!('certificate' in signer)) return [signature];
	const { subjectAlternativeName, notBefore, notAfter, serial, extensions } = signer.certificate;
	const certificate = {
		part: 'certificate' as const,
		caption: unproved === '' ? 'Certificate (X.509, issued by Fulcio)' : `Certificate (X.509)${unproved}`,
		rows: [
			{ name: 'Subject alternative name', value: subjectAlternativeName },
			{ name: 'Valid', value: `${notBefore} to ${notAfter}` },
			{ name: 'Serial number', value: serial },
			...extensions.map(({ oid, name, critical, value, words }) => ({
				name,
				value: words ?? value,
				note: critical ? `${oid}, critical` : oid,
			})),
		],
	};
	return [certificate, signature];
}

/** What the whole statement is called. @param evidence one without the time of its signature was not verified, and is said to be so. */
export function describeStatement(evidence: SignedEvidence | ClaimedEvidence): string {
	return 'signedAt' in evidence ? 'The signed statement (in-toto)' : 'The statement (in-toto): nothing of it proved';
}

function proofText(hasProof: boolean, isProved: boolean): string {
	if (!isProved) return hasProof ? 'yes, not checked' : 'none';
	return hasProof ? 'yes, checked' : 'none; the log only promised';
}
