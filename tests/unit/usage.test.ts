/** Tests of what the commands' options may say: a time is the same moment on every machine, or refused. */
import { expect, test } from 'vitest';
import { readTime, UsageError } from '../tools/usage.ts';

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
