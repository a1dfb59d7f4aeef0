#!/usr/bin/env bash
# pnpm sbom: with `lockfile.integrityTarget: tar` a lockfile holds the digest of the unpacked archive.
# Guess: an SBOM leaves that digest out, because its checksum is defined as that of the package's file.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use @pnpm/exe.linux-x64@12.21.0
run <<'JS'
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
const { startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const registry = await startRegistry({ left: { tags: { latest: '1.0.0' }, versions: { '1.0.0': {} } } });
const file = registry.fileOf('left', '1.0.0');
const sha512 = (bytes) => createHash('sha512').update(bytes).digest('hex');
const meaning = { [sha512(file)]: 'the published file', [sha512(gunzipSync(file))]: 'the unpacked archive, which nobody serves' };
for (const target of ['none', 'tar']) {
	const settings = `minimumReleaseAge: 0\n${target === 'tar' ? 'lockfile:\n  integrityTarget: tar\n' : ''}`;
	const project = await install('pnpm', registry.url, { dependencies: { left: '1.0.0' } }, { files: { 'pnpm-workspace.yaml': settings } });
	const listed = JSON.parse((await project.run('sbom', '--sbom-format', 'spdx')).stdout).packages.find(({ name }) => name === 'left');
	const served = listed.downloadLocation === `${registry.url}left/-/left-1.0.0.tgz` ? 'the address of the file' : listed.downloadLocation;
	const hashes = (listed.checksums ?? []).map(({ algorithm, checksumValue }) => `${algorithm} of ${meaning[checksumValue]}`);
	console.log(`integrityTarget ${target}: SPDX has ${served}, ${hashes.join(', ') || 'no checksum'}`);
	const { components } = JSON.parse((await project.run('sbom', '--sbom-format', 'cyclonedx')).stdout);
	const reference = components.find(({ name }) => name === 'left').externalReferences.find(({ type }) => type === 'distribution');
	console.log(`integrityTarget ${target}: CycloneDX has ${(reference.hashes ?? []).map(({ alg, content }) => `${alg} of ${meaning[content]}`).join(', ') || 'no hash'}`);
}
registry.close();
JS
tell 'With integrityTarget tar, both SBOMs of pnpm give the digest of the unpacked archive as the SHA-512 of the package, beside the address of the packed file.' \
	'integrityTarget none: SPDX has the address of the file, SHA512 of the published file
integrityTarget none: CycloneDX has SHA-512 of the published file
integrityTarget tar: SPDX has the address of the file, SHA512 of the unpacked archive, which nobody serves
integrityTarget tar: CycloneDX has SHA-512 of the unpacked archive, which nobody serves'
