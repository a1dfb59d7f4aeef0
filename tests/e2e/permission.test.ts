/** Tests what a reader is told where the browser withholds the access to the registry, on npm's page and on the Preflight page. */
import { expect, test } from 'vitest';
import { REGISTRY } from '../../lib/npm/hosts.ts';
import { pageAddress } from '../../lib/npm/site.ts';
import { workflowOf } from '../fixtures/workflows.ts';
import type { Tab } from '../support/browser.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachWithFreshExtension } from './harness.ts';
import { drop, says } from './page-actions.ts';

/**
 * Runs in a page of the extension: gives the access back to the browser, for good. Chromium lets nobody give a required one back.
 * @returns whether it is withheld.
 */
async function withhold(origins: string[]): Promise<boolean> {
	type Browser = {
		permissions: Record<'contains' | 'remove', (permissions: { origins: string[] }) => Promise<boolean>>;
	};
	const { browser, chrome } = globalThis as unknown as { browser?: Browser; chrome: Browser };
	const { permissions } = browser ?? chrome;
	await permissions.remove({ origins }).catch(() => false);
	return !(await permissions.contains({ origins }));
}

inEachWithFreshExtension((stage) => {
	const asked = () => stage.server.requests.filter(({ kind }) => kind !== undefined);
	const isWithheldIn = async (page: Tab) => {
		const isWithheld = await page.evaluate(withhold, [`${REGISTRY}/*`]);
		expect(isWithheld).toBe(stage.name === 'firefox');
		return isWithheld;
	};

	test('a sentence and a button of its own, and no request', async () => {
		stage.server.serve(packageOf([stage.release('sigstore@2.3.1')]));
		const page = await stage.browser.openExtensionPage('popup.html');
		const isWithheld = await isWithheldIn(page);
		await page.close();
		await stage.tab.page.bringToFront();
		await stage.tab.open(pageAddress('sigstore', '2.3.1'));
		const { look, text } = await stage.tab.settledPanel('sigstore@2.3.1');
		if (!isWithheld) {
			expect(look).toBe('confirmed');
			expect(asked().length).toBeGreaterThan(0);
			return;
		}
		expect(look).toBe('unknown');
		expect(text).toContain("Your browser withholds the access to npm's registry");
		expect(text).toContain('Allow access');
		expect(asked()).toEqual([]);
		// A page script may not ask for permissions; the button leads to the extension's own page, which may.
		await stage.tab.click('[data-stamp-of-origin] >>> .actions button');
		const report = await stage.browser.waitForExtensionPage('report.html');
		await report.waitFor(() => document.body.textContent?.includes('Allow access'), []);
		await report.close();
	});

	test('Preflight: a sentence and a button, and files are read all the same', async () => {
		stage.server.serve(packageOf([stage.release('sigstore@2.3.1')]));
		const page = await stage.browser.openExtensionPage('preflight.html');
		const isWithheld = await isWithheldIn(page);
		await page.toFront();
		await page.type('input[name="package"]', 'sigstore');
		await page.press('Enter');
		if (isWithheld) {
			await says(page, "Nothing is known of “sigstore”: the browser withholds the access to npm's registry.");
			await says(page, 'Allow access');
			expect(asked()).toEqual([]);
		} else await says(page, 'The registry lists provenance for “sigstore 2.3.1”.');
		await drop(page, { 'release.yml': workflowOf({}) });
		await says(page, '1 workflow read.');
		await page.close();
	});
});
