/** Owns a script of a step as commands, as far as rules need them: words, pipes, places. Pure; nothing is run or expanded. */

import type { Text } from './tree.ts';

export interface Command {
	/** Words without quotes; what another command prints is `$()`. */
	words: string[];
	/** Where the command begins in the script. */
	index: number;
	/** Whether the output of the one before comes in. */
	isPiped: boolean;
	/** The command that waits for it, where it is within `$( )`, `<( )` or backticks of that one. */
	within?: Command;
}

/**
 * The commands of a script, in the order in which they begin. It is read as `sh` does, and near enough for PowerShell: quotes, comments,
 * continued lines, `&&`, `||`, `;`, pipes, groups, and commands within commands.
 */
function commandsOf(script: string): Command[] {
	const commands: Command[] = [];
	// Commands that others wait for, the innermost last.
	const open: { command: Command; closes: string; isQuoted: boolean }[] = [];
	let current: Command | undefined;
	let word: string | undefined;
	let quote = '';
	const endWord = () => {
		if (word !== undefined) current?.words.push(word);
		word = undefined;
	};
	const endCommand = (isPiped = false) => {
		endWord();
		const within = open.at(-1)?.command;
		current = { words: [], index: -1, isPiped, ...(within && { within }) };
		commands.push(current);
	};
	const add = (letter: string, at: number) => {
		if (current && current.index === -1) current.index = at;
		word = (word ?? '') + letter;
	};
	const enter = (closes: string, at: number) => {
		add('$()', at);
		endWord();
		if (current) open.push({ command: current, closes, isQuoted: quote === '"' });
		quote = '';
		endCommand();
	};
	const leave = () => {
		endWord();
		const outer = open.pop();
		current = outer?.command;
		quote = outer?.isQuoted ? '"' : '';
	};
	endCommand();
	for (let at = 0; at < script.length; at += 1) {
		const letter = script[at] ?? '';
		const next = script[at + 1] ?? '';
		if (quote === "'") {
			if (letter === "'") quote = '';
			else add(letter, at);
		} else if (letter === '\\' || (letter === '`' && next === '\n')) {
			// A break after it is no end; else the next letter has no meaning of its own.
			if (next === '\r' && script[at + 2] === '\n') at += 1;
			else if (next !== '\n' && next !== '') add(next, at);
			at += 1;
		} else if (open.length > 0 && letter === open.at(-1)?.closes && quote === '') leave();
		else if ((letter === '$' || (letter === '<' && quote === '')) && next === '(' && script[at + 2] !== '(') {
			enter(')', at);
			at += 1;
		} else if (letter === '`' && open.length < 20) enter('`', at);
		else if (quote === '"') {
			if (letter === '"') quote = '';
			else add(letter, at);
		} else if (letter === '$' && next === '{' && script[at + 2] === '{') {
			// An expression is one piece, whatever is in it.
			const end = script.indexOf('}}', at);
			const stop = end === -1 ? script.length : end + 2;
			add(script.slice(at, stop), at);
			at = stop - 1;
		} else if (letter === '"' || letter === "'") {
			quote = letter;
			add('', at);
		} else if (letter === '#' && word === undefined) {
			const end = script.indexOf('\n', at);
			at = end === -1 ? script.length : end - 1;
		} else if (letter === '\n' && current?.isPiped && current.words.length === 0 && word === undefined) {
			// Behind a pipe the command may begin in the next line.
		} else if (letter === '\n' || letter === ';' || letter === '(' || letter === ')') endCommand();
		else if (letter === '&' && script[at - 1] !== '>') {
			endCommand();
			if (next === '&') at += 1;
		} else if (letter === '|') {
			endCommand(next !== '|');
			if (next === '|' || next === '&') at += 1;
		} else if (/\s/.test(letter)) endWord();
		else add(letter, at);
	}
	endWord();
	return commands.filter(({ words }) => words.length > 0);
}

/** Scripts that were read, as several rules ask for the same one. */
const known = new WeakMap<Text, Command[]>();

/** The commands of a step's script; of the same one they are the same list. */
export function commandsIn(script: Text): readonly Command[] {
	const commands = known.get(script) ?? commandsOf(script.text);
	known.set(script, commands);
	return commands;
}

/** Words before a command that change nothing of what it is. */
const PREFIXES = new Set([
	...[
		'sudo',
		'env',
		'command',
		'exec',
		'time',
		'nohup',
		'nice',
		'retry',
		'corepack',
		'if',
		'then',
		'else',
		'elif',
		'do',
		'while',
	],
	...['until', '!', '{', '&'],
]);

/** The words of a command without variables that are set for it, and without prefixes: `CI=1 sudo npm ci` is `npm ci`. */
export function bareWords({ words }: Command): string[] {
	let at = 0;
	while (at < words.length - 1) {
		const word = words[at] ?? '';
		const isAssignment = /^[A-Za-z_]\w*=/.test(word);
		if (!isAssignment && !PREFIXES.has(word) && !(at > 0 && word.startsWith('-'))) break;
		at += 1;
	}
	return words.slice(at);
}

/** Options of package managers that have their value in the next word. */
const WITH_VALUE =
	/^(?:-w|--workspace|--prefix|-C|--dir|--cwd|-F|--filter|--filter-prod|--tag|--access|--registry|--otp|-p|--package|--userconfig|--loglevel|--from|--include|--exclude)$/;

/** Words of a command that are no options. */
export function plainWords(words: readonly string[]): string[] {
	return words.filter(
		(word, index) => !word.startsWith('-') && !(index > 0 && WITH_VALUE.test(words[index - 1] ?? '')),
	);
}
