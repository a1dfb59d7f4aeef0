#!/usr/bin/env bash
# Nightly releases carry the time to the millisecond: 0.0.0-20261127123456788 and, published after it, ...789.
# Guess: the second is newer, for the semver library and for every package manager.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use semver@7.8.6 npm@12.2.2 @pnpm/exe.linux-x64@12.21.0 @oven/bun-linux-x64@1.4.5 @deno/linux-x64-glibc@2.9.6
run <<'JS'
import semver from 'semver';
const { startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const [older, newer] = ['0.0.0-20261127123456788', '0.0.0-20261127123456789'];
const at = (day) => ({ time: `2020-01-0${day}T00:00:00.000Z` });
console.log(`semver: compare(newer, older) is ${semver.compare(newer, older)}`);
const registry = await startRegistry({ left: { tags: { latest: '0.0.0-1', nightly: newer }, versions: { '0.0.0-1': at(1), [older]: at(2), [newer]: at(3) } } });
for (const manager of ['npm', 'pnpm', 'bun', 'deno']) {
	const { versionOf } = await install(manager, registry.url, { dependencies: { left: '>0.0.0-1' } });
	const version = versionOf('left');
	console.log(`${manager}, >0.0.0-1: ${version === newer ? 'the newer' : version === older ? 'the older' : version}`);
}
registry.close();
JS
tell 'semver compares numbers of a prerelease as floating point: above 2^53 two releases are equal, and npm installs the older where three others install the newer.' \
	'semver: compare(newer, older) is 0
npm, >0.0.0-1: the older
pnpm, >0.0.0-1: the newer
bun, >0.0.0-1: the newer
deno, >0.0.0-1: the newer'
