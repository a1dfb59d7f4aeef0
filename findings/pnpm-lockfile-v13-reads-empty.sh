#!/usr/bin/env bash
# pnpm: `lockfile.format: v13` writes a lockfile of version 13.0. Guess: pnpm's own reading library reads it, or throws.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use @pnpm/exe.linux-x64@12.21.0 @pnpm/lockfile.fs@1100.2.6
run <<'JS'
import { readWantedLockfile } from '@pnpm/lockfile.fs';
const { startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const registry = await startRegistry({ left: { tags: { latest: '1.0.0' }, versions: { '1.0.0': {} } } });
for (const format of ['v9', 'v13']) {
	const { folder, lockfile } = await install('pnpm', registry.url, { dependencies: { left: '1.0.0' } }, {
		files: { 'pnpm-workspace.yaml': `minimumReleaseAge: 0\n${format === 'v13' ? 'lockfile:\n  format: v13\n' : ''}` },
	});
	const version = /lockfileVersion"?: ["'](.+?)["']/.exec(lockfile)[1];
	let read;
	try {
		const { packages = {} } = await readWantedLockfile(folder, { ignoreIncompatible: false });
		read = `${Object.keys(packages).length} packages`;
	} catch (error) {
		read = error.message;
	}
	console.log(`version ${version}, which names left ${lockfile.includes('left@1.0.0') ? 'and its hash' : ''}: ${read}`);
}
registry.close();
JS
tell 'The reading library of pnpm 11 answers a lockfile of version 13.0 with no packages, and with no error, even where incompatible files are not to be ignored.' \
	'version 9.0, which names left and its hash: 1 packages
version 13.0, which names left and its hash: 0 packages'
