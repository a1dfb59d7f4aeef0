/** Owns the check of given files without network: what each is, each record of them, and what files alone cannot answer. */
import { compareSubjects } from '../attestation/subject.ts';
import type { OwnedPolicy } from '../inspect/with-findings.ts';
import { comparePolicies } from '../policy/compare.ts';
import type { Statement } from '../report/evidence.ts';
import {
	type FileRow,
	type FilesRecord,
	type FilesReport,
	type FilesResult,
	isLeftOpen,
	type NotChecked,
} from '../report/files.ts';
import { type Failure, failed } from '../report/result.ts';
import type { TrustRoot } from '../sigstore/trust-root.ts';
import { contentOf, type GivenFile, type GivenRecord, MAX_FILE, MAX_FILES } from './given.ts';
import { type CheckedRecord, checkRecord, withFailure, withoutFile } from './record.ts';
import { type GivenTarball, type Hashed, hashGiven, readTarball } from './tarball.ts';

/** Whom to believe, and the time. Nothing here asks the network. */
export interface FilesWorld {
	/** The trust root for a package; for a record that names none, `undefined`. */
	trustFor(name: string | undefined): TrustRoot | Promise<TrustRoot>;
	/** The allowlists that hold; for each package, the first that names it decides. */
	policies?: readonly OwnedPolicy[];
	/** Whether the reader's own allowlist could not be read, so that what it expects is not known. */
	isAllowlistUnread?: boolean;
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
	const all: CheckedRecord[] = [];
	for (const { row, records: own } of read) {
		const checked: CheckedRecord[] = [];
		for (const record of own) checked.push(await checkRecord(row.name, record, beside));
		all.push(...(row.is === 'attestations' ? withoutDoubles(checked) : checked));
	}
	const signed = compareByRelease(ofOwnFile(all));
	const rows = read.map(({ row }) => statedRow(row, signed, files));
	const records = signed.map((record) => comparePolicy(record, world.policies ?? []));
	return {
		schema: 1,
		result: resultOf(records, rows),
		files: rows,
		records,
		notChecked: notCheckedOf(records, rows, world),
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

/** A file as the records leave it: what they are about is no longer unknown, and a package file that none is about says so. */
function statedRow(row: FileRow, records: readonly FilesRecord[], files: readonly Hashed[]): FileRow {
	const { name, bytes, is } = row;
	if (is === 'not-read' && records.some(({ signs }) => signs === name)) {
		const own = files.find((file) => file.name === name);
		if (own) return { name, bytes, is: 'signed-file', sha256: own.sha256, sha512: own.sha512 };
	}
	// Only a record that holds is about it. Where one does not, its checks say what is wrong.
	const known = knownOf(records);
	const isLeft = is === 'tarball' && known.length > 0 && known.every(({ result }) => result === 'holds');
	const isSigned = known.some(({ signs }) => signs === name);
	return isLeft && !isSigned ? { ...row, failure: failed('file-not-signed').failure } : row;
}

/** Records that decide: statements of other kinds, whose signature holds, are only shown. */
function knownOf(records: readonly FilesRecord[]): FilesRecord[] {
	return records.filter(({ kind, checks }) => kind !== 'other' || checks[0]?.standing !== 'proved');
}

/** One answer of the registry may not list two records of one kind. */
function withoutDoubles(checked: readonly CheckedRecord[]): CheckedRecord[] {
	const count = (kind: FilesRecord['kind']) => checked.filter(({ record }) => record.kind === kind).length;
	return checked.map((one) => {
		const { kind } = one.record;
		const isDouble = (kind === 'provenance' || kind === 'publish') && count(kind) > 1;
		if (!isDouble) return one;
		return { ...one, record: withFailure(one.record, 'statement', failed('attestation-duplicated').failure) };
	});
}

/** A package file is one release's. Where a record of that one holds, the file of each other release was not given. */
function ofOwnFile(checked: readonly CheckedRecord[]): CheckedRecord[] {
	const isOwner = ({ kind, result, signs, release }: FilesRecord) =>
		kind === 'provenance' && result === 'holds' && signs !== undefined && release !== undefined;
	const own = checked.find(({ record }) => isOwner(record))?.record.release;
	if (!own) return [...checked];
	return checked.map((one) => {
		const { release } = one.record;
		const isOther = release !== undefined && (release.name !== own.name || release.version !== own.version);
		return isOther ? { ...one, record: withoutFile(one) } : one;
	});
}

/** Records of one release are about one file, whichever of the given files they are in. */
function compareByRelease(checked: readonly CheckedRecord[]): FilesRecord[] {
	const provenances = new Map<string, CheckedRecord>();
	const key = ({ release }: FilesRecord) => (release ? `${release.name}@${release.version}` : '');
	for (const one of checked)
		if (one.record.kind === 'provenance' && one.statement && !provenances.has(key(one.record)))
			provenances.set(key(one.record), one);
	return checked.map(({ record, statement }) => {
		const other = record.release && provenances.get(key(record))?.statement;
		if (!statement || !other) return record;
		if (record.kind === 'publish') return refutedBy(record, compareSubjects(statement, other));
		// Two tools may write one name in two ways; the file has one digest.
		const [own, first] = [sha512Of(statement), sha512Of(other)];
		const differs = record.kind === 'provenance' && own !== first;
		return differs ? refutedBy(record, failed('subject-digest-differs', `${own}, not ${first}`).failure) : record;
	});
}

/** Of a provenance that holds, whether its origin is the expected one. Nothing is said of a record that is false or could not be checked. */
function comparePolicy(record: FilesRecord, policies: readonly OwnedPolicy[]): FilesRecord {
	const { kind, result, release, identity } = record;
	if (kind !== 'provenance' || result !== 'holds' || !release || !identity) return record;
	const policy = comparePolicies(policies, release.name, identity);
	if (!policy) return record;
	return { ...record, policy, ...(policy.state === 'not-allowed' && { result: policy.state }) };
}

function refutedBy(record: FilesRecord, failure: Failure | undefined): FilesRecord {
	return failure ? withFailure(record, 'identity', failure) : record;
}

function sha512Of({ subject: [first] }: Statement): string {
	return first && Object.hasOwn(first.digest, 'sha512') ? (first.digest.sha512 ?? '') : '';
}

/**
 * The worst of the records, and of the files that they leave open: `holds` is said only where each given file was read, and is a record or
 * what one is about. Statements of other kinds count only if there is no other record.
 */
function resultOf(records: readonly FilesRecord[], rows: readonly FileRow[]): FilesResult {
	const results = new Set(records.map(({ result }) => result));
	if (records.length === 0) return 'none';
	if (results.has('mismatch')) return 'mismatch';
	const known = knownOf(records);
	if (results.has('not-allowed')) return 'not-allowed';
	const isOpen = known.length === 0 || known.some(({ result }) => result === 'unknown');
	return isOpen || rows.some(isLeftOpen) ? 'unknown' : 'holds';
}

function notCheckedOf(
	records: readonly FilesRecord[],
	rows: readonly FileRow[],
	{ isAllowlistUnread = false }: FilesWorld,
): NotChecked[] {
	const isDecided = records.some(({ policy }) => policy && policy.state !== 'no-row');
	const isMissing = ({ checks }: FilesRecord) =>
		checks.some((check) => check.id === 'file' && 'failure' in check && check.failure.code === 'file-not-given');
	const isOfNpm = records.some(({ release }) => release);
	const isRefused = rows.some(({ failure }) => failure?.code === 'files-two-tarballs');
	return [
		...(records.some(isMissing) && !isRefused ? (['file'] as const) : []),
		...(rows.some(isLeftOpen) && records.length > 0 ? (['given-file'] as const) : []),
		...(isOfNpm && !records.some(({ kind }) => kind === 'provenance') ? (['provenance'] as const) : []),
		...(isOfNpm ? (['registry-signature', 'registry-list', 'earlier-releases', 'malware'] as const) : []),
		...(isAllowlistUnread && isOfNpm && !isDecided ? (['allowlist'] as const) : []),
	];
}
