/** Owns what every command does alike: `--help`, one line and exit code 2 for bad usage, how files are read and text is printed. */
import { existsSync, readFileSync } from 'node:fs';
import leven from 'leven';
import { printable, printableJson } from '../lib/output/printable.ts';

export { printable, printableJson };

/** Bad usage, or something that the command cannot do without; its message is for people. */
export class UsageError extends Error {}

/** Longest line of an error, in characters. */
const MAX_ERROR = 600;

/** The exit code of a command that Ctrl-C ended, as shells have it. */
export const INTERRUPTED = 130;

/** `npm run` forwards a signal that a terminal may have sent to this process too: within these milliseconds it is one press. */
const SAME_PRESS_MS = 500;

/** What a command says and ends with. */
export interface Answer {
	/** For standard output; empty where there is none. */
	output: string;
	/** For the error stream, a line each. */
	notes: string[];
	exitCode: 0 | 1 | 2 | typeof INTERRUPTED;
}

/** A command: a file of this folder, and a subcommand of `stamp-of-origin`. */
export interface Command {
	/** The subcommand, and the script of package.json. */
	name: string;
	/** What `--help` prints, as the script is called. */
	help: string;
	/** Prints the answer and sets the exit code. @throws UsageError, and what `parseArgs` throws. */
	run(argv: string[]): Promise<void>;
}

/** Prints an answer. The exit code is set before anything is written: whoever reads it may stop reading. */
export function printAnswer({ output, notes, exitCode }: Answer): void {
	process.exitCode = exitCode;
	if (output !== '') console.log(output);
	for (const note of notes) console.error(printable(note));
}

/** Runs a command's file as the program of this process. */
export async function startCommand({ help, run }: Command): Promise<void> {
	exitOnSignals();
	await runCommand(help, run);
}

/**
 * Runs a command's main function and sets the exit code: 0 (or what `main` set), 2 with one line on the error stream for a
 * `UsageError` and for anything unforeseen. A reader that closes the pipe ends the command quietly.
 * @param help what `--help` prints. The options it names are those that an unknown one may have been meant as.
 */
export async function runCommand(
	help: string,
	main: (argv: string[]) => Promise<void>,
	argv: string[] = process.argv.slice(2),
): Promise<void> {
	for (const stream of [process.stdout, process.stderr])
		stream.on('error', (error: NodeJS.ErrnoException) => {
			// The reader has enough (`| head`). What `main` found out stays the exit code.
			if (error.code === 'EPIPE') process.exit();
			throw error;
		});
	const fail = (error: unknown) => {
		console.error(describeError(error, help));
		process.exitCode = 2;
	};
	// What is thrown outside `main`, by a timer or a socket, must not look like exit code 1: that is `--fail-on`'s.
	process.on('uncaughtException', (error) => {
		fail(error);
		process.exit();
	});
	const options = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined);
	if (options.some((word) => word === '--help' || word === '-h')) return console.log(help);
	await main(argv).catch(fail);
}

/** Has a signal end the command with the exit code that shells give: 130 for SIGINT, 143 for SIGTERM. */
export function exitOnSignals(): void {
	process.once('SIGINT', exitInterrupted);
	process.once('SIGTERM', () => process.exit(143));
}

/**
 * From now on the first SIGINT is for the command, which prints what it has, and the second one ends it.
 * @returns what the first one aborts.
 */
export function abortOnInterrupt(): AbortSignal {
	const controller = new AbortController();
	process.off('SIGINT', exitInterrupted);
	let abortedAt: number | undefined;
	process.on('SIGINT', () => {
		abortedAt ??= performance.now();
		controller.abort();
		if (performance.now() - abortedAt > SAME_PRESS_MS) exitInterrupted();
	});
	return controller.signal;
}

function exitInterrupted(): never {
	process.exit(INTERRUPTED);
}

/** An error of a command as its one line. @param help names the options that there are. */
export function describeError(error: unknown, help: string): string {
	const { message, code, stack } = (error instanceof Error ? error : new Error(String(error))) as NodeJS.ErrnoException;
	let line = message;
	if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
		const option = /'([^']*)'/.exec(message)?.[1] ?? '';
		line = `there is no option ${option.slice(0, 100)}.${suggest(option, help.match(/--[a-z][a-z-]*/g) ?? [])}`;
	} else if (String(code).startsWith('ERR_PARSE_ARGS_')) line = `${message.split('\n')[0]} (see --help)`;
	else if (error instanceof UsageError) line = `${message.slice(0, MAX_ERROR)} (see --help)`;
	else {
		const [, place = 'no place known'] = /^ +(at .*)$/m.exec(stack ?? '') ?? [];
		line = `failed in a way that is not foreseen: ${message.slice(0, MAX_ERROR)} (${place})`;
	}
	return printable(line);
}

/** ` Did you mean WORD?`, where one of the words there are is near enough; else nothing. */
export function suggest(word: string, known: readonly string[]): string {
	const distance = (other: string) => leven(word.toLowerCase(), other, { maxDistance: word.length });
	const [nearest] = [...known].sort((a, b) => distance(a) - distance(b));
	const isNear = nearest !== undefined && distance(nearest) <= Math.max(2, word.length / 4);
	return isNear ? ` Did you mean ${nearest}?` : '';
}

const REASONS: Record<string, string> = {
	ENOENT: 'there is no such file',
	ENOTDIR: 'there is no such file',
	EISDIR: 'it is a folder',
	EACCES: 'it may not be read',
};

/**
 * A file that the command line names, as bytes. Where there is none of that name, backslashes are read as slashes.
 * @throws UsageError where it cannot be read.
 */
export function readInput(file: string): Buffer<ArrayBuffer> {
	try {
		return readFileSync(existsSync(file) ? file : file.replaceAll('\\', '/'));
	} catch (error) {
		throw new UsageError(`cannot read ${file}: ${reasonOf(error)}`);
	}
}

/** Why a file could not be read, within a sentence. @param error of the file system. */
export function reasonOf(error: unknown): string {
	const code = String((error as NodeJS.ErrnoException).code);
	return REASONS[code] ?? code;
}

/**
 * The same as text: UTF-8, or UTF-16 where a byte order mark says so, as older PowerShells write it. The mark is left out.
 * @throws UsageError where it cannot be read, or is no such text.
 */
export function readText(file: string): string {
	const bytes = readInput(file);
	const encoding = { fffe: 'utf-16le', feff: 'utf-16be' }[bytes.subarray(0, 2).toString('hex')] ?? 'utf-8';
	try {
		return new TextDecoder(encoding, { fatal: true }).decode(bytes);
	} catch {
		throw new UsageError(`cannot read ${file}: it is no text (${encoding.toUpperCase()})`);
	}
}

/** The same as JSON. @throws UsageError where it is none. */
export function readJson(file: string): unknown {
	const text = readText(file);
	try {
		return JSON.parse(text);
	} catch {
		throw new UsageError(`cannot read ${file}: it is not JSON`);
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
