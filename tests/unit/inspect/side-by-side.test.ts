/** Tests of two releases side by side as they are asked for: the walk, and the sentence that leads. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { InspectContext } from '../../../lib/inspect/inspect.ts';
import { inspectSideBySide } from '../../../lib/inspect/side-by-side.ts';
import { parseSpec, type ReleaseSpec } from '../../../lib/npm/spec.ts';
import type { ReleaseRegistry } from '../../../lib/registry/registry.ts';
import { failed } from '../../../lib/report/result.ts';
import type { SideBySide } from '../../../lib/report/side-by-side.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { describeSideBySide, describeTimeBetween } from '../../../lib/text/en/side-by-side.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { registryOf } from '../../fixtures/world-registry.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { githubBuild, mintRelease, type Release, type ReleaseOptions } from '../../support/mint.ts';
import { packageOf } from '../../support/recordings.ts';

let authority: Authority;
let trust: TrustRoot;
let releases: Release[];

beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
	const mint = (version: string, date: string, more: ReleaseOptions = {}) =>
		mintRelease(authority, { version, publishedAt: new Date(date), ...more });
	const elsewhere = githubBuild({ workflow: '.github/workflows/other.yml' });
	const without = { provenance: false, publish: false } as const;
	releases = [
		await mint('1.0.0', '2026-01-01', { manifest: { _npmUser: { name: 'one' } } }),
		await mint('1.0.1', '2026-02-01', {
			manifest: {
				_npmUser: { name: 'other' },
				scripts: { postinstall: 'node x.js' },
				dependencies: { chalk: '^5', 'left-pad': '1' },
			},
		}),
		await mint('1.0.2', '2026-03-01', { provenance: { build: elsewhere } }),
		await mint('1.0.3', '2026-04-01', without),
		await mint('1.0.4', '2026-04-02', without),
	];
});

/** What comes of a question, and what was asked of the registry. */
async function ask(
	from: string,
	to: string,
	change: Partial<ReleaseRegistry> = {},
	context: Partial<InspectContext> = {},
) {
	const { packument, attestations } = packageOf(releases);
	const entries = Object.entries(attestations).map(([version, json]) => [`minted@${version}`, json]);
	const inner = registryOf({ packages: { minted: packument }, attestations: Object.fromEntries(entries) });
	const asked: string[] = [];
	const registry: ReleaseRegistry = {
		...inner,
		fetchPackument: (name, isAnew) => {
			asked.push(`list${isAnew ? ' anew' : ''}`);
			return inner.fetchPackument(name);
		},
		...change,
	};
	const specs = [from, to].map((selector) => parseSpec(`minted@${selector}`) as ReleaseSpec) as [
		ReleaseSpec,
		ReleaseSpec,
	];
	let told = 0;
	const now = () => new Date('2026-11-23');
	const pair = await inspectSideBySide(...specs, { registry, trust, now, ...context }, () => {
		told += 1;
	});
	return { pair, asked, told, fields: pair.differences.map(({ field }) => field) };
}

const lead = (pair: SideBySide) => describeSideBySide(pair);

test('both Reports are complete, the list is asked for once, and each Report is told', async () => {
	const { pair, asked, told, fields } = await ask('1.0.0', '1.0.1');
	expect([pair.from.verdict, pair.to.verdict]).toEqual(['confirmed', 'confirmed']);
	expect([pair.from.history?.state, pair.to.history?.state]).toEqual(['compared', 'compared']);
	expect(asked).toEqual(['list']);
	expect(told).toBe(2);
	expect(fields).toEqual(['publisher', 'install-script', 'dependency', 'dependency', 'published-at']);
	expect(lead(pair)).toBe(
		'“minted 1.0.1” came from the same repository and build file as “minted 1.0.0”; also different: 1 install script, 2 dependencies, the publisher.',
	);
	expect(describeTimeBetween(pair)).toBe('“minted 1.0.1” was published 31 days after “minted 1.0.0”.');
});

describe('what leads', () => {
	test.each([
		[
			'1.0.1',
			'1.0.2',
			'does not come from where “minted 1.0.1” came from: build file “release.yml” before, “other.yml” now',
		],
		[
			'1.0.0',
			'1.0.3',
			'has no record of where it was built; “minted 1.0.0” came from “release.yml” in “stamp-test/minted”',
		],
		[
			'1.0.3',
			'1.0.0',
			'came from “release.yml” in “stamp-test/minted”; “minted 1.0.3” has no record of where it was built',
		],
		['1.0.3', 'latest', 'Neither “minted 1.0.3” nor “minted 1.0.4” has a record of where it was built (provenance)'],
		['1.0.4', '1.0.4', '“minted 1.0.4” is the same release on both sides.'],
	])('%s and %s', async (from, to, words) => {
		expect(lead((await ask(from, to)).pair)).toContain(words);
	});

	test('what could not be checked comes before what could', async () => {
		const fetchAttestations: ReleaseRegistry['fetchAttestations'] = async () => failed('registry-error');
		const { pair } = await ask('1.0.0', '1.0.1', { fetchAttestations });
		expect(lead(pair)).toMatch(/^Where “minted 1\.0\.1” was built could not be checked; also different: /);
	});

	test('malware comes before all, on either side', async () => {
		const url = 'https://github.com/advisories/GHSA-2222-3333-4444';
		const listing = (versions: string) => ({
			fetchAdvisories: async () => ({
				ok: true as const,
				value: {
					minted: [
						{
							id: 1,
							url,
							title: 'Malware in minted',
							severity: 'critical',
							vulnerable_versions: versions,
							cwe: ['CWE-506'],
						},
					],
				},
			}),
		});
		expect(lead((await ask('1.0.0', '1.0.1', listing('1.0.1'))).pair)).toMatch(
			/^npm's registry lists “minted 1\.0\.1” as malware; /,
		);
		expect(lead((await ask('1.0.0', '1.0.1', listing('1.0.0'))).pair)).toContain(
			'lists “minted 1.0.0” as malware, and “minted 1.0.1” not',
		);
		const { pair, fields } = await ask('1.0.0', '1.0.1', listing('>=0'));
		expect(lead(pair)).toContain('lists “minted 1.0.1” as malware, and “minted 1.0.0” too');
		expect(fields).not.toContain('warning');
	});
});

test('a release that is not there is unknown, and its contents are not compared', async () => {
	const { pair, fields, asked } = await ask('1.0.0', '9.0.0');
	expect(pair.to.verdict).toBe('unknown');
	expect(fields).toEqual(['verdict', 'provenance', 'not-compared']);
	expect(lead(pair)).toContain('scripts, dependencies and size could not be compared');
	expect(asked).toEqual(['list']);
});

test('a list that is not served is the difference not-compared, and origins are compared all the same', async () => {
	const { pair, fields } = await ask('1.0.1', '1.0.2', { fetchPackument: async () => failed('too-large') });
	expect(fields).toContain('workflow');
	expect(pair.differences.at(-1)).toEqual({ field: 'not-compared', now: 'too-large', saidBy: 'here' });
});

test('a reader who has left gets nothing', async () => {
	const leaving = new AbortController();
	const fetchPackument: ReleaseRegistry['fetchPackument'] = async () => {
		leaving.abort(new Error('left'));
		return failed('too-large');
	};
	await expect(ask('1.0.0', '1.0.1', { fetchPackument }, { signal: leaving.signal })).rejects.toThrow('left');
});
