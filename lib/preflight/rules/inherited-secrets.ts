/** Owns the rule `inherited-secrets`: a workflow that is called gets every secret there is. Pure. */
import type { Rule } from '../rule.ts';

export const inheritedSecrets: Rule<'inherited-secrets'> = {
	id: 'inherited-secrets',
	*find({ jobs }) {
		for (const job of jobs) {
			const { secrets, uses } = job;
			if (uses && secrets?.kind === 'text' && secrets.text.trim() === 'inherit')
				yield { kind: 'all', at: secrets.at, what: uses.text, job };
		}
	},
};
