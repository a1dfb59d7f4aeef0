/** Owns the rule `publish-token`: a token that lasts, in a job that publishes or may. Pure. */
import { expressionsOf } from '../expressions.ts';
import { levelOf, type ReachingJob } from '../publishing.ts';
import type { Rule, Seen } from '../rule.ts';
import type { Text } from '../tree.ts';
import { type Step, textsOf, type Workflow } from '../workflow.ts';

export const publishToken: Rule<'publish-token'> = {
	id: 'publish-token',
	*find({ workflow, jobs }) {
		const seen = new Set<Text>();
		for (const job of jobs) {
			// It does not publish, so its token reads packages.
			if (job.reach === 'hands-on') continue;
			for (const found of tokens(job, workflow)) {
				if (seen.has(found.text)) continue;
				seen.add(found.text);
				yield seenToken(found, job, workflow);
			}
		}
	},
};

/** Variables from which npm, yarn, pnpm, bun and their tools take a token. */
const TOKEN_NAMES =
	/^(?:node_auth_token|npm_token|npm_auth_token|npm_config_\S*_?authtoken|npm_config_token|yarn_npm_auth_token|npm_publish_token)$/i;
/** Secrets that are named after npm. GitHub's own token is none. */
const NPM_SECRET = /^secrets\.(?:\w*npm\w*|node_auth_token)$/;
/** A secret that is no token of the run. */
const ANY_SECRET = /^secrets\.(?!github_token$)/;
/** The key of `.npmrc` whose value is a token, whatever the secret is called. */
const TOKEN_KEY = /_authToken/i;

interface Token {
	text: Text;
	index: number;
	body: string;
	step?: Step;
}

/** Each place from which a job has a token. */
function* tokens(job: ReachingJob, workflow: Workflow): Iterable<Token> {
	const scripts = job.steps.flatMap(({ run }) => (run && TOKEN_KEY.test(run.text) ? [run.text] : []));
	for (const { env } of [workflow, job])
		for (const { key, value } of env) {
			const isWritten = scripts.some((script) => namesVariable(script, key.text));
			yield* secretsIn(value, isWritten ? 'npm_token' : key.text);
		}
	for (const step of job.steps) for (const token of tokensOfStep(step)) yield { ...token, step };
	for (const value of textsOf(job.secrets)) yield* secretsIn(value, '');
}

function* tokensOfStep({ env, uses, with: inputs, run }: Step): Iterable<Token> {
	const isWritten = run !== undefined && TOKEN_KEY.test(run.text);
	for (const { key, value } of env) yield* secretsIn(value, isWritten ? 'npm_token' : key.text);
	const isNpm = uses !== undefined && /npm-publish/i.test(uses.text);
	for (const { key, value } of inputs) yield* secretsIn(value, isNpm && key.text === 'token' ? 'npm_token' : key.text);
	if (run) yield* secretsIn(run, '');
}

/** Whether a script has a variable's name as a word of its own: `$TOKEN`, `${TOKEN}`, `$env:TOKEN`. */
function namesVariable(script: string, name: string): boolean {
	return script.split(/\W+/).includes(name);
}

/** @param name of the variable or input; `npm_token` where another place says that it is npm's. */
function* secretsIn(text: Text, name: string): Iterable<Token> {
	for (const { contexts, index, body } of expressionsOf(text.text)) {
		const pattern = TOKEN_NAMES.test(name) || TOKEN_KEY.test(text.text) ? ANY_SECRET : NPM_SECRET;
		if (contexts.some((context) => pattern.test(context))) yield { text, index, body };
	}
}

function seenToken({ text, index, body, step }: Token, job: ReachingJob, workflow: Workflow): Seen<'publish-token'> {
	const hasIdToken = levelOf(job, workflow, 'id-token') === 'write';
	return {
		kind: hasIdToken ? 'beside-id-token' : 'token',
		at: { text, index },
		what: body,
		job,
		...(step && { step }),
	};
}
