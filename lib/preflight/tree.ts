/** Owns YAML text as a tree of texts, lists and maps with their places, and why a text is no such tree. Pure. */
import {
	type Alias,
	Composer,
	type Document,
	isAlias,
	isMap,
	isScalar,
	isSeq,
	Lexer,
	LineCounter,
	type Node,
	Parser,
	type Scalar,
} from 'yaml';

/** A place in a file, from 1. Columns are UTF-16 units. */
export interface Place {
	line: number;
	column: number;
}

/** A value; GitHub takes all of them as text. `at` and `end` are where it is in the file's text, without comment. */
export interface Text {
	kind: 'text';
	text: string;
	at: number;
	end: number;
	/** What follows it on its line after `#`. */
	comment?: string;
}

/** A list. */
interface List {
	kind: 'list';
	at: number;
	items: readonly Tree[];
}

/** A map. Its keys are texts, each once. */
export interface Dictionary {
	kind: 'map';
	at: number;
	entries: ReadonlyMap<string, { key: Text; value: Tree }>;
}

export type Tree = Text | List | Dictionary;

/** Why a file was not read: one stable code per cause. */
export const UNREADABLE_CODES = [
	'not-yaml',
	'yaml-too-large',
	'yaml-too-deep',
	'yaml-duplicate-key',
	'yaml-key-no-text',
	'yaml-merge-key',
	'yaml-alias-unknown',
	'yaml-alias-endless',
	'not-a-workflow',
	'action-no-workflow',
] as const;
export type UnreadableCode = (typeof UNREADABLE_CODES)[number];

/** A file that was not read. `what` is text from outside. */
export interface Unreadable extends Place {
	code: UnreadableCode;
	what?: string;
}

export type TreeResult = { ok: true; tree: Tree; placeOf: (at: number) => Place } | { ok: false; failure: Unreadable };

/** Longest text, in UTF-16 units; docs/decisions/0120-bounds-of-workflow-files.md. */
export const MAX_TEXT = 1_000_000;
/** Most pieces that the text falls into. */
const MAX_LEXEMES = 100_000;
/** Most maps and lists within each other. */
const MAX_DEPTH = 60;
/** Most values, each use of an alias counted with all that is in it. */
const MAX_VALUES = 100_000;
/** Longest text of all values together, those of aliases counted each time. In UTF-16 units. */
const MAX_VALUE_TEXT = 4 * MAX_TEXT;

/** A refusal on its way up; none leaves this file. */
class Refusal extends Error {
	readonly code: UnreadableCode;
	readonly at: number;
	readonly what: string | undefined;
	constructor(code: UnreadableCode, at: number, what?: string) {
		super(code);
		[this.code, this.at, this.what] = [code, at, what];
	}
}

/**
 * Reads YAML text. All values stay text, so that neither a version of YAML nor a schema changes one (`on`, `no`, `1.10`).
 * @param text of any length; what is too large is refused before the work.
 * @returns failures `not-yaml`, `yaml-too-large`, `yaml-too-deep`, `yaml-duplicate-key`, `yaml-key-no-text`, `yaml-merge-key`,
 *   `yaml-alias-unknown`, `yaml-alias-endless`, and `not-a-workflow` where there is not exactly one document.
 */
export function parseTree(text: string): TreeResult {
	const lines = new LineCounter();
	// The parser notes only where later lines begin.
	lines.addNewLine(0);
	const placeOf = (at: number): Place => {
		const { line, col: column } = lines.linePos(at);
		return { line, column };
	};
	try {
		if (text.length > MAX_TEXT) throw new Refusal('yaml-too-large', MAX_TEXT);
		return { ok: true, tree: treeOf(documentOf(text, lines)), placeOf };
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		const { code, at, what } = error;
		// Where nothing was read yet, the lines were not counted.
		const place = code === 'yaml-too-large' ? countedPlace(text, at) : placeOf(at);
		return { ok: false, failure: { code, ...place, ...(what !== undefined && { what }) } };
	}
}

function countedPlace(text: string, at: number): Place {
	const before = text.slice(0, at).split('\n');
	return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The one document of a text. @throws Refusal */
function documentOf(text: string, lines: LineCounter): Document.Parsed {
	const parser = new Parser(lines.addNewLine);
	function* tokens() {
		let count = 0;
		for (const lexeme of new Lexer().lex(text)) {
			count += 1;
			if (count > MAX_LEXEMES) throw new Refusal('yaml-too-large', parser.offset);
			yield* parser.next(lexeme);
			if (parser.stack.length > MAX_DEPTH) throw new Refusal('yaml-too-deep', parser.offset);
		}
		yield* parser.end();
	}
	// The library compares each key with all before it; below, a set does.
	const composer = new Composer({ schema: 'failsafe', uniqueKeys: false });
	const documents: Document.Parsed[] = [];
	for (const document of composer.compose(tokens(), true, text.length)) {
		const [error] = document.errors;
		if (error) throw new Refusal('not-yaml', error.pos[0], error.message.split('\n', 1)[0]);
		const second = documents.length > 0 ? document.contents : null;
		if (second) throw new Refusal('not-a-workflow', second.range[0]);
		documents.push(document as Document.Parsed);
	}
	const [document] = documents;
	if (!document) throw new Refusal('not-a-workflow', 0);
	return document;
}

/** The tree of a document, aliases replaced by what they name. @throws Refusal */
function treeOf(document: Document.Parsed): Tree {
	const anchors = new Map<string, Node>();
	const open = new Set<Node>();
	// An alias of a text is the same text, so that nothing reads it twice.
	const texts = new Map<Scalar, Text>();
	let count = 0;
	let length = 0;
	const read = (given: Node | null, fallback: number, depth: number): Tree => {
		if (given === null) return { kind: 'text', text: '', at: fallback, end: fallback };
		const at = given.range?.[0] ?? fallback;
		count += 1;
		if (count > MAX_VALUES) throw new Refusal('yaml-alias-endless', at);
		if (depth > MAX_DEPTH) throw new Refusal('yaml-too-deep', at);
		const node = isAlias(given) ? named(given, at) : given;
		if (open.has(node)) throw new Refusal('yaml-alias-endless', at, (given as Alias).source);
		if (!isAlias(given) && 'anchor' in node && node.anchor !== undefined) anchors.set(node.anchor, node);
		if (isScalar(node)) {
			const text = texts.get(node) ?? textOf(node, at);
			texts.set(node, text);
			length += text.text.length;
			if (length > MAX_VALUE_TEXT) throw new Refusal('yaml-alias-endless', at);
			return text;
		}
		open.add(node);
		let tree: Tree;
		if (isSeq(node))
			tree = { kind: 'list', at, items: node.items.map((item) => read(item as Node | null, at, depth + 1)) };
		else if (isMap(node)) {
			const entries = new Map<string, { key: Text; value: Tree }>();
			for (const { key: keyNode, value } of node.items) {
				const key = read(keyNode as Node | null, at, depth + 1);
				// An alias has its own place.
				const keyAt = (keyNode as Node | null)?.range?.[0] ?? key.at;
				if (key.kind !== 'text') throw new Refusal('yaml-key-no-text', keyAt);
				if (key.text === '<<') throw new Refusal('yaml-merge-key', keyAt);
				if (entries.has(key.text)) throw new Refusal('yaml-duplicate-key', keyAt, key.text);
				entries.set(key.text, { key, value: read(value as Node | null, key.end, depth + 1) });
			}
			tree = { kind: 'map', at, entries };
		} else throw new Refusal('not-yaml', at);
		open.delete(node);
		return tree;
	};
	const named = ({ source }: Alias, at: number): Node => {
		const node = anchors.get(source);
		if (!node) throw new Refusal('yaml-alias-unknown', at, source);
		return node;
	};
	return read(document.contents as Node | null, 0, 0);
}

function textOf({ value, range, comment }: Scalar, at: number): Text {
	return {
		kind: 'text',
		text: String(value ?? ''),
		at: range?.[0] ?? at,
		end: range?.[1] ?? at,
		...(comment !== undefined && comment !== null && { comment: comment.trim() }),
	};
}
