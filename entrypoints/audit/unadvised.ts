/** Owns for which packages the list of malware is not known: a package leaves when its rows are made again, and no sooner. */

/** The packages without a word of the list. */
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
