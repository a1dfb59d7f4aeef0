/** Owns which folders of a source are meant for built files: those that its .gitignore names, and the usual names of them. Pure. */

/** Folders that build tools write by default. */
const USUAL = new Set(
	'dist build built lib libs es esm esnext cjs umd iife out output types typings dts generated compiled bundle bundles module modules prebuilds target release browser'.split(
		' ',
	),
);

/** Longest file of patterns, and most of them, that are read. */
const MAX_TEXT = 200_000;
const MAX_PATTERNS = 2_000;
/** Most patterns with a star: each is tried on every name. */
const MAX_STARRED = 200;

/**
 * @param texts of the .gitignore files. Patterns that take something back (`!`) are left out, and so are those of more than 200
 *   characters.
 * @returns whether a folder, by its path in the repository, is meant for built files.
 * @see https://git-scm.com/docs/gitignore
 */
export function createBuildFolders(texts: readonly string[]): (folder: string) => boolean {
	const patterns = texts
		.flatMap((text) => text.slice(0, MAX_TEXT).split('\n'))
		.map((line) => line.trim())
		.filter((line) => line !== '' && !/^[#!]/.test(line) && line.length <= 200)
		.slice(0, MAX_PATTERNS)
		.flatMap((line) => namesIn(line));
	const names = new Set(patterns.filter((pattern) => typeof pattern === 'string'));
	const starred = patterns.filter((pattern) => typeof pattern === 'function').slice(0, MAX_STARRED);
	/** Each name is tried once, however many files are below it. */
	const known = new Map<string, boolean>();
	const isMeant = (part: string) => {
		const before = known.get(part);
		if (before !== undefined) return before;
		const is = USUAL.has(part.toLowerCase()) || names.has(part) || starred.some((matches) => matches(part));
		known.set(part, is);
		return is;
	};
	return (folder) => folder.split('/').some(isMeant);
}

/** The last name of a pattern: as it is, or as a check of a folder's own name. One that is only stars says nothing. */
function namesIn(line: string): (string | ((part: string) => boolean))[] {
	const name = line
		.replace(/\/+\**$/, '')
		.split('/')
		.filter((part) => !/^\**$/.test(part))
		.at(-1);
	if (name === undefined || /[[\]?\\]/.test(name)) return [];
	const pieces = name.split('*');
	if (pieces.length === 1) return [name];
	if (pieces.length > 2 || pieces.join('') === '') return [];
	const [start = '', end = ''] = pieces;
	return [(part) => part.length >= start.length + end.length && part.startsWith(start) && part.endsWith(end)];
}
