/** Tests of the walk on real records: nine confirmed, every kind of tampering refuted, every case of the contract's table. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { compare } from '../../../lib/inspect/complete.ts';
import { type InspectContext, inspect } from '../../../lib/inspect/inspect.ts';
import { traceLine } from '../../../lib/inspect/trace-line.ts';
import { parseSpec, type ReleaseSpec } from '../../../lib/npm/spec.ts';
import type { ReleaseRegistry } from '../../../lib/registry/registry.ts';
import { chainOf } from '../../../lib/report/chain.ts';
import { CLAIM_IDS } from '../../../lib/report/claim-ids.ts';
import type { Manifest } from '../../../lib/report/evidence.ts';
import type { FailureCode } from '../../../lib/report/failures.ts';
import type { Report } from '../../../lib/report/report.ts';
import { failed, type Result, success } from '../../../lib/report/result.ts';
import { embeddedTrustRoot, type TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { contradictionsOf } from '../../fixtures/chain.ts';
import { flip } from '../../fixtures/flip.ts';
import { ORIGINS } from '../../fixtures/origins.ts';

const folder = fileURLToPath(new URL('../../../../shared/data/attestations/', import.meta.url));
const hasData = existsSync(folder);
if (!hasData) console.warn('SKIPPED: the walk on real records, since ../shared/data is absent');

interface Bundle {
	mediaType: string;
	dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string; keyid: string }[] };
	verificationMaterial: {
		certificate?: { rawBytes: string };
		x509CertificateChain?: { certificates: { rawBytes: string }[] };
		publicKey?: { hint: string };
		tlogEntries: {
			logId: { keyId: string };
			inclusionPromise: { signedEntryTimestamp: string };
			inclusionProof?: { hashes: string[]; rootHash: string; checkpoint: { envelope: string } };
			canonicalizedBody: string;
		}[];
	};
}
interface Recording {
	spec: ReleaseSpec;
	manifest: Manifest;
	answer: { attestations: { predicateType: string; bundle: Bundle }[] };
}

/** A recorded release, served alone: its manifest is built around the attested digest. */
function read(name: string): Recording {
	const file = `${name.replace('/', '+')}.json`;
	const answer = JSON.parse(readFileSync(folder + file, 'utf8')) as Recording['answer'];
	const spec = parseSpec(name) as ReleaseSpec;
	const { payload } = provenanceOf(answer).dsseEnvelope;
	const statement = JSON.parse(Buffer.from(payload, 'base64').toString('utf8'));
	const digest = Buffer.from(statement.subject[0].digest.sha512, 'hex').toString('base64');
	const attestations = { provenance: 'https://slsa.dev/provenance/v1' };
	const manifest = {
		name: spec.name,
		version: spec.selector,
		integrity: `sha512-${digest}`,
		signatures: [],
		attestations,
	};
	return { spec, manifest, answer };
}

function provenanceOf(answer: Recording['answer']): Bundle {
	const found = answer.attestations.find(({ predicateType }) => predicateType.startsWith('https://slsa.dev/'));
	if (!found) throw new Error('no provenance recorded');
	return found.bundle;
}

function publishOf(answer: Recording['answer']): Bundle {
	const found = answer.attestations.find(({ predicateType }) => predicateType.includes('/publish/'));
	if (!found) throw new Error('no publish attestation recorded');
	return found.bundle;
}

let trust: TrustRoot;
beforeAll(async () => {
	trust = await embeddedTrustRoot();
});

interface Served {
	manifest: Result<Manifest>;
	attestations: Result<unknown>;
	packument?: Result<unknown>;
}

async function report(spec: ReleaseSpec, served: Served): Promise<Report> {
	const registry: ReleaseRegistry = {
		fetchManifest: async () => served.manifest,
		fetchAttestations: async () => served.attestations,
		fetchPackument: async () => served.packument ?? failed('registry-unreachable'),
	};
	const world: InspectContext = { registry, trust, now: () => new Date('2026-11-23T00:00:00Z') };
	const inspection = await compare(await inspect(spec, world), world);
	expect(contradictionsOf(chainOf(inspection), inspection.report)).toEqual([]);
	return inspection.report;
}

/** The recording after a change to a copy of it. */
async function reportOf(name: string, change: (recording: Recording) => void = () => undefined): Promise<Report> {
	const recording = structuredClone(read(name));
	change(recording);
	return report(recording.spec, { manifest: success(recording.manifest), attestations: success(recording.answer) });
}

function standing(of: Report, id: string): string {
	const claim = of.claims.find((candidate) => candidate.id === id);
	if (!claim) return 'missing';
	return claim.standing === 'unproved' ? claim.why : claim.standing;
}

function refuted(of: Report): string[] {
	return of.claims.flatMap((claim) => (claim.standing === 'refuted' ? [`${claim.id}: ${claim.failure.code}`] : []));
}

describe.skipIf(!hasData)('nine real releases', () => {
	test('are all that is recorded', () => {
		const recorded = readdirSync(folder).map((file) => file.replace(/\.json$/, '').replace('+', '/'));
		expect(recorded.sort()).toEqual(Object.keys(ORIGINS).sort());
	});

	test.each(Object.entries(ORIGINS))('%s is confirmed', async (name, [repository, workflow, ref, commit]) => {
		const result = await reportOf(name);
		expect(refuted(result)).toEqual([]);
		expect(result.verdict).toBe('confirmed');
		expect(result.identity).toMatchObject({
			repository: `https://github.com/${repository}`,
			workflow: `.github/workflows/${workflow}`,
			ref,
			commit: expect.stringMatching(new RegExp(`^${commit}[0-9a-f]{33}$`)),
		});
		expect(result.claims.map(({ id }) => id)).toEqual(CLAIM_IDS);
		for (const id of ['file-matches', 'signed-by-build', 'built-by', 'logged', 'registry-received'])
			expect(standing(result, id)).toBe('proved');
		expect(JSON.parse(JSON.stringify(result))).toEqual(result);
	});
});

const LEAF = (bundle: Bundle) =>
	(bundle.verificationMaterial.certificate ?? bundle.verificationMaterial.x509CertificateChain?.certificates[0]) as {
		rawBytes: string;
	};
const SIGNATURE = (bundle: Bundle) => bundle.dsseEnvelope.signatures[0] as { sig: string };
const ENTRY = (bundle: Bundle) =>
	bundle.verificationMaterial.tlogEntries[0] as Bundle['verificationMaterial']['tlogEntries'][0];

describe.skipIf(!hasData)('one bit changed is a mismatch, and the claim is named', () => {
	const tamperings: [what: string, claim: string, change: (bundle: Bundle) => void][] = [
		[
			'payload, first byte',
			'signed-by-build',
			({ dsseEnvelope }) => {
				dsseEnvelope.payload = flip(dsseEnvelope.payload, 0);
			},
		],
		[
			'payload, last byte',
			'signed-by-build',
			({ dsseEnvelope }) => {
				dsseEnvelope.payload = flip(dsseEnvelope.payload, -1);
			},
		],
		[
			'payload, in the middle',
			'signed-by-build',
			({ dsseEnvelope }) => {
				dsseEnvelope.payload = flip(dsseEnvelope.payload, 200);
			},
		],
		[
			'signature, last byte',
			'signed-by-build',
			(bundle) => {
				SIGNATURE(bundle).sig = flip(SIGNATURE(bundle).sig, -1);
			},
		],
		[
			'signature, first byte',
			'signed-by-build',
			(bundle) => {
				SIGNATURE(bundle).sig = flip(SIGNATURE(bundle).sig, 0);
			},
		],
		[
			'signature, in r',
			'signed-by-build',
			(bundle) => {
				SIGNATURE(bundle).sig = flip(SIGNATURE(bundle).sig, 12);
			},
		],
		[
			'log body',
			'logged',
			(bundle) => {
				ENTRY(bundle).canonicalizedBody = flip(ENTRY(bundle).canonicalizedBody, -20);
			},
		],
		[
			'signed entry timestamp',
			'logged',
			(bundle) => {
				const promise = ENTRY(bundle).inclusionPromise;
				promise.signedEntryTimestamp = flip(promise.signedEntryTimestamp, -1);
			},
		],
	];
	for (const name of Object.keys(ORIGINS)) {
		test.each(tamperings)(`${name}: %s -> %s`, async (_what, claim, change) => {
			const result = await reportOf(name, ({ answer }) => change(provenanceOf(answer)));
			expect(result.verdict).toBe('mismatch');
			expect(standing(result, claim)).toBe('refuted');
			expect(result.identity).toBeUndefined();
		});
	}

	const withProof = Object.keys(ORIGINS).filter(
		(name) => hasData && ENTRY(provenanceOf(read(name).answer)).inclusionProof?.checkpoint,
	);
	test('most records have an inclusion proof with a checkpoint', () => expect(withProof.length).toBeGreaterThan(3));
	test.each(withProof)('%s: a proof hash, and the checkpoint', async (name) => {
		const hash = await reportOf(name, ({ answer }) => {
			const proof = ENTRY(provenanceOf(answer)).inclusionProof;
			if (proof) proof.hashes[3] = flip(proof.hashes[3] ?? '', 5);
		});
		expect(refuted(hash)).toEqual(['logged: log-proof-invalid']);
		const checkpoint = await reportOf(name, ({ answer }) => {
			const proof = ENTRY(provenanceOf(answer)).inclusionProof;
			if (proof)
				proof.checkpoint.envelope = proof.checkpoint.envelope.replace(
					/\n(\d+)\n/,
					(_all, size) => `\n${Number(size) + 1}\n`,
				);
		});
		expect(checkpoint.verdict).toBe('mismatch');
		expect(standing(checkpoint, 'logged')).toBe('refuted');
	});

	test('every byte of the signed part of a certificate', async () => {
		const der = Buffer.from(LEAF(provenanceOf(read('sigstore@2.3.1').answer)).rawBytes, 'base64');
		// Certificate ::= SEQUENCE { tbsCertificate, ... }: two heads of four bytes; nobody signed the outer one.
		const end = 8 + der.readUInt16BE(6);
		expect(end).toBeGreaterThan(1000);
		const wrong: string[] = [];
		for (let at = 4; at < end; at += process.env.LONG ? 1 : 7) {
			const result = await reportOf('sigstore@2.3.1', ({ answer }) => {
				const leaf = LEAF(provenanceOf(answer));
				leaf.rawBytes = flip(leaf.rawBytes, at);
			});
			if (result.verdict !== 'mismatch' || standing(result, 'signed-by-build') !== 'refuted')
				wrong.push(`${at}: ${result.verdict} ${refuted(result).join()} ${JSON.stringify(result.claims[1])}`);
		}
		expect(wrong).toEqual([]);
	});

	test('the publish attestation as well', async () => {
		const result = await reportOf('sigstore@2.3.1', ({ answer }) => {
			const { dsseEnvelope } = publishOf(answer);
			dsseEnvelope.payload = flip(dsseEnvelope.payload, 10);
		});
		expect(refuted(result)).toEqual(['registry-received: signature-invalid']);
		expect(result.verdict).toBe('mismatch');
	});
});

describe.skipIf(!hasData)('evidence for something else is a mismatch', () => {
	test('another digest', async () => {
		const result = await reportOf('sigstore@2.3.1', ({ manifest }) => {
			manifest.integrity = `sha512-${flip(manifest.integrity?.slice(7) ?? '', 3)}`;
		});
		expect(refuted(result)).toEqual([
			'file-matches: subject-digest-differs',
			'registry-received: subject-digest-differs',
		]);
	});
	test('another name and another version', async () => {
		for (const change of [{ name: 'sigstorf' }, { version: '2.3.2' }]) {
			const result = await reportOf('sigstore@2.3.1', (recording) => Object.assign(recording.manifest, change));
			expect(refuted(result)).toEqual([
				'file-matches: subject-name-differs',
				'registry-received: subject-name-differs',
			]);
		}
	});
	test("another version's bundle", async () => {
		const other = read('sigstore@1.0.0');
		const result = await reportOf('sigstore@2.3.1', (recording) => {
			recording.answer = other.answer;
		});
		expect(refuted(result)).toEqual(['file-matches: subject-name-differs', 'registry-received: subject-name-differs']);
		expect(standing(result, 'built-by')).toBe('could-not-check');
	});
	test('two of one kind', async () => {
		const twice = await reportOf('sigstore@2.3.1', ({ answer }) => {
			answer.attestations.push(...structuredClone(answer.attestations));
		});
		expect(refuted(twice)).toEqual([
			'signed-by-build: attestation-duplicated',
			'registry-received: attestation-duplicated',
		]);
	});
});

describe.skipIf(!hasData)('labels, which nobody signed, neither refute nor hide', () => {
	const labels: [what: string, of: (given: string[]) => string[]][] = [
		['swapped', (given) => given.toReversed()],
		['of kinds that we do not know', (given) => given.map((_label, index) => `https://predicate.test/${index}`)],
		['of a version that we do not know', (given) => given.map(() => 'https://slsa.dev/provenance/v9')],
		['of another version', (given) => given.map(() => 'https://slsa.dev/provenance/v0.2')],
		['empty', (given) => given.map(() => '')],
	];
	for (const name of Object.keys(ORIGINS))
		test.each(labels)(`${name}: %s`, async (_what, of) => {
			const before = await reportOf(name);
			expect(before.verdict).toBe('confirmed');
			const after = await reportOf(name, ({ answer }) => {
				const changed = of(answer.attestations.map(({ predicateType }) => predicateType));
				for (const [index, attestation] of answer.attestations.entries())
					attestation.predicateType = changed[index] ?? '';
			});
			expect(after).toEqual(before);
		});
});

describe.skipIf(!hasData)("the contract's table, row by row", () => {
	const spec = hasData ? read('sigstore@2.3.1').spec : (undefined as never);
	const served = (change: Partial<Served> = {}): Served => {
		const { manifest, answer } = read('sigstore@2.3.1');
		return { manifest: success(manifest), attestations: success(answer), ...change };
	};
	const could = (result: Report) =>
		result.claims.flatMap((claim) => ('failure' in claim && claim.standing === 'unproved' ? [claim.failure.code] : []));

	test('attestations 404 while the manifest names some', async () => {
		const result = await report(spec, served({ attestations: success(undefined) }));
		expect(result.verdict).toBe('unknown');
		expect(could(result)).toContain('attestations-withheld');
	});
	test('only the provenance is withheld', async () => {
		const { answer } = read('sigstore@2.3.1');
		answer.attestations = answer.attestations.filter(({ predicateType }) => predicateType.includes('/publish/'));
		const result = await report(spec, served({ attestations: success(answer) }));
		expect(result.verdict).toBe('unknown');
		expect(could(result)).toContain('attestations-withheld');
	});
	const asking: FailureCode[] = [
		'release-not-found',
		'rate-limited',
		'registry-error',
		'registry-timeout',
		'cut-off',
		'not-json',
		'wrong-shape',
		'too-large',
		'foreign-redirect',
		'registry-unreachable',
		'permission-withheld',
	];
	test.each(asking)('%s on either request is unknown', async (code) => {
		for (const change of [{ manifest: failed(code) }, { attestations: failed(code) }]) {
			const result = await report(spec, served(change));
			expect(result.verdict).toBe('unknown');
			expect(new Set(could(result))).toContain(code);
			expect(refuted(result)).toEqual([]);
			expect(result.claims.map(({ id }) => id)).toEqual(CLAIM_IDS);
		}
	});
	test('publish attestation only: as without provenance', async () => {
		const { manifest, answer } = read('sigstore@2.3.1');
		answer.attestations = answer.attestations.filter(({ predicateType }) => predicateType.includes('/publish/'));
		const result = await report(spec, {
			manifest: success({ ...manifest, attestations: {} }),
			attestations: success(answer),
			packument: success({
				name: 'sigstore',
				'dist-tags': {},
				time: { '2.3.1': '2024-05-16T17:12:00.000Z' },
				versions: { '2.3.1': { name: 'sigstore', version: '2.3.1', dist: {} } },
			}),
		});
		expect(standing(result, 'registry-received')).toBe('proved');
		expect(standing(result, 'signed-by-build')).toBe('absent');
		expect(result.verdict).not.toBe('confirmed');
		expect(result.verdict).not.toBe('mismatch');
	});
	test('provenance without publish attestation', async () => {
		const { answer } = read('sigstore@2.3.1');
		answer.attestations = answer.attestations.filter(({ predicateType }) => !predicateType.includes('/publish/'));
		const result = await report(spec, served({ attestations: success(answer) }));
		expect(result.verdict).toBe('confirmed');
		expect(standing(result, 'registry-received')).toBe('absent');
	});
	test('a log, an authority or a key that the trust root does not hold', async () => {
		const material = trust.material;
		const roots: TrustRoot[] = [
			{ ...trust, material: { ...material, tlogs: material.tlogs.slice(1) } },
			{ ...trust, material: { ...material, certificateAuthorities: [] }, knownAnswers: [] },
			{ ...trust, material: { ...material, ctlogs: [] } },
			{ ...trust, registryKeys: [] },
		];
		for (const other of roots) {
			const known = trust;
			trust = other;
			const result = await report(spec, served()).finally(() => {
				trust = known;
			});
			expect(refuted(result)).toEqual([]);
			expect(result.verdict).toBe('unknown');
			expect(could(result)).toContain('not-in-trust-root');
		}
	});
	test('unknown bundle version, unknown predicate', async () => {
		const version = await reportOf('sigstore@2.3.1', ({ answer }) => {
			provenanceOf(answer).mediaType = 'application/vnd.dev.sigstore.bundle.v0.9+json';
		});
		expect(version.verdict).toBe('unknown');
		expect(could(version)).toContain('unsupported-bundle-version');
		const predicate = await reportOf('sigstore@2.3.1', ({ answer }) => {
			for (const attestation of answer.attestations)
				if (attestation.predicateType.startsWith('https://slsa.dev')) {
					const { dsseEnvelope } = attestation.bundle;
					const statement = Buffer.from(dsseEnvelope.payload, 'base64').toString();
					dsseEnvelope.payload = Buffer.from(statement.replace('provenance/v1', 'provenance/v9')).toString('base64');
					attestation.predicateType = 'https://slsa.dev/provenance/v9';
				}
		});
		expect(predicate.verdict).toBe('unknown');
		expect(could(predicate)).toContain('unsupported-predicate');
	});
	test('registry signature: wrong, missing, by an unknown key', async () => {
		const sig = 'MEUCIQCAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQIgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB';
		const keyid = 'SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA';
		const wrong = await reportOf('sigstore@2.3.1', ({ manifest }) => {
			manifest.signatures = [{ keyid, sig }];
		});
		expect(refuted(wrong)).toEqual(['registry-signed: registry-signature-invalid']);
		expect(wrong.verdict).toBe('mismatch');
		const missing = await reportOf('sigstore@2.3.1');
		expect(standing(missing, 'registry-signed')).toBe('absent');
		const unknown = await reportOf('sigstore@2.3.1', ({ manifest }) => {
			manifest.signatures = [{ keyid: 'SHA256:other', sig }];
		});
		expect(standing(unknown, 'registry-signed')).toBe('could-not-check');
		expect(unknown.verdict).toBe('confirmed');
	});
	test("package.json's repository is a finding, no verdict", async () => {
		const said = async (repository: string) =>
			(
				await reportOf('sigstore@2.3.1', ({ manifest }) => {
					manifest.repository = repository;
				})
			).findings
				.map(({ code }) => code)
				// Nobody recorded a manifest, so the made-up one has neither.
				.filter((code) => !['git-head-missing', 'registry-signature-missing'].includes(code));
		expect(await said('git+https://github.com/sigstore/sigstore-js.git')).toEqual([]);
		expect(await said('github:sigstore/sigstore-js')).toEqual([]);
		expect(await said('git@github.com:sigstore/sigstore-js.git')).toEqual([]);
		expect(await said('https://github.com/Sigstore/sigstore-js')).toEqual(['repository-differs-in-case']);
		expect(await said('https://github.com/other/sigstore-js')).toEqual(['repository-differs']);
		for (const unreadable of ['see our wiki', 'https://', 'github:', ''])
			expect(await said(unreadable), unreadable).toEqual([]);
	});
	test('the packument fails: confirmed stays confirmed, without provenance it is unknown', async () => {
		const confirmed = await report(spec, served({ packument: failed('registry-error') }));
		expect(confirmed).toMatchObject({ verdict: 'confirmed', history: { state: 'not-compared' } });
		const { manifest } = read('sigstore@2.3.1');
		const bare = { ...manifest, attestations: undefined };
		const none = await report(spec, {
			manifest: success(bare),
			attestations: success(undefined),
			packument: failed('registry-error'),
		});
		expect(none).toMatchObject({ verdict: 'unknown', history: { state: 'not-compared' } });
	});
});

test('a trust root that cannot be had is told to whoever asked, however long the registry takes, and to nobody else', async () => {
	const unhandled: unknown[] = [];
	const hear = (reason: unknown) => unhandled.push(reason);
	process.on('unhandledRejection', hear);
	const slow = async () => {
		await new Promise((resolve) => setTimeout(resolve, 20));
		return failed('registry-timeout');
	};
	const registry = { fetchManifest: slow, fetchAttestations: slow, fetchPackument: slow };
	const world = () => ({ registry, trust: Promise.reject(new Error('no trust root')), now: () => new Date() });
	const spec = { name: 'minted', selector: '1.0.0', kind: 'version' } as const;
	await expect(inspect(spec, world())).rejects.toThrow('no trust root');
	await expect(traceLine(spec, world(), { most: 0 })).rejects.toThrow('no trust root');
	process.off('unhandledRejection', hear);
	expect(unhandled).toEqual([]);
});
