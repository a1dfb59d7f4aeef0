/** Tests that nothing is stored from a private window: in Chromium, whose driver can let the extension into one. */
import { beforeAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '../../lib/browser/settings.ts';
import { REGISTRY } from '../../lib/npm/hosts.ts';
import { pageAddress } from '../../lib/npm/site.ts';
import { dropFiles, npmLockfile } from '../fixtures/audit-page.ts';
import { builtExtension, type RunningBrowser, type Tab } from '../support/browser.ts';
import { hasData, packageOf, readRelease } from '../support/recordings.ts';
import type { LocalServer } from '../support/server.ts';
import { settingsOf } from '../support/settings.ts';
import { borrowWorld } from './harness.ts';

type Chrome = { chrome: typeof import('wxt/browser').browser };

if (!hasData) console.warn('SKIPPED: private windows, since ../shared/data is absent');

/** Runs in a page of the extension: the settings, and the keys of everything in its databases. */
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

async function lookUp(popup: Tab): Promise<void> {
	await popup.page.bringToFront();
	await popup.type('#package', 'sigstore@2.3.1');
	await popup.press('Enter');
	await popup.waitFor(() => document.querySelector('section[data-verdict="changed"]'), []);
}

describe.skipIf(!hasData)('chromium', () => {
	let server: LocalServer;
	let browser: RunningBrowser;
	let control: Tab;
	beforeAll(async () => {
		const how = { extension: builtExtension('chromium'), inPrivateWindows: true };
		({ server, browser } = await borrowWorld('chromium', how));
		control = await browser.openExtensionPage('popup.html');
		// What was looked at is to be kept, so that it would be.
		await settingsOf(control).change((all) => ({ ...all, sightings: true, isAsked: true }));
	}, 60_000);

	test('panel, marks, report, popup, options and audit leave nothing behind', async () => {
		server.serve(packageOf([readRelease('sigstore@1.0.0'), readRelease('sigstore@2.3.1')]));
		const before = await control.evaluate(readKept);
		expect(before).not.toContain('sigstore@');

		const tab = await browser.openPrivately(`${pageAddress('sigstore', '2.3.1')}?activeTab=versions`);
		// `changed`, since 1.0.0 came from another workflow.
		expect((await tab.settledPanel('sigstore@2.3.1')).look).toBe('changed');
		const hasMarks = () =>
			[...document.querySelectorAll('[data-stamp-of-origin-mark]')].filter(
				(host) => host.shadowRoot?.querySelector('button')?.dataset.look === 'not-compared',
			).length > 1;
		await tab.waitFor(hasMarks, []);

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
		expect(words).not.toContain('May this extension keep a list');
		expect(server.requests.filter(({ host }) => REGISTRY.endsWith(host)).length).toBeGreaterThan(2);

		const popup = await browser.openPrivately('/popup.html');
		await lookUp(popup);
		const options = await browser.openPrivately('/options.html');
		await options.click('[name="marks"]');
		await options.waitFor(() => document.querySelector('[role="status"]')?.textContent?.includes('private window'), []);

		const audit = await browser.openPrivately('/audit.html');
		await audit.waitFor(() => document.body.innerText.includes('nothing is kept, and the result is gone'), []);
		await dropFiles(audit, { 'package-lock.json': npmLockfile(['sigstore@2.3.1']) });
		await audit.waitFor(() => document.querySelector('[data-phase="done"]'), []);
		expect(await audit.evaluate(readKept)).not.toContain('sigstore');

		await server.finish();
		expect(await control.evaluate(readKept)).toBe(before);
		expect(await settingsOf(control).read()).toEqual({ ...defaultSettings(), sightings: true, isAsked: true });
		// The same in an ordinary window is kept, so that this test can fail.
		await lookUp(control);
		await expect.poll(() => control.evaluate(readKept)).toContain('"lookedUp":["sigstore@2.3.1"]');
		await expect.poll(() => control.evaluate(readKept)).toContain('"manifest sigstore@2.3.1"');
		await expect.poll(() => control.evaluate(readKept)).toMatch(/"sigstore@2\.3\.1".*"sigstore@2\.3\.1"/);
	});
});
