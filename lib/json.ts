/** Owns reading long JSON in slices: what JSON.parse gives, without holding the thread for as long as it would. Pure. */
import { failed, type Result, success } from './report.ts';

/** Objects and lists this deep are walked; what lies deeper goes to JSON.parse whole. A packument's releases lie at 2. */
const WALKED = 2;
/** Milliseconds of work between two pauses. */
const SLICE_MS = 8;

const QUOTE = 0x22;
const BRACE = { open: 0x7b, close: 0x7d };
const BRACKET = { open: 0x5b, close: 0x5d };

/**
 * Parses JSON as JSON.parse does, to the same value or failure. JSON.parse itself cannot be cut up: of 20 MB it makes one task
 * of a tenth of a second and more, which is felt in every page of the same thread (Firefox's background is a page).
 * @param text JSON, of any length, however wrong.
 * @param pause awaited about every 8 ms; left out, it is parsed in one go.
 * @returns failure `not-json`.
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
export async function parseJson(text: string, pause?: () => Promise<void>): Promise<Result<unknown>> {
	try {
		return success(pause ? await walk(text, pause) : JSON.parse(text));
	} catch {
		return failed('not-json');
	}
}

async function walk(text: string, pause: () => Promise<void>): Promise<unknown> {
	let at = 0;
	let started = performance.now();

	const value = async (depth: number): Promise<unknown> => {
		at = skipBlank(text, at);
		const opening = text[at];
		if (depth < WALKED && (opening === '{' || opening === '[')) return container(opening, depth);
		const end = endOf(text, at);
		const parsed: unknown = JSON.parse(text.slice(at, end));
		at = end;
		return parsed;
	};

	const container = async (opening: '{' | '[', depth: number): Promise<unknown> => {
		const [items, members]: [unknown[], Record<string, unknown>] = [[], {}];
		const closing = opening === '{' ? '}' : ']';
		at = skipBlank(text, at + 1);
		if (text[at] === closing) at += 1;
		else {
			for (;;) {
				if (opening === '{') {
					const key = readKey();
					// As JSON.parse has it: a key like any other, also `__proto__`.
					Object.defineProperty(members, key, {
						value: await value(depth + 1),
						configurable: true,
						enumerable: true,
						writable: true,
					});
				} else items.push(await value(depth + 1));
				at = skipBlank(text, at);
				const next = text[at];
				at += 1;
				if (next === closing) break;
				if (next !== ',') throw new SyntaxError('no comma');
				if (performance.now() - started > SLICE_MS) {
					await pause();
					started = performance.now();
				}
			}
		}
		return opening === '{' ? members : items;
	};

	const readKey = (): string => {
		at = skipBlank(text, at);
		if (text[at] !== '"') throw new SyntaxError('no key');
		const end = endOfString(text, at);
		const key: string = JSON.parse(text.slice(at, end));
		at = skipBlank(text, end);
		if (text[at] !== ':') throw new SyntaxError('no colon');
		at += 1;
		return key;
	};

	const whole = await value(0);
	if (skipBlank(text, at) !== text.length) throw new SyntaxError('more than one value');
	return whole;
}

function skipBlank(text: string, from: number): number {
	let at = from;
	while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at += 1;
	return at;
}

/** Where the value that begins here ends, if it is one: JSON.parse has the last word on what lies between. */
function endOf(text: string, from: number): number {
	const opening = text[from];
	if (opening === '"') return endOfString(text, from);
	let at = from;
	if (opening !== '{' && opening !== '[') {
		while (at < text.length && !',]} \t\n\r'.includes(text[at] ?? '')) at += 1;
		return at;
	}
	let depth = 0;
	for (; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		if (code === QUOTE) at = endOfString(text, at) - 1;
		else if (code === BRACE.open || code === BRACKET.open) depth += 1;
		else if (code === BRACE.close || code === BRACKET.close) {
			depth -= 1;
			if (depth === 0) return at + 1;
		}
	}
	return at;
}

/** The place behind the string that begins here. */
function endOfString(text: string, from: number): number {
	for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
		let backslashes = 0;
		while (text[at - 1 - backslashes] === '\\') backslashes += 1;
		if (backslashes % 2 === 0) return at + 1;
	}
	throw new SyntaxError('an open string');
}
