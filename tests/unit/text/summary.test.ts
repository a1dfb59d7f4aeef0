/** Tests what can be taken from a report: the summary in Markdown, and the details for a report of a fault. */
import { describe, expect, test } from 'vitest';
import { NPM_SITE } from '../../../lib/npm/hosts.ts';
import type { Report } from '../../../lib/report/report.ts';
import { describeForBugReport, describeSummary } from '../../../lib/text/en/summary.ts';
import { REPORTS } from '../../fixtures/reports.ts';

const inspectionOf = (report: Report) => ({ report, evidence: {} });

describe.each(Object.entries(REPORTS))('the summary of %s', (_name, report) => {
	const summary = describeSummary(inspectionOf(report));
	test('has verdict, release, limits and who says it', () => {
		expect(summary).toContain(`(\`${report.verdict}\`)`);
		expect(summary).toContain(`](${NPM_SITE}/package/`);
		expect(summary).toContain('This is its origin, not an approval:');
		expect(summary.match(/^- /gm)).toHaveLength(4);
		expect(summary).toContain('which nobody has audited');
	});
	test('has rows of two cells each, and links to hosts that we know only', () => {
		for (const line of summary.split('\n').filter((one) => one.startsWith('|')))
			expect(line.replaceAll('\\|', '').split('|'), line).toHaveLength(4);
		for (const [, host] of summary.matchAll(/\]\(https:\/\/([^/]*)/g))
			expect([new URL(NPM_SITE).host, 'github.com', 'gitlab.com', 'search.sigstore.dev']).toContain(host);
	});
});

test('permanent links lead to the commit, not to a branch', () => {
	const summary = describeSummary(inspectionOf(REPORTS.confirmed as Report));
	const commit = '46e7056ff9912ebfee5298d94024895a9fea76c0';
	expect(summary).toContain(`/blob/${commit}/.github/workflows/release.yml)`);
	expect(summary).toContain(`/commit/${commit})`);
});

test.each([
	['a link', '[npm](https://evil.test)'],
	['an image', '![x](https://evil.test/x.png)'],
	['a mention', '@octocat'],
	['a heading', 'x\n# approved'],
	['a cell', 'x | approved | y'],
	['markup', '<img src=x> **bold** `code` ~~gone~~'],
	['an address', 'https://evil.test/x'],
])('names that are %s make nothing of it', (_what, text) => {
	const { confirmed, lost } = REPORTS as { confirmed: Report; lost: Report };
	for (const report of [confirmed, lost]) {
		const summary = describeSummary(
			inspectionOf({ ...report, release: { ...report.release, integrity: text, version: text } }),
		);
		expect(summary).not.toMatch(/(?<!\\)\[npm\]|(?<!\\)!\[|(?<!\\)<img|(?<!\\)\*\*bold|^# approved|@octocat/m);
		for (const line of summary.split('\n').filter((one) => one.startsWith('|')))
			expect(line.replaceAll('\\|', '').split('|'), line).toHaveLength(4);
	}
});

test('details for a report of a fault name no package unless the reader says so', () => {
	for (const report of Object.values(REPORTS)) {
		const details = describeForBugReport(inspectionOf(report), '0.1.0', 'a browser', false);
		expect(details).not.toContain(report.release.name);
		expect(details).not.toContain('example-org');
		expect(JSON.parse(details)).toMatchObject({
			stampOfOrigin: '0.1.0',
			browser: 'a browser',
			verdict: report.verdict,
		});
	}
	const { confirmed } = REPORTS as { confirmed: Report };
	expect(describeForBugReport(inspectionOf(confirmed), '0.1.0', 'a browser', true)).toContain('example@1.14.1');
	const ofRoot = {
		...confirmed,
		trustRoot: { ...confirmed.trustRoot, source: 'custom', version: 'at-work' },
	} as Report;
	expect(describeForBugReport(inspectionOf(ofRoot), '0.1.0', 'a browser', true)).not.toContain('at-work');
});
