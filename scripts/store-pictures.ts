/**
 * Owns `npm run store-pictures [-- DIR]`: five pictures of 1280x800 for the stores, of the real pages in Chromium. The releases on
 * them are made up and so are their names; a private Sigstore instance signed them, and this build knows no other.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pageAddress } from '../lib/npm/site.ts';
import { type Authority, startAuthority } from '../tests/support/authority.ts';
import { type RunningBrowser, startBrowser, type Tab } from '../tests/support/browser.ts';
import { githubBuild, mintRelease, type Release } from '../tests/support/mint.ts';
import { packageOf } from '../tests/support/recordings.ts';
import { startServer } from '../tests/support/server.ts';
import { settingsOf } from '../tests/support/settings.ts';
import { buildExtension } from './build.ts';

const SIZE = { width: 1280, height: 800 };
/** Pixels of the popup: it opens as wide as its page asks for, and the browser cuts it at 600. */
const POPUP = { width: 420, height: 600 };
const OWNER = 'https://github.com/made-up-example';
const CONFIRMED = { name: 'made-up-parser', versions: ['2.3.0', '2.3.1', '2.4.0'], latest: '2.4.0' };
const LOST = { name: 'made-up-logger', versions: ['1.8.0', '1.9.0', '1.9.1'], latest: '1.9.1' };
const ROWS = [
	{
		package: CONFIRMED.name,
		repository: `${OWNER}/${CONFIRMED.name}`,
		workflow: '.github/workflows/release.yml',
		provenance: 'required' as const,
	},
	{ package: '@made-up/*', ownerId: '2002', hosted: true, provenance: 'required' as const },
];

const pictures = resolve(process.argv[2] ?? fileURLToPath(new URL('../.output/store', import.meta.url)));
const file = (picture: string) => join(pictures, `${picture}.png`);
await mkdir(pictures, { recursive: true });
const authority = await startAuthority();
const server = await startServer();
server.serve(packageOf(await mintAll(authority, CONFIRMED)), packageOf(await mintAll(authority, LOST, LOST.latest)));
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

/** Releases of one package, a month apart, all from one build file; the one named last has no provenance. */
function mintAll(
	by: Authority,
	{ name, versions }: typeof CONFIRMED,
	without?: string,
): Promise<Release[]> {
	const repository = `${OWNER}/${name}`;
	return Promise.all(
		versions.map((version, month) =>
			mintRelease(by, {
				name,
				version,
				publishedAt: new Date(Date.UTC(2026, 5 + month, 3, 9, 30)),
				packageJson: {
					description: 'A made-up package, to show what the extension says.',
					repository: { type: 'git', url: `git+${repository}.git` },
				},
				provenance: version !== without && {
					build: githubBuild({ repository, workflow: '.github/workflows/release.yml', ref: `refs/tags/v${version}` }),
				},
			}),
		),
	);
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
	await tab.evaluate((height) => {
		const { bottom = 0 } = document.querySelector('[data-stamp-of-origin]')?.getBoundingClientRect() ?? {};
		scrollBy(0, Math.max(0, bottom + 24 - height));
	}, SIZE.height);
	await keep(tab, picture);
}

async function takeReport(where: RunningBrowser): Promise<void> {
	const tab = await where.openExtensionPage(`report.html#${CONFIRMED.name}@${CONFIRMED.latest}`);
	await tab.resize(SIZE.width, SIZE.height);
	await tab.waitFor(() => document.querySelector('[data-verdict="confirmed"]') !== null, []);
	await keep(tab, '3-report');
}

/** The popup over the page it was opened on, where the browser shows it. */
async function takePopup(where: RunningBrowser): Promise<void> {
	const popup = await where.openExtensionPage('popup.html');
	await popup.resize(POPUP.width, POPUP.height);
	await popup.waitFor(() => document.activeElement?.id === 'package', []);
	await popup.page.keyboard.type(`npm install ${CONFIRMED.name}`);
	await popup.press('Enter');
	await popup.waitFor(() => document.querySelector('[data-verdict="confirmed"]') !== null, []);
	const asData = async (path: string) => `data:image/png;base64,${(await readFile(path)).toString('base64')}`;
	await popup.screenshot(file('4-popup'));
	const [under, over] = [await asData(file('2-lost')), await asData(file('4-popup'))];
	await popup.close();
	const tab = await where.newTab();
	await tab.resize(SIZE.width, SIZE.height);
	await tab.page.setContent(`<body style="margin: 0; background: url(${under})">
		<img src="${over}" alt="" style="position: absolute; top: 8px; right: 24px; border-radius: 8px; box-shadow: 0 4px 24px #0006">`);
	await keep(tab, '4-popup');
}

async function takeOptions(where: RunningBrowser): Promise<void> {
	const tab = await where.openExtensionPage('options.html');
	await settingsOf(tab).change((all) => ({ ...all, policy: { version: 1, rows: ROWS, mutes: [] } }));
	await tab.resize(SIZE.width, SIZE.height);
	await tab.page.reload();
	await tab.waitFor(() => document.querySelector('[data-row]') !== null, []);
	await keep(tab, '5-options');
}
