#!/usr/bin/env bash
# Extensions: a listener dispatches two events, one after the other. A promise that was resolved before has something to do, too.
# Guess: microtasks wait until the listener has returned, as they do in a timer of the same background.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use_browser chromium
use_browser firefox-esr
use puppeteer-core@25.16.0
run <<'JS'
const { runBrowser } = await import(`${process.env.SUPPORT}/browsers.mjs`);
const background = `
const seen = {};
function dispatchTwice(where) {
	const order = [];
	seen[where] = order;
	const target = new EventTarget();
	target.addEventListener('first', () => order.push('first event'));
	target.addEventListener('second', () => order.push('second event'));
	Promise.resolve().then(() => order.push('microtask'));
	target.dispatchEvent(new Event('first'));
	target.dispatchEvent(new Event('second'));
	order.push('end of the listener');
}
api.runtime.onConnect.addListener((port) => {
	dispatchTwice('runtime.onConnect');
	port.onMessage.addListener(() => dispatchTwice('port.onMessage'));
	port.onDisconnect.addListener(() => {
		dispatchTwice('port.onDisconnect');
		setTimeout(async () => {
			dispatchTwice('a timer');
			await sleep(300);
			await send('/result', seen);
		});
	});
});`;
const content = `
const port = api.runtime.connect();
port.postMessage('hello');
setTimeout(() => port.disconnect(), 300);`;
for (const name of ['chromium', 'firefox']) {
	const result = await runBrowser(
		name,
		{
			files: { 'background.js': background, 'content.js': content },
			manifest: () => ({ content_scripts: [{ matches: ['http://127.0.0.1/*'], js: ['content.js'] }] }),
		},
		{ drive: async (browser, server) => void (await (await browser.newPage()).goto(server)) },
	);
	for (const [where, order] of Object.entries(result)) console.log(`${name}, ${where}: ${order.join(', ')}`);
}
JS
tell 'In a listener of an extension API Chromium runs microtasks after each event that is dispatched in it, in the middle of the listener. In a timer it waits for the end, and so does Firefox in both.' \
	'chromium, runtime.onConnect: first event, microtask, second event, end of the listener
chromium, port.onMessage: first event, microtask, second event, end of the listener
chromium, port.onDisconnect: first event, microtask, second event, end of the listener
chromium, a timer: first event, second event, end of the listener, microtask
firefox, runtime.onConnect: first event, second event, end of the listener, microtask
firefox, port.onMessage: first event, second event, end of the listener, microtask
firefox, port.onDisconnect: first event, second event, end of the listener, microtask
firefox, a timer: first event, second event, end of the listener, microtask'
