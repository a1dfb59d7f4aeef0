/** Owns the words of the page that a reader sees once, after the installation: three made-up examples, and where to look. */
import type { Look } from '../verdict-icons.ts';
import { LIMITS_OF_PROOF, LIMITS_WITHOUT_PROOF, type PanelText } from './panel-text.ts';

/** The page, part by part. */
export const WELCOME = {
	name: 'welcome',
	title: 'Where was this package built?',
	what: 'npm shows a green check mark on packages that were published with a build record (provenance). The mark says where a file was built. It does not say that the file is harmless. This extension checks the record on your computer, and says in plain words what it proves and what it does not.',
	where: 'Where you see it',
	places: [
		"On a package's page at npm: in the column beside the readme, below npm's own facts.",
		"In npm's lists: a small sign beside each release. Point at it to read its sentence.",
		"In the popup of the toolbar's icon: for any package that you name or paste.",
	],
	signs: 'What the signs mean',
	example: 'Example',
	madeUp: 'These examples are made up. They work without network.',
	nothing:
		'There is nothing to set up. If you know where a package should come from, you can say so in the options: you are warned when it comes from elsewhere.',
	never: 'This extension asks npm about what you look at, and nobody else. It keeps nothing of private windows.',
} as const;

/** A sign, what it means, and a made-up panel with it. */
interface Example {
	look: Look;
	meaning: string;
	panel: PanelText;
}

/** One example of each kind of answer. */
export const EXAMPLES: readonly Example[] = [
	{
		look: 'confirmed',
		meaning: 'The origin is confirmed: you know which project built the file. That is no approval.',
		panel: {
			look: 'confirmed',
			headline: '“example 1.14.0” came from an automatic build of “example-org/example”.',
			rows: [
				{ term: 'Repository', value: ['“example-org/example”'] },
				{ term: 'Build file', value: ['“release.yml”'] },
				{ term: 'Commit', value: ['46e7056 (tag “v1.14.0”), where the run started'] },
				{ term: 'Signed by', value: ['GitHub Actions, in the public log'] },
			],
			limits: LIMITS_OF_PROOF,
			buttons: [],
		},
	},
	{
		look: 'lost',
		meaning: 'A warning: something is not as it was before, or does not match. The panel says what to do.',
		panel: {
			look: 'lost',
			headline: 'The build record of “example 1.14.1” is missing: “1.14.0” had one.',
			rows: [
				{ term: 'Before', value: ['“1.14.0”, 27 March 2026: built by “release.yml” in “example-org/example”'] },
				{ term: 'Now', value: ['“1.14.1”, 31 March 2026: no record (provenance)'] },
			],
			action: ['Stay on “1.14.0”, or ask the maintainers first.'],
			limits: LIMITS_WITHOUT_PROOF,
			buttons: [],
		},
	},
	{
		look: 'none',
		meaning: 'No record, as most packages have none; or the check could not be made. Neither is a warning.',
		panel: {
			look: 'none',
			headline: 'No build record for “another-example 4.17.21” (provenance).',
			rows: [{ term: 'Earlier', value: ['those that it is compared with have none either'] }],
			action: ['Look at who publishes it before you install.'],
			limits: LIMITS_WITHOUT_PROOF,
			buttons: [],
		},
	},
];
