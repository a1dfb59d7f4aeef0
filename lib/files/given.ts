/** Owns what each given file is, told by its content: records, a package's file, or why it is neither. Pure. */
import { endOfString, isClosing, isOpening, MAX_ANSWER, measureText, QUOTE } from '../npm/json-bounds.ts';
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

/**
 * What a file is. `other` may still be the file that a record signs; the failure is for the case that none does. Beside records it is
 * that of the lines that hold none.
 */
export type Content =
	| { is: 'bundle' | 'attestations'; records: GivenRecord[]; failure?: Failure }
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

/** Most lines of one. Records with an indented line for each value have some thousand. */
const MAX_LINES = 500_000;

/** What a file is. @param name tells nothing of what it is; only, which reason fits where it is nothing that can be read. */
export function contentOf(name: string, bytes: Uint8Array): Content {
	if (isGzip(bytes)) return { is: 'tarball' };
	const records = recordsIn(name, bytes);
	return records.ok ? records.value : { is: 'other', failure: records.failure };
}

/** Whether the beginning of a file says that it is meant for this check, and not a lockfile. It may still be unreadable. */
export function isEvidence(head: Uint8Array): boolean {
	return isGzip(head) || hasSign(decoderFor(head, false).decode(head.subarray(0, HEAD)));
}

/** Bytes of a file in which `isEvidence` looks. */
export const HEAD = 64 * 1024;

/** Fields of bundles, of the registry's answer and of one entry of it. */
const SIGNS = /^(?:verificationMaterial|dsseEnvelope|messageSignature|attestations|predicateType|bundle)$/;

/** Whether the object at the top, or one of a list there, has such a field. In a lockfile a dependency may be called as one. */
function hasSign(text: string): boolean {
	const [, start] = /^\s*([[{])/.exec(text) ?? [];
	if (start === undefined) return false;
	const top = start === '[' ? 2 : 1;
	let level = 0;
	for (let at = 0; at < text.length; at += 1) {
		const code = text.charCodeAt(at);
		if (isOpening(code)) level += 1;
		else if (isClosing(code)) level -= 1;
		else if (code === QUOTE) {
			const end = endOfString(text, at) ?? text.length;
			const word = level === top ? text.slice(at + 1, end - 1) : '';
			if (word.startsWith('application/vnd.dev.sigstore')) return true;
			if (SIGNS.test(word) && text.slice(end).trimStart().startsWith(':')) return true;
			at = end - 1;
		}
	}
	return false;
}

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
	const lines = linesOf(text);
	if (!lines) return failed('file-too-large', `more than ${MAX_LINES} lines`);
	const [first] = lines;
	if (first && lines.length > 1 && isObject(parsePlain(first.text))) return recordsByLine(lines);
	const parsed = parseRecords(text);
	if (!parsed.ok) return hasRecordLine(lines) ? recordsByLine(lines) : parsed;
	const { value } = parsed;
	const bundle = bundleIn(value);
	if (bundle !== undefined) return success({ is: 'bundle', records: [{ bundle }] });
	if (isObject(value) && Array.isArray(value.attestations)) return recordsOfAnswer(value.attestations);
	return failed(isLockfile(value) ? 'file-is-lockfile' : 'file-not-known', kindOfJson(value));
}

/** A line that is not empty. */
interface Line {
	/** From 1. */
	number: number;
	text: string;
}

/** The first lines that are not empty, one more than may be records; nothing where the text has too many lines. */
function linesOf(text: string): Line[] | undefined {
	const lines: Line[] = [];
	for (let [number, start] = [1, 0]; start < text.length; number += 1) {
		if (number > MAX_LINES) return undefined;
		const end = text.indexOf('\n', start);
		const next = end === -1 ? text.length : end + 1;
		const line = lines.length <= MAX_RECORDS ? text.slice(start, next).trim() : '';
		if (line !== '') lines.push({ number, text: line });
		start = next;
	}
	return lines;
}

/** Whether text that is not JSON as a whole is a record a line, of which the first cannot be read. */
function hasRecordLine(lines: readonly Line[]): boolean {
	const isOfLines = lines.length > 1 && lines.length <= MAX_RECORDS;
	return isOfLines && lines.some(({ text }) => bundleIn(parsePlain(text)) !== undefined);
}

/** A record a line, as the tools of GitHub write them. A line that cannot be read costs no other its check. */
function recordsByLine(lines: readonly Line[]): Result<Content> {
	if (lines.length > MAX_RECORDS) return failed('records-too-many', `more than ${MAX_RECORDS}`);
	const records: GivenRecord[] = [];
	const unread: Failure[] = [];
	// As many values as one answer may have, for all lines together.
	let room = MAX_ANSWER.values;
	for (const [index, line] of lines.entries()) {
		room -= measureText(line.text, room).values;
		const parsed = room < 0 ? ofLine(line, 'file-too-large', `more than ${MAX_ANSWER.values} values`) : parseLine(line);
		if (parsed.ok) records.push({ bundle: parsed.value, place: index + 1 });
		else unread.push(parsed.failure);
		if (room < 0) room = 0;
	}
	const failure = failureOfLines(unread);
	if (failure && records.length === 0) return { ok: false, failure };
	return success({ is: 'bundle', records, ...(failure && { failure }) });
}

function parseLine(line: Line): Result<unknown> {
	// Behind as many lines as in the file, so that its own number is said.
	const parsed = parseRecords('\n'.repeat(line.number - 1) + line.text);
	if (!parsed.ok) {
		const { code, detail } = parsed.failure;
		return code === 'file-not-json' || code === 'file-cut-off' ? parsed : ofLine(line, code, detail);
	}
	const bundle = bundleIn(parsed.value);
	return bundle === undefined ? ofLine(line, 'file-not-known', kindOfJson(parsed.value)) : success(bundle);
}

function ofLine({ number }: Line, code: Failure['code'], detail = '') {
	return failed(code, `line ${number}: ${detail}`);
}

/** The failure of the first line that holds no record, and how many lines there are of the kind. */
function failureOfLines(all: readonly Failure[]): Failure | undefined {
	const [first] = all;
	return !first || all.length === 1 ? first : failed(first.code, `${first.detail}; ${all.length} lines in all`).failure;
}

/**
 * A list of entries, each with its bundle: npm's answer about one release, or GitHub's about one digest. Only npm's have a label. Labels
 * are nobody's word: the payload says what a record is.
 */
function recordsOfAnswer(attestations: readonly unknown[]): Result<Content> {
	if (attestations.length > MAX_RECORDS) return failed('records-too-many', `more than ${MAX_RECORDS}`);
	const records: GivenRecord[] = [];
	for (const [index, one] of attestations.entries()) {
		if (!isObject(one) || !isObject(one.bundle)) return failed('file-not-known', `record ${index + 1} has no bundle`);
		records.push({ bundle: one.bundle, place: index + 1 });
	}
	const isOfRegistry = attestations.every((one) => isObject(one) && typeof one.predicateType === 'string');
	return success({ is: isOfRegistry ? 'attestations' : 'bundle', records });
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

/** The bundle that JSON is, or holds as one entry of an answer. */
function bundleIn(json: unknown): unknown {
	if (isBundle(json)) return json;
	if (!isObject(json) || !isObject(json.bundle)) return undefined;
	return typeof json.predicateType === 'string' || isBundle(json.bundle) ? json.bundle : undefined;
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
	const names = Object.keys(json)
		.slice(0, 3)
		.map((name) => name.slice(0, 60));
	return names.length === 0 ? 'an object without fields' : `an object that begins with ${names.join(', ')}`;
}

/** The value of JSON that is within the limits; why another text is not is asked elsewhere. */
function parsePlain(text: string): unknown {
	if (measureText(text, MAX_ANSWER.values).values > MAX_ANSWER.values) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The text of a file without its mark; `undefined` where it is none. */
function textOf(bytes: Uint8Array): string | undefined {
	try {
		return decoderFor(bytes, true).decode(bytes);
	} catch {
		return undefined;
	}
}

/** UTF-8, or UTF-16 where a byte order mark says so, as older PowerShells write it. */
function decoderFor([first, second]: Uint8Array, fatal: boolean): TextDecoder {
	if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le', { fatal });
	return new TextDecoder(first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8', { fatal });
}
