/** Owns what `inspect --offline` prints for people: what holds, each record decoded, and what was not checked. */
import type { FileRow, FilesRecord, FilesReport } from '../lib/report/files.ts';
import { describeExpected, describeFound } from '../lib/text/en/allowlist.ts';
import {
	checkDetail,
	checkName,
	describeCheck,
	describeFile,
	describeFiles,
	describeNotChecked,
	describeRecord,
	FILES_TEXT,
	originRows,
} from '../lib/text/en/files.ts';
import { fieldName } from '../lib/text/en/names.ts';
import { describeSigned } from '../lib/text/en/signed.ts';
import { describeTrustRoot } from '../lib/text/en/trust-roots.ts';
import { displayText, quoteText } from '../lib/text/untrusted.ts';
import { printable } from './usage.ts';

/** Most subjects of a statement that are printed: what is claimed may name any number. */
const MAX_SUBJECTS = 10;

/** Most digests of one. */
const MAX_DIGESTS = 4;

/** Most rows of one table: a certificate of Fulcio has about thirty. */
const MAX_ROWS = 60;

/** Longest value of a row, in characters. */
const MAX_VALUE = 300;

/** Characters of the longest digest that is known here. */
const SHA_512 = 128;

type Subject = NonNullable<NonNullable<FilesRecord['evidence']>['statement']>['subject'][number];

/** Of a file that was not read, or not wholly, its line for the error stream; of any other nothing. */
export function unreadText(row: FileRow): string | undefined {
	const isUnread = row.is === 'not-read' || (row.failure !== undefined && row.is !== 'tarball');
	return isUnread ? `${row.name}: ${describeFile({ ...row, is: 'not-read' })}` : undefined;
}

/** The answer as people read it in a terminal, each thing from outside on its one line. */
export function filesText(report: FilesReport): string {
	const { result, files, records, checkedAt } = report;
	const roots = new Set(records.map(({ trustRoot }) => describeTrustRoot(trustRoot, checkedAt)));
	return [
		`${result}: ${describeFiles(report)}`,
		'',
		FILES_TEXT.files,
		...files.flatMap((row) => [
			`  ${row.name}: ${describeFile(row)}`,
			...(row.is === 'bundle' && row.failure ? [`    ${describeFile({ ...row, is: 'not-read' })}`] : []),
			...(row.sha256 === undefined ? [] : [`    SHA-256 ${row.sha256}`]),
			...(row.sha512 === undefined ? [] : [`    SHA-512 ${row.sha512}`]),
		]),
		...records.flatMap(recordLines),
		'',
		FILES_TEXT.notChecked,
		...describeNotChecked(report).map((sentence) => `  ${sentence}`),
		'',
		`Checked at ${checkedAt}. Nobody was asked.`,
		...[...roots].map((root) => `Trust root: ${root}.`),
		'Nobody has audited this program.',
	]
		.map(printable)
		.join('\n');
}

function recordLines(record: FilesRecord): string[] {
	const decoded = record.evidence ?? record.claimed;
	const { statement } = decoded ?? {};
	const tables: Omit<ReturnType<typeof describeSigned>[number], 'part'>[] = [
		...(record.identity ? [{ caption: FILES_TEXT.origin, rows: originRows(record.identity) }] : []),
		...(decoded ? describeSigned(decoded) : []),
	];
	return [
		'',
		describeRecord(record),
		...record.checks.flatMap((check) => {
			const detail = checkDetail(check);
			const lines = [`  ${checkName(check, record)}`, `    ${describeCheck(check)}`];
			return detail === undefined ? lines : [...lines, `    (${detail})`];
		}),
		...policyLines(record),
		...tables.flatMap(({ caption, rows }) => [
			`  ${caption}`,
			...upTo(MAX_ROWS, rows, 'rows').map((row) => {
				if (typeof row === 'string') return `    ${row}`;
				const { name, value, note } = row;
				return `    ${name}${note === undefined ? '' : ` (${note})`}: ${displayText(value, MAX_VALUE)}`;
			}),
		]),
		...(statement
			? [
					`  Statement (in-toto)${record.evidence ? '' : ': what it says, nothing of it proved'}; --json prints all of it`,
					`    Predicate type: ${quoteText(statement.predicateType)}`,
					...upTo(MAX_SUBJECTS, statement.subject, 'subjects').flatMap(subjectLines),
				]
			: []),
	];
}

/** What the allowlist says of the origin, and where they differ. */
function policyLines({ policy, release }: FilesRecord): string[] {
	if (!policy || !release) return [];
	return [
		`  ${FILES_TEXT.expected}`,
		`    ${describeExpected(policy, release.name)}`,
		...(policy.differences ?? []).map((difference) => {
			const [expected, found] = [difference.expected, describeFound(difference)];
			return `    ${fieldName(difference.field)}: expected ${displayText(expected, MAX_VALUE)}, found ${displayText(found, MAX_VALUE)}`;
		}),
	];
}

function subjectLines(subject: Subject | string): string[] {
	if (typeof subject === 'string') return [`    ${subject}`];
	const digests = upTo(MAX_DIGESTS, Object.entries(subject.digest), 'digests');
	return [
		`    Subject: ${quoteText(subject.name)}`,
		...digests.map(
			(one) => `      ${typeof one === 'string' ? one : one.map((text) => displayText(text, SHA_512)).join(' ')}`,
		),
	];
}

/** The first of them, and how many more there are. */
function upTo<Item>(most: number, all: readonly Item[], what: string): (Item | string)[] {
	const more = all.length - most;
	return more > 0 ? [...all.slice(0, most), `${more} more ${what}; --json prints all`] : [...all];
}
