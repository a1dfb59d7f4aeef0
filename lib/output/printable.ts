/** Owns which characters of an output are written as they are, for whatever shows it. Pure. */

/**
 * Text from outside that is fit for a terminal. Control characters, line ends, and what hides or turns text become escapes (`\u202e`), as
 * in JSON, so that JSON stays the same JSON. See docs/decisions/0075-own-escaping.md.
 * @see https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
export function printable(text: string): string {
	return text.replace(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, (char) =>
		Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
	);
}

/** JSON in two-space indentation, of which a terminal can be given every character. */
export function printableJson(value: unknown): string {
	return JSON.stringify(value, null, 2).split('\n').map(printable).join('\n');
}
