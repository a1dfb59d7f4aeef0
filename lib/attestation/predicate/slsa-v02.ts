/** Owns the SLSA provenance predicate, version 0.2. @see https://slsa.dev/spec/v0.2/provenance */

import * as v from 'valibot';
import { FIRST_ONLY } from '../../npm/json-bounds.ts';
import type { Identity } from '../../report/identity.ts';
import { GITLAB_ISSUER, workflowPath } from '../../sigstore/identity.ts';
import { text } from '../statement.ts';
import {
	addressOnly,
	anyVariables,
	type Claimed,
	entryPath,
	GITHUB,
	lenient,
	materials,
	parseSource,
	sourceAmong,
	textOf,
} from './claimed.ts';

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

export function claimedByV02(predicate: unknown, { issuer, ref: certified, signer }: Identity): Claimed | undefined {
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

/** GitHub's variables, as the runner sets them. @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export function saidByGithub(variables: Record<string, unknown>, repository = ''): Claimed['said'] {
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
export function saidByGitlab(variables: Record<string, unknown>, certified: string): Claimed['said'] {
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
