/** Tests that JSON read in slices comes out as JSON.parse has it, whatever the text, and that no slice is long. */
import { describe, expect, test } from 'vitest';
import { parseJson, walk } from '../../lib/json.ts';
import { packumentJson, seeded } from '../fixtures/packuments.ts';

/** What JSON.parse makes of it; nothing where it refuses. */
function plain(text: string): { value: unknown } | undefined {
	try {
		return { value: JSON.parse(text) };
	} catch {
		return undefined;
	}
}

const pause = async () => undefined;

/** The same in slices, the text coming in parts of so many characters. */
async function sliced(text: string, length: number): Promise<{ value: unknown } | undefined> {
	async function* parts() {
		for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length);
	}
	try {
		return { value: await walk(parts(), pause) };
	} catch {
		return undefined;
	}
}

const LENGTHS = [1, 2, 7, 1000];

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
];

describe('JSON in slices', () => {
	test.each(TEXTS)('%s', async (text) => {
		expect(plain(text)).toBeDefined();
		for (const length of LENGTHS) {
			expect(await sliced(text, length)).toEqual(plain(text));
			expect(JSON.stringify(await sliced(text, length))).toBe(JSON.stringify(plain(text)));
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
		for (const length of LENGTHS) expect(await sliced(text, length)).toBeUndefined();
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
			expect(await sliced(text, 1 + pick(9)), text).toEqual(expected);
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
		const started = performance.now();
		expect((await sliced(text, 65_536))?.value).toEqual(JSON.parse(text));
		expect(performance.now() - started).toBeLessThan(5000);
	});
});
