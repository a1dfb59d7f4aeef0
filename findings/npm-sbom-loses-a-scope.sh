#!/usr/bin/env bash
# npm sbom: a project uses @acme/tools and acme.tools, two packages. Guess: an SPDX document lists both, as CycloneDX does.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2
run <<'JS'
const { startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const release = { tags: { latest: '1.0.0' }, versions: { '1.0.0': {} } };
const registry = await startRegistry({ '@acme/tools': structuredClone(release), 'acme.tools': structuredClone(release) });
const project = await install('npm', registry.url, { dependencies: { '@acme/tools': '1.0.0', 'acme.tools': '1.0.0' } });
for (const format of ['cyclonedx', 'spdx']) {
	const { stdout } = await project.run('sbom', '--sbom-format', format, '--loglevel=silent');
	const { components, packages } = JSON.parse(stdout);
	const listed = components ?? packages.filter(({ name }) => name !== 'project');
	console.log(`${format}: ${listed.map((one) => `${one.name} (${one.SPDXID ?? one['bom-ref']})`).join(', ')}`);
}
registry.close();
JS
tell 'npm sbom makes one SPDX identifier of @acme/tools and acme.tools, and leaves the second package out.' \
	'cyclonedx: @acme/tools (@acme/tools@1.0.0), acme.tools (acme.tools@1.0.0)
spdx: @acme/tools (SPDXRef-Package-acme.tools-1.0.0)'
