/** Tests of the known origins of a release: which records are fetched, in what order, and what those that were had say. */
import { describe, expect, test } from 'vitest';
import { type AskedRecord, judgeOrigin, planOrigins } from '../../../lib/history/origin.ts';
import type { PublishedRelease } from '../../../lib/npm/published-release.ts';
import { findingOf } from '../../../lib/report/findings.ts';
import type { Identity } from '../../../lib/report/identity.ts';
import { failed, type Result, success } from '../../../lib/report/result.ts';
import { packumentJson, parsed, type Row } from '../../fixtures/packuments.ts';
import { IDENTITY } from '../../fixtures/reports.ts';

const DAY_MS = 24 * 3600 * 1000;
const NOW = Date.UTC(2026, 5, 30);

/** A release with provenance, so many days before the one looked at. */
const daysAgo = (days: number, version: string, more: Partial<Row> = {}): Row => ({
	version,
	at: new Date(NOW - days * DAY_MS).toISOString(),
	provenance: true,
	by: 'trusted',
	...more,
});

async function planFor(version: string, rows: Row[]) {
	const { releases } = await parsed(packumentJson([...rows, daysAgo(0, version)]));
	const here = releases.find((one) => one.version === version) as PublishedRelease;
	const plan = planOrigins(releases, here);
	return { here, releases, plan, settled: plan?.settled.version, others: plan?.others.map((one) => one.version) };
}

describe('which records are fetched', () => {
	/** 1.0.0 of `count` weeks ago, 1.1.0 a week later, and so on, up to a week ago. */
	const weekly = (count: number) =>
		Array.from({ length: count }, (_, index) => daysAgo((count - index) * 7, `1.${index}.0`));

	test('first the newest that is older than 30 days and more than five releases back', async () => {
		expect(await planFor('1.99.0', weekly(12))).toMatchObject({
			settled: '1.6.0',
			others: ['1.11.0', '1.10.0', '1.9.0'],
		});
		const old = weekly(12).map((row) => ({ ...row, at: new Date(Date.parse(row.at) - 365 * DAY_MS).toISOString() }));
		expect((await planFor('1.99.0', old)).settled).toBe('1.6.0');
		const daily = Array.from({ length: 60 }, (_, index) => daysAgo(60 - index, `1.${index}.0`));
		// 30 days to the moment are not older than 30 days.
		expect((await planFor('1.99.0', daily)).settled).toBe('1.29.0');
	});

	test('else the oldest there is', async () => {
		expect((await planFor('1.99.0', weekly(5))).settled).toBe('1.0.0');
		expect((await planFor('1.99.0', weekly(4))).settled).toBe('1.0.0');
	});

	test('nothing younger than 72 hours, nothing without provenance', async () => {
		expect((await planFor('1.1.0', [daysAgo(2.99, '1.0.0')])).plan).toBeUndefined();
		expect((await planFor('1.1.0', [daysAgo(3, '1.0.0')])).settled).toBe('1.0.0');
		expect((await planFor('1.1.0', [daysAgo(9, '1.0.0', { provenance: false })])).plan).toBeUndefined();
	});

	test('one for each trusted publisher or account goes before the next newest', async () => {
		const rows = weekly(12).map((row, index) =>
			index === 2
				? { ...row, by: 'token' as const, user: 'somebody' }
				: index === 8
					? { ...row, by: 'staged' as const }
					: row,
		);
		expect((await planFor('1.99.0', rows)).others).toEqual(['1.11.0', '1.8.0', '1.2.0']);
	});

	test('the newest of its own line goes before those, since a maintained line may have a workflow of its own', async () => {
		const rows = [
			daysAgo(400, '1.0.0'),
			daysAgo(300, '1.0.1'),
			...weekly(12).map((row) => ({ ...row, version: `2${row.version.slice(1)}` })),
		];
		expect(await planFor('1.0.2', rows)).toMatchObject({ settled: '2.2.0', others: ['2.7.0', '1.0.1', '2.6.0'] });
	});

	test('of another line only from 30 days on; where none counts so, the oldest that has stood for 72 hours', async () => {
		const rows = [daysAgo(40, '1.0.0'), daysAgo(20, '2.0.0'), daysAgo(10, '3.0.0')];
		expect(await planFor('3.0.1', rows)).toMatchObject({ settled: '1.0.0', others: ['3.0.0'] });
		expect(await planFor('4.0.0', rows)).toMatchObject({ settled: '1.0.0', others: [] });
		expect(await planFor('4.0.0', rows.slice(1))).toMatchObject({ settled: '2.0.0', others: [] });
		expect((await planFor('4.0.0', [daysAgo(2, '3.0.0')])).plan).toBeUndefined();
	});

	test('in a young package a line, or a channel, of some days does not vouch for itself alone', async () => {
		const rows = [daysAgo(20, '1.0.0'), daysAgo(10, '1.1.0'), daysAgo(4, '2.0.0'), daysAgo(4, '2.0.0-x.0')];
		expect(await planFor('2.0.1', rows)).toMatchObject({ settled: '1.0.0', others: ['2.0.0'] });
		expect(await planFor('1.1.1', rows)).toMatchObject({ settled: '1.0.0', others: ['1.1.0'] });
		expect(await planFor('2.0.0-x.1', rows)).toMatchObject({ settled: '1.0.0', others: ['2.0.0-x.0'] });
		expect(await planFor('3.0.0-x.0', rows)).toMatchObject({ settled: '1.0.0', others: [] });
		// Where there are prereleases only, the oldest of them.
		expect((await planFor('2.0.0-x.0', [daysAgo(10, '1.0.0-x.0')])).settled).toBe('1.0.0-x.0');
	});

	test('a stable release by stable ones alone', async () => {
		const rows = [daysAgo(50, '1.0.0-rc.1'), daysAgo(40, '1.1.0-rc.1')];
		expect((await planFor('1.1.0', rows)).plan).toBeUndefined();
		expect((await planFor('1.1.0', [...rows, daysAgo(35, '1.0.0')])).settled).toBe('1.0.0');
	});

	test('a prerelease by its identifier, and stable ones beside; a young channel first by the stable ones', async () => {
		const stable = [daysAgo(90, '1.0.0'), daysAgo(60, '1.1.0')];
		const old = [daysAgo(80, '1.1.0-rc.1'), daysAgo(70, '1.1.0-rc.2'), daysAgo(50, '1.2.0-beta.1')];
		expect(await planFor('1.2.0-rc.1', [...stable, ...old])).toMatchObject({
			settled: '1.1.0-rc.1',
			others: ['1.1.0-rc.2', '1.1.0'],
		});
		expect(await planFor('1.2.0-next.1', [...stable, ...old])).toMatchObject({ settled: '1.0.0', others: ['1.1.0'] });
		const young = [...stable, daysAgo(10, '1.2.0-next.1'), daysAgo(5, '1.2.0-next.2')];
		expect(await planFor('1.2.0-next.3', young)).toMatchObject({
			settled: '1.0.0',
			others: ['1.2.0-next.2', '1.1.0', '1.2.0-next.1'],
		});
		// Of another line, 30 days count here too.
		expect(await planFor('2.0.0-next.1', young)).toMatchObject({ settled: '1.0.0', others: ['1.1.0'] });
	});
});

const OTHER: Identity = { ...IDENTITY, workflow: '.github/workflows/other.yml' };
const THIEF: Identity = {
	...IDENTITY,
	repository: 'https://github.com/thief/example',
	repositoryId: '9',
	ownerId: '8',
	signer: 'https://github.com/thief/example/.github/workflows/release.yml@refs/tags/v1',
};

/** What comes of 1.9.0 after releases 1.0.0 and so on, ten days apart, whose records are these. */
async function judge(identity: Identity, records: Record<string, Result<Identity>>, count = 4) {
	const rows = Array.from({ length: count }, (_, index) => daysAgo((count - index) * 10, `1.${index}.0`));
	const { here, plan, releases } = await planFor('1.9.0', rows);
	if (!plan) throw new Error('no origin counts');
	const asked = releases.flatMap((release): AskedRecord[] => {
		const found = records[release.version];
		return found ? [{ release, identity: found }] : [];
	});
	const outcome = judgeOrigin(here, identity, plan, asked);
	return {
		...outcome,
		version: outcome.with?.version,
		fields: outcome.changes.map(({ field }) => field),
		codes: outcome.findings.map(({ code }) => code),
	};
}

describe('what the records say', () => {
	const same = success(IDENTITY);

	test('one known origin that agrees in all rows is enough', async () => {
		expect(await judge(IDENTITY, { '1.0.0': same })).toMatchObject({ version: '1.0.0', isKnown: true, codes: [] });
		const records = { '1.0.0': success(THIEF), '1.3.0': success(OTHER), '1.2.0': same };
		expect(await judge(IDENTITY, records)).toMatchObject({ version: '1.2.0', isKnown: true, fields: [] });
	});

	test('agreeing here with one and there with another is not enough', async () => {
		const hosted = { ...IDENTITY, runner: 'self-hosted' };
		const records = { '1.0.0': success({ ...OTHER, runner: 'self-hosted' }), '1.3.0': same };
		expect(await judge(hosted, records)).toMatchObject({ version: '1.3.0', isKnown: false, fields: ['runner'] });
	});

	test('but a branch, or a trigger, is known from any of them', async () => {
		const next = { ref: 'refs/heads/next', trigger: 'workflow_run' };
		const records = { '1.0.0': success({ ...OTHER, ...next }), '1.3.0': same };
		expect(await judge({ ...IDENTITY, ...next }, records)).toMatchObject({ version: '1.3.0', isKnown: true });
		const fields = (await judge({ ...IDENTITY, ...next }, { '1.3.0': same })).fields;
		expect(fields).toEqual(['trigger', 'ref']);
	});

	test('where none agrees, the nearest that verified is the one compared with', async () => {
		const records = { '1.0.0': success(THIEF), '1.3.0': success(OTHER), '1.2.0': success(THIEF) };
		expect(await judge(IDENTITY, records)).toMatchObject({ version: '1.3.0', isKnown: false, fields: ['workflow'] });
	});

	test('a record that is not served, or is false, is passed over with a finding', async () => {
		const records = { '1.0.0': failed('attestations-withheld'), '1.3.0': same, '1.2.0': failed('signature-invalid') };
		const outcome = await judge(IDENTITY, records);
		expect(outcome).toMatchObject({ version: '1.3.0', isKnown: true, fields: [] });
		expect(outcome.findings.map(({ data }) => data)).toEqual([
			{ version: '1.0.0', failure: 'attestations-withheld' },
			{ version: '1.2.0', failure: 'signature-invalid' },
		]);
	});

	test.each([
		['none was served', { '1.0.0': failed('rate-limited') }, 'origin-not-served', 'rate-limited'],
		[
			'a nearer one was not served',
			{ '1.0.0': success(OTHER), '1.3.0': failed('attestations-withheld'), '1.2.0': success(OTHER) },
			'origin-not-served',
			'attestations-withheld',
		],
		[
			'the settled one and a nearer one were not served',
			{ '1.0.0': failed('registry-error'), '1.3.0': failed('attestations-withheld'), '1.2.0': success(OTHER) },
			'origin-not-served',
			'attestations-withheld',
		],
		['all are false', { '1.0.0': failed('signature-invalid') }, 'origin-false', 'signature-invalid'],
	] as const)('not compared: %s', async (_what, records, code, cause) => {
		const { failure, isKnown, codes } = await judge(IDENTITY, records);
		expect([failure?.code, failure?.cause, isKnown]).toEqual([code, cause, false]);
		expect(codes).toContain('record-passed-over');
	});

	test('a farther one that was not served excuses nothing, and a false one never does', async () => {
		const unserved = { '1.0.0': failed('attestations-withheld'), '1.3.0': success(OTHER), '1.2.0': success(OTHER) };
		expect(await judge(IDENTITY, unserved)).toMatchObject({ fields: ['workflow'] });
		const falsified = { '1.0.0': success(OTHER), '1.3.0': failed('signature-invalid') };
		expect(await judge(IDENTITY, falsified)).toMatchObject({ fields: ['workflow'], version: '1.0.0' });
	});

	test('a difference of the first row stays, whatever was not served', async () => {
		const records = { '1.0.0': same, '1.3.0': failed('rate-limited'), '1.2.0': failed('rate-limited') };
		const outcome = await judge(THIEF, records);
		expect(outcome.failure).toBeUndefined();
		expect(outcome.fields).toEqual(['repository', 'owner']);
		// Not where one of its repository verified, and another of its own may not have been served.
		const mixed = { ...records, '1.0.0': success({ ...THIEF, workflow: OTHER.workflow }) };
		expect((await judge(THIEF, mixed)).failure?.code).toBe('origin-not-served');
		expect((await judge(THIEF, { ...mixed, '1.1.0': same })).failure?.code).toBe('origin-not-served');
	});
});

describe('a new origin', () => {
	test('is told with its first release, and what was before', async () => {
		const records = {
			'1.0.0': success(OTHER),
			'1.3.0': success(IDENTITY),
			'1.2.0': success(IDENTITY),
			'1.1.0': success(OTHER),
		};
		const { findings, isKnown } = await judge(IDENTITY, records);
		expect(isKnown).toBe(true);
		expect(findingOf(findings, 'origin-new')?.data).toEqual({
			since: '1.2.0',
			at: new Date(NOW - 20 * DAY_MS).toISOString(),
			before: '.github/workflows/other.yml in https://github.com/example-org/example',
			beforeVersion: '1.0.0',
		});
	});

	test('is none where it is an older one, of a line of its own', async () => {
		const { here, releases } = await planFor('1.0.1', [daysAgo(100, '1.0.0'), daysAgo(90, '2.0.0')]);
		const [old, settled] = releases as [PublishedRelease, PublishedRelease];
		const asked = [
			{ release: old, identity: success(IDENTITY) },
			{ release: settled, identity: success(OTHER) },
		];
		const outcome = judgeOrigin(here, IDENTITY, { settled, others: [old], pool: [old, settled], newest: [] }, asked);
		expect(outcome).toMatchObject({ isKnown: true, with: { version: '1.0.0' }, findings: [] });
	});

	test('is none once the settled one agrees, nor where that was not to be had', async () => {
		const newer = { '1.3.0': success(OTHER) };
		expect((await judge(IDENTITY, { '1.0.0': success(IDENTITY), ...newer })).codes).toEqual([]);
		const passed = await judge(IDENTITY, { '1.0.0': failed('signature-invalid'), '1.3.0': success(IDENTITY) });
		expect(passed.codes).toEqual(['record-passed-over']);
	});
});
