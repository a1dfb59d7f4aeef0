/** Owns what `inspect --offline` prints for people: what holds, each record decoded, and what was not checked. */
import type { FilesRecord, FilesReport } from '../lib/report/files.ts';
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
import { describeSigned } from '../lib/text/en/signed.ts';
import { describeTrustRoot } from '../lib/text/en/trust-roots.ts';
import { printable } from './usage.ts';

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
		...tables.flatMap(({ caption, rows }) => [
			`  ${caption}`,
			...rows.map(({ name, value, note }) => `    ${name}${note === undefined ? '' : ` (${note})`}: ${value}`),
		]),
		...(statement
			? [
					`  Statement (in-toto)${record.evidence ? '' : ': what it says, nothing of it proved'}; --json prints all of it`,
					`    Predicate type: ${statement.predicateType}`,
					...statement.subject.flatMap(({ name, digest }) => [
						`    Subject: ${name}`,
						...Object.entries(digest).map(([algorithm, hex]) => `      ${algorithm} ${hex}`),
					]),
				]
			: []),
	];
}
