/** Tests of the list of an audit: its order, filters and groups, and what each row is listed by. */
import { describe, expect, test } from 'vitest';
import { countResults, itemsOf, type ListRow, type ListView, listed, listRowOf } from '../../../lib/audit/list.ts';
import type { AuditRow } from '../../../lib/report/audit.ts';
import { makeFinding } from '../../../lib/report/findings.ts';
import { auditRow } from '../../fixtures/audits.ts';

const row = (spec: string, parts: Partial<AuditRow>, file = 0) =>
	listRowOf(auditRow('confirmed', { spec, findings: [], ...parts }), file, `about ${spec}`);
const of = (repository: string): Partial<AuditRow> => {
	const { identity } = auditRow('confirmed');
	if (!identity) throw new Error('no identity');
	return {
		identity: { ...identity, repository, signer: `${repository}/.github/workflows/release.yml@refs/heads/main` },
	};
};
const lacking = (spec: string, parts: Partial<AuditRow>): ListRow => {
	const { identity: _identity, ...rest } = auditRow('none', { spec, findings: [], ...parts });
	return listRowOf(rest, 0, '');
};

const CALM = row('calm@1.0.0', { line: 5, ...of('https://github.com/z/z') });
const DIRECT = row('direct@1.0.0', { line: 9, isDirect: true, ...of('https://github.com/a/a') });
const UNKNOWN = lacking('unknown@1.0.0', { verdict: 'unknown', line: 6, failure: { code: 'registry-timeout' } });
const MISMATCH = row('bad@1.0.0', {
	verdict: 'mismatch',
	warning: 'mismatch',
	line: 7,
	...of('https://github.com/m/m'),
});
const CHANGED = row('moved@1.0.0', {
	verdict: 'changed',
	warning: 'changed',
	line: 1,
	...of('https://github.com/m/m'),
});
const GIT = listRowOf({ spec: 'git@1.0.0', why: 'git', line: 2, column: 1 }, 0, '');
const NONE = lacking('none@1.0.0', { verdict: 'none', line: 3 });
const ROWS = [CALM, DIRECT, UNKNOWN, MISMATCH, CHANGED, GIT, NONE];

const VIEW: ListView = { sort: 'result', isDescending: false, grouping: 'none', text: '' };
const specs = async (view: Partial<ListView>, rows = ROWS) =>
	(await listed(rows, { ...VIEW, ...view })).map((group) => group.rows.map(({ spec }) => spec.split('@')[0]).join(' '));

describe('the order', () => {
	test('the gravest first; what nothing was checked of before what is calm; direct ones before others as grave', async () =>
		expect(await specs({})).toEqual(['bad moved unknown git none direct calm']));

	test('the other way round', async () =>
		expect(await specs({ isDescending: true })).toEqual(['calm direct none git unknown moved bad']));

	test('by name, and by line within each file', async () => {
		expect(await specs({ sort: 'package' })).toEqual(['bad calm direct git moved none unknown']);
		const names = ['@b/c@1.0.0', 'a-b@1.0.0', 'a@2.0.0', 'a@1.0.0', 'a.b@1.0.0'].map((spec) => row(spec, {}));
		expect((await listed(names, { ...VIEW, sort: 'package' }))[0]?.rows.map(({ spec }) => spec)).toEqual([
			...['@b/c@1.0.0', 'a@1.0.0', 'a@2.0.0', 'a-b@1.0.0', 'a.b@1.0.0'],
		]);
		expect(await specs({ sort: 'line' }, [...ROWS, row('second@1.0.0', { line: 1 }, 1)])).toEqual([
			'moved git none calm unknown bad direct second',
		]);
	});

	test('by repository or signer; rows without one are last in both directions', async () => {
		expect(await specs({ sort: 'repository' })).toEqual(['direct bad moved calm unknown git none']);
		expect(await specs({ sort: 'repository', isDescending: true })).toEqual(['calm bad moved direct unknown git none']);
		expect((await specs({ sort: 'signer' }))[0]).toMatch(/^direct bad moved calm/);
	});
});

describe('filters', () => {
	test('a part of name, repository or signer, whatever its capitals', async () => {
		expect(await specs({ text: ' BAD' })).toEqual(['bad']);
		expect(await specs({ text: 'github.com/m/m' })).toEqual(['bad moved']);
		expect(await specs({ text: 'release.yml@refs' })).toEqual(['bad moved direct calm']);
		expect(await specs({ text: 'nothing of this' })).toEqual([]);
	});

	test('a result, direct ones or the others, and chosen rows', async () => {
		expect(await specs({ result: 'mismatch' })).toEqual(['bad']);
		expect(await specs({ isDirect: true })).toEqual(['direct']);
		expect(await specs({ isDirect: false, result: 'confirmed' })).toEqual(['calm']);
		expect(await specs({ only: new Set(['0 none@1.0.0', '1 calm@1.0.0']) })).toEqual(['none']);
	});
});

describe('groups', () => {
	test('are in the order of their gravest rows, and sorted within', async () => {
		expect(await specs({ grouping: 'repository', sort: 'package', isDescending: true })).toEqual([
			'moved bad',
			'unknown none git',
			'direct',
			'calm',
		]);
		expect((await listed(ROWS, { ...VIEW, grouping: 'direct' })).map(({ key }) => key)).toEqual(['', 'direct']);
		expect((await listed(ROWS, { ...VIEW, grouping: 'result' })).map(({ key }) => key)).toEqual([
			...['mismatch', 'changed', 'unknown', 'not-covered', 'none', 'confirmed'],
		]);
	});

	test('have a heading each', async () => {
		const groups = await listed([CALM, NONE], { ...VIEW, grouping: 'result' });
		expect(itemsOf(groups, ({ key }) => key)).toEqual([
			{ heading: 'none' },
			{ row: NONE },
			{ heading: 'confirmed' },
			{ row: CALM },
		]);
		expect(itemsOf(groups)).toEqual([{ row: NONE }, { row: CALM }]);
	});
});

test('a row is listed by its warning, by what could not be done, or by what makes it calm', async () => {
	expect(ROWS.map(({ result }) => result)).toEqual([
		...['confirmed', 'confirmed', 'unknown', 'mismatch', 'changed', 'not-covered', 'none'],
	]);
	expect(row('a@1.0.0', { verdict: 'lost' }).result).toBe('lost-earlier');
	const muted = makeFinding('muted', { verdict: 'changed', date: '2026-01-01' } as never);
	expect(row('a@1.0.0', { verdict: 'changed', findings: [muted] }).result).toBe('muted');
	expect(UNKNOWN).toMatchObject({ isIncomplete: true, isCalm: false });
	expect(row('a@1.0.0', { history: { state: 'not-compared' } as never })).toMatchObject({
		result: 'not-compared',
		isIncomplete: true,
	});
	expect(CALM).not.toHaveProperty('isIncomplete');
	expect(GIT).toMatchObject({ isCalm: false });
});

test('results are counted, the gravest first', () =>
	expect(countResults([...ROWS, DIRECT])).toEqual([
		['mismatch', 1],
		['changed', 1],
		['unknown', 1],
		['not-covered', 1],
		['none', 1],
		['confirmed', 3],
	]));
