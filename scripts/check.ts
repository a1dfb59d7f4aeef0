/**
 * Owns `npm run check` (types, lint and format, import rules, unused code) and `npm run fix` (mends what Biome can mend).
 * Two steps run beside each other.
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
/** The longest first, so that both lanes end together. */
const steps: readonly Step[] = [
	// What runs in Node: the command, scripts and tests. svelte-check reads what runs in the browser.
	{ name: 'tsc', command: [inModules('typescript/bin/tsc'), '--noEmit', '--project', 'tsconfig.node.json'] },
	{
		name: 'svelte-check',
		command: [inModules('svelte-check/bin/svelte-check'), '--fail-on-warnings', '--output', 'human'],
	},
	{
		name: 'dependency-cruiser',
		command: [
			inModules('dependency-cruiser/bin/dependency-cruiser.mjs'),
			...['--config', '.dependency-cruiser.mjs', '--output-type', 'err-long'],
			...['components', 'entrypoints', 'lib'],
		],
	},
	{
		name: 'biome',
		command: [
			createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome'),
			'check',
			...(isFix ? ['--write'] : []),
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

/** Takes step after step of the one queue, until it is empty. */
async function runQueue(queue: Step[]): Promise<boolean> {
	let isGood = true;
	for (let step = queue.shift(); step; step = queue.shift()) isGood = (await run(step)) && isGood;
	return isGood;
}

const queue = [...steps];
const lanes = Math.min(availableParallelism(), 2);
const isGood =
	(await run(prepare)) && (await Promise.all(Array.from({ length: lanes }, () => runQueue(queue)))).every(Boolean);
process.exitCode = isGood ? 0 : 1;
