#!/usr/bin/env bash
# Firefox, extensions: a POST from the background to an allowed host, without cookies and with `no-referrer`.
# Guess: nothing in it identifies the reader. The UUID of moz-extension: addresses is random for each profile, and lasts.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use_browser firefox-esr
use puppeteer-core@25.16.0
run <<'JS'
const { runBrowser } = await import(`${process.env.SUPPORT}/browsers.mjs`);
const background = `(async () => {
	const seen = [];
	for (const method of ['GET', 'POST'])
		for (const mode of ['cors', 'same-origin'])
			for (const referrerPolicy of ['strict-origin-when-cross-origin', 'no-referrer']) {
				const body = method === 'POST' ? 'x' : undefined;
				const answer = await fetch(SERVER + '/origin', { method, mode, referrerPolicy, body, credentials: 'omit', cache: 'no-store' });
				const origin = await answer.text();
				const shown = origin === location.origin ? "the profile's UUID" : origin;
				seen.push(method + ', mode ' + mode + ', ' + referrerPolicy + ': ' + shown);
			}
	await send('/result', seen);
})()`;
const seen = await runBrowser('firefox', { files: { 'background.js': background } }, {
	answer(request, response) {
		if (request.url !== '/origin') return false;
		response.end(request.headers.origin ?? 'no Origin');
		return true;
	},
});
for (const line of seen) console.log(line);
JS
tell "A POST carries the UUID of the profile as its Origin, without cookies and with no-referrer too; only mode same-origin together with no-referrer makes it null." \
	"GET, mode cors, strict-origin-when-cross-origin: no Origin
GET, mode cors, no-referrer: no Origin
GET, mode same-origin, strict-origin-when-cross-origin: no Origin
GET, mode same-origin, no-referrer: no Origin
POST, mode cors, strict-origin-when-cross-origin: the profile's UUID
POST, mode cors, no-referrer: the profile's UUID
POST, mode same-origin, strict-origin-when-cross-origin: the profile's UUID
POST, mode same-origin, no-referrer: null"
