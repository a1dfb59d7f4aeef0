/** Tests of the walk's last part: a release completed with those before it, all minted. */
import { beforeAll, describe, expect, test } from 'vitest';
import { compare } from '../../../lib/inspect/complete.ts';
import { inspect } from '../../../lib/inspect/inspect.ts';
import type { OwnedPolicy } from '../../../lib/inspect/with-findings.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import type { ReleaseRegistry } from '../../../lib/registry/registry.ts';
import type { Manifest } from '../../../lib/report/evidence.ts';
import type { FailureCode } from '../../../lib/report/failures.ts';
import type { FindingCode } from '../../../lib/report/finding-data.ts';
import { findingOf } from '../../../lib/report/findings.ts';
import type { Report } from '../../../lib/report/report.ts';
import { failed, success } from '../../../lib/report/result.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { describePanel } from '../../../lib/text/en/panel.ts';
import { askProject, panelLines } from '../../../lib/text/en/panel-text.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { githubBuild, mintRelease, type Release, type ReleaseOptions } from '../../support/mint.ts';

import { type Packument, packageOf } from '../../support/recordings.ts';

let authority: Authority;
let trust: TrustRoot;

beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

const day = (date: string) => new Date(`${date}T12:00:00Z`);
const WITHOUT: ReleaseOptions = { provenance: false, publish: false };
const WITHOUT_PUBLISH: ReleaseOptions = { publish: false };

/** What of the world is not as usual. */
interface Change extends Partial<ReleaseRegistry> {
	/** The release asked about; by default the last. */
	version?: string;
	/** What `latest` names; by default the last. */
	latest?: string;
	policies?: OwnedPolicy[];
	/** Whether files stand in for the registry. */
	isOfFiles?: boolean;
	/** Versions whose attestations the registry does not serve, and the failure that it answers with. */
	refused?: Record<string, FailureCode>;
	/** The answer of the advisories, and more of the manifest. */
	advisories?: Record<string, unknown>;
	manifest?: Partial<Manifest>;
}

/** The completed Report of a release among others; and what was asked of the registry. */
async function reportOf(releases: Release[], change: Change = {}): Promise<{ report: Report; asked: string[] }> {
	const {
		version,
		latest,
		policies = [],
		refused = {},
		advisories,
		isOfFiles,
		manifest: more,
		...registryChange
	} = change;
	const here = releases.find((one) => one.version === version) ?? (releases.at(-1) as Release);
	const { packument, attestations } = packageOf(releases);
	if (latest !== undefined) packument['dist-tags'] = { latest };
	const asked: string[] = [];
	const real = globalThis.fetch;
	globalThis.fetch = async () => new Response(JSON.stringify(here.manifest));
	const manifest = await createRegistry().fetchManifest({ name: here.name, selector: here.version, kind: 'version' });
	globalThis.fetch = real;
	const registry: ReleaseRegistry = {
		fetchManifest: async () => {
			asked.push('manifest');
			return manifest.ok ? success({ ...manifest.value, ...more }) : manifest;
		},
		fetchAttestations: async (_name, of) => {
			asked.push(`attestations ${of}`);
			const code = refused[of];
			return code === undefined ? success(attestations[of]) : failed(code);
		},
		fetchPackument: async () => {
			asked.push('list');
			return success(packument);
		},
		...(advisories && {
			fetchAdvisories: async (_name: string, ...versions: string[]) => {
				asked.push(`advisories ${versions.join(' ')}`);
				return success(advisories);
			},
		}),
		...registryChange,
	};
	const world = { registry, trust, policies, ...(isOfFiles && { isOfFiles }), now: () => day('2026-11-23') };
	const spec = { name: here.name, selector: here.version, kind: 'version' } as const;
	return { report: (await compare(await inspect(spec, world), world)).report, asked };
}

/** Which records were fetched besides the release's own. */
const recordsIn = (asked: string[], version: string) =>
	asked.flatMap((one) => (one.startsWith('attestations ') ? [one.slice(13)] : [])).filter((one) => one !== version);

const dataOf = <Code extends FindingCode>({ findings }: Report, code: Code) => findingOf(findings, code)?.data;

const mint = (version: string, date: string, more: ReleaseOptions = {}) =>
	mintRelease(authority, { version, publishedAt: day(date), ...more });

test('provenance that was there before is lost, and the panel names version, date and workflow', async () => {
	const { report } = await reportOf([await mint('1.14.0', '2026-03-27'), await mint('1.14.1', '2026-03-31', WITHOUT)]);
	expect(report.verdict).toBe('lost');
	expect(report.history).toMatchObject({ state: 'compared', line: '1', with: { version: '1.14.0' } });
	const words = panelLines(describePanel(report)).join(' ');
	for (const part of ['“1.14.0”, 27 March 2026', '“release.yml” in “stamp-test/minted”', 'minted 1.14.1'])
		expect(words).toContain(part);
});

test("a thief's second release in a new line is lost as the first, and a mute of the line holds for both", async () => {
	const releases = [
		await mint('1.14.0', '2026-03-27'),
		await mint('2.0.0', '2026-03-30', WITHOUT),
		await mint('2.0.1', '2026-03-31', WITHOUT),
	];
	const { report } = await reportOf(releases);
	expect(report.verdict).toBe('lost');
	expect(dataOf(report, 'provenance-lost-earlier')).toMatchObject({ since: '2.0.0', releases: 1, isLongAgo: false });
	expect(report.findings.filter(({ warning }) => warning)).toEqual([]);
	const mute = { package: 'minted', line: '2', note: '', date: '2026-03-31' };
	const muted = await reportOf(releases, {
		policies: [{ setBy: 'you', policy: { version: 1, rows: [], mutes: [mute] } }],
	});
	expect(muted.report.findings.map(({ code }) => code)).toContain('muted');
});

test('nothing before it had any: none', async () => {
	const { report } = await reportOf([
		await mint('1.0.0', '2026-03-27', WITHOUT),
		await mint('1.0.1', '2026-03-31', WITHOUT),
	]);
	expect(report.verdict).toBe('none');
	expect(report.claims.find(({ id }) => id === 'registry-signed')?.standing).toBe('proved');
});

test('the first release ever, without: none; with: confirmed', async () => {
	expect((await reportOf([await mint('1.0.0', '2026-03-27', WITHOUT)])).report.verdict).toBe('none');
	expect((await reportOf([await mint('1.0.0', '2026-03-27')])).report.verdict).toBe('confirmed');
});

test('another workflow is a change, told against the version and its signed identity', async () => {
	const { report, asked } = await reportOf([
		await mint('1.0.0', '2026-03-01'),
		await mint('1.0.1', '2026-03-20', {
			provenance: { build: githubBuild({ workflow: '.github/workflows/other.yml' }) },
		}),
	]);
	expect(report.verdict).toBe('changed');
	expect(report.history).toMatchObject({
		changes: [{ field: 'workflow', before: '.github/workflows/release.yml', now: '.github/workflows/other.yml' }],
	});
	// Exactly one earlier attestation was fetched for it.
	expect(recordsIn(asked, '1.0.1')).toEqual(['1.0.0']);
});

test('the same identity again: confirmed, whatever lies between', async () => {
	const { report } = await reportOf([
		await mint('1.0.0', '2026-03-01'),
		await mint('1.0.1', '2026-03-10', WITHOUT),
		await mint('1.0.2', '2026-03-20'),
	]);
	expect(report.verdict).toBe('confirmed');
});

test('a record that is false, or is not served, is passed over; where it is the only one, nothing was compared', async () => {
	const earlier = await mint('1.0.0', '2026-03-01', { provenance: { extensions: { 15: '9009' } } });
	const here = await mint('1.0.1', '2026-03-20');
	const { report } = await reportOf([earlier, here]);
	expect(report).toMatchObject({
		verdict: 'confirmed',
		history: { state: 'not-compared', failure: { code: 'origin-false', cause: 'predicate-repository-id-differs' } },
	});
	expect(dataOf(report, 'record-passed-over')).toEqual({
		version: '1.0.0',
		failure: 'predicate-repository-id-differs',
	});
	const unserved = await reportOf([await mint('1.0.0', '2026-03-01'), here], {
		refused: { '1.0.0': 'registry-error' },
	});
	expect(unserved.report).toMatchObject({
		verdict: 'confirmed',
		history: { state: 'not-compared', failure: { code: 'origin-not-served', cause: 'registry-error' } },
	});
});

test('lost against a release whose evidence is false, or not served: it is lost, and nobody says to stay on the false one', async () => {
	const later = await mint('1.0.1', '2026-03-20', WITHOUT);
	const falsified = await mint('1.0.0', '2026-03-01', { provenance: { extensions: { 15: '9009' } } });
	const { attestations: _, ...withheld } = await mint('1.0.0', '2026-03-01');
	for (const [earlier, failure] of [
		[falsified, 'predicate-repository-id-differs'],
		[withheld, 'attestations-withheld'],
	] as const) {
		const { report } = await reportOf([earlier, later]);
		expect(report).toMatchObject({
			verdict: 'lost',
			history: { with: { version: '1.0.0' }, changes: [{ field: 'provenance', before: 'listed' }] },
		});
		expect(report.history).not.toHaveProperty('advised');
		expect(dataOf(report, 'record-passed-over')).toEqual({ version: '1.0.0', failure });
	}
});

describe('which records are asked for', () => {
	const old = { provenance: { build: githubBuild({ workflow: '.github/workflows/old.yml' }) } };
	const other = { provenance: { build: githubBuild({ workflow: '.github/workflows/other.yml' }) } };
	/** Eight releases a week apart by the old workflow, then four by the one of today. */
	const many = () =>
		Promise.all(
			Array.from({ length: 12 }, (_, index) =>
				mintRelease(authority, {
					version: `1.${index}.0`,
					publishedAt: new Date(Date.UTC(2026, 0, 1 + 7 * index)),
					...(index < 8 && old),
				}),
			),
		);

	test('one where it agrees; three more only where it differs, the newest first', async () => {
		const releases = await many();
		const same = await reportOf([...releases.slice(0, 8), await mint('1.8.0', '2026-02-26', old)]);
		expect(recordsIn(same.asked, '1.8.0')).toEqual(['1.2.0']);
		const { report, asked } = await reportOf(releases);
		expect(recordsIn(asked, '1.11.0')).toEqual(['1.5.0', '1.10.0', '1.9.0', '1.8.0']);
		expect(report).toMatchObject({ verdict: 'confirmed', history: { with: { version: '1.10.0' }, changes: [] } });
		expect(dataOf(report, 'origin-new')).toMatchObject({ since: '1.8.0', beforeVersion: '1.5.0' });
		const changed = await reportOf([...releases.slice(0, 11), await mint('1.11.0', '2026-03-19', other)]);
		expect(changed.report).toMatchObject({ verdict: 'changed', history: { with: { version: '1.10.0' } } });
	});

	test('what was kept from earlier looks is used before any is fetched; what is false of it is not', async () => {
		const releases = await many();
		const { attestations } = packageOf(releases);
		const kept = { '1.5.0': success(attestations['1.5.0']), '1.10.0': success(attestations['1.9.0']) };
		const { report, asked } = await reportOf(releases, {
			keptAttestations: async (_name, version) => kept[version as keyof typeof kept],
		});
		expect(recordsIn(asked, '1.11.0').toSorted()).toEqual(['1.10.0', '1.8.0', '1.9.0']);
		expect(report.verdict).toBe('confirmed');
	});

	test('after 429 nothing more is asked; a single record that is missing is', async () => {
		const releases = await many();
		const limited = await reportOf(releases, { refused: { '1.5.0': 'rate-limited' } });
		expect(recordsIn(limited.asked, '1.11.0')).toEqual(['1.5.0']);
		expect(limited.report.history).toMatchObject({ state: 'not-compared', failure: { cause: 'rate-limited' } });
		const missing = await reportOf(releases, { refused: { '1.5.0': 'registry-error' } });
		expect(recordsIn(missing.asked, '1.11.0')).toHaveLength(4);
		expect(missing.report).toMatchObject({ verdict: 'confirmed', history: { with: { version: '1.10.0' } } });
		expect(dataOf(missing.report, 'record-passed-over')).toEqual({ version: '1.5.0', failure: 'registry-error' });
	});

	test('eight requests in all, also where latest fell behind one more', async () => {
		const releases = [...(await many()).slice(0, 10), await mint('1.99.0', '2026-03-13')];
		const lower = await mint('1.10.0', '2026-03-15', other);
		const { report, asked } = await reportOf([...releases, lower], { advisories: {} });
		expect(report.verdict).toBe('changed');
		expect(asked.length).toBeLessThanOrEqual(8);
		const known = await reportOf([...releases, await mint('1.10.0', '2026-03-15')], { advisories: {} });
		expect(dataOf(known.report, 'latest-moved-back')).toEqual({ version: '1.99.0', why: 'order' });
		expect(known.asked.length).toBeLessThanOrEqual(8);
		expect(recordsIn(known.asked, '1.10.0')).toContain('1.99.0');
	});

	test('where releases without provenance lie between, the newest with it is what it is compared with', async () => {
		const restored = [
			await mint('1.0.0', '2026-01-01'),
			await mint('1.0.1', '2026-02-01'),
			await mint('1.1.0', '2026-03-01', WITHOUT),
			await mint('1.1.1', '2026-03-20'),
		];
		const { report, asked } = await reportOf(restored);
		expect(recordsIn(asked, '1.1.1')).toEqual(['1.0.0', '1.0.1']);
		expect(report).toMatchObject({ verdict: 'confirmed', history: { with: { version: '1.0.1' } } });
	});
});

describe('a neighbour of a release without provenance', () => {
	const elsewhere = githubBuild({ repository: 'https://github.com/thief/minted', repositoryId: '9', ownerId: '8' });
	const thief = { provenance: { build: elsewhere }, manifest: { _npmUser: { name: 'stolen' } } };
	const byHand = { ...WITHOUT, manifest: { _npmUser: { name: 'stolen' } } };

	test('that came from another origin is the one warning, also where a genuine one is nearer', async () => {
		const releases = [
			await mint('0.30.3', '2025-11-01', WITHOUT),
			await mint('1.0.0', '2026-01-01'),
			await mint('1.0.1', '2026-03-30'),
			await mintRelease(authority, { version: '0.30.4', publishedAt: new Date('2026-03-30T13:00:00Z'), ...byHand }),
			await mintRelease(authority, { version: '1.0.2', publishedAt: new Date('2026-03-30T20:00:00Z'), ...thief }),
		];
		const { report, asked } = await reportOf(releases, { version: '0.30.4', advisories: {} });
		expect(report.verdict).toBe('none');
		expect(report.findings.filter(({ warning }) => warning)).toMatchObject([
			{ code: 'beside-a-lost-release', data: { version: '1.0.2', verdict: 'changed' } },
		]);
		expect(asked.length).toBeLessThanOrEqual(8);
		const genuine = [...releases.slice(0, 4), await mint('1.0.2', '2026-03-31')];
		expect((await reportOf(genuine, { version: '0.30.4' })).report.findings.filter(({ warning }) => warning)).toEqual(
			[],
		);
	});
});

describe('the tag latest', () => {
	const thief = githubBuild({ repository: 'https://github.com/thief/minted', repositoryId: '9', ownerId: '8' });

	test('that moved back to a release without provenance is the one warning', async () => {
		const releases = [
			await mint('1.0.0', '2026-01-01', WITHOUT),
			await mint('1.1.0', '2026-02-01'),
			await mint('1.0.1', '2026-03-01', WITHOUT),
		];
		const { report } = await reportOf(releases);
		expect(report.verdict).toBe('none');
		expect(report.findings.filter(({ warning }) => warning)).toMatchObject([
			{ code: 'latest-moved-back', data: { version: '1.1.0', why: 'provenance' } },
		]);
		const elsewhere = await reportOf(releases, { latest: '1.1.0' });
		expect(elsewhere.report.findings.map(({ code }) => code)).not.toContain('latest-moved-back');
	});

	test('or to one of another repository, though that is a known origin of its line', async () => {
		const releases = [
			await mint('1.0.0', '2026-01-01'),
			await mint('1.2.0', '2026-02-01', { provenance: { build: thief } }),
			await mint('1.1.0', '2026-03-20'),
		];
		const { report } = await reportOf(releases);
		expect(report.verdict).toBe('confirmed');
		expect(report.findings.filter(({ warning }) => warning)).toMatchObject([
			{ code: 'latest-moved-back', data: { version: '1.2.0', why: 'origin' } },
		]);
	});
});

describe('a version to stay on, or to go to', () => {
	const thief = { provenance: { build: githubBuild({ repositoryId: '9' }) } };
	const advised = async (releases: Release[], change: Change = {}) => {
		const { history } = (await reportOf(releases, { latest: '1.0.0', ...change })).report;
		return history?.state === 'compared' ? history.advised : history?.state;
	};
	const lost = () => mint('1.2.0', '2026-03-20', WITHOUT);

	test('is the one before, where its provenance verifies', async () => {
		expect(await advised([await mint('1.1.0', '2026-03-01'), await lost()])).toBe('1.1.0');
		expect(await advised([await mint('1.1.0', '2026-03-01'), await mint('1.2.0', '2026-03-20', thief)])).toBe('1.1.0');
		expect(
			await advised([await mint('1.1.0', '2026-03-01'), await lost()], { refused: { '1.1.0': 'registry-error' } }),
		).toBe(undefined);
	});

	test('not younger than 72 hours, older than 180 days, deprecated, of a lower line, or in the advisories', async () => {
		for (const earlier of [
			await mint('1.1.0', '2026-03-18'),
			await mint('1.1.0', '2025-09-20'),
			await mint('1.1.0', '2026-03-01', { manifest: { deprecated: 'no' } }),
			await mint('0.9.0', '2026-03-01'),
		])
			expect(await advised([earlier, await lost()]), earlier.version).toBeUndefined();
		const listed = { minted: [{ title: 'Malware in minted', vulnerable_versions: '1.1.0', cwe: ['CWE-506'] }] };
		const releases = [await mint('1.1.0', '2026-03-01'), await lost()];
		expect(await advised(releases, { advisories: listed })).toBeUndefined();
		expect(await advised(releases, { advisories: {} })).toBe('1.1.0');
	});

	test("not a thief's own, with a genuine record of the thief's repository: the newest before it", async () => {
		const releases = await Promise.all([
			mint('1.0.0', '2026-01-01'),
			mint('1.0.1', '2026-02-01'),
			mint('1.1.0', '2026-03-10', thief),
		]);
		const own = { provenance: { build: githubBuild({ repositoryId: '9', workflow: '.github/workflows/other.yml' }) } };
		const another = await mint('1.2.0', '2026-03-20', own);
		expect(await advised([...releases, await lost()])).toBe('1.0.1');
		expect(await advised([...releases, another])).toBe('1.0.1');
		// Who asks is not sent to the thief's project either.
		const { report, asked } = await reportOf([...releases, await lost()]);
		expect(asked.length).toBeLessThanOrEqual(8);
		expect(report.history).toMatchObject({ with: { version: '1.1.0' } });
		expect(askProject(report, 'ask')).toBe('ask');
		expect(askProject((await reportOf([...releases.slice(0, 2), await lost()])).report, 'ask')).toMatchObject({
			href: expect.stringContaining('/issues'),
		});
	});

	test('not the first that ever had provenance, where that came from elsewhere a short while ago', async () => {
		const named = (repository: string) => ({ manifest: { repository: `https://github.com/${repository}` } });
		const releases = async (repository: string) => [
			await mint('1.0.0', '2026-01-01', { ...WITHOUT, ...named(repository) }),
			await mint('1.1.0', '2026-03-10'),
			await lost(),
		];
		expect(await advised(await releases('somebody-else/minted'))).toBeUndefined();
		expect(await advised(await releases('stamp-test/minted'))).toBe('1.1.0');
	});

	test('not one that the advisories list for any other reason', async () => {
		const fault = { title: 'Path traversal', vulnerable_versions: '<1.2.0', cwe: ['CWE-22'] };
		const releases = [await mint('1.1.0', '2026-03-01'), await lost()];
		expect(await advised(releases, { advisories: { minted: [fault] } })).toBeUndefined();
		expect(await advised(releases, { advisories: { minted: [{ ...fault, vulnerable_versions: '<1.1.0' }] } })).toBe(
			'1.1.0',
		);
	});

	test('or a newer one of the same origin, where there is none before', async () => {
		const releases = async (newer: ReleaseOptions) => [
			await mint('1.1.0', '2025-08-01'),
			await lost(),
			await mint('1.3.0', '2026-04-01', newer),
		];
		expect(await advised(await releases({}), { version: '1.2.0' })).toBe('1.3.0');
		expect(await advised(await releases(thief), { version: '1.2.0' })).toBeUndefined();
		expect(await advised(await releases({ manifest: { deprecated: 'no' } }), { version: '1.2.0' })).toBeUndefined();
	});
});

test('what the allowlist expects is no change; a field that its row does not name is', async () => {
	const workflow = '.github/workflows/other.yml';
	const releases = [
		await mint('1.0.0', '2026-03-01'),
		await mint('1.0.1', '2026-03-20', { provenance: { build: githubBuild({ workflow }) } }),
	];
	const judged = async (row: object) => {
		const policy = { version: 1 as const, rows: [{ package: 'minted', ...row }] };
		const { report } = await reportOf(releases, { policies: [{ setBy: 'you', policy }] });
		return [report.verdict, report.findings.some(({ code }) => code === 'change-expected')];
	};
	const repository = 'https://github.com/stamp-test/minted';
	expect(await judged({ repository, workflow })).toEqual(['confirmed', true]);
	expect(await judged({ repository })).toEqual(['changed', false]);
	expect(await judged({ repository, workflow: '.github/workflows/release.yml' })).toEqual(['not-allowed', false]);
});

test('a repository that was given to another owner is not expected by its number', async () => {
	const given = githubBuild({ repository: 'https://github.com/evil/minted', ownerId: '66' });
	const releases = [
		await mint('1.0.0', '2026-03-01'),
		await mint('1.0.1', '2026-03-20', { provenance: { build: given } }),
	];
	const judged = async (row?: object) => {
		const policy = { version: 1 as const, rows: row ? [{ package: 'minted', ...row }] : [] };
		return (await reportOf(releases, { policies: [{ setBy: 'you', policy }] })).report;
	};
	const { history, identity } = await judged();
	expect(history).toMatchObject({ changes: [{ field: 'owner' }] });
	const repositoryId = String(identity?.repositoryId);
	for (const row of [undefined, { repositoryId }, { repository: 'https://github.com/stamp-test/minted', repositoryId }])
		expect((await judged(row)).verdict).toBe('changed');
	expect((await judged({ ownerId: '66' })).verdict).toBe('confirmed');
});

describe('when a release was published', () => {
	test("is what the registry's key signed, whatever the list says", async () => {
		const before = await mint('1.0.0', '2026-03-01');
		const here = { ...(await mint('1.0.1', '2026-03-20', WITHOUT_PUBLISH)), publishedAt: '2026-03-01T00:00:00.000Z' };
		// By the list it came first; without the registry's word, the build cannot have come later than it was published.
		const { report } = await reportOf([before, here]);
		expect(report.history).toMatchObject({ state: 'compared', with: { version: '1.0.0' } });
	});

	test('nor can the list make it younger than that', async () => {
		const here = { ...(await mint('1.0.1', '2026-03-20')), publishedAt: '2026-06-01T00:00:00.000Z' };
		const { report } = await reportOf([await mint('1.0.0', '2026-04-01'), here]);
		expect(report.history).toMatchObject({ state: 'compared', changes: [] });
		expect(report.history).not.toHaveProperty('with');
	});

	test('is not when a build was signed: that may have been long before', async () => {
		const early = await mint('1.0.1', '2026-01-01', {
			provenance: { build: githubBuild({ repositoryId: '9' }) },
			...WITHOUT_PUBLISH,
		});
		const releases = [await mint('1.0.0', '2026-03-01'), { ...early, publishedAt: day('2026-03-20').toISOString() }];
		expect((await reportOf(releases)).report.verdict).toBe('changed');
	});
});

describe("the registry's answers against each other", () => {
	const FOREIGN = 'https://files.example.test/minted-1.0.0.tgz';
	const refuted = ({ claims }: Report) =>
		claims.flatMap((claim) => (claim.standing === 'refuted' ? [`${claim.id}: ${claim.failure.code}`] : []));

	test('another file, or another host for it', async () => {
		const release = await mint('1.0.0', '2026-03-01');
		const otherHost = await reportOf([release], { manifest: { tarball: FOREIGN } });
		expect(otherHost.report.verdict).toBe('mismatch');
		expect(refuted(otherHost.report)).toEqual(['file-matches: registry-lists-another-file']);
		const changed = structuredClone(release);
		const { packument } = packageOf([changed]);
		(packument.versions['1.0.0'] as { dist: { integrity: string } }).dist.integrity = `sha512-${'A'.repeat(86)}==`;
		const otherFile = await reportOf([release], { fetchPackument: async () => success(packument) });
		expect(refuted(otherFile.report)).toEqual(['file-matches: registry-lists-another-file']);
	});

	test('another file, of a release of which the list gives no date', async () => {
		const release = await mint('1.0.0', '2026-03-01');
		const { packument } = packageOf([structuredClone(release)]);
		delete packument.time['1.0.0'];
		const undated = { fetchPackument: async () => success(packument) };
		expect((await reportOf([release], undated)).report).toMatchObject({
			verdict: 'confirmed',
			history: { state: 'not-compared', failure: { code: 'release-undated' } },
		});
		(packument.versions['1.0.0'] as { dist: { integrity: string } }).dist.integrity = `sha512-${'A'.repeat(86)}==`;
		const { report } = await reportOf([release], undated);
		expect(report.verdict).toBe('mismatch');
		expect(refuted(report)).toEqual(['file-matches: registry-lists-another-file']);
	});

	test('the same foreign host in both, another listing, another year: told, and no verdict', async () => {
		const release = await mint('1.0.0', '2026-03-01');
		const contradictions = async (edit: (packument: Packument) => void, manifest: Partial<Manifest> = {}) => {
			const { packument } = packageOf([structuredClone(release)]);
			edit(packument);
			const { report } = await reportOf([release], { manifest, fetchPackument: async () => success(packument) });
			expect(report.verdict).toBe('confirmed');
			return dataOf(report, 'registry-contradicts-itself');
		};
		const dist = (packument: Packument) => packument.versions['1.0.0']?.dist as Record<string, unknown>;
		expect(
			await contradictions((packument) => Object.assign(dist(packument), { tarball: FOREIGN }), { tarball: FOREIGN }),
		).toMatchObject({ field: 'host', manifest: 'files.example.test' });
		expect(await contradictions((packument) => delete dist(packument).attestations)).toMatchObject({
			field: 'attestations',
		});
		expect(
			await contradictions((packument) => Object.assign(packument.time, { '1.0.0': '2024-03-01T00:00:00.000Z' })),
		).toMatchObject({ field: 'time' });
		expect(await contradictions(() => undefined)).toBeUndefined();
	});

	test('an answer without any signature of the registry', async () => {
		const { report } = await reportOf([await mint('1.0.0', '2026-03-01', { registrySignature: false, ...WITHOUT })]);
		expect(report.findings.map(({ code }) => code)).toContain('registry-signature-missing');
	});
});

test("a list's time dates the registry's signature where no other is signed, and never refutes it", async () => {
	const release = await mint('1.0.0', '2026-03-27', WITHOUT);
	const { report } = await reportOf([release]);
	expect(report.claims.find(({ id }) => id === 'registry-signed')).toEqual({
		id: 'registry-signed',
		standing: 'proved',
	});
	const { packument } = packageOf([release]);
	const manifest = {
		name: 'minted',
		version: '1.0.0',
		integrity: String(release.manifest.dist.integrity),
		signatures: release.manifest.dist.signatures as [],
	};
	const registry: ReleaseRegistry = {
		fetchManifest: async () => success(manifest),
		fetchAttestations: async () => success(undefined),
		fetchPackument: async () => success(packument),
	};
	const world = { registry, trust, now: () => day('2026-11-23') };
	// Before the key's first day, as where a mirror or a restored database wrote times of its own; and after its last.
	for (const time of ['2019-01-01T00:00:00.000Z', '1970-01-01T00:00:00Z', '2023-12-31T23:59:59.999Z']) {
		packument.time['1.0.0'] = time;
		const first = await inspect({ name: 'minted', selector: '1.0.0', kind: 'version' }, world);
		const { claims, verdict } = (await compare(first, world)).report;
		expect(verdict).toBe('none');
		expect(claims.find(({ id }) => id === 'registry-signed')).toEqual({
			id: 'registry-signed',
			standing: 'unproved',
			why: 'could-not-check',
			failure: { code: 'publish-time-unsigned', detail: new Date(time).toISOString() },
		});
	}
	// A signature that is false stays false, whatever the list says.
	manifest.integrity = `sha512-${'A'.repeat(86)}==`;
	const forged = await compare(await inspect({ name: 'minted', selector: '1.0.0', kind: 'version' }, world), world);
	expect(forged.report.verdict).toBe('mismatch');
	expect(forged.report.claims.find(({ id }) => id === 'registry-signed')).toMatchObject({
		failure: { code: 'registry-signature-invalid' },
	});
});

test('a packument that cannot be had or read changes nothing that is proved', async () => {
	const release = await mint('1.0.0', '2026-03-27');
	for (const packument of [failed('registry-error'), success([]), success({ name: 'minted', versions: 7 })]) {
		const { report } = await reportOf([release], { fetchPackument: async () => packument });
		expect(report).toMatchObject({
			verdict: 'confirmed',
			history: { state: 'not-compared', failure: { code: 'packument-unavailable' } },
		});
	}
});

test('where files stand in for the registry, nothing is compared, and no signature of it was to be had', async () => {
	const { report } = await reportOf([await mint('1.0.0', '2026-03-27')], {
		isOfFiles: true,
		fetchPackument: async () => failed('files-only'),
	});
	expect(report).toMatchObject({
		verdict: 'confirmed',
		history: { state: 'not-compared', failure: { code: 'files-only' } },
	});
	expect(report.claims.find(({ id }) => id === 'registry-signed')).toMatchObject({
		why: 'could-not-check',
		failure: { code: 'files-only' },
	});
	expect(report.findings.map(({ code }) => code)).not.toContain('registry-signature-missing');
});

test('a packument that lists provenance which nobody serves does not hide that it was lost', async () => {
	const [before, last] = [await mint('1.0.0', '2026-03-01'), await mint('1.0.1', '2026-03-20', WITHOUT)];
	const { packument, attestations } = packageOf([before, last]);
	const listed = packument.versions['1.0.1'] as { dist: Record<string, unknown> };
	packument.versions['1.0.1'] = {
		...listed,
		dist: { ...listed.dist, attestations: { provenance: { predicateType: 'https://slsa.dev/provenance/v1' } } },
	};
	const { integrity, signatures } = last.manifest.dist as { integrity: string; signatures: [] };
	const registry: ReleaseRegistry = {
		fetchManifest: async () => success({ name: 'minted', version: '1.0.1', integrity, signatures }),
		fetchAttestations: async (_name, version) => success(attestations[version]),
		fetchPackument: async () => success(packument),
	};
	const world = { registry, trust, now: () => day('2026-11-23') };
	const { report } = await compare(await inspect({ name: 'minted', selector: '1.0.1', kind: 'version' }, world), world);
	expect(report.verdict).toBe('lost');
});
