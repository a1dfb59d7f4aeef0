/** Owns the rule `template-injection`: text that strangers write, put into a script before it runs. Pure. */
import { expressionsOf } from '../expressions.ts';
import type { ReachingJob } from '../publishing.ts';
import type { Rule, Seen } from '../rule.ts';
import type { Text } from '../tree.ts';
import { parseUses } from '../uses.ts';
import { inputOf, type Step, type Workflow } from '../workflow.ts';

export const templateInjection: Rule<'template-injection'> = {
	id: 'template-injection',
	*find({ workflow, jobs }) {
		for (const job of jobs)
			for (const step of job.steps) {
				const script = step.run ?? scriptInput(step);
				if (script) yield* injections(script, job, step, workflow);
			}
	},
};

/** Texts of an event that somebody without rights in the repository can write. Ids, numbers, commits and times are none. */
const WRITTEN_BY_STRANGERS = [
	/^github\.head_ref$/,
	/^github\.event\.(?:issue|pull_request|discussion)\.(?:title|body)$/,
	/^github\.event\.(?:comment|review|review_comment)\.body$/,
	/^github\.event\.(?:pull_request|workflow_run\.pull_requests\.\*)\.head\.(?:ref|label|repo\.(?:default_branch|description|homepage))$/,
	/^github\.event\.(?:head_commit|commits\.\*|workflow_run\.head_commit)\.(?:message|(?:author|committer)\.(?:name|email))$/,
	/^github\.event\.workflow_run\.(?:head_branch|display_title|head_repository\.description)$/,
	/^github\.event\.pages\.\*\.page_name$/,
];

/** The whole event, or a part that has such texts in it. */
const WHOLE =
	/^github(?:\.event(?:\.(?:issue|pull_request|discussion|comment|review|head_commit|commits|workflow_run)(?:\.\*)?)?)?$/;

function scriptInput(step: Step): Text | undefined {
	const uses = step.uses && parseUses(step.uses);
	return uses?.kind === 'repository' && uses.repository === 'actions/github-script'
		? inputOf(step, 'script')
		: undefined;
}

function* injections(
	script: Text,
	job: ReachingJob,
	step: Step,
	workflow: Workflow,
): Iterable<Seen<'template-injection'>> {
	for (const { contexts, body, index } of expressionsOf(script.text)) {
		const seen = { at: { text: script, index }, what: body, job, step };
		if (contexts.some(isWritten)) yield { kind: 'text', ...seen };
		else if (contexts.some((context) => WHOLE.test(context)) && /\btojson\b/i.test(body))
			yield { kind: 'whole-event', ...seen };
		else if (contexts.some((context) => isWrittenEnv(context, [step, job, workflow])))
			yield { kind: 'through-env', ...seen };
	}
}

function isWritten(context: string): boolean {
	return WRITTEN_BY_STRANGERS.some((pattern) => pattern.test(context));
}

/** Whether `env.X` has such a text. @param parts the innermost first. */
function isWrittenEnv(context: string, parts: readonly Pick<Step, 'env'>[]): boolean {
	if (!context.startsWith('env.')) return false;
	const name = context.slice('env.'.length);
	const value = parts.flatMap(({ env }) => env).find(({ key }) => key.text.toLowerCase() === name)?.value;
	return value !== undefined && expressionsOf(value.text).some(({ contexts }) => contexts.some(isWritten));
}
