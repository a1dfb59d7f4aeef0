/** Tests of bytes that are held in memory: they read as a Blob of the same parts does. */
import { expect, test } from 'vitest';
import { holdBytes, isBytes } from '../../../lib/npm/bytes.ts';
import { parsePackument } from '../../../lib/npm/packument.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import { packumentJson } from '../../fixtures/packuments.ts';

const encode = (text: string) => new TextEncoder().encode(text);

const BODIES: [string, Uint8Array<ArrayBuffer>[]][] = [
	['nothing', []],
	['one part', [encode('{"a":1}')]],
	['a letter across two parts', [new Uint8Array([0x22, 0xc3]), new Uint8Array([0xa4, 0x22])]],
	['no UTF-8', [new Uint8Array([0x22, 0xff, 0xc3]), new Uint8Array([0x22])]],
];

test.each(BODIES)('%s', async (_name, parts) => {
	const [held, blob] = [holdBytes(parts), new Blob(parts)];
	expect(isBytes(held) && isBytes(blob)).toBe(true);
	expect(held.size).toBe(blob.size);
	expect(await held.text()).toBe(await blob.text());
	for (const [from, to] of [[], [1], [0, 2], [-2], [1, 100], [3, 1]]) {
		const [one, other] = [held.slice(from, to), blob.slice(from, to)];
		expect(one.size).toBe(other.size);
		expect(await one.arrayBuffer()).toEqual(await other.arrayBuffer());
	}
});

test('a list that a registry holds in memory reads to the same', async () => {
	const text = JSON.stringify(
		packumentJson(
			Array.from({ length: 900 }, (_, at) => ({
				version: `1.0.${at}`,
				at: '2026-01-01',
				manifest: { readme: 'ä'.repeat(500) },
			})),
		),
	);
	const ask = async () => new Response(text);
	const listOf = async (hold?: typeof holdBytes) => {
		const list = await createRegistry('https://example.org', { ask, ...(hold && { hold }) }).fetchPackument('minted');
		if (!list.ok) throw new Error(list.failure.code);
		return list.value;
	};
	const [held, blob] = [await listOf(holdBytes), await listOf()];
	expect([held instanceof Blob, blob instanceof Blob]).toEqual([false, true]);
	const read = await parsePackument(held);
	expect(read.ok && read.value.releases).toHaveLength(900);
	expect(read).toEqual(await parsePackument(blob));
});
