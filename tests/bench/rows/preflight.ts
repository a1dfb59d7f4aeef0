/** Owns `preflight-1000-lines`: all rules over a workflow of 1,000 lines, parsing included, beside `yaml` parsing it alone. */
import type { Measurement } from '../runner.ts';
import { type Bench, sampleSides, startNode } from '../sides.ts';

export function preflight({ sides, samples = 40 }: Bench): Measurement {
	const name = 'preflight-1000-lines';
	return {
		names: [name],
		where: ['Node'],
		measure: (where) =>
			sampleSides(sides, { name, where, unit: 'ms' }, samples, async ({ root }) => {
				const node = startNode(root, 'preflight.ts');
				// Warm: the first rounds compile.
				await node.next('20');
				return {
					sample: async () => {
						const { ours, yaml } = JSON.parse(await node.next('3'));
						return { ours, against: { yaml } };
					},
					close: () => node.stop(),
				};
			}),
	};
}
