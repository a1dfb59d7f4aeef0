/** Owns the words about what no origin record takes from anybody, each beside what helps with it. */

/** Heading of the section on the report page. */
export const RESPONSIBILITY_HEADING = 'What is still your responsibility';

/** Items in their order. `link` says what leads to the Preflight page, where that helps, and `audit` what leads to the audit page. */
export const RESPONSIBILITIES: readonly { name: string; help: string; link?: string; audit?: string }[] = [
	{
		name: 'Review the workflow',
		help: 'A record shows which workflow built a file, and not whether that workflow is sound. Read it at the commit that the record names.',
		link: 'Preflight lists what to read in it',
	},
	{
		name: 'Pin what it uses',
		help: 'Actions, images and programs that are named by a tag can change between two releases. Full commits and digests cannot.',
		link: 'Preflight names those that can change',
	},
	{
		name: 'Look at dependencies',
		help: 'This check is about one package, and not about what it installs. Keep a lockfile, and read what changes in it. The audit looks at every release that a lockfile names.',
		audit: 'Audit a lockfile',
	},
	{
		name: 'Protect tags and branches',
		help: 'Whoever can move a tag or push to a branch decides what is released. Rules of the repository and a protected environment limit that.',
	},
	{
		name: 'Use a second factor',
		help: 'Accounts at npm and at the code host can publish past every workflow. A second factor, and no leftover tokens, close that way.',
	},
];
