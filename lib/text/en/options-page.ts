/** Owns the words of the options page besides what its parts say of themselves: the allowlist and its file, and what npm's pages show. */
import { day, quoted } from '../format.ts';

/** The page, part by part. */
export const OPTIONS_PAGE = {
	name: 'options',
	title: 'Options',
	unreadable: "What you have set cannot be read just now: the browser's storage refuses it. Nothing of it is changed.",
	saved: 'Saved.',
	asBefore: 'It is as it was before.',
	notUndone: 'Something else was changed since, so nothing was undone.',
	setByOrganisation: 'Set by your organisation',
	setByYou: 'Set by you',
	about: 'About this extension',
} as const;

/** What was stored and could not be read. */
export const SET_ASIDE = {
	heading: 'Set aside: what could not be read',
	takeBack: 'Take it back',
	takenBack: 'It is added to what you have.',
	save: 'Save it as a file',
	forget: 'Forget it here',
	forgotten: 'What was set aside is forgotten here.',
	refused: "The browser's storage refused it. Nothing was changed.",
} as const;

/** The rows of the allowlist, and its file. */
export const ALLOWLIST = {
	heading: 'What you expect (allowlist)',
	what: "Each row says which origin you expect of a package, or of all packages of a scope. It is compared exactly. Several rows for one package mean any of them; a row with the package's own name wins over its scope's.",
	organisations: 'These rows win over yours, and cannot be changed here.',
	organisationsRows: 'Rows of your organisation',
	rows: 'Your rows',
	none: 'You have no rows yet. The easiest way to one: "Expect this from now on" on a release\'s report page.',
	add: 'Add a row',
	left: 'The row was left as it was.',
	file: 'As a file',
	beforeForm: 'The file is JSON; its form is described in',
	form: 'policy.schema.json',
	afterForm: '. The same file works with the command `inspect --policy`.',
	export: 'Export',
	import: 'Import',
	imported: 'The file that was read',
	importedMutes: 'Warnings dismissed in the file:',
	addFile: 'Add them to yours',
	fileAdded: 'What the file has is added to yours.',
	takeFile: 'Put them in place of yours',
	fileTaken: 'The file is your allowlist now.',
	fileLeft: 'The file was left; nothing was changed.',
	fileUnreadable: 'Nothing was changed. The file could not be read.',
} as const;

/** The warnings that were dismissed. */
export const MUTES = {
	heading: 'Dismissed warnings',
	what: 'A dismissed warning is shown without alarm and remains in the report. Evidence that does not match, and malware, cannot be dismissed. What you dismiss is part of the file above.',
	none: 'You have dismissed none.',
} as const;

/** What npm's pages, the popup and the context menu show. */
export const ON_PAGES = {
	heading: "On npm's pages, and in the popup",
	marks: 'A mark beside each release in search results, dependencies and versions',
	marksSaved: 'Saved. Pages that are open show it when they are loaded again.',
	suggestions: "Suggest names in the popup: the letters that are typed there go to npm's registry",
	menu: "An entry in the context menu of links to npm's packages, and of selected text on any site: it opens the report of what they name. We get the link or the text only when you choose the entry.",
	menuRefused: 'Nothing was changed: the browser did not permit it.',
	forget: 'Forget them',
	forgotten: 'The look-ups are forgotten.',
} as const;

/** What became of a row. @param name its package. */
export function describeRowChange(name: string, change: 'saved' | 'removed'): string {
	return change === 'saved' ? `The row for ${quoted(name)} is saved.` : `The row for ${quoted(name)} is removed.`;
}

/** What is said once a warning is no longer dismissed. @param name the package that it is about. */
export function describeUnmuted(name: string): string {
	return `You will be warned about ${quoted(name)} again.`;
}

/** How many dismissed warnings of a file are not listed. */
export function describeMoreMutes(count: number): string {
	return `... and ${count} more, which are in the file.`;
}

/** What could not be read, and when that was seen. @param times ISO times; an empty one is unknown. */
export function describeSetAside(times: readonly string[]): string {
	const days = [...new Set(times.filter((at) => at !== '').map(day))];
	const when = days.length > 0 ? `, on ${days.join(' and ')}` : '';
	return `What was stored here could not be read${when}. Nothing of it is lost: save it as a file; then it can be forgotten here.`;
}

/** How many look-ups the popup remembers. */
export function describeLookedUp(count: number): string {
	if (count === 0) return 'The popup remembers no look-ups at present.';
	return `The popup remembers ${count === 1 ? 'one look-up' : `the last ${count} look-ups`}, on this machine only.`;
}

/** What this extension is. @param name its own, as its manifest has it. */
export function describeAbout(name: string, version: string): string {
	return `${name} ${version}, under the Apache License 2.0. Its source, and how to report a fault or a hole in it, are in the repository that it was built from: the files README.md and SECURITY.md. Nobody has audited it.`;
}
