/** Owns how text from outside is shown: quoted in sentences, visible in all its characters, and cut where it is too long. Pure. */

/**
 * Characters that are invisible, hide others, or change the text direction.
 * - Controls, line and paragraph separators.
 * - Format characters, such as those for bidirectional text, interlinear annotation and tags.
 * - Characters that a font may leave out (Hangul fillers, variation selectors, unassigned tags).
 * - Lone surrogates and noncharacters.
 * @see https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 * @see https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

/** Longest text that a sentence takes in, in characters. */
const MAX_DISPLAYED = 60;

/** Text from outside with visible escapes in place of what cannot be seen: `\u202e`, or `\u{e0041}` beyond U+FFFF. Of any length. */
export function escapeInvisible(text: string): string {
	return text.replace(INVISIBLE, (char) => {
		const code = (char.codePointAt(0) ?? 0).toString(16);
		return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
	});
}

/**
 * The same, cut in the middle where it is too long for a sentence; never within an escape or a code point. However long the text is,
 * only its two ends are looked at.
 * @param longest in UTF-16 units, the `…` included; at least 20.
 */
export function displayText(text: string, longest: number = MAX_DISPLAYED): string {
	if (text.length <= longest) {
		const whole = escapeInvisible(text);
		if (whole.length <= longest) return whole;
	}
	const tailLength = Math.floor((longest - 1) / 2);
	// Twice as much as has room, so what the slice may have cut in half is not among it.
	const start = fitting([...text.slice(0, longest)], longest - 1 - tailLength);
	const end = fitting([...text.slice(-longest)].reverse(), tailLength);
	return `${start.join('')}…${end.reverse().join('')}`;
}

/** Quotation marks of all kinds: one of them would end a quotation. */
const QUOTES = /["\u00ab\u00bb\u2018-\u201f\u2039\u203a\u275b-\u275e\u301d-\u301f\uff02]/g;

/** Most words of one text in a sentence; of more, two at the beginning and the last are shown. */
const MAX_WORDS = 3;

/**
 * Text from outside within a sentence: in quotation marks that nothing in it can close, cut in the middle to 60 characters and three
 * words. So it ends no sentence, adds no words of its own, and takes little room whatever it is.
 * @param longest in UTF-16 units, without the marks; with no limit the words have none either.
 * @param maxWords for a text that the reader wrote, which may have more.
 */
export function quoteText(text: string, longest: number = MAX_DISPLAYED, maxWords: number = MAX_WORDS): string {
	return `“${innerText(text, longest, maxWords)}”`;
}

/** `quoteText` without the marks, for text that is between some already. */
export function innerText(text: string, longest: number = MAX_DISPLAYED, maxWords: number = MAX_WORDS): string {
	if (longest === Number.POSITIVE_INFINITY) return escapeInvisible(text).replace(QUOTES, "'");
	const cut = displayText(text, longest).replace(QUOTES, "'");
	const words = cut.split(/\s+/);
	if (words.length <= maxWords) return cut;
	return `${words.slice(0, maxWords - 1).join(' ')}…${words.at(-1)}`;
}

/** Text from outside that is one word if it is honest, such as a name or version: white space becomes a visible sign. */
export function wordText(text: string): string {
	return displayText(text).replace(QUOTES, "'").replace(/\s/g, '␠');
}

/** `wordText` in quotation marks. */
export function quoteWord(text: string): string {
	return `“${wordText(text)}”`;
}

/** As many of the characters, each in its visible form, as have room. */
function fitting(characters: readonly string[], room: number): string[] {
	const shown: string[] = [];
	let left = room;
	for (const character of characters) {
		const visible = escapeInvisible(character);
		left -= visible.length;
		if (left < 0) break;
		shown.push(visible);
	}
	return shown;
}
