/** Tests of the second opinion on an alarm: when it is ordinary, what to write then, and what to do otherwise. */
import { describe, expect, test } from 'vitest';
import type { Inspection } from '../../../lib/report/evidence.ts';
import { type Finding, makeFinding } from '../../../lib/report/findings.ts';
import { judgeAlarm } from '../../../lib/report/judge-alarm.ts';
import type { Report } from '../../../lib/report/report.ts';
import { describeAlarm } from '../../../lib/text/en/alarm.ts';
import { REPORTS } from '../../fixtures/reports.ts';

/** What was read of a release, its advisories among them. */
const seen = (report: Report): Inspection => ({ report, evidence: { advisories: 'read' } });
const report = (verdict: string, ...findings: Finding[]): Report => {
	const one = REPORTS[verdict] as Report;
	return { ...one, findings: [...one.findings, ...findings] };
};
const warned = (finding: Finding): Finding => ({ ...finding, warning: true }) as Finding;
const MALWARE = makeFinding('malware-advisory', { title: 'Malware in example' });
const { history: _history, ...INCOMPLETE } = report('confirmed');

describe('ordinary', () => {
	test('a confirmed origin that is as before', () => {
		const { sentence, advice, exception } = describeAlarm(seen(report('confirmed')), 'pnpm');
		expect(sentence).toBe(
			'By our rules this alarm is ordinary: “example 1.14.1” has a record of where it was built, from the same origin as “1.14.0”.',
		);
		expect(advice).toContain('pnpm compares all releases by date.');
		expect(advice).toContain('lets this version pass, and no other');
		expect(advice).toMatch(/That says nothing about its code\.$/);
		expect(exception?.lines).toEqual(['trustPolicyExclude:', "  - 'example@1.14.1'"]);
	});

	test('no record where none was to be expected, also beside another line that has some', () => {
		expect(describeAlarm(seen(report('none')), 'aube').exception?.file).toBe('aube-workspace.yaml');
		const other = makeFinding('other-lines-have-provenance', { version: '2.0.0' });
		expect(describeAlarm(seen(report('none', other)), 'aube').advice).toContain(
			'aube compares all releases by date: “2.0.0”, with which it is not compared, lists one.',
		);
	});

	test('an origin that the allowlist expects, or the first that there is, is not told as one that is as before', () => {
		const { history, ...rest } = report('changed', makeFinding('change-expected', { row: 'example' }));
		const expected: Report = { ...rest, verdict: 'confirmed', ...(history && { history }) };
		expect(describeAlarm(seen(expected), 'pnpm').sentence).toContain('from an origin that your allowlist expects.');
		const first = report('confirmed');
		if (first.history?.state !== 'compared') throw new Error('not compared');
		const { with: _with, ...alone } = first.history;
		expect(describeAlarm(seen({ ...first, history: alone }), 'pnpm').sentence).toContain(
			'no earlier one to compare it with.',
		);
	});

	test('deno takes names only, which is said', () => {
		const { advice, exception } = describeAlarm(seen(report('confirmed')), 'deno');
		expect(advice).toContain('deno takes names only, so later versions pass too');
		expect(exception).toEqual({ file: '.npmrc', lines: ['trust-policy-exclude[]=example'], isOfAllVersions: true });
	});

	test('where it does not show who printed it, there is nothing to write', () => {
		const { advice, exception } = describeAlarm(seen(report('confirmed')), undefined);
		expect(advice).toContain(
			'The package manager compares all releases by date. Make an exception for this version only.',
		);
		expect(exception).toBeUndefined();
	});
});

describe('no exception', () => {
	test.each([
		...['mismatch', 'not-allowed', 'lost', 'changed'].map((verdict) => [verdict, report(verdict), 'warned'] as const),
		['dismissed by the reader', report('lost-muted'), 'warned'],
		['a calm loss', report('lost', makeFinding('deprecated-without-provenance', { version: '1.15.0' })), 'warned'],
		['malware with a confirmed origin', report('confirmed', warned(MALWARE)), 'warned'],
		[
			'another warning',
			report('none', warned(makeFinding('beside-a-lost-release', { version: '2.0.0', verdict: 'lost' }))),
			'warned',
		],
		['could not be checked', report('unknown'), 'unchecked'],
		['not compared', report('not-compared'), 'unchecked'],
		['on kept evidence', report('confirmed', makeFinding('evidence-kept', { since: '2026-11-01' })), 'kept'],
		['a placeholder', report('none', makeFinding('security-holding', { removed: 3 })), 'placeholder'],
		['before the comparison', INCOMPLETE as Report, 'not-complete'],
	] as const)('%s', (_what, of, why) => {
		expect(judgeAlarm(seen(of))).toEqual({ isOrdinary: false, why });
		const { sentence, advice, exception } = describeAlarm(seen(of), 'pnpm');
		expect(exception).toBeUndefined();
		expect(`${sentence} ${advice}`).not.toContain('ordinary');
		expect(advice).not.toBe('');
	});

	test.each([[undefined], [{ code: 'registry-error' } as const]])(
		'while the list of malware is unread: %j',
		(advisories) => {
			const inspection = { report: report('confirmed'), evidence: { ...(advisories && { advisories }) } };
			expect(judgeAlarm(inspection)).toEqual({ isOrdinary: false, why: 'malware-unread' });
			expect(describeAlarm(inspection, 'pnpm').exception).toBeUndefined();
		},
	);

	test('the version to go to instead is named, and malware by its name', () => {
		const lost = report('lost');
		if (lost.history?.state !== 'compared') throw new Error('not compared');
		const { advice } = describeAlarm(seen({ ...lost, history: { ...lost.history, advised: '1.14.0' } }), 'pnpm');
		expect(advice).toBe('Stay on “1.14.0”, or ask the maintainers first.');
		const malware = describeAlarm(seen(report('confirmed', warned(MALWARE))), 'pnpm');
		expect(malware.sentence).toContain('lists “example 1.14.1” as malware');
		expect(malware.advice).toContain('change the passwords and keys on that computer');
	});
});
