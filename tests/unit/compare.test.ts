/** Tests of the walk's last part: a release completed with those before it, all minted. */
import { beforeAll, expect, test } from 'vitest';
import { compare } from '../../lib/complete.ts';
import { inspect } from '../../lib/inspect.ts';
import type { ReleaseRegistry } from '../../lib/registry.ts';
import { createRegistry } from '../../lib/registry.ts';
import { failed, type Report, success } from '../../lib/report.ts';
import type { TrustRoot } from '../../lib/sigstore/trust-root.ts';
import type { OwnedPolicy } from '../../lib/with-findings.ts';
import { describePanel } from '../../lib/wording.ts';
import { trustIn } from '../fixtures/minted.ts';
import { type Authority, startAuthority } from '../tools/authority.ts';
import { githubBuild, mintRelease, type Release, type ReleaseOptions } from '../tools/mint.ts';
import { packageOf } from '../tools/recordings.ts';

let authority: Authority;
let trust: TrustRoot;

beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

const day = (date: string) => new Date(`${date}T12:00:00Z`);
const WITHOUT: ReleaseOptions = { provenance: false, publish: false };

/** The completed Report of the last release, the others being the ones before it; and what was asked of the registry. */
async function reportOf(
	releases: Release[],
	policies: OwnedPolicy[] = [],
): Promise<{ report: Report; asked: string[] }> {
	const last = releases.at(-1) as Release;
	const { packument, attestations } = packageOf(releases);
	const asked: string[] = [];
	const real = globalThis.fetch;
	globalThis.fetch = async (address) => {
		asked.push(new URL(String(address)).pathname);
		return new Response(JSON.stringify(last.manifest));
	};
	const manifest = await createRegistry().fetchManifest({ name: last.name, selector: last.version, kind: 'version' });
	globalThis.fetch = real;
	const registry: ReleaseRegistry = {
		fetchManifest: async () => manifest,
		fetchAttestations: async (_name, version) => {
			asked.push(`attestations ${version}`);
			return success(attestations[version]);
		},
		fetchPackument: async () => success(packument),
	};
	const world = { registry, trust, policies, now: () => day('2026-11-23') };
	const spec = { name: last.name, selector: last.version, kind: 'version' } as const;
	return { report: (await compare(await inspect(spec, world), world)).report, asked };
}

const mint = (version: string, date: string, more: ReleaseOptions = {}) =>
	mintRelease(authority, { version, publishedAt: day(date), ...more });

test('provenance that was there before is lost, and the panel names version, date and workflow', async () => {
	const { report } = await reportOf([await mint('1.14.0', '2026-03-27'), await mint('1.14.1', '2026-03-31', WITHOUT)]);
	expect(report.verdict).toBe('lost');
	expect(report.history).toMatchObject({ state: 'compared', line: '1', with: { version: '1.14.0' } });
	const { sentence } = describePanel(report);
	for (const part of ['1.14.0', '27 March 2026', 'release.yml in stamp-test/minted', 'minted 1.14.1'])
		expect(sentence).toContain(part);
});

test("a thief's second release in a new line: the contract's `none`, led by the one warning, unless the loss was put aside", async () => {
	const releases = [
		await mint('1.14.0', '2026-03-27'),
		await mint('2.0.0', '2026-03-30', WITHOUT),
		await mint('2.0.1', '2026-03-31', WITHOUT),
	];
	const { report } = await reportOf(releases);
	expect(report.verdict).toBe('none');
	expect(report.findings.filter(({ warning }) => warning)).toMatchObject([{ code: 'line-began-without-provenance' }]);
	const { look, sentence, advice } = describePanel(report);
	expect([look, sentence.includes('lists it for 1.14.0'), advice?.includes('Stay on 1.14.0')]).toEqual([
		'lost',
		true,
		true,
	]);
	const mute = { package: 'minted', line: '2', note: '', date: '2026-03-31' };
	const muted = await reportOf(releases, [{ setBy: 'you', policy: { version: 1, rows: [], mutes: [mute] } }]);
	expect(muted.report.findings.filter(({ warning }) => warning)).toEqual([]);
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
	expect(describePanel(report).sentence).toContain('workflow was release.yml, is other.yml');
	// Exactly one earlier attestation was fetched for it.
	expect(asked.filter((one) => one.startsWith('attestations'))).toEqual(['attestations 1.0.1', 'attestations 1.0.0']);
});

test('the same identity again: confirmed, whatever lies between', async () => {
	const { report } = await reportOf([
		await mint('1.0.0', '2026-03-01'),
		await mint('1.0.1', '2026-03-10', WITHOUT),
		await mint('1.0.2', '2026-03-20'),
	]);
	expect(report.verdict).toBe('confirmed');
});

test('an earlier release whose evidence is false is not what this one is compared with by signer', async () => {
	const earlier = await mint('1.0.0', '2026-03-01', { provenance: { extensions: { 15: '9009' } } });
	const { report } = await reportOf([earlier, await mint('1.0.1', '2026-03-20')]);
	expect(report.verdict).toBe('confirmed');
	expect(report.findings).toContainEqual({
		code: 'earlier-provenance-false',
		claim: 'signed-by-build',
		saidBy: 'here',
		detail: '1.0.0: predicate-repository-id-differs',
	});
});

test('lost against a release whose evidence is false, or not served: nobody says that it had it, nor to stay on the false one', async () => {
	const later = await mint('1.0.1', '2026-03-20', WITHOUT);
	const falsified = await mint('1.0.0', '2026-03-01', { provenance: { extensions: { 15: '9009' } } });
	const ofFalse = describePanel((await reportOf([falsified, later])).report);
	expect(ofFalse.look).toBe('lost');
	expect(ofFalse.sentence).toContain('1.0.0 (1 March 2026) lists some that does not match;');
	expect(ofFalse.advice).toContain('Ask the maintainers.');
	expect(ofFalse.advice).not.toContain('Stay on');
	const { attestations: _, ...withheld } = await mint('1.0.0', '2026-03-01');
	const { report } = await reportOf([withheld, later]);
	expect(report.findings.map(({ code }) => code)).not.toContain('earlier-provenance-false');
	const unserved = describePanel(report);
	expect(unserved.sentence).toContain('1.0.0 (1 March 2026) lists it, not checked here;');
	expect(unserved.advice).toContain('Stay on 1.0.0');
});

test("the registry's signature is checked at the time the packument gives, where no other is signed", async () => {
	const release = await mint('1.0.0', '2026-03-27', WITHOUT);
	const { report } = await reportOf([release]);
	expect(report.claims.find(({ id }) => id === 'registry-signed')).toEqual({
		id: 'registry-signed',
		standing: 'proved',
	});
	const { packument } = packageOf([release]);
	packument.time['1.0.0'] = '2019-01-01T00:00:00.000Z';
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
	const early = (await compare(await inspect({ name: 'minted', selector: '1.0.0', kind: 'version' }, world), world))
		.report;
	expect(early.claims.find(({ id }) => id === 'registry-signed')).toMatchObject({
		failure: { code: 'registry-key-not-valid-then' },
	});
});

test('a packument that cannot be had or read changes nothing that is proved', async () => {
	const release = await mint('1.0.0', '2026-03-27');
	for (const packument of [failed('registry-error'), success([]), success({ name: 'minted', versions: 7 })]) {
		const registry: ReleaseRegistry = {
			fetchManifest: async () =>
				success({
					name: 'minted',
					version: '1.0.0',
					integrity: String(release.manifest.dist.integrity),
					signatures: [],
				}),
			fetchAttestations: async () => success(release.attestations),
			fetchPackument: async () => packument,
		};
		const world = { registry, trust, now: () => day('2026-11-23') };
		const { report } = await compare(
			await inspect({ name: 'minted', selector: '1.0.0', kind: 'version' }, world),
			world,
		);
		expect(report).toMatchObject({
			verdict: 'confirmed',
			history: { state: 'not-compared', failure: { code: 'packument-unavailable' } },
		});
	}
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
