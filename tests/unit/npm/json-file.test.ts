/** Tests that a file of a reader's own is read strictly, and quickly where nothing is wrong with it: a page waits meanwhile. */
import { describe, expect, test } from 'vitest';
import { parseJsonFile } from '../../../lib/npm/json-file.ts';
import { joinPolicies } from '../../../lib/policy/edit.ts';
import { parsePolicyFile, policyText } from '../../../lib/policy/file.ts';
import type { Mute, PolicyRow } from '../../../lib/policy/schema.ts';
import { parseTrustRootFile } from '../../../lib/sigstore/trust-root-file.ts';

const MAX_LENGTH = 8_000_000;
const NUMBERS = Array.from({ length: 10_000 }, (_, index) => index);
const ROWS = NUMBERS.map(
	(index): PolicyRow => ({
		package: `@scope/name-${index}`,
		issuer: 'https://issuer.test',
		repository: `https://github.com/organisation/repository-${index}`,
		repositoryId: '1234567',
		ownerId: '7654321',
		workflow: '.github/workflows/release.yml',
		ref: 'refs/tags/v*',
		environment: 'npm',
		hosted: true,
		provenance: 'required',
	}),
);
const mutes = (prefix: string) =>
	NUMBERS.map(
		(index): Mute => ({ package: `${prefix}-${index}`, verdict: 'lost', note: 'by hand', date: '2026-11-25' }),
	);

describe('a field that stands twice', () => {
	test.each([
		['{"a":1,\n"a":1}', 'line 2: "a" stands twice'],
		['{"a":[{}, {"b":{"c":1,\n"d":{},\n"c":[]}}]}', 'line 3: "c" stands twice'],
		['{"a":1,"\\u0061":2}', 'line 1: "a" stands twice'],
		['{"__proto__":1,\n"__proto__":1}', 'line 2: "__proto__" stands twice'],
		['{"a:":":","b":"\\":","a:":[]}', 'line 1: "a:" stands twice'],
	])('%j', (text, detail) => {
		expect(parseJsonFile(text, MAX_LENGTH)).toEqual({ ok: false, failure: { code: 'wrong-shape', detail } });
	});

	test.each([
		'{"a":{"a":{"a":[{"a":1},{"a":1}]}}}',
		'{"a:":":","b":"\\":","c":[":",{":":":"}]}',
		'{"__proto__":{"a":1},"constructor":{"a":1}}',
		'[]',
		'"::"',
	])('is not: %s', (text) => {
		const read = parseJsonFile(text, MAX_LENGTH);
		expect(read.ok && read.value.value).toEqual(JSON.parse(text));
		expect(read.ok && read.value.lineOf(['a', 'a', 0])).toBe(1);
	});
});

describe('a control character in a text in quotes', () => {
	test.each([
		['{\n"a": "b\nc"}', 'line 2: character 8 is not what JSON has there'],
		['{\r\n\r\n"a": "b\r\nc"}', 'line 3: character 8 is not what JSON has there'],
		['{"a": "\\"\tb"}', 'line 1: character 10 is not what JSON has there'],
		['[\n"a",\n"b\u0000"]', 'line 3: character 3 is not what JSON has there'],
		['{"a\n": 1}', 'line 1: character 4 is not what JSON has there'],
	])('%j', (text, detail) => {
		expect(parseJsonFile(text, MAX_LENGTH)).toEqual({ ok: false, failure: { code: 'not-json', detail } });
	});
});

describe('what is no JSON is told with its place', () => {
	test.each([
		['', 'line 1: it ends before it is complete'],
		['{\n"a": [1,\n', 'line 3: it ends before it is complete'],
		['{"a"', 'line 1: it ends before it is complete'],
		['{"a": "b', 'line 1: it ends before it is complete'],
		['{"a": 1,}', 'line 1: character 9 is not what JSON has there'],
		['{"a": 01}', 'line 1: character 8 is not what JSON has there'],
		["{'a': 1}", 'line 1: character 2 is not what JSON has there'],
		['{"a": tru}', 'line 1: character 7 is not what JSON has there'],
		['{"a": 1 /* one */}', 'line 1: character 9 is not what JSON has there'],
		['{} {}', 'line 1: character 4 is not what JSON has there'],
		['[\n"a\\x"]', 'line 2: character 4 is not what JSON has there'],
		['["\\u12g4"]', 'line 1: character 7 is not what JSON has there'],
		[`["${'x'.repeat(1_000)}\\q"]`, 'line 1: character 1004 is not what JSON has there'],
		['[1,\u00a02]', 'line 1: character 4 is not what JSON has there'],
	])('%#', (text, detail) => {
		expect(parseJsonFile(text, MAX_LENGTH)).toEqual({ ok: false, failure: { code: 'not-json', detail } });
	});
});

test('what is nested 64 deep is read, what is deeper is not', () => {
	const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
	for (const depth of [1, 62, 63, 64]) expect(parseJsonFile(nested(depth), MAX_LENGTH).ok, String(depth)).toBe(true);
	expect(parseJsonFile(nested(65), MAX_LENGTH)).toMatchObject({ failure: { code: 'not-json' } });
});

test('an allowlist of ten thousand full rows is read', () => {
	expect(parsePolicyFile(policyText({ version: 1, rows: ROWS, mutes: mutes('m') })).ok).toBe(true);
});

test('a trust root file of nothing but small elements ends at the first that is wrong', async () => {
	const text = `{"mediaType":"x","tlogs":[${Array(80_000).fill('{}').join()}]}`;
	const info = { source: 'custom', version: 'x', takenAt: '' } as const;
	const read = parseJsonFile(text, MAX_LENGTH);
	expect(read.ok && read.value.lineOf(['tlogs', 0])).toBe(1);
	const parsed = await parseTrustRootFile(text, info);
	expect(parsed).toMatchObject({ failure: { code: 'wrong-shape', detail: expect.stringContaining('tlogs.0') } });
});

test('ten thousand dismissed warnings are added to ten thousand others at once', () => {
	const one = { version: 1 as const, rows: [], mutes: mutes('a') };
	const more = { version: 1 as const, rows: [], mutes: mutes('a').map((mute) => ({ ...mute, note: 'anew' })) };
	// Pair by pair it would not end before this test's patience.
	expect(joinPolicies(one, more)).toEqual({ ok: true, value: more });
	const others = joinPolicies({ ...one, mutes: mutes('a').slice(0, 3) }, { ...more, mutes: mutes('b').slice(0, 3) });
	expect(others.ok && others.value.mutes?.map((mute) => mute.package)).toEqual([
		'a-0',
		'a-1',
		'a-2',
		'b-0',
		'b-1',
		'b-2',
	]);
});
