/** Tests of the walk along a release's line: which of its releases are verified on request, and in what order. */
import { beforeAll, describe, expect, test } from 'vitest';
import { traceLine } from '../../../lib/inspect/trace-line.ts';
import type { ReleaseRegistry } from '../../../lib/registry/registry.ts';
import { failed, success } from '../../../lib/report/result.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { githubBuild, mintRelease, type Release } from '../../support/mint.ts';
import { packageOf } from '../../support/recordings.ts';

describe('checks on request', () => {
	let authority: Authority;
	let trust: TrustRoot;
	let releases: Release[];

	beforeAll(async () => {
		authority = await startAuthority();
		trust = await trustIn(authority);
		releases = await Promise.all(
			Array.from({ length: 12 }, (_, index) =>
				mintRelease(authority, {
					version: `1.${index}.0`,
					publishedAt: new Date(Date.UTC(2026, 0, 1 + index * 7)),
					// From 1.6.0 on, another workflow.
					provenance: { build: githubBuild({ workflow: `.github/workflows/${index < 6 ? 'old' : 'new'}.yml` }) },
				}),
			),
		);
	});

	/** The line of 1.11.0; what was asked, and how much at once. */
	async function trace(
		most: number,
		change: { registry?: Partial<ReleaseRegistry>; signal?: AbortSignal; releases?: Release[] } = {},
	) {
		const { packument, attestations } = packageOf(change.releases ?? releases);
		const asked: string[] = [];
		const progress: string[] = [];
		let [running, atOnce] = [0, 0];
		const registry: ReleaseRegistry = {
			fetchManifest: async () => success({ name: packument.name, version: '1.11.0', signatures: [] }),
			fetchPackument: async () => success(packument),
			fetchAttestations: async (_name, version) => {
				asked.push(version);
				running += 1;
				atOnce = Math.max(atOnce, running);
				await new Promise((resolve) => setTimeout(resolve, 5));
				running -= 1;
				return success(attestations[version]);
			},
			...change.registry,
		};
		const line = await traceLine(
			{ name: packument.name, selector: 'latest', kind: 'tag' },
			{ registry, trust, now: () => new Date('2026-11-23') },
			{
				most,
				onprogress: ({ done, total }) => progress.push(`${done}/${total}`),
				...(change.signal && { signal: change.signal }),
			},
		);
		return {
			line: line.ok ? line.value : undefined,
			failure: line.ok ? undefined : line.failure,
			asked,
			progress,
			atOnce,
		};
	}

	test('unasked, the release at hand and the known origin that is asked for first', async () => {
		const { line, asked } = await trace(0);
		expect(asked).toEqual(['1.11.0', '1.5.0']);
		expect(line?.releases.filter(({ checked }) => checked?.ok).map(({ version }) => version)).toEqual([
			'1.5.0',
			'1.11.0',
		]);
	});

	test('the newest as many as asked for, four at a time, with progress; a change is found where it was made', async () => {
		const few = await trace(5);
		expect(few.asked).toEqual(['1.11.0', '1.5.0', '1.10.0', '1.9.0', '1.8.0', '1.7.0']);
		const all = await trace(50);
		expect(all.asked).toHaveLength(12);
		expect(all.atOnce).toBe(4);
		expect(all.progress).toEqual(Array.from({ length: 12 }, (_, index) => `${index + 1}/12`));
		expect(all.line?.releases.filter(({ changes = [] }) => changes.length > 0)).toMatchObject([
			{ version: '1.6.0', since: '1.5.0', changes: [{ field: 'workflow', before: '.github/workflows/old.yml' }] },
		]);
	});

	test('what is not served, or false, has no identity; the others do', async () => {
		const changed = structuredClone(releases);
		delete changed[3]?.attestations;
		if (changed[4] && changed[5]?.attestations) changed[4].attestations = changed[5].attestations;
		const { line } = await trace(50, { releases: changed });
		const failures = line?.releases.flatMap(({ version, checked }) =>
			checked && !checked.ok ? [[version, checked.failure.code]] : [],
		);
		expect(failures).toEqual([
			['1.3.0', 'attestations-withheld'],
			['1.4.0', 'subject-name-differs'],
		]);
		expect(line?.releases[5]).toMatchObject({ since: '1.2.0', changes: [] });
	});

	test('stopped: nothing more is asked, and what was checked is there', async () => {
		const controller = new AbortController();
		const { packument, attestations } = packageOf(releases);
		let count = 0;
		const { line } = await trace(50, {
			signal: controller.signal,
			registry: {
				fetchPackument: async () => success(packument),
				fetchAttestations: async (_name, version) => {
					count += 1;
					if (count === 6) controller.abort();
					return success(attestations[version]);
				},
			},
		});
		expect(count).toBeLessThan(10);
		expect(line?.releases.filter(({ checked }) => checked?.ok).length).toBeGreaterThanOrEqual(6);
	});

	test.each(['rate-limited', 'registry-unreachable', 'registry-timeout', 'permission-withheld'] as const)(
		'%s: the rest is left alone',
		async (code) => {
			let count = 0;
			const { line } = await trace(50, {
				registry: {
					fetchAttestations: async () => {
						count += 1;
						return failed(code);
					},
				},
			});
			expect(count).toBeLessThanOrEqual(4);
			expect(line?.releases.filter(({ checked }) => checked === undefined).length).toBeGreaterThanOrEqual(8);
		},
	);

	test('no manifest, or no list: the failure', async () => {
		const refused = async () => failed('registry-error');
		expect((await trace(0, { registry: { fetchManifest: refused } })).failure).toEqual({ code: 'registry-error' });
		expect((await trace(0, { registry: { fetchPackument: refused } })).failure).toEqual({ code: 'registry-error' });
	});
});
