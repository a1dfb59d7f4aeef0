/** Owns how a lockfile of JSON is read, with the place of each key. Pure. */
import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import { type Table, TreeBuilder, tableOf, unreadable } from './tree.ts';

/** What some tools write that JSON has not. */
interface Leniency {
	/** Commas before what closes, and comments. */
	isLenient?: boolean;
}

/**
 * Reads an object with the places of its keys.
 * @returns its members. @throws Refusal `lockfile-unreadable` with the place, `lockfile-too-large` for too many values.
 */
export function readJson(text: string, { isLenient = false }: Leniency = {}): Table {
	const tree = new TreeBuilder();
	const placed = (line: number, character: number) => ({ line: line + 1, column: character + 1 });
	visit(
		text,
		{
			onObjectBegin: (_offset, _length, line, character) => tree.open(new Map(), placed(line, character)),
			onObjectProperty: (key, _offset, _length, line, character) => tree.key(key, placed(line, character)),
			onObjectEnd: () => tree.close(),
			onArrayBegin: (_offset, _length, line, character) => tree.open([], placed(line, character)),
			onArrayEnd: () => tree.close(),
			onLiteralValue: (value, _offset, _length, line, character) => tree.value(value, placed(line, character)),
			// The parser goes on after a fault, with what it takes the rest for.
			onError: (error, offset, _length, line, character) => {
				throw unreadable(
					placed(line, character),
					offset >= text.length ? 'it ends before it is complete' : nameOf(error),
				);
			},
		},
		{ allowTrailingComma: isLenient, disallowComments: !isLenient },
	);
	const [root] = tree.roots;
	return tableOf(root?.value, root?.place ?? { line: 1, column: 1 }, 'the file');
}

/** `CommaExpected` as `comma expected`. */
function nameOf(error: ParseErrorCode): string {
	return printParseErrorCode(error)
		.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`)
		.toLowerCase();
}
