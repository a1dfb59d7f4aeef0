/** Tests that a signer's address, `PATH@REF`, is read alike everywhere, however many `@` its ref holds, and where GitLab names its project. */
import { beforeAll, describe, expect, test } from 'vitest';
import { compare } from '../../../lib/inspect/complete.ts';
import { inspect } from '../../../lib/inspect/inspect.ts';
import type { ReleaseRegistry } from '../../../lib/registry/registry.ts';
import type { Report } from '../../../lib/report/report.ts';
import { success } from '../../../lib/report/result.ts';
import { parseSigner, workflowPath } from '../../../lib/sigstore/identity.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { failuresOf, reportOn, trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import {
	type Build,
	githubBuild,
	githubBuildV02,
	gitlabBuild,
	gitlabBuildV1,
	mintRelease,
	type Release,
} from '../../support/mint.ts';
import { packageOf } from '../../support/recordings.ts';
import { Seeded } from '../../support/seeded.ts';

const REFS = [
	'refs/tags/v1.0.0',
	'refs/tags/@scope/name@1.0.0',
	'refs/tags/name@1.0.0',
	'refs/tags/@@scope/name@@1.0.0@',
	'refs/heads/release@next',
	'refs/heads/@',
	'0123456789abcdef0123456789abcdef01234567',
];

let authority: Authority;
let trust: TrustRoot;

beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

test.each(REFS)('an address is its path and its ref: %s', (ref) => {
	for (const path of ['https://github.com/o/r/.github/workflows/x.yml', 'https://gitlab.com/g/h/r//.gitlab-ci.yml']) {
		expect(parseSigner(`${path}@${ref}`)).toEqual({ path, ref });
		expect(parseSigner(path)).toEqual({ path });
	}
	expect(workflowPath(`https://github.com/o/r/.github/workflows/x.yml@${ref}`, 'https://github.com/o/r')).toBe(
		'.github/workflows/x.yml',
	);
});

test('ten thousand made-up refs come back as they were', () => {
	for (let index = 0; index < 10_000; index += 1) {
		const random = new Seeded(index);
		const ref = Array.from({ length: random.below(12) }, () => random.pick([...'@@@/.-v1refs'])).join('');
		const path = Array.from({ length: random.below(12) }, () => random.pick([...'/.-v1refs:%'])).join('');
		expect(parseSigner(`${path}@${ref}`)).toEqual({ path, ref });
	}
});

describe.each(REFS)('%s', (ref) => {
	test('is confirmed in every form of statement, and no other ref is', async () => {
		for (const build of [githubBuild({ ref }), githubBuildV02({ ref })]) {
			const report = await reportOn(await mintRelease(authority, { provenance: { build } }), trust);
			expect(failuresOf(report)).toEqual([]);
			expect(report.identity).toMatchObject({ ref, workflow: '.github/workflows/release.yml' });
		}
		for (const build of [gitlabBuild(), gitlabBuildV1()]) {
			const config = `https://gitlab.com/stamp-test/minted//.gitlab-ci.yml@${ref}`;
			const options = {
				build: { ...build, signer: config },
				extensions: { 9: config, 14: ref, 18: config },
				statement: ({ predicate }: { predicate: { invocation?: { parameters: object } } }) => {
					if (predicate.invocation) predicate.invocation.parameters = {};
				},
			};
			const report = await reportOn(await mintRelease(authority, { provenance: options }), trust);
			expect(failuresOf(report)).toEqual([]);
			expect(report.identity?.workflow).toBe('.gitlab-ci.yml');
		}
		// What stands behind the first @ is still compared.
		for (const build of [githubBuild({ ref }), githubBuildV02({ ref })]) {
			const other = `${ref}@2`;
			const release = await mintRelease(authority, { provenance: { build, extensions: { 6: other, 14: other } } });
			expect(failuresOf(await reportOn(release, trust))).toEqual(['built-by: predicate-ref-differs']);
		}
	});
});

describe('a certificate of GitLab whose source repository is only the host', () => {
	const host = 'https://gitlab.com';
	const judged = async (build: Build, extensions: Build['extensions']) => {
		const report = await reportOn(await mintRelease(authority, { provenance: { build, extensions } }), trust);
		return { report, failures: failuresOf(report) };
	};

	test.each(['stamp-test/minted', 'group/within/a-group/minted'])('has its project from the run: %s', async (path) => {
		for (const build of [gitlabBuild(path), gitlabBuildV1(path)])
			for (const config of [
				`${host}/${path}//.gitlab-ci.yml@refs/heads/main`,
				// A build file of another project says nothing of this one.
				`${host}/other/ci//build.yml@refs/heads/main`,
			]) {
				const from = { 9: config, 12: host, 18: config };
				const { report, failures } = await judged({ ...build, signer: config }, from);
				expect(failures).toEqual([]);
				expect(report.verdict).toBe('confirmed');
				expect(report.identity).toMatchObject({
					repository: `${host}/${path}`,
					workflow: config.startsWith(`${host}/other/`) ? `${host}/other/ci//build.yml` : '.gitlab-ci.yml',
				});
			}
	});

	test.each([
		['of another project', `${host}/evil/minted/-/jobs/4004`],
		['of another host', 'https://gitlab.example/stamp-test/minted/-/jobs/4004'],
		['of a host that begins alike', 'https://gitlab.com.example/stamp-test/minted/-/jobs/4004'],
		['of no project', `${host}/-/jobs/4004`],
		['of a group', `${host}/stamp-test/-/jobs/4004`],
		['of something else in the project', `${host}/stamp-test/minted/-/runners/4004`],
		['with a project within what follows', `${host}/evil/x/-/stamp-test/minted/-/jobs/4004`],
		['that is absent', undefined],
	])('has none from a run %s', async (_name, run) => {
		for (const build of [gitlabBuild(), gitlabBuildV1()]) {
			const { report, failures } = await judged(build, { 12: host, 21: run });
			expect(failures).toEqual(['built-by: predicate-repository-differs']);
			expect(report.verdict).toBe('mismatch');
		}
	});

	test('is held to it where the source repository says more, and for no other build service', async () => {
		const repository = `${host}/stamp-test/other`;
		expect((await judged(gitlabBuild(), { 12: repository })).failures).toEqual([
			'built-by: predicate-repository-differs',
		]);
		const github = await judged(githubBuild(), { 5: undefined, 12: 'https://github.com' });
		expect(github.failures).toEqual(['built-by: predicate-repository-differs']);
	});
});

async function compared(releases: Release[]): Promise<Report> {
	const { packument, attestations } = packageOf(releases);
	const { name, version, manifest } = releases.at(-1) as Release;
	const registry: ReleaseRegistry = {
		fetchManifest: async () =>
			success({ name, version, integrity: String(manifest.dist.integrity), signatures: [], attestations: {} }),
		fetchAttestations: async (_name, of) => success(attestations[of]),
		fetchPackument: async () => success(packument),
	};
	const world = { registry, trust, now: () => new Date('2026-11-23T00:00:00Z') };
	return (await compare(await inspect({ name, selector: version, kind: 'version' }, world), world)).report;
}

test('a new tag with @ in it is no other signer: own workflow, one of the repository, one of somebody else', async () => {
	for (const reusable of [
		undefined,
		'stamp-test/minted/.github/workflows/build.yml',
		'else/where/.github/workflows/p.yml',
	]) {
		const releases = await Promise.all(
			['1.0.0', '1.1.0', '1.2.0'].map((version, index) => {
				const ref = `refs/tags/@scope/name@${version}`;
				const build = githubBuild({ ref, ...(reusable && { reusable: `${reusable}@${ref}` }) });
				const publishedAt = new Date(`2026-05-0${index + 1}T12:00:00Z`);
				return mintRelease(authority, { version, publishedAt, provenance: { build } });
			}),
		);
		const report = await compared(releases);
		expect(report.verdict).toBe('confirmed');
		expect(report.history).toMatchObject({ state: 'compared', with: { version: '1.1.0' }, changes: [] });
	}
});
