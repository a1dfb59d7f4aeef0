#!/usr/bin/env bash
# deno, bun: a registry may list a SHA-1 alone, a SHA-384, or several hashes in one integrity string.
# Guess: a lockfile says under "integrity" what the registry says, as a string of Subresource Integrity.
set -euo pipefail
. "$(dirname "$0")/support/common.sh"
use_node
use @oven/bun-linux-x64@1.4.5 @deno/linux-x64-glibc@2.9.6
run <<'JS'
const { integrityOf, startRegistry } = await import(`${process.env.SUPPORT}/registry.mjs`);
const { install } = await import(`${process.env.SUPPORT}/managers.mjs`);

const dists = {
	'sha1-alone': () => ({ integrity: undefined }),
	'sha384-alone': (bytes) => ({ integrity: integrityOf(bytes, 'sha384') }),
	'sha256-and-sha512': (bytes) => ({ integrity: `${integrityOf(bytes, 'sha256')} ${integrityOf(bytes)}` }),
};
const registry = await startRegistry(
	Object.fromEntries(Object.entries(dists).map(([name, dist]) => [name, { tags: { latest: '1.0.0' }, versions: { '1.0.0': { dist } } }])),
);
const READ = { bun: /\{\}, "([^"]*)"\]/, deno: /"integrity": "([^"]*)"/ };
for (const [name, dist] of Object.entries(dists)) {
	const bytes = registry.fileOf(name, '1.0.0');
	const said = dist(bytes).integrity ?? integrityOf(bytes, 'sha1');
	for (const [manager, pattern] of Object.entries(READ)) {
		const { code, lockfile } = await install(manager, registry.url, { dependencies: { [name]: '1.0.0' } });
		const written = pattern.exec(lockfile)?.[1];
		const hex = Buffer.from(said.slice(5), 'base64').toString('hex');
		const form =
			code !== 0 ? 'the install fails' : written === said ? 'as the registry' : written === hex ? 'bare hex, without the name of the algorithm'
			: written === `${said}==` ? 'with two = that base64 does not have there' : said.endsWith(written) ? 'the strongest alone' : written;
		console.log(`${name}: ${manager} ${form}`);
	}
}
registry.close();
JS
tell 'deno writes a SHA-1 as bare hex and cannot install what has SHA-384 or several hashes; bun pads a SHA-384 wrongly.' \
	'sha1-alone: bun as the registry
sha1-alone: deno bare hex, without the name of the algorithm
sha384-alone: bun with two = that base64 does not have there
sha384-alone: deno the install fails
sha256-and-sha512: bun the strongest alone
sha256-and-sha512: deno the install fails'
