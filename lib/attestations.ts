/** Owns what attestations say: sorting them, reading their statements once verified, and binding those to the release. */
import * as v from 'valibot';
import { boundedList, FIRST_ONLY, MAX_ANSWER, parseJsonText } from './json.ts';
import { purl, REGISTRY } from './release.ts';
import {
	type Failure,
	type FailureCode,
	failed,
	type Identity,
	type Result,
	type Statement,
	success,
} from './report.ts';
import { decodePath, GITLAB_ISSUER, parseSigner, workflowPath } from './sigstore/identity.ts';
import type { SignedBundle, Verified } from './sigstore/verify.ts';

/** What is fetched and not yet verified. Nothing but a verification may be made of it. */
export interface UnverifiedAttestation {
	/** The bundle as it came; its own parser comes later. */
	bundle: unknown;
	/** Its kind is the label's word alone: its payload names none that we know. */
	isOnlyLabelled?: true;
}

/** What an attestation can be for: where the file was built, or that the registry received it. */
export type Kind = 'provenance' | 'publish';

/** The attestations of a release by what they claim to be. */
export interface Sorted extends Record<Kind, UnverifiedAttestation[]> {
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
			v.check((label) => kindOf(label) === undefined),
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
const answerShape = v.object({ attestations: boundedList(attestationShape, 32) });

function kindOf(predicateType: string | undefined): Kind | undefined {
	if (predicateType === PUBLISH_TYPE) return 'publish';
	return predicateType !== undefined && PROVENANCE_TYPES.has(predicateType) ? 'provenance' : undefined;
}

/**
 * Parses the registry's answer and sorts it by the predicate types inside the signed payloads, which are not verified yet. Nobody
 * signed the wrappers' labels: one decides only where the payload does not name a kind that we know.
 * @param json the answer; `undefined` for none.
 * @returns failure `wrong-shape`.
 */
export function parseAttestations(json: unknown): Result<Sorted> {
	const sorted: Sorted = { provenance: [], publish: [], unknown: [] };
	if (json === undefined) return success(sorted);
	const parsed = v.safeParse(answerShape, json, FIRST_ONLY);
	if (!parsed.success) {
		const [issue] = parsed.issues;
		return failed('wrong-shape', `${v.getDotPath(issue) ?? ''} ${issue.message}`.trim());
	}
	for (const { predicateType: label, bundle } of parsed.output.attestations) {
		const claimed = claimedType(bundle);
		const [kind, labelled] = [kindOf(claimed), kindOf(label)];
		if (kind) sorted[kind].push({ bundle });
		else if (labelled) sorted[labelled].push({ bundle, isOnlyLabelled: true });
		else sorted.unknown.push(claimed ?? label);
	}
	return success(sorted);
}

/** The predicate type that a bundle's payload names, read as its verification will read it. */
function claimedType(bundle: unknown): string | undefined {
	const { payload } =
		(bundle as { dsseEnvelope?: { payload?: unknown } | null } | null | undefined)?.dsseEnvelope ?? {};
	const json = typeof payload === 'string' ? parseJson(Buffer.from(payload, 'base64')) : undefined;
	const { predicateType } = (json ?? {}) as { predicateType?: unknown };
	return typeof predicateType === 'string' ? predicateType : undefined;
}

/** `undefined` where the bytes are no JSON in UTF-8. */
function parseJson(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		return undefined;
	}
}

const statementShape = v.object({
	_type: text,
	predicateType: text,
	subject: v.array(v.object({ name: v.optional(text, ''), digest: v.record(text, text) })),
	predicate: v.unknown(),
});

/**
 * Reads the statement out of a verified envelope.
 * @param kind what it was sorted and verified as.
 * @returns failures `payload-type-wrong`, `statement-malformed`, `unsupported-statement`; `unsupported-predicate` where the predicate
 *   type is none that we know, `predicate-type-differs` where it is the other kind's, whose signer is another; `too-large` where it has
 *   more values than an answer may have.
 */
export function parseStatement(signed: Verified<SignedBundle>, kind: Kind): Result<Verified<Statement>> {
	if (signed.payload === undefined || signed.payloadType !== PAYLOAD_TYPE)
		return failed('payload-type-wrong', signed.payloadType);
	const read = readPayload(signed.payload);
	if (!read.ok) return read.failure.code === 'too-large' ? read : failed('statement-malformed', read.failure.detail);
	const parsed = v.safeParse(statementShape, read.value, FIRST_ONLY);
	if (!parsed.success) return failed('statement-malformed', v.getDotPath(parsed.issues[0]) ?? '');
	const { _type: type, predicateType, subject, predicate } = parsed.output;
	if (!STATEMENT_TYPES.has(type)) return failed('unsupported-statement', type);
	const own = kindOf(predicateType);
	if (own === undefined) return failed('unsupported-predicate', predicateType);
	if (own !== kind) return failed('predicate-type-differs', predicateType);
	// It is verified because the envelope that holds these bytes is.
	return success({ type, predicateType, subject, predicate } as unknown as Verified<Statement>);
}

function readPayload(payload: Uint8Array): Result<unknown> {
	try {
		return parseJsonText(new TextDecoder('utf-8', { fatal: true }).decode(payload), MAX_ANSWER);
	} catch {
		return failed('not-json', 'not UTF-8');
	}
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

/** A field of the identity that a predicate speaks of as well. */
type Field = 'repository' | 'commit' | 'ref' | 'workflow' | 'trigger' | 'run' | 'repositoryId' | 'ownerId';

/** What a provenance predicate says of its build, over SLSA v0.2 and v1. Some of it is said more than once. */
interface Claimed {
	builder: string;
	/** In the order of comparison; absent where it says nothing. */
	said: readonly (readonly [field: Field, value: string | undefined])[];
}

const DIFFERS: Record<Field, FailureCode> = {
	repository: 'predicate-repository-differs',
	commit: 'predicate-commit-differs',
	ref: 'predicate-ref-differs',
	workflow: 'predicate-workflow-differs',
	trigger: 'predicate-trigger-differs',
	run: 'predicate-run-differs',
	repositoryId: 'predicate-repository-id-differs',
	ownerId: 'predicate-owner-id-differs',
};

/**
 * Whether the predicate agrees with the certificate, in all that it says, wherever both speak.
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
		? claimedByV1(statement.predicate, identity)
		: claimedByV02(statement.predicate, identity);
	if (claimed === undefined) return failure('predicate-malformed');
	const isSaid = (field: Field) => claimed.said.some(([about, value]) => about === field && value !== undefined);
	if (!isSaid('repository') || !isSaid('commit'))
		return failure('predicate-malformed', 'names no repository or no commit');
	for (const [field, said] of claimed.said) {
		if (field === 'workflow' && !certifiesWorkflow) continue;
		const certified = identity[field];
		if (said !== undefined && certified !== undefined && said !== certified)
			return failure(DIFFERS[field], `${said}, certificate ${certified}`);
	}
	return compareBuilder(claimed.builder, identity);
}

/**
 * Whether a workflow signs for other builders, also those of other repositories (November 2026: slsa-github-generator's delegators,
 * which name the builder that called them). A pull request or a commit of a fork could bring a workflow of the same name, so only its
 * tags and branches count.
 * @see https://github.com/slsa-framework/slsa-github-generator/blob/main/BYOB.md
 */
function isDelegator(signer: string): boolean {
	const { path, ref = '' } = parseSigner(signer);
	return DELEGATORS.test(path) && /^refs\/(tags|heads)\//.test(ref);
}

const DELEGATORS =
	/^https:\/\/github\.com\/slsa-framework\/slsa-github-generator\/\.github\/workflows\/delegator_[\w-]+\.ya?ml$/;
/** A builder that calls a delegator: a workflow on GitHub, at some ref. */
const DELEGATED = /^https:\/\/github\.com\/[^/\s@]+\/[^/\s@]+\/\.github\/workflows\/[^/\s@]+@\S+$/;

/** The builder that the predicate claims, against the runner and the signer that the certificate names. */
function compareBuilder(builder: string, { issuer, runner, signer, repository }: Identity): Failure | undefined {
	const differs = failure('predicate-builder-differs', builder);
	// GitLab names one of the project's runners.
	if (issuer === GITLAB_ISSUER) return builder.startsWith(`${repository}/-/runners/`) ? undefined : differs;
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
	if (decodePath(builder) === decodePath(signer)) return undefined;
	return isDelegator(signer) && DELEGATED.test(builder) ? undefined : differs;
}

/** Each build type puts what it likes into the places that it does not define: another form there says nothing. */
function lenient<const Schema extends v.GenericSchema>(schema: Schema) {
	return v.fallback(v.optional(schema), undefined);
}
const anyVariables = v.fallback(v.optional(v.record(text, v.unknown()), {}), {});
/** Of either version; what a builder lists need have neither address nor digest. */
const material = v.fallback(
	v.object({
		uri: v.fallback(v.optional(text, ''), ''),
		digest: v.fallback(
			v.optional(v.object({ gitCommit: lenient(text), sha1: lenient(text), sha256: lenient(text) }), {}),
			{},
		),
	}),
	{ uri: '', digest: {} },
);
type Material = v.InferOutput<typeof material>;
const materials = v.fallback(v.optional(v.array(material), []), []);

/** What npm writes for GitHub, and GitHub itself: with all of its workflow, by its specification. */
const GITHUB_WORKFLOWS: ReadonlySet<unknown> = new Set([
	'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
	'https://actions.github.io/buildtypes/workflow/v1',
]);

const v1Shape = v.object({
	buildDefinition: v.object({
		buildType: v.optional(text),
		externalParameters: v.object({
			workflow: lenient(v.object({ ref: lenient(text), repository: lenient(text), path: lenient(text) })),
			/** GitLab's is the project's address, slsa-github-generator's a material. @see https://docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1 */
			source: lenient(v.union([text, material])),
			variables: anyVariables,
		}),
		internalParameters: v.fallback(
			v.optional(v.looseObject({ github: anyVariables, job: v.optional(v.unknown()) }), {}),
			{
				github: {},
			},
		),
		resolvedDependencies: materials,
	}),
	runDetails: v.object({
		builder: v.object({ id: text }),
		metadata: lenient(v.object({ invocationId: v.optional(v.unknown()) })),
	}),
});

function claimedByV1(predicate: unknown, { issuer, ref, signer }: Identity): Claimed | undefined {
	const parsed = v.safeParse(v1Shape, predicate, FIRST_ONLY);
	if (!parsed.success) return undefined;
	const { buildDefinition, runDetails } = parsed.output;
	const { buildType, internalParameters, resolvedDependencies } = buildDefinition;
	const { workflow, source, variables } = buildDefinition.externalParameters;
	const started = workflow?.repository?.replace(/^git\+/, '');
	const isWhole = started !== undefined && workflow?.ref !== undefined && workflow.path !== undefined;
	if (GITHUB_WORKFLOWS.has(buildType) && !isWhole) return undefined;
	const stated = typeof source === 'object' ? parseMaterial(source) : parseSource(source);
	// slsa-github-generator's delegators name the source among their variables and their materials alone.
	const slug = issuer === GITLAB_ISSUER ? undefined : textOf(internalParameters.GITHUB_REPOSITORY);
	const own = started ?? stated.repository ?? (slug && `${GITHUB}/${slug}`);
	const listed = sourceAmong(resolvedDependencies, own, signer);
	const repository = own ?? listed?.repository;
	const { github, job } = internalParameters;
	const runs = [runDetails.metadata?.invocationId, job].map((run) =>
		issuer === GITLAB_ISSUER ? jobAddress(repository, run) : addressOnly(run),
	);
	return {
		builder: runDetails.builder.id,
		said: [
			['repository', started],
			['repository', stated.repository],
			['repository', listed?.repository],
			['commit', listed?.commit],
			['commit', stated.commit],
			['ref', workflow?.ref],
			['ref', stated.ref],
			['ref', listed?.ref],
			['workflow', workflow?.path && decodePath(workflow.path)],
			['trigger', textOf(github.event_name)],
			...runs.map((run) => ['run', run] as const),
			['repositoryId', textOf(github.repository_id)],
			['ownerId', textOf(github.repository_owner_id)],
			...(issuer === GITLAB_ISSUER ? saidByGitlab(variables, ref) : saidByGithub(internalParameters, repository)),
		],
	};
}

const v02Shape = v.object({
	builder: v.object({ id: text }),
	invocation: v.object({
		configSource: v.object({ uri: text, digest: v.optional(v.record(text, text), {}), entryPoint: v.optional(text) }),
		parameters: anyVariables,
		environment: anyVariables,
	}),
	metadata: lenient(v.object({ buildInvocationId: v.optional(v.unknown()) })),
	materials,
});

function claimedByV02(predicate: unknown, { issuer, ref: certified, signer }: Identity): Claimed | undefined {
	const parsed = v.safeParse(v02Shape, predicate, FIRST_ONLY);
	if (!parsed.success) return undefined;
	const { builder, invocation, metadata, materials } = parsed.output;
	const { configSource, parameters, environment } = invocation;
	const { repository, ref } = parseSource(configSource.uri);
	const listed = sourceAmong(materials, repository, signer);
	return {
		builder: builder.id,
		said: [
			['repository', repository],
			['repository', listed?.repository],
			['commit', configSource.digest.sha1],
			['commit', listed?.commit],
			['ref', ref],
			['ref', listed?.ref],
			['run', addressOnly(metadata?.buildInvocationId)],
			...(issuer === GITLAB_ISSUER
				? saidByGitlab(parameters, certified)
				: [
						['workflow', entryPath(configSource.entryPoint, repository)] as const,
						...saidByGithub(environment, repository),
					]),
		],
	};
}

/** Where a build on GitHub began. npm's first form wrote owner/repo/path@ref; what names no build file says nothing. */
function entryPath(entryPoint = '', repository = ''): string | undefined {
	if (!entryPoint.includes('.github/workflows/')) return undefined;
	const home = entryPoint.startsWith('.github/') ? repository : GITHUB;
	return workflowPath(`${home}/${entryPoint}`, repository);
}

/** GitHub's variables, as the runner sets them. @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
function saidByGithub(variables: Record<string, unknown>, repository = ''): Claimed['said'] {
	const said = (name: string) => textOf(variables[name]);
	const [slug, workflow] = [said('GITHUB_REPOSITORY'), said('GITHUB_WORKFLOW_REF')];
	const [run, attempt] = [said('GITHUB_RUN_ID'), said('GITHUB_RUN_ATTEMPT')];
	return [
		['repository', slug && `${GITHUB}/${slug}`],
		['commit', said('GITHUB_SHA')],
		['ref', said('GITHUB_REF')],
		['workflow', workflow && workflowPath(`${GITHUB}/${workflow}`, repository)],
		['trigger', said('GITHUB_EVENT_NAME')],
		['run', run && attempt && `${repository}/actions/runs/${run}/attempts/${attempt}`],
		['repositoryId', said('GITHUB_REPOSITORY_ID')],
		['ownerId', said('GITHUB_REPOSITORY_OWNER_ID')],
	];
}

/**
 * GitLab's; where GitLab itself attests, they are empty.
 * @param certified the ref that the certificate names: theirs is a branch or a tag, and does not say which.
 * @see https://docs.gitlab.com/ci/variables/predefined_variables
 */
function saidByGitlab(variables: Record<string, unknown>, certified: string): Claimed['said'] {
	const said = (name: string) => textOf(variables[name]);
	const trigger = said('CI_PIPELINE_SOURCE');
	// Of a merge request it names the branch that it comes from, which may be another project's.
	const name = trigger === 'merge_request_event' ? undefined : said('CI_COMMIT_REF_NAME');
	const ref = certified === `refs/tags/${name}` ? certified : `refs/heads/${name}`;
	return [
		['repository', said('CI_PROJECT_URL')],
		['commit', said('CI_COMMIT_SHA')],
		['ref', name && ref],
		['trigger', trigger],
		['run', said('CI_JOB_URL')],
		['repositoryId', said('CI_PROJECT_ID')],
		['ownerId', said('CI_PROJECT_NAMESPACE_ID')],
	];
}

const GITHUB = 'https://github.com';

/** A repository at some ref, as an address names it: `git+https://host/owner/repo@refs/...`. GitLab's has no ref. */
interface Source {
	repository?: string | undefined;
	/** A full ref only. */
	ref?: string | undefined;
	commit?: string | undefined;
}

function parseSource(uri = ''): Source {
	const [, repository, ref] = /^(?:git\+)?(https:\/\/[^@]+?)(?:\.git)?(?:@(.*))?$/.exec(uri) ?? [];
	return { repository, ref: ref?.startsWith('refs/') ? ref : undefined };
}

/** GitLab has called the commit a sha256, and a sha1. Whatever its label, it must be the certificate's. */
function parseMaterial({ uri, digest }: Material): Source {
	return { ...parseSource(uri), commit: digest.gitCommit ?? digest.sha1 ?? digest.sha256 };
}

/**
 * The material that is the source: of those in git the one of this repository, or else the first. npm lists the source alone, but
 * other builders also what they built with (images, archives, further repositories), and that is nobody's identity. A delegator leaves
 * out the ref where the builder checked out another commit of the source than the run was started at: that commit is not certified.
 */
function sourceAmong(
	materials: readonly Material[],
	repository: string | undefined,
	signer: string,
): Source | undefined {
	const sources = materials.flatMap((listed) => {
		const source = parseMaterial(listed);
		// GitLab's address is a plain one, as that of an archive would be.
		const isGit =
			listed.uri.startsWith('git+') || listed.digest.gitCommit !== undefined || source.repository === repository;
		return source.repository !== undefined && isGit ? [source] : [];
	});
	const source = sources.find((source) => source.repository === repository) ?? sources[0];
	return source?.ref === undefined && isDelegator(signer) ? { repository: source?.repository } : source;
}

/** Text, or a number as text; nothing where it is empty or anything else. */
function textOf(value: unknown): string | undefined {
	return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

/** An address of whatever kind. GitLab and others put other things where GitHub has the run's. */
function addressOnly(value: unknown): string | undefined {
	return typeof value === 'string' && /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : undefined;
}

/** GitLab's own attestations have the number of the job where others have an address. */
function jobAddress(repository = '', value: unknown): string | undefined {
	const number = textOf(value);
	return number !== undefined && /^\d+$/.test(number) ? `${repository}/-/jobs/${number}` : addressOnly(value);
}

function failure(code: FailureCode, detail?: string): Failure {
	return failed(code, detail).failure;
}
