#!/usr/bin/env bash
# bun: a package carries its dependencies in its own archive, and the registry has other files of those names.
# Guess: bun.lock marks what came in the archive as bundled, and gives no address and hash of files that bun did not fetch.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use @oven/bun-linux-x64@1.4.5
run <<'JS'
import { readFileSync } from 'node:fs';
const { integrityOf, pack, startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const manifests = {
	bundler: { dependencies: { inner: '1.0.0' }, bundleDependencies: ['inner'] },
	inner: { dependencies: { deeper: '1.0.0' } },
	deeper: {},
};
const textOf = (name) => JSON.stringify({ name, version: '1.0.0', ...manifests[name] });
const archive = { 'package.json': textOf('bundler') };
for (const name of ['inner', 'deeper']) {
	archive[`node_modules/${name}/package.json`] = textOf(name);
	archive[`node_modules/${name}/index.js`] = 'module.exports = "in the archive";';
}
const fetched = [];
const registry = await startRegistry(
	Object.fromEntries(
		Object.entries(manifests).map(([name, manifest]) => [
			name,
			{ tags: { latest: '1.0.0' }, versions: { '1.0.0': { manifest, ...(name === 'bundler' ? { bytes: pack(archive) } : {}) } } },
		]),
	),
	({ url }) => {
		if (url.endsWith('.tgz')) fetched.push(url.split('/').at(-1));
		return false;
	},
);
const { folder, lockfile } = await install('bun', registry.url, { dependencies: { bundler: '1.0.0' } });
console.log(`fetched: ${fetched.join(', ')}`);
const { packages } = JSON.parse(lockfile.replaceAll(/,(?=\s*[}\]])/g, ''));
for (const name of ['inner', 'deeper']) {
	const [, address, { bundled = false }, hash] = packages[`bundler/${name}`];
	const installed = readFileSync(`${folder}/node_modules/bundler/node_modules/${name}/index.js`, 'utf8');
	const own = hash === integrityOf(registry.fileOf(name, '1.0.0')) ? "the registry's file" : hash;
	console.log(`${name}: bundled ${bundled}, address of ${address.split('/').at(-1)}, hash of ${own}; installed ${/"(.+)"/.exec(installed)?.[1]}`);
}
registry.close();
JS
tell "bun.lock gives bundled packages the address and hash of the registry's files, which bun did not fetch; a bundled package's own dependency is not even marked as bundled." \
	"fetched: bundler-1.0.0.tgz
inner: bundled true, address of inner-1.0.0.tgz, hash of the registry's file; installed in the archive
deeper: bundled false, address of deeper-1.0.0.tgz, hash of the registry's file; installed in the archive"
