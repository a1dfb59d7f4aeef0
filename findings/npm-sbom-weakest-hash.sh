#!/usr/bin/env bash
# npm sbom: an integrity string may hold several hashes. Guess: the SBOM lists all of them, or the strongest.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2
run <<'JS'
const { integrityOf, startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const dist = (bytes) => ({ integrity: `${integrityOf(bytes, 'sha1')} ${integrityOf(bytes, 'sha512')}` });
const registry = await startRegistry({ left: { tags: { latest: '1.0.0' }, versions: { '1.0.0': { dist } } } });
const project = await install('npm', registry.url, { dependencies: { left: '1.0.0' } });
const { integrity } = JSON.parse(project.lockfile).packages['node_modules/left'];
console.log(`lockfile: ${integrity.split(' ').map((one) => one.split('-')[0]).join(', ')}`);
for (const format of ['cyclonedx', 'spdx']) {
	const { stdout } = await project.run('sbom', '--sbom-format', format, '--loglevel=silent');
	const { components, packages } = JSON.parse(stdout);
	const { hashes, checksums } = (components ?? packages).find(({ name }) => name === 'left');
	console.log(`${format}: ${(hashes ?? checksums).map(({ alg, algorithm }) => alg ?? algorithm).join(', ')}`);
}
registry.close();
JS
tell 'Of several hashes npm sbom lists the first one only, here SHA-1, although the lockfile holds SHA-512.' \
	'lockfile: sha1, sha512
cyclonedx: SHA-1
spdx: SHA1'
