/** Tests of a lockfile's hashes and addresses beside the registry's. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { compareHashes, findForeignAddress } from '../../../lib/audit/locked.ts';
import { REGISTRY_BASES } from '../../../lib/audit/lockfile/address.ts';
import type { LockedHash } from '../../../lib/audit/lockfile/lockfile.ts';

const sri = (algorithm: string, text: string) => `${algorithm}-${createHash(algorithm).update(text).digest('base64')}`;
const tarball = (integrity: string): LockedHash => ({ of: 'tarball', integrity });
const served = { integrity: sri('sha512', 'file'), shasum: createHash('sha1').update('file').digest('hex') };
const codes = ({ integrity, findings }: ReturnType<typeof compareHashes>) => [
	integrity,
	...findings.map(({ code }) => code),
];

test.each<[string, LockedHash[], string[]]>([
	['the same', [tarball(sri('sha512', 'file'))], ['matches']],
	['another', [tarball(sri('sha512', 'other'))], ['differs', 'lockfile-names-another-file']],
	[
		'of the same length, and one character differs',
		[tarball(served.integrity.replace(/(?<=-)./, (first) => (first === 'A' ? 'B' : 'A')))],
		['differs', 'lockfile-names-another-file'],
	],
	['the same without padding', [tarball(served.integrity.replace(/=+$/, ''))], ['matches']],
	['two of the file', [tarball(`${sri('sha512', 'file')} ${sri('sha1', 'file')}`)], ['matches']],
	[
		'a strong one that matches, a weak one that does not',
		[tarball(`${sri('sha512', 'file')} ${sri('sha1', 'x')}`)],
		['differs', 'lockfile-names-another-file'],
	],
	[
		'a weak one that matches, a strong one that does not',
		[tarball(`${sri('sha512', 'x')} ${sri('sha1', 'file')}`)],
		['differs', 'lockfile-names-another-file'],
	],
	[
		'two of one algorithm, of which an installer takes either',
		[tarball(`${sri('sha512', 'file')} ${sri('sha512', 'x')}`)],
		['differs', 'lockfile-names-another-file'],
	],
	['SHA-1 alone', [tarball(sri('sha1', 'file'))], ['matches', 'lockfile-hash-is-sha1']],
	['another SHA-1', [tarball(sri('sha1', 'x'))], ['differs', 'lockfile-names-another-file']],
	['of an algorithm that the registry has none of', [tarball(sri('sha384', 'file'))], ['not-comparable']],
	['of a zip', [{ of: 'zip' }], ['not-comparable']],
	['of the tar inside', [{ of: 'tar' }], ['not-comparable']],
	['none', [{ of: 'nothing' }], ['absent']],
	[
		'of two entries, one differs',
		[tarball(sri('sha512', 'file')), tarball(sri('sha512', 'x'))],
		['differs', 'lockfile-names-another-file'],
	],
	['of two entries, one has none', [{ of: 'nothing' }, tarball(sri('sha512', 'file'))], ['matches']],
	['of no entry', [], ['absent']],
])('hashes: %s', (_what, hashes, expected) => {
	expect(codes(compareHashes({ hashes }, served))).toEqual(expected);
});

test('without an answer of the registry a hash is not comparable, and none is still none', () => {
	expect(codes(compareHashes({ hashes: [tarball(sri('sha512', 'x'))] }, undefined))).toEqual(['not-comparable']);
	expect(codes(compareHashes({ hashes: [{ of: 'nothing' }] }, undefined))).toEqual(['absent']);
	expect(codes(compareHashes({ hashes: [tarball(sri('sha1', 'file'))] }, { shasum: 'no hash' }))).toEqual([
		'not-comparable',
	]);
});

test('an address of another release is told, whatever the others are', () => {
	const [base = ''] = REGISTRY_BASES;
	const at = (addresses: string[]) =>
		findForeignAddress({ name: 'is-odd', version: '3.0.1', line: 1, column: 1, hashes: [], addresses }, REGISTRY_BASES);
	expect(at([`${base}/is-odd/-/is-odd-3.0.1.tgz`])).toEqual([]);
	expect(at([])).toEqual([]);
	expect(at([`${base}/is-odd/-/is-odd-3.0.1.tgz`, `${base}/is-0dd/-/is-0dd-3.0.1.tgz`])).toMatchObject([
		{ code: 'lockfile-names-another-package', data: { spec: 'is-0dd@3.0.1' } },
	]);
	expect(at([`${base}/is-odd/-/is-odd-3.0.0.tgz`])).toMatchObject([{ data: { spec: 'is-odd@3.0.0' } }]);
});
