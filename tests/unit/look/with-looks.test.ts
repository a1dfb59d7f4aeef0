/** Tests of the page's own addition of looks to a Report: which claims change, and that nothing else does. */
import { expect, test } from 'vitest';
import { makeFinding } from '../../../lib/report/findings.ts';
import type { LookName, LookRecord } from '../../../lib/report/looks.ts';
import { LOOK_CLAIMS } from '../../../lib/report/looks.ts';
import type { Report } from '../../../lib/report/report.ts';
import { withLooks } from '../../../lib/report/with-looks.ts';
import { REPORTS } from '../../fixtures/reports.ts';

const report = REPORTS.confirmed as Report;
const record = (look: LookName, code?: 'source-unreachable'): LookRecord => ({
	look,
	claim: LOOK_CLAIMS[look],
	at: '2026-11-28T00:00:00.000Z',
	...(code && { failure: { code } }),
});
const read = { address: 'https://github.com/a/b', readAt: '2026-11-28T00:00:00.000Z' };

test('a limit is looked at, or open where one look at it failed; what is proved stays so', () => {
	const answers = [
		{ looks: [record('run')], findings: [makeFinding('run-gone', read)] },
		{ looks: [record('workflow', 'source-unreachable')], findings: [] },
		{ looks: [record('tag')], findings: [makeFinding('tag-signed', { tag: 'v1', by: 'x', ...read })] },
		{ looks: [record('log', 'source-unreachable')], findings: [] },
	];
	const looked = withLooks(report, answers);
	const of = (id: string) => looked.claims.find((claim) => claim.id === id);
	expect(of('workflow-harmless')).toMatchObject({ why: 'could-not-check', failure: { code: 'source-unreachable' } });
	expect(of('tag-author')).toEqual({ id: 'tag-author', standing: 'looked-at' });
	expect(of('logged')).toEqual({ id: 'logged', standing: 'proved' });
	expect(looked.looks?.map(({ look }) => look)).toEqual(['run', 'workflow', 'tag', 'log']);
	expect(looked.findings.map(({ code }) => code)).toEqual([
		...report.findings.map(({ code }) => code),
		'run-gone',
		'tag-signed',
	]);
	expect(looked.verdict).toBe(report.verdict);
});

test('without looks the Report is what it was', () => expect(withLooks(report, [])).toEqual(report));
