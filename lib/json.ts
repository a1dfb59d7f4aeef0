/** Owns reading long JSON in slices: what JSON.parse gives, without holding the thread for as long as it would. */
import { failed, type Result, success } from './report.ts';

/** Objects and lists this deep are walked; what lies deeper goes to JSON.parse whole. A packument's releases lie at 2. */
const WALKED = 2;
/** What is no longer than this, in bytes, is read in a millisecond or two, at once. */
const SHORT = 128 * 1024;
/** Bytes that are made text at a time. */
const PART = 256 * 1024;

/**
 * Parses JSON as JSON.parse does, to the same value or failure. JSON.parse itself cannot be cut up, nor can the making of one
 * long text: with 20 MB each is a task of a tenth of a second, felt in every page of the same thread (Firefox's background is
 * a page). So the bytes stay outside, and only the part that is being read is text; invalid UTF-8 becomes U+FFFD, as in `text()`.
 * @param bytes JSON, of any length, however wrong.
 * @param pause awaited after every little piece of work, so it has to know when it is time; left out, all is done in one go.
 * @returns failure `not-json`.
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
export async function parseJson(bytes: Blob, pause?: () => Promise<void>): Promise<Result<unknown>> {
	try {
		if (!pause || bytes.size <= SHORT) return success(JSON.parse(await bytes.text()));
		return success(await walk(textOf(bytes), pause));
	} catch {
		return failed('not-json');
	}
}

/** Part by part: as a stream, bytes in memory come all at once in Firefox, and to decode 20 MB takes a tenth of a second. */
async function* textOf(bytes: Blob): AsyncGenerator<string, void> {
	const decoder = new TextDecoder();
	for (let at = 0; at < bytes.size; at += PART)
		yield decoder.decode(await bytes.slice(at, at + PART).arrayBuffer(), { stream: true });
	yield decoder.decode();
}

/** @throws SyntaxError as JSON.parse does. */
export async function walk(parts: AsyncIterator<string, void>, pause: () => Promise<void>): Promise<unknown> {
	/** The text from the value that is being read on, as far as it has come; and the place in it. */
	let text = '';
	let at = 0;
	let isWhole = false;

	/** Has more of the text come, at least as much as is there, so that what is long is not looked through many times. */
	async function readOn(): Promise<boolean> {
		if (isWhole) return false;
		const held = [text.slice(at)];
		let length = 0;
		while (length <= (held[0]?.length ?? 0) && !isWhole) {
			const { done, value } = await parts.next();
			if (done) isWhole = true;
			else {
				held.push(value);
				length += value.length;
			}
		}
		text = held.join('');
		at = 0;
		return true;
	}

	/** The next character that is no blank, `undefined` at the end. */
	async function peek(): Promise<string | undefined> {
		for (;;) {
			while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
			if (at < text.length) return text.charAt(at);
			if (!(await readOn())) return undefined;
		}
	}

	async function take(wanted: string): Promise<void> {
		if ((await peek()) !== wanted) throw new SyntaxError(`no ${wanted}`);
		at += 1;
	}

	async function leaf(): Promise<unknown> {
		await peek();
		let end = endOf(text, at);
		while ((end === undefined || end === text.length) && (await readOn())) end = endOf(text, at);
		const parsed: unknown = JSON.parse(text.slice(at, end));
		at = end ?? text.length;
		return parsed;
	}

	async function value(depth: number): Promise<unknown> {
		const opening = await peek();
		if (depth >= WALKED || (opening !== '{' && opening !== '[')) return leaf();
		const closing = opening === '{' ? '}' : ']';
		const [items, members]: [unknown[], Record<string, unknown>] = [[], {}];
		at += 1;
		for (let isFirst = true; (await peek()) !== closing || !isFirst; isFirst = false) {
			if (!isFirst) await take(',');
			if (opening === '[') items.push(await value(depth + 1));
			else {
				if ((await peek()) !== '"') throw new SyntaxError('no name');
				const name = String(await leaf());
				await take(':');
				// As JSON.parse has it: a name like any other, also `__proto__`.
				const member = { value: await value(depth + 1), configurable: true, enumerable: true, writable: true };
				Object.defineProperty(members, name, member);
			}
			await pause();
			if ((await peek()) === closing) break;
		}
		at += 1;
		return opening === '{' ? members : items;
	}

	const whole = await value(0);
	if ((await peek()) !== undefined) throw new SyntaxError('more than one value');
	return whole;
}

const QUOTE = 0x22;
const BRACE = { open: 0x7b, close: 0x7d };
const BRACKET = { open: 0x5b, close: 0x5d };

/**
 * Where the value that begins here ends, if it is one: JSON.parse has the last word on what lies between. `undefined` where
 * it is still open.
 */
function endOf(text: string, from: number): number | undefined {
	const opening = text.charCodeAt(from);
	if (opening === QUOTE) return endOfString(text, from);
	let at = from;
	if (opening !== BRACE.open && opening !== BRACKET.open) {
		while (at < text.length && !',]} \t\n\r'.includes(text.charAt(at))) at += 1;
		return at;
	}
	let depth = 0;
	for (; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		if (code === QUOTE) {
			const end = endOfString(text, at);
			if (end === undefined) return undefined;
			at = end - 1;
		} else if (code === BRACE.open || code === BRACKET.open) depth += 1;
		else if (code === BRACE.close || code === BRACKET.close) {
			depth -= 1;
			if (depth === 0) return at + 1;
		}
	}
	return undefined;
}

/** The place behind the string that begins here; `undefined` where it is still open. */
function endOfString(text: string, from: number): number | undefined {
	for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
		let backslashes = 0;
		while (text[at - 1 - backslashes] === '\\') backslashes += 1;
		if (backslashes % 2 === 0) return at + 1;
	}
	return undefined;
}
