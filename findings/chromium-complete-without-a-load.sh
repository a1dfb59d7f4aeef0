#!/usr/bin/env bash
# Extensions: tabs.onUpdated tells how a tab loads. A page calls history.pushState, and replaceState with the same address.
# Guess: `status` tells of documents that load, so neither gives any; pushState gives the new address alone.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use_browser chromium
use_browser firefox-esr
use puppeteer-core@25.16.0
run <<'JS'
const { runBrowser } = await import(`${process.env.SUPPORT}/browsers.mjs`);
const background = `
let seen = [];
api.tabs.onUpdated.addListener((id, change) => {
	const { status, url } = change;
	if (status || url) seen.push([status, url && 'address'].filter(Boolean).join(' and '));
});
api.runtime.onMessage.addListener((step, { tab }) => void (step === 'loaded' && look(tab.id)));
async function look(tabId) {
	const steps = { pushState: () => history.pushState(0, '', '/other'), 'replaceState, same address': () => history.replaceState(1, '') };
	const result = {};
	await sleep(1000);
	for (const [name, func] of Object.entries(steps)) {
		seen = [];
		await api.scripting.executeScript({ target: { tabId }, func });
		await sleep(1000);
		result[name] = seen;
	}
	await send('/result', result);
}`;
for (const name of ['chromium', 'firefox']) {
	const result = await runBrowser(
		name,
		{
			files: { 'background.js': background, 'content.js': `addEventListener('load', () => api.runtime.sendMessage('loaded'))` },
			manifest: () => ({ content_scripts: [{ matches: ['http://127.0.0.1/*'], js: ['content.js'], run_at: 'document_start' }] }),
		},
		{ drive: async (browser, server) => void (await (await browser.newPage()).goto(server)) },
	);
	for (const [step, seen] of Object.entries(result)) console.log(`${name}, ${step}: ${seen.join(', ') || 'nothing'}`);
}
JS
tell 'Chromium tells of loading and complete although no document loads, even where the address stays; Firefox tells of complete and an address, even where it is the same.' \
	'chromium, pushState: loading and address, complete
chromium, replaceState, same address: loading, complete
firefox, pushState: complete and address
firefox, replaceState, same address: complete and address'
