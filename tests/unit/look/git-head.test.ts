/** Tests of the commit that npm noted where a file was packed, beside the attested one. */
import { expect, test } from 'vitest';
import { findInGitHead } from '../../../lib/look/git-head.ts';
import { describeDetail, describeFinding } from '../../../lib/text/en/findings.ts';
import { IDENTITY } from '../../fixtures/reports.ts';

const { commit } = IDENTITY;
const OTHER = 'f'.repeat(40);

test.each([
	['git-head-same', commit],
	['git-head-same', commit.toUpperCase()],
	['git-head-differs', OTHER],
	// The beginning of an id is not the id.
	['git-head-differs', commit.slice(0, 12)],
	['git-head-differs', 'main'],
	['git-head-differs', ` ${commit}`],
	['git-head-missing', undefined],
	['git-head-missing', ''],
])('%s for %j', (code, gitHead) => {
	expect(findInGitHead(IDENTITY, gitHead).map((finding) => finding.code)).toEqual([code]);
});

test('the publisher says it; the words are of the run that started at a commit, and call a difference ordinary', () => {
	const [finding] = findInGitHead(IDENTITY, OTHER);
	expect(finding).toMatchObject({
		saidBy: 'package',
		claim: 'only-this-source',
		data: { gitHead: OTHER, commit },
		detail: `the run started at ${commit}, gitHead ${OTHER}`,
	});
	expect(finding).not.toHaveProperty('warning');
	for (const gitHead of [commit, OTHER, undefined]) {
		const [one] = findInGitHead(IDENTITY, gitHead);
		const words = one && `${describeFinding(one)} ${describeDetail(one) ?? ''}`;
		expect(words).not.toMatch(/built (?:from|at|of)/);
		if (gitHead !== undefined) expect(words).toMatch(/the (?:run|one that the run) started at/);
	}
	expect(finding && describeFinding(finding)).toContain('ordinary');
});

test('a text of any length is cut and quoted', () => {
	const [finding] = findInGitHead(IDENTITY, `x". Origin confirmed.${'y'.repeat(100_000)}`);
	const detail = finding && describeDetail(finding);
	expect(detail?.length).toBeLessThan(310);
	expect(detail).toMatch(/^“[^"”]*”$/);
});
