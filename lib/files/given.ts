/** Owns what each given file is, told by its content: records, a package's file, or why it is neither. Pure. */
import { parseJsonFile } from '../npm/json-file.ts';
import { type Failure, failed, type Result, success } from '../report/result.ts';

/** A file as it was given. */
export interface GivenFile {
	/** Text from outside. */
	name: string;
	/** Bytes. */
	size: number;
	/** All of it. Called at most once, and not for a file that is too large. */
	read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** A record as it came, and its place in its file, from 1. */
export interface GivenRecord {
	bundle: unknown;
	place?: number;
}

/** What a file is. `other` may still be the file that a record signs; the failure is for the case that none does. */
export type Content =
	| { is: 'bundle' | 'attestations'; records: GivenRecord[] }
	| { is: 'tarball' }
	| { is: 'other'; failure: Failure };

/** Most files that are read together. */
export const MAX_FILES = 20;

/** Largest file in bytes, as for one that the registry serves. */
export const MAX_FILE = 256 * 1024 * 1024;

/** Most characters of a file of records, as of the registry's answer. */
const MAX_RECORDS_FILE = 8 * 1024 * 1024;

/** Most records of one file, as in the registry's answer. */
const MAX_RECORDS = 32;

/** What a file is. @param name tells nothing of what it is; only, which reason fits where it is nothing that can be read. */
export function contentOf(name: string, bytes: Uint8Array): Content {
	if (isGzip(bytes)) return { is: 'tarball' };
	const records = recordsIn(name, bytes);
	return records.ok ? records.value : { is: 'other', failure: records.failure };
}

/** Whether the beginning of a file says that it is meant for this check, and not a lockfile. It may still be unreadable. */
export function isEvidence(head: Uint8Array): boolean {
	if (isGzip(head)) return true;
	const text = new TextDecoder().decode(head.subarray(0, HEAD));
	return /^[\s\ufeff]*[[{]/.test(text) && SIGNS.test(text);
}

/** Bytes of a file in which `isEvidence` looks. */
export const HEAD = 64 * 1024;

const SIGNS =
	/"(?:verificationMaterial|dsseEnvelope|messageSignature|attestations)"\s*:|application\/vnd\.dev\.sigstore/;

function isGzip(bytes: Uint8Array): boolean {
	return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function recordsIn(name: string, bytes: Uint8Array): Result<Content> {
	if (bytes.length === 0) return failed('file-empty');
	if (/\.(tgz|tar\.gz)$/i.test(name)) return failed('file-not-gzip');
	if (bytes.length > MAX_RECORDS_FILE)
		return failed('file-too-large', `records of more than ${MAX_RECORDS_FILE / 1024 / 1024} MB`);
	const text = textOf(bytes);
	if (text === undefined) return failed('file-not-known', 'it is no text');
	const lines = text.split('\n').filter((line) => line.trim() !== '');
	if (lines.length > 1 && isWhole(lines[0] ?? '')) return recordsByLine(lines);
	const parsed = parseRecords(text);
	if (!parsed.ok) return parsed;
	const { value } = parsed;
	if (isBundle(value)) return success({ is: 'bundle', records: [{ bundle: value }] });
	if (isObject(value) && Array.isArray(value.attestations)) return recordsOfAnswer(value.attestations);
	return failed(isLockfile(value) ? 'file-is-lockfile' : 'file-not-known', kindOfJson(value));
}

/** A record a line, as the tools of GitHub write them. */
function recordsByLine(lines: readonly string[]): Result<Content> {
	if (lines.length > MAX_RECORDS) return failed('records-too-many', `more than ${MAX_RECORDS}`);
	const records: GivenRecord[] = [];
	for (const [index, line] of lines.entries()) {
		const parsed = parseRecords(line);
		if (!parsed.ok) return failed(parsed.failure.code, `record ${index + 1}: ${parsed.failure.detail}`);
		if (!isBundle(parsed.value)) return failed('file-not-known', `record ${index + 1}: ${kindOfJson(parsed.value)}`);
		records.push({ bundle: parsed.value, place: index + 1 });
	}
	return success({ is: 'bundle', records });
}

/** The registry's answer. Labels are nobody's word: the payload says what a record is. */
function recordsOfAnswer(attestations: readonly unknown[]): Result<Content> {
	if (attestations.length > MAX_RECORDS) return failed('records-too-many', `more than ${MAX_RECORDS}`);
	const records: GivenRecord[] = [];
	for (const [index, one] of attestations.entries()) {
		if (!isObject(one) || !isObject(one.bundle)) return failed('file-not-known', `record ${index + 1} has no bundle`);
		records.push({ bundle: one.bundle, place: index + 1 });
	}
	return success({ is: 'attestations', records });
}

function parseRecords(text: string): Result<unknown> {
	const parsed = parseJsonFile(text, MAX_RECORDS_FILE);
	if (parsed.ok) return success(parsed.value.value);
	const { code, detail = '' } = parsed.failure;
	if (code === 'too-large') return failed('file-too-large', detail);
	if (detail.includes('ends before it is complete')) return failed('file-cut-off', detail);
	// Text of another kind has no place at which it is wrong.
	if (!/^\s*[[{]/.test(text)) return failed(isLockText(text) ? 'file-is-lockfile' : 'file-not-known', 'it is not JSON');
	return failed('file-not-json', detail);
}

function isBundle(json: unknown): boolean {
	if (!isObject(json)) return false;
	const { mediaType } = json;
	return (
		'verificationMaterial' in json ||
		'dsseEnvelope' in json ||
		'messageSignature' in json ||
		(typeof mediaType === 'string' && mediaType.startsWith('application/vnd.dev.sigstore.bundle'))
	);
}

function isObject(json: unknown): json is Record<string, unknown> {
	return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Names of lockfiles' fields, of all tools that write JSON. */
function isLockfile(json: unknown): boolean {
	return (
		isObject(json) &&
		('lockfileVersion' in json || ('packages' in json && 'workspaces' in json) || 'specifiers' in json)
	);
}

function isLockText(text: string): boolean {
	return /^(?:lockfileVersion:|__metadata:|# (?:THIS IS AN AUTOGENERATED FILE|yarn lockfile|This file is generated))/m.test(
		text.slice(0, 4096),
	);
}

/** What other JSON is: its first fields, for people. */
function kindOfJson(json: unknown): string {
	if (Array.isArray(json)) return 'a list';
	if (!isObject(json)) return 'a single value';
	const names = Object.keys(json).slice(0, 3);
	return names.length === 0 ? 'an object without fields' : `an object that begins with ${names.join(', ')}`;
}

function isWhole(line: string): boolean {
	try {
		return isObject(JSON.parse(line));
	} catch {
		return false;
	}
}

function textOf(bytes: Uint8Array): string | undefined {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return undefined;
	}
}
