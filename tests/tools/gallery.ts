/** Owns `node tests/tools/run.mjs gallery [DIR]`: pictures of every look of the panel, light, dark and narrow, in Chromium. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import puppeteer from 'puppeteer-core';
import { build } from 'vite';

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
} finally {
	await browser.close();
}
