/** Owns which steps publish to npm, and which jobs can reach what is published. Pure. */
import { expressionsOf } from './expressions.ts';
import { bareWords, type Command, commandsIn, plainWords } from './shell.ts';
import type { Text } from './tree.ts';
import { parseUses } from './uses.ts';
import { inputOf, isOff, type Job, type Step, textsOf, type Workflow } from './workflow.ts';

/**
 * How a job can reach what is published:
 * - `publishes`: a step publishes.
 * - `may-publish`: a script of the repository, or a workflow that it calls, may publish; neither is read.
 * - `mints-token`: it may ask for an identity token, in a workflow that publishes.
 * - `hands-on`: a job above waits for it, and it hands something on: outputs, artifacts, what it writes to the repository.
 */
export type Reach = 'publishes' | 'may-publish' | 'mints-token' | 'hands-on';

/** A job that is read, without its steps that never run. */
export interface ReachingJob extends Job {
	reach: Reach;
}

/** What a workflow's jobs are read as. */
export interface Reaching {
	/** Whether a step that publishes was seen, or only what may. */
	publishing: 'seen' | 'perhaps' | 'not-seen';
	/** In the order of the file; none where nothing publishes. */
	jobs: readonly ReachingJob[];
	/** Reusable workflows and actions of the same repository in these jobs, which are not followed. */
	notFollowed: readonly Text[];
}

/** Finds the jobs that can reach what is published. Jobs and steps with `if: false` are left out. */
export function findReaching(workflow: Workflow): Reaching {
	const live = workflow.jobs
		.filter((job) => !isOff(job))
		.map((job) => ({ ...job, steps: job.steps.filter((step) => !isOff(step)) }));
	const reach = new Map<string, Reach>();
	for (const job of live) {
		if (job.steps.some(isPublishing)) reach.set(job.id.text, 'publishes');
		else if (mayPublish(job, workflow)) reach.set(job.id.text, 'may-publish');
	}
	const ways = new Set(reach.values());
	const publishing = ways.has('publishes') ? 'seen' : ways.has('may-publish') ? 'perhaps' : 'not-seen';
	if (publishing === 'not-seen') return { publishing, jobs: [], notFollowed: [] };
	for (const job of live)
		if (!reach.has(job.id.text) && levelOf(job, workflow, 'id-token') === 'write')
			reach.set(job.id.text, 'mints-token');
	const byId = new Map(live.map((job) => [job.id.text, job]));
	const waitedFor = new Set<string>();
	const queue = [...reach.keys()];
	for (let id = queue.pop(); id !== undefined; id = queue.pop())
		for (const need of byId.get(id)?.needs ?? []) {
			const job = byId.get(need);
			if (!job || waitedFor.has(need)) continue;
			waitedFor.add(need);
			queue.push(need);
			if (!reach.has(need) && handsOn(job, workflow)) reach.set(need, 'hands-on');
		}
	const jobs = live.flatMap((job) => {
		const way = reach.get(job.id.text);
		return way === undefined ? [] : [{ ...job, reach: way }];
	});
	const uses = jobs.flatMap((job) => [
		...(job.uses ? [job.uses] : []),
		...job.steps.flatMap((step) => (step.uses && parseUses(step.uses).kind === 'local' ? [step.uses] : [])),
	]);
	// Each once, at its first place.
	return {
		publishing,
		jobs,
		notFollowed: [...new Map(uses.toReversed().map((one) => [one.text, one])).values()].reverse(),
	};
}

/** Whether what a job runs is published, or may be. */
export function isPublisher({ reach }: ReachingJob): boolean {
	return reach === 'publishes' || reach === 'may-publish';
}

/** The level of a scope of the run's own token; `unknown` where nothing is said, so the repository's setting decides. */
export function levelOf(job: Job, workflow: Workflow, scope: string): string {
	const permissions = job.permissions ?? workflow.permissions;
	if (!permissions) return scope === 'id-token' ? 'none' : 'unknown';
	if (permissions.all === 'write-all') return 'write';
	if (permissions.all === 'read-all') return scope === 'id-token' ? 'none' : 'read';
	return permissions.scopes.get(scope)?.level ?? 'none';
}

/** Whether a job's steps or variables say that provenance is made. */
export function makesProvenance(job: Job, workflow: Workflow): boolean {
	const isOn = ({ env }: Pick<Step, 'env'>) =>
		env.some(({ key, value }) => /^npm_config_provenance$/i.test(key.text) && /^true$/i.test(value.text.trim()));
	if ([workflow, job, ...job.steps].some(isOn)) return true;
	const scripts = job.steps.flatMap(({ run, with: inputs }) => [
		...(run ? [run] : []),
		...inputs.map(({ value }) => value),
	]);
	return scripts.some(({ text }) => /(?:^|\s)--provenance(?:=true)?(?:\s|$)/.test(text));
}

/** Actions that publish. The sub-action `changesets/action/version` does not. */
const PUBLISHING_ACTIONS = new Set([
	'changesets/action/publish',
	'js-devtools/npm-publish',
	'cycjimmy/semantic-release-action',
	'codfish/semantic-release-action',
	'pascalgn/npm-publish-action',
]);

/** Whether a step publishes to npm. */
export function isPublishing(step: Step): boolean {
	const { uses, run } = step;
	if (run) return hasPublishing(run);
	const used = uses && parseUses(uses);
	if (used?.kind !== 'repository') return false;
	const action = [used.repository, used.path].filter(Boolean).join('/');
	// Without a command to publish it opens pull requests only.
	if (action === 'changesets/action') return inputOf(step, 'publish') !== undefined;
	// Some take the commands as an input.
	return PUBLISHING_ACTIONS.has(action) || step.with.some(({ value }) => hasPublishing(value));
}

function hasPublishing(script: Text): boolean {
	return /publish|release|\bnp\b/.test(script.text) && commandsIn(script).some(publishes);
}

/** Whether all that a job publishes is staged, so that a person lets it through at npm with a second factor. */
export function isStaged({ steps }: Pick<Job, 'steps'>): boolean {
	const publishing = steps.filter(isPublishing);
	const commands = publishing.flatMap(({ run }) => (run ? commandsIn(run).filter(publishes) : []));
	return (
		publishing.length > 0 &&
		publishing.every(({ run }) => run) &&
		commands.every((one) => programOf(one)[1] === 'stage')
	);
}

/** Programs that start another one: `npx np`, `pnpm exec changeset publish`, `yarn lerna publish`. */
const STARTERS: [program: RegExp, verb?: RegExp][] = [
	[/^(?:npm|pnpm|pn|yarn|bun)$/, /^(?:exec|dlx|x)$/],
	[/^(?:npx|bunx|pnpx)$/],
	[/^(?:yarn|pnpm|pn|bun)$/],
];

/** The program that a command starts at last, and what follows it that is no option. A version in its name is left out. */
function programOf(command: Command): string[] {
	let words = plainWords(bareWords(command));
	for (const [program, verb] of STARTERS)
		if (program.test(words[0] ?? '') && words.length > 1)
			if (verb?.test(words[1] ?? '')) words = words.slice(2);
			else if (!verb && (!OWN_VERBS.test(words[1] ?? '') || /x$/.test(words[0] ?? ''))) words = words.slice(1);
	const [program = '', ...rest] = words;
	const name = program.replace(/^.*\/node_modules\/\.bin\//, '').replace(/(?<=.)@[\w.^~-]*$/, '');
	return [name, ...rest];
}

/** Verbs of package managers, which are no programs that they start. */
const OWN_VERBS =
	/^(?:npm|publish|stage|run|recursive|workspace|workspaces|exec|dlx|x|install|i|add|ci|up|pack|version|config|set)$/;

/** Whether a command publishes to npm. */
function publishes(command: Command): boolean {
	const { words } = command;
	if (
		words.some((word) =>
			/^(?:--dry-run(?:=true)?|--skip-publish|--no-publish|--no-npm(?:\.publish)?|--npm\.publish=false|--help)$/.test(
				word,
			),
		)
	)
		return false;
	const [program = '', verb = '', third = ''] = programOf(command);
	switch (program) {
		case 'npm':
			return verb === 'publish' || (verb === 'stage' && third === 'publish');
		case 'pnpm':
		case 'pn':
			return verb === 'publish' || (/^(?:stage|recursive|multi|m)$/.test(verb) && third === 'publish');
		case 'yarn': {
			const rest = plainWords(words.slice(words.indexOf('yarn') + 1));
			const at = rest.indexOf('npm');
			return verb === 'publish' || (at !== -1 && rest[at + 1] === 'publish');
		}
		case 'bun':
		case 'vlt':
		case 'changeset':
		case 'changesets':
		case '@changesets/cli':
		case 'beachball':
		case 'rush':
		case 'lerna':
			return verb === 'publish';
		case 'nx':
			return verb === 'release' && third !== 'version' && third !== 'changelog' && third !== 'plan';
		case 'np':
		case 'release-it':
		case 'semantic-release':
		case 'multi-semantic-release':
			return verb !== 'config';
		default:
			return false;
	}
}

/** Names of scripts that may publish. */
const RELEASE_NAME = /(?:^|[:._/-])(?:publish|release|ship(?:it)?)(?:[:._-]|$)/i;
/** Secrets that are named after npm. */
const NPM_SECRET = /^secrets\.(?:\w*npm\w*|node_auth_token)$/;

/** Actions that publish to other registries. */
const ELSEWHERE =
	/^(?:release-plz\/action|rust-lang\/crates-io-auth-action|pypa\/gh-action-pypi-publish|rubygems\/release-gem)@/i;

/** Whether a job that was not seen to publish may: by a script, or by a workflow that it calls. */
function mayPublish(job: Job, workflow: Workflow): boolean {
	const canPublish = levelOf(job, workflow, 'id-token') === 'write' || hasNpmSecret(job, workflow);
	if (!canPublish) return false;
	if (job.uses) return true;
	const commands = job.steps.flatMap(({ run }) => (run ? commandsIn(run) : []));
	if (commands.some(runsReleaseScript)) return true;
	const isElsewhere =
		commands.some(publishesElsewhere) || job.steps.some(({ uses }) => ELSEWHERE.test(uses?.text ?? ''));
	return RELEASE_NAME.test(job.id.text) && !isElsewhere;
}

/** Whether a command runs a script of the repository that is named like one that publishes. */
function runsReleaseScript(command: Command): boolean {
	const [program = '', ...rest] = plainWords(bareWords(command));
	if (/^(?:npm|pnpm|pn|yarn|bun|vlt)$/.test(program)) {
		const words = rest.filter(
			(word) => !/^(?:run|run-script|recursive|exec|workspaces?|foreach|turbo|nx|wireit)$/.test(word),
		);
		return RELEASE_NAME.test(words[0] ?? '') || (rest[0] === 'workspace' && RELEASE_NAME.test(words[1] ?? ''));
	}
	if (/^(?:node|tsx|ts-node|zx|bash|sh|make|just|python3?|turbo)$/.test(program))
		return rest.slice(0, 2).some((word) => RELEASE_NAME.test(word.replace(/\.\w+$/, '')));
	if (program.startsWith('$')) return rest[0] === 'publish';
	return /^\.{0,2}\//.test(program) && RELEASE_NAME.test(program.replace(/\.\w+$/, ''));
}

/** Whether a command publishes somewhere that is not npm's registry. */
function publishesElsewhere(command: Command): boolean {
	const [program = '', verb] = programOf(command);
	if (program === 'pkg-pr-new') return true;
	return (
		/^(?:jsr|deno|cargo|twine|gem|vsce|ovsx|wrangler|docker|poetry|uv)$/.test(program) &&
		/^(?:publish|push|upload)$/.test(verb ?? '')
	);
}

function hasNpmSecret(job: Job, workflow: Workflow): boolean {
	const values = [
		...[workflow, job, ...job.steps].flatMap(({ env }) => env.map(({ value }) => value)),
		...job.steps.flatMap((step) => step.with.map(({ value }) => value)),
		...job.steps.flatMap(({ run }) => (run ? [run] : [])),
		...textsOf(job.secrets),
	];
	return values.some(({ text }) =>
		expressionsOf(text).some(({ contexts }) => contexts.some((context) => NPM_SECRET.test(context))),
	);
}

/** Whether something of a job comes into the jobs that wait for it. What is not read may hand something on. */
function handsOn(job: Job, workflow: Workflow): boolean {
	if (job.hasOutputs || job.uses || levelOf(job, workflow, 'contents') === 'write') return true;
	return job.steps.some(({ uses }) => {
		const used = uses && parseUses(uses);
		if (!used) return false;
		return (
			used.kind === 'local' ||
			(used.kind === 'repository' && /upload-(?:pages-)?artifact|\/cache$/.test(used.repository))
		);
	});
}
