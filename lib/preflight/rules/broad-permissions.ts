/** Owns the rule `broad-permissions`: rights of the run's own token that publishing does not need, or that every job has. Pure. */
import { isPublisher, type ReachingJob } from '../publishing.ts';
import type { Rule } from '../rule.ts';
import { isOff, type Permissions, type Workflow } from '../workflow.ts';

export const broadPermissions: Rule<'broad-permissions'> = {
	id: 'broad-permissions',
	*find({ workflow, jobs }) {
		const { permissions } = workflow;
		const heirs = workflow.jobs.filter((job) => !isOff(job) && !job.permissions);
		const token = permissions?.scopes.get('id-token');
		const publishers = new Set(jobs.filter(isPublisher).map(({ id }) => id.text));
		const others = heirs.filter(({ id }) => !publishers.has(id.text));
		if (jobs.length > 0 && token?.level === 'write' && others.length > 0)
			yield { kind: 'token-for-all', at: token.key.at, what: others.map(({ id }) => id.text).join(', ') };
		const seen = new Set<number>();
		const unsaid = permissions ? [] : jobs.filter((job) => !job.permissions);
		const [first] = unsaid;
		if (first) yield { kind: 'unsaid', at: first.id.at, what: unsaid.map(({ id }) => id.text).join(', ') };
		for (const job of jobs) {
			const own = job.permissions ?? permissions;
			if (!own || seen.has(own.at)) continue;
			seen.add(own.at);
			yield* tooMuch(own, job, workflow);
		}
	},
};

function* tooMuch(own: Permissions, job: ReachingJob, { permissions }: Workflow) {
	if (own.all === 'write-all') return void (yield { kind: 'write-all' as const, at: own.at, what: own.all, job });
	const writes = [...own.scopes].filter(([scope, { level }]) => level === 'write' && scope !== 'id-token');
	const first = writes[0];
	// Rights of one job are as small as the maintainers could make them; those above all jobs are not.
	if (first && (own === permissions || writes.length > 2))
		yield { kind: 'writes' as const, at: first[1].key.at, what: writes.map(([scope]) => scope).join(', '), job };
}
