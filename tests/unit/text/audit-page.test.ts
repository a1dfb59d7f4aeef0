/** Tests of the headline of the audit page. */
import { expect, test } from 'vitest';
import { describeState } from '../../../lib/text/en/audit-page.ts';

const NONE = { warned: 0, unchecked: 0, left: 0, unadvised: 0 };

test('a headline says when the audit began, and for what the list of malware was not read', () => {
	expect(describeState('done', NONE)).toBe('Done. No package has a warning.');
	expect(describeState('done', { ...NONE, unadvised: 2 })).toBe(
		"Done. No package has a warning. The registry's list of malware could not be read for 2 releases.",
	);
	expect(
		describeState('stopped', { warned: 1, unchecked: 1, left: 3, unadvised: 1 }, '2026-11-03T23:00:00.000Z', {
			spec: 'a@1.0.0',
			result: 'lost',
		}),
	).toMatch(
		/^Stopped, with 3 releases left to check\. This audit began on 3 November 2026\. 1 package needs a look: “a@1\.0\.0” \(.+\)\. 1 package could not be checked in full\. The registry's list of malware could not be read for 1 release\.$/,
	);
});
