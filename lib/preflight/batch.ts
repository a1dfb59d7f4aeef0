/** Owns several files that are read together: an `actions.lock` among them counts for the others, and one that cannot be read stops none. Pure. */
import { type Lock, parseLock } from './lock.ts';
import { type GivenFile, type PreflightFile, preflight } from './run.ts';
import { MAX_TEXT, type Unreadable } from './tree.ts';

/** Most files that are read together. */
export const MAX_FILES = 100;
/** More bytes of a file need not be read: no character takes more than four, so the text is then refused as too large. */
export const MAX_FILE_BYTES = 4 * (MAX_TEXT + 1);

/** What was read, and what was not, each in the order given. */
export interface Batch {
	files: PreflightFile[];
	refused: { file: string; failure: Unreadable }[];
	/** Names of the locks that were read. */
	locks: string[];
}

/**
 * Reads files one after the other.
 * @param given at most `MAX_FILES` are read.
 * @param pause awaited before each file, so that a page can draw.
 */
export async function preflightBatch(given: readonly GivenFile[], pause?: () => Promise<void>): Promise<Batch> {
	const batch: Batch = { files: [], refused: [], locks: [] };
	const all = given.slice(0, MAX_FILES);
	const locks = new Map<string, Lock>();
	for (const { file, text } of all.filter(isLock)) {
		await pause?.();
		const parsed = parseLock(text);
		if (!parsed.ok) batch.refused.push({ file, failure: parsed.failure });
		else {
			batch.locks.push(file);
			for (const [path, lock] of parsed.locks) locks.set(path, lock);
		}
	}
	for (const one of all.filter((file) => !isLock(file))) {
		await pause?.();
		const result = preflight(one, locks);
		if (result.ok) batch.files.push(result.value);
		else batch.refused.push({ file: result.file, failure: result.failure });
	}
	return batch;
}

/** The name of the file in which GitHub keeps the commits of a repository's actions. */
function isLock({ file }: GivenFile): boolean {
	return file.split(/[\\/]/).at(-1) === 'actions.lock';
}
