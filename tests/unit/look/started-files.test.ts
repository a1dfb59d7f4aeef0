/** Tests of which files of its package a script starts by name. */
import { expect, test } from 'vitest';
import { findStarted } from '../../../lib/look/started-files.ts';

test.each([
	['node setup.mjs', ['setup.mjs']],
	['node ./scripts/postinstall', ['scripts/postinstall']],
	['node .\\scripts\\install.js', ['scripts/install.js']],
	['./install.sh --quiet', ['install.sh']],
	['"./bin/run" x', ['bin/run']],
	['NODE_ENV=production cross-env A=1 node "lib/a.js" || exit 0', ['lib/a.js']],
	['node a.js && node b.js; sh c.sh | bash d.sh', ['a.js', 'b.js', 'c.sh', 'd.sh']],
	['(node a.js || true) & node a.js', ['a.js']],
	['if [ -f x.js ]; then node x.js; fi', ['x.js']],
	['node --no-warnings --import ./hook.mjs -r ./pre.cjs main.js', ['hook.mjs', 'pre.cjs', 'main.js']],
	['node --import=./hook.mjs -r dotenv/config main.js', ['hook.mjs', 'main.js']],
	['bun run ./setup.ts', ['setup.ts']],
	['deno run -A setup.ts', ['setup.ts']],
	['python3 build/configure.py', ['build/configure.py']],
	// Nothing of the package is named.
	['node-gyp rebuild', []],
	['prebuild-install || node-gyp-build', []],
	['npm run build', []],
	['node', []],
	['', []],
	['node -e "require(\'./x.js\')"', []],
	['bash -c ./x.sh', []],
	['echo node x.js', []],
	['node /tmp/x.js', []],
	['node ../other/x.js', []],
	['node a/../../x.js', []],
	['node $FILE', []],
	['node `cat x`', []],
	['constructor ./x.js', []],
])('%j starts %j', (command, files) => {
	expect(findStarted(command)).toEqual(files);
});

test('at most five, of the first ten thousand characters', () => {
	expect(findStarted(Array.from({ length: 9 }, (_, at) => `node ${at}.js`).join(' && '))).toHaveLength(5);
	expect(findStarted(`node first.js;${' '.repeat(5_000_000)}node last.js`)).toEqual(['first.js']);
	expect(findStarted(`node ${'-x '.repeat(1_000_000)}a.js`)).toEqual([]);
});
