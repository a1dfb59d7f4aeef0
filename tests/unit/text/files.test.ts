/** Tests of the words about files without network: never approval, never a confirmed origin, and each gap in view. */
import { expect, test } from 'vitest';
import type { FilesCheck, FilesRecord, FilesReport } from '../../../lib/report/files.ts';
import { FILES_CHECKS } from '../../../lib/report/files.ts';
import {
	checkName,
	describeCheck,
	describeFiles,
	describeNotChecked,
	describeRecord,
} from '../../../lib/text/en/files.ts';
import { NEVER } from '../../fixtures/never.ts';
import { IDENTITY } from '../../fixtures/reports.ts';

function recordOf(parts: Partial<FilesRecord> = {}): FilesRecord {
	return {
		file: 'a.json',
		kind: 'provenance',
		result: 'holds',
		checks: FILES_CHECKS.map((id): FilesCheck => ({ id, standing: 'proved' })),
		release: { name: 'thing', version: '1.2.3' },
		signs: 'a.tgz',
		identity: IDENTITY,
		trustRoot: { source: 'embedded', version: '1', takenAt: '2026-11-01' },
		...parts,
	};
}

const reportOf = (records: FilesRecord[], parts: Partial<FilesReport> = {}): FilesReport => ({
	...{
		schema: 1,
		result: records[0]?.result ?? 'none',
		files: [],
		records,
		notChecked: [],
		checkedAt: '2026-11-28T00:00:00Z',
	},
	...parts,
});

const failing = (code: 'signature-invalid' | 'not-in-trust-root' | 'file-not-given'): FilesCheck[] => [
	code === 'signature-invalid'
		? { id: 'signature', standing: 'refuted', failure: { code } }
		: { id: 'signature', standing: 'unproved', why: 'could-not-check', failure: { code } },
];

const { signs: _signs, ...withoutFile } = recordOf();
const { release: _release, ...ofFile } = recordOf({ kind: 'signed-file', signs: 'a.txt' });

test.each<[string, FilesRecord[], RegExp]>([
	['nothing', [], /^No signed record is among these files/],
	[
		'a provenance and its file',
		[recordOf()],
		/signed the build record of “thing 1\.2\.3”\. The file “a\.tgz” is the one that was signed\. Not compared/,
	],
	['without the file', [withoutFile], /The file itself was not given, so it was not compared\. Not compared/],
	[
		'a publish attestation alone',
		[recordOf({ kind: 'publish' })],
		/states that it received “thing 1\.2\.3”, and no record here says where it was built/,
	],
	['a signed file', [ofFile], /^The signature holds: “[^”]+” in “[^”]+” signed “a\.txt”\.$/],
	[
		'a false one',
		[recordOf({ result: 'mismatch', checks: failing('signature-invalid') })],
		/^Does not match: provenance of “thing 1\.2\.3”: the record was changed .* Do not use the file/,
	],
	[
		'one from elsewhere',
		[recordOf({ result: 'not-allowed', policy: { state: 'not-allowed', row: 'thing', setBy: 'organisation' } })],
		/^Not the origin you expect: the signature holds, and the origin of “thing 1\.2\.3” is not what your organisation's allowlist expects/,
	],
	[
		'another instance',
		[recordOf({ result: 'unknown', checks: failing('not-in-trust-root') })],
		/^Could not check provenance .* give the trust root of that one\.$/,
	],
	[
		'a signed file that is missing',
		[recordOf({ result: 'unknown', kind: 'signed-file', checks: failing('file-not-given') })],
		/Give that file too\.$/,
	],
])('%s', (_what, records, words) => {
	const report = reportOf(records);
	const said = describeFiles(report);
	expect(said).toMatch(words);
	const all = [
		said,
		...describeNotChecked(report),
		...records.flatMap((record) => [
			describeRecord(record),
			...record.checks.flatMap((check) => [checkName(check, record), describeCheck(check)]),
		]),
	];
	// Of files nothing is confirmed: the registry was not asked.
	for (const ruledOut of [NEVER, /\bconfirmed\b/i]) for (const sentence of all) expect(sentence).not.toMatch(ruledOut);
	expect(describeNotChecked(report).at(-1)).toMatch(/does not make them harmless/);
});

test('of several false records the provenance leads', () => {
	const publish = recordOf({ kind: 'publish', result: 'mismatch', checks: failing('signature-invalid') });
	expect(describeFiles(reportOf([publish, { ...publish, kind: 'provenance' }]))).toMatch(/^Does not match: provenance/);
});
