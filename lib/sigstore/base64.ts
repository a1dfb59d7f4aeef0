/**
 * Owns which fields of a bundle are bytes in base64, and that they are text. sigstore-js passes them to Node's Buffer, which also takes
 * lists of bytes, and objects with a length of any size. Pure.
 */
import { type Failure, failed } from '../report/result.ts';

/** Where text is, by name; in brackets what each element of a list has. */
type Fields = 'text' | readonly [Fields] | { readonly [name: string]: Fields };

const CERTIFICATE = { rawBytes: 'text' } as const;

/** @see https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto */
const BUNDLE: Fields = {
	verificationMaterial: {
		x509CertificateChain: { certificates: [CERTIFICATE] },
		certificate: CERTIFICATE,
		tlogEntries: [
			{
				logId: { keyId: 'text' },
				inclusionPromise: { signedEntryTimestamp: 'text' },
				inclusionProof: { rootHash: 'text', hashes: ['text'] },
				canonicalizedBody: 'text',
			},
		],
		timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'text' }] },
	},
	messageSignature: { messageDigest: { digest: 'text' }, signature: 'text' },
	dsseEnvelope: { payload: 'text', signatures: [{ sig: 'text' }] },
};

/** The bodies of Rekor v1, by kind and version. @see https://github.com/sigstore/rekor/tree/main/pkg/types */
const BODIES: Record<string, Fields> = {
	'dsse 0.0.1': { spec: { signatures: [{ signature: 'text' }], payloadHash: { value: 'text' } } },
	'intoto 0.0.2': {
		spec: { content: { envelope: { signatures: [{ sig: 'text' }] }, payloadHash: { value: 'text' } } },
	},
	'hashedrekord 0.0.1': { spec: { signature: { content: 'text' }, data: { hash: { value: 'text' } } } },
};
const VERIFIER: Fields = { publicKey: { rawBytes: 'text' }, x509Certificate: CERTIFICATE };
/** sigstore-js reads all others as Rekor v2's. @see https://github.com/sigstore/rekor-tiles/tree/main/api/proto */
const BODY_V2: Fields = {
	spec: {
		dsseV002: { payloadHash: { digest: 'text' }, signatures: [{ content: 'text', verifier: VERIFIER }] },
		hashedRekordV002: { data: { digest: 'text' }, signature: { content: 'text', verifier: VERIFIER } },
	},
};

/**
 * Whether what should be base64 in a bundle is text. What of the text is no base64 is skipped, as Node does it.
 * @param bundle parsed from JSON and otherwise unknown. What is absent or `null` is not looked at.
 * @returns nothing, or failure `certificate-malformed` or `bundle-malformed` with the first such field, as `dsseEnvelope.payload`.
 * @see https://protobuf.dev/programming-guides/json
 */
export function checkBase64(bundle: unknown): Failure | undefined {
	const path = findOther(bundle, BUNDLE);
	if (path === undefined) return undefined;
	return failed(path.endsWith('.rawBytes') ? 'certificate-malformed' : 'bundle-malformed', `${path} is not text`)
		.failure;
}

/**
 * The same of a log entry's body. sigstore-js reads it while the log's signature over it is still being asked.
 * @param body the JSON behind `canonicalizedBody`. What is no JSON is left to those who read it.
 * @returns nothing, or failure `bundle-malformed`.
 */
export function checkBody(body: Uint8Array): Failure | undefined {
	let json: { kind?: unknown; apiVersion?: unknown } | null;
	try {
		json = JSON.parse(new TextDecoder().decode(body));
	} catch {
		return undefined;
	}
	const kind = `${json?.kind} ${json?.apiVersion}`;
	const path = findOther(json, Object.hasOwn(BODIES, kind) ? (BODIES[kind] as Fields) : BODY_V2);
	return path === undefined ? undefined : failed('bundle-malformed', `${path} of a log entry is not text`).failure;
}

/** The first place that is not text. An object may replace a list: sigstore-js only asks for elements. */
function findOther(json: unknown, fields: Fields, path = ''): string | undefined {
	if (json === null || json === undefined) return undefined;
	if (fields === 'text') return typeof json === 'string' ? undefined : path;
	if (typeof json !== 'object') return undefined;
	const inner = Array.isArray(fields)
		? Object.values(json).map((one) => [one, fields[0], path] as const)
		: Object.entries(fields).map(
				([name, field]) => [Reflect.get(json, name), field, path === '' ? name : `${path}.${name}`] as const,
			);
	for (const [value, field, place] of inner) {
		const found = findOther(value, field as Fields, place);
		if (found !== undefined) return found;
	}
	return undefined;
}
