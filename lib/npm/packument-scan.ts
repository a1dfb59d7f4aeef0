/** Owns a quick way through the text of a long list of releases: what is never read is passed over, and never becomes a value. */

import { COMMA, endOfString, isClosing, isOpening, MAX_ANSWER, MAX_DEPTH, QUOTE } from './json-bounds.ts';

/** What becomes of a member: it stays, goes, stays with some of its own members, or stays where one of its kind has an outside source. */
type Fate = 'stays' | 'goes' | 'lists-sources' | Fates;

/** By name. Every other member goes, or has the fate of `others`. */
interface Fates {
	named: ReadonlyMap<string, Fate>;
	others: Fate;
}

/** A text that is not of the form that is passed through here; the slower reader says what it is. */
class OtherForm extends Error {}

/** Longest text that is read at once, in characters: it is some tens of milliseconds of work. */
const MAX_TEXT = 8 * 1024 * 1024;

const OPENING = 0x7b;
const CLOSING = 0x7d;
const COLON = 0x3a;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/** @returns fates that keep these alone. */
export function only(names: readonly string[], deeper: Readonly<Record<string, Fate>> = {}): Fates {
	const kept = names.map((name): [string, Fate] => [name, 'stays']);
	return { named: new Map([...kept, ...Object.entries(deeper)]), others: 'goes' };
}

/** @returns fates by which each member has this one, whatever its name. */
export function each(others: Fate): Fates {
	return { named: new Map(), others };
}

/**
 * Leaves members out of a JSON text without reading it. What stays is as it was written; what goes is only looked through for quotes and
 * brackets, so a text that is broken there alone comes out whole.
 * @param text JSON, an object at its top.
 * @returns JSON text; nothing where the text is of another form or too large for this: whoever reads it whole says why.
 */
export function leaveOut(text: string, fates: Fates): string | undefined {
	if (text.length > MAX_TEXT) return undefined;
	try {
		const scan = new Scan(text);
		scan.object(scan.blank(0), fates, 0);
		return scan.parts.join('');
	} catch (error) {
		if (error instanceof OtherForm) return undefined;
		throw error;
	}
}

class Scan {
	readonly parts: string[] = [];
	readonly #text: string;

	constructor(text: string) {
		this.#text = text;
	}

	/** Passes through an object that stays in part. @returns the place behind it; at the top there is nothing more. */
	object(from: number, fates: Fates, depth: number): number {
		const text = this.#text;
		if (text.charCodeAt(from) !== OPENING) throw new OtherForm();
		this.parts.push('{');
		let isFirst = true;
		const keep = (part: string) => {
			this.parts.push(isFirst ? part : `,${part}`);
			isFirst = false;
		};
		/** Lists of sources, and whether one of them has a source outside the registry. */
		const lists: string[] = [];
		let hasOutside = false;
		let at = this.blank(from + 1);
		let isLast = text.charCodeAt(at) === CLOSING;
		while (!isLast) {
			const begin = at;
			const end = this.#string(at);
			// A name with an escape may be any: then its member stays.
			const name = text.slice(begin + 1, end - 1);
			const fate = name.includes('\\') ? 'stays' : (fates.named.get(name) ?? fates.others);
			at = this.blank(end);
			if (text.charCodeAt(at) !== COLON) throw new OtherForm();
			const value = this.blank(at + 1);
			if (typeof fate === 'object' && text.charCodeAt(value) === OPENING) {
				keep(text.slice(begin, value));
				at = this.object(value, fate, depth + 1);
			} else {
				at = this.#value(value);
				if (fate === 'lists-sources') {
					lists.push(text.slice(begin, at));
					hasOutside ||= this.#hasOutside(value, at);
				} else if (fate !== 'goes') keep(text.slice(begin, at));
			}
			at = this.blank(at);
			const code = text.charCodeAt(at);
			isLast = code === CLOSING;
			if (!isLast && code !== COMMA) throw new OtherForm();
			if (!isLast) at = this.blank(at + 1);
		}
		if (hasOutside) for (const list of lists) keep(list);
		this.parts.push('}');
		at += 1;
		if (depth === 0 && this.blank(at) !== text.length) throw new OtherForm();
		return at;
	}

	/** The place of the next character that is no blank. */
	blank(from: number): number {
		let at = from;
		for (let code = this.#text.charCodeAt(at); code === 32 || code === 10 || code === 13 || code === 9; )
			code = this.#text.charCodeAt(++at);
		return at;
	}

	#string(from: number): number {
		const end = this.#text.charCodeAt(from) === QUOTE ? endOfString(this.#text, from) : undefined;
		if (end === undefined) throw new OtherForm();
		return end;
	}

	/** The place behind a value, within what one release may hold. */
	#value(from: number): number {
		const text = this.#text;
		const first = text.charCodeAt(from);
		if (first === QUOTE) return this.#string(from);
		let at = from;
		if (!isOpening(first)) {
			while (at < text.length && !ENDS.has(text.charCodeAt(at))) at += 1;
			if (at === from) throw new OtherForm();
			return at;
		}
		let [level, values] = [0, 0];
		for (; at < text.length; at += 1) {
			const code = text.charCodeAt(at);
			if (code === QUOTE) at = this.#string(at) - 1;
			else if (code === COMMA) values += 1;
			else if (isOpening(code)) {
				values += 1;
				level += 1;
				if (level > DEEPEST || values > MOST) throw new OtherForm();
			} else if (isClosing(code)) {
				level -= 1;
				if (level === 0) return values > MOST ? this.#refuse() : at + 1;
			}
		}
		return this.#refuse();
	}

	#refuse(): never {
		throw new OtherForm();
	}

	/** Whether an object has a text that may be no version, as `parsePackument` sees it. */
	#hasOutside(from: number, to: number): boolean {
		const text = this.#text;
		for (let at = text.indexOf('"', from); at !== -1 && at < to; at = text.indexOf('"', at)) {
			const end = this.#string(at);
			const isName = text.charCodeAt(this.blank(end)) === COLON;
			for (let place = at + 1; !isName && place < end; place += 1) {
				const code = text.charCodeAt(place);
				if (code === COLON || code === SLASH || code === BACKSLASH) return true;
			}
			at = end;
		}
		return false;
	}
}

const ENDS: ReadonlySet<number> = new Set([COMMA, CLOSING, 0x5d, 32, 10, 13, 9]);

/** Far below what the reader of lists takes for one release: its limits are its own. */
const MOST = MAX_ANSWER.values / 10;
const DEEPEST = MAX_DEPTH / 4;
