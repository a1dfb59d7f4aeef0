/** Tests of who leaves before the answer has come: what nobody else waits for ends, and keeps nobody waiting. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { share } from '../../../lib/async/shared-work.ts';
import { compare } from '../../../lib/inspect/complete.ts';
import { type InspectContext, inspect } from '../../../lib/inspect/inspect.ts';
import { withCache } from '../../../lib/registry/cache.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import { withPermission } from '../../../lib/registry/permission.ts';
import { throttled } from '../../../lib/registry/throttle.ts';
import { embeddedTrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { memoryStore } from '../../../lib/storage/evidence.ts';

/** A request to the registry that is under way. */
interface Running {
	path: string;
	isEnded: boolean;
	answer(body: unknown): void;
}

const real = globalThis.fetch;
let running: Running[] = [];
beforeEach(() => {
	running = [];
	globalThis.fetch = (address, { signal } = {}) =>
		new Promise((resolve, reject) => {
			const one: Running = {
				path: new URL(String(address)).pathname,
				isEnded: false,
				answer: (body) => {
					signal?.removeEventListener('abort', end);
					resolve(Response.json(body));
				},
			};
			const end = () => {
				one.isEnded = true;
				reject(signal?.reason);
			};
			running.push(one);
			signal?.addEventListener('abort', end);
		});
});
afterEach(() => {
	globalThis.fetch = real;
});

/** Lets everything happen that waits for nothing from outside. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const paths = () => running.map(({ path }) => path);

test('a registry that was left ends its request, and rejects all that is asked of it, with the reason', async () => {
	const left = new AbortController();
	const registry = createRegistry().until(left.signal);
	const asked = registry.fetchKeys();
	await settle();
	left.abort(new Error('gone'));
	await expect(asked).rejects.toThrow('gone');
	expect(running.map(({ isEnded }) => isEnded)).toEqual([true]);
	await expect(registry.fetchPackument('a')).rejects.toThrow('gone');
	expect(running).toHaveLength(1);
	// Another one is not touched.
	void createRegistry().fetchKeys();
	await settle();
	expect(running[1]?.isEnded).toBe(false);
});

test('either of two signals ends a request', async () => {
	for (const which of [0, 1]) {
		const left = [new AbortController(), new AbortController()] as const;
		const layers = [
			createRegistry(),
			withPermission(createRegistry(), async () => true),
			throttled(createRegistry(), 4),
		];
		layers.push(withCache(createRegistry(), memoryStore(), Date.now));
		for (const registry of layers) {
			const asked = registry.until(left[0].signal).until(left[1].signal).fetchKeys();
			asked.catch(() => undefined);
		}
		await settle();
		left[which]?.abort();
		await settle();
		expect(running.splice(0).map(({ isEnded }) => isEnded)).toEqual(Array(layers.length).fill(true));
	}
});

describe('what several wait for', () => {
	function scene() {
		const kept = withCache(createRegistry(), memoryStore(), Date.now);
		const page = () => {
			const left = new AbortController();
			return { leave: () => left.abort(new Error('gone')), registry: kept.until(left.signal) };
		};
		return { kept, page };
	}

	test('goes on while one of them stays, and is the answer to that one', async () => {
		const { page } = scene();
		const [one, other] = [page(), page()];
		const [left, stays] = [one.registry.fetchKeys(), other.registry.fetchKeys()];
		await settle();
		one.leave();
		await expect(left).rejects.toThrow('gone');
		expect(running.map(({ isEnded }) => isEnded)).toEqual([false]);
		running[0]?.answer({ keys: [] });
		expect((await stays).ok).toBe(true);
	});

	test('ends with the last of them; who comes then asks anew', async () => {
		const { page } = scene();
		const [one, other, next] = [page(), page(), page()];
		const both = [one.registry.fetchKeys(), other.registry.fetchKeys()];
		await settle();
		one.leave();
		other.leave();
		const asked = next.registry.fetchKeys();
		for (const answer of both) await expect(answer).rejects.toThrow('gone');
		await settle();
		expect(running.map(({ isEnded }) => isEnded)).toEqual([true, false]);
		// The end of the first must not hide the second from those who come later.
		const alsoAsked = page().registry.fetchKeys();
		await settle();
		expect(running).toHaveLength(2);
		running[1]?.answer({ keys: [] });
		expect((await asked).ok).toBe(true);
		expect((await alsoAsked).ok).toBe(true);
	});

	test('who cannot leave keeps it going', async () => {
		const { kept, page } = scene();
		const one = page();
		const [stays, left] = [kept.fetchKeys(), one.registry.fetchKeys()];
		await settle();
		one.leave();
		await expect(left).rejects.toThrow('gone');
		expect(running[0]?.isEnded).toBe(false);
		running[0]?.answer({ keys: [] });
		expect((await stays).ok).toBe(true);
	});

	test('who has left already is not served', async () => {
		let ends = 0;
		let isEnded = false;
		const join = share(
			(ending) =>
				new Promise<void>((_resolve, reject) => {
					ending.addEventListener('abort', () => {
						isEnded = true;
						reject(ending.reason);
					});
				}),
			() => {
				ends += 1;
			},
		);
		await expect(join(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
		await settle();
		expect([ends, isEnded]).toEqual([1, true]);
	});
});

describe('in a queue', () => {
	test('who leaves gives the place away', async () => {
		const queue = throttled(createRegistry(), 1);
		const [one, other] = [new AbortController(), new AbortController()];
		const first = queue.until(one.signal).fetchAttestations('first', '1.0.0');
		const second = queue.until(other.signal).fetchAttestations('second', '1.0.0');
		const third = queue.fetchAttestations('third', '1.0.0');
		await settle();
		expect(paths()).toEqual(['/-/npm/v1/attestations/first@1.0.0']);
		// The second never had a place, and is not waited for; the first had one, and it is free at once.
		other.abort(new Error('gone'));
		await expect(second).rejects.toThrow('gone');
		one.abort(new Error('gone'));
		await expect(first).rejects.toThrow('gone');
		await settle();
		expect(paths().at(-1)).toBe('/-/npm/v1/attestations/third@1.0.0');
		expect(running).toHaveLength(2);
		running[1]?.answer({ attestations: [] });
		expect((await third).ok).toBe(true);
		// No place was lost.
		void queue.fetchAttestations('fourth', '1.0.0');
		await settle();
		expect(running).toHaveLength(3);
	});

	test('who has left already takes none', async () => {
		const queue = throttled(createRegistry(), 1);
		await expect(queue.until(AbortSignal.abort(new Error('gone'))).fetchKeys()).rejects.toThrow('gone');
		void queue.fetchKeys();
		await settle();
		expect(running).toHaveLength(1);
	});
});

describe('a walk that is left', () => {
	const manifest = { name: 'a', version: '1.0.0', dist: { integrity: `sha512-${'A'.repeat(86)}==` } };
	const packument = { name: 'a', versions: { '1.0.0': manifest }, time: { '1.0.0': '2026-01-01T00:00:00.000Z' } };
	const SPEC = { name: 'a', selector: '1.0.0', kind: 'version' } as const;

	async function walk(bodies: Record<string, unknown>) {
		const left = new AbortController();
		const noted: string[] = [];
		const world: InspectContext = {
			registry: createRegistry().until(left.signal),
			signal: left.signal,
			trust: await embeddedTrustRoot(),
			sightings: {
				change: async (release) => {
					noted.push(release);
				},
			},
			now: () => new Date(),
		};
		const walked = inspect(SPEC, world).then((inspection) => compare(inspection, world));
		walked.catch(() => undefined);
		for (let times = 0; times < 6; times += 1) {
			await settle();
			for (const one of running) if (one.path in bodies) one.answer(bodies[one.path]);
		}
		return { left, noted, walked };
	}
	const FIRST = { '/a/1.0.0': manifest, '/-/npm/v1/attestations/a@1.0.0': { attestations: [] } };
	const ALL = { ...FIRST, '/a': packument, '/-/npm/v1/security/advisories/bulk': {} };

	test.each([
		['before the first answer', {}],
		['while it compares', FIRST],
	])('%s: asks nothing more, ends what it asked, and notes nothing', async (_when, bodies) => {
		const { left, noted, walked } = await walk(bodies);
		const before = running.length;
		left.abort(new Error('gone'));
		await expect(walked).rejects.toThrow('gone');
		await settle();
		expect(running).toHaveLength(before);
		for (const { path, isEnded } of running) expect([path, isEnded]).toEqual([path, !(path in bodies)]);
		expect(noted).toEqual([]);
	});

	test('one that stays notes what it saw', async () => {
		const { noted, walked } = await walk(ALL);
		await walked;
		expect(noted).toEqual(['a@1.0.0']);
	});
});
