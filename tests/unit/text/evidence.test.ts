/** Tests of the words beside the evidence. */
import { expect, test } from 'vitest';
import type { Report } from '../../../lib/report/report.ts';
import { describeNoAttestations } from '../../../lib/text/en/evidence.ts';
import { REPORTS } from '../../fixtures/reports.ts';

test('no attestations, and attestations that could not be read, are two things', () => {
	expect(describeNoAttestations(REPORTS.none as Report)).toMatch(/^The registry serves no attestations/);
	expect(describeNoAttestations(REPORTS.unknown as Report)).toMatch(/could not be read\.$/);
});
