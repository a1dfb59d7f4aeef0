#!/usr/bin/env bash
# Chromium, extensions: values go as JSON through messages, storage and executeScript. Guess: they all make the same of a
# Date (a text) and of bytes (an object of numbers).
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use_browser chromium
use puppeteer-core@25.16.0
run <<'JS'
const { runBrowser } = await import(`${process.env.SUPPORT}/browsers.mjs`);
const background = `
const VALUES = { date: () => new Date(0), bytes: () => new Uint8Array([7]), nan: () => NaN };
const show = (value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer ? value.constructor.name : JSON.stringify(value) ?? 'nothing';
api.runtime.onMessage.addListener(({ is, value, wants }, { tab }, reply) => {
	if (wants) look(tab.id);
	else reply(value);
	return true;
});
async function look(tabId) {
	const seen = {};
	for (const [name, make] of Object.entries(VALUES)) {
		const doors = {
			message: async () => (await api.scripting.executeScript({ target: { tabId }, func: sendAndTell, args: [name] }))[0].result,
			'storage.local': async () => { await api.storage.local.set({ [name]: make() }); return show((await api.storage.local.get(name))[name]); },
			'storage.session': async () => { await api.storage.session.set({ [name]: make() }); return show((await api.storage.session.get(name))[name]); },
			executeScript: async () => show((await api.scripting.executeScript({ target: { tabId }, func: make }))[0].result),
		};
		seen[name] = {};
		for (const [door, go] of Object.entries(doors)) seen[name][door] = await go().catch((error) => 'error: ' + error.message);
	}
	await send('/result', seen);
}
async function sendAndTell(name) {
	const value = { date: new Date(0), bytes: new Uint8Array([7]), nan: NaN }[name];
	return JSON.stringify(await chrome.runtime.sendMessage({ value }));
}`;
const seen = await runBrowser(
	'chromium',
	{
		files: { 'background.js': background, 'content.js': `api.runtime.sendMessage({ wants: 'look' });` },
		manifest: () => ({ content_scripts: [{ matches: ['http://127.0.0.1/*'], js: ['content.js'] }] }),
	},
	{ drive: async (browser, server) => void (await (await browser.newPage()).goto(server)) },
);
for (const [name, doors] of Object.entries(seen))
	console.log(`${name}: ${Object.entries(doors).map(([door, value]) => `${door} ${value}`).join('; ')}`);
JS
tell 'Each way makes something else of a value: messages call toJSON, storage and executeScript do not; bytes become an object, an error, or an ArrayBuffer.' \
	'date: message "1970-01-01T00:00:00.000Z"; storage.local {}; storage.session {}; executeScript {}
bytes: message {"0":7}; storage.local error: Cannot serialize value to JSON; storage.session ArrayBuffer; executeScript ArrayBuffer
nan: message null; storage.local nothing; storage.session nothing; executeScript null'
