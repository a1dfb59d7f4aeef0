/** Tests that a profile of version 0.1.0 keeps what its reader had: an update of the extension finds it, and uses it. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SightingList } from '../../lib/browser/messaging/messages.ts';
import type { Report, TrustRootStatus } from '../../lib/report/report.ts';
import profile from '../fixtures/profile-0.1.0.json' with { type: 'json' };
import { BROWSER_NAMES, builtExtension, type RunningBrowser, type Tab } from '../support/browser.ts';
import type { LocalServer } from '../support/server.ts';
import { settingsOf } from '../support/settings.ts';
import { borrowWorld, lostPackage } from './harness.ts';

type Chrome = { chrome: typeof import('wxt/browser').browser };
interface StoredStore {
	autoIncrement: boolean;
	indexes: Record<string, string | string[]>;
	records: [key: IDBValidKey, value: unknown][];
}
type Databases = Record<string, { version: number; stores: Record<string, StoredStore> }>;

/** Runs in a page of the extension: stores what a profile of another day had. */
async function restore(local: Record<string, unknown>, databases: Databases): Promise<void> {
	await (globalThis as unknown as Chrome).chrome.storage.local.set(local);
	for (const [name, { version, stores }] of Object.entries(databases)) {
		await new Promise<void>((resolve, reject) => {
			const request = indexedDB.open(name, version);
			request.onupgradeneeded = () => {
				for (const [storeName, { autoIncrement, indexes, records }] of Object.entries(stores)) {
					const store = request.result.createObjectStore(storeName, { autoIncrement });
					for (const [index, path] of Object.entries(indexes)) store.createIndex(index, path);
					for (const [key, value] of records) store.put(value, key);
				}
			};
			request.onsuccess = () => {
				request.result.close();
				resolve();
			};
			request.onerror = () => reject(request.error);
		});
	}
}

/** Runs in a page of the extension: what one setting and one of the releases that were seen say can no longer be read. */
async function damage(policy: unknown, release: string, sighting: unknown): Promise<void> {
	const { local } = (globalThis as unknown as Chrome).chrome.storage;
	const { settings } = await local.get('settings');
	await local.set({ settings: { ...(settings as object), policy } });
	const database = await new Promise<IDBDatabase>((resolve, reject) => {
		const request = indexedDB.open('sightings');
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
	const transaction = database.transaction('releases', 'readwrite');
	transaction.objectStore('releases').put(sighting, release);
	await new Promise((resolve, reject) => {
		transaction.oncomplete = resolve;
		transaction.onerror = reject;
	});
	database.close();
}

describe.each(BROWSER_NAMES)('a profile of version 0.1.0 in %s', (name) => {
	const folder = mkdtempSync(join(tmpdir(), 'stamp-of-origin-profile-'));
	let server: LocalServer;
	let browser: RunningBrowser;
	let page: Tab;
	const ask = <T>(message: object) =>
		page.evaluate((said) => (globalThis as unknown as Chrome).chrome.runtime.sendMessage(said), message) as Promise<T>;
	beforeAll(async () => {
		// With a background that does nothing, so that nobody has opened a database before the profile is there.
		cpSync(builtExtension(name), folder, { recursive: true });
		writeFileSync(join(folder, 'background.js'), '');
		({ server, browser } = await borrowWorld(name, { extension: folder, keepsWelcome: true }));
		// Stays, since Firefox ends with its last tab.
		await browser.newTab();
		const before = await browser.openExtensionPage('managed.schema.json');
		await before.evaluate(restore, profile.local, profile.databases as unknown as Databases);
		await before.close();
		cpSync(builtExtension(name), folder, { recursive: true });
		await browser.reload();
		page = await browser.openExtensionPage('popup.html');
	}, 90_000);
	afterAll(() => {
		rmSync(folder, { recursive: true, force: true });
	});

	test('keeps settings, allowlist, warnings put aside, trust roots, look-ups, and what was set aside', async () => {
		const { version: _version, ...settings } = profile.local.settings;
		// What came later is as it is from the start.
		expect(await settingsOf(page).read()).toEqual({ ...settings, menu: false });
		expect(await settingsOf(page).readSetAside()).toEqual(profile.local['set-aside']);
		await page.waitFor(() => document.body.innerText.includes('Looked up before'), []);
		expect(await page.evaluate(() => document.body.innerText)).toContain(settings.lookedUp[0]);
	});

	test('keeps the list of what was seen, and compares with it', async () => {
		const { releases, setAside } = profile.databases.sightings.stores;
		const list = await ask<SightingList>({ question: 'sightings', text: '0' });
		const byName = (one: { release: string }, other: { release: string }) => (one.release < other.release ? -1 : 1);
		expect(list.sightings.toSorted(byName)).toEqual(releases.records.map(([, seen]) => seen));
		expect(list.setAside).toEqual(setAside.records.map(([, kept]) => kept));

		const { packument, ...rest } = lostPackage('sigstore');
		packument.versions['2.3.1'] = { ...packument.versions['1.1.0'], version: '2.3.1' };
		packument.time['2.3.1'] = '2024-01-01T00:00:00.000Z';
		server.serve({ packument, ...rest });
		const { findings } = await ask<Report>({ question: 'compare', name: 'sigstore', selector: '2.3.1' });
		const found = findings.find(({ code }) => code === 'seen-with-another-file');
		expect(JSON.stringify(found)).toContain('2026-11-20');
	});

	test('uses its allowlist and its dismissed warnings', async () => {
		server.serve(lostPackage('@ours/other'));
		const expected = await ask<Report>({ question: 'compare', name: '@ours/other', selector: '1.1.0' });
		expect(expected).toMatchObject({ verdict: 'not-allowed', policy: { row: '@ours/*', setBy: 'you' } });
		const byHand = JSON.stringify(lostPackage('ours-by-hand')).replace(/\b1\.([01])\.0\b/g, '3.$1.0');
		server.serve(JSON.parse(byHand));
		const { verdict, findings } = await ask<Report>({ question: 'compare', name: 'ours-by-hand', selector: '3.1.0' });
		expect(verdict).toBe('lost');
		expect(findings.find(({ code }) => code === 'muted')?.data).toEqual({
			date: '2026-11-25',
			note: 'published by hand',
		});
	});

	test('uses its own trust root, and knows of the last refresh', async () => {
		server.override(({ path }) => path.includes('minted'), { status: 404, body: '{}' });
		const { trustRoot } = await ask<Report>({ question: 'inspect', name: '@ours/minted', selector: '1.0.0' });
		expect(trustRoot).toMatchObject({ source: 'custom', version: 'ours' });
		const { lastAttempt } = await ask<TrustRootStatus>({ question: 'trust-root', text: '' });
		const [[, attempt] = []] = profile.databases['trust-root'].stores.kept.records;
		expect(lastAttempt).toEqual(attempt);
	});

	test('damaged in one place, it loses nothing of the others, and what is damaged is kept aside', async () => {
		const [before, asideBefore] = [await settingsOf(page).read(), await settingsOf(page).readSetAside()];
		const listBefore = await ask<SightingList>({ question: 'sightings', text: '0' });
		const [policy, release] = [{ version: 1, rows: [{ package: 'sigstore', repositry: 'misspelt' }] }, 'example@1.0.0'];
		const sighting = { release, files: 'none', last: '2026-11-26T19:30:00.000Z' };
		await page.evaluate(damage, policy, release, sighting);
		await browser.reload();
		page = await browser.openExtensionPage('popup.html');

		expect(await settingsOf(page).read()).toEqual({ ...before, policy: { version: 1, rows: [] } });
		const aside = await settingsOf(page).readSetAside();
		expect(aside.slice(0, -1)).toEqual(asideBefore);
		expect(aside.at(-1)?.value).toEqual({ version: 2, policy });
		server.override(({ path }) => path.includes('minted'), { status: 404, body: '{}' });
		const { trustRoot, findings } = await ask<Report>({
			question: 'inspect',
			name: '@ours/minted',
			selector: '1.0.0',
		});
		expect(trustRoot).toMatchObject({ source: 'custom', version: 'ours' });
		expect(findings.map(({ code }) => code)).not.toContain('sightings-unavailable');

		// What was seen of the others is as it was; the damaged entry is set aside once its release is looked at.
		server.serve(lostPackage('example'));
		await ask<Report>({ question: 'compare', name: 'example', selector: '1.0.0' });
		const list = await ask<SightingList>({ question: 'sightings', text: '0' });
		const others = ({ sightings }: SightingList) => sightings.filter((one) => one.release !== release);
		expect(others(list)).toEqual(others(listBefore));
		expect(list.setAside).toEqual([...listBefore.setAside, { release, stored: sighting }]);
	});
});
