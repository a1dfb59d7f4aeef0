/** Tests of the chain of evidence: no link says more than the claims that it rests on, and each outcome reads as it is. */
import { describe, expect, test } from 'vitest';
import { chainOf } from '../../../lib/report/chain.ts';
import { type LinkId, linksOf } from '../../../lib/report/chain-links.ts';
import { LIMIT_IDS, type ProofId } from '../../../lib/report/claim-ids.ts';
import { verdictOf } from '../../../lib/report/decide.ts';
import type { SignedEvidence } from '../../../lib/report/evidence.ts';
import { FAILURES, type FailureCode } from '../../../lib/report/failures.ts';
import { makeFinding } from '../../../lib/report/findings.ts';
import type { Claim, Report } from '../../../lib/report/report.ts';
import { contradictionsOf } from '../../fixtures/chain.ts';
import { REPORTS } from '../../fixtures/reports.ts';

const CONFIRMED = REPORTS.confirmed as Report;
const PROOFS = CONFIRMED.claims.map(({ id }) => id).slice(0, 6) as ProofId[];
const LIMITS = CONFIRMED.claims.slice(6);

type Outcome = 'proved' | 'absent' | FailureCode;

function claimOf(id: ProofId, outcome: Outcome): Claim {
	if (outcome === 'proved') return { id, standing: 'proved' };
	if (outcome === 'absent') return { id, standing: 'unproved', why: 'absent' };
	const failure = { code: outcome };
	return FAILURES[outcome] === 'false'
		? { id, standing: 'refuted', failure }
		: { id, standing: 'unproved', why: 'could-not-check', failure };
}

/** A Report whose claims are proved, but for some. */
function reportOf(outcomes: Partial<Record<ProofId, Outcome>>, more: Partial<Report> = {}): Report {
	const claims = [...PROOFS.map((id) => claimOf(id, outcomes[id] ?? 'proved')), ...LIMITS];
	const { findings = [] } = more;
	return { ...CONFIRMED, ...more, claims, findings, verdict: verdictOf({ claims, findings }) };
}

/** Every link that does not hold, by its standing. */
function otherLinks(report: Report): Partial<Record<LinkId, string>> {
	const others = linksOf(report).filter(({ standing }) => standing !== 'holds');
	return Object.fromEntries(
		others.map(({ id, standing, failure, finding }) => [
			id,
			[standing, failure?.code ?? finding ?? []].flat().join(' '),
		]),
	);
}

const contradictions = (report: Report) => contradictionsOf(chainOf({ report, evidence: {} }), report);

describe('no link says more than its claims', () => {
	test.each(Object.entries(REPORTS))('in the Report %s', (_name, report) => {
		expect(contradictions(report)).toEqual([]);
	});

	test('whatever each of the six claims is', () => {
		const kinds: Outcome[] = ['proved', 'absent', 'signature-invalid', 'rate-limited'];
		const wrong = Array.from({ length: kinds.length ** PROOFS.length }, (_, number) => {
			const outcomes = PROOFS.map((id, at) => [id, kinds[Math.floor(number / kinds.length ** at) % kinds.length]]);
			return contradictions(reportOf(Object.fromEntries(outcomes)));
		});
		expect(wrong.flat()).toEqual([]);
	});

	test('by whatever code a claim fails, one link that rests on it carries the reason', () => {
		for (const code of Object.keys(FAILURES) as FailureCode[])
			for (const id of PROOFS) {
				const report = reportOf({ [id]: code });
				expect(contradictions(report), `${id} ${code}`).toEqual([]);
				const reasons = linksOf(report).filter(({ failure }) => failure?.code === code);
				expect(
					reasons.map(({ claims }) => claims.includes(id)),
					`${id} ${code}`,
				).toEqual([true]);
			}
	});
});

describe('which links do not hold', () => {
	const GONE = {
		'file-matches': 'absent',
		'signed-by-build': 'absent',
		'built-by': 'absent',
		logged: 'absent',
	} as const;
	const NOT_REACHED = { 'file-matches': 'not-reached', 'built-by': 'not-reached', logged: 'not-reached' } as const;

	test.each<[what: string, report: Report, others: Partial<Record<LinkId, string>>]>([
		['all proved', CONFIRMED, {}],
		['changed', REPORTS.changed as Report, {}],
		['malware', REPORTS.malware as Report, {}],
		["a trust root of one's own", REPORTS['custom-root'] as Report, {}],
		[
			'another file',
			reportOf({ 'file-matches': 'subject-digest-differs', 'built-by': 'not-reached' }),
			{ 'file-named': 'broken subject-digest-differs', 'identity-agrees': 'not-checked not-reached' },
		],
		[
			'a wrong signature',
			reportOf({ ...NOT_REACHED, 'signed-by-build': 'signature-invalid' }),
			{
				'file-named': 'not-checked not-reached',
				'statement-signed': 'broken signature-invalid',
				'identity-agrees': 'not-checked not-reached',
				'certificate-issued': 'not-checked',
				'authority-rooted': 'not-checked',
				'signature-logged': 'not-checked not-reached',
				'log-rooted': 'not-checked',
			},
		],
		[
			'a certificate of another authority',
			reportOf({ ...NOT_REACHED, 'signed-by-build': 'certificate-chain-invalid' }),
			{
				'file-named': 'not-checked not-reached',
				'statement-signed': 'not-checked',
				'identity-agrees': 'not-checked not-reached',
				'certificate-issued': 'broken certificate-chain-invalid',
				'authority-rooted': 'not-checked',
				'signature-logged': 'not-checked not-reached',
				'log-rooted': 'not-checked',
			},
		],
		[
			'an authority or key that the trust root lacks',
			reportOf({ ...NOT_REACHED, 'signed-by-build': 'not-in-trust-root', 'registry-signed': 'not-in-trust-root' }),
			{
				'file-named': 'not-checked not-reached',
				'statement-signed': 'not-checked',
				'identity-agrees': 'not-checked not-reached',
				'certificate-issued': 'not-checked',
				'authority-rooted': 'not-checked not-in-trust-root',
				'signature-logged': 'not-checked not-reached',
				'log-rooted': 'not-checked',
				'file-signed': 'not-checked',
				'registry-rooted': 'not-checked not-in-trust-root',
			},
		],
		[
			'a wrong proof',
			reportOf({ logged: 'log-proof-invalid' }),
			{
				'signature-logged': 'broken log-proof-invalid',
				'log-rooted': 'not-checked',
			},
		],
		[
			'a log that is out of use',
			reportOf({ logged: 'log-key-not-valid-then' }),
			{
				'signature-logged': 'not-checked',
				'log-rooted': 'broken log-key-not-valid-then',
			},
		],
		[
			'no provenance',
			reportOf({ ...GONE, 'registry-received': 'absent' }),
			{
				'file-named': 'absent',
				'statement-signed': 'absent',
				'identity-agrees': 'absent',
				'certificate-issued': 'absent',
				'authority-rooted': 'absent',
				'signature-logged': 'absent',
				'log-rooted': 'absent',
				'file-received': 'absent',
			},
		],
		[
			'neither signature of the registry',
			reportOf({ 'registry-signed': 'absent', 'registry-received': 'absent' }),
			{
				'file-signed': 'absent',
				'file-received': 'absent',
				'registry-rooted': 'absent',
			},
		],
		[
			'a key that was not valid then',
			reportOf({ 'registry-signed': 'registry-key-not-valid-then' }),
			{
				'file-signed': 'not-checked',
				'registry-rooted': 'broken registry-key-not-valid-then',
			},
		],
	])('%s', (_what, report, others) => {
		expect(otherLinks(report)).toEqual(others);
	});

	test('of two claims the one that breaks a link comes first', () => {
		const report = reportOf({ 'registry-received': 'key-not-valid-then' });
		const rooted = linksOf(report).find(({ id }) => id === 'registry-rooted');
		expect(rooted).toMatchObject({ standing: 'broken', claims: ['registry-received', 'registry-signed'] });
	});

	test('a finding that contradicts a claim breaks its link', () => {
		const read = { address: 'https://log.test/1', readAt: '2026-11-28T12:00:00.000Z' };
		const differs = makeFinding('log-entry-differs', { index: '1', why: 'body', ...read });
		expect(otherLinks(reportOf({}, { findings: [differs] }))).toEqual({
			'signature-logged': 'broken log-entry-differs',
		});
		const locked = makeFinding('lockfile-names-another-package', { spec: 'other@1.0.0' });
		expect(otherLinks(reportOf({}, { findings: [locked] }))).toEqual({
			'file-named': 'broken lockfile-names-another-package',
		});
	});
});

describe('nodes', () => {
	const signed: SignedEvidence = {
		signer: { keyId: 'SHA256:x' },
		signedAt: '2026-03-01T12:00:00.000Z',
		logEntries: [],
	};
	const statesOf = (...given: Parameters<typeof chainOf>) =>
		Object.fromEntries(chainOf(...given).nodes.map(({ id, state }) => [id, state]));

	test('file, registry and trust root are always there; the rest as it could be read', () => {
		const known = { file: 'known', registry: 'known', 'trust-root': 'known' };
		const all = (state: string) => ({ ...known, statement: state, certificate: state, authority: state, log: state });
		expect(statesOf({ report: REPORTS.none as Report, evidence: {} })).toEqual(all('none'));
		expect(statesOf({ report: REPORTS.unknown as Report, evidence: {} })).toEqual(all('unread'));
		const refuted = reportOf({ 'signed-by-build': 'signature-invalid' });
		expect(statesOf({ report: refuted, evidence: { attestations: {} } })).toEqual(all('unproved'));
	});

	test('the registry is quoted for the time that it signed only where that is proved', () => {
		const timeOf = (report: Report) =>
			chainOf({ report, evidence: { publish: signed } }).nodes.find((node) => node.id === 'registry')?.receivedAt;
		expect(timeOf(CONFIRMED)).toBe(signed.signedAt);
		expect(timeOf(reportOf({ 'registry-received': 'subject-digest-differs' }))).toBeUndefined();
	});

	test('what no link shows is beside it', () => {
		const besideOf = (name: string) => chainOf({ report: REPORTS[name] as Report, evidence: {} }).beside;
		expect(besideOf('confirmed')).toEqual([]);
		expect(besideOf('malware-lost')).toEqual(['malware', 'lost']);
		expect(besideOf('malware-not-allowed')).toEqual(['malware', 'not-allowed']);
		expect(besideOf('changed')).toEqual(['changed']);
	});

	test('no limit is a link: nothing proves one', () => {
		const claims = linksOf(CONFIRMED).flatMap((link) => link.claims as string[]);
		expect(new Set(claims)).toEqual(new Set(PROOFS));
		expect(claims.filter((id) => (LIMIT_IDS as readonly string[]).includes(id))).toEqual([]);
	});
});
