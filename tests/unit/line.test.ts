/** Tests of a release's line: what the registry says of each, and what is proved from one verified identity to the next. */
import { beforeAll, describe, expect, test } from 'vitest';
import { lineFor } from '../../lib/history/line.ts';
import type { ReleaseRegistry } from '../../lib/registry.ts';
import { failed, type Identity, type Line, type Result, success } from '../../lib/report.ts';
import type { TrustRoot } from '../../lib/sigstore/trust-root.ts';
import { traceLine } from '../../lib/trace-line.ts';
import { describeChanges, describeChecked, describeLine, describeProved, describeSaid } from '../../lib/wording.ts';
import { trustIn } from '../fixtures/minted.ts';
import { packumentJson, parsed, type Row } from '../fixtures/packuments.ts';
import { type Authority, startAuthority } from '../tools/authority.ts';
import { githubBuild, mintRelease, type Release } from '../tools/mint.ts';
import { packageOf } from '../tools/recordings.ts';

const IDENTITY: Identity = {
	issuer: 'https://token.actions.githubusercontent.com',
	repository: 'https://github.com/o/r',
	repositoryId: '1',
	ownerId: '2',
	workflow: '.github/workflows/release.yml',
	ref: 'refs/heads/main',
	commit: 'a'.repeat(40),
	signer: 'https://github.com/o/r/.github/workflows/release.yml@refs/heads/main',
};

const ROWS: Row[] = [
	{ version: '0.9.0', at: '2025-01-01' },
	{ version: '1.0.0', at: '2025-02-01', provenance: true },
	{ version: '2.0.0-rc.1', at: '2025-02-10', by: 'trusted', provenance: true },
	{ version: '1.0.1', at: '2025-02-20', user: 'somebody', manifest: { deprecated: 'no' } },
	{ version: '2.0.0', at: '2025-03-01', by: 'staged', provenance: true },
	{ version: '1.1.0', at: '2025-03-02', by: 'trusted' },
	{ version: '2.1.0', at: '2025-04-01', by: 'trusted', provenance: true },
];

async function lineOf(version: string, checked?: Record<string, Result<Identity>>): Promise<Line> {
	const line = lineFor(await parsed(packumentJson(ROWS)), version, checked && new Map(Object.entries(checked)));
	if (!line) throw new Error(`no ${version}`);
	return line;
}

const versions = ({ releases }: Line) => releases.map(({ version }) => version);

describe('the releases of a line', () => {
	test('its own, before and after it, the oldest first', async () => {
		const line = await lineOf('1.0.1');
		expect(line.line).toBe('1');
		expect(line.below).toBeUndefined();
		expect(versions(line)).toEqual(['1.0.0', '1.0.1', '1.1.0']);
	});

	test('where none came before it, the nearest lower line too, from which the one compared with comes', async () => {
		const line = await lineOf('2.0.0');
		expect(line).toMatchObject({ line: '2', below: '1' });
		expect(versions(line)).toEqual(['1.0.0', '2.0.0-rc.1', '1.0.1', '2.0.0', '1.1.0', '2.1.0']);
		expect((await lineOf('0.9.0')).below).toBeUndefined();
	});

	test('what the registry says of each, and nothing else where nothing was checked', async () => {
		expect((await lineOf('1.0.1')).releases).toEqual([
			{
				version: '1.0.0',
				publishedAt: '2025-02-01T00:00:00.000Z',
				tier: 'provenance',
				hasProvenance: true,
				publisher: 'maintainer',
			},
			{
				version: '1.0.1',
				publishedAt: '2025-02-20T00:00:00.000Z',
				tier: 'none',
				hasProvenance: false,
				isDeprecated: true,
				publisher: 'somebody',
				publisherBefore: 'maintainer',
			},
			// A build service in place of a person is a stronger way, and no other account.
			{
				version: '1.1.0',
				publishedAt: '2025-03-02T00:00:00.000Z',
				tier: 'publisher-only',
				hasProvenance: false,
				publisher: 'GitHub Actions',
			},
		]);
		expect((await lineOf('2.1.0')).releases[0]).toMatchObject({ version: '2.0.0-rc.1', isPrerelease: true });
	});

	test('a release that is not there has no line', async () => {
		expect(lineFor(await parsed(packumentJson(ROWS)), '3.0.0')).toBeUndefined();
	});
});

describe('from one verified identity to the next', () => {
	const other = { ...IDENTITY, workflow: '.github/workflows/other.yml' };

	test('each is compared with the newest earlier one that counts: no prerelease for a stable one, nothing that failed', async () => {
		const { releases } = await lineOf('2.0.0', {
			'1.0.0': success(IDENTITY),
			'2.0.0-rc.1': success(other),
			'2.0.0': success(IDENTITY),
			'2.1.0': success(other),
		});
		expect(releases.map(({ version, since, changes }) => [version, since, changes?.length])).toEqual([
			['1.0.0', undefined, undefined],
			['2.0.0-rc.1', '1.0.0', 1],
			['1.0.1', undefined, undefined],
			['2.0.0', '1.0.0', 0],
			['1.1.0', undefined, undefined],
			['2.1.0', '2.0.0', 1],
		]);
		const failures = await lineOf('2.0.0', {
			'1.0.0': success(IDENTITY),
			'2.0.0': failed('signature-invalid'),
			'2.1.0': success(other),
		});
		expect(failures.releases.at(-1)).toMatchObject({ since: '1.0.0', changes: [{ field: 'workflow' }] });
		expect(describeProved(failures.releases.find(({ version }) => version === '2.0.0') as never)).toBe(
			'Does not match: the signature does not fit the statement.',
		);
	});

	test('a release of an older minor is not compared with a newer one that came before it', async () => {
		const rows: Row[] = [
			{ version: '1.0.0', at: '2025-01-01', provenance: true },
			{ version: '1.1.0', at: '2025-02-01', provenance: true },
			{ version: '1.0.1', at: '2025-03-01', provenance: true },
		];
		const checked = new Map([
			['1.0.0', success(IDENTITY)],
			['1.1.0', success(other)],
			['1.0.1', success(IDENTITY)],
		]);
		const line = lineFor(await parsed(packumentJson(rows)), '1.0.1', checked);
		expect(line?.releases.at(-1)).toMatchObject({ version: '1.0.1', since: '1.0.0', changes: [] });
	});

	test('a new name with the same number is told as that', async () => {
		const { releases } = await lineOf('2.1.0', {
			'2.0.0': success(IDENTITY),
			'2.1.0': success({
				...IDENTITY,
				repository: 'https://github.com/o/new',
				signer: IDENTITY.signer.replace('o/r', 'o/new'),
			}),
		});
		expect(releases.at(-1)).toMatchObject({ changes: [], renamedFrom: 'https://github.com/o/r' });
		expect(describeChanges(releases.at(-1) as never)).toBe(
			'Changed since 2.0.0: same repository by its number, before named o/r.',
		);
	});

	test('in words: what is said apart from what is proved', async () => {
		const line = await lineOf('2.1.0', { '2.0.0': success(IDENTITY), '2.1.0': success(other) });
		const [last] = line.releases.slice(-1);
		expect(describeSaid(last as never)).toMatch(
			/trusted publisher \(.*account GitHub Actions, where the release before has maintainer/,
		);
		expect(describeProved(last as never)).toBe(
			'other.yml in o/r, main. Changed since 2.0.0: workflow was release.yml, is other.yml.',
		);
		expect(describeLine(line, 'example')).toContain(
			'Line 2 of example: 3 releases, from 10 February 2025 to 1 April 2025',
		);
		expect(describeChecked(line)).toBe(
			'The registry lists provenance for 3 of them; the signatures of 2 were checked here. From one checked release to the next, who built it changed once.',
		);
	});
});

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

	test('unasked, the release at hand and the one that it is compared with', async () => {
		const { line, asked } = await trace(0);
		expect(asked.toSorted()).toEqual(['1.10.0', '1.11.0']);
		expect(line?.releases.filter(({ checked }) => checked?.ok).map(({ version }) => version)).toEqual([
			'1.10.0',
			'1.11.0',
		]);
	});

	test('the newest as many as asked for, four at a time, with progress; a change is found where it was made', async () => {
		const few = await trace(5);
		expect(few.asked.toSorted()).toEqual(['1.10.0', '1.11.0', '1.7.0', '1.8.0', '1.9.0']);
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
