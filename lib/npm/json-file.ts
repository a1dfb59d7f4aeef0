/** Owns how a JSON file that a reader hands over is read: strictly, within limits, and with the line of what is wrong. Pure. */

import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import { failed, type Result, success } from '../report/result.ts';
import { innerText } from '../text/untrusted.ts';
import { measureText } from './json-bounds.ts';

/** A parsed file: its value, and the line of each part. */
interface JsonFile {
	value: unknown;
	/** The line of the value at `path`, or of the innermost one on the way to it; the first line is 1. */
	lineOf(path: readonly (string | number)[]): number;
}

/** No file of ours is nested half as deeply. */
const MAX_DEPTH = 64;

/** Most values in one file: ten thousand full rows with as many dismissed warnings have 180,000. More would hold the page for seconds. */
const MAX_VALUES = 250_000;

/**
 * Parses a JSON file, strictly.
 * @param longest most characters that it may have.
 * @returns failures `too-large`, `not-json` (also where it is nested too deeply), and `wrong-shape` where an object names
 *   one field twice; the detail begins with the line, as in `line 7: ...`.
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
export function parseJsonFile(text: string, longest: number): Result<JsonFile> {
	if (text.length > longest) return failed('too-large', `more than ${longest} characters`);
	const json = text.replace(/^\ufeff/, '');
	const measured = measureText(json, MAX_VALUES);
	if (measured.values > MAX_VALUES) return failed('too-large', `more than ${MAX_VALUES} values`);
	const plain = measured.depth < MAX_DEPTH ? parsePlain(json, measured.names) : undefined;
	if (plain) return success({ ...plain, lineOf: (path) => lineOf(readTree(json).root, path) });
	try {
		const { root, wrong } = readTree(json);
		if (wrong?.name !== undefined)
			return failed('wrong-shape', `line ${wrong.line}: "${innerText(wrong.name)}" stands twice`);
		if (wrong) return failed('not-json', `line ${wrong.line}: nested too deeply`);
		return success({ value: JSON.parse(json), lineOf: (path) => lineOf(root, path) });
	} catch (error) {
		if (error instanceof Fault) return error.failure;
		// What engines say when there is no stack left; there is no line then.
		const { name } = error as Error;
		if (name === 'RangeError' || name === 'InternalError') return failed('not-json', 'nested too deeply');
		// What JSON's own reader refuses beyond that; it tells no place in most browsers.
		return notJson({ line: 1, column: 1 });
	}
}

/** A place in a text, both from 1. */
interface Place {
	line: number;
	column: number;
}

function notJson({ line, column }: Place): Result<never> {
	return failed('not-json', `line ${line}: character ${column} is not what JSON has there`);
}

const LINE_FEED = 0x0a;

const CARRIAGE_RETURN = 0x0d;

const QUOTE = 0x22;

const BACKSLASH = 0x5c;

/** The first control character within a text in quotes: a line break or a tab, which JSON wants escaped. */
function findControl(json: string): Place | undefined {
	let [line, start, isQuoted] = [1, 0, false];
	for (let at = 0; at < json.length; at += 1) {
		const code = json.charCodeAt(at);
		if (isQuoted && code < 0x20) return { line, column: at - start + 1 };
		if (code === QUOTE) isQuoted = !isQuoted;
		else if (code === BACKSLASH) at += 1;
		else if (code === LINE_FEED || (code === CARRIAGE_RETURN && json.charCodeAt(at + 1) !== LINE_FEED))
			[line, start] = [line + 1, at + 1];
	}
	return undefined;
}

/**
 * The value of a file without faults. The tree with its lines takes ten times as long, a third of a second for ten thousand rows. So it
 * is made only for a file with a fault.
 * @param names how many values have a name in the text; the value has fewer if one name is there twice.
 */
function parsePlain(json: string, names: number): { value: unknown } | undefined {
	try {
		const value: unknown = JSON.parse(json);
		return namesIn(value) === names ? { value } : undefined;
	} catch {
		return undefined;
	}
}

function namesIn(json: unknown): number {
	if (typeof json !== 'object' || json === null) return 0;
	const inner: unknown[] = Array.isArray(json) ? json : Object.values(json);
	return inner.reduce<number>((sum, one) => sum + namesIn(one), Array.isArray(json) ? 0 : inner.length);
}

/** A value with its line, and those in it. Of two members of one name it has the first. */
interface Placed {
	line: number;
	members?: Map<string, Member>;
	elements?: Placed[];
}

/** The line of its name, and its value. */
interface Member {
	line: number;
	value?: Placed;
}

function lineOf(root: Placed | undefined, path: readonly (string | number)[]): number {
	let node = root;
	let line = root?.line ?? 1;
	for (const key of path) {
		const member = node?.members?.get(String(key));
		const element = node?.elements?.[Number(key)];
		if (!member && !element) break;
		line = member?.line ?? element?.line ?? line;
		node = member ? member.value : element;
	}
	return line;
}

/** The fault of a file that is JSON: a field that is there twice (parsers differ in which one counts), or else too many levels. */
interface Wrong {
	line: number;
	name?: string;
}

/** What is no JSON, on its way out of the parser, which would go on behind it. */
class Fault extends Error {
	readonly failure: Result<never>;
	constructor(failure: Result<never>) {
		super('no JSON');
		this.failure = failure;
	}
}

/** The lines of all values, and the first thing that is wrong with them. @throws Fault where it is no JSON. */
function readTree(json: string): { root?: Placed; wrong?: Wrong } {
	const open: Placed[] = [];
	let root: Placed | undefined;
	let wrong: Wrong | undefined;
	/** The member whose value comes next. */
	let member: Member | undefined;
	const take = (line: number, more: Omit<Placed, 'line'> = {}): Placed => {
		const value = { line: line + 1, ...more };
		const within = open.at(-1);
		if (open.length >= MAX_DEPTH) wrong ??= { line: value.line };
		if (within?.members) {
			if (member) member.value = value;
		} else if (within?.elements) within.elements.push(value);
		else root = value;
		return value;
	};
	visit(
		json,
		{
			onObjectBegin: (_offset, _length, line) => void open.push(take(line, { members: new Map() })),
			onObjectProperty: (name, _offset, _length, line) => {
				const { members } = open.at(-1) ?? {};
				member = { line: line + 1 };
				if (members?.has(name)) wrong ??= { line: line + 1, name };
				else members?.set(name, member);
			},
			onObjectEnd: () => void open.pop(),
			onArrayBegin: (_offset, _length, line) => void open.push(take(line, { elements: [] })),
			onArrayEnd: () => void open.pop(),
			onLiteralValue: (_value, _offset, _length, line) => void take(line),
			onError: (error, offset, length, line, character) => {
				const isEnd = offset + length >= json.length && (length === 0 || nameOf(error) === 'UnexpectedEndOfString');
				const control = isOfText(error) ? findControl(json) : undefined;
				if (isEnd && !control)
					throw new Fault(failed('not-json', `line ${json.split(/\r\n?|\n/).length}: it ends before it is complete`));
				const within = isOfEscape(error) ? lengthUpToEscape(json.slice(offset, offset + length)) : 0;
				throw new Fault(notJson(control ?? { line: line + 1, column: character + within + 1 }));
			},
		},
		{ disallowComments: true },
	);
	return { ...(root && { root }), ...(wrong && { wrong }) };
}

/** The parser's enumeration exists in its types alone. */
function nameOf(error: ParseErrorCode): string {
	return printParseErrorCode(error);
}

/** Whether what is wrong is within a text in quotes, of which the parser tells the beginning. */
function isOfText(error: ParseErrorCode): boolean {
	return ['UnexpectedEndOfString', 'InvalidCharacter'].includes(nameOf(error));
}

function isOfEscape(error: ParseErrorCode): boolean {
	return ['InvalidEscapeCharacter', 'InvalidUnicode'].includes(nameOf(error));
}

/** Characters before the first one that is wrong in an escape. */
function lengthUpToEscape(text: string): number {
	for (const { 0: found, index } of text.matchAll(/\\(?:u[0-9a-f]{4}|["\\/bfnrt])?/gi))
		if (found === '\\') return index + (/^\\u[0-9a-f]{0,3}/i.exec(text.slice(index, index + 5))?.[0].length ?? 1);
	return 0;
}
