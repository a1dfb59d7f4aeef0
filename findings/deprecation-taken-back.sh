#!/usr/bin/env bash
# npm, pnpm, deno: `npm undeprecate` takes a deprecation back. The registry here keeps the document that npm sends.
# Guess: after it, every package manager treats the release as one that was never deprecated.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2 @pnpm/exe.linux-x64@12.21.0 @deno/linux-x64-glibc@2.9.6
run <<'JS'
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
const { sendJson, startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

let kept;
const registry = await startRegistry({ left: { tags: { latest: '1.1.0' }, versions: { '1.0.0': {}, '1.1.0': {} } } }, (request, response) => {
	if (!request.url.startsWith('/left') || request.url.includes('.tgz')) return false;
	if (request.method !== 'PUT') {
		sendJson(response, kept ?? registry.packumentOf('left'));
		return true;
	}
	let body = '';
	request.on('data', (chunk) => (body += chunk));
	request.on('end', () => {
		kept = JSON.parse(body);
		sendJson(response, {});
	});
	return true;
});
writeFileSync('npmrc', `registry=${registry.url}\n${registry.url.slice(5)}:_authToken=none\n`);
const npm = (...list) =>
	promisify(execFile)('node', ['node_modules/npm/bin/npm-cli.js', ...list, '--userconfig=npmrc', '--cache=cache', '--loglevel=error']);

async function look(when) {
	const { deprecated } = (kept ?? registry.packumentOf('left')).versions['1.1.0'];
	console.log(`${when}: deprecated is ${JSON.stringify(deprecated)}`);
	for (const manager of ['npm', 'pnpm', 'deno']) {
		const { versionOf, lockfile } = await install(manager, registry.url, { dependencies: { left: '^1.0.0' } });
		const mark = lockfile.includes('"deprecated": true') ? ', marked as deprecated in the lockfile' : '';
		console.log(`  ${manager}: ${versionOf('left')}${mark}`);
	}
}
await look('never deprecated');
await npm('deprecate', 'left@1.1.0', 'use another');
await look('deprecated');
await npm('undeprecate', 'left@1.1.0');
await look('taken back');
registry.close();
JS
tell 'npm takes a deprecation back by sending an empty text; pnpm still passes the release over, and deno still marks it.' \
	'never deprecated: deprecated is undefined
  npm: 1.1.0
  pnpm: 1.1.0
  deno: 1.1.0
deprecated: deprecated is "use another"
  npm: 1.0.0
  pnpm: 1.0.0
  deno: 1.1.0, marked as deprecated in the lockfile
taken back: deprecated is ""
  npm: 1.1.0
  pnpm: 1.0.0
  deno: 1.1.0, marked as deprecated in the lockfile'
