/** Owns which files of its package a script starts by name: `node setup.js`, `./install.sh`. Pure; nothing is run or guessed. */
import { bareWords, commandsIn } from '../preflight/shell.ts';

/** More of a script is not read, in characters. */
const MAX_READ = 10_000;

/** Most scripts that start each other which are followed, each once. */
const MAX_SCRIPTS = 100;

const MAX_STARTED = 5;

const INTERPRETERS =
	/^(?:node|nodejs|bun|deno|tsx|ts-node|sh|bash|dash|zsh|python[23]?|perl|ruby|pwsh|powershell|cmd)(?:\.exe)?$/;
/** Options of Node that load a file before the one that it starts. */
const LOADS = /^(?:-r|--require|--import|--loader|--experimental-loader)(?:=(.*))?$/;
/** A path that a sentence can hold: nothing in it is white space, a quote or a variable. */
const PATH = /^[\w@.+/-]+$/;

/** What scripts can start besides files that they name. */
export interface PackageScripts {
	/** All scripts of package.json by name. */
	all: ReadonlyMap<string, string>;
	/** The package's main file. */
	main: string;
}

/** The files that a command names to be started, as written; those of other scripts of the package that it runs, too. */
export function filesStarted(
	command: string,
	scripts: PackageScripts,
	followed: Set<string> = new Set<string>(),
): string[] {
	const text = { kind: 'text' as const, text: command.slice(0, MAX_READ), at: 0, end: command.length };
	return commandsIn(text).flatMap((one) => {
		const [program = '', ...words] = withoutEnvironment(bareWords(one));
		if (/^(?:npm|pnpm|yarn|bun)$/.test(program)) {
			const script = (words[0] === 'run' || words[0] === 'run-script' ? words[1] : words[0]) ?? '';
			const inner = scripts.all.get(script);
			if (inner !== undefined) {
				if (followed.has(script) || followed.size >= MAX_SCRIPTS) return [];
				followed.add(script);
				return filesStarted(inner, scripts, followed);
			}
		}
		if (!INTERPRETERS.test(program)) return program.includes('/') && !program.startsWith('/') ? [program] : [];
		return startedBy(words, scripts.main);
	});
}

/** The words behind a program that only sets variables: `cross-env A=1 node x.js`. */
function withoutEnvironment(words: readonly string[]): readonly string[] {
	if (!/^(?:cross-env|env)$/.test(words[0] ?? '')) return words;
	const first = words.findIndex((word, at) => at > 0 && !/^\w+=/.test(word));
	return first === -1 ? [] : words.slice(first);
}

/** What an interpreter starts: what its options load, and the first word that is no option. */
function startedBy(words: readonly string[], main: string): string[] {
	const started: string[] = [];
	for (let at = 0; at < words.length; at += 1) {
		const word = words[at] ?? '';
		const [isLoad, loaded] = LOADS.exec(word) ?? [];
		if (isLoad !== undefined) {
			if (loaded === undefined) at += 1;
			const file = loaded ?? words[at] ?? '';
			if (/^\.{0,2}\//.test(file)) started.push(file);
		} else if (/^(?:-e|--eval|-p|--print|-c)$/.test(word)) return started;
		else if (!word.startsWith('-') && !/^(?:run|\/c)$/.test(word)) return [...started, word === '.' ? main : word];
	}
	return started;
}

/**
 * The same of a script alone, at the first level, where nothing else of the package is at hand.
 * @returns paths from the package's folder, each once, at most five. Not those outside of it (`/usr/bin/x`, `../x`).
 */
export function findStarted(command: string): string[] {
	// On Windows a backslash is no escape.
	const readable = command.slice(0, MAX_READ).replace(/\\(?=[\w.])/g, '/');
	const started = filesStarted(readable, { all: new Map(), main: '.' });
	return [...new Set(started.flatMap((word) => pathOf(word) ?? []))].slice(0, MAX_STARTED);
}

function pathOf(word: string): string | undefined {
	const path = word.replace(/^(?:\.\/+)+/, '');
	const isInside = !path.startsWith('/') && !path.split('/').includes('..');
	return PATH.test(path) && isInside && path !== '.' ? path : undefined;
}
