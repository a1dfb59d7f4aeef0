/** Tests the page that is shown once, after the installation: three examples without network, and nothing to set up. */
import { beforeAll, describe, expect, test } from 'vitest';
import { BROWSER_NAMES, builtExtension, type RunningBrowser, type Tab } from '../support/browser.ts';
import type { LocalServer } from '../support/server.ts';
import { borrowWorld } from './harness.ts';
import { takePictures } from './page-actions.ts';

describe.each(BROWSER_NAMES)('%s', (name) => {
	let server: LocalServer;
	let browser: RunningBrowser;
	let page: Tab;
	beforeAll(async () => {
		({ server, browser } = await borrowWorld(name, { extension: builtExtension(name), keepsWelcome: true }));
		await browser.newTab();
		page = await browser.waitForExtensionPage('welcome.html');
	});

	test('says what the three signs mean, on made-up examples, and asks nobody', async () => {
		const looks = await page.waitFor(() => {
			const panels = [...document.querySelectorAll<HTMLElement>('section[data-verdict]')];
			return panels.length === 3 && panels.map(({ dataset }) => dataset.verdict);
		}, []);
		expect(looks).toEqual(['confirmed', 'lost', 'none']);
		const words = await page.evaluate(() => document.body.innerText);
		for (const part of ['These examples are made up', 'That is no approval', 'There is nothing to set up'])
			expect(words).toContain(part);
		expect(await page.evaluate(() => document.querySelectorAll('input, main a, main button').length)).toBe(0);
		expect(server.requests).toEqual([]);
		await page.toFront();
		await takePictures(page, `welcome-${name}`);
	});

	test('is not opened by an update', async () => {
		const count = async () => (await browser.addresses()).filter((one) => one.includes('/welcome.html')).length;
		expect(await count()).toBe(1);
		await browser.reload();
		const popup = await browser.openExtensionPage('popup.html');
		await popup.waitFor(() => document.querySelector('#package') !== null, []);
		expect(await count()).toBeLessThanOrEqual(1);
	});
});
