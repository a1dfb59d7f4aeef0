/** Tests of the order of rows: what asks most of the reader comes first. */
import { expect, test } from 'vitest';
import { countRows } from '../../../lib/audit/counts.ts';
import { byGravity, listedAs, needOf } from '../../../lib/audit/gravity.ts';
import { auditRow } from '../../fixtures/audits.ts';

test('the gravest first, by the one list of warnings', () => {
	const names = [
		'none',
		'confirmed',
		'confirmed-not-compared',
		'unknown',
		'changed',
		'lost',
		'not-allowed',
		'mismatch',
		'malware',
	];
	const rows = names.map((name, line) => auditRow(name, { line }));
	expect(byGravity(rows).map(({ line }) => names[line])).toEqual([
		'malware',
		'mismatch',
		'not-allowed',
		'lost',
		'changed',
		'unknown',
		'confirmed-not-compared',
		'none',
		'confirmed',
	]);
});

test('rows that are as grave as each other stay in the order of the file', () => {
	const rows = [4, 2, 9].map((line) => auditRow('lost', { line }));
	expect(byGravity(rows)).toEqual(rows);
});

test.each([
	['malware', 'warned', 'malware-advisory'],
	['mismatch', 'warned', 'mismatch'],
	['changed', 'warned', 'changed'],
	['unknown', 'unchecked', 'unknown'],
	['confirmed-not-compared', 'not-compared', 'not-compared'],
	['confirmed', 'calm', undefined],
	['none', 'calm', undefined],
])('%s is %s, listed as %s', (name, need, code) => {
	expect(needOf(auditRow(name))).toBe(need);
	expect(listedAs(auditRow(name))).toBe(code);
});

test('a loss without a warning is calm, a release whose evidence is false never is', () => {
	const { warning: _lost, ...lost } = auditRow('lost');
	expect(needOf(lost)).toBe('calm');
	const { warning: _mismatch, ...mismatch } = auditRow('mismatch');
	expect(listedAs(mismatch)).toBe('mismatch');
});

test('rows are counted by verdict; one without a comparison was not compared, whatever the reason', () => {
	const rows = ['confirmed', 'confirmed-not-compared', 'unknown', 'mismatch', 'lost'].map((name) => auditRow(name));
	const git = { spec: 'x', why: 'git' as const, line: 1, column: 1 };
	const counts = { mismatch: 1, lost: 1, unknown: 1, confirmed: 2, notCovered: 2, notCompared: 3 };
	expect(countRows(rows, [git, git])).toEqual(counts);
	expect(Object.keys(countRows(rows, []))).toEqual(Object.keys(counts));
	expect(countRows([], [])).toEqual({ notCovered: 0, notCompared: 0 });
});
