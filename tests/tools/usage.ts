/** Owns what every command does with a wrong command line: one line that says why, and exit code 2. */

import { readFileSync } from 'node:fs';

/** Bad usage, or something that the command cannot do without; its message is for people. */
export class UsageError extends Error {}

/** Runs a command's main function; a `UsageError` becomes its line and exit code 2. */
export async function runCommand(usage: string, main: (argv: string[]) => Promise<void>): Promise<void> {
	try {
		await main(process.argv.slice(2));
	} catch (error) {
		const isParseError = String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS_');
		if (!(error instanceof UsageError) && !isParseError) throw error;
		console.error(`${(error as Error).message.split('\n')[0]}  (${usage})`);
		process.exitCode = 2;
	}
}

/** A file that the command line names, as bytes. @throws UsageError where it cannot be read. */
export function readInput(file: string): Buffer {
	try {
		return readFileSync(file);
	} catch (error) {
		throw new UsageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`);
	}
}
