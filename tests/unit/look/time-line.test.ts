/** Tests of the times of one release: their order, who says each, and when they are worth a word. */
import { describe, expect, test } from 'vitest';
import { findInTimes, momentsOf } from '../../../lib/look/time-line.ts';
import type { Inspection, SignedEvidence } from '../../../lib/report/evidence.ts';
import { makeFinding } from '../../../lib/report/findings.ts';
import type { Report } from '../../../lib/report/report.ts';
import { describeDetail } from '../../../lib/text/en/findings.ts';
import { describeTimeLine } from '../../../lib/text/en/time-line.ts';
import { REPORTS } from '../../fixtures/reports.ts';

const ISSUED = '2026-03-01T12:00:00.000Z';
const LOGGED = '2026-03-01T12:00:02.000Z';
const at = (milliseconds: number) => new Date(Date.parse(LOGGED) + milliseconds).toISOString();
const [SECOND, MINUTE, DAY] = [1000, 60_000, 24 * 3_600_000];

interface Parts {
	/** Time of the list; `undefined` where it was not read. */
	published?: string | undefined;
	/** Time that npm signed. */
	received?: string;
	approver?: string;
	integratedAt?: string | undefined;
	report?: Partial<Report>;
	provenance?: false;
}

function inspectionOf(parts: Parts = {}): Inspection {
	const { published = at(3 * SECOND), received, approver, report = {} } = parts;
	const { publishedAt: _, ...release } = (REPORTS.confirmed as Report).release;
	const provenance: SignedEvidence = {
		signer: {
			certificate: {
				subjectAlternativeName: 'x',
				notBefore: ISSUED,
				notAfter: at(10 * MINUTE),
				serial: '1',
				extensions: [],
				fulcio: {},
			},
		},
		signedAt: LOGGED,
		logEntries: [
			{
				index: '1',
				logId: 'c0',
				logAddress: 'https://log.test',
				kind: 'dsse 0.0.1',
				hasInclusionProof: true,
				...(!('integratedAt' in parts) && { integratedAt: LOGGED }),
			},
		],
	};
	return {
		report: {
			...(REPORTS.confirmed as Report),
			findings: [],
			release: {
				...release,
				...(!('published' in parts && parts.published === undefined) && { publishedAt: published }),
			},
			...report,
		},
		evidence: {
			...(parts.provenance !== false && { provenance }),
			...(received !== undefined && { publish: { signer: { keyId: 'a' }, signedAt: received, logEntries: [] } }),
			...(approver !== undefined && { publisher: { name: 'maintainer', approver } }),
		},
	};
}

const codesOf = (parts: Parts) => findInTimes(inspectionOf(parts)).map(({ code }) => code);

describe('the moments', () => {
	test('in their order, each with who says it', () => {
		expect(momentsOf(inspectionOf({ received: at(SECOND), approver: 'ann' }))).toEqual([
			{ what: 'certificate', at: ISSUED, saidBy: 'signature' },
			{ what: 'logged', at: LOGGED, saidBy: 'signature' },
			{ what: 'approved', who: 'ann', saidBy: 'registry' },
			{ what: 'received', at: at(SECOND), saidBy: 'signature' },
			{ what: 'published', at: at(3 * SECOND), saidBy: 'registry' },
		]);
	});

	test('a signature proves only what was proved', () => {
		const { claims } = REPORTS.mismatch as Report;
		const unproved = claims.map((claim) =>
			['signed-by-build', 'registry-received'].includes(claim.id)
				? { id: claim.id, standing: 'refuted' as const, failure: { code: 'signature-invalid' as const } }
				: claim,
		);
		const inspection = inspectionOf({ received: at(SECOND), report: { claims: unproved } });
		expect(momentsOf(inspection).map(({ what }) => what)).toEqual(['published']);
		expect(momentsOf(inspectionOf({ provenance: false, published: undefined }))).toEqual([]);
	});

	test('without a time of the log, the time stamp is one of signing', () => {
		expect(momentsOf(inspectionOf({ integratedAt: undefined }))[1]).toEqual({
			what: 'signed',
			at: LOGGED,
			saidBy: 'signature',
		});
	});

	test('in words; a name from outside is quoted', () => {
		const rows = describeTimeLine(inspectionOf({ received: at(SECOND), approver: 'ann” \u202eevil' }));
		expect(rows.map(({ name, value, saidBy }) => `${name}: ${value} (${saidBy})`)).toEqual([
			'Certificate issued: 2026-03-01 12:00:00 UTC (Proved by signature)',
			'Entered in the public log: 2026-03-01 12:00:02 UTC (Proved by signature)',
			"Staged, then let out by a person: by “ann' \\u202eevil”, no time is given (Said by the registry)",
			'Received by npm (publish attestation): 2026-03-01 12:00:03 UTC (Proved by signature)',
			'Published: 2026-03-01 12:00:05 UTC (Said by the registry)',
		]);
	});
});

describe('published before the log took the record in', () => {
	test.each([
		[-5 * MINUTE - SECOND, ['times-out-of-order']],
		[-30 * DAY, ['times-out-of-order']],
		// Clocks differ.
		[-5 * MINUTE, []],
		[-2 * SECOND, []],
		[0, []],
		[2 * MINUTE, []],
	])('by %i milliseconds', (distance, codes) => {
		expect(codesOf({ published: at(distance) })).toEqual(codes);
		expect(codesOf({ published: at(3 * SECOND), received: at(distance) })).toEqual(codes);
	});

	test('both times are named, and the registry says it', () => {
		const [finding] = findInTimes(inspectionOf({ published: at(-DAY) }));
		expect(finding).toMatchObject({
			saidBy: 'registry',
			claim: 'release-approved',
			data: { published: at(-DAY), logged: LOGGED },
		});
		expect(finding).not.toHaveProperty('warning');
		expect(finding && describeDetail(finding)).toBe(`published ${at(-DAY)}, logged ${LOGGED}`);
	});
});

describe('published long after the signature', () => {
	test.each([
		[7 * DAY, ['published-long-after-signing']],
		[400 * DAY, ['published-long-after-signing']],
		[7 * DAY - SECOND, []],
		[DAY, []],
	])('by %i milliseconds', (distance, codes) => {
		expect(codesOf({ published: at(distance) })).toEqual(codes);
	});

	test('by the time that npm signed, where there is one; and whether it was staged', () => {
		expect(codesOf({ published: at(20 * DAY), received: at(DAY) })).toEqual([]);
		const [finding] = findInTimes(inspectionOf({ published: at(9 * DAY), received: at(9 * DAY), approver: 'ann' }));
		expect(finding).toMatchObject({
			data: { signed: LOGGED, published: at(9 * DAY), days: 9, isStaged: true },
			detail: 'signed 2026-03-01, published 2026-03-10, 9 days',
		});
	});
});

test('nothing without a proved record, without a time, or where the registry contradicts itself about it', () => {
	const early = { published: at(-DAY) };
	expect(codesOf({ ...early, provenance: false })).toEqual([]);
	expect(codesOf({ published: undefined })).toEqual([]);
	expect(codesOf({ ...early, report: { claims: (REPORTS.none as Report).claims } })).toEqual([]);
	const said = (field: 'time' | 'host') => [makeFinding('registry-contradicts-itself', { field })];
	expect(codesOf({ ...early, report: { findings: said('time') } })).toEqual([]);
	expect(codesOf({ ...early, report: { findings: said('host') } })).toEqual(['times-out-of-order']);
});
