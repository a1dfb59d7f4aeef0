/** Owns the registry's own signature: ECDSA P-256 over the text `NAME@VERSION:INTEGRITY`, made when it was published. */

import type { FailureCode } from '../report/failures.ts';
import type { Claim } from '../report/report.ts';
import { failed } from '../report/result.ts';
import { isValidAt, registryKey, type TrustRoot } from '../sigstore/trust-root.ts';
import { settle, UnsettledError } from '../sigstore/webcrypto/bridge.ts';
import { verify } from '../sigstore/webcrypto/node-crypto.ts';

const id = 'registry-signed';

/**
 * Checks the registry's signatures over one release.
 * @param release as the manifest has it; `signatures` carry a key id and base64 of a DER signature.
 * @param publishedAt when it was published; `undefined` if unknown.
 * @param saidBy whose word that time is: the publish attestation's (`signature`), or a list's (`registry`), which nobody signed and
 *   which therefore never refutes.
 * @returns the claim `registry-signed`: proved; `absent` where there is none; `could-not-check` with `not-in-trust-root`,
 *   `unsupported-algorithm`, `publish-time-unknown`, `publish-time-unsigned` (a list's time at which the key was not valid) or
 *   `integrity-missing`; refuted with `registry-signature-invalid` or `registry-key-not-valid-then`.
 * @see https://docs.npmjs.com/about-registry-signatures
 */
export async function checkRegistrySignature(
	release: {
		name: string;
		version: string;
		integrity?: string | undefined;
		signatures: readonly { keyid: string; sig: string }[];
	},
	trust: TrustRoot,
	publishedAt: Date | undefined,
	saidBy: 'signature' | 'registry' = 'signature',
): Promise<Claim> {
	const { name, version, integrity, signatures } = release;
	if (signatures.length === 0) return { id, standing: 'unproved', why: 'absent' };
	if (integrity === undefined) return couldNotCheck('integrity-missing');
	if (trust.failure) return couldNotCheck(trust.failure.code, trust.failure.detail);
	const known = signatures.flatMap(({ keyid, sig }) => {
		const key = registryKey(trust, keyid, 'npm:signatures', publishedAt && [publishedAt]);
		return key ? [{ key, sig }] : [];
	});
	if (known.length === 0) return couldNotCheck('not-in-trust-root', `key ${signatures[0]?.keyid}`);
	const data = new TextEncoder().encode(`${name}@${version}:${integrity}`);
	for (const { key, sig } of known) {
		const bytes = Buffer.from(sig, 'base64');
		try {
			if (!(await settle(() => verify('sha256', data, key.key, bytes)))) return refuted('registry-signature-invalid');
		} catch (error) {
			if (error instanceof UnsettledError) return couldNotCheck(error.code, error.message);
			throw error;
		}
	}
	if (publishedAt === undefined) return couldNotCheck('publish-time-unknown');
	if (known.every(({ key }) => isValidAt(key.validFor, publishedAt))) return { id, standing: 'proved' };
	const time = publishedAt.toISOString();
	return saidBy === 'signature'
		? refuted('registry-key-not-valid-then', time)
		: couldNotCheck('publish-time-unsigned', time);
}

function couldNotCheck(code: FailureCode, detail?: string): Claim {
	return { id, standing: 'unproved', why: 'could-not-check', failure: failed(code, detail).failure };
}

function refuted(code: FailureCode, detail?: string): Claim {
	return { id, standing: 'refuted', failure: failed(code, detail).failure };
}
