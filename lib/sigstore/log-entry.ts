/** Owns which kinds of log entries can be read, and how each names its signer. */
import * as v from 'valibot';

/** A signer as Rekor v1 keeps it: base64 of a PEM certificate or public key. */
const pem = v.string();
/** As Rekor v2 keeps it: base64 DER, told apart by the field. */
const verifier = v.union([
	v.object({ x509Certificate: v.object({ rawBytes: v.string() }) }),
	v.object({ publicKey: v.object({ rawBytes: v.string() }) }),
]);

const bodies = v.union([
	v.object({
		kind: v.literal('intoto'),
		apiVersion: v.literal('0.0.2'),
		spec: v.object({
			content: v.object({ envelope: v.object({ signatures: v.tuple([v.object({ publicKey: pem })]) }) }),
		}),
	}),
	v.object({
		kind: v.literal('dsse'),
		apiVersion: v.literal('0.0.1'),
		spec: v.object({ signatures: v.tuple([v.object({ verifier: pem })]) }),
	}),
	v.object({
		kind: v.literal('hashedrekord'),
		apiVersion: v.literal('0.0.1'),
		spec: v.object({ signature: v.object({ publicKey: v.object({ content: pem }) }) }),
	}),
	v.object({
		kind: v.literal('dsse'),
		apiVersion: v.literal('0.0.2'),
		spec: v.object({ dsseV002: v.object({ signatures: v.tuple([v.object({ verifier })]) }) }),
	}),
	v.object({
		kind: v.literal('hashedrekord'),
		apiVersion: v.literal('0.0.2'),
		spec: v.object({ hashedRekordV002: v.object({ signature: v.object({ verifier }) }) }),
	}),
]);

/** The kinds and versions above: those that sigstore-js reads, and whose signer we find. */
const KNOWN = new Set(
	bodies.options.map(({ entries: { kind, apiVersion } }) => `${kind.literal} ${apiVersion.literal}`),
);

/**
 * Whether a log entry is of a kind and version that can be read. One whose label contradicts its body is known, to be found false.
 * @param entry as a bundle has it; its body is signed by the log, its label by nobody.
 */
export function isKnownEntry(entry: {
	kindVersion: { kind: string; version: string };
	canonicalizedBody: Uint8Array;
}): boolean {
	const { kind, version } = entry.kindVersion;
	if (KNOWN.has(`${kind} ${version}`)) return true;
	const body = parseBody(entry.canonicalizedBody) as { kind?: unknown; apiVersion?: unknown } | null | undefined;
	return body?.kind !== kind || body.apiVersion !== version;
}

/**
 * The certificate or public key that a log entry records as its signer.
 * @param body the entry's canonicalized body (JSON).
 * @returns its DER bytes; `undefined` where the body cannot be read or is of a kind we do not know.
 * @see https://github.com/sigstore/rekor/tree/main/pkg/types
 */
export function entrySigner(body: Uint8Array): Uint8Array | undefined {
	const parsed = v.safeParse(bodies, parseBody(body));
	if (!parsed.success) return undefined;
	const { spec } = parsed.output;
	if ('content' in spec) return fromPem(spec.content.envelope.signatures[0].publicKey);
	if ('signatures' in spec) return fromPem(spec.signatures[0].verifier);
	if ('signature' in spec) return fromPem(spec.signature.publicKey.content);
	const signer = 'dsseV002' in spec ? spec.dsseV002.signatures[0].verifier : spec.hashedRekordV002.signature.verifier;
	return Buffer.from('publicKey' in signer ? signer.publicKey.rawBytes : signer.x509Certificate.rawBytes, 'base64');
}

function parseBody(body: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder().decode(body));
	} catch {
		return undefined;
	}
}

function fromPem(base64: string): Uint8Array | undefined {
	const pemText = Buffer.from(base64, 'base64').toString('utf8');
	const body = /^-----BEGIN [A-Z ]+-----\r?\n([A-Za-z0-9+/=\s]+)-----END [A-Z ]+-----\s*$/.exec(pemText)?.[1];
	return body === undefined ? undefined : Buffer.from(body, 'base64');
}
