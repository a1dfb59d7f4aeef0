/** Owns a quick way through the text of a long list of releases: what is never read is passed over, and never becomes a value. */

import {
	COMMA,
	endOfString,
	isClosing,
	isOpening,
	MAX_ANSWER,
	MAX_DEPTH,
	MAX_PACKUMENT,
	QUOTE,
} from './json-bounds.ts';

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
	/** Values so far: of the whole, and of the release that is passed through. */
	#values = 0;
	#ofRelease = 0;

	constructor(text: string) {
		this.#text = text;
	}

	/** Passes through an object that stays in part. @returns the place behind it; at the top there is nothing more. */
	object(from: number, fates: Fates, depth: number): number {
		const text = this.#text;
		if (text.charCodeAt(from) !== OPENING) throw new OtherForm();
		this.#count(1);
		this.parts.push('{');
		/** Places of the parts with which a member begins, each with a comma before it; and of the lists of sources among them. */
		const begins: number[] = [];
		const lists: number[] = [];
		const keep = (part: string) => {
			begins.push(this.parts.length);
			this.parts.push(`,${part}`);
		};
		let hasOutside = false;
		let members = 0;
		let at = this.blank(from + 1);
		let isLast = text.charCodeAt(at) === CLOSING;
		while (!isLast) {
			members += 1;
			if (depth < RELEASE) {
				if (members > MOST_MEMBERS) throw new OtherForm();
				this.#ofRelease = 0;
			}
			const begin = at;
			const end = this.#string(at);
			const name = text.slice(begin + 1, end - 1);
			// A name with an escape may be any, and one of the others once more.
			if (name.includes('\\')) throw new OtherForm();
			const fate = fates.named.get(name) ?? fates.others;
			at = this.blank(end);
			if (text.charCodeAt(at) !== COLON) throw new OtherForm();
			const value = this.blank(at + 1);
			if (typeof fate === 'object' && text.charCodeAt(value) === OPENING) {
				keep(text.slice(begin, value));
				at = this.object(value, fate, depth + 1);
			} else {
				at = this.#value(value);
				if (fate === 'lists-sources') {
					lists.push(this.parts.length);
					hasOutside ||= this.#hasOutside(value, at);
				}
				if (fate !== 'goes') keep(text.slice(begin, at));
			}
			at = this.blank(at);
			const code = text.charCodeAt(at);
			isLast = code === CLOSING;
			if (!isLast && code !== COMMA) throw new OtherForm();
			if (!isLast) {
				this.#count(1);
				at = this.blank(at + 1);
			}
		}
		if (!hasOutside) for (const place of lists) this.parts[place] = '';
		const first = begins.find((place) => this.parts[place] !== '');
		if (first !== undefined) this.parts[first] = this.parts[first]?.slice(1) ?? '';
		this.parts.push('}');
		at += 1;
		if (depth === 0 && this.blank(at) !== text.length) throw new OtherForm();
		return at;
	}

	/** As the reader of lists counts: over the whole, and over each release. */
	#count(values: number): void {
		this.#values += values;
		this.#ofRelease += values;
		if (this.#ofRelease > MOST || this.#values > MOST_IN_ALL) throw new OtherForm();
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

	/** The place behind a value, counted. */
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
				if (level > DEEPEST) throw new OtherForm();
			} else if (isClosing(code)) {
				level -= 1;
				if (level === 0) {
					this.#count(values);
					return at + 1;
				}
			}
		}
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

/** How deep the releases of a list are. */
const RELEASE = 2;

/** Far below what the reader of lists takes for one release, and for all: its limits are its own. */
const MOST = MAX_ANSWER.values / 10;
const MOST_IN_ALL = MAX_PACKUMENT.values / 4;
const MOST_MEMBERS = MOST;
const DEEPEST = MAX_DEPTH / 4;
