/** Tests of what all commands share: times that are the same moment everywhere, words that may be meant, text fit for a terminal. */
import { describe, expect, test } from 'vitest';
import { printable, printableJson, readTime, suggest, UsageError } from '../../../cli/usage.ts';

test.each([
	['2026-01-31', '2026-01-31T00:00:00.000Z'],
	['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
	['2026-01-31T12:00:30.5+02:00', '2026-01-31T10:00:30.500Z'],
	['2026-01-31T12:00', '2026-01-31T12:00:00.000Z'],
	['2026-01-31T12:00:00', '2026-01-31T12:00:00.000Z'],
])('%s is %s', (text, expected) => {
	expect(readTime('--now', text).toISOString()).toBe(expected);
});

test.each(['', '1', 'March 7', '2026', '2026-01', '2026-01-31Z', '2026-13-01', '2026-01-31T25:00', 'now'])(
	'"%s" is refused',
	(text) => {
		expect(() => readTime('--now', text)).toThrow(UsageError);
	},
);

test.each([
	['mismach', 'mismatch'],
	['NOT-ALLOWED', 'not-allowed'],
	['los', 'lost'],
	['repository_differs', 'repository-differs'],
])('%s is near to %s', (word, nearest) => {
	expect(suggest(word, ['lost', 'mismatch', 'not-allowed', 'repository-differs'])).toBe(` Did you mean ${nearest}?`);
});

test('what is near to nothing is not guessed', () => {
	expect(suggest('xyzzy', ['lost', 'mismatch'])).toBe('');
	expect(suggest('x'.repeat(100_000), ['lost'])).toBe('');
	expect(suggest('lost', [])).toBe('');
});

describe('characters', () => {
	const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
	const OBEYED = [...range(0, 0x1f), ...range(0x7f, 0x9f), ...range(0xd800, 0xd801), 0xfff9, 0xe000, 0x0378];
	const TURNING = [0x061c, 0x200e, 0x200f, ...range(0x202a, 0x202e), ...range(0x2066, 0x2069), 0x2028, 0x2029];
	/** Default_Ignorable_Code_Point, one of each of its blocks. @see https://www.unicode.org/reports/tr44/ */
	const HIDDEN = [
		...[0x00ad, 0x034f, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e, 0x200b, 0x200d, 0x2060, 0x206f, 0x3164, 0xfe00, 0xfe0f],
		...[0xfeff, 0xffa0, 0xfff0, 0x1bca0, 0x1d173, 0xe0001, 0xe0041, 0xe0100, 0xe0fff],
	];

	test('that a terminal obeys, that turn text or hide are escaped', () => {
		for (const code of [...OBEYED, ...TURNING, ...HIDDEN])
			expect(printable(String.fromCodePoint(code)), code.toString(16)).toMatch(/^(\\u[0-9a-f]{4}){1,2}$/);
		expect(printable('a\u001b[31mb')).toBe('a\\u001b[31mb');
		expect(printable('\u{e0041}')).toBe('\\udb40\\udc41');
	});

	test('of all other kinds are not', () => {
		const text = "plain ASCII ~!'()*\\ é ß 漢字 עברית नमस्ते 😀 – … “”\u00a0\u3000";
		expect(printable(text)).toBe(text);
	});
});

test('JSON is the same JSON after it', () => {
	const value = { 'a\u202eb': ['\u0000\u009b\u2028\ud800', '\u{e0041}\u{1f600}'], none: null };
	const text = printableJson(value);
	expect(JSON.parse(text)).toEqual(value);
	expect(text.split('\n')).toHaveLength(JSON.stringify(value, null, 2).split('\n').length);
	expect(text).toContain('\u{1f600}');
});
