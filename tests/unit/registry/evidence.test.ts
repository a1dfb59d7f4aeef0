/** Tests of what is kept of the registry's answers: when it is asked, when what was kept stands in, and how old that is said to be. */
import { describe, expect, test } from 'vitest';
import { compare } from '../../../lib/inspect/complete.ts';
import { inspect } from '../../../lib/inspect/inspect.ts';
import { type EvidenceStore, withCache } from '../../../lib/registry/cache.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import { memoizeFor } from '../../../lib/registry/memoize.ts';
import type { Registry } from '../../../lib/registry/registry.ts';
import type { Manifest } from '../../../lib/report/evidence.ts';
import type { FailureCode } from '../../../lib/report/failures.ts';
import { failed, type Result, success } from '../../../lib/report/result.ts';
import { memoryStore } from '../../../lib/storage/evidence.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { startAuthority } from '../../support/authority.ts';
import { githubBuild, mintRelease, type Release } from '../../support/mint.ts';
import { packageOf } from '../../support/recordings.ts';

const MINUTES = 60_000;
const START = Date.parse('2026-11-20T12:00:00Z');

/** A registry that counts what it is asked, and a clock to be set. */
function stage(store: EvidenceStore = memoryStore()) {
	const at = { now: START, isOffline: false, failure: undefined as FailureCode | undefined };
	const asked: string[] = [];
	const releases: Release[] = [];
	const answer = <T>(what: string, value: () => T): Promise<Result<T>> => {
		asked.push(what);
		return Promise.resolve(at.failure ? failed(at.failure) : success(value()));
	};
	const find = (version: string) => releases.find((release) => release.version === version) as Release;
	const packument = () => new Blob([JSON.stringify(packageOf(releases).packument)]);
	const registry: Registry = {
		fetchManifest: ({ name, selector }) => answer(`manifest ${selector}`, () => manifestOf(name, find(selector))),
		fetchAttestations: (_name, version) => answer(`attestations ${version}`, () => find(version).attestations),
		fetchPackument: () => answer('packument', packument),
		fetchAbbreviated: () => answer('abbreviated', packument),
		fetchAdvisories: (_name, version) => answer(`advisories ${version}`, () => ({})),
		fetchAdvisoriesOf: () => answer('advisories of many', () => ({})),
		fetchTarball: (_name, version) => answer(`tarball ${version}`, () => new Uint8Array(find(version).tarball ?? [])),
		fetchKeys: async () => success([]),
		search: () => answer('search', () => []),
	};
	const kept = withCache(registry, store, () => at.now, { isOffline: () => at.isOffline });
	return { at, asked, releases, kept };
}

function manifestOf(name: string, { version, manifest, attestations }: Release): Manifest {
	const integrity = String(manifest.dist.integrity);
	const signatures = (manifest.dist.signatures ?? []) as Manifest['signatures'];
	const pointer = attestations && { provenance: 'https://slsa.dev/provenance/v1' };
	return { name, version, integrity, signatures, attestations: pointer };
}

const REACHED_NOBODY = ['registry-unreachable', 'registry-timeout'] as const;

describe('one answer', () => {
	test('is asked for once in five minutes, and then again', async () => {
		const { at, asked, kept } = stage();
		await kept.fetchAbbreviated('minted');
		at.now += 5 * MINUTES - 1;
		await kept.fetchAbbreviated('minted');
		expect(asked).toHaveLength(1);
		at.now += 1;
		expect(await kept.fetchAbbreviated('minted')).not.toHaveProperty('keptSince');
		expect(asked).toHaveLength(2);
	});

	test('is asked for once, however many ask while it is on its way or being kept by a slow store', async () => {
		const slow = (store: EvidenceStore): EvidenceStore => {
			const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
			return {
				get: async (key) => {
					const kept = await store.get(key);
					await pause();
					return kept;
				},
				put: async (key, kept) => {
					await pause();
					await store.put(key, kept);
				},
			};
		};
		const { asked, kept } = stage(slow(memoryStore()));
		const answers: Promise<Result<unknown>>[] = [];
		for (let asker = 0; asker < 40; asker += 1) {
			answers.push(kept.fetchAbbreviated('minted'));
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
		expect((await Promise.all(answers)).every(({ ok }) => ok)).toBe(true);
		expect(asked).toEqual(['abbreviated']);
	});

	test('kept before a clock was set back is asked for again', async () => {
		const { at, asked, kept } = stage();
		await kept.fetchAbbreviated('minted');
		at.now -= 1;
		await kept.fetchAbbreviated('minted');
		expect(asked).toHaveLength(2);
	});

	test.each(REACHED_NOBODY)('%s: what was kept stands in, however old, and says since when', async (code) => {
		const { at, kept } = stage();
		await kept.fetchAbbreviated('minted');
		at.now += 1000 * 24 * 60 * MINUTES;
		at.failure = code;
		expect(await kept.fetchAbbreviated('minted')).toMatchObject({ ok: true, keptSince: '2026-11-20T12:00:00.000Z' });
	});

	test.each(['rate-limited', 'registry-error', 'not-json', 'cut-off', 'release-not-found'] as const)(
		'%s is an answer of the registry: what was kept does not cover it up',
		async (code) => {
			const { at, kept } = stage();
			await kept.fetchAbbreviated('minted');
			at.now += 5 * MINUTES;
			at.failure = code;
			expect(await kept.fetchAbbreviated('minted')).toMatchObject({ ok: false, failure: { code } });
		},
	);

	test('a failure is not kept', async () => {
		const { at, kept } = stage();
		at.failure = 'registry-error';
		await kept.fetchAbbreviated('minted');
		at.failure = undefined;
		expect((await kept.fetchAbbreviated('minted')).ok).toBe(true);
	});

	test('a store that is full or broken costs a request, never the answer', async () => {
		const broken = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
		const { asked, kept } = stage({ get: broken, put: broken });
		expect((await kept.fetchAbbreviated('minted')).ok).toBe(true);
		expect((await kept.fetchAbbreviated('minted')).ok).toBe(true);
		expect(asked).toHaveLength(2);
	});

	test('a file is fetched each time: what counts is what is served now', async () => {
		const { asked, kept, releases } = stage();
		releases.push(await mintRelease(await startAuthority()));
		await kept.fetchTarball('minted', '1.0.0');
		await kept.fetchTarball('minted', '1.0.0');
		expect(asked).toEqual(['tarball 1.0.0', 'tarball 1.0.0']);
	});
});

describe('a store that was broken into', () => {
	const SPEC = { name: 'minted', selector: '1.0.0', kind: 'version' } as const;
	async function poisoned(poison: (store: EvidenceStore, releases: Release[]) => Promise<unknown>) {
		const authority = await startAuthority();
		const [store, trust] = [memoryStore(), await trustIn(authority)];
		const { at, asked, releases, kept } = stage(store);
		releases.push(await mintRelease(authority), await mintRelease(authority, { version: '2.0.0' }));
		await poison(store, releases);
		const world = { registry: kept, trust, now: () => new Date(at.now) };
		return { at, asked, kept, look: async () => compare(await inspect(SPEC, world), world) };
	}
	const put =
		(key: string, value: unknown, fetchedAt: unknown = START) =>
		(store: EvidenceStore) =>
			store.put(key, { fetchedAt: fetchedAt as number, value });
	const manifest =
		(changed: object) =>
		(store: EvidenceStore, [release]: Release[]) =>
			put('manifest minted@1.0.0', { ...manifestOf('minted', release as Release), ...changed })(store);

	test("another release's evidence, under this one's name, is never this one's", async () => {
		const { asked, look } = await poisoned(async (store, [, other]) => {
			await put('manifest minted@1.0.0', manifestOf('minted', other as Release))(store);
			await put('attestations minted@1.0.0', (other as Release).attestations)(store);
		});
		const { report } = await look();
		expect(asked).toContain('manifest 1.0.0');
		expect(report.release.version).toBe('1.0.0');
		// What was kept of its attestations is signed over another release, and says so.
		expect(report.verdict).toBe('mismatch');
	});

	const manifests: [what: string, change: object][] = [
		['of another name', { name: 'other' }],
		['of another version', { version: '2.0.0' }],
		['without signatures', { signatures: undefined }],
		['with a number for its integrity', { integrity: 7 }],
		['with an object for its repository', { repository: { url: 'https://github.com/stamp-test/minted' } }],
		['with a text for its attestations', { attestations: 'https://slsa.dev/provenance/v1' }],
		['with a size of letters', { unpackedSize: '7' }],
		['with signatures without end', { signatures: Array(17).fill({ keyid: 'a', sig: 'b' }) }],
	];
	const poisons: [what: string, poison: Parameters<typeof poisoned>[0]][] = [
		...manifests.map(([what, change]): (typeof poisons)[number] => [`a manifest ${what}`, manifest(change)]),
		['nothing for a manifest', put('manifest minted@1.0.0', undefined)],
		...[Number.NaN, 'yesterday', -1, 9e15, null].map((at): (typeof poisons)[number] => [
			`a manifest of the time ${at}`,
			(store, [release]) => put('manifest minted@1.0.0', manifestOf('minted', release as Release), at)(store),
		]),
		['a list that is no bytes', put('packument minted', { name: 'minted', versions: {}, time: {} })],
		['a list that is a page', put('packument minted', new Blob(['<html>']))],
		['advisories that are a list', put('advisories minted@1.0.0', [])],
		['no object at all', (store) => store.put('manifest minted@1.0.0', 7 as never)],
	];
	test.each(poisons)('%s is as if nothing had been kept', async (_what, poison) => {
		const { asked, look } = await poisoned(poison);
		expect((await look()).report.verdict).toBe('confirmed');
		expect(asked.sort()).toEqual(['advisories 1.0.0', 'attestations 1.0.0', 'manifest 1.0.0', 'packument']);
	});

	test("another package's list is never this one's", async () => {
		const { look } = await poisoned((store, releases) => {
			const json = JSON.stringify({ ...packageOf(releases).packument, name: 'other' });
			return put('packument minted', new Blob([json]))(store);
		});
		expect((await look()).report.history).toMatchObject({ failure: { code: 'packument-unavailable' } });
	});

	test('attestations without bottom, and keys of another form, are as if nothing had been kept', async () => {
		let deep: unknown = 1;
		for (let depth = 0; depth < 300; depth += 1) deep = [deep];
		const { asked, kept } = await poisoned(async (store) => {
			await put('attestations minted@1.0.0', deep)(store);
			await put('keys', [{ keyId: 7 }])(store);
			await put('manifest minted@^1.0.0', { name: 'minted', version: '2.0.0', signatures: [] })(store);
		});
		expect(await kept.fetchAttestations('minted', '1.0.0')).toMatchObject({ value: { attestations: [{}, {}] } });
		expect(await kept.fetchKeys()).toEqual(success([]));
		await kept.fetchManifest({ name: 'minted', selector: '^1.0.0', kind: 'range' }).catch(() => undefined);
		expect(asked).toEqual(['attestations 1.0.0', 'manifest ^1.0.0']);
	});

	test('what is all right is kept as it was: by version, by range, by tag', async () => {
		const { kept, asked } = await poisoned(async (store, [release]) => {
			const value = manifestOf('minted', release as Release);
			for (const selector of ['1.0.0', '^1.0.0', 'latest']) await put(`manifest minted@${selector}`, value)(store);
			await put('keys', [{ keyId: 'a', expires: '2031-01-02' }])(store);
		});
		for (const [selector, kind] of [
			['1.0.0', 'version'],
			['^1.0.0', 'range'],
			['latest', 'tag'],
		] as const)
			expect(await kept.fetchManifest({ name: 'minted', selector, kind })).toMatchObject({
				value: { name: 'minted', version: '1.0.0', attestations: { provenance: 'https://slsa.dev/provenance/v1' } },
			});
		expect(await kept.fetchKeys()).toEqual(success([{ keyId: 'a', expires: '2031-01-02' }]));
		expect(asked).toEqual([]);
	});
});

describe('the registry itself', () => {
	test.each([
		['another name', { name: 'other', version: '1.0.0' }, 'version'],
		['another version', { name: 'minted', version: '2.0.0' }, 'version'],
		['no version', { name: 'minted', version: 'latest' }, 'tag'],
	] as const)('answers with the manifest of %s: of no use', async (_what, named, kind) => {
		const real = globalThis.fetch;
		globalThis.fetch = async () => new Response(JSON.stringify({ ...named, dist: {} }));
		const answer = await createRegistry('https://mirror.test')
			.fetchManifest({ name: 'minted', selector: kind === 'tag' ? 'latest' : '1.0.0', kind })
			.finally(() => {
				globalThis.fetch = real;
			});
		expect(answer).toMatchObject({ ok: false, failure: { code: 'wrong-shape' } });
	});
});

describe('a whole Report', () => {
	async function looked() {
		const authority = await startAuthority();
		const trust = await trustIn(authority);
		const { at, asked, releases, kept } = stage();
		const mint = (version: string, publishedAt: string, workflow?: string) =>
			mintRelease(authority, {
				version,
				publishedAt: new Date(publishedAt),
				...(workflow && { provenance: { build: githubBuild({ workflow }) } }),
			});
		releases.push(await mint('1.0.0', '2026-02-01', '.github/workflows/other.yml'), await mint('1.1.0', '2026-03-01'));
		const world = { registry: kept, trust, now: () => new Date(at.now) };
		const look = async () => {
			const spec = { name: 'minted', selector: '1.1.0', kind: 'version' } as const;
			return (await compare(await inspect(spec, world), world)).report;
		};
		return { authority, at, asked, releases, look, kept, world };
	}

	test('is made without one request where none is of use, and says from when the oldest evidence is', async () => {
		const { at, asked, look, kept } = await looked();
		// The earlier release was looked at a day before.
		await kept.fetchAttestations('minted', '1.0.0');
		at.now += 24 * 60 * MINUTES;
		const before = await look();
		expect(before.verdict).toBe('changed');
		expect(before.findings.map(({ code }) => code)).not.toContain('evidence-kept');
		at.now += 30 * 24 * 60 * MINUTES;
		at.isOffline = true;
		asked.length = 0;
		const after = await look();
		expect(asked).toEqual([]);
		expect(after.verdict).toBe('changed');
		expect(after.history).toEqual(before.history);
		expect(after.identity).toEqual(before.identity);
		const age = after.findings.filter(({ code }) => code === 'evidence-kept');
		// The day-old answer was too old to be reused, and was asked for anew.
		expect(age).toMatchObject([{ detail: '2026-11-21T12:00:00.000Z', claim: 'registry-keeps-serving' }]);
	});

	test('asks for the list of releases once more where the one that was kept is older than the release', async () => {
		const { authority, at, asked, releases, kept, world } = await looked();
		await kept.fetchPackument('minted');
		at.now += MINUTES;
		const version = '1.1.1';
		releases.push(
			await mintRelease(authority, { version, publishedAt: new Date(at.now), provenance: false, publish: false }),
		);
		asked.length = 0;
		const { report } = await compare(
			await inspect({ name: 'minted', selector: version, kind: 'version' }, world),
			world,
		);
		expect(report.verdict).toBe('lost');
		expect(asked.filter((one) => one === 'packument')).toHaveLength(1);
		// What is kept from now on has it.
		asked.length = 0;
		await compare(await inspect({ name: 'minted', selector: version, kind: 'version' }, world), world);
		expect(asked).toEqual([]);
	});

	test('a record of an earlier release that was kept is used before one is fetched, and is not old', async () => {
		const { at, look, kept } = await looked();
		await kept.fetchAttestations('minted', '1.0.0');
		at.now += 60 * MINUTES;
		const spec = { name: 'minted', selector: '1.1.0', kind: 'version' } as const;
		await Promise.all([
			kept.fetchManifest(spec),
			kept.fetchAttestations('minted', '1.1.0'),
			kept.fetchPackument('minted'),
		]);
		at.now += MINUTES;
		at.failure = 'registry-unreachable';
		const age = (await look()).findings.filter(({ code }) => code === 'evidence-kept');
		// A version's attestations do not change, and they are verified again.
		expect(age).toEqual([]);
	});
});

describe('what is made briefly', () => {
	function scene() {
		const at = { now: Date.parse('2026-11-20T12:00:00Z'), ok: true };
		const made: string[] = [];
		const make = memoizeFor(
			async (key) => {
				made.push(key);
				return at.ok ? success(`${key} ${made.length}`) : failed('cut-off');
			},
			() => at.now,
		);
		return { at, made, make };
	}

	test('is made once for all who ask within a minute', async () => {
		const { at, made, make } = scene();
		const [one, other] = await Promise.all([make('a'), make('a')]);
		at.now += MINUTES - 1;
		expect([one, other, await make('a')]).toEqual(Array(3).fill(success('a 1')));
		expect(made).toEqual(['a']);
		at.now += 1;
		expect(await make('a')).toEqual(success('a 2'));
		at.now -= 2;
		expect(await make('a')).toEqual(success('a 3'));
	});

	test('is made anew where it failed', async () => {
		const { at, made, make } = scene();
		at.ok = false;
		expect((await make('a')).ok).toBe(false);
		at.ok = true;
		expect((await make('a')).ok).toBe(true);
		expect(made).toHaveLength(2);
	});

	test('is kept of the last four only', async () => {
		const { made, make } = scene();
		for (const key of ['a', 'b', 'c', 'd', 'e']) await make(key);
		await make('b');
		expect(made).toHaveLength(5);
		await make('a');
		expect(made).toHaveLength(6);
	});
});

describe('the memory for private windows', () => {
	const kept = (value: unknown) => ({ fetchedAt: 0, value });
	const list = (bytes: number) => kept(new Blob([new Uint8Array(bytes)]));

	test('holds so many bytes, and lets go of the oldest', async () => {
		const store = memoryStore(100);
		const has = async (...keys: string[]) => Promise.all(keys.map(async (key) => (await store.get(key)) !== undefined));
		await store.put('a', list(40));
		await store.put('b', list(40));
		await store.put('c', list(30));
		expect(await has('a', 'b', 'c')).toEqual([false, true, true]);
		await store.put('b', list(60));
		expect(await has('b', 'c')).toEqual([true, true]);
		await store.put('d', kept('x'.repeat(8)));
		expect(await has('b', 'c', 'd')).toEqual([true, true, true]);
		await store.put('e', kept({ text: 'x'.repeat(40) }));
		expect(await has('c', 'b', 'd', 'e')).toEqual([false, false, true, true]);
	});

	test('does not keep what alone is too much, nor what it replaces', async () => {
		const store = memoryStore(100);
		await store.put('a', list(10));
		await store.put('b', list(10));
		await store.put('a', list(101));
		expect(await store.get('a')).toBeUndefined();
		expect(await store.get('b')).toBeDefined();
	});
});
