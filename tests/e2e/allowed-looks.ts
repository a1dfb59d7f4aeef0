/** Owns the stage of looks at other hosts, in both browsers: an extension that may ask them, minted releases, and one report page. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { REKOR } from '../../lib/npm/hosts.ts';
import { trustRootFor } from '../fixtures/minted.ts';
import { type Authority, startAuthority } from '../support/authority.ts';
import { BROWSER_NAMES, type BrowserName, builtExtension, type Tab } from '../support/browser.ts';
import type { Release } from '../support/mint.ts';
import { packageOf } from '../support/recordings.ts';
import type { LocalServer } from '../support/server.ts';
import { settingsOf } from '../support/settings.ts';
import { borrowWorld } from './harness.ts';

/** What such a scenario has at hand. */
export interface LookStage {
	name: BrowserName;
	/** Its log is where the extension asks. */
	authority: Authority;
	/** The releases, by package. */
	packages: Release[][];
	server: LocalServer;
	/** The report page, once it shows this release with this verdict. */
	open(release: string, verdict: string): Promise<Tab>;
}

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

/** Presses the button of a look, by keyboard. @returns what it came to. */
export async function look(page: Tab, name: string): Promise<{ words: string; codes: (string | undefined)[] }> {
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

/** Tells scenarios once, to be run in each browser, with the releases that `mint` makes. */
export function inEachAllowingLooks(
	mint: (authority: Authority) => Promise<Release[][]>,
	tell: (stage: LookStage) => void,
): void {
	describe.each(BROWSER_NAMES)('%s', (name) => {
		const stage = { name } as LookStage;
		let extension: string;
		beforeAll(async () => {
			const authority = await startAuthority(undefined, REKOR);
			const packages = await mint(authority);
			extension = allowingLooks(builtExtension(name));
			const { server, browser } = await borrowWorld(name, { extension });
			server.serve(...packages.map((releases) => packageOf(releases)));
			const page = await browser.openExtensionPage('report.html');
			await page.resize(900, 1100);
			const names = packages.map(([first]) => first?.name ?? '');
			await settingsOf(page).change((all) => ({ ...all, trustRoots: [trustRootFor(authority, names)] }));
			const open = async (release: string, verdict: string) => {
				await page.evaluate((hash) => {
					location.hash = hash;
				}, release);
				await page.waitFor(
					(title, wanted) =>
						document.title.startsWith(title) &&
						document.querySelector('[data-look]') !== null &&
						document.querySelector(`section[data-verdict="${wanted}"]`) !== null,
					[release.replace('@', ' '), verdict],
				);
				return page;
			};
			Object.assign(stage, { authority, packages, server, open });
		}, 90_000);
		afterAll(() => rmSync(extension, { recursive: true, force: true }));
		tell(stage);
	});
}
