/** Tests of the words of the chain of evidence: what each outcome says, and that text from outside says nothing of its own. */
import { describe, expect, test } from 'vitest';
import { chainOf } from '../../../lib/report/chain.ts';
import type { Inspection, SignedEvidence } from '../../../lib/report/evidence.ts';
import { makeFinding } from '../../../lib/report/findings.ts';
import type { Claim, Report } from '../../../lib/report/report.ts';
import type { Failure } from '../../../lib/report/result.ts';
import { describeChain } from '../../../lib/text/en/chain.ts';
import { REPORTS } from '../../fixtures/reports.ts';

/** The SHA-512 that the fixtures' integrity is of, in hex. */
const SAME = '0'.repeat(128);
const OTHER = `${SAME.slice(0, 60)}1${SAME.slice(61)}`;

const PROVENANCE = {
	statement: {
		type: 'https://in-toto.io/Statement/v1',
		predicateType: 'https://slsa.dev/provenance/v1',
		subject: [{ name: 'pkg:npm/example@1.14.1', digest: { sha512: SAME } }],
		predicate: {},
	},
	signer: {
		certificate: {
			subjectAlternativeName: 'https://github.com/example-org/example/.github/workflows/release.yml@refs/tags/v1.14.1',
			notBefore: '2026-03-31T00:20:00.000Z',
			notAfter: '2026-03-31T00:30:00.000Z',
			serial: '1',
			extensions: [],
			fulcio: {},
		},
	},
	signedAt: '2026-03-31T00:20:05.000Z',
	logEntries: [
		{
			index: '94408136',
			logId: 'c0',
			logAddress: 'https://log.test',
			kind: 'dsse 0.0.1',
			integratedAt: '2026-03-31T00:20:05.000Z',
			hasInclusionProof: true,
		},
	],
} satisfies SignedEvidence;

/** The evidence is as whole as it can be, but for what a test says. */
function inspectionOf(name: string, evidence: Inspection['evidence'] = { attestations: {}, provenance: PROVENANCE }) {
	return { report: REPORTS[name] as Report, evidence };
}

const words = (inspection: Inspection) => describeChain(chainOf(inspection));

function withClaim(report: Report, id: Claim['id'], failure: Failure, standing: 'refuted' | 'unproved'): Report {
	const claim: Claim =
		standing === 'refuted' ? { id, standing, failure } : { id, standing, why: 'could-not-check', failure };
	return { ...report, claims: report.claims.map((one) => (one.id === id ? claim : one)) };
}

const sentences = (inspection: Inspection) =>
	words(inspection).links.map(({ subject, phrase, word, reason }) =>
		[`${subject} ${phrase}: ${word}.`, reason ?? []].flat().join(' '),
	);

describe('what each outcome says', () => {
	test('confirmed: a sentence for each link, in the order of the chain', () => {
		expect(words(inspectionOf('confirmed')).summary).toBe(
			'Every link holds: the file leads back to the workflow that published it.',
		);
		expect(sentences(inspectionOf('confirmed'))).toEqual([
			'The file has the SHA-512 that the statement names: Holds.',
			'The statement is signed with the key in the certificate: Holds.',
			'The statement names the repository, workflow and commit of the certificate: Holds.',
			'The certificate was issued by the authority, and was valid then: Holds.',
			'The authority is in the trust root: Holds.',
			"The statement's signature is in the log: Holds.",
			"The log's key is in the trust root: Holds.",
			'The file has a SHA-512 that the registry signed, with name and version: Holds.',
			'The file was received by the registry, which signed that (publish attestation): Holds.',
			"The registry's key is in the trust root: Holds.",
		]);
	});

	test('mismatch: the broken link and its reason', () => {
		expect(words(inspectionOf('mismatch')).summary).toBe(
			'One link is broken, so nothing shows where this file came from.',
		);
		expect(sentences(inspectionOf('mismatch')).slice(0, 3)).toEqual([
			'The file has the SHA-512 that the statement names: Broken. The statement speaks of another file: the fingerprints differ (SHA-512).',
			'The statement is signed with the key in the certificate: Holds.',
			'The statement names the repository, workflow and commit of the certificate: Not checked. An earlier check failed.',
		]);
	});

	test('unknown: the reason once, and that nothing is broken', () => {
		const { summary, links, nodes } = words(inspectionOf('unknown', {}));
		expect(summary).toMatch(/^9 links could not be checked\. That does not mean that they are broken\.$/);
		expect(links.map(({ reason }) => reason ?? '').join('')).toBe("npm's registry is busy and asks to wait (429).");
		expect(nodes.find(({ id }) => id === 'certificate')?.facts).toEqual(['It could not be read.']);
	});

	test('none and lost: what would belong to a statement is left out', () => {
		for (const name of ['none', 'lost']) {
			const { summary, nodes } = words(inspectionOf(name, {}));
			expect(summary).toMatch(/^No statement says where this file was built/);
			expect(nodes.map(({ id }) => id)).toEqual(['file', 'statement', 'registry', 'trust-root']);
			expect(sentences(inspectionOf(name, {}))).toEqual([
				'The file is named by no statement: None.',
				'The file has a SHA-512 that the registry signed, with name and version: Holds.',
				'The file has no signed receipt of the registry (publish attestation): None.',
				"The registry's key is in the trust root: Holds.",
			]);
		}
		expect(words(inspectionOf('none', {})).summary).toMatch(/Most packages have none\.$/);
		expect(words(inspectionOf('lost', {})).summary).not.toContain('Most packages');
		expect(words(inspectionOf('lost', {})).beside).toEqual([
			'Earlier releases had a statement, and this one has none.',
		]);
	});

	test('malware, changed and not allowed are said beside a chain that holds', () => {
		for (const name of ['malware', 'changed', 'not-allowed']) {
			const { summary, beside } = words(inspectionOf(name));
			expect(summary).toMatch(/^Every link holds/);
			expect(beside).toHaveLength(1);
		}
	});

	test('only the registry signed something false, or less than usual', () => {
		const report = REPORTS.confirmed as Report;
		const refuted = withClaim(report, 'registry-signed', { code: 'registry-signature-invalid' }, 'refuted');
		expect(words({ report: refuted, evidence: {} }).summary).toBe(
			'One link is broken: what the registry itself signed does not fit this file.',
		);
		const claims = report.claims.map(
			(one): Claim => (one.id === 'registry-received' ? { id: one.id, standing: 'unproved', why: 'absent' } : one),
		);
		expect(words({ report: { ...report, claims }, evidence: {} }).summary).toMatch(/^Every link to the build holds/);
	});

	test('one link that could not be checked', () => {
		const report = REPORTS.confirmed as Report;
		const unknown = withClaim(report, 'built-by', { code: 'issuer-not-listed' }, 'unproved');
		expect(words({ report: unknown, evidence: {} }).summary).toBe(
			'1 link could not be checked. That does not mean that it is broken.',
		);
	});

	test('the log answers a look otherwise: nobody signed that', () => {
		const report = REPORTS.confirmed as Report;
		const read = { address: 'https://log.test/1', readAt: '2026-11-28T12:00:00.000Z' };
		const findings = [makeFinding('log-entry-differs', { index: '1', why: 'body', ...read })];
		const { summary, links } = words({ report: { ...report, findings }, evidence: {} });
		expect(summary).toBe('One link is broken: what the log answers today does not fit the record.');
		expect(links.find(({ standing }) => standing === 'broken')?.reason).toMatch(/^The log answers/);
	});

	test('the file that is served is another one than the registry lists, without any statement', () => {
		const report = withClaim(REPORTS.none as Report, 'file-matches', { code: 'file-differs' }, 'refuted');
		expect(sentences({ report, evidence: {} })[0]).toMatch(
			/^The file has the SHA-512 that the registry lists: Broken\. The file that the registry serves/,
		);
	});
});

describe('facts', () => {
	const factsOf = (inspection: Inspection, wanted: string) =>
		words(inspection).nodes.find(({ id }) => id === wanted)?.facts;

	test('of each node', () => {
		const inspection = inspectionOf('confirmed');
		const short = 'SHA-512 000000000000…000000';
		expect(factsOf(inspection, 'file')).toEqual(['“example 1.14.1”', `${short}, as the registry lists it`]);
		expect(factsOf(inspection, 'statement')).toEqual(['SLSA provenance 1', 'about “pkg:npm/example@1.14.1”', short]);
		expect(factsOf(inspection, 'certificate')).toEqual(['“release.yml” in “example-org/example”', 'commit “46e7056”']);
		expect(factsOf(inspection, 'authority')).toEqual(['issued on 31 March 2026, 00:20 UTC']);
		expect(factsOf(inspection, 'log')).toEqual([
			'entry 94408136',
			'“log.test”',
			'taken in on 31 March 2026, 00:20 UTC',
		]);
		expect(factsOf(inspection, 'registry')).toEqual(['published on 31 March 2026, 00:21 UTC, as it says']);
		expect(factsOf(inspection, 'trust-root')).toEqual(["Sigstore's list, of 5 November 2026"]);
		expect(factsOf(inspectionOf('custom-root'), 'trust-root')).toEqual(['your own, “at-work”']);
	});

	test('two fingerprints that differ are shown whole, however alike their ends are', () => {
		const statement = { ...PROVENANCE.statement, subject: [{ name: 'pkg:npm/x@1', digest: { sha512: OTHER } }] };
		const inspection = inspectionOf('mismatch', { provenance: { ...PROVENANCE, statement } });
		expect(factsOf(inspection, 'file')?.[1]).toBe(`SHA-512 ${SAME}, as the registry lists it`);
		expect(factsOf(inspection, 'statement')?.[2]).toBe(`SHA-512 ${OTHER}`);
	});

	test('the bytes themselves, once they were hashed', () => {
		const report = REPORTS.confirmed as Report;
		const findings = [makeFinding('file-hashed', { bytes: 3, sha512: 'x' })];
		expect(factsOf({ report: { ...report, findings }, evidence: {} }, 'file')?.[1]).toMatch(/, of its own bytes$/);
	});

	test('a log of the second version signs no time; several entries are counted', () => {
		const [entry] = PROVENANCE.logEntries;
		const { integratedAt: _, ...second } = entry as NonNullable<typeof entry>;
		const provenance = { ...PROVENANCE, logEntries: [second, second] };
		expect(factsOf(inspectionOf('confirmed', { provenance }), 'log')).toEqual([
			'entry 94408136 and 1 other',
			'“log.test”',
			'it signed no time',
		]);
	});

	test('text from outside is quoted or cut, and hides nothing', () => {
		const evil = `\u202e”. Holds. ${'long '.repeat(60)}`;
		const report = REPORTS.mismatch as Report;
		const provenance: SignedEvidence = {
			...PROVENANCE,
			statement: {
				...PROVENANCE.statement,
				predicateType: evil,
				subject: [{ name: evil, digest: { sha512: evil } }],
			},
			signer: { certificate: { ...PROVENANCE.signer.certificate, subjectAlternativeName: evil, notBefore: evil } },
			logEntries: [
				{
					index: evil,
					logId: evil,
					logAddress: `https://${evil}`,
					kind: evil,
					integratedAt: evil,
					hasInclusionProof: true,
				},
			],
		};
		const release = { name: evil, version: evil, integrity: evil, publishedAt: evil };
		const trustRoot = { source: 'custom', version: evil, takenAt: evil } as const;
		const { nodes } = words({ report: { ...report, release, trustRoot }, evidence: { provenance } });
		for (const fact of nodes.flatMap(({ facts }) => facts)) {
			expect(fact).not.toContain('\u202e');
			expect(fact.length, fact).toBeLessThan(130);
			// Nothing closes a quotation but we.
			expect(fact.split('”').length, fact).toBe(fact.split('“').length);
		}
	});
});
