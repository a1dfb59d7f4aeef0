#!/usr/bin/env bash
# Five managers: a package carries its dependency in its own archive (bundleDependencies), and the registry has another
# file of that name and version. Guess: what is in the archive is what runs, whoever installs it.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2 @pnpm/exe.linux-x64@12.21.0 @yarnpkg/cli-dist@4.18.1 @oven/bun-linux-x64@1.4.5 @deno/linux-x64-glibc@2.9.6
run <<'JS'
import { execFileSync } from 'node:child_process';
const { pack, startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const inner = '{"name":"inner","version":"1.0.0"}';
const manifest = { dependencies: { inner: '1.0.0' }, bundleDependencies: ['inner'] };
const bundler = pack({
	'package.json': JSON.stringify({ name: 'bundler', version: '1.0.0', ...manifest }),
	'index.js': 'module.exports = require("inner");',
	'node_modules/inner/package.json': inner,
	'node_modules/inner/index.js': 'module.exports = "the copy in the archive";',
});
const published = pack({ 'package.json': inner, 'index.js': 'module.exports = "the file of the registry";' });
const fetched = new Set();
const registry = await startRegistry(
	{
		bundler: { tags: { latest: '1.0.0' }, versions: { '1.0.0': { manifest, bytes: bundler } } },
		inner: { tags: { latest: '1.0.0' }, versions: { '1.0.0': { bytes: published } } },
	},
	({ url }) => {
		if (url.endsWith('.tgz')) fetched.add(url.split('/').at(-1));
		return false;
	},
);
for (const manager of ['npm', 'pnpm', 'yarn', 'bun', 'deno']) {
	fetched.clear();
	const { folder } = await install(manager, registry.url, { dependencies: { bundler: '1.0.0' } });
	const loaded = execFileSync('node', ['-p', 'require("bundler")'], { cwd: folder, encoding: 'utf8' }).trim();
	console.log(`${manager}: fetched ${[...fetched].sort().join(' and ')}, runs ${loaded}`);
}
registry.close();
JS
tell "A package carries a dependency in its archive. Four managers run that copy; Yarn fetches the registry's file of that name and version, and runs it instead." \
	'npm: fetched bundler-1.0.0.tgz, runs the copy in the archive
pnpm: fetched bundler-1.0.0.tgz, runs the copy in the archive
yarn: fetched bundler-1.0.0.tgz and inner-1.0.0.tgz, runs the file of the registry
bun: fetched bundler-1.0.0.tgz, runs the copy in the archive
deno: fetched bundler-1.0.0.tgz, runs the copy in the archive'
