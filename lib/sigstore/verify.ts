/** Owns the verification of one bundle: sigstore-js does its part, ours follows. The only maker of `Verified<T>`. */
import './der.ts'; // first: gives the packages below their Buffer, and their encoding
import { type Bundle, bundleFromJSON, type TransparencyLogEntry } from '@sigstore/bundle';
import { type ASN1Obj, RFC3161Timestamp, type X509Certificate } from '@sigstore/core';
import { type SignedEntity, toSignedEntity, VerificationError, Verifier } from '@sigstore/verify';
import {
	type CertificateView,
	FAILURES,
	type FailureCode,
	failed,
	type LogEntryView,
	type Result,
	success,
} from '../report.ts';
import { checkBase64, checkBody } from './base64.ts';
import { readCertificate } from './identity.ts';
import { entrySigner, isKnownEntry } from './log-entry.ts';
import { createPublicKey, type PublicKey } from './node-crypto.ts';
import { settle, UnsettledError } from './settle.ts';
import { isAskedAsItSigns, isValidAt, type KeyUsage, registryKey, type TrustRoot } from './trust-root.ts';

declare const verified: unique symbol;
/** A value that came out of a verification; only this file makes one. */
export type Verified<T> = T & { readonly [verified]: true };

/** What is read out of a verified value is verified, too. @param read knows nothing but the value, and gives its failures. */
export function readVerified<A, B>(value: Verified<A>, read: (value: A) => Result<B>): Result<Verified<B>> {
	return read(value) as Result<Verified<B>>;
}

/** What a bundle proves by itself: these bytes, signed by this, at this time, in this log. */
export interface SignedBundle {
	/** The DSSE payload and its type; absent in a bundle that signs a file directly. */
	payload?: Uint8Array;
	payloadType?: string;
	signer: { certificate: CertificateView } | { keyId: string };
	/** The earliest authenticated time of the signature. */
	signedAt: Date;
	logEntries: LogEntryView[];
}

/** Who must have signed: a workflow's certificate; one of npm's keys, for one use; or exactly one given key. */
type ExpectedSigner = 'certificate' | { usage: KeyUsage } | { key: PublicKey };

const MEDIA_TYPES = new Set([
	'application/vnd.dev.sigstore.bundle+json;version=0.1',
	'application/vnd.dev.sigstore.bundle+json;version=0.2',
	'application/vnd.dev.sigstore.bundle+json;version=0.3',
	'application/vnd.dev.sigstore.bundle.v0.3+json',
]);

/**
 * Verifies one Sigstore bundle: signature, certificate chain with its SCT at an authenticated time, log entry; then what
 * sigstore-js leaves out (code signing, critical extensions, the log key's validity, the log entry's own signer).
 * @param json the bundle, parsed from JSON and otherwise unknown.
 * @param trust whom to believe.
 * @param expected who must have signed.
 * @param artifact the signed file, for bundles that sign a file directly.
 * @returns the verified contents; or a failure: any code under "what we do not know" and "the bundle" of `FAILURES`.
 * @see https://github.com/sigstore/architecture-docs/blob/main/client-spec.md
 */
export async function verifyBundle(
	json: unknown,
	trust: TrustRoot,
	expected: ExpectedSigner,
	artifact?: Uint8Array,
): Promise<Result<Verified<SignedBundle>>> {
	if (trust.failure) return { ok: false, failure: trust.failure };
	const parsed = parseBundle(json);
	if (!parsed.ok) return parsed;
	const bundle = parsed.value;
	const read = readEntity(bundle, artifact);
	if (!read.ok) return read;
	const attempt = new Attempt(bundle, read.value, trust);
	const finder = attempt.keyFinder(expected);
	if (!finder.ok) return finder;
	try {
		const verifier = new Verifier({ ...trust.material, publicKey: finder.value });
		await settle(() => verifier.verify(attempt.entity), trust.knownAnswers);
	} catch (error) {
		// Explaining reads on in what already failed; where that fails as well, it is not of the form it promised.
		const code = await attempt.diagnose(error).catch(() => 'bundle-malformed' as const);
		return failed(code, error instanceof Error ? error.message : String(error));
	}
	return attempt.conclude();
}

/** Honest bundles have one or two. sigstore-js compares each with each, so thousands would keep a browser busy for long. */
const MOST_RECORDS = 32;

/** Honest certificates and timestamps have some kilobytes. To read ASN.1 of some megabytes would take seconds. */
const MOST_BYTES = 64 * 1024;

/** All that is read as ASN.1. */
function derIn({ verificationMaterial: { content, timestampVerificationData } }: Bundle): Uint8Array[] {
	const timestamps = timestampVerificationData?.rfc3161Timestamps.map(({ signedTimestamp }) => signedTimestamp) ?? [];
	if (content.$case === 'certificate') return [content.certificate.rawBytes, ...timestamps];
	if (content.$case === 'publicKey') return timestamps;
	return [...content.x509CertificateChain.certificates.map(({ rawBytes }) => rawBytes), ...timestamps];
}

/** JSON -> Bundle. What sigstore-js would throw at later is refused here. */
function parseBundle(json: unknown): Result<Bundle> {
	const mediaType = (json as { mediaType?: unknown } | null)?.mediaType;
	if (typeof mediaType !== 'string') return failed('unsupported-bundle-version', 'no media type');
	if (!MEDIA_TYPES.has(mediaType)) return failed('unsupported-bundle-version', mediaType);
	const noText = checkBase64(json);
	if (noText) return { ok: false, failure: noText };
	try {
		const bundle = bundleFromJSON(json) as Bundle;
		const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
		const count = tlogEntries.length + (timestampVerificationData?.rfc3161Timestamps.length ?? 0);
		if (count > MOST_RECORDS) return failed('bundle-malformed', `${count} log entries and timestamps`);
		const longest = Math.max(0, ...derIn(bundle).map(({ length }) => length));
		if (longest > MOST_BYTES) return failed('bundle-malformed', `a certificate or timestamp of ${longest} bytes`);
		for (const { inclusionProof, canonicalizedBody } of tlogEntries) {
			const noTextInBody = checkBody(canonicalizedBody);
			if (noTextInBody) return { ok: false, failure: noTextInBody };
			// A v0.1 bundle may lack it by its own rules, and sigstore-js then fails with a TypeError.
			if (inclusionProof && !inclusionProof.checkpoint?.envelope)
				return failed('log-checkpoint-invalid', 'an inclusion proof without a checkpoint');
		}
		return success(bundle);
	} catch (error) {
		return failed('bundle-malformed', error instanceof Error ? error.message : String(error));
	}
}

/** What sigstore-js verifies, and how many timestamps of the bundle it could not read and is not given. */
interface Read {
	entity: SignedEntity;
	unreadTimes: number;
}

function readEntity(bundle: Bundle, artifact?: Uint8Array): Result<Read> {
	if (bundle.content.$case === 'messageSignature' && artifact === undefined)
		return failed('bundle-of-wrong-kind', 'a signed file where a signed statement is expected');
	// One that cannot be read would throw wherever somebody looks at it, also where a failure is explained.
	const { verificationMaterial: material } = bundle;
	const { rfc3161Timestamps: all = [] } = material.timestampVerificationData ?? {};
	if (!all.every(({ signedTimestamp }) => isReadable(signedTimestamp, timeIn)))
		return failed('timestamp-invalid', 'a timestamp that cannot be read');
	const rfc3161Timestamps = all.filter(({ signedTimestamp }) =>
		isReadable(signedTimestamp, ({ signingTime }) => signingTime),
	);
	const unreadTimes = all.length - rfc3161Timestamps.length;
	// Without them, what else is false can still be told.
	const readable = { ...material, timestampVerificationData: { rfc3161Timestamps } };
	const given = unreadTimes > 0 ? ({ ...bundle, verificationMaterial: readable } as Bundle) : bundle;
	try {
		return success({ entity: toSignedEntity(given, artifact && (Buffer.from(artifact) as never)), unreadTimes });
	} catch (error) {
		return failed('certificate-malformed', error instanceof Error ? error.message : String(error));
	}
}

/** Whether a timestamp says when, as `time` reads it, and by whose certificate. */
function isReadable(der: Uint8Array, time: (timestamp: RFC3161Timestamp) => unknown): boolean {
	return !!attempt(() => {
		const timestamp = RFC3161Timestamp.parse(Buffer.from(der));
		return time(timestamp) && timestamp.signerSerialNumber && timestamp.signerIssuer;
	});
}

/** sigstore-js reads fractions of exactly three digits; there may be any number, and DER leaves zeros at the end out. */
const TIME_WITH_FRACTION = /^\d{14}\.\d+Z$/;

/** The time as sigstore-js reads it, or as a text that it cannot read. @see https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2 */
function timeIn(timestamp: RFC3161Timestamp): unknown {
	const text = attempt(() => timestamp.tstInfo.root.subs[4]?.value.toString('latin1')) ?? '';
	return TIME_WITH_FRACTION.test(text) || timestamp.signingTime;
}

/** One bundle on its way through the checks, with what they share. */
class Attempt {
	readonly #bundle: Bundle;
	readonly entity: SignedEntity;
	readonly #trust: TrustRoot;
	/** How many signed times could not be read. */
	readonly #unreadTimes: number;
	/** The key that a key bundle must be signed with. */
	#key: PublicKey | undefined;
	#keyId = '';

	constructor(bundle: Bundle, { entity, unreadTimes }: Read, trust: TrustRoot) {
		this.#bundle = bundle;
		this.entity = entity;
		this.#unreadTimes = unreadTimes;
		this.#trust = trust;
	}

	/** sigstore-js's question for a key, answered for exactly the signer that is expected. */
	keyFinder(expected: ExpectedSigner): Result<TrustRoot['material']['publicKey']> {
		const { key } = this.entity;
		const noKey = () => {
			throw new Error('this bundle has a certificate');
		};
		if (expected === 'certificate') {
			if (key.$case === 'certificate') return success(noKey);
			return failed('bundle-of-wrong-kind', 'signed with a key where a certificate is expected');
		}
		if (key.$case !== 'public-key')
			return failed('bundle-of-wrong-kind', 'signed with a certificate where a key is expected');
		this.#keyId = key.hint;
		if ('key' in expected) {
			this.#key = expected.key;
			return success(() => ({ publicKey: expected.key as never, validFor: () => true }));
		}
		const known = registryKey(this.#trust, key.hint, expected.usage, this.#signedTimes);
		if (!known) return failed('not-in-trust-root', `key ${key.hint}`);
		this.#key = known.key;
		return success(() => ({
			publicKey: known.key as never,
			validFor: (time) => isValidAt(known.validFor, time),
		}));
	}

	/** Our own checks, once sigstore-js is content. */
	conclude(): Result<Verified<SignedBundle>> {
		const signedAt = this.#signedTimes.sort((one, other) => one.getTime() - other.getTime())[0];
		if (!signedAt) return failed('time-unsigned');
		for (const entry of this.entity.tlogEntries) {
			if (!isKnownEntry(entry)) return failed('unsupported-log-entry', kindOf(entry));
			const log = this.#log(entry, signedAt);
			if (!log || !isValidAt(log.validFor, signedAt)) return failed('log-key-not-valid-then', log?.baseURL);
			if (!this.#isEntryOfThisSigner(entry)) return failed('log-entry-of-another-signer');
		}
		const signer = this.#readSigner();
		if (!signer.ok) return signer;
		if (this.#unreadTimes > 0)
			return failed('unsupported-timestamp', `${this.#unreadTimes} with a fraction of a second`);
		const { content } = this.#bundle;
		const result: SignedBundle = {
			signer: signer.value,
			signedAt,
			logEntries: this.entity.tlogEntries.map((entry) => this.#describeEntry(entry, signedAt)),
			...(content.$case === 'dsseEnvelope' && {
				payload: content.dsseEnvelope.payload,
				payloadType: content.dsseEnvelope.payloadType,
			}),
		};
		return success(result as Verified<SignedBundle>);
	}

	#readSigner(): Result<SignedBundle['signer']> {
		const { key } = this.entity;
		if (key.$case === 'public-key') return success({ keyId: this.#keyId });
		const certificate = readCertificate(key.certificate);
		if (!certificate.ok) return certificate;
		const critical = certificate.value.extensions.find(({ oid, critical }) => critical && !UNDERSTOOD.has(oid));
		if (critical) return failed('certificate-extension-critical', critical.oid);
		if (!isForCodeSigning(key.certificate)) return failed('certificate-not-code-signing');
		return success({ certificate: certificate.value });
	}

	/** The times that a log or a timestamp authority signed. */
	get #signedTimes(): Date[] {
		return this.entity.timestamps.flatMap((timestamp) => {
			if (timestamp.$case === 'timestamp-authority') return [timestamp.timestamp.signingTime];
			const { tlogEntry } = timestamp;
			return tlogEntry.inclusionPromise ? [integratedAt(tlogEntry)] : [];
		});
	}

	/** The log that an entry names; of one that is listed for several periods, that of this time, or else the first. */
	#log(entry: TransparencyLogEntry, time: Date) {
		const logs = this.#trust.material.tlogs.filter(({ logID }) => logID.equals(entry.logId.keyId));
		return logs.find(({ validFor }) => isValidAt(validFor, time)) ?? logs[0];
	}

	/** Whether the log recorded the very certificate or key that the bundle carries. */
	#isEntryOfThisSigner(entry: TransparencyLogEntry): boolean {
		const { key } = this.entity;
		const recorded = entrySigner(entry.canonicalizedBody);
		if (recorded === undefined) return false;
		const own = key.$case === 'certificate' ? key.certificate.root.toDER() : this.#key?.spki;
		return own !== undefined && Buffer.from(recorded).equals(Buffer.from(own));
	}

	#describeEntry(entry: TransparencyLogEntry, signedAt: Date): LogEntryView {
		return {
			// The promise signs the number; without one, the proof alone binds one.
			index: entry.inclusionPromise ? entry.logIndex : (entry.inclusionProof?.logIndex ?? entry.logIndex),
			logId: Buffer.from(entry.logId.keyId).toString('hex'),
			logAddress: this.#log(entry, signedAt)?.baseURL ?? '',
			kind: kindOf(entry),
			...(entry.inclusionPromise && { integratedAt: integratedAt(entry).toISOString() }),
			hasInclusionProof: entry.inclusionProof !== undefined,
		};
	}

	/** Why sigstore-js refused, as one of our codes. Every path that says "unknown to us" has first asked whether the signature itself holds. */
	async diagnose(error: unknown): Promise<FailureCode> {
		const code = error instanceof UnsettledError ? error.code : await this.#diagnoseError(error);
		// What we do not know stays unknown only where the signature itself is not already false.
		if (FAILURES[code] === 'unchecked' && (await this.#isSignatureFalse())) return 'signature-invalid';
		return code;
	}

	async #diagnoseError(error: unknown): Promise<FailureCode> {
		const isVerification = error instanceof VerificationError;
		// It reads a newer entry as if it were the newest that it knows, and then finds it wrong, or throws anything.
		if ((!isVerification || error.code === 'TLOG_BODY_ERROR') && !this.entity.tlogEntries.every(isKnownEntry))
			return 'unsupported-log-entry';
		// Anything else it throws, it threw because the evidence was not of the form it promised.
		return isVerification ? this.#diagnoseVerification(error) : 'bundle-malformed';
	}

	async #diagnoseVerification({ code, message }: VerificationError): Promise<FailureCode> {
		switch (code) {
			case 'TIMESTAMP_ERROR':
				return this.#diagnoseTimestamp();
			case 'CERTIFICATE_ERROR':
				return this.#diagnoseCertificate();
			case 'PUBLIC_KEY_ERROR':
				return 'key-not-valid-then';
			case 'TLOG_INCLUSION_PROMISE_ERROR':
			case 'TLOG_INCLUSION_PROOF_ERROR':
			case 'TLOG_MISSING_INCLUSION_ERROR':
				return this.#diagnoseInclusion(code, message);
			case 'TLOG_ERROR':
				if (this.entity.tlogEntries.length > 0) return 'log-entry-duplicated';
				return this.#trust.material.tlogs.length === 0 ? this.#unknownLog : 'log-entry-missing';
			case 'TLOG_BODY_ERROR':
				// The payload or signature was changed, or the entry is another's: the signature itself tells which.
				return (await this.#isSignatureFalse()) ? 'signature-invalid' : 'log-entry-of-another-signature';
			default:
				return this.#canTellSignature ? 'signature-invalid' : 'unsupported-algorithm';
		}
	}

	#diagnoseTimestamp(): FailureCode {
		const { tlogs, timestampAuthorities } = this.#trust.material;
		if (this.#signedTimes.length === 0 && this.#unreadTimes > 0) return 'unsupported-timestamp';
		if (this.#signedTimes.length === 0)
			return tlogs.length === 0 || timestampAuthorities.length === 0 ? this.#unknownLog : 'time-unsigned';
		// It notices the same promised time twice before it looks at the entries.
		const entries = this.entity.tlogEntries.map(
			({ logId, canonicalizedBody }) => `${logId.keyId} ${canonicalizedBody}`,
		);
		if (new Set(entries).size < entries.length) return 'log-entry-duplicated';
		const authorities = timestampAuthorities.map(({ certChain }) => certChain[0]);
		const isKnown = this.entity.timestamps.every(
			(timestamp) =>
				timestamp.$case !== 'timestamp-authority' ||
				authorities.some((leaf) => leaf?.serialNumber.equals(timestamp.timestamp.signerSerialNumber)),
		);
		if (isKnown) return 'timestamp-invalid';
		return authorities.length === 0 ? this.#unknownLog : 'not-in-trust-root';
	}

	async #diagnoseCertificate(): Promise<FailureCode> {
		const { key } = this.entity;
		if (key.$case !== 'certificate') return 'certificate-chain-invalid';
		const leaf = key.certificate;
		const authorities = this.#trust.material.certificateAuthorities.flatMap(({ certChain }) => certChain);
		const issuer = await findAsync(authorities, (authority) => holds(() => leaf.verify(authority)));
		if (issuer) {
			const times = this.#signedTimes;
			// The same authority may be listed once for each of several periods.
			const chains = this.#trust.material.certificateAuthorities.filter(({ certChain }) =>
				certChain.some((certificate) => certificate.equals(issuer)),
			);
			const isInPeriod = (time: Date) => chains.some(({ validFor }) => isValidAt(validFor, time));
			if (times.some((time) => !leaf.validForDate(time) || !isInPeriod(time))) return 'certificate-not-valid-then';
			const logIds = attempt(() => leaf.extSCT?.signedCertificateTimestamps.map(({ logID }) => logID)) ?? [];
			const { ctlogs } = this.#trust.material;
			const isKnown = ctlogs.length > 0 && logIds.every((id) => ctlogs.some(({ logID }) => logID.equals(id)));
			return isKnown ? 'certificate-sct-invalid' : this.#unknownLog;
		}
		// Nobody we know signed this. It is only "unknown" where it names nobody we know, and where the public log
		// recorded the same certificate: one that was changed afterwards is no longer the recorded one.
		const namesKnown = authorities.some((authority) =>
			attempt(() => leaf.extAuthorityKeyID?.keyIdentifier?.equals(authority.extSubjectKeyID?.keyIdentifier as never)),
		);
		const isRecorded = this.entity.tlogEntries.some((entry) => attempt(() => this.#isEntryOfThisSigner(entry)));
		return namesKnown || !isRecorded ? 'certificate-chain-invalid' : 'not-in-trust-root';
	}

	#diagnoseInclusion(code: string, message: string): FailureCode {
		const logs = this.entity.tlogEntries.map((entry) => ({ entry, log: this.#log(entry, integratedAt(entry)) }));
		if (logs.some(({ log }) => !log)) return this.#unknownLog;
		if (code === 'TLOG_MISSING_INCLUSION_ERROR') return 'log-entry-missing';
		if (code === 'TLOG_INCLUSION_PROOF_ERROR')
			return message.includes('checkpoint') ? 'log-checkpoint-invalid' : 'log-proof-invalid';
		const isInPeriod = logs.every(({ entry, log }) => log && isValidAt(log.validFor, integratedAt(entry)));
		return isInPeriod ? 'log-promise-invalid' : 'log-key-not-valid-then';
	}

	/**
	 * What rests on a log, certificate log or timestamp authority that the trust root does not name: unknown, never false. The public
	 * roots name all kinds; the reader's own may name none of a kind, as GitHub's instance for private repositories has no log.
	 */
	get #unknownLog(): FailureCode {
		return this.#trust.info.source === 'custom' ? 'log-not-in-trust-root' : 'not-in-trust-root';
	}

	/** Whether the signature is known to be false. One that sigstore-js does not ask for as it was made may hold all the same. */
	async #isSignatureFalse(): Promise<boolean> {
		const [key, { signature }] = [this.#signersKey, this.entity];
		if (!this.#canTellSignature) return false;
		try {
			return !(await settle(() => !!key && signature.verifySignature(key as never)));
		} catch (error) {
			// What this browser cannot answer is not false.
			return !(error instanceof UnsettledError);
		}
	}

	get #canTellSignature(): boolean {
		return !this.#signersKey || isAskedAsItSigns(this.#signersKey);
	}

	/** The key that the bundle says it is signed with; `undefined` where there is none that can be read. */
	get #signersKey(): PublicKey | undefined {
		const { key } = this.entity;
		return key.$case === 'certificate' ? attempt(() => spkiKey(key.certificate)) : this.#key;
	}
}

function kindOf({ kindVersion: { kind, version } }: TransparencyLogEntry): string {
	return `${kind} ${version}`;
}

/** When the log says that it took the entry in. */
function integratedAt(entry: TransparencyLogEntry): Date {
	return new Date(Number(entry.integratedTime) * 1000);
}

/** Critical extensions that the checks understand: key usage, alternative name, basic constraints, extended key usage. */
const UNDERSTOOD = new Set(['2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.37']);
const EXTENDED_KEY_USAGE = '2.5.29.37';
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

/**
 * Whether its key is there for signing code, and not for signing certificates.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.3 and 4.2.1.9, 4.2.1.12
 */
function isForCodeSigning(certificate: X509Certificate): boolean {
	const usages: ASN1Obj[] = certificate.extension(EXTENDED_KEY_USAGE)?.valueObj.subs[0]?.subs ?? [];
	if (!usages.some((usage) => attempt(() => usage.toOID()) === CODE_SIGNING)) return false;
	// `undefined` also where an extension cannot be read.
	const signs = attempt(() => certificate.extKeyUsage?.digitalSignature ?? true);
	const isAuthority = attempt(() => certificate.extBasicConstraints?.isCA ?? false);
	return signs === true && isAuthority === false;
}

function spkiKey(certificate: X509Certificate): PublicKey {
	return createPublicKey({ key: certificate.publicKey, format: 'der', type: 'spki' });
}

/** Whether a signature check comes out true; an exception or an unanswerable one does not. */
async function holds(check: () => boolean): Promise<boolean> {
	try {
		return await settle(check);
	} catch {
		return false;
	}
}

async function findAsync<T>(items: readonly T[], matches: (item: T) => Promise<boolean>): Promise<T | undefined> {
	for (const item of items) if (await matches(item)) return item;
	return undefined;
}

/** The value, or `undefined` where reading it throws: hostile certificates throw anywhere. */
function attempt<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}
