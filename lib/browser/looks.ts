/** Owns how many releases a reader has looked at, up to three: only a number, to know when a question is not too early. */
import { browser } from 'wxt/browser';

/** So many releases are shown before anything is asked. */
export const LOOKS_BEFORE_QUESTIONS = 3;
const KEY = 'looks';

/**
 * Counts one more release.
 * @returns how many there were, this one included; at most three. Where the storage refuses, one.
 */
export async function countLook(): Promise<number> {
	try {
		const kept: unknown = (await browser.storage.local.get(KEY))[KEY];
		const count = Math.min(LOOKS_BEFORE_QUESTIONS, (typeof kept === 'number' && kept > 0 ? Math.floor(kept) : 0) + 1);
		if (count !== kept) await browser.storage.local.set({ [KEY]: count });
		return count;
	} catch {
		return 1;
	}
}
