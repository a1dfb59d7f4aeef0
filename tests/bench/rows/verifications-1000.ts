/** Owns `verifications-1000` and `heap-after-1000`: is the time linear, and is the memory given back? */
import { startAuthority } from '../../support/authority.ts';
import { BROWSER_NAMES, startBrowser } from '../../support/browser.ts';
import { mintRelease } from '../../support/mint.ts';
import { type Measurement, rowsOf } from '../runner.ts';
import { type Bench, backgroundOf, browserOf, sampleSides } from '../sides.ts';

/** A thousand different verifications, once, in each background. */
export function verifications1000({ sides }: Bench): Measurement {
	let minted: ReturnType<typeof mintThousand> | undefined;
	return {
		names: ['verifications-1000', 'heap-after-1000'],
		where: BROWSER_NAMES.map(backgroundOf),
		measure: async function* (where) {
			minted ??= mintThousand();
			const { bundles, trustedRoot } = await minted;
			const heaps: { ours: number; against: Record<string, number> }[] = [];
			yield* sampleSides(sides, { name: 'verifications-1000', where, unit: 'ms' }, 1, async (side) => {
				const browser = await startBrowser(browserOf(where), { extension: await side.extension(browserOf(where)) });
				return {
					sample: async () => {
						const times: number[] = [];
						// A hundred at a time: Firefox takes minutes over an argument of ten megabytes.
						for (let from = 0; from < bundles.length; from += 100)
							times.push(await browser.callDoor('timeMany', { bundles: bundles.slice(from, from + 100), trustedRoot }));
						// Firefox tells nobody how much one background holds.
						if (browser.name === 'chromium' && side.commit === undefined)
							heaps.push({ ours: await browser.heapOfBackground(), against: { '30-MB': 30e6 } });
						const [first = Number.NaN] = times;
						return {
							ours: times.reduce((sum, time) => sum + time, 0),
							against: { 'first-100-times-10': first * 10 },
						};
					},
					close: () => browser.close(),
				};
			});
			if (heaps.length > 0) yield* rowsOf({ name: 'heap-after-1000', where, unit: 'bytes' }, heaps);
		},
	};
}

/** A thousand bundles that have nothing in common: keys, certificates, statements and log entries of their own. */
async function mintThousand() {
	const authority = await startAuthority();
	const bundles: unknown[] = [];
	for (let index = 0; index < 1000; index += 1) {
		const { attestations } = await mintRelease(authority, { version: `1.0.${index}`, publish: false });
		bundles.push(attestations?.attestations[0]?.bundle);
	}
	return { bundles, trustedRoot: authority.trustedRoot };
}
