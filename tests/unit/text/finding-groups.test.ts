/** Tests of findings of one code that are told together, on the report page and by the command. */
import { expect, test } from 'vitest';
import { reportText } from '../../../cli/report-text.ts';
import { type Finding, makeFinding, makeSome } from '../../../lib/report/findings.ts';
import type { Report } from '../../../lib/report/report.ts';
import { groupFindings } from '../../../lib/text/en/findings.ts';
import { REPORTS } from '../../fixtures/reports.ts';

const told = (findings: readonly Finding[]) =>
	groupFindings(findings).map(({ finding, details }) => [finding.code, ...details]);
const added = (count: number) =>
	makeSome(
		'dependency-added',
		Array.from({ length: count }, (_, index) => ({ name: `d${index}`, range: '^1', since: '1.0.0' })),
	);

test('the sentence once, every detail, and how many more there are', () => {
	const details = Array.from({ length: 10 }, (_, index) => `“d${index}: ^1”`);
	expect(told(added(1_244))).toEqual([['dependency-added', ...details, 'and 1,234 more']]);
	expect(told(added(10))).toEqual([['dependency-added', ...details]]);
	expect(told([])).toEqual([]);
});

test('in the order of the first of each; one without a detail has none; how many more of what is not there is by itself', () => {
	expect(
		told([
			makeFinding('dependency-removed', { name: 'a', since: '1.0.0' }),
			makeFinding('runs-nothing-on-install'),
			makeFinding('dependency-removed', { name: 'b', since: '1.0.0' }),
			makeFinding('and-more', { code: 'dependency-added', more: 3 }),
		]),
	).toEqual([['dependency-removed', '“a”', '“b”'], ['runs-nothing-on-install'], ['and-more', '3 of dependency-added']]);
});

test('the one warning is by itself', () => {
	const one = makeFinding('malware-advisory', { title: 'One' });
	const other = makeFinding('malware-advisory', { title: 'Other' });
	expect(groupFindings([{ ...one, warning: true }, other])).toHaveLength(2);
});

test('the command prints the groups, and the time line with who says each time', () => {
	const report = { ...(REPORTS.confirmed as Report), findings: added(12) };
	const text = reportText({ report, evidence: {} }, undefined);
	expect(text.match(/\[dependency-added\]/g)).toHaveLength(1);
	expect(text).toContain('and 2 more');
	expect(text).toContain('When it was made\n  Published: 2026-03-31 00:21:00 UTC (Said by the registry)');
});
