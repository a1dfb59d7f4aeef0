/** Tests of known attacks, minted: what the registry alone shows of them comes with the comparison, and in an audit as well. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REGISTRY_BASES } from '../../../lib/audit/lockfile/address.ts';
import { adviseAll, auditPackages } from '../../../lib/audit/run.ts';
import { compare } from '../../../lib/inspect/complete.ts';
import { inspect } from '../../../lib/inspect/inspect.ts';
import { releaseSpec } from '../../../lib/npm/spec.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import { parseManifest } from '../../../lib/registry/schemas.ts';
import type { AuditRow } from '../../../lib/report/audit.ts';
import type { Inspection } from '../../../lib/report/evidence.ts';
import { describePanel } from '../../../lib/text/en/panel.ts';
import { pieceText } from '../../../lib/text/en/panel-text.ts';
import { COMMIT, mintAttacks, ORPHAN } from '../../fixtures/attacks.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { lockfileOfReleases, type PlainRegistry, startPlainRegistry } from '../../fixtures/plain-registry.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { packageOf } from '../../support/recordings.ts';

let authority: Authority;
let registry: PlainRegistry;

beforeAll(async () => {
	authority = await startAuthority();
	const packages = await mintAttacks(authority);
	registry = await startPlainRegistry(
		new Map(packages.map((releases) => [releases[0]?.name ?? '', packageOf(releases)])),
	);
});
afterAll(() => registry.close());

const worldOf = async () => ({
	registry: createRegistry(registry.base),
	trust: await trustIn(authority),
	fileHosts: [new URL(registry.base).host],
	now: () => new Date('2026-11-20T12:00:00Z'),
});

/** What is found in one release. The manifest is that of the list. */
async function lookAt(name: string, version: string): Promise<Inspection> {
	const world = await worldOf();
	const spec = releaseSpec(name, version);
	if (!spec) throw new Error(`${name}@${version}`);
	const list = await world.registry.fetchPackument(name);
	const { versions } = JSON.parse(list.ok ? await (list.value as Blob).text() : '{}');
	const manifest = parseManifest(versions[version], spec);
	const served = { ...world.registry, fetchManifest: async () => manifest };
	const asked = { ...world, registry: served };
	return compare(await inspect(spec, asked), asked);
}

const detailsOf = ({ report }: Inspection) =>
	report.findings.flatMap(({ code, detail }) =>
		code === 'custom-trust-root' ? [] : [`${code} ${detail ?? ''}`.trim()],
	);

const lookedAt = ({ report }: Inspection) =>
	report.claims.filter(({ standing }) => standing === 'looked-at').map(({ id }) => id);

const onInstall = ({ report }: Inspection) => {
	// The reader's own trust root takes the place of the line.
	const panel = describePanel({ ...report, trustRoot: { ...report.trustRoot, source: 'embedded' } });
	return panel.rows?.filter(({ term }) => term === 'On install').map(({ value }) => pieceText(value));
};

test.each(['1.169.5', '1.169.8'])(
	'TanStack %s: a dependency from a commit, minutes apart, a stray file; nothing runs',
	async (version) => {
		const looked = await lookAt('router', version);
		expect(looked.report.verdict).toBe('confirmed');
		expect(detailsOf(looked)).toEqual([
			'git-head-missing',
			expect.stringMatching(/^size-jumped/),
			expect.stringMatching(/^published-within-minutes 1\.169\.[58], 3(?:59|60|61) s$/),
			`dependency-outside-registry @tanstack/setup: ${ORPHAN}`,
			'runs-nothing-on-install',
		]);
		expect(lookedAt(looked)).toEqual([
			'workflow-harmless',
			'only-this-source',
			'dependencies-clean',
			'release-approved',
		]);
		expect(onInstall(looked)).toEqual(['fetches “@tanstack/setup” elsewhere']);
	},
);

test('keyv 6.0.0: a script that is new in a new major, and the file that it starts', async () => {
	const looked = await lookAt('keyv', '6.0.0');
	expect(looked.report.verdict).toBe('confirmed');
	expect(detailsOf(looked)).toEqual([
		`git-head-same ${COMMIT}`,
		'install-script-added preinstall, not in 5.6.0',
		'runs-on-install preinstall since 6.0.0 (2026-08-04), starts setup.mjs: node setup.mjs',
	]);
	expect(onInstall(looked)).toEqual(['runs “preinstall” (new)']);
});

test('axios 1.14.1: lost, and a dependency that is new', async () => {
	const looked = await lookAt('axios', '1.14.1');
	expect(looked.report.verdict).toBe('lost');
	expect(detailsOf(looked)).toEqual(
		expect.arrayContaining(['publisher-changed GitHub Actions -> stolen', 'dependency-added plain-crypto-js: ^4.2.1']),
	);
});

test('intercom-client 7.0.4: lost though a trusted publisher is named, with a new script', async () => {
	const looked = await lookAt('intercom-client', '7.0.4');
	expect(looked.report.verdict).toBe('lost');
	expect(detailsOf(looked)).toEqual(
		expect.arrayContaining([
			'trusted-publisher-without-provenance github',
			'install-script-added preinstall, not in 7.0.3',
			'runs-on-install preinstall since 7.0.4 (2026-04-30), starts setup.mjs: node setup.mjs',
		]),
	);
});

test('a release that waited three weeks to be approved, and one published before it was logged', async () => {
	const staged = await lookAt('waited', '1.1.0');
	expect(detailsOf(staged)).toContain('published-long-after-signing signed 2026-07-01, published 2026-07-20, 18 days');
	expect(staged.evidence.publisher).toEqual({ name: 'ann', approver: 'ann' });
	const early = await lookAt('waited', '1.2.0');
	expect(detailsOf(early)).toContain(
		'times-out-of-order published 2026-07-20T10:00:00.000Z, logged 2026-07-21T10:00:00.000Z',
	);
	for (const { report } of [staged, early]) {
		expect(report.verdict).toBe('confirmed');
		expect(report.findings.some(({ warning }) => warning)).toBe(false);
	}
});

test('an audit finds the same, but for dependencies that are new or gone', async () => {
	const world = await worldOf();
	const releases = [
		['router', '1.169.8'],
		['keyv', '6.0.0'],
		['axios', '1.14.1'],
		['intercom-client', '7.0.4'],
		['waited', '1.1.0'],
		['waited', '1.2.0'],
	].map(([name = '', version = '']) => ({ name, version, hashes: [{ of: 'nothing' as const }] }));
	const { packages } = lockfileOfReleases(releases);
	const context = { ...world, bases: [...REGISTRY_BASES, registry.base] };
	const rows = (await auditPackages(packages, context, await adviseAll(packages, world.registry))) as AuditRow[];
	for (const { name, version } of releases) {
		const row = rows.find(({ spec }) => spec === `${name}@${version}`);
		const { report } = await lookAt(name, version);
		const told = (findings: AuditRow['findings']) =>
			findings
				.filter(({ code }) => code !== 'dependency-added' && code !== 'dependency-removed')
				.map(({ code, detail }) => `${code} ${detail}`);
		expect(told(row?.findings ?? []), `${name}@${version}`).toEqual(told(report.findings));
		expect(row?.findings.some(({ code }) => code === 'dependency-added')).toBe(false);
	}
});
