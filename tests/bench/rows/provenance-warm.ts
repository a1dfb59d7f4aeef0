/** Owns `provenance-warm`: one real provenance attestation after another, with everything loaded and compiled. */
import { BROWSER_NAMES, startBrowser } from '../../support/browser.ts';
import type { Measurement } from '../runner.ts';
import { type Bench, backgroundOf, browserOf, sampleSides, startNode } from '../sides.ts';
import { recordedBundles } from './records.ts';

export function provenanceWarm({ sides, samples = 40 }: Bench): Measurement {
	return {
		names: ['provenance-warm'],
		where: BROWSER_NAMES.map(backgroundOf),
		measure: async function* (where) {
			const bundles = recordedBundles();
			const node = startNode(undefined, 'node-sigstore.ts', ...bundles);
			const nodeRound = async (rounds: number) => Number(await node.next(String(rounds))) / bundles.length;
			try {
				await node.next();
				await nodeRound(20);
				yield* sampleSides(sides, { name: 'provenance-warm', where, unit: 'ms' }, samples, async (side) => {
					const browser = await startBrowser(browserOf(where), { extension: await side.extension(browserOf(where)) });
					await browser.callDoor('timeRounds', { bundles, rounds: 20 });
					return {
						sample: async () => {
							const { ours, floor } = await browser.callDoor('timeRounds', { bundles, rounds: 2 });
							const against = { 'webcrypto-floor': floor / bundles.length, 'node-sigstore-js': await nodeRound(2) };
							return { ours: ours / bundles.length, against };
						},
						close: () => browser.close(),
					};
				});
			} finally {
				node.stop();
			}
		},
	};
}
