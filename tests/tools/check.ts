/** Owns `npm run check` (types, svelte-check, lint, format) and `npm run fix` (mends what Biome can mend). */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const command = (path: string) => `${root}node_modules/${path}`;
const isFix = process.argv.includes('--fix');

const steps: [name: string, script: string, ...args: string[]][] = [
	// WXT writes the types that tsconfig.json builds on.
	['wxt prepare', command('wxt/bin/wxt.mjs'), 'prepare'],
	['biome', createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome'), 'check', ...(isFix ? ['--write'] : [])],
	['svelte-check', command('svelte-check/bin/svelte-check'), '--fail-on-warnings', '--output', 'human'],
];

for (const [name, script, ...args] of steps) {
	const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
	if (status !== 0) {
		console.error(`check: ${name} found something.${isFix ? '' : ' `npm run fix` mends what it can.'}`);
		process.exit(1);
	}
}
