/** Owns how far whole members of a JSON text reach, by their quotes, commas and brackets. */
import { COMMA, endOfString, isClosing, isOpening, MAX_DEPTH, QUOTE } from './json-bounds.ts';

/** Objects and lists this deep are walked; what is deeper goes to JSON.parse whole. A packument's releases are at 2. */
export const WALKED = 2;

/** Whole members of the object or list that is being read. */
export interface Members {
	/** The place of the comma behind them, or of what closes the object or list. */
	end: number;
	isLast: boolean;
	members: number;
	values: number;
}

/**
 * As many whole members as there are from this place on, but no more than fit into a batch. JSON.parse has the last word on what
 * lies between: here only quotes, commas and brackets are looked at.
 * @param longest a batch, in characters. @param each most values of one member. @param isFlat takes only texts, numbers and words.
 * @returns `too-long` where the first one does not fit into a batch, has too many values, or is to be walked; `open` where more text has to come.
 */
export function membersIn(
	text: string,
	from: number,
	longest: number,
	{ each = Number.POSITIVE_INFINITY, isFlat }: { each: number | undefined; isFlat: boolean },
): Members | 'too-long' | 'open' {
	let found: Members | undefined;
	let [level, values, members] = [0, 0, 0];
	let at = from;
	for (; at < text.length && at - from < longest; at += 1) {
		const code = text.charCodeAt(at);
		if (code === QUOTE) {
			const end = endOfString(text, at);
			if (end === undefined) {
				at = text.length;
				break;
			}
			at = end - 1;
		} else if (code === COMMA) {
			values += 1;
			if (level === 0) {
				members += 1;
				found = { end: at, isLast: false, members, values };
			}
		} else if (isOpening(code)) {
			if (isFlat) return found ?? 'too-long';
			values += 1;
			level += 1;
		} else if (isClosing(code)) {
			if (level === 0) return { end: at, isLast: true, members: members + 1, values: values + 1 };
			level -= 1;
		}
		if (values - (found?.values ?? 0) > each || level > MAX_DEPTH - WALKED) return found ?? 'too-long';
	}
	return found ?? (at - from < longest ? 'open' : 'too-long');
}

/** Where text, a number or a word ends; `undefined` where it is still open. */
export function endOfScalar(text: string, from: number): number | undefined {
	if (text.charCodeAt(from) === QUOTE) return endOfString(text, from);
	let at = from;
	while (at < text.length && !',]} \t\n\r'.includes(text.charAt(at))) at += 1;
	return at;
}
