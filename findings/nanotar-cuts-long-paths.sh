#!/usr/bin/env bash
# nanotar: npm pack writes paths above 100 bytes in two fields of the header, as the ustar format says.
# Guess: nanotar gives each file of the package its path.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2 nanotar@0.3.0 modern-tar@0.8.6
run <<'JS'
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { parseTarGzip } from 'nanotar';

const LONG = 'a-folder-of-forty-letters-for-this-test-1';
for (const module of ['esm', 'cjs']) {
	mkdirSync(`package/${module}/${LONG}/${LONG}`, { recursive: true });
	writeFileSync(`package/${module}/${LONG}/${LONG}/index.js`, `// ${module}`);
}
writeFileSync('package/package.json', '{"name":"left","version":"1.0.0"}');
execFileSync('node', ['../node_modules/npm/bin/npm-cli.js', 'pack', '--loglevel=silent', '--ignore-scripts', '--cache=../cache'], { cwd: 'package' });
const bytes = readFileSync('package/left-1.0.0.tgz');
const show = (names) => names.map((name) => name.replaceAll(LONG, 'LONG')).sort().join(' ');
console.log('modern-tar:', show((await unpackTar(gunzipSync(bytes))).map(({ header }) => header.name)));
console.log('nanotar:', show((await parseTarGzip(bytes)).map(({ name }) => name)));
JS
tell 'nanotar reads the second field only: the files of long paths lose their folders, and two different files get one name.' \
	'modern-tar: package/cjs/LONG/LONG/index.js package/esm/LONG/LONG/index.js package/package.json
nanotar: index.js index.js package/package.json'
