/**
 * Owns `npm run store-pictures [-- DIR]`: five pictures of 1280x800 for the stores, of the real pages in Chromium. The releases on
 * them are made up and so are their names; a private Sigstore instance signed them, and this build knows no other.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pageAddress } from '../lib/npm/site.ts';
import { MADE_UP_OWNER, mintMadeUp } from '../tests/fixtures/made-up.ts';
import { startAuthority } from '../tests/support/authority.ts';
import { type RunningBrowser, startBrowser, type Tab } from '../tests/support/browser.ts';
import { packageOf } from '../tests/support/recordings.ts';
import { startServer } from '../tests/support/server.ts';
import { settingsOf } from '../tests/support/settings.ts';
import { buildExtension } from './build.ts';

const SIZE = { width: 1280, height: 800 };
/** Pixels of the popup: it opens as wide as its page asks for, and the browser cuts it at 600. */
const POPUP = { width: 420, height: 600 };
const CONFIRMED = { name: 'made-up-parser', versions: ['2.3.0', '2.3.1', '2.4.0'], latest: '2.4.0' };
const LOST = { name: 'made-up-logger', versions: ['1.8.0', '1.9.0', '1.9.1'], latest: '1.9.1', without: '1.9.1' };
const ROWS = [
	{
		package: CONFIRMED.name,
		repository: `${MADE_UP_OWNER}/${CONFIRMED.name}`,
		workflow: '.github/workflows/release.yml',
		provenance: 'required' as const,
	},
	{ package: '@made-up/*', ownerId: '2002', hosted: true as const, provenance: 'required' as const },
];

const pictures = resolve(process.argv[2] ?? fileURLToPath(new URL('../.output/store', import.meta.url)));
const file = (picture: string) => join(pictures, `${picture}.png`);
await mkdir(pictures, { recursive: true });
const authority = await startAuthority();
const server = await startServer();
server.serve(packageOf(await mintMadeUp(authority, CONFIRMED)), packageOf(await mintMadeUp(authority, LOST)));
const output = fileURLToPath(new URL('../.cache/store-pictures', import.meta.url));
const [extension = ''] = await buildExtension(['chrome'], { output, authority, isSilent: true });
const browser = await startBrowser('chromium', { extension, proxy: server.proxy });
try {
	await takePanel(browser, '1-confirmed', CONFIRMED);
	await takePanel(browser, '2-lost', LOST);
	await takeReport(browser);
	await takePopup(browser);
	await takeOptions(browser);
} finally {
	await browser.close();
	await server.close();
}

async function keep(tab: Tab, picture: string): Promise<void> {
	await tab.screenshot(file(picture));
	console.log(file(picture));
	await tab.close();
}

/** The panel on npm's page, whole. */
async function takePanel(where: RunningBrowser, picture: string, { name, latest }: typeof CONFIRMED): Promise<void> {
	const tab = await where.newTab();
	await tab.resize(SIZE.width, SIZE.height);
	await tab.open(pageAddress(name, latest));
	await tab.settledPanel(`${name}@${latest}`);
	await tab.scrollToPanel();
	await keep(tab, picture);
}

async function takeReport(where: RunningBrowser): Promise<void> {
	const tab = await where.openExtensionPage(`report.html#${CONFIRMED.name}@${CONFIRMED.latest}`);
	await tab.resize(SIZE.width, SIZE.height);
	// A reader answers its question about a list once.
	await settingsOf(tab).change((all) => ({ ...all, isAsked: true }));
	await tab.page.reload();
	await tab.waitFor(() => document.querySelector('[data-verdict="confirmed"]') !== null, []);
	await keep(tab, '3-report');
}

/** The popup over a page with marks, where the browser shows it. */
async function takePopup(where: RunningBrowser): Promise<void> {
	const under = await where.newTab();
	await under.resize(SIZE.width, SIZE.height);
	await under.open(`${pageAddress(LOST.name, LOST.latest)}?activeTab=versions`);
	await under.settledPanel(`${LOST.name}@${LOST.latest}`);
	await under.waitFor(areMarked, [LOST.versions.length]);
	const page = await asData(under);
	await under.close();
	const popup = await where.openExtensionPage('popup.html');
	await popup.resize(POPUP.width, POPUP.height);
	await popup.waitFor(() => document.activeElement?.id === 'package', []);
	await popup.page.keyboard.type(`npm install ${CONFIRMED.name}`);
	await popup.press('Enter');
	await popup.waitFor(() => document.querySelector('[data-verdict="confirmed"]') !== null, []);
	const opened = await asData(popup);
	await popup.close();
	const tab = await where.newTab();
	await tab.resize(SIZE.width, SIZE.height);
	await tab.page.setContent(`<body style="margin: 0; background: url(${page})">
		<img src="${opened}" alt="" style="position: absolute; top: 8px; right: 24px; border-radius: 8px; box-shadow: 0 4px 24px #0006">`);
	await keep(tab, '4-popup');
}

/** Runs in the page: whether so many marks have their answer. */
function areMarked(count: number): boolean {
	const looks = [...document.querySelectorAll('[data-stamp-of-origin-mark]')].map(
		(host) => host.shadowRoot?.querySelector('button')?.dataset.look ?? 'pending',
	);
	return looks.filter((look) => look !== 'pending').length >= count;
}

/** What a tab shows now, as an address. */
async function asData(tab: Tab): Promise<string> {
	return `data:image/png;base64,${await tab.page.screenshot({ encoding: 'base64' })}`;
}

async function takeOptions(where: RunningBrowser): Promise<void> {
	const tab = await where.openExtensionPage('options.html');
	await settingsOf(tab).change((all) => ({ ...all, policy: { version: 1, rows: ROWS, mutes: [] } }));
	await tab.resize(SIZE.width, SIZE.height);
	await tab.page.reload();
	await tab.waitFor(() => document.querySelector('[data-row]') !== null, []);
	await keep(tab, '5-options');
}
