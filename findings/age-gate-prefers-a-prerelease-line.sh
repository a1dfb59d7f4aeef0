#!/usr/bin/env bash
# npm, bun, deno: a minimum age of releases shall make an update more careful. latest is 2.0.0, published today; 3.0.0 was
# published long ago under the tag next. Guess: with the gate, `*` means an older release than 2.0.0, never 3.0.0.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2 @pnpm/exe.linux-x64@12.21.0 @oven/bun-linux-x64@1.4.5 @deno/linux-x64-glibc@2.9.6
run <<'JS'
const { startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const registry = await startRegistry({
	left: {
		tags: { latest: '2.0.0', next: '3.0.0' },
		versions: { '1.9.0': {}, '2.0.0': { time: new Date().toISOString() }, '3.0.0': {} },
	},
});
for (const manager of ['npm', 'bun', 'deno', 'pnpm']) {
	const without = await install(manager, registry.url, { dependencies: { left: '*' } });
	const gated = await install(manager, registry.url, { dependencies: { left: '*' } }, { days: 3 });
	console.log(`${manager}: ${without.versionOf('left')}; with a minimum age of three days ${gated.versionOf('left')}`);
}
const asIs = await install('deno', registry.url, { dependencies: { left: '*' } }, { days: null });
console.log(`deno as it is: ${asIs.versionOf('left')}`);
registry.close();
JS
tell 'npm, bun and deno prefer latest only while it is old enough: with the gate they install 3.0.0, a line that was never latest (deno without being asked, since it has a minimum age by default). pnpm takes 1.9.0.' \
	'npm: 2.0.0; with a minimum age of three days 3.0.0
bun: 2.0.0; with a minimum age of three days 3.0.0
deno: 2.0.0; with a minimum age of three days 3.0.0
pnpm: 2.0.0; with a minimum age of three days 1.9.0
deno as it is: 3.0.0'
