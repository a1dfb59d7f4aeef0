/** Owns: no change to a file that a tool wrote makes reading throw, and every entry stays accounted for. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLockfile } from '../../../../lib/audit/lockfile/read.ts';
import { foldersOf, OWN, sampleOf } from '../../../fixtures/lockfile-samples.ts';

/** A few of each tool: the others differ in what they hold, not in how it is written. */
const FOLDERS = [
	...OWN,
	...['npm', 'pnpm', 'yarn1', 'yarn4', 'bun', 'deno', 'vlt'].flatMap((tool) => foldersOf(tool).slice(0, 3)),
].filter((folder) => folder !== 'npm/bundled-npm-itself');

/** What means something in one form or another. */
const PIECES = [
	...[
		'{',
		'}',
		'[',
		']',
		':',
		',',
		'"',
		"'",
		'\n',
		'\r\n',
		'  ',
		'\t',
		'---\n',
		'? ',
		'- ',
		'#',
		'&a ',
		'*a',
		'!!map ',
		'|\n',
		'<<: ',
	],
	...[
		'\\',
		'\\u0000',
		'\u0000',
		'\ufeff',
		'\ud800',
		'@',
		'(',
		')',
		'~',
		'\u00b7',
		'%zz',
		'::',
		'npm:',
		'patch:',
		'@workspace:.',
	],
	...[
		'__proto__',
		'constructor',
		'null',
		'true',
		'0x7',
		'1e999',
		'"version"',
		'resolution:',
		'packages:',
		'__metadata:\n  version: 8\n',
	],
];

const edit = fc.record({
	at: fc.double({ min: 0, max: 1, noNaN: true }),
	removed: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(300)),
	added: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 })),
});

function edited(text: string, edits: readonly { at: number; removed: number; added: string }[]): string {
	return edits.reduce((now, { at, removed, added }) => {
		const from = Math.floor(at * now.length);
		return now.slice(0, from) + added + now.slice(from + removed);
	}, text);
}

test.each(FOLDERS)('%s', (folder) => {
	const { fileName, text } = sampleOf(folder);
	fc.assert(
		fc.property(
			fc.array(edit, { maxLength: 4 }),
			fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
			fc.constantFrom(fileName, ''),
			(edits, cut, name) => {
				const changed = edited(text, edits);
				const result = readLockfile(name, cut === null ? changed : changed.slice(0, Math.floor(cut * changed.length)));
				if (!result.ok) {
					expect(result.failure.code).toMatch(/^lockfile-(?:unreadable|version-unknown|not-known)$/);
					expect(result.failure.detail).toMatch(/\S/);
					return;
				}
				const { packages, notCovered, entries } = result.value;
				expect(entries).toBeGreaterThanOrEqual(packages.length);
				expect(new Set(packages.map((one) => `${one.name}@${one.version}`)).size).toBe(packages.length);
				for (const { line, column } of [...packages, ...notCovered]) expect(Math.min(line, column)).toBeGreaterThan(0);
			},
		),
		{ numRuns: 60 },
	);
});
