#!/usr/bin/env bash
# npm, pnpm, bun, yarn 1 and 4: a reader types the same words behind `create`, with the package's whole name, as on its page.
# Guess: where the name begins with `create-` already, it is that package, whichever tool it is.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use npm@12.2.2 @pnpm/exe.linux-x64@12.21.0 @oven/bun-linux-x64@1.4.5 yarn@1.22.22 @yarnpkg/cli-dist@4.18.1
run <<'JS'
const { pack, sendJson, startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

/** A package that says its own name. */
const speaking = (name) => {
	const manifest = { bin: { [name]: 'index.js' } };
	const files = {
		'package.json': JSON.stringify({ name, version: '1.0.0', ...manifest }),
		'index.js': `#!/usr/bin/env node\nconsole.log('ran ${name}');\n`,
	};
	return { tags: { latest: '1.0.0' }, versions: { '1.0.0': { manifest, bytes: pack(files), time: '2026-01-01T00:00:00.000Z' } } };
};
const names = ['create-left', 'create-create-left'];
/** pnpm asks for the manifest of `latest` first. */
const answerLatest = ({ url }, response) => {
	const [, name] = /^\/([\w-]+)\/latest$/.exec(url) ?? [];
	if (!names.includes(name)) return false;
	fetch(registry.url + name).then(async (list) => sendJson(response, (await list.json()).versions['1.0.0']));
	return true;
};
const registry = await startRegistry(Object.fromEntries(names.map((name) => [name, speaking(name)])), answerLatest);
for (const manager of ['npm', 'pnpm', 'bun', 'yarn1', 'yarn']) {
	const { run } = await install(manager, registry.url, {});
	// npm asks whether it may install.
	const { output } = await run('create', ...(manager === 'npm' ? ['--yes'] : []), 'create-left');
	console.log(`${manager} create create-left: ${/ran \S+/.exec(output)?.[0] ?? output.slice(-300)}`);
}
registry.close();
JS
tell "npm, bun and yarn 1 put create- before a name that has it already, and run another package than pnpm and yarn 4 do." \
	"npm create create-left: ran create-create-left
pnpm create create-left: ran create-left
bun create create-left: ran create-create-left
yarn1 create create-left: ran create-create-left
yarn create create-left: ran create-left"
