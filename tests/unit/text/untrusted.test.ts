/** Tests that text from outside shows all that is in it: no character hides, turns others around, or is cut in half. */
import { describe, expect, test } from 'vitest';
import { readable, shown } from '../../../lib/text/format.ts';
import { displayText, escapeInvisible } from '../../../lib/text/untrusted.ts';

/** Every code point, surrogates included. */
const ALL = Array.from({ length: 0x110000 }, (_, code) => code);
/** As Unicode 16 lists them. @see https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt */
const DEFAULT_IGNORABLE: [from: number, to: number][] = [
	[0x00ad, 0x00ad],
	[0x034f, 0x034f],
	[0x061c, 0x061c],
	[0x115f, 0x1160],
	[0x17b4, 0x17b5],
	[0x180b, 0x180f],
	[0x200b, 0x200f],
	[0x202a, 0x202e],
	[0x2060, 0x206f],
	[0x3164, 0x3164],
	[0xfe00, 0xfe0f],
	[0xfeff, 0xfeff],
	[0xffa0, 0xffa0],
	[0xfff0, 0xfff8],
	[0x1bca0, 0x1bca3],
	[0x1d173, 0x1d17a],
	[0xe0000, 0xe0fff],
];
const isListed = (code: number) => DEFAULT_IGNORABLE.some(([from, to]) => code >= from && code <= to);
const PLAIN = /^[\x20-\x7e]+$/;
/** What the escapes stand for. */
const unescaped = (text: string) =>
	text.replace(/\\u(?:\{([0-9a-f]+)\}|([0-9a-f]{4}))/g, (_all, long, short) =>
		String.fromCodePoint(Number.parseInt(long ?? short, 16)),
	);

describe('every code point', () => {
	test('that a font may leave out without a trace is shown escaped: by the list, and by this engine', () => {
		let count = 0;
		for (const code of ALL) {
			const char = String.fromCodePoint(code);
			if (!isListed(code) && !/\p{Default_Ignorable_Code_Point}/u.test(char)) continue;
			count += 1;
			expect(escapeInvisible(`a${char}b`)).toMatch(PLAIN);
		}
		expect(count).toBeGreaterThanOrEqual(DEFAULT_IGNORABLE.reduce((sum, [from, to]) => sum + to - from + 1, 0));
	});

	test.each([
		['controls', /\p{Cc}/u, 65],
		['format characters', /\p{Cf}/u, 160],
		['those that turn the direction', /\p{Bidi_Control}/u, 12],
		['separators of lines and paragraphs', /[\p{Zl}\p{Zp}]/u, 2],
		['surrogates by themselves', /\p{Cs}/u, 2048],
		['variation selectors', /\p{Variation_Selector}/u, 259],
		['no characters', /\p{Noncharacter_Code_Point}/u, 66],
	])('of %s is shown escaped', (_what, pattern, least) => {
		const chars = ALL.map((code) => String.fromCodePoint(code)).filter((char) => pattern.test(char));
		expect(chars.length).toBeGreaterThanOrEqual(least);
		for (const char of chars) expect(escapeInvisible(char)).toMatch(PLAIN);
	});

	test('that is escaped is told in full, and any other stays as it is', () => {
		let escaped = 0;
		for (const code of ALL) {
			const char = String.fromCodePoint(code);
			const visible = escapeInvisible(char);
			if (visible === char) continue;
			escaped += 1;
			expect(unescaped(visible)).toBe(char);
		}
		expect(escaped).toBeGreaterThan(6000);
		expect(escaped).toBeLessThan(7000);
		for (const text of [
			'sigstore-js',
			'Zoë 東京 مرحبا नमस्ते',
			'👍🏽 ½ → “x”',
			'e\u0301',
			' \u00a0',
			'\\ud800 \\u{1f600}',
			'',
		])
			expect(escapeInvisible(text)).toBe(text);
	});

	test.each([
		['a\u202egpj.exe', 'a\\u202egpj.exe'],
		['zero\u200bwidth\u0000', 'zero\\u200bwidth\\u0000'],
		['\u3164', '\\u3164'],
		['x\ufe0f', 'x\\ufe0f'],
		['hid\u{e0068}\u{e007f}den', 'hid\\u{e0068}\\u{e007f}den'],
		['\ufff9a\ufffab\ufffb', '\\ufff9a\\ufffab\\ufffb'],
		['\ud83dx\ude00', '\\ud83dx\\ude00'],
		['one\r\ntwo\u2028three', 'one\\u000d\\u000atwo\\u2028three'],
	])('as in %j', (text, expected) => {
		expect(escapeInvisible(text)).toBe(expected);
		expect(readable(text)).toBe(expected);
		expect(shown(text)).toBe(expected);
	});
});

describe('what is too long', () => {
	test('has 60 characters, of both its ends', () => {
		expect(displayText('x'.repeat(60))).toBe('x'.repeat(60));
		expect(displayText(`${'a'.repeat(300)}${'b'.repeat(300)}`)).toBe(`${'a'.repeat(30)}…${'b'.repeat(29)}`);
		expect(shown('x'.repeat(81))).toBe(`${'x'.repeat(30)}…${'x'.repeat(29)}`);
	});

	test('is never cut within an escape or a code point, nor is anything told twice', () => {
		const CHARS = ['x', '\u202e', '\u{1f600}', '\u{e0041}', '\ud800', '\udc00', '\\', 'u', '\u0000', 'é'];
		for (let seed = 0; seed < 4000; seed += 1) {
			let state = seed;
			const length = 1 + ((seed * 7) % 140);
			const text = Array.from({ length }, () => {
				state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
				return CHARS[(state >>> 16) % CHARS.length];
			}).join('');
			const whole = escapeInvisible(text);
			const cut = displayText(text);
			expect(cut.length).toBeLessThanOrEqual(60);
			if (whole.length <= 60) {
				expect(cut).toBe(whole);
				continue;
			}
			const [start = '', end = '', ...more] = cut.split('…');
			expect(more).toEqual([]);
			expect(start.length + end.length).toBeGreaterThan(59 - 2 * 9);
			expect(start.length + end.length).toBeLessThan(whole.length);
			// Each end is the visible form of whole code points of the text's own.
			const points = [...text];
			const forms = points.map(escapeInvisible);
			const prefixes = new Set(forms.map((_, count) => forms.slice(0, count).join('')));
			const suffixes = new Set(forms.map((_, count) => forms.slice(forms.length - count).join('')));
			expect(prefixes.has(start), text).toBe(true);
			expect(suffixes.has(end), text).toBe(true);
		}
	});

	test('shows only the ends of megabytes', () => {
		const text = '\u202e'.repeat(8_000_000);
		expect(displayText(text)).toBe(`${'\\u202e'.repeat(5)}…${'\\u202e'.repeat(4)}`);
	});
});
