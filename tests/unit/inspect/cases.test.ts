/** Replays cases from public reports, and judges each asked release by what must be said of it. */
import { describe, expect, test } from 'vitest';
import { chainOf } from '../../../lib/report/chain.ts';
import type { Report } from '../../../lib/report/report.ts';
import type { Verdict } from '../../../lib/report/verdict.ts';
import { contradictionsOf } from '../../fixtures/chain.ts';
import { replay, replaysIn } from '../../fixtures/replays.ts';

/** What must be said of one release. */
interface Expected {
	/** Verdicts that are accepted. */
	verdicts: Verdict[];
	/** The versions of which one must be the one compared with. */
	with?: string[];
	/** Codes of findings that must be absent. */
	not?: string[];
	/** The finding that must be there where the verdict is the last one accepted. */
	orFinding?: string;
	/** Whether refusing the trusted root is right, too. */
	orRefused?: boolean;
}

interface Case {
	now: string;
	trustedRoot?: string;
	policy?: string;
	specs?: string[];
	expect?: Record<string, Expected>;
}

const cases = replaysIn<Case>('cases').filter(({ json }) => json.specs !== undefined);

describe.skipIf(cases.length === 0)('cases', () => {
	test.each(cases)('$name', async ({ dir, json }) => {
		const wrong = (await replay(dir, json, json.specs ?? [])).flatMap(({ spec, report, refused }) => {
			const expected = json.expect?.[spec];
			if (!expected) return [];
			if (!report) return expected.orRefused ? [] : [`${spec}: refused, ${refused?.code}`];
			const chain = chainOf({ report, evidence: {} });
			return [...faultsOf(report, expected), ...contradictionsOf(chain, report)].map((fault) => `${spec}: ${fault}`);
		});
		expect(wrong).toEqual([]);
	});
});

/** What is not as expected, in words. */
function faultsOf(report: Report, expected: Expected): string[] {
	const codes: string[] = report.findings.map(({ code }) => code);
	const version = report.history?.state === 'compared' ? report.history.with?.version : undefined;
	const needsFinding = expected.orFinding !== undefined && report.verdict === expected.verdicts.at(-1);
	return [
		!expected.verdicts.includes(report.verdict) && `verdict ${report.verdict}, not ${expected.verdicts}`,
		expected.with && !expected.with.includes(version ?? '') && `compared with ${version}, not ${expected.with}`,
		...(expected.not ?? []).filter((code) => codes.includes(code)).map((code) => `finding ${code}`),
		needsFinding && !codes.includes(expected.orFinding ?? '') && `no finding ${expected.orFinding}`,
	].filter((fault) => typeof fault === 'string');
}
