/** Owns which files of its package a script starts by name: `node setup.js`, `./install.sh`. Pure; nothing is run or guessed. */

/** More of a script is not read, in characters. */
const MAX_READ = 10_000;

const MAX_STARTED = 5;

/** Up to the next sign between commands; what is quoted is whole. */
const COMMAND = /(?:"[^"]*"|'[^']*'|[^;|&\n"'])+/g;
const WORD = /(?:"[^"]*"|'[^']*'|[^\s"'])+/g;

/** What runs the file that it is given. */
const INTERPRETER =
	/^(?:node|nodejs|bun|deno|tsx|ts-node|sh|bash|zsh|dash|python[23]?|perl|ruby|pwsh|powershell)(?:\.exe)?$/;

/** Words in front of a command that run nothing by themselves. */
const PREFIX = /^(?:then|do|else|exec|command|env|cross-env|time|!|[A-Za-z_]\w*=\S*)$/;

/** Options of Node whose value is a file that runs as well. */
const PRELOADS = /^(?:-r|--require|--import|--loader|--experimental-loader)$/;

/** With these the code is in the script itself. */
const INLINE = /^(?:-e|-p|-pe|-c|--eval|--print|eval|-Command|-EncodedCommand)$/;

/** Words of bun and deno between the program and its file. */
const SUBCOMMAND = /^(?:run|x)$/;

/** A path that a sentence can hold: nothing in it is white space, a quote or a variable. */
const PATH = /^[\w@.+/-]+$/;

/**
 * The files of its own package that a script names to be started, at the first level: what those start is not followed.
 * @param command a script of package.json, as it is written.
 * @returns paths from the package's folder, each once, at most five. Not those outside of it (`/usr/bin/x`, `../x`).
 */
export function findStarted(command: string): string[] {
	const commands = command.slice(0, MAX_READ).match(COMMAND) ?? [];
	const paths = commands.flatMap(startedBy).flatMap((word) => pathOf(word) ?? []);
	return [...new Set(paths)].slice(0, MAX_STARTED);
}

function startedBy(command: string): string[] {
	const words = (command.match(WORD) ?? [])
		.map((word) => word.replace(/^[({"']+|["')}]+$/g, ''))
		.filter((word) => word !== '');
	const first = words.findIndex((word) => !PREFIX.test(word));
	const [program = '', ...rest] = first === -1 ? [] : words.slice(first);
	if (/^\.[\\/]/.test(program)) return [program];
	return INTERPRETER.test(program) ? givenTo(rest) : [];
}

/** The files given to an interpreter: those that it loads before, and the first word that is no option. */
function givenTo(words: readonly string[]): string[] {
	const files: string[] = [];
	for (let at = 0; at < words.length; at += 1) {
		const word = words[at] ?? '';
		const [option = '', value = words[at + 1] ?? ''] = word.split(/=(.*)/s);
		if (INLINE.test(word)) return files;
		if (PRELOADS.test(option)) {
			// A bare name is a package.
			if (/^\.[\\/]/.test(value)) files.push(value);
			if (!word.includes('=')) at += 1;
		} else if (!word.startsWith('-') && !(at === 0 && SUBCOMMAND.test(word))) return [...files, word];
	}
	return files;
}

function pathOf(word: string): string | undefined {
	const path = word.replaceAll('\\', '/').replace(/^(?:\.\/+)+/, '');
	return PATH.test(path) && !path.startsWith('/') && !path.split('/').includes('..') ? path : undefined;
}
