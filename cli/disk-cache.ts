/** Owns the answers of a registry that are kept on the disk between runs of `audit`. Evidence is kept, verdicts never are. */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CacheEntry, EvidenceStore } from '../lib/registry/cache.ts';

/** Answers that were not fetched again for so long are deleted. */
const MAX_AGE_MS = 90 * 24 * 3600 * 1000;

const DAY_MS = 24 * 3600 * 1000;

/** Bytes of all answers together; beyond them the oldest go. */
const MAX_BYTES = 2 * 1024 * 1024 * 1024;

/** The longest answer that is ever fetched is of 128 MB; what is longer was put there by somebody else, and is not read. */
const MAX_ANSWER_BYTES = 129 * 1024 * 1024;

/** The folder of this program's cache, as the system has it. */
export function cacheFolder(
	env: Readonly<Record<string, string | undefined>> = process.env,
	home: string = homedir(),
	platform: string = process.platform,
): string {
	const { XDG_CACHE_HOME, LOCALAPPDATA } = env;
	// A relative one is to be ignored: XDG Base Directory Specification.
	if (XDG_CACHE_HOME?.startsWith('/')) return join(XDG_CACHE_HOME, 'stamp-of-origin');
	if (platform === 'win32') return join(LOCALAPPDATA ?? join(home, 'AppData/Local'), 'stamp-of-origin/cache');
	return join(home, platform === 'darwin' ? 'Library/Caches' : '.cache', 'stamp-of-origin');
}

/**
 * A store of answers in a folder, one file for each: a line that names the question, the time and the form, then the answer itself.
 * A file that cannot be read is as if there were none; whoever asks parses what comes out.
 * @param folder made when the first answer is kept; only the user may read it. @param maxAnswerBytes longer files count as unreadable.
 */
export function diskStore(folder: string, maxAnswerBytes: number = MAX_ANSWER_BYTES): EvidenceStore {
	const pathOf = (key: string) => {
		const name = createHash('sha256').update(key).digest('hex');
		return [join(folder, name.slice(0, 2)), name] as const;
	};
	return {
		get: async (key) => {
			const path = join(...pathOf(key));
			const bytes = await readWithin(path, maxAnswerBytes).catch(() => undefined);
			return bytes && readEntry(key, bytes);
		},
		put: async (key, entry) => {
			const [parent, name] = pathOf(key);
			await mkdir(parent, { recursive: true, mode: 0o700 });
			// Another run may read it at any moment, so it comes into its place whole.
			const draft = join(parent, `${name}.${crypto.randomUUID()}`);
			try {
				await writeFile(draft, await writeEntry(key, entry), { mode: 0o600 });
				await rename(draft, join(parent, name));
			} catch (error) {
				await rm(draft, { force: true });
				throw error;
			}
		},
	};
}

/** A whole file, of no more than so many bytes. @throws where it is longer, or cannot be read. */
async function readWithin(path: string, most: number): Promise<Buffer> {
	const file = await open(path);
	try {
		const { size } = await file.stat();
		if (size > most) throw new RangeError(`${size} bytes`);
		return await file.readFile();
	} finally {
		await file.close();
	}
}

const NEWLINE = 10;

function readEntry(key: string, bytes: Buffer): CacheEntry | undefined {
	try {
		const end = bytes.indexOf(NEWLINE);
		const head = JSON.parse(bytes.subarray(0, end).toString('utf8'));
		if (head.key !== key) return undefined;
		const body = bytes.subarray(end + 1);
		if (body.length !== head.size) return undefined;
		const value = head.isBytes ? new Blob([new Uint8Array(body)]) : JSON.parse(body.toString('utf8'));
		return { fetchedAt: head.fetchedAt, value: head.isAbsent ? undefined : value };
	} catch {
		return undefined;
	}
}

async function writeEntry(key: string, { fetchedAt, value }: CacheEntry): Promise<Uint8Array> {
	const isBytes = value instanceof Blob;
	const body = isBytes ? Buffer.from(await value.arrayBuffer()) : Buffer.from(JSON.stringify(value ?? null));
	const head = { key, fetchedAt, isBytes, ...(value === undefined && { isAbsent: true }), size: body.length };
	return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]);
}

/**
 * Deletes what is too old, or too much, at most once a day. Whatever fails is left for the next run.
 * @param folder of all registries' answers. @param now milliseconds since the epoch.
 */
export async function tidyDisk(folder: string, now: number, maxBytes: number = MAX_BYTES): Promise<void> {
	const mark = join(folder, 'tidied');
	const last = await stat(mark).catch(() => undefined);
	if (last && now - last.mtimeMs < DAY_MS) return;
	const files: { path: string; size: number; at: number }[] = [];
	for (const path of await readdir(folder, { recursive: true }).catch(() => [])) {
		// Whatever else somebody put there is theirs.
		if (!/(?:^|[\\/])[0-9a-f]{64}(?:\.[0-9a-f-]{36})?$/.test(path)) continue;
		const seen = await stat(join(folder, path)).catch(() => undefined);
		if (seen?.isFile()) files.push({ path: join(folder, path), size: seen.size, at: seen.mtimeMs });
	}
	files.sort((one, other) => other.at - one.at);
	let bytes = 0;
	for (const { path, size, at } of files) {
		bytes += size;
		if (now - at > MAX_AGE_MS || bytes > maxBytes) await rm(path, { force: true }).catch(() => undefined);
	}
	if (files.length > 0) await writeFile(mark, '').catch(() => undefined);
}
