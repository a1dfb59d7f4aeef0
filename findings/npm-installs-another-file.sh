#!/usr/bin/env bash
# npm, pnpm: a package's file holds .gitignore files. Guess: what is installed has the names that the archive has.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2 @pnpm/exe.linux-x64@12.21.0
run <<'JS'
import { readdirSync } from 'node:fs';
const { pack, startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const bytes = pack({
	'package.json': '{"name":"left","version":"1.0.0"}',
	'template/.gitignore': 'dist',
	'both/.gitignore': 'dist',
	'both/.npmignore': 'test',
});
const registry = await startRegistry({ left: { tags: { latest: '1.0.0' }, versions: { '1.0.0': { bytes } } } });
for (const manager of ['npm', 'pnpm']) {
	const { folder } = await install(manager, registry.url, { dependencies: { left: '1.0.0' } });
	const files = readdirSync(`${folder}/node_modules/left/`, { recursive: true }).filter((name) => name.includes('ignore'));
	console.log(`${manager}: ${files.sort().join(', ')}`);
}
registry.close();
JS
tell 'npm installs each .gitignore of a package as .npmignore, and drops one where both are there; pnpm installs the names that the archive has.' \
	'npm: both/.npmignore, template/.npmignore
pnpm: both/.gitignore, both/.npmignore, template/.gitignore'
