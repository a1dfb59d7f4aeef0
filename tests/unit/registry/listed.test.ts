/**
 * Tests of how `dist.attestations` is read where it is odd: alike in a manifest and in a packument, hiding nothing else of the release;
 * and whatever is there counts as listed, so that no odd form makes a loss calm.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { compare } from '../../../lib/inspect/complete.ts';
import { inspect } from '../../../lib/inspect/inspect.ts';
import { parseAbbreviated, parsePackument } from '../../../lib/npm/packument.ts';
import type { ReleaseRegistry } from '../../../lib/registry/registry.ts';
import { parseKeptManifest, parseManifest } from '../../../lib/registry/schemas.ts';
import type { Report } from '../../../lib/report/report.ts';
import { success } from '../../../lib/report/result.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { failuresOf, trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { mintRelease, type Release, type ReleaseOptions } from '../../support/mint.ts';
import { packageOf } from '../../support/recordings.ts';

const TYPE = 'https://slsa.dev/provenance/v1';
const spec = (version: string) => ({ name: 'minted', selector: version, kind: 'version' }) as const;

/** What stands in the manifest -> the predicate type that counts as listed; `none` where only attestations are, or nothing is. */
const FORMS: [form: unknown, listed: string | 'none' | 'nothing'][] = [
	[{ url: 'x', provenance: { predicateType: TYPE } }, TYPE],
	[{ provenance: { predicateType: TYPE, extra: [1] }, more: {}, url: 7 }, TYPE],
	[{ provenance: { predicateType: 'https://predicate.test/v9' } }, 'https://predicate.test/v9'],
	// Listed, and of a type that cannot be read.
	[{ provenance: {} }, 'unreadable'],
	[{ provenance: { predicateType: 7 } }, 'unreadable'],
	[{ provenance: { predicateType: null } }, 'unreadable'],
	[{ provenance: { predicateType: '' } }, 'unreadable'],
	[{ provenance: { predicateType: [TYPE] } }, 'unreadable'],
	[{ provenance: { predicateType: 'x'.repeat(2049) } }, 'unreadable'],
	[{ provenance: { predicateType: 'x'.repeat(3_000_000) } }, 'unreadable'],
	[{ provenance: true }, 'unreadable'],
	[{ provenance: 1 }, 'unreadable'],
	[{ provenance: TYPE }, 'unreadable'],
	[{ provenance: [] }, 'unreadable'],
	[{ provenance: [{ predicateType: TYPE }] }, 'unreadable'],
	[[{ provenance: { predicateType: TYPE } }], 'unreadable'],
	[true, 'unreadable'],
	[1, 'unreadable'],
	['x', 'unreadable'],
	// Listed, without provenance.
	[{}, 'none'],
	[[], 'none'],
	[{ url: 'x' }, 'none'],
	[{ provenance: null }, 'none'],
	[{ provenance: false }, 'none'],
	[{ provenance: '' }, 'none'],
	[JSON.parse('{"__proto__":{"provenance":{"predicateType":"x"}}}'), 'none'],
	// Nothing listed.
	[null, 'nothing'],
	[false, 'nothing'],
	[0, 'nothing'],
	['', 'nothing'],
];

let authority: Authority;
let trust: TrustRoot;
beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

const mint = (version: string, month: number, options: ReleaseOptions = {}) =>
	mintRelease(authority, { version, publishedAt: new Date(Date.UTC(2026, month, 1, 12)), ...options });
const listing = (release: Release, form: unknown): Release => ({
	...release,
	manifest: { ...release.manifest, dist: { ...release.manifest.dist, attestations: form } },
});

/** The completed Report of the last release; every answer is parsed as the registry's is. */
async function reportOf(releases: Release[], served = true): Promise<Report> {
	const { packument, attestations } = packageOf(releases);
	const { name, version, manifest } = releases.at(-1) as Release;
	const registry: ReleaseRegistry = {
		fetchManifest: async () => parseManifest(manifest, spec(version)),
		fetchAttestations: async (_name, of) => success(served ? attestations[of] : undefined),
		fetchPackument: async () => success(new Blob([JSON.stringify(packument)])),
	};
	const world = { registry, trust, now: () => new Date('2026-11-23T00:00:00Z') };
	return (await compare(await inspect({ name, selector: version, kind: 'version' }, world), world)).report;
}

describe.each(FORMS.map(([form, listed]) => [JSON.stringify(form).slice(0, 60), form, listed] as const))(
	'%s',
	(_text, form, listed) => {
		const attestations = listed === 'nothing' ? undefined : listed === 'none' ? {} : { provenance: listed };

		test('is read alike in manifest and packument, and kept as it was read', async () => {
			const release = listing(await mint('1.0.0', 4), form);
			const parsed = parseManifest(release.manifest, spec('1.0.0'));
			if (!parsed.ok) throw new Error(parsed.failure.detail);
			expect(parsed.value.attestations).toEqual(attestations);
			expect(parsed.value.integrity).toBe(release.manifest.dist.integrity);
			expect(parsed.value.signatures).toEqual(release.manifest.dist.signatures);
			expect(parseKeptManifest(JSON.parse(JSON.stringify(parsed.value)), spec('1.0.0'))).toEqual(parsed);
			for (const parse of [parsePackument, parseAbbreviated]) {
				const packument = await parse(packageOf([release]).packument);
				expect(packument.ok && packument.value.releases.map((one) => one.attestations)).toEqual([attestations]);
			}
		});

		test('hides nothing that is served', async () => {
			const report = await reportOf([listing(await mint('1.0.0', 4), form)]);
			expect(failuresOf(report)).toEqual([]);
			expect(report.verdict).toBe('confirmed');
		});

		test('is withheld where it is there and nothing is served', async () => {
			const report = await reportOf([listing(await mint('1.0.0', 4), form)], false);
			expect(report.verdict).toBe(listed === 'nothing' ? 'none' : 'unknown');
			expect(failuresOf(report).includes('signed-by-build: attestations-withheld')).toBe(listed !== 'nothing');
		});

		test('makes no loss calm', async () => {
			const [before, last] = [await mint('1.0.0', 3), await mint('1.0.1', 4, { provenance: false, publish: false })];
			const { verdict } = await reportOf([listing(before, form), last]);
			expect(verdict).toBe(listed === 'none' || listed === 'nothing' ? 'none' : 'lost');
		});
	},
);
