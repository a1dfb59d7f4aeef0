/**
 * Owns one verification of a list by pacote, in a process without our hooks: `lockfile-pacote.ts FILE`, where FILE has the folder of the
 * world and the registry's address. Writes one line of JSON: milliseconds since the process began, and what it refused, by the code.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** As many as `npm audit signatures` has under way, so that no connection is ever idle. */
const AT_ONCE = 20;

const [file = ''] = process.argv.slice(2);
const [folder, base]: [string, string] = JSON.parse(readFileSync(file, 'utf8'));
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const list: { name: string; version: string }[] = read('list.json');
// @ts-expect-error It has no types.
const { default: pacote } = await import('pacote');
const cache = mkdtempSync(join(folder, 'pacote-'));
const options = {
	registry: `${base}/`,
	cache,
	tufCache: join(folder, 'tuf'),
	[`//${new URL(base).host}/:_keys`]: read('keys.json'),
	verifySignatures: true,
	verifyAttestations: true,
	maxSockets: 6,
};

const refused: Record<string, string> = {};
let attested = 0;
let next = 0;
await Promise.all(
	Array.from({ length: AT_ONCE }, async () => {
		for (let one = list[next++]; one; one = list[next++]) {
			const spec = `${one.name}@${one.version}`;
			try {
				const manifest = await pacote.manifest(spec, options);
				if (manifest._attestationBundles?.length === 2) attested += 1;
			} catch (error) {
				refused[spec] = String((error as { code?: unknown }).code);
			}
		}
	}),
);
const ms = performance.now();
rmSync(cache, { recursive: true, force: true });
console.log(JSON.stringify({ ms, rss: process.resourceUsage().maxRSS * 1024, attested, refused }));
process.exit();
