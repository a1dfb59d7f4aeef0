/** Owns what is not known of packages that were audited: the list of malware, or what the registry says by now. */

/** The packages for which the list of malware is not known. One leaves when its rows are made again, and no sooner. */
export interface Unadvised {
	has(name: string): boolean;
	names(): string[];
	/** The list was asked again: it could not be read for these. */
	asked(unread: readonly string[]): void;
	/** The rows of a package were made with what the list said then. */
	made(name: string): void;
}

/** @param kept names from an earlier run of the audit. */
export function createUnadvised(kept: readonly string[]): Unadvised {
	const open = new Set(kept);
	let unread: ReadonlySet<string> = new Set();
	return {
		has: (name) => open.has(name),
		names: () => [...open],
		asked: (names) => {
			unread = new Set(names);
			for (const name of names) open.add(name);
		},
		made: (name) => {
			if (!unread.has(name)) open.delete(name);
		},
	};
}

/** Milliseconds for which rows count as of now. */
const FRESH_MS = 24 * 3600 * 1000;

/** Whether rows are older than a day, or of a time that cannot be. @param at ISO time at which they were made. */
export function isOld(at: string, now: number = Date.now()): boolean {
	const age = now - Date.parse(at);
	return !(Math.abs(age) <= FRESH_MS);
}
