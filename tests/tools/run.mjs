#!/usr/bin/env node
/**
 * Owns the first step of every command: from a fresh clone, with whatever Node is there, it installs what is missing and
 * goes on in the project's own Node. Plain JavaScript, since an old Node cannot read TypeScript.
 * Usage: node tests/tools/run.mjs TOOL [ARGUMENT...], where TOOL is a file of tests/tools without its `.ts`, a path
 * below the root, or a package's command (`bin:vitest`).
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const ownNode = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
/** What the packages ask for in their `engines`; the project's own Node is one of these. */
const NEW_ENOUGH = { major: 24, minor: 15 };

const [tool, ...toolArguments] = process.argv.slice(2);
if (!tool) fail('usage: node tests/tools/run.mjs TOOL [ARGUMENT...]');
if (!isInstalled()) install();

const node = isNewEnough(process.versions.node) ? process.execPath : ownNode;
if (!existsSync(node)) {
	fail(
		`This needs Node ${NEW_ENOUGH.major}.${NEW_ENOUGH.minor} or newer, and ${process.versions.node} is what runs here. ` +
			"The project brings its own: allow the install script of the package 'node' and run `npm rebuild node`.",
	);
}
const target = tool.startsWith('bin:')
	? [commandOf(tool.slice(4))]
	: [tool.includes('/') ? join(root, tool) : join(root, 'tests/tools', `${tool}.ts`)];
const hooks = ['--import', new URL('./hooks.ts', import.meta.url).href];
// The Node that runs is also first for whatever is started from here.
const path = `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`;
const child = spawn(node, [...hooks, ...target, ...toolArguments], {
	stdio: 'inherit',
	cwd: process.cwd(),
	env: { ...process.env, PATH: path },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.on(signal, () => {
		// Ctrl-C reaches both at once, from the terminal; a second one would cut short how the other ends in order.
		if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
	});
child.on('error', ({ message }) => fail(`cannot start ${node}: ${message}`));
child.on('exit', (status, signal) => process.exit(exitCode(status, signal)));

/** A process's end as an exit code, as shells have it: what a signal ended has 128 and the signal's number. */
function exitCode(status, signal) {
	return signal === null ? (status ?? 1) : 128 + constants.signals[signal];
}

/** Whether node_modules holds what the lockfile names, as far as npm's own record of it says. */
function isInstalled() {
	const record = join(root, 'node_modules/.package-lock.json');
	if (!existsSync(record)) return false;
	const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
	const present = JSON.parse(readFileSync(record, 'utf8')).packages;
	return Object.entries(wanted).every(
		([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
	);
}

function install() {
	console.error('Installing the packages of package-lock.json (npm ci) ...');
	const { status, signal } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
		cwd: root,
		// What npm says goes to the error stream: standard output is the command's own.
		stdio: ['ignore', 2, 2],
		shell: process.platform === 'win32',
	});
	if (signal !== null) process.exit(exitCode(status, signal));
	if (status !== 0) fail('npm ci failed; what it said stands above.');
}

function isNewEnough(version) {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return major > NEW_ENOUGH.major || (major === NEW_ENOUGH.major && minor >= NEW_ENOUGH.minor);
}

/** The script behind a package's command, read from its own package.json. */
function commandOf(name) {
	const packages = { vitest: 'vitest', wxt: 'wxt', 'svelte-check': 'svelte-check', tsc: 'typescript' };
	const manifest = createRequire(join(root, 'package.json')).resolve(`${packages[name]}/package.json`);
	const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
	return realpathSync(join(dirname(manifest), typeof bin === 'string' ? bin : bin[name]));
}

function fail(message) {
	console.error(message);
	process.exit(2);
}
