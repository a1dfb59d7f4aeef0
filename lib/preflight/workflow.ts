/** Owns a workflow file as a model: events, jobs and steps, each with its place. Pure. */
import { type Dictionary, type Place, parseTree, type Text, type Tree, type Unreadable } from './tree.ts';

/** The rights of the run's own token: one word for all, or each scope with its level. */
export interface Permissions {
	/** Where they are given. */
	at: number;
	/** `read-all`, `write-all`; empty where scopes are listed. */
	all: string;
	scopes: ReadonlyMap<string, { key: Text; level: string }>;
}

/** What workflows, jobs and steps may all have. */
interface Part {
	env: readonly Entry[];
}

interface Entry {
	key: Text;
	value: Text;
}

export interface Step extends Part {
	/** Where it begins. */
	at: number;
	if?: Text;
	uses?: Text;
	run?: Text;
	with: readonly Entry[];
}

export interface Job extends Part {
	id: Text;
	if?: Text;
	/** Ids of the jobs that it waits for. */
	needs: readonly string[];
	runsOn?: Tree;
	/** Its own ones. */
	permissions?: Permissions;
	hasEnvironment: boolean;
	hasOutputs: boolean;
	container?: Text;
	/** Of a job that calls a reusable workflow. */
	uses?: Text;
	with: readonly Entry[];
	secrets?: Tree;
	cacheMode?: string;
	matrix?: Dictionary;
	steps: readonly Step[];
}

export interface Workflow extends Part {
	/** The whole text, for places within values. */
	source: string;
	placeOf: (at: number) => Place;
	/** Names of events with their places. */
	events: readonly Text[];
	/** Inputs of `workflow_dispatch` and `workflow_call` by name, with their type. */
	inputs: ReadonlyMap<string, string>;
	permissions?: Permissions;
	cacheMode?: string;
	jobs: readonly Job[];
}

export type WorkflowResult = { ok: true; workflow: Workflow } | { ok: false; failure: Unreadable };

/**
 * Reads a workflow file. Fields of the wrong form count as absent, as GitHub would refuse the file anyway.
 * @returns failures of `parseTree`, `not-a-workflow` (no `on` or no `jobs`), `action-no-workflow` (a file that describes an action).
 */
export function parseWorkflow(source: string): WorkflowResult {
	const parsed = parseTree(source);
	if (!parsed.ok) return parsed;
	const { tree, placeOf } = parsed;
	const refuse = (code: Unreadable['code']): WorkflowResult => ({
		ok: false,
		failure: { code, ...placeOf(tree.at) },
	});
	const [on, jobs] = [fieldOf(tree, 'on'), mapOf(fieldOf(tree, 'jobs'))];
	if (!on || !jobs) return refuse(fieldOf(tree, 'runs') && !jobs ? 'action-no-workflow' : 'not-a-workflow');
	return {
		ok: true,
		workflow: {
			source,
			placeOf,
			events: eventsOf(on),
			inputs: inputsOf(on),
			...present('permissions', permissionsOf(tree)),
			...present('cacheMode', textOf(fieldOf(tree, 'cache-mode'))?.text),
			env: entriesOf(fieldOf(tree, 'env')),
			jobs: [...jobs.entries.values()].map(({ key, value }) => jobOf(key, value)),
		},
	};
}

/** The value of a map's key. */
export function fieldOf(tree: Tree | undefined, key: string): Tree | undefined {
	return tree?.kind === 'map' ? tree.entries.get(key)?.value : undefined;
}

/** All texts in a tree, in its order. */
export function textsOf(tree: Tree | undefined): Text[] {
	if (!tree) return [];
	if (tree.kind === 'text') return [tree];
	return (tree.kind === 'list' ? tree.items : [...tree.entries.values()].map(({ value }) => value)).flatMap(textsOf);
}

/** The value of an input of a step or job, without regard to capitals, as GitHub reads them. */
export function inputOf({ with: inputs }: Pick<Step, 'with'>, name: string): Text | undefined {
	return inputs.find(({ key }) => key.text.toLowerCase() === name)?.value;
}

/** Whether a job or step never runs: `if: false`. Other conditions are not evaluated. */
export function isOff({ if: condition }: { if?: Text }): boolean {
	return condition !== undefined && /^\s*(?:\$\{\{\s*false\s*\}\}|false)\s*$/i.test(condition.text);
}

function jobOf(id: Text, tree: Tree): Job {
	const field = (key: string) => fieldOf(tree, key);
	const container = field('container');
	return {
		id,
		...present('if', textOf(field('if'))),
		needs: listOf(field('needs')).flatMap((need) => (need.kind === 'text' ? [need.text] : [])),
		...present('runsOn', field('runs-on')),
		...present('permissions', permissionsOf(tree)),
		hasEnvironment: textsOf(field('environment')).some(({ text }) => text !== ''),
		hasOutputs: field('outputs') !== undefined,
		...present('container', textOf(container) ?? textOf(fieldOf(container, 'image'))),
		...present('uses', textOf(field('uses'))),
		with: entriesOf(field('with')),
		...present('secrets', field('secrets')),
		...present('cacheMode', textOf(field('cache-mode'))?.text),
		...present('matrix', mapOf(fieldOf(field('strategy'), 'matrix'))),
		env: entriesOf(field('env')),
		steps: listOf(field('steps')).flatMap((step) => (step.kind === 'map' ? [stepOf(step)] : [])),
	};
}

function stepOf(tree: Dictionary): Step {
	const field = (key: string) => fieldOf(tree, key);
	return {
		at: tree.at,
		...present('if', textOf(field('if'))),
		...present('uses', textOf(field('uses'))),
		...present('run', textOf(field('run'))),
		with: entriesOf(field('with')),
		env: entriesOf(field('env')),
	};
}

function eventsOf(on: Tree): Text[] {
	if (on.kind === 'map') return [...on.entries.values()].map(({ key }) => key);
	return listOf(on).filter((event) => event.kind === 'text');
}

function inputsOf(on: Tree): Map<string, string> {
	const inputs = new Map<string, string>();
	for (const event of ['workflow_dispatch', 'workflow_call'])
		for (const [name, { value }] of mapOf(fieldOf(fieldOf(on, event), 'inputs'))?.entries ?? [])
			inputs.set(name.toLowerCase(), textOf(fieldOf(value, 'type'))?.text ?? 'string');
	return inputs;
}

function permissionsOf(tree: Tree): Permissions | undefined {
	const entry = tree.kind === 'map' ? tree.entries.get('permissions') : undefined;
	if (!entry) return undefined;
	const scopes = entriesOf(entry.value).map(({ key, value }) => [key.text, { key, level: value.text }] as const);
	return { at: entry.key.at, all: textOf(entry.value)?.text ?? '', scopes: new Map(scopes) };
}

function entriesOf(tree: Tree | undefined): Entry[] {
	return [...(mapOf(tree)?.entries.values() ?? [])].flatMap(({ key, value }) =>
		value.kind === 'text' ? [{ key, value }] : [],
	);
}

function listOf(tree: Tree | undefined): readonly Tree[] {
	if (!tree) return [];
	return tree.kind === 'list' ? tree.items : [tree];
}

function mapOf(tree: Tree | undefined): Dictionary | undefined {
	return tree?.kind === 'map' ? tree : undefined;
}

function textOf(tree: Tree | undefined): Text | undefined {
	return tree?.kind === 'text' && tree.text !== '' ? tree : undefined;
}

/** A field that is left out where it has no value. */
function present<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
	return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}
