/** Owns the form of the evidence beside a Report: manifest, statement, certificate and log entry, decoded to be shown. */

import type { Report } from './report.ts';
import type { Failure } from './result.ts';

/** One signature of the registry over `name@version:integrity`. */
interface RegistrySignature {
	keyid: string;
	/** Base64 of a DER ECDSA signature. */
	sig: string;
}

/** What we read of a version's manifest. Nobody signed it, except where `signatures` cover name, version and integrity. */
export interface Manifest {
	name: string;
	version: string;
	/** Subresource integrity of the tarball, as served. */
	integrity?: string | undefined;
	/** SHA-1 of the tarball in hex, as served: all that old lockfiles have. */
	shasum?: string | undefined;
	/** Address of the tarball, as served. Nothing is ever fetched from it. */
	tarball?: string | undefined;
	signatures: RegistrySignature[];
	/** Whether the registry lists attestations for it, and of what kind the provenance is said to be. */
	attestations?: { provenance?: string | undefined } | undefined;
	/** Repository address as package.json states it. */
	repository?: string | undefined;
	/** The commit that was checked out where it was published, as npm noted it. */
	gitHead?: string | undefined;
	/** Size of the unpacked files in bytes, as the registry says. */
	unpackedSize?: number | undefined;
}

/** One extension, for the eye. */
export interface ExtensionView {
	oid: string;
	name: string;
	critical: boolean;
	/** The text, where it is text; else the bytes in hex. */
	value: string;
	/** What those bytes say, where that is known. */
	words?: string;
}

/** A certificate as plain JSON. */
export interface CertificateView {
	/** Subject alternative name: the workflow that signed. */
	subjectAlternativeName: string;
	/** ISO times. */
	notBefore: string;
	notAfter: string;
	/** Serial number, hex. */
	serial: string;
	extensions: ExtensionView[];
	/** Fulcio's extensions by number, as text. */
	fulcio: Record<number, string>;
}

/** The entry of a signature in a public log. */
export interface LogEntryView {
	/** The entry's number in the log, as a decimal string. */
	index: string;
	/** The log's id, hex. */
	logId: string;
	/** The log's address, from the trust root. */
	logAddress: string;
	/** What kind of entry it is, e.g. `dsse 0.0.1`. */
	kind: string;
	/** ISO time at which the log took it in, where the log signed one. */
	integratedAt?: string;
	/** Whether a path to the log's signed root is part of the bundle. */
	hasInclusionProof: boolean;
}

/** An in-toto statement out of a verified envelope. */
export interface Statement {
	type: string;
	predicateType: string;
	subject: { name: string; digest: Record<string, string> }[];
	predicate: unknown;
}

/** What a Report was made of, for those who want to see it. Plain JSON. */
interface Evidence {
	/** The attestations as served. */
	attestations?: unknown;
	provenance?: SignedEvidence;
	publish?: SignedEvidence;
	/** What the registry says of the release; nobody signed it. */
	manifest?: Manifest;
	/** Who published or approved it, as the list of releases says; absent until that was read. */
	publisher?: { name?: string | undefined; trustedPublisher?: string; approver?: string };
	/** Whether the registry's list of malware was read; absent where it was not asked for. */
	advisories?: 'read' | Failure;
}

/** One attestation that was verified, decoded. */
export interface SignedEvidence {
	statement?: Statement;
	signer: { certificate: CertificateView } | { keyId: string };
	/** ISO time. */
	signedAt: string;
	logEntries: LogEntryView[];
}

/** The answer and what it was made of. */
export interface Inspection {
	report: Report;
	evidence: Evidence;
}
