#!/usr/bin/env bash
# npm, pnpm, yarn, bun: each packs a project for the registry; package.json names "files" and, outside of them, "main".
# Guess: all four put the same files into the archive, the main file among them, and package.json as it is.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2 @pnpm/exe.linux-x64@12.21.0 @yarnpkg/cli-dist@4.18.1 @oven/bun-linux-x64@1.4.5 modern-tar@0.8.6
run <<'JS'
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';

const manifest = JSON.stringify({ name: 'left', version: '1.0.0', files: ['dist'], main: 'main.js' });
const FILES = { 'package.json': manifest, 'main.js': '', 'dist/a.js': '', 'CHANGELOG.md': '', COPYING: '', 'yarn.lock': '' };
const modules = join(process.env.WORK, 'node_modules');
const yarn = ['node', join(modules, '@yarnpkg/cli-dist/bin/yarn.js')];
const COMMANDS = {
	npm: [['node', join(modules, 'npm/bin/npm-cli.js'), 'pack', '--ignore-scripts', '--loglevel=silent']],
	pnpm: [[join(modules, '@pnpm/exe.linux-x64/pnpm'), 'pack']],
	yarn: [[...yarn, 'install', '--mode=skip-build'], [...yarn, 'pack']],
	bun: [[join(modules, '@oven/bun-linux-x64/bin/bun'), 'pm', 'pack', '--ignore-scripts']],
};
const env = { PATH: process.env.PATH, HOME: process.env.WORK, YARN_ENABLE_TELEMETRY: '0' };
for (const [manager, commands] of Object.entries(COMMANDS)) {
	for (const [path, text] of Object.entries(FILES)) {
		mkdirSync(dirname(join(manager, path)), { recursive: true });
		writeFileSync(join(manager, path), text);
	}
	symlinkSync('a.js', join(manager, 'dist/link.js'));
	for (const [file, ...list] of commands) execFileSync(file, list, { cwd: manager, env, stdio: 'pipe' });
	const archive = readdirSync(manager).find((name) => name.endsWith('.tgz'));
	const entries = await unpackTar(gunzipSync(readFileSync(join(manager, archive))));
	const names = entries
		.filter(({ header }) => header.type !== 'directory')
		.map(({ header }) => header.name.replace('package/', '') + (header.type === 'symlink' ? ' (a link)' : ''));
	const packed = entries.find(({ header }) => header.name === 'package/package.json');
	const isSame = Buffer.from(packed.data).toString() === manifest;
	console.log(`${manager}: ${names.sort().join(', ')}; package.json is ${isSame ? 'the same' : 'rewritten'}`);
}
JS
tell 'Four managers make four archives of one project: bun leaves the main file out, yarn alone packs the change log, pnpm and yarn keep symbolic links, and all but npm rewrite package.json.' \
	'npm: COPYING, dist/a.js, main.js, package.json; package.json is the same
pnpm: COPYING, dist/a.js, dist/link.js (a link), main.js, package.json; package.json is rewritten
yarn: CHANGELOG.md, dist/a.js, dist/link.js (a link), main.js, package.json; package.json is rewritten
bun: dist/a.js, package.json; package.json is rewritten'
