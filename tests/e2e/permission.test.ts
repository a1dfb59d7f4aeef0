/** Tests what a reader is told where the browser withholds the access to the registry. */
import { expect, test } from 'vitest';
import { REGISTRY } from '../../lib/npm/hosts.ts';
import { pageAddress } from '../../lib/npm/site.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachFreshBrowser } from './harness.ts';

/** Runs in a page of the extension: gives the access back to the browser; Chromium lets nobody give a required one back. */
async function giveUp(origin: string): Promise<boolean> {
	type Browser = { permissions: { remove(permissions: { origins: string[] }): Promise<boolean> } };
	const { browser, chrome } = globalThis as unknown as { browser?: Browser; chrome: Browser };
	return (browser ?? chrome).permissions.remove({ origins: [origin] }).catch(() => false);
}

inEachFreshBrowser((stage) => {
	test('a sentence and a button of its own, and no request', async () => {
		stage.server.serve(packageOf([stage.release('sigstore@2.3.1')]));
		const page = await stage.browser.openExtensionPage('popup.html');
		const isGiven = await page.evaluate(giveUp, `${REGISTRY}/*`);
		expect(isGiven).toBe(stage.name === 'firefox');
		await stage.tab.page.bringToFront();
		await stage.tab.open(pageAddress('sigstore', '2.3.1'));
		const { look, text } = await stage.tab.settledPanel('sigstore@2.3.1');
		const asked = stage.server.requests.filter(({ kind }) => kind !== undefined);
		if (!isGiven) {
			expect(look).toBe('confirmed');
			expect(asked.length).toBeGreaterThan(0);
			return;
		}
		expect(look).toBe('unknown');
		expect(text).toContain("Your browser withholds the access to npm's registry");
		expect(text).toContain('Allow access');
		expect(asked).toEqual([]);
		// A page script may not ask for permissions; the button leads to the extension's own page, which may.
		await stage.tab.click('[data-stamp-of-origin] >>> .actions button');
		const report = await stage.browser.waitForExtensionPage('report.html');
		await report.waitFor(() => document.body.textContent?.includes('Allow access'), []);
		await report.close();
	});
});
