/** Tests of the audit of a lockfile: its rows say what `inspect` says, and what the lockfile itself contradicts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditByPlan } from '../../../cli/audit-pool.ts';
import { readTrustRoot } from '../../../cli/inputs.ts';
import { REGISTRY_BASES } from '../../../lib/audit/lockfile/address.ts';
import type { LockedPackage } from '../../../lib/audit/lockfile/lockfile.ts';
import { adviseAll, auditPackages } from '../../../lib/audit/run.ts';
import { parseSpec } from '../../../lib/npm/spec.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import type { Audit, AuditRow } from '../../../lib/report/audit.ts';
import type { Report } from '../../../lib/report/report.ts';
import { faultsOf, type HistoryCase } from '../../fixtures/judgement.ts';
import { trustRootFile } from '../../fixtures/minted.ts';
import { lockfileOfReleases, type PlainRegistry, planFor, startPlainRegistry } from '../../fixtures/plain-registry.ts';
import { replaysIn } from '../../fixtures/replays.ts';
import { startAuthority } from '../../support/authority.ts';
import { githubBuild, mintRelease, type Release } from '../../support/mint.ts';
import { type Package, packageOf } from '../../support/recordings.ts';

const histories = replaysIn<HistoryCase>('histories');

/** A manifest that is another than the list's is not seen: an audit asks for the list alone, as installers do. */
const ONE_ANSWER = /manifest-names-another-tarball/;

describe.skipIf(histories.length === 0)('an audit judges a history as inspect does', () => {
	test.each(histories)('$name', async ({ name, dir, json: { ask, expect: expected, now, trustedRoot } }) => {
		const { serve } = await import(pathToFileURL(join(dir, '../serve.mjs')).href);
		const server = await serve(join(dir, 'world.json'));
		const world = JSON.parse(readFileSync(join(dir, 'world.json'), 'utf8'));
		const releases = ask.map((spec): Pick<LockedPackage, 'name' | 'version' | 'hashes'> => {
			const { name: of = '', selector = '' } = parseSpec(spec) ?? {};
			const version = world.packages[of]?.['dist-tags'][selector] ?? selector;
			// A lockfile has the file that was installed: where two answers differ, the one that the list does not name.
			const manifest = world.manifests?.[`${of}@${version}`] ?? world.packages[of]?.versions[version];
			const integrity = manifest?.dist.integrity;
			return { name: of, version, hashes: [integrity ? { of: 'tarball', integrity } : { of: 'nothing' }] };
		});
		try {
			const { packages } = lockfileOfReleases(releases);
			const registry = createRegistry(server.origin);
			const context = {
				registry,
				trust: await readTrustRoot(join(dir, trustedRoot), new Date(now)),
				bases: [...REGISTRY_BASES, server.origin],
				fileHosts: [new URL(server.origin).host],
				now: () => new Date(now),
			};
			const rows = await auditPackages(packages, context, await adviseAll(packages, registry));
			expect(rows).toHaveLength(ask.length);
			for (const [at, spec] of ask.entries()) {
				const faults = faultsOf(rows[at] as unknown as Report, expected[spec]);
				if (ONE_ANSWER.test(name)) expect(faults, spec).toEqual(['alarm false', 'verdict confirmed']);
				else expect(faults, spec).toEqual([]);
			}
		} finally {
			server.close();
		}
	});
});

describe('a lockfile', () => {
	let folder: string;
	let registry: PlainRegistry;
	let trustedRoot: string;
	const day = (date: string) => new Date(`${date}T12:00:00Z`);
	const now = day('2026-11-20').getTime();

	beforeAll(async () => {
		const authority = await startAuthority();
		folder = mkdtempSync(join(tmpdir(), 'audit-run-'));
		trustedRoot = join(folder, 'root.json');
		writeFileSync(trustedRoot, JSON.stringify(trustRootFile(authority)));
		const mint = (name: string, version: string, date: string, parts = {}) =>
			mintRelease(authority, { name, version, publishedAt: day(date), ...parts });
		const without = { provenance: false, publish: false } as const;
		const elsewhere = {
			provenance: { build: githubBuild({ repository: 'https://github.com/thief/x', ownerId: '9' }) },
		};
		const made: Release[] = await Promise.all([
			mint('calm', '1.0.0', '2026-01-01'),
			mint('calm', '1.1.0', '2026-03-01'),
			mint('calm', '1.2.0', '2026-05-01'),
			mint('lost', '1.0.0', '2026-01-01'),
			mint('lost', '1.1.0', '2026-11-15', without),
			mint('changed', '1.0.0', '2026-01-01'),
			mint('changed', '1.1.0', '2026-11-15', elsewhere),
			mint('plain', '1.0.0', '2026-01-01', without),
			mint('@scope/plain', '1.0.0', '2026-01-01', without),
			mint('bad', '1.0.0', '2026-01-01'),
			mint('@scope/clean', '1.0.0', '2026-01-01', without),
		]);
		const forged = made.find(({ name }) => name === 'bad');
		const [bundle] = forged?.attestations?.attestations.slice(-1) ?? [];
		const signature = bundle?.bundle.dsseEnvelope.signatures[0];
		if (signature) signature.sig = `${signature.sig.slice(0, 20)}AAAA${signature.sig.slice(24)}`;
		const packages = Map.groupBy(made, ({ name }) => name);
		const malware = { ...{ id: 1, severity: 'critical', vulnerable_versions: '>=0' }, cwe: ['CWE-506'] };
		const served = new Map([...packages].map(([name, releases]) => [name, packageOf(releases)]));
		const unpublished = { name: '@scope/unpublished', time: { unpublished: { time: '2026-02-01T00:00:00.000Z' } } };
		served.set('@scope/unpublished', { packument: unpublished, attestations: {}, tarballs: {} } as unknown as Package);
		registry = await startPlainRegistry(served, {
			'@scope/plain': [{ ...malware, title: 'Malware', url: 'https://github.com/advisories/GHSA-2222-3333-4444' }],
		});
		hashes = new Map(
			made.map(({ name, version, manifest }) => [`${name}@${version}`, String(manifest.dist.integrity)]),
		);
	});
	afterAll(() => {
		registry.close();
		rmSync(folder, { recursive: true });
	});
	let hashes: Map<string, string>;

	const locked = (spec: string, parts: Partial<LockedPackage> = {}) => {
		const at = spec.lastIndexOf('@');
		const integrity = hashes.get(spec);
		const own = integrity === undefined ? [] : [{ of: 'tarball' as const, integrity }];
		return { name: spec.slice(0, at), version: spec.slice(at + 1), hashes: own, ...parts };
	};
	const audit = (releases: Parameters<typeof lockfileOfReleases>[0], parts = {}) => {
		registry.asked.length = 0;
		return auditByPlan(lockfileOfReleases(releases), planFor(registry, { trustedRoot, now, ...parts }));
	};
	const told = ({ packages }: Audit) =>
		packages.map(({ spec, verdict, integrity, warning }: AuditRow) =>
			[spec, verdict, integrity, warning ?? ''].join(' '),
		);

	test('has a row for each release, in the order of the file, and counts that add up', async () => {
		const result = await audit(
			['calm@1.2.0', 'lost@1.1.0', 'bad@1.0.0', 'changed@1.1.0', '@scope/plain@1.0.0', 'plain@1.0.0', 'calm@1.1.0'].map(
				(spec) => locked(spec),
			),
		);
		expect(told(result)).toEqual([
			'calm@1.2.0 confirmed matches ',
			'lost@1.1.0 lost matches lost',
			'bad@1.0.0 mismatch matches mismatch',
			'changed@1.1.0 changed matches changed',
			'@scope/plain@1.0.0 none matches malware-advisory',
			'plain@1.0.0 none matches ',
			'calm@1.1.0 confirmed matches ',
		]);
		expect(result.packages[2]?.failure?.code).toBe('signature-invalid');
		const { notCovered, notCompared: _notCompared, ...verdicts } = result.counts;
		expect(Object.values(verdicts).reduce((sum, count) => sum + count, notCovered)).toBe(result.lockfile.packages);
		expect(result).toMatchObject({
			schema: 1,
			lockfile: { format: 'npm', version: '3' },
			trustRoot: { source: 'custom' },
		});
	});

	test('costs one list for each package, attestations only where some are listed, and one question about malware', async () => {
		await audit([locked('calm@1.2.0'), locked('calm@1.1.0'), locked('plain@1.0.0')]);
		const asked = registry.asked.toSorted();
		expect(asked.filter((one) => one.startsWith('POST'))).toEqual(['POST /-/npm/v1/security/advisories/bulk']);
		expect(asked.filter((one) => !one.includes('/-/'))).toEqual(['GET /calm', 'GET /plain']);
		// Both, and the record that both are compared with.
		expect(new Set(asked.filter((one) => one.includes('attestations')))).toEqual(
			new Set(['1.0.0', '1.1.0', '1.2.0'].map((version) => `GET /-/npm/v1/attestations/calm@${version}`)),
		);
	});

	test('that names another file or package is the gravest, also where the origin is confirmed', async () => {
		const other = `sha512-${'A'.repeat(86)}==`;
		const result = await audit([
			locked('calm@1.2.0', { hashes: [{ of: 'tarball', integrity: other }] }),
			locked('calm@1.1.0', { addresses: [`${registry.base}/ca1m/-/ca1m-1.1.0.tgz`] }),
			locked('plain@1.0.0', { hashes: [{ of: 'zip' }], addresses: [`${registry.base}/plain/-/plain-1.0.0.tgz`] }),
			locked('changed@1.0.0', { hashes: [{ of: 'nothing' }], isPatched: true, isDirect: true }),
		]);
		expect(told(result)).toEqual([
			'calm@1.2.0 mismatch differs lockfile-names-another-file',
			'calm@1.1.0 mismatch matches lockfile-names-another-package',
			'plain@1.0.0 none not-comparable ',
			'changed@1.0.0 confirmed absent ',
		]);
		const [file, address, , patched] = result.packages;
		expect(file?.findings.find(({ warning }) => warning)?.data).toMatchObject({
			algorithm: 'sha512',
			lockfile: 'A'.repeat(86),
		});
		expect(address?.findings.find(({ warning }) => warning)?.data).toEqual({ spec: 'ca1m@1.1.0' });
		expect(patched?.findings.map(({ code }) => code)).toContain('patched-here');
		expect(patched?.isDirect).toBe(true);
	});

	test('has releases that the registry does not know: of a scope another registry, perhaps, else it could not be checked', async () => {
		const address = `${registry.base}/@private/b/-/b-1.0.0.tgz`;
		const result = await audit([
			locked('@private/a@1.0.0'),
			locked('@private/b@1.0.0', { addresses: [address] }),
			locked('gone@1.0.0'),
			locked('plain@9.9.9'),
		]);
		expect(result.notCovered).toEqual([{ spec: '@private/a@1.0.0', why: 'other-registry', line: 1, column: 3 }]);
		expect(told(result)).toEqual([
			'@private/b@1.0.0 unknown absent ',
			'gone@1.0.0 unknown absent ',
			'plain@9.9.9 unknown absent ',
		]);
		expect(result.packages.map(({ failure }) => failure?.code)).toEqual(Array(3).fill('release-not-found'));
		expect(result.counts).toMatchObject({ unknown: 3, notCovered: 1 });
	});

	test("has a scoped release that was taken away as one that could not be checked, not as another registry's", async () => {
		const result = await audit([
			locked('@scope/clean@9.9.9'),
			locked('@scope/unpublished@1.0.0'),
			locked('@none/a@1.0.0'),
		]);
		expect(told(result)).toEqual(['@scope/clean@9.9.9 unknown absent ', '@scope/unpublished@1.0.0 unknown absent ']);
		expect(result.notCovered.map(({ spec }) => spec)).toEqual(['@none/a@1.0.0']);
	});

	test('is audited to its end though some answers fail, and each says why', async () => {
		registry.statuses.set('/lost', 403).set('/-/npm/v1/attestations/calm@1.2.0', 404);
		registry.statuses.set('/-/npm/v1/security/advisories/bulk', 404);
		try {
			const result = await audit([locked('lost@1.1.0'), locked('calm@1.2.0'), locked('calm@1.1.0')]);
			expect(told(result)).toEqual([
				'lost@1.1.0 unknown not-comparable ',
				'calm@1.2.0 unknown matches ',
				'calm@1.1.0 confirmed matches ',
			]);
			expect(result.unadvised).toBe(3);
			expect(result.packages.map(({ failure }) => failure?.code)).toEqual([
				'release-not-found',
				'attestations-withheld',
				undefined,
			]);
		} finally {
			registry.statuses.clear();
		}
	});

	test('is audited again from what was kept, and without network', async () => {
		const cache = join(folder, 'cache');
		const releases = [locked('calm@1.2.0'), locked('lost@1.1.0'), locked('plain@1.0.0')];
		const first = await audit(releases, { cache, reusesLocal: true });
		expect(registry.asked.length).toBeGreaterThan(4);
		const second = await audit(releases, { cache, reusesLocal: true });
		// What is listed as malware can change any minute.
		expect(registry.asked).toEqual(['POST /-/npm/v1/security/advisories/bulk']);
		expect(told(second)).toEqual(told(first));
		const third = await audit(releases, { cache, isOffline: true });
		expect(registry.asked).toEqual([]);
		expect(told(third)).toEqual(told(first));
		// Another registry may listen on the same port by now.
		await audit(releases, { cache });
		expect(registry.asked.length).toBeGreaterThan(4);
		const nothing = await audit(releases, { cache: join(folder, 'other'), isOffline: true });
		expect(nothing.packages.map(({ verdict, failure }) => `${verdict} ${failure?.code}`)).toEqual(
			Array(3).fill('unknown registry-unreachable'),
		);
		expect(registry.asked).toEqual([]);
	});

	test('without comparison costs a manifest and what it lists, and says that nothing was compared', async () => {
		const { counts, packages } = await audit([locked('calm@1.2.0')], { isNotCompared: true });
		expect(packages.map(({ verdict, failure }) => `${verdict} ${failure?.code}`)).toEqual([
			'unknown release-not-found',
		]);
		expect(counts.notCompared).toBe(1);
	});

	test('of many packages is audited in threads, each release once', async () => {
		const specs = Array.from({ length: 150 }, (_, at) => locked(`gone-${at}@1.0.0`));
		const seen: number[] = [];
		const lockfile = lockfileOfReleases([...specs, locked('calm@1.2.0'), locked('lost@1.1.0')]);
		const result = await auditByPlan(lockfile, planFor(registry, { trustedRoot, now }), (done) => seen.push(done));
		expect(result.packages).toHaveLength(152);
		expect(told(result).slice(-2)).toEqual(['calm@1.2.0 confirmed matches ', 'lost@1.1.0 lost matches lost']);
		expect(result.packages.map(({ line }) => line)).toEqual(Array.from({ length: 152 }, (_, at) => at + 1));
		expect(seen.at(-1)).toBe(152);
		expect(seen).toEqual(seen.toSorted((one, other) => one - other));
	});
});
