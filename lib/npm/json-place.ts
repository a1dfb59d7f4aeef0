/** Owns how the place of a fault in JSON is written. */

import type { BaseIssue } from 'valibot';
import { quoteText } from '../text/untrusted.ts';

/** What kind of value a rule asks for, as people say it. */
const KINDS: Record<string, string> = {
	string: 'text in quotes',
	boolean: 'true or false',
	Object: 'an object, in braces',
	Array: 'a list, in brackets',
};

/** The path of a value as people read it: `rows.0.ref`; a name that is no plain word is quoted. Empty for the whole. */
export function pathText(path: readonly (string | number)[]): string {
	return path.map((key) => (/^[\w$-]{1,60}$/.test(String(key)) ? key : quoteText(String(key)))).join('.');
}

/** A rule that was broken, as a clause: a rule's own words, or what kind of value it asks for. */
export function describeIssue({ kind, expected, received, message }: BaseIssue<unknown>): string {
	if (expected === 'never') return 'there is no such field';
	if (received === 'undefined') return 'it is missing';
	if (kind !== 'schema' || expected === null) return message;
	return `it must be ${KINDS[expected] ?? expected.replace(/[()]/g, '').replaceAll(' | ', ' or ')}`;
}
