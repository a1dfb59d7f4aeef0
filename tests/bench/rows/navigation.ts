/** Owns `navigation-to-sentence`: from the start of npm's page to the sentence in the panel, with the evidence kept. */
import { NPM_SITE } from '../../../lib/npm/hosts.ts';
import { BROWSER_NAMES, startBrowser } from '../../support/browser.ts';
import { packageOf, readRelease } from '../../support/recordings.ts';
import { startServer } from '../../support/server.ts';
import type { Measurement } from '../runner.ts';
import { type Bench, browserOf, sampleSides } from '../sides.ts';
import { RELEASE } from './records.ts';

/** Pages that are opened before the first that counts. */
const WARM_UP = 2;

export function navigation({ sides, samples = 10 }: Bench): Measurement {
	const name = 'navigation-to-sentence';
	return {
		names: [name],
		where: BROWSER_NAMES,
		measure: (where) =>
			sampleSides(sides, { name, where, unit: 'ms' }, samples, async (side) => {
				const extension = await side.extension(browserOf(where));
				const server = await startServer();
				server.serve(packageOf([readRelease(`${RELEASE.name}@${RELEASE.version}`)]));
				const browser = await startBrowser(browserOf(where), { extension, proxy: server.proxy });
				const tab = await browser.newTab();
				const sample = async () => {
					// Of two browsers the one that is measured is in front.
					await tab.page.bringToFront();
					await tab.open(`${NPM_SITE}/package/${RELEASE.name}/v/${RELEASE.version}`);
					const ours = await tab.waitFor(() => {
						const section = document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.querySelector('section');
						return section?.getAttribute('data-verdict') === 'confirmed' && performance.now();
					}, []);
					return { ours: Number(ours) };
				};
				for (let count = 0; count < WARM_UP; count += 1) await sample();
				return {
					sample,
					close: async () => {
						await browser.close();
						await server.close();
					},
				};
			}),
	};
}
