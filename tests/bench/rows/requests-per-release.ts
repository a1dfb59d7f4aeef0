/** Owns `requests-per-release`: how many requests to the registry one panel makes, over the recorded packuments. */
import type { Measurement } from '../runner.ts';
import { type Bench, sampleSides, startNode } from '../sides.ts';

export function requestsPerRelease({ sides }: Bench): Measurement {
	const name = 'requests-per-release';
	return {
		names: [name],
		where: ['Node'],
		measure: async function* (where) {
			const countsOf = async (tree: string): Promise<number[]> => {
				const node = startNode(tree, 'requests.ts');
				try {
					return JSON.parse(await node.next());
				} finally {
					node.stop();
				}
			};
			const own = await countsOf(sides.all[0].root);
			yield* sampleSides(sides, { name, where, unit: 'requests' }, own.length, async ({ commit, root }) => {
				const counts = commit === undefined ? own : await countsOf(root);
				let at = 0;
				// Each release as the one that is looked at, in the same order on both sides.
				return { sample: async () => ({ ours: counts[at++] ?? Number.NaN }) };
			});
		},
	};
}
