/** Tests of the order of rows: what asks most of the reader comes first. */
import { expect, test } from 'vitest';
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
