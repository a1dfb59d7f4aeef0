#!/usr/bin/env node
/** Owns the start of the command of the npm package; `npm run` starts the commands by their own files. */
import { isMainThread } from 'node:worker_threads';
// A thread of an audit is this same file.
import './audit-worker.ts';
import { runMain } from './main.ts';

/** As `engines` in the package says, which npm only warns of. */
const OLDEST_NODE = 22;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
	console.error(`stamp-of-origin needs Node ${OLDEST_NODE} or newer; this is ${process.versions.node}`);
	process.exitCode = 2;
} else if (isMainThread) await runMain(process.argv.slice(2));
