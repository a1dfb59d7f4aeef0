/** Replays made-up histories of packages, attacks and honest ones, and judges each asked release by what must be said of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Report, Verdict } from '../../lib/report.ts';
import { type Judged, judgementTable } from '../fixtures/judgement.ts';
import { replay, replaysIn } from '../fixtures/replays.ts';

/** What must be said of one release. */
interface Expected {
	/** Whether it must be an alarm. */
	alarm: boolean;
	/** Whether an alarm and none are both right. */
	either?: boolean;
	/** Verdicts that are accepted. */
	verdicts: Verdict[];
	/** Codes of findings of which one must be there. */
	findings?: string[];
	/** The state that the history must have. */
	history?: string;
}

interface Case {
	kind: 'attack' | 'honest';
	now: string;
	trustedRoot: string;
	ask: string[];
	expect: Record<string, Expected>;
}

const ALARMS: readonly Verdict[] = ['mismatch', 'lost', 'changed', 'not-allowed'];
/** A panel asks for manifest, attestations, list and advisories, and for four older records at most. */
const MAX_REQUESTS = 8;

const histories = replaysIn<Case>('histories');

describe.skipIf(histories.length === 0)('histories', () => {
	const judged: Judged[] = [];

	test.each(histories)('$name', async ({ name, dir, json }) => {
		for (const { spec, report, asked } of await replay(dir, json, json.ask)) {
			if (report) judged.push({ name, kind: json.kind, report });
			expect(faultsOf(report, json.expect[spec]), spec).toEqual([]);
			expect(asked.length, spec).toBeLessThanOrEqual(MAX_REQUESTS);
		}
	});

	test('the table in the README is of these', () => {
		expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain(judgementTable(judged));
	});
});

/** What is not as expected, in words. */
function faultsOf(report: Report | undefined, expected: Expected | undefined): string[] {
	if (!report || !expected) return ['no Report, or nothing expected'];
	const { verdict, history, findings } = report;
	const alarm = ALARMS.includes(verdict) || findings.some(({ warning }) => warning === true);
	const codes: string[] = findings.map(({ code }) => code);
	return [
		!expected.either && alarm !== expected.alarm && `alarm ${alarm}`,
		!expected.verdicts.includes(verdict) && `verdict ${verdict}`,
		expected.findings && !expected.findings.some((code) => codes.includes(code)) && `none of ${expected.findings}`,
		expected.history && history?.state !== expected.history && `history ${history?.state}`,
	].filter((fault) => typeof fault === 'string');
}
