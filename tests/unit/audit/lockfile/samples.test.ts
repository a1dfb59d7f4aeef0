/** Owns: what each tool wrote is read into what it installs, and nothing of a file is lost. */
import { describe, expect, test } from 'vitest';
import { classifyAddress, REGISTRY_BASES } from '../../../../lib/audit/lockfile/address.ts';
import type { LockedHash, Lockfile } from '../../../../lib/audit/lockfile/lockfile.ts';
import { readLockfile } from '../../../../lib/audit/lockfile/read.ts';
import { foldersOf, hasSamples, OWN, sampleOf } from '../../../fixtures/lockfile-samples.ts';
import { EXPECTED, EXPECTED_OLDER } from './expected.ts';

const TOOLS = ['npm', 'pnpm', 'yarn1', 'yarn4', 'bun', 'deno', 'vlt'];

function read(folder: string): { lockfile: Lockfile; text: string } {
	const { fileName, text } = sampleOf(folder);
	const result = readLockfile(fileName, new TextEncoder().encode(text));
	if (!result.ok) throw new Error(`${folder}: ${result.failure.code} ${result.failure.detail}`);
	return { lockfile: result.value, text };
}

function hashText(hash: LockedHash): string {
	return hash.of === 'tarball' ? hash.integrity.replace(/-\S+/g, '').replaceAll(' ', '+') : hash.of;
}

/** In the form of expected.ts. */
function textOf({ format, formatVersion, entries, packages, notCovered, isWithoutHashes }: Lockfile): string[] {
	return [
		`${format} ${formatVersion} ${entries}${isWithoutHashes ? ' without hashes' : ''}`,
		...packages.map(({ name, version, hashes, addresses, isDirect, isPatched }) =>
			[
				`${name}@${version} ${hashes.map(hashText).join(',')}`,
				...(addresses.length > 0 ? ['at'] : []),
				...(isDirect ? ['direct'] : []),
				...(isPatched ? ['patched'] : []),
			].join(' '),
		),
		...notCovered.map(({ spec, why }) => `- ${spec} ${why}`),
	];
}

/** The order of what is not covered is the file's, which the table need not repeat. */
function sorted(lines: readonly string[]): string[] {
	return [...lines].sort();
}

function expectRead(folder: string, expected: string): void {
	const { lockfile, text } = read(folder);
	expect(sorted(textOf(lockfile))).toEqual(sorted(expected.trim().split('\n')));
	const rows = text.split('\n');
	for (const { name, version, line, column, addresses } of lockfile.packages) {
		// The key stands there, with nothing before it; where it is an alias, the name comes soon.
		expect(rows[line - 1]?.slice(0, column - 1).trim()).toBe('');
		expect(rows[line - 1]?.[column - 1]).toMatch(/\S/);
		expect(rows.slice(line - 1, line + 2).join('\n')).toContain(name.split('/').at(-1));
		for (const address of addresses)
			expect(classifyAddress(address, { name, version }, REGISTRY_BASES)).toEqual({ is: 'own' });
	}
}

test('every sample of an older tool has its expectation', () => {
	expect(Object.keys(EXPECTED_OLDER).sort()).toEqual([...OWN].sort());
});

test.each(OWN)('%s', (folder) => expectRead(folder, EXPECTED_OLDER[folder] ?? ''));

describe.skipIf(!hasSamples)('of ../shared/data', () => {
	const folders = TOOLS.flatMap(foldersOf);

	test.each(folders.filter((folder) => folder !== 'npm/bundled-npm-itself'))('%s', (folder) =>
		expectRead(folder, EXPECTED[folder] ?? `no expectation for ${folder}`),
	);

	test('npm/bundled-npm-itself: one file, and 147 packages within it', () => {
		const { lockfile } = read('npm/bundled-npm-itself');
		expect(lockfile.packages.map(({ name, version, line }) => [name, version, line])).toEqual([['npm', '12.2.2', 14]]);
		expect(lockfile.entries).toBe(148);
		// Two copies of one release are told of once.
		const bundled = new Set(lockfile.notCovered.map(({ spec, why }) => `${why} ${spec}`));
		expect(bundled.size).toBe(lockfile.notCovered.length);
		expect([...bundled].every((one) => one.startsWith('bundled '))).toBe(true);
	});
});

interface Counted {
	entries: number;
	releases: number;
	notCovered: number;
}

/** A count of our own over the raw text, which knows nothing of the parsers. */
const COUNTED: [folder: string, count: (text: string) => Counted][] = [
	[
		'real/opencollective_opencollective-api',
		(text) => {
			const { packages } = JSON.parse(text) as { packages: Record<string, { name?: string; version: string }> };
			const all = Object.entries(packages).filter(([path]) => path !== '');
			const releases = all.map(([path, one]) => `${one.name ?? path.split('node_modules/').at(-1)}@${one.version}`);
			return { entries: all.length, releases: new Set(releases).size, notCovered: 0 };
		},
	],
	// 228 files are from feeds of another registry.
	['real/microsoft_rushstack', (text) => pnpmKeys(text, text.match(/tarball: http/g)?.length)],
	['real/pnpm_pnpm_many-deps', (text) => pnpmKeys(text)],
	['real/prisma_prisma', (text) => pnpmKeys(text)],
	['real/withastro_astro', (text) => pnpmKeys(text)],
	['real/babel_babel', berryKeys],
	['real/outline_outline', berryKeys],
	[
		'real/denoland_fresh',
		(text) => {
			const { npm, jsr } = JSON.parse(text) as { npm: object; jsr: object };
			const releases = new Set(Object.keys(npm).map((key) => key.replace(/(?<=.@[^_]*)_.*$/, '')));
			const jsrs = Object.keys(jsr).length;
			return { entries: Object.keys(npm).length + jsrs, releases: releases.size, notCovered: jsrs };
		},
	],
];

/** The keys two spaces in, between a line `packages:` and the next at the margin; files of the project are told by their keys. */
function pnpmKeys(text: string, elsewhere = 0): Counted {
	const parts = [...text.matchAll(/^packages:\n(.*?)(?=^\S|$(?![\s\S]))/gms)].map(([, part = '']) => part);
	const keys = parts.flatMap((part) => part.match(/^ {2}\S.*:$/gm) ?? []);
	const releases = new Set(keys);
	const notCovered = keys.filter((key) => key.includes('@file:')).length + elsewhere;
	return { entries: keys.length, releases: releases.size - notCovered, notCovered };
}

/** Resolutions by their protocol; a patch is of a release that is there as well, and the project itself is no entry. */
function berryKeys(text: string): Counted {
	const all = (text.match(/^ {2}resolution: .*$/gm) ?? []).filter((one) => !one.endsWith('@workspace:."'));
	const count = (protocol: RegExp) => all.filter((one) => protocol.test(one)).length;
	return {
		entries: all.length,
		releases: count(/^ {2}resolution: "(?:@[^/]+\/)?[^@]+@npm:/),
		notCovered: count(/^[^@]*@?[^@]+@(?:workspace|link):/),
	};
}

describe.skipIf(!hasSamples)('the counts of real projects add up', () => {
	test.each(COUNTED)('%s', (folder, count) => {
		const { lockfile, text } = read(folder);
		const counted = count(text);
		expect(counted.entries).toBeGreaterThan(800);
		expect({
			entries: lockfile.entries,
			releases: lockfile.packages.length,
			notCovered: lockfile.notCovered.length,
		}).toEqual(counted);
	});
});
