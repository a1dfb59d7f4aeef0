/**
 * Tests of the trust root that renews itself: Sigstore's recorded TUF repository from its first root on, and made-up ones
 * that are tampered with in every way that TUF must withstand. Whatever is refused leaves the last good one in use.
 */
import { TrustedMetadataStore } from 'tuf-js/dist/store.js';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { REGISTRY, SIGSTORE_TUF } from '../../../lib/npm/hosts.ts';
import type { TrustRootStatus } from '../../../lib/report/report.ts';
import own from '../../../lib/sigstore/seed.json' with { type: 'json' };
import { embeddedTrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { createTrustRoots, type TufOptions } from '../../../lib/sigstore/tuf.ts';
import { verifyBundle } from '../../../lib/sigstore/verify.ts';
import { settle } from '../../../lib/sigstore/webcrypto/bridge.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { hasData, readRelease } from '../../support/recordings.ts';
import {
	fetchFrom,
	hasTufRecording,
	makeRoleKeys,
	makeTufKeys,
	mintTufRepository,
	readTufRecording,
	type TufFiles,
	type TufKeys,
	type TufState,
} from '../../support/tuf-repository.ts';

const registryHost = new URL(REGISTRY).host;
const NPM_ROLE = `${registryHost}.json`;

/** A store whose values are copied in and out, as a database does. */
function memory(kept = new Map<string, unknown>()) {
	return {
		kept,
		get: async (name: string) => structuredClone(kept.get(name)),
		put: async (name: string, value: unknown) => {
			kept.set(name, structuredClone(value));
		},
	};
}

afterEach(() => vi.restoreAllMocks());

if (!hasTufRecording) console.warn("SKIPPED: Sigstore's recorded TUF repository, since ../shared/data is absent");
describe.skipIf(!hasTufRecording)("Sigstore's recorded repository", () => {
	// Its timestamp ran out on 28 August 2026.
	const now = () => new Date('2026-08-25T12:00:00Z');
	let files: TufFiles;
	beforeAll(() => {
		files = readTufRecording();
	});
	const seedOf = (version: number) => ({
		root: JSON.parse(files.get(`${version}.root.json`)?.toString() ?? ''),
		takenAt: '2021-12-18',
		trustRoot: embeddedTrustRoot,
	});
	const open = (version: number, options: Partial<TufOptions> = {}) =>
		createTrustRoots({
			store: memory(),
			base: SIGSTORE_TUF,
			registryHost,
			seed: seedOf(version),
			now,
			fetch: fetchFrom(files),
			...options,
		});

	test.each([1, 2, 3, 4, 5, 8, 11, 14, 15])(
		'from root %i to the newest, each by the keys of the one before',
		async (version) => {
			const asked: string[] = [];
			const roots = open(version, { fetch: fetchFrom(files, asked) });
			expect((await roots.status()).inUse.source).toBe('embedded');
			expect(await roots.refresh()).toEqual({
				inUse: { source: 'tuf', version: '15', takenAt: '2026-08-25' },
				lastAttempt: { at: now().toISOString() },
			});
			const rootsAsked = asked.filter((path) => path.endsWith('.root.json'));
			expect(rootsAsked).toEqual(
				Array.from({ length: 16 - version }, (_, index) => `${version + 1 + index}.root.json`),
			);
		},
	);

	test("npm's keys come from the delegated role, by id, use and validity", async () => {
		const asked: string[] = [];
		const roots = open(5, { fetch: fetchFrom(files, asked) });
		await roots.refresh();
		expect(asked).toContain(`8.${NPM_ROLE}`);
		const path = asked.find((one) => one.endsWith('.keys.json')) ?? '';
		const listed = JSON.parse(files.get(path)?.toString() ?? '').keys as {
			keyId: string;
			keyUsage: string;
			publicKey: { rawBytes: string; validFor: { start: string; end?: string } };
		}[];
		const { registryKeys } = await roots.current();
		expect(listed.length).toBeGreaterThan(3);
		expect(
			registryKeys.map(({ keyId, usage, key, validFor }) => ({
				keyId,
				keyUsage: usage,
				rawBytes: Buffer.from(key.spki).toString('base64'),
				start: validFor.start.getTime(),
				end: validFor.end?.getTime(),
			})),
		).toEqual(
			listed.map(({ keyId, keyUsage, publicKey: { rawBytes, validFor } }) => ({
				keyId,
				keyUsage,
				rawBytes,
				start: Date.parse(validFor.start),
				end: validFor.end === undefined ? undefined : Date.parse(validFor.end),
			})),
		);
	});

	test.skipIf(!hasData)('what it vouches for verifies recorded attestations, of both kinds', async () => {
		const roots = open(1);
		await roots.refresh();
		const trust = await roots.current();
		const { attestations } = readRelease('sigstore@2.3.1') as unknown as {
			attestations: { attestations: { predicateType: string; bundle: unknown }[] };
		};
		for (const { predicateType, bundle } of attestations.attestations) {
			const signer = predicateType.includes('slsa.dev') ? 'certificate' : ({ usage: 'npm:attestations' } as const);
			expect((await verifyBundle(bundle, trust, signer)).ok, predicateType).toBe(true);
		}
	});

	test("the extension's own root, with which every walk begins, is signed by itself", async () => {
		const bytes = Buffer.from(JSON.stringify(own.root));
		const known = await settle(() => new TrustedMetadataStore(bytes as never).root.signed.version);
		expect(known).toBe(own.root.signed.version);
		const forged = structuredClone(own.root);
		forged.signed.version += 1;
		await expect(settle(() => new TrustedMetadataStore(Buffer.from(JSON.stringify(forged)) as never))).rejects.toThrow(
			/signed by/,
		);
	});

	test('a root missing in between: the walk ends at one that has expired', async () => {
		files = readTufRecording();
		files.delete('9.root.json');
		const { inUse, lastAttempt } = await open(5).refresh();
		expect(lastAttempt?.failure).toMatchObject({ code: 'trust-root-expired', detail: 'Final root.json is expired' });
		expect(inUse.source).toBe('embedded');
		files = readTufRecording();
	});

	test("the extension's own root, which is newer, goes on from itself; and the recording is long expired today", async () => {
		const roots = open(15, { seed: undefined as never, now: () => new Date('2026-11-25T12:00:00Z') });
		const { inUse, lastAttempt } = await roots.refresh();
		expect(lastAttempt?.failure).toMatchObject({
			code: 'trust-root-expired',
			detail: 'Final timestamp.json is expired',
		});
		expect(inUse).toMatchObject({ source: 'embedded' });
	});

	test("a clock behind the extension's own trust root: nothing is asked", async () => {
		const asked: string[] = [];
		const roots = open(15, { seed: undefined as never, fetch: fetchFrom(files, asked) });
		expect((await roots.refresh()).lastAttempt?.failure).toEqual({ code: 'clock-behind' });
		expect(asked).toEqual([]);
	});

	test('every byte of every list counts', async () => {
		const good = readTufRecording();
		for (const name of ['15.root.json', 'timestamp.json', '165.snapshot.json', '14.targets.json', `8.${NPM_ROLE}`]) {
			files = new Map(good);
			const text = good.get(name)?.toString() ?? '';
			// Another date, a well-formed one, is what a forger would write.
			const forged = text.replace(/("expires": ?")20(\d\d)/, (_all, before, year) => `${before}20${Number(year) + 1}`);
			expect(forged).not.toBe(text);
			files.set(name, Buffer.from(forged));
			const { lastAttempt } = await open(14).refresh();
			expect(lastAttempt?.failure?.code, name).toBe('trust-root-signature-invalid');
		}
		files = good;
	});
});

describe('made-up repositories', () => {
	const START = new Date('2026-11-01T12:00:00Z');
	const later = (days: number) => new Date(START.getTime() + days * 24 * 3600 * 1000);
	let old: Authority;
	let renewed: Authority;
	let keys: TufKeys;
	beforeAll(async () => {
		[old, renewed] = [await startAuthority(), await startAuthority()];
		keys = makeTufKeys(3);
	});

	const GOOD = { timestamp: 5, snapshot: 5, targets: 5, npm: 5 };
	const state = (more: Partial<TufState> = {}): TufState => ({
		at: START,
		trustedRoot: old.trustedRoot,
		npmKeys: old.registryKeys,
		versions: GOOD,
		...more,
	});
	/** The state after the good one: everything is newer by one, and vouches for another Sigstore. */
	const NEXT = { timestamp: 6, snapshot: 6, targets: 6, npm: 6 };
	const nextState = (more: Partial<TufState> = {}): TufState =>
		state({ at: later(1), trustedRoot: renewed.trustedRoot, npmKeys: renewed.registryKeys, versions: NEXT, ...more });

	function seed(takenAt = '2026-10-01', first = keys) {
		const root = JSON.parse(mintTufRepository(first, state()).get('1.root.json')?.toString() ?? '');
		return { root, takenAt, trustRoot: embeddedTrustRoot };
	}
	/** A machine that has `files` behind its network; what is kept on it outlives `open`. */
	function machine(files: TufFiles) {
		const store = memory();
		const world = {
			files,
			now: START,
			asked: [] as string[],
			seed: seed(),
			/** Milliseconds that a refresh may take. */
			time: 30_000,
			fetch: undefined as typeof fetch | undefined,
		};
		const open = (options: Partial<TufOptions> = {}) =>
			createTrustRoots({
				store,
				base: SIGSTORE_TUF,
				registryHost,
				seed: world.seed,
				now: () => world.now,
				fetch: (...request) => (world.fetch ?? fetchFrom(world.files, world.asked))(...request),
				limits: {
					bytes: 4_000_000,
					get time() {
						return world.time;
					},
				},
				...options,
			});
		return { store, world, open };
	}
	async function goodMachine() {
		const made = machine(mintTufRepository(keys, state()));
		const roots = made.open();
		expect((await roots.refresh()).lastAttempt?.failure).toBeUndefined();
		return { ...made, roots };
	}
	const IN_USE = { source: 'tuf', version: '3', takenAt: '2026-11-01' };
	async function isOf(trust: Awaited<ReturnType<typeof embeddedTrustRoot>>, authority: Authority) {
		const { material, registryKeys } = await trustIn(authority);
		expect(trust.material.tlogs[0]?.logID).toEqual(material.tlogs[0]?.logID);
		expect(trust.registryKeys.map(({ keyId }) => keyId)).toEqual(registryKeys.map(({ keyId }) => keyId));
	}

	test('a newer state takes over, and outlives the background', async () => {
		const { world, roots, open } = await goodMachine();
		await isOf(await roots.current(), old);
		world.files = mintTufRepository(keys, nextState());
		world.now = later(1);
		expect(await roots.refresh()).toMatchObject({ inUse: { source: 'tuf', version: '3', takenAt: '2026-11-02' } });
		await isOf(await roots.current(), renewed);
		world.asked.length = 0;
		const again = open();
		await isOf(await again.current(), renewed);
		expect(await again.status()).toEqual({
			inUse: { source: 'tuf', version: '3', takenAt: '2026-11-02' },
			lastAttempt: { at: later(1).toISOString() },
		});
		expect(world.asked).toEqual([]);
	});

	test('one that says what the embedded one says is that one, under the name of the renewed; with other keys it is not', async () => {
		const embedded = await embeddedTrustRoot();
		const { trustedRoot, npmKeys } = own;
		const { world, open } = machine(mintTufRepository(keys, state({ trustedRoot, npmKeys })));
		await open().refresh();
		const same = await open().current();
		expect(same.info).toEqual(IN_USE);
		expect(same.material).toBe(embedded.material);
		expect(embedded.info.source).toBe('embedded');
		world.now = later(1);
		world.files = mintTufRepository(keys, nextState({ trustedRoot, npmKeys: renewed.registryKeys }));
		await open().refresh();
		const { registryKeys } = await open().current();
		expect(registryKeys.map(({ keyId }) => keyId)).toEqual(
			(await trustIn(renewed)).registryKeys.map(({ keyId }) => keyId),
		);
	});

	test('an unchanged one costs two small requests, and its age is of today again', async () => {
		const { world, roots } = await goodMachine();
		world.now = later(3);
		world.asked.length = 0;
		expect(await roots.refresh()).toMatchObject({ inUse: { ...IN_USE, takenAt: '2026-11-04' } });
		expect(world.asked).toEqual(['4.root.json', 'timestamp.json']);
	});

	type Tampering = [
		what: string,
		code: string,
		tamper: (files: TufFiles) => TufFiles | typeof fetch | undefined,
		day?: number,
	];
	/** The next state, whole but for this. */
	const next = (more: Partial<TufState>) => () => mintTufRepository(keys, nextState(more));
	/** The next state with one file changed as it is served; `undefined` takes it away. */
	const served = (name: RegExp, change: (bytes: Buffer) => Buffer | undefined) => (files: TufFiles) => {
		const found = [...files.keys()].filter((path) => name.test(path));
		expect(found.length).toBeGreaterThan(0);
		for (const path of found) {
			const bytes = change(files.get(path) ?? Buffer.alloc(0));
			if (bytes) files.set(path, bytes);
			else files.delete(path);
		}
		return files;
	};
	type ListedTarget = { length: number; hashes: Record<string, string> };
	/** The next state, whose list says something else of the trusted root. */
	const listedAs = (change: (target: ListedTarget) => ListedTarget) =>
		next({
			change: {
				targets: (signed) => {
					signed.targets['trusted_root.json'] = change(signed.targets['trusted_root.json']);
				},
			},
		});
	/** An answer of another kind for one file. */
	const answering =
		(name: RegExp, answer: (init?: RequestInit) => Response | Promise<Response>) =>
		(files: TufFiles): typeof fetch =>
		(input, init) =>
			name.test(String(input)) ? Promise.resolve(answer(init)) : fetchFrom(files)(input, init);
	const endless = () => new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(65_536)) }));
	const stranger = makeRoleKeys();
	const flip = (bytes: Buffer) =>
		Buffer.from(bytes.map((byte, index) => (index === bytes.length >> 1 ? byte ^ 1 : byte)));
	// biome-ignore lint/suspicious/noExplicitAny: a trusted root of no type
	const withoutStart = (root: any) => ({
		...root,
		tlogs: [{ ...root.tlogs[0], publicKey: { ...root.tlogs[0].publicKey, validFor: {} } }],
	});

	const TAMPERINGS: Tampering[] = [
		['rollback: an older timestamp', 'trust-root-rolled-back', next({ versions: { ...NEXT, timestamp: 4 } })],
		[
			'rollback: a newer timestamp names an older snapshot',
			'trust-root-rolled-back',
			next({ versions: { ...NEXT, snapshot: 4 } }),
		],
		[
			'rollback: a newer snapshot names older targets',
			'trust-root-rolled-back',
			next({ versions: { ...NEXT, targets: 4 } }),
		],
		[
			"rollback: a newer snapshot names an older list of npm's",
			'trust-root-rolled-back',
			next({ versions: { ...NEXT, npm: 4 } }),
		],
		[
			'the snapshot is not the one that the timestamp names',
			'trust-root-incomplete',
			next({ listed: { snapshot: 7 } }),
		],
		[
			'the snapshot calls itself another version',
			'trust-root-rolled-back',
			next({
				change: {
					snapshot: (signed) => {
						signed.version = 9;
					},
				},
			}),
		],
		[
			'the targets call themselves another version',
			'trust-root-rolled-back',
			next({
				change: {
					targets: (signed) => {
						signed.version = 9;
					},
				},
			}),
		],
		['freeze: the same again, after its time', 'trust-root-expired', () => mintTufRepository(keys, state()), 8],
		['freeze: a timestamp that has expired', 'trust-root-expired', next({ expires: { timestamp: START } })],
		['an expired snapshot', 'trust-root-expired', next({ expires: { snapshot: START } })],
		['expired targets', 'trust-root-expired', next({ expires: { targets: START } })],
		["an expired list of npm's", 'trust-root-expired', next({ expires: { npm: START } })],
		['a timestamp signed by a stranger', 'trust-root-signature-invalid', next({ signers: { timestamp: stranger } })],
		['a snapshot signed by a stranger', 'trust-root-signature-invalid', next({ signers: { snapshot: stranger } })],
		[
			'targets signed by one of the two who must',
			'trust-root-signature-invalid',
			next({
				signers: {
					get targets() {
						return { keys: keys.targets.keys.slice(1), threshold: 1 };
					},
				},
			}),
		],
		[
			"npm's list signed by the keys of the targets",
			'trust-root-signature-invalid',
			next({
				signers: {
					get npm() {
						return keys.targets;
					},
				},
			}),
		],
		[
			'a signature changed by one bit',
			'trust-root-signature-invalid',
			served(/timestamp/, (bytes) =>
				Buffer.from(
					bytes
						.toString()
						.replace(/("sig":"\w{20})(\w)/, (_all, before, digit) => `${before}${digit === '0' ? '1' : '0'}`),
				),
			),
		],
		[
			'a signature given twice',
			'trust-root-malformed',
			served(/targets\.json/, (bytes) => {
				const json = JSON.parse(bytes.toString());
				return Buffer.from(JSON.stringify({ ...json, signatures: [json.signatures[0], json.signatures[0]] }));
			}),
		],
		[
			'a new root that the old one did not sign',
			'trust-root-signature-invalid',
			(files) =>
				files.set(
					'4.root.json',
					mintTufRepository({ ...keys, roots: makeTufKeys(4).roots }, nextState()).get('4.root.json') as Buffer,
				),
		],
		[
			'a new root that leaves out a number',
			'trust-root-rolled-back',
			() =>
				mintTufRepository(
					{ ...keys, roots: [...keys.roots, makeRoleKeys(3, 2)] },
					nextState({
						change: {
							root: (signed) => {
								if (signed.version === 4) signed.version = 5;
							},
						},
					}),
				),
		],
		[
			'an old root in the place of a new one',
			'trust-root-rolled-back',
			(files) => files.set('4.root.json', files.get('3.root.json') as Buffer),
		],
		[
			'a new root that has expired',
			'trust-root-expired',
			() =>
				mintTufRepository(
					{ ...keys, roots: [...keys.roots, makeRoleKeys(3, 2)] },
					nextState({ expires: { root: START } }),
				),
		],
		[
			'a new root whose files have no versions',
			'trust-root-malformed',
			() =>
				mintTufRepository(
					{ ...keys, roots: [...keys.roots, makeRoleKeys(3, 2)] },
					nextState({
						change: {
							root: (signed) => {
								if (signed.version === 4) signed.consistent_snapshot = false;
							},
						},
					}),
				),
		],
		['an endless root', 'trust-root-too-large', answering(/4\.root/, endless)],
		['an endless timestamp', 'trust-root-too-large', answering(/timestamp/, endless)],
		['an endless list of targets', 'trust-root-too-large', answering(/6\.targets/, endless)],
		['an endless trusted root', 'trust-root-too-large', answering(/trusted_root/, endless)],
		[
			'a body that never comes',
			'trust-root-timeout',
			answering(
				/6\.snapshot/,
				(init) =>
					new Response(
						new ReadableStream({
							start: (to) => init?.signal?.addEventListener('abort', () => to.error(new Error('aborted'))),
						}),
					),
			),
		],
		[
			'a body that breaks off',
			'trust-root-unreachable',
			answering(/6\.snapshot/, () => new Response(new ReadableStream({ pull: (to) => to.error(new Error('reset')) }))),
		],
		[
			'a body that ends before its stated length',
			'trust-root-unreachable',
			answering(/6\.snapshot/, () => new Response('{', { headers: { 'content-length': '2' } })),
		],
		[
			'a trusted root of a wrong length, longer',
			'trust-root-too-large',
			served(/trusted_root/, (bytes) => Buffer.concat([bytes, Buffer.from(' ')])),
		],
		[
			'a trusted root of a wrong length, shorter',
			'trust-root-file-differs',
			served(/trusted_root/, (bytes) => bytes.subarray(1)),
		],
		['a trusted root with another bit', 'trust-root-file-differs', served(/trusted_root/, flip)],
		[
			'a trusted root listed with another length',
			'trust-root-file-differs',
			listedAs((target) => ({ ...target, length: target.length + 1 })),
		],
		[
			'a trusted root listed with a hash of a kind that nobody knows, too',
			'trust-root-file-differs',
			listedAs((target) => ({ ...target, hashes: { ...target.hashes, md5: 'd41d8cd98f00b204e9800998ecf8427e' } })),
		],
		[
			'a trusted root listed with no hash',
			'trust-root-file-differs',
			() => {
				const listed = listedAs((target) => ({ ...target, hashes: {} }))();
				const [, bytes] = [...listed].find(([path]) => /trusted_root/.test(path)) ?? [];
				return listed.set('targets/undefined.trusted_root.json', bytes as Buffer);
			},
		],
		["npm's keys with another bit", 'trust-root-file-differs', served(/keys\.json/, flip)],
		[
			'no trusted root among the targets',
			'trust-root-incomplete',
			next({
				change: {
					targets: (signed) => {
						signed.targets = {};
					},
				},
			}),
		],
		[
			"no list of npm's in the new snapshot",
			'trust-root-incomplete',
			next({
				change: {
					snapshot: (signed) => {
						delete signed.meta[NPM_ROLE];
					},
				},
			}),
		],
		[
			"npm's keys listed, but not delegated to whom they are",
			'trust-root-incomplete',
			next({
				change: {
					targets: (signed) => {
						signed.delegations.roles[0].paths = ['elsewhere/*'];
					},
				},
			}),
		],
		['the file of the targets is missing', 'trust-root-incomplete', served(/^6\.targets/, () => undefined)],
		['no timestamp', 'trust-root-incomplete', served(/timestamp/, () => undefined)],
		[
			'a page that asks to log in, instead of a root',
			'trust-root-malformed',
			(files) => files.set('4.root.json', Buffer.from('<html>')),
		],
		[
			'the snapshot in the place of the timestamp',
			'trust-root-malformed',
			(files) => files.set('timestamp.json', files.get('6.snapshot.json') as Buffer),
		],
		[
			'a signed trusted root in which a validity has no start',
			'trust-root-malformed',
			next({
				get trustedRoot() {
					return withoutStart(renewed.trustedRoot);
				},
			}),
		],
		['a signed trusted root that is none', 'trust-root-malformed', next({ trustedRoot: [] })],
		[
			'a redirect to elsewhere',
			'trust-root-redirected',
			answering(/timestamp/, () => Response.redirect('https://elsewhere.example/')),
		],
		[
			'a fault of the server',
			'trust-root-unreachable',
			answering(/timestamp/, () => new Response('', { status: 503 })),
		],
		[
			'no network',
			'trust-root-unreachable',
			answering(/./, () => {
				throw new TypeError('fetch failed');
			}),
		],
	];

	test.each(TAMPERINGS)('%s: %s', async (_what, code, tamper, day = 1) => {
		const { store, world, roots, open } = await goodMachine();
		const kept = structuredClone(store.kept.get('vouched-for'));
		const tampered = tamper(mintTufRepository(keys, nextState()));
		if (typeof tampered === 'function') world.fetch = tampered;
		else if (tampered) world.files = tampered;
		world.now = later(day);
		if (code === 'trust-root-timeout') world.time = 300;
		const status = await roots.refresh();
		expect(status.lastAttempt).toMatchObject({ at: world.now.toISOString(), failure: { code } });
		expect(status.inUse).toEqual(IN_USE);
		await isOf(await roots.current(), old);
		// Not a byte of it is kept, and the next start of the background still has the good one.
		expect(store.kept.get('vouched-for')).toEqual(kept);
		const again = open();
		await isOf(await again.current(), old);
		expect(await again.status()).toEqual(status);
		// And the untampered state is still taken afterwards.
		world.fetch = undefined;
		world.time = 30_000;
		world.files = mintTufRepository(keys, nextState({ at: world.now }));
		expect((await roots.refresh()).lastAttempt?.failure).toBeUndefined();
		await isOf(await roots.current(), renewed);
	});

	test('two states under one timestamp version: the first one stays', async () => {
		const { world, roots, open } = await goodMachine();
		world.now = later(1);
		world.files = mintTufRepository(keys, nextState({ versions: { ...NEXT, timestamp: 5 } }));
		expect((await roots.refresh()).lastAttempt?.failure).toBeUndefined();
		await isOf(await roots.current(), old);
		// What is kept is whole: the first timestamp with its own lists.
		await isOf(await open().current(), old);
	});

	test('a new root is taken with its keys, and a later start needs no network', async () => {
		const { world, roots, open } = await goodMachine();
		world.now = later(1);
		world.files = mintTufRepository({ ...keys, roots: [...keys.roots, makeRoleKeys(3, 2)] }, nextState());
		expect((await roots.refresh()).inUse).toEqual({ source: 'tuf', version: '4', takenAt: '2026-11-02' });
		expect((await open().status()).inUse).toEqual({ source: 'tuf', version: '4', takenAt: '2026-11-02' });
	});

	test('a signature that the browser could not answer vouches for nothing', async () => {
		const { store, open } = machine(mintTufRepository(keys, state()));
		const { verify } = crypto.subtle;
		// Told by their signatures: the authorities' chains are checked beside, in no certain order.
		const asked = new Set<string>();
		let withheld = '';
		const spy = vi.spyOn(crypto.subtle, 'verify').mockImplementation(async (...question) => {
			const signature = Buffer.from(question[2] as Uint8Array).toString('hex');
			asked.add(signature);
			if (signature === withheld) throw new DOMException('no', 'OperationError');
			return verify.apply(crypto.subtle, question);
		});
		expect((await open().refresh()).lastAttempt?.failure).toBeUndefined();
		expect(asked.size).toBeGreaterThan(10);
		let refused = 0;
		for (withheld of [...asked]) {
			store.kept.clear();
			const { lastAttempt } = await open().refresh();
			// Two of a root's three keys are enough, so some of the answers can be done without.
			if (!lastAttempt?.failure) continue;
			refused += 1;
			expect(lastAttempt.failure.code).toBe('trust-root-signature-invalid');
			expect(store.kept.has('vouched-for')).toBe(false);
		}
		spy.mockRestore();
		// Timestamp, snapshot, npm's list, and both of the targets' keys.
		expect(refused).toBe(5);
		// With no answers at all there is nothing.
		store.kept.clear();
		vi.spyOn(crypto.subtle, 'verify').mockRejectedValue(new DOMException('no', 'OperationError'));
		expect((await open().refresh()).lastAttempt?.failure?.code).toBe('trust-root-signature-invalid');
		expect(store.kept.has('vouched-for')).toBe(false);
	});

	describe('what was kept is read on the presumption that it holds', () => {
		/** Targets signed by three of whom two are enough. */
		async function keptMachine() {
			const plenty = { ...keys, targets: makeRoleKeys(3, 2) };
			const made = machine(mintTufRepository(plenty, state()));
			made.world.seed = seed('2026-10-01', plenty);
			expect((await made.open().refresh()).lastAttempt?.failure).toBeUndefined();
			return made;
		}

		test('nothing comes out before every signature was answered', async () => {
			const { open } = await keptMachine();
			const { verify } = crypto.subtle;
			const release = Promise.withResolvers<void>();
			let [asked, answered] = [0, 0];
			vi.spyOn(crypto.subtle, 'verify').mockImplementation(async (...question) => {
				asked += 1;
				// All but the first are answered at once.
				if (asked === 1) await release.promise;
				const answer = await verify.apply(crypto.subtle, question);
				answered += 1;
				return answer;
			});
			let isOut = false;
			const current = open()
				.current()
				.finally(() => {
					isOut = true;
				});
			await vi.waitFor(() => {
				expect(answered).toBeGreaterThan(10);
				expect(answered).toBe(asked - 1);
			});
			await new Promise((resolve) => setImmediate(resolve));
			expect(isOut).toBe(false);
			release.resolve();
			expect((await current).info).toEqual(IN_USE);
		});

		test('without the answer for any signature that is needed there is only the embedded one', async () => {
			const { open } = await keptMachine();
			const { verify } = crypto.subtle;
			const asked = new Set<string>();
			let withheld: string[] = [];
			vi.spyOn(crypto.subtle, 'verify').mockImplementation(async (...question) => {
				const signature = Buffer.from(question[2] as Uint8Array).toString('hex');
				asked.add(signature);
				if (withheld.includes(signature)) throw new DOMException('no', 'OperationError');
				return verify.apply(crypto.subtle, question);
			});
			expect((await open().status()).inUse).toEqual(IN_USE);
			const all = [...asked];
			let refused = 0;
			for (const signature of all) {
				withheld = [signature];
				const { inUse, keptFailure } = await open().status();
				if (inUse.source === 'tuf') continue;
				refused += 1;
				expect(keptFailure).toEqual({ code: 'trust-root-kept-unreadable', cause: 'trust-root-signature-invalid' });
			}
			// Timestamp, snapshot and npm's list; of roots and targets one signature can be done without.
			expect(refused).toBe(3);
			withheld = all;
			expect((await open().status()).inUse.source).toBe('embedded');
		});
	});

	test('cut off after any request: what was kept stays whole', async () => {
		const { store, world, roots, open } = await goodMachine();
		world.now = later(1);
		world.files = mintTufRepository({ ...keys, roots: [...keys.roots, makeRoleKeys(3, 2)] }, nextState());
		const kept = structuredClone(store.kept.get('vouched-for'));
		let status: TrustRootStatus;
		let requests = 0;
		do {
			let left = requests;
			world.fetch = async (...request) => {
				left -= 1;
				if (left < 0) throw new TypeError('gone');
				return fetchFrom(world.files)(...request);
			};
			status = await roots.refresh();
			if (!status.lastAttempt?.failure) break;
			expect(status.lastAttempt.failure.code).toBe('trust-root-unreachable');
			expect(store.kept.get('vouched-for')).toEqual(kept);
			await isOf(await open().current(), old);
			requests += 1;
		} while (requests < 50);
		// A root, the end of the roots, four lists and two targets.
		expect(requests).toBe(8);
		await isOf(await open().current(), renewed);
	});

	test('two refreshes at once are one', async () => {
		const { world, open } = machine(mintTufRepository(keys, state()));
		const roots = open();
		const [one, other] = await Promise.all([roots.refresh(), roots.refresh()]);
		expect(one).toEqual(other);
		expect(world.asked.filter((path) => path === 'timestamp.json')).toHaveLength(1);
		await roots.refresh();
		expect(world.asked.filter((path) => path === 'timestamp.json')).toHaveLength(2);
	});

	describe('the store', () => {
		const bytes = new Uint8Array([1]);
		test.each<[string, unknown]>([
			['text', 'garbage'],
			['null', null],
			['no files', { takenAt: START.toISOString() }],
			['a date that is none', { takenAt: 'yesterday', files: new Map() }],
			['a date to come', { takenAt: '2126-11-01T00:00:00.000Z', files: new Map() }],
			['files that are no bytes', { takenAt: START.toISOString(), files: new Map([['timestamp.json', 'text']]) }],
			['an empty repository', { takenAt: START.toISOString(), files: new Map() }],
			['bytes that say nothing', { takenAt: START.toISOString(), files: new Map([['timestamp.json', bytes]]) }],
		])('holds %s: the embedded one is used, this is said, and the next refresh mends it', async (_what, value) => {
			const { store, open } = machine(mintTufRepository(keys, state()));
			store.kept.set('vouched-for', value);
			store.kept.set('attempt', value);
			const roots = open();
			expect(await roots.status()).toEqual({
				inUse: (await embeddedTrustRoot()).info,
				keptFailure: expect.objectContaining({ code: 'trust-root-kept-unreadable' }),
			});
			expect(await roots.refresh()).toEqual({ inUse: IN_USE, lastAttempt: { at: START.toISOString() } });
			expect((await open().status()).inUse).toEqual(IN_USE);
		});

		test('holds a date days ahead, with which nothing would grow old; a clock put right by hours is no such thing', async () => {
			const { store, open } = await goodMachine();
			const kept = store.kept.get('vouched-for') as { takenAt: string };
			kept.takenAt = later(5).toISOString();
			expect((await open().status()).keptFailure).toMatchObject({ detail: 'taken in the future' });
			kept.takenAt = later(0.5).toISOString();
			expect((await open().status()).inUse.source).toBe('tuf');
		});

		test('holds one changed byte of any file: none of it is believed', async () => {
			const { store, open } = await goodMachine();
			const kept = store.kept.get('vouched-for') as { files: Map<string, Uint8Array> };
			expect(kept.files.size).toBe(8);
			for (const [path, good] of [...kept.files]) {
				kept.files.set(path, flip(Buffer.from(good)));
				const { inUse, keptFailure } = await open().status();
				expect(inUse.source, path).toBe('embedded');
				expect(keptFailure?.code).toBe('trust-root-kept-unreadable');
				kept.files.set(path, good);
			}
			expect((await open().status()).inUse).toEqual(IN_USE);
		});

		test('lacks a file: none of it is believed', async () => {
			const { store, open } = await goodMachine();
			const kept = store.kept.get('vouched-for') as { files: Map<string, Uint8Array> };
			for (const [path, bytes] of [...kept.files].filter(([path]) => !path.endsWith('.root.json'))) {
				kept.files.delete(path);
				expect(await open().status(), path).toMatchObject({
					inUse: { source: 'embedded' },
					keptFailure: { code: 'trust-root-kept-unreadable', cause: 'trust-root-incomplete' },
				});
				kept.files.set(path, bytes);
			}
		});

		test('holds a repository of somebody else, well signed: it does not begin at our root', async () => {
			const { store, open } = await goodMachine();
			const theirs = machine(new Map());
			const theirKeys = makeTufKeys(3);
			theirs.world.files = mintTufRepository(theirKeys, nextState({ at: START }));
			theirs.world.seed = seed('2026-10-01', theirKeys);
			expect((await theirs.open().refresh()).inUse.source).toBe('tuf');
			store.kept.set('vouched-for', theirs.store.kept.get('vouched-for'));
			expect(await open().status()).toMatchObject({
				inUse: { source: 'embedded' },
				keptFailure: { code: 'trust-root-kept-unreadable', cause: 'trust-root-signature-invalid' },
			});
		});

		test('cannot be read, or not written: the embedded one is used, and nothing fails but the refresh', async () => {
			const broken = async () => Promise.reject(new DOMException('no', 'UnknownError'));
			const { open, world } = machine(mintTufRepository(keys, state()));
			const roots = open({ store: { get: broken, put: broken } });
			expect((await roots.status()).keptFailure?.code).toBe('trust-root-kept-unreadable');
			const { inUse, lastAttempt } = await roots.refresh();
			expect(lastAttempt?.failure?.code).toBe('trust-root-not-kept');
			expect(inUse.source).toBe('embedded');
			expect(world.asked.length).toBeGreaterThan(0);
		});
	});

	test('a store that does not answer: the embedded one meanwhile, and nothing is renewed over what may be kept', async () => {
		const { store, world, open } = await goodMachine();
		const kept = structuredClone(store.kept.get('vouched-for'));
		let isSilent = true;
		const get = async (name: string) => {
			if (isSilent) throw new DOMException('the database does not answer', 'TimeoutError');
			return store.get(name);
		};
		const roots = open({ store: { get, put: store.put } });
		expect(await roots.status()).toMatchObject({
			inUse: { source: 'embedded' },
			keptFailure: { code: 'trust-root-kept-unreadable' },
		});
		// Older than what is kept, which only the store knows.
		world.files = mintTufRepository(
			keys,
			state({ at: START, versions: { timestamp: 1, snapshot: 1, targets: 1, npm: 1 } }),
		);
		world.asked.length = 0;
		expect((await roots.refresh()).lastAttempt?.failure?.code).toBe('trust-root-not-kept');
		expect(world.asked).toEqual([]);
		expect(store.kept.get('vouched-for')).toEqual(kept);
		isSilent = false;
		expect(await roots.status()).toMatchObject({ inUse: IN_USE });
		expect(await roots.status()).not.toHaveProperty('keptFailure');
	});

	test("kept ones older than the extension's own are not used; of its day or newer, they are", async () => {
		const { world, open } = await goodMachine();
		world.seed = seed('2026-11-02');
		expect(await open().status()).toMatchObject({ inUse: { source: 'embedded' } });
		expect((await open().status()).keptFailure).toBeUndefined();
		world.seed = seed('2026-11-01');
		expect((await open().status()).inUse).toEqual(IN_USE);
	});

	test('an extension that brings a newer root goes on from there', async () => {
		const { world, open } = await goodMachine();
		const root = JSON.parse(world.files.get('3.root.json')?.toString() ?? '');
		world.seed = { root, takenAt: '2026-10-15', trustRoot: embeddedTrustRoot };
		expect((await open().status()).inUse).toEqual(IN_USE);
	});

	test('where the browser withholds the access, nothing is asked', async () => {
		const { open, world } = machine(mintTufRepository(keys, state()));
		const { lastAttempt } = await open({ isPermitted: async () => false }).refresh();
		expect(lastAttempt?.failure).toEqual({ code: 'trust-root-not-permitted' });
		expect(world.asked).toEqual([]);
	});

	test('requests carry no cookies and no referrer, and follow nothing', async () => {
		const { open, world } = machine(mintTufRepository(keys, state()));
		const inits: (RequestInit | undefined)[] = [];
		world.fetch = async (input, init) => {
			expect(new URL(String(input)).protocol).toBe('https:');
			inits.push(init);
			return fetchFrom(world.files)(input, init);
		};
		await open().refresh();
		expect(inits.length).toBeGreaterThan(5);
		for (const init of inits)
			expect(init).toMatchObject({
				credentials: 'omit',
				referrerPolicy: 'no-referrer',
				redirect: 'manual',
				cache: 'no-store',
			});
	});
});
