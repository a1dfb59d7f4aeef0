/** Owns `content-script-gzip`: how many bytes npm's pages load. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Measurement } from '../runner.ts';
import { type Bench, sampleSides } from '../sides.ts';

export function contentScript({ sides }: Bench): Measurement {
	const name = 'content-script-gzip';
	return {
		names: [name],
		where: ['build'],
		measure: (where) =>
			sampleSides(sides, { name, where, unit: 'bytes' }, 1, async (side) => {
				const script = readFileSync(join(await side.extension('chromium'), 'content-scripts/npmjs.js'));
				return { sample: async () => ({ ours: gzipSync(script, { level: 9 }).length }) };
			}),
	};
}
