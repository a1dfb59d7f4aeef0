/** Replays made-up histories of packages, attacks and honest ones, and judges each asked release by what must be said of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chainOf } from '../../../lib/report/chain.ts';
import { contradictionsOf } from '../../fixtures/chain.ts';
import { faultsOf, type HistoryCase, type Judged, judgementTable } from '../../fixtures/judgement.ts';
import { replay, replaysIn } from '../../fixtures/replays.ts';

/** A panel asks for manifest, attestations, list and advisories, and for four older records at most. */
const MAX_REQUESTS = 8;

const histories = replaysIn<HistoryCase>('histories');

describe.skipIf(histories.length === 0)('histories', () => {
	const judged: Judged[] = [];

	test.each(histories)('$name', async ({ name, dir, json }) => {
		for (const { spec, report, asked } of await replay(dir, json, json.ask)) {
			if (report) judged.push({ name, kind: json.kind, report });
			expect(faultsOf(report, json.expect[spec]), spec).toEqual([]);
			expect(report && contradictionsOf(chainOf({ report, evidence: {} }), report), spec).toEqual([]);
			expect(asked.length, spec).toBeLessThanOrEqual(MAX_REQUESTS);
		}
	});

	test('the table in docs/judgement.md is of these', () => {
		expect(readFileSync(new URL('../../../docs/judgement.md', import.meta.url), 'utf8')).toContain(
			judgementTable(judged),
		);
	});
});
