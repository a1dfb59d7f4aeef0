/** Owns the verification of a bundle by sigstore-js. Only here a Verified is made. */
import './webcrypto/asn1-patch.ts';
import { Verifier } from '@sigstore/verify';
import { failed, type Result } from '../report/result.ts';
import { parseBundle, readEntity, type SignedBundle } from './bundle.ts';
import { Attempt } from './diagnose.ts';
import type { TrustRoot } from './trust-root.ts';
import type { ExpectedSigner, Verified } from './verified.ts';
import { settle } from './webcrypto/bridge.ts';

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
	return attempt.conclude() as Result<Verified<SignedBundle>>;
}
