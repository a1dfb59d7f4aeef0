/** Tests of every check that real records cannot show failing: genuine signatures of a private Sigstore over false things. */
import { beforeAll, describe, expect, test } from 'vitest';
import { inspect } from '../../lib/inspect.ts';
import { createRegistry, type ReleaseRegistry } from '../../lib/registry.ts';
import type { FailureCode, Report } from '../../lib/report.ts';
import { success } from '../../lib/report.ts';
import type { TrustRoot } from '../../lib/sigstore/trust-root.ts';
import { trustIn } from '../fixtures/minted.ts';
import { type Authority, startAuthority } from '../tools/authority.ts';
import {
	type Build,
	githubBuild,
	gitlabBuild,
	mintRelease,
	type ProvenanceOptions,
	type Release,
	type ReleaseOptions,
	type Statement,
} from '../tools/mint.ts';

let authority: Authority;
let trust: TrustRoot;

beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

/** The walk over a minted release; its manifest is parsed at the door as the registry's would be. */
async function reportOf(release: Release, root: TrustRoot = trust): Promise<Report> {
	const parsed = await manifestOf(release);
	const registry: ReleaseRegistry = {
		fetchManifest: async () => parsed,
		fetchAttestations: async () => success(release.attestations),
		fetchPackument: async () => success({}),
	};
	const spec = { name: release.name, selector: release.version, kind: 'version' } as const;
	return (await inspect(spec, { registry, trust: root, now: () => new Date('2026-11-23T00:00:00Z') })).report;
}

async function manifestOf(release: Release): ReturnType<ReleaseRegistry['fetchManifest']> {
	const real = globalThis.fetch;
	globalThis.fetch = async () => new Response(JSON.stringify(release.manifest));
	try {
		return await createRegistry().fetchManifest({ name: release.name, selector: release.version, kind: 'version' });
	} finally {
		globalThis.fetch = real;
	}
}

const minted = async (options: ReleaseOptions = {}) => reportOf(await mintRelease(authority, options));
const provenance = (options: ProvenanceOptions) => minted({ provenance: options });
const statement = (change: (statement: Statement) => void) => provenance({ statement: change });
const extensions = (changed: Record<number, string | undefined>) => provenance({ extensions: changed });

/** What other failures bring with them: a step not reached, and no signed time for the registry's signature. */
const NOT_THE_CAUSE = new Set<FailureCode>(['not-reached', 'publish-time-unknown']);

/** `claim: code` of everything that does not stand by itself. */
function failures(report: Report): string[] {
	return report.claims.flatMap((claim) =>
		'failure' in claim && !NOT_THE_CAUSE.has(claim.failure.code) ? [`${claim.id}: ${claim.failure.code}`] : [],
	);
}

test('what is minted is confirmed, every proof of it', async () => {
	const report = await minted();
	expect(failures(report)).toEqual([]);
	expect(report.verdict).toBe('confirmed');
	expect(report.claims.slice(0, 6).map(({ standing }) => standing)).toEqual(Array(6).fill('proved'));
	expect(report.identity).toMatchObject({ repositoryId: '1001', ownerId: '2002', runner: 'github-hosted' });
	expect(report.trustRoot).toMatchObject({ source: 'custom', version: 'minted' });
});

test('against the public trust root, the private one is unknown, not false', async () => {
	const { embeddedTrustRoot } = await import('../../lib/sigstore/trust-root.ts');
	const report = await reportOf(await mintRelease(authority), await embeddedTrustRoot());
	expect(report.verdict).toBe('unknown');
	expect(failures(report)).toContain('signed-by-build: not-in-trust-root');
});

const UUID = '01234567-89ab-cdef-0123-456789abcdef';
const refutes: [what: string, expected: string, make: () => Promise<Report>][] = [
	[
		'leaf not for code signing',
		'signed-by-build: certificate-not-code-signing',
		() => provenance({ codeSigning: false }),
	],
	[
		'unknown critical extension',
		'signed-by-build: certificate-extension-critical',
		() => provenance({ criticalExtension: '1.3.6.1.4.1.99999.1' }),
	],
	['expired leaf', 'signed-by-build: certificate-not-valid-then', () => provenance({ certificateAge: 11 })],
	[
		'second subject',
		'file-matches: subject-count-wrong',
		() => statement(({ subject }) => subject.push({ name: 'pkg:npm/other@1.0.0', digest: { sha512: '00' } })),
	],
	[
		'the same subject twice',
		'file-matches: subject-count-wrong',
		() => statement(({ subject }) => subject.push(...structuredClone(subject))),
	],
	[
		'no subject',
		'file-matches: subject-count-wrong',
		() =>
			statement((said) => {
				said.subject = [];
			}),
	],
	[
		'another name',
		'file-matches: subject-name-differs',
		() => statement(({ subject }) => Object.assign(subject[0] ?? {}, { name: 'pkg:npm/minted@1.0.1' })),
	],
	[
		'name in capitals',
		'file-matches: subject-name-differs',
		() => statement(({ subject }) => Object.assign(subject[0] ?? {}, { name: 'pkg:npm/Minted@1.0.0' })),
	],
	[
		'name with qualifiers',
		'file-matches: subject-name-differs',
		() => statement(({ subject }) => Object.assign(subject[0] ?? {}, { name: 'pkg:npm/minted@1.0.0?x=y' })),
	],
	[
		'sha1 only',
		'file-matches: subject-digest-missing',
		() =>
			statement(({ subject }) =>
				Object.assign(subject[0] ?? {}, { digest: { sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' } }),
			),
	],
	[
		'another digest',
		'file-matches: subject-digest-differs',
		() => statement(({ subject }) => Object.assign(subject[0] ?? {}, { digest: { sha512: 'ab'.repeat(64) } })),
	],
	[
		'digest in capitals',
		'file-matches: subject-digest-differs',
		() =>
			statement(({ subject }) =>
				Object.assign(subject[0] ?? {}, { digest: { sha512: subject[0]?.digest.sha512?.toUpperCase() } }),
			),
	],
	[
		'statement whose subject is no list',
		'signed-by-build: statement-malformed',
		() =>
			statement((said) => {
				said.subject = 'pkg:npm/minted@1.0.0' as never;
			}),
	],
	[
		'predicate without a build',
		'built-by: predicate-malformed',
		() =>
			statement((said) => {
				said.predicate = {};
			}),
	],
	[
		'predicate without a commit',
		'built-by: predicate-malformed',
		() =>
			statement(({ predicate }) => {
				predicate.buildDefinition.resolvedDependencies = [];
			}),
	],
	[
		'repository',
		'built-by: predicate-repository-differs',
		() => extensions({ 12: 'https://github.com/other/minted', 5: 'other/minted' }),
	],
	['commit', 'built-by: predicate-commit-differs', () => extensions({ 13: 'f'.repeat(40), 3: 'f'.repeat(40) })],
	['ref', 'built-by: predicate-ref-differs', () => extensions({ 14: 'refs/heads/main', 6: 'refs/heads/main' })],
	[
		'workflow',
		'built-by: predicate-workflow-differs',
		() => extensions({ 18: 'https://github.com/stamp-test/minted/.github/workflows/other.yml@refs/tags/v1.0.0' }),
	],
	[
		'trigger',
		'built-by: predicate-trigger-differs',
		() => extensions({ 20: 'pull_request_target', 2: 'pull_request_target' }),
	],
	[
		'run',
		'built-by: predicate-run-differs',
		() => extensions({ 21: 'https://github.com/stamp-test/minted/actions/runs/9/attempts/1' }),
	],
	[
		'self-hosted runner under a hosted builder',
		'built-by: predicate-runner-differs',
		() => extensions({ 11: 'self-hosted' }),
	],
	['repository id', 'built-by: predicate-repository-id-differs', () => extensions({ 15: '9009' })],
	['owner id', 'built-by: predicate-owner-id-differs', () => extensions({ 17: '9009' })],
	[
		'builder that nobody bears out',
		'built-by: predicate-builder-differs',
		() =>
			statement(({ predicate }) => {
				predicate.runDetails.builder.id = 'https://github.com/other/builder/.github/workflows/build.yml@v1';
			}),
	],
	[
		'signer that is not the build signer',
		'built-by: identity-name-differs',
		() => extensions({ 9: 'https://github.com/stamp-test/minted/.github/workflows/other.yml@refs/tags/v1.0.0' }),
	],
	['old extension against new', 'built-by: identity-name-differs', () => extensions({ 5: 'other/minted' })],
	[
		'signer of no workflow',
		'built-by: identity-name-differs',
		() => provenance({ build: { ...githubBuild(), signer: 'https://github.com/stamp-test/minted' } }),
	],
	[
		'publish names another version',
		'registry-received: publish-names-another-release',
		() =>
			minted({
				publish: {
					statement: ({ predicate }) => {
						predicate.version = '1.0.1';
					},
				},
			}),
	],
	[
		'publish names another package',
		'registry-received: publish-names-another-release',
		() =>
			minted({
				publish: {
					statement: ({ predicate }) => {
						predicate.name = 'other';
					},
				},
			}),
	],
	[
		'publish names another registry',
		'registry-received: publish-names-another-registry',
		() =>
			minted({
				publish: {
					statement: ({ predicate }) => {
						predicate.registry = 'https://registry.example';
					},
				},
			}),
	],
	[
		'publish without a predicate',
		'registry-received: predicate-malformed',
		() =>
			minted({
				publish: {
					statement: (said) => {
						said.predicate = null;
					},
				},
			}),
	],
	[
		'publish speaks of another file',
		'registry-received: subject-digest-differs',
		() =>
			minted({
				publish: {
					statement: ({ subject }) => Object.assign(subject[0] ?? {}, { digest: { sha512: '00'.repeat(64) } }),
				},
			}),
	],
];

describe('refuted, though genuinely signed', () => {
	test.each(refutes)('%s -> %s', async (_what, expected, make) => {
		const report = await make();
		expect(failures(report)).toEqual([expected]);
		expect(report.verdict).toBe('mismatch');
		const claim = report.claims.find(({ id }) => expected.startsWith(`${id}:`));
		expect(claim?.standing).toBe('refuted');
	});
});

describe('unknown: not for us to say', () => {
	const cases: [what: string, code: FailureCode, make: () => Promise<Report>][] = [
		[
			'issuer that is no build service',
			'issuer-not-listed',
			() => extensions({ 1: 'https://accounts.example', 8: 'https://accounts.example' }),
		],
		[
			'issuer that only begins like one',
			'issuer-not-listed',
			() => extensions({ 1: 'https://gitlab.com.example', 8: 'https://gitlab.com.example' }),
		],
		[
			'issuer that only contains one',
			'issuer-not-listed',
			() => extensions({ 1: undefined, 8: 'https://evil.example/https://token.actions.githubusercontent.com' }),
		],
		[
			'statement of an unknown type',
			'unsupported-statement',
			() =>
				statement((said) => {
					said._type = 'https://in-toto.io/Statement/v2';
				}),
		],
		['certificate without repository', 'identity-incomplete', () => extensions({ 5: undefined, 12: undefined })],
	];
	test.each(cases)('%s -> %s', async (_what, code, make) => {
		const report = await make();
		expect(failures(report).map((failure) => failure.split(': ')[1])).toEqual([code]);
		expect(report.verdict).toBe('unknown');
	});
});

describe('confirmed, with what is worth noticing', () => {
	const confirmed = async (build: Build, more: ProvenanceOptions = {}) => {
		const report = await provenance({ build, ...more });
		expect(failures(report)).toEqual([]);
		expect(report.verdict).toBe('confirmed');
		// That the trust root is not the public one is told of every minted release.
		const [found, of] = [report.findings.map(({ code }) => code), 'custom-trust-root'];
		expect(found).toContain(of);
		return { identity: report.identity, found: found.filter((code) => code !== of) };
	};
	test("a reusable signer of another owner: both are shown, equality isn't asked for", async () => {
		const { identity, found } = await confirmed(
			githubBuild({ reusable: 'elsewhere/builders/.github/workflows/publish.yml@refs/tags/v2' }),
		);
		expect(identity).toMatchObject({
			workflow: '.github/workflows/release.yml',
			signer: 'https://github.com/elsewhere/builders/.github/workflows/publish.yml@refs/tags/v2',
		});
		expect(found).toEqual(['signer-elsewhere']);
	});
	test('a reusable signer of the same owner', async () => {
		const { found } = await confirmed(
			githubBuild({ reusable: 'stamp-test/builders/.github/workflows/publish.yml@refs/heads/main' }),
		);
		expect(found).toEqual([]);
	});
	test('self-hosted, said on both sides', async () => {
		const { found } = await confirmed(githubBuild({ runner: 'self-hosted' }));
		expect(found).toEqual(['self-hosted-runner']);
	});
	test('a run that strangers can start, from a pull request', async () => {
		const { found } = await confirmed(githubBuild({ trigger: 'pull_request_target', ref: 'refs/pull/7/merge' }));
		expect(found).toEqual(['open-trigger', 'pull-request-ref']);
	});
	test('a deployment environment', async () => {
		const { identity } = await confirmed(githubBuild({ environment: 'npm' }));
		expect(identity?.environment).toBe('npm');
	});
	test('GitLab', async () => {
		const { identity } = await confirmed(gitlabBuild());
		expect(identity).toMatchObject({
			issuer: 'https://gitlab.com',
			repository: 'https://gitlab.com/stamp-test/minted',
			workflow: '.gitlab-ci.yml',
			runner: 'gitlab-hosted',
		});
	});
	test("an enterprise's own issuer of GitHub", async () => {
		const issuer = 'https://token.actions.githubusercontent.com/example-corp';
		const { identity } = await confirmed(githubBuild(), { extensions: { 1: issuer, 8: issuer } });
		expect(identity?.issuer).toBe(issuer);
	});
	test('certificates of early 2023: extensions 1 to 6 only', async () => {
		const bare = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [index + 8, undefined]));
		const { identity } = await confirmed(githubBuild(), { extensions: bare });
		expect(identity).toMatchObject({
			repository: 'https://github.com/stamp-test/minted',
			workflow: '.github/workflows/release.yml',
		});
		expect(identity?.repositoryId).toBeUndefined();
	});
	test('the same with a reusable workflow: the build file is then nowhere certified', async () => {
		const bare = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [index + 8, undefined]));
		const { found } = await confirmed(
			githubBuild({ reusable: 'elsewhere/builders/.github/workflows/publish.yml@refs/tags/v2' }),
			{ extensions: bare },
		);
		expect(found).toEqual(['signer-elsewhere']);
	});
	test.each(['0.1', '0.2', '0.3'] as const)('bundle version %s, both kinds of log entry', async (bundleVersion) => {
		for (const logKind of ['dsse', 'intoto'] as const) await confirmed(githubBuild(), { bundleVersion, logKind });
	});
	test('a circle of its own', async () => {
		const issuer = `https://oidc.circleci.com/org/${UUID}`;
		const signer = `https://circleci.com/api/v2/projects/${UUID}/pipeline-definitions/${UUID}`;
		const report = await provenance({
			build: { ...githubBuild(), signer },
			extensions: { 1: issuer, 8: issuer, 9: signer },
		});
		expect(report.identity?.issuer ?? failures(report)).toBe(issuer);
	});
});

describe('integrity that is not one SHA-512', () => {
	const served = async (integrity: unknown): Promise<Report> => {
		const release = await mintRelease(authority);
		release.manifest.dist.integrity = integrity;
		return reportOf(release);
	};
	test('several hashes would let an installer take any', async () => {
		const release = await mintRelease(authority);
		const report = await served(`${release.manifest.dist.integrity} sha512-${'A'.repeat(86)}==`);
		expect(failures(report)).toContain('file-matches: unsupported-integrity');
		expect(report.verdict).not.toBe('confirmed');
	});
	test('sha1 only, none at all', async () => {
		expect(failures(await served('sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk='))).toContain(
			'file-matches: unsupported-integrity',
		);
		expect(failures(await served(undefined))).toContain('file-matches: integrity-missing');
	});
});

describe('log and time', () => {
	const tampered = async (change: (entry: Record<string, unknown>) => void): Promise<Report> => {
		const release = await mintRelease(authority);
		const bundle = release.attestations?.attestations.find(({ predicateType }) =>
			predicateType.includes('slsa'),
		)?.bundle;
		change(bundle?.verificationMaterial.tlogEntries[0] as unknown as Record<string, unknown>);
		return reportOf(release);
	};
	test('no promise: the time is unsigned', async () => {
		expect(
			failures(
				await tampered((entry) => {
					delete entry.inclusionPromise;
				}),
			),
		).toEqual(['signed-by-build: time-unsigned']);
	});
	test('log entry of another certificate', async () => {
		const [one, other] = [await mintRelease(authority), await mintRelease(authority)];
		const bundleOf = (release: Release) =>
			release.attestations?.attestations.find(({ predicateType }) => predicateType.includes('slsa'))?.bundle;
		const entries = bundleOf(other)?.verificationMaterial.tlogEntries;
		const bundle = bundleOf(one);
		if (bundle && entries) bundle.verificationMaterial.tlogEntries = entries;
		const report = await reportOf(one);
		expect(report.verdict).toBe('mismatch');
		expect(failures(report)).toEqual(['logged: log-entry-of-another-signature']);
	});
	test('an entry twice', async () => {
		const release = await mintRelease(authority);
		for (const { bundle } of release.attestations?.attestations ?? [])
			bundle.verificationMaterial.tlogEntries.push(...structuredClone(bundle.verificationMaterial.tlogEntries));
		const report = await reportOf(release);
		expect(report.verdict).toBe('mismatch');
	});
});

test('a thousand attestations are refused at the door', async () => {
	const release = await mintRelease(authority);
	const [first] = release.attestations?.attestations ?? [];
	if (first && release.attestations) release.attestations.attestations = Array(1000).fill(first);
	const report = await reportOf(release);
	expect(failures(report)).toContain('file-matches: wrong-shape');
	expect(report.verdict).toBe('unknown');
});

test('a statement of ten thousand subjects ends soon and false', async () => {
	const report = await statement((said) => {
		said.subject = Array.from({ length: 10_000 }, (_, index) => ({
			name: `pkg:npm/x@${index}.0.0`,
			digest: { sha512: '00' },
		}));
	});
	expect(failures(report)).toEqual(['file-matches: subject-count-wrong']);
});
