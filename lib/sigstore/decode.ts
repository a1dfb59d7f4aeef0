/** Owns what a bundle says before anything of it is verified: decoded to be shown, and to find the file that it signs. */
import './webcrypto/asn1-patch.ts';
import type { Bundle } from '@sigstore/bundle';
import { X509Certificate } from '@sigstore/core';
import { HashAlgorithm } from '@sigstore/protobuf-specs';
import type { LogEntryView } from '../report/evidence.ts';
import { failed, type Result, success } from '../report/result.ts';
import { attempt } from './attempt.ts';
import { parseBundle, type SignedBundle } from './bundle.ts';
import { integratedAt, kindOf } from './diagnose.ts';
import { readCertificate } from './identity.ts';

/** What a bundle says. Nothing of it is proved. */
export interface ClaimedBundle extends Pick<SignedBundle, 'payload' | 'payloadType' | 'signer' | 'logEntries'> {
	/** Of a bundle that signs a file directly: the file's digest as the bundle has it, lower-case hex; empty for another algorithm. */
	sha256?: string;
}

/**
 * Decodes a bundle without verifying it.
 * @param json the bundle, parsed from JSON and otherwise unknown.
 * @returns failures of `parseBundle`, and `certificate-malformed`.
 */
export function decodeBundle(json: unknown): Result<ClaimedBundle> {
	const parsed = parseBundle(json);
	if (!parsed.ok) return parsed;
	const { content, verificationMaterial } = parsed.value;
	const signer = readSigner(verificationMaterial.content);
	if (!signer.ok) return signer;
	return success({
		signer: signer.value,
		logEntries: verificationMaterial.tlogEntries.map(describeEntry),
		...(content.$case === 'dsseEnvelope'
			? { payload: content.dsseEnvelope.payload, payloadType: content.dsseEnvelope.payloadType }
			: { sha256: digestOf(content.messageSignature.messageDigest) }),
	});
}

type Material = Bundle['verificationMaterial'];

function readSigner(content: Material['content']): Result<SignedBundle['signer']> {
	if (content.$case === 'publicKey') return success({ keyId: content.publicKey.hint });
	const raw =
		content.$case === 'certificate'
			? content.certificate.rawBytes
			: content.x509CertificateChain.certificates[0]?.rawBytes;
	const certificate = raw && attempt(() => X509Certificate.parse(raw as never));
	if (!certificate) return failed('certificate-malformed');
	const view = readCertificate(certificate);
	return view.ok ? success({ certificate: view.value }) : view;
}

function describeEntry(entry: Material['tlogEntries'][number]): LogEntryView {
	const time = integratedAt(entry);
	return {
		index: entry.logIndex,
		logId: Buffer.from(entry.logId.keyId).toString('hex'),
		// The trust root names it, once the entry is known to be its.
		logAddress: '',
		kind: kindOf(entry),
		...(entry.inclusionPromise && !Number.isNaN(time.getTime()) && { integratedAt: time.toISOString() }),
		hasInclusionProof: entry.inclusionProof !== undefined,
	};
}

function digestOf(digest: { algorithm: HashAlgorithm; digest: Uint8Array } | undefined): string {
	return digest?.algorithm === HashAlgorithm.SHA2_256 ? Buffer.from(digest.digest).toString('hex') : '';
}
