/** Tests of how a release was published, against those before it: what is a change, and what is told calmly. */
import { describe, expect, test } from 'vitest';
import {
	comparePublishing,
	describePublishing,
	isStagedUnrecorded,
	isStronger,
} from '../../../lib/history/publishing.ts';
import type { PublishedRelease } from '../../../lib/npm/published-release.ts';
import { success } from '../../../lib/report/result.ts';
import { outcomeOf, packumentJson, parsed, type Row } from '../../fixtures/packuments.ts';
import { IDENTITY } from '../../fixtures/reports.ts';

type Way = NonNullable<Row['by']>;
const T = 'token';
const P = 'trusted';
const S = 'staged';

/** What differs in the last of these releases, a week apart. */
async function compared(ways: Way[], { day = '2026-07-01', versions = [] as string[] } = {}) {
	const rows = ways.map((by, index): Row => {
		const at = new Date(Date.parse(day) - (ways.length - 1 - index) * 7 * 24 * 3600 * 1000).toISOString();
		return { version: versions[index] ?? `1.${index}.0`, at, by, provenance: true };
	});
	const { releases } = await parsed(packumentJson(rows));
	const here = releases.at(-1) as PublishedRelease;
	const { changes, findings } = comparePublishing(here, releases.slice(0, -1));
	return { changes, codes: findings.map(({ code }) => code) };
}

/** Releases that all have one identity. */
async function known(rows: Row[]) {
	const packument = await parsed(packumentJson(rows));
	const records = Object.fromEntries(rows.map(({ version }) => [version, success(IDENTITY)]));
	return { packument, identity: IDENTITY, records };
}

const fell = (before: string, now: string) => ({ changes: [{ field: 'publishing', before, now }], codes: [] });
const CALM = { changes: [], codes: [] };

describe('a change', () => {
	test('by a token where every known origin came by a trusted publisher', async () => {
		expect(await compared([P, P, T])).toEqual(fell('trusted publisher', 'token'));
		expect(await compared([P, S, T])).toEqual(fell('staged', 'token'));
		expect(await compared([P, T, P, T])).toEqual(CALM);
		expect(await compared([T, T])).toEqual(CALM);
	});

	test('straight after the last three stable releases were staged', async () => {
		expect(await compared([S, S, S, P])).toEqual(fell('staged', 'trusted publisher'));
		expect(await compared([T, S, S, S, T])).toEqual(fell('staged', 'token'));
		for (const ways of [
			[S, S, P],
			[S, P, S, S, P],
			[S, S, S, S],
		] as Way[][])
			expect(await compared(ways)).toEqual(CALM);
	});

	test('prereleases count neither for nor against that', async () => {
		const versions = ['1.0.0', '1.1.0', '1.2.0-rc.1', '1.2.0', '1.3.0'];
		expect(await compared([S, S, P, S, P], { versions })).toEqual(fell('staged', 'trusted publisher'));
		const last = ['1.0.0', '1.1.0', '1.2.0', '1.3.0-rc.1', '1.3.0'];
		expect(await compared([S, S, S, P, P], { versions: last })).toEqual(fell('staged', 'trusted publisher'));
		expect(await compared([S, S, S, P], { versions: ['1.0.0', '1.1.0', '1.2.0-rc.1', '1.3.0'] })).toEqual(CALM);
		expect(await compared([S, S, S, P], { versions: ['1.0.0', '1.1.0', '1.2.0', '1.3.0-rc.1'] })).toEqual(CALM);
	});

	test('of whatever line the three are: whoever publishes chooses a new one', async () => {
		const rows = [
			['2.0.0', '2026-06-10', P],
			['2.1.0', '2026-11-02', S],
			['2.2.0', '2026-11-05', S],
			['2.3.0', '2026-11-10', S],
			['3.0.0', '2026-11-20', P],
		].map(([version, at, by]) => ({ version, at, by, provenance: true }) as Row);
		const { packument, identity, records } = await known(rows);
		expect(outcomeOf({ packument, version: '3.0.0', identity, records })).toMatchObject({
			verdict: 'changed',
			changed: ['publishing'],
		});
	});

	test('of nothing there is none', async () => {
		expect(await compared([T])).toEqual(CALM);
	});
});

test.each([
	['2026-05-20', true],
	['2026-05-31', true],
	['2026-05-19', false],
	['2026-06-01', false],
])('by a token on %s, when npm may not have recorded that it was staged: %s', async (day, isTold) => {
	const { changes, codes } = await compared([P, P, T], { day });
	expect([changes.length, codes]).toEqual(isTold ? [0, ['staged-unrecorded']] : [1, []]);
	// Who published by a trusted publisher in those days is on record.
	expect((await compared([S, S, S, P], { day })).changes).toHaveLength(1);
});

test('where a token was the way before as well, nothing went unrecorded', async () => {
	const { releases } = await parsed(
		packumentJson([T, P, T].map((by, index) => ({ version: `1.0.${index}`, at: '2026-05-25', by: by as Way }))),
	);
	const [token, trusted, here] = releases as [PublishedRelease, PublishedRelease, PublishedRelease];
	expect([isStagedUnrecorded(token, here), isStagedUnrecorded(trusted, here)]).toEqual([false, true]);
});

describe('calm words', () => {
	const told = async (before: Partial<Row>, now: Partial<Row>) => {
		const { releases } = await parsed(
			packumentJson([
				{ version: '1.0.0', at: '2026-01-01', ...before },
				{ version: '1.0.1', at: '2026-02-01', ...now },
			]),
		);
		const [one, other] = releases as [PublishedRelease, PublishedRelease];
		return describePublishing(one, other).map(({ code, data }) => [code, data]);
	};

	test.each<[before: Partial<Row>, now: Partial<Row>, tiers: [string, string]]>([
		[{ by: T }, { by: T, provenance: true }, ['none', 'provenance']],
		[{ by: T, provenance: true }, { by: P, provenance: true }, ['provenance', 'trusted-publisher']],
		[{ by: P, provenance: true }, { by: S, provenance: true }, ['trusted-publisher', 'staged']],
		[{ by: P }, { by: T, provenance: true, user: 'GitHub Actions' }, ['publisher-only', 'provenance']],
	])('a tier that rose, and no talk of another name', async (before, now, [from, to]) => {
		expect(await told(before, now)).toEqual([['tier-rose', { before: from, now: to }]]);
	});

	test('a tier that fell, or stays, is nothing', async () => {
		expect(await told({ by: P, provenance: true }, { by: T, provenance: true, user: 'GitHub Actions' })).toEqual([]);
		expect(await told({ by: T }, { by: P })).toEqual([]);
	});

	test('another npm account, whatever its letters case', async () => {
		expect(await told({}, { user: 'somebody' })).toEqual([
			['publisher-changed', { before: 'maintainer', now: 'somebody', since: '1.0.0' }],
		]);
		expect(await told({}, { user: 'Maintainer' })).toEqual([]);
	});

	test('the ways in their order', async () => {
		const { releases } = await parsed(
			packumentJson([T, P, S].map((by, index) => ({ version: `1.0.${index}`, at: '2026-01-01', by: by as Way }))),
		);
		const [token, trusted, staged] = releases as [PublishedRelease, PublishedRelease, PublishedRelease];
		expect([isStronger(trusted, token), isStronger(staged, trusted), isStronger(token, staged)]).toEqual([
			true,
			true,
			false,
		]);
	});
});
