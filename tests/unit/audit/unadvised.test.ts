/** Tests of what the audit page asks again: what a list of malware that could not be read leaves open, and old rows. */
import { expect, test } from 'vitest';
import { createUnadvised, isOld } from '../../../entrypoints/audit/unadvised.ts';

test('a package leaves when its rows are made with the list, and not when the list arrives', () => {
	const unadvised = createUnadvised(['a', 'b']);
	unadvised.asked([]);
	// Here the run may end.
	expect(unadvised.names()).toEqual(['a', 'b']);
	unadvised.made('a');
	expect(unadvised.names()).toEqual(['b']);
	expect(unadvised.has('b')).toBe(true);
});

test('a package for which the list could not be read again stays, and so does a new one', () => {
	const unadvised = createUnadvised(['a']);
	unadvised.asked(['a', 'c']);
	for (const name of ['a', 'b', 'c']) unadvised.made(name);
	expect(unadvised.names()).toEqual(['a', 'c']);
	unadvised.asked(['c']);
	for (const name of ['a', 'c']) unadvised.made(name);
	expect(unadvised.names()).toEqual(['c']);
});

test.each([
	['2026-11-28T12:00:00Z', false],
	['2026-11-27T12:00:00Z', false],
	['2026-11-27T11:59:59Z', true],
	// A clock that was far ahead.
	['2027-01-01T00:00:00Z', true],
	['x', true],
])('rows of %s are old: %s', (at, expected) => {
	expect(isOld(at, Date.parse('2026-11-28T12:00:00Z'))).toBe(expected);
});
