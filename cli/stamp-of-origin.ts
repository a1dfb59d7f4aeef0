#!/usr/bin/env node
/** Owns the start of the command of the npm package; `npm run` starts the commands by their own files. */
import { isMainThread } from 'node:worker_threads';
import { runMain } from './main.ts';

// A thread of an audit is this same file, and cli/audit-worker.ts serves it.
if (isMainThread) await runMain(process.argv.slice(2));
