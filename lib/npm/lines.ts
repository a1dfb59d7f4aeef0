/** Owns how pasted text falls into commands and words, as a terminal and a shell have them; nothing is interpreted. Pure. */
import { TOOL_NAMES } from './installers.ts';

/** The prompt of the superuser, where what follows is a command; else `#` begins a comment. */
const SUPERUSER = new RegExp(`^\\s*#\\s*(?=(?:sudo |corepack )*(?:${TOOL_NAMES.join('|')}) )`);

/** A line that goes on in the next: `\` in a shell, `^` and a backtick after a space in Windows' own. */
const CONTINUED = /(?:\\|(?<=[ \t])[\^`])[ \t]*(?:\r\n|[\r\n])/g;

/** Lines without what a shell leaves out: comments, and the break after a backslash. A `;` ends a line as well. */
export function linesOf(text: string): string[] {
	return text
		.replace(CONTINUED, ' ')
		.split(/[\r\n]/)
		.flatMap((line) =>
			line
				.replace(SUPERUSER, '')
				.replace(/(?:(?:^|[\s;])#|\s\/\/\s).*/s, '')
				.split(';'),
		)
		.map((line) => line.trim())
		.filter((line) => line !== '');
}

/** Code between Markdown's backticks, and whether a line has any. A fence has none. */
export function codeIn(line: string): string[] | undefined {
	if (/^(?:```|~~~)/.test(line)) return [];
	const spans = [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.trim());
	return spans.length > 0 ? spans : undefined;
}

/**
 * What a terminal puts before a command: `$`, `>`, `PS C:\x>`, `me@host:~$`, `[me@host x]#`. Only with a space behind it,
 * so that a range is none.
 */
const PROMPT = new RegExp(
	`^(?:\\([\\w.-]+\\)\\s+)?(?:${[
		'(?:PS\\s+)?[A-Za-z]:\\\\[^>]{0,200}>',
		'\\[[^\\]]{1,200}\\]\\s?[$#%]',
		'[\\w.-]+@[\\w.-]+:\\S{0,200}[$#%>]',
		'[\\w.-]+@[\\w-]+\\s\\S{1,200}\\s[%$]',
		'~\\S{0,200}\\s?[$%>\u276f]',
		'[$%>\u276f\u279c\u03bb\u00bb]+',
	].join('|')})\\s+`,
);
/** Bullets and numbers of lists, and the branches of a tree. */
const BULLET =
	/^(?:(?:[-*+\u2022]|\d{1,3}[.)])\s+|[|\s\u2502\u251c\u2514\u2500\u252c\u256d\u2570`+\\-]*(?:--|[\u2500\u252c])\s+)+/;

/** A line without bullet and prompt, and whether it had a prompt, so that it is a command and no list. */
export function withoutPrompt(line: string): { line: string; hasPrompt: boolean } {
	const bare = line.replace(BULLET, '');
	const command = bare.replace(PROMPT, '');
	return { line: command, hasPrompt: command !== bare };
}

/** What a backslash takes its meaning from. */
const ESCAPED = '@^<>=*~"\'$&|;()! #,';

/**
 * The commands of one line as their words: quotes hold together what is in them; spaces part words, `&&`, `|` and a lone `&`
 * commands, and so do parentheses around them. Within a word `&` parts nothing, as it may be a purl's or an address's.
 */
export function commandsOf(line: string): string[][] {
	const commands: string[][] = [[]];
	let word = '';
	const endWord = () => {
		// A backslash or caret by itself is a break after which nothing came.
		if (word === '&') commands.push([]);
		else if (!/^[\\^]*$/.test(word)) commands.at(-1)?.push(word);
		word = '';
	};
	for (let at = 0; at < line.length; at += 1) {
		const letter = line[at] ?? '';
		const next = line[at + 1] ?? '';
		const end = letter === '"' || letter === "'" ? line.indexOf(letter, at + 1) : -1;
		if (end !== -1) {
			word += line.slice(at + 1, end);
			at = end;
		} else if (letter === '\\' && next !== '' && ESCAPED.includes(next)) {
			word += next;
			at += 1;
		} else if (letter === '$' && next === '(') {
			// What another command prints is not known here.
			const close = line.indexOf(')', at);
			word += '$()';
			at = close === -1 ? line.length : close;
		} else if (/[\s`]/.test(letter)) endWord();
		else if (letter === '|' || (letter === '&' && next === '&')) {
			endWord();
			commands.push([]);
			if (next === letter) at += 1;
		} else if ((letter === '(' && word === '') || (letter === ')' && !word.includes('('))) endWord();
		else word += letter;
	}
	endWord();
	return commands.filter((words) => words.length > 0);
}
