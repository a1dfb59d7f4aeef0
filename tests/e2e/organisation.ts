/**
 * Owns the scenarios of what an organisation sets through managed storage, with the files that docs/managed-storage.md shows, put where
 * the browsers look. Each browser has a file of tests, since the two wait beside each other.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pageAddress } from '../../lib/npm/site.ts';
import { dropFiles, npmLockfile } from '../fixtures/audit-page.ts';
import { type BrowserName, startBrowser, type Tab } from '../support/browser.ts';
import { packageOf } from '../support/recordings.ts';
import { inFreshBrowser, lostPackage } from './harness.ts';
import { takePicture } from './page-actions.ts';

const FILES = {
	chromium: '/etc/chromium/policies/managed/stamp-of-origin-test.json',
	firefox: '/etc/firefox/policies/policies.json',
};
/** Chromium reads its policies anew some five seconds after they changed, or later. */
const PATIENCE_MS = 45_000;

const [FIREFOX_ID = ''] =
	/\{[-\da-f]{36}\}/.exec(readFileSync(new URL('../../wxt.config.ts', import.meta.url), 'utf8')) ?? [];
const guide = readFileSync(new URL('../../docs/managed-storage.md', import.meta.url), 'utf8');
const [forChrome = '', forFirefox = ''] = [...guide.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => json);
const made: string[] = [];

/** Writes a file of the system that was not there, and remembers what to take away again. */
function put(file: string, text: string): void {
	const folders: string[] = [];
	for (let folder = dirname(file); !existsSync(folder); folder = dirname(folder)) folders.push(folder);
	for (const folder of folders.toReversed()) {
		mkdirSync(folder);
		made.push(folder);
	}
	if (!made.includes(file)) made.push(file);
	writeFileSync(file, text);
}

function takeAway(): void {
	for (const path of made.splice(0).toReversed()) {
		if (Object.values(FILES).includes(path)) rmSync(path, { force: true });
		else rmdirSync(path);
	}
}

/** Whether the system's policies are ours to set: nobody else's are there, and we may write. */
function mayPut(file: string): boolean {
	if (existsSync(file)) {
		// Left behind by a run that was cut off.
		if (file !== FILES.chromium && !readFileSync(file, 'utf8').includes(FIREFOX_ID)) return false;
		rmSync(file);
	}
	try {
		put(file, '{}');
		return true;
	} catch {
		return false;
	} finally {
		takeAway();
	}
}

/** Tells the scenarios of one browser. */
export function tellOrganisation(name: BrowserName): void {
	const isPossible = mayPut(FILES[name]);
	if (!isPossible) console.warn(`SKIPPED: policies of ${name} cannot be written on this machine, or are there already`);

	beforeAll(() => {
		// Firefox reads its policies when it starts.
		if (isPossible && name === 'firefox') put(FILES.firefox, forFirefox);
	});
	afterAll(takeAway);
	process.on('exit', takeAway);

	inFreshBrowser(name, (stage) => {
		beforeAll(async () => {
			if (!isPossible || stage.name !== 'chromium') return;
			const page = await stage.browser.openExtensionPage('options.html');
			put(FILES.chromium, forChrome.replace('EXTENSION-ID', await page.evaluate(() => location.host)));
			await page.close();
		});

		test.runIf(isPossible)("holds, is shown as the organisation's, and cannot be changed", async () => {
			const options = await stage.browser.openExtensionPage('options.html');
			await waitForManaged(options);
			const seen = await options.evaluate(() => {
				const box = (name: string) => document.querySelector<HTMLInputElement>(`input[name="${name}"]`);
				return {
					marks: [box('marks')?.checked, box('marks')?.disabled],
					sightings: [box('sightings')?.checked, box('sightings')?.disabled],
					suggestions: [box('suggestions')?.checked, box('suggestions')?.disabled],
					rows: [...document.querySelectorAll<HTMLElement>('tr[data-row]')].map(({ dataset, innerText }) => [
						dataset.row,
						/Edit|Remove/.test(innerText),
					]),
					text: document.body.innerText,
				};
			});
			expect(seen).toMatchObject({
				marks: [false, true],
				sightings: [false, true],
				suggestions: [false, false],
				rows: [
					['sigstore', false],
					['@our-scope/*', false],
				],
			});
			expect(seen.text).toContain('Set by your organisation');
			expect(seen.text.includes('Line 3 is published by hand')).toBe(stage.name === 'chromium');
			await takePicture(options, `organisation-${stage.name}`);
			await options.close();

			// Its allowlist names another workflow than this release came from.
			const release = stage.release('sigstore@1.0.0');
			stage.server.serve(packageOf([release]));
			await stage.tab.page.bringToFront();
			await stage.tab.open(pageAddress('sigstore', '1.0.0'));
			const panel = await stage.tab.settledPanel('sigstore@1.0.0');
			expect(panel.look).toBe('not-allowed');
			expect(panel.text).toContain("your organisation's row");

			await stage.hasLooked();
			const report = await stage.browser.openExtensionPage('report.html#sigstore@1.0.0');
			const text = await report.waitFor(
				() => document.querySelector('[data-mute="organisation"]') && document.body.innerText,
				[],
			);
			expect(text).toContain('cannot be dismissed here');
			// What the organisation has settled is not asked.
			expect(text).not.toContain('May this extension keep a list');
			await report.close();
		});

		test.runIf(isPossible)(
			'decides on the audit page: allowlist, dismissed warnings, and files without network',
			async () => {
				const release = stage.release('sigstore@1.0.0');
				stage.server.serve(packageOf([release]), lostPackage('our-old-tool', ['3.0.0', '3.1.0']));
				const page = await stage.browser.openExtensionPage('audit.html');
				await dropFiles(page, { 'package-lock.json': npmLockfile(['sigstore@1.0.0', 'our-old-tool@3.1.0']) });
				await page.waitFor(() => document.querySelector('[data-phase="done"]'), []);
				const rows = () =>
					page.evaluate(() =>
						[...document.querySelectorAll<HTMLElement>('tr[data-spec]')].map(
							({ dataset }) => `${dataset.spec} ${dataset.result}`,
						),
					);
				// Firefox's example dismisses nothing.
				const other = stage.name === 'chromium' ? 'muted' : 'lost';
				await expect
					.poll(async () => (await rows()).toSorted())
					.toEqual([`our-old-tool@3.1.0 ${other}`, 'sigstore@1.0.0 not-allowed']);
				await page.close();
				const files = await stage.browser.openExtensionPage('audit.html');
				await dropFiles(files, { 'a.json': JSON.stringify(release.attestations) });
				const said = await files.waitFor(
					() => document.querySelector<HTMLElement>('.answer[data-result="not-allowed"] .headline')?.innerText,
					[],
				);
				expect(said).toContain("not what your organisation's allowlist expects");
				await files.close();
			},
		);

		test.runIf(isPossible)(
			'is refused as a whole where a part of it cannot be read, and the place is told',
			async () => {
				const file = FILES[stage.name];
				const before = readFileSync(file, 'utf8');
				put(file, before.replace('provenance', 'provenence'));
				// Firefox reads its policies when it starts.
				const browser = await startBrowser(stage.name, { extension: stage.extension, proxy: stage.server.proxy });
				try {
					const options = await browser.openExtensionPage('options.html');
					const text = await waitForManaged(options);
					expect(text).toContain('nothing of it is followed');
					expect(text).toMatch(/policy(Text, line 1)?, rows\.0\.\S*provenence/);
					expect(text).not.toContain('Set by your organisation');
				} finally {
					await browser.close();
					put(file, before);
				}
			},
		);
	});
}

/** Waits until what the organisation set has come to the browser, and gives the text of the options page opened anew. */
async function waitForManaged(options: Tab): Promise<string> {
	await options.waitFor(
		async () => {
			// Without haste: Chromium reads policies when it has nothing better to do.
			await new Promise((resolve) => setTimeout(resolve, 500));
			const { storage } = (globalThis as unknown as { chrome: typeof import('wxt/browser').browser }).chrome;
			return Object.keys(await storage.managed.get()).length > 0;
		},
		[],
		PATIENCE_MS,
	);
	// Not while it is being asked, or the answer would be lost.
	await options.evaluate(() => {
		Object.assign(window, { isOld: true });
		setTimeout(() => location.reload(), 100);
	});
	return await options.waitFor(() => {
		const text = 'isOld' in window ? '' : document.body.innerText;
		return /Set by your organisation|Your organisation has set/.test(text) ? text : '';
	}, []);
}
