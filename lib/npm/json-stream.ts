/** Owns reading JSON in slices: bytes to a value, held equal to JSON.parse. */

import { createYielder } from '../async/slices.ts';
import { type Result, success } from '../report/result.ts';
import type { Bytes } from './bytes.ts';
import {
	COMMA,
	endOfString,
	failureOf,
	isClosing,
	isOpening,
	type JsonLimits,
	type LimitError,
	MAX_DEPTH,
	MAX_LENGTH,
	MAX_PACKUMENT,
	measureText,
	QUOTE,
	tooDeep,
	tooLong,
	tooMany,
} from './json-bounds.ts';
import { endOfScalar, type Members, membersIn, WALKED } from './json-members.ts';

/** What is no longer than this, in bytes, is read in a millisecond or two, at once. */
export const SHORT = 128 * 1024;

/** Bytes that are decoded at a time. */
const PART = 256 * 1024;

/** Characters of whole members that JSON.parse gets at a time. */
const MAX_BATCH = 64 * 1024;

/** Characters of one value that are looked through between two pauses. */
const LOOKED_THROUGH = 1024 * 1024;

/**
 * Parses JSON as JSON.parse does, to the same value or failure. JSON.parse cannot be cut into slices, nor can the decoding of one long
 * text. With 20 MB, each is a task of a tenth of a second, which blocks every page of the same thread (Firefox's background is a page).
 * So the bytes stay as they are, and only the part that is being read is text (docs/decisions/0031-packuments-stay-bytes.md). Invalid
 * UTF-8 becomes U+FFFD, as in `text()`.
 * @param bytes JSON, of any length, however wrong.
 * @param pause awaited after every little piece of work, so it has to know when it is time.
 * @param limits counted while reading: what goes over them ends there.
 * @returns failures `not-json`; `too-large` (more values than the limit); `wrong-shape` (nested too deep).
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
export async function parseJson(
	bytes: Bytes,
	pause: () => Promise<void> = createYielder(),
	limits: JsonLimits = MAX_PACKUMENT,
): Promise<Result<unknown>> {
	if (bytes.size <= SHORT) {
		const text = await bytes.text();
		if (limits.each === undefined) return parseJsonText(text, limits);
		// What no part of goes over the limits of a part is read at once, too.
		const most = Math.min(limits.each, limits.members ?? limits.each);
		const { values, depth } = measureText(text, most);
		if (values <= most && depth <= MAX_DEPTH) return parseMeasured(text);
	}
	try {
		return success(await walk(textOf(bytes), pause, limits));
	} catch (error) {
		return failureOf(error);
	}
}

function parseMeasured(text: string): Result<unknown> {
	try {
		return success(JSON.parse(text));
	} catch (error) {
		return failureOf(error);
	}
}

/** The same of a text that is there already, at once. @returns failures as `parseJson`. */
export function parseJsonText(text: string, { values: most }: JsonLimits): Result<unknown> {
	try {
		const { values, depth } = measureText(text, most);
		if (depth > MAX_DEPTH) throw tooDeep();
		if (values > most) throw tooMany(most);
		return success(JSON.parse(text));
	} catch (error) {
		return failureOf(error);
	}
}

/** The text, part by part. As a stream, bytes in memory come all at once in Firefox, and decoding 20 MB takes a tenth of a second. */
async function* textOf(bytes: Bytes): AsyncGenerator<string, void> {
	const decoder = new TextDecoder();
	for (let at = 0; at < bytes.size; at += PART)
		yield decoder.decode(await bytes.slice(at, at + PART).arrayBuffer(), { stream: true });
	yield decoder.decode();
}

/**
 * The value of a text that comes in parts. The objects and lists above a release are walked: as many whole members as fit into a batch
 * go to JSON.parse together. A longer member is walked too, or from depth 2 on parsed by itself.
 * @param longest a batch, in characters; for tests, the default is meant.
 * @throws SyntaxError as JSON.parse does, LimitError where the text goes over the limits.
 */
export async function walk(
	parts: AsyncIterator<string, void>,
	pause: () => Promise<void>,
	limits: JsonLimits = MAX_PACKUMENT,
	longest = MAX_BATCH,
): Promise<unknown> {
	const { values: most, members: mostMembers = most, each } = limits;
	/** The text from what is being read on, as far as it has come; and the place in it. */
	let text = '';
	let at = 0;
	let isWhole = false;
	let values = 0;

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

	function count(more: number): void {
		values += more;
		if (values > most) throw tooMany(most);
	}

	/** The next character that is no blank, `undefined` at the end. */
	async function peek(): Promise<string | undefined> {
		for (;;) {
			while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
			if (at < text.length) return text.charAt(at);
			if (!(await readOn())) return undefined;
		}
	}

	/** Text, a number, or a word. */
	async function scalar(): Promise<unknown> {
		await peek();
		let end = endOfScalar(text, at);
		while ((end === undefined || end === text.length) && (await readOn())) {
			if (text.length > MAX_LENGTH) throw tooLong();
			end = endOfScalar(text, at);
		}
		const parsed: unknown = JSON.parse(text.slice(at, end));
		at = end ?? text.length;
		return parsed;
	}

	/** A whole object or list; `null` in its place where it goes over the limits and these are for each one. */
	async function leaf(): Promise<unknown> {
		let isLeftOut = false;
		/** What goes over a limit is passed over from here on, or is the end. */
		const refuse = (error: LimitError) => {
			if (each === undefined) throw error;
			isLeftOut = true;
		};
		let place = at;
		let [level, inside] = [0, 0];
		/** Skipped text is not kept, except whether a string is open and how many backslashes it ends with. */
		const passOver = (isOpen: boolean) => {
			let end = text.length;
			while (isOpen && text[end - 1] === '\\') end -= 1;
			text = isOpen ? `"${text.slice(end)}` : text.slice(place);
			at = 0;
			place = 0;
		};
		for (;;) {
			const until = Math.min(text.length, place + LOOKED_THROUGH);
			let isOpen = false;
			for (; place < until; place += 1) {
				const code = text.charCodeAt(place);
				if (code === QUOTE) {
					const end = endOfString(text, place);
					isOpen = end === undefined;
					if (end === undefined) break;
					place = end - 1;
				} else if (code === COMMA) inside += 1;
				else if (isOpening(code)) {
					inside += 1;
					level += 1;
					if (level > MAX_DEPTH - WALKED) refuse(tooDeep());
				} else if (isClosing(code)) {
					level -= 1;
					if (level === 0) {
						place += 1;
						break;
					}
				}
			}
			if (inside > (each ?? most - values)) refuse(tooMany(each ?? most));
			if (level === 0) break;
			if ((isOpen ? text.length : place) - at > MAX_LENGTH) refuse(tooLong());
			if (isLeftOut) passOver(isOpen);
			const read = place - at;
			if ((isOpen || place >= text.length) && !(await readOn())) throw new SyntaxError('it ends before it is complete');
			place = at + read;
			await pause();
		}
		const parsed: unknown = isLeftOut ? null : JSON.parse(text.slice(at, place));
		at = place;
		count(isLeftOut ? 1 : inside);
		return parsed;
	}

	/** The end of as many whole members as fit into a batch; `undefined` where the next one is longer than that. */
	async function batch(depth: number): Promise<Members | undefined> {
		for (;;) {
			const found = membersIn(text, at, longest, {
				each: depth === 1 ? each : undefined,
				// Where each release is held to the limits, objects and lists at the top are walked, however short they are.
				isFlat: depth === 0 && each !== undefined,
			});
			if (found !== 'open') return found === 'too-long' ? undefined : found;
			if (!(await readOn())) throw new SyntaxError('it ends before it is complete');
		}
	}

	async function value(depth: number): Promise<unknown> {
		const opening = await peek();
		if (opening !== '{' && opening !== '[') return scalar();
		if (depth >= WALKED) return leaf();
		const closing = opening === '{' ? '}' : ']';
		const items: unknown[] = [];
		const object: Record<string, unknown> = {};
		/** How many members were read; a name that is there twice counts twice. */
		let members = 0;
		const add = (read: unknown) => {
			if (Array.isArray(read)) for (const item of read) items.push(item);
			else for (const name of Object.keys(read as object)) put(object, name, (read as Record<string, unknown>)[name]);
		};
		at += 1;
		count(1);
		let isLast = (await peek()) === closing;
		if (isLast) at += 1;
		while (!isLast) {
			const found = await batch(depth);
			if (found) {
				const read: unknown = JSON.parse(`${opening}${text.slice(at, found.end)}${closing}`);
				// Nothing before a comma, or behind the last one.
				if (Object.keys(read as object).length === 0) throw new SyntaxError('no value');
				add(read);
				at = found.end;
				members += found.members;
				count(found.values);
			} else {
				const name = opening === '{' ? await nameOf() : undefined;
				const long = await value(depth + 1);
				if (name === undefined) items.push(long);
				else put(object, name, long);
				members += 1;
				count(1);
			}
			if (members > mostMembers) throw tooMany(mostMembers);
			const next = await peek();
			if (next !== ',' && next !== closing) throw new SyntaxError('no end');
			at += 1;
			isLast = next === closing;
			await pause();
		}
		return opening === '{' ? object : items;
	}

	/** The name of a member, and the colon behind it. */
	async function nameOf(): Promise<string> {
		if ((await peek()) !== '"') throw new SyntaxError('no name');
		const name = String(await scalar());
		if ((await peek()) !== ':') throw new SyntaxError('no colon');
		at += 1;
		return name;
	}

	const whole = await value(0);
	if ((await peek()) !== undefined) throw new SyntaxError('more than one value');
	return whole;
}

/** As JSON.parse has it: a name like any other, also `__proto__`. */
function put(object: Record<string, unknown>, name: string, value: unknown): void {
	if (name !== '__proto__') object[name] = value;
	else Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
}
