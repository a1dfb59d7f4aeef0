#!/usr/bin/env bash
# npm, yarn, deno: latest is 1.1.0 and satisfies ^1.0.0; 1.2.0 is tagged next. Guess: all three install 1.1.0, and do
# so where 1.1.0 is the newest and deprecated.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2 @yarnpkg/cli-dist@4.18.1 @deno/linux-x64-glibc@2.9.6
run <<'JS'
const { startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const registry = await startRegistry({
	tagged: { tags: { latest: '1.1.0', next: '1.2.0' }, versions: { '1.0.0': {}, '1.1.0': {}, '1.2.0': {} } },
	deprecated: { tags: { latest: '1.1.0' }, versions: { '1.0.0': {}, '1.1.0': { manifest: { deprecated: 'use another' } } } },
});
for (const manager of ['npm', 'yarn', 'deno']) {
	const { versionOf } = await install(manager, registry.url, { dependencies: { tagged: '^1.0.0', deprecated: '^1.0.0' } });
	console.log(`${manager}: ${versionOf('tagged')}; with a deprecated latest ${versionOf('deprecated')}`);
}
registry.close();
JS
tell 'yarn goes past latest to the release tagged next, and npm and yarn pass over a deprecated latest: three managers, three answers.' \
	'npm: 1.1.0; with a deprecated latest 1.0.0
yarn: 1.2.0; with a deprecated latest 1.0.0
deno: 1.1.0; with a deprecated latest 1.1.0'
