/** Owns how public/icon/*.png are made: `npm run icons` draws icon.svg in each size with Chromium. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

const folder = new URL('../public/icon/', import.meta.url);
const svg = readFileSync(new URL('icon.svg', import.meta.url), 'utf8');
const browser = await puppeteer.launch({
	executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu'],
});
try {
	for (const size of [16, 32, 48, 128]) {
		const page = await browser.newPage();
		await page.setViewport({ width: size, height: size });
		await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px}</style>${svg}`);
		await page.screenshot({
			path: fileURLToPath(new URL(`${size}.png`, folder)) as `${string}.png`,
			omitBackground: true,
		});
	}
} finally {
	await browser.close();
}
