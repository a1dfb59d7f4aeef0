/** Tests that every state of every page keeps no reader out: axe, sizes of targets, narrow and enlarged windows, what live regions say. */
import { expect, test } from 'vitest';
import { NPM_SITE } from '../../lib/npm/hosts.ts';
import { pageAddress } from '../../lib/npm/site.ts';
import { dropFiles, npmLockfile, plainPackage } from '../fixtures/audit-page.ts';
import { flip } from '../fixtures/flip.ts';
import type { Tab } from '../support/browser.ts';
import type { Release } from '../support/mint.ts';
import { packageOf } from '../support/recordings.ts';
import { expectAccessible } from './accessibility.ts';
import { inEachBrowser, lostPackage, MALWARE, type Stage, withoutProvenance } from './harness.ts';
import { says, takePicture } from './page-actions.ts';

const ROWS = [
	{ package: 'sigstore', repository: 'https://github.com/other/sigstore', workflow: '.github/workflows/release.yml' },
	{ package: '@playwright/*', hosted: true, provenance: 'required' },
];
const MUTES = [{ package: 'nuxt', version: '3.13.0', verdict: 'lost', note: 'By hand.', date: '2026-11-01' }];

const press = (tab: Tab, words: string) =>
	tab.waitFor(
		(wanted) => {
			const button = [...document.querySelectorAll('button')].find((one) => one.innerText.includes(wanted));
			button?.click();
			return button !== undefined;
		},
		[words],
	);

function tampered(release: Release): Release {
	for (const { bundle } of release.attestations?.attestations ?? [])
		bundle.dsseEnvelope.payload = flip(bundle.dsseEnvelope.payload, 40);
	return release;
}

/** The package `name` as one that was published without a record, while its older release has one. */
function lost(stage: Stage) {
	return packageOf([stage.release('sigstore@1.0.0'), withoutProvenance(stage.release('sigstore@2.3.1'))]);
}

inEachBrowser((stage) => {
	test('popup', { timeout: 120_000 }, async () => {
		stage.server.serve(
			packageOf([stage.release('sigstore@1.0.0'), stage.release('sigstore@2.3.1')]),
			packageOf([stage.release('nuxt@3.13.0')]),
		);
		await stage.set({ lookedUp: ['sigstore@2.3.1', '@playwright/cli@latest'] });
		const popup = await stage.browser.openExtensionPage('popup.html');
		const type = async (text: string) => {
			await popup.evaluate(() => document.querySelector<HTMLInputElement>('#package')?.select());
			await popup.type('#package', text);
		};
		await says(popup, 'Allow suggestions');
		await expectAccessible(popup, 'popup, start');
		await type('nuxt@3.13.0\n');
		await says(popup, 'came from an automatic build of');
		await expectAccessible(popup, 'popup, confirmed');
		await type('npm i sigstore nuxt ./local\n');
		await says(popup, 'All 2 answered.');
		await expectAccessible(popup, 'popup, list and complaint');
		await stage.set({ suggestions: true });
		await popup.evaluate(() => location.reload());
		await popup.waitFor(() => !('axe' in window) && document.querySelector('#package'), []);
		await type('nuxt');
		await says(popup, 'name found');
		await expectAccessible(popup, 'popup, suggestions');
		await popup.close();
	});

	test('report', { timeout: 120_000 }, async () => {
		stage.server.serve(packageOf([stage.release('sigstore@1.0.0'), stage.release('sigstore@2.3.1')]));
		const report = await stage.browser.openExtensionPage('report.html#sigstore@2.3.1');
		const at = async (release: string, verdict: string) => {
			await report.evaluate((hash) => {
				location.hash = hash;
			}, release);
			await report.waitFor((wanted) => document.querySelector(`[data-verdict="${wanted}"]`), [verdict]);
			await report.waitFor(() => document.querySelector('#expected') && document.querySelector('nav'), []);
		};
		await at('sigstore@2.3.1', 'changed');
		await press(report, 'Expect this from now on');
		await press(report, 'Dismiss this warning');
		await expectAccessible(report, 'report, changed, with both forms open');
		await report.evaluate(() => {
			location.hash = 'sigstore@1.0.0..2.3.1';
		});
		await report.waitFor(() => document.querySelector('table'), []);
		await expectAccessible(report, 'report, side by side');
		await at('sigstore@1.0.0', 'confirmed');
		await expectAccessible(report, 'report, confirmed');
		stage.server.serve(packageOf([tampered(stage.release('nuxt@3.13.0'))]));
		await at('nuxt@3.13.0', 'mismatch');
		await expectAccessible(report, 'report, mismatch');
		await report.close();
	});

	test('report of a release whose record is missing, and of none', { timeout: 120_000 }, async () => {
		stage.server.serve(lost(stage));
		const report = await stage.browser.openExtensionPage('report.html#sigstore@2.3.1');
		await report.waitFor(
			() => document.querySelector('[data-verdict="lost"]') && document.querySelector('#expected'),
			[],
		);
		await expectAccessible(report, 'report, lost');
		await report.evaluate(() => {
			location.hash = '';
		});
		await says(report, 'This address names no release.');
		await expectAccessible(report, 'report, no release');
		await report.close();
	});

	test('options', { timeout: 120_000 }, async () => {
		const options = await stage.browser.openExtensionPage('options.html');
		await says(options, 'You have no rows yet.');
		await expectAccessible(options, 'options, empty');
		await stage.set({ policy: { version: 1, rows: ROWS, mutes: MUTES }, lookedUp: ['sigstore@2.3.1'] });
		await says(options, 'The popup remembers one look-up');
		await press(options, 'Add a row');
		await press(options, 'Save this row');
		await options.waitFor(() => document.querySelector('.problem'), []);
		await expectAccessible(options, 'options, with rows, an editor and its problem');
		await options.close();
	});

	test('welcome', { timeout: 120_000 }, async () => {
		const welcome = await stage.browser.openExtensionPage('welcome.html');
		await welcome.waitFor(() => document.querySelector('[data-verdict]'), []);
		await expectAccessible(welcome, 'welcome');
		await welcome.close();
	});

	test('audit', { timeout: 120_000 }, async () => {
		const late = Promise.withResolvers<void>();
		stage.server.serve(
			packageOf([stage.release('sigstore@1.0.0'), stage.release('sigstore@2.3.1')]),
			packageOf([tampered(stage.release('nuxt@3.13.0'))]),
			lostPackage('gone'),
			plainPackage('late'),
		);
		stage.server.override(({ path }) => path === '/late', { until: late.promise });
		const audit = await stage.browser.openExtensionPage('audit.html');
		await says(audit, 'What is asked, and of whom');
		await expectAccessible(audit, 'audit, empty');
		await dropFiles(audit, {
			'package-lock.json': npmLockfile(['sigstore@2.3.1', 'nuxt@3.13.0', 'gone@1.1.0', 'late@1.0.0'], ['gone']),
			'bun.lock': '{',
		});
		await says(audit, '3 of 4 releases checked.');
		await expectAccessible(audit, 'audit, running');
		late.resolve();
		await says(audit, 'What was audited');
		await audit.evaluate(() => {
			const select = document.querySelector<HTMLSelectElement>('select[name="group"]');
			if (select) select.value = 'result';
			select?.dispatchEvent(new Event('change', { bubbles: true }));
		});
		await expectAccessible(audit, 'audit, done with bad rows, grouped, and a file that was refused');
		await press(audit, 'Audit other files');
		await says(audit, 'Earlier audits on this machine');
		await expectAccessible(audit, 'audit, with an earlier one');
		await audit.close();
	});

	test("panel on npm's page", { timeout: 120_000 }, async () => {
		const { tab, server } = stage;
		const panel = '[data-stamp-of-origin]';
		const look = async (name: string, version: string, verdict: string) => {
			await tab.open(pageAddress(name, version));
			await tab.waitFor(
				(host, wanted) => document.querySelector(host)?.shadowRoot?.querySelector(`[data-verdict="${wanted}"]`) != null,
				[panel, verdict],
			);
			await expectAccessible(tab, `panel, ${verdict}`, panel);
			const said = await tab.evaluate((host) => {
				const root = document.querySelector(host)?.shadowRoot;
				const box = root?.querySelector<HTMLElement>('section');
				return {
					live: [...(root?.querySelectorAll('[role], [aria-live]') ?? [])].map((one) => one.getAttribute('data-part')),
					sideways: box ? box.scrollWidth - box.clientWidth : Number.NaN,
				};
			}, panel);
			// The headline alone is announced.
			expect(said).toEqual({ live: ['headline'], sideways: 0 });
		};
		await tab.toFront();
		await tab.resize(1280, 1000);
		server.serve(packageOf([stage.release('nuxt@3.13.0')]), lost(stage));
		await look('nuxt', '3.13.0', 'confirmed');
		await look('sigstore', '2.3.1', 'lost');
		await tab.resize(320, 1000);
		await look('sigstore', '2.3.1', 'lost');
		server.serve({ ...packageOf([stage.release('tuf-js@1.0.0')]), advisories: [MALWARE] });
		await look('tuf-js', '1.0.0', 'malware');
		server.serve(packageOf([stage.release('@playwright/cli@0.1.1')]), lostPackage('slow-one'));
		server.override(({ kind, path }) => kind === 'attestations' && path.includes('playwright'), { status: 429 });
		server.override(({ kind, path }) => kind !== undefined && path.includes('slow-one'), { delay: 60_000 });
		await look('@playwright/cli', '0.1.1', 'unknown');
		await look('slow-one', '1.1.0', 'pending');
		await tab.resize(1280, 1000);
	});

	test("marks in npm's lists, and their words", { timeout: 120_000 }, async () => {
		const { tab } = stage;
		const release = stage.release('sigstore@2.3.1');
		release.manifest.dependencies = { 'tuf-js': '^1', nuxt: '^3' };
		stage.server.serve(
			packageOf([release]),
			packageOf([stage.release('tuf-js@1.0.0')]),
			packageOf([withoutProvenance(stage.release('nuxt@3.13.0'))]),
		);
		await tab.toFront();
		await tab.resize(1280, 1000);
		await tab.open(`${NPM_SITE}/package/sigstore?activeTab=dependencies`);
		await tab.waitFor(
			() =>
				[...document.querySelectorAll('[data-stamp-of-origin-mark]')].filter(({ shadowRoot }) =>
					shadowRoot?.querySelector('button'),
				).length >= 2,
			[],
		);
		await tab.evaluate(() =>
			document.querySelector('[data-stamp-of-origin-mark]')?.shadowRoot?.querySelector('button')?.focus(),
		);
		await expectAccessible(tab, 'marks', '[data-stamp-of-origin-mark]');
	});

	// Firefox's driver can force no colours.
	if (stage.name === 'chromium')
		test('forced colours reach all of ours, and nothing moves', async () => {
			const { tab, server, browser } = stage;
			server.serve(lost(stage));
			const report = await browser.openExtensionPage('report.html#sigstore@2.3.1');
			const popup = await browser.openExtensionPage('popup.html');
			const look = async (page: Tab, name: string) => {
				expect(await page.evaluate(readForced)).toEqual({ isForced: true, escapes: [], moving: 0 });
				await takePicture(page, `forced-${name}`);
			};
			await forceColours(tab);
			await tab.toFront();
			await tab.open(pageAddress('sigstore', '2.3.1'));
			await tab.settledPanel('sigstore@2.3.1');
			await tab.scrollToPanel();
			await look(tab, 'panel');
			for (const page of [report, popup]) {
				await page.toFront();
				await forceColours(page);
				if (page === popup) await popup.type('#package', 'sigstore@2.3.1\n');
				await page.waitFor(() => document.querySelector('[data-verdict="lost"]'), []);
				await look(page, page === popup ? 'popup' : 'report');
				// Not to be used again: its colours stay forced.
				await page.page.close();
			}
		});
});

/** Has Chromium force its colours; puppeteer's own list of media features does not know this one. */
async function forceColours({ page }: Tab): Promise<void> {
	const session = await page.createCDPSession();
	const features = [
		{ name: 'forced-colors', value: 'active' },
		{ name: 'prefers-reduced-motion', value: 'reduce' },
	];
	await session.send('Emulation.setEmulatedMedia', { features });
}

/** Runs in the page: whether colours are forced, which elements of ours escape that, and how many of them move. */
function readForced() {
	const root = document.querySelector('[data-stamp-of-origin]')?.shadowRoot ?? document;
	const ours = [...root.querySelectorAll('.box, .box *, main *')];
	return {
		isForced: matchMedia('(forced-colors: active)').matches,
		escapes: ours.filter((one) => getComputedStyle(one).forcedColorAdjust === 'none').map(({ outerHTML }) => outerHTML),
		moving: root.getAnimations().length,
	};
}
