#!/usr/bin/env bash
# npm: a project on a registry of its own has a yarn.lock of yarn 1, and someone installs it with npm.
# Guess: npm installs from package.json, and leaves the file of the other manager alone.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2 yarn@1.22.22
run <<'JS'
import { readFileSync } from 'node:fs';
const { startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const registry = await startRegistry({ left: { tags: { latest: '1.0.0' }, versions: { '1.0.0': {} } } });
const project = { dependencies: { left: '1.0.0' } };
const { lockfile } = await install('yarn1', registry.url, project);
const hashesOf = (text) => [/tgz#[0-9a-f]{40}"/.test(text) ? 'SHA-1' : '', /integrity sha512-/.test(text) ? 'SHA-512' : ''].filter(Boolean).join(' and ');
console.log(`yarn.lock as yarn wrote it: ${hashesOf(lockfile)}`);
const cases = {
	'without yarn.lock': {},
	'beside yarn.lock': { 'yarn.lock': lockfile },
	'beside yarn.lock, with allow-remote=all': { 'yarn.lock': lockfile, '.npmrc': `registry=${registry.url}\nallow-remote=all\n` },
};
for (const [name, files] of Object.entries(cases)) {
	const { code, folder, output } = await install('npm', registry.url, project, { files });
	const after = files['yarn.lock'] ? readFileSync(`${folder}/yarn.lock`, 'utf8') : undefined;
	const kept = after === undefined ? '' : after === lockfile ? '; yarn.lock is as it was' : `; yarn.lock was rewritten, with ${hashesOf(after)}`;
	console.log(`npm ${name}: exit ${code}${/code( E\w+)/.exec(output)?.[1] ?? ''}${kept}`);
}
registry.close();
JS
tell 'npm takes the addresses in a yarn.lock for remote dependencies and refuses to install them. Where they are allowed, it rewrites yarn.lock without the SHA-1 hashes.' \
	'yarn.lock as yarn wrote it: SHA-1 and SHA-512
npm without yarn.lock: exit 0
npm beside yarn.lock: exit 1 EALLOWREMOTE; yarn.lock is as it was
npm beside yarn.lock, with allow-remote=all: exit 0; yarn.lock was rewritten, with SHA-512'
