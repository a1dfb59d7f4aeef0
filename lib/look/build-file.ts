/** Owns the build file at the attested commit, as looks read it: its text at GitHub, its jobs with their names, what they check out. */

import type { PreflightFile } from '../preflight/run.ts';
import { preflight } from '../preflight/run.ts';
import { parseTree, type Unreadable } from '../preflight/tree.ts';
import { parseUses } from '../preflight/uses.ts';
import { fieldOf, inputOf, isOff, type Job, parseWorkflow, type Workflow } from '../preflight/workflow.ts';
import { failed, type Result, success } from '../report/result.ts';
import { type LookWorld, pageOf, repositoryFailure, type Source } from './world.ts';

/** A step that checks out something else than what the run was started on. `ref` and `repository` as they are written. */
interface Checkout {
	job: string;
	line: number;
	ref?: string;
	repository?: string;
}

export interface BuildFile {
	/** The page of the file at the commit, without a line. */
	page: string;
	/** What Preflight read. */
	read: PreflightFile;
	/** Names of the jobs that publish, as GitHub shows them; one with an expression in its name is left out. */
	publishers: string[];
	checkouts: Checkout[];
	/** What live jobs and steps call, and nobody read: reusable workflows, actions of the same repository; each once. */
	notFollowed: string[];
}

/**
 * Fetches and reads it.
 * @returns failures of asking GitHub; `source-unreachable` also where the file is in another repository; `not-yaml` with the line.
 */
export async function fetchBuildFile(source: Source, { github }: LookWorld): Promise<Result<BuildFile>> {
	const { slug, commit, identity } = source;
	if (identity.workflow.includes('://'))
		return failed('source-unreachable', `in another repository: ${identity.workflow}`);
	const fetched = await github.fetchFile(slug, commit, identity.workflow);
	if (!fetched.ok) return fetched;
	if (fetched.value === undefined) {
		const failure = await repositoryFailure(github, slug);
		return failure ? { ok: false, failure } : failed('source-unreachable', `no ${identity.workflow} at ${commit}`);
	}
	const page = pageOf(source, 'blob', commit, identity.workflow);
	return readBuildFile({ file: identity.workflow, text: fetched.value, page, ref: identity.ref });
}

interface Given {
	file: string;
	text: string;
	page: string;
	/** The full ref that the run was started on. */
	ref: string;
}

/** Reads the text of a build file. @returns failure `not-yaml`, with the line and Preflight's own code. */
function readBuildFile({ file, text, page, ref }: Given): Result<BuildFile> {
	const [read, parsed, tree] = [preflight({ file, text }), parseWorkflow(text), parseTree(text)];
	if (!read.ok) return unreadable(read.failure);
	if (!parsed.ok) return unreadable(parsed.failure);
	if (!tree.ok) return unreadable(tree.failure);
	const nameOf = (id: string) => {
		const name = fieldOf(fieldOf(fieldOf(tree.tree, 'jobs'), id), 'name');
		return name?.kind === 'text' && name.text !== '' ? name.text : id;
	};
	const { jobs, publishing } = read.value;
	const reaching = new Set(jobs.map(({ id }) => id));
	const publishers = jobs.filter(
		({ reach }) => reach === 'publishes' || (publishing === 'perhaps' && reach === 'may-publish'),
	);
	return success({
		page,
		read: read.value,
		publishers: publishers.map(({ id }) => nameOf(id)).filter((name) => !name.includes('${{')),
		notFollowed: [...new Set(parsed.workflow.jobs.filter((job) => !isOff(job)).flatMap(callsIn))],
		// Where no publishing was seen, a script may hide it in any job.
		checkouts: parsed.workflow.jobs
			.filter((job) => !isOff(job) && (reaching.size === 0 || reaching.has(job.id.text)))
			.flatMap((job) => checkoutsIn(job, parsed.workflow, ref)),
	});
}

function callsIn({ uses, steps }: Job): string[] {
	const local = steps.filter((step) => !isOff(step) && step.uses && parseUses(step.uses).kind === 'local');
	return [...(uses ? [uses] : []), ...local.flatMap((step) => step.uses ?? [])].map(({ text }) => text);
}

function unreadable({ code, line, column, what }: Unreadable): Result<never> {
	return failed('not-yaml', `line ${line}, column ${column}: ${code}${what === undefined ? '' : `: ${what}`}`);
}

/** The property of `github` that an input is, and nothing besides. */
const PROPERTY = /^\s*\$\{\{\s*github\.(\w+)\s*\}\}\s*$/;

/** Whether an input names for certain what the run was started at. A branch may have moved before the checkout. */
function isSame(input: 'ref' | 'repository', text: string, ref: string): boolean {
	if (text.trim() === '') return true;
	const property = PROPERTY.exec(text)?.[1]?.toLowerCase() ?? '';
	if (input === 'repository') return property === 'repository';
	return property === 'sha' || (ref.startsWith('refs/tags/') && ['ref', 'ref_name'].includes(property));
}

function checkoutsIn(job: Job, workflow: Workflow, startedOn: string): Checkout[] {
	return job.steps.flatMap((step) => {
		const uses = step.uses && parseUses(step.uses);
		if (uses?.kind !== 'repository' || uses.repository !== 'actions/checkout' || isOff(step)) return [];
		const [ref, repository] = (['ref', 'repository'] as const).map((name) => {
			const given = inputOf(step, name);
			return given && !isSame(name, given.text, startedOn) ? given : undefined;
		});
		const place = ref ?? repository;
		if (!place) return [];
		return [
			{
				job: job.id.text,
				line: workflow.placeOf(place.at).line,
				...(ref && { ref: ref.text }),
				...(repository && { repository: repository.text }),
			},
		];
	});
}
