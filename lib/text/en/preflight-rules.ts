/** Owns the words of Preflight's rules: what was seen, why people care, when it is ordinary, what to change, which default held. */
import type { DefaultCode } from '../../preflight/rule-facts.ts';
import type { KindOf, RuleId } from '../../preflight/rule-kinds.ts';

/** What was seen, by kind. `what` is quoted text from outside. */
export const SEEN: { [Id in RuleId]: { [Kind in KindOf<Id>]: (what: string) => string } } = {
	'unpinned-action': {
		branch: (what) => `${what} is named by a branch, or another name that its owner can move to other code.`,
		tag: (what) => `${what} is named by a tag, which its owner can move to other code.`,
		'no-ref': (what) => `${what} is named without a version, so its newest code runs.`,
		image: (what) => `The image ${what} is named without its digest, so its owner can exchange it.`,
		'tag-of-github': (what) => `${what} is GitHub's own, and is named by a tag.`,
	},
	'dangerous-trigger': {
		pull_request_target: (what) =>
			`${what} starts this workflow: a pull request of a stranger starts it with the repository's rights.`,
		workflow_run: (what) => `${what} starts this workflow: another run does, also one that a stranger caused.`,
		issue_comment: (what) => `${what} starts this workflow: everybody who can comment starts it.`,
	},
	'cache-in-release': {
		restored: (what) => `${what} restores files that an earlier run left in the cache, in a job that publishes or can.`,
		'handed-on': (what) =>
			`${what} restores files from the cache, in a job that hands something on to the publishing job.`,
		conditional: (what) => `${what} restores files from the cache under a condition, which was not evaluated.`,
		'read-only': (what) => `${what} restores files from the cache; the job may read the cache and not write it.`,
		automatic: (what) => `${what} may restore a cache by itself. That depends on package.json, which was not read.`,
	},
	'template-injection': {
		text: (what) => `${what} is put into a script before it runs, and strangers can write that text.`,
		'through-env': (what) => `${what} is put into a script before it runs, and holds text that strangers can write.`,
		'whole-event': (what) =>
			`${what} puts the whole event into a script before it runs, with text that strangers can write.`,
	},
	'broad-permissions': {
		'write-all': (what) => `The token of the run has all rights (${what}).`,
		'token-for-all': (what) =>
			`The right to ask for an identity token is given to the whole workflow, so these jobs have it as well: ${what}.`,
		unsaid: (what) => `No permissions are named for ${what}, so the repository's setting decides.`,
		writes: (what) => `The token of the run can write more than publishing needs: ${what}.`,
	},
	'publish-token': {
		token: (what) => `${what} is a token that lasts, in a job that publishes or can.`,
		'beside-id-token': (what) => `${what} is a token that lasts, and the job could ask for a short-lived one.`,
	},
	'self-hosted-runner': {
		'self-hosted': (what) => `The job runs on a machine of the project's own (${what}).`,
		group: (what) => `The job runs on a machine of the group ${what}. Whose machines those are is not in the file.`,
		'other-label': (what) => `The job runs on a machine that is none of GitHub's standard ones: ${what}.`,
		expression: (what) => `The machine is named by an expression, which was not evaluated: ${what}.`,
	},
	'pipe-to-shell': {
		piped: (what) => `A script is fetched and run at once: ${what}.`,
	},
	'persisted-credentials': {
		'own-token': (what) => `${what} leaves a token or key of the project's own on the machine for all later steps.`,
		write: (what) => `${what} leaves a token that can write to the repository on the machine for all later steps.`,
		unknown: (what) =>
			`${what} leaves the token of the run on the machine for all later steps; no permissions are named.`,
		read: (what) => `${what} leaves a token that can read the repository on the machine for all later steps.`,
	},
	'no-environment': {
		none: (what) => `The job ${what} publishes without a deployment environment.`,
	},
	'inherited-secrets': {
		all: (what) => `${what} gets every secret of the repository.`,
	},
	'input-reaches-publish': {
		script: (what) => `${what} is put into a script before it runs, and somebody who starts the run writes it.`,
		ref: (what) => `${what} decides which code is checked out, so it may be other code than the attested commit.`,
		payload: (what) => `${what} comes from another system, and reaches a script or what is checked out.`,
		argument: (what) => `${what} is an argument of publishing, and somebody who starts the run writes it.`,
	},
	'install-scripts-with-id-token': {
		npm: (what) => `${what} may run scripts of dependencies in a job that can ask for a token to publish.`,
		yarn: (what) => `${what} may run scripts of dependencies in a job that can ask for a token to publish.`,
		'by-version': (what) =>
			`${what} runs scripts of dependencies with pnpm 9 and older; newer ones ask first. The job can get a token to publish.`,
		global: (what) =>
			`${what} installs a program outside of the lockfile, in a job that can ask for a token to publish.`,
	},
};

interface RuleText {
	/** A heading. */
	name: string;
	/** One sentence why people care. */
	why: string;
	/** When it is ordinary. */
	ordinary: string;
	/** What a maintainer can change. */
	change: string;
}

export const RULE_TEXTS: Record<RuleId, RuleText> = {
	'unpinned-action': {
		name: 'Actions that can change',
		why: 'Whoever can move the branch or tag decides what runs in the next release, as happened with tj-actions/changed-files.',
		ordinary: 'It is ordinary: many projects name actions by tag, and most tags never move to anything harmful.',
		change:
			'Name the full commit, with the tag in a comment beside it. A lockfile of actions (actions.lock) counts as well.',
	},
	'dangerous-trigger': {
		name: 'Events that strangers can cause',
		why: 'The run has the secrets and rights of the repository, so code or text of a stranger in it can reach a release.',
		ordinary:
			'It is ordinary where a condition admits only runs of the own branches. Conditions are quoted here, not evaluated.',
		change: 'Publish from a workflow of its own that starts on a release, a tag, or by hand.',
	},
	'cache-in-release': {
		name: 'Files from the cache',
		why: 'Another run of the repository wrote the cache, and files in it become part of the build unseen.',
		ordinary:
			'It is ordinary in tests, where it saves minutes. Package managers check most of what they restore against the lockfile.',
		change: 'Leave caches out of jobs that build or publish: `cache-mode: none`, `package-manager-cache: false`.',
	},
	'template-injection': {
		name: "Strangers' text in scripts",
		why: 'Text in a title, branch or commit message can end the command and begin another one.',
		ordinary: 'It is harmless where the event that carries the text never starts this workflow.',
		change: 'Put the text into `env` and use the variable in the script, in quotes.',
	},
	'broad-permissions': {
		name: 'Rights of the run',
		why: 'Each step and action of a job has its rights, and the right to an identity token is the right to publish.',
		ordinary: 'Writing is ordinary where the job creates a tag, a release or a pull request.',
		change: 'Write `permissions: {}` above all jobs, and give each job what it needs.',
	},
	'publish-token': {
		name: 'Tokens that last',
		why: 'A token that is copied once publishes from anywhere until somebody revokes it.',
		ordinary: 'It is ordinary where packages are published for the first time, or the registry is not npm.',
		change:
			'Set a trusted publisher at npm, remove the secret, revoke the token, and forbid tokens in the package settings.',
	},
	'self-hosted-runner': {
		name: "Machines that are not GitHub's",
		why: 'A machine that keeps its disk between runs can carry something from one run into a release.',
		ordinary:
			'Larger machines and those of hosting companies have names of their own and are often fresh for each run.',
		change: 'Publish on a machine of GitHub, and build there too where you can.',
	},
	'pipe-to-shell': {
		name: 'Scripts from elsewhere',
		why: 'Whoever owns the address decides at each run what is executed, and nothing of it is in the source.',
		ordinary: 'It is the documented way to install many tools.',
		change: 'Install a fixed version and compare its checksum, or use an action that is named by its commit.',
	},
	'persisted-credentials': {
		name: 'Tokens left on the machine',
		why: 'Each later step can read the token, dependencies with scripts among them.',
		ordinary: 'It is the default, and needed where a later step pushes a tag or commit.',
		change: 'Write `persist-credentials: false`, and hand the token only to the step that pushes.',
	},
	'no-environment': {
		name: 'Nothing holds publishing back',
		why: 'An environment can ask a person first, admit only some branches and tags, and keep its secrets from all other jobs.',
		ordinary: 'It is ordinary, above all where one person maintains the project, or rules protect the tags.',
		change:
			'Name an environment with reviewers or protected branches, and name the same one in the trusted publisher at npm.',
	},
	'inherited-secrets': {
		name: 'All secrets handed on',
		why: 'The called workflow and its actions can read secrets that they do not need.',
		ordinary: 'It is ordinary where both workflows are in one repository.',
		change: 'Name each secret that the called workflow needs.',
	},
	'input-reaches-publish': {
		name: 'Inputs that decide',
		why: 'What somebody types when starting the run is in no commit, so the source does not show it.',
		ordinary: 'Only people who can write to the repository can start such a run, or the workflow that calls this one.',
		change: 'Give inputs a choice of values, pass them through `env`, and publish what the run was started on.',
	},
	'install-scripts-with-id-token': {
		name: 'Scripts of dependencies beside the token',
		why: 'A script of a dependency runs with everything that the job has, and can ask for a token to publish.',
		ordinary: 'It is ordinary where one job builds and publishes.',
		change:
			'Build in one job without the right, and publish the packed file in another; or install with `--ignore-scripts`.',
	},
};

/** What holds since a day; `not yet` for a day before it. */
export const DEFAULT_TEXTS: Record<DefaultCode, { held: string; notYet: string }> = {
	'token-reads-only': {
		held: 'repositories made later have a token that reads only, unless an older organisation says otherwise',
		notYet: 'new repositories had a token that can write',
	},
	'checkout-keeps-token-apart': {
		held: 'checkout 6 and later keep the token in a file outside of the source folder',
		notYet: 'checkout kept the token in the source folder',
	},
	'runs-default-branch': {
		held: 'such a run takes its build file from the default branch',
		notYet: "such a run took its build file from the pull request's base branch",
	},
	'cache-reads-only': {
		held: 'runs that strangers cause can read the cache and not write it, unless the file says otherwise',
		notYet: 'runs that strangers cause could write the cache',
	},
	'npm-blocks-scripts': {
		held: 'npm 12 and later run scripts of those dependencies only that package.json allows',
		notYet: 'npm ran scripts of all dependencies',
	},
	'checkout-refuses-forks': {
		held: "maintained versions of checkout refuse a fork's code in such a run, unless asked for it",
		notYet: "checkout fetched a fork's code in such a run without asking",
	},
	'cache-mode': {
		held: 'a job can switch the cache off (`cache-mode`)',
		notYet: 'a job could not switch the cache off as a whole',
	},
	'actions-lock': {
		held: 'GitHub holds actions to the commits of a lockfile, where there is one (preview)',
		notYet: 'there was no lockfile of actions',
	},
	'target-blocked': {
		held: 'public repositories block this event, unless a policy of theirs allows it',
		notYet: 'public repositories allowed this event',
	},
	'no-direct-token': {
		held: 'npm refuses to publish directly with a token that needs no second factor',
		notYet: 'npm still publishes directly with a token that needs no second factor',
	},
};
