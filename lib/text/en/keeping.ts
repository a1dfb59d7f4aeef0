/** Owns what a reader reads, and is asked, about what is kept on this machine. */
import { day, quoted } from '../format.ts';

/** Where the reader would change what is stored, from a private window. */
export const PRIVATE_NOTE =
	'This is a private window, in which nothing is kept. To change what is set, use an ordinary one.';

/** What is said where the browser's storage refuses what is to be kept. */
export const NOT_SAVED = {
	plain: "This could not be saved: the browser's storage refused it.",
	unchanged: "This could not be saved: the browser's storage refused it. Nothing was changed.",
} as const;

/** What a reader is asked once, before anything is noted. */
export const SIGHTINGS_QUESTION = {
	question: 'May this extension keep a list of what you look at?',
	what: "It notes each release you look at, its file's fingerprint (SHA-512), who signed it, and the day. If the registry later serves something else under the same version, the panel says so, with both dates.",
	where:
		'The list stays on this machine, is never written in private windows, and one button in the options clears it. Everything else works without it.',
	either:
		"Either way, the answers of npm's registry are kept on this machine for up to 90 days, and name what you looked at. With them it can be checked again without asking. A button in the options forgets them.",
	yes: 'Yes, keep the list',
	no: 'No, keep no list',
};

/** The list of what a reader looked at. */
export const SIGHTINGS = {
	heading: 'What you looked at (sightings)',
	keep: 'Keep a list of the releases you look at',
	kept: 'Saved. From now on the list is kept.',
	notKept: 'Saved. What the list says stays until you clear it.',
	where:
		"The list stays on this machine and is never written in private windows; marks in npm's lists do not count as looks. Nothing drops out of it by itself. Switched off, it is neither written nor read, and stays until you clear it.",
	unreadable: 'The list cannot be read just now. Nothing of it was changed.',
	save: 'Save the list as a file',
	clear: 'Clear the list',
	cleared: 'The list of what you looked at is cleared.',
	refused: "Nothing was forgotten: the browser's storage refused it.",
	says: 'What it says, the last look first',
	forget: 'Forget this one',
	more: 'Show more',
} as const;

/** How many releases the list has. @param setAside entries that could not be read. */
export function describeSightings(count: number, setAside: number): string {
	const has = count === 0 ? 'The list is empty.' : `The list has ${count === 1 ? 'one release' : `${count} releases`}.`;
	if (setAside === 0) return has;
	const are = setAside === 1 ? 'is' : 'are';
	return `${has} ${setAside} of its entries could not be read and ${are} set aside; the saved file has them.`;
}

/** When a release was last looked at; follows its name. @param last ISO time. */
export function describeLastLook(last: string): string {
	return `, last looked at on ${day(last)}`;
}

/** Since when a file is known; its fingerprint follows. @param first ISO time. */
export function describeFileSeen(first: string): string {
	return `File (SHA-512), first seen on ${day(first)}:`;
}

/** Since when a signer is known. @param signer nothing for a release without provenance. @param first ISO time. */
export function describeSignerSeen(signer: string | undefined, first: string): string {
	if (signer === undefined) return `Without provenance, first seen on ${day(first)}`;
	return `Signer, first seen on ${day(first)}: ${quoted(signer)}`;
}

/** What the button that forgets one release is called. @param release `name@version`. */
export function describeForget(release: string): string {
	return `${SIGHTINGS.forget}: ${quoted(release)}`;
}

/** What is said once a release is forgotten. @param release `name@version`. */
export function describeForgotten(release: string): string {
	return `What was seen of ${quoted(release)} is forgotten.`;
}

/** What is kept of the registry's answers, and why. */
export const KEPT_ANSWERS = {
	heading: 'What the registry answered (kept evidence)',
	what: "What npm's registry answers about the releases that you look at, and those marked in lists, is kept on this machine. With it they can be checked again without asking, also without network. It names these releases, whether or not the list above is kept.",
	until:
		'What was not fetched again for 90 days is forgotten, and the oldest where it becomes too much. In private windows nothing is kept.',
	forget: "Forget the registry's answers",
	forgotten: "The registry's answers are forgotten.",
	refused: "The registry's answers could not be forgotten: the browser's storage refused it.",
};

/** What is kept of audits, and for how long. */
export const KEPT_AUDITS = {
	heading: 'Lockfiles that you audited',
	what: 'The audit page keeps the last 20 audits on this machine: the lockfiles, the package.json beside them, and the results. So an audit can go on after you close its tab, and the next one can show what differs. In private windows nothing is kept.',
	page: 'The audit page lists them',
	forget: 'Forget the audits',
	forgotten: 'The audits are forgotten.',
	refused: "The audits could not be forgotten: the browser's storage refused it.",
};
