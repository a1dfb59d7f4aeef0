/**
 * Owns how many requests to the registry one panel makes, over the recorded packuments, each release as the one that is looked at, with
 * the sources of one side: `requests.ts TREE FILE`. Writes the counts as one JSON list.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReleaseRegistry } from '../../lib/registry/registry.ts';
import type { Result } from '../../lib/report/result.ts';

const [tree = ''] = process.argv.slice(2);
const { parseManifest }: typeof import('../../lib/registry/schemas.ts') = await import(
	`${tree}/lib/registry/schemas.ts`
);
const { compare }: typeof import('../../lib/inspect/complete.ts') = await import(`${tree}/lib/inspect/complete.ts`);
const { inspect }: typeof import('../../lib/inspect/inspect.ts') = await import(`${tree}/lib/inspect/inspect.ts`);
const { REGISTRY }: typeof import('../../lib/npm/hosts.ts') = await import(`${tree}/lib/npm/hosts.ts`);
const { failed, success }: typeof import('../../lib/report/result.ts') = await import(`${tree}/lib/report/result.ts`);
const { embeddedTrustRoot }: typeof import('../../lib/sigstore/trust-root.ts') = await import(
	`${tree}/lib/sigstore/trust-root.ts`
);

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
/** Of a package with hundreds of releases, so many are enough to tell. */
const MAX_RELEASES = 60;

/** For each release that was looked at, how many requests its panel made; records that were not recorded are answered by 404. */
async function countRequests(): Promise<number[]> {
	const trust = await embeddedTrustRoot();
	const counts: number[] = [];
	for (const file of readdirSync(join(data, 'packuments'))) {
		const text = readFileSync(join(data, 'packuments', file), 'utf8').replaceAll('{registry}', REGISTRY);
		const { name, versions }: { name: string; versions: Record<string, unknown> } = JSON.parse(text);
		const all = Object.keys(versions);
		const step = Math.max(1, Math.floor(all.length / MAX_RELEASES));
		for (const version of all.filter((_version, index) => index % step === 0)) {
			let count = 0;
			const asked = <T>(answer: Result<T>): Promise<Result<T>> => {
				count += 1;
				return Promise.resolve(answer);
			};
			const registry: ReleaseRegistry = {
				fetchManifest: (spec) => {
					const manifest = versions[spec.selector];
					return asked(manifest === undefined ? failed('release-not-found') : parseManifest(manifest, spec));
				},
				fetchAttestations: (_name, one) => asked(success(readRecord(name, one))),
				fetchPackument: () => asked(success(new Blob([text]))),
				fetchAdvisories: () => asked(success({})),
				fetchKeys: () => asked(success([])),
			};
			const world = { registry, trust, now: () => new Date() };
			await compare(await inspect({ name, selector: version, kind: 'version' }, world), world);
			counts.push(count);
		}
	}
	return counts;
}

console.log(JSON.stringify(await countRequests()));

function readRecord(name: string, version: string): unknown {
	const file = join(data, 'attestations', `${name.replace('/', '+')}@${version}.json`);
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
