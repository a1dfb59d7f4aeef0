/**
 * Owns `npm run gallery [-- DIR --language CODE]`: pictures of every look, light, dark and narrow, in Chromium and Firefox, and the two
 * pictures of README, which show a made-up release, where the language is English.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import puppeteer, { type Page } from 'puppeteer-core';
import { build, preview } from 'vite';
import { compare } from '../lib/inspect/complete.ts';
import { inspect } from '../lib/inspect/inspect.ts';
import type { ReleaseRegistry } from '../lib/registry/registry.ts';
import type { Inspection, Manifest } from '../lib/report/evidence.ts';
import { success } from '../lib/report/result.ts';
import { trustIn } from '../tests/fixtures/minted.ts';
import { startAuthority } from '../tests/support/authority.ts';
import { BROWSER_NAMES, type BrowserName } from '../tests/support/browser.ts';
import { findBrowsers } from '../tests/support/find-browser.ts';
import { githubBuild, mintRelease } from '../tests/support/mint.ts';

const root = fileURLToPath(new URL('../tests/fixtures/gallery', import.meta.url));
const output = fileURLToPath(new URL('../.cache/gallery', import.meta.url));
const { values, positionals } = parseArgs({ allowPositionals: true, options: { language: { type: 'string' } } });
const { language = 'en' } = values;
const pictures = positionals[0] ?? fileURLToPath(new URL('../.output/pictures', import.meta.url));

await build({
	root,
	base: './',
	logLevel: 'warn',
	plugins: [svelte({ configFile: false, emitCss: false, compilerOptions: { runes: true, css: 'injected' } })],
	build: { outDir: output, emptyOutDir: true },
});
await mkdir(pictures, { recursive: true });
await mkdir(new URL('../docs/pictures', import.meta.url), { recursive: true });
const site = await preview({
	root,
	logLevel: 'warn',
	build: { outDir: output },
	preview: { host: '127.0.0.1', port: 0 },
});
const address = site.resolvedUrls?.local[0] ?? '';
const inspection = await mintedInspection();
const executables = await findBrowsers();
for (const name of BROWSER_NAMES) await takePictures(name);
await site.close();

async function takePictures(name: BrowserName): Promise<void> {
	const browser = await puppeteer.launch({
		browser: name === 'firefox' ? 'firefox' : 'chrome',
		executablePath: executables[name],
		args:
			name === 'firefox'
				? []
				: [
						'--no-sandbox',
						'--disable-gpu',
						'--no-first-run',
						'--disable-background-networking',
						`--accept-lang=${language}`,
					],
		...(name === 'firefox' && { extraPrefsFirefox: { 'intl.accept_languages': language } }),
	});
	try {
		for (const [theme, width] of [
			['light', 380],
			['dark', 380],
			['light', 280],
		] as const) {
			const page = await browser.newPage();
			await page.setViewport({ width: 1240, height: 800 });
			await page.goto(`${address}?theme=${theme}&width=${width}`);
			await page.waitForSelector('[data-case="no-answer"] [data-verdict]');
			const tight = await page.evaluate(() =>
				[...document.querySelectorAll('[data-case]')].flatMap((figure) => {
					const words = figure.querySelector('[role="status"]');
					return words && words.scrollHeight > words.clientHeight ? [figure.getAttribute('data-case')] : [];
				}),
			);
			await keep(page, `panels-${name}-${theme}-${width}`);
			if (name === 'chromium' && language === 'en' && theme === 'light' && width === 380) await keepForReadme(page);
			if (tight.length > 0) console.log(`  does not fit: ${tight.join(', ')}`);
		}
		for (const theme of ['light', 'dark']) {
			const page = await browser.newPage();
			await page.setViewport({ width: 760, height: 800 });
			await page.evaluateOnNewDocument((given) => Object.assign(globalThis, { inspection: given }), inspection);
			await page.goto(`${address}?theme=${theme}`);
			await page.waitForSelector('h2');
			await keep(page, `report-${name}-${theme}`);
		}
	} finally {
		await browser.close();
	}
}

async function keep(page: Page, picture: string): Promise<void> {
	const file = join(pictures, `${picture}.png`);
	await page.screenshot({ path: file as `${string}.png`, fullPage: true });
	console.log(file);
}

/** The panels that README shows. */
async function keepForReadme(page: Page): Promise<void> {
	for (const look of ['confirmed', 'lost']) {
		const panel = await page.waitForSelector(`[data-case="${look}"] section`);
		const file = fileURLToPath(new URL(`../docs/pictures/${look}.png`, import.meta.url));
		await panel?.screenshot({ path: file as `${string}.png` });
		console.log(file);
	}
}

/** A whole inspection of a minted release, some of it worth noticing. */
async function mintedInspection(): Promise<Inspection> {
	const authority = await startAuthority();
	const release = await mintRelease(authority, {
		name: '@stamp-test/minted',
		provenance: { build: githubBuild({ reusable: 'elsewhere/builders/.github/workflows/publish.yml@refs/tags/v2' }) },
	});
	const { integrity, signatures } = release.manifest.dist as Pick<Manifest, 'integrity' | 'signatures'>;
	const { name, version } = release;
	const registry: ReleaseRegistry = {
		fetchManifest: async () => success({ name, version, integrity, signatures, repository: 'github:other/minted' }),
		fetchAttestations: async () => success(release.attestations),
		fetchPackument: async () => success({ time: { [version]: release.publishedAt } }),
	};
	const world = { registry, trust: await trustIn(authority), now: () => new Date('2026-11-23T00:00:00Z') };
	return compare(await inspect({ name, selector: version, kind: 'version' }, world), world);
}
