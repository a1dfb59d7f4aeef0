#!/usr/bin/env bash
# npm: npm 12 writes a lockfile of version 4 for a project with a patch, and npm 11 gets that project.
# Guess: npm ci of the older npm refuses that lockfile, or warns that it does not know the version.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2
mv "$WORK/node_modules/npm" "$WORK/npm-12"
use npm@11.19.1
run <<'JS'
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const { startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const registry = await startRegistry({ left: { tags: { latest: '1.0.0' }, versions: { '1.0.0': {} } } });
const { folder } = await install('npm', registry.url, {});
const patch = ['diff --git a/index.js b/index.js', '--- a/index.js', '+++ b/index.js', '@@ -0,0 +1 @@', '+module.exports = "patched"', ''];
writeFileSync(`${folder}/left.patch`, patch.join('\n'));
writeFileSync(
	`${folder}/package.json`,
	JSON.stringify({ name: 'project', version: '1.0.0', dependencies: { left: '1.0.0' }, patchedDependencies: { 'left@1.0.0': 'left.patch' } }),
);
const npm = (where, ...list) =>
	new Promise((resolve) => {
		const all = [`${where}/bin/npm-cli.js`, ...list, '--ignore-scripts', '--no-audit', '--no-fund'];
		const env = { PATH: process.env.PATH, HOME: folder, npm_config_registry: registry.url };
		execFile('node', all, { cwd: folder, env, timeout: 30_000 }, (error, stdout, stderr) =>
			resolve({ code: error ? (error.code ?? 1) : 0, output: stdout + stderr }),
		);
	});
const CASES = { 12: ['npm-12', ['install', 'ci']], 11: ['node_modules/npm', ['ci']] };
for (const [version, [where, commands]] of Object.entries(CASES).reverse())
	for (const command of commands) {
		const { code, output } = await npm(`${process.env.WORK}/${where}`, command);
		const { lockfileVersion } = JSON.parse(readFileSync(`${folder}/package-lock.json`, 'utf8'));
		const installed = existsSync(`${folder}/node_modules/left`) ? readFileSync(`${folder}/node_modules/left/index.js`, 'utf8') : undefined;
		const state = installed === undefined ? 'absent' : installed.includes('patched') ? 'patched' : 'not patched';
		const words = output.split('\n').filter((line) => line.startsWith('npm warn') || line.startsWith('npm error')).length;
		console.log(`npm ${version} ${command}, lockfile of version ${lockfileVersion}: exit ${code}, ${words === 0 ? 'no warning' : 'a warning'}, left is ${state}`);
	}
registry.close();
JS
tell 'npm 11 reads a lockfile of version 4 as one that it knows, and installs the package without its patch: exit 0 and no warning.' \
	'npm 12 install, lockfile of version 4: exit 0, a warning, left is patched
npm 12 ci, lockfile of version 4: exit 0, no warning, left is patched
npm 11 ci, lockfile of version 4: exit 0, no warning, left is not patched'
