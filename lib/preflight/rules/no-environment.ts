/** Owns the rule `no-environment`: a job publishes outside of any deployment environment, so none can hold it back. Pure. */
import { isStaged } from '../publishing-steps.ts';
import type { Rule } from '../rule.ts';

export const noEnvironment: Rule<'no-environment'> = {
	id: 'no-environment',
	*find({ jobs }) {
		// What is staged waits for a person anyway.
		for (const job of jobs)
			if (job.reach === 'publishes' && !job.hasEnvironment && !isStaged(job))
				yield { kind: 'none', at: job.id.at, what: job.id.text, job };
	},
};
