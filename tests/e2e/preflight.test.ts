/** Tests the Preflight page: workflows that are pasted, dropped or none, a package by name, and the ways that lead to the page. */
import { expect, test } from 'vitest';
import { workflowOf } from '../fixtures/workflows.ts';
import type { Tab } from '../support/browser.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachBrowser } from './harness.ts';
import { drop, insert, says, tabTo, takePictures } from './page-actions.ts';

const BAD = workflowOf({
	on: 'pull_request_target:',
	steps: '- uses: someone/build@v1\n- run: curl https://example.org/x.sh | sh',
	job: 'permissions: write-all',
}).replaceAll(/ *#!.*/g, '');
const LINE = BAD.split('\n').findIndex((line) => line.includes('someone/build')) + 1;

/** What has the focus, by its name in the form or its words. */
const focused = () => {
	const element = document.activeElement as HTMLInputElement | null;
	return element?.name || (element?.innerText ?? '').trim();
};
const headline = (tab: Tab) => tab.evaluate(() => document.querySelector('[role="status"]')?.textContent ?? '');

inEachBrowser((stage) => {
	const open = () => stage.browser.openExtensionPage('preflight.html');
	const asked = () => stage.server.requests.filter(({ kind }) => kind !== undefined);

	test('a workflow is pasted by keyboard alone: findings with their lines, and nothing leaves the machine', async () => {
		const page = await open();
		await page.toFront();
		await tabTo(page, 'file-name', focused);
		await tabTo(page, 'workflow', focused);
		await insert(page, BAD);
		await tabTo(page, 'Read it', focused);
		await page.press('Enter');
		await says(page, '1 workflow read.');
		await says(page, `line ${LINE}, column`);
		const rules = await page.evaluate(() =>
			[...document.querySelectorAll<HTMLElement>('[data-file="release.yml"] [data-rule]')].map(
				({ dataset }) => dataset.rule,
			),
		);
		expect(new Set(rules)).toEqual(
			new Set(['unpinned-action', 'dangerous-trigger', 'broad-permissions', 'pipe-to-shell']),
		);
		expect(await headline(page)).toMatch(/^1 workflow read\. Below: \d+ things to look at, \d+ notes?\.$/);
		await says(page, '“someone/build@v1” is not named by its commit.');
		await says(page, 'Change:');
		// The headline comes into view, which may take some frames, and the focus does not move.
		const top = () => page.evaluate(() => document.querySelector('[role="status"]')?.getBoundingClientRect().top);
		await expect.poll(top).toBeLessThan(100);
		expect(await page.evaluate(focused)).toBe('Read it');
		await page.evaluate(() => scrollTo(0, 0));
		expect(asked()).toEqual([]);
		await takePictures(page, `preflight-files-${stage.name}`);
		await takePictures(page, `preflight-found-${stage.name}`, { at: '#found' });
		await takePictures(page, `preflight-rules-${stage.name}`, { at: '#rules' });
		await page.close();
	});

	test('files are dropped together: one cannot be read, the other is; a later one is added, and all can be cleared', async () => {
		const page = await open();
		await drop(page, { 'release.yml': BAD, 'broken.yml': 'on: push\njobs: [' });
		await says(page, '1 workflow read, 1 file not read.');
		await says(page, '“broken.yml”, line 2');
		await says(page, '[not-yaml]');
		await says(page, `line ${LINE}, column`);
		await drop(page, { 'notes.yml': 'title: a list\n', 'large.yml': '#'.repeat(1_000_001) });
		await says(page, '“notes.yml”, line 1, column 1: this is no workflow');
		await says(page, '[not-a-workflow]');
		await says(page, '[yaml-too-large]');
		await says(page, '1 workflow read, 3 files not read.');
		// The mended file takes the place of the broken one.
		await drop(page, { 'broken.yml': BAD });
		await says(page, '2 workflows read, 2 files not read.');
		await page.evaluate(() => {
			const buttons = [...document.querySelectorAll('button')];
			buttons.find(({ textContent }) => textContent?.includes('Clear all files'))?.click();
		});
		await page.waitFor(() => document.querySelector('#found') === null, []);
		expect(asked()).toEqual([]);
		await page.close();
	});

	test('a package is named: what the registry says, and what the log gives away; another one is cancelled, or unknown', async () => {
		stage.server.serve(packageOf([stage.release('sigstore@2.3.1')]));
		const page = await open();
		await page.toFront();
		const ask = async (name: string) => {
			await page.evaluate((wanted) => {
				const input = document.querySelector<HTMLInputElement>('input[name="package"]');
				if (!input) return;
				input.value = wanted;
				input.dispatchEvent(new Event('input', { bubbles: true }));
				input.focus();
			}, name);
			await page.press('Enter');
		};
		await ask('a b');
		await says(page, 'This is no name of a package.');
		await ask('sigstore');
		await says(page, '“sigstore 2.3.1”: what the registry says of it is below.');
		await says(page, 'The registry lists provenance for “sigstore 2.3.1”.');
		await says(page, 'A badge taken for approval');
		await says(page, 'to everybody, for good, also of a private repository');
		await says(page, 'Number of the repository');
		await takePictures(page, `preflight-package-${stage.name}`, { at: '#floor' });
		const names = new Set(stage.server.requests.map(({ path }) => path));
		expect([...names].filter((path) => path.includes('sigstore')).length).toBeGreaterThan(0);
		// What is unknown takes the place of what was shown.
		stage.server.override('packument', { status: 404 });
		await ask('nuxt');
		await says(page, 'Nothing is known of “nuxt”: the registry knows no such release');
		expect(await page.evaluate(() => document.querySelector('#log') === null)).toBe(true);
		stage.server.serve(packageOf([stage.release('tuf-js@1.0.0')]));
		stage.server.override('packument', { delay: 60_000 });
		await ask('tuf-js');
		await page.waitFor(() => document.body.innerText.includes('Cancel'), []);
		await page.evaluate(() =>
			[...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Cancel')?.click(),
		);
		await says(page, 'Cancelled.');
		await page.close();
	});

	test('the report page names what stays to be done, and leads here with its package; so does the popup', async () => {
		stage.server.serve(packageOf([stage.release('sigstore@2.3.1')]));
		const report = await stage.browser.openExtensionPage('report.html#sigstore@2.3.1');
		await says(report, 'What is still your responsibility');
		await says(report, 'Use a second factor');
		await takePictures(report, `responsibility-${stage.name}`, { at: '#yours' });
		await report.click('a[href^="/preflight.html"]');
		await report.waitFor(
			() => document.querySelector<HTMLInputElement>('input[name="package"]')?.value === 'sigstore',
			[],
		);
		await report.close();
		const popup = await stage.browser.openExtensionPage('popup.html');
		await says(popup, 'Do you publish packages?');
		await popup.close();
	});
});
