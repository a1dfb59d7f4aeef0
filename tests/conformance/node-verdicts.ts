/**
 * Owns the second opinion on mutants: Node's own sigstore-js in a process without our hooks. Reads one bundle as JSON a line
 * on standard input, writes `true` or `false` a line: whether it holds against the embedded trusted root and npm's keys.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { bundleFromJSON } from '@sigstore/bundle';
import { PublicKey, TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';

const seed = JSON.parse(readFileSync(new URL('../../lib/sigstore/seed.json', import.meta.url), 'utf8'));
const keys = Object.fromEntries(
	seed.npmKeys.keys
		.filter(({ keyUsage }: { keyUsage: string }) => keyUsage === 'npm:attestations')
		.map(({ keyId, publicKey }: { keyId: string; publicKey: unknown }) => [keyId, PublicKey.fromJSON(publicKey)]),
);
const material = toTrustMaterial(TrustedRoot.fromJSON(seed.trustedRoot), keys);

for await (const line of createInterface({ input: process.stdin })) {
	let holds = true;
	try {
		new Verifier(material).verify(toSignedEntity(bundleFromJSON(JSON.parse(line)) as never));
	} catch {
		holds = false;
	}
	console.log(holds);
}
