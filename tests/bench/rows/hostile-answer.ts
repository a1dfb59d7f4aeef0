/**
 * Owns `hostile-answer`: what eight megabytes of small elements take to end with a code, beside JSON.parse of the same text. The row
 * is of the kind that takes longest beside it.
 */
import { HOSTILE_ANSWERS } from '../../fixtures/hostile-answers.ts';
import { BROWSER_NAMES, startBrowser } from '../../support/browser.ts';
import type { FailedRow, Measurement, Row } from '../runner.ts';
import { type Bench, backgroundOf, browserOf, type Side, sampleSides, startNode } from '../sides.ts';

export function hostileAnswer({ sides, samples = 5 }: Bench): Measurement {
	const name = 'hostile-answer';
	return {
		names: [name],
		where: ['Node', ...BROWSER_NAMES.map(backgroundOf)],
		measure: async function* (where) {
			const reader = await openReaders(where, sides.all);
			try {
				let worst: (Row | FailedRow)[] = [];
				for (const index of HOSTILE_ANSWERS.keys()) {
					const rows: (Row | FailedRow)[] = [];
					const row = { name, where, unit: 'ms' } as const;
					for await (const one of sampleSides(sides, row, samples, async (side) => ({
						sample: async () => {
							const { code, ours, parse } = await reader.time(side, index);
							if (code === 'read') throw new Error(`answer ${index} was read, and ended with no code`);
							return { ours, against: { 'JSON.parse': parse } };
						},
					})))
						rows.push(one);
					if (ratioOf(rows) >= ratioOf(worst)) worst = rows;
				}
				yield* worst;
			} finally {
				await reader.close();
			}
		},
	};
}

function ratioOf(rows: readonly (Row | FailedRow)[]): number {
	const [first] = rows;
	return first && 'ratio' in first ? (first.ratio ?? 0) : 0;
}

/** One process or browser a side, for all the answers. */
async function openReaders(where: string, sides: readonly Side[]) {
	type Timed = { code: string; ours: number; parse: number };
	const times = new Map<Side, (index: number) => Promise<Timed>>();
	const closing: (() => unknown)[] = [];
	for (const side of sides)
		if (where === 'Node') {
			const node = startNode(side.root, 'node-answers.ts');
			closing.push(node.stop);
			times.set(side, async (index) => JSON.parse(await node.next(String(index))));
		} else {
			const browser = await startBrowser(browserOf(where), { extension: await side.extension(browserOf(where)) });
			closing.push(browser.close);
			times.set(side, (index) => browser.callDoor('timeAnswer', { index }));
		}
	return {
		time: (side: Side, index: number) => times.get(side)?.(index) ?? Promise.reject(new Error('not opened')),
		close: async () => {
			for (const close of closing) await close();
		},
	};
}
