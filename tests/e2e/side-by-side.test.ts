/** Tests that the background answers for two releases side by side, by the evidence that it keeps. */
import { expect, test } from 'vitest';
import type { SideBySideAnswer } from '../../lib/browser/messaging/messages.ts';
import { trustRootFor } from '../fixtures/minted.ts';
import { startAuthority } from '../support/authority.ts';
import type { Tab } from '../support/browser.ts';
import { githubBuild, mintRelease } from '../support/mint.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachBrowser } from './harness.ts';
import { takePictures } from './page-actions.ts';

/** Asks the background, from one of our pages, as `watch` does; nothing where it closes the port. */
function ask(page: Tab, message: object): Promise<SideBySideAnswer | undefined> {
	return page.evaluate((question) => {
		const { runtime } = (globalThis as unknown as { chrome: typeof import('wxt/browser').browser }).chrome;
		const port = runtime.connect({ name: 'side-by-side' });
		return new Promise<SideBySideAnswer | undefined>((resolve) => {
			port.onMessage.addListener(({ answer }: { answer?: string }) => {
				if (answer !== undefined) resolve(JSON.parse(answer));
			});
			port.onDisconnect.addListener(() => resolve(undefined));
			port.postMessage(question);
		});
	}, message);
}

inEachBrowser((stage) => {
	test('two releases side by side: both Reports, what differs and the sentence that leads; each list is asked for once', async () => {
		const authority = await startAuthority();
		const other = githubBuild({ workflow: '.github/workflows/other.yml' });
		const releases = [
			await mintRelease(authority, { version: '1.0.0', publishedAt: new Date('2026-01-01') }),
			await mintRelease(authority, {
				version: '1.0.1',
				publishedAt: new Date('2026-03-01'),
				provenance: { build: other },
				manifest: { dependencies: { chalk: '^5' } },
			}),
		];
		stage.server.serve(packageOf(releases));
		await stage.settings.change((all) => ({ ...all, trustRoots: [trustRootFor(authority, ['minted'])] }));
		const question = { name: 'minted', selector: '1.0.1', other: '1.0.0', most: 0, isPrivate: false };
		const pair = await ask(stage.control, question);
		expect([pair?.from.verdict, pair?.to.verdict]).toEqual(['confirmed', 'changed']);
		expect(pair?.differences.map(({ field }) => field)).toEqual(['verdict', 'workflow', 'dependency', 'published-at']);
		expect(pair?.lead).toContain('build file “release.yml” before, “other.yml” now; also different: 1 dependency.');
		const lists = () => stage.server.requests.filter(({ path }) => path === '/minted').length;
		expect(lists()).toBe(1);
		expect((await ask(stage.control, question))?.lead).toBe(pair?.lead);
		expect(lists()).toBe(1);
		expect(await ask(stage.control, { ...question, other: 'latest' })).toBeUndefined();

		const page = await stage.browser.openExtensionPage(`report.html#${encodeURIComponent('minted@1.0.0..1.0.1')}`);
		await page.waitFor(() => document.querySelector('tr[data-field]') !== null, []);
		const read = () => ({
			lead: document.querySelector('.lead')?.textContent,
			title: document.title,
			rows: [...document.querySelectorAll<HTMLElement>('tr[data-field]')].map((row) => [
				row.dataset.field,
				...[...row.children].slice(1).map((cell) => cell.textContent?.trim()),
			]),
			links: [...document.querySelectorAll('.content a')].map((link) => link.getAttribute('href')),
		});
		const shown = await page.evaluate(read);
		expect(shown.lead).toBe(pair?.lead);
		expect(shown.title).toBe('minted@1.0.0..1.0.1');
		expect(shown.rows).toContainEqual(['workflow', '“release.yml”', '“other.yml”', 'Proved by signature']);
		expect(shown.links).toEqual(['#minted%401.0.0', '#minted%401.0.1']);
		await takePictures(page, `side-by-side-${stage.name}`);
		await page.click('.content a');
		await page.waitFor(() => document.querySelector('[data-verdict="confirmed"]') !== null, []);
		await page.close();
	});
});
