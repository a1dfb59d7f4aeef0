/**
 * Owns Node's own sigstore-js for comparison: it runs in a process without our hooks, so that its crypto is OpenSSL.
 * Reads bundles (JSON array) from the file named first; then for each line on standard input verifies that many rounds of
 * them and writes the milliseconds of one round.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [bundleFile = ''] = process.argv.slice(2);
const loading = performance.now();
const { bundleFromJSON } = await import('@sigstore/bundle');
const { TrustedRoot } = await import('@sigstore/protobuf-specs');
const { toSignedEntity, toTrustMaterial, Verifier } = await import('@sigstore/verify');
const { trustedRoot } = JSON.parse(readFileSync(new URL('../../lib/sigstore/seed.json', import.meta.url), 'utf8'));
const bundles: unknown[] = JSON.parse(readFileSync(bundleFile, 'utf8'));
const material = toTrustMaterial(TrustedRoot.fromJSON(trustedRoot), () => {
	throw new Error('no keys here');
});
const verify = (bundle: unknown) => new Verifier(material).verify(toSignedEntity(bundleFromJSON(bundle) as never));
verify(bundles[0]);
console.log(performance.now() - loading);

for await (const line of createInterface({ input: process.stdin })) {
	const rounds = Number(line);
	const started = performance.now();
	for (let round = 0; round < rounds; round += 1) for (const bundle of bundles) verify(bundle);
	console.log((performance.now() - started) / rounds);
}
