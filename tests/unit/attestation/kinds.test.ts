/**
 * Tests of what an attestation is taken for: its signed payload and its signer decide, whatever it is labelled. None is believed as
 * the wrong kind, two of a kind are refused, and one that is served is checked although another is withheld.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { parseIntegrity } from '../../../lib/attestation/integrity.ts';
import { walkProvenance, walkPublish } from '../../../lib/inspect/provenance.ts';
import type { Claim, Report } from '../../../lib/report/report.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { flip } from '../../fixtures/flip.ts';
import { failuresOf, reportOn, trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import {
	type Attestation,
	attestationsPointer,
	githubBuild,
	mintRelease,
	type ProvenanceOptions,
	type Release,
} from '../../support/mint.ts';

const SLSA = 'https://slsa.dev/provenance/v1';
const PUBLISH = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';
const OTHER = 'https://predicate.test/v1';

let authority: Authority;
let trust: TrustRoot;
beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

/** A release that serves these attestations, and lists provenance. */
const serving = (release: Release, attestations: unknown[]): Release => ({
	...release,
	manifest: {
		...release.manifest,
		dist: { ...release.manifest.dist, attestations: attestationsPointer(release.name, release.version) },
	},
	attestations: { attestations: attestations as Attestation[] },
});

const claimOf = ({ claims }: Report, id: Claim['id']) => claims.find((claim) => claim.id === id);
const bareOf = async (options: Parameters<typeof mintRelease>[1]) => {
	const release = await mintRelease(authority, options);
	return { release, attestation: release.attestations?.attestations[0] as Attestation };
};

describe('one attestation, of each payload and signer, under each label', () => {
	const provenance = (more: ProvenanceOptions = {}) => bareOf({ publish: false, provenance: more });
	const publish = (more: ProvenanceOptions = {}) => bareOf({ provenance: false, publish: more });
	const retyped = { statement: (said: { predicateType: string }) => Object.assign(said, { predicateType: OTHER }) };
	const unread = ['file-matches', 'signed-by-build', 'built-by', 'logged'] as const;
	const withheld = unread.map((id) => `${id}: attestations-withheld`);
	const cases: [
		what: string,
		make: () => ReturnType<typeof bareOf>,
		expected: Report['verdict'],
		failures: string[],
	][] = [
		['provenance, by a certificate', provenance, 'confirmed', []],
		[
			"provenance, by npm's key",
			() => provenance({ signedWith: 'key' }),
			'mismatch',
			['signed-by-build: bundle-of-wrong-kind'],
		],
		["publish attestation, by npm's key", publish, 'unknown', withheld],
		[
			'publish attestation, by a certificate',
			() => publish({ signedWith: 'certificate' }),
			'unknown',
			[...withheld, 'registry-received: unsupported-signer'],
		],
	];
	for (const label of [SLSA, PUBLISH, OTHER, '', `${SLSA} `, '\u202e', 'x'.repeat(100_000)])
		test.each(cases)(`%s, labelled ${label.slice(0, 70)}`, async (_what, make, verdict, expected) => {
			const { release, attestation } = await make();
			const report = await reportOn(serving(release, [{ ...attestation, predicateType: label }]), trust);
			expect(failuresOf(report)).toEqual(expected);
			expect(report.verdict).toBe(verdict);
			expect(report.findings.map(({ code }) => code)).not.toContain('unknown-attestation');
		});

	test.each(['certificate', 'key'] as const)(
		'a payload of no known type, by a %s: unknown under each label',
		async (signedWith) => {
			for (const label of [SLSA, PUBLISH, OTHER]) {
				const { release, attestation } = await provenance({ ...retyped, signedWith });
				const served = serving(release, [{ ...attestation, predicateType: label }]);
				const report = await reportOn(served, trust);
				expect(new Set(failuresOf(report).map((failure) => failure.split(': ')[1]))).toEqual(
					new Set(label === PUBLISH ? ['attestations-withheld', 'unsupported-predicate'] : ['unsupported-predicate']),
				);
				expect(report.verdict).toBe('unknown');
				if (label === OTHER) continue;
				// A signature that does not hold is never unknown.
				const { dsseEnvelope } = attestation.bundle;
				dsseEnvelope.payload = flip(dsseEnvelope.payload, 40);
				const changed = await reportOn(serving(release, [{ ...attestation, predicateType: label }]), trust);
				expect(failuresOf(changed).map((failure) => failure.split(': ')[1])).toContain('signature-invalid');
				expect(changed.verdict).toBe('mismatch');
			}
		},
	);
});

test('base64 spelt otherwise is sorted as its verification reads it', async () => {
	const { release, attestation } = await bareOf({ publish: false });
	const { dsseEnvelope } = attestation.bundle;
	const spelt = [
		(text: string) => text.replace(/=+$/, ''),
		(text: string) => text.replaceAll('+', '-').replaceAll('/', '_'),
		(text: string) => text.replace(/(.{60})/g, '$1\n'),
		(text: string) => `\u00a0!${text}`,
	];
	for (const change of spelt) {
		const bundle = { ...attestation.bundle, dsseEnvelope: { ...dsseEnvelope, payload: change(dsseEnvelope.payload) } };
		const report = await reportOn(serving(release, [{ predicateType: OTHER, bundle }]), trust);
		expect(failuresOf(report)).toEqual([]);
		expect(report.verdict).toBe('confirmed');
	}
});

test('payloads that cannot be read are of the kind that their label says, and false', async () => {
	const { release, attestation } = await bareOf({ publish: false });
	const payloads = ['', '{', 'null', '[]', '"x"', '{"predicateType":7}', '{"predicateType":null}', '\ud800'];
	for (const payload of [...payloads.map((text) => Buffer.from(text).toString('base64')), 7, null, [123], {}]) {
		const bundle = { ...attestation.bundle, dsseEnvelope: { ...attestation.bundle.dsseEnvelope, payload } };
		for (const [label, verdict] of [
			[SLSA, 'mismatch'],
			[OTHER, 'unknown'],
		] as const) {
			const report = await reportOn(serving(release, [{ predicateType: label, bundle }]), trust);
			expect(report.verdict, JSON.stringify(payload)).toBe(verdict);
		}
	}
});

test('two of a kind are refused under whatever labels, and a third of no known kind is a finding', async () => {
	const { release, attestation: one } = await bareOf({ publish: false });
	const { attestation: other } = await bareOf({ provenance: false });
	for (const label of [SLSA, PUBLISH, OTHER]) {
		const twice = await reportOn(serving(release, [one, other, { ...one, predicateType: label }]), trust);
		expect(failuresOf(twice)).toEqual(['signed-by-build: attestation-duplicated']);
		const received = await reportOn(serving(release, [one, other, { ...other, predicateType: label }]), trust);
		expect(failuresOf(received)).toEqual(['registry-received: attestation-duplicated']);
		expect([twice.verdict, received.verdict]).toEqual(['mismatch', 'mismatch']);
	}
	const third = await reportOn(serving(release, [one, other, { predicateType: OTHER, bundle: {} }]), trust);
	expect(third.verdict).toBe('confirmed');
	expect(third.findings).toContainEqual(expect.objectContaining({ code: 'unknown-attestation', detail: OTHER }));
});

test('what was sorted wrongly would still not be believed as the wrong kind', async () => {
	const { release, attestation: one } = await bareOf({ publish: false });
	const { attestation: other } = await bareOf({ provenance: false, publish: { signedWith: 'certificate' } });
	const integrity = parseIntegrity(String(release.manifest.dist.integrity));
	const { name, version } = release;
	const provenance = await walkProvenance([other], { name, version, integrity }, trust);
	expect(provenance?.facts.statement).toMatchObject({ failure: { code: 'predicate-type-differs', detail: PUBLISH } });
	expect(provenance?.facts.identity).toBeUndefined();
	const publish = await walkPublish([one], { name, version, integrity }, trust);
	expect(publish.outcome).toMatchObject({ code: 'predicate-type-differs', detail: SLSA });
});

describe('a publish attestation that a certificate signed', () => {
	const keyless = async (more: ProvenanceOptions = {}, root = trust) =>
		reportOn(await mintRelease(authority, { publish: { signedWith: 'certificate', ...more } }), root);

	test('is could-not-check beside proved provenance, and dates nothing', async () => {
		for (const logKind of ['dsse', 'intoto', 'rekor-v2'] as const) {
			const report = await keyless({ logKind });
			expect(failuresOf(report)).toEqual(['registry-received: unsupported-signer']);
			expect(report.claims.slice(0, 4).map(({ standing }) => standing)).toEqual(Array(4).fill('proved'));
			expect(report.identity).toBeDefined();
			expect(report.verdict).toBe('unknown');
			expect(claimOf(report, 'registry-signed')).toMatchObject({ failure: { code: 'publish-time-unknown' } });
		}
	});
	test('says by whom', async () => {
		const build = githubBuild({ reusable: 'registry/attester/.github/workflows/attest.yml@refs/tags/@a/b@1' });
		expect(claimOf(await keyless({ build }), 'registry-received')).toMatchObject({
			failure: { detail: 'https://github.com/registry/attester/.github/workflows/attest.yml@refs/tags/@a/b@1' },
		});
	});
	const publishes = (statement: NonNullable<ProvenanceOptions['statement']>) => keyless({ statement });
	test.each([
		[
			'another file',
			'subject-digest-differs',
			() => publishes(({ subject }) => Object.assign(subject[0] ?? {}, { digest: { sha512: 'ab'.repeat(64) } })),
		],
		[
			'another registry',
			'publish-names-another-registry',
			() => publishes(({ predicate }) => Object.assign(predicate, { registry: 'https://other.test' })),
		],
		[
			'another release',
			'publish-names-another-release',
			() => publishes(({ predicate }) => Object.assign(predicate, { version: '2.0.0' })),
		],
		['no release', 'predicate-malformed', () => publishes((said) => Object.assign(said, { predicate: 7 }))],
		['a certificate that expired', 'certificate-not-valid-then', () => keyless({ certificateAge: 11 })],
		['a certificate that is not for code', 'certificate-not-code-signing', () => keyless({ codeSigning: false })],
	])('is false where it is false: %s', async (_what, code, make) => {
		const report = await make();
		expect(failuresOf(report)).toEqual([`registry-received: ${code}`]);
		expect(report.verdict).toBe('mismatch');
	});
	test('is unknown where the authority is', async () => {
		const stranger = await startAuthority();
		const release = await mintRelease(
			{ ...authority, issue: stranger.issue },
			{
				provenance: false,
				publish: { signedWith: 'certificate' },
			},
		);
		expect(failuresOf(await reportOn(release, trust))).toEqual(['registry-received: not-in-trust-root']);
	});
});

describe('a publish attestation, where provenance is listed and withheld', () => {
	const PROVENANCE = ['file-matches', 'signed-by-build', 'built-by', 'logged'] as const;
	const only = async (options: Parameters<typeof mintRelease>[1] = {}) => {
		const { release, attestation } = await bareOf({ provenance: false, ...options });
		return reportOn(serving(release, attestation ? [attestation] : []), trust);
	};

	test('is checked, and dates the registry signature; the verdict stays unknown', async () => {
		const report = await only();
		for (const id of PROVENANCE)
			expect(claimOf(report, id)).toMatchObject({ why: 'could-not-check', failure: { code: 'attestations-withheld' } });
		expect(claimOf(report, 'registry-received')).toEqual({ id: 'registry-received', standing: 'proved' });
		expect(claimOf(report, 'registry-signed')).toEqual({ id: 'registry-signed', standing: 'proved' });
		expect(report.verdict).toBe('unknown');
		expect(report.identity).toBeUndefined();
	});
	test('is false where it is false', async () => {
		const report = await only({
			publish: { statement: ({ predicate }) => Object.assign(predicate, { version: '2.0.0' }) },
		});
		expect(claimOf(report, 'registry-received')).toMatchObject({ standing: 'refuted' });
		expect(report.verdict).toBe('mismatch');
	});
	test('is withheld itself where nothing is served', async () => {
		const report = await only({ publish: false });
		for (const id of [...PROVENANCE, 'registry-received'] as const)
			expect(claimOf(report, id)).toMatchObject({ failure: { code: 'attestations-withheld' } });
		expect(report.verdict).toBe('unknown');
	});
	test('is checked beside provenance of a kind that we do not know', async () => {
		const { release, attestation } = await bareOf({ provenance: false });
		const report = await reportOn(serving(release, [attestation, { predicateType: OTHER, bundle: {} }]), trust);
		expect(claimOf(report, 'signed-by-build')).toMatchObject({ failure: { code: 'unsupported-predicate' } });
		expect(claimOf(report, 'registry-received')).toMatchObject({ standing: 'proved' });
		expect(report.verdict).toBe('unknown');
	});
});
