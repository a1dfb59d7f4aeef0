/** Owns what attestations say: sorting them, reading their statements once verified, and binding those to the release. */
import * as v from 'valibot';
import { purl, REGISTRY } from './release.ts';
import {
	type Failure,
	type FailureCode,
	failed,
	type Identity,
	isNestedTooDeep,
	type Result,
	type Statement,
	success,
} from './report.ts';
import { decodePath } from './sigstore/identity.ts';
import type { SignedBundle, Verified } from './sigstore/verify.ts';

/** What is fetched and not yet verified. Nothing but a verification may be made of it. */
export interface UnverifiedAttestation {
	/** The wrapper's label; the signed payload must say the same. */
	predicateType: string;
	/** The bundle as it came; its own parser comes later. */
	bundle: unknown;
}

/** The attestations of a release by what they claim to be. */
export interface Sorted {
	provenance: UnverifiedAttestation[];
	publish: UnverifiedAttestation[];
	/** Predicate types that we do not know. */
	unknown: string[];
}

const PROVENANCE_TYPES = new Set(['https://slsa.dev/provenance/v0.2', 'https://slsa.dev/provenance/v1']);
/** npm's own: https://github.com/npm/attestation/tree/main/specs/publish/v0.1 */
const PUBLISH_TYPE = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';
/** https://github.com/in-toto/attestation/blob/main/spec/README.md */
const STATEMENT_TYPES = new Set(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']);
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

const text = v.string();
/** What is under a label that we do not know may look like anything. */
const attestationShape = v.union([
	v.looseObject({
		predicateType: v.pipe(
			text,
			v.check((label) => !isKnown(label)),
		),
	}),
	v.object({
		predicateType: text,
		bundle: v.looseObject({
			mediaType: text,
			verificationMaterial: v.looseObject({}),
			dsseEnvelope: v.looseObject({}),
		}),
	}),
]);
// npm serves two. A thousand would only be there to keep us busy.
const answerShape = v.object({ attestations: v.pipe(v.array(attestationShape), v.maxLength(32)) });

function isKnown(label: string): boolean {
	return PROVENANCE_TYPES.has(label) || label === PUBLISH_TYPE;
}

/**
 * Parses the registry's answer and sorts it by the wrappers' labels.
 * @param json the answer; `undefined` for none.
 * @returns failure `wrong-shape`.
 */
export function parseAttestations(json: unknown): Result<Sorted> {
	const sorted: Sorted = { provenance: [], publish: [], unknown: [] };
	if (json === undefined) return success(sorted);
	const parsed = v.safeParse(answerShape, json);
	if (!parsed.success) {
		const [issue] = parsed.issues;
		return failed('wrong-shape', `${v.getDotPath(issue) ?? ''} ${issue.message}`.trim());
	}
	for (const attestation of parsed.output.attestations) {
		const { predicateType, bundle } = attestation;
		if (PROVENANCE_TYPES.has(predicateType)) sorted.provenance.push({ predicateType, bundle });
		else if (predicateType === PUBLISH_TYPE) sorted.publish.push({ predicateType, bundle });
		else sorted.unknown.push(predicateType);
	}
	return success(sorted);
}

const statementShape = v.object({
	_type: text,
	predicateType: text,
	subject: v.array(v.object({ name: v.optional(text, ''), digest: v.record(text, text) })),
	predicate: v.unknown(),
});

/**
 * Reads the statement out of a verified envelope.
 * @param label the wrapper's predicate type.
 * @returns failures `payload-type-wrong`, `statement-malformed`, `unsupported-statement`, `predicate-type-differs`.
 */
export function parseStatement(signed: Verified<SignedBundle>, label: string): Result<Verified<Statement>> {
	if (signed.payload === undefined || signed.payloadType !== PAYLOAD_TYPE)
		return failed('payload-type-wrong', signed.payloadType);
	let json: unknown;
	try {
		json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(signed.payload));
	} catch {
		return failed('statement-malformed', 'not JSON');
	}
	if (isNestedTooDeep(json)) return failed('statement-malformed', 'nested too deep');
	const parsed = v.safeParse(statementShape, json);
	if (!parsed.success) return failed('statement-malformed', v.getDotPath(parsed.issues[0]) ?? '');
	const { _type: type, predicateType, subject, predicate } = parsed.output;
	if (!STATEMENT_TYPES.has(type)) return failed('unsupported-statement', type);
	if (predicateType !== label) return failed('predicate-type-differs', `${predicateType}, labelled ${label}`);
	// It is verified because the envelope that holds these bytes is.
	return success({ type, predicateType, subject, predicate } as unknown as Verified<Statement>);
}

/**
 * Reads an integrity that names one SHA-512 and nothing else, since with several hashes any would do for an installer.
 * @returns the digest in lower-case hex; failures `integrity-missing`, `unsupported-integrity`.
 * @see https://www.w3.org/TR/SRI/#the-integrity-attribute
 */
export function parseIntegrity(integrity: string | undefined): Result<string> {
	if (integrity === undefined || integrity === '') return failed('integrity-missing');
	const match = /^sha512-([A-Za-z0-9+/]{86}==)$/.exec(integrity);
	if (!match?.[1]) return failed('unsupported-integrity', integrity);
	return success(Array.from(atob(match[1]), (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join(''));
}

/** SHA-512 of a file's bytes in lower-case hex. */
export async function hashFile(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const digest = await crypto.subtle.digest('SHA-512', bytes);
	return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The digest that statements must name once the file's own bytes were hashed.
 * @param listed the one that the registry gives. @param hashed the one that the file has.
 * @returns failure `file-differs` where the registry gives another.
 */
export function compareFile(listed: Result<string>, hashed: string): Result<string> {
	return listed.ok && listed.value !== hashed
		? failed('file-differs', `${hashed}, listed ${listed.value}`)
		: success(hashed);
}

/**
 * Whether the statement speaks of this release's file and of nothing else.
 * @param sha512 the file's digest, lower-case hex.
 * @returns nothing, or one of the `subject-...` failures.
 */
export function bindSubject(
	statement: Verified<Statement>,
	release: { name: string; version: string; sha512: string },
): Failure | undefined {
	const [subject, ...others] = statement.subject;
	if (subject === undefined || others.length > 0)
		return failure('subject-count-wrong', `${statement.subject.length} subjects`);
	const expected = purl(release.name, release.version);
	if (subject.name !== expected) return failure('subject-name-differs', `${subject.name}, expected ${expected}`);
	const digest = Object.hasOwn(subject.digest, 'sha512') ? subject.digest.sha512 : undefined;
	if (digest === undefined) return failure('subject-digest-missing', Object.keys(subject.digest).join(', '));
	if (digest !== release.sha512) return failure('subject-digest-differs', `${digest}, served ${release.sha512}`);
	return undefined;
}

const publishShape = v.object({ name: text, version: text, registry: text });

/** Whether a publish attestation's predicate names this release and npm's registry; `predicate-malformed`, `publish-names-...`. */
export function comparePublish(
	statement: Verified<Statement>,
	release: { name: string; version: string },
): Failure | undefined {
	const parsed = v.safeParse(publishShape, statement.predicate);
	if (!parsed.success) return failure('predicate-malformed');
	const { name, version, registry } = parsed.output;
	if (name !== release.name || version !== release.version)
		return failure('publish-names-another-release', `${name}@${version}`);
	if (registry !== REGISTRY) return failure('publish-names-another-registry', registry);
	return undefined;
}

/** Whether a publish attestation and a provenance speak of the same file; `publish-names-another-file`. */
export function compareSubjects(publish: Verified<Statement>, provenance: Verified<Statement>): Failure | undefined {
	const [one, other] = [publish, provenance].map(({ subject }) =>
		subject.map(({ name, digest }) => `${name} ${Object.hasOwn(digest, 'sha512') ? digest.sha512 : ''}`).join(),
	);
	return one === other ? undefined : failure('publish-names-another-file', `${one}, provenance ${other}`);
}

/** What a provenance predicate says of its build, over SLSA v0.2 and v1; absent where it says nothing. */
interface Claimed {
	builder: string;
	repository?: string | undefined;
	/** The repository and the commit once more, as the material that is the source gives them. */
	materialRepository?: string | undefined;
	materialCommit?: string | undefined;
	ref?: string | undefined;
	commit?: string | undefined;
	workflow?: string | undefined;
	trigger?: string | undefined;
	run?: string | undefined;
	repositoryId?: string | undefined;
	ownerId?: string | undefined;
}

/**
 * Whether the predicate agrees with the certificate, field by field, wherever both speak.
 * @param identity from the same bundle's certificate.
 * @param certifiesWorkflow whether the certificate names the build file; those of early 2023 name only who signed, which
 *   may be a reusable workflow that the build file called.
 * @returns nothing, or `predicate-malformed` or the first of the `predicate-...-differs` failures.
 * @see https://slsa.dev/spec/v1.0/provenance
 */
export function comparePredicate(
	statement: Verified<Statement>,
	identity: Identity,
	certifiesWorkflow: boolean,
): Failure | undefined {
	const claimed = statement.predicateType.endsWith('/v1')
		? claimedByV1(statement.predicate)
		: claimedByV02(statement.predicate);
	if (claimed === undefined) return failure('predicate-malformed');
	if (claimed.repository === undefined || claimed.commit === undefined)
		return failure('predicate-malformed', 'names no repository or no commit');
	const fields = [
		['repository', 'repository', 'predicate-repository-differs'],
		['materialRepository', 'repository', 'predicate-repository-differs'],
		['commit', 'commit', 'predicate-commit-differs'],
		['materialCommit', 'commit', 'predicate-commit-differs'],
		['ref', 'ref', 'predicate-ref-differs'],
		['workflow', 'workflow', 'predicate-workflow-differs'],
		['trigger', 'trigger', 'predicate-trigger-differs'],
		['run', 'run', 'predicate-run-differs'],
		['repositoryId', 'repositoryId', 'predicate-repository-id-differs'],
		['ownerId', 'ownerId', 'predicate-owner-id-differs'],
	] as const;
	for (const [claim, field, code] of fields) {
		if (field === 'workflow' && !certifiesWorkflow) continue;
		const said = claimed[claim];
		const certified = identity[field];
		if (said !== undefined && certified !== undefined && said !== certified)
			return failure(code, `${said}, certificate ${certified}`);
	}
	return compareBuilder(claimed.builder, identity);
}

/** The builder that the predicate claims, against the runner that the certificate names. */
function compareBuilder(builder: string, { runner, signer, repository }: Identity): Failure | undefined {
	const hosted = /^https:\/\/github\.com\/actions\/runner\/(github-hosted|self-hosted)$/.exec(builder)?.[1];
	if (hosted !== undefined)
		return runner === undefined || runner === hosted
			? undefined
			: failure('predicate-runner-differs', `${hosted}, certificate ${runner}`);
	// npm before 9.6 named itself or the runner in general, which says nothing of where it ran.
	if (
		builder === 'https://github.com/actions/runner' ||
		/^https:\/\/github\.com\/npm\/cli@9\.\d+\.\d+\S*$/.test(builder)
	)
		return undefined;
	// GitLab names one of the project's runners.
	if (builder.startsWith(`${repository}/-/runners/`)) return undefined;
	// A reusable builder may delegate to another workflow of its own repository, and that one signs.
	const home = /^(https:\/\/[^/]+\/[^/]+\/[^/]+\/)\.github\/workflows\//.exec(builder)?.[1];
	if (home !== undefined && signer.startsWith(home)) return undefined;
	return failure('predicate-builder-differs', builder);
}

/** Of either version; what a builder lists need have neither address nor digest. */
const material = v.object({ uri: v.optional(text, ''), digest: v.optional(v.record(text, text), {}) });
type Material = v.InferOutput<typeof material>;

const v1Shape = v.object({
	buildDefinition: v.object({
		externalParameters: v.object({
			workflow: v.optional(v.object({ ref: v.optional(text), repository: text, path: v.optional(text) })),
			/** GitLab's is the project's address, slsa-github-generator's a material. @see https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1 */
			source: v.optional(v.union([text, v.object({ uri: text })])),
		}),
		internalParameters: v.optional(
			v.object({
				github: v.optional(
					v.object({
						event_name: v.optional(text),
						repository_id: v.optional(text),
						repository_owner_id: v.optional(text),
					}),
				),
			}),
		),
		resolvedDependencies: v.optional(v.array(material), []),
	}),
	runDetails: v.object({
		builder: v.object({ id: text }),
		metadata: v.optional(v.object({ invocationId: v.optional(v.unknown()) })),
	}),
});

function claimedByV1(predicate: unknown): Claimed | undefined {
	const parsed = v.safeParse(v1Shape, predicate);
	if (!parsed.success) return undefined;
	const { buildDefinition, runDetails } = parsed.output;
	const { workflow, source } = buildDefinition.externalParameters;
	const github = buildDefinition.internalParameters?.github;
	const repository = workflow?.repository ?? repositoryOf(typeof source === 'object' ? source.uri : source);
	const material = sourceAmong(buildDefinition.resolvedDependencies, repository);
	return {
		builder: runDetails.builder.id,
		repository,
		materialRepository: material?.repository,
		ref: workflow?.ref,
		commit: material?.commit,
		workflow: workflow?.path === undefined ? undefined : decodePath(workflow.path),
		trigger: github?.event_name,
		run: httpsOnly(runDetails.metadata?.invocationId),
		repositoryId: github?.repository_id,
		ownerId: github?.repository_owner_id,
	};
}

const v02Shape = v.object({
	builder: v.object({ id: text }),
	invocation: v.object({
		configSource: v.object({ uri: text, digest: v.optional(v.record(text, text), {}), entryPoint: v.optional(text) }),
		environment: v.optional(v.record(text, v.unknown()), {}),
	}),
	materials: v.optional(v.array(material), []),
});

function claimedByV02(predicate: unknown): Claimed | undefined {
	const parsed = v.safeParse(v02Shape, predicate);
	if (!parsed.success) return undefined;
	const { builder, invocation, materials } = parsed.output;
	const { configSource, environment } = invocation;
	const said = (name: string) => (typeof environment[name] === 'string' ? environment[name] : undefined);
	const { repository, ref } = parseSource(configSource.uri);
	const material = sourceAmong(materials, repository);
	const entryPoint = configSource.entryPoint;
	// npm's first form wrote the entry point as owner/repo/path@ref.
	const prefix = repository === undefined ? '' : `${repository.replace(/^https:\/\/[^/]+\//, '')}/`;
	const path =
		entryPoint?.startsWith(prefix) && entryPoint.includes('@')
			? entryPoint.slice(prefix.length).replace(/@refs\/.*$/, '')
			: entryPoint;
	return {
		builder: builder.id,
		repository,
		materialRepository: material?.repository,
		materialCommit: material?.commit,
		ref: ref ?? said('GITHUB_REF'),
		commit: configSource.digest.sha1 ?? material?.commit,
		workflow: said('GITHUB_WORKFLOW_REF') === undefined || path === undefined ? undefined : decodePath(path),
		trigger: said('GITHUB_EVENT_NAME'),
		run: runAddress(repository, said('GITHUB_RUN_ID'), said('GITHUB_RUN_ATTEMPT')),
		repositoryId: said('GITHUB_REPOSITORY_ID'),
		ownerId: said('GITHUB_REPOSITORY_OWNER_ID'),
	};
}

/** `git+https://host/owner/repo@refs/...`; GitLab's has no ref. Both absent where it is something else. */
function parseSource(uri: string): { repository?: string | undefined; ref?: string | undefined } {
	const [, repository, ref] = /^git\+(https:\/\/[^@]+?)(?:@(refs\/.+))?$/.exec(uri) ?? [];
	return { repository, ref };
}

/**
 * The material that is the source: of those in git the one of this repository, or else the first. npm lists the source alone, but
 * other builders also what they built with (images, archives, further repositories), and that is nobody's identity.
 */
function sourceAmong(materials: readonly Material[], repository: string | undefined) {
	const sources = materials.flatMap(({ uri, digest }) => {
		const named = repositoryOf(uri);
		// GitLab's address is a plain one, as that of an archive would be.
		const isGit = uri.startsWith('git+') || digest.gitCommit !== undefined || named === repository;
		// GitLab has called the commit a sha256, and a sha1. Whatever its label, it must be the certificate's.
		const commit = digest.gitCommit ?? digest.sha1 ?? digest.sha256;
		return named !== undefined && isGit ? [{ repository: named, commit }] : [];
	});
	return sources.find((source) => source.repository === repository) ?? sources[0];
}

/** The repository that an address names, however it spells it; `undefined` where it is no https address. */
function repositoryOf(uri = ''): string | undefined {
	return /^(?:git\+)?(https:\/\/[^@]+?)(?:\.git)?(?:@.*)?$/.exec(uri)?.[1];
}

function runAddress(repository?: string, run?: string, attempt?: string): string | undefined {
	if (repository === undefined || run === undefined || attempt === undefined) return undefined;
	return `${repository}/actions/runs/${run}/attempts/${attempt}`;
}

/** GitLab and others put other things where GitHub has the run's address. */
function httpsOnly(value: unknown): string | undefined {
	return typeof value === 'string' && value.startsWith('https://') ? value : undefined;
}

function failure(code: FailureCode, detail?: string): Failure {
	return failed(code, detail).failure;
}
