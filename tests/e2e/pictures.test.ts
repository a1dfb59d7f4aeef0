/** Tests how every look of the panel stands on npm's page, light, dark and narrow. */
import { expect, test } from 'vitest';
import { pageAddress } from '../../lib/npm/site.ts';
import type { Look } from '../../lib/text/verdict-icons.ts';
import { flip } from '../fixtures/flip.ts';
import type { Release } from '../support/mint.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachBrowser, MALWARE, type Stage, withoutProvenance } from './harness.ts';
import { takePicture } from './page-actions.ts';

const RELEASE = 'sigstore@2.3.1';

const older = (stage: Stage) => stage.release('sigstore@1.0.0');
const newer = (stage: Stage) => stage.release(RELEASE);

function tampered(release: Release): Release {
	for (const { bundle } of release.attestations?.attestations ?? [])
		bundle.dsseEnvelope.payload = flip(bundle.dsseEnvelope.payload, 40);
	return release;
}

/** A look, and the releases that lead to it. `not-allowed` needs an allowlist, and has its picture where that is told. */
const LOOKS: [look: Look, releases: (stage: Stage) => Release[]][] = [
	['confirmed', (stage) => [newer(stage)]],
	['malware', (stage) => [newer(stage)]],
	['mismatch', (stage) => [tampered(newer(stage))]],
	['lost', (stage) => [older(stage), withoutProvenance(newer(stage))]],
	['changed', (stage) => [older(stage), newer(stage)]],
	['none', (stage) => [withoutProvenance(newer(stage))]],
	['unknown', (stage) => [newer(stage)]],
	['pending', (stage) => [newer(stage)]],
];

const VIEWS: [view: string, colorMode: 'light' | 'dark', width: number][] = [
	['light', 'light', 1280],
	['dark', 'dark', 1280],
	['narrow', 'light', 420],
];

inEachBrowser((stage) => {
	test.each(LOOKS)('%s', async (look, releases) => {
		const { tab, server } = stage;
		server.serve(packageOf(releases(stage)));
		if (look === 'malware') server.serve({ ...packageOf(releases(stage)), advisories: [MALWARE] });
		if (look === 'unknown') server.override('attestations', { status: 429 });
		if (look === 'pending') server.override('attestations', { delay: 60_000 });
		await tab.resize(1280, 1200);
		await tab.open(pageAddress('sigstore', '2.3.1'));
		await tab.waitFor(
			(wanted) =>
				document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.querySelector(`[data-verdict="${wanted}"]`) !=
				null,
			[look],
		);
		const grounds = new Map<string, string>();
		for (const [view, colorMode, width] of VIEWS) {
			await tab.resize(width, 1200);
			await tab.evaluate((mode) => {
				document.documentElement.dataset.colorMode = mode;
				document.querySelector('[data-stamp-of-origin]')?.scrollIntoView({ block: 'center' });
			}, colorMode);
			await new Promise((resolve) => setTimeout(resolve, 50));
			const seen = await tab.evaluate(() => {
				const root = document.querySelector('[data-stamp-of-origin]')?.shadowRoot;
				const words = root?.querySelector('section[data-verdict]');
				const box = root?.querySelector('section[data-verdict]');
				const { scrollWidth, clientWidth } = document.documentElement;
				return {
					hidden: words ? words.scrollHeight - words.clientHeight : Number.NaN,
					sideways: scrollWidth - clientWidth,
					ground: box ? getComputedStyle(box).backgroundColor : '',
				};
			});
			await takePicture(tab, `${look}-${stage.name}-${view}`);
			expect(seen.hidden, `${view}: words that do not fit the room kept for them`).toBeLessThanOrEqual(0);
			expect(seen.sideways, `${view}: the page can be scrolled sideways`).toBeLessThanOrEqual(0);
			grounds.set(view, seen.ground);
		}
		expect(grounds.get('dark')).not.toBe(grounds.get('light'));
		expect(grounds.get('narrow')).toBe(grounds.get('light'));
		await tab.resize(1280, 1200);
	});
});
