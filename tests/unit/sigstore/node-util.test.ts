/** Differential: our `isDeepStrictEqual` against Node's own, on generated values of the kinds that the packages compare. */
import { isDeepStrictEqual as nodes } from 'node:util';
import { expect, test } from 'vitest';
import { Buffer as OwnBuffer } from '../../../lib/sigstore/webcrypto/node-buffer.ts';
import { isDeepStrictEqual } from '../../../lib/sigstore/webcrypto/node-util.ts';
import { Seeded } from '../../support/seeded.ts';

/**
 * What differs: a Map, Set, RegExp, Error, boxed primitive or typed array other than bytes is refused with a TypeError,
 * where Node compares it. No package compares one; if it did, the check would fail instead of passing unseen. Symbol keys
 * and properties put on dates, arrays and bytes are not looked at: nothing that came out of JSON or protobuf has them.
 */
const REFUSED = [new Map(), new Set(), /x/, new Error('x'), Object(1), new Uint16Array(2)];

const random = new Seeded(3);

class Point {
	x: unknown;
	constructor(x: unknown) {
		this.x = x;
	}
}

const PRIMITIVES = [0, -0, 1, Number.NaN, '', '0', 'x', true, false, null, undefined, 0n, 1n, Symbol.iterator];

function leaf(): unknown {
	return random.pick<() => unknown>([
		() => random.pick(PRIMITIVES),
		() => new Date(random.pick([0, 1, Number.NaN])),
		() => Buffer.from(random.bytes(random.below(4))),
		() => random.bytes(random.below(3)),
		() => OwnBuffer.from(random.bytes(random.below(3))),
	])();
}

function value(depth: number): unknown {
	if (depth === 0) return leaf();
	const fields = () => Array.from({ length: random.below(4) }, () => value(depth - 1));
	return random.pick<() => unknown>([
		leaf,
		fields,
		() => Object.fromEntries(fields().map((field) => [random.pick(['a', 'b', 'length', '0']), field])),
		() => Object.assign(Object.create(null), { a: value(depth - 1) }),
		() => new Point(value(depth - 1)),
	])();
}

/** The same value made anew, at times with one thing changed, an order turned, or a field too many. */
function nearlySame(source: unknown): unknown {
	if (random.below(12) === 0) return leaf();
	if (source instanceof Date) return new Date(source.getTime());
	if (source instanceof Uint8Array) {
		const copy = Object.getPrototypeOf(source).constructor.from(source) as Uint8Array;
		if (copy.length > 0 && random.below(4) === 0) copy[0] = (copy[0] ?? 0) ^ 1;
		return copy;
	}
	if (Array.isArray(source)) return random.below(15) === 0 ? [...source, undefined] : source.map(nearlySame);
	if (typeof source !== 'object' || source === null) return source;
	const entries = Object.entries(source).map(([key, field]) => [key, nearlySame(field)] as const);
	if (random.below(4) === 0) entries.reverse();
	if (random.below(15) === 0) entries.push(['c', undefined]);
	return Object.assign(Object.create(Object.getPrototypeOf(source)), Object.fromEntries(entries));
}

test('says the same as Node of generated values', () => {
	let equal = 0;
	const rounds = 4000;
	for (let i = 0; i < rounds; i += 1) {
		const one = value(random.below(4));
		const other = random.below(8) === 0 ? value(2) : nearlySame(one);
		const expected = nodes(one, other);
		if (isDeepStrictEqual(one, other) !== expected) expect(one, `round ${i}: Node says ${expected}`).toEqual(other);
		if (isDeepStrictEqual(one, other) !== expected) expect.fail(`round ${i}: Node says ${expected}`);
		if (expected) equal += 1;
	}
	// Both answers must have come up often.
	expect(equal).toBeGreaterThan(rounds / 4);
	expect(equal).toBeLessThan((rounds * 3) / 4);
});

test('a field that is undefined is not a field that is missing', () => {
	for (const [one, other] of [
		[{ a: undefined }, { b: undefined }],
		[{ a: undefined }, {}],
		[{ toString: undefined }, { a: undefined }],
		[[undefined], []],
	]) {
		expect(nodes(one, other)).toBe(false);
		expect(isDeepStrictEqual(one, other)).toBe(false);
	}
});

test('what it does not know is refused, not called equal', () => {
	for (const odd of REFUSED) {
		const other = structuredClone(odd);
		expect(() => isDeepStrictEqual(odd, other)).toThrow(TypeError);
	}
});

test('large bytes are compared', () => {
	const [one, other] = [Buffer.alloc(5_000_000), Buffer.alloc(5_000_000)];
	expect(isDeepStrictEqual({ body: one }, { body: other })).toBe(true);
});
