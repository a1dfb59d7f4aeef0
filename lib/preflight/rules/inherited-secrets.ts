/** Owns the rule `inherited-secrets`: a workflow that is called gets every secret there is. Pure. */
import { inheritsSecrets } from '../publishing.ts';
import type { Rule } from '../rule.ts';

export const inheritedSecrets: Rule<'inherited-secrets'> = {
	id: 'inherited-secrets',
	*find({ jobs }) {
		for (const job of jobs) {
			const { secrets, uses } = job;
			if (secrets && uses && inheritsSecrets(job)) yield { kind: 'all', at: secrets.at, what: uses.text, job };
		}
	},
};
