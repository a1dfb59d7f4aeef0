/** Tests of the rule of comparison, one by one, and attacks and false alarms replayed as metadata. */
import { describe, expect, test } from 'vitest';
import { baselineFor, type HistoryFindingCode, seemsLost } from '../../lib/history.ts';
import { lineOf, type Packument, parseAbbreviated, parsePackument, tierOf } from '../../lib/packument.ts';
import type { ChangedField, Identity } from '../../lib/report.ts';
import { outcomeAmong, outcomeOf, packumentJson, parsed, type Row } from '../fixtures/packuments.ts';
import { IDENTITY } from '../fixtures/reports.ts';

const trusted = { by: 'trusted', provenance: true } as const;
const attested = { provenance: true } as const;

describe('a line', () => {
	test.each([
		['1.2.3', '1'],
		['12.0.0-rc.1', '12'],
		['0.30.4', '0.30'],
		['0.0.7', '0.0'],
		['0.5.0-beta', '0.5'],
		['1.0.0+build.2', '1'],
	])('%s is of %s', (version, line) => expect(lineOf(version)).toBe(line));
});

describe('a tier', () => {
	const provenance = { attestations: { provenance: 'https://slsa.dev/provenance/v1' } };
	test.each([
		['staged', { publisher: { name: 'a', approver: 'b', trustedPublisher: 'github' }, ...provenance }],
		['staged', { publisher: { name: 'a', approver: 'b' } }],
		['trusted-publisher', { publisher: { name: 'a', trustedPublisher: 'github' }, ...provenance }],
		['provenance', { publisher: { name: 'a' }, ...provenance }],
		['provenance', provenance],
		['publisher-only', { publisher: { name: 'a', trustedPublisher: 'circleci' } }],
		['none', { publisher: { name: 'a' }, attestations: {} }],
		['none', {}],
	])('%s', (tier, release) => expect(tierOf(release)).toBe(tier));
});

describe('what a release is compared with', () => {
	const against = async (rows: Row[], version?: string) => (await outcomeAmong(rows, version)).against;

	test('its own line: the major', async () => {
		const rows: Row[] = [
			{ version: '1.9.0', at: '2025-01-01' },
			{ version: '2.0.0', at: '2025-02-01' },
			{ version: '1.9.1', at: '2025-03-01' },
			{ version: '2.0.1', at: '2025-04-01' },
		];
		expect(await against(rows, '2.0.1')).toBe('2.0.0');
		expect(await against(rows, '1.9.1')).toBe('1.9.0');
	});

	test('on 0.x its own line is the minor', async () => {
		const rows: Row[] = [
			{ version: '0.30.3', at: '2025-01-01' },
			{ version: '0.31.0', at: '2025-02-01' },
			{ version: '0.30.4', at: '2025-03-01' },
		];
		expect(await against(rows)).toBe('0.30.3');
	});

	test('where its line has none, the nearest lower line, and of that not another', async () => {
		const rows: Row[] = [
			{ version: '1.0.0', at: '2025-01-01' },
			{ version: '2.0.0', at: '2025-02-01' },
			{ version: '1.5.0', at: '2025-03-01' },
			{ version: '4.0.0', at: '2025-04-01' },
		];
		expect(await against(rows)).toBe('2.0.0');
		expect(await against([...rows, { version: '1.0.0-0', at: '2025-05-01' }])).toBeUndefined();
	});

	test('nothing published later, and nothing semver-higher', async () => {
		const rows: Row[] = [
			{ version: '1.2.0', at: '2025-01-01' },
			{ version: '1.1.1', at: '2025-02-01' },
			{ version: '1.1.0', at: '2025-03-01' },
		];
		expect(await against(rows, '1.1.1')).toBeUndefined();
		expect(await against(rows, '1.2.0')).toBeUndefined();
	});

	test('a stable version ignores prereleases, a prerelease does not', async () => {
		const rows: Row[] = [
			{ version: '1.0.0', at: '2025-01-01' },
			{ version: '2.0.0-rc.1', at: '2025-02-01' },
			{ version: '2.0.0-rc.2', at: '2025-03-01' },
			{ version: '2.0.0', at: '2025-04-01' },
		];
		expect(await against(rows)).toBe('1.0.0');
		expect(await against(rows, '2.0.0-rc.2')).toBe('2.0.0-rc.1');
	});

	test('the newest that has stood for more than 72 hours, else the newest', async () => {
		const rows: Row[] = [
			{ version: '1.0.0', at: '2025-01-01T00:00:00Z', ...attested },
			{ version: '1.0.1', at: '2025-01-05T00:00:00Z', ...attested },
			{ version: '1.0.2', at: '2025-01-08T00:00:00Z', ...attested },
			{ version: '1.0.3', at: '2025-01-08T00:00:00.001Z', ...attested },
			{ version: '1.0.4', at: '2025-01-11T00:00:00.001Z', ...attested },
		];
		expect(await against(rows)).toBe('1.0.2');
		expect(await against(rows, '1.0.3')).toBe('1.0.1');
		expect(await against(rows.slice(1, 4), '1.0.3')).toBe('1.0.1');
		expect(await against(rows.slice(2, 4), '1.0.3')).toBe('1.0.2');
	});

	test('of two of one moment, the semver-higher is the newer', async () => {
		const at = '2025-01-01';
		const rows: Row[] = [
			{ version: '1.10.0', at },
			{ version: '1.9.0', at },
			{ version: '1.11.0', at: '2025-02-01' },
		];
		expect(await against(rows)).toBe('1.10.0');
	});

	test('one that had provenance goes before a newer one made by hand', async () => {
		const rows: Row[] = [
			{ version: '1.0.0', at: '2025-01-01', ...attested },
			{ version: '1.0.1', at: '2025-02-01' },
			{ version: '1.0.2', at: '2025-03-01', ...attested },
		];
		expect(await against(rows)).toBe('1.0.0');
	});

	test('a deprecated one is taken only where there is no other', async () => {
		const deprecated = { ...attested, manifest: { deprecated: 'hijacked' } };
		const rows: Row[] = [
			{ version: '1.0.0', at: '2025-01-01', ...attested },
			{ version: '1.0.1', at: '2025-02-01', ...deprecated },
			{ version: '1.0.2', at: '2025-03-01', ...attested },
		];
		expect(await against(rows)).toBe('1.0.0');
		expect(await against(rows.slice(1))).toBe('1.0.1');
	});

	test('where provenance was lost, the newest that had it; `baselineFor` names the same', async () => {
		const rows: Row[] = [
			{ version: '1.0.0', at: '2025-01-01', ...attested },
			{ version: '1.0.1', at: '2025-03-01', ...attested },
			{ version: '1.0.2', at: '2025-03-02' },
		];
		expect(await against(rows)).toBe('1.0.1');
		const packument = await parsed(packumentJson(rows));
		expect(baselineFor(packument, '1.0.2')?.version).toBe('1.0.1');
		// It was listed in vain, or is there though not listed: what we know goes before what is listed.
		expect(baselineFor(packument, '1.0.2', true)?.version).toBe('1.0.0');
		expect(baselineFor(packument, '9.9.9')).toBeUndefined();
	});
});

describe('lost', () => {
	const line = (...provenance: boolean[]): Row[] =>
		provenance.map((has, index) => ({
			version: `1.0.${index}`,
			at: new Date(Date.UTC(2025, index, 1)).toISOString(),
			provenance: has,
		}));

	test('names the version and date compared with', async () => {
		const { verdict, history } = await outcomeAmong(line(true, false));
		expect(verdict).toBe('lost');
		expect(history).toMatchObject({
			line: '1',
			tier: 'none',
			with: { version: '1.0.0', publishedAt: '2025-01-01T00:00:00.000Z', tier: 'provenance' },
			changes: [{ field: 'provenance', before: 'listed', now: 'none' }],
		});
	});

	test('tells apart what was verified of the earlier release and what is only listed', async () => {
		const earlier = { version: '1.0.0', identity: IDENTITY };
		const { history } = await outcomeAmong(line(true, false), undefined, { earlier });
		expect(history).toMatchObject({ with: { identity: IDENTITY }, changes: [{ before: 'verified' }] });
		const other = await outcomeAmong(line(true, false), undefined, { earlier: { ...earlier, version: '0.9.0' } });
		expect(other.history).toMatchObject({ changes: [{ before: 'listed' }] });
		expect(JSON.stringify(other.history)).not.toContain('identity');
	});

	test('stays lost for a line that gave it up, and says since when', async () => {
		const { verdict, against, findings } = await outcomeAmong(line(true, false, false, false));
		expect([verdict, against]).toEqual(['lost', '1.0.0']);
		expect(findings).toContainEqual({
			code: 'provenance-lost-earlier',
			claim: 'signed-by-build',
			saidBy: 'registry',
			detail: 'since 1.0.1 (2025-02-01), in 2 releases',
		});
	});

	test("a thief's second release is lost too, and not told as an old habit", async () => {
		const rows: Row[] = [...line(true), { version: '1.0.1', at: '2025-06-01' }, { version: '1.0.2', at: '2025-06-03' }];
		const { verdict, codes } = await outcomeAmong(rows);
		expect(verdict).toBe('lost');
		expect(codes).not.toContain('provenance-lost-earlier');
	});

	test('a release made by hand among others does nothing to those after it', async () => {
		expect(await outcomeAmong(line(true, false, true))).toMatchObject({ verdict: 'confirmed', against: '1.0.0' });
		expect(await outcomeAmong(line(true, false, true, false))).toMatchObject({ verdict: 'lost', against: '1.0.2' });
	});

	test('what was verified goes before what is listed', async () => {
		expect((await outcomeAmong(line(true, true), undefined, { hasProvenance: false })).verdict).toBe('lost');
		expect((await outcomeAmong(line(true, false), undefined, { hasProvenance: true })).verdict).toBe('confirmed');
		expect((await outcomeAmong(line(true, false), undefined, { identity: IDENTITY })).verdict).toBe('confirmed');
	});

	describe('is no alarm', () => {
		const none = async (rows: Row[], code: HistoryFindingCode, detail?: string) => {
			const { verdict, findings, changed } = await outcomeAmong(rows);
			expect([verdict, changed]).toEqual(['none', []]);
			expect(findings).toContainEqual(expect.objectContaining({ code, ...(detail && { detail }) }));
		};

		test('because of a higher line', () =>
			none(
				[
					{ version: '1.0.0', at: '2025-01-01' },
					{ version: '2.0.0', at: '2025-02-01', ...attested },
					{ version: '1.0.1', at: '2025-03-01' },
				],
				'other-lines-have-provenance',
				'2.0.0',
			));

		test('because of a higher version of the same line', () =>
			none(
				[
					{ version: '1.0.0', at: '2025-01-01' },
					{ version: '1.1.0', at: '2025-02-01', ...attested },
					{ version: '1.0.1', at: '2025-03-01' },
				],
				'other-lines-have-provenance',
				'1.1.0',
			));

		test('because of a prerelease, for a stable version', () =>
			none(
				[
					{ version: '1.0.0', at: '2025-01-01' },
					{ version: '1.1.0-beta.1', at: '2025-02-01', ...attested },
					{ version: '1.1.0', at: '2025-03-01' },
				],
				'other-lines-have-provenance',
				'1.1.0-beta.1',
			));

		test('where the release itself is deprecated', () =>
			none(
				[...line(true, true), { version: '1.0.2', at: '2025-06-01', manifest: { deprecated: 'broken' } }],
				'deprecated-without-provenance',
				'1.0.1',
			));

		test('where the one release that had it is deprecated', () =>
			none(
				[
					{ version: '1.0.0', at: '2025-01-01' },
					{ version: '1.0.1', at: '2025-02-01', ...attested, manifest: { deprecated: 'published by mistake' } },
					{ version: '1.0.2', at: '2025-03-01' },
				],
				'deprecated-had-provenance',
				'1.0.1',
			));

		test.each([
			['a trusted publisher', '2026-04-01', 'trusted'],
			// Some clients were older than the record of approvals that others already made.
			['a staged release', '2026-05-28', 'staged'],
		] as const)('in the days of npm 11.15, after %s', (_what, at, by) =>
			none(
				[
					{ version: '1.0.0', at, by, provenance: true },
					{ version: '1.0.1', at: at < '2026-05' ? '2026-05-23' : '2026-05-30' },
				],
				'provenance-perhaps-unrecorded',
			),
		);
	});

	test("a thief's second release in a new line is measured by the line below, as a finding, for three days", async () => {
		const rows: Row[] = [
			{ version: '1.14.0', at: '2026-03-27T00:00:00Z', by: 'trusted', provenance: true },
			{ version: '2.0.0', at: '2026-03-31T00:00:00Z' },
			{ version: '2.0.1', at: '2026-03-31T00:04:00Z' },
		];
		expect(await outcomeAmong(rows, '2.0.0')).toMatchObject({ verdict: 'lost', against: '1.14.0' });
		const began = { code: 'line-began-without-provenance', detail: '1.14.0' };
		const second = await outcomeAmong(rows);
		// The contract's verdict, which knows only the line's own releases.
		expect(second.verdict).toBe('none');
		expect(second.findings).toContainEqual(expect.objectContaining(began));
		const zero = rows.map((row) => ({
			...row,
			version: row.version.replace('1.14.', '0.30.').replace('2.0.', '0.31.'),
		}));
		expect((await outcomeAmong(zero)).findings).toContainEqual({ ...second.findings[0], detail: '0.30.0' });
		// A prerelease of long ago is nothing that a stable one is compared with; nor does one more new major help.
		const prerelease: Row = { version: '2.0.0-rc.1', at: '2026-01-01' };
		expect((await outcomeAmong([prerelease, ...rows])).findings).toContainEqual(expect.objectContaining(began));
		const further = await outcomeAmong([...rows, { version: '3.0.0', at: '2026-03-31T00:08:00Z' }]);
		expect(further).toMatchObject({ verdict: 'none', against: '2.0.1' });
		expect(further.findings).toContainEqual(expect.objectContaining(began));
		const late = [...rows, { version: '2.0.2', at: '2026-04-03T00:00:00.001Z' }];
		expect((await outcomeAmong(late)).codes).not.toContain(began.code);
		const deprecated = rows.map((row) => (row.version === '2.0.1' ? { ...row, manifest: { deprecated: 'no' } } : row));
		expect((await outcomeAmong(deprecated)).codes).not.toContain(began.code);
	});

	test('a young line cannot silence it by deprecating its only release that had it', async () => {
		const rows: Row[] = [
			{ version: '1.0.0', at: '2025-01-01', ...attested },
			{ version: '2.0.0', at: '2025-02-01', ...attested, manifest: { deprecated: 'please upgrade' } },
			{ version: '2.0.1', at: '2025-03-01' },
		];
		expect(await outcomeAmong(rows)).toMatchObject({ verdict: 'lost', against: '2.0.0' });
		// Not because of a prerelease, or of a higher version.
		const [first, ...others] = rows as [Row, ...Row[]];
		for (const version of ['2.0.0-rc.1', '2.1.0'])
			expect(await outcomeAmong([{ ...first, version }, ...others])).toMatchObject({ verdict: 'none' });
	});

	test('a thief cannot silence it by deprecating what came before', async () => {
		const deprecated = { manifest: { deprecated: 'please upgrade' } };
		const rows = [
			{ version: '0.9.0', at: '2024-01-01' },
			...line(false, true, true).map((row, index) => (index > 0 ? { ...row, ...deprecated } : row)),
			{ version: '1.0.3', at: '2025-06-01' },
		];
		expect(await outcomeAmong(rows)).toMatchObject({ verdict: 'lost', against: '1.0.2' });
	});

	test('a deprecation that was taken back is none', async () => {
		const rows: Row[] = [...line(true), { version: '1.0.1', at: '2025-06-01', manifest: { deprecated: '' } }];
		expect((await outcomeAmong(rows)).verdict).toBe('lost');
	});

	test.each([
		['before the days of npm 11.15', '2026-05-19', 'trusted', 'token'],
		['after them', '2026-06-01', 'trusted', 'token'],
		['in them, where no trusted publisher was before', '2026-05-23', 'token', 'token'],
		['in them, where a trusted publisher published it', '2026-05-23', 'trusted', 'trusted'],
	] as const)('is an alarm %s', async (_when, at, before, by) => {
		const rows: Row[] = [
			{ version: '1.0.0', at: '2026-04-01', by: before, ...attested },
			{ version: '1.0.1', at, by },
		];
		expect((await outcomeAmong(rows)).verdict).toBe('lost');
	});
});

describe('changed', () => {
	const rows: Row[] = [
		{ version: '1.14.0', at: '2026-03-27', ...trusted },
		{ version: '1.14.1', at: '2026-03-31', ...trusted },
	];
	const compareWith = (now: Partial<Identity>, before: Partial<Identity> = {}) =>
		outcomeAmong(rows, undefined, {
			identity: { ...IDENTITY, ...now },
			earlier: { version: '1.14.0', identity: { ...IDENTITY, ...before } },
		});
	const at = (repository: string, path = '.github/workflows/release.yml') => ({
		repository,
		signer: `${repository}/${path}@refs/tags/v1.14.1`,
	});
	const { repositoryId: _r, ownerId: _o, ...unnumbered } = IDENTITY;

	test('nothing differs: confirmed', async () => {
		expect(await compareWith({})).toMatchObject({ verdict: 'confirmed', changed: [], codes: [] });
	});

	test('what differs in every release is no change: commit, run, tag', async () => {
		const now = {
			commit: 'f'.repeat(40),
			run: 'https://github.com/example-org/example/actions/runs/2/attempts/1',
			ref: 'refs/tags/v2',
			signer: 'https://github.com/example-org/example/.github/workflows/release.yml@refs/tags/v2',
		};
		expect(await compareWith(now)).toMatchObject({ verdict: 'confirmed', changed: [] });
	});

	const changes: [what: string, fields: ChangedField[], now: Partial<Identity>, before?: Partial<Identity>][] = [
		['another repository', ['repository'], { ...at('https://github.com/example-org/other'), repositoryId: '9' }],
		[
			'a repository of another owner',
			['repository', 'owner'],
			{ ...at('https://github.com/thief/example'), repositoryId: '9', ownerId: '8' },
		],
		['a repository made anew under the old name', ['repositoryId'], { repositoryId: '9' }],
		['an owner made anew under the old name', ['repositoryId', 'ownerId'], { repositoryId: '9', ownerId: '8' }],
		['a repository given to another owner', ['owner'], { ...at('https://github.com/new-owner/example'), ownerId: '8' }],
		[
			'a host whose numbers happen to be the same',
			['repository', 'owner', 'issuer'],
			{ ...at('https://gitlab.com/example-org/example'), issuer: 'https://gitlab.com' },
		],
		[
			'an issuer of an enterprise',
			['issuer'],
			{ issuer: 'https://token.actions.githubusercontent.com/example-enterprise' },
		],
		[
			'another workflow',
			['workflow'],
			{ ...at(IDENTITY.repository, '.github/workflows/hand.yml'), workflow: '.github/workflows/hand.yml' },
		],
		[
			'a reusable workflow of somebody else',
			['signer'],
			{ signer: at('https://github.com/slsa-framework/generator').signer },
		],
		['a reusable workflow of its own', ['signer'], at(IDENTITY.repository, '.github/workflows/reusable.yml')],
		['a branch instead of a tag', ['ref-kind'], { ref: 'refs/heads/main' }],
		['a pull request instead of a branch', ['ref-kind'], { ref: 'refs/pull/1/merge' }, { ref: 'refs/heads/main' }],
		['another trigger', ['trigger'], { trigger: 'workflow_dispatch' }],
		["a runner of the project's own", ['runner'], { runner: 'self-hosted' }],
		['another environment', ['environment'], { environment: 'test' }, { environment: 'npm' }],
		['no environment any more', ['environment'], {}, { environment: 'npm' }],
		['no environment any more, whatever it was called', ['environment'], {}, { environment: 'none' }],
	];
	test.each(changes)('%s', async (_what, fields, now, before) => {
		expect(await compareWith(now, before)).toMatchObject({
			verdict: 'changed',
			changed: fields,
			codes: fields[0] === 'owner' ? ['repository-renamed'] : [],
			against: '1.14.0',
		});
	});

	test('both values and the earlier version with its date are named', async () => {
		const { history } = await compareWith({ trigger: 'workflow_dispatch' });
		expect(history).toMatchObject({
			with: { version: '1.14.0', publishedAt: '2026-03-27T00:00:00.000Z', identity: IDENTITY },
			changes: [{ field: 'trigger', before: 'push', now: 'workflow_dispatch' }],
		});
	});

	test('a signer is named by its workflow, one of somebody else by its whole address', async () => {
		const { signer } = at('https://github.com/slsa-framework/generator');
		expect((await compareWith({ signer })).history).toMatchObject({
			changes: [{ before: '.github/workflows/release.yml', now: signer.replace('@refs/tags/v1.14.1', '') }],
		});
	});

	test('without numbers, names decide; capitals do not', async () => {
		const withoutNumbers = (repository: string) =>
			outcomeAmong(rows, undefined, {
				identity: { ...unnumbered, ...at(repository) },
				earlier: { version: '1.14.0', identity: IDENTITY },
			});
		expect(await withoutNumbers('https://github.com/thief/example')).toMatchObject({
			verdict: 'changed',
			changed: ['repository', 'owner'],
		});
		expect(await withoutNumbers('https://github.com/Example-Org/Example')).toMatchObject({
			verdict: 'confirmed',
			codes: ['repository-renamed'],
		});
	});

	test('a new name with the same number is a finding, signed', async () => {
		const { verdict, findings } = await compareWith(at('https://github.com/example-org/renamed'));
		expect(verdict).toBe('confirmed');
		expect(findings).toEqual([
			{
				code: 'repository-renamed',
				claim: 'built-by',
				saidBy: 'signature',
				detail: 'https://github.com/example-org/example -> https://github.com/example-org/renamed',
			},
		]);
	});

	test('a field that one certificate lacks is not compared; an environment that came is a finding', async () => {
		const { trigger: _t, runner: _u, ...bare } = IDENTITY;
		const earlier = { version: '1.14.0', identity: bare };
		expect(await outcomeAmong(rows, undefined, { identity: IDENTITY, earlier })).toMatchObject({
			verdict: 'confirmed',
		});
		expect(await compareWith({ environment: 'npm' })).toMatchObject({
			verdict: 'confirmed',
			codes: ['environment-added'],
		});
	});

	test("the earlier release's signer was not read: confirmed, and that is said", async () => {
		const { verdict, codes } = await outcomeAmong(rows, undefined, { identity: IDENTITY });
		expect([verdict, codes]).toEqual(['confirmed', ['earlier-signer-not-compared']]);
	});

	describe('the way of publishing', () => {
		const way = (before: Row['by'] & string, now: Row['by'] & string, day = '2026-07-01') =>
			outcomeAmong([
				{ version: '1.0.0', at: '2026-04-01', by: before, ...attested },
				{ version: '1.0.1', at: day, by: now, ...attested },
			]);

		test.each([
			['staged', 'trusted'],
			['staged', 'token'],
			['trusted', 'token'],
		] as const)('falls from %s to %s', async (before, now) => {
			expect(await way(before, now)).toMatchObject({ verdict: 'changed', changed: ['publishing'] });
		});

		test.each([
			['token', 'trusted'],
			['token', 'staged'],
			['trusted', 'staged'],
		] as const)('rises from %s to %s: a finding, and no talk of another name', async (before, now) => {
			expect(await way(before, now)).toMatchObject({ verdict: 'confirmed', codes: ['tier-rose'] });
		});

		test.each([
			['2026-05-20', 'confirmed'],
			['2026-05-31', 'confirmed'],
			['2026-05-19', 'changed'],
			['2026-06-01', 'changed'],
		])('a release of %s that npm could not record as staged: %s', async (day, verdict) => {
			const { verdict: found, codes } = await way('trusted', 'token', day);
			expect(found).toBe(verdict);
			expect(codes.includes('staged-unrecorded')).toBe(verdict === 'confirmed');
		});

		test('a rise in tier is never a change, though the trusted publisher is gone', async () => {
			const rows: Row[] = [
				{ version: '1.0.0', at: '2026-01-01', by: 'trusted' },
				{ version: '1.0.1', at: '2026-02-01', ...attested },
			];
			expect(await outcomeAmong(rows)).toMatchObject({ verdict: 'confirmed', changed: [] });
			expect((await outcomeAmong(rows)).codes).toContain('tier-rose');
		});

		test('without provenance a fall is told, and is no verdict', async () => {
			const rows: Row[] = [
				{ version: '1.0.0', at: '2026-01-01', by: 'trusted' },
				{ version: '1.0.1', at: '2026-02-01' },
			];
			expect(await outcomeAmong(rows)).toMatchObject({ verdict: 'none', changed: ['publishing'] });
		});
	});
});

describe('findings', () => {
	const first: Row = { version: '1.0.0', at: '2026-01-01T00:00:00Z' };
	const second: Row = { version: '1.0.1', at: '2026-02-01T00:00:00Z' };
	const codes = async (before: Partial<Row>, now: Partial<Row>) =>
		(
			await outcomeAmong([
				{ ...first, ...before },
				{ ...second, ...now },
			])
		).codes;

	test('first release ever with provenance, where others came before', async () => {
		expect(await codes({}, attested)).toEqual(['first-with-provenance', 'tier-rose']);
		expect((await outcomeAmong([{ ...first, ...attested }])).codes).toEqual([]);
		const rows = [{ version: '2.0.0', at: '2025-01-01', ...attested }, first, { ...second, ...attested }];
		expect((await outcomeAmong(rows)).codes).toEqual(['tier-rose']);
	});

	test('another npm user', async () => {
		const { findings } = await outcomeAmong([first, { ...second, user: 'somebody' }]);
		expect(findings).toEqual([
			{ code: 'publisher-changed', claim: 'release-approved', saidBy: 'registry', detail: 'maintainer -> somebody' },
		]);
	});

	test('a script that runs on install, new or different', async () => {
		const scripts = (postinstall: string) => ({ manifest: { scripts: { postinstall, test: 'vitest' } } });
		expect(await codes({}, scripts('node setup.js'))).toEqual(['install-script-added']);
		expect(await codes(scripts('node setup.js'), scripts('node x.js'))).toEqual(['install-script-changed']);
		expect(await codes(scripts('node setup.js'), scripts('node setup.js'))).toEqual([]);
		expect(await codes(scripts('node setup.js'), {})).toEqual([]);
		expect(await codes({}, { manifest: { scripts: { prepublishOnly: 'tsc', test: 'vitest' } } })).toEqual([]);
	});

	test.each([
		['git+https://github.com/o/r.git', true],
		['git@github.com:o/r.git', true],
		['github:o/r#main', true],
		['o/r', true],
		['https://example.test/x.tgz', true],
		['file:../x', true],
		['^1.2.3', false],
		['>=1 <2 || 4.x', false],
		['latest', false],
		['npm:other@^1', false],
		['', false],
	])('a dependency on %j from outside the registry: %s', async (source, isOutside) => {
		for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
			const found = await codes({}, { manifest: { [kind]: { thing: source } } });
			expect(found).toEqual(isOutside ? ['dependency-outside-registry'] : []);
		}
		// It was there before, or only its authors install it.
		const manifest = { dependencies: { thing: source } };
		expect(await codes({ manifest }, { manifest })).toEqual([]);
		expect(await codes({}, { manifest: { devDependencies: { thing: source } } })).toEqual([]);
	});

	test('far more bytes', async () => {
		expect(await codes({ size: 900_000 }, { size: 3_200_000 })).toEqual(['size-jumped']);
		expect(await codes({ size: 9_000_000 }, { size: 11_300_000 })).toEqual([]);
		expect(await codes({ size: 1_000 }, { size: 900_000 })).toEqual([]);
	});

	test('another release of the line within ten minutes, before or after', async () => {
		const rows: Row[] = [
			{ version: '1.0.0', at: '2026-01-01T00:00:00Z' },
			{ version: '1.0.1', at: '2026-02-01T00:00:00Z' },
			{ version: '2.0.0', at: '2026-02-01T00:01:00Z' },
			{ version: '1.0.2', at: '2026-02-01T00:10:00Z' },
			{ version: '1.0.3', at: '2026-02-01T00:20:01Z' },
			{ version: '1.0.4', at: '2026-03-01T00:00:00Z' },
			{ version: '1.0.5', at: '2026-03-01T00:05:00Z' },
			{ version: '1.0.6', at: '2026-03-01T00:09:00Z' },
		];
		const near = async (version: string) =>
			(await outcomeAmong(rows, version)).findings.map(({ code, detail }) => `${code}: ${detail}`);
		expect(await near('1.0.1')).toEqual(['published-within-minutes: 1.0.2, 600 s']);
		expect(await near('1.0.2')).toEqual(['published-within-minutes: 1.0.1, 600 s']);
		expect(await near('1.0.3')).toEqual([]);
		expect(await near('2.0.0')).toEqual([]);
		// The nearest of several.
		expect(await near('1.0.5')).toEqual(['published-within-minutes: 1.0.6, 240 s']);
	});

	test('a detail is cut to what a reader can bear', async () => {
		const { findings } = await outcomeAmong([
			first,
			{ ...second, manifest: { scripts: { install: 'x'.repeat(10_000) } } },
		]);
		expect(findings[0]?.detail?.length).toBe(300);
	});
});

describe('attacks, replayed as metadata', () => {
	const axios: Row[] = [
		{ version: '0.30.0', at: '2025-04-01' },
		{ version: '0.30.3', at: '2025-11-01' },
		{ version: '1.12.0', at: '2025-09-11', ...attested },
		{ version: '1.13.0', at: '2025-10-27', ...trusted },
		{ version: '1.14.0', at: '2026-03-27', ...trusted },
		{
			version: '1.14.1',
			at: '2026-03-31T00:21:00Z',
			user: 'stolen',
			manifest: { dependencies: { 'plain-crypto': '^4' } },
		},
		{ version: '0.30.4', at: '2026-03-31T01:00:00Z', user: 'stolen' },
	];

	test('axios 1.14.1: lost, by hand, by another user', async () => {
		expect(await outcomeAmong(axios, '1.14.1')).toMatchObject({
			verdict: 'lost',
			against: '1.14.0',
			changed: ['provenance', 'publishing'],
			codes: ['publisher-changed'],
			history: { tier: 'none', with: { publishedAt: '2026-03-27T00:00:00.000Z', tier: 'trusted-publisher' } },
		});
	});

	test('axios 0.30.4: none, and other lines have provenance', async () => {
		expect(await outcomeAmong(axios, '0.30.4')).toMatchObject({
			verdict: 'none',
			against: '0.30.3',
			codes: ['other-lines-have-provenance', 'publisher-changed'],
		});
	});

	test("a thief's new major: lost against the nearest lower line", async () => {
		const rows: Row[] = [...axios, { version: '2.0.0', at: '2026-03-31T02:00:00Z', user: 'stolen' }];
		expect(await outcomeAmong(rows)).toMatchObject({ verdict: 'lost', against: '1.14.0', history: { line: '2' } });
	});

	test('intercom-client 7.0.4: lost, though a trusted publisher is named', async () => {
		const rows: Row[] = [
			{ version: '7.0.2', at: '2026-02-01', ...trusted },
			{ version: '7.0.3', at: '2026-03-20', ...trusted },
			{ version: '7.0.4', at: '2026-04-30', by: 'trusted' },
		];
		expect(await outcomeAmong(rows)).toMatchObject({
			verdict: 'lost',
			against: '7.0.3',
			changed: ['provenance'],
			codes: ['trusted-publisher-without-provenance'],
			history: { tier: 'publisher-only' },
		});
	});

	test('TanStack: confirmed, with what the packument shows', async () => {
		const STRAY = { '@tanstack/setup': `github:tanstack/router#${'7'.repeat(40)}` };
		const stray: Partial<Row> = {
			...trusted,
			size: 3_400_000,
			files: 301,
			// npm lists the optional ones among the others, too.
			manifest: { dependencies: STRAY, optionalDependencies: STRAY },
		};
		const rows: Row[] = [
			{ version: '1.169.2', at: '2026-05-05T10:00:00Z', ...trusted, size: 1_100_000, files: 300 },
			{ version: '1.169.5', at: '2026-05-11T19:20:00Z', ...stray },
			{ version: '1.169.8', at: '2026-05-11T19:26:00Z', ...stray },
		];
		for (const version of ['1.169.5', '1.169.8']) {
			const outcome = await outcomeAmong(rows, version, {
				identity: IDENTITY,
				earlier: { version: '1.169.2', identity: IDENTITY },
			});
			// The second is measured by what came before both, not by the first.
			expect(outcome).toMatchObject({
				verdict: 'confirmed',
				against: '1.169.2',
				changed: [],
				codes: ['dependency-outside-registry', 'size-jumped', 'published-within-minutes'],
			});
			expect(outcome.findings.map(({ claim }) => claim)).toEqual([
				'dependencies-clean',
				'only-this-source',
				'release-approved',
			]);
			expect(outcome.findings[1]?.detail).toBe('1100000 -> 3400000 bytes, 300 -> 301 files');
			expect(outcome.findings[2]?.detail).toMatch(/^1\.169\.[58], 360 s$/);
		}
	});

	test('keyv 6.0.0: confirmed, with a new script on install', async () => {
		const rows: Row[] = [
			{ version: '5.6.0', at: '2026-06-01', ...trusted },
			{ version: '6.0.0', at: '2026-08-04', ...trusted, manifest: { scripts: { preinstall: 'node setup.mjs' } } },
		];
		const { verdict, against, findings } = await outcomeAmong(rows);
		expect([verdict, against]).toEqual(['confirmed', '5.6.0']);
		expect(findings).toEqual([
			{
				code: 'install-script-added',
				claim: 'workflow-harmless',
				saidBy: 'package',
				detail: 'preinstall: node setup.mjs',
			},
		]);
	});
});

describe('false alarms of others: maintenance lines', () => {
	const shapes: [what: string, version: string, rows: Row[]][] = [
		[
			'eslint-config-prettier 8.x, after 10.x',
			'8.10.2',
			[
				{ version: '8.10.0', at: '2023-08-03' },
				{ version: '9.1.0', at: '2023-12-02' },
				{ version: '10.1.1', at: '2025-03-01', ...attested },
				{ version: '8.10.2', at: '2025-07-18' },
			],
		],
		[
			'semver 5, after 7',
			'5.7.2',
			[
				{ version: '5.7.1', at: '2019-08-12' },
				{ version: '6.3.0', at: '2019-07-23' },
				{ version: '7.5.3', at: '2023-06-22', ...attested },
				{ version: '7.5.4', at: '2023-07-07', ...attested },
				{ version: '5.7.2', at: '2023-07-10' },
				{ version: '6.3.1', at: '2023-07-10T23:00:00Z' },
			],
		],
		[
			'semver 6, after 7',
			'6.3.1',
			[
				{ version: '5.7.1', at: '2019-08-12' },
				{ version: '6.3.0', at: '2019-07-23' },
				{ version: '7.5.4', at: '2023-07-07', ...attested },
				{ version: '5.7.2', at: '2023-07-10' },
				{ version: '6.3.1', at: '2023-07-10T23:00:00Z' },
			],
		],
		[
			'nanoid 3, after 5',
			'3.3.8',
			[
				{ version: '3.3.7', at: '2023-11-06' },
				{ version: '5.0.8', at: '2024-10-29', ...attested },
				{ version: '5.0.9', at: '2024-11-27', ...attested },
				{ version: '3.3.8', at: '2024-11-27T20:00:00Z' },
			],
		],
		[
			'ua-parser-js 0.7, after 2',
			'0.7.40',
			[
				{ version: '0.7.39', at: '2024-09-01' },
				{ version: '1.0.39', at: '2024-09-01T01:00:00Z' },
				{ version: '2.0.0', at: '2024-11-01', ...attested },
				{ version: '0.7.40', at: '2024-12-10' },
			],
		],
		[
			'ua-parser-js 1.0, after 2',
			'1.0.40',
			[
				{ version: '0.7.39', at: '2024-09-01' },
				{ version: '1.0.39', at: '2024-09-01T01:00:00Z' },
				{ version: '2.0.0', at: '2024-11-01', ...attested },
				{ version: '1.0.40', at: '2024-12-10' },
			],
		],
	];
	test.each(shapes)('%s', async (_what, version, rows) => {
		const { verdict, codes } = await outcomeAmong(rows, version);
		expect(verdict).toBe('none');
		expect(codes).toContain('other-lines-have-provenance');
	});
});

describe('a packument from outside', () => {
	test('what is kept of a release', async () => {
		const { releases, ...rest } = await parsed(
			packumentJson([
				{
					version: '1.0.0',
					at: '2026-01-01',
					...trusted,
					manifest: {
						repository: { type: 'git', url: 'git+https://github.com/o/r.git' },
						scripts: { postinstall: 'node x.js', test: 'vitest' },
						dependencies: { a: '^1', b: 'o/r' },
						deprecated: 'old',
						readme: 'long',
					},
				},
			]),
		);
		expect(rest).toEqual({ name: 'example', distTags: { latest: '1.0.0' }, unreadable: 0 });
		expect(releases).toEqual([
			{
				name: 'example',
				version: '1.0.0',
				publishedAt: '2026-01-01T00:00:00.000Z',
				deprecated: true,
				integrity: `sha512-${'A'.repeat(86)}==`,
				signatures: [{ keyid: 'SHA256:made-up', sig: 'bWFkZSB1cA==' }],
				attestations: { provenance: 'https://slsa.dev/provenance/v1' },
				publisher: { name: 'GitHub Actions', trustedPublisher: 'github' },
				repository: 'git+https://github.com/o/r.git',
				installScripts: { postinstall: 'node x.js' },
				outsideDependencies: [{ name: 'b', source: 'o/r' }],
				unpackedSize: 50_000,
				fileCount: 12,
			},
		]);
		expect(JSON.parse(JSON.stringify(releases))).toEqual(releases);
	});

	test.each([
		['nothing', undefined],
		['null', null],
		['a list', []],
		['text', 'packument'],
		['bytes of a list', new Blob(['[]'])],
		['no versions', { name: 'example' }],
		['a list of versions', { name: 'example', versions: [] }],
		['no name', { versions: {} }],
		['a name that is none', { name: '../x', versions: {} }],
		['an error of the registry', { error: 'not found' }],
	])('wrong-shape: %s', async (_what, json) => {
		expect(await parsePackument(json)).toMatchObject({ ok: false, failure: { code: 'wrong-shape' } });
	});

	test('its bytes give the same as what they say, and bytes that say nothing are told apart', async () => {
		const json = packumentJson([{ version: '1.0.0', at: '2026-01-01', ...trusted }]);
		expect(await parsePackument(new Blob([JSON.stringify(json)]))).toEqual(await parsePackument(json));
		expect(await parsePackument(new Blob([JSON.stringify(json).slice(0, -1)]), async () => undefined)).toEqual({
			ok: false,
			failure: { code: 'not-json' },
		});
	});

	test('releases that cannot be read are left out, counted and told', async () => {
		const json = packumentJson([
			{ version: '1.0.0', at: '2026-01-01' },
			{ version: '1.0.1', at: '2026-02-01' },
		]);
		const manifest = (version: string) => ({ name: 'example', version });
		const strange = JSON.parse(
			'{"__proto__":{"version":"__proto__"},"constructor":{},"toString":{},"hasOwnProperty":1}',
		);
		const versions = {
			...json.versions,
			...Object.fromEntries(Object.entries(strange)),
			'1.0': manifest('1.0'),
			'v1.0.2': manifest('v1.0.2'),
			'99999999999999999999.0.0': manifest('99999999999999999999.0.0'),
			'1.0.3': manifest('1.0.3'),
			'1.0.4': manifest('1.0.4'),
			'1.0.5': manifest('1.0.6'),
			'1.0.7': null,
			'1.0.9': manifest('1.0.9'),
			'1.0.8': 'text',
		};
		const day = '2026-01-15T00:00:00.000Z';
		const time = Object.fromEntries([...Object.keys(versions), 'created', 'modified'].map((key) => [key, day]));
		const packument = await parsed({
			...json,
			versions,
			time: { ...time, ...json.time, '1.0.3': 'soon', '1.0.4': 7, '1.0.9': '+012026-01-01T00:00:00Z' },
		});
		expect(packument.releases.map(({ version }) => version)).toEqual(['1.0.0', '1.0.1']);
		expect(packument.unreadable).toBe(Object.keys(versions).length - 2);
		expect(outcomeOf({ packument, version: '1.0.1' }).findings).toEqual([
			{ code: 'releases-unreadable', claim: 'built-by', saidBy: 'here', detail: String(packument.unreadable) },
		]);
		expect({}.constructor).toBe(Object);
	});

	test('a field that cannot be read is as absent, and the release stays', async () => {
		const wrong = [null, 7, 'text', [], {}, [null], { name: 7, url: [], version: {} }, true];
		for (const value of wrong) {
			const { deprecated: _d, ...fields } = Object.fromEntries(
				['dist', '_npmUser', 'repository', 'scripts', 'dependencies', 'optionalDependencies', 'deprecated'].map(
					(key) => [key, value],
				),
			);
			const { releases } = await parsed(
				packumentJson([{ version: '1.0.0', at: '2026-01-01', manifest: { ...fields, deprecated: value } }]),
			);
			expect(releases).toHaveLength(1);
			expect(releases[0]).toMatchObject({ signatures: [], installScripts: {}, outsideDependencies: [] });
		}
	});

	test('a time is a time of its own, not an inherited one', async () => {
		const json = packumentJson([{ version: '1.0.0', at: '2026-01-01' }]);
		const time = Object.create(json.time);
		expect((await parsed({ ...json, time })).unreadable).toBe(1);
		expect((await parsed({ ...json, time: null })).unreadable).toBe(1);
	});

	test('a release that is not in the packument was not compared', async () => {
		const packument = await parsed(packumentJson([{ version: '1.0.0', at: '2026-01-01' }]));
		for (const version of ['1.0.1', '__proto__', ''])
			expect(outcomeOf({ packument, version })).toMatchObject({
				verdict: 'unknown',
				history: { state: 'not-compared', failure: { code: 'packument-unavailable' } },
			});
	});

	test('10,000 releases, in slices, with the same result', async () => {
		const rows = Array.from({ length: 10_000 }, (_, index): Row => {
			const version = `${Math.floor(index / 400)}.${Math.floor(index / 20) % 20}.${index % 20}`;
			return {
				version,
				at: new Date(Date.UTC(2016, 0, 1) + index * 3_600_000).toISOString(),
				provenance: index > 5000,
			};
		});
		const json = packumentJson(rows);
		let pauses = 0;
		const result = await parsePackument(json, async () => {
			pauses += 1;
		});
		expect(pauses).toBe(1000);
		const whole: Packument = await parsed(json);
		expect(result).toEqual({ ok: true, value: whole });
		expect(whole.releases).toHaveLength(10_000);
		const version = rows.at(-1)?.version ?? '';
		expect(outcomeOf({ packument: whole, version, hasProvenance: false })).toMatchObject({ verdict: 'lost' });
	});
});

describe('as far as an abbreviated packument can tell', () => {
	/** Without times and publishers, and in no order. */
	const abbreviated = (rows: Row[]) => {
		const { time: _time, ...json } = packumentJson(rows.toReversed());
		for (const manifest of Object.values(json.versions)) delete (manifest as { _npmUser?: unknown })._npmUser;
		return json;
	};
	const rows: Row[] = [
		{ version: '1.9.0', at: '2025-01-01', provenance: true },
		{ version: '1.10.0', at: '2025-01-01', provenance: true },
		{ version: '1.11.0-rc.1', at: '2025-01-01' },
		{ version: '1.11.0', at: '2025-01-01' },
		{ version: '2.0.0', at: '2025-01-01', provenance: true },
		{ version: '3.0.0', at: '2025-01-01' },
	];

	test.each([
		['1.11.0', '1.10.0'],
		['1.11.0-rc.1', '1.10.0'],
		['3.0.0', '2.0.0'],
		['1.9.0', undefined],
		['4.0.0', undefined],
	])('%s: %s had it', async (version, before) => {
		const bytes = new Blob([JSON.stringify(abbreviated(rows))]);
		for (const packument of [
			await parseAbbreviated(abbreviated(rows)),
			await parseAbbreviated(bytes, async () => undefined),
		])
			expect(packument.ok && seemsLost(packument.value, version)).toBe(before);
	});

	test('what is no packument is told', async () => {
		expect(await parseAbbreviated({})).toMatchObject({ failure: { code: 'wrong-shape' } });
		const json = packumentJson(rows);
		for (const parse of [parsePackument, parseAbbreviated]) {
			expect(await parse(json, undefined, 'example')).toMatchObject({ ok: true });
			expect(await parse(json, undefined, 'other')).toMatchObject({ failure: { code: 'wrong-shape' } });
		}
		expect(await parseAbbreviated(new Blob(['<html>']))).toMatchObject({ failure: { code: 'not-json' } });
	});
});
