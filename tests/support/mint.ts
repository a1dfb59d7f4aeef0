/** Owns made-up npm releases: tarball, manifest and attestations, signed by a private Sigstore instance. */
import { createHash } from 'node:crypto';
import { json as canonical, dsse } from '@sigstore/core';
import { REGISTRY } from '../../lib/npm/hosts.ts';
import { purl } from '../../lib/npm/purl.ts';
import { type Authority, type LeafOptions, type LogEntry, signWith } from './authority.ts';
import { exportSpki, generateKeys, pem } from './certificate.ts';
import { packTarball } from './tarball.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const PUBLISH_TYPE = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';
const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** An in-toto statement, before it is signed. */
export interface Statement {
	_type: string;
	subject: { name: string; digest: Record<string, string> }[];
	predicateType: string;
	// Tests rewrite any part of it.
	// biome-ignore lint/suspicious/noExplicitAny: see above
	predicate: any;
}

/** One attestation as the registry's endpoint lists it. */
export interface Attestation {
	predicateType: string;
	bundle: {
		mediaType: string;
		verificationMaterial: Record<string, unknown> & { tlogEntries: LogEntry[] };
		dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string; keyid: string }[] };
	};
}

/** What a build is: a statement's predicate, and what the build service's certificate says. */
export interface Build {
	predicateType: string;
	statementType: string;
	predicate: unknown;
	/** The certificate's subject alternative name. */
	signer: string;
	/** Fulcio's extensions by number. */
	extensions: Record<number, string | undefined>;
}

/** How an attestation is signed. */
interface SigningOptions {
	/** When it is signed and logged. */
	at: Date;
	/** Changes the statement before it is signed: a genuine signature over something false. */
	statement?: (statement: Statement) => void;
	/** The wrapper's predicate type; by default the statement's own. */
	label?: string;
	/** The envelope's payload type; in-toto's by default. */
	payloadType?: string;
	/** Who signs: by default a workflow's certificate for provenance, and npm's key for the publish attestation. */
	signedWith?: 'certificate' | 'key';
	/** Bundle version; by default the one npm makes today, 0.3 for certificates and 0.2 for keys. */
	bundleVersion?: '0.1' | '0.2' | '0.3';
	/**
	 * Kind of log entry; `dsse` by default, as npm makes today. `rekor-v2` is a log of that kind, with a timestamp beside it; `none` is
	 * a timestamp alone, as GitHub's instance for private repositories makes.
	 */
	logKind?: 'dsse' | 'intoto' | 'rekor-v2' | 'none';
	/** Digits after the second of the timestamp. */
	fraction?: string;
	/** Changes the log's entry before it is logged: a genuine record of something else. */
	// biome-ignore lint/suspicious/noExplicitAny: tests rewrite any part of it
	entry?: (entry: any) => void;
}

/** Provenance: who built it, and what of it deviates. */
export interface ProvenanceOptions extends Partial<SigningOptions> {
	/** By default a run of GitHub Actions. */
	build?: Build;
	/** Extensions that differ from the build's; `undefined` leaves one out. */
	extensions?: Record<number, string | undefined>;
	codeSigning?: boolean;
	criticalExtension?: string;
	changeExtensions?: LeafOptions['changeExtensions'];
	sct?: LeafOptions['sct'];
	/** The curve of the key that signs, and the hash that it signs with: by default P-256, and the curve's own. */
	curve?: 'P-256' | 'P-384';
	digest?: 'sha256' | 'sha384';
	/** Minutes between the certificate's start and the signature; more than 10 is too late. */
	certificateAge?: number;
}

/** A release to be minted. */
export interface ReleaseOptions {
	name?: string;
	version?: string;
	/** Time of publishing; provenance is signed three seconds before, the publish attestation one. */
	publishedAt?: Date;
	/** Files of the tarball besides `package.json`. */
	files?: Record<string, string | Uint8Array>;
	/** Changes the file before it is signed. */
	tarball?: (packed: Buffer) => Buffer;
	/** More fields of `package.json`, which the manifest repeats. */
	packageJson?: Record<string, unknown>;
	/** More fields of the manifest alone, such as `_npmUser`. */
	manifest?: Record<string, unknown>;
	/** `false`: published without. */
	provenance?: ProvenanceOptions | false;
	/** `build` and what follows it count where a certificate signs. */
	publish?: ProvenanceOptions | false;
	/** `false`: without the registry's signature. */
	registrySignature?: boolean;
}

/** A minted release, as the registry would serve it. */
export interface Release {
	name: string;
	version: string;
	/** ISO time, as in the packument's `time`. */
	publishedAt: string;
	tarball?: Buffer;
	manifest: Record<string, unknown> & { dist: Record<string, unknown> };
	/** The answer of the attestations endpoint; absent where the registry has none (404). */
	attestations?: { attestations: Attestation[] };
}

/** A run of GitHub Actions; every field has a made-up default. */
export interface GithubRun {
	repository?: string;
	repositoryId?: string;
	ownerId?: string;
	workflow?: string;
	ref?: string;
	commit?: string;
	trigger?: string;
	runner?: 'github-hosted' | 'self-hosted';
	run?: string;
	environment?: string;
	/** The workflow that signs, where it is not `workflow` itself: a reusable one, as `owner/repository/path@ref`. */
	reusable?: string;
}

/** The build that a run of GitHub Actions attests, SLSA v1. @see https://github.com/npm/cli (libnpmpublish, provenance.js) */
export function githubBuild(run: GithubRun = {}): Build {
	const host = 'https://github.com';
	const {
		repository = `${host}/stamp-test/minted`,
		repositoryId = '1001',
		ownerId = '2002',
		workflow = WORKFLOW,
		ref = 'refs/tags/v1.0.0',
		commit = '0123456789abcdef0123456789abcdef01234567',
		trigger = 'push',
		runner = 'github-hosted',
		run: invocation = `${repository}/actions/runs/3003/attempts/1`,
		environment,
		reusable,
	} = run;
	const slug = repository.slice(host.length + 1);
	const caller = `${repository}/${escapePath(workflow)}@${ref}`;
	const signer = reusable === undefined ? caller : `${host}/${reusable}`;
	return {
		statementType: 'https://in-toto.io/Statement/v1',
		predicateType: 'https://slsa.dev/provenance/v1',
		predicate: {
			buildDefinition: {
				buildType: 'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
				externalParameters: { workflow: { ref, repository, path: workflow } },
				internalParameters: {
					github: { event_name: trigger, repository_id: repositoryId, repository_owner_id: ownerId },
				},
				resolvedDependencies: [{ uri: `git+${repository}@${ref}`, digest: { gitCommit: commit } }],
			},
			runDetails: {
				builder: { id: `${host}/actions/runner/${runner}` },
				metadata: { invocationId: invocation },
			},
		},
		signer,
		extensions: {
			1: GITHUB_ISSUER,
			2: trigger,
			3: commit,
			4: 'Release',
			5: slug,
			6: ref,
			8: GITHUB_ISSUER,
			9: signer,
			10: commit,
			11: runner,
			12: repository,
			13: commit,
			14: ref,
			15: repositoryId,
			16: `${host}/${slug.split('/')[0]}`,
			17: ownerId,
			18: caller,
			19: commit,
			20: trigger,
			21: invocation,
			22: 'public',
			23: environment,
		},
	};
}

const WORKFLOW = '.github/workflows/release.yml';

/** A path as Fulcio, which is written in Go, puts it into an address: as it stands where it may, else all of it escaped. */
function escapePath(path: string): string {
	if (/^[\w.~$&+,/:;=@!'()*[\]-]*$/.test(path)) return path;
	return Array.from(Buffer.from(path), (byte) => {
		const char = String.fromCharCode(byte);
		return /[\w.~$&+,/:;=@-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
	}).join('');
}

/** The same run as npm of 2023 attested it, SLSA v0.2. */
export function githubBuildV02(run: GithubRun = {}): Build {
	const build = githubBuild(run);
	const { 1: issuer, 2: trigger, 3: commit, 6: ref, 12: repository, 15: repositoryId, 17: ownerId } = build.extensions;
	const { workflow: path = WORKFLOW } = run;
	const uri = `git+${repository}@${ref}`;
	const digest = { sha1: commit };
	return {
		...build,
		statementType: 'https://in-toto.io/Statement/v0.1',
		predicateType: 'https://slsa.dev/provenance/v0.2',
		predicate: {
			buildType: 'https://github.com/npm/cli/gha/v2',
			builder: { id: issuer === GITHUB_ISSUER ? 'https://github.com/actions/runner' : '' },
			invocation: {
				configSource: { uri, digest, entryPoint: path },
				parameters: {},
				environment: {
					GITHUB_EVENT_NAME: trigger,
					GITHUB_REF: ref,
					GITHUB_REPOSITORY_ID: repositoryId,
					GITHUB_REPOSITORY_OWNER_ID: ownerId,
					GITHUB_RUN_ATTEMPT: '1',
					GITHUB_RUN_ID: '3003',
					GITHUB_WORKFLOW_REF: `${repository?.replace('https://github.com/', '')}/${path}@${ref}`,
				},
			},
			materials: [{ uri, digest }],
		},
	};
}

/** A builder that has a delegator of slsa-github-generator sign for it. */
interface Delegation {
	/** The workflow that signs, as `path@ref` in slsa-github-generator's workflows. */
	delegator?: string;
	/** The builder that called it. */
	builder?: string;
	/** The commit that the builder checked out, where it is another than the run was started at. */
	checkout?: string;
}

const GENERATOR = 'slsa-framework/slsa-github-generator/.github/workflows';

/**
 * The build that a delegator attests, SLSA v1: its source stands among the materials and the variables alone.
 * @see https://github.com/slsa-framework/slsa-github-generator/blob/main/BYOB.md
 */
export function delegatedBuild(delegation: Delegation = {}, run: GithubRun = {}): Build {
	const {
		delegator = 'delegator_generic_slsa3.yml@refs/tags/v2.1.0',
		builder = 'https://github.com/elsewhere/builder/.github/workflows/build_slsa3.yml@refs/tags/v1.0.0',
		checkout,
	} = delegation;
	const build = githubBuild({ reusable: `${GENERATOR}/${delegator}`, ...run });
	const {
		2: trigger,
		3: commit,
		5: slug,
		6: ref,
		15: repositoryId,
		17: ownerId,
		18: caller,
		21: invocationId,
	} = build.extensions;
	const [, number, attempt] = /runs\/(\d+)\/attempts\/(\d+)$/.exec(invocationId ?? '') ?? [];
	const uri = `git+https://github.com/${slug}`;
	return {
		...build,
		statementType: 'https://in-toto.io/Statement/v0.1',
		predicate: {
			buildDefinition: {
				buildType: 'https://github.com/slsa-framework/slsa-github-generator/delegator-generic@v0',
				externalParameters: { inputs: { artifact: 'a.tgz', 'jdk-version': 17, 'rekor-log-public': false }, vars: {} },
				internalParameters: {
					GITHUB_ACTOR_ID: '7',
					GITHUB_BASE_REF: '',
					GITHUB_EVENT_NAME: trigger,
					GITHUB_REF: ref,
					GITHUB_REPOSITORY: slug,
					GITHUB_REPOSITORY_ID: repositoryId,
					GITHUB_REPOSITORY_OWNER_ID: ownerId,
					GITHUB_RUN_ATTEMPT: attempt,
					GITHUB_RUN_ID: number,
					GITHUB_SHA: commit,
					GITHUB_WORKFLOW_REF: caller?.replace('https://github.com/', ''),
					GITHUB_WORKFLOW_SHA: commit,
					GITHUB_EVENT_PAYLOAD: { ref, repository: { full_name: slug } },
				},
				resolvedDependencies: [
					checkout === undefined
						? { uri: `${uri}@${ref}`, digest: { gitCommit: commit } }
						: { uri, digest: { gitCommit: checkout } },
				],
			},
			runDetails: { builder: { id: builder }, metadata: { invocationId } },
		},
	};
}

/** The same as SLSA v0.2, in which slsa-github-generator attests for npm. */
export function delegatedBuildV02(delegation: Delegation = {}, run: GithubRun = {}): Build {
	const build = delegatedBuild(delegation, run);
	// biome-ignore lint/suspicious/noExplicitAny: made just above
	const { buildDefinition, runDetails } = build.predicate as any;
	const { GITHUB_EVENT_PAYLOAD: _, ...environment } = buildDefinition.internalParameters;
	const { 3: commit, 5: slug, 6: ref } = build.extensions;
	const [{ uri, digest }] = buildDefinition.resolvedDependencies;
	return {
		...build,
		predicateType: 'https://slsa.dev/provenance/v0.2',
		predicate: {
			builder: runDetails.builder,
			buildType: buildDefinition.buildType,
			invocation: {
				configSource: {
					uri: `git+https://github.com/${slug}@${ref}`,
					digest: { sha1: commit },
					entryPoint: run.workflow ?? WORKFLOW,
				},
				parameters: { inputs: buildDefinition.externalParameters.inputs },
				environment,
			},
			metadata: { buildInvocationId: `${environment.GITHUB_RUN_ID}-1`, completeness: { parameters: true } },
			materials: [{ uri, digest: { sha1: digest.gitCommit } }],
		},
	};
}

/** The build that a job of GitLab CI attests, SLSA v0.2. */
export function gitlabBuild(path = 'stamp-test/minted'): Build {
	const issuer = 'https://gitlab.com';
	const project = `${issuer}/${path}`;
	const commit = '89abcdef0123456789abcdef0123456789abcdef';
	const ref = 'refs/heads/main';
	const config = `${project}//.gitlab-ci.yml@${ref}`;
	return {
		statementType: 'https://in-toto.io/Statement/v0.1',
		predicateType: 'https://slsa.dev/provenance/v0.2',
		predicate: {
			buildType: 'https://github.com/npm/cli/gitlab/v0alpha1',
			builder: { id: `${project}/-/runners/12270845` },
			invocation: {
				configSource: { uri: `git+${project}`, digest: { sha1: commit }, entryPoint: 'publish' },
				parameters: { CI_COMMIT_REF_NAME: 'main', CI_PIPELINE_SOURCE: 'push' },
				environment: { server: issuer, project: path, pipeline: { id: '55', ref: '.gitlab-ci.yml' } },
			},
			metadata: {
				buildInvocationId: `${project}/-/jobs/4004`,
				completeness: { parameters: true, environment: true, materials: false },
				reproducible: false,
			},
			materials: [{ uri: `git+${project}`, digest: { sha1: commit } }],
		},
		signer: config,
		extensions: {
			8: issuer,
			9: config,
			10: commit,
			11: 'gitlab-hosted',
			12: project,
			13: commit,
			14: ref,
			15: '5005',
			16: project.slice(0, project.lastIndexOf('/')),
			17: '6006',
			18: config,
			19: commit,
			20: 'push',
			21: `${project}/-/jobs/4004`,
			22: 'public',
		},
	};
}

/** The same job as GitLab itself attests it, SLSA v1. @see https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1 */
export function gitlabBuildV1(path?: string): Build {
	const build = gitlabBuild(path);
	const { 12: project, 13: commit } = build.extensions;
	return {
		...build,
		statementType: 'https://in-toto.io/Statement/v1',
		predicateType: 'https://slsa.dev/provenance/v1',
		predicate: {
			buildDefinition: {
				buildType: 'https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1',
				externalParameters: { source: project, entryPoint: 'publish', variables: { CI_PIPELINE_SOURCE: 'push' } },
				internalParameters: { name: 'runner', executor: 'docker+machine', architecture: 'amd64', job: 4004 },
				resolvedDependencies: [{ uri: project, digest: { gitCommit: commit } }],
			},
			runDetails: { builder: { id: `${project}/-/runners/12270845` }, metadata: { invocationId: 4004 } },
		},
	};
}

/** Mints a release: by default one that is all right, with provenance, publish attestation and registry signature. */
export async function mintRelease(authority: Authority, options: ReleaseOptions = {}): Promise<Release> {
	const { name = 'minted', version = '1.0.0', provenance = {}, publish = {} } = options;
	const publishedAt = options.publishedAt ?? new Date('2026-05-01T12:00:00Z');
	const secondsBefore = (seconds: number) => new Date(publishedAt.getTime() - seconds * 1000);
	const packageJson = {
		name,
		version,
		license: 'MIT',
		repository: { type: 'git', url: 'git+https://github.com/stamp-test/minted.git' },
		...options.packageJson,
	};
	const files = { 'package.json': JSON.stringify(packageJson, null, 2), 'index.js': '', ...options.files };
	const packed = packTarball(files);
	const tarball = options.tarball?.(packed) ?? packed;
	const subject = [{ name: purl(name, version), digest: { sha512: digest('sha512', tarball).toString('hex') } }];
	const attestations: Attestation[] = [];
	if (publish) {
		const statement = {
			_type: 'https://in-toto.io/Statement/v0.1',
			subject: structuredClone(subject),
			predicateType: PUBLISH_TYPE,
			predicate: { name, version, registry: REGISTRY },
		};
		attestations.push(await attest(authority, statement, { at: secondsBefore(1), signedWith: 'key', ...publish }));
	}
	if (provenance) {
		const { build = githubBuild() } = provenance;
		const statement = {
			_type: build.statementType,
			subject: structuredClone(subject),
			predicateType: build.predicateType,
			predicate: structuredClone(build.predicate),
		};
		attestations.push(await attest(authority, statement, { at: secondsBefore(3), ...provenance, build }));
	}
	const integrity = `sha512-${digest('sha512', tarball).toString('base64')}`;
	const { keyId, keys } = authority.registryKey;
	const signature = signWith(keys, Buffer.from(`${name}@${version}:${integrity}`)).toString('base64');
	const manifest = {
		...packageJson,
		_id: `${name}@${version}`,
		dist: {
			integrity,
			shasum: digest('sha1', tarball).toString('hex'),
			tarball: tarballAddress(name, version),
			fileCount: Object.keys(files).length,
			unpackedSize: Object.values(files).reduce((sum, content) => sum + Buffer.byteLength(content), 0),
			...(options.registrySignature !== false && { signatures: [{ keyid: keyId, sig: signature }] }),
			...(provenance && { attestations: attestationsPointer(name, version, attestations.at(-1)?.predicateType) }),
		},
		...options.manifest,
	};
	return {
		name,
		version,
		publishedAt: publishedAt.toISOString(),
		tarball,
		manifest,
		...(attestations.length > 0 && { attestations: { attestations } }),
	};
}

/** `dist.attestations` of a manifest. */
export function attestationsPointer(name: string, version: string, predicateType = 'https://slsa.dev/provenance/v1') {
	return { url: `${REGISTRY}/-/npm/v1/attestations/${name}@${version}`, provenance: { predicateType } };
}

/** Where the registry keeps a release's file. */
export function tarballAddress(name: string, version: string): string {
	return `${REGISTRY}/${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
}

function attest(
	authority: Authority,
	statement: Statement,
	options: ProvenanceOptions & SigningOptions,
): Promise<Attestation> {
	if (options.signedWith === 'key') return attestWithKey(authority, statement, options);
	return attestWithCertificate(authority, statement, options.build ?? githubBuild(), options);
}

async function attestWithKey(
	authority: Authority,
	statement: Statement,
	options: SigningOptions,
): Promise<Attestation> {
	const { keyId, keys } = authority.registryKey;
	options.statement?.(statement);
	const payload = Buffer.from(JSON.stringify(statement));
	const { payloadType = PAYLOAD_TYPE } = options;
	const signature = signWith(keys, dsse.preAuthEncoding(payloadType, payload));
	const verifier = { label: 'PUBLIC KEY', der: await exportSpki(keys.publicKey) } as const;
	return attestation(
		options.label ?? statement.predicateType,
		options.bundleVersion ?? '0.2',
		payload,
		{ payloadType, sig: signature, keyid: keyId },
		{ publicKey: { hint: keyId }, ...record(authority, options, payload, signature, verifier, keyId) },
	);
}

async function attestWithCertificate(
	authority: Authority,
	statement: Statement,
	build: Build,
	options: ProvenanceOptions & SigningOptions,
): Promise<Attestation> {
	const { bundleVersion = '0.3', codeSigning, criticalExtension, changeExtensions, sct, certificateAge = 0 } = options;
	const keys = await generateKeys(options.curve ?? 'P-256');
	const certificate = await authority.issue({
		keys,
		notBefore: new Date(options.at.getTime() - certificateAge * 60_000),
		name: build.signer,
		extensions: { ...build.extensions, ...options.extensions },
		...(codeSigning !== undefined && { codeSigning }),
		...(criticalExtension !== undefined && { criticalExtension }),
		...(changeExtensions && { changeExtensions }),
		...(sct !== undefined && { sct }),
	});
	options.statement?.(statement);
	const payload = Buffer.from(JSON.stringify(statement));
	const { payloadType = PAYLOAD_TYPE } = options;
	const signature = signWith(keys, dsse.preAuthEncoding(payloadType, payload), options.digest);
	const verifier = { label: 'CERTIFICATE', der: certificate } as const;
	const raw = (der: Buffer) => ({ rawBytes: der.toString('base64') });
	return attestation(
		options.label ?? statement.predicateType,
		bundleVersion,
		payload,
		{ payloadType, sig: signature, keyid: '' },
		{
			...(bundleVersion === '0.3'
				? { certificate: raw(certificate) }
				: { x509CertificateChain: { certificates: [raw(certificate), ...authority.chain.map(raw)] } }),
			...record(authority, options, payload, signature, verifier),
		},
	);
}

function attestation(
	predicateType: string,
	version: '0.1' | '0.2' | '0.3',
	payload: Buffer,
	{ payloadType, sig, keyid }: { payloadType: string; sig: Buffer; keyid: string },
	material: Attestation['bundle']['verificationMaterial'],
): Attestation {
	return {
		predicateType,
		bundle: {
			mediaType:
				version === '0.3'
					? 'application/vnd.dev.sigstore.bundle.v0.3+json'
					: `application/vnd.dev.sigstore.bundle+json;version=${version}`,
			verificationMaterial: material,
			dsseEnvelope: {
				payload: payload.toString('base64'),
				payloadType,
				signatures: [{ sig: sig.toString('base64'), keyid }],
			},
		},
	};
}

/** Who signed, as a log records it. */
interface Verifier {
	label: 'CERTIFICATE' | 'PUBLIC KEY';
	der: Buffer;
}

/** Takes an envelope into the log that the options name: what of it goes into the bundle. */
function record(
	authority: Authority,
	{ logKind = 'dsse', at, fraction, entry: change }: SigningOptions,
	payload: Buffer,
	signature: Buffer,
	verifier: Verifier,
	keyId?: string,
) {
	const rfc3161Timestamps = [{ signedTimestamp: authority.timestamp(signature, at, fraction).toString('base64') }];
	if (logKind === 'none') return { tlogEntries: [], timestampVerificationData: { rfc3161Timestamps } };
	const isV2 = logKind === 'rekor-v2';
	const entry = isV2
		? logEntryV2(payload, signature, verifier)
		: logEntry(logKind, payload, signature, pem(verifier.label, verifier.der), keyId);
	change?.(entry);
	return {
		tlogEntries: [(isV2 ? authority.logV2 : authority.log)(entry, at)],
		timestampVerificationData: { rfc3161Timestamps: isV2 ? rfc3161Timestamps : [] },
	};
}

/** The entry that Rekor v2 makes of an envelope. @see https://github.com/sigstore/rekor-tiles (api/proto/rekor/v2) */
function logEntryV2(payload: Buffer, signature: Buffer, { label, der }: Verifier) {
	const raw = { rawBytes: der.toString('base64') };
	const verifier = {
		keyDetails: 'PKIX_ECDSA_P256_SHA_256',
		...(label === 'CERTIFICATE' ? { x509Certificate: raw } : { publicKey: raw }),
	};
	const dsseV002 = {
		payloadHash: { algorithm: 'SHA2_256', digest: digest('sha256', payload).toString('base64') },
		signatures: [{ content: signature.toString('base64'), verifier }],
	};
	return { apiVersion: '0.0.2', kind: 'dsse', spec: { dsseV002 } };
}

/** The entry that Rekor makes of an envelope. @see https://github.com/sigstore/rekor/tree/main/pkg/types */
function logEntry(kind: 'dsse' | 'intoto', payload: Buffer, signature: Buffer, verifier: string, keyid?: string) {
	const sig = signature.toString('base64');
	const encoded = (text: string) => Buffer.from(text).toString('base64');
	const hash = (data: Buffer | string) => ({
		algorithm: 'sha256',
		value: digest('sha256', Buffer.from(data)).toString('hex'),
	});
	const envelopeHash = hash(
		canonical.canonicalize({ payload: payload.toString('base64'), payloadType: PAYLOAD_TYPE, signatures: [{ sig }] }),
	);
	if (kind === 'dsse') {
		const signatures = [{ signature: sig, verifier: encoded(verifier) }];
		return { apiVersion: '0.0.1', kind, spec: { envelopeHash, payloadHash: hash(payload), signatures } };
	}
	// This kind encodes the signature twice.
	const signatures = [{ ...(keyid && { keyid }), publicKey: encoded(verifier), sig: encoded(sig) }];
	return {
		apiVersion: '0.0.2',
		kind,
		spec: {
			content: { envelope: { payloadType: PAYLOAD_TYPE, signatures }, hash: envelopeHash, payloadHash: hash(payload) },
		},
	};
}

function digest(algorithm: 'sha1' | 'sha256' | 'sha512', data: Uint8Array): Buffer {
	return createHash(algorithm).update(data).digest();
}
