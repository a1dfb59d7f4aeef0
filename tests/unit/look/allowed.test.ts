/** Tests of what looks ask where a reader must allow it first: nobody, before that. */
import { expect, test } from 'vitest';
import { createGitHub } from '../../../lib/external/github.ts';
import { createRekor } from '../../../lib/external/rekor.ts';
import { look } from '../../../lib/look/look.ts';
import type { LookWorld } from '../../../lib/look/world.ts';
import { LOOK_HOSTS } from '../../../lib/npm/look-hosts.ts';
import { LOOKS } from '../../../lib/report/looks.ts';
import type { Report } from '../../../lib/report/report.ts';
import { failed } from '../../../lib/report/result.ts';
import { faultOf } from '../../../lib/report/with-looks.ts';
import { embeddedTrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { describeLook } from '../../../lib/text/en/looks.ts';
import { startOutside } from '../../fixtures/outside.ts';
import { REPORTS } from '../../fixtures/reports.ts';

test('a look whose host is not allowed asks nobody and says so', async () => {
	const outside = await startOutside();
	const asked: string[] = [];
	const world: LookWorld = {
		github: createGitHub({ base: outside.base }),
		rekor: createRekor({ base: outside.base }),
		registry: {
			fetchPackument: async () => failed('registry-unreachable'),
			fetchTarball: async () => failed('registry-unreachable'),
		},
		trust: embeddedTrustRoot(),
		reportOn: async () => REPORTS.confirmed as Report,
		isAllowed: async (origin) => {
			asked.push(origin);
			return false;
		},
		now: () => new Date('2026-11-28T00:00:00Z'),
	};
	const { report } = await look(LOOKS, { report: REPORTS.confirmed as Report, evidence: {} }, world);
	outside.close();
	expect(outside.seen).toEqual([]);
	for (const record of report.looks ?? []) {
		const [origin] = LOOK_HOSTS[record.look];
		const failure =
			origin === undefined ? { code: 'registry-unreachable' } : { code: 'host-not-allowed', detail: origin };
		expect(record.failure).toMatchObject(record.look === 'scripts' ? { code: 'registry-unreachable' } : failure);
		expect(describeLook(record, 0)).toMatch(/^Could not be looked at to the end: /);
	}
	expect(new Set(asked)).toEqual(new Set(Object.values(LOOK_HOSTS).flatMap(([first]) => first ?? [])));
});

test('a fault of ours in one look is said, and takes no other with it', async () => {
	const outside = await startOutside();
	const world: LookWorld = {
		github: createGitHub({ base: outside.base }),
		rekor: createRekor({ base: outside.base }),
		registry: {
			fetchPackument: async () => {
				throw new Error('made up');
			},
			fetchTarball: async () => failed('registry-unreachable'),
		},
		trust: embeddedTrustRoot(),
		reportOn: async () => REPORTS.confirmed as Report,
		now: () => new Date('2026-11-28T00:00:00Z'),
	};
	const inspection = { report: REPORTS.confirmed as Report, evidence: {} };
	const { report } = await look(['dependencies', 'scripts'], inspection, world);
	expect(report.looks?.map(({ look: name, failure }) => [name, failure?.code])).toEqual([
		['dependencies', 'internal-error'],
		['scripts', 'registry-unreachable'],
	]);
	const stopped = AbortSignal.abort(new Error('stopped'));
	await expect(look(['dependencies'], inspection, { ...world, signal: stopped })).rejects.toThrow('stopped');
	outside.close();
	const [record] = faultOf(['run'], 'gone').looks;
	expect(record && describeLook(record, 0)).toContain('the extension itself made a mistake');
});
