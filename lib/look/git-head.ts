/** Owns the look at the commit that npm noted where a file was packed, beside the attested one. Pure. */
import { type Finding, makeFinding } from '../report/findings.ts';
import type { Identity } from '../report/identity.ts';

/**
 * The attested commit, on which the run was started, against the one that npm noted where the file was packed: `git-head-same`,
 * `git-head-differs`, `git-head-missing`. The publisher says the second, and nobody signed it.
 * @param gitHead the manifest's, of any content.
 */
export function findInGitHead({ commit }: Identity, gitHead: string | undefined): Finding[] {
	if (gitHead === undefined || gitHead === '') return [makeFinding('git-head-missing')];
	return gitHead.toLowerCase() === commit.toLowerCase()
		? [makeFinding('git-head-same', { gitHead })]
		: [makeFinding('git-head-differs', { gitHead, commit })];
}
