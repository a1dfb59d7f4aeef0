/** Tests of the comparison as a whole: first provenance, what cannot be compared, and attacks and false alarms replayed as metadata. */
import { describe, expect, test } from 'vitest';
import { prepareComparison } from '../../../lib/history/compare.ts';
import { findingOf } from '../../../lib/report/findings.ts';
import type { Identity } from '../../../lib/report/identity.ts';
import { failed, success } from '../../../lib/report/result.ts';
import { outcomeAmong, outcomeOf, packumentJson, parsed, type Row } from '../../fixtures/packuments.ts';
import { IDENTITY } from '../../fixtures/reports.ts';

const attested = { provenance: true } as const;
const trusted = { by: 'trusted', provenance: true } as const;
const naming = (repository: string): Partial<Row> => ({ manifest: { repository } });
const THIEF: Identity = {
	...IDENTITY,
	repository: 'https://github.com/thief/example',
	repositoryId: '9',
	ownerId: '8',
	signer: 'https://github.com/thief/example/.github/workflows/release.yml@refs/tags/v2',
};

describe('the first provenance', () => {
	const earlierNaming = (repository: string): Row[] => [
		{ version: '1.0.0', at: '2026-01-01', ...naming(repository) },
		{ version: '1.1.0', at: '2026-02-01', ...naming(repository) },
	];
	const first: Row = { version: '2.0.0', at: '2026-03-01T00:00:00Z', ...attested };
	const saidOf = async (rows: Row[], identity = IDENTITY, known = {}) => {
		const { findings, codes } = await outcomeAmong(rows, undefined, { identity, ...known });
		return {
			elsewhere: findingOf(findings, 'first-provenance-elsewhere')?.data,
			isFirst: codes.includes('first-with-provenance'),
			originNew: findingOf(findings, 'origin-new')?.data,
		};
	};

	test('is told, and from whose repository, where package.json named another', async () => {
		const { repository } = IDENTITY;
		for (const spelt of [
			repository,
			`git+${repository}.git`,
			'Example-Org/Example',
			'git@github.com:example-org/example',
		])
			expect(await saidOf([...earlierNaming(spelt), first])).toEqual({ isFirst: true });
		expect(await saidOf([...earlierNaming('example-org/monorepo'), first])).toEqual({
			isFirst: true,
			elsewhere: { repository, before: 'https://github.com/example-org/monorepo', isSameOwner: true },
		});
		expect(await saidOf([...earlierNaming('example-org/example'), first], THIEF)).toEqual({
			isFirst: true,
			elsewhere: { repository: THIEF.repository, before: repository, isSameOwner: false },
		});
	});

	test('any earlier release that had stood for 72 hours may have named it', async () => {
		const named = (at: string) =>
			saidOf([...earlierNaming('o/r'), { version: '1.2.0', at, ...naming('thief/example') }, first], THIEF);
		expect((await named('2026-02-26T00:00:00Z')).elsewhere).toBeUndefined();
		expect((await named('2026-02-26T00:00:01Z')).elsewhere?.isSameOwner).toBe(false);
		// Where none names one there is nothing to compare with.
		expect((await saidOf([{ version: '1.0.0', at: '2026-01-01' }, first], THIEF)).elsewhere).toBeUndefined();
		expect(await saidOf([first], THIEF)).toEqual({ isFirst: false });
	});

	test("a thief's prerelease, or first release of minutes ago, makes it no later one", async () => {
		const prerelease: Row = { version: '2.0.0-0', at: '2026-02-20', ...attested, ...naming('thief/example') };
		const [own] = earlierNaming('example-org/example') as [Row];
		expect(await saidOf([own, prerelease, first], THIEF)).toMatchObject({
			isFirst: false,
			elsewhere: { isSameOwner: false },
		});
		const second: Row = { version: '2.0.1', at: '2026-03-03T23:59:00Z', ...attested };
		expect((await saidOf([own, first, second], THIEF)).elsewhere?.isSameOwner).toBe(false);
	});

	test('is told as new of the releases after it, for 30 days or five releases', async () => {
		const rows = earlierNaming('example-org/example');
		const later = (days: number, count = 1): Row[] =>
			Array.from({ length: count }, (_, index) => ({
				version: `2.0.${index + 1}`,
				at: new Date(Date.UTC(2026, 2, 1) + (days * 24 * 3600 * 1000 * (index + 1)) / count).toISOString(),
				...attested,
			}));
		const records = { '2.0.0': success(THIEF) };
		const expected = {
			since: '2.0.0',
			at: '2026-03-01T00:00:00.000Z',
			before: 'https://github.com/example-org/example',
			beforeVersion: '1.1.0',
		};
		expect((await saidOf([...rows, first, ...later(4)], THIEF, { records })).originNew).toEqual(expected);
		expect((await saidOf([...rows, first, ...later(90)], THIEF, { records })).originNew).toEqual(expected);
		expect((await saidOf([...rows, first, ...later(29, 9)], THIEF, { records })).originNew).toEqual(expected);
		expect((await saidOf([...rows, first, ...later(90, 9)], THIEF, { records })).originNew).toBeUndefined();
		// Nothing is new where package.json named it before.
		const own = { records: { '2.0.0': success(IDENTITY) } };
		expect((await saidOf([...rows, first, ...later(4)], IDENTITY, own)).originNew).toBeUndefined();
	});
});

describe('what is said of the comparison', () => {
	const rows: Row[] = [
		{ version: '1.0.0', at: '2026-01-01', ...trusted },
		{ version: '1.0.1', at: '2026-02-01', ...trusted },
	];

	test('a known origin that agrees is what it is compared with, and its identity', async () => {
		const outcome = await outcomeAmong(rows, undefined, {
			identity: IDENTITY,
			records: { '1.0.0': success(IDENTITY) },
		});
		expect(outcome).toMatchObject({ verdict: 'confirmed', against: '1.0.0', changed: [] });
		expect(outcome.history).toMatchObject({
			state: 'compared',
			line: '1',
			tier: 'trusted-publisher',
			with: { publishedAt: '2026-01-01T00:00:00.000Z', tier: 'trusted-publisher', identity: IDENTITY },
		});
	});

	test('one that does not is named with both values', async () => {
		const records = { '1.0.0': success({ ...IDENTITY, workflow: '.github/workflows/x.yml' }) };
		expect(await outcomeAmong(rows, undefined, { identity: IDENTITY, records })).toMatchObject({
			verdict: 'changed',
			against: '1.0.0',
			history: { changes: [{ field: 'workflow', before: '.github/workflows/x.yml', now: IDENTITY.workflow }] },
		});
	});

	test('a token in place of the trusted publisher is a change, by the list', async () => {
		const byToken = rows.map((row, index) => (index === 1 ? { ...row, by: 'token' as const } : row));
		const records = { '1.0.0': success(IDENTITY) };
		expect(await outcomeAmong(byToken, undefined, { identity: IDENTITY, records })).toMatchObject({
			verdict: 'changed',
			changed: ['publishing'],
		});
	});

	test('where no record was to be had it was not compared, and stays confirmed', async () => {
		const records = { '1.0.0': failed('rate-limited') };
		expect(await outcomeAmong(rows, undefined, { identity: IDENTITY, records })).toMatchObject({
			verdict: 'confirmed',
			history: {
				state: 'not-compared',
				failure: { code: 'origin-not-served', cause: 'rate-limited' },
				line: '1',
				tier: 'trusted-publisher',
			},
		});
	});

	test('of a lost release, whether the one before was verified or is only listed', async () => {
		const lost = rows.map((row, index) => (index === 1 ? { ...row, by: 'token' as const, provenance: false } : row));
		const verified = await outcomeAmong(lost, undefined, { records: { '1.0.0': success(IDENTITY) } });
		expect(verified.history).toMatchObject({
			with: { identity: IDENTITY },
			changes: [{ field: 'provenance', before: 'verified', now: 'none' }],
		});
		const falsified = await outcomeAmong(lost, undefined, { records: { '1.0.0': failed('signature-invalid') } });
		expect(falsified.history).toMatchObject({ changes: [{ before: 'listed' }] });
		expect(findingOf(falsified.findings, 'record-passed-over')?.data).toEqual({
			version: '1.0.0',
			failure: 'signature-invalid',
		});
		expect(JSON.stringify(falsified.history)).not.toContain('identity');
	});

	test('a release that is not in the list, or has no date where one is needed', async () => {
		const packument = await parsed(packumentJson(rows));
		for (const version of ['1.0.2', '__proto__', ''])
			expect(outcomeOf({ packument, version })).toMatchObject({
				verdict: 'unknown',
				history: { state: 'not-compared', failure: { code: 'packument-unavailable' } },
			});
		const json = packumentJson([...rows, { version: '1.0.2', at: '2026-03-01' }]);
		const dated = (...versions: string[]) =>
			parsed({
				...json,
				time: Object.fromEntries(Object.entries(json.time).filter(([key]) => versions.includes(key))),
			});
		const failureOf = async (version: string, ...versions: string[]) => {
			const prepared = prepareComparison(await dated(...versions), version);
			return prepared.ok ? undefined : prepared.failure;
		};
		expect(await failureOf('1.0.2', '1.0.0', '1.0.1')).toMatchObject({ code: 'release-undated', detail: '1.0.2' });
		// Without provenance: an undated one may have had it before, unless a dated one tells already.
		expect(await failureOf('1.0.2', '1.0.2')).toMatchObject({ code: 'release-undated', detail: '1.0.0' });
		expect(await failureOf('1.0.2', '1.0.1', '1.0.2')).toBeUndefined();
		// With it: no known origin is no first release.
		expect(await failureOf('1.0.1', '1.0.1')).toMatchObject({ code: 'release-undated' });
		expect(await failureOf('1.0.1', '1.0.0', '1.0.1')).toBeUndefined();
	});

	test('a time that somebody signed goes before the list’s', async () => {
		const packument = await parsed(packumentJson(rows));
		const at = (signedAt: string) => {
			const prepared = prepareComparison(packument, '1.0.1', true, signedAt);
			return prepared.ok && [prepared.value.here.publishedAt, prepared.value.origins?.settled.version];
		};
		expect(at('2026-01-02T00:00:00.000Z')).toEqual(['2026-01-02T00:00:00.000Z', undefined]);
		expect(at('2026-01-05T00:00:00.000Z')).toEqual(['2026-01-05T00:00:00.000Z', '1.0.0']);
		expect(at('2025-01-05T00:00:00.000Z')).toEqual(['2025-01-05T00:00:00.000Z', undefined]);
	});
});

describe('attacks, replayed as metadata', () => {
	const axios: Row[] = [
		{ version: '0.30.0', at: '2025-04-01' },
		{ version: '0.30.3', at: '2025-11-01' },
		{ version: '1.12.0', at: '2025-09-11', ...attested },
		{ version: '1.13.0', at: '2025-10-27', ...trusted },
		{ version: '1.14.0', at: '2026-03-27', ...trusted },
		{ version: '1.14.1', at: '2026-03-31T00:21:00Z', user: 'stolen' },
		{ version: '0.30.4', at: '2026-03-31T01:00:00Z', user: 'stolen' },
	];

	test('axios 1.14.1: lost, by hand, by another user', async () => {
		expect(await outcomeAmong(axios, '1.14.1')).toMatchObject({
			verdict: 'lost',
			against: '1.14.0',
			changed: ['provenance'],
			codes: expect.arrayContaining(['publisher-changed']),
			history: { tier: 'none', with: { publishedAt: '2026-03-27T00:00:00.000Z', tier: 'trusted-publisher' } },
		});
	});

	test('axios 0.30.4: none, beside a lost release', async () => {
		expect(await outcomeAmong(axios, '0.30.4')).toMatchObject({
			verdict: 'none',
			against: '0.30.3',
			codes: expect.arrayContaining(['other-lines-have-provenance', 'beside-a-lost-release', 'publisher-changed']),
		});
	});

	test("a thief's new major, and its second release: lost against the nearest lower line", async () => {
		const rows: Row[] = [
			...axios,
			{ version: '2.0.0', at: '2026-03-31T02:00:00Z' },
			{ version: '2.0.1', at: '2026-03-31T02:05:00Z' },
		];
		expect(await outcomeAmong(rows, '2.0.0')).toMatchObject({
			verdict: 'lost',
			against: '1.14.0',
			history: { line: '2' },
		});
		expect(await outcomeAmong(rows)).toMatchObject({ verdict: 'lost', against: '1.14.0' });
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
			codes: expect.arrayContaining(['trusted-publisher-without-provenance']),
			history: { tier: 'publisher-only' },
		});
	});

	test('TanStack: confirmed, with what the list shows', async () => {
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
		// The second is measured by what came before both, not by the first.
		for (const version of ['1.169.5', '1.169.8'])
			expect(
				await outcomeAmong(rows, version, { identity: IDENTITY, records: { '1.169.2': success(IDENTITY) } }),
			).toMatchObject({
				verdict: 'confirmed',
				against: '1.169.2',
				codes: ['size-jumped', 'published-within-minutes', 'dependency-outside-registry', 'runs-nothing-on-install'],
			});
	});

	test('keyv 6.0.0: confirmed, with a new script on install', async () => {
		const rows: Row[] = [
			{ version: '5.6.0', at: '2026-06-01', ...trusted },
			{ version: '6.0.0', at: '2026-08-04', ...trusted, manifest: { scripts: { preinstall: 'node setup.mjs' } } },
		];
		const known = { identity: IDENTITY, records: { '5.6.0': success(IDENTITY) } };
		expect(await outcomeAmong(rows, undefined, known)).toMatchObject({
			verdict: 'confirmed',
			against: '5.6.0',
			codes: ['install-script-added', 'runs-on-install'],
		});
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
			'semver 5 and 6, after 7',
			'6.3.1',
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
			'ua-parser-js 0.7 and 1.0, after 2',
			'1.0.40',
			[
				{ version: '0.7.39', at: '2024-09-01' },
				{ version: '1.0.39', at: '2024-09-01T01:00:00Z' },
				{ version: '2.0.0', at: '2024-11-01', ...attested },
				{ version: '0.7.40', at: '2024-12-10' },
				{ version: '1.0.40', at: '2024-12-10T01:00:00Z' },
			],
		],
	];
	test.each(shapes)('%s', async (_what, version, rows) => {
		const json = packumentJson(rows);
		const packument = await parsed({ ...json, 'dist-tags': {} });
		const { verdict, codes } = outcomeOf({ packument, version });
		expect(verdict).toBe('none');
		expect(codes).toContain('other-lines-have-provenance');
		expect(codes).not.toContain('beside-a-lost-release');
	});
});
