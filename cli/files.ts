/** Owns `inspect --offline`: the given files, checked by lib/files/check.ts as the audit page does it, and nobody is asked. */
import { checkFiles } from '../lib/files/check.ts';
import { FAILURES } from '../lib/report/failures.ts';
import { FILES_RESULTS, type FileRow, type FilesReport } from '../lib/report/files.ts';
import { readWords } from './fail-on.ts';
import { filesText, unreadText } from './files-text.ts';
import { openGiven } from './given-file.ts';
import { readPolicy, readTrustRoot } from './inputs.ts';
import { type Answer, printableJson, readTime, UsageError } from './usage.ts';

/** Without a record nothing was checked, which must not pass for a check. */
const CI_WORDS: readonly string[] = ['mismatch', 'not-allowed', 'unknown', 'none'];

/** Holds where no record says where a release was built: files say nothing of what was not given. */
const NO_PROVENANCE = 'provenance-not-given';

/** The options that go with `--offline`. All others ask somebody, or compare with what somebody answered. */
const WITH_OFFLINE: ReadonlySet<string> = new Set(['offline', 'json', 'fail-on', 'policy', 'trusted-root', 'now']);

/**
 * Answers `inspect --offline FILE...`.
 * @returns exit code 2 where a file cannot be read; each has its line on the error stream, and the others are still checked.
 * @throws UsageError for options that do not go with it.
 */
export async function answerFiles(
	names: readonly string[],
	values: { json?: boolean; 'fail-on'?: string[]; policy?: string; 'trusted-root'?: string; now?: string },
): Promise<Answer> {
	const other = Object.keys(values).find((name) => !WITH_OFFLINE.has(name));
	if (other !== undefined) throw new UsageError(`--offline asks nobody, so it goes without --${other}`);
	if (names.length === 0) throw new UsageError('with --offline, name the files to check');
	const failOn = readFilesFailOn(values['fail-on'] ?? []);
	const now = values.now === undefined ? new Date() : readTime('--now', values.now);
	const policy = readPolicy(values.policy);
	const trust = await readTrustRoot(values['trusted-root'], now);
	// The same file twice is read once.
	const given = await Promise.all([...new Set(names)].map(openGiven));
	const checked = await checkFiles(given, {
		trustFor: () => trust,
		...(policy && { policies: [{ policy, setBy: 'you' as const }] }),
		now: () => now,
	});
	const reasons = new Map(given.map(({ name, reason }) => [name, reason()]));
	const report = { ...checked, files: checked.files.map((row) => withReason(row, reasons.get(row.name))) };
	const unread = report.files.flatMap((row) => unreadText(row) ?? []);
	const held = failOn.filter((word) => wordsOf(report).has(word));
	return {
		output: values.json ? printableJson(report) : filesText(report),
		notes: [...unread, ...(held.length > 0 ? [`--fail-on holds: ${held.join(', ')}`] : [])],
		exitCode: unread.length > 0 ? 2 : held.length > 0 ? 1 : 0,
	};
}

function readFilesFailOn(lists: readonly string[]): string[] {
	const results = FILES_RESULTS.filter((result) => result !== 'holds');
	const known = [...results, NO_PROVENANCE, 'ci', ...Object.keys(FAILURES)];
	const words = readWords(lists, known, `${results.join(', ')}, ${NO_PROVENANCE}, ci, codes of failures`);
	return [...new Set(words.flatMap((word) => (word === 'ci' ? CI_WORDS : [word])))];
}

/** A file that could not be read says why, as the machine has it. */
function withReason(row: FileRow, reason: string | undefined): FileRow {
	if (row.failure?.code !== 'file-unreadable' || reason === undefined) return row;
	return { ...row, failure: { ...row.failure, detail: reason } };
}

/** The result, the code of each check and of each file that does not hold, and that there is no provenance. */
function wordsOf({ result, records, files, notChecked }: FilesReport): Set<string> {
	const failing = [...files, ...records.flatMap(({ checks }) => checks)];
	const missing = notChecked.includes('provenance') ? [NO_PROVENANCE] : [];
	return new Set([
		result,
		...missing,
		...failing.flatMap((one) => ('failure' in one && one.failure ? [one.failure.code] : [])),
	]);
}
