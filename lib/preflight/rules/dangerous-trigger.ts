/** Owns the rule `dangerous-trigger`: an event that strangers can cause, and that runs with the repository's own rights. Pure. */

import type { Rule } from '../rule.ts';
import { type KindOf, RULE_KINDS } from '../rule-kinds.ts';

const TRIGGERS = RULE_KINDS['dangerous-trigger'];

export const dangerousTrigger: Rule<'dangerous-trigger'> = {
	id: 'dangerous-trigger',
	*find({ workflow, jobs }) {
		if (jobs.length === 0) return;
		for (const { text, at } of workflow.events)
			if (Object.hasOwn(TRIGGERS, text)) yield { kind: text as KindOf<'dangerous-trigger'>, at, what: text };
	},
};
