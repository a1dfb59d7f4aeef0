/** Tests of what a lockfile has that its base has not. */
import { expect, test } from 'vitest';
import { changesSince } from '../../../lib/audit/changes.ts';
import type { LockedHash, LockedPackage } from '../../../lib/audit/lockfile/lockfile.ts';
import { readLockfile } from '../../../lib/audit/lockfile/read.ts';
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
	[
		'another hash of a zip',
		{ hashes: [{ of: 'zip', text: '10c0/1' }] },
		{ hashes: [{ of: 'zip', text: '10c0/2' }] },
		true,
	],
	[
		'the hash of a zip',
		{ hashes: [{ of: 'zip', text: '10c0/1' }] },
		{ hashes: [{ of: 'zip', text: '10c0/1' }] },
		false,
	],
	['another hash of a tar', { hashes: [{ of: 'tar', text: 'a' }] }, { hashes: [{ of: 'tar', text: 'b' }] }, true],
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

const HASHES = [7, 8].map((byte) => `sha512-${Buffer.alloc(64, byte).toString('base64')}`) as [string, string];
const npm = (entry: object, path = 'node_modules/x') =>
	JSON.stringify({ lockfileVersion: 3, packages: { [path]: { version: '1.0.0', ...entry } } });
const npm1 = (entry: object) => JSON.stringify({ lockfileVersion: 1, dependencies: { x: entry } });
const pnpm = (key: string, resolution: string) =>
	`lockfileVersion: '9.0'\npackages:\n  ${key}:\n    resolution: {${resolution}}\n    version: 1.0.0\n`;
const classic = (asked: string, more = '') => `# yarn lockfile v1\n\n"x@${asked}":\n  version "1.0.0"\n${more}`;
const berry = (reference: string, checksum: string) =>
	`__metadata:\n  version: 8\n\n"x@${reference}":\n  version: 1.0.0\n  resolution: "x@${reference}"\n  checksum: ${checksum}\n`;
const bun = (entry: unknown[]) =>
	JSON.stringify({ lockfileVersion: 1, workspaces: { '': {} }, packages: { x: entry } });
const vlt = (id: string, entry: unknown[], options: object = {}) =>
	JSON.stringify({ lockfileVersion: 1, options, nodes: { [id]: entry } });

test.each<[what: string, fileName: string, now: string, before: string]>([
	[
		'commit',
		'package-lock.json',
		npm({ resolved: `git+ssh://git@github.com/o/x.git#${'a'.repeat(40)}` }),
		npm({ resolved: `git+ssh://git@github.com/o/x.git#${'b'.repeat(40)}` }),
	],
	[
		'host',
		'package-lock.json',
		npm({ resolved: 'https://one.example.org/x.tgz', integrity: HASHES[0] }),
		npm({ resolved: 'https://two.example.org/x.tgz', integrity: HASHES[0] }),
	],
	[
		'hash',
		'package-lock.json',
		npm({ resolved: 'https://one.example.org/x.tgz', integrity: HASHES[0] }),
		npm({ resolved: 'https://one.example.org/x.tgz', integrity: HASHES[1] }),
	],
	[
		'hash at another registry',
		'package-lock.json',
		npm({ resolved: 'https://one.example.org/x/-/x-1.0.0.tgz', integrity: HASHES[0] }),
		npm({ resolved: 'https://one.example.org/x/-/x-1.0.0.tgz', integrity: HASHES[1] }),
	],
	['folder', 'package-lock.json', npm({ link: true, resolved: '../a' }), npm({ link: true, resolved: '../b' })],
	['place', 'package-lock.json', npm({ name: 'x' }, '../a'), npm({ name: 'x' }, '../b')],
	[
		'hash',
		'package-lock.json',
		npm1({ version: 'https://one.example.org/x.tgz', integrity: HASHES[0] }),
		npm1({ version: 'https://one.example.org/x.tgz', integrity: HASHES[1] }),
	],
	[
		'end of a long address',
		'package-lock.json',
		npm1({ version: `https://one.example.org/${'x'.repeat(300)}1.tgz` }),
		npm1({ version: `https://one.example.org/${'x'.repeat(300)}2.tgz` }),
	],
	['value that is none', 'package-lock.json', npm1([{ a: 1 }]), npm1([{ a: 2 }])],
	[
		'commit',
		'pnpm-lock.yaml',
		pnpm('x@1.0.0', 'type: git, repo: https://example.org/x.git, commit: a'),
		pnpm('x@1.0.0', 'type: git, repo: https://example.org/x.git, commit: b'),
	],
	[
		'hash',
		'pnpm-lock.yaml',
		pnpm('x@work:1.0.0', `integrity: ${HASHES[0]}`),
		pnpm('x@work:1.0.0', `integrity: ${HASHES[1]}`),
	],
	[
		'folder',
		'pnpm-lock.yaml',
		pnpm('x@1.0.0', 'type: directory, directory: a'),
		pnpm('x@1.0.0', 'type: directory, directory: b'),
	],
	['folder', 'yarn.lock', classic('link:../a'), classic('link:../b')],
	['folder', 'yarn.lock', classic('file:../a'), classic('file:../b')],
	[
		'commit',
		'yarn.lock',
		classic('o/x', '  resolved "https://codeload.github.com/o/x/tar.gz/aaaaaaa"\n'),
		classic('o/x', '  resolved "https://codeload.github.com/o/x/tar.gz/bbbbbbb"\n'),
	],
	[
		'hash',
		'yarn.lock',
		berry('https://example.org/x.git#commit=abc', '10c0/1'),
		berry('https://example.org/x.git#commit=abc', '10c0/2'),
	],
	[
		'hash',
		'bun.lock',
		bun(['x@github:o/x#912ca63', {}, 'o-x-912ca63', HASHES[0]]),
		bun(['x@github:o/x#912ca63', {}, 'o-x-912ca63', HASHES[1]]),
	],
	[
		'registry',
		'bun.lock',
		bun(['x@1.0.0', 'https://one.example.org/', {}, HASHES[0]]),
		bun(['x@1.0.0', 'https://two.example.org/', {}, HASHES[0]]),
	],
	[
		'hash',
		'deno.lock',
		JSON.stringify({ version: '5', jsr: { '@s/x@1.0.0': { integrity: 'a' } } }),
		JSON.stringify({ version: '5', jsr: { '@s/x@1.0.0': { integrity: 'b' } } }),
	],
	[
		'hash',
		'deno.lock',
		JSON.stringify({ version: '5', remote: { 'https://example.org/x.ts': 'a' } }),
		JSON.stringify({ version: '5', remote: { 'https://example.org/x.ts': 'b' } }),
	],
	['commit', 'vlt-lock.json', vlt('git~github_co+x~aaaaaaa', [0, 'x']), vlt('git~github_co+x~bbbbbbb', [0, 'x'])],
	['hash', 'vlt-lock.json', vlt('~work~x@1.0.0', [0, 'x', HASHES[0]]), vlt('~work~x@1.0.0', [0, 'x', HASHES[1]])],
	[
		'registry behind a name',
		'vlt-lock.json',
		vlt('~work~x@1.0.0', [0, 'x', HASHES[0]], { registries: { work: 'https://one.example.org/' } }),
		vlt('~work~x@1.0.0', [0, 'x', HASHES[0]], { registries: { work: 'https://two.example.org/' } }),
	],
])('another %s of an entry that is not covered is a change: %s', (_what, fileName, ...texts) => {
	const [now, before] = texts.map((text) => {
		const read = readLockfile(fileName, text);
		if (!read.ok) throw new Error(read.failure.detail);
		expect(read.value).toMatchObject({ packages: [], notCovered: [{ spec: expect.stringContaining('x') }] });
		return read.value;
	}) as [ReturnType<typeof lockfileOf>, ReturnType<typeof lockfileOf>];
	expect(changesSince(now, before).lockfile.notCovered).toEqual(now.notCovered);
	expect(changesSince(now, now).lockfile.notCovered).toEqual([]);
});

test('an entry without a name is always a change', () => {
	const nameless = { spec: '', why: 'unreadable' as const, line: 1, column: 1 };
	const lockfile = lockfileOf([], {}, [nameless]);
	expect(changesSince(lockfile, lockfile).lockfile.notCovered).toEqual([nameless]);
});
