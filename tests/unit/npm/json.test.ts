/** Tests that JSON read in slices comes out as JSON.parse has it, whatever the text, that no slice is long, and that limits hold. */
import { describe, expect, test } from 'vitest';
import { checkJson, type JsonLimits, MAX_ANSWER, MAX_PACKUMENT, measureText } from '../../../lib/npm/json-bounds.ts';
import { parseJson, parseJsonText, walk } from '../../../lib/npm/json-stream.ts';
import { packumentJson, seeded } from '../../fixtures/packuments.ts';

/** What JSON.parse makes of it; nothing where it refuses. */
function plain(text: string): { value: unknown } | undefined {
	try {
		return { value: JSON.parse(text) };
	} catch {
		return undefined;
	}
}

const pause = async () => undefined;

async function* partsOf(text: string, length: number) {
	for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length);
}

/** The same in slices, the text coming in parts of so many characters, whole members going to JSON.parse in batches of so many. */
async function sliced(text: string, length: number, batch?: number): Promise<{ value: unknown } | undefined> {
	try {
		return { value: await walk(partsOf(text, length), pause, undefined, batch) };
	} catch {
		return undefined;
	}
}

const LENGTHS = [1, 2, 7, 1000];
const BATCHES = [1, 4, 20, undefined];
const CUTS = LENGTHS.flatMap((length) => BATCHES.map((batch) => [length, batch] as const));

const TEXTS = [
	'{}',
	'[]',
	'[[]]',
	' { "a" : [ 1 , { } , [ ] ] , "b" : { "c" : { "d" : [ { "e" : "}]\\"," } ] } } } \n',
	'{"a":{"1.0.0":{"x":{"y":[1,2,{"z":null}]}},"__proto__":{"polluted":true},"constructor":1}}',
	'{"a":1,"a":{"b":2},"10":1,"2":2}',
	'["\\\\","\\"","\\\\\\"","\\u0022",""]',
	'[-1.5e+3,true,false,null,"\u2028"]',
	'"text"',
	'12',
	'null',
	'{"a":"\\\\"}',
	'{"a":{"b":[],"b":{},"__proto__":[1]},"a":[[1,[2]],"x,y",{"c":null}],"d":{"e":"f","g":[{}]}}',
];

describe('JSON in slices', () => {
	test.each(TEXTS)('%s', async (text) => {
		expect(plain(text)).toBeDefined();
		for (const [length, batch] of CUTS) {
			expect(await sliced(text, length, batch)).toEqual(plain(text));
			expect(JSON.stringify(await sliced(text, length, batch))).toBe(JSON.stringify(plain(text)));
		}
		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
	});

	test.each([
		'',
		' ',
		'{',
		'}',
		'[',
		'{"a"}',
		'{"a":}',
		'{"a":1,}',
		'{,}',
		'[,1]',
		'[1,]',
		'[1 2]',
		'{"a":1 "b":2}',
		'{a:1}',
		'{1:1}',
		'{"a":1]',
		'[1}',
		'[[{]}]',
		'[[[1}]]',
		'{}{}',
		'1 2',
		'["a]',
		'{"a\\":1}',
		'[tru]',
		'[01]',
		'[1{}]',
		'["a""b"]',
		'\u00a0{}',
		'[\u00a01]',
		'<html>',
	])('refused: %j', async (text) => {
		expect(plain(text)).toBeUndefined();
		for (const [length, batch] of CUTS) expect(await sliced(text, length, batch)).toBeUndefined();
		expect(await parseJson(new Blob([text]), pause)).toEqual({ ok: false, failure: { code: 'not-json' } });
	});

	test('the same as JSON.parse on 20,000 texts with a character lost, doubled or changed', async () => {
		const random = seeded(7);
		const pick = (length: number) => Math.floor(random() * length);
		const odd = '{}[]":,\\ 0-e\u2028n';
		let [good, bad] = [0, 0];
		for (let round = 0; round < 20_000; round += 1) {
			let text = TEXTS[pick(TEXTS.length)] ?? '';
			for (let times = pick(3); times >= 0; times -= 1) {
				const at = pick(text.length + 1);
				const kept = pick(3) - 1;
				text = text.slice(0, at) + (random() < 0.6 ? odd[pick(odd.length)] : '') + text.slice(Math.max(0, at + kept));
			}
			const expected = plain(text);
			if (expected) good += 1;
			else bad += 1;
			expect(await sliced(text, 1 + pick(9), BATCHES[pick(4)]), text).toEqual(expected);
		}
		// Both kinds were met, or the test would say little.
		expect(Math.min(good, bad)).toBeGreaterThan(2000);
	});

	test('20 MB are read with many pauses', async () => {
		const rows = Array.from({ length: 10_000 }, (_, index) => ({
			version: `1.0.${index}`,
			at: new Date(Date.UTC(2016, 0, 1) + index * 3_600_000).toISOString(),
			manifest: { readme: `"{[\\ ${'x'.repeat(1700)}` },
		}));
		const text = JSON.stringify(packumentJson(rows));
		expect(text.length).toBeGreaterThan(20_000_000);
		let pauses = 0;
		const result = await parseJson(new Blob([text]), async () => {
			pauses += 1;
		});
		expect(result.ok && JSON.stringify(result.value) === text).toBe(true);
		expect(pauses).toBeGreaterThan(3);
		// One byte lost at the end, and it is none.
		expect((await parseJson(new Blob([text.slice(0, -1)]), pause)).ok).toBe(false);
	});

	test('letters of several bytes are whole, wherever the bytes are cut', async () => {
		for (const before of ['', 'x', 'xx', 'xxx']) {
			const text = JSON.stringify({ before, list: Array(100_000).fill('\u00e9\u20ac\ud83d\ude00') });
			const read = await parseJson(new Blob([text]), pause);
			expect(read.ok && JSON.stringify(read.value) === text).toBe(true);
		}
	});

	test('one value of 20 MB is looked through a few times, not once for each part of it', async () => {
		const text = `{"a":{"b":["${'x'.repeat(20_000_000)}"]}}`;
		expect((await sliced(text, 65_536))?.value).toEqual(JSON.parse(text));
	});
});

describe('limits', () => {
	/** Values as they are counted, by a walk of our own over what JSON.parse gives: an empty list or object counts as two. */
	const countOf = (json: unknown): number => {
		if (typeof json !== 'object' || json === null) return 1;
		const inner = Object.values(json).map(countOf);
		return 1 + (inner.length === 0 ? 1 : inner.reduce((sum, one) => sum + one, 0));
	};

	test.each(TEXTS)('values are counted as JSON.parse makes them: %s', (text) => {
		const json = JSON.parse(text);
		// A name that stands twice is two values in the text, and one in the end.
		const isTwice = JSON.stringify(json).length < text.replace(/\s/g, '').length && /"a".*"a"|"b".*"b"/.test(text);
		const { values } = measureText(text, 1000);
		if (isTwice) expect(values).toBeGreaterThanOrEqual(countOf(json));
		else expect(values).toBe(countOf(json));
	});

	const LIMITS: JsonLimits = { values: 40 };
	const ending = async (text: string, limits: JsonLimits, length = 7, batch?: number) => {
		try {
			return await walk(partsOf(text, length), pause, limits, batch);
		} catch (error) {
			return (error as { code?: string }).code ?? 'not-json';
		}
	};

	test.each([
		['a long list', `[${Array(60).fill('1').join()}]`],
		['a long list within', `{"a":[${Array(60).fill('1').join()}]}`],
		['a long list further within', `{"a":{"b":{"c":[${Array(60).fill('1').join()}]}}}`],
		['empty lists', `[${Array(30).fill('[]').join()}]`],
		['a long object', `{${Array.from({ length: 60 }, (_, index) => `"${index}":1`).join()}}`],
		['many short lists', `[${Array(12).fill('[1,2,3]').join()}]`],
		['one name, many times', `{${Array(60).fill('"a":1').join()}}`],
	])('%s ends with too-large, however it is cut', async (_what, text) => {
		expect(plain(text)).toBeDefined();
		for (const [length, batch] of CUTS) expect(await ending(text, LIMITS, length, batch)).toBe('too-large');
		expect(parseJsonText(text, LIMITS)).toMatchObject({ ok: false, failure: { code: 'too-large' } });
		expect(await parseJson(new Blob([text]), pause, LIMITS)).toMatchObject({ failure: { code: 'too-large' } });
		// What is within them comes out whole.
		for (const [length, batch] of CUTS)
			expect(await ending(text, { values: 80 }, length, batch)).toEqual(JSON.parse(text));
		expect(parseJsonText(text, { values: 80 })).toEqual({ ok: true, value: JSON.parse(text) });
	});

	test('commas and brackets in strings are no values', async () => {
		const text = JSON.stringify({ a: ',[{'.repeat(1000), ',,,,,,,,,,': ['\\",,,,,,,'] });
		expect(parseJsonText(text, { values: 8 })).toEqual({ ok: true, value: JSON.parse(text) });
		for (const [length, batch] of CUTS)
			expect(await ending(text, { values: 8 }, length, batch)).toEqual(JSON.parse(text));
	});

	test('values nested deeper than 200 are refused, up to there they are not', async () => {
		const nested = (depth: number) => `{"a":{"b":${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}}}`;
		for (const [length, batch] of CUTS) {
			expect(await ending(nested(200), { values: 1000 }, length, batch)).toEqual(JSON.parse(nested(200)));
			expect(await ending(nested(201), { values: 1000 }, length, batch)).toBe('wrong-shape');
			expect(await ending('['.repeat(500), { values: 1000 }, length, batch)).toBe('wrong-shape');
		}
		expect(parseJsonText(nested(201), MAX_ANSWER)).toMatchObject({ failure: { code: 'wrong-shape' } });
		expect(parseJsonText(nested(200), MAX_ANSWER)).toMatchObject({ ok: true });
		expect(checkJson(JSON.parse(nested(200)), MAX_ANSWER)).toMatchObject({ ok: true });
		expect(checkJson(JSON.parse(nested(202)), MAX_ANSWER)).toMatchObject({ failure: { code: 'wrong-shape' } });
	});

	test('a value that is there already is held to the same', () => {
		for (const [json, isRead] of [
			[{ a: Array(38).fill(1) }, true],
			[{ a: Array(39).fill(1) }, false],
			[Object.fromEntries(Array.from({ length: 60 }, (_, index) => [index, {}])), false],
			['x'.repeat(1000), true],
			[undefined, true],
		] as const)
			expect(checkJson(json, LIMITS)).toMatchObject(
				isRead ? { ok: true, value: json } : { failure: { code: 'too-large' } },
			);
	});

	test('one member of a member that goes over the limits is read as null, and no other with it', async () => {
		const limits: JsonLimits = { values: 10_000, members: 100, each: 5 };
		const large = [
			'{"x":[1,2,3,4,5,6]}',
			'[1,2,3,4,5,6,"]}"]',
			'{"a":{"b":{"c":{"d":{"e":{}}}}}}',
			`[${'"\\"",'.repeat(9)}1]`,
			`${'['.repeat(300)}"\\\\"${']'.repeat(300)}`,
			`{"x":["${'\\\\\\",'.repeat(50)}",2,3,4,5,6]}`,
		];
		for (const one of large)
			for (const [before, after] of [
				['"1":{"y":[1]},', ',"3":[2,"]"]'],
				['', ''],
				['"0":[1,2,3],"1":"x",', ''],
				['', ',"3":{}'],
			]) {
				const text = `{"versions":{${before}"2":${one}${after}},"time":{"1":[${Array(40).fill('1').join()}]}}`;
				const expected = JSON.parse(text);
				expected.versions['2'] = null;
				expected.time['1'] = null;
				for (const [length, batch] of CUTS) expect(await ending(text, limits, length, batch), text).toEqual(expected);
			}
	});

	test('an object at the top, and each of its own, has no more members than the limit', async () => {
		const limits: JsonLimits = { values: 10_000, members: 20, each: 1000 };
		const object = (count: number) => `{${Array.from({ length: count }, (_, index) => `"${index}":1`).join()}}`;
		for (const [length, batch] of CUTS) {
			for (const text of [object(21), `{"a":${object(21)}}`, `[${Array(21).fill('[]').join()}]`])
				expect(await ending(text, limits, length, batch)).toBe('too-large');
			for (const text of [object(20), `{"a":${object(20)}}`, `{"a":{"b":${object(50)}}}`])
				expect(await ending(text, limits, length, batch)).toEqual(JSON.parse(text));
		}
	});

	test('at the top, members without parts are taken together, and those with parts are still held to their limit', async () => {
		const limits: JsonLimits = { values: 1_000_000, members: 200_000, each: 5 };
		const many = Array.from({ length: 50_000 }, (_, index) => `"${index}":1`).join();
		const text = `{${many},"versions":{"1":[1,2,3,4,5,6],"2":[1]},"a":[1,2,3,4,5,6],"b":"]","c":2}`;
		let pauses = 0;
		const read = await walk(
			partsOf(text, 100_000),
			async () => {
				pauses += 1;
			},
			limits,
		);
		expect(read).toMatchObject({ 0: 1, 49999: 1, versions: { 1: null, 2: [1] }, b: ']', c: 2 });
		// One by one, each waits several times: eight megabytes of them took Firefox four seconds.
		expect(pauses).toBeLessThan(100);
	});

	test('one release of 600 MB, longer than any text can be, is passed over in slices', async () => {
		const part = `"${'x'.repeat(99_998)}\\\\",`;
		async function* parts() {
			yield '{"versions":{"1.0.0":{},"1.0.1":{"keywords":[';
			for (let at = 0; at < 6000; at += 1) yield part;
			yield '"last"]},"1.0.2":{"a":1}}}';
		}
		let pauses = 0;
		const read = await walk(
			parts(),
			async () => {
				pauses += 1;
			},
			MAX_PACKUMENT,
		);
		expect(read).toEqual({ versions: { '1.0.0': {}, '1.0.1': null, '1.0.2': { a: 1 } } });
		expect(pauses).toBeGreaterThan(150);
	});
});
