/** Owns which builder may have made a predicate: the certificate’s own build service, or one that signs for others. */

import type { Identity } from '../../report/identity.ts';
import type { Failure } from '../../report/result.ts';
import { decodePath, GITLAB_ISSUER, parseSigner } from '../../sigstore/identity.ts';
import { failure } from '../statement.ts';

/**
 * Whether a workflow signs for other builders, also those of other repositories (November 2026: slsa-github-generator's delegators,
 * which name the builder that called them). A pull request or a commit of a fork could bring a workflow of the same name, so only its
 * tags and branches count.
 * @see https://github.com/slsa-framework/slsa-github-generator/blob/main/BYOB.md
 */
export function isDelegator(signer: string): boolean {
	const { path, ref = '' } = parseSigner(signer);
	return DELEGATORS.test(path) && /^refs\/(tags|heads)\//.test(ref);
}

const DELEGATORS =
	/^https:\/\/github\.com\/slsa-framework\/slsa-github-generator\/\.github\/workflows\/delegator_[\w-]+\.ya?ml$/;

/** A builder that calls a delegator: a workflow on GitHub, at some ref. */
const DELEGATED = /^https:\/\/github\.com\/[^/\s@]+\/[^/\s@]+\/\.github\/workflows\/[^/\s@]+@\S+$/;

/** The builder that the predicate claims, against the runner and the signer that the certificate names. */
export function compareBuilder(builder: string, { issuer, runner, signer, repository }: Identity): Failure | undefined {
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
