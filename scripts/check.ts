/**
 * Owns `npm run check` (types, lint and format, import rules, unused code) and `npm run fix` (mends what Biome can mend).
 * The steps run beside each other: the types alone take longer than all others together.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const isFix = process.argv.includes('--fix');

interface Step {
	name: string;
	/** The script and its arguments. */
	command: readonly string[];
}

const inModules = (path: string) => `${root}node_modules/${path}`;

// WXT writes the types that tsconfig.json builds on.
const prepare: Step = { name: 'wxt prepare', command: [inModules('wxt/bin/wxt.mjs'), 'prepare'] };
const biome: Step = {
	name: 'biome',
	command: [createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome'), 'check', ...(isFix ? ['--write'] : [])],
};
const types: Step = {
	name: 'svelte-check',
	command: [inModules('svelte-check/bin/svelte-check'), '--fail-on-warnings', '--output', 'human'],
};
const others: readonly Step[] = [
	biome,
	// What runs in Node: the command, scripts and tests. svelte-check reads what runs in the browser.
	{ name: 'tsc', command: [inModules('typescript/bin/tsc'), '--noEmit', '--project', 'tsconfig.node.json'] },
	{
		name: 'dependency-cruiser',
		command: [
			inModules('dependency-cruiser/bin/dependency-cruiser.mjs'),
			...['--config', '.dependency-cruiser.mjs', '--output-type', 'err-long'],
			...['components', 'entrypoints', 'lib'],
		],
	},
	{ name: 'knip', command: [inModules('knip/bin/knip.js'), '--no-progress'] },
];

/** Runs one step. Its output comes at its end, so that steps beside each other do not mix theirs. */
async function run({ name, command }: Step): Promise<boolean> {
	const output: Buffer[] = [];
	const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => output.push(part));
	const code = await new Promise((resolve) => child.on('close', resolve));
	process.stdout.write(Buffer.concat(output));
	if (code === 0) return true;
	console.error(`check: ${name} found something.${isFix ? '' : ' `npm run fix` mends what it can.'}`);
	return false;
}

async function runInTurn(steps: readonly Step[]): Promise<boolean> {
	let isGood = true;
	for (const step of steps) isGood = (await run(step)) && isGood;
	return isGood;
}

const lanes = availableParallelism() > 1 ? [[types], others] : [[types, ...others]];
const isGood = (await run(prepare)) && (await Promise.all(lanes.map(runInTurn))).every(Boolean);
process.exitCode = isGood ? 0 : 1;
