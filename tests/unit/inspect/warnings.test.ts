/** Tests of the one ranked list of warnings, and of the one door through which findings come into a Report. */
import { describe, expect, test } from 'vitest';
import { leadingFailure, leadingWarning } from '../../../lib/inspect/warnings.ts';
import { withFindings } from '../../../lib/inspect/with-findings.ts';
import { verdictOf } from '../../../lib/report/decide.ts';
import { type Finding, makeFinding } from '../../../lib/report/findings.ts';
import type { History } from '../../../lib/report/history.ts';
import type { Claim, Report } from '../../../lib/report/report.ts';
import type { Verdict } from '../../../lib/report/verdict.ts';
import { IDENTITY, REPORTS } from '../../fixtures/reports.ts';

const CONFIRMED = REPORTS.confirmed as Report;
const NONE = REPORTS.none as Report;
const day = { earlier: { day: '2026-01-01', value: 'a' }, later: { day: '2026-02-01', value: 'b' } };
const compared = (changes: Extract<History, { state: 'compared' }>['changes']): History => ({
	state: 'compared',
	line: '1',
	tier: 'none',
	changes,
});
const refuted = (claims: readonly Claim[], code: 'registry-lists-another-file' | 'signature-invalid'): Claim[] =>
	claims.map((claim, index) => (index === 0 ? { id: claim.id, standing: 'refuted', failure: { code } } : claim));

/** What each rank makes of a Report, the first of the list first. */
const RANKS: [what: string, add: (report: Report) => Report][] = [
	['malware', finding(makeFinding('malware-advisory', { title: 'Malware in example' }))],
	['another file', (one) => ({ ...one, claims: refuted(one.claims, 'registry-lists-another-file') })],
	['a mismatch', (one) => ({ ...one, claims: refuted(one.claims, 'signature-invalid') })],
	['the allowlist', (one) => ({ ...one, policy: { state: 'not-allowed', row: 'example', setBy: 'you' } })],
	['another file seen', finding(makeFinding('seen-with-another-file', day))],
	['another signer seen', finding(makeFinding('seen-with-another-signer', day))],
	['provenance seen', finding(makeFinding('seen-with-provenance', day))],
	[
		'a young loss',
		(one) => ({ ...one, claims: NONE.claims, history: compared([{ field: 'provenance', now: 'none' }]) }),
	],
	[
		'a change',
		(one) => ({ ...one, claims: CONFIRMED.claims, identity: IDENTITY, history: compared([{ field: 'workflow' }]) }),
	],
	['latest moved', finding(makeFinding('latest-moved-back', { version: '1.0.0', why: 'provenance' }))],
	[
		'first provenance elsewhere',
		finding(makeFinding('first-provenance-elsewhere', { repository: 'a', before: 'b', isSameOwner: false })),
	],
	['beside a lost release', finding(makeFinding('beside-a-lost-release', { version: '1.0.0', verdict: 'lost' }))],
];

function finding(one: Finding): (report: Report) => Report {
	return (report) => ({ ...report, findings: [...report.findings, one] });
}

/** A verdict, or the code of a finding. */
function warningOf(report: Report, isMuted = false): string | undefined {
	const warning = leadingWarning({ ...report, verdict: verdictOf(report) }, isMuted);
	return warning && ('verdict' in warning ? warning.verdict : warning.finding.code);
}

const EXPECTED = [
	'malware-advisory',
	'mismatch',
	'mismatch',
	'not-allowed',
	'seen-with-another-file',
	'seen-with-another-signer',
	'seen-with-provenance',
	'lost',
	'changed',
	'latest-moved-back',
	'first-provenance-elsewhere',
	'beside-a-lost-release',
];

describe('the one warning', () => {
	test.each(RANKS.map(([what, add], rank) => [what, add, rank] as const))('%s', (_what, add, rank) => {
		expect(warningOf(add(NONE))).toBe(EXPECTED[rank]);
		// Before everything further down; what changes the claims is put in last.
		for (const [below, later] of RANKS.slice(rank + 1))
			expect(warningOf(add(later(NONE))), `before ${below}`).toBe(EXPECTED[rank]);
	});

	test('is none for what is told calmly', () => {
		expect(warningOf(CONFIRMED)).toBeUndefined();
		const calm: Finding[] = [
			makeFinding('latest-moved-back', { version: '1.0.0', why: 'order' }),
			makeFinding('latest-moved-back', { version: '1.0.0', why: 'maintained' }),
			makeFinding('first-provenance-elsewhere', { repository: 'a', before: 'b', isSameOwner: true }),
			makeFinding('seen-without-provenance', day),
			makeFinding('origin-new', { since: '1.0.0', at: '2026-01-01', before: 'a', beforeVersion: '0.9.0' }),
		];
		for (const one of calm) expect(warningOf(finding(one)(NONE)), one.code).toBeUndefined();
	});

	test('is no loss of long ago, nor of a deprecated release; the verdict stays', () => {
		const lost = RANKS.find(([what]) => what === 'a young loss')?.[1](NONE) as Report;
		const since = (isLongAgo: boolean) =>
			finding(makeFinding('provenance-lost-earlier', { since: '1.0.1', at: '2024-06-01', releases: 3, isLongAgo }))(
				lost,
			);
		expect(warningOf(since(false))).toBe('lost');
		expect([warningOf(since(true)), verdictOf(since(true))]).toEqual([undefined, 'lost']);
		expect(
			warningOf(finding(makeFinding('deprecated-without-provenance', { version: '1.0.2' }))(lost)),
		).toBeUndefined();
		// What is beside it can then be the warning.
		const [, beside] = RANKS.at(-1) as (typeof RANKS)[number];
		expect(warningOf(beside(since(true)))).toBe('beside-a-lost-release');
	});

	test('a dismissed verdict gives way to the next, and to no other verdict', () => {
		const [, lose] = RANKS[7] as (typeof RANKS)[number];
		const [, move] = RANKS[9] as (typeof RANKS)[number];
		expect(warningOf(lose(NONE), true)).toBeUndefined();
		expect(warningOf(move(lose(NONE)), true)).toBe('latest-moved-back');
	});

	test('a mismatch is told by its gravest failure', () => {
		const claims = refuted(refuted(NONE.claims, 'signature-invalid').toReversed(), 'registry-lists-another-file');
		expect(leadingFailure({ claims })?.code).toBe('registry-lists-another-file');
		expect(leadingFailure({ claims: refuted(NONE.claims, 'signature-invalid') })?.code).toBe('signature-invalid');
		expect(leadingFailure(NONE)).toBeUndefined();
	});
});

describe('the verdict is the worst that holds', () => {
	const unchecked = (report: Report): Report => ({
		...report,
		claims: report.claims.map(
			(claim): Claim =>
				claim.id === 'registry-received'
					? { id: claim.id, standing: 'unproved', why: 'could-not-check', failure: { code: 'not-in-trust-root' } }
					: claim,
		),
	});

	test('so what could not be checked hides neither a loss nor a change', () => {
		for (const verdict of ['lost', 'changed'] as const)
			expect(verdictOf(unchecked(REPORTS[verdict] as Report))).toBe(verdict);
		for (const report of [CONFIRMED, NONE]) expect(verdictOf(unchecked(report))).toBe('unknown');
	});

	test('and neither is said where provenance, or who built it, could not be checked', () => {
		const failure = { code: 'rate-limited' } as const;
		for (const verdict of ['lost', 'changed'] as const) {
			const report = REPORTS[verdict] as Report;
			const claims = report.claims.map(
				({ id }): Claim => ({ id, standing: 'unproved', why: 'could-not-check', failure }),
			);
			expect(verdictOf({ ...report, claims })).toBe('unknown');
		}
	});
});

describe('findings come into a Report', () => {
	const added = (more: Finding[], report = NONE) => withFindings(report, more, undefined);

	test('at most ten of a code, then how many more there are; also when it happens twice', () => {
		const many = (count: number, from = 0) =>
			Array.from({ length: count }, (_, index) =>
				makeFinding('dependency-outside-registry', { name: `d${from + index}`, source: 'o/r', since: '1.0.0' }),
			);
		expect(added(many(10)).findings).toHaveLength(10);
		const once = added(many(1000));
		expect(once.findings.slice(10)).toEqual([
			makeFinding('and-more', { code: 'dependency-outside-registry', more: 990 }, 'dependencies-clean'),
		]);
		// What it counts is about the dependencies, so nothing else was looked at.
		expect(once.claims.filter(({ standing }) => standing === 'looked-at').map(({ id }) => id)).toEqual([
			'dependencies-clean',
		]);
		expect(added(many(5, 1000), once).findings.at(-1)?.data).toEqual({
			code: 'dependency-outside-registry',
			more: 995,
		});
	});

	test('the oldest of what was kept, once', () => {
		const kept = ['2026-03-01', '2026-01-01', '2026-02-01'].map((since) => makeFinding('evidence-kept', { since }));
		expect(added(kept).findings).toEqual([makeFinding('evidence-kept', { since: '2026-01-01' })]);
	});

	test('a limit that something was noticed for has been looked at', () => {
		const report = added([makeFinding('tag-of-another-version', { tag: 'v2' })]);
		expect(report.claims.find(({ id }) => id === 'tag-author')?.standing).toBe('looked-at');
		expect(NONE.claims.find(({ id }) => id === 'tag-author')?.standing).toBe('unproved');
	});

	test('at most one is the warning, which can move to another', () => {
		const warned = (report: Report) => report.findings.flatMap(({ code, warning }) => (warning ? [code] : []));
		const beside = makeFinding('beside-a-lost-release', { version: '1.0.0', verdict: 'lost' });
		const first = added([beside, beside]);
		expect(warned(first)).toEqual(['beside-a-lost-release']);
		const second = added([makeFinding('malware-advisory', { title: 'Malware in example' })], first);
		expect(warned(second)).toEqual(['malware-advisory']);
	});

	test.each<[Verdict, Finding[]]>([
		['changed', []],
		['confirmed', [makeFinding('change-expected', { row: 'example' })]],
	])('the verdict is made again: %s', (verdict, more) => {
		expect(added(more, { ...(REPORTS.changed as Report), verdict: 'none' }).verdict).toBe(verdict);
	});
});
