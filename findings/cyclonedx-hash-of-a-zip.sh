#!/usr/bin/env bash
# cdxgen: a yarn.lock of yarn 4 holds checksums of the zip files that yarn makes for its own cache.
# Guess: an SBOM leaves them out, because nobody but yarn has such a file, and a component's hash is that of its package.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
# Its plug-ins are programs for containers, and large.
export npm_config_omit=optional
use @cyclonedx/cdxgen@12.8.4 @yarnpkg/cli-dist@4.18.1
run <<'JS'
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
const { startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const registry = await startRegistry({ left: { tags: { latest: '1.0.0' }, versions: { '1.0.0': {} } } });
const sha512 = (bytes) => createHash('sha512').update(bytes).digest('hex');
const { folder } = await install('yarn', registry.url, { dependencies: { left: '1.0.0' } });
const meaning = { [sha512(registry.fileOf('left', '1.0.0'))]: 'the published file' };
const cache = `${folder}/../yarn/cache`;
for (const name of readdirSync(cache)) if (name.endsWith('.zip')) meaning[sha512(readFileSync(`${cache}/${name}`))] = "the zip file in yarn's cache";
registry.close();
rmSync(`${folder}/node_modules`, { recursive: true });

const list = [`${process.env.WORK}/node_modules/@cyclonedx/cdxgen/bin/cdxgen.js`, '-t', 'js', '-o', 'bom.json', '--no-install-deps', '--lifecycle', 'pre-build', '.'];
const env = { PATH: process.env.PATH, HOME: folder };
await new Promise((resolve) => execFile('node', list, { cwd: folder, env, timeout: 40_000 }, resolve));
if (!existsSync(`${folder}/bom.json`)) throw new Error('cdxgen wrote no file');
const { components } = JSON.parse(readFileSync(`${folder}/bom.json`, 'utf8'));
for (const { hashes = [], purl } of components)
	console.log(`${purl}: ${hashes.map(({ alg, content }) => `${alg} of ${meaning[content] ?? content}`).join(', ') || 'no hash'}`);
JS
tell 'cdxgen gives the checksum of the zip file that Yarn made for its cache as the SHA-512 of the package.' \
	"pkg:npm/left@1.0.0: SHA-512 of the zip file in yarn's cache"
