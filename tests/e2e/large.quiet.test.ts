/** Tests that a package of 10,000 releases (20 MB) holds up no page: fetched, read, kept, read again, and drawn. */
import { expect, test } from 'vitest';
import { pageAddress } from '../../lib/npm/site.ts';
import { LARGE_NAME, LARGE_VERSION, largePackument } from '../fixtures/large.ts';
import type { Tab } from '../support/browser.ts';
import { tooLong, watchThread } from './busy.ts';
import { forgetEverything, inEachBrowser } from './harness.ts';
import { takePictures } from './page-actions.ts';

const LARGE = `${LARGE_NAME}@${LARGE_VERSION}`;
inEachBrowser((stage) => {
	const packument = JSON.parse(largePackument());
	const serveLarge = () => stage.server.serve({ packument, attestations: {}, tarballs: {} });

	const openLine = async (page: Tab) => {
		await page.evaluate((release) => {
			location.hash = release;
		}, LARGE);
		await page.waitFor(
			(version) => document.querySelector<HTMLElement>('[data-focus]')?.dataset.focus === version,
			[LARGE_VERSION],
			60_000,
		);
		await page.evaluate(() => document.querySelector('#releases')?.scrollIntoView());
	};

	test.each(['fetched', 'kept'])('the report page, the list of releases %s', async (how) => {
		serveLarge();
		const page = await stage.browser.openExtensionPage('report.html');
		await page.resize(900, 1100);
		if (how === 'kept') await openLine(page);
		const excess = await tooLong(async () => {
			if (how === 'fetched') await page.evaluate(forgetEverything);
			await page.evaluate(() => {
				location.hash = 'nothing here';
			});
			await page.waitFor(() => !document.querySelector('[data-focus]'), []);
			await watchThread(page);
			await openLine(page);
			await new Promise((resolve) => setTimeout(resolve, 300));
			await page.evaluate(() => document.querySelector<HTMLElement>('input[type="range"]')?.focus());
			for (const key of ['Home', 'ArrowRight', 'PageUp', 'End', 'ArrowLeft'] as const) await page.press(key);
			await page.evaluate(() => {
				[...document.querySelectorAll('button')].find(({ innerText }) => innerText === 'Oldest')?.click();
			});
			await page.waitFor(() => document.querySelector('tr[data-version="1.0.0"]'), []);
			return page;
		});
		expect(excess).toBeLessThanOrEqual(0);
		const asked = stage.server.requests.filter(({ kind }) => kind === 'packument').length;
		if (how === 'kept') expect(asked).toBe(1);
		else expect(asked).toBeGreaterThan(0);
		if (how === 'kept') await takePictures(page, `line-10000-${stage.name}`, { at: '#releases' });
		await page.close();
	});

	test("npm's page", async () => {
		serveLarge();
		const { tab } = stage;
		await tab.page.bringToFront();
		const excess = await tooLong(async () => {
			await tab.open(pageAddress(LARGE_NAME, LARGE_VERSION));
			await watchThread(tab);
			expect((await tab.settledPanel(LARGE)).look).toBe('lost-earlier');
			return tab;
		});
		expect(excess).toBeLessThanOrEqual(0);
	});
});
