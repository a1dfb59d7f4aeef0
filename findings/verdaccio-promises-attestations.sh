#!/usr/bin/env bash
# Verdaccio as a mirror: a package's document says that it has attestations, and where. Guess: a mirror that passes this
# on also passes on the attestations; or it takes the promise out.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
# Without this, npm looks for a version of node-fetch that is not published.
echo '{ "private": true, "type": "module", "overrides": { "node-fetch": "2.7.0" } }' >"$WORK/package.json"
use verdaccio@6.10.4 pacote@22.0.0
run <<'JS'
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import pacote from 'pacote';
const { sendJson, startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);

const asked = [];
const dist = { signatures: [{ keyid: 'SHA256:key', sig: 'AA==' }] };
const upstream = await startRegistry({ left: { tags: { latest: '1.0.0' }, versions: { '1.0.0': { dist } } } }, (request, response) => {
	asked.push(request.url);
	if (!request.url.startsWith('/-/npm/v1/')) return false;
	sendJson(response, { attestations: [], keys: [] });
	return true;
});
dist.attestations = { url: `${upstream.url}-/npm/v1/attestations/left@1.0.0`, provenance: { predicateType: 'https://slsa.dev/provenance/v1' } };

const free = createServer();
const port = await new Promise((resolve) => free.listen(0, '127.0.0.1', () => resolve(free.address().port)));
await new Promise((resolve) => free.close(resolve));
const mirror = `http://127.0.0.1:${port}/`;
writeFileSync('config.yaml', [
	'storage: ./storage',
	'auth: { htpasswd: { file: ./htpasswd } }',
	`uplinks: { up: { url: "${upstream.url}" } }`,
	"packages: { '**': { access: $all, proxy: up } }",
	'log: { type: stdout, level: error }',
].join('\n'));
const server = spawn('node', ['node_modules/verdaccio/bin/verdaccio', '--config', 'config.yaml', '--listen', `127.0.0.1:${port}`], { stdio: 'ignore' });
try {
	for (const since = Date.now(); Date.now() - since < 20_000; await new Promise((resolve) => setTimeout(resolve, 200)))
		if (await fetch(`${mirror}-/ping`).catch(() => undefined)) break;
	const { versions } = await (await fetch(`${mirror}left`)).json();
	const { attestations, signatures, tarball } = versions['1.0.0'].dist;
	const whose = (address) => (address.startsWith(mirror) ? 'the mirror' : address.startsWith(upstream.url) ? 'the upstream' : address);
	console.log(`document: ${signatures.length} signature; the file is at ${whose(tarball)}, the attestations at ${whose(attestations.url)}`);
	for (const path of ['-/npm/v1/attestations/left@1.0.0', '-/npm/v1/keys']) console.log(`mirror, ${path}: ${(await fetch(mirror + path)).status}`);
	const read = await pacote.manifest('left@1.0.0', { registry: mirror, verifyAttestations: true, cache: 'cache' }).catch((error) => error);
	console.log(`pacote: ${read.code}; the upstream was asked for ${asked.join(', ')}`);
} finally {
	server.kill();
	upstream.close();
}
JS
tell 'Verdaccio rewrites the address of the file and passes on the promise of attestations, but answers 404 for them, and for the keys; pacote asks the mirror, not the promised address.' \
	'document: 1 signature; the file is at the mirror, the attestations at the upstream
mirror, -/npm/v1/attestations/left@1.0.0: 404
mirror, -/npm/v1/keys: 404
pacote: E404; the upstream was asked for /left'
