#!/usr/bin/env bash
# npm sbom: a project uses a release from the registry, and its own patched file of the same name and version.
# Guess: two files with two fingerprints are two components.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2
run <<'JS'
const { pack, startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const registry = await startRegistry({
	left: { tags: { latest: '1.0.0' }, versions: { '1.0.0': {} } },
	user: { tags: { latest: '1.0.0' }, versions: { '1.0.0': { manifest: { dependencies: { left: '^1.0.0' } } } } },
});
const patched = pack({ 'package.json': '{"name":"left","version":"1.0.0"}', 'index.js': '// ours' });
const project = await install(
	'npm',
	registry.url,
	{ dependencies: { ours: 'file:left-1.0.0.tgz', user: '1.0.0' } },
	{ files: { 'left-1.0.0.tgz': patched } },
);
const locked = Object.entries(JSON.parse(project.lockfile).packages).filter(([path]) => path !== '');
console.log(`lockfile: ${locked.map(([path]) => path).join(', ')}; ${new Set(locked.map(([, { integrity }]) => integrity)).size} fingerprints`);
for (const format of ['cyclonedx', 'spdx']) {
	const { stdout } = await project.run('sbom', '--sbom-format', format, '--loglevel=silent');
	const { components, packages } = JSON.parse(stdout);
	const listed = components ?? packages.filter(({ name }) => name !== 'project');
	console.log(`${format}: ${listed.map(({ name, version, versionInfo }) => `${name}@${version ?? versionInfo}`).join(', ')}`);
}
registry.close();
JS
tell 'npm sbom lists one component for each name and version, so the second file, with another fingerprint, is in no SBOM.' \
	'lockfile: node_modules/left, node_modules/ours, node_modules/user; 3 fingerprints
cyclonedx: left@1.0.0, user@1.0.0
spdx: left@1.0.0, user@1.0.0'
