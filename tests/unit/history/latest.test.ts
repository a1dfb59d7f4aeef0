/** Tests of the release that `latest` names, against those published before it. */
import { describe, expect, test } from 'vitest';
import { findingOf } from '../../../lib/report/findings.ts';
import { success } from '../../../lib/report/result.ts';
import { outcomeOf, packumentJson, parsed, type Row } from '../../fixtures/packuments.ts';
import { IDENTITY } from '../../fixtures/reports.ts';

const row = (version: string, at: string, provenance = false, more: Partial<Row> = {}): Row => ({
	version,
	at,
	provenance,
	...more,
});

/** What is said of the release that `latest` names, the last of the rows unless another is named. */
async function moved(rows: Row[], known: Parameters<typeof outcomeOf>[0] | object = {}, latest = rows.at(-1)?.version) {
	const json = packumentJson(rows);
	const packument = await parsed({ ...json, 'dist-tags': { latest } });
	const version = rows.at(-1)?.version ?? '';
	const outcome = outcomeOf({ packument, version, ...known });
	return { ...outcome, moved: findingOf(outcome.findings, 'latest-moved-back')?.data };
}

const EARLIER = [row('1.0.0', '2026-01-01'), row('1.1.0', '2026-02-01', true), row('1.2.0', '2026-03-01', true)];

describe('lower than one published before it', () => {
	test('without provenance where that had it', async () => {
		const lower = [...EARLIER, row('1.0.1', '2026-04-01')];
		expect(await moved(lower)).toMatchObject({ verdict: 'none', moved: { version: '1.2.0', why: 'provenance' } });
		expect((await moved(lower, {}, '1.2.0')).moved).toBeUndefined();
	});

	test('with provenance: in the order of versions only, unless repository or owner are others', async () => {
		const lower = [...EARLIER, row('1.0.1', '2026-04-01', true)];
		const ofHigher = (change: object) =>
			moved(lower, { identity: IDENTITY, higher: { '1.2.0': success({ ...IDENTITY, ...change }) } });
		expect((await ofHigher({})).moved).toEqual({ version: '1.2.0', why: 'order' });
		expect((await ofHigher({ workflow: '.github/workflows/other.yml' })).moved?.why).toBe('order');
		expect((await ofHigher({ repositoryId: '9' })).moved?.why).toBe('origin');
		expect((await ofHigher({ repository: 'https://github.com/heir/example', ownerId: '8' })).moved?.why).toBe('origin');
		// A record of a known origin tells it as well.
		const known = { identity: IDENTITY, records: { '1.2.0': success({ ...IDENTITY, repositoryId: '9' }) } };
		expect((await moved(lower, known)).moved?.why).toBe('origin');
	});

	test('than the highest, or than the newest that has stood for 72 hours', async () => {
		const rows = [
			row('3.0.0', '2026-01-01', false),
			row('2.0.0', '2026-02-01', true),
			row('1.5.0', '2026-03-01T00:00:00Z', false),
		];
		expect((await moved([...rows, row('1.0.0', '2026-03-03T00:00:00Z')])).moved).toEqual({
			version: '2.0.0',
			why: 'provenance',
		});
		expect((await moved([...rows, row('1.0.0', '2026-03-04T00:00:00Z')])).moved).toEqual({
			version: '3.0.0',
			why: 'order',
		});
	});

	test('not than a prerelease, nor than what came later', async () => {
		const prerelease = [row('1.0.0', '2026-01-01'), row('2.0.0-rc.1', '2026-02-01', true), row('1.0.1', '2026-03-01')];
		expect((await moved(prerelease)).moved).toBeUndefined();
		const later = [row('1.0.0', '2026-01-01'), row('2.0.0', '2026-03-01', true), row('1.0.1', '2026-02-01')];
		expect((await moved(later)).moved).toBeUndefined();
	});
});

describe('an older line that is maintained', () => {
	const maintained = (days: number, more: Partial<Row> = {}) => [
		row('1.0.0', new Date(Date.UTC(2026, 5, 30) - days * 24 * 3600 * 1000).toISOString(), false, more),
		row('2.0.0', '2025-12-01', true),
		row('1.0.1', '2026-06-30'),
	];

	test.each([
		[30, 'maintained'],
		[180, 'maintained'],
		[29, 'provenance'],
		[181, 'provenance'],
	])('its last release %i days before: %s', async (days, why) => {
		expect((await moved(maintained(days))).moved).toEqual({ version: '2.0.0', why });
	});

	test('not by a prerelease, nor within one line', async () => {
		expect((await moved(maintained(60, { version: '1.0.1-rc.1' }))).moved?.why).toBe('provenance');
		const own = [row('2.0.0', '2026-05-01'), row('2.2.0', '2026-05-02', true), row('2.1.0', '2026-06-30')];
		expect((await moved(own)).moved?.why).toBe('provenance');
		const both = [
			row('1.0.0', '2026-05-01'),
			row('2.0.0', '2026-05-02', true),
			row('1.2.0', '2026-06-20', true),
			row('1.1.0', '2026-06-30'),
		];
		expect((await moved(both)).moved?.why).toBe('provenance');
		const zero = maintained(60).map((one) => ({ ...one, version: one.version.replace(/^(\d)\.0/, '0.$1') }));
		expect((await moved(zero)).moved?.why).toBe('maintained');
	});
});

describe('a prerelease that latest names', () => {
	const channel = [row('1.0.0-canary.1', '2026-01-01'), ...EARLIER, row('1.3.0-canary.2', '2026-04-01')];

	test('is lost where the stable release had provenance, whatever its channel is used to', async () => {
		expect(await moved(channel)).toMatchObject({ verdict: 'lost', against: '1.2.0', changed: ['provenance'] });
		expect(await moved(channel, {}, '1.2.0')).toMatchObject({ verdict: 'none' });
	});

	test('not where no stable one had it, nor with provenance of its own', async () => {
		expect((await moved(channel.map((one) => ({ ...one, provenance: false })))).verdict).toBe('none');
		const attested = channel.map((one) => ({ ...one, provenance: true }));
		expect((await moved(attested)).verdict).toBe('confirmed');
	});
});
