/**
 * Tests of trust roots that name no transparency log, no certificate log or no timestamp authority: whatever rests on one is
 * unknown, never a mismatch and never confirmed; and what is false stays false.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseTrustRootFile } from '../../../lib/sigstore/trust-root-file.ts';
import { verifyBundle } from '../../../lib/sigstore/verify.ts';
import { describeClaim } from '../../../lib/text/en/claims.ts';
import { flip } from '../../fixtures/flip.ts';
import { failuresOf, provenanceOf, reportOn, trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { mintRelease, type ProvenanceOptions, type Release } from '../../support/mint.ts';

const LISTS = ['tlogs', 'ctlogs', 'timestampAuthorities'] as const;
type List = (typeof LISTS)[number];

let authority: Authority;
let other: Authority;
beforeAll(async () => {
	authority = await startAuthority();
	other = await startAuthority();
});

/** Instances as they are run, and which lists their evidence is made with. */
const INSTANCES: [
	what: string,
	uses: readonly List[],
	options: ProvenanceOptions,
	change?: (release: Release) => void,
][] = [
	['log and certificate log', ['tlogs', 'ctlogs'], {}],
	['the same, first form of the entry', ['tlogs', 'ctlogs'], { logKind: 'intoto', bundleVersion: '0.2' }],
	[
		'a promise without a proof, as of 2023',
		['tlogs', 'ctlogs'],
		{ bundleVersion: '0.1' },
		(release) => {
			for (const entry of provenanceOf(release).verificationMaterial.tlogEntries)
				delete (entry as { inclusionProof?: unknown }).inclusionProof;
		},
	],
	['Rekor v2 and timestamp', ['tlogs', 'ctlogs', 'timestampAuthorities'], { logKind: 'rekor-v2' }],
	['timestamp alone', ['timestampAuthorities'], { logKind: 'none', sct: false }],
	['timestamp and certificate log', ['ctlogs', 'timestampAuthorities'], { logKind: 'none' }],
	['log, no certificate log', ['tlogs'], { sct: false }],
	[
		'Rekor v2 and timestamp, no certificate log',
		['tlogs', 'timestampAuthorities'],
		{ logKind: 'rekor-v2', sct: false },
	],
];

/** Every choice of lists that a root may leave empty. */
const CHOICES = Array.from({ length: 2 ** LISTS.length }, (_, bits) =>
	LISTS.filter((_list, index) => bits & (1 << index)),
);

const without = (lists: readonly List[]) =>
	trustIn(authority, (root) => {
		for (const list of lists) root[list] = [];
	});

describe.each(INSTANCES)('%s', (_what, uses, options, change) => {
	test.each(CHOICES.map((lists) => [lists.join(', ') || 'nothing', lists] as const))(
		'root without %s',
		async (_which, lists) => {
			const root = await without(lists);
			const release = await mintRelease(authority, { publish: false, provenance: options });
			change?.(release);
			const report = await reportOn(release, root);
			// What the instance does not make at all is no fault of the record, where the root names none of it either.
			const isMissing = (['tlogs', 'ctlogs'] as const).some((list) => !uses.includes(list) && !lists.includes(list));
			const isWhole =
				(['tlogs', 'ctlogs'] as const).every((list) => uses.includes(list)) &&
				!uses.some((list) => lists.includes(list));
			if (isWhole) expect(report.verdict).toBe('confirmed');
			else if (!isMissing) {
				expect(failuresOf(report)).toEqual(['logged: log-not-in-trust-root']);
				expect(report.verdict).toBe('unknown');
				expect(describeClaim(report.claims[3] as never)).toContain('your own trust root does not name');
			} else expect(['unknown', 'mismatch']).toContain(report.verdict);
			// One bit of the statement, and it is false whatever the root lacks.
			const { dsseEnvelope } = provenanceOf(release);
			dsseEnvelope.payload = flip(dsseEnvelope.payload, 40);
			expect((await reportOn(release, root)).verdict).toBe('mismatch');
		},
	);
});

test("somebody else's log, beside those that the root names, is unknown as well", async () => {
	const stranger = async (change: (theirs: Partial<Authority>) => object) =>
		mintRelease({ ...authority, ...change(other) }, { publish: false });
	for (const [release, expected] of [
		[await stranger(({ log }) => ({ log })), 'logged: log-not-in-trust-root'],
		[await stranger(({ issue }) => ({ issue })), 'signed-by-build: not-in-trust-root'],
	] as const) {
		const report = await reportOn(release, await trustIn(authority));
		expect(failuresOf(report)).toEqual([expected]);
		expect(report.verdict).toBe('unknown');
	}
});

test('where a root names the kind, a record without it stays false', async () => {
	const root = await trustIn(authority);
	for (const [options, expected] of [
		[{ logKind: 'none' }, 'logged: log-entry-missing'],
		[{ sct: false }, 'signed-by-build: certificate-sct-invalid'],
		[{ sct: 'wrong' }, 'signed-by-build: certificate-sct-invalid'],
	] as const) {
		const report = await reportOn(await mintRelease(authority, { publish: false, provenance: options }), root);
		expect(failuresOf(report)).toEqual([expected]);
		expect(report.verdict).toBe('mismatch');
	}
});

test('a record that nobody dated is unknown only where the root names nobody who would have', async () => {
	const release = await mintRelease(authority, { publish: false, provenance: { logKind: 'rekor-v2' } });
	provenanceOf(release).verificationMaterial.timestampVerificationData = { rfc3161Timestamps: [] };
	expect(failuresOf(await reportOn(release, await trustIn(authority)))).toEqual(['signed-by-build: time-unsigned']);
	for (const lists of [['timestampAuthorities'], ['tlogs']] as const)
		expect(failuresOf(await reportOn(release, await without(lists)))).toEqual(['logged: log-not-in-trust-root']);
});

test("a publish attestation under a root without logs: the registry's receipt is unknown, not false", async () => {
	for (const lists of [['tlogs'], ['tlogs', 'ctlogs', 'timestampAuthorities']] as const)
		for (const logKind of ['dsse', 'none'] as const) {
			const release = await mintRelease(authority, { provenance: false, publish: { logKind } });
			const report = await reportOn(release, await without(lists));
			expect(failuresOf(report)).toEqual(['registry-received: log-not-in-trust-root']);
			expect(report.verdict).toBe('unknown');
		}
});

const folder = fileURLToPath(new URL('../../../../shared/data/attestations-more/', import.meta.url));
const hasData = existsSync(folder);
if (!hasData) console.warn("SKIPPED: GitHub's instance for private repositories, since ../shared/data is absent");

describe.skipIf(!hasData)("GitHub's instance for private repositories, which has no log", async () => {
	const read = (kind: string) => readFileSync(`${folder}github-private-no-log.${kind}.json`, 'utf8');
	const [{ bundle }] = hasData ? JSON.parse(read('attestations')).attestations : [{}];
	const root = async () => {
		const parsed = await parseTrustRootFile(read('trusted_root'), {
			source: 'custom',
			version: 'github',
			takenAt: '2026-07-24',
		});
		if (!parsed.ok) throw new Error(parsed.failure.detail);
		return parsed.value.root;
	};

	test('its trust root can be imported, and its record is unknown', async () => {
		expect(await verifyBundle(bundle, await root(), 'certificate')).toMatchObject({
			ok: false,
			failure: { code: 'log-not-in-trust-root' },
		});
	});

	test('one bit changed in statement, signature or timestamp is no longer unknown', async () => {
		for (const change of [
			(changed: typeof bundle) => {
				changed.dsseEnvelope.payload = flip(changed.dsseEnvelope.payload, 40);
			},
			(changed: typeof bundle) => {
				const [signature] = changed.dsseEnvelope.signatures;
				signature.sig = flip(signature.sig, -1);
			},
			(changed: typeof bundle) => {
				const [timestamp] = changed.verificationMaterial.timestampVerificationData.rfc3161Timestamps;
				timestamp.signedTimestamp = flip(timestamp.signedTimestamp, -1);
			},
		]) {
			const changed = structuredClone(bundle);
			change(changed);
			const verified = await verifyBundle(changed, await root(), 'certificate');
			expect(verified.ok ? 'holds' : verified.failure.code).toMatch(/^(signature|timestamp)-invalid$/);
		}
	});
});
