/** Tests of the registry as marks ask it: a few at a time, and not at all while it asks for fewer requests. */
import { expect, onTestFinished, test } from 'vitest';
import { createRegistry } from '../../../lib/registry/client.ts';
import { throttled } from '../../../lib/registry/throttle.ts';

/** A registry whose answers are set, and counted, with a clock to be set. */
function stage(headers: HeadersInit = {}) {
	const at = { now: Date.now(), status: 429 };
	const asked: string[] = [];
	const real = globalThis.fetch;
	onTestFinished(() => {
		globalThis.fetch = real;
	});
	globalThis.fetch = async (address) => {
		asked.push(String(address));
		return at.status === 200
			? Response.json({ objects: [] })
			: new Response('', { status: at.status, headers: at.status === 429 ? headers : {} });
	};
	const registry = throttled(createRegistry(), 4, () => at.now);
	return { at, asked, registry };
}

const failureOf = (result: { ok: boolean }) => (result as { failure?: { code: string } }).failure?.code;

test('of two hundred and fifty who ask a registry that says 429, four reach it', async () => {
	const { asked, registry } = stage({ 'retry-after': '60' });
	const answers = await Promise.all(
		Array.from({ length: 250 }, (_one, index) => registry.fetchAttestations(`dependency-${index}`, '1.0.0')),
	);
	expect(new Set(answers.map(failureOf))).toEqual(new Set(['rate-limited']));
	expect(asked.length).toBeLessThanOrEqual(4);
});

const MINUTE = 60_000;
test.each<[what: string, headers: HeadersInit, pause: number]>([
	['seconds', { 'retry-after': '90' }, 90_000],
	['a date', { 'retry-after': new Date(Math.ceil(Date.now() / 1000) * 1000 + 2 * MINUTE).toUTCString() }, 2 * MINUTE],
	['nothing', {}, MINUTE],
	['what is none', { 'retry-after': 'soon' }, MINUTE],
	['what is past', { 'retry-after': '0' }, MINUTE],
	['a day', { 'retry-after': '86400' }, 5 * MINUTE],
])('where it says %s, the pause ends then', async (what, headers, pause) => {
	const { at, asked, registry } = stage(headers);
	await registry.search('a');
	at.status = 200;
	// A date is told in whole seconds, from the clock on the wall.
	const slack = what === 'a date' ? 5000 : 1;
	at.now += pause - slack;
	expect(failureOf(await registry.search('a'))).toBe('rate-limited');
	expect(asked).toHaveLength(1);
	at.now += 2 * slack;
	expect((await registry.search('a')).ok).toBe(true);
	expect(asked).toHaveLength(2);
});

test('a clock that is set back ends the pause', async () => {
	const { at, asked, registry } = stage();
	await registry.search('a');
	at.now -= 1;
	await registry.search('a');
	expect(asked).toHaveLength(2);
});

test('other failures pause nothing', async () => {
	const { at, asked, registry } = stage();
	at.status = 500;
	await registry.search('a');
	await registry.search('a');
	expect(asked).toHaveLength(2);
});
