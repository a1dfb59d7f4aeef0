/** Scenarios of known attacks, minted: what the report page shows unasked, and what the looks find at GitHub once they are allowed. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REKOR } from '../../lib/npm/hosts.ts';
import { COMMIT, mintAttacks } from '../fixtures/attacks.ts';
import { trustRootFor } from '../fixtures/minted.ts';
import { BUILD_FILE, githubRecords, logRecords } from '../fixtures/outside.ts';
import { type Authority, startAuthority } from '../support/authority.ts';
import { BROWSER_NAMES, builtExtension, type RunningBrowser, startBrowser, type Tab } from '../support/browser.ts';
import { githubBuild, mintRelease, type Release } from '../support/mint.ts';
import { packageOf } from '../support/recordings.ts';
import { type LocalServer, startServer } from '../support/server.ts';
import { settingsOf } from '../support/settings.ts';
import { tooLong, watchThread } from './busy.ts';
import { takePictures } from './page-actions.ts';

/** The shipped extension, but that it was allowed before to ask the hosts of looks: no test can answer Chromium's question. */
function allowingLooks(folder: string): string {
	const copy = mkdtempSync(join(tmpdir(), 'soo-'));
	cpSync(folder, copy, { recursive: true });
	const file = join(copy, 'manifest.json');
	const manifest = JSON.parse(readFileSync(file, 'utf8'));
	manifest.host_permissions.push(...manifest.optional_host_permissions);
	delete manifest.optional_host_permissions;
	writeFileSync(file, JSON.stringify(manifest));
	return copy;
}

/** Runs in the page: the codes of what stands under the claims. */
const codes = () => [
	...new Set(
		[...document.querySelectorAll<HTMLElement>('[data-claim] [data-finding]')].map(({ dataset }) => dataset.finding),
	),
];

async function look(page: Tab, name: string): Promise<{ words: string; codes: (string | undefined)[] }> {
	await page.page.bringToFront();
	await page.evaluate((one) => document.querySelector<HTMLElement>(`[data-look="${one}"] button`)?.focus(), name);
	await page.press('Enter');
	return page.waitFor(
		(one) => {
			const item = document.querySelector<HTMLElement>(`[data-look="${one}"]`);
			const found = [...(item?.querySelectorAll<HTMLElement>('[data-finding]') ?? [])];
			return (
				item?.dataset.lookState === 'done' && {
					words: item.innerText,
					codes: found.map(({ dataset }) => dataset.finding),
				}
			);
		},
		[name],
	) as Promise<{ words: string; codes: (string | undefined)[] }>;
}

/** What the page has seen of one commit, it does not ask for again. */
const MANY_COMMIT = '8'.repeat(40);
/** 20 MB. */
const MANY = Object.fromEntries(
	Array.from({ length: 1_000 }, (_, at) => [`src/${at}.js`, `// ${at}\n`.padEnd(20_000, 'some(code);\n')]),
);

describe.each(BROWSER_NAMES)('%s', (name) => {
	let authority: Authority;
	let packages: Release[][];
	let server: LocalServer;
	let browser: RunningBrowser;
	let extension: string;
	let open: (release: string) => Promise<Tab>;
	const openAs = async (release: string, verdict: string) => {
		const page = await open(release);
		await page.waitFor((look) => document.querySelector(`section[data-verdict="${look}"]`) !== null, [verdict]);
		return page;
	};
	beforeAll(async () => {
		// Its log is where the extension asks.
		authority = await startAuthority(undefined, REKOR);
		packages = await mintAttacks(authority);
		const build = githubBuild({ ref: 'refs/tags/v1.0.0', commit: MANY_COMMIT });
		packages.push([await mintRelease(authority, { name: 'many-files', provenance: { build }, files: MANY })]);
		server = await startServer();
		server.serve(...packages.map((releases) => packageOf(releases)));
		extension = allowingLooks(builtExtension(name));
		browser = await startBrowser(name, { extension, proxy: server.proxy });
		const page = await browser.openExtensionPage('report.html');
		await page.resize(900, 1100);
		const trustRoots = [
			trustRootFor(
				authority,
				packages.map(([first]) => first?.name ?? ''),
			),
		];
		await settingsOf(page).change((all) => ({ ...all, trustRoots }));
		open = async (release) => {
			await page.evaluate((hash) => {
				location.hash = hash;
			}, release);
			await page.waitFor(
				(wanted) => document.title.startsWith(wanted) && document.querySelector('[data-look]') !== null,
				[release.replace('@', ' ')],
			);
			return page;
		};
	}, 90_000);
	afterAll(async () => {
		await browser?.close();
		await server?.close();
		rmSync(extension, { recursive: true, force: true });
	});

	test.each([
		['keyv@6.0.0', 'confirmed', ['install-script-added', 'runs-on-install']],
		['axios@1.14.1', 'lost', ['publisher-changed', 'dependency-added']],
		['intercom-client@7.0.4', 'lost', ['trusted-publisher-without-provenance', 'install-script-added']],
	])('%s: what the registry alone shows', async (release, verdict, wanted) => {
		const page = await openAs(release, verdict);
		expect(await page.evaluate(codes)).toEqual(expect.arrayContaining(wanted));
	});

	test('TanStack: genuine, with a dependency from a commit, minutes apart; looked at, a failed run, no tag, a stray file', async () => {
		const genuine = packages.flat().find((release) => release.name === 'router' && release.version === '1.169.8');
		server.outside = {
			...githubRecords({
				run: ['failure'],
				tags: {},
				buildFile: BUILD_FILE.replace(/checkout@\w+/, 'checkout@v4'),
				files: { 'package.json': '{}', 'src/index.ts': 'export {};' },
				commit: COMMIT,
				isOnMain: true,
			}),
			...logRecords(authority, genuine as Release),
		};
		const page = await openAs('router@1.169.8', 'confirmed');
		expect(await page.evaluate(codes)).toEqual(
			expect.arrayContaining(['dependency-outside-registry', 'published-within-minutes', 'size-jumped']),
		);
		// Nobody was asked before the click.
		const outside = () => server.requests.filter(({ path }) => path.startsWith('/repos/'));
		expect(outside()).toEqual([]);
		expect((await look(page, 'run')).codes).toEqual(['run-failed']);
		expect((await look(page, 'source')).codes).toContain('tag-missing');
		const files = await look(page, 'files');
		expect(files.codes).toContain('file-not-in-source');
		expect(files.words).toContain('router_init.js');
		expect(await page.evaluate(codes)).toEqual(
			expect.arrayContaining(['run-failed', 'tag-missing', 'file-not-in-source', 'dependency-outside-registry']),
		);
		expect((await look(page, 'tag')).codes).toEqual(['commit-signed', 'commit-on-branch']);
		expect((await look(page, 'workflow')).codes).toEqual([
			'build-file-broad-permissions',
			'build-file-unpinned-action',
		]);
		// What was minted later made the log grow.
		expect((await look(page, 'log')).codes).toEqual(['log-entry-found', 'log-root-newer']);
		const dependencies = await look(page, 'dependencies');
		expect(dependencies.codes).toEqual(['dependency-verdict', 'dependency-verdict']);
		expect(dependencies.words).toContain('@tanstack/history ^1');
		expect(await page.evaluate(() => document.querySelector('section[data-verdict="confirmed"]') !== null)).toBe(true);
		await takePictures(page, `tanstack-${name}`);
		await takePictures(page, `tanstack-checked-${name}`, { at: '#checked' });
		await takePictures(page, `tanstack-looks-${name}`, { at: '#looks' });
	});

	test('the look at 1,000 files of 20 MB holds up the page at no time', async () => {
		const half = Object.fromEntries(Object.entries(MANY).filter((_file, at) => at % 2 === 0));
		server.outside = githubRecords({ files: half, commit: MANY_COMMIT });
		const excess = await tooLong(async () => {
			await openAs('axios@1.14.1', 'lost');
			const page = await openAs('many-files@1.0.0', 'confirmed');
			await watchThread(page);
			const { codes: found, words } = await look(page, 'files');
			expect(found).toEqual(['files-in-source', ...Array.from({ length: 10 }, () => 'file-not-in-source'), 'and-more']);
			expect(words).toContain('same 500 (10000000 bytes)');
			return page;
		});
		expect(excess).toBeLessThanOrEqual(0);
	});
});
