/** Owns where the made-up builds of the fuzzer ran: one row an origin, and what its certificate says. */
import { type Build, type GithubRun, githubBuild, githubBuildV02, gitlabBuild } from '../support/mint.ts';
import { INVISIBLE } from './text.ts';

const HOME: GithubRun = {};
/** A thief's own account. */
const THIEF = { repository: 'https://github.com/thief/minted', repositoryId: '9001', ownerId: '9002' };

/** What a certificate of before 25 April 2023 does not name. */
const YOUNGER_THAN_EARLY = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23];

const at = (run: GithubRun) => (version: string) => githubBuild({ ...HOME, ref: tagOf(version), ...run });

/**
 * Origins by name; each makes the build of one version. Those of `HOSTILE_ORIGINS` carry text that no honest certificate has.
 * `home` is a tag `vX.Y.Z`, a push, a hosted runner, without an environment.
 */
export const ORIGINS = {
	home: at({}),
	main: at({ ref: 'refs/heads/main' }),
	'other-workflow': at({ workflow: '.github/workflows/publish.yml' }),
	'other-repository': at({ repository: 'https://github.com/stamp-test/other', repositoryId: '1002' }),
	'other-owner': at(THIEF),
	/** The names of home under other numbers: the account was deleted, and its name taken. */
	squat: at({ repositoryId: '9003', ownerId: '9004' }),
	renamed: at({ repository: 'https://github.com/stamp-test/renamed' }),
	transferred: at({ repository: 'https://github.com/new-owner/minted', ownerId: '2003' }),
	branch: at({ ref: 'refs/heads/fix-build' }),
	'pull-request': at({ ref: 'refs/pull/7/merge', trigger: 'pull_request' }),
	'open-trigger': at({ trigger: 'pull_request_target' }),
	dispatch: at({ trigger: 'workflow_dispatch' }),
	'self-hosted': at({ runner: 'self-hosted' }),
	environment: at({ environment: 'npm' }),
	'other-environment': at({ environment: 'staging' }),
	reusable: at({ reusable: 'thief/workflows/.github/workflows/release.yml@refs/heads/main' }),
	'own-reusable': at({ reusable: 'stamp-test/workflows/.github/workflows/npm.yml@refs/tags/v3' }),
	'tag-of-another-version': at({ ref: 'refs/tags/v99.0.0' }),
	gitlab: () => gitlabBuild(),
	'slsa-0.2': (version: string) => githubBuildV02({ ...HOME, ref: tagOf(version) }),
	/** A certificate of early 2023: no numbers, no build file, no runner, no environment. */
	early: (version: string) => without(githubBuildV02({ ...HOME, ref: tagOf(version) }), YOUNGER_THAN_EARLY),
	'early-of-thief': (version: string) => without(githubBuildV02({ ...THIEF, ref: tagOf(version) }), YOUNGER_THAN_EARLY),
	'unlisted-issuer': (version: string) => {
		const build = githubBuild({ ref: tagOf(version) });
		const issuer = 'https://token.example.test';
		return { ...build, extensions: { ...build.extensions, 1: issuer, 8: issuer } };
	},
	hidden: at({ environment: `np${INVISIBLE.join('')}m` }),
	huge: at({ environment: 'n'.repeat(30_000) }),
} satisfies Record<string, (version: string) => Build>;
export type OriginName = keyof typeof ORIGINS;

/** Whose certificates no honest build service issues. */
export const HOSTILE_ORIGINS: readonly OriginName[] = ['hidden', 'huge'];

function tagOf(version: string): string {
	return `refs/tags/v${version}`;
}

function without(build: Build, extensions: readonly number[]): Build {
	const kept = Object.entries(build.extensions).filter(([number]) => !extensions.includes(Number(number)));
	return { ...build, extensions: Object.fromEntries(kept) };
}
