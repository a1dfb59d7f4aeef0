/** Owns which step of a verification failed, and with which code. */
import './webcrypto/asn1-patch.ts';
import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle';
import type { ASN1Obj, X509Certificate } from '@sigstore/core';
import { type SignedEntity, VerificationError } from '@sigstore/verify';
import type { LogEntryView } from '../report/evidence.ts';
import { FAILURES, type FailureCode } from '../report/failures.ts';
import { failed, type Result, success } from '../report/result.ts';
import { attempt } from './attempt.ts';
import type { Read, SignedBundle } from './bundle.ts';
import { readCertificate } from './identity.ts';
import { entrySigner, isKnownEntry } from './log-entry.ts';
import { isAskedAsItSigns, isValidAt, registryKey, type TrustRoot } from './trust-root.ts';
import type { ExpectedSigner } from './verified.ts';
import { settle, UnsettledError } from './webcrypto/bridge.ts';
import { createPublicKey, type PublicKey } from './webcrypto/node-crypto.ts';

/** One bundle on its way through the checks, with what they share. */
export class Attempt {
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
	conclude(): Result<SignedBundle> {
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
		return success(result);
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
		// No authority that we know signed this. It is "unknown" only if it names none of them, and the public log recorded the
		// same certificate: one that was changed afterwards is not the recorded one (docs/decisions/0001-unknown-only-after-asking.md).
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

	/** Whether the signature is known to be false. One that sigstore-js asks for in another form than it was made may still be valid. */
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

export function kindOf({ kindVersion: { kind, version } }: TransparencyLogEntry): string {
	return `${kind} ${version}`;
}

/** When the log says that it took the entry in. */
export function integratedAt(entry: TransparencyLogEntry): Date {
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
