#!/usr/bin/env node
/** Owns the start of the command of the npm package; `npm run` starts the commands by their own files. */
import { runMain } from './main.ts';

await runMain(process.argv.slice(2));
