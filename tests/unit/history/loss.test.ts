/** Tests of whether provenance was lost: which releases count, since when it is lost, and what is beside a lost release. */
import { describe, expect, test } from 'vitest';
import { candidatesFor, findLosses } from '../../../lib/history/loss.ts';
import { isCalmLoss } from '../../../lib/inspect/warnings.ts';
import { isOf } from '../../../lib/report/findings.ts';
import { outcomeAmong, packumentJson, parsed, type Row } from '../../fixtures/packuments.ts';

const attested = { provenance: true } as const;
const DAY_MS = 24 * 3600 * 1000;

/** Releases a week apart, the first on 1 January 2026; those with `+` at their end have provenance. */
function weekly(...versions: string[]): Row[] {
	return versions.map((text, week) => ({
		version: text.replace(/\+$/, ''),
		at: new Date(Date.UTC(2026, 0, 1) + week * 7 * DAY_MS).toISOString(),
		provenance: text.endsWith('+'),
	}));
}

const release = (version: string, at: string, more: Partial<Row> = {}): Row => ({ version, at, ...more });

/** The versions that count for one release, the last where none is named. */
async function candidatesOf(rows: Row[], version = rows.at(-1)?.version): Promise<string[]> {
	const { releases } = await parsed(packumentJson(rows));
	const here = releases.find((one) => one.version === version);
	if (!here) throw new Error(`no ${version}`);
	return candidatesFor(releases, here).map((one) => one.version);
}

/** The versions that are lost. */
async function lostOf(rows: Row[]): Promise<string[]> {
	const { releases } = await parsed(packumentJson(rows));
	const losses = findLosses(releases);
	return releases.filter(losses.isLost).map(({ version }) => version);
}

describe('which releases count', () => {
	test('lower ones of the own line that came earlier, and of no other line', async () => {
		const rows = weekly('1.0.0', '1.2.0', '2.0.0', '1.1.0', '1.3.0', '2.1.0', '1.2.1', '1.2.2');
		expect(await candidatesOf(rows, '1.2.1')).toEqual(['1.0.0', '1.2.0', '1.1.0']);
		expect(await candidatesOf(rows, '1.1.0')).toEqual(['1.0.0']);
	});

	test('on 0.x the line is the minor', async () => {
		const rows = weekly('0.30.0', '0.31.0', '0.30.1', '0.31.1');
		expect(await candidatesOf(rows)).toEqual(['0.30.0', '0.31.0']);
		expect(await candidatesOf(rows, '0.30.1')).toEqual(['0.30.0']);
	});

	test('the nearest lower line, of what was published before the own line began', async () => {
		const rows = weekly('1.0.0', '2.0.0', '3.0.0', '2.1.0', '5.0.0', '3.1.0', '4.0.0', '5.0.1');
		expect(await candidatesOf(rows, '3.0.0')).toEqual(['2.0.0']);
		expect(await candidatesOf(rows)).toEqual(['3.0.0', '5.0.0']);
	});

	test('a line begins with its first stable release', async () => {
		const rows = weekly('1.0.0', '2.0.0-rc.1', '1.1.0', '2.0.0', '1.2.0', '2.0.1');
		expect(await candidatesOf(rows)).toEqual(['1.0.0', '1.1.0', '2.0.0']);
	});

	test('a line begins anew after more than 365 days of silence: that adds the lower line, and takes none away', async () => {
		const silentFor = (days: number) => [
			release('1.0.0', '2024-01-01'),
			release('2.0.0', '2024-02-01T00:00:00Z'),
			release('1.1.0', '2024-03-01'),
			release('2.0.1', new Date(Date.UTC(2024, 1, 1) + days * DAY_MS).toISOString()),
			release('1.2.0', '2025-06-01'),
			release('2.0.2', '2025-07-01'),
		];
		expect(await candidatesOf(silentFor(366), '2.0.1')).toEqual(['1.0.0', '2.0.0', '1.1.0']);
		expect(await candidatesOf(silentFor(365), '2.0.1')).toEqual(['1.0.0', '2.0.0']);
		// What came before it began anew counts for the later ones as well.
		expect(await candidatesOf(silentFor(366), '2.0.2')).toEqual(['1.0.0', '2.0.0', '1.1.0', '2.0.1']);
	});

	test('for a stable release only stable ones', async () => {
		expect(await candidatesOf(weekly('1.0.0', '1.1.0-rc.1', '1.1.0'))).toEqual(['1.0.0']);
	});

	test('for a prerelease those of its line and identifier, else stable ones', async () => {
		const rows = weekly(
			'1.0.0',
			'1.1.0-beta.1',
			'1.1.0-rc.1',
			'2.0.0-rc.1',
			'1.1.0-rc.2',
			'1.2.0-rc.1',
			'1.1.0-next.1',
		);
		expect(await candidatesOf(rows, '1.1.0-rc.2')).toEqual(['1.1.0-rc.1']);
		expect(await candidatesOf(rows, '1.2.0-rc.1')).toEqual(['1.1.0-rc.1', '1.1.0-rc.2']);
		expect(await candidatesOf(rows, '2.0.0-rc.1')).toEqual(['1.0.0']);
		expect(await candidatesOf(rows)).toEqual(['1.0.0']);
	});

	test.each([
		['rc1', 'rc2'],
		['canary-00aa11b', 'canary-ff00ff0'],
		['0', '20260101'],
		['3f1c2ab', '0'],
		['RC.1', 'rc.2'],
		['next-2026.1', 'next.7'],
	])('%s and %s are one identifier', async (one, other) => {
		expect(await candidatesOf(weekly('1.0.0', `1.1.0-${one}`, `1.1.0-${other}`))).toEqual([`1.1.0-${one}`]);
	});

	test('within one core version prereleases are in the order of time; of a lower core version they do not come after', async () => {
		const rows = weekly('1.1.0-canary.ff', '1.1.0-canary.aa', '1.0.9-canary.bb');
		expect(await candidatesOf(rows, '1.1.0-canary.aa')).toEqual(['1.1.0-canary.ff']);
		expect(await candidatesOf(rows)).toEqual([]);
	});

	test('build metadata makes no other version, and what is published at the same moment does not count', async () => {
		expect(await candidatesOf(weekly('1.0.0', '1.0.0+again'))).toEqual(['1.0.0']);
		const at = '2026-01-01';
		expect(await candidatesOf([release('1.0.0', at), release('1.0.1', at)])).toEqual([]);
	});
});

describe('lost', () => {
	test('the first, all later ones of the line, and the next line begun after it', async () => {
		expect(await lostOf(weekly('1.0.0+', '1.0.1', '1.1.0', '2.0.0', '2.0.1', '3.0.0'))).toEqual([
			'1.0.1',
			'1.1.0',
			'2.0.0',
			'2.0.1',
			'3.0.0',
		]);
	});

	test('not a line that began before, nor a version below the one with which provenance began', async () => {
		expect(await lostOf(weekly('1.0.0', '2.0.0', '1.1.0+', '2.0.1', '1.0.1', '1.1.1'))).toEqual(['1.1.1']);
	});

	test('a line that began before is lost once it began anew', async () => {
		const rows = [
			release('1.0.0', '2024-01-01'),
			release('2.0.0', '2024-02-01'),
			release('1.1.0', '2024-03-01', attested),
			release('2.0.1', '2026-01-01'),
		];
		expect(await lostOf(rows)).toEqual(['2.0.1']);
	});

	test('a prerelease by its identifier; one of a new identifier by the stable ones', async () => {
		const rows = weekly(
			'1.0.0',
			'1.1.0-canary.1',
			'1.0.1+',
			'1.1.0-canary.2',
			'1.1.0-rc.1',
			'1.1.0-rc.2',
			'1.1.0-beta.1+',
		);
		expect(await lostOf([...rows, ...weekly('1.1.0-beta.2').map((row) => ({ ...row, at: '2026-12-01' }))])).toEqual([
			'1.1.0-rc.1',
			'1.1.0-rc.2',
			'1.1.0-beta.2',
		]);
	});

	test('what had it in a prerelease does not make a stable release lost', async () => {
		expect(await lostOf(weekly('1.0.0', '1.1.0-rc.1+', '1.1.0'))).toEqual([]);
	});

	test('a deprecation changes no verdict, whosever it is', async () => {
		const deprecated = { manifest: { deprecated: 'please upgrade' } };
		const rows = weekly('1.0.0', '1.1.0+', '1.1.1').map((row) => ({ ...row, ...deprecated }));
		expect(await outcomeAmong(rows)).toMatchObject({ verdict: 'lost', against: '1.1.0' });
	});

	test('what was verified of the release at hand goes before what is listed', async () => {
		const rows = weekly('1.0.0+', '1.0.1+');
		expect((await outcomeAmong(rows, undefined, { hasProvenance: false })).verdict).toBe('lost');
		expect((await outcomeAmong(weekly('1.0.0+', '1.0.1'), undefined, { hasProvenance: true })).verdict).toBe(
			'confirmed',
		);
	});

	test('names the newest that had it, one that had stood for 72 hours first', async () => {
		const rows = [
			release('1.0.0', '2026-01-01', attested),
			release('1.0.1', '2026-02-01', attested),
			release('1.0.2', '2026-03-01T00:00:00Z', attested),
			release('1.0.3', '2026-03-02T00:00:00Z'),
		];
		expect(await outcomeAmong(rows)).toMatchObject({
			against: '1.0.1',
			changed: ['provenance'],
			history: { line: '1', tier: 'none', with: { publishedAt: '2026-02-01T00:00:00.000Z', tier: 'provenance' } },
		});
		expect((await outcomeAmong(rows.slice(2))).against).toBe('1.0.2');
		// The nearest release has none either: it is lost by an older one.
		expect((await outcomeAmong(weekly('1.0.0+', '2.0.0-rc.0', '2.1.0-rc.0+', '2.0.0-rc.1'))).against).toBe('1.0.0');
		// A line that hopped on names the release with provenance before the first of the run.
		expect((await outcomeAmong(weekly('1.0.0+', '2.0.0', '3.0.0'))).against).toBe('1.0.0');
	});
});

describe('since when', () => {
	const since = async (rows: Row[]) => {
		const { verdict, findings } = await outcomeAmong(rows);
		const earlier = findings.find((finding) => isOf(finding, 'provenance-lost-earlier'));
		return { verdict, ...earlier?.data, isCalm: isCalmLoss({ findings }) };
	};

	test('the first lost release says nothing of it, the later ones name the first', async () => {
		expect(await since(weekly('1.0.0+', '1.0.1'))).toEqual({ verdict: 'lost', isCalm: false });
		expect(await since(weekly('1.0.0+', '1.0.1', '1.0.2', '2.0.0'))).toEqual({
			verdict: 'lost',
			since: '1.0.1',
			at: '2026-01-08T00:00:00.000Z',
			releases: 2,
			isLongAgo: false,
			isCalm: false,
		});
	});

	/** `count` lost releases before one that comes so many days after the first. */
	const lostFor = (days: number, count: number) => [
		release('1.0.0', '2025-01-01', attested),
		...Array.from({ length: count }, (_, index) =>
			release(`1.0.${index + 1}`, new Date(Date.UTC(2026, 0, 1, index)).toISOString()),
		),
		release('1.1.0', new Date(Date.UTC(2026, 0, 1) + days * DAY_MS).toISOString()),
	];

	test.each([
		[31, 3, true],
		[30, 3, false],
		[31, 2, false],
		[3, 9, false],
	])('%i days and %i releases: calm is %s, and the verdict stays', async (days, count, isCalm) => {
		expect(await since(lostFor(days, count))).toMatchObject({ verdict: 'lost', releases: count, isCalm });
	});

	test('a release with provenance ends the run: the next loss is as red as the first', async () => {
		const early = lostFor(31, 3);
		const restored = [...early, release('1.2.0', '2026-03-01', attested), release('1.2.1', '2026-04-01')];
		expect(await since(restored)).toEqual({ verdict: 'lost', isCalm: false });
		const line = [...early, release('2.0.0', '2026-03-01', attested), release('2.0.1', '2026-04-01')];
		expect(await since(line)).toEqual({ verdict: 'lost', isCalm: false });
	});

	test('a year of silence does not bring back a run that the line had ended', async () => {
		const rows = [
			...['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0'].map((version, month) =>
				release(version, new Date(Date.UTC(2023, 7 + month)).toISOString(), { provenance: month === 0 }),
			),
			release('2.0.0', '2024-01-10', attested),
			release('2.1.0', '2025-10-01', attested),
			release('2.1.1', '2026-11-24'),
		];
		expect(await since(rows)).toEqual({ verdict: 'lost', isCalm: false });
	});

	test('a back-port with provenance below the lost ones does not end it', async () => {
		const rows = weekly('1.0.0+', '1.1.0', '1.1.1', '1.1.2', '1.1.3', '1.0.1+', '1.1.4');
		expect(await since(rows)).toMatchObject({ since: '1.1.0', releases: 4, isCalm: true });
	});

	test('a deprecated release is told calmly where a higher stable one of the line has provenance, and only there', async () => {
		const deprecated = { manifest: { deprecated: 'broken' } };
		const rows = (next: Partial<Row> & { version: string }) => [
			release('1.0.0', '2026-01-01', attested),
			release('1.0.1', '2026-02-01', deprecated),
			{ at: '2026-02-02', ...next },
		];
		const calm = async (next: Partial<Row> & { version: string }) => {
			const { verdict, findings } = await outcomeAmong(rows(next), '1.0.1');
			return [verdict, isCalmLoss({ findings })];
		};
		expect(await calm({ version: '1.0.2', ...attested })).toEqual(['lost', true]);
		// One that was there before: who stole the account can publish below it, and deprecate that.
		expect(await calm({ version: '1.0.2', ...attested, at: '2026-01-15' })).toEqual(['lost', false]);
		// Without it, of another line, a prerelease, or lower: who stole the account can make each of these.
		for (const next of [
			{ version: '1.0.2' },
			{ version: '2.0.0', ...attested },
			{ version: '1.0.2-rc.1', ...attested },
			{ version: '0.9.9', ...attested },
		])
			expect(await calm(next)).toEqual(['lost', false]);
	});

	test('the days of npm 11.15 are told, and turn no loss into none', async () => {
		const rows = [
			release('1.0.0', '2026-04-01', { by: 'trusted', ...attested }),
			release('1.0.1', '2026-05-23', { by: 'token' }),
		];
		const { verdict, codes } = await outcomeAmong(rows);
		expect(verdict).toBe('lost');
		expect(codes).toContain('staged-unrecorded');
	});
});

describe('beside a lost release', () => {
	const axios = (at: string, more: Partial<Row> = {}): Row[] => [
		release('0.30.3', '2025-11-01'),
		release('1.14.0', '2026-03-27', attested),
		release('1.14.1', '2026-03-31T00:21:00Z'),
		release('0.30.4', at, more),
	];
	const beside = async (rows: Row[], known = {}) => {
		const { verdict, findings } = await outcomeAmong(rows, '0.30.4', known);
		return [verdict, findings.find((finding) => isOf(finding, 'beside-a-lost-release'))?.data];
	};

	test.each(['2026-03-31T01:00:00Z', '2026-03-30T01:00:00Z', '2026-04-01T00:21:00Z', '2026-03-30T00:21:00Z'])(
		'within 24 hours before or after it: %s',
		async (at) => {
			expect(await beside(axios(at))).toEqual(['none', { version: '1.14.1', verdict: 'lost' }]);
		},
	);

	test.each(['2026-04-01T00:21:01Z', '2026-03-30T00:20:59Z'])('not at %s', async (at) => {
		expect(await beside(axios(at))).toEqual(['none', undefined]);
	});

	test('or beside one that changed', async () => {
		const rows = axios('2026-03-31T01:00:00Z').map((row) => (row.version === '1.14.1' ? { ...row, ...attested } : row));
		expect(await beside(rows, { isNeighbourChanged: true })).toEqual([
			'none',
			{ version: '1.14.1', verdict: 'changed' },
		]);
		expect(await beside(rows)).toEqual(['none', undefined]);
	});

	test('not of a line that had provenance; what a thief just attested is no such line', async () => {
		const rows = axios('2026-03-31T01:00:00Z');
		const besideOne = (version: string, at: string) => beside([...rows, release(version, at, attested)]);
		expect((await besideOne('0.30.9', '2026-01-01'))[1]).toBeUndefined();
		for (const [version, at] of [
			['0.30.9', '2026-03-31T00:30:00Z'],
			['0.30.9', '2026-05-01'],
			['0.30.9-0', '2026-01-01'],
		] as const)
			expect(await besideOne(version, at), `${version} ${at}`).toEqual([
				'none',
				{ version: '1.14.1', verdict: 'lost' },
			]);
	});

	test('not beside one that was lost long ago: who gave it up calmly publishes older lines as well', async () => {
		const rows = [
			release('0.30.3', '2025-01-01'),
			...['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4'].map((version, index) =>
				release(version, new Date(Date.UTC(2025, 2 + index)).toISOString(), { provenance: index === 0 }),
			),
			release('0.30.4', '2025-07-01T01:00:00Z'),
		];
		expect((await outcomeAmong(rows, '1.0.4')).verdict).toBe('lost');
		expect(await beside(rows)).toEqual(['none', undefined]);
	});
});

describe('is no alarm, and says where provenance is', () => {
	test.each([
		['a higher line', weekly('1.0.0', '2.0.0+', '1.0.1'), '2.0.0'],
		['a higher version', weekly('1.0.0', '1.1.0+', '1.0.1'), '1.1.0'],
		['a prerelease', weekly('1.0.0', '1.1.0-beta.1+', '1.1.0'), '1.1.0-beta.1'],
	])('%s had it', async (_what, rows, version) => {
		const { verdict, findings } = await outcomeAmong(rows);
		expect(verdict).toBe('none');
		expect(findings).toContainEqual(
			expect.objectContaining({ code: 'other-lines-have-provenance', data: { version } }),
		);
	});
});
