/** Owns `node tests/tools/run.mjs gallery [DIR]`: pictures of every look of the panel, light, dark and narrow, in Chromium. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import puppeteer from 'puppeteer-core';
import { build } from 'vite';
import { compare, inspect } from '../../lib/inspect.ts';
import type { Registry } from '../../lib/registry.ts';
import { type Inspection, type Manifest, success } from '../../lib/report.ts';
import { parseTrustRoot } from '../../lib/sigstore/trust-root.ts';
import { startAuthority } from './authority.ts';
import { githubBuild, mintRelease } from './mint.ts';

const root = fileURLToPath(new URL('../fixtures/gallery', import.meta.url));
const output = fileURLToPath(new URL('../../.cache/gallery', import.meta.url));
const pictures = process.argv[2] ?? fileURLToPath(new URL('../../.output/pictures', import.meta.url));

await build({
	root,
	base: './',
	logLevel: 'warn',
	plugins: [svelte({ configFile: false, emitCss: false, compilerOptions: { runes: true, css: 'injected' } })],
	build: { outDir: output, emptyOutDir: true },
});
await mkdir(pictures, { recursive: true });
const browser = await puppeteer.launch({
	executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
	args: [
		'--no-sandbox',
		'--disable-gpu',
		'--disable-quic',
		'--no-first-run',
		'--disable-background-networking',
		'--disable-component-update',
		'--disable-sync',
		'--allow-file-access-from-files',
	],
});
try {
	for (const [theme, width] of [
		['light', 380],
		['dark', 380],
		['light', 280],
	] as const) {
		const page = await browser.newPage();
		await page.setViewport({ width: 1240, height: 800 });
		await page.goto(`${pathToFileURL(join(output, 'index.html')).href}?theme=${theme}&width=${width}`);
		await page.waitForSelector('[data-case="no-answer"] [data-verdict]');
		const tight = await page.evaluate(() =>
			[...document.querySelectorAll('[data-case]')].flatMap((figure) => {
				const words = figure.querySelector('[role="status"]');
				return words && words.scrollHeight > words.clientHeight ? [figure.getAttribute('data-case')] : [];
			}),
		);
		const file = join(pictures, `panels-${theme}-${width}.png`);
		await page.screenshot({ path: file as `${string}.png`, fullPage: true });
		console.log(`${file}${tight.length > 0 ? `  does not fit: ${tight.join(', ')}` : ''}`);
	}
	const inspection = await mintedInspection();
	for (const theme of ['light', 'dark']) {
		const page = await browser.newPage();
		await page.setViewport({ width: 760, height: 800 });
		await page.evaluateOnNewDocument(`globalThis.inspection = ${JSON.stringify(inspection)}`);
		await page.goto(`${pathToFileURL(join(output, 'index.html')).href}?theme=${theme}`);
		await page.waitForSelector('h2');
		const file = join(pictures, `report-${theme}.png`);
		await page.screenshot({ path: file as `${string}.png`, fullPage: true });
		console.log(file);
	}
} finally {
	await browser.close();
}

/** A whole inspection of a minted release, some of it worth noticing. */
async function mintedInspection(): Promise<Inspection> {
	const authority = await startAuthority();
	const release = await mintRelease(authority, {
		name: '@stamp-test/minted',
		provenance: { build: githubBuild({ reusable: 'elsewhere/builders/.github/workflows/publish.yml@refs/tags/v2' }) },
	});
	const trust = await parseTrustRoot(authority.trustedRoot, authority.registryKeys, {
		source: 'custom',
		version: 'minted',
		takenAt: '2026-11-01',
	});
	if (!trust.ok) throw new Error(trust.failure.detail);
	const { integrity, signatures } = release.manifest.dist as Pick<Manifest, 'integrity' | 'signatures'>;
	const { name, version } = release;
	const registry: Registry = {
		fetchManifest: async () => success({ name, version, integrity, signatures, repository: 'github:other/minted' }),
		fetchAttestations: async () => success(release.attestations),
		fetchPackument: async () => success({ time: { [version]: release.publishedAt } }),
	};
	const world = { registry, trust: trust.value, now: () => new Date('2026-11-23T00:00:00Z') };
	return compare(await inspect({ name, selector: version, kind: 'version' }, world), world);
}
