/** Tests of what the audit page remembers of a list of malware that could not be read. */
import { expect, test } from 'vitest';
import { createUnadvised } from '../../../entrypoints/audit/unadvised.ts';

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
