/**
 * Tests of bad input: whatever a registry answers, and whatever a genuine signer puts into a statement, the walk ends soon, in
 * a Report of twelve claims, each failure with a code of its own; it never throws and is never confirmed by it.
 */
import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { compare } from '../../../lib/inspect/complete.ts';
import { inspect } from '../../../lib/inspect/inspect.ts';
import { isNestedTooDeep } from '../../../lib/npm/nesting.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import { CLAIM_IDS } from '../../../lib/report/claim-ids.ts';
import type { Inspection } from '../../../lib/report/evidence.ts';
import { VERDICTS } from '../../../lib/report/verdict.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { describeClaim } from '../../../lib/text/en/claims.ts';
import { describeFinding } from '../../../lib/text/en/findings.ts';
import { describePanel } from '../../../lib/text/en/panel.ts';
import { panelLines } from '../../../lib/text/en/panel-text.ts';
import { linksOf } from '../../../lib/text/links.ts';
import { HOSTILE_ANSWERS, textOf } from '../../fixtures/hostile-answers.ts';
import { failuresOf, provenanceOf, trustIn } from '../../fixtures/minted.ts';
import { type Json, leavesOf, mutate } from '../../fixtures/mutate.ts';
import { type Authority, type LogEntry, startAuthority } from '../../support/authority.ts';
import { githubBuild, mintRelease, type Release } from '../../support/mint.ts';
import { packageOf } from '../../support/recordings.ts';
import { Seeded } from '../../support/seeded.ts';

let authority: Authority;
let trust: TrustRoot;

beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

type Body = string | (() => ReadableStream<Uint8Array>);
interface Answers {
	manifest: Body;
	attestations: Body;
	packument: Body;
}

/** The whole walk, history and all, over answers as they come from the network. */
async function walk(answers: Answers, root = trust): Promise<Inspection> {
	const real = globalThis.fetch;
	onTestFinished(() => {
		globalThis.fetch = real;
	});
	globalThis.fetch = async (address) => {
		const { pathname } = new URL(String(address));
		const kind = pathname.startsWith('/-/') ? 'attestations' : pathname === '/minted' ? 'packument' : 'manifest';
		const body = answers[kind];
		return new Response(typeof body === 'string' ? body : body());
	};
	const world = { registry: createRegistry(), trust: root, now: () => new Date('2026-11-23T00:00:00Z') };
	const first = await inspect({ name: 'minted', selector: '1.0.0', kind: 'version' }, world);
	const completed = await compare(first, world);
	for (const { report } of [first, completed]) expectSound(report);
	return completed;
}

/** What holds of every Report, whatever it was made of. */
function expectSound(report: Inspection['report']): void {
	expect(report.claims.map(({ id }) => id)).toEqual(CLAIM_IDS);
	expect(VERDICTS).toContain(report.verdict);
	expect(report.findings.filter(({ warning }) => warning).length).toBeLessThan(2);
	const text = JSON.stringify(report);
	expect(JSON.parse(text)).toEqual(report);
	// What goes into messages and pages has a bound of its own, however much came in.
	expect(text.length).toBeLessThan(100_000);
	expect(panelLines(describePanel(report)).join(' ').split(/\s+/).length).toBeLessThan(120);
	for (const claim of report.claims) expect(describeClaim(claim).length).toBeGreaterThan(10);
	for (const finding of report.findings) expect(describeFinding(finding).length).toBeGreaterThan(5);
}

function answersOf(release: Release): Answers {
	return {
		manifest: JSON.stringify(release.manifest),
		attestations: JSON.stringify(release.attestations),
		packument: JSON.stringify(packageOf([release]).packument),
	};
}

/** Bytes without end, each chunk handed out only when it is asked for. */
function endless(chunk = ' '.repeat(1 << 20)): Body {
	const bytes = new TextEncoder().encode(chunk);
	return () => new ReadableStream({ pull: (controller) => controller.enqueue(bytes) });
}

/** `size` bytes and no more. */
function large(size: number): Body {
	const bytes = new TextEncoder().encode(' '.repeat(1 << 20));
	let left = size;
	return () =>
		new ReadableStream({
			pull(controller) {
				left -= bytes.length;
				if (left < 0) controller.close();
				else controller.enqueue(bytes);
			},
		});
}

const nested = (depth: number, inner = '1') => `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`;

describe('answers of the registry', () => {
	const bodies: [what: string, body: Body, code: string][] = [
		['nothing', '', 'not-json'],
		['not JSON', '<html>', 'not-json'],
		['JSON that ends early', '{"attestations":[{"predicateType":"', 'not-json'],
		['wrong shape: a list', '[]', 'wrong-shape'],
		['wrong shape: nothing', 'null', 'wrong-shape'],
		['wrong shape: a number', '1e999', 'wrong-shape'],
		['wrong shape: text in the place of lists', '{"attestations":"x","dist":"y"}', 'wrong-shape'],
		['wrong shape: names of prototypes', '{"__proto__":{"attestations":[]},"constructor":1}', 'wrong-shape'],
		['200 MB', large(200 * 1024 * 1024), 'too-large'],
		['bytes without end', endless(), 'too-large'],
		['a million brackets, one within the other', nested(1_000_000), 'wrong-shape'],
		['nested deep, in the right shape', `{"attestations":[],"dist":{},"x":${nested(100_000)}}`, 'wrong-shape'],
	];
	test.each(bodies)('%s, as attestations', async (_what, body, code) => {
		const answers = answersOf(await mintRelease(authority));
		const { report, evidence } = await walk({ ...answers, attestations: body });
		expect(report.verdict).toBe('unknown');
		expect(failuresOf(report)).toContain(`file-matches: ${code}`);
		// What is passed on to pages and kept can bear it.
		expect(isNestedTooDeep(evidence)).toBe(false);
	});
	test.each(bodies)('%s, as manifest', async (_what, body, code) => {
		const answers = answersOf(await mintRelease(authority));
		const { report } = await walk({ ...answers, manifest: body });
		expect(report.verdict).toBe('unknown');
		expect(failuresOf(report)).toContain(`file-matches: ${code}`);
	});
	test.each(bodies)('%s, as packument: the confirmed origin stays', async (_what, body) => {
		const answers = answersOf(await mintRelease(authority));
		const { report } = await walk({ ...answers, packument: body });
		expect(report).toMatchObject({ verdict: 'confirmed', history: { state: 'not-compared' } });
	});
	test('an attestation of a kind to come, whatever it looks like, silences no other', async () => {
		for (const more of [
			{ predicateType: 'https://predicate.test/v9', bundle: { mediaType: 'x', messageSignature: {} } },
			{ predicateType: 'https://predicate.test/v9', signature: 'AAAA' },
			{ predicateType: 'https://predicate.test/v9', bundle: null },
		]) {
			const release = await mintRelease(authority);
			release.attestations?.attestations.push(more as never);
			const { report } = await walk(answersOf(release));
			expect(report.verdict).toBe('confirmed');
			expect(report.findings).toContainEqual(
				expect.objectContaining({ code: 'unknown-attestation', detail: 'https://predicate.test/v9' }),
			);
		}
	});
	test('one of a known kind without its parts is of a wrong shape', async () => {
		for (const part of ['mediaType', 'verificationMaterial', 'dsseEnvelope'] as const) {
			const release = await mintRelease(authority);
			delete (provenanceOf(release) as Partial<ReturnType<typeof provenanceOf>>)[part];
			const { report } = await walk(answersOf(release));
			expect(failuresOf(report)).toContain('file-matches: wrong-shape');
			expect(report.verdict).toBe('unknown');
		}
	});
	const statuses: [status: number, code: string][] = [
		[404, 'release-not-found'],
		[403, 'release-not-found'],
		[302, 'foreign-redirect'],
		[418, 'unexpected-status'],
		[429, 'rate-limited'],
		[500, 'registry-error'],
	];
	test.each(statuses)('status %d of the manifest', async (status, code) => {
		const real = globalThis.fetch;
		onTestFinished(() => {
			globalThis.fetch = real;
		});
		globalThis.fetch = async () => new Response('{}', { status });
		const world = { registry: createRegistry(), trust, now: () => new Date('2026-11-23T00:00:00Z') };
		const { report } = await inspect({ name: 'minted', selector: '1.0.0', kind: 'version' }, world);
		expectSound(report);
		expect(report.verdict).toBe('unknown');
		expect(failuresOf(report)).toContain(`file-matches: ${code}`);
	});
	test("when it was published is anybody's guess: the registry's signature cannot be told", async () => {
		const answers = answersOf(await mintRelease(authority, { publish: false }));
		const signed = ({ report }: Inspection) => report.claims.find(({ id }) => id === 'registry-signed');
		expect(signed(await walk(answers))).toEqual({ id: 'registry-signed', standing: 'proved' });
		expect(signed(await walk({ ...answers, packument: '' }))).toMatchObject({
			why: 'could-not-check',
			failure: { code: 'publish-time-unknown' },
		});
	});
	test('a thousand attestations, each good', async () => {
		const release = await mintRelease(authority);
		const { attestations = [] } = release.attestations ?? {};
		const many = JSON.stringify({ attestations: Array.from({ length: 1000 }, (_, index) => attestations[index % 2]) });
		const { report } = await walk({ ...answersOf(release), attestations: many });
		expect(report.verdict).toBe('unknown');
		expect(failuresOf(report)).toContain('file-matches: wrong-shape');
	});
	test.each(['manifest', 'attestations', 'packument'] as const)(
		'eight megabytes of small elements, as %s',
		async (kind) => {
			// That each of the others ends with its code is tested where answers are parsed (bounds.test.ts).
			for (const answer of HOSTILE_ANSWERS.filter((one) => one.kind === kind).slice(0, 2)) {
				const answers = answersOf(await mintRelease(authority));
				const { report } = await walk({ ...answers, [kind]: textOf(answer).replaceAll('example', 'minted') });
				if (kind === 'packument')
					expect(report).toMatchObject({
						verdict: 'confirmed',
						history: { state: 'not-compared', failure: { code: 'packument-unavailable', detail: 'too-large' } },
					});
				else expect(failuresOf(report)).toContain('file-matches: too-large');
			}
		},
	);
	test('names and numbers of megabytes do not reach the Report', async () => {
		const release = await mintRelease(authority);
		const long = 'x'.repeat(3_000_000);
		const { dist } = release.manifest;
		for (const change of [
			{ repository: `https://github.com/${long}/y` },
			{ dist: { ...dist, integrity: `sha512-${long}` } },
			{ dist: { ...dist, attestations: { provenance: { predicateType: long } } } },
			{ dist: { ...dist, signatures: [{ keyid: long, sig: long }] } },
			{ version: `1.0.0-${long}` },
		])
			await walk({ ...answersOf(release), manifest: JSON.stringify({ ...release.manifest, ...change }) });
	});
});

describe('bundles', () => {
	test.each([
		'application/vnd.dev.sigstore.bundle.v0.4+json',
		'application/json',
		'',
		'application/vnd.dev.sigstore.bundle.v0.3+json ',
		'\u202eapplication/vnd.dev.sigstore.bundle.v0.3+json',
	])('media type "%s" is not ours to read', async (mediaType) => {
		const release = await mintRelease(authority);
		provenanceOf(release).mediaType = mediaType;
		const { report } = await walk(answersOf(release));
		expect(report.verdict).toBe('unknown');
		expect(failuresOf(report)).toEqual(['signed-by-build: unsupported-bundle-version']);
	});
	test.each(['log', 'certificate log', 'npm'])(
		'a key of an algorithm that browsers lack, for the %s',
		async (whose) => {
			const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
			const rawBytes = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
			const root = await trustIn(authority, ({ tlogs, ctlogs }, { keys }) => {
				const holders = { log: [tlogs[0]], 'certificate log': [ctlogs[0]], npm: keys };
				for (const holder of holders[whose as keyof typeof holders]) holder.publicKey.rawBytes = rawBytes;
			});
			const { report } = await walk(answersOf(await mintRelease(authority)), root);
			expect(new Set(failuresOf(report).map((failure) => failure.split(': ')[1]))).toEqual(
				new Set(['unsupported-algorithm']),
			);
			expect(report.verdict).toBe('unknown');
		},
	);
	test.each(['log', 'certificate log'])(
		'a %s that signs in a way which sigstore-js does not ask for',
		async (whose) => {
			for (const keyDetails of ['PKIX_RSA_PSS_2048_SHA256', 'PKIX_ECDSA_P384_SHA_384', 'PKIX_ED25519_PH']) {
				const root = await trustIn(authority, ({ tlogs, ctlogs }) => {
					for (const { publicKey } of whose === 'log' ? tlogs : ctlogs) publicKey.keyDetails = keyDetails;
				});
				const { report } = await walk(answersOf(await mintRelease(authority)), root);
				expect(failuresOf(report)).toContain(`signed-by-build: unsupported-algorithm`);
				expect(report.verdict).toBe('unknown');
			}
		},
	);
	test('certificate, body and timestamp nested deep, or of megabytes', async () => {
		const deep = (tag: number, depth: number) => {
			let der = Buffer.from([0x05, 0]);
			for (let level = 0; level < depth; level += 1) {
				const head = Buffer.from([tag, 0x83, 0, 0, 0]);
				head.writeUIntBE(der.length, 2, 3);
				der = Buffer.concat([head, der]);
			}
			return der;
		};
		const bytes = [deep(0x30, 3000), deep(0x04, 3000), Buffer.alloc(4_000_000, 0x30), Buffer.from(nested(900_000))];
		for (const hostile of bytes) {
			const base64 = hostile.toString('base64');
			for (const change of [
				(bundle: Record<string, Record<string, unknown>>) =>
					Object.assign(bundle.verificationMaterial ?? {}, { certificate: { rawBytes: base64 } }),
				(bundle: Record<string, Record<string, unknown>>) =>
					Object.assign((bundle.verificationMaterial?.tlogEntries as object[] | undefined)?.[0] ?? {}, {
						canonicalizedBody: base64,
					}),
				(bundle: Record<string, Record<string, unknown>>) =>
					Object.assign(bundle.verificationMaterial ?? {}, {
						timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: base64 }] },
					}),
				(bundle: Record<string, Record<string, unknown>>) =>
					Object.assign(bundle.dsseEnvelope ?? {}, { payload: base64 }),
			]) {
				const release = await mintRelease(authority, { publish: false });
				change(provenanceOf(release) as unknown as Record<string, Record<string, unknown>>);
				const { report } = await walk(answersOf(release));
				expect(report.verdict).toBe('mismatch');
			}
		}
	}, 60_000);
	test('certificates and timestamps of more than 64 kB are not read', async () => {
		const bytes = (length: number) => {
			const der = Buffer.alloc(length, 0x05);
			der.set([0x30, 0x83, 0, 0, 0]);
			der.writeUIntBE(length - 5, 2, 3);
			return der.toString('base64');
		};
		for (const [length, isRead] of [
			[65_536, true],
			[65_537, false],
			[5_900_000, false],
		] as const) {
			const rawBytes = bytes(length);
			const certificates = [{ rawBytes }];
			for (const changed of [
				{ certificate: { rawBytes } },
				{ certificate: undefined, x509CertificateChain: { certificates } },
				{ timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: rawBytes }] } },
			]) {
				const release = await mintRelease(authority, { publish: false });
				const bundle = provenanceOf(release);
				if ('x509CertificateChain' in changed)
					bundle.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.2';
				Object.assign(bundle.verificationMaterial, changed);
				const { report } = await walk(answersOf(release));
				const isTimestamp = 'timestampVerificationData' in changed;
				const code = isRead ? (isTimestamp ? 'timestamp-invalid' : 'certificate-malformed') : 'bundle-malformed';
				expect(failuresOf(report)).toEqual([`signed-by-build: ${code}`]);
				expect(report.verdict).toBe('mismatch');
			}
		}
	}, 60_000);
	test('thousands of log entries, timestamps, proof hashes or checkpoint signatures', async () => {
		const many = <T>(make: (index: number) => T, length: number) => Array.from({ length }, (_, index) => make(index));
		const signedTimestamp = authority.timestamp(Buffer.from('x'), new Date('2026-05-01')).toString('base64');
		const cases: [expected: string[], change: (bundle: ReturnType<typeof provenanceOf>) => void][] = [
			[
				['signed-by-build: bundle-malformed'],
				({ verificationMaterial: material }) => {
					const [entry] = material.tlogEntries;
					material.tlogEntries = many(
						(index) => ({ ...structuredClone(entry as LogEntry), integratedTime: `${index + 1}` }),
						1000,
					);
				},
			],
			[
				['signed-by-build: bundle-malformed'],
				({ verificationMaterial: material }) => {
					material.timestampVerificationData = { rfc3161Timestamps: many(() => ({ signedTimestamp }), 10_000) };
				},
			],
			[
				['logged: log-proof-invalid'],
				({ verificationMaterial: { tlogEntries } }) => {
					for (const { inclusionProof } of tlogEntries) inclusionProof.hashes = many(() => 'AAAA', 10_000);
				},
			],
			[
				// Further signatures on a checkpoint are witnesses' of no concern to us.
				[],
				({ verificationMaterial: { tlogEntries } }) => {
					for (const { inclusionProof } of tlogEntries)
						inclusionProof.checkpoint.envelope +=
							inclusionProof.checkpoint.envelope.split('\n\n')[1]?.repeat(10_000) ?? '';
				},
			],
		];
		for (const [expected, change] of cases) {
			const release = await mintRelease(authority);
			change(provenanceOf(release));
			const { report } = await walk(answersOf(release));
			expect(failuresOf(report)).toEqual(expected);
		}
	}, 60_000);
});

describe('genuinely signed, and hostile', () => {
	test('ten thousand subjects', async () => {
		const release = await mintRelease(authority, {
			provenance: {
				statement: (said) => {
					said.subject = Array.from({ length: 10_000 }, (_, index) => ({
						name: `pkg:npm/minted@${index}.0.0`,
						digest: { sha512: '00' },
					}));
				},
			},
		});
		const { report } = await walk(answersOf(release));
		expect(failuresOf(report)).toEqual(['file-matches: subject-count-wrong']);
	});
	test('a predicate nested deep', async () => {
		const release = await mintRelease(authority, {
			provenance: {
				statement: ({ predicate }) => {
					let inner: unknown = 1;
					for (let depth = 0; depth < 3000; depth += 1) inner = { inner };
					predicate.inner = inner;
				},
			},
		});
		const { report, evidence } = await walk(answersOf(release));
		expect(failuresOf(report)).toEqual(['signed-by-build: statement-malformed']);
		expect(isNestedTooDeep(evidence)).toBe(false);
	});
	test('more values than an answer may have, or materials without end', async () => {
		for (const [count, isRead] of [
			[24_000, true],
			[40_000, false],
		] as const) {
			const release = await mintRelease(authority, {
				provenance: {
					statement: ({ predicate }) => {
						for (let index = 0; index < count; index += 1)
							predicate.buildDefinition.resolvedDependencies.push({
								uri: `git+https://host.test/x@${index}`,
								digest: {},
							});
					},
				},
			});
			const { report } = await walk(answersOf(release));
			expect(report.verdict).toBe(isRead ? 'confirmed' : 'unknown');
			expect(failuresOf(report).includes('signed-by-build: too-large')).toBe(!isRead);
		}
	}, 60_000);
	test('addresses that are no addresses become no links, and marks that turn text are shown', async () => {
		const evil = 'javascript:alert(1)//github.com';
		const turned = 'refs/tags/v1\u202e0.0';
		const release = await mintRelease(authority, {
			provenance: {
				build: githubBuild({ run: evil, ref: turned, commit: 'javascript:x', environment: 'a\u2066b' }),
			},
		});
		const { report } = await walk(answersOf(release));
		// The name in the certificate cannot hold such a mark; that alone refuses it.
		expect(report.verdict).toBe('mismatch');
		const plain = await mintRelease(authority, {
			provenance: { build: githubBuild({ run: evil, commit: 'javascript:x', environment: 'a\u2066b' }) },
		});
		const { report: confirmed } = await walk(answersOf(plain));
		expect(confirmed.verdict).toBe('confirmed');
		if (!confirmed.identity) throw new Error('no identity');
		for (const { href } of linksOf(confirmed.identity, [])) expect(href).toMatch(/^https:\/\/github\.com\//);
		expect(panelLines(describePanel(confirmed)).join(' ')).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
	});
	test('a repository that is an address of another kind is no identity of GitHub', async () => {
		for (const repository of ['javascript:alert(1)', 'https://github.com.evil.test/a/b', 'http://github.com/a/b']) {
			const release = await mintRelease(authority, {
				provenance: {
					extensions: { 12: repository, 5: undefined },
					statement: ({ predicate }) => {
						predicate.buildDefinition.externalParameters.workflow.repository = repository;
						predicate.buildDefinition.resolvedDependencies[0].uri = `git+${repository}@refs/tags/v1.0.0`;
					},
				},
			});
			const { report } = await walk(answersOf(release));
			expect(report.verdict).toBe('mismatch');
			expect(report.identity).toBeUndefined();
		}
	});
});

describe('by chance, from a seed', () => {
	const COUNT = process.env.LONG ? 20_000 : 1000;
	const KEYS =
		'name version dist integrity signatures keyid sig attestations provenance predicateType bundle mediaType ' +
		'verificationMaterial dsseEnvelope payload payloadType tlogEntries certificate rawBytes x509CertificateChain ' +
		'versions time repository url _npmUser trustedPublisher scripts dist-tags latest 1.0.0 minted __proto__ constructor ' +
		'toString hasOwnProperty length subject digest sha512 predicate';
	const TEXTS = [
		'',
		'minted',
		'1.0.0',
		'https://slsa.dev/provenance/v1',
		'https://github.com/npm/attestation/tree/main/specs/publish/v0.1',
		'application/vnd.dev.sigstore.bundle.v0.3+json',
		'javascript:alert(1)',
		'\u202eevil',
		'\ud800',
		'\u0000',
		'{}',
		'e30=',
		'-1',
		'99999999999999999999',
		'2026-05-01T12:00:00.000Z',
		'+275760-09-13T00:00:00.001Z',
		'x'.repeat(5000),
	];
	function anything(random: Seeded, depth = 0): Json {
		const kind = random.below(depth > 5 ? 4 : 7);
		if (kind === 0) return null;
		if (kind === 1) return random.pick([0, -1, 1.5, 1e308, 2 ** 53, true, false]);
		if (kind < 4) return random.pick(TEXTS);
		const inner = Array.from({ length: random.below(5) }, () => anything(random, depth + 1));
		if (kind === 4) return inner;
		const entries = inner.map((value): [string, Json] => [random.pick(KEYS.split(' ')), value]);
		// As JSON.parse gives it: `__proto__` as a field of its own.
		return JSON.parse(`{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`);
	}

	test(`${COUNT} answers, made up or put together wrongly: never thrown, never confirmed`, async () => {
		const release = await mintRelease(authority);
		// One bit of the signature is wrong from the start, so nothing may ever confirm it.
		const { dsseEnvelope } = provenanceOf(release);
		const [signature] = dsseEnvelope.signatures;
		const bytes = Buffer.from(signature?.sig ?? '', 'base64');
		bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
		dsseEnvelope.signatures = [{ keyid: '', sig: bytes.toString('base64') }];
		const genuine = Object.entries(answersOf(release)) as [keyof Answers, string][];
		const verdicts: Record<string, number> = {};
		for (let index = 0; index < COUNT; index += 1) {
			const random = new Seeded(index);
			const answers = Object.fromEntries(
				genuine.map(([kind, text]) => {
					const whole = { answer: random.below(6) === 0 ? anything(random) : (JSON.parse(text) as Json) };
					for (let times = random.below(5); times > 0; times -= 1) {
						const leaves = leavesOf(whole);
						if (leaves.length > 0)
							mutate(
								random.pick(leaves),
								undefined,
								leavesOf({ made: anything(random), up: anything(random) }),
								random,
							);
					}
					return [kind, JSON.stringify(whole.answer ?? null)];
				}),
			) as unknown as Answers;
			const { report } = await walk(answers).catch((error: unknown) => {
				throw new Error(`seed ${index}`, { cause: error });
			});
			verdicts[report.verdict] = (verdicts[report.verdict] ?? 0) + 1;
			if (report.verdict === 'confirmed' || report.verdict === 'changed')
				throw new Error(`seed ${index}: ${report.verdict}`);
		}
		expect(verdicts.unknown ?? 0).toBeGreaterThan(COUNT / 20);
		expect(verdicts.mismatch ?? 0).toBeGreaterThan(COUNT / 20);
	}, 3_600_000);
});
