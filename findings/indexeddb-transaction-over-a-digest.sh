#!/usr/bin/env bash
# IndexedDB and WebCrypto, in the background of an extension: a transaction ends when nothing asks it any more, and
# hashing takes its time elsewhere. Guess: after an awaited digest of 50 MB the transaction is gone, in both browsers.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use_browser chromium
use_browser firefox-esr
use puppeteer-core@25.16.0
run <<'JS'
const { runBrowser } = await import(`${process.env.SUPPORT}/browsers.mjs`);
const look = `async () => {
	const open = indexedDB.open('finding', 1);
	open.onupgradeneeded = () => open.result.createObjectStore('store');
	await new Promise((resolve) => (open.onsuccess = resolve));
	const waits = {
		'nothing': () => {},
		'a digest of 1 byte': () => crypto.subtle.digest('SHA-512', new Uint8Array(1)),
		'a digest of 50 MB': () => crypto.subtle.digest('SHA-512', new Uint8Array(5e7)),
		'a timer': () => new Promise((resolve) => setTimeout(resolve, 0)),
	};
	const seen = {};
	for (const [name, wait] of Object.entries(waits)) {
		const store = open.result.transaction('store', 'readwrite').objectStore('store');
		store.put(1, 1);
		await wait();
		try {
			store.put(2, 2);
			seen[name] = 'alive';
		} catch (error) {
			seen[name] = error.name;
		}
	}
	return seen;
}`;
const all = {};
for (const name of ['chromium', 'firefox'])
	all[name] = await runBrowser(name, { files: { 'background.js': `(${look})().then((seen) => send('/result', seen))` } });
for (const [name, seen] of Object.entries(all))
	console.log(`${name}: ${Object.entries(seen).map(([wait, word]) => `after ${wait} ${word}`).join('; ')}`);
JS
tell 'Chromium has hashed 50 MB before anything else runs, so the transaction is still alive after the await; in Firefox even one byte ends it.' \
	'chromium: after nothing alive; after a digest of 1 byte alive; after a digest of 50 MB alive; after a timer TransactionInactiveError
firefox: after nothing alive; after a digest of 1 byte TransactionInactiveError; after a digest of 50 MB TransactionInactiveError; after a timer TransactionInactiveError'
