/** Owns the SLSA provenance predicate, version 1. @see https://slsa.dev/spec/v1.0/provenance */

import * as v from 'valibot';
import { FIRST_ONLY } from '../../npm/json-bounds.ts';
import type { Identity } from '../../report/identity.ts';
import { decodePath, GITLAB_ISSUER } from '../../sigstore/identity.ts';
import { text } from '../statement.ts';
import {
	addressOnly,
	anyVariables,
	type Claimed,
	GITHUB,
	jobAddress,
	lenient,
	material,
	materials,
	parseMaterial,
	parseSource,
	sourceAmong,
	textOf,
} from './claimed.ts';
import { saidByGithub, saidByGitlab } from './slsa-v02.ts';

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

export function claimedByV1(predicate: unknown, { issuer, ref, signer }: Identity): Claimed | undefined {
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
