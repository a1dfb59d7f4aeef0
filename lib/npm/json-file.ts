/** Owns how a JSON file that a reader hands over is read: strictly, within limits, and with the line of what is wrong. Pure. */

import { type AnyNode, parse } from '@humanwhocodes/momoa';
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
	if (plain) return success({ ...plain, lineOf: (path) => lineOf(parse(json).body, path) });
	let root: AnyNode;
	let wrong: Wrong | undefined;
	let value: unknown;
	try {
		root = parse(json).body;
		wrong = findWrong(root, 1);
		// The parser lets pass what JSON forbids, and JSON's own tells no line.
		const control = findControl(json);
		if (control) return notJson(control);
		// Not the tree's own evaluation: that one takes a field "__proto__" for the object's prototype.
		value = wrong ? undefined : JSON.parse(json);
	} catch (error) {
		const { name, message, line, column } = error as Error & { line?: number; column?: number };
		// What engines say when the parser has no stack left; there is no line then.
		if (name === 'RangeError' || name === 'InternalError') return failed('not-json', 'nested too deeply');
		// Of an end the parser tells another line.
		if (message.includes('end of input'))
			return failed('not-json', `line ${text.split('\n').length}: it ends before it is complete`);
		return notJson({ line: line ?? 1, column: column ?? 1 });
	}
	if (wrong?.name !== undefined)
		return failed('wrong-shape', `line ${wrong.line}: "${innerText(wrong.name)}" stands twice`);
	if (wrong) return failed('not-json', `line ${wrong.line}: nested too deeply`);
	return success({ value, lineOf: (path) => lineOf(root, path) });
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

function lineOf(root: AnyNode, path: readonly (string | number)[]): number {
	let node = root;
	let { line } = root.loc.start;
	for (const key of path) {
		if (node.type === 'Object') {
			const member = node.members.find(({ name }) => name.type === 'String' && name.value === key);
			if (!member) break;
			node = member.value;
			line = member.loc.start.line;
		} else if (node.type === 'Array') {
			const element = node.elements[Number(key)];
			if (!element) break;
			node = element.value;
			line = node.loc.start.line;
		} else break;
	}
	return line;
}

/** The fault of a file that is JSON: a field that is there twice, or else too many levels. */
interface Wrong {
	line: number;
	name?: string;
}

/** A field that one object names twice (parsers differ in which one counts), or values nested too deeply. */
function findWrong(node: AnyNode, depth: number): Wrong | undefined {
	if (depth > MAX_DEPTH) return { line: node.loc.start.line };
	if (node.type === 'Array') {
		for (const { value } of node.elements) {
			const found = findWrong(value, depth + 1);
			if (found) return found;
		}
	}
	if (node.type !== 'Object') return undefined;
	const seen = new Set<string>();
	for (const { name, value, loc } of node.members) {
		const key = name.type === 'String' ? name.value : name.name;
		if (seen.has(key)) return { line: loc.start.line, name: key };
		seen.add(key);
		const found = findWrong(value, depth + 1);
		if (found) return found;
	}
	return undefined;
}
