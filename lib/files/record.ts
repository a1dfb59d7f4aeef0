/** Owns the checks of one record that was given as a file: signature, log, statement, identity, and the file that it is about. */
import { kindOf } from '../attestation/kinds.ts';
import { claimedType } from '../attestation/parse.ts';
import { parseAnyStatement, parseStatement, readStatement } from '../attestation/statement.ts';
import { comparePublish } from '../attestation/subject.ts';
import { decode, identify, verifyAs } from '../inspect/provenance.ts';
import type { Statement } from '../report/evidence.ts';
import { FAILURES } from '../report/failures.ts';
import { FILES_CHECKS, type FilesCheck, type FilesCheckId, type FilesRecord } from '../report/files.ts';
import type { Identity } from '../report/identity.ts';
import { type Failure, failed, type Result } from '../report/result.ts';
import type { SignedBundle } from '../sigstore/bundle.ts';
import { type ClaimedBundle, decodeBundle } from '../sigstore/decode.ts';
import { identityOf } from '../sigstore/identity.ts';
import type { TrustRoot } from '../sigstore/trust-root.ts';
import type { Verified } from '../sigstore/verified.ts';
import { verifyBundle } from '../sigstore/verify.ts';
import type { GivenRecord } from './given.ts';
import { type Candidates, compareSubject, releaseOf } from './subject.ts';
import type { GivenTarball } from './tarball.ts';

/** What a record is held against. */
export interface Beside extends Candidates {
	/** The trust root for a package, or for a record that names none. Asks no network. */
	trustFor(name: string | undefined): Promise<TrustRoot>;
}

/** A record that was checked, and its statement where that is verified. */
export interface CheckedRecord {
	record: FilesRecord;
	statement?: Verified<Statement>;
}

/** The outcome of a check: nothing where it holds. */
type Outcome = Failure | undefined | 'absent';

/** Checks one record. Whatever fails is in its checks, and nothing is thrown for what comes from outside. @param fileName of the file that it is in. */
export async function checkRecord(fileName: string, given: GivenRecord, beside: Beside): Promise<CheckedRecord> {
	const at = { file: fileName, ...(given.place !== undefined && { place: given.place }) };
	const claimed = decodeBundle(given.bundle);
	const kind = kindOf(claimedType(given.bundle));
	if (!claimed.ok) {
		const trust = await beside.trustFor(undefined);
		return {
			record: {
				...at,
				kind: kind ?? 'other',
				...stateChecks({ signature: claimed.failure }),
				trustRoot: trust.info,
			},
		};
	}
	const said = readStatement(claimed.value);
	const named = said.ok ? releaseOf(said.value) : undefined;
	const trust = await beside.trustFor(
		named?.name ?? packageOf(claimed.value, said.ok ? said.value : undefined, beside),
	);
	const about = { ...at, ...(named && { release: named }), trustRoot: trust.info };
	if (claimed.value.sha256 !== undefined)
		return {
			record: { ...about, kind: 'signed-file', ...(await checkSignedFile(given, claimed.value, beside, trust)) },
		};
	const { bundle, isOfOtherSigner } = await verifyAs(
		kind ?? 'provenance',
		{ bundle: given.bundle, ...(kind === undefined && { isOnlyLabelled: true }) },
		trust,
	);
	if (!bundle.ok) return { record: { ...about, kind: kind ?? 'other', ...unproved(claimed.value, bundle.failure) } };
	const statement = kind ? parseStatement(bundle.value, kind) : parseOther(bundle.value);
	const { signedAt } = bundle.value;
	const evidence = decode({ signed: bundle.value, signedAt, ...(statement.ok && { statement: statement.value }) });
	if (!statement.ok) {
		const checks = stateChecks({ signature: undefined, log: undefined, statement: statement.failure });
		return { record: { ...about, kind: kind ?? 'other', ...checks, evidence } };
	}
	const identity = identityIn(kind, bundle.value, statement.value);
	const file = compareSubject(statement.value, beside);
	const checks = stateChecks({
		signature: undefined,
		log: undefined,
		statement: kind ? undefined : failed('unsupported-predicate', statement.value.predicateType).failure,
		identity: kind === 'publish' ? checkPublish(bundle.value, statement.value, isOfOtherSigner) : outcomeOf(identity),
		file: outcomeOf(file),
		package: comparePackage(named, beside.tarball),
	});
	return {
		record: {
			...about,
			kind: kind ?? 'other',
			...checks,
			...(file.ok && { signs: file.value.name }),
			...(identity !== 'absent' && identity.ok && { identity: identity.value }),
			evidence,
		},
		statement: statement.value,
	};
}

/** A statement of a kind that is not read here. A signature over something else is not false for that. */
function parseOther(signed: Verified<SignedBundle>): Result<Verified<Statement>> {
	const parsed = parseAnyStatement(signed);
	const isOther = !parsed.ok && parsed.failure.code === 'payload-type-wrong';
	return isOther ? failed('unsupported-statement', signed.payloadType) : parsed;
}

/** The same record with a check that failed beside others of its file. */
export function withFailure(record: FilesRecord, id: FilesCheckId, failure: Failure): FilesRecord {
	const checks = record.checks.map((check) =>
		check.id === id && check.standing === 'proved' ? stateCheck(id, failure) : check,
	);
	return { ...record, checks, result: resultOf(checks) };
}

/** The same record where the given file is another release's: its own was not given. What is false in the statement itself stays false. */
export function withoutFile({ record, statement }: CheckedRecord): FilesRecord {
	if (!statement) return record;
	const outcomes: Partial<Record<FilesCheckId, Outcome>> = {
		file: outcomeOf(compareSubject(statement, { files: [] })),
		package: failed('file-not-given').failure,
	};
	const checks = record.checks.map((check) =>
		check.standing === 'refuted' && check.id in outcomes ? stateCheck(check.id, outcomes[check.id]) : check,
	);
	return { ...record, checks, result: resultOf(checks) };
}

/** A signature over a file itself. Without that file it cannot be verified. */
async function checkSignedFile({ bundle }: GivenRecord, claimed: ClaimedBundle, beside: Beside, trust: TrustRoot) {
	const { sha256 = '', signer } = claimed;
	const signed = beside.files.find((file) => file.sha256 === sha256);
	if (!signed) {
		const missing = failed('file-not-given', sha256 === '' ? undefined : `SHA-256 ${sha256}`).failure;
		return {
			...stateChecks({ signature: missing, statement: 'absent', file: missing, package: 'absent' }),
			claimed: shown(claimed),
		};
	}
	const expected = 'certificate' in signer ? 'certificate' : ({ usage: 'npm:attestations' } as const);
	const verified = await verifyBundle(bundle, trust, expected, signed.bytes);
	if (!verified.ok) return { ...unproved(claimed, verified.failure, 'absent'), signs: signed.name };
	const identity = identityIn(undefined, verified.value);
	const checks = stateChecks({
		signature: undefined,
		log: undefined,
		statement: 'absent',
		identity: outcomeOf(identity),
		file: undefined,
		package: 'absent',
	});
	return {
		...checks,
		signs: signed.name,
		...(identity !== 'absent' && identity.ok && { identity: identity.value }),
		evidence: decode({ signed: verified.value, signedAt: verified.value.signedAt }),
	};
}

/**
 * The name by which the trust root is chosen where the record names no package: that of the package file, if the record is about it. For a
 * record about something else the file's package.json, which nobody signed, chooses nothing.
 */
function packageOf(
	{ sha256 }: ClaimedBundle,
	statement: Statement | undefined,
	{ tarball }: Beside,
): string | undefined {
	if (!tarball?.package.ok) return undefined;
	const isAbout =
		sha256 === tarball.sha256 ||
		statement?.subject.some(
			({ digest }) =>
				(Object.hasOwn(digest, 'sha512') && digest.sha512 === tarball.sha512) ||
				(Object.hasOwn(digest, 'sha256') && digest.sha256 === tarball.sha256),
		);
	return isAbout ? tarball.package.value.name : undefined;
}

/** The origin in a certificate; of a provenance only if its statement agrees. A key has none. */
function identityIn(
	kind: 'provenance' | 'publish' | undefined,
	signed: Verified<SignedBundle>,
	statement?: Verified<Statement>,
): Result<Identity> | 'absent' {
	if (kind === 'provenance' && statement) return identify(signed, statement);
	return kind === undefined && 'certificate' in signed.signer ? identityOf(signed.signer.certificate) : 'absent';
}

function outcomeOf(result: Result<unknown> | 'absent'): Outcome {
	if (result === 'absent') return 'absent';
	return result.ok ? undefined : result.failure;
}

/** Whether npm's own statement names this release and npm's registry, and npm's key signed it. */
function checkPublish(
	{ signer }: Verified<SignedBundle>,
	statement: Verified<Statement>,
	isOfOtherSigner: boolean,
): Outcome {
	const [subject] = statement.subject;
	const release = releaseOf(statement);
	if (!release) return failed('subject-name-differs', subject?.name).failure;
	const name = 'certificate' in signer ? signer.certificate.subjectAlternativeName : signer.keyId;
	return (
		comparePublish(statement, release) ?? (isOfOtherSigner ? failed('unsupported-signer', name).failure : undefined)
	);
}

/** Whether the file's package.json names the release that the statement names. */
function comparePackage(
	named: { name: string; version: string } | undefined,
	tarball: GivenTarball | undefined,
): Outcome {
	if (!named) return 'absent';
	if (!tarball) return failed('file-not-given').failure;
	if (!tarball.package.ok) return tarball.package.failure;
	const { name, version } = tarball.package.value;
	if (name === named.name && version === named.version) return undefined;
	return failed('subject-name-differs', `${named.name}@${named.version}, package.json ${name}@${version}`).failure;
}

/** What a record says whose signature does not hold. @param statement whether it has one. */
function unproved(claimed: ClaimedBundle, failure: Failure, statement?: 'absent') {
	const isOfLog = failure.code.startsWith('log-');
	const notReached = failed('not-reached', failure.code).failure;
	const checks = stateChecks({
		signature: isOfLog ? notReached : failure,
		log: isOfLog ? failure : notReached,
		...(statement && { statement, package: statement }),
	});
	return { ...checks, claimed: shown(claimed) };
}

function shown(claimed: ClaimedBundle): NonNullable<FilesRecord['claimed']> {
	const statement = readStatement(claimed);
	return {
		...(statement.ok && { statement: statement.value }),
		signer: claimed.signer,
		logEntries: claimed.logEntries,
	};
}

/** States every check; what is not named was not reached, because of the first that failed. */
function stateChecks(outcomes: Partial<Record<FilesCheckId, Outcome>>): Pick<FilesRecord, 'checks' | 'result'> {
	const because = Object.values(outcomes).find((outcome) => typeof outcome === 'object');
	const notReached = failed('not-reached', typeof because === 'object' ? because.code : undefined).failure;
	const checks = FILES_CHECKS.map((id) => stateCheck(id, id in outcomes ? outcomes[id] : notReached));
	return { checks, result: resultOf(checks) };
}

function stateCheck(id: FilesCheckId, outcome: Outcome): FilesCheck {
	if (outcome === undefined) return { id, standing: 'proved' };
	if (outcome === 'absent') return { id, standing: 'unproved', why: 'absent' };
	return FAILURES[outcome.code] === 'false'
		? { id, standing: 'refuted', failure: outcome }
		: { id, standing: 'unproved', why: 'could-not-check', failure: outcome };
}

/** The worst of the checks. A file that was not given leaves a record as it is, unless the signature is over the file itself. */
function resultOf(checks: readonly FilesCheck[]): FilesRecord['result'] {
	if (checks.some(({ standing }) => standing === 'refuted')) return 'mismatch';
	const isOpen = (check: FilesCheck) =>
		'failure' in check && (check.failure.code !== 'file-not-given' || check.id === 'signature');
	return checks.some(isOpen) ? 'unknown' : 'holds';
}
