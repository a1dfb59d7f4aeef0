/** Owns how a file becomes a lockfile: its size, its encoding, what it must not hold, and which form it has. Pure. */
import { failed, type Result } from '../../report/result.ts';
import { REGISTRY_BASES } from './address.ts';
import { bun } from './bun.ts';
import { deno } from './deno.ts';
import type { Lockfile, LockfileFormat } from './lockfile.ts';
import { npm } from './npm.ts';
import { pnpm } from './pnpm.ts';
import { vlt } from './vlt.ts';
import { yarnBerry } from './yarn-berry.ts';
import { yarnClassic } from './yarn-classic.ts';

/** Every form that can be read. By their text alone, Bun's and vlt's files could be npm's, so they come first. */
const FORMATS: readonly LockfileFormat[] = [bun, vlt, deno, npm, pnpm, yarnBerry, yarnClassic];

const CAN_BE_READ = 'package-lock.json, pnpm-lock.yaml, yarn.lock, bun.lock, deno.lock and vlt-lock.json can be read';

/** Largest file, in bytes of UTF-8, or characters where it comes as text. */
export const MAX_LOCKFILE = 32 * 1024 * 1024;

/** As many characters tell which form a file has. */
const HEAD = 4_096;

/** What git writes between two versions of a part. */
const CONFLICT = /^(?:<{7}|={7}|>{7})(?= |\r?$)/m;

const BUN_BINARY = '#!/usr/bin/env bun\nbun-lockfile-format-v';

/**
 * Reads a lockfile.
 * @param fileName its name, with or without folders. @param content the file, or its text.
 * @param bases addresses of the registry that is asked. An entry from elsewhere is not covered.
 * @returns failures `lockfile-too-large` (with the limit), `lockfile-not-known` (with what can be read), `lockfile-version-unknown`
 *   (with the version), and `lockfile-unreadable` with `line L, column C: what`, or with what to do about the whole file.
 */
export function readLockfile(
	fileName: string,
	content: Uint8Array | string,
	bases: readonly string[] = REGISTRY_BASES,
): Result<Lockfile> {
	if (content.length > MAX_LOCKFILE) return failed('lockfile-too-large', `more than ${MAX_LOCKFILE / 1024 / 1024} MB`);
	const text = textOf(content);
	const name = fileName.split(/[/\\]/).at(-1) ?? '';
	// Bytes of the binary form need not be UTF-8.
	if (name === 'bun.lockb' || startsWith(content, BUN_BINARY))
		return failed(
			'lockfile-unreadable',
			"Bun's binary form: `bun install --save-text-lockfile --frozen-lockfile --lockfile-only` writes bun.lock",
		);
	if (text === undefined) return failed('lockfile-unreadable', 'the file is not UTF-8');
	const format = formatOf(name, text.slice(0, HEAD));
	if (format === undefined) return failed('lockfile-not-known', CAN_BE_READ);
	const conflict = CONFLICT.exec(text);
	if (conflict)
		return failed('lockfile-unreadable', `line ${lineOf(text, conflict.index)}, column 1: a conflict mark of git`);
	return format.parse(text, bases);
}

/** Whether a file's name, or its beginning, is that of a lockfile. It may still be unreadable. */
export function isLockfile(fileName: string, head: string): boolean {
	const name = fileName.split(/[/\\]/).at(-1) ?? '';
	return name === 'bun.lockb' || formatOf(name, head.replace(/^\ufeff/, '').slice(0, HEAD)) !== undefined;
}

function formatOf(name: string, head: string): LockfileFormat | undefined {
	const recognising = (called: string) => FORMATS.find((format) => format.recognises(called, head));
	return recognising(name === '' ? '?' : name) ?? recognising('');
}

/** The text without a byte order mark; `undefined` for bytes that are no UTF-8. */
function textOf(content: Uint8Array | string): string | undefined {
	if (typeof content === 'string') return content.replace(/^\ufeff/, '');
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(content);
	} catch {
		return undefined;
	}
}

function startsWith(content: Uint8Array | string, start: string): boolean {
	if (typeof content === 'string') return content.startsWith(start);
	return start === String.fromCharCode(...content.subarray(0, start.length));
}

function lineOf(text: string, offset: number): number {
	return text.slice(0, offset).split('\n').length;
}
