/** Owns the real browsers: Chromium and Firefox with the unpacked extension, behind the local proxy, driven alike. */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer, {
	type Browser,
	type BrowserContext,
	type CDPSession,
	type KeyInput,
	type Page,
} from 'puppeteer-core';
import type { Door } from '../fixtures/door.ts';
import { endWithRun } from './end-browsers.ts';
import { findBrowsers } from './find-browser.ts';

export const BROWSER_NAMES = ['chromium', 'firefox'] as const;
export type BrowserName = (typeof BROWSER_NAMES)[number];

/** Where the build leaves the extension for a browser. */
export function builtExtension(name: BrowserName): string {
	return fileURLToPath(new URL(`../../.output/${name === 'chromium' ? 'chrome' : 'firefox'}-mv3`, import.meta.url));
}

/** How an extension is installed. */
export interface InstallOptions {
	/** Folder of the unpacked extension. */
	extension: string;
	/** Lets the extension into private windows too, as a reader can. Chromium only: Firefox's driver cannot. */
	inPrivateWindows?: boolean;
	/** Leaves alone the page that the extension opens once it is installed; one whose background does nothing opens none. */
	keepsWelcome?: boolean;
}

/** How a browser is started. */
export interface BrowserOptions extends InstallOptions {
	/** `host:port` of the local proxy; without one the browser uses the network it has. */
	proxy?: string;
	/** Shows its windows; needs a display. */
	isVisible?: boolean;
	/** The reader's language, such as `de`; English where it is absent, whatever the machine's is. */
	language?: string | undefined;
	/** Ctrl-C and the like are the caller's; else they end browser and process at once. */
	leavesSignals?: boolean;
}

/** The panel as it stands on a page. */
interface PanelView {
	/** `name@selector`, from the host element. */
	release: string;
	/** `pending`, a verdict, or how the words look where there is no Report. */
	look: string;
	/** The words that show; what only reserves height is left out. */
	text: string;
	/** Whether better words are still to come. */
	isBusy: boolean;
}

/** One tab. Selectors may pierce open shadow roots with `>>>`. */
export interface Tab {
	page: Page;
	open(address: string): Promise<void>;
	/** Runs a function in the page, and gives its JSON. */
	evaluate<A extends unknown[], T>(run: (...args: A) => T, ...args: A): Promise<Awaited<T>>;
	/** Waits until the function gives something true, and gives that; @throws after `timeout` milliseconds (15 s). */
	waitFor<A extends unknown[], T>(run: (...args: A) => T, args: A, timeout?: number): Promise<Awaited<T>>;
	/** The panel now; `undefined` where there is none. */
	panel(): Promise<PanelView | undefined>;
	/** The panel of this release once it has its last answer. @param release `name@selector`. */
	settledPanel(release: string): Promise<PanelView>;
	/** Scrolls until the panel is in view from its end upwards; nothing moves where it is. */
	scrollToPanel(): Promise<void>;
	click(selector: string): Promise<void>;
	type(selector: string, text: string): Promise<void>;
	press(key: KeyInput): Promise<void>;
	/** Brings the tab to the front, until it has the focus: in Firefox, Enter presses no button in a tab behind another. */
	toFront(): Promise<void>;
	resize(width: number, height: number): Promise<void>;
	/** Writes a PNG; folders are made. */
	screenshot(file: string): Promise<void>;
	/** An extension's page leaves its tab to the next one; `page.close()` ends the tab, for what would stay in it. */
	close(): Promise<void>;
}

/** A running browser with the extension in it. */
export interface RunningBrowser {
	name: BrowserName;
	newTab(): Promise<Tab>;
	/** A page of the extension, e.g. `report.html#sigstore@2.3.1`. */
	openExtensionPage(path: string): Promise<Tab>;
	/** A tab in a private window, at an address or at a page of the extension (`/popup.html`). Chromium only. */
	openPrivately(address: string): Promise<Tab>;
	/** Waits for a tab that the extension opens by itself, by the path of its page. */
	waitForExtensionPage(path: string): Promise<Tab>;
	/** The address of each tab, as the page there knows it. */
	addresses(): Promise<string[]>;
	/** Closes every tab but this one. */
	closeOthers(tab: Tab): Promise<void>;
	/** Has something done inside the extension's own background, in a test build (see tests/fixtures/door.ts). */
	callDoor<M extends keyof Door>(method: M, argument: Parameters<Door[M]>[0]): Promise<Awaited<ReturnType<Door[M]>>>;
	/** Has the extension's own background ask an address. @returns what it says of that, as one word: `answered` or `refused`. */
	fetchInBackground(address: string): Promise<string>;
	/** Loads the extension from its folder once more, as an update does: what it stored stays. */
	reload(): Promise<void>;
	/** Takes the extension out, with all that it stored and was allowed, and installs one as a reader does. Other tabs are closed. */
	reinstall(options: InstallOptions): Promise<void>;
	/** Ends Chromium's service worker, as the browser itself does when it has been idle. */
	stopBackground(): Promise<void>;
	/** When Chromium's service worker started: milliseconds since the epoch, by the clock of `performance.timeOrigin`. */
	startOfBackground(): Promise<number>;
	/** Bytes that Chromium's service worker holds after collecting garbage: objects, and the buffers outside of them. */
	heapOfBackground(): Promise<number>;
	/**
	 * Most bytes that Chromium's extension process ever had in memory: its pages, their workers and the service worker, without
	 * Chromium's own files, which all its processes share. Linux only.
	 */
	memoryOfExtension(): Promise<number>;
	/** Resolves when the browser has gone, whoever ended it. */
	closed: Promise<void>;
	close(): Promise<void>;
}

/** Closes the page that the extension opens by itself once it is installed. @returns whether it came. */
async function closeWelcome(browser: Browser): Promise<boolean> {
	const deadline = Date.now() + 2 * PATIENCE_MS;
	while (Date.now() < deadline) {
		for (const page of await browser.pages()) {
			// Firefox's driver takes it for about:blank; the page itself knows better.
			const known = page.url();
			const address = known === 'about:blank' ? await page.evaluate(() => location.href).catch(() => '') : known;
			if (!address.includes('/welcome.html')) continue;
			await page.close();
			return true;
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return false;
}

/** Firefox gives each extension a random host; a fixed one lets its pages be addressed. */
const FIREFOX_HOST = '5a7b3d1c-0f0e-4d2c-9b8a-7f6e5d4c3b2a';
const PATIENCE_MS = 15_000;
/** A page of the extension's in which nothing runs. */
const REST_PATH = '/icon/16.png';

/** Starts a browser with a fresh profile that goes with it, and the extension installed. */
export async function startBrowser(name: BrowserName, options: BrowserOptions): Promise<RunningBrowser> {
	const executablePath = (await findBrowsers())[name];
	const browser = await (name === 'chromium' ? startChromium : startFirefox)(executablePath, options);
	endWithRun(browser.process()?.pid);
	let installed: InstallOptions = options;
	const load = () =>
		name === 'chromium'
			? browser.installExtension(installed.extension, { enabledInIncognito: installed.inPrivateWindows === true })
			: browser.installExtension(installed.extension);
	let id = '';
	let origin = '';
	const install = async (how: InstallOptions, isAgain = false): Promise<void> => {
		installed = how;
		id = await load();
		origin = name === 'chromium' ? `chrome-extension://${id}` : `moz-extension://${FIREFOX_HOST}`;
		if (how.keepsWelcome || (await closeWelcome(browser))) return;
		if (isAgain) throw new Error('no welcome page was opened');
		// Seen once in Firefox, right after an update; a scenario of its own tests that the page comes.
		console.warn(`${name}: no welcome page was opened, so the extension is installed again`);
		await browser.uninstallExtension(id);
		await install(how, true);
	};
	await install(options);

	let [first] = await browser.pages();
	async function newTab(): Promise<Tab> {
		const page = await browser.newPage();
		// Not the tab that is there from the start: in Firefox that one never has the focus, and keys press no button.
		await first?.close();
		first = undefined;
		return tabOf(page);
	}
	// Tabs of the extension that were let go of, to be used again: a new one costs as much as two pages in it.
	const resting: Page[] = [];
	const openExtensionPage: RunningBrowser['openExtensionPage'] = async (path) => {
		const rested = resting.pop();
		const tab = rested ? tabOf(rested) : await newTab();
		const { page } = tab;
		await page.bringToFront();
		const address = new URL(path, origin);
		// Firefox opens it, but its `goto` never hears so.
		const opened = page.goto(address.href, { timeout: PATIENCE_MS }).catch((error: unknown) => error);
		if (name === 'chromium') await opened;
		const isOpen = (wanted: string) => location.pathname === wanted && document.readyState === 'complete';
		await tab.waitFor(isOpen, [address.pathname]);
		let isResized = false;
		return {
			...tab,
			resize: (width, height) => {
				isResized = true;
				return tab.resize(width, height);
			},
			close: async () => {
				if (isResized) return page.close();
				await tab.evaluate((rest) => location.replace(rest), REST_PATH);
				await tab.waitFor(isOpen, [REST_PATH]);
				resting.push(page);
			},
		};
	};
	// Firefox's WebDriver takes a tab that an extension opened for about:blank; the page itself knows better.
	const addressedPages = async () =>
		Promise.all(
			(await browser.pages()).map(async (page) => ({
				page,
				address: await page.evaluate(() => location.href).catch(() => ''),
			})),
		);
	const closeOthers: RunningBrowser['closeOthers'] = async ({ page: kept }) => {
		resting.length = 0;
		for (const page of await browser.pages()) if (page !== kept) await page.close().catch(() => undefined);
	};
	let privately: Promise<BrowserContext> | undefined;
	let door: Promise<(method: string, json: string) => Promise<string>> | undefined;
	const openDoor = async () => {
		const tab = await openExtensionPage('popup.html');
		if (name === 'firefox') return openDoorInBackgroundPage(tab);
		return openDoorInWorker(browser, readFileSync(`${installed.extension}/door.js`, 'utf8'), tab);
	};
	return {
		name,
		newTab,
		openExtensionPage,
		openPrivately: async (address) => {
			privately ??= browser.createBrowserContext(options.proxy === undefined ? {} : { proxyServer: options.proxy });
			const tab = tabOf(await (await privately).newPage());
			await tab.open(address.startsWith('/') ? origin + address : address);
			return tab;
		},
		closeOthers,
		callDoor: async (method, argument) => {
			door ??= openDoor();
			return JSON.parse(await (await door)(method, JSON.stringify(argument)));
		},
		fetchInBackground: async (address) => {
			const ask = async (scope: typeof globalThis, url: string) => {
				const asked = scope.fetch(url, { mode: 'no-cors' });
				return asked.then(
					() => 'answered',
					() => 'refused',
				);
			};
			if (name === 'chromium')
				return debugBackground(browser, async (session) => {
					const expression = `(${ask})(globalThis, ${JSON.stringify(address)})`;
					const { result } = await session.send('Runtime.evaluate', { expression, awaitPromise: true });
					return String(result.value);
				});
			const tab = await openExtensionPage('popup.html');
			const said = await tab.page.evaluate(
				`(async () => (${ask})(await browser.runtime.getBackgroundPage(), ${JSON.stringify(address)}))()`,
			);
			await tab.close();
			return String(said);
		},
		reload: async () => {
			// It closes the extension's pages, and Firefox's driver may not hear so.
			await Promise.all(resting.splice(0).map((page) => page.close().catch(() => undefined)));
			await load();
		},
		reinstall: async (how) => {
			door = undefined;
			await (await privately)?.close();
			privately = undefined;
			// Firefox ends with its last tab.
			await closeOthers(await newTab());
			await browser.uninstallExtension(id);
			await install(how);
		},
		stopBackground: async () => {
			const target = await browser.waitForTarget((one) => one.type() === 'service_worker', { timeout: PATIENCE_MS });
			await (await target.worker())?.close();
		},
		startOfBackground: () =>
			debugBackground(browser, async (session) => {
				const { result } = await session.send('Runtime.evaluate', { expression: 'performance.timeOrigin' });
				return Number(result.value);
			}),
		heapOfBackground: () =>
			debugBackground(browser, async (session) => {
				await session.send('HeapProfiler.collectGarbage');
				const usage: { usedSize: number; embedderHeapUsedSize?: number; backingStorageSize?: number } =
					await session.send('Runtime.getHeapUsage');
				const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = usage;
				return usedSize + embedderHeapUsedSize + backingStorageSize;
			}),
		memoryOfExtension: async () => {
			const session = await browser.target().createCDPSession();
			const { processInfo } = await session.send('SystemInfo.getProcessInfo');
			const read = (id: number, file: string) => readFileSync(`/proc/${id}/${file}`, 'utf8');
			const own = processInfo.filter(
				({ id, type }) => type === 'renderer' && read(id, 'cmdline').includes('--extension-process'),
			);
			const sizes = own.map(({ id }) => {
				const status = read(id, 'status');
				const kB = (field: string) => Number(new RegExp(`${field}:\\s*(\\d+) kB`).exec(status)?.[1]);
				return (kB('VmHWM') - kB('RssFile')) * 1024;
			});
			return Math.max(...sizes);
		},
		addresses: async () =>
			(await addressedPages()).map(({ address }) => address).filter((address) => address !== origin + REST_PATH),
		waitForExtensionPage: async (path) => {
			const wanted = `${origin}/${path}`;
			let seen: string[] = [];
			return await poll(
				async () => {
					const pages = await addressedPages();
					seen = pages.map(({ page, address }) => `${page.url()}: ${address}`);
					const found = pages.find(({ address }) => address.startsWith(wanted));
					return found && tabOf(found.page);
				},
				() => `a tab of ${wanted}; the tabs were ${seen.join(', ')}`,
			);
		},
		closed: new Promise((resolve) => browser.once('disconnected', () => resolve())),
		close: () => browser.close(),
	};
}

/** Has Chromium's debugger look at the service worker, and let go of it. */
async function debugBackground<T>(browser: Browser, look: (session: CDPSession) => Promise<T>): Promise<T> {
	const target = await browser.waitForTarget((one) => one.type() === 'service_worker', { timeout: PATIENCE_MS });
	const session = await target.createCDPSession();
	try {
		return await look(session);
	} finally {
		await session.detach();
	}
}

/**
 * Chromium's background is a service worker: the door is evaluated in it, and then the debugger lets go, since with one
 * attached every exception costs a captured stack. What is asked goes by message from a page of the extension.
 */
async function openDoorInWorker(browser: Browser, source: string, tab: Tab) {
	const target = await browser.waitForTarget((one) => one.type() === 'service_worker', { timeout: PATIENCE_MS });
	const worker = await target.worker();
	if (!worker) throw new Error('no background');
	await worker.evaluate(source);
	await worker.evaluate(() => {
		type Listener = (
			message: { door?: string; json: string },
			sender: unknown,
			reply: (answer: unknown) => void,
		) => boolean;
		const scope = globalThis as unknown as {
			door: Record<string, (argument: unknown) => Promise<unknown>>;
			chrome: { runtime: { onMessage: { addListener(listener: Listener): void } } };
		};
		scope.chrome.runtime.onMessage.addListener(({ door, json }, _sender, reply) => {
			if (door === undefined) return false;
			const asked = Promise.resolve(scope.door[door]?.(JSON.parse(json)));
			asked.then(
				(answer) => reply({ answer: JSON.stringify(answer) }),
				(error: unknown) => reply({ error: String(error) }),
			);
			return true;
		});
	});
	await worker.client.detach();
	return (method: string, json: string) =>
		tab.evaluate(
			async (door, argument) => {
				type Runtime = { sendMessage(message: unknown): Promise<{ answer: string; error?: string }> };
				const { runtime } = (globalThis as unknown as { chrome: { runtime: Runtime } }).chrome;
				const { answer, error } = await runtime.sendMessage({ door, json: argument });
				if (error !== undefined) throw new Error(error);
				return answer;
			},
			method,
			json,
		);
}

/** Firefox's background is a page: the door's script is added to it, and runs there. */
async function openDoorInBackgroundPage(tab: Tab) {
	return (method: string, json: string) =>
		tab.evaluate(
			async (wanted, argument) => {
				type Background = Window & {
					door?: Record<string, (argument: unknown) => Promise<unknown>>;
					browser: { runtime: { getPlatformInfo(): Promise<unknown> } };
				};
				const { browser } = globalThis as unknown as {
					browser: { runtime: { getBackgroundPage(): Promise<Background> } };
				};
				const background = await browser.runtime.getBackgroundPage();
				// Firefox ends a background that had no event for 30 seconds, and a call from a page is none.
				await background.browser.runtime.getPlatformInfo();
				if (!background.door) {
					const script = background.document.createElement('script');
					script.src = '/door.js';
					await new Promise((resolve, reject) => {
						script.onload = resolve;
						script.onerror = reject;
						background.document.documentElement.append(script);
					});
				}
				return JSON.stringify(await background.door?.[wanted]?.(JSON.parse(argument)));
			},
			method,
			json,
		);
}

/** The driver hears of no request and no issue of a page: the local server knows the requests, and each telling costs time. */
const UNWATCHED = { networkEnabled: false, issuesEnabled: false };

function startChromium(
	executablePath: string,
	{ proxy, isVisible, language = 'en', leavesSignals }: BrowserOptions,
): Promise<Browser> {
	return puppeteer.launch({
		executablePath,
		headless: !isVisible,
		pipe: true,
		enableExtensions: true,
		...UNWATCHED,
		acceptInsecureCerts: proxy !== undefined,
		defaultViewport: null,
		...signalOptions(leavesSignals),
		args: [
			// Root may not use the sandbox, and containers have none to give.
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			// Each costs a renderer process a page, which no scenario looks at.
			'--disable-features=SpareRendererForSitePerProcess,BackForwardCache,ProactivelySwapBrowsingInstance',
			'--window-size=1280,900',
			`--accept-lang=${language}`,
			`--lang=${language}`,
			...(proxy ? [`--proxy-server=${proxy}`, '--proxy-bypass-list=<-loopback>', '--ignore-certificate-errors'] : []),
		],
	});
}

function startFirefox(
	executablePath: string,
	{ extension, proxy, isVisible, language = 'en', leavesSignals }: BrowserOptions,
): Promise<Browser> {
	const { browser_specific_settings: settings } = JSON.parse(readFileSync(`${extension}/manifest.json`, 'utf8'));
	const [host = '', port = ''] = proxy?.split(':') ?? [];
	return puppeteer.launch({
		browser: 'firefox',
		executablePath,
		...UNWATCHED,
		headless: !isVisible,
		acceptInsecureCerts: proxy !== undefined,
		defaultViewport: null,
		...signalOptions(leavesSignals),
		// Without it, WebDriver may not look at an extension's pages.
		args: ['--remote-allow-system-access', '--width=1280', '--height=900'],
		extraPrefsFirefox: {
			'intl.accept_languages': language,
			// Nobody is there to answer the question; it is still asked of the browser, and only in a click.
			'extensions.webextOptionalPermissionPrompts': false,
			// What a profile of a minute needs not: tabs to be restored, pages to go back to without loading, a page for new tabs.
			'browser.sessionstore.interval': 600_000,
			'browser.sessionstore.resume_from_crash': false,
			'browser.sessionhistory.max_total_viewers': 0,
			'browser.newtabpage.enabled': false,
			// An extension that is installed again has the same pages.
			'extensions.webextensions.keepUuidOnUninstall': true,
			'extensions.webextensions.uuids': JSON.stringify({ [settings.gecko.id]: FIREFOX_HOST }),
			...(proxy && {
				'network.proxy.type': 1,
				'network.proxy.http': host,
				'network.proxy.http_port': Number(port),
				'network.proxy.ssl': host,
				'network.proxy.ssl_port': Number(port),
				'network.proxy.no_proxies_on': '',
			}),
		},
	});
}

function signalOptions(leavesSignals = false) {
	return { handleSIGINT: !leavesSignals, handleSIGTERM: !leavesSignals, handleSIGHUP: !leavesSignals };
}

function tabOf(page: Page): Tab {
	const evaluate: Tab['evaluate'] = async (run, ...args) => {
		// As JSON text: over WebDriver an object that occurs twice would come back once.
		const call = `(async () => JSON.stringify(await (${run})(...${JSON.stringify(args)})))()`;
		const json = (await page.evaluate(call)) as string | undefined;
		return json === undefined ? undefined : JSON.parse(json);
	};
	const waitFor: Tab['waitFor'] = async (run, args, timeout = PATIENCE_MS) => {
		const deadline = Date.now() + timeout;
		for (;;) {
			// While a page is being replaced there is nothing to run in.
			const value = await evaluate(run, ...args).catch(() => undefined);
			if (value) return value;
			if (Date.now() > deadline) throw new Error(`not within ${timeout} ms: ${run} (${JSON.stringify(args)})`);
			await new Promise((resolve) => setTimeout(resolve, 25));
		}
	};
	return {
		page,
		evaluate,
		waitFor,
		open: async (address) => {
			await page.goto(address, { waitUntil: 'load', timeout: 30_000 });
		},
		panel: async () => (await evaluate(readPanel)) ?? undefined,
		settledPanel: async (release) => {
			return await poll(async () => {
				const panel = await evaluate(readPanel).catch(() => undefined);
				return panel && panel.release === release && !panel.isBusy ? panel : undefined;
			}, `a settled panel of ${release}`);
		},
		scrollToPanel: async () => {
			await evaluate(() => document.querySelector('[data-stamp-of-origin]')?.scrollIntoView({ block: 'nearest' }));
		},
		click: async (selector) => {
			const element = await page.waitForSelector(selector, { timeout: PATIENCE_MS });
			await element?.click();
		},
		type: async (selector, text) => {
			const element = await page.waitForSelector(selector, { timeout: PATIENCE_MS });
			await element?.type(text);
		},
		press: (key) => page.keyboard.press(key),
		toFront: async () => {
			await poll(async () => {
				await page.bringToFront();
				return (await evaluate(() => document.hasFocus()).catch(() => false)) || undefined;
			}, 'the focus');
		},
		resize: (width, height) => page.setViewport({ width, height }),
		screenshot: async (file) => {
			mkdirSync(dirname(file), { recursive: true });
			await page.screenshot({ path: file as `${string}.png` });
		},
		close: () => page.close(),
	};
}

async function poll<T>(read: () => Promise<T | undefined>, what: string | (() => string)): Promise<T> {
	const deadline = Date.now() + PATIENCE_MS;
	for (;;) {
		const value = await read();
		if (value !== undefined) return value;
		if (Date.now() > deadline)
			throw new Error(`not within ${PATIENCE_MS} ms: ${typeof what === 'string' ? what : what()}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}

/** Runs in the page: what the panel says, as a reader sees it. Npm's page has one panel, the extension's pages have none. */
function readPanel(): PanelView | null {
	const hosts = document.querySelectorAll<HTMLElement>('[data-stamp-of-origin]');
	if (hosts.length > 1) throw new Error(`${hosts.length} panels on one page`);
	const host = hosts[0];
	const section = host?.shadowRoot?.querySelector<HTMLElement>('section[data-verdict]');
	if (!host || !section) return null;
	return {
		release: host.dataset.stampOfOrigin ?? '',
		look: section.dataset.verdict ?? '',
		text: section.querySelector<HTMLElement>('[data-part="words"]')?.innerText.trim() ?? '',
		isBusy: section.dataset.busy === 'true',
	};
}
