/** Owns a Sigstore bundle from outside: bounded and read before sigstore-js sees it. */
import './webcrypto/asn1-patch.ts';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { RFC3161Timestamp } from '@sigstore/core';
import { type SignedEntity, toSignedEntity } from '@sigstore/verify';
import type { CertificateView, LogEntryView } from '../report/evidence.ts';
import { failed, type Result, success } from '../report/result.ts';
import { attempt } from './attempt.ts';
import { checkBase64, checkBody } from './base64.ts';

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

const MEDIA_TYPES = new Set([
	'application/vnd.dev.sigstore.bundle+json;version=0.1',
	'application/vnd.dev.sigstore.bundle+json;version=0.2',
	'application/vnd.dev.sigstore.bundle+json;version=0.3',
	'application/vnd.dev.sigstore.bundle.v0.3+json',
]);

/** Honest bundles have one or two. sigstore-js compares each with each, so thousands would keep a browser busy for long. */
const MAX_RECORDS = 32;

/** Honest certificates and timestamps have some kilobytes. To read ASN.1 of some megabytes would take seconds. */
const MAX_BYTES = 64 * 1024;

/** All that is read as ASN.1. */
function derIn({ verificationMaterial: { content, timestampVerificationData } }: Bundle): Uint8Array[] {
	const timestamps = timestampVerificationData?.rfc3161Timestamps.map(({ signedTimestamp }) => signedTimestamp) ?? [];
	if (content.$case === 'certificate') return [content.certificate.rawBytes, ...timestamps];
	if (content.$case === 'publicKey') return timestamps;
	return [...content.x509CertificateChain.certificates.map(({ rawBytes }) => rawBytes), ...timestamps];
}

/** JSON -> Bundle. What sigstore-js would throw at later is refused here. */
export function parseBundle(json: unknown): Result<Bundle> {
	const mediaType = (json as { mediaType?: unknown } | null)?.mediaType;
	if (typeof mediaType !== 'string') return failed('unsupported-bundle-version', 'no media type');
	if (!MEDIA_TYPES.has(mediaType)) return failed('unsupported-bundle-version', mediaType);
	const noText = checkBase64(json);
	if (noText) return { ok: false, failure: noText };
	try {
		const bundle = bundleFromJSON(json) as Bundle;
		const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
		const count = tlogEntries.length + (timestampVerificationData?.rfc3161Timestamps.length ?? 0);
		if (count > MAX_RECORDS) return failed('bundle-malformed', `${count} log entries and timestamps`);
		const longest = Math.max(0, ...derIn(bundle).map(({ length }) => length));
		if (longest > MAX_BYTES) return failed('bundle-malformed', `a certificate or timestamp of ${longest} bytes`);
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
export interface Read {
	entity: SignedEntity;
	unreadTimes: number;
}

export function readEntity(bundle: Bundle, artifact?: Uint8Array): Result<Read> {
	if (bundle.content.$case === 'messageSignature' && artifact === undefined)
		return failed('bundle-of-wrong-kind', 'a signed file where a signed statement is expected');
	// An unreadable one would throw whenever it is read, also while a failure is explained.
	const { verificationMaterial: material } = bundle;
	const { rfc3161Timestamps: all = [] } = material.timestampVerificationData ?? {};
	if (!all.every(({ signedTimestamp }) => isReadable(signedTimestamp, timeIn)))
		return failed('timestamp-invalid', 'a timestamp that cannot be read');
	const rfc3161Timestamps = all.filter(({ signedTimestamp }) =>
		isReadable(signedTimestamp, ({ signingTime }) => signingTime),
	);
	const unreadTimes = all.length - rfc3161Timestamps.length;
	// Without them, the other parts can still be found false.
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
