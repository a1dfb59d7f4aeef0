/** Owns the rule `input-reaches-publish`: what somebody types, or another system sends, decides on what is published. Pure. */
import { expressionsOf } from '../expressions.ts';
import { isPublisher, type ReachingJob } from '../publishing.ts';
import { isPublishing } from '../publishing-steps.ts';
import type { Rule, Seen } from '../rule.ts';
import type { Text } from '../tree.ts';
import { parseUses } from '../uses.ts';
import { inputOf, type Step, type Workflow } from '../workflow.ts';

export const inputReachesPublish: Rule<'input-reaches-publish'> = {
	id: 'input-reaches-publish',
	*find({ workflow, jobs }) {
		for (const job of jobs)
			for (const step of job.steps) {
				const uses = step.uses && parseUses(step.uses);
				const ref =
					uses?.kind === 'repository' && uses.repository === 'actions/checkout' ? inputOf(step, 'ref') : undefined;
				if (ref) yield* inputsIn(ref, 'ref', { job, step, workflow });
				if (step.run) yield* inputsIn(step.run, 'script', { job, step, workflow });
				if (isPublisher(job) && isPublishing(step))
					for (const { value } of [...step.env, ...step.with])
						yield* inputsIn(value, 'argument', { job, step, workflow });
			}
	},
};

interface Around {
	job: ReachingJob;
	step: Step;
	workflow: Workflow;
}

/** Inputs of these types are one of a few words. */
const BOUNDED = new Set(['boolean', 'number', 'choice', 'environment']);

function* inputsIn(
	text: Text,
	kind: 'ref' | 'script' | 'argument',
	{ job, step, workflow }: Around,
): Iterable<Seen<'input-reaches-publish'>> {
	for (const { contexts, body, index } of expressionsOf(text.text)) {
		const seen = { at: { text, index }, what: body, job, step };
		if (contexts.some((context) => /^github\.event\.client_payload\b/.test(context)))
			yield { kind: 'payload', ...seen };
		else if (contexts.some((context) => isOpen(context, workflow)) && !isCompared(body)) yield { kind, ...seen };
	}
}

/** Whether a context is an input whose text is free. */
function isOpen(context: string, { inputs }: Workflow): boolean {
	const [, name] = /^(?:github\.event\.)?inputs\.([\w-]+)$/.exec(context) ?? [];
	return name !== undefined && !BOUNDED.has(inputs.get(name) ?? 'string');
}

/** Whether an input is only compared, so that none of its own text comes out. */
function isCompared(body: string): boolean {
	return /[!=]=/.test(body) && !/\|\|\s*(?:github\.event\.)?inputs\./i.test(body);
}
