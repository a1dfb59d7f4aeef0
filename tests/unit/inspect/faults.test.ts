/** Tests of the faults that other verifiers had, each by its number: a private Sigstore's genuine records, put together wrongly. */
import { beforeAll, describe, expect, test } from 'vitest';
import { parsePolicy } from '../../../lib/policy/schema.ts';
import type { Report } from '../../../lib/report/report.ts';
import type { TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { failuresOf, provenanceOf, reportOn, trustIn } from '../../fixtures/minted.ts';
import { type Authority, type LogEntry, startAuthority } from '../../support/authority.ts';
import { x509 } from '../../support/certificate.ts';
import { type Attestation, githubBuild, mintRelease, type ProvenanceOptions } from '../../support/mint.ts';

let authority: Authority;
let trust: TrustRoot;

beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

type Bundle = Attestation['bundle'];
const entryOf = ({ verificationMaterial }: Bundle) => verificationMaterial.tlogEntries[0] as LogEntry;
const timestampsOf = ({ verificationMaterial }: Bundle) =>
	(verificationMaterial as unknown as { timestampVerificationData: { rfc3161Timestamps: unknown[] } })
		.timestampVerificationData.rfc3161Timestamps;

/** What is said of provenance that was changed after it was signed. */
async function changed(change: (bundle: Bundle) => void, options: ProvenanceOptions = {}): Promise<Report> {
	const release = await mintRelease(authority, { provenance: options });
	change(provenanceOf(release));
	return reportOn(release, trust);
}

const V2 = { logKind: 'rekor-v2' } as const;

test('what is changed below is confirmed before', async () => {
	for (const options of [{}, V2]) expect((await changed(() => undefined, options)).verdict).toBe('confirmed');
});

describe('identity extensions ignored (CVE-2026-48815)', () => {
	// The same names on every side; only the extension of the number that GitHub never gives twice differs.
	const sold = githubBuild({ repositoryId: '9009' });
	const row = { package: 'minted', repository: 'https://github.com/stamp-test/minted' };
	const verdictUnder = async (expected: object) => {
		const policy = parsePolicy({ version: 1, rows: [{ ...row, ...expected }] });
		if (!policy.ok) throw new Error(policy.failure.detail);
		const release = await mintRelease(authority, { provenance: { build: sold } });
		return (await reportOn(release, trust, [{ policy: policy.value, setBy: 'you' }])).verdict;
	};
	test('each extension that a row names decides alone', async () => {
		expect(await verdictUnder({ repositoryId: '9009' })).toBe('confirmed');
		for (const other of [
			{ repositoryId: '1001' },
			{ ownerId: '9009' },
			{ issuer: 'https://gitlab.com' },
			{ ref: 'refs/tags/v1' },
			{ workflow: '.github/workflows/release.ym' },
			{ environment: 'npm' },
		])
			expect(await verdictUnder(other), JSON.stringify(other)).toBe('not-allowed');
	});
});

describe('unsigned time trusted (CVE-2026-48816)', () => {
	const time = '2026-05-01T11:59:57Z';
	const seconds = String(Date.parse(time) / 1000);
	test('a time that the log did not promise is none', async () => {
		const report = await changed((bundle) => {
			delete entryOf(bundle).inclusionPromise;
		});
		expect(failuresOf(report)).toEqual(['signed-by-build: time-unsigned']);
	});
	test('nor is one that is written into a log entry of Rekor v2', async () => {
		const report = await changed((bundle) => {
			timestampsOf(bundle).length = 0;
			entryOf(bundle).integratedTime = seconds;
		}, V2);
		expect(failuresOf(report)).toEqual(['signed-by-build: time-unsigned']);
	});
	test('nor does one excuse a timestamp from after the certificate', async () => {
		const report = await changed(
			(bundle) => {
				entryOf(bundle).integratedTime = seconds;
			},
			{ ...V2, certificateAge: 11 },
		);
		expect(failuresOf(report)).toEqual(['signed-by-build: certificate-not-valid-then']);
	});
	test('a promise of another time does not hold', async () => {
		const report = await changed((bundle) => {
			entryOf(bundle).integratedTime = String(Number(seconds) + 60);
		});
		expect(failuresOf(report)).toEqual(['logged: log-promise-invalid']);
	});
	test("a timestamp over another signature, or of somebody else's authority", async () => {
		const over = (signer: Authority) => (bundle: Bundle) => {
			const der = signer.timestamp(signer === authority ? Buffer.from('other') : signatureOf(bundle), new Date(time));
			timestampsOf(bundle).splice(0, 1, { signedTimestamp: der.toString('base64') });
		};
		expect(failuresOf(await changed(over(authority), V2))).toEqual(['signed-by-build: timestamp-invalid']);
		const report = await changed(over(await startAuthority()), V2);
		expect(failuresOf(report)).toEqual(['signed-by-build: not-in-trust-root']);
		expect(report.verdict).toBe('unknown');
	});
	test('a timestamp twice, or one that cannot be read', async () => {
		const over = (text: string) => authority.timestamp(Buffer.from(text), new Date(time)).toString('base64');
		for (const change of [
			(bundle: Bundle) => timestampsOf(bundle).push(structuredClone(timestampsOf(bundle)[0])),
			(bundle: Bundle) => timestampsOf(bundle).splice(0, 1, { signedTimestamp: 'MAA=' }),
			(bundle: Bundle) => timestampsOf(bundle).splice(0, 1, { signedTimestamp: 'AAAA' }),
			// The first fails in its own way, and why it does is looked for in the second as well.
			(bundle: Bundle) =>
				timestampsOf(bundle).splice(0, 1, { signedTimestamp: over('other') }, { signedTimestamp: 'MAA=' }),
		])
			expect(failuresOf(await changed(change, V2))).toEqual(['signed-by-build: timestamp-invalid']);
	});
});

describe('one log entry counted twice', () => {
	for (const options of [{}, V2])
		test(JSON.stringify(options), async () => {
			const report = await changed(({ verificationMaterial: { tlogEntries } }) => {
				tlogEntries.push(...structuredClone(tlogEntries));
			}, options);
			expect(failuresOf(report)).toEqual(['logged: log-entry-duplicated']);
		});
	test('nor under another number, which nothing signs in Rekor v2', async () => {
		const report = await changed(({ verificationMaterial: { tlogEntries } }) => {
			const [entry] = structuredClone(tlogEntries);
			if (entry) tlogEntries.push({ ...entry, logIndex: '4711' });
		}, V2);
		expect(failuresOf(report)).toEqual(['logged: log-entry-duplicated']);
	});
	test('none at all', async () => {
		const report = await changed(({ verificationMaterial }) => {
			verificationMaterial.tlogEntries = [];
		}, V2);
		expect(failuresOf(report)).toEqual(['logged: log-entry-missing']);
	});
});

describe('log entry not bound to the artifact (CVE-2026-22703, CVE-2022-36056)', () => {
	for (const options of [{}, { logKind: 'intoto', bundleVersion: '0.2' }, V2] as const) {
		test(`${JSON.stringify(options)}: the entry of another release, genuine in itself`, async () => {
			const other = await mintRelease(authority, { version: '1.0.1', provenance: options });
			const report = await changed(({ verificationMaterial }) => {
				verificationMaterial.tlogEntries = provenanceOf(other).verificationMaterial.tlogEntries;
			}, options);
			expect(failuresOf(report)).toEqual(['logged: log-entry-of-another-signature']);
		});
		test(`${JSON.stringify(options)}: a body of nothing, well logged`, async () => {
			for (const body of [{ spec: {} }, { spec: { signatures: [], dsseV002: {}, content: {} } }]) {
				const report = await changed(() => undefined, {
					...options,
					entry: (entry) => Object.assign(entry, body),
				});
				expect(report.verdict).toBe('mismatch');
				expect(failuresOf(report)).toHaveLength(1);
			}
		});
	}
});

describe('checkpoint signature not bound (CVE-2024-53267)', () => {
	const proofOf = (bundle: Bundle) => entryOf(bundle).inclusionProof;
	for (const options of [{}, V2]) {
		const name = JSON.stringify(options);
		test(`${name}: the proof and checkpoint of another log that is known as well`, async () => {
			const report = await changed((bundle) => {
				const entry = entryOf(bundle);
				const body = JSON.parse(Buffer.from(entry.canonicalizedBody, 'base64').toString('utf8'));
				const other = (options === V2 ? authority.log : authority.logV2)(body, new Date('2026-05-01T11:59:57Z'));
				entry.inclusionProof = other.inclusionProof;
			}, options);
			expect(failuresOf(report)).toEqual(['logged: log-checkpoint-invalid']);
		});
		test(`${name}: signed by a key of somebody else's, under the right name and hint`, async () => {
			const stranger = await startAuthority();
			const report = await changed((bundle) => {
				const entry = entryOf(bundle);
				const body = JSON.parse(Buffer.from(entry.canonicalizedBody, 'base64').toString('utf8'));
				const log = options === V2 ? stranger.logV2 : stranger.log;
				const { inclusionProof } = log(body, new Date('2026-05-01T11:59:57Z'));
				const hint = Buffer.from(entry.logId.keyId, 'base64').subarray(0, 4);
				inclusionProof.checkpoint.envelope = inclusionProof.checkpoint.envelope.replace(/\S+\n$/, (line) => {
					const signature = Buffer.from(line, 'base64');
					return `${Buffer.concat([hint, signature.subarray(4)]).toString('base64')}\n`;
				});
				entry.inclusionProof = inclusionProof;
			}, options);
			expect(failuresOf(report)).toEqual(['logged: log-checkpoint-invalid']);
		});
		test(`${name}: a tree of another size, no signature, no note`, async () => {
			const bent: [RegExp, string][] = [
				[/\n(\d+)\n/, '\n1$1\n'],
				[/\n\n[\s\S]*$/, '\n\n'],
				[/^[\s\S]*\n\n/, '\n\n'],
				[/\u2014 \S+/, '\u2014 rekor.other.test'],
			];
			for (const [pattern, by] of bent) {
				const report = await changed((bundle) => {
					const { checkpoint } = proofOf(bundle);
					checkpoint.envelope = checkpoint.envelope.replace(pattern, by);
				}, options);
				expect(failuresOf(report), String(pattern)).toEqual(['logged: log-checkpoint-invalid']);
			}
		});
		test(`${name}: a proof that leads elsewhere`, async () => {
			for (const change of [
				(bundle: Bundle) => proofOf(bundle).hashes.reverse(),
				(bundle: Bundle) => proofOf(bundle).hashes.pop(),
				(bundle: Bundle) => Object.assign(proofOf(bundle), { logIndex: '0' }),
			]) {
				const report = await changed(change, options);
				expect(failuresOf(report)).toEqual(['logged: log-proof-invalid']);
			}
		});
	}
	test('neither promise nor proof', async () => {
		const report = await changed((bundle) => {
			delete (entryOf(bundle) as Partial<LogEntry>).inclusionProof;
		}, V2);
		expect(report.verdict).toBe('mismatch');
	});
	test('an inclusion proof without a checkpoint, in the bundle version that allows it', async () => {
		const report = await changed(
			(bundle) => {
				delete (proofOf(bundle) as { checkpoint?: unknown }).checkpoint;
			},
			{ bundleVersion: '0.1' },
		);
		expect(failuresOf(report)).toEqual(['logged: log-checkpoint-invalid']);
	});
});

describe('DSSE: subject unchecked (CVE-2026-31830), signatures miscounted', () => {
	test("another release's bundle, genuine in itself", async () => {
		const other = await mintRelease(authority, { version: '1.0.1', files: { 'index.js': 'other' } });
		const report = await changed((bundle) => Object.assign(bundle, provenanceOf(other)));
		expect(failuresOf(report)).toEqual(['file-matches: subject-name-differs']);
		expect(report.identity).toBeUndefined();
		// Who built that other file is true, and says nothing of this one.
		expect(report.claims.find(({ id }) => id === 'built-by')).toMatchObject({
			why: 'could-not-check',
			failure: { code: 'not-reached' },
		});
	});
	test('the same release with another file', async () => {
		const other = await mintRelease(authority, { files: { 'index.js': 'other' } });
		const report = await changed((bundle) => Object.assign(bundle, provenanceOf(other)));
		expect(failuresOf(report)).toEqual(['file-matches: subject-digest-differs']);
		expect(report.identity).toBeUndefined();
	});
	test('two signatures, or none', async () => {
		for (const change of [
			({ dsseEnvelope: { signatures } }: Bundle) => signatures.push(...structuredClone(signatures)),
			({ dsseEnvelope }: Bundle) => Object.assign(dsseEnvelope, { signatures: [] }),
		]) {
			const report = await changed(change);
			expect(failuresOf(report)).toEqual(['signed-by-build: bundle-malformed']);
		}
	});
	test('the payload type is part of what is signed', async () => {
		const report = await changed(({ dsseEnvelope }) => {
			dsseEnvelope.payloadType = 'application/vnd.in-toto+jsom';
		});
		expect(failuresOf(report)).toEqual(['signed-by-build: signature-invalid']);
	});
});

describe('an authority of somebody else', () => {
	/** Everything of ours, but for the certificate of the build. */
	const issuedBy = async (stranger: Authority, options: ProvenanceOptions = {}) =>
		reportOn(await mintRelease({ ...authority, issue: stranger.issue }, { provenance: options }), trust);
	test('that we do not know: unknown, since authorities change', async () => {
		const report = await issuedBy(await startAuthority());
		expect(failuresOf(report)).toEqual(['signed-by-build: not-in-trust-root']);
		expect(report.verdict).toBe('unknown');
	});
	test('that gives itself out for the one we know: false', async () => {
		const [ours] = authority.chain;
		const key = new x509.X509Certificate(new Uint8Array(ours ?? [])).publicKey;
		const claimed = await x509.AuthorityKeyIdentifierExtension.create(key);
		const report = await issuedBy(await startAuthority(), {
			changeExtensions: (given) => [...given.filter(({ type }) => type !== claimed.type), claimed],
		});
		expect(failuresOf(report)).toEqual(['signed-by-build: certificate-chain-invalid']);
		expect(report.verdict).toBe('mismatch');
	});
});

test('"unknown" is never said of a bad signature, whatever else we do not know', async () => {
	const unknowing = await Promise.all([
		trustIn(authority, (root) => Object.assign(root, { tlogs: [] })),
		trustIn(authority, (root) => Object.assign(root, { ctlogs: [] })),
		trustIn(authority, (root) => Object.assign(root, { timestampAuthorities: [] })),
	]);
	for (const [index, root] of unknowing.entries()) {
		const release = await mintRelease(authority, { provenance: index === 2 ? V2 : {}, publish: false });
		const before = await reportOn(release, root);
		expect(failuresOf(before)).toEqual(['logged: log-not-in-trust-root']);
		const { dsseEnvelope } = provenanceOf(release);
		dsseEnvelope.payload = Buffer.from(dsseEnvelope.payload, 'base64').toString('base64').replace(/^.{4}/, 'e30g');
		const after = await reportOn(release, root);
		expect(failuresOf(after)).toEqual(['signed-by-build: signature-invalid']);
		expect(after.verdict).toBe('mismatch');
	}
});

test('the number of an entry that nothing promised is the one that its proof binds', async () => {
	const release = await mintRelease(authority, { provenance: V2 });
	const entry = entryOf(provenanceOf(release));
	const { verifyBundle } = await import('../../../lib/sigstore/verify.ts');
	const bound = entry.inclusionProof.logIndex;
	entry.logIndex = '4711';
	const result = await verifyBundle(provenanceOf(release), trust, 'certificate');
	expect(result.ok && result.value.logEntries[0]?.index).toBe(bound);
	expect(result.ok && result.value.signedAt.toISOString()).toBe('2026-05-01T11:59:57.000Z');
});

function signatureOf({ dsseEnvelope }: Bundle): Buffer {
	return Buffer.from(dsseEnvelope.signatures[0]?.sig ?? '', 'base64');
}
