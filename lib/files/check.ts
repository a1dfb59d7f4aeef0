/** Owns the check of given files without network: what each is, each record of them, and what files alone cannot answer. */
import { compareSubjects } from '../attestation/subject.ts';
import type { FileRow, FilesRecord, FilesReport, FilesResult, NotChecked } from '../report/files.ts';
import { type Failure, failed } from '../report/result.ts';
import type { TrustRoot } from '../sigstore/trust-root.ts';
import { contentOf, type GivenFile, type GivenRecord, MAX_FILE, MAX_FILES } from './given.ts';
import { type CheckedRecord, checkRecord, withFailure } from './record.ts';
import { type GivenTarball, type Hashed, hashGiven, readTarball } from './tarball.ts';

/** Whom to believe, and the time. Nothing here asks the network. */
export interface FilesWorld {
	/** The trust root for a package; for a record that names none, `undefined`. */
	trustFor(name: string | undefined): TrustRoot | Promise<TrustRoot>;
	now(): Date;
}

/** A file that was read. */
interface Read {
	row: FileRow;
	records: GivenRecord[];
	/** Of a tarball, and of what may be the file that a record is about. */
	bytes?: Uint8Array<ArrayBuffer>;
}

/**
 * Checks files: Sigstore bundles, the registry's attestations, and at most one package file (.tgz) that they are about.
 * Every expected failure is in the answer; nothing is thrown for what comes from outside.
 * @returns the answer; a file that is of no use has one of the failures `file-...`, `files-...`, `records-too-many`, or `archive-refused`.
 */
export async function checkFiles(given: readonly GivenFile[], world: FilesWorld): Promise<FilesReport> {
	const read: Read[] = [];
	const named = withOwnNames(given);
	let room = MAX_TOGETHER;
	for (const file of named.slice(0, MAX_FILES)) {
		const one = await readFile(file, room);
		read.push(one);
		room -= one.bytes?.length ?? 0;
	}
	for (const { name, size } of named.slice(MAX_FILES))
		read.push(refused(name, size, 'files-too-many', `${MAX_FILES} are read`));
	const files = await hashFiles(read);
	const tarball = await readOnlyTarball(read, files);
	const beside = { tarball, files, trustFor: async (name: string | undefined) => world.trustFor(name) };
	const records: FilesRecord[] = [];
	for (const { row, records: own } of read) {
		const checked: CheckedRecord[] = [];
		for (const record of own) checked.push(await checkRecord(row.name, record, beside));
		records.push(...(row.is === 'attestations' ? compareInAnswer(checked) : checked.map(({ record }) => record)));
	}
	const signed = new Set(records.map(({ signs: name }) => name));
	return {
		schema: 1,
		result: resultOf(records),
		files: read.map(({ row }) => (signed.has(row.name) && row.is === 'not-read' ? asSigned(row, files) : row)),
		records,
		notChecked: notCheckedOf(records),
		checkedAt: world.now().toISOString(),
	};
}

/** Files of one name, from several folders, get a number. */
function withOwnNames(files: readonly GivenFile[]): GivenFile[] {
	const names = new Set<string>();
	return files.map((file) => {
		let { name } = file;
		for (let count = 2; names.has(name); count += 1) name = `${file.name} (${count})`;
		names.add(name);
		return { name, size: file.size, read: () => file.read() };
	});
}

/** Most bytes of files that are in memory at a time. */
const MAX_TOGETHER = 2 * MAX_FILE;

async function readFile({ name, size, read }: GivenFile, room: number): Promise<Read> {
	if (size > room) return refused(name, size, 'file-too-large', `together more than ${MAX_TOGETHER / 1024 / 1024} MB`);
	if (size > MAX_FILE) return refused(name, size, 'file-too-large', `more than ${MAX_FILE / 1024 / 1024} MB`);
	const bytes = await read().catch(() => undefined);
	if (!bytes) return refused(name, size, 'file-unreadable');
	const content = contentOf(name, bytes);
	const row = { name, bytes: bytes.length };
	if (content.is === 'other') return { row: { ...row, is: 'not-read', failure: content.failure }, records: [], bytes };
	if (content.is === 'tarball') return { row: { ...row, is: 'tarball' }, records: [], bytes };
	const { failure, records } = content;
	return { row: { ...row, is: content.is, ...(failure && { failure }) }, records };
}

function refused(name: string, bytes: number, code: Failure['code'], detail?: string): Read {
	return { row: { name, bytes, is: 'not-read', failure: failed(code, detail).failure }, records: [] };
}

/** Hashes what records may be about, if there are records. */
async function hashFiles(read: readonly Read[]): Promise<Hashed[]> {
	const tarballs = read.filter(({ row }) => row.is === 'tarball');
	// Of several none is taken: which one a record is about would be our guess.
	if (tarballs.length > 1) for (const { row } of tarballs) refuse(row, failed('files-two-tarballs').failure);
	const isOfUse = read.some(({ records }) => records.length > 0);
	const hashed: Hashed[] = [];
	for (const { row, bytes } of read) {
		const isWanted = row.is === 'tarball' || (isOfUse && row.failure?.code !== 'files-two-tarballs');
		if (bytes && bytes.length > 0 && isWanted) hashed.push(await hashGiven(row.name, bytes));
	}
	return hashed;
}

/** The one package file, read. */
async function readOnlyTarball(read: readonly Read[], files: readonly Hashed[]): Promise<GivenTarball | undefined> {
	const only = read.find(({ row }) => row.is === 'tarball');
	const hashed = files.find(({ bytes }) => bytes === only?.bytes);
	if (!only || !hashed) return undefined;
	const tarball = await readTarball(hashed);
	const { sha256, sha512, package: named } = tarball;
	Object.assign(only.row, { sha256, sha512 }, named.ok ? { package: named.value } : { failure: named.failure });
	return tarball;
}

function refuse(row: FileRow, failure: Failure): void {
	Object.assign(row, { is: 'not-read', failure });
}

function asSigned({ name, bytes }: FileRow, files: readonly Hashed[]): FileRow {
	const own = files.find((file) => file.name === name);
	return { name, bytes, is: 'signed-file', ...(own && { sha256: own.sha256, sha512: own.sha512 }) };
}

/** What one answer of the registry may not do: list two records of one kind, or two that are about different files. */
function compareInAnswer(checked: readonly CheckedRecord[]): FilesRecord[] {
	const of = (kind: FilesRecord['kind']) => checked.filter(({ record }) => record.kind === kind);
	const provenance = of('provenance')[0]?.statement;
	return checked.map(({ record, statement }) => {
		const isDuplicated = (record.kind === 'provenance' || record.kind === 'publish') && of(record.kind).length > 1;
		if (isDuplicated) return withFailure(record, 'statement', failed('attestation-duplicated').failure);
		const differs =
			record.kind === 'publish' && statement && provenance ? compareSubjects(statement, provenance) : undefined;
		return differs ? withFailure(record, 'identity', differs) : record;
	});
}

/** The worst of the records. Statements of other kinds count only if there is no other record. */
function resultOf(records: readonly FilesRecord[]): FilesResult {
	const results = new Set(records.map(({ result }) => result));
	if (records.length === 0) return 'none';
	if (results.has('mismatch')) return 'mismatch';
	const known = records.filter(({ kind, checks }) => kind !== 'other' || checks[0]?.standing !== 'proved');
	return known.length === 0 || known.some(({ result }) => result === 'unknown') ? 'unknown' : 'holds';
}

function notCheckedOf(records: readonly FilesRecord[]): NotChecked[] {
	const isMissing = ({ checks }: FilesRecord) =>
		checks.some((check) => check.id === 'file' && 'failure' in check && check.failure.code === 'file-not-given');
	const isOfNpm = records.some(({ release }) => release);
	return [
		...(records.some(isMissing) ? (['file'] as const) : []),
		...(isOfNpm ? (['registry-signature', 'registry-list', 'earlier-releases', 'malware'] as const) : []),
	];
}
