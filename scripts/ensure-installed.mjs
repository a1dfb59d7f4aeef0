#!/usr/bin/env node
/**
 * Owns the first step of the commands that a newcomer runs (`prestart`, `pretest` and others in package.json): from a fresh clone, with
 * whatever Node is there, it installs what is missing. npm then starts the command itself in the project's own Node, which the package
 * `node` puts into node_modules/.bin. Plain JavaScript, since an old Node cannot read TypeScript.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const ownNode = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
/** What the packages ask for in their `engines`; the project's own Node is one of these. */
const NEW_ENOUGH = { major: 24, minor: 15 };

if (!isInstalled()) install();
if (!existsSync(ownNode) && !isNewEnough(process.versions.node)) {
	fail(
		`This needs Node ${NEW_ENOUGH.major}.${NEW_ENOUGH.minor} or newer, and ${process.versions.node} is what runs here. ` +
			"The project brings its own: allow the install script of the package 'node' and run `npm rebuild node`.",
	);
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
	if (signal !== null) process.exit(128 + constants.signals[signal]);
	if (status !== 0) fail('npm ci failed; what it said stands above.');
}

function isNewEnough(version) {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return major > NEW_ENOUGH.major || (major === NEW_ENOUGH.major && minor >= NEW_ENOUGH.minor);
}

function fail(message) {
	console.error(message);
	process.exit(2);
}
