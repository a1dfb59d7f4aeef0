/** Owns whether a job makes provenance, as far as its file says so. Pure; what is known are publishing programs and their switches. */
import { isPublishing, programOf, publishingCommands } from './publishing-steps.ts';
import { type Command, commandsIn } from './shell.ts';
import { inputOf, type Job, type Step, type Workflow } from './workflow.ts';

/**
 * Whether provenance is made of all that a job publishes. What nobody read, or what is switched off, makes none that the file shows.
 * @param isTrusted whether it publishes by its identity token, so that npm and what calls npm make it by themselves.
 */
export function makesProvenance(job: Job, workflow: Workflow, isTrusted: boolean): boolean {
	// Variables do not come into a workflow that is called.
	if (job.uses) return false;
	const isOff = job.steps.some(({ run }) => run && SET_OFF.test(run.text));
	const variables = (names: RegExp, step: Step) => (isOff ? false : variableOf(names, [step, job, workflow]));
	const publishing = job.steps.filter(isPublishing);
	if (publishing.length > 0) return publishing.every((step) => isMadeBy(step, variables, isTrusted));
	// A script that publishes is not read; only switches count.
	const told = job.steps.map((step) => flagIn(commandsOf(step)) ?? variables(OF_NPM, step));
	return told.includes(true) && !told.includes(false);
}

/** The nearest variable that says something: of a step, its job, the workflow. */
type Variables = (names: RegExp, step: Step) => boolean | undefined;

/** npm reads its variables in letters of any case. */
const OF_NPM = /^npm_config_provenance$/i;
/** @see https://github.com/yarnpkg/berry/blob/master/packages/plugin-npm-cli/sources/commands/npm/publish.ts */
const OF_YARN = /^yarn_npm_(?:publish|config)_provenance$/i;
/** A script that switches it off for later commands: in `.npmrc`, by `npm config set`, or by a variable. */
const SET_OFF = /(?<![a-z-])provenance["']?(?:=|\s| = )["']?(?:false|0|null)\b/i;

/** Programs that make provenance only where a switch says so. Yarn's documents name no other case. */
const ONLY_TOLD = new Set(['yarn', 'vlt']);

function isMadeBy(step: Step, variables: Variables, isTrusted: boolean): boolean {
	const commands = publishingCommands(step);
	if (commands.length > 0) return commands.every((command) => isMadeByCommand(command, step, variables, isTrusted));
	const input = inputOf(step, 'provenance');
	// A script that an action starts is not read.
	const isRead = inputOf(step, 'publish') === undefined;
	const told = input ? isOn(input.text) : flagIn(commandsOf(step));
	return told ?? variables(OF_NPM, step) ?? (isTrusted && isRead);
}

function isMadeByCommand(command: Command, step: Step, variables: Variables, isTrusted: boolean): boolean {
	const [program = '', verb] = programOf(command);
	// Bun (1.4.5) and the first Yarn make none.
	if (program === 'bun' || (program === 'yarn' && verb === 'publish')) return false;
	const names = program === 'yarn' ? OF_YARN : OF_NPM;
	const told = flagIn([command]) ?? assignedIn(command, names) ?? variables(names, step);
	return told ?? (isTrusted && !ONLY_TOLD.has(program));
}

function commandsOf({ run, with: inputs }: Step): Command[] {
	return (run ? [run] : inputs.map(({ value }) => value)).flatMap(commandsIn);
}

/** What the last `--provenance` of commands says. */
function flagIn(commands: readonly Command[]): boolean | undefined {
	const text = commands.map(({ words }) => words.join(' ')).join('\n');
	const flags = [...text.matchAll(/(?<!\S)--(no-)?provenance(?:=(\S*)| (true|false))?(?!\S)/gi)];
	const [, no, value, next] = flags.at(-1) ?? [];
	if (flags.length === 0) return undefined;
	return no === undefined && isOn(value ?? next ?? 'true');
}

/** A variable that is set for one command: `NPM_CONFIG_PROVENANCE=true npm publish`. */
function assignedIn({ words }: Command, names: RegExp): boolean | undefined {
	const assigned = words.map((word) => word.split('=')).findLast(([name = '', value]) => value && names.test(name));
	return assigned && isOn(assigned[1] ?? '');
}

function variableOf(names: RegExp, parts: readonly Pick<Step, 'env'>[]): boolean | undefined {
	for (const { env } of parts) {
		// npm passes by an empty one.
		const said = env.filter(({ key, value }) => names.test(key.text) && value.text.trim() !== '');
		if (said.length > 0) return said.every(({ value }) => isOn(value.text));
	}
	return undefined;
}

/** An expression is not evaluated, so it says nothing that can be relied on. */
function isOn(value: string): boolean {
	return /^(?:true|1)$/i.test(value.trim());
}
