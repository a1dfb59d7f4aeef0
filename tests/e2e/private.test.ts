/** Tests that nothing is stored from a private window: in Chromium, whose driver can let the extension into one. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageAddress, REGISTRY } from '../../lib/release.ts';
import { builtExtension, type RunningBrowser, startBrowser, type Tab } from '../tools/browser.ts';
import { hasData, packageOf, readRelease } from '../tools/recordings.ts';
import { type LocalServer, startServer } from '../tools/server.ts';

type Chrome = { chrome: typeof import('wxt/browser').browser };

if (!hasData) console.warn('SKIPPED: private windows, since ../shared/data is absent');

/** Runs in a page of the extension: everything that the extension keeps. */
async function readKept(): Promise<string> {
	const { chrome } = globalThis as unknown as Chrome;
	const kept: unknown[] = [await chrome.storage.local.get()];
	for (const { name = '' } of await indexedDB.databases()) {
		const database = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = indexedDB.open(name);
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error);
		});
		for (const store of database.objectStoreNames) {
			const keys = database.transaction(store).objectStore(store).getAllKeys();
			await new Promise((resolve) => keys.addEventListener('success', resolve));
			kept.push(...keys.result);
		}
		database.close();
	}
	return JSON.stringify(kept);
}

describe.skipIf(!hasData)('chromium', () => {
	let server: LocalServer;
	let browser: RunningBrowser;
	let control: Tab;
	beforeAll(async () => {
		server = await startServer();
		browser = await startBrowser('chromium', { extension: builtExtension('chromium'), proxy: server.proxy });
		const { host } = new URL(await (await browser.openExtensionPage('popup.html')).evaluate(() => location.href));
		await browser.allowPrivateWindows(host);
		control = await browser.openExtensionPage('popup.html');
	}, 60_000);
	afterAll(async () => {
		await browser?.close();
		await server?.close();
	});

	const openPrivately = (address: string) =>
		control.evaluate(async (url) => {
			const { chrome } = globalThis as unknown as Chrome;
			await chrome.windows.create({
				incognito: true,
				url: url.startsWith('/') ? chrome.runtime.getURL(url as '/') : url,
			});
		}, address);

	test('a panel, its marks, its report and the popup leave nothing behind', async () => {
		server.serve(packageOf([readRelease('sigstore@1.0.0'), readRelease('sigstore@2.3.1')]));
		await openPrivately(`${pageAddress('sigstore', '2.3.1')}?activeTab=versions`);
		const tab = await browser.waitForPage(pageAddress('sigstore'));
		// `changed`, since 1.0.0 came from another workflow.
		expect((await tab.settledPanel('sigstore@2.3.1')).look).toBe('changed');
		await tab.waitFor(
			() =>
				[...document.querySelectorAll('[data-stamp-of-origin-mark]')].every(
					(host) => host.shadowRoot?.querySelector('button')?.dataset.look === 'confirmed',
				),
			[],
		);
		await tab.click('[data-stamp-of-origin] >>> button');
		const report = await browser.waitForExtensionPage('report.html');
		await report.waitFor(() => document.querySelector('[data-claim]'), []);
		const { isPrivate, words } = await report.evaluate(() => ({
			isPrivate: (globalThis as unknown as Chrome).chrome.extension.inIncognitoContext,
			words: document.body.innerText,
		}));
		expect(isPrivate).toBe(true);
		expect(words).toContain('This is a private window, in which nothing is kept.');
		expect(words).not.toContain('Expect this from now on');
		expect(server.requests.filter(({ host }) => REGISTRY.endsWith(host)).length).toBeGreaterThan(2);
		await report.close();

		await openPrivately('/popup.html?private');
		const popup = await browser.waitForExtensionPage('popup.html?private');
		await popup.type('#package', 'sigstore@2.3.1');
		await popup.press('Enter');
		await popup.waitFor(() => document.querySelector('section[data-verdict="changed"]'), []);
		await openPrivately('/options.html');
		const options = await browser.waitForExtensionPage('options.html');
		await options.click('[name="marks"]');
		await options.waitFor(() => document.querySelector('[role="status"]')?.textContent?.includes('private window'), []);

		const kept = await control.evaluate(readKept);
		expect(kept).not.toContain('sigstore');
		expect(JSON.parse(kept)[0]).toEqual({});
		// The same in an ordinary window is kept, so that this test can fail.
		await control.type('#package', 'sigstore@2.3.1');
		await control.press('Enter');
		await control.waitFor(() => document.querySelector('section[data-verdict="changed"]'), []);
		expect(await control.evaluate(readKept)).toContain('sigstore@2.3.1');
	});
});
