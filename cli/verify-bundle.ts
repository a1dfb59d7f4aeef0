/** Owns `npm run -s verify-bundle`: the client protocol of sigstore-conformance over lib/sigstore/verify.ts. */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { failed, type Result } from '../lib/report/result.ts';
import type { SignedBundle } from '../lib/sigstore/bundle.ts';
import { embeddedTrustRoot, parseTrustRoot } from '../lib/sigstore/trust-root.ts';
import type { Verified } from '../lib/sigstore/verified.ts';
import { verifyBundle } from '../lib/sigstore/verify.ts';
import { createPublicKey, type PublicKey } from '../lib/sigstore/webcrypto/node-crypto.ts';
import { type Command, printable, readInput, readText, startCommand, UsageError } from './usage.ts';

/** What `--help` prints. */
export const VERIFY_BUNDLE_HELP = `Says whether a Sigstore bundle holds over a file, by the client protocol of sigstore-conformance.

Usage: npm run -s verify-bundle -- [--staging] --bundle FILE
         (--certificate-identity SAN --certificate-oidc-issuer URL | --key PEM) [--trusted-root FILE] FILE

FILE is the signed file, or sha256:HEX: for a statement that names it, the digest is enough.

Options
  --bundle FILE           the bundle, as JSON
  --certificate-identity SAN, --certificate-oidc-issuer URL
                          the certificate's name and its issuer, compared exactly
  --key PEM               a file with the public key, where no certificate signed
  --trusted-root FILE     a Sigstore trusted root; without one, the embedded one of the public instance
  --staging               Sigstore's staging instance; its trust root is not built in, so give it with --trusted-root
  --json                  print { "holds": true } or { "holds": false, "failure": { "code", ... } }
  --help                  print this

Exit codes
  0    it holds
  1    it does not hold; the error stream says why
  2    bad usage, a file that cannot be read, or what is not supported; one line on the error stream says what and where
  130  interrupted (Ctrl-C)

In continuous integration: any exit code but 0 is a failure, and no --fail-on is needed.
Nobody is asked: what is read are the files that are named.`;

const string = { type: 'string' } as const;
/** For `parseArgs`; `--help` names each. */
export const VERIFY_BUNDLE_OPTIONS = {
	json: { type: 'boolean' },
	staging: { type: 'boolean' },
	bundle: string,
	'certificate-identity': string,
	'certificate-oidc-issuer': string,
	key: string,
	'trusted-root': string,
} as const;

/** What the protocol asks: does this bundle hold, over this file, by this signer? */
export interface BundleQuestion {
	/** The bundle file's text. */
	bundle: string;
	/** The certificate's name and issuer, exactly; or a public key as PEM. */
	signer: { identity: string; issuer: string } | { key: string };
	/** The signed file, or no more than its digest. For a statement, the file that it speaks of. */
	artifact: Uint8Array | { sha256: string };
	/** The text of a TrustedRoot file; without one, the embedded root decides. */
	trustedRoot?: string;
}

/**
 * Answers the protocol's question.
 * @returns the verified bundle, or the failure as a Report would give it. `unsupported-integrity` if only the file's digest is at hand and
 *   WebCrypto needs the file; `wrong-shape` if trusted root or key cannot be read.
 */
export async function checkBundle(question: BundleQuestion): Promise<Result<Verified<SignedBundle>>> {
	const { artifact, signer } = question;
	const json = parseJson(question.bundle);
	if (json === undefined) return failed('bundle-malformed', 'not JSON');
	const isSignedFile = typeof json === 'object' && json !== null && 'messageSignature' in json;
	if (isSignedFile && !(artifact instanceof Uint8Array))
		return failed('unsupported-integrity', 'WebCrypto verifies over the file, not over a digest of it');
	const trust =
		question.trustedRoot === undefined
			? ({ ok: true, value: await embeddedTrustRoot() } as const)
			: await parseTrustRoot(parseJson(question.trustedRoot), undefined, {
					source: 'custom',
					version: 'as given',
					takenAt: '',
				});
	if (!trust.ok) return trust;
	let key: PublicKey | undefined;
	try {
		if ('key' in signer) key = createPublicKey(signer.key);
	} catch (error) {
		return failed('wrong-shape', `the key: ${(error as Error).message}`);
	}
	const file = artifact instanceof Uint8Array ? artifact : undefined;
	const verified = await verifyBundle(json, trust.value, key ? { key } : 'certificate', file);
	if (!verified.ok) return verified;
	if ('identity' in signer) {
		if (!('certificate' in verified.value.signer)) return failed('bundle-of-wrong-kind');
		const { fulcio, subjectAlternativeName } = verified.value.signer.certificate;
		// Compared whole: sigstore-js would take the name for a regular expression without ends.
		if (subjectAlternativeName !== signer.identity) return failed('identity-name-differs', subjectAlternativeName);
		if ((fulcio[8] ?? fulcio[1]) !== signer.issuer) return failed('identity-name-differs', fulcio[8] ?? fulcio[1]);
	}
	if (verified.value.payload !== undefined && !isSubject(artifact, verified.value))
		return failed('subject-digest-differs');
	return verified;
}

/** Whether the verified statement names the file among its subjects. */
function isSubject(artifact: BundleQuestion['artifact'], { payload, payloadType }: SignedBundle): boolean {
	if (payload === undefined || payloadType !== 'application/vnd.in-toto+json') return false;
	const statement = parseJson(new TextDecoder().decode(payload)) as
		| { subject?: { digest?: Record<string, unknown> }[] }
		| undefined;
	const digests =
		artifact instanceof Uint8Array
			? ['sha256', 'sha512'].map((name) => [name, createHash(name).update(artifact).digest('hex')] as const)
			: Object.entries(artifact);
	if (!Array.isArray(statement?.subject)) return false;
	return statement.subject.some((subject) => digests.some(([name, hex]) => subject?.digest?.[name] === hex));
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

async function run(argv: string[]): Promise<void> {
	const { values, positionals } = parseOptions(argv);
	const [artifact, ...others] = positionals;
	if (values.bundle === undefined) throw new UsageError('--bundle is missing');
	if (artifact === undefined || others.length > 0) throw new UsageError('name exactly one file');
	if (values.staging && values['trusted-root'] === undefined)
		throw new UsageError("unsupported: Sigstore's staging trust root is not on board; give it with --trusted-root");
	const { 'certificate-identity': identity, 'certificate-oidc-issuer': issuer, key } = values;
	const isByKey = key !== undefined && identity === undefined && issuer === undefined;
	const isByName = key === undefined && identity !== undefined && issuer !== undefined;
	if (!isByKey && !isByName)
		throw new UsageError('give --certificate-identity and --certificate-oidc-issuer, or --key');
	const answer = await checkBundle({
		bundle: readText(values.bundle),
		signer: isByKey ? { key: readText(key) } : { identity: identity ?? '', issuer: issuer ?? '' },
		artifact: parseArtifact(artifact),
		...(values['trusted-root'] !== undefined && { trustedRoot: readText(values['trusted-root']) }),
	});
	if (!answer.ok && answer.failure.code === 'unsupported-integrity')
		throw new UsageError(`unsupported: ${answer.failure.detail}`);
	// Not the bundle's fault: the trust root or the key that was given cannot be read.
	if (!answer.ok && answer.failure.code === 'wrong-shape') throw new UsageError(answer.failure.detail);
	// Before anything is written: whoever reads it may stop reading.
	process.exitCode = answer.ok ? 0 : 1;
	if (values.json)
		console.log(printable(JSON.stringify({ holds: answer.ok, ...(!answer.ok && { failure: answer.failure }) })));
	else if (!answer.ok)
		console.error(printable(`does not hold: ${answer.failure.code} ${answer.failure.detail ?? ''}`.trim()));
}

function parseOptions(argv: string[]) {
	return parseArgs({ args: argv, allowPositionals: true, options: VERIFY_BUNDLE_OPTIONS });
}

function parseArtifact(text: string): BundleQuestion['artifact'] {
	if (!text.startsWith('sha256:')) return readInput(text);
	const sha256 = text.slice('sha256:'.length);
	if (!/^[0-9a-f]{64}$/.test(sha256)) throw new UsageError('not a SHA-256 digest in lower-case hex');
	return { sha256 };
}

/** The command. */
export const VERIFY_BUNDLE: Command = { name: 'verify-bundle', help: VERIFY_BUNDLE_HELP, run };
if (import.meta.main) await startCommand(VERIFY_BUNDLE);
