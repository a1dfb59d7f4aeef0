/** Tests of a release's line: what the registry says of each, and what is proved from one verified identity to the next. */
import { describe, expect, test } from 'vitest';
import { lineFor } from '../../../lib/history/line.ts';
import type { Line } from '../../../lib/report/history.ts';
import type { Identity } from '../../../lib/report/identity.ts';
import { failed, type Result, success } from '../../../lib/report/result.ts';
import { describeProved, describeSaid } from '../../../lib/text/en/evidence.ts';
import { describeChanges, describeChecked, describeLine } from '../../../lib/text/en/history.ts';
import { packumentJson, parsed, type Row } from '../../fixtures/packuments.ts';

const IDENTITY: Identity = {
	issuer: 'https://token.actions.githubusercontent.com',
	repository: 'https://github.com/o/r',
	repositoryId: '1',
	ownerId: '2',
	workflow: '.github/workflows/release.yml',
	ref: 'refs/heads/main',
	commit: 'a'.repeat(40),
	signer: 'https://github.com/o/r/.github/workflows/release.yml@refs/heads/main',
};

const ROWS: Row[] = [
	{ version: '0.9.0', at: '2025-01-01' },
	{ version: '1.0.0', at: '2025-02-01', provenance: true },
	{ version: '2.0.0-rc.1', at: '2025-02-10', by: 'trusted', provenance: true },
	{ version: '1.0.1', at: '2025-02-20', user: 'somebody', manifest: { deprecated: 'no' } },
	{ version: '2.0.0', at: '2025-03-01', by: 'staged', provenance: true },
	{ version: '1.1.0', at: '2025-03-02', by: 'trusted' },
	{ version: '2.1.0', at: '2025-04-01', by: 'trusted', provenance: true },
];

async function lineOf(version: string, checked?: Record<string, Result<Identity>>): Promise<Line> {
	const line = lineFor(await parsed(packumentJson(ROWS)), version, checked && new Map(Object.entries(checked)));
	if (!line) throw new Error(`no ${version}`);
	return line;
}

const versions = ({ releases }: Line) => releases.map(({ version }) => version);

describe('the releases of a line', () => {
	test('its own, before and after it, the oldest first', async () => {
		const line = await lineOf('1.0.1');
		expect(line.line).toBe('1');
		expect(line.below).toBeUndefined();
		expect(versions(line)).toEqual(['1.0.0', '1.0.1', '1.1.0']);
	});

	test('where none came before it, the nearest lower line too, from which the one compared with comes', async () => {
		const line = await lineOf('2.0.0');
		expect(line).toMatchObject({ line: '2', below: '1' });
		expect(versions(line)).toEqual(['1.0.0', '2.0.0-rc.1', '1.0.1', '2.0.0', '1.1.0', '2.1.0']);
		expect((await lineOf('0.9.0')).below).toBeUndefined();
	});

	test('what the registry says of each, and nothing else where nothing was checked', async () => {
		expect((await lineOf('1.0.1')).releases).toEqual([
			{
				version: '1.0.0',
				publishedAt: '2025-02-01T00:00:00.000Z',
				tier: 'provenance',
				hasProvenance: true,
				publisher: 'maintainer',
			},
			{
				version: '1.0.1',
				publishedAt: '2025-02-20T00:00:00.000Z',
				tier: 'none',
				hasProvenance: false,
				isDeprecated: true,
				publisher: 'somebody',
				publisherBefore: 'maintainer',
			},
			// A build service in place of a person is a stronger way, and no other account.
			{
				version: '1.1.0',
				publishedAt: '2025-03-02T00:00:00.000Z',
				tier: 'publisher-only',
				hasProvenance: false,
				publisher: 'GitHub Actions',
			},
		]);
		expect((await lineOf('2.1.0')).releases[0]).toMatchObject({ version: '2.0.0-rc.1', isPrerelease: true });
	});

	test('a release that is not there has no line', async () => {
		expect(lineFor(await parsed(packumentJson(ROWS)), '3.0.0')).toBeUndefined();
	});
});

describe('from one verified identity to the next', () => {
	const other = { ...IDENTITY, workflow: '.github/workflows/other.yml' };

	test('each is compared with the newest earlier one that counts: no prerelease for a stable one, nothing that failed', async () => {
		const { releases } = await lineOf('2.0.0', {
			'1.0.0': success(IDENTITY),
			'2.0.0-rc.1': success(other),
			'2.0.0': success(IDENTITY),
			'2.1.0': success(other),
		});
		expect(releases.map(({ version, since, changes }) => [version, since, changes?.length])).toEqual([
			['1.0.0', undefined, undefined],
			['2.0.0-rc.1', '1.0.0', 1],
			['1.0.1', undefined, undefined],
			['2.0.0', '1.0.0', 0],
			['1.1.0', undefined, undefined],
			['2.1.0', '2.0.0', 1],
		]);
		const failures = await lineOf('2.0.0', {
			'1.0.0': success(IDENTITY),
			'2.0.0': failed('signature-invalid'),
			'2.1.0': success(other),
		});
		expect(failures.releases.at(-1)).toMatchObject({ since: '1.0.0', changes: [{ field: 'workflow' }] });
		expect(describeProved(failures.releases.find(({ version }) => version === '2.0.0') as never)).toMatch(
			/^Does not match: /,
		);
	});

	test('a release of an older minor is not compared with a newer one that came before it', async () => {
		const rows: Row[] = [
			{ version: '1.0.0', at: '2025-01-01', provenance: true },
			{ version: '1.1.0', at: '2025-02-01', provenance: true },
			{ version: '1.0.1', at: '2025-03-01', provenance: true },
		];
		const checked = new Map([
			['1.0.0', success(IDENTITY)],
			['1.1.0', success(other)],
			['1.0.1', success(IDENTITY)],
		]);
		const line = lineFor(await parsed(packumentJson(rows)), '1.0.1', checked);
		expect(line?.releases.at(-1)).toMatchObject({ version: '1.0.1', since: '1.0.0', changes: [] });
	});

	test('a new name with the same number is told as that', async () => {
		const { releases } = await lineOf('2.1.0', {
			'2.0.0': success(IDENTITY),
			'2.1.0': success({
				...IDENTITY,
				repository: 'https://github.com/o/new',
				signer: IDENTITY.signer.replace('o/r', 'o/new'),
			}),
		});
		expect(releases.at(-1)).toMatchObject({ changes: [], renamedFrom: 'https://github.com/o/r' });
		expect(describeChanges(releases.at(-1) as never)).toBe(
			'Changed since “2.0.0”: same repository by its number, before named “o/r”.',
		);
	});

	test('in words: what is said apart from what is proved', async () => {
		const line = await lineOf('2.1.0', { '2.0.0': success(IDENTITY), '2.1.0': success(other) });
		const [last] = line.releases.slice(-1);
		expect(describeSaid(last as never)).toMatch(
			/trusted publisher \(.*account “GitHub Actions”, where the release before has “maintainer”/,
		);
		expect(describeProved(last as never)).toBe(
			'“other.yml” in “o/r”, “main”. Changed since “2.0.0”: workflow “release.yml” before, “other.yml” now.',
		);
		expect(describeLine(line, 'example')).toContain(
			'Line 2 of “example”: 3 releases, from 10 February 2025 to 1 April 2025',
		);
		expect(describeChecked(line)).toBe(
			'The registry lists provenance for 3 of them; the signatures of 2 were checked here. From one checked release to the next, who built it changed once.',
		);
	});
});

test('a nightly whose number is above 2^53 is compared with the one before it', async () => {
	const rows = ['0.0.0-20261127123456788', '0.0.0-20261127123456789'].map(
		(version, index): Row => ({ version, at: `2025-02-0${index + 1}`, provenance: true }),
	);
	const [first = '', second = ''] = rows.map(({ version }) => version);
	const moved = { ...IDENTITY, workflow: '.github/workflows/other.yml' };
	const checked = new Map([
		[first, success(IDENTITY)],
		[second, success(moved)],
	]);
	const line = lineFor(await parsed(packumentJson(rows)), second, checked);
	expect(line?.releases[1]).toMatchObject({ since: first, changes: [{ field: 'workflow' }] });
});
