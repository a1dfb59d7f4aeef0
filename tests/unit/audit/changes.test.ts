/** Tests of what a lockfile has that its base has not. */
import { expect, test } from 'vitest';
import { changesSince } from '../../../lib/audit/changes.ts';
import type { LockedHash, LockedPackage } from '../../../lib/audit/lockfile/lockfile.ts';
import { lockfileOf } from '../../fixtures/audits.ts';

const changed = (now: Partial<LockedPackage>, before: Partial<LockedPackage>) => {
	const of = (parts: Partial<LockedPackage>) => lockfileOf(['a@1.0.0'], { 'a@1.0.0': parts });
	return changesSince(of(now), of(before)).lockfile.packages.length === 1;
};
const tarball = (integrity: string): LockedHash => ({ of: 'tarball', integrity });

test('what was added and what was removed, in the order of their files', () => {
	const { lockfile, removed } = changesSince(
		lockfileOf(['new@1.0.0', 'kept@1.0.0', '@s/n@2.0.0']),
		lockfileOf(['gone@1.0.0', 'kept@1.0.0', '@s/n@1.0.0']),
	);
	expect(lockfile.packages.map(({ name, version }) => `${name}@${version}`)).toEqual(['new@1.0.0', '@s/n@2.0.0']);
	expect(removed).toEqual(['gone@1.0.0', '@s/n@1.0.0']);
});

test('nothing, where only places and what the project names itself differ', () => {
	const one = lockfileOf(['a@1.0.0', 'b@1.0.0']);
	const moved = lockfileOf(['b@1.0.0', 'a@1.0.0'], { 'a@1.0.0': { isDirect: true } });
	expect(changesSince(moved, one)).toEqual({ lockfile: { ...moved, packages: [] }, removed: [] });
});

test.each<[what: string, now: Partial<LockedPackage>, before: Partial<LockedPackage>, isChanged: boolean]>([
	['another hash', { hashes: [tarball('sha512-x')] }, { hashes: [tarball('sha512-y')] }, true],
	['one hash more', { hashes: [tarball('sha512-x'), tarball('sha512-y')] }, { hashes: [tarball('sha512-x')] }, true],
	['one hash less', { hashes: [tarball('sha512-x')] }, { hashes: [tarball('sha512-x'), tarball('sha512-y')] }, false],
	['a hash that is gone', { hashes: [{ of: 'nothing' }] }, { hashes: [tarball('sha512-x')] }, true],
	['a hash of something else', { hashes: [{ of: 'tar' }] }, { hashes: [{ of: 'zip' }] }, true],
	['another address', { addresses: ['https://b.test/a.tgz'] }, { addresses: ['https://a.test/a.tgz'] }, true],
	['an address that is gone', { addresses: [] }, { addresses: ['https://a.test/a.tgz'] }, false],
	['a patch', { isPatched: true }, {}, true],
	['a patch that is gone', {}, { isPatched: true }, false],
])('%s', (_what, now, before, isChanged) => expect(changed(now, before)).toBe(isChanged));

test('entries that are not covered are changes too, and no package that became one is removed', () => {
	const git = { spec: 'a@1.0.0', why: 'git' as const, line: 1, column: 1 };
	const url = { ...git, spec: 'u@1.0.0', why: 'url' as const };
	const base = lockfileOf(['a@1.0.0'], {}, [url]);
	const { lockfile, removed } = changesSince(lockfileOf([], {}, [git, { ...url, line: 9 }]), base);
	expect(lockfile.notCovered).toEqual([git]);
	expect(removed).toEqual([]);
	expect(changesSince(lockfileOf([]), base).removed).toEqual(['a@1.0.0', 'u@1.0.0']);
});
