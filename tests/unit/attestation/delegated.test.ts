/**
 * Tests of statements that a delegator of slsa-github-generator signs for another builder, and of their kind: the source stands among
 * variables and materials alone, and the builder is not who signed. All that they say is still compared.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { comparePredicate } from '../../../lib/attestation/predicate/compare.ts';
import { parseStatement } from '../../../lib/attestation/statement.ts';
import type { FailureCode } from '../../../lib/report/failures.ts';
import type { Report } from '../../../lib/report/report.ts';
import { identityOf } from '../../../lib/sigstore/identity.ts';
import { embeddedTrustRoot, type TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { verifyBundle } from '../../../lib/sigstore/verify.ts';
import { failuresOf, reportOn, trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import {
	type Build,
	delegatedBuild,
	delegatedBuildV02,
	githubBuild,
	mintRelease,
	type ProvenanceOptions,
} from '../../support/mint.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests spoil any part of it
type Json = any;

let authority: Authority;
let trust: TrustRoot;
beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

const reportOf = async (
	build: Build,
	change: (predicate: Json) => void = () => undefined,
	more: ProvenanceOptions = {},
) =>
	reportOn(
		await mintRelease(authority, { provenance: { build, ...more, statement: ({ predicate }) => change(predicate) } }),
		trust,
	);
const expectConfirmed = (report: Report) => {
	expect(failuresOf(report)).toEqual([]);
	expect(report.verdict).toBe('confirmed');
};

/** Puts a value into the place that a path names; leaves it out where the value is `undefined`. */
function bend(json: Json, path: string, value: unknown): void {
	const keys = path.split('.');
	const last = keys.pop() ?? '';
	const place = keys.reduce((inner, key) => inner[key], json);
	if (value === undefined) delete place[last];
	else place[last] = value;
}

const GENERATOR = 'https://github.com/slsa-framework/slsa-github-generator/.github/workflows';
const COMMIT = 'c0ffee0123456789abcdef0123456789abcdef01';
const FORMS = [delegatedBuild, delegatedBuildV02] as const;

describe.each(FORMS.map((form) => [form.name, form] as const))('%s', (_name, form) => {
	test.each([
		'delegator_generic_slsa3.yml@refs/tags/v1.7.0',
		'delegator_generic_slsa3.yml@refs/tags/v2.1.0',
		'delegator_lowperms-generic_slsa3.yml@refs/tags/v2.1.0-rc.1',
		'delegator_generic_slsa3.yml@refs/heads/main',
	])('%s signs for builders of its own repository and of others', async (delegator) => {
		for (const builder of [
			`${GENERATOR}/builder_gradle_slsa3.yml@refs/tags/v2.1.0`,
			`${GENERATOR}/builder_nodejs_slsa3.yml@refs/heads/main`,
			'https://github.com/slsa-framework/example-trw/.github/workflows/builder_high-perms_slsa3.yml@refs/tags/v2.1.0',
			'https://github.com/jreleaser/release-action/.github/workflows/builder_slsa3.yml@refs/tags/v1.1.0-java',
			'https://github.com/o/r/.github/workflows/b.yaml@refs/tags/@scope/name@1.0.0',
		]) {
			const report = await reportOf(form({ delegator, builder }));
			expectConfirmed(report);
			expect(report.identity).toMatchObject({
				repository: 'https://github.com/stamp-test/minted',
				workflow: '.github/workflows/release.yml',
				signer: `${GENERATOR}/${delegator}`,
			});
		}
	});

	test.each([
		[
			'a fork',
			'https://github.com/someone/slsa-github-generator/.github/workflows/delegator_generic_slsa3.yml@refs/tags/v2',
		],
		[
			'another repository',
			'https://github.com/slsa-framework/other/.github/workflows/delegator_generic_slsa3.yml@refs/tags/v2',
		],
		['another workflow', `${GENERATOR}/generator_generic_slsa3.yml@refs/tags/v2.1.0`],
		['a name that only ends so', `${GENERATOR}/x-delegator_generic_slsa3.yml@refs/tags/v2.1.0`],
		['a folder below', `${GENERATOR}/x/delegator_generic_slsa3.yml@refs/tags/v2.1.0`],
		['a pull request, which anybody can open', `${GENERATOR}/delegator_generic_slsa3.yml@refs/pull/7/merge`],
		["a commit, which may be a fork's", `${GENERATOR}/delegator_generic_slsa3.yml@${COMMIT}`],
	])('%s delegates nothing', async (_what, signer) => {
		const build = form();
		const report = await reportOf({ ...build, signer, extensions: { ...build.extensions, 9: signer } });
		expect(failuresOf(report)).toEqual(['built-by: predicate-builder-differs']);
		expect(report.verdict).toBe('mismatch');
	});

	test.each([
		'',
		'https://github.com/o/r',
		'https://github.com/o/r/.github/workflows/b.yml',
		'https://github.com/o/r/.github/workflows/b.yml@',
		'https://github.com.evil.test/o/r/.github/workflows/b.yml@refs/tags/v1',
		'https://evil.test/https://github.com/o/r/.github/workflows/b.yml@refs/tags/v1',
		'javascript:alert(1)//https://github.com/o/r/.github/workflows/b.yml@refs/tags/v1',
		'https://github.com/o/r/-/runners/1',
	])('the builder "%s" is none that delegates', async (builder) => {
		expect(failuresOf(await reportOf(form({ builder })))).toEqual(['built-by: predicate-builder-differs']);
	});

	test('a commit of its own, checked out by the builder, is not certified and contradicts nothing', async () => {
		const report = await reportOf(form({ checkout: COMMIT }));
		expectConfirmed(report);
		expect(report.identity?.commit).toBe('0123456789abcdef0123456789abcdef01234567');
		// Another repository's is false all the same, and so is one that names the run's ref.
		const place = (predicate: Json) => predicate.materials?.[0] ?? predicate.buildDefinition.resolvedDependencies[0];
		for (const [uri, code] of [
			['git+https://github.com/other/minted', 'predicate-repository-differs'],
			['git+https://github.com/stamp-test/minted@refs/tags/v1.0.0', 'predicate-commit-differs'],
		]) {
			const spoilt = await reportOf(form({ checkout: COMMIT }), (predicate) =>
				Object.assign(place(predicate), { uri }),
			);
			expect(failuresOf(spoilt)).toEqual([`built-by: ${code}`]);
		}
	});
});

test('only a delegator may name a commit that is not certified', async () => {
	for (const build of [githubBuild(), { ...githubBuild(), ...delegatedBuild(), signer: githubBuild().signer }]) {
		const report = await reportOf(
			{ ...build, extensions: githubBuild().extensions },
			({ buildDefinition, runDetails }) => {
				const uri = 'git+https://github.com/stamp-test/minted';
				buildDefinition.resolvedDependencies = [{ uri, digest: { gitCommit: COMMIT } }];
				runDetails.builder.id = 'https://github.com/actions/runner/github-hosted';
			},
		);
		expect(failuresOf(report)).toEqual(['built-by: predicate-commit-differs']);
	}
});

const OTHER = 'f'.repeat(40);
const DEFINITION = 'buildDefinition';
const PARAMETERS = `${DEFINITION}.internalParameters`;
const false_: [path: string, value: unknown, code: FailureCode][] = [
	[
		`${DEFINITION}.resolvedDependencies.0.uri`,
		'git+https://github.com/other/minted@refs/tags/v1.0.0',
		'predicate-repository-differs',
	],
	[
		`${DEFINITION}.resolvedDependencies.0.uri`,
		'git+https://github.com/stamp-test/minted@refs/heads/main',
		'predicate-ref-differs',
	],
	[`${DEFINITION}.resolvedDependencies.0.digest.gitCommit`, OTHER, 'predicate-commit-differs'],
	[`${DEFINITION}.externalParameters.source`, 'git+https://github.com/other/minted', 'predicate-repository-differs'],
	[
		`${DEFINITION}.externalParameters.source`,
		{ uri: 'git+https://github.com/other/minted' },
		'predicate-repository-differs',
	],
	[
		`${DEFINITION}.externalParameters.workflow`,
		{ repository: 'git+https://github.com/other/minted' },
		'predicate-repository-differs',
	],
	[`${DEFINITION}.externalParameters.workflow`, { ref: 'refs/heads/main' }, 'predicate-ref-differs'],
	[`${DEFINITION}.externalParameters.workflow`, { path: '.github/workflows/other.yml' }, 'predicate-workflow-differs'],
	[`${PARAMETERS}.GITHUB_REPOSITORY`, 'other/minted', 'predicate-repository-differs'],
	[`${PARAMETERS}.GITHUB_SHA`, OTHER, 'predicate-commit-differs'],
	[`${PARAMETERS}.GITHUB_REF`, 'refs/heads/main', 'predicate-ref-differs'],
	[
		`${PARAMETERS}.GITHUB_WORKFLOW_REF`,
		'stamp-test/minted/.github/workflows/other.yml@refs/tags/v1.0.0',
		'predicate-workflow-differs',
	],
	[
		`${PARAMETERS}.GITHUB_WORKFLOW_REF`,
		'other/minted/.github/workflows/release.yml@refs/tags/v1.0.0',
		'predicate-workflow-differs',
	],
	[`${PARAMETERS}.GITHUB_EVENT_NAME`, 'workflow_run', 'predicate-trigger-differs'],
	[`${PARAMETERS}.GITHUB_RUN_ID`, '9', 'predicate-run-differs'],
	[`${PARAMETERS}.GITHUB_REPOSITORY_ID`, 9, 'predicate-repository-id-differs'],
	[`${PARAMETERS}.GITHUB_REPOSITORY_OWNER_ID`, '9', 'predicate-owner-id-differs'],
	[
		'runDetails.metadata.invocationId',
		'https://github.com/stamp-test/minted/actions/runs/9/attempts/1',
		'predicate-run-differs',
	],
];
test.each(false_)('what is false stays false: %s = %j', async (path, value, code) => {
	const report = await reportOf(delegatedBuild(), (predicate) => bend(predicate, path, value));
	expect(failuresOf(report)).toEqual([`built-by: ${code}`]);
	expect(report.verdict).toBe('mismatch');
});

test.each([
	[`${DEFINITION}.externalParameters`, {}],
	[`${DEFINITION}.externalParameters.inputs`, undefined],
	[`${DEFINITION}.externalParameters.vars`, ['x']],
	[`${DEFINITION}.externalParameters.workflow`, '.github/workflows/release.yml'],
	[`${DEFINITION}.externalParameters.workflow`, null],
	[`${DEFINITION}.externalParameters.workflow`, { repository: 7, ref: null, path: [] }],
	[
		`${DEFINITION}.externalParameters.workflow`,
		{
			repository: 'git+https://github.com/stamp-test/minted',
			ref: 'refs/tags/v1.0.0',
			path: '.github/workflows/release.yml',
		},
	],
	[`${DEFINITION}.externalParameters.source`, 'git+https://github.com/stamp-test/minted@refs/tags/v1.0.0'],
	[`${DEFINITION}.externalParameters.source`, { uri: 'git+https://github.com/stamp-test/minted' }],
	[`${DEFINITION}.externalParameters.source`, { repository: 'x', digest: 'y' }],
	[`${DEFINITION}.externalParameters.source`, 7],
	[`${DEFINITION}.externalParameters.source`, [null]],
	[PARAMETERS, undefined],
	[PARAMETERS, []],
	[PARAMETERS, 'none'],
	[`${PARAMETERS}.GITHUB_REPOSITORY`, undefined],
	[`${PARAMETERS}.GITHUB_REPOSITORY`, { name: 'x' }],
	[`${PARAMETERS}.GITHUB_RUN_ID`, 3003],
	[`${PARAMETERS}.github`, 'x'],
	[`${DEFINITION}.resolvedDependencies.0.digest.size`, 7],
	[`${DEFINITION}.resolvedDependencies.1`, null],
	[`${DEFINITION}.resolvedDependencies.1`, { uri: 7, digest: null }],
	[
		`${DEFINITION}.resolvedDependencies.1`,
		{ uri: 'git+https://github.com/other/tool@refs/heads/main', digest: { sha1: OTHER } },
	],
	[`${DEFINITION}.resolvedDependencies`, undefined],
	['runDetails.metadata', null],
	['runDetails.metadata.invocationId', 7],
] as [string, unknown][])('what is left out or of another form contradicts nothing: %s = %j', async (path, value) => {
	expectConfirmed(await reportOf(delegatedBuild(), (predicate) => bend(predicate, path, value)));
});

test('repository and commit must be named somewhere', async () => {
	for (const change of [
		({ buildDefinition }: Json) => Object.assign(buildDefinition, { internalParameters: {}, resolvedDependencies: [] }),
		({ buildDefinition }: Json) =>
			Object.assign(buildDefinition, {
				internalParameters: {},
				resolvedDependencies: [{ uri: 'git+https://github.com/stamp-test/minted' }],
			}),
		({ buildDefinition }: Json) =>
			Object.assign(buildDefinition, {
				internalParameters: { GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567' },
				resolvedDependencies: [{ uri: 'oci://registry.test/image', digest: { sha256: 'a'.repeat(64) } }],
			}),
		({ buildDefinition }: Json) => Object.assign(buildDefinition, { externalParameters: 'none' }),
		({ runDetails }: Json) => Object.assign(runDetails, { builder: {} }),
	]) {
		const report = await reportOf(delegatedBuild(), change);
		expect(failuresOf(report)).toEqual(['built-by: predicate-malformed']);
		expect(report.verdict).toBe('mismatch');
	}
});

test("GitHub's own build type names all of its workflow, as npm's does", async () => {
	for (const buildType of [
		'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
		'https://actions.github.io/buildtypes/workflow/v1',
	]) {
		const typed = (change: (workflow: Json) => void) =>
			reportOf(githubBuild(), ({ buildDefinition }) => {
				buildDefinition.buildType = buildType;
				change(buildDefinition.externalParameters.workflow);
			});
		expectConfirmed(await typed(() => undefined));
		for (const field of ['ref', 'repository', 'path'])
			expect(failuresOf(await typed((workflow) => delete workflow[field]))).toEqual(['built-by: predicate-malformed']);
	}
});

const folder = fileURLToPath(new URL('../../../../shared/data/attestations-more/', import.meta.url));
const hasData = existsSync(folder);
if (!hasData)
	console.warn("SKIPPED: two records of slsa-github-generator's delegators, since ../shared/data is absent");

describe.skipIf(!hasData)("real records of slsa-github-generator's delegators", () => {
	test.each(['delegator', 'gradle'])('%s', async (name) => {
		const bundle = JSON.parse(readFileSync(`${folder}slsa-gha_${name}-v2.1.0-byob-v1.bundle.json`, 'utf8'));
		const verified = await verifyBundle(bundle, await embeddedTrustRoot(), 'certificate');
		if (!verified.ok || !('certificate' in verified.value.signer)) throw new Error('not verified');
		const { certificate } = verified.value.signer;
		const [statement, identity] = [parseStatement(verified.value, 'provenance'), identityOf(certificate)];
		if (!statement.ok || !identity.ok) throw new Error('no statement, or no identity');
		const compared = (of = statement.value) =>
			comparePredicate(of, identity.value, certificate.fulcio[18] !== undefined);
		expect(compared()).toBeUndefined();
		expect(identity.value.repository).toBe('https://github.com/slsa-framework/example-package');
		// Every text that names the source, the run or the builder counts.
		const predicate = statement.value.predicate as Json;
		const { GITHUB_EVENT_PAYLOAD: _, ...said } = predicate.buildDefinition.internalParameters;
		const unread = /^GITHUB_(ACTOR_ID|BASE_REF|REF_TYPE|RUN_NUMBER|TRIGGERING_ACTOR_ID|WORKFLOW_SHA)$/;
		for (const [key, value] of Object.entries(said)) {
			const changed = structuredClone(statement.value) as typeof statement.value;
			(changed.predicate as Json).buildDefinition.internalParameters[key] = `0${value}`;
			const { code } = compared(changed) ?? {};
			if (unread.test(key)) expect(code, key).toBeUndefined();
			else expect(code, key).toMatch(/^predicate-.*-differs$/);
		}
		for (const path of [
			'buildDefinition.resolvedDependencies.0.uri',
			'buildDefinition.resolvedDependencies.0.digest.gitCommit',
			'runDetails.metadata.invocationId',
		]) {
			const changed = structuredClone(statement.value) as typeof statement.value;
			bend(changed.predicate, path, `${path.split('.').reduce((inner, key) => inner[key], predicate)}0`);
			expect(compared(changed)?.code, path).toMatch(/^predicate-.*-differs$/);
		}
	});
});
