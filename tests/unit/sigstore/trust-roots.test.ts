/** Tests of the reader's own trust roots: which file is one, what it covers, for which package it is, what it decides. */
import { beforeAll, describe, expect, test } from 'vitest';
import { compare } from '../../../lib/inspect/complete.ts';
import { type InspectContext, inspect } from '../../../lib/inspect/inspect.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import type { ReleaseRegistry } from '../../../lib/registry/registry.ts';
import type { ListedKey } from '../../../lib/registry/schemas.ts';
import type { Manifest } from '../../../lib/report/evidence.ts';
import type { FailureCode } from '../../../lib/report/failures.ts';
import type { Report } from '../../../lib/report/report.ts';
import { failed, type Result, success } from '../../../lib/report/result.ts';
import { type CustomTrustRoot, customTrustRootFor, nameTrustRoot } from '../../../lib/sigstore/custom-trust-roots.ts';
import { embeddedTrustRoot, type TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { parseTrustRootFile, rememberTrustRoots } from '../../../lib/sigstore/trust-root-file.ts';
import { flip } from '../../fixtures/flip.ts';
import { provenanceOf, trustIn, trustRootFile, trustRootFor } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { mintRelease, type Release } from '../../support/mint.ts';

const INFO = { source: 'custom', version: 'ours', takenAt: '2026-11-25' } as const;

// biome-ignore lint/suspicious/noExplicitAny: tests spoil any part of it
type Json = any;

let authority: Authority;
let release: Release;
beforeAll(async () => {
	authority = await startAuthority();
	release = await mintRelease(authority, { name: '@ours/minted' });
});

/** The authority's file after a change, one field a line. */
function text(change: (file: Json) => unknown = () => undefined): string {
	// Not structuredClone: parts of it are one object.
	const file = JSON.parse(JSON.stringify(trustRootFile(authority)));
	return JSON.stringify(change(file) ?? file, null, 1);
}

async function walk(trust: TrustRoot, keys?: () => Promise<Result<ListedKey[]>>, of = release): Promise<Report> {
	const { integrity, signatures = [] } = of.manifest.dist as Partial<Manifest>;
	const { name, version } = of;
	const registry: ReleaseRegistry = {
		fetchManifest: async () => success({ name, version, integrity, signatures }),
		fetchAttestations: async () => success(of.attestations),
		fetchPackument: async () =>
			success({ name, 'dist-tags': {}, time: { [version]: of.publishedAt }, versions: { [version]: of.manifest } }),
		...(keys && { fetchKeys: keys }),
	};
	const world: InspectContext = { registry, trust, now: () => new Date('2026-11-25T00:00:00Z') };
	return (await compare(await inspect({ name, selector: version, kind: 'version' }, world), world)).report;
}

const codeOf = ({ claims }: Report, id: string) => {
	const claim = claims.find((one) => one.id === id);
	return claim && 'failure' in claim ? claim.failure.code : claim?.standing;
};

describe('a file', () => {
	test('that is one can be verified with, and tells what it covers', async () => {
		const parsed = await parseTrustRootFile(text(), INFO);
		if (!parsed.ok) throw new Error(parsed.failure.detail);
		const validFor = { start: '2024-01-01T00:00:00.000Z' };
		expect(parsed.value.covers).toEqual([
			{ kind: 'authority', name: 'https://fulcio.sigstore.test', validFor },
			{ kind: 'certificate-log', name: 'https://ctfe.sigstore.test', validFor },
			{ kind: 'log', name: 'https://rekor.sigstore.test', validFor },
			{ kind: 'log', name: 'https://log2026.rekor.sigstore.test', validFor },
			{ kind: 'timestamp-authority', name: 'https://timestamp.sigstore.test', validFor },
			{ kind: 'key-for-signatures', name: authority.registryKey.keyId, validFor },
			{ kind: 'key-for-attestations', name: authority.registryKey.keyId, validFor },
		]);
		expect(await walk(parsed.value.root)).toMatchObject({ verdict: 'confirmed', trustRoot: INFO });
	});

	test('may end a validity, leave lists out, name an authority by its subject, and have fields that we do not know', async () => {
		const parsed = await parseTrustRootFile(
			text((file) => {
				delete file.timestampAuthorities;
				delete file.tlogs;
				delete file.npmKeys;
				file.signingServices = [{ any: 'thing' }];
				delete file.certificateAuthorities[0].uri;
				file.certificateAuthorities[0].operator = 'ours';
				file.certificateAuthorities[0].validFor.end = '2030-01-01T00:00:00.5+02:00';
				file.ctlogs[0].publicKey.validFor.end = null;
				delete file.ctlogs[0].baseUrl;
			}),
			INFO,
		);
		expect(parsed.ok && parsed.value.covers).toEqual([
			{
				kind: 'authority',
				name: 'sigstore, sigstore.test',
				validFor: { start: '2024-01-01T00:00:00.000Z', end: '2030-01-01T00:00:00.5+02:00' },
			},
			{ kind: 'certificate-log', name: '', validFor: { start: '2024-01-01T00:00:00.000Z' } },
		]);
	});

	test('begins with a byte order mark, or holds no more than keys', async () => {
		expect((await parseTrustRootFile(`\ufeff${text()}`, INFO)).ok).toBe(true);
		const keys = text(({ mediaType, npmKeys }) => ({ mediaType, npmKeys }));
		expect((await parseTrustRootFile(keys, INFO)).ok).toBe(true);
	});

	const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
	const refused: [what: string, file: () => string, code: FailureCode, detail: string | RegExp][] = [
		['nothing', () => '', 'not-json', /^line 1: /],
		['cut off', () => text().slice(0, -1), 'not-json', /^line \d\d+: /],
		['with a comment', () => `// ours\n${text()}`, 'not-json', /^line 1: /],
		['too large', () => text((file) => ({ ...file, x: 'x'.repeat(250_000) })), 'too-large', /^more than 250000/],
		['nested by a hundred', () => `{"x": ${deep(100)}}`, 'not-json', 'line 1: nested too deeply'],
		['nested by a hundred thousand', () => deep(100_000), 'not-json', /nested too deeply/],
		['a list', () => '[]', 'wrong-shape', /^line 1, mediaType: /],
		['null', () => 'null', 'wrong-shape', /^line 1, the trust root: /],
		['without a media type', () => text((file) => void delete file.mediaType), 'wrong-shape', /^line 1, mediaType: /],
		['a field that stands twice', () => '{"tlogs": [],\n"tlogs": []}', 'wrong-shape', 'line 2: "tlogs" stands twice'],
		['all of it in the prototype', () => `{"__proto__": ${text()}}`, 'wrong-shape', /^line 1, mediaType: /],
		[
			'without anything',
			() => '{"mediaType": "x", "tlogs": []}',
			'wrong-shape',
			'line 1, the trust root: it names no authority, no log and no key',
		],
		[
			'with keys for nothing we know',
			() =>
				text(({ mediaType, npmKeys }) => {
					for (const key of npmKeys.keys) key.keyUsage = 'npm:other';
					return { mediaType, npmKeys };
				}),
			'wrong-shape',
			/it names no authority, no log and no key$/,
		],
		...(
			[
				['a log', 'tlogs.0.publicKey.validFor', (file) => file.tlogs[0].publicKey.validFor],
				['a certificate log', 'ctlogs.0.publicKey.validFor', (file) => file.ctlogs[0].publicKey.validFor],
				['an authority', 'certificateAuthorities.0.validFor', (file) => file.certificateAuthorities[0].validFor],
				['a key', 'npmKeys.keys.1.publicKey.validFor', (file) => file.npmKeys.keys[1].publicKey.validFor],
			] satisfies [string, string, (file: Json) => Json][]
		).flatMap(([what, path, periodOf]): typeof refused => [
			[
				`${what} that holds since ever`,
				() => text((file) => void delete periodOf(file).start),
				'wrong-shape',
				new RegExp(`^line \\d+, ${path}.start: `),
			],
			[
				`${what} that ends some day`,
				() =>
					text((file) => {
						periodOf(file).end = 'some day';
					}),
				'wrong-shape',
				new RegExp(`^line \\d+, ${path}.end: not a date`),
			],
		]),
		...['1', 'March 7 2024', '2024-03-07', '2024-03-07T00:00:00', '2024-03-07 00:00:00Z', '2024-13-07T00:00:00Z'].map(
			(start): (typeof refused)[number] => [
				`a log since ${start}`,
				() =>
					text((file) => {
						file.tlogs[0].publicKey.validFor.start = start;
					}),
				'wrong-shape',
				/^line \d+, tlogs.0.publicKey.validFor.start: not a date/,
			],
		),
		[
			'a log that ends before it starts',
			() =>
				text((file) => {
					file.tlogs[0].publicKey.validFor.end = '2023-12-31T23:59:59Z';
				}),
			'wrong-shape',
			/^line \d+, tlogs.0.publicKey.validFor: it ends before it starts/,
		],
		[
			'a log without an address',
			() => text((file) => void delete file.tlogs[0].baseUrl),
			'wrong-shape',
			/^line \d+, tlogs.0.baseUrl: /,
		],
		[
			'a log whose address is empty',
			() =>
				text((file) => {
					file.tlogs[0].baseUrl = '';
				}),
			'wrong-shape',
			/^line \d+, tlogs.0.baseUrl: /,
		],
		...['certificateAuthorities', 'timestampAuthorities'].map((list): (typeof refused)[number] => [
			`an authority without its root, in ${list}`,
			() => text((file) => void file[list][0].certChain.certificates.pop()),
			'wrong-shape',
			new RegExp(`^line \\d+, ${list}.0: it cannot be read .*a chain that does not end in its root`),
		]),
		[
			'a certificate that is none',
			() =>
				text((file) => {
					file.certificateAuthorities[0].certChain.certificates[1].rawBytes = 'AAAA';
				}),
			'wrong-shape',
			/^line \d+, certificateAuthorities.0: it cannot be read/,
		],
		[
			'a certificate that is another structure',
			() =>
				text((file) => {
					// SEQUENCE { SEQUENCE { INTEGER 1 } }
					file.certificateAuthorities[0].certChain.certificates[0].rawBytes = 'MAUwAwIBAQ==';
				}),
			'wrong-shape',
			/^line \d+, certificateAuthorities.0: it cannot be read/,
		],
		[
			'an authority without certificates',
			() =>
				text((file) => {
					file.certificateAuthorities[0].certChain.certificates = [];
				}),
			'wrong-shape',
			/^line \d+, certificateAuthorities.0.certChain.certificates: /,
		],
		[
			'a second log without a readable key',
			() =>
				text((file) => {
					file.tlogs.push(structuredClone(file.tlogs[0]));
					file.tlogs[1].publicKey.rawBytes = 'AAAA';
				}),
			'wrong-shape',
			/^line \d+, tlogs.1: it cannot be read/,
		],
		[
			'a log without an id',
			() => text((file) => void delete file.tlogs[0].logId),
			'wrong-shape',
			/^line \d+, tlogs.0: it cannot be read/,
		],
		...(
			[
				['media_type', 'mediaType', (file) => [file, 'mediaType']],
				['certificate_authorities', 'certificateAuthorities', (file) => [file, 'certificateAuthorities']],
				['timestampAuthorities.0.valid_for', 'validFor', (file) => [file.timestampAuthorities[0], 'validFor']],
				['tlogs.0.base_url', 'baseUrl', (file) => [file.tlogs[0], 'baseUrl']],
				['tlogs.1.publicKey.key_details', 'keyDetails', (file) => [file.tlogs[1].publicKey, 'keyDetails']],
				['ctlogs.0.publicKey.raw_bytes', 'rawBytes', (file) => [file.ctlogs[0].publicKey, 'rawBytes']],
			] satisfies [string, string, (file: Json) => [Json, string]][]
		).map(([path, called, place]): (typeof refused)[number] => [
			`under its name in the .proto file, ${path}`,
			() =>
				text((file) => {
					const [part, name] = place(file);
					part[path.split('.').at(-1) ?? ''] = part[name];
					delete part[name];
				}),
			'wrong-shape',
			new RegExp(`^line \\d+, ${path}: in JSON this field is called ${called}$`),
		]),
		[
			'a second key without readable bytes',
			() =>
				text((file) => {
					file.npmKeys.keys[1].publicKey.rawBytes = 'AAAA';
				}),
			'wrong-shape',
			/^line \d+, npmKeys.keys.1: it cannot be read/,
		],
		[
			'keys of another form',
			() =>
				text((file) => {
					file.npmKeys = file.npmKeys.keys;
				}),
			'wrong-shape',
			/^line \d+, npmKeys/,
		],
	];
	test.each(refused)('is refused: %s', async (_what, file, code, detail) => {
		const parsed = await parseTrustRootFile(file(), INFO);
		expect(parsed).toEqual({ ok: false, failure: { code, detail: expect.stringMatching(detail) } });
	});

	test('the line is the one at which the fault stands', async () => {
		const file = text((json) => {
			json.tlogs[0].publicKey.validFor.start = 'soon';
		});
		const line = file.split('\n').findIndex((one) => one.includes('"soon"')) + 1;
		expect(line).toBeGreaterThan(3);
		expect(await parseTrustRootFile(file, INFO)).toMatchObject({
			failure: {
				detail: `line ${line}, tlogs.0.publicKey.validFor.start: not a date with time and zone, as in 2026-01-31T00:00:00Z`,
			},
		});
	});
});

describe.each([
	['key', (log: Json) => Object.assign(log.publicKey, { keyDetails: 'PKIX_TOMORROW' })],
	[
		'key of unknown bytes',
		(log: Json) => Object.assign(log.publicKey, { keyDetails: 'PKIX_TOMORROW', rawBytes: 'MAA=' }),
	],
	['key by the text of a number', (log: Json) => Object.assign(log.publicKey, { keyDetails: '5' })],
	['key by a number', (log: Json) => Object.assign(log.publicKey, { keyDetails: 4711 })],
	['key named as what objects have', (log: Json) => Object.assign(log.publicKey, { keyDetails: 'constructor' })],
	['hash', (log: Json) => Object.assign(log, { hashAlgorithm: 'SHA9_999' })],
] as const)('one %s of tomorrow', (_what, spoil) => {
	const rootWith = async (change: (file: Json) => void) => {
		const parsed = await parseTrustRootFile(text(change), INFO);
		if (!parsed.ok) throw new Error(parsed.failure.detail);
		return parsed.value.root;
	};

	test('leaves the rest of the root usable, and what rests on it unknown', async () => {
		const root = await rootWith((file) => void spoil(file.tlogs[0]));
		expect(codeOf(await walk(root), 'signed-by-build')).toBe('unsupported-algorithm');
		expect((await walk(root)).verdict).toBe('unknown');
		const inOther = await mintRelease(authority, { publish: false, provenance: { logKind: 'rekor-v2' } });
		expect((await walk(root, undefined, inOther)).verdict).toBe('confirmed');
	});

	test('makes nothing false look unknown', async () => {
		const root = await rootWith((file) => void spoil(file.tlogs[0]));
		const changed = await mintRelease(authority, { publish: false });
		const { dsseEnvelope } = provenanceOf(changed);
		dsseEnvelope.payload = flip(dsseEnvelope.payload, 40);
		expect((await walk(root, undefined, changed)).verdict).toBe('mismatch');
	});

	test('of a certificate log is unknown as well', async () => {
		// Whatever hash its tree has, a certificate carries a promise of the log and no proof.
		const root = await rootWith((file) => void spoil(file.ctlogs[0]));
		expect(['confirmed', 'unknown']).toContain((await walk(root)).verdict);
	});
});

test.each([
	['numbers', 5, 1],
	['names', 'PKIX_ECDSA_P256_SHA_256', 'SHA2_256'],
	['nothing', undefined, undefined],
	['null', null, null],
])('a key and a hash by their %s are known', async (_what, keyDetails, hashAlgorithm) => {
	const file = text((json) => {
		Object.assign(json.tlogs[0], { hashAlgorithm });
		Object.assign(json.tlogs[0].publicKey, { keyDetails });
	});
	const parsed = await parseTrustRootFile(file, INFO);
	expect(parsed.ok && (await walk(parsed.value.root)).verdict).toBe('confirmed');
});

describe('the registry keys beside it hold for their use and their time', () => {
	const rootOf = async (change: (key: Json, index: number) => void) => {
		const parsed = await parseTrustRootFile(
			text((file) => file.npmKeys.keys.forEach(change)),
			INFO,
		);
		if (!parsed.ok) throw new Error(parsed.failure.detail);
		return parsed.value.root;
	};

	test('of one use only', async () => {
		const report = await walk(
			await rootOf((key) => {
				key.keyUsage = 'npm:signatures';
			}),
		);
		expect(codeOf(report, 'registry-signed')).toBe('proved');
		expect(codeOf(report, 'registry-received')).toBe('not-in-trust-root');
		expect(report.verdict).toBe('unknown');
	});

	test.each([
		['ended before', { start: '2024-01-01T00:00:00Z', end: '2026-04-30T00:00:00Z' }],
		['not begun', { start: '2026-05-02T00:00:00Z' }],
	])('%s', async (_what, validFor) => {
		const report = await walk(
			await rootOf((key) => {
				key.publicKey.validFor = validFor;
			}),
		);
		expect(codeOf(report, 'registry-received')).toBe('key-not-valid-then');
		// What is left to date the registry's signature is the list's time, which nobody signed.
		expect(codeOf(report, 'registry-signed')).toBe('publish-time-unsigned');
		expect(report.verdict).toBe('mismatch');
	});
});

describe('for which package', () => {
	const root = (name: string, ...packages: string[]): CustomTrustRoot => ({
		name,
		packages,
		file: {},
		importedAt: '2026-11-25T00:00:00Z',
	});
	const roots = [root('scope', '@ours/*'), root('exact', '@ours/one', 'two'), root('odd', '*', '@*/*', 'constructor')];
	test.each([
		['@ours/one', 'exact'],
		['@ours/other', 'scope'],
		['two', 'exact'],
		['constructor', 'odd'],
		['three', undefined],
		['@ours2/one', undefined],
		['@theirs/one', undefined],
		['ours', undefined],
		['toString', undefined],
		['__proto__', undefined],
	])('%s: %s', (name, expected) => {
		expect(customTrustRootFor(name, roots)?.name).toBe(expected);
	});

	const naming: [name: string, packages: string, expected: unknown][] = [
		[
			' ours ',
			' three,@four/*  three\n@four/five',
			{ named: { name: 'ours', packages: ['three', '@four/*', '@four/five'] } },
		],
		['', 'three', { refused: { code: 'name-missing' } }],
		['x'.repeat(41), 'three', { refused: { code: 'name-unreadable', about: '40' } }],
		['our own', 'three', { refused: { code: 'name-unreadable', about: '40' } }],
		['o\u202eurs', 'three', { refused: { code: 'name-unreadable', about: '40' } }],
		['o\u200burs', 'three', { refused: { code: 'name-unreadable', about: '40' } }],
		['exact', 'three', { refused: { code: 'name-taken', about: 'exact' } }],
		['ours', ' , ', { refused: { code: 'packages-missing' } }],
		['ours', '*', { refused: { code: 'package-unreadable', about: '*' } }],
		['ours', 'three @ours', { refused: { code: 'package-unreadable', about: '@ours' } }],
		['ours', 'three@1.0.0', { refused: { code: 'package-unreadable', about: 'three@1.0.0' } }],
		['ours', '__proto__', { refused: { code: 'package-unreadable', about: '__proto__' } }],
		['ours', 'toString valueOf', { named: { name: 'ours', packages: ['toString', 'valueOf'] } }],
		['__proto__', 'three', { named: { name: '__proto__', packages: ['three'] } }],
		['ours', 'three two', { refused: { code: 'package-taken', about: 'two', by: 'exact' } }],
		['ours', '@ours/*', { refused: { code: 'package-taken', about: '@ours/*', by: 'scope' } }],
		['ours', '@ours/three', { named: { name: 'ours', packages: ['@ours/three'] } }],
		[
			'ours',
			Array.from({ length: 1001 }, (_none, index) => `p${index}`).join(' '),
			{ refused: { code: 'packages-too-many', about: '1000' } },
		],
	];
	test.each(naming)('how it is named, %#', (name, packages, expected) => {
		expect(nameTrustRoot({ name, packages }, roots)).toEqual(expected);
	});
});

describe('one that is kept', () => {
	test('is parsed once, whatever it is called, and anew when it is another', async () => {
		const files = rememberTrustRoots();
		const [one, other] = [trustRootFor(authority, ['a'], 'one'), trustRootFor(authority, ['b'], 'other')];
		const [first, second] = [await files.rootOf(one), await files.rootOf(other)];
		expect(first.material).toBe(second.material);
		expect([first.info.version, second.info.version]).toEqual(['one', 'other']);
		const changed = await files.rootOf({ ...one, file: trustRootFile(await startAuthority()) });
		expect(changed.material).not.toBe(first.material);
		// What cannot be read takes nobody's place.
		for (let index = 0; index < 30; index += 1) await files.read(`[${index}]`);
		expect((await files.rootOf(one)).material).toBe(first.material);
		// The memory has an end, and the end forgets nothing that cannot be parsed again.
		for (let index = 0; index < 30; index += 1) await files.read(`${JSON.stringify(one.file)}${' '.repeat(index + 1)}`);
		const anew = await files.rootOf(one);
		expect(anew.material).not.toBe(first.material);
		expect((await walk(anew)).verdict).toBe('confirmed');
	});

	const circle: { self?: unknown } = {};
	circle.self = circle;
	test.each([
		['of another shape', { mediaType: 'x', tlogs: [{}] }],
		['empty', {}],
		['nothing', undefined],
		['no JSON at all', circle],
	])('and cannot be read (%s) proves nothing and gives way to no other', async (_what, file) => {
		const root = await rememberTrustRoots().rootOf({ ...trustRootFor(authority, ['a'], 'broken'), file });
		const report = await walk(root, async () => {
			throw new Error('asked for keys');
		});
		expect(report.verdict).toBe('unknown');
		for (const id of ['signed-by-build', 'registry-received', 'registry-signed'])
			expect(codeOf(report, id)).toBe('trust-root-unreadable');
		expect(report.trustRoot).toMatchObject({ source: 'custom', version: 'broken' });
	});

	test('is told as a finding, and so is its age', async () => {
		const root = { ...(await trustIn(authority)), info: { ...INFO, takenAt: '2026-01-01' } };
		const { findings } = await walk(root);
		expect(findings).toContainEqual({
			code: 'custom-trust-root',
			claim: 'signed-by-build',
			saidBy: 'here',
			data: { name: 'ours' },
			detail: 'ours',
		});
		expect(findings.map(({ code }) => code)).toContain('trust-root-old');
		const public_ = (await walk(await embeddedTrustRoot())).findings.map(({ code }) => code);
		expect(public_).not.toContain('custom-trust-root');
	});
});

describe("the registry's own list of keys", () => {
	const keyId = () => authority.registryKey.keyId;

	test('names the key that is lacking, and changes nothing else', async () => {
		const without = await walk(await embeddedTrustRoot());
		let asked = 0;
		const listed = await walk(await embeddedTrustRoot(), async () => {
			asked += 1;
			return success([{ keyId: 'SHA256:other' }, { keyId: keyId(), expires: '2031-01-02' }]);
		});
		expect(asked).toBe(1);
		const finding = {
			code: 'key-listed-by-registry',
			saidBy: 'registry',
			data: { keyId: keyId(), expires: '2031-01-02' },
			detail: `${keyId()} (expires 2031-01-02)`,
		};
		const more = listed.findings.filter(({ code }) => code === finding.code);
		expect(more).toEqual([
			{ ...finding, claim: 'registry-received' },
			{ ...finding, claim: 'registry-signed' },
		]);
		expect(listed.findings.filter((one) => !more.includes(one))).toEqual(without.findings);
		expect({ ...listed, findings: [] }).toEqual({ ...without, findings: [] });
		expect(codeOf(listed, 'registry-received')).toBe('not-in-trust-root');
		expect(codeOf(listed, 'registry-signed')).toBe('not-in-trust-root');
	});

	test('kept from an earlier day says so', async () => {
		const keptSince = '2026-11-20T12:00:00.000Z';
		const kept = await walk(await embeddedTrustRoot(), async () => ({ ...success([{ keyId: keyId() }]), keptSince }));
		const ages = kept.findings.filter(({ code }) => code === 'evidence-kept');
		expect(ages.map(({ detail }) => detail)).toEqual([keptSince]);
	});

	test('says nothing where it names others, cannot be had, or nobody is there to ask', async () => {
		const without = await walk(await embeddedTrustRoot());
		for (const keys of [async () => success([{ keyId: 'SHA256:other' }]), async () => failed('registry-error')])
			expect(await walk(await embeddedTrustRoot(), keys)).toEqual(without);
	});

	test('is asked for only where the lack is of a key', async () => {
		const never = async () => {
			throw new Error('asked');
		};
		const own = await trustIn(authority);
		expect((await walk(own, never)).verdict).toBe('confirmed');
		// The key is there, and the log is not.
		const withoutLog = await walk({ ...own, material: { ...own.material, tlogs: [] } }, never);
		expect(codeOf(withoutLog, 'registry-received')).toBe('log-not-in-trust-root');
		const bare = await mintRelease(authority, { provenance: false, publish: false, registrySignature: false });
		expect((await walk(await embeddedTrustRoot(), never, bare)).verdict).toBe('none');
	});

	const answers: [body: string, expected: unknown][] = [
		[
			'{"keys":[{"keyid":"a","expires":null,"key":"..."},{"keyid":"b","expires":"2025-01-29T00:00:00.000Z"},{"keyid":"c"}]}',
			success([{ keyId: 'a' }, { keyId: 'b', expires: '2025-01-29T00:00:00.000Z' }, { keyId: 'c' }]),
		],
		['{"keys":{}}', failed('wrong-shape', 'keys')],
		['{"keys":[{"keyid":1}]}', failed('wrong-shape', 'keys')],
		[`{"keys":[${Array(1001).fill('{"keyid":"a"}').join()}]}`, failed('wrong-shape', 'keys')],
		['<html>', failed('not-json')],
	];
	test.each(answers)('is parsed at the door, %#', async (body, expected) => {
		const real = globalThis.fetch;
		let address = '';
		globalThis.fetch = async (url) => {
			address = String(url);
			return new Response(body);
		};
		const keys = await createRegistry('https://mirror.test')
			.fetchKeys()
			.finally(() => {
				globalThis.fetch = real;
			});
		expect(address).toBe('https://mirror.test/-/npm/v1/keys');
		expect(keys).toEqual(expected);
	});
});
