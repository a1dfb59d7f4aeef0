/** Owns what a reader reads, and is asked, about what is kept on this machine. */

/** Where the reader would change what is stored, from a private window. */
export const PRIVATE_NOTE =
	'This is a private window, in which nothing is kept. To change what is set, use an ordinary one.';

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

/** What is kept of the registry's answers, and why. */
export const KEPT_ANSWERS = {
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
