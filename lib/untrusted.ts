/** Owns how text from outside is shown: what cannot be seen in it becomes visible, and what is too long for a line is cut. Pure. */

/**
 * Characters that are not seen, hide others, or turn the direction: controls; format characters, such as those for bidirectional text,
 * interlinear annotation and tags; line and paragraph separators; whatever a font may leave out without a trace (Hangul fillers,
 * variation selectors, what is unassigned among the tags); surrogates without their other half; and what is no character.
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
