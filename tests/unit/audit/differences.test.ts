/** Tests of how an audit differs from an earlier one of the same project. */
import { expect, test } from 'vitest';
import { differenceOf, isSameProject, mayBeSameProject } from '../../../lib/audit/differences.ts';
import { listRowOf } from '../../../lib/audit/list.ts';
import { auditRow, lockfileOf } from '../../fixtures/audits.ts';

const row = (spec: string, file = 0) => listRowOf(auditRow('confirmed', { spec, findings: [] }), file, '');

test('a row is new, has another entry, has another result, or is as it was', () => {
	const earlier = {
		results: new Map([
			['0 same@1.0.0', 'confirmed'],
			['0 other@1.0.0', 'lost'],
			['0 entry@1.0.0', 'confirmed'],
			['0 both@1.0.0', 'unknown'],
		]),
		changed: new Set(['0 new@1.0.0', '0 entry@1.0.0', '0 both@1.0.0']),
	};
	const is = (spec: string, file?: number) => differenceOf(row(spec, file), earlier);
	expect(is('same@1.0.0')).toBeUndefined();
	expect(is('new@1.0.0')).toEqual({ is: 'new' });
	expect(is('other@1.0.0')).toEqual({ is: 'result', before: 'lost' });
	expect(is('entry@1.0.0')).toEqual({ is: 'entry' });
	expect(is('both@1.0.0')).toEqual({ is: 'result', before: 'unknown' });
	// Of another lockfile, or one that the earlier audit did not get to.
	expect(is('other@1.0.0', 1)).toBeUndefined();
	expect(is('never@1.0.0')).toBeUndefined();
});

test('one project has the same lockfiles by name, and no other name', () => {
	const of = (files: string[], project?: string) => ({ files, project });
	expect(mayBeSameProject(of(['a', 'b']), of(['b', 'a'], 'x'))).toBe(true);
	expect(mayBeSameProject(of(['a'], 'x'), of(['a'], 'x'))).toBe(true);
	expect(mayBeSameProject(of(['a'], 'x'), of(['a'], 'y'))).toBe(false);
	expect(mayBeSameProject(of(['a']), of(['a', 'b']))).toBe(false);
});

test('... and half of the smaller one in common', () => {
	const small = lockfileOf(['a@1.0.0', 'b@1.0.0']);
	expect(isSameProject(small, lockfileOf(['b@2.0.0', 'c@1.0.0', 'd@1.0.0', 'e@1.0.0']))).toBe(true);
	expect(
		isSameProject(lockfileOf(['a@1.0.0', 'b@1.0.0', 'x@1.0.0']), lockfileOf(['b@1.0.0', 'c@1.0.0', 'd@1.0.0'])),
	).toBe(false);
	expect(isSameProject(small, lockfileOf([]))).toBe(false);
});
