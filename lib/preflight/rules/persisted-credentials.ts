/** Owns the rule `persisted-credentials`: the token that fetched the source stays on the machine for all later steps. Pure. */
import { expressionsOf } from '../expressions.ts';
import { levelOf, type ReachingJob } from '../publishing.ts';
import type { Rule } from '../rule.ts';
import type { KindOf } from '../rule-kinds.ts';
import { parseUses } from '../uses.ts';
import { inputOf, type Step, type Workflow } from '../workflow.ts';

export const persistedCredentials: Rule<'persisted-credentials'> = {
	id: 'persisted-credentials',
	*find({ workflow, jobs }) {
		for (const job of jobs)
			for (const step of job.steps) {
				const uses = step.uses && parseUses(step.uses);
				if (!step.uses || uses?.kind !== 'repository' || uses.repository !== 'actions/checkout') continue;
				if (inputOf(step, 'persist-credentials')?.text.trim().toLowerCase() === 'false') continue;
				const kind = kindOf(step, job, workflow);
				// Where nothing is published, only a token that can write reaches anything.
				if (kind === 'write' || kind === 'own-token' || job.reach !== 'hands-on')
					yield { kind, at: step.uses.at, what: step.uses.text, job, step };
			}
	},
};

function kindOf(step: Step, job: ReachingJob, workflow: Workflow): KindOf<'persisted-credentials'> {
	const token = inputOf(step, 'token') ?? inputOf(step, 'ssh-key');
	const isOwn =
		token !== undefined &&
		expressionsOf(token.text).some(({ contexts }) =>
			contexts.some((context) => /^secrets\.(?!github_token$)/.test(context)),
		);
	if (isOwn) return 'own-token';
	const level = levelOf(job, workflow, 'contents');
	return level === 'write' || level === 'unknown' ? level : 'read';
}
