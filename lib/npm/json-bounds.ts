/** Owns how much JSON from outside may hold before anything is made of it. */

import * as v from 'valibot';
import { failed, type Result, success } from '../report/result.ts';
import { isNestedTooDeep } from './nesting.ts';

/**
 * How much a text may hold. A bound in bytes is no bound on the work: eight megabytes of `[],[],` are two million lists, and a
 * schema that looks at each takes seconds and gigabytes. So values are counted while the text is read, before there is a value.
 */
export interface JsonLimits {
	/** Values in all. An empty list or object counts as two. */
	values: number;
	/** Members of the object at the top, and of each of its own. */
	members?: number;
	/**
	 * Values in one member of a member: one release of a packument. What has more, or nests deeper than any honest value, is read
	 * as `null`. So a publisher can make a release of their own unreadable, and no other.
	 */
	each?: number;
}

/** An answer about one release. Honest ones have some hundred values; a release with 20,000 dependencies has 60,000 at most. */
export const MAX_ANSWER: JsonLimits = { values: 100_000 };

/** A list of releases. A value takes 30 bytes of an honest one, so 128 MB have 4.3 million; `time` has two members a release. */
export const MAX_PACKUMENT: JsonLimits = { values: 5_000_000, members: 200_000, each: MAX_ANSWER.values };

/** Nothing honest nests deeper than about fifteen. */
export const MAX_DEPTH = 200;

/** Longest value that JSON.parse gets at once, in characters; it takes some 40 ms for it. */
export const MAX_LENGTH = 32 * 1024 * 1024;

/** A limit that a text goes over. */
export class LimitError extends Error {
	readonly code: 'too-large' | 'wrong-shape';
	constructor(code: LimitError['code'], message: string) {
		super(message);
		this.code = code;
	}
}

export const tooMany = (most: number) => new LimitError('too-large', `more than ${most} values`);

export const tooDeep = () => new LimitError('wrong-shape', 'nested too deep');

export const tooLong = () => new LimitError('too-large', `a value of more than ${MAX_LENGTH} characters`);

export function failureOf(error: unknown): Result<never> {
	return error instanceof LimitError ? failed(error.code, error.message) : failed('not-json');
}

/**
 * How many values a text has (an empty list or object counts as two), how deep they nest, and how many of them have a name. What is
 * in strings does not count.
 * @param most no more are counted than one above this.
 */
export function measureText(text: string, most: number): { values: number; depth: number; names: number } {
	let [values, level, depth, names] = [1, 0, 0, 0];
	for (let at = 0; at < text.length && values <= most; at += 1) {
		const code = text.charCodeAt(at);
		if (code === QUOTE) at = (endOfString(text, at) ?? text.length) - 1;
		else if (code === COMMA) values += 1;
		else if (code === COLON) names += 1;
		else if (isOpening(code)) {
			values += 1;
			level += 1;
			depth = Math.max(depth, level);
		} else if (isClosing(code)) level -= 1;
	}
	return { values, depth, names };
}

/**
 * The same bounds for a value that is there already: what was kept on this machine.
 * @returns failures `too-large` and `wrong-shape`, as `parseJson`; else the value as it is.
 */
export function checkJson(json: unknown, { values: most }: JsonLimits): Result<unknown> {
	let [values, level] = [1, [json]];
	while (level.length > 0) {
		const next: unknown[] = [];
		for (const value of level) {
			if (typeof value !== 'object' || value === null) continue;
			const inner: unknown[] = Array.isArray(value) ? value : Object.values(value);
			values += inner.length;
			if (values > most) return failureOf(tooMany(most));
			for (const one of inner) next.push(one);
		}
		level = next;
	}
	return isNestedTooDeep(json) ? failureOf(tooDeep()) : success(json);
}

/** For schemas: report only the first fault. An issue for each of a million elements takes minutes, and gigabytes. */
export const FIRST_ONLY = { abortEarly: true };

/** A schema for a list of no more than `most`, which are counted before any of them is looked at. */
export function boundedList<const Item extends v.GenericSchema>(item: Item, most: number) {
	return v.pipe(v.custom<unknown[]>(Array.isArray, 'Invalid type: Expected Array'), v.maxLength(most), v.array(item));
}

export const QUOTE = 0x22;

export const COMMA = 0x2c;

const COLON = 0x3a;

/** `{` and `[` */
export function isOpening(code: number): boolean {
	return code === 0x7b || code === 0x5b;
}

/** `}` and `]` */
export function isClosing(code: number): boolean {
	return code === 0x7d || code === 0x5d;
}

/** The place behind the string that begins here; `undefined` where it is still open. */
export function endOfString(text: string, from: number): number | undefined {
	for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
		let backslashes = 0;
		while (text[at - 1 - backslashes] === '\\') backslashes += 1;
		if (backslashes % 2 === 0) return at + 1;
	}
	return undefined;
}
