/** Owns `files`: the files of a package of 1,000 files and 20 MB held against a tree, beside gunzip and SHA-1 of each through the same interfaces. */
import type { Measurement } from '../runner.ts';
import { type Bench, sampleSides, startNode } from '../sides.ts';

export function files({ sides, samples = 20 }: Bench): Measurement {
	const name = 'files';
	return {
		names: [name],
		where: ['Node'],
		measure: (where) =>
			sampleSides(sides, { name, where, unit: 'ms' }, samples, async ({ root }) => {
				const node = startNode(root, 'files.ts');
				// Warm: the first rounds compile.
				await node.next('5');
				return {
					sample: async () => {
						const { ours, floor } = JSON.parse(await node.next('1'));
						return { ours, against: { 'gunzip-and-sha1': floor } };
					},
					close: () => node.stop(),
				};
			}),
	};
}
