/** Owns what counts as invisible in printed text, told from Unicode's own properties and not from the product's list. */

/** Characters that hide themselves or turn the text around, one of each kind. */
export const INVISIBLE = [
	'\u202e', // turns the direction around
	'\u2066', // isolates a direction
	'\u200b', // a space of no width
	'\u200d', // joins
	'\ufeff', // a byte order mark
	'\u00ad', // a soft hyphen
	'\u034f', // a grapheme joiner
	'\u061c', // an Arabic letter mark
	'\u115f', // a Hangul filler
	'\u17b4', // a Khmer vowel that is not drawn
	'\u180e', // a Mongolian separator
	'\u2028', // a line separator
	'\u2060', // a word joiner
	'\u3164', // another Hangul filler
	'\ufe0f', // a variation selector
	'\uffa0', // a half-width Hangul filler
	'\ufff9', // an annotation
	'\u{1bca0}', // a shorthand format control
	'\u{e0041}', // a tag
	'\u{e0101}', // a variation selector of the supplement
	'\u0000',
	'\u001b', // what a terminal obeys
	'\u0085', // a control character of the second set
	'\u007f',
] as const;

/** Default_Ignorable_Code_Point is what fonts must not draw; Cc, Cf, Zl and Zp are controls; Cs is half a character. @see https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point */
const HIDES = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u2800]/u;

/** The first invisible character of a text, as `U+202E`; nothing where all can be seen. */
export function invisibleIn(text: string): string | undefined {
	const [found] = HIDES.exec(text) ?? [];
	return found && `U+${found.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
}
