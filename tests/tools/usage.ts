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

/**
 * An ISO 8601 time. One without a zone is of UTC, or it would be another moment on each machine; a day alone begins at midnight.
 * @throws UsageError for anything else.
 */
export function readTime(option: string, text: string): Date {
	const [isExact, clock, zone] =
		/^\d{4}-\d\d-\d\d(?:(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
	const time = new Date(clock !== undefined && zone === undefined ? `${text}Z` : text);
	if (isExact === undefined || Number.isNaN(time.getTime()))
		throw new UsageError(`${option} is no ISO time, as in 2026-01-31T12:00:00Z: ${text.slice(0, 100)}`);
	return time;
}
