/** Owns which jobs of a workflow can reach what is published to npm. Pure. */
import { expressionsOf } from './expressions.ts';
import { isPublishing, publishesElsewhere, RELEASE_NAME, runsReleaseScript } from './publishing-steps.ts';
import { commandsIn } from './shell.ts';
import type { Text } from './tree.ts';
import { parseUses } from './uses.ts';
import { isOff, type Job, textsOf, type Workflow } from './workflow.ts';

/**
 * How a job can reach what is published:
 * - `publishes`: a step publishes.
 * - `may-publish`: a script of the repository, or a workflow that it calls, may publish; neither is read.
 *   A workflow that is called with all secrets may, since a token of npm may be among them.
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

/** Whether a job hands every secret there is to a workflow that it calls. */
export function inheritsSecrets({ uses, secrets }: Job): boolean {
	return uses !== undefined && secrets?.kind === 'text' && secrets.text.trim() === 'inherit';
}

/** Whether nothing but inherited secrets says that a job may publish. Which secrets there are is not in the file. */
export function isHeir(job: ReachingJob, workflow: Workflow): boolean {
	return inheritsSecrets(job) && job.reach === 'may-publish' && levelOf(job, workflow, 'id-token') !== 'write';
}

/** The level of a scope of the run's own token; `unknown` where nothing is said, so the repository's setting decides. */
export function levelOf(job: Job, workflow: Workflow, scope: string): string {
	const permissions = job.permissions ?? workflow.permissions;
	if (!permissions) return scope === 'id-token' ? 'none' : 'unknown';
	if (permissions.all === 'write-all') return 'write';
	if (permissions.all === 'read-all') return scope === 'id-token' ? 'none' : 'read';
	return permissions.scopes.get(scope)?.level ?? 'none';
}

/** Secrets that are named after npm. */
const NPM_SECRET = /^secrets\.(?:\w*npm\w*|node_auth_token)$/;

/** Actions that publish to other registries. */
const ELSEWHERE =
	/^(?:release-plz\/action|rust-lang\/crates-io-auth-action|pypa\/gh-action-pypi-publish|rubygems\/release-gem)@/i;

/** Whether a job that was not seen to publish may: by a script, or by a workflow that it calls. */
function mayPublish(job: Job, workflow: Workflow): boolean {
	const canPublish =
		levelOf(job, workflow, 'id-token') === 'write' || hasNpmSecret(job, workflow) || inheritsSecrets(job);
	if (!canPublish) return false;
	if (job.uses) return true;
	const commands = job.steps.flatMap(({ run }) => (run ? commandsIn(run) : []));
	if (commands.some(runsReleaseScript)) return true;
	const isElsewhere =
		commands.some(publishesElsewhere) || job.steps.some(({ uses }) => ELSEWHERE.test(uses?.text ?? ''));
	return RELEASE_NAME.test(job.id.text) && !isElsewhere;
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
