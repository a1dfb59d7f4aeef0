/** Tests of which files become lockfiles that are audited, and which are named as not read. */
import { expect, test } from 'vitest';
import { givenFrom } from '../../../entrypoints/audit/given.ts';

const filesOf = (count: number) => Array.from({ length: count }, (_, at) => new File(['{}'], `${at + 1}.lock`));

test('each file has a name of its own, and package.json is no lockfile', () => {
	const files = ['yarn.lock', 'package.json', 'yarn.lock'].map((name) => new File(['{}'], name));
	const given = givenFrom(files);
	expect(given.files.map(({ name }) => name)).toEqual(['yarn.lock', 'yarn.lock (2)']);
	expect(given.manifest).toBe(files[1]);
	expect(given).not.toHaveProperty('refused');
});

test('files above the limit are named as not read', () => {
	const given = givenFrom([new File(['{}'], 'package.json'), ...filesOf(52)]);
	expect(given.files).toHaveLength(50);
	expect(given.refused?.map(({ name, failure }) => [name, failure.code])).toEqual([
		['51.lock', 'lockfile-too-many'],
		['52.lock', 'lockfile-too-many'],
	]);
});

test('of very many files above the limit the number is said', () => {
	const { refused = [] } = givenFrom(filesOf(1_050));
	expect(refused).toHaveLength(201);
	expect(refused.at(-1)?.name).toBe('800 more');
});
