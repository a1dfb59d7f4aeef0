/** Owns the walk of a release's attestations: verify, bind to the release, identify; nothing is compared with other releases here. */

import { parseIntegrity } from '../attestation/integrity.ts';
import type { Kind } from '../attestation/kinds.ts';
import { parseAttestations, type SortedAttestations, type UnverifiedAttestation } from '../attestation/parse.ts';
import { comparePredicate } from '../attestation/predicate/compare.ts';
import { parseStatement } from '../attestation/statement.ts';
import { withNumbers } from '../attestation/statement-numbers.ts';
import { bindSubject, comparePublish, compareSubjects } from '../attestation/subject.ts';
import type { Manifest, SignedEvidence, Statement } from '../report/evidence.ts';
import { FAILURES } from '../report/failures.ts';
import type { Identity } from '../report/identity.ts';
import { type Failure, failed, type Result, success } from '../report/result.ts';
import type { SignedBundle } from '../sigstore/bundle.ts';
import { identityOf } from '../sigstore/identity.ts';
import type { TrustRoot } from '../sigstore/trust-root.ts';
import type { Verified } from '../sigstore/verified.ts';
import { verifyBundle } from '../sigstore/verify.ts';
import type { ProvenanceFacts } from './claims.ts';

/** The registry lists evidence that it does not serve, or serves only in part. */
export function withheld({ attestations }: Manifest, served: SortedAttestations): Failure | undefined {
	if (attestations === undefined) return undefined;
	const isProvenanceMissing = attestations.provenance !== undefined && served.provenance.length === 0;
	const isAllMissing = served.provenance.length + served.publish.length === 0;
	if (!isProvenanceMissing && !isAllMissing) return undefined;
	// A kind that we do not know is not withheld: we cannot read it.
	const [unknown] = served.unknown;
	return unknown === undefined
		? failed('attestations-withheld', attestations.provenance).failure
		: failed('unsupported-predicate', unknown).failure;
}

interface ReleaseAtHand {
	name: string;
	version: string;
	/** The file's SHA-512 in hex, as the registry gives it. */
	integrity: Result<string>;
}

/** A verified attestation: the bundle, and its statement where that can be read. */
interface VerifiedAttestation {
	signed: Verified<SignedBundle>;
	statement?: Verified<Statement>;
	signedAt: Date;
}

/** Verifies, parses, binds and identifies the provenance; `undefined` if there is none. */
export async function walkProvenance(
	attestations: UnverifiedAttestation[],
	release: ReleaseAtHand,
	trust: TrustRoot,
): Promise<{ facts: ProvenanceFacts; evidence?: VerifiedAttestation } | undefined> {
	const [attestation, ...duplicates] = attestations;
	if (!attestation) return undefined;
	if (duplicates.length > 0) return { facts: { bundle: failed('attestation-duplicated') } };
	const { bundle } = await verifyAs('provenance', attestation, trust);
	if (!bundle.ok) return { facts: { bundle } };
	const evidence = { signed: bundle.value, signedAt: bundle.value.signedAt };
	const statement = parseStatement(bundle.value, 'provenance');
	if (!statement.ok) return { facts: { bundle, statement }, evidence };
	const subject = bind(statement.value, release);
	const identity = identify(bundle.value, statement.value);
	return { facts: { bundle, statement, subject, identity }, evidence: { ...evidence, statement: statement.value } };
}

/**
 * Verifies the publish attestation, which npm signs with its own key. Anybody can have a certificate, and none is known to be the
 * registry's. So one with a certificate is compared with the release, and then `unsupported-signer`, never proved
 * (docs/decisions/0051-publish-attestation-with-a-certificate.md).
 */
export async function walkPublish(
	attestations: UnverifiedAttestation[],
	release: ReleaseAtHand,
	trust: TrustRoot,
): Promise<WalkedPublish> {
	const [attestation, ...duplicates] = attestations;
	if (!attestation) return { outcome: 'absent' };
	if (duplicates.length > 0) return { outcome: { code: 'attestation-duplicated' } };
	const { bundle, isOfOtherSigner } = await verifyAs('publish', attestation, trust);
	if (!bundle.ok) return { outcome: bundle.failure };
	const evidence = { signed: bundle.value, signedAt: bundle.value.signedAt };
	const statement = parseStatement(bundle.value, 'publish');
	if (!statement.ok) return { outcome: statement.failure, evidence };
	const failure =
		bind(statement.value, release) ??
		comparePublish(statement.value, release) ??
		(isOfOtherSigner ? failed('unsupported-signer', signerName(bundle.value)).failure : undefined);
	return { outcome: failure ?? 'proved', evidence: { ...evidence, statement: statement.value } };
}

/** Who signs what: a workflow's certificate says where a file was built, npm's key that npm received it. */
const SIGNERS = { provenance: 'certificate', publish: { usage: 'npm:attestations' } } as const;

/**
 * Verifies a bundle with the signer that its kind demands. A bundle with the other kind of signer is verified with that one, if this alone
 * does not make it false: a publish attestation, or a bundle that only its label calls provenance.
 */
export async function verifyAs(kind: Kind, { bundle, isOnlyLabelled }: UnverifiedAttestation, trust: TrustRoot) {
	const verified = await verifyBundle(bundle, trust, SIGNERS[kind]);
	const isOfOtherSigner = !verified.ok && verified.failure.code === 'bundle-of-wrong-kind';
	if (!isOfOtherSigner || (kind === 'provenance' && !isOnlyLabelled)) return { bundle: verified, isOfOtherSigner };
	return {
		bundle: await verifyBundle(bundle, trust, SIGNERS[kind === 'publish' ? 'provenance' : 'publish']),
		isOfOtherSigner,
	};
}

function signerName({ signer }: SignedBundle): string {
	return 'certificate' in signer ? signer.certificate.subjectAlternativeName : signer.keyId;
}

type WalkedPublish = { outcome: 'absent' | 'proved' | Failure; evidence?: VerifiedAttestation };

/**
 * Whether both speak of the same file. Where the release's own fingerprint could be read, each was held against that, which
 * shows which of them is false. If not, two that contradict each other are false
 * (docs/decisions/0013-contradictions-are-false-without-fingerprint.md).
 */
export function compareAttestations(
	publish: WalkedPublish,
	provenance: Verified<Statement> | undefined,
): WalkedPublish {
	const { outcome, evidence } = publish;
	const isUnchecked = typeof outcome === 'object' && FAILURES[outcome.code] === 'unchecked';
	if (!isUnchecked || !evidence?.statement || !provenance) return publish;
	return { ...publish, outcome: compareSubjects(evidence.statement, provenance) ?? outcome };
}

function bind(statement: Verified<Statement>, { name, version, integrity }: ReleaseAtHand): Failure | undefined {
	return integrity.ok ? bindSubject(statement, { name, version, sha512: integrity.value }) : integrity.failure;
}

/** The identity of a provenance's certificate, if the statement agrees with it. */
export function identify({ signer }: Verified<SignedBundle>, statement: Verified<Statement>): Result<Identity> {
	if (!('certificate' in signer)) return failed('bundle-of-wrong-kind');
	const identity = identityOf(signer.certificate);
	if (!identity.ok) return identity;
	const failure = comparePredicate(statement, identity.value, signer.certificate.fulcio[18] !== undefined);
	return failure ? { ok: false, failure } : success(identity.value);
}

/** A verified attestation as plain JSON. */
export function decode({ signed, statement, signedAt }: VerifiedAttestation): SignedEvidence {
	const { signer, logEntries } = signed;
	return { ...(statement && { statement }), signer, signedAt: signedAt.toISOString(), logEntries };
}

/**
 * The verified identity of a release, of what the registry answers for its attestations; its numbers also from the signed statement.
 * @returns all failures of asking, and of the walk.
 */
export async function identityOfRelease(
	manifest: Manifest,
	answer: Result<unknown>,
	trust: TrustRoot,
): Promise<Result<Identity>> {
	const { name, version } = manifest;
	const sorted = answer.ok ? parseAttestations(answer.value) : answer;
	if (!sorted.ok) return sorted;
	const missing = withheld(manifest, sorted.value);
	if (missing) return { ok: false, failure: missing };
	const release = { name, version, integrity: parseIntegrity(manifest.integrity) };
	const walked = await walkProvenance(sorted.value.provenance, release, trust);
	if (!walked) return failed('not-reached');
	const { bundle, statement, subject, identity } = walked.facts;
	if (!bundle.ok) return bundle;
	if (statement && !statement.ok) return statement;
	if (subject) return { ok: false, failure: subject };
	if (!identity?.ok) return identity ?? failed('not-reached');
	return success(withNumbers(identity.value, walked.evidence?.statement));
}
