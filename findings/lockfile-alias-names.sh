#!/usr/bin/env bash
# Lockfile readers: a project installs the package left under the name right ("right": "npm:left@1.0.0").
# Guess: one reader gives that package one name, whichever package manager wrote the lockfile.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2 @pnpm/exe.linux-x64@12.21.0 @yarnpkg/cli-dist@4.18.1 lockparse@0.5.2 snyk-nodejs-lockfile-parser@2.10.4
run <<'JS'
import { parse } from 'lockparse';
import snyk from 'snyk-nodejs-lockfile-parser';
const { startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const registry = await startRegistry({ left: { tags: { latest: '1.0.0' }, versions: { '1.0.0': {} } } });
const project = { name: 'project', version: '1.0.0', dependencies: { right: 'npm:left@1.0.0' } };
const text = JSON.stringify(project);
const options = { includeDevDeps: true, includeOptionalDeps: true, strictOutOfSync: true, pruneCycles: true, pruneWithinTopLevelDeps: false };
const readers = {
	npm: ['package-lock.json', (lockfile) => snyk.parseNpmLockV2Project(text, lockfile, options)],
	pnpm: ['pnpm-lock.yaml', (lockfile) => snyk.parsePnpmProject(text, lockfile, options)],
	yarn: ['yarn.lock', (lockfile) => snyk.parseYarnLockV2Project(text, lockfile, options)],
};
for (const [manager, [file, readBySnyk]] of Object.entries(readers)) {
	const { lockfile } = await install(manager, registry.url, project);
	const { packages } = await parse(lockfile, file, project);
	const bySnyk = (await readBySnyk(lockfile)).getPkgs().filter(({ name }) => name !== 'project');
	const list = (all) => all.map(({ name, version }) => `${name} of ${version}`).join(', ');
	console.log(`${file}: lockparse ${list(packages)}; snyk ${list(bySnyk)}`);
}
registry.close();
JS
tell 'An alias is read as the package of that other name: by lockparse from npm and yarn (and half so from pnpm), by snyk from yarn.' \
	'package-lock.json: lockparse right of 1.0.0; snyk left of 1.0.0
pnpm-lock.yaml: lockparse right of left@1.0.0; snyk left of 1.0.0
yarn.lock: lockparse right of 1.0.0; snyk right of 1.0.0'
