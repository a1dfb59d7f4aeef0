/** Tests scripts/archive.ts and scripts/lint-extension.ts: bytes that depend on the files alone, and what fails the linter's list. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { afterEach, expect, test, vi } from 'vitest';
import { packArchive, readFolder, readSources } from '../../scripts/archive.ts';
import { findLintProblems, LISTED, type LintResult } from '../../scripts/lint-extension.ts';

const folders: string[] = [];
afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
	vi.unstubAllEnvs();
});

/** Writes files into a new folder, in this order. */
function write(files: Record<string, string>, { day, mode }: { day: string; mode: number }): string {
	const folder = mkdtempSync(join(tmpdir(), 'zip-'));
	folders.push(folder);
	for (const [path, content] of Object.entries(files)) {
		const file = join(folder, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, content);
		chmodSync(file, mode);
		utimesSync(file, new Date(day), new Date(day));
	}
	return folder;
}

const FILES = { 'b.js': 'two', 'a/é.json': '{}', 'a.js': 'x'.repeat(5000), 'A.js': 'capital' };

test('order, time, rights and place of the files leave no trace in an archive', () => {
	const one = write(FILES, { day: '2026-01-02T03:04:05Z', mode: 0o644 });
	const other = write(Object.fromEntries(Object.entries(FILES).toReversed()), { day: '2031-07-01', mode: 0o755 });
	const [first, second] = [one, other].map((folder) => Buffer.from(packArchive(readFolder(folder))));
	expect(first?.equals(second as Buffer)).toBe(true);
	const unpacked = unzipSync(first as Buffer);
	expect(Object.keys(unpacked)).toEqual(['A.js', 'a.js', 'a/é.json', 'b.js']);
	expect(Buffer.from(unpacked['a.js'] ?? '').toString()).toBe(FILES['a.js']);
});

test('the date is one that a ZIP file can name, and no extra field has another', () => {
	const bytes = Buffer.from(packArchive(new Map([['a', Buffer.from('a')]])));
	// DOS: midnight, 1 January 1980.
	expect([bytes.readUInt16LE(10), bytes.readUInt16LE(12)]).toEqual([0, 0x21]);
	expect(bytes.readUInt16LE(28)).toBe(0);
});

test('what editors and systems leave behind is not packed', () => {
	const folder = write(
		{ 'a.js': '', '.DS_Store': '', '.git/config': '', 'b/.a.js.swp': '' },
		{ day: '2026-01-01', mode: 0o644 },
	);
	expect([...readFolder(folder).keys()]).toEqual(['a.js']);
});

test('the sources have the page for reviewers at their top, and nothing that was built or installed', () => {
	const paths = [...readSources(fileURLToPath(new URL('../..', import.meta.url))).keys()];
	for (const path of ['BUILD.md', 'LICENSE', 'package-lock.json', 'scripts/build.ts', 'lib/npm/hosts.ts'])
		expect(paths).toContain(path);
	expect(paths.filter((path) => /node_modules|\.output|^tests\//.test(path))).toEqual([]);
});

const warning = (code: string, file: string) => ({ code, message: 'words', file, line: 1, column: 2 });
const ORDINARY: LintResult = {
	errors: [],
	warnings: [
		warning('KEY_FIREFOX_ANDROID_UNSUPPORTED_BY_MIN_VERSION', 'manifest.json'),
		warning('UNSAFE_VAR_ASSIGNMENT', 'content-scripts/npmjs.js'),
		warning('UNSAFE_VAR_ASSIGNMENT', 'chunks/Facts-h2HLYVOd.js'),
	],
	notices: [],
};

test('warnings of the list pass, and each entry has a reason', () => {
	expect(findLintProblems(ORDINARY)).toEqual([]);
	for (const { reason } of LISTED) expect(reason).toMatch(/^[A-Z].{30,}\.$/);
});

test.each<[what: string, change: Partial<LintResult>, problem: string]>([
	['an error', { errors: [warning('NO_NAME', 'manifest.json')] }, 'linter, error: NO_NAME: words (manifest.json:1:2)'],
	[
		'a warning of another kind',
		{ warnings: [...ORDINARY.warnings, warning('DANGEROUS_EVAL', 'content-scripts/npmjs.js')] },
		'linter, warning that is not listed: DANGEROUS_EVAL: words (content-scripts/npmjs.js:1:2)',
	],
	[
		'a listed warning once more',
		{ warnings: [...ORDINARY.warnings, warning('UNSAFE_VAR_ASSIGNMENT', 'content-scripts/npmjs.js')] },
		'linter, warning that is not listed: UNSAFE_VAR_ASSIGNMENT: words (content-scripts/npmjs.js:1:2)',
	],
	[
		'a listed warning elsewhere',
		{ warnings: [...ORDINARY.warnings, warning('UNSAFE_VAR_ASSIGNMENT', 'background.js')] },
		'linter, warning that is not listed: UNSAFE_VAR_ASSIGNMENT: words (background.js:1:2)',
	],
	[
		'an entry that nothing needs',
		{ warnings: ORDINARY.warnings.slice(1) },
		'listed, but the linter does not say it any more: KEY_FIREFOX_ANDROID_UNSUPPORTED_BY_MIN_VERSION in ^manifest\\.json$',
	],
])('%s is a problem', (_what, change, problem) => {
	expect(findLintProblems({ ...ORDINARY, ...change })).toEqual([problem]);
});
