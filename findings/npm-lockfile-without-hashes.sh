#!/usr/bin/env bash
# npm: a project moves from yarn to npm, keeps node_modules, and is installed with npm from then on.
# Guess: npm asks the registry for what its new lockfile lacks, or warns, and npm ci asks for hashes.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2 @yarnpkg/cli-dist@4.18.1
run <<'JS'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
const { startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const release = (manifest = {}) => ({ tags: { latest: '1.0.0' }, versions: { '1.0.0': { manifest } } });
const registry = await startRegistry({ left: release(), user: release({ dependencies: { left: '^1.0.0' } }), later: release() });
const dependencies = { user: '1.0.0' };
const before = await install('yarn', registry.url, { dependencies });
const project = await install('npm', registry.url, {});
for (const path of ['package-lock.json', 'node_modules']) rmSync(`${project.folder}/${path}`, { recursive: true, force: true });
cpSync(`${before.folder}/node_modules`, `${project.folder}/node_modules`, { recursive: true });

const depend = (on) => writeFileSync(`${project.folder}/package.json`, JSON.stringify({ name: 'project', version: '1.0.0', dependencies: on }));
async function npm(...list) {
	const { code, output } = await project.run(...list, '--ignore-scripts', '--no-audit', '--no-fund');
	const { packages } = JSON.parse(readFileSync(`${project.folder}/package-lock.json`, 'utf8'));
	const entries = Object.entries(packages).filter(([path]) => path !== '');
	const has = entries.map(([path, { integrity, resolved }]) => `${path.slice('node_modules/'.length)} ${integrity ? 'hash' : 'no hash'} and ${resolved ? 'address' : 'no address'}`);
	console.log(`${list.join(' ')}: exit ${code}, ${/^npm warn/m.test(output) ? 'a warning' : 'no warning'}; ${has.join(', ')}`);
}
depend(dependencies);
await npm('install');
await npm('ci');
depend({ ...dependencies, later: '1.0.0' });
await npm('install');
registry.close();
JS
tell 'Over the node_modules of Yarn, npm writes a lockfile with neither hashes nor addresses, without a warning. npm ci takes it, and a later install does not fill it in.' \
	'install: exit 0, no warning; left no hash and no address, user no hash and no address
ci: exit 0, no warning; left no hash and no address, user no hash and no address
install: exit 0, no warning; later hash and address, left no hash and no address, user no hash and no address'
