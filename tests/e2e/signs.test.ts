/** Tests the two signs outside the panel: the mark below the title, always, and the line beside npm's install command. */
import { expect, test } from 'vitest';
import { pageAddress } from '../../lib/npm/site.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachBrowser, MALWARE } from './harness.ts';

const RELEASE = 'sigstore@2.3.1';
const PAGE = pageAddress('sigstore', '2.3.1');

/** Runs in the page: what each sign says, and whether it is in view; and where npm's own nodes are. */
function readSigns() {
	const hosts = [...document.querySelectorAll<HTMLElement>('[data-stamp-of-origin-sign]')];
	return {
		signs: hosts.map((host) => {
			const button = host.shadowRoot?.querySelector('button');
			return {
				says: button?.textContent || button?.getAttribute('aria-label') || '',
				width: Math.round(button?.getBoundingClientRect().width ?? 0),
				before: host.nextElementSibling?.textContent?.trim() ?? '',
			};
		}),
		npm: [...document.querySelectorAll('aside > h3, aside > div, main h1, [role="tab"]')]
			.filter((node) => !Object.keys((node as HTMLElement).dataset).some((name) => name.startsWith('stampOfOrigin')))
			.map((node) => {
				const { x, y } = node.getBoundingClientRect();
				return `${node.textContent?.slice(0, 12)} ${x} ${y}`;
			}),
	};
}

inEachBrowser((stage) => {
	test('malware is said beside the install command and below the title, and moves nothing of the page', async () => {
		const { tab, server } = stage;
		server.serve({ ...packageOf([stage.release(RELEASE)]), advisories: [MALWARE] });
		const answer = Promise.withResolvers<void>();
		server.override('advisories', { until: answer.promise });
		await tab.open(PAGE);
		await tab.waitFor(() => document.querySelector('[data-stamp-of-origin-sign]') !== null, []);
		const before = await tab.evaluate(readSigns);
		answer.resolve();
		expect((await tab.settledPanel(RELEASE)).look).toBe('malware');
		const after = await tab.evaluate(readSigns);
		expect(after.signs).toEqual([
			{ says: 'Origin: listed as malware. Go to the panel.', width: 24, before: '' },
			{ says: 'Do not install: listed as malware', width: expect.any(Number), before: 'npm i sigstore' },
		]);
		expect(after.signs[1]?.width).toBeGreaterThan(100);
		expect(after.npm.length).toBeGreaterThan(8);
		expect(after.npm).toEqual(before.npm);
	});

	test('both lead to the panel, by the reader only, and go with the page', async () => {
		const { tab, server } = stage;
		server.serve(
			{ ...packageOf([stage.release(RELEASE)]), advisories: [MALWARE] },
			packageOf([stage.release('tuf-js@1.0.0')]),
		);
		await tab.resize(420, 500);
		await tab.open(PAGE);
		await tab.settledPanel(RELEASE);
		const hasFocus = () =>
			document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.activeElement?.matches('section') ?? false;
		await tab.evaluate(() => {
			for (const host of document.querySelectorAll('[data-stamp-of-origin-sign]'))
				host.shadowRoot?.querySelector('button')?.click();
		});
		expect(await tab.evaluate(hasFocus)).toBe(false);
		for (const index of [0, 1]) {
			await tab.evaluate((at) => {
				scrollTo(0, 0);
				(document.activeElement as HTMLElement | null)?.blur();
				const button = document
					.querySelectorAll('[data-stamp-of-origin-sign]')
					[at]?.shadowRoot?.querySelector('button');
				button?.focus();
			}, index);
			await tab.press('Enter');
			await tab.waitFor(hasFocus, []);
		}
		await tab.resize(1280, 900);
		await tab.open(pageAddress('tuf-js', '1.0.0'));
		await tab.settledPanel('tuf-js@1.0.0');
		const { signs } = await tab.evaluate(readSigns);
		expect(signs.map(({ says }) => says)).toEqual(['Origin: origin confirmed. Go to the panel.']);
	});
});
