/**
 * Scenarios of the trust root that renews itself, in real browsers: the shipped extension's options page, alarm and reports.
 * What the background makes of Sigstore's recorded repository stands in background.test.ts.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { REGISTRY, SIGSTORE_TUF } from '../../lib/npm/hosts.ts';
import type { Report, TrustRootStatus } from '../../lib/report/report.ts';
import { buildExtension } from '../../scripts/build.ts';
import { startAuthority } from '../support/authority.ts';
import { BROWSER_NAMES, type RunningBrowser, type Tab } from '../support/browser.ts';
import { mintRelease, type Release } from '../support/mint.ts';
import { packageOf } from '../support/recordings.ts';
import type { LocalServer } from '../support/server.ts';
import {
	hasTufRecording,
	makeTufKeys,
	mintTufRepository,
	readTufRecording,
	type TufFiles,
} from '../support/tuf-repository.ts';
import { borrowWorld, inEachBrowser } from './harness.ts';
import { takePicture } from './page-actions.ts';

const TUF_HOST = new URL(SIGSTORE_TUF).host;
const SECTION = '[data-part="trust-root"]';
const NO_RECORDING = !hasTufRecording;
if (NO_RECORDING)
	console.warn("SKIPPED: Sigstore's recorded TUF repository in browsers, since ../shared/data is absent");

/** Runs in a page of the extension. */
type Api = typeof import('wxt/browser').browser;
const ask = (message: unknown): Promise<unknown> =>
	(globalThis as unknown as { chrome: Api }).chrome.runtime.sendMessage(message);
/** Runs in a page of the extension: lets the daily alarm go off now, and sets it again. */
const ring = (): Promise<void> =>
	(globalThis as unknown as { chrome: Api }).chrome.alarms.create('refresh-trust-root', {
		when: Date.now() + 50,
		periodInMinutes: 1440,
	}) as Promise<void>;
/** Nothing while there is none. */
const alarms = async (): Promise<{ name: string; periodInMinutes?: number }[] | undefined> => {
	const all = await (globalThis as unknown as { chrome: Api }).chrome.alarms.getAll();
	return all.length > 0 ? all : undefined;
};
/** Whether the alarm has gone off: then it is due a day later. */
const hasRung = async () => {
	const alarm = await (globalThis as unknown as { chrome: Api }).chrome.alarms.get('refresh-trust-root');
	return alarm && alarm.scheduledTime > Date.now() + 20 * 3600_000;
};
const today = () => new Date().toISOString().slice(0, 10);
const words = (selector: string) => document.querySelector<HTMLElement>(selector)?.innerText.replace(/\s+/g, ' ');
/** The section's words once they contain this. */
function reads(tab: Tab, text: string): Promise<string> {
	return tab.waitFor(
		(selector, wanted) => {
			const read = document.querySelector<HTMLElement>(selector)?.innerText.replace(/\s+/g, ' ') ?? '';
			return read.includes(wanted) && read;
		},
		[SECTION, text],
	) as Promise<string>;
}
function askedOf({ requests }: LocalServer): string[] {
	return requests.filter(({ host }) => host === TUF_HOST).map(({ path }) => path);
}

inEachBrowser((stage) => {
	test.skipIf(NO_RECORDING)(
		'refresh now: an expired repository is refused in plain words, and the embedded one stays',
		async () => {
			stage.server.tuf = readTufRecording();
			const tab = await stage.browser.openExtensionPage('options.html');
			const before = await reads(tab, 'In use: ');
			expect(before).toMatch(
				/In use: the one that came with Stamp of Origin \(embedded\), version \d+, of \d+ \w+ 20\d\d/,
			);
			await tab.click(`${SECTION} button`);
			const after = await reads(tab, 'Last refresh: ');
			expect(after).toContain('What came was refused: a file of the list is past its date (expired)');
			expect(after).toContain('The one in use stays in use.');
			expect(after).toContain('the one that came with Stamp of Origin (embedded)');
			expect(askedOf(stage.server)).toContain('/timestamp.json');
			await takePicture(tab, `trust-root-refused-${stage.name}`);
			await tab.close();
		},
	);

	test('refresh now by keyboard, with nobody there: it could not be made, and nothing was refused', async () => {
		stage.server.override(({ host }) => host === TUF_HOST, { status: 503 });
		const tab = await stage.browser.openExtensionPage('options.html');
		await reads(tab, 'In use: ');
		await tab.page.bringToFront();
		await tab.evaluate((selector) => document.querySelector<HTMLElement>(`${selector} button`)?.focus(), SECTION);
		await tab.press('Enter');
		const after = await reads(tab, 'It could not be made');
		expect(after).toContain("Sigstore's list could not be fetched.");
		expect(after).not.toContain('refused');
		await tab.close();
	});

	test('the alarm is daily; with the refresh switched off it asks nobody', async () => {
		const tab = await stage.browser.openExtensionPage('options.html');
		await reads(tab, 'In use: ');
		expect(await tab.waitFor(alarms, [])).toMatchObject([{ name: 'refresh-trust-root', periodInMinutes: 1440 }]);
		await tab.click(`${SECTION} input[name="refresh"]`);
		await tab.waitFor(words, ['[data-part="said"]']);
		await tab.evaluate(ring);
		await tab.waitFor(hasRung, []);
		await stage.settle();
		expect(askedOf(stage.server)).toEqual([]);
		// Switched on again, the same alarm asks.
		await tab.click(`${SECTION} input[name="refresh"]`);
		await expect.poll(async () => (await stage.settings.read()).refresh).toBe(true);
		await tab.evaluate(ring);
		await tab.waitFor(
			(message) =>
				(globalThis as unknown as { chrome: Api }).chrome.runtime
					.sendMessage(message)
					.then((status: TrustRootStatus) => status.lastAttempt?.failure?.code === 'trust-root-incomplete'),
			[{ question: 'trust-root', text: '' }],
		);
		expect(askedOf(stage.server)).toContain('/timestamp.json');
		await tab.close();
	});
});

describe.each(BROWSER_NAMES)('a private repository in %s', (name) => {
	let server: LocalServer;
	let browser: RunningBrowser;
	let page: Tab;
	let release: Release;
	const keys = makeTufKeys();
	const made = new Date(Date.now() - 3600_000);
	let newer: TufFiles;
	let older: TufFiles;
	beforeAll(async () => {
		const [embedded, renewed] = [await startAuthority(), await startAuthority()];
		const state = { at: made, trustedRoot: renewed.trustedRoot, npmKeys: renewed.registryKeys };
		newer = mintTufRepository(keys, { ...state, versions: { timestamp: 2, snapshot: 2, targets: 2, npm: 2 } });
		older = mintTufRepository(keys, { ...state, trustedRoot: embedded.trustedRoot, npmKeys: embedded.registryKeys });
		release = await mintRelease(renewed, { name: 'example', version: '1.0.0', publishedAt: made, provenance: {} });
		const [extension = ''] = await buildExtension([name === 'chromium' ? 'chrome' : 'firefox'], {
			output: await mkdtemp(join(tmpdir(), 'stamp-of-origin-')),
			authority: embedded,
			tufRoot: JSON.parse(newer.get('1.root.json')?.toString() ?? ''),
			isSilent: true,
		});
		({ server, browser } = await borrowWorld(name, { extension }));
		server.serve(packageOf([release]));
		page = await browser.openExtensionPage('options.html');
	}, 90_000);
	const inspected = () =>
		page.evaluate(ask, { question: 'inspect', name: 'example', selector: '1.0.0' }) as Promise<Report>;

	test('what is signed by a newer Sigstore is unknown, then confirmed after "Refresh now", and stays so', async () => {
		const before = await inspected();
		expect(before.verdict).toBe('unknown');
		expect(JSON.stringify(before.claims)).toContain('not-in-trust-root');
		expect(before.trustRoot.source).toBe('embedded');
		server.tuf = newer;
		const days = [today()];
		await page.click(`${SECTION} button`);
		expect(await reads(page, 'It went well.')).toContain(
			"In use: renewed from Sigstore's repository (TUF), version 1, of ",
		);
		await takePicture(page, `trust-root-renewed-${name}`);
		days.push(today());
		const trustRoot = { source: 'tuf', version: '1', takenAt: expect.toBeOneOf(days) };
		expect(await inspected()).toMatchObject({ verdict: 'confirmed', trustRoot });
		// An older repository, well signed: refused, and the newer one stays in use.
		server.tuf = older;
		await page.click(`${SECTION} button`);
		await reads(page, 'What came was refused: a file of the list has another version than it must have');
		expect(await inspected()).toMatchObject({ verdict: 'confirmed', trustRoot });
		// A new background has it from the database, and asks nobody.
		if (name === 'chromium') await browser.stopBackground();
		server.requests.length = 0;
		expect(await inspected()).toMatchObject({ verdict: 'confirmed', trustRoot });
		expect(askedOf(server)).toEqual([]);
		const report = await browser.openExtensionPage('report.html#example@1.0.0');
		const text = await report.waitFor(() => {
			const read = document.body.innerText;
			return read.includes('Trust root') && read;
		}, []);
		expect(text).toContain("renewed from Sigstore's repository (TUF), version 1");
		await report.close();
	});

	test('requests go to that one address, without cookies and referrer', () => {
		expect(server.unrecorded).toEqual([]);
		for (const { host } of server.requests) expect([TUF_HOST, new URL(REGISTRY).host]).toContain(host);
	});
});
