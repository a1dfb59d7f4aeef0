/** Tests how popup, options and marks look and in what order they are read. */
import type { SerializedAXNode } from 'puppeteer-core';
import { describe, expect, test } from 'vitest';
import { NPM_SITE } from '../../lib/npm/hosts.ts';
import { pageAddress } from '../../lib/npm/site.ts';
import type { Tab } from '../support/browser.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachBrowser, withoutProvenance } from './harness.ts';
import { says, takePicture } from './page-actions.ts';

const ROWS = [
	{ package: 'sigstore', repository: 'https://github.com/other/sigstore', workflow: '.github/workflows/release.yml' },
	{
		package: '@playwright/*',
		repository: 'https://github.com/microsoft/playwright',
		hosted: true,
		provenance: 'required',
	},
];

inEachBrowser((stage) => {
	/** Takes its picture light, dark (where the driver can ask for it) and narrow; nothing may stick out. */
	async function look(tab: Tab, picture: string, width: number) {
		const views = [
			['light', width, 'light'],
			['dark', width, 'dark'],
			['narrow', 320, 'light'],
		] as const;
		for (const [view, wide, scheme] of views) {
			// Nothing has another size in the dark.
			if (view === 'dark' && !process.env.PICTURES) continue;
			await tab.resize(wide, 900);
			if (stage.name === 'chromium')
				await tab.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
			else if (view === 'dark')
				// Firefox's driver has no such thing: the page is told so itself.
				await tab.evaluate(() => document.querySelector('.themed')?.setAttribute('data-theme', 'dark'));
			else await tab.evaluate(() => document.querySelector('.themed')?.setAttribute('data-theme', 'light'));
			await new Promise((resolve) => setTimeout(resolve, 80));
			await takePicture(tab, `${picture}-${stage.name}-${view}`, true);
			const sideways = await tab.evaluate(
				() => document.documentElement.scrollWidth - document.documentElement.clientWidth,
			);
			expect(sideways, `${picture}, ${view}: can be scrolled sideways`).toBeLessThanOrEqual(0);
		}
		await tab.resize(width, 900);
	}
	const serve = () =>
		stage.server.serve(
			packageOf([stage.release('sigstore@1.0.0'), stage.release('sigstore@2.3.1')]),
			packageOf([stage.release('nuxt@3.13.0')]),
			packageOf([withoutProvenance(stage.release('tuf-js@1.0.0'))]),
		);

	test('popup', async () => {
		serve();
		await stage.set({ lookedUp: ['sigstore@2.3.1', '@playwright/cli@latest', 'nuxt@^3'] });
		const popup = await stage.browser.openExtensionPage('popup.html');
		const type = async (text: string) => {
			await popup.evaluate(() => document.querySelector<HTMLInputElement>('#package')?.select());
			await popup.type('#package', text);
			await popup.press('Enter');
		};
		await says(popup, 'Looked up before');
		await look(popup, 'popup-start', 416);
		await type('nuxt@3.13.0');
		await says(popup, 'came from an automatic build');
		await look(popup, 'popup-confirmed', 416);
		await popup.evaluate(() =>
			[...document.querySelectorAll('button')].find(({ innerText }) => innerText.startsWith('Expect'))?.click(),
		);
		await says(popup, 'Save this row');
		await look(popup, 'popup-row', 416);
		await type('npm i sigstore@2.3.1 nuxt tuf-js ./local');
		await says(popup, 'No build record for “tuf-js');
		await look(popup, 'popup-list', 416);
		await type('javascript:alert(1)');
		await says(popup, 'No package can be read');
		await look(popup, 'popup-complaint', 416);
		await stage.set({ suggestions: true, policy: { version: 1, rows: ROWS } });
		await popup.close();
		const second = await stage.browser.openExtensionPage('popup.html');
		await second.type('#package', 'uf');
		await second.type('#package', '-');
		await second.evaluate(() => document.querySelector<HTMLInputElement>('#package')?.select());
		await second.type('#package', 'sig');
		await says(second, 'One name found');
		await look(second, 'popup-suggestions', 416);
		await second.evaluate(() => document.querySelector<HTMLInputElement>('#package')?.select());
		await second.type('#package', 'sigstore@2.3.1');
		await second.press('Enter');
		await says(second, 'Where they differ');
		await look(second, 'popup-not-allowed', 416);
		await second.close();
	});

	test('options', async () => {
		await stage.set({ policy: { version: 1, rows: ROWS }, lookedUp: ['sigstore@2.3.1'] });
		const page = await stage.browser.openExtensionPage('options.html');
		const press = (words: string) =>
			page.evaluate(
				(wanted) =>
					[...document.querySelectorAll('button')].find(({ innerText }) => innerText.trim() === wanted)?.click(),
				words,
			);
		await says(page, '@playwright/*');
		await look(page, 'options-rows', 900);
		await press('Edit');
		await says(page, 'Save this row');
		await look(page, 'options-editor', 900);
		await press('Cancel');
		await press('Remove');
		await says(page, 'is removed');
		await look(page, 'options-undo', 900);
		const choose = (text: string) =>
			page.evaluate((content) => {
				const input = document.querySelector<HTMLInputElement>('input[type="file"]');
				const data = new DataTransfer();
				data.items.add(new File([content], 'policy.json'));
				if (input) input.files = data.files;
				input?.dispatchEvent(new Event('change', { bubbles: true }));
			}, text);
		await choose(JSON.stringify({ version: 1, rows: ROWS }));
		await says(page, 'The file has 2 rows');
		await look(page, 'options-import', 900);
		await choose('{\n"version": 1,\n"rows": [{ "package": "a", "repositry": "x" }]}');
		await says(page, 'Nothing was changed.');
		await look(page, 'options-bad-file', 900);
		await page.close();
		await stage.set({ version: 99 });
		const aside = await stage.browser.openExtensionPage('options.html');
		await says(aside, 'Set aside');
		await look(aside, 'options-set-aside', 900);
		await aside.close();
	});

	// Pictures alone: what marks say and do is in marks.test.ts.
	const LISTS = [
		['search', `${NPM_SITE}/search?q=`],
		['dependencies', `${pageAddress('sigstore', '2.3.1')}?activeTab=dependencies`],
		['versions', `${pageAddress('sigstore', '2.3.1')}?activeTab=versions`],
	];
	test.each(process.env.PICTURES ? LISTS : [])('marks: %s', async (list = '', address = '') => {
		const [older, newer] = [stage.release('sigstore@1.0.0'), stage.release('sigstore@2.3.1')];
		newer.manifest.dependencies = { nuxt: '^1', 'tuf-js': '^1' };
		serve();
		stage.server.serve(packageOf([older, newer]));
		const { tab } = stage;
		await stage.tab.page.bringToFront();
		for (const colorMode of ['light', 'dark'] as const) {
			stage.server.site.colorMode = colorMode;
			await tab.open(address);
			await tab.waitFor(() => {
				const marks = [
					...document.querySelectorAll(
						'main :is(#results, [role="tabpanel"]:not([hidden])) [data-stamp-of-origin-mark]',
					),
				];
				const looks = marks.map((host) => host.shadowRoot?.querySelector('button')?.dataset.look);
				return looks.length > 1 && looks.every((one) => one !== undefined && one !== 'pending');
			}, []);
			await tab.page.hover('main :is(#results, [role="tabpanel"]:not([hidden])) [data-stamp-of-origin-mark]');
			await new Promise((resolve) => setTimeout(resolve, 100));
			await takePicture(tab, `marks-${list}-${stage.name}-${colorMode}`);
		}
		await tab.resize(420, 900);
		await new Promise((resolve) => setTimeout(resolve, 100));
		await takePicture(tab, `marks-${list}-${stage.name}-narrow`);
		await tab.resize(1280, 900);
	});

	describe('read in order', () => {
		/** What a screen reader comes by, line by line; a control with its name. Only Chromium's driver has the tree itself. */
		async function read(tab: Tab): Promise<string[]> {
			if (stage.name === 'firefox') return tab.evaluate(readInDocument);
			const lines: string[] = [];
			const walk = ({ role, name, children }: SerializedAXNode) => {
				if (/^(heading|textbox|button|checkbox|link|alert|status|form|list)$/.test(role))
					lines.push(`${role} ${name ?? ''}`.trim());
				for (const child of children ?? []) walk(child);
			};
			const tree = await tab.page.accessibility.snapshot();
			if (tree) walk(tree);
			return lines;
		}

		test('popup', async () => {
			serve();
			await stage.set({ lookedUp: ['sigstore@2.3.1'] });
			const popup = await stage.browser.openExtensionPage('popup.html');
			await says(popup, 'Looked up before');
			expect(await read(popup)).toEqual([
				'heading Stamp of Origin',
				'button Options',
				'form',
				'textbox Package',
				'button Look up',
				'alert',
				'status',
				'heading Looked up before',
				'button sigstore@2.3.1',
				'button Clear this list',
				'button Allow suggestions',
				'button Audit it',
				'button Read a workflow',
			]);
			await popup.type('#package', 'nuxt@3.13.0');
			await popup.press('Enter');
			await says(popup, 'Expect this from now on');
			// The answer before what can be done with it, and both before the details.
			expect((await read(popup)).filter((line) => !line.startsWith('link'))).toEqual([
				'heading Stamp of Origin',
				'button Options',
				'form',
				'textbox Package',
				'button Look up',
				'alert',
				'status',
				'heading Origin checked on this computer by Stamp of Origin',
				'status',
				'button Full report',
				'button Yes: warn if origin changes',
				'button Expect this from now on',
				'status',
				'button What was checked, and how',
				'button Audit it',
				'button Read a workflow',
			]);
			await popup.close();
		});

		test('options', async () => {
			await stage.set({ policy: { version: 1, rows: ROWS } });
			const page = await stage.browser.openExtensionPage('options.html');
			await says(page, '@playwright/*');
			await page.evaluate(() =>
				[...document.querySelectorAll('button')].find(({ innerText }) => innerText.trim() === 'Add a row')?.click(),
			);
			await says(page, 'Save this row');
			const lines = await read(page);
			expect(lines.slice(0, 2)).toEqual(['heading Options', 'status']);
			expect(lines.slice(2, lines.indexOf('button Import') + 1)).toEqual([
				'heading What you expect (allowlist)',
				'button Edit the row for “sigstore”',
				'button Remove the row for “sigstore”',
				'button Edit the row for “@playwright/*”',
				'button Remove the row for “@playwright/*”',
				'form A row of your allowlist',
				'textbox Package',
				'textbox Repository',
				'textbox Workflow (build file)',
				"checkbox Only on the build service's own machines (hosted runner)",
				'checkbox Provenance is required: a release without it is not what you expect',
				'status',
				'button Save this row',
				'button Cancel',
				'heading As a file',
				'link policy.schema.json',
				'button Export',
				'button Import',
			]);
			await page.close();
		});
	});
});

/** Runs in the page: the same lines by role and name as the document gives them, in its order. */
function readInDocument(): string[] {
	const roles: [selector: string, role: string][] = [
		['[role="alert"]', 'alert'],
		['[role="status"]', 'status'],
		['h1, h2, h3, h4', 'heading'],
		['button, input[type="file"]', 'button'],
		['input[type="checkbox"]', 'checkbox'],
		['input', 'textbox'],
		['a[href]', 'link'],
		['form', 'form'],
	];
	return [...document.querySelectorAll<HTMLElement>(roles.map(([selector]) => selector).join())]
		.filter(
			(element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('[aria-hidden="true"]'),
		)
		.map((element) => {
			const role = roles.find(([selector]) => element.matches(selector))?.[1] ?? '';
			const said = /heading|button|link/.test(role) ? element.innerText : '';
			const label = (element as HTMLInputElement).labels?.[0]?.innerText;
			const name = element.getAttribute('aria-label') ?? label ?? said;
			return `${role} ${name.replace(/\s+/g, ' ').trim()}`.trim();
		});
}
