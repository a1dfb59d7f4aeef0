/** Owns the rule `self-hosted-runner`: a machine that is not GitHub's own, or may not be. Pure. */
import { expressionsOf } from '../expressions.ts';
import type { ReachingJob } from '../publishing.ts';
import type { Rule, Seen } from '../rule.ts';
import type { Text, Tree } from '../tree.ts';
import { fieldOf, textsOf } from '../workflow.ts';

export const selfHostedRunner: Rule<'self-hosted-runner'> = {
	id: 'self-hosted-runner',
	*find({ jobs }) {
		for (const job of jobs) {
			const { runsOn } = job;
			const [group] = textsOf(fieldOf(runsOn, 'group'));
			if (group) yield { kind: 'group', at: group.at, what: group.text, job };
			const labels = textsOf(runsOn?.kind === 'map' ? fieldOf(runsOn, 'labels') : runsOn).flatMap((label) =>
				labelsOf(label, job),
			);
			yield* ofLabels(labels, job, group !== undefined);
		}
	},
};

/** Labels of GitHub's own machines, larger ones of public use among them. */
const OF_GITHUB =
	/^(?:ubuntu|windows|macos)-(?:latest|slim|\d+(?:\.\d+)?)(?:-(?:arm|arm64|arm64-preview|intel|large|xlarge|vs\d+|\d+core))*$/i;

function* ofLabels(labels: readonly Text[], job: ReachingJob, isGroup: boolean): Iterable<Seen<'self-hosted-runner'>> {
	const own = labels.find(({ text }) => text.toLowerCase() === 'self-hosted');
	if (own) return void (yield { kind: 'self-hosted', at: own.at, what: own.text, job });
	if (isGroup) return;
	const others = labels.filter(({ text }) => !OF_GITHUB.test(text));
	const kinds = {
		expression: others.filter(isExpression),
		'other-label': others.filter((label) => !isExpression(label)),
	};
	for (const kind of ['expression', 'other-label'] as const) {
		const [first] = kinds[kind];
		// One for a job, however many rows its matrix has.
		if (first) yield { kind, at: first.at, what: [...new Set(kinds[kind].map(({ text }) => text))].join(', '), job };
	}
}

function isExpression({ text }: Text): boolean {
	return text.includes('${{');
}

/** A label, or those of the matrix that it names; the quoted texts of a condition where they are all there is. */
function labelsOf(label: Text, { matrix }: ReachingJob): Text[] {
	const [expression] = expressionsOf(label.text);
	if (!expression) return [label];
	const { contexts, body } = expression;
	const [, path] = /^matrix\.([\w.-]+)$/.exec(contexts.length === 1 ? (contexts[0] ?? '') : '') ?? [];
	if (path !== undefined && matrix) {
		const values = [...textsAt(matrix, path.split('.')), ...textsAt(fieldOf(matrix, 'include'), path.split('.'))];
		return values.length > 0 ? values : [label];
	}
	// `a && 'ubuntu-latest' || 'macos-latest'`: one of these.
	const choices = [...body.matchAll(/(?:&&|\|\|)\s*'([^']*)'/g)].map(([, text = '']) => ({ ...label, text }));
	return choices.length >= 2 ? choices : [label];
}

/** The texts at a path of keys, in every row of a list. Keys are compared without regard to capitals. */
function textsAt(tree: Tree | undefined, path: readonly string[]): Text[] {
	const [key, ...rest] = path;
	if (tree?.kind === 'list') return tree.items.flatMap((row) => textsAt(row, path));
	if (key === undefined) return textsOf(tree);
	if (tree?.kind !== 'map') return [];
	return [...tree.entries].flatMap(([name, { value }]) => (name.toLowerCase() === key ? textsAt(value, rest) : []));
}
