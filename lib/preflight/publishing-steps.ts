/** Owns which steps and commands publish to npm, and which may. Pure; what is known is their form. */
import { REGISTRY } from '../npm/hosts.ts';
import { bareWords, type Command, commandsIn, plainWords } from './shell.ts';
import type { Text } from './tree.ts';
import { parseUses } from './uses.ts';
import { inputOf, type Job, type Step } from './workflow.ts';

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

/** The commands that publish in a step's script, or in its inputs, as some actions take them. */
export function publishingCommands({ run, with: inputs }: Step): Command[] {
	const scripts = run ? [run] : inputs.map(({ value }) => value);
	return scripts.filter(hasPublishing).flatMap((script) => commandsIn(script).filter(publishes));
}

/** Programs that start another one: `npx np`, `pnpm exec changeset publish`, `yarn lerna publish`. */
const STARTERS: [program: RegExp, verb?: RegExp][] = [
	[/^(?:npm|pnpm|pn|yarn|bun)$/, /^(?:exec|dlx|x)$/],
	[/^(?:npx|bunx|pnpx)$/],
	[/^(?:yarn|pnpm|pn|bun)$/],
];

/** The program that a command starts at last, and what follows it that is no option. A version in its name is left out. */
export function programOf(command: Command): string[] {
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
	if (namesOtherRegistry(words)) return false;
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

/** Names of scripts and jobs that may publish. */
export const RELEASE_NAME = /(?:^|[:._/-])(?:publish|release|ship(?:it)?)(?:[:._-]|$)/i;
/** Whether a command runs a script of the repository that is named like one that publishes. */
export function runsReleaseScript(command: Command): boolean {
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

/** Whether a command names another registry than npm's, as `--registry`. An expression may name any. */
function namesOtherRegistry(words: readonly string[]): boolean {
	const at = words.findIndex((word) => /^--registry(?:=|$)/.test(word));
	const [, written = words[at + 1]] = /^--registry=(.*)$/s.exec(words[at] ?? '') ?? [];
	if (at === -1 || written === undefined || !URL.canParse(written)) return false;
	return new URL(written).host !== new URL(REGISTRY).host;
}

/** Whether a command publishes somewhere that is not npm's registry. */
export function publishesElsewhere(command: Command): boolean {
	const [program = '', verb] = programOf(command);
	if (program === 'pkg-pr-new' || (verb === 'publish' && namesOtherRegistry(command.words))) return true;
	return (
		/^(?:jsr|deno|cargo|twine|gem|vsce|ovsx|wrangler|docker|poetry|uv)$/.test(program) &&
		/^(?:publish|push|upload)$/.test(verb ?? '')
	);
}
