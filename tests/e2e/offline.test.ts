/** Tests that a release that was looked at is shown whole without the registry, with its age; and the malware warning, also then. */
import { expect, test } from 'vitest';
import { pageAddress } from '../../lib/npm/site.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachBrowser, MALWARE, type Stage, withoutProvenance } from './harness.ts';

const RELEASE = 'sigstore@2.3.1';
const DAY_MS = 24 * 3600 * 1000;

/** Runs in a page of the extension: makes everything that was kept older; gives how many answers that were. */
async function age(milliseconds: number): Promise<number> {
	const done = <T>(request: IDBRequest<T>) =>
		new Promise<T>((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error);
		});
	const database = await done(indexedDB.open('evidence'));
	let count = 0;
	for (const name of ['answers', 'packuments']) {
		const store = database.transaction(name, 'readwrite').objectStore(name);
		for (const key of await done(store.getAllKeys())) {
			const kept = await done(store.get(key));
			await done(store.put({ ...kept, fetchedAt: kept.fetchedAt - milliseconds }, key));
			count += 1;
		}
	}
	database.close();
	return count;
}

/** Looks at the release with everything there, then makes that a day old and takes the registry away. */
async function lookThenCut(stage: Stage): Promise<void> {
	await stage.tab.open(pageAddress('sigstore', '2.3.1'));
	await stage.tab.settledPanel(RELEASE);
	const page = await stage.browser.openExtensionPage('popup.html');
	// Manifest, two records of attestations, the list of malware, the packument.
	expect(await page.evaluate(age, DAY_MS)).toBe(5);
	await page.close();
	stage.server.requests.length = 0;
	stage.server.override(({ kind }) => kind !== undefined, { isUnreachable: true });
}

inEachBrowser((stage) => {
	const older = () => stage.release('sigstore@1.0.0');
	const newer = () => stage.release(RELEASE);

	test.each([
		['changed', () => [older(), newer()]],
		['lost', () => [older(), withoutProvenance(newer())]],
	] as const)('%s: the whole Report without the registry, and from when its evidence is', async (verdict, releases) => {
		stage.server.serve(packageOf([...releases()]));
		await lookThenCut(stage);
		const report = await stage.ask('compare', RELEASE);
		expect(stage.server.requests.length).toBeGreaterThan(0);
		expect(report.verdict).toBe(verdict);
		expect(report.history).toMatchObject({ state: 'compared', with: { version: '1.0.0' } });
		const found = report.findings.filter(({ code }) => code === 'evidence-kept');
		expect(found).toHaveLength(1);
		const age = Date.now() - Date.parse(found[0]?.detail ?? '');
		expect(age).toBeGreaterThan(DAY_MS);
		expect(age).toBeLessThan(DAY_MS + 5 * 60_000);

		// A browser ends the background when it likes; what was kept outlives it.
		if (stage.name === 'chromium') {
			await stage.browser.stopBackground();
			expect((await stage.ask('compare', RELEASE)).verdict).toBe(verdict);
		}
	});

	test('the reader learns it on the report page and in the popup', async () => {
		stage.server.serve(packageOf([older(), newer()]));
		await lookThenCut(stage);
		const page = await stage.browser.openExtensionPage(`report.html#${RELEASE}`);
		const words = (await page.waitFor(() => document.querySelector('[data-kept]')?.textContent, [])) ?? '';
		expect(words).toContain('evidence kept on this machine since');
		await page.close();
		const popup = await stage.browser.openExtensionPage('popup.html');
		await popup.type('#package', RELEASE);
		await popup.press('Enter');
		expect(await popup.waitFor(() => document.querySelector('[data-kept]')?.textContent, [])).toBe(words);
		await popup.close();
	});

	test('an answer of the registry is not covered up by what was kept', async () => {
		stage.server.serve(packageOf([newer()]));
		await stage.ask('compare', RELEASE);
		const page = await stage.browser.openExtensionPage('popup.html');
		await page.evaluate(age, DAY_MS);
		await page.close();
		stage.server.override('attestations', { status: 404 });
		expect((await stage.ask('compare', RELEASE)).verdict).toBe('unknown');
	});

	test('malware leads the panel and the report page, whatever the origin, also without the registry', async () => {
		stage.server.serve({ ...packageOf([older(), newer()]), advisories: [MALWARE] });
		await stage.tab.open(pageAddress('sigstore', '2.3.1'));
		const panel = await stage.tab.settledPanel(RELEASE);
		expect(panel.look).toBe('malware');
		expect(panel.text).toMatch(/^npm lists “sigstore 2\.3\.1” as malware\. Do not install it\./);
		const report = await stage.ask('compare', RELEASE);
		expect(report.verdict).toBe('changed');
		expect(report.findings.filter(({ warning }) => warning)).toMatchObject([{ code: 'malware-advisory' }]);
		await lookThenCut(stage);
		const page = await stage.browser.openExtensionPage(`report.html#${RELEASE}`);
		await page.waitFor(() => document.querySelector('[data-verdict="malware"]') !== null, []);
		expect(await page.evaluate(() => document.querySelector('.warning')?.textContent)).toContain(MALWARE.url);
		await page.close();
	});

	test('malware is warned of also where nothing could be checked', async () => {
		const release = newer();
		for (const { bundle } of release.attestations?.attestations ?? [])
			bundle.mediaType = 'application/vnd.dev.sigstore.bundle.v9.9+json';
		stage.server.serve({ ...packageOf([release]), advisories: [MALWARE] });
		await stage.tab.open(pageAddress('sigstore', '2.3.1'));
		expect((await stage.tab.settledPanel(RELEASE)).look).toBe('malware');
		expect((await stage.ask('compare', RELEASE)).verdict).toBe('unknown');
	});
});
