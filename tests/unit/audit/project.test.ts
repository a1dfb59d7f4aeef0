/** Tests of the lockfiles of one project: their packages by name, and their rows as the audits that the command prints. */
import { expect, test } from 'vitest';
import { auditsOf, groupsOf, parseKeptRows, readRows } from '../../../lib/audit/project.ts';
import { audited } from '../../../lib/audit/run.ts';
import { failed, success } from '../../../lib/report/result.ts';
import { auditRow, lockfileOf } from '../../fixtures/audits.ts';

const ROOT = { source: 'embedded', version: '16', takenAt: '2026-11-05' } as const;
const AT = '2026-11-23T12:00:00.000Z';

test('packages of all files are grouped by name, those first that the project names itself', () => {
	const one = lockfileOf(['a@1.0.0', 'b@1.0.0', 'a@2.0.0'], { 'b@1.0.0': { isDirect: true } });
	const other = lockfileOf(['a@1.0.0', 'c@1.0.0']);
	const groups = groupsOf([{ lockfile: one }, { lockfile: other }]);
	expect(groups.map(({ name, isDirect }) => [name, isDirect])).toEqual([
		['b', true],
		['a', false],
		['c', false],
	]);
	expect(groups[1]?.entries.map(([file, { version }]) => [file, version])).toEqual([
		[0, '1.0.0'],
		[0, '2.0.0'],
		[1, '1.0.0'],
	]);
});

test('rows in any order become one audit for each file, as the command makes it', () => {
	const lockfile = lockfileOf(['a@1.0.0', 'b@1.0.0', 'c@1.0.0'], {}, [{ spec: 'g', why: 'git', line: 9, column: 1 }]);
	const rows = [
		auditRow('confirmed', { spec: 'b@1.0.0', line: 2 }),
		auditRow('confirmed', { spec: 'a@1.0.0', line: 1 }),
	];
	const files = [
		{ name: 'package-lock.json', sha256: 'ab', lockfile },
		{ name: 'yarn.lock', sha256: 'cd', lockfile: lockfileOf(['a@1.0.0']) },
	];
	const [first, second] = auditsOf(files, {
		rows: [
			[0, rows[0] as never],
			[1, rows[1] as never],
			[0, rows[1] as never],
		],
		...{ unadvised: new Set(['b']), trustRoot: ROOT, checkedAt: AT },
	});
	const advised = new Map([
		['a', success({})],
		['b', failed('registry-timeout')],
		['c', success({})],
	]);
	const expected = audited(lockfile, rows, advised, ROOT, AT);
	expect(first).toEqual({ ...expected, lockfile: { ...expected.lockfile, path: 'package-lock.json', sha256: 'ab' } });
	expect(first).toMatchObject({ left: 1, unadvised: 1 });
	expect(Object.keys(first ?? {})).toEqual(Object.keys(expected));
	expect(second?.packages.map(({ spec }) => spec)).toEqual(['a@1.0.0']);
});

test('an audit has no source of what is not covered', () => {
	const uncovered = { spec: 'g', why: 'git' as const, line: 9, column: 1 };
	const lockfile = lockfileOf([], {}, [{ ...uncovered, source: 'https://example.org/g.git' }]);
	const files = [{ name: 'package-lock.json', sha256: 'ab', lockfile }];
	const [audit] = auditsOf(files, { rows: [], unadvised: new Set(), trustRoot: ROOT, checkedAt: AT });
	expect(audit?.notCovered).toEqual([uncovered]);
});

test('rows that were kept are read as they are written; what is none is left out', () => {
	const row = auditRow('confirmed');
	const uncovered = { spec: '@a/b@1.0.0', why: 'other-registry', line: 1, column: 1 };
	const text = JSON.stringify([
		[0, row],
		[1, uncovered],
	]);
	const read = parseKeptRows({ name: 'a', rows: text });
	expect(JSON.stringify(read?.rows)).toBe(text);
	expect(read?.name).toBe('a');
	expect(read).not.toHaveProperty('at');
	expect(parseKeptRows({ name: 'a', rows: text, at: AT })?.at).toBe(AT);
	expect(parseKeptRows({ name: 'a', rows: text, at: 'x' })).toEqual(read);
	const wrong = ['', '{}', '[[0]]', '[[-1,{}]]', `[[0,${JSON.stringify({ ...row, verdict: 'fine' })}]]`];
	for (const one of wrong) expect(readRows(one), one).toBeUndefined();
	for (const one of [null, {}, { name: 'a' }, { name: 1, rows: text }, { name: 'a', rows: '[' }])
		expect(parseKeptRows(one)).toBeUndefined();
});
