/** Tests of every check that real records cannot show failing: genuine signatures of a private Sigstore over false things. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { FailureCode } from '../../../lib/report/failures.ts';
import type { Report } from '../../../lib/report/report.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { failuresOf, provenanceOf, reportOn, trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority, withRegistryKey } from '../../support/authority.ts';
import { generateKeys, type KeyPair, pem, x509 } from '../../support/certificate.ts';
import {
	type Build,
	githubBuild,
	githubBuildV02,
	gitlabBuild,
	gitlabBuildV1,
	mintRelease,
	type ProvenanceOptions,
	type Release,
	type ReleaseOptions,
	type Statement,
} from '../../support/mint.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests spoil any part of it
type Json = any;

let authority: Authority;
let trust: TrustRoot;

beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

const reportOf = (release: Release, root: TrustRoot = trust) => reportOn(release, root);
const minted = async (options: ReleaseOptions = {}) => reportOf(await mintRelease(authority, options));
const provenance = (options: ProvenanceOptions) => minted({ provenance: options });
const statement = (change: (statement: Statement) => void) => provenance({ statement: change });
/** An extension in the place of the one of its kind, or besides the others. */
const replaced = (extension: x509.Extension) =>
	provenance({ changeExtensions: (given) => [...given.filter(({ type }) => type !== extension.type), extension] });

/** Puts a value into the place that a path names. */
function bend(json: Json, path: string, value: unknown): void {
	const keys = path.split('.');
	const last = keys.pop() ?? '';
	let place = json;
	for (const key of keys) place = place[key];
	place[last] = value;
}

/** Has the log record another certificate than the one that signed. */
// biome-ignore lint/suspicious/noExplicitAny: entries of three kinds
function replaceSigner({ spec }: any, der: Buffer): void {
	const encoded = Buffer.from(pem('CERTIFICATE', der)).toString('base64');
	if (spec.content) spec.content.envelope.signatures[0].publicKey = encoded;
	else if (spec.dsseV002)
		spec.dsseV002.signatures[0].verifier = {
			keyDetails: 'PKIX_ECDSA_P384_SHA_384',
			x509Certificate: { rawBytes: der.toString('base64') },
		};
	else spec.signatures[0].verifier = encoded;
}
const extensions = (changed: Record<number, string | undefined>) => provenance({ extensions: changed });

const failures = failuresOf;
const DELEGATOR = 'https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0';

test('what is minted is confirmed, every proof of it', async () => {
	const report = await minted();
	expect(failures(report)).toEqual([]);
	expect(report.verdict).toBe('confirmed');
	expect(report.claims.slice(0, 6).map(({ standing }) => standing)).toEqual(Array(6).fill('proved'));
	expect(report.identity).toMatchObject({ repositoryId: '1001', ownerId: '2002', runner: 'github-hosted' });
	expect(report.trustRoot).toMatchObject({ source: 'custom', version: 'minted' });
});

test('against the public trust root, the private one is unknown, not false', async () => {
	const { embeddedTrustRoot } = await import('../../../lib/sigstore/trust-root.ts');
	const report = await reportOf(await mintRelease(authority), await embeddedTrustRoot());
	expect(report.verdict).toBe('unknown');
	expect(failures(report)).toContain('signed-by-build: not-in-trust-root');
});

const UUID = '01234567-89ab-cdef-0122-456789abcdef';
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
	['leaf not yet valid', 'signed-by-build: certificate-not-valid-then', () => provenance({ certificateAge: -1 })],
	[
		'leaf for something else than code signing',
		'signed-by-build: certificate-not-code-signing',
		() => replaced(new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.timeStamping])),
	],
	[
		'leaf whose key is not for signatures',
		'signed-by-build: certificate-not-code-signing',
		() => replaced(new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyAgreement, true)),
	],
	[
		'leaf that is an authority itself',
		'signed-by-build: certificate-not-code-signing',
		() => replaced(new x509.BasicConstraintsExtension(true, undefined, true)),
	],
	['no SCT', 'signed-by-build: certificate-sct-invalid', () => provenance({ sct: false })],
	['SCT of a wrong signature', 'signed-by-build: certificate-sct-invalid', () => provenance({ sct: 'wrong' })],
	[
		'two names',
		'signed-by-build: certificate-malformed',
		() =>
			replaced(
				new x509.SubjectAlternativeNameExtension([
					{ type: 'url', value: githubBuild().signer },
					{ type: 'url', value: 'https://github.com/other/other/.github/workflows/release.yml@refs/heads/main' },
				]),
			),
	],
	[
		'a name of another kind',
		'signed-by-build: certificate-malformed',
		() => replaced(new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'github.com' }])),
	],
	[
		// sigstore-js reads names with the eighth bit dropped: this one would read as the right one.
		'a name in other letters',
		'signed-by-build: certificate-malformed',
		() => {
			const name = Buffer.from(githubBuild().signer);
			name[name.length - 1] = (name.at(-1) ?? 0) | 0x80;
			const value = Buffer.concat([Buffer.from([0x30, name.length + 2, 0x86, name.length]), name]);
			return replaced(new x509.Extension('2.5.29.17', true, new Uint8Array(value)));
		},
	],
	[
		'an extension twice',
		'signed-by-build: certificate-malformed',
		() =>
			provenance({
				changeExtensions: (given) => [...given, ...given.filter(({ type }) => type.endsWith('57264.1.12'))],
			}),
	],
	[
		'an extension that is no text',
		'signed-by-build: certificate-malformed',
		() => replaced(new x509.Extension('1.3.6.1.4.1.57264.1.15', false, new Uint8Array([0x02, 1, 7]))),
	],
	['payload of another type', 'signed-by-build: payload-type-wrong', () => provenance({ payloadType: 'text/plain' })],
	[
		'a predicate that is not of its type',
		'built-by: predicate-malformed',
		() =>
			statement((said) => {
				said.predicateType = 'https://slsa.dev/provenance/v0.2';
			}),
	],
	[
		'statement nested without end',
		'signed-by-build: statement-malformed',
		() =>
			statement(({ predicate }) => {
				let inner: unknown = 1;
				for (let depth = 0; depth < 2000; depth += 1) inner = [inner];
				predicate.deep = inner;
			}),
	],
	...(['dsse', 'intoto', 'rekor-v2'] as const).flatMap((logKind): typeof refutes => [
		[
			`log entry of another certificate (${logKind})`,
			'logged: log-entry-of-another-signer',
			() => provenance({ logKind, entry: (entry) => replaceSigner(entry, authority.chain[0] as Buffer) }),
		],
		[
			`log entry of another payload (${logKind})`,
			'logged: log-entry-of-another-signature',
			() =>
				provenance({
					logKind,
					entry: ({ spec }) => {
						const { payloadHash } = spec.content ?? spec.dsseV002 ?? spec;
						if (payloadHash.value) payloadHash.value = 'ab'.repeat(32);
						else payloadHash.digest = Buffer.alloc(32, 7).toString('base64');
					},
				}),
		],
		[
			`publish attestation in the log under another key (${logKind})`,
			'registry-received: log-entry-of-another-signer',
			() =>
				minted({
					publish: {
						logKind,
						...(logKind === 'rekor-v2' && { bundleVersion: '0.3' }),
						entry: (entry) => replaceSigner(entry, authority.chain[0] as Buffer),
					},
				}),
		],
	]),
	[
		'a material of another repository',
		'built-by: predicate-repository-differs',
		() =>
			statement(({ predicate }) => {
				predicate.buildDefinition.resolvedDependencies[0].uri = 'git+https://github.com/other/minted@refs/tags/v1.0.0';
			}),
	],
	[
		"provenance that npm's key signed, beside one that a certificate signed",
		'signed-by-build: attestation-duplicated',
		() =>
			minted({
				publish: {
					label: 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1',
					statement: (said) => {
						said.predicateType = 'https://slsa.dev/provenance/v1';
					},
				},
			}),
	],
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
	...(
		[
			[1, 'https://gitlab.com'],
			[2, 'pull_request_target'],
			[3, 'f'.repeat(40)],
			[5, 'other/minted'],
			[6, 'refs/heads/main'],
		] as const
	).map(([number, other]): (typeof refutes)[number] => [
		`old extension ${number} against the new one`,
		'built-by: identity-name-differs',
		() => extensions({ [number]: other }),
	]),
	[
		'signer of no workflow',
		'built-by: identity-name-differs',
		() => provenance({ build: { ...githubBuild(), signer: 'https://github.com/stamp-test/minted' } }),
	],
	...[
		'https://github.com/stamp-test/minted',
		'https://evil.test/https://github.com/stamp-test/minted/.github/workflows/release.yml@refs/tags/v1.0.0',
		'https://github.com.evil.test/stamp-test/minted/.github/workflows/release.yml@refs/tags/v1.0.0',
		'http://github.com/stamp-test/minted/.github/workflows/release.yml@refs/tags/v1.0.0',
		'https://github.com/stamp-test/minted/workflows/release.yml@refs/tags/v1.0.0',
		'https://github.com/stamp-test/minted/.github/workflows/release.yml',
		'https://gitlab.com/stamp-test/minted//.gitlab-ci.yml@refs/heads/main',
	].map((signer): (typeof refutes)[number] => [
		`name ${signer} under GitHub's issuer, the build signer alike`,
		'built-by: identity-name-differs',
		() => provenance({ build: { ...githubBuild(), signer }, extensions: { 9: signer } }),
	]),
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

describe('the same of SLSA v0.2 and of GitLab, field by field', () => {
	// biome-ignore lint/suspicious/noExplicitAny: a predicate to be bent
	const cases: [what: string, code: FailureCode, build: () => Build, change: (predicate: any) => void][] = [
		[
			'repository',
			'predicate-repository-differs',
			githubBuildV02,
			({ invocation }) => {
				invocation.configSource.uri = 'git+https://github.com/other/minted@refs/tags/v1.0.0';
			},
		],
		[
			'repository of the material',
			'predicate-repository-differs',
			githubBuildV02,
			({ materials }) => {
				materials[0].uri = 'git+https://github.com/other/minted@refs/tags/v1.0.0';
			},
		],
		[
			'commit',
			'predicate-commit-differs',
			githubBuildV02,
			({ invocation }) => {
				invocation.configSource.digest = { sha1: 'f'.repeat(40) };
			},
		],
		[
			'commit of the material',
			'predicate-commit-differs',
			githubBuildV02,
			({ materials }) => {
				materials[0].digest = { sha1: 'f'.repeat(40) };
			},
		],
		[
			'ref',
			'predicate-ref-differs',
			githubBuildV02,
			({ invocation }) => {
				invocation.configSource.uri = invocation.configSource.uri.replace('tags/v1.0.0', 'heads/main');
			},
		],
		[
			'workflow',
			'predicate-workflow-differs',
			githubBuildV02,
			({ invocation }) => {
				invocation.configSource.entryPoint = '.github/workflows/other.yml';
			},
		],
		[
			'trigger',
			'predicate-trigger-differs',
			githubBuildV02,
			({ invocation }) => {
				invocation.environment.GITHUB_EVENT_NAME = 'workflow_run';
			},
		],
		[
			'run',
			'predicate-run-differs',
			githubBuildV02,
			({ invocation }) => {
				invocation.environment.GITHUB_RUN_ID = '9';
			},
		],
		[
			'repository id',
			'predicate-repository-id-differs',
			githubBuildV02,
			({ invocation }) => {
				invocation.environment.GITHUB_REPOSITORY_ID = '9';
			},
		],
		[
			'owner id',
			'predicate-owner-id-differs',
			githubBuildV02,
			({ invocation }) => {
				invocation.environment.GITHUB_REPOSITORY_OWNER_ID = '9';
			},
		],
		[
			'builder',
			'predicate-builder-differs',
			githubBuildV02,
			({ builder }) => {
				builder.id = 'https://github.com/npm/cli@10.0.0';
			},
		],
		[
			"GitLab's repository",
			'predicate-repository-differs',
			gitlabBuild,
			({ invocation }) => {
				invocation.configSource.uri = 'git+https://gitlab.com/other/minted';
			},
		],
		[
			"GitLab's commit",
			'predicate-commit-differs',
			gitlabBuild,
			({ materials }) => {
				materials[0].digest.sha1 = 'f'.repeat(40);
			},
		],
		[
			"GitLab's commit, in the materials alone",
			'predicate-commit-differs',
			gitlabBuild,
			({ invocation, materials }) => {
				delete invocation.configSource.digest;
				materials[0].digest.sha1 = 'f'.repeat(40);
			},
		],
		[
			"GitLab's runner, of another project",
			'predicate-builder-differs',
			gitlabBuild,
			({ builder }) => {
				builder.id = 'https://gitlab.com/other/minted/-/runners/1';
			},
		],
		[
			"GitLab's runner, of a project that only begins alike",
			'predicate-builder-differs',
			gitlabBuild,
			({ builder }) => {
				builder.id = 'https://gitlab.com/stamp-test/minted-too/-/runners/1';
			},
		],
		[
			"GitLab's repository, SLSA v1",
			'predicate-repository-differs',
			gitlabBuildV1,
			({ buildDefinition }) => {
				buildDefinition.externalParameters.source = 'https://gitlab.com/other/minted';
			},
		],
		[
			"GitLab's material, SLSA v1",
			'predicate-repository-differs',
			gitlabBuildV1,
			({ buildDefinition }) => {
				buildDefinition.resolvedDependencies[0].uri = 'https://gitlab.com/other/minted';
			},
		],
		[
			"GitLab's commit, SLSA v1",
			'predicate-commit-differs',
			gitlabBuildV1,
			({ buildDefinition }) => {
				buildDefinition.resolvedDependencies[0].digest = { sha256: 'f'.repeat(40) };
			},
		],
		[
			"GitLab's runner of another project, SLSA v1",
			'predicate-builder-differs',
			gitlabBuildV1,
			({ runDetails }) => {
				runDetails.builder.id = 'https://gitlab.com/other/minted/-/runners/1';
			},
		],
		[
			'repository of the material, behind an image',
			'predicate-repository-differs',
			githubBuildV02,
			({ materials }) => {
				materials[0].uri = 'git+https://github.com/other/minted@refs/tags/v1.0.0';
				materials.unshift({ uri: 'oci://registry.example/build', digest: { sha256: 'a'.repeat(64) } });
			},
		],
		[
			'commit of the material, behind another repository',
			'predicate-commit-differs',
			githubBuildV02,
			({ materials }) => {
				materials[0].digest = { sha1: 'f'.repeat(40) };
				materials.unshift({ uri: 'git+https://github.com/other/tool', digest: { sha1: 'c'.repeat(40) } });
			},
		],
		[
			"slsa-github-generator's source, SLSA v1",
			'predicate-repository-differs',
			githubBuild,
			({ buildDefinition }) => {
				const source = { uri: 'git+https://github.com/other/minted@refs/tags/v1.0.0' };
				buildDefinition.externalParameters = { inputs: {}, vars: {}, source };
				buildDefinition.buildType = DELEGATOR;
			},
		],
		[
			'no commit at all',
			'predicate-malformed',
			gitlabBuild,
			({ invocation, materials }) => {
				delete invocation.configSource.digest;
				materials.length = 0;
			},
		],
		[
			'no build',
			'predicate-malformed',
			gitlabBuild,
			(predicate) => {
				delete predicate.builder;
			},
		],
	];
	const OTHER = 'f'.repeat(40);
	const tag = 'refs/tags/v1.0.0';
	const bent = (path: string, value: unknown) => (predicate: Json) => bend(predicate, path, value);
	const more: [what: string, code: FailureCode, build: () => Build, path: string, value: unknown][] = [
		[
			'GITHUB_REPOSITORY',
			'predicate-repository-differs',
			githubBuildV02,
			'invocation.environment.GITHUB_REPOSITORY',
			'other/minted',
		],
		['GITHUB_SHA', 'predicate-commit-differs', githubBuildV02, 'invocation.environment.GITHUB_SHA', OTHER],
		['GITHUB_REF', 'predicate-ref-differs', githubBuildV02, 'invocation.environment.GITHUB_REF', 'refs/heads/main'],
		[
			'GITHUB_WORKFLOW_REF',
			'predicate-workflow-differs',
			githubBuildV02,
			'invocation.environment.GITHUB_WORKFLOW_REF',
			`stamp-test/minted/.github/workflows/other.yml@${tag}`,
		],
		[
			"GITHUB_WORKFLOW_REF, another repository's",
			'predicate-workflow-differs',
			githubBuildV02,
			'invocation.environment.GITHUB_WORKFLOW_REF',
			`other/minted/.github/workflows/release.yml@${tag}`,
		],
		[
			'a repository id that is a number',
			'predicate-repository-id-differs',
			githubBuildV02,
			'invocation.environment.GITHUB_REPOSITORY_ID',
			9,
		],
		[
			'an owner id that is a number',
			'predicate-owner-id-differs',
			githubBuildV02,
			'invocation.environment.GITHUB_REPOSITORY_OWNER_ID',
			9,
		],
		[
			"the material's ref",
			'predicate-ref-differs',
			githubBuildV02,
			'materials.0.uri',
			'git+https://github.com/stamp-test/minted@refs/heads/main',
		],
		[
			'the entry point, of another repository',
			'predicate-workflow-differs',
			githubBuildV02,
			'invocation.configSource.entryPoint',
			`other/minted/.github/workflows/release.yml@${tag}`,
		],
		[
			'GitLab: CI_PIPELINE_SOURCE',
			'predicate-trigger-differs',
			gitlabBuild,
			'invocation.parameters.CI_PIPELINE_SOURCE',
			'web',
		],
		[
			'GitLab: CI_COMMIT_REF_NAME',
			'predicate-ref-differs',
			gitlabBuild,
			'invocation.parameters.CI_COMMIT_REF_NAME',
			'other',
		],
		['GitLab: CI_COMMIT_SHA', 'predicate-commit-differs', gitlabBuild, 'invocation.parameters.CI_COMMIT_SHA', OTHER],
		[
			'GitLab: CI_PROJECT_URL',
			'predicate-repository-differs',
			gitlabBuild,
			'invocation.parameters.CI_PROJECT_URL',
			'https://gitlab.com/other/minted',
		],
		[
			'GitLab: CI_PROJECT_ID',
			'predicate-repository-id-differs',
			gitlabBuild,
			'invocation.parameters.CI_PROJECT_ID',
			'9',
		],
		[
			'GitLab: CI_PROJECT_NAMESPACE_ID',
			'predicate-owner-id-differs',
			gitlabBuild,
			'invocation.parameters.CI_PROJECT_NAMESPACE_ID',
			'9',
		],
		[
			'GitLab: CI_JOB_URL',
			'predicate-run-differs',
			gitlabBuild,
			'invocation.parameters.CI_JOB_URL',
			'https://gitlab.com/stamp-test/minted/-/jobs/9',
		],
		[
			"GitLab: the run's address",
			'predicate-run-differs',
			gitlabBuild,
			'metadata.buildInvocationId',
			'https://gitlab.com/stamp-test/minted/-/jobs/9',
		],
		[
			'GitLab: trigger, v1',
			'predicate-trigger-differs',
			gitlabBuildV1,
			'buildDefinition.externalParameters.variables.CI_PIPELINE_SOURCE',
			'web',
		],
		['GitLab: run, v1', 'predicate-run-differs', gitlabBuildV1, 'runDetails.metadata.invocationId', 9],
		['GitLab: run as text, v1', 'predicate-run-differs', gitlabBuildV1, 'runDetails.metadata.invocationId', '9'],
		['GitLab: job, v1', 'predicate-run-differs', gitlabBuildV1, 'buildDefinition.internalParameters.job', 9],
		[
			'GitLab: a runner of GitHub',
			'predicate-builder-differs',
			gitlabBuild,
			'builder.id',
			'https://github.com/actions/runner',
		],
		[
			"the workflow's repository alone",
			'predicate-repository-differs',
			githubBuild,
			'buildDefinition.externalParameters.workflow.repository',
			'https://github.com/other/minted',
		],
		[
			"the workflow's ref alone",
			'predicate-ref-differs',
			githubBuild,
			'buildDefinition.externalParameters.workflow.ref',
			'refs/heads/main',
		],
		[
			'a run by http',
			'predicate-run-differs',
			githubBuild,
			'runDetails.metadata.invocationId',
			'http://github.com/stamp-test/minted/actions/runs/3003/attempts/1',
		],
		[
			"the material's ref, v1",
			'predicate-ref-differs',
			githubBuild,
			'buildDefinition.resolvedDependencies.0.uri',
			'git+https://github.com/stamp-test/minted@refs/heads/main',
		],
		[
			'a source beside the workflow',
			'predicate-repository-differs',
			githubBuild,
			'buildDefinition.externalParameters.source',
			'git+https://github.com/other/minted',
		],
		[
			'a source beside the workflow, of another ref',
			'predicate-ref-differs',
			githubBuild,
			'buildDefinition.externalParameters.source',
			{ uri: 'git+https://github.com/stamp-test/minted@refs/heads/main' },
		],
		[
			'a source beside the workflow, of another commit',
			'predicate-commit-differs',
			githubBuild,
			'buildDefinition.externalParameters.source',
			{ uri: `git+https://github.com/stamp-test/minted@${tag}`, digest: { sha1: OTHER } },
		],
		[
			'a trigger among variables, v1',
			'predicate-trigger-differs',
			githubBuild,
			'buildDefinition.internalParameters.GITHUB_EVENT_NAME',
			'issues',
		],
		[
			'a repository id that is a number, v1',
			'predicate-repository-id-differs',
			githubBuild,
			'buildDefinition.internalParameters.github.repository_id',
			9,
		],
		[
			'an owner id that is a number, v1',
			'predicate-owner-id-differs',
			githubBuild,
			'buildDefinition.internalParameters.github.repository_owner_id',
			9,
		],
		['no workflow, v1', 'predicate-malformed', githubBuild, 'buildDefinition.externalParameters.workflow', undefined],
		['no ref, v1', 'predicate-malformed', githubBuild, 'buildDefinition.externalParameters.workflow.ref', undefined],
		['no path, v1', 'predicate-malformed', githubBuild, 'buildDefinition.externalParameters.workflow.path', undefined],
		[
			"a runner of GitLab's form",
			'predicate-builder-differs',
			githubBuild,
			'runDetails.builder.id',
			'https://github.com/stamp-test/minted/-/runners/1',
		],
		[
			'a workflow of the same repository that signed nothing',
			'predicate-builder-differs',
			githubBuild,
			'runDetails.builder.id',
			`https://github.com/stamp-test/minted/.github/workflows/isolated.yml@${tag}`,
		],
	];
	cases.push(
		...more.map(([what, code, build, path, value]): (typeof cases)[number] => [what, code, build, bent(path, value)]),
		[
			'the entry point, without GITHUB_WORKFLOW_REF',
			'predicate-workflow-differs',
			githubBuildV02,
			({ invocation }) => {
				delete invocation.environment.GITHUB_WORKFLOW_REF;
				invocation.configSource.entryPoint = '.github/workflows/other.yml';
			},
		],
		[
			'a builder that others delegate to, but not this signer',
			'predicate-builder-differs',
			githubBuild,
			({ runDetails }) => {
				runDetails.builder.id =
					'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/builder_nodejs_slsa3.yml@refs/tags/v1.6.0';
			},
		],
	);
	test.each(cases)('%s -> %s', async (_what, code, build, change) => {
		const report = await provenance({ build: build(), statement: ({ predicate }) => change(predicate) });
		expect(failures(report)).toEqual([`built-by: ${code}`]);
		expect(report.verdict).toBe('mismatch');
	});
});

describe('a build file whose name is escaped is no other', () => {
	const escaped = (name: string) => {
		const path = `https://github.com/stamp-test/minted/.github/workflows/${name}@refs/tags/v1.0.0`;
		return { ...githubBuild(), signer: path, extensions: { ...githubBuild().extensions, 9: path, 18: path } };
	};
	test.each([
		['release%2520.yml', 'release .yml'],
		['release%2E.yml', 'release%2E.yml'],
		['a%2Frelease.yml', 'a/release.yml'],
		['a%2frelease.yml', 'a/release.yml'],
		['release.yml%40x', 'release.yml@x'],
		['release%5C.yml', 'release\\.yml'],
		['release%00.yml', 'release\0.yml'],
		['release%FF.yml', 'release\ufffd.yml'],
		['release%2.yml', 'release\u0002.yml'],
	])('%s is not %s', async (certified, said) => {
		const report = await provenance({
			build: escaped(certified),
			statement: ({ predicate }) => {
				predicate.buildDefinition.externalParameters.workflow.path = `.github/workflows/${said}`;
			},
		});
		const isSame = certified === said;
		expect(failures(report)).toEqual(isSame ? [] : ['built-by: predicate-workflow-differs']);
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
		[
			'log entry of an unknown kind',
			'unsupported-log-entry',
			() =>
				provenance({
					entry: (entry) => {
						entry.kind = 'rekord';
					},
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
		// That the trust root is not the public one, and that npm noted no commit, is told of every minted release.
		const [found, always] = [report.findings.map(({ code }) => code), ['custom-trust-root', 'git-head-missing']];
		expect(found).toEqual(expect.arrayContaining(always));
		return { identity: report.identity, found: found.filter((code) => !always.includes(code)) };
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
	test('GitLab, in groups within groups, the commit in the materials alone', async () => {
		const { identity } = await confirmed(gitlabBuild('group/within/minted'), {
			statement: ({ predicate }) => {
				delete predicate.invocation.configSource.digest;
			},
		});
		expect(identity).toMatchObject({
			repository: 'https://gitlab.com/group/within/minted',
			workflow: '.gitlab-ci.yml',
			commit: '89abcdef0123456789abcdef0123456789abcdef',
		});
	});
	test('GitLab, SLSA v1', async () => {
		for (const digest of ['gitCommit', 'sha1', 'sha256'])
			await confirmed(gitlabBuildV1('group/within/minted'), {
				statement: ({ predicate }) => {
					const [material] = predicate.buildDefinition.resolvedDependencies;
					material.digest = { [digest]: material.digest.gitCommit };
				},
			});
	});
	describe('what another builder lists besides the source is not held against the certificate', () => {
		const image = { uri: 'oci://registry.example/build', digest: { sha256: 'a'.repeat(64) } };
		const archive = { uri: 'https://files.example/tool.tgz', digest: { sha256: 'b'.repeat(64) } };
		const further = { uri: 'git+https://github.com/other/tool@refs/heads/main', digest: { sha1: 'c'.repeat(40) } };
		const bare = { name: 'an archive without an address' };
		test.each([
			['an image before it', [image], []],
			['an archive before it', [archive], []],
			['a repository before it', [further], []],
			['all of these, and one without an address, around it', [bare, image], [archive, further]],
		])('%s', async (_what, ahead, behind) => {
			await confirmed(githubBuild(), {
				statement: ({ predicate: { buildDefinition } }) => {
					buildDefinition.resolvedDependencies.unshift(...ahead);
					buildDefinition.resolvedDependencies.push(...behind);
				},
			});
			await confirmed(githubBuildV02(), {
				statement: ({ predicate }) => {
					predicate.materials.unshift(...ahead);
					predicate.materials.push(...behind);
				},
			});
		});
		test('and only that', () =>
			confirmed(githubBuildV02(), {
				statement: ({ predicate }) => {
					predicate.materials = [image];
				},
			}));
		test("slsa-github-generator's source, SLSA v1, an object", () =>
			confirmed(githubBuild(), {
				statement: ({ predicate: { buildDefinition } }) => {
					const [source] = buildDefinition.resolvedDependencies;
					buildDefinition.externalParameters = { inputs: {}, vars: {}, source };
					buildDefinition.buildType = DELEGATOR;
				},
			}));
	});
	test('the builder is the workflow that signed', async () => {
		const build = githubBuild({ workflow: '.github/workflows/build it.yml' });
		await confirmed(build, {
			statement: ({ predicate }) => bend(predicate, 'runDetails.builder.id', build.signer),
		});
		await confirmed(build, {
			statement: ({ predicate }) => bend(predicate, 'runDetails.builder.id', decodeURIComponent(build.signer)),
		});
	});
	test('what is left out, empty or of another kind contradicts nothing', async () => {
		for (const [path, value] of [
			['invocation.environment.GITHUB_REF', ''],
			['invocation.environment.GITHUB_REF', undefined],
			['invocation.environment.GITHUB_REF', {}],
			['invocation.environment.GITHUB_REPOSITORY_ID', 1001],
			['invocation.environment.GITHUB_RUN_ATTEMPT', 1],
			['invocation.configSource.entryPoint', 'sub/dir'],
			['invocation.parameters', 'none'],
			['metadata', { buildInvocationId: '3003-1' }],
			['metadata', 7],
			['materials.0.uri', 'git+https://github.com/stamp-test/minted'],
			['materials.0.uri', 'https://github.com/stamp-test/minted.git@v1'],
		] as const)
			await confirmed(githubBuildV02(), { statement: ({ predicate }) => bend(predicate, path, value) });
		for (const [path, value] of [
			['buildDefinition.internalParameters.github.repository_id', 1001],
			['buildDefinition.internalParameters', undefined],
			['buildDefinition.externalParameters.variables', []],
			['runDetails.metadata.invocationId', '3003-1'],
			['runDetails.metadata', undefined],
		] as const)
			await confirmed(githubBuild(), { statement: ({ predicate }) => bend(predicate, path, value) });
		for (const [path, value] of [
			['invocation.parameters.CI_PIPELINE_SOURCE', ''],
			['invocation.parameters.CI_COMMIT_REF_NAME', undefined],
			['metadata.buildInvocationId', 4004],
		] as const)
			await confirmed(gitlabBuild(), { statement: ({ predicate }) => bend(predicate, path, value) });
		await confirmed(gitlabBuild(), {
			extensions: { 14: 'refs/tags/v1.0.0' },
			statement: ({ predicate }) => bend(predicate, 'invocation.parameters.CI_COMMIT_REF_NAME', 'v1.0.0'),
		});
		// A merge request's branch may have another name in the project that it comes from.
		await confirmed(gitlabBuild(), {
			extensions: { 20: 'merge_request_event' },
			statement: ({ predicate }) =>
				Object.assign(predicate.invocation.parameters, {
					CI_PIPELINE_SOURCE: 'merge_request_event',
					CI_COMMIT_REF_NAME: 'theirs',
				}),
		});
		for (const [path, value] of [
			['buildDefinition.externalParameters.variables', { CI_PIPELINE_SOURCE: '', CI_JOB_URL: '' }],
			['runDetails.metadata.invocationId', '4004'],
			['buildDefinition.internalParameters.job', undefined],
		] as const)
			await confirmed(gitlabBuildV1(), { statement: ({ predicate }) => bend(predicate, path, value) });
	});
	test('GitHub, SLSA v0.2', async () => {
		const { identity } = await confirmed(githubBuildV02());
		expect(identity).toMatchObject({ workflow: '.github/workflows/release.yml', ref: 'refs/tags/v1.0.0' });
	});
	test('Rekor v2: no time in the log, a timestamp beside it', async () => {
		const release = await mintRelease(authority, {
			provenance: { logKind: 'rekor-v2' },
			publish: { logKind: 'rekor-v2', bundleVersion: '0.3' },
		});
		const report = await reportOf(release);
		expect(failures(report)).toEqual([]);
		expect(report.verdict).toBe('confirmed');
		expect(report.claims.slice(0, 6).map(({ standing }) => standing)).toEqual(Array(6).fill('proved'));
	});
	test.each(['npm publish.yml', 'publish (npm).yml', '[release].yml', 'release#1.yml', 'veröffentlichen.yml'])(
		'a build file named %s, which the certificate escapes and npm does not',
		async (name) => {
			const workflow = `.github/workflows/${name}`;
			for (const build of [githubBuild({ workflow }), githubBuildV02({ workflow })]) {
				const { identity } = await confirmed(build);
				expect(identity?.workflow).toBe(workflow);
			}
		},
	);
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

describe('what is genuine, and signed or logged otherwise than we can tell', () => {
	const unknown = (report: Report, ...expected: string[]) => {
		expect(failures(report)).toEqual(expected);
		expect(report.verdict).toBe('unknown');
	};
	const ed25519 = async () => (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as KeyPair;
	test.each([
		['P-384', 'PKIX_ECDSA_P384_SHA_384', () => generateKeys('P-384')],
		['P-384, not stated', undefined, () => generateKeys('P-384')],
		['Ed25519', 'PKIX_ED25519', ed25519],
		['P-256 with another hash, as it says', 'PKIX_ECDSA_P256_SHA_384', () => generateKeys('P-256')],
	])("the registry's key: %s", async (_what, keyDetails, keys) => {
		const other = await withRegistryKey(authority, await keys(), keyDetails);
		const report = await reportOf(await mintRelease(other), await trustIn(other));
		unknown(report, 'registry-received: unsupported-algorithm', 'registry-signed: unsupported-algorithm');
	});
	test("the registry's key: P-256, not stated", async () => {
		const other = await withRegistryKey(authority, await generateKeys('P-256'));
		expect(failures(await reportOf(await mintRelease(other), await trustIn(other)))).toEqual([]);
	});

	test('a leaf of P-384', async () => {
		unknown(await provenance({ curve: 'P-384' }), 'signed-by-build: unsupported-algorithm');
		// Where it signed as sigstore-js asks, it holds.
		expect(failures(await provenance({ curve: 'P-384', digest: 'sha256' }))).toEqual([]);
	});
	test('a leaf of P-384, in a log that we do not know', async () => {
		const release = await mintRelease(authority, { provenance: { curve: 'P-384' }, publish: false });
		const report = await reportOf(release, await trustIn(authority, ({ tlogs }) => tlogs.shift()));
		unknown(report, 'logged: log-not-in-trust-root');
	});
	test('a leaf of P-384 is no excuse for a log entry of another payload', async () => {
		const entry = ({ spec }: Json) => Object.assign(spec.payloadHash, { value: 'ab'.repeat(32) });
		const report = await provenance({ curve: 'P-384', entry });
		expect(failures(report)).toEqual(['logged: log-entry-of-another-signature']);
		expect(report.verdict).toBe('mismatch');
	});

	const kinds: [kind: string, version: string, logKind: 'dsse' | 'intoto' | 'rekor-v2'][] = [
		['dsse', '0.0.3', 'dsse'],
		['dsse', '0.0.3', 'rekor-v2'],
		['intoto', '0.0.1', 'intoto'],
		['intoto', '0.0.3', 'intoto'],
		['hashedrekord', '0.0.3', 'rekor-v2'],
		['dsse', '1.0.0', 'dsse'],
	];
	test.each(kinds)('an entry %s %s (%s)', async (kind, version, logKind) => {
		unknown(
			await provenance({ logKind, entry: (entry) => Object.assign(entry, { kind, apiVersion: version }) }),
			'signed-by-build: unsupported-log-entry',
		);
	});
	test('an entry of a newer form that sigstore-js stumbles over', async () => {
		const entry = (entry: Json) => {
			entry.apiVersion = '0.0.3';
			entry.spec.dsseV002.payloadHash.algorithm = 'SHA4_256';
		};
		unknown(await provenance({ logKind: 'rekor-v2', entry }), 'signed-by-build: unsupported-log-entry');
	});
	test('a newer entry is no excuse for a false signature, nor a label for its entry', async () => {
		const release = await mintRelease(authority, {
			publish: false,
			provenance: { entry: (entry) => Object.assign(entry, { apiVersion: '0.0.3' }) },
		});
		const { dsseEnvelope } = provenanceOf(release);
		dsseEnvelope.payload = Buffer.from('{}').toString('base64');
		expect(failures(await reportOf(release))).toEqual(['signed-by-build: signature-invalid']);
		const labelled = await mintRelease(authority, { publish: false });
		const [entry] = provenanceOf(labelled).verificationMaterial.tlogEntries;
		Object.assign(entry?.kindVersion ?? {}, { version: '0.0.3' });
		expect(failures(await reportOf(labelled))).toEqual(['logged: log-entry-of-another-signature']);
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
	test('publish attestation and provenance of different files contradict each other, whatever the fingerprint', async () => {
		const release = await mintRelease(authority, {
			publish: { statement: ({ subject }) => Object.assign(subject[0] ?? {}, { digest: { sha512: '00'.repeat(64) } }) },
		});
		release.manifest.dist.integrity = `${release.manifest.dist.integrity} sha512-${'A'.repeat(86)}==`;
		const report = await reportOf(release);
		expect(failures(report)).toContain('registry-received: publish-names-another-file');
		expect(report.verdict).toBe('mismatch');
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

describe('whom the trust root holds, and for when', () => {
	const after = { start: '2024-01-01T00:00:00Z', end: '2026-04-30T00:00:00Z' };
	const before = { start: '2026-05-02T00:00:00Z' };
	/** A release of 2026-05-01 under a root in which something had ended the day before, or begins the day after. */
	const under = async (options: ReleaseOptions, change: NonNullable<Parameters<typeof trustIn>[1]>): Promise<Report> =>
		reportOf(await mintRelease(authority, options), await trustIn(authority, change));
	const v2 = { provenance: { logKind: 'rekor-v2' } } as const;

	for (const [when, validFor] of Object.entries({ after, before })) {
		test(`${when} its time: a log that only has checkpoints (Rekor v2)`, async () => {
			const report = await under(v2, ({ tlogs }) => Object.assign(tlogs[1].publicKey, { validFor }));
			expect(failures(report)).toEqual(['logged: log-key-not-valid-then']);
			expect(report.verdict).toBe('mismatch');
		});
		test(`${when} its time: a log that promises`, async () => {
			const report = await under({}, ({ tlogs }) => Object.assign(tlogs[0].publicKey, { validFor }));
			expect(failures(report)).toEqual(['logged: log-key-not-valid-then', 'registry-received: log-key-not-valid-then']);
		});
		test(`${when} its time: the certificate authority`, async () => {
			const report = await under({}, ({ certificateAuthorities: [fulcio] }) => Object.assign(fulcio, { validFor }));
			expect(failures(report)).toEqual(['signed-by-build: certificate-not-valid-then']);
		});
		test(`${when} its time: the certificate log`, async () => {
			const report = await under({}, ({ ctlogs }) => Object.assign(ctlogs[0].publicKey, { validFor }));
			expect(failures(report)).toEqual(['signed-by-build: certificate-sct-invalid']);
		});
		test(`${when} its time: the timestamp authority`, async () => {
			const report = await under(v2, ({ timestampAuthorities: [tsa] }) => Object.assign(tsa, { validFor }));
			expect(failures(report)).toEqual(['signed-by-build: timestamp-invalid']);
		});
		test(`${when} its time: npm's key, for each of its uses`, async () => {
			const attests = await under({}, (_root, { keys }) => Object.assign(keys[1].publicKey, { validFor }));
			expect(failures(attests)).toEqual(['registry-received: key-not-valid-then']);
			expect(attests.verdict).toBe('mismatch');
			const signs = await under({}, (_root, { keys }) => Object.assign(keys[0].publicKey, { validFor }));
			expect(failures(signs)).toEqual(['registry-signed: registry-key-not-valid-then']);
			expect(signs.verdict).toBe('mismatch');
		});
	}
	test("npm's key is good for the use it is listed for, and no other", async () => {
		const attests = await under({}, (_root, { keys }) => keys.splice(1, 1));
		expect(failures(attests)).toEqual(['registry-received: not-in-trust-root']);
		expect(attests.verdict).toBe('unknown');
		const signs = await under({}, (_root, { keys }) => keys.splice(0, 1));
		expect(failures(signs)).toEqual(['registry-signed: not-in-trust-root']);
		expect(signs.verdict).toBe('confirmed');
	});
	test('at the earliest of several signed times', async () => {
		const release = await mintRelease(authority, { ...v2, publish: false });
		const { dsseEnvelope, verificationMaterial } = provenanceOf(release);
		const signature = Buffer.from(dsseEnvelope.signatures[0]?.sig ?? '', 'base64');
		const later = authority.timestamp(signature, new Date('2026-05-01T11:59:59Z')).toString('base64');
		const { rfc3161Timestamps } = verificationMaterial.timestampVerificationData as { rfc3161Timestamps: object[] };
		rfc3161Timestamps.unshift({ signedTimestamp: later });
		expect(failures(await reportOf(release))).toEqual([]);
		// Provenance is signed three seconds before publishing.
		const start = '2026-05-01T11:59:58Z';
		const root = await trustIn(authority, ({ tlogs }) => Object.assign(tlogs[1].publicKey, { validFor: { start } }));
		expect(failures(await reportOf(release, root))).toEqual(['logged: log-key-not-valid-then']);
	});
	test('listed once for each of two periods, whoever it is', async () => {
		const twice = (list: Json[], periodOf: (one: Json) => Json) => {
			for (const one of [...list]) {
				const other = structuredClone(one);
				Object.assign(periodOf(one), { validFor: after });
				Object.assign(periodOf(other), { validFor: { start: '2026-04-30T00:00:00Z' } });
				list.push(other);
			}
		};
		const all: Parameters<typeof trustIn>[1] = (
			{ tlogs, ctlogs, certificateAuthorities, timestampAuthorities },
			{ keys },
		) => {
			for (const list of [tlogs, ctlogs, keys]) twice(list, ({ publicKey }) => publicKey);
			for (const list of [certificateAuthorities, timestampAuthorities]) twice(list, (one) => one);
		};
		for (const logKind of ['dsse', 'rekor-v2'] as const) {
			const bundleVersion = '0.3';
			const report = await under({ provenance: { logKind }, publish: { logKind, bundleVersion } }, all);
			expect(failures(report)).toEqual([]);
			expect(report.verdict).toBe('confirmed');
		}
		// What else is wrong is not put down to the period.
		expect(failures(await under({ provenance: { sct: false } }, all))).toEqual([
			'signed-by-build: certificate-sct-invalid',
		]);
		const wrongPromise = await mintRelease(authority, { publish: false });
		const [entry] = provenanceOf(wrongPromise).verificationMaterial.tlogEntries;
		Object.assign(entry ?? {}, { logIndex: '99' });
		expect(failures(await reportOf(wrongPromise, await trustIn(authority, all)))).toEqual([
			'logged: log-promise-invalid',
		]);
	});
	test('the last second of a validity counts', async () => {
		// The publish attestation is signed a second before publishing.
		const end = '2026-05-01T11:59:59Z';
		const report = await under({}, (_root, { keys }) =>
			Object.assign(keys[1].publicKey, { validFor: { ...after, end } }),
		);
		expect(failures(report)).toEqual([]);
	});
});
