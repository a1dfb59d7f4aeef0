/** Owns the rule `self-hosted-runner`: a machine that is not GitHub's own, or may not be. Pure. */
import { expressionsOf } from '../expressions.ts';
import type { ReachingJob } from '../publishing.ts';
import type { Rule, Seen } from '../rule.ts';
import type { Text } from '../tree.ts';
import { fieldOf, textsOf } from '../workflow.ts';

export const selfHostedRunner: Rule<'self-hosted-runner'> = {
	id: 'self-hosted-runner',
	*find({ jobs }) {
		for (const job of jobs) {
			const { runsOn } = job;
			const [group] = textsOf(fieldOf(runsOn, 'group'));
			if (group) yield { kind: 'group', at: group.at, what: group.text, job };
			const labels = textsOf(runsOn?.kind === 'map' ? fieldOf(runsOn, 'labels') : runsOn).flatMap((label) => labelsOf(label, job));
			yield* ofLabels(labels, job, group !== undefined);
		}
	},
};

/** Labels of GitHub's own machines, larger ones of public use among them. */
const OF_GITHUB = /^(?:ubuntu|windows|macos)-(?:latest|slim|\d+(?:\.\d+)?)(?:-(?:arm|arm64|arm64-preview|intel|large|xlarge|vs\d+|\d+core))*$/i;

function* ofLabels(labels: readonly Text[], job: ReachingJob, isGroup: boolean): Iterable<Seen<'self-hosted-runner'>> {
	const own = labels.find(({ text }) => text.toLowerCase() === 'self-hosted');
	if (own) return void (yield { kind: 'self-hosted', at: own.at, what: own.text, job });
	if (isGroup) return;
	for (const label of labels) {
		const seen = { at: label.at, what: label.text, job };
		if (label.text.includes('${{')) yield { kind: 'expression', ...seen };
		else if (!OF_GITHUB.test(label.text)) yield { kind: 'other-label', ...seen };
	}
}

/** A label, or those of the matrix that it names; the quoted texts of a condition where they are all there is. */
function labelsOf(label: Text, { matrix }: ReachingJob): Text[] {
	const [expression] = expressionsOf(label.text);
	if (!expression) return [label];
	const { contexts, body } = expression;
	const [, key] = /^matrix\.([\w-]+)$/.exec(contexts.length === 1 ? (contexts[0] ?? '') : '') ?? [];
	if (key !== undefined && matrix) {
		const field = [...matrix.entries.keys()].find((name) => name.toLowerCase() === key);
		const own = textsOf(field === undefined ? undefined : fieldOf(matrix, field));
		const include = fieldOf(matrix, 'include');
		const more = include?.kind === 'list' ? include.items.flatMap((row) => textsOf(fieldOf(row, field ?? key))) : [];
		const values = [...own, ...more];
		return values.length > 0 ? values : [label];
	}
	// `a && 'ubuntu-latest' || 'macos-latest'`: one of these.
	const choices = [...body.matchAll(/(?:&&|\|\|)\s*'([^']*)'/g)].map(([, text = '']) => ({ ...label, text }));
	return choices.length >= 2 ? choices : [label];
}
