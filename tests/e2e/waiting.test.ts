/** Tests of answers that take long: longer than browsers let a background live, longer than a page is looked at, or without a database. */
import { beforeAll, expect, test } from 'vitest';
import type { SightingList } from '../../lib/browser/messaging/messages.ts';
import { NPM_SITE, SIGSTORE_TUF } from '../../lib/npm/hosts.ts';
import { pageAddress } from '../../lib/npm/site.ts';
import type { TrustRootStatus } from '../../lib/report/report.ts';
import { type BrowserName, builtExtension, type RunningBrowser, startBrowser, type Tab } from '../support/browser.ts';
import { packageOf } from '../support/recordings.ts';
import { type LocalServer, startServer } from '../support/server.ts';
import { inEachBrowser, lostPackage } from './harness.ts';

const TOO_LONG_MS = 45_000;
/** A refresh may take 60 seconds in all. */
const LONG_MS = 40_000;
const LOST = 'slowly-answered';

type Chrome = { chrome: typeof import('wxt/browser').browser };
type World = { server: LocalServer; browser: RunningBrowser };

/**
 * What takes longer than Firefox lets a background live without an event, which is 30 seconds. Each has a browser of its own, since
 * whatever is asked of a background keeps it alive: they wait, while the other scenarios go on.
 */
const WAITS: [what: string, name: BrowserName, wait: (world: World) => Promise<void>][] = [
	['a packument that takes 45 seconds ends in the right answer', 'chromium', waitForPackument],
	['a packument that takes 45 seconds ends in the right answer', 'firefox', waitForPackument],
	['a refresh of the trust root that hangs for 40 seconds ends', 'firefox', waitForRefresh],
];
const begun = new Map<number, Promise<unknown>>();
beforeAll(() => {
	for (const index of WAITS.keys()) begun.set(index, fateOf(index));
});

/** Browsers start one after another: together they keep each other, and the other scenarios, waiting. */
let lastStart: Promise<unknown> = Promise.resolve();

/** What came of a wait: an error, or nothing. */
async function fateOf(index: number): Promise<unknown> {
	const [, name, wait] = WAITS[index] ?? [];
	if (!name || !wait) return new Error('no such wait');
	const server = await startServer();
	let browser: RunningBrowser | undefined;
	try {
		const start = lastStart.then(() => startBrowser(name, { extension: builtExtension(name), proxy: server.proxy }));
		lastStart = start.catch(() => undefined);
		browser = await start;
		await wait({ server, browser });
		return undefined;
	} catch (error) {
		return error;
	} finally {
		await browser?.close();
		await server.close();
	}
}

async function waitForPackument({ server, browser }: World): Promise<void> {
	server.serve(lostPackage(LOST));
	server.override('packument', { delay: TOO_LONG_MS });
	const tab = await browser.newTab();
	await tab.open(pageAddress(LOST, '1.1.0'));
	await tab.waitFor(() => document.querySelector('[data-stamp-of-origin]') !== null, []);
	await tab.waitFor(
		() => document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.querySelector('[aria-busy="true"]') === null,
		[],
		TOO_LONG_MS + 15_000,
	);
	expect((await tab.settledPanel(`${LOST}@1.1.0`)).look).toBe('lost');
	// Once, by the one background that began it.
	expect(server.requests.filter(({ kind }) => kind === 'packument')).toHaveLength(1);
	expect(server.unrecorded).toEqual([]);
}

async function waitForRefresh({ server, browser }: World): Promise<void> {
	server.override(({ host, path }) => SIGSTORE_TUF.endsWith(host) && path.endsWith('root.json'), { delay: LONG_MS });
	const page = await browser.openExtensionPage('options.html');
	await page.click('[data-part="trust-root"] button');
	const isTold = () =>
		document.querySelector<HTMLElement>('[data-part="trust-root"]')?.innerText.includes('Last refresh: ') ?? false;
	await page.waitFor(isTold, [], LONG_MS + 15_000);
	const attempt = (message: unknown) =>
		(globalThis as unknown as Chrome).chrome.runtime
			.sendMessage(message)
			.then((status) => (status as TrustRootStatus).lastAttempt?.failure?.code);
	// The repository is empty: that is what it learnt of it, by one attempt.
	expect(await page.evaluate(attempt, { question: 'trust-root', text: '' })).toBe('trust-root-incomplete');
	const asked = server.requests.filter(({ host }) => SIGSTORE_TUF.endsWith(host)).map(({ path }) => path);
	expect(asked).toEqual([expect.stringMatching(/root\.json$/), '/timestamp.json']);
}

/** Runs in a page of the extension: holds every database, so that it answers nobody else, until `release` is called there. */
async function holdDatabases(): Promise<string[]> {
	const scope = globalThis as unknown as { release?: () => Promise<void> };
	const held: Promise<unknown>[] = [];
	let isHeld = true;
	const names: string[] = [];
	for (const { name = '' } of await indexedDB.databases()) {
		const database = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = indexedDB.open(name);
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error);
		});
		names.push(name);
		const transaction = database.transaction([...database.objectStoreNames], 'readwrite');
		const store = transaction.objectStore(database.objectStoreNames[0] ?? '');
		const hold = () => {
			store.get('nothing').onsuccess = () => {
				if (isHeld) hold();
			};
		};
		hold();
		held.push(
			new Promise((resolve) => {
				transaction.oncomplete = resolve;
			}).then(() => database.close()),
		);
	}
	scope.release = async () => {
		isHeld = false;
		await Promise.all(held);
	};
	return names.sort();
}

inEachBrowser((stage) => {
	const RELEASE = 'sigstore@2.3.1';
	const leaveFor = (tab: Tab, path: string) =>
		tab.evaluate((to) => {
			const link = document.createElement('a');
			link.href = to;
			document.body.append(link);
			link.click();
			link.remove();
		}, path);

	test.each(['another release', 'a page of none', 'a page that is loaded'])(
		'what a page asked ends when it is left for %s, and the next answer does not wait for it',
		async (next) => {
			const { tab, server } = stage;
			stage.server.serve(lostPackage(LOST), packageOf([stage.release(RELEASE)]));
			server.override(({ kind, path }) => kind === 'packument' && path === `/${LOST}`, { isNever: true });
			const packument = () => server.requests.find(({ kind, path }) => kind === 'packument' && path === `/${LOST}`);
			await tab.open(pageAddress(LOST, '1.1.0'));
			await expect.poll(() => packument()).toBeDefined();
			expect(packument()?.endTime).toBeUndefined();
			if (next === 'another release') await leaveFor(tab, new URL(pageAddress('sigstore', '2.3.1')).pathname);
			else if (next === 'a page of none') await leaveFor(tab, '/settings');
			else await tab.open(pageAddress('sigstore', '2.3.1'));
			await expect.poll(() => packument()?.endTime).toBeDefined();
			if (next === 'a page of none') await tab.open(pageAddress('sigstore', '2.3.1'));
			expect((await tab.settledPanel(RELEASE)).look).toBe('confirmed');
			// Nobody asked for it again.
			expect(server.requests.filter(({ kind, path }) => kind === 'packument' && path === `/${LOST}`)).toHaveLength(1);
		},
	);

	test('what another page still waits for does not end with the first', async () => {
		const { tab, server, browser } = stage;
		server.serve(lostPackage(LOST));
		const answer = Promise.withResolvers<void>();
		server.override(({ kind, path }) => kind === 'packument' && path === `/${LOST}`, { until: answer.promise });
		const packuments = () => server.requests.filter(({ kind }) => kind === 'packument');
		await tab.open(pageAddress(LOST, '1.1.0'));
		const other = await browser.newTab();
		await other.open(pageAddress(LOST, '1.1.0'));
		const isComparing = () =>
			document
				.querySelector('[data-stamp-of-origin]')
				?.shadowRoot?.textContent?.toLowerCase()
				.includes('comparing with earlier releases') ?? false;
		await other.waitFor(isComparing, []);
		await tab.page.bringToFront();
		await tab.open(`${NPM_SITE}/settings`);
		await stage.ask('inspect', `${LOST}@1.1.0`);
		expect(packuments().map(({ endTime }) => endTime)).toEqual([undefined]);
		answer.resolve();
		expect((await other.settledPanel(`${LOST}@1.1.0`)).look).toBe('lost');
		await other.close();
		await tab.page.bringToFront();
	});

	/** Runs in a page of the extension. */
	const readSightings = async () => {
		const { runtime } = (globalThis as unknown as Chrome).chrome;
		return ((await runtime.sendMessage({ question: 'sightings', text: '0' })) as SightingList).sightings;
	};

	test('databases that do not answer keep no panel waiting, and lose nothing of what is in them', async () => {
		const { tab, server, control } = stage;
		server.serve(packageOf([stage.release(RELEASE)]), lostPackage(LOST));
		await stage.set({ sightings: true, isAsked: true });
		await tab.open(pageAddress('sigstore', '2.3.1'));
		expect((await tab.settledPanel(RELEASE)).look).toBe('confirmed');
		await tab.open('about:blank');
		const held = await control.evaluate(holdDatabases);
		const asked = () => server.requests.filter(({ kind }) => kind !== undefined).length;
		const findings = async () => (await stage.ask('compare', RELEASE)).findings.map(({ code }) => code);
		server.requests.length = 0;
		try {
			// Others may be there of another file.
			expect(held).toEqual(expect.arrayContaining(['evidence', 'sightings', 'trust-root']));
			await tab.open(pageAddress('sigstore', '2.3.1'));
			expect((await tab.settledPanel(RELEASE)).look).toBe('confirmed');
			// It went on without what was kept.
			expect(asked()).toBeGreaterThan(2);
			await tab.open(pageAddress(LOST, '1.1.0'));
			expect((await tab.settledPanel(`${LOST}@1.1.0`)).look).toBe('lost');
			expect(await findings()).toContain('sightings-unavailable');
		} finally {
			await control.evaluate(() => (globalThis as unknown as { release: () => Promise<void> }).release());
		}
		// They answer again: what was kept before is there, and is used.
		await expect
			.poll(async () => {
				server.requests.length = 0;
				await stage.ask('compare', RELEASE);
				return asked();
			})
			.toBe(0);
		expect(await findings()).not.toContain('sightings-unavailable');
		const [seen] = await control.evaluate(readSightings);
		// The first look was before the databases were held, so nothing was written over.
		expect(seen).toMatchObject({ release: RELEASE, files: [{ value: expect.stringMatching(/^sha512-/) }] });
	});
});

test.each(WAITS.map(([what, name], index) => [what, name, index] as const))(
	'%s, in %s',
	async (_what, _name, index) => {
		const fate = begun.get(index) ?? fateOf(index);
		// A second try is one.
		begun.delete(index);
		expect(await fate).toBeUndefined();
	},
	120_000,
);
