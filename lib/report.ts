/**
 * Owns the contract: what a Report is made of, its stable codes, and how claims add up to one verdict.
 * Everything here is plain JSON; `inspect --json` prints a Report as it is.
 */
import type { ClaimId, Finding } from './finding-table.ts';

export {
	CLAIM_IDS,
	type ClaimId,
	type Finding,
	LIMIT_IDS,
	type LimitId,
	type ProofId,
	type SaidBy,
} from './finding-table.ts';

/** Every verdict, the worst first. What each means stands in README and `wording.ts`. */
export const VERDICTS = ['mismatch', 'not-allowed', 'lost', 'changed', 'unknown', 'none', 'confirmed'] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * One stable code per cause. A failure is one of two kinds, and the kind decides the verdict:
 * `false` evidence exists and does not hold (refutes the claim); `unchecked` the check could not be made.
 */
export const FAILURES = {
	// Asking the registry.
	'release-not-found': 'unchecked',
	'attestations-withheld': 'unchecked',
	'permission-withheld': 'unchecked',
	'registry-unreachable': 'unchecked',
	'registry-timeout': 'unchecked',
	'rate-limited': 'unchecked',
	'registry-error': 'unchecked',
	'unexpected-status': 'unchecked',
	'cut-off': 'unchecked',
	'not-json': 'unchecked',
	'wrong-shape': 'unchecked',
	'too-large': 'unchecked',
	'foreign-redirect': 'unchecked',
	'packument-unavailable': 'unchecked',
	'files-only': 'unchecked',
	'release-undated': 'unchecked',
	'origin-not-served': 'unchecked',
	'origin-false': 'unchecked',
	'file-not-served': 'unchecked',
	'integrity-missing': 'unchecked',
	// What we do not know how to check, or whom we do not know.
	'not-in-trust-root': 'unchecked',
	'log-not-in-trust-root': 'unchecked',
	'trust-root-unreadable': 'unchecked',
	'unsupported-bundle-version': 'unchecked',
	'unsupported-predicate': 'unchecked',
	'unsupported-statement': 'unchecked',
	'predicate-type-differs': 'unchecked',
	'unsupported-algorithm': 'unchecked',
	'unsupported-timestamp': 'unchecked',
	'unsupported-signer': 'unchecked',
	'unsupported-integrity': 'unchecked',
	'issuer-not-listed': 'unchecked',
	'identity-incomplete': 'unchecked',
	'unsupported-log-entry': 'unchecked',
	'publish-time-unknown': 'unchecked',
	'publish-time-unsigned': 'unchecked',
	'too-many-questions': 'unchecked',
	'not-reached': 'unchecked',
	'internal-error': 'unchecked',
	// Renewing the trust root. What fails there leaves the one in use as it is, and decides no verdict.
	'trust-root-not-permitted': 'unchecked',
	'trust-root-unreachable': 'unchecked',
	'trust-root-timeout': 'unchecked',
	'trust-root-redirected': 'unchecked',
	'trust-root-too-large': 'unchecked',
	'trust-root-incomplete': 'unchecked',
	'trust-root-malformed': 'unchecked',
	'trust-root-signature-invalid': 'unchecked',
	'trust-root-rolled-back': 'unchecked',
	'trust-root-expired': 'unchecked',
	'trust-root-file-differs': 'unchecked',
	'trust-root-kept-unreadable': 'unchecked',
	'trust-root-not-kept': 'unchecked',
	'clock-behind': 'unchecked',
	// The bundle, its signature, its certificate, its log entry.
	'bundle-malformed': 'false',
	'bundle-of-wrong-kind': 'false',
	'payload-type-wrong': 'false',
	'signature-invalid': 'false',
	'certificate-malformed': 'false',
	'certificate-chain-invalid': 'false',
	'certificate-not-code-signing': 'false',
	'certificate-extension-critical': 'false',
	'certificate-sct-invalid': 'false',
	'certificate-not-valid-then': 'false',
	'key-not-valid-then': 'false',
	'time-unsigned': 'false',
	'timestamp-invalid': 'false',
	'log-entry-missing': 'false',
	'log-entry-duplicated': 'false',
	'log-promise-invalid': 'false',
	'log-proof-invalid': 'false',
	'log-checkpoint-invalid': 'false',
	'log-key-not-valid-then': 'false',
	'log-entry-of-another-signature': 'false',
	'log-entry-of-another-signer': 'false',
	// The statement and the release it speaks of.
	'statement-malformed': 'false',
	'predicate-malformed': 'false',
	'attestation-duplicated': 'false',
	'subject-count-wrong': 'false',
	'subject-name-differs': 'false',
	'subject-digest-missing': 'false',
	'subject-digest-differs': 'false',
	'publish-names-another-release': 'false',
	'publish-names-another-registry': 'false',
	'publish-names-another-file': 'false',
	'file-differs': 'false',
	'registry-lists-another-file': 'false',
	// The predicate against the certificate.
	'identity-name-differs': 'false',
	'predicate-repository-differs': 'false',
	'predicate-ref-differs': 'false',
	'predicate-commit-differs': 'false',
	'predicate-workflow-differs': 'false',
	'predicate-trigger-differs': 'false',
	'predicate-run-differs': 'false',
	'predicate-runner-differs': 'false',
	'predicate-repository-id-differs': 'false',
	'predicate-owner-id-differs': 'false',
	'predicate-builder-differs': 'false',
	// The registry's own signature.
	'registry-signature-invalid': 'false',
	'registry-key-not-valid-then': 'false',
} as const satisfies Record<string, 'false' | 'unchecked'>;
export type FailureCode = keyof typeof FAILURES;

/** Why a check did not hold, or could not be made. `detail` is text from outside, to be shown as text only. */
export interface Failure {
	code: FailureCode;
	detail?: string;
	cause?: string;
}

/** One sentence of the panel, and how it stands. */
export type Claim =
	| { id: ClaimId; standing: 'proved' }
	| { id: ClaimId; standing: 'refuted'; failure: Failure }
	| { id: ClaimId; standing: 'unproved'; why: 'absent' | 'unprovable' }
	| { id: ClaimId; standing: 'unproved'; why: 'could-not-check'; failure: Failure }
	/** Something nobody signed was read; the findings that name this claim say what. */
	| { id: ClaimId; standing: 'looked-at' };

/** Who built it, only ever from a verified certificate. */
export interface Identity {
	/** Issuer of the build service's token, e.g. GitHub Actions' https address. */
	issuer: string;
	/** https address of the source repository. */
	repository: string;
	/** The repository's immutable number at its host. */
	repositoryId?: string;
	/** The owner's immutable number at the host. */
	ownerId?: string;
	/** Path of the build file in the repository, e.g. `.github/workflows/release.yml`. */
	workflow: string;
	/** Full git ref, e.g. `refs/tags/v1.2.3`. */
	ref: string;
	/** Commit, hex. */
	commit: string;
	/** What started the run, e.g. `push`. */
	trigger?: string;
	/** `github-hosted`, `self-hosted`, ... */
	runner?: string;
	/** Deployment environment, where the job named one. */
	environment?: string;
	/** https address of the run. */
	run?: string;
	/** The certificate's subject alternative name: the workflow that signed, which may be a reusable one of somebody else's. */
	signer: string;
}

/**
 * How a release was published, as the registry says: pnpm's order, the strongest first. `publisher-only` is a trusted
 * publisher without provenance: a state of its own (CircleCI, a private repository, provenance switched off), no higher
 * than `none`.
 */
export type TrustTier = 'staged' | 'trusted-publisher' | 'provenance' | 'publisher-only' | 'none';

/**
 * What can differ from an earlier release, in the order of weight. `provenance` and `publishing` are the registry's word, all others
 * are signed.
 */
export const CHANGED_FIELDS = [
	'provenance',
	'repository',
	/** Another repository under the same name. */
	'repositoryId',
	'owner',
	'ownerId',
	'issuer',
	/** Owner of the workflow that signed. */
	'signer-owner',
	'runner',
	'environment',
	'trigger',
	'workflow',
	/** File of the reusable workflow that signed. */
	'signer',
	'ref',
	'publishing',
] as const;
export type ChangedField = (typeof CHANGED_FIELDS)[number];

/** One thing that differs between two releases. */
export interface Change {
	field: ChangedField;
	before?: string;
	now?: string;
}

/** What the releases before this one had. */
export type History =
	| { state: 'not-compared'; failure?: Failure; line?: string; tier?: TrustTier }
	| {
			state: 'compared';
			/** The release line: the major, or on 0.x `0.minor`. */
			line: string;
			/** How the release at hand was published. */
			tier: TrustTier;
			/** The earlier release compared with, `identity` only where its provenance was verified; absent where there is none. */
			with?: { version: string; publishedAt: string; tier: TrustTier; identity?: Identity };
			/** What differs, the weightiest first; `provenance` among them means that it was lost. A rise in tier is a finding instead. */
			changes: Change[];
			/** A release to go to instead: its provenance verified, its origin known, stable, recent, and not in the advisories. */
			advised?: string;
	  };

/** A release among those of its line. Everything but `checked` and what is said since another release is the registry's word. */
export interface LineRelease {
	version: string;
	/** ISO time. */
	publishedAt: string;
	tier: TrustTier;
	/** Whether provenance is listed; a staged release may have none. */
	hasProvenance: boolean;
	isPrerelease?: true;
	isDeprecated?: true;
	/** The npm account. */
	publisher?: string;
	/** The account of the release just before, where it is another and this one was not published in a stronger way. */
	publisherBefore?: string;
	/** Its verified identity, or why there is none; absent where that was not asked. */
	checked?: Result<Identity>;
	/** The newest earlier release with a verified identity that counts for it. */
	since?: string;
	/** What differs from that one's identity, all of it signed. */
	changes?: Change[];
	/** The same repository, by its number, under a new name: the name before. */
	renamedFrom?: string;
}

/** The releases of one line, the oldest first. */
export interface Line {
	/** The major, or on 0.x `0.minor`. */
	line: string;
	/** The line below, whose releases are here too where the release at hand has none before it in its own. */
	below?: string;
	releases: LineRelease[];
}

/** Which row of the reader's allowlist decided, and what differs. Filled by `policy.ts`. */
export interface PolicyResult {
	state: 'no-row' | 'allowed' | 'not-allowed';
	/** The row's `package`. */
	row?: string;
	differences?: { field: string; expected: string; found?: string }[];
	/** Who set the row. */
	setBy?: 'you' | 'organisation';
}

/** Which trusted root decided. */
export interface TrustRootInfo {
	source: 'embedded' | 'tuf' | 'custom';
	/** TUF root version, or the custom root's name. */
	version: string;
	/** ISO date on which it was taken. */
	takenAt: string;
}

/** The trust root in use, and what came of renewing it. */
export interface TrustRootStatus {
	inUse: TrustRootInfo;
	/** Why what was kept of an earlier refresh is not used. */
	keptFailure?: Failure;
	/** `at` is an ISO time; without a failure the trust root was renewed then. */
	lastAttempt?: { at: string; failure?: Failure };
}

/** The whole answer about one release. */
export interface Report {
	schema: 1;
	release: { name: string; version: string; integrity?: string; publishedAt?: string };
	verdict: Verdict;
	claims: Claim[];
	identity?: Identity;
	history?: History;
	policy?: PolicyResult;
	findings: Finding[];
	trustRoot: TrustRootInfo;
	/** ISO time at which the checks ran. */
	checkedAt: string;
}

/** The proofs on which `confirmed` rests; the registry's own signature is told, but does not decide unless it is false. */
const DECIDING: readonly ClaimId[] = ['file-matches', 'signed-by-build', 'built-by', 'logged', 'registry-received'];

/**
 * Adds claims, history and policy up to the worst verdict that holds.
 * @param parts `claims` as in a Report; `history` and `policy` where they were compared; of `findings` only `change-expected` counts.
 * @returns `unknown` also where there is no provenance and nothing could be compared yet.
 */
export function verdictOf(
	parts: Pick<Report, 'claims' | 'history' | 'policy'> & Partial<Pick<Report, 'findings'>>,
): Verdict {
	const { claims, history, policy, findings = [] } = parts;
	const deciding = claims.filter((claim) => DECIDING.includes(claim.id));
	if (claims.some((claim) => claim.standing === 'refuted')) return 'mismatch';
	if (policy?.state === 'not-allowed') return 'not-allowed';
	const unchecked = deciding.some((claim) => claim.standing === 'unproved' && claim.why === 'could-not-check');
	const isProved = (id: ClaimId) => claims.some((claim) => claim.id === id && claim.standing === 'proved');
	const signed = claims.find(({ id }) => id === 'signed-by-build');
	if (history?.state === 'compared') {
		// What else could not be checked hides neither.
		const isAbsent = signed?.standing === 'unproved' && signed.why === 'absent';
		if (isAbsent && history.changes.some((change) => change.field === 'provenance')) return 'lost';
		const isExpected = findings.some(({ code }) => code === 'change-expected');
		if (isProved('built-by') && history.changes.length > 0 && !isExpected) return 'changed';
	}
	if (unchecked) return 'unknown';
	if (isProved('signed-by-build')) return 'confirmed';
	return history?.state === 'compared' ? 'none' : 'unknown';
}

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

/** Where a signature stands in a public log. */
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

/**
 * What a step gives that can fail in an expected way.
 * `keptSince` (ISO time) where the value could not be had anew, and is what was kept on this machine; `retryAfter` (milliseconds)
 * where who was asked said when to ask again.
 */
export type Result<T> =
	| { ok: true; value: T; keptSince?: string }
	| { ok: false; failure: Failure; retryAfter?: number };

/** A step that went well. */
export function success<T>(value: T): Result<T> {
	return { ok: true, value };
}

/** A step that did not. `detail` is shown as text only, and cut to a length that a reader can bear. */
export function failed(code: FailureCode, detail?: string): { ok: false; failure: Failure } {
	return { ok: false, failure: detail === undefined ? { code } : { code, detail: detail.slice(0, 300) } };
}

/** Nothing honest nests deeper than about fifteen; messages, databases and pages give up at some thousands. */
const MOST_DEPTH = 200;

/**
 * Whether JSON from outside nests deeper than what it is passed on to can bear. It looks level by level, so that it cannot run
 * out of stack itself.
 */
export function isNestedTooDeep(json: unknown): boolean {
	let level: unknown[] = [json];
	for (let depth = 0; level.length > 0; depth += 1) {
		if (depth > MOST_DEPTH) return true;
		const next: unknown[] = [];
		for (const value of level)
			if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) next.push(inner);
		level = next;
	}
	return false;
}
