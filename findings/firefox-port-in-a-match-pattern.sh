#!/usr/bin/env bash
# Extensions: a content script for one port of a host (http://127.0.0.1:PORT/*), as one wants it for a registry at home.
# Guess: it runs in both browsers; or the browser that cannot do it, or its linter, says so.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use_browser chromium
use_browser firefox-esr
use puppeteer-core@25.16.0 addons-linter@10.14.0
run <<'JS'
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
const { runBrowser } = await import(`${process.env.SUPPORT}/browsers.mjs`);

const scripts = (server) => ({ content_scripts: [{ matches: [`${server}/*`], js: ['content.js'] }] });
mkdirSync('linted');
writeFileSync('linted/content.js', '');
writeFileSync('linted/manifest.json', JSON.stringify({
	manifest_version: 3,
	name: 'finding',
	version: '1.0',
	browser_specific_settings: { gecko: { id: 'finding@example.org', strict_min_version: '142.0', data_collection_permissions: { required: ['none'] } } },
	...scripts('http://127.0.0.1:8080'),
}));
const linted = JSON.parse(execFileSync('node', ['node_modules/addons-linter/bin/addons-linter', '--output=json', 'linted'], { encoding: 'utf8' }));
console.log(`addons-linter: ${linted.summary.errors} errors, ${linted.summary.warnings} warnings`);

const background = `(async () => {
	let hasRun = [];
	api.runtime.onMessage.addListener((name) => void hasRun.push(name));
	let registered = 'accepted';
	const more = [{ id: 'later', matches: [SERVER + '/*'], js: ['later.js'] }];
	await api.scripting.registerContentScripts(more).catch((error) => (registered = error.message));
	await fetch(SERVER + '/ready');
	await sleep(2000);
	await send('/result', { registered, hasRun: hasRun.sort() });
})()`;
for (const name of ['chromium', 'firefox']) {
	let ready;
	const isReady = new Promise((resolve) => (ready = resolve));
	const { registered, hasRun } = await runBrowser(
		name,
		{ files: { 'background.js': background, 'content.js': `api.runtime.sendMessage('manifest')`, 'later.js': `api.runtime.sendMessage('registered')` }, manifest: scripts },
		{
			answer: (request) => void (request.url === '/ready' && ready()),
			async drive(browser, server) {
				await isReady;
				await (await browser.newPage()).goto(server);
			},
		},
	);
	console.log(`${name}: registering is ${registered}; has run: ${hasRun.join(', ') || 'nothing'}`);
}
JS
tell 'Firefox accepts a match pattern with a port, in the manifest and when registered, and never runs the script; the linter of its store says nothing.' \
	'addons-linter: 0 errors, 0 warnings
chromium: registering is accepted; has run: manifest, registered
firefox: registering is accepted; has run: nothing'
