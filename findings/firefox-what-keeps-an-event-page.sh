#!/usr/bin/env bash
# Firefox, extensions: a background page that is idle is ended. Here after 1.5 seconds (a preference), not thirty.
# Guess: work in progress keeps it: calls of storage, of whatever area, and a request that is not answered yet.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use_browser firefox-esr
use puppeteer-core@25.16.0
run 58 <<'JS'
const { runBrowser } = await import(`${process.env.SUPPORT}/browsers.mjs`);
const background = `
const WORK = {
	nothing: () => {},
	'storage.local': () => api.storage.local.set({ a: 1 }),
	'storage.session': () => api.storage.session.set({ a: 1 }),
};
let isBusy = false;
api.runtime.onMessage.addListener(({ mode }) => {
	if (isBusy) return;
	isBusy = true;
	if (mode === 'a pending request') fetch(SERVER + '/slow').catch(() => {});
	const work = setInterval(() => WORK[mode]?.(), 300);
	setTimeout(() => clearInterval(work), 5000);
	const beat = () => fetch(SERVER + '/beat', { method: 'POST', body: mode }).catch(() => {});
	setInterval(beat, 200);
	beat();
});`;
const content = `api.runtime.sendMessage({ mode: decodeURIComponent(location.hash.slice(1)) });`;
const MODES = ['nothing', 'storage.local', 'storage.session', 'a pending request'];
const beats = new Map();
const seen = await runBrowser(
	'firefox',
	{
		files: { 'background.js': background, 'content.js': content },
		manifest: () => ({ content_scripts: [{ matches: ['http://127.0.0.1/*'], js: ['content.js'] }] }),
	},
	{
		seconds: 55,
		preferences: { 'extensions.background.idle.timeout': 1500 },
		answer(request, response, body) {
			if (request.url === '/slow') return true;
			if (request.url === '/beat') beats.set(body, [...(beats.get(body) ?? []), Date.now()]);
			return false;
		},
		async drive(browser, server) {
			for (const mode of MODES) {
				const page = await browser.newPage();
				await page.goto(`${server}/${MODES.indexOf(mode)}#${encodeURIComponent(mode)}`);
				for (const since = Date.now(); Date.now() - since < 11_000; ) {
					await new Promise((resolve) => setTimeout(resolve, 200));
					const last = beats.get(mode)?.at(-1);
					if (last && Date.now() - last > 1500) break;
				}
				await page.close();
			}
			const lives = MODES.map((mode) => [mode, beats.get(mode)?.at(-1) - beats.get(mode)?.[0]]);
			await fetch(`${server}/result`, { method: 'POST', body: JSON.stringify(lives) });
		},
	},
);
for (const [mode, life] of seen)
	console.log(`${mode}, for five seconds: ${life === null ? 'no beat' : life > 4500 ? 'the page outlives it' : life < 3500 ? 'the page is ended' : `${life} ms`}`);
JS
tell 'Calls of storage.session keep a background page, calls of storage.local do not, and neither does a request that is under way.' \
	'nothing, for five seconds: the page is ended
storage.local, for five seconds: the page is ended
storage.session, for five seconds: the page outlives it
a pending request, for five seconds: the page is ended'
