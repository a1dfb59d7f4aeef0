/** Owns the words of the popup besides its panel and its lists. */
import { shown } from '../format.ts';

/** The popup, part by part. */
export const POPUP = {
	field: 'Package',
	placeholder: 'name or name@version',
	lookUp: 'Look up',
	found: 'The registry finds',
	before: 'Looked up before',
	clear: 'Clear this list',
	kept: 'It is kept on this machine only.',
	expected: 'Expected?',
	builder: 'Who built it?',
	differs: 'See what differs',
	report: 'Report',
	checked: 'What was checked, and how',
	start: "Open a package's page on npm's website, or name a package here, to read what its provenance badge proves.",
	suggestions: "Names can be suggested while you type. Your letters then go to npm's registry.",
	allow: 'Allow suggestions',
	setAside: 'What you had set could not be read and was set aside. Nothing of it is lost: see the options.',
	lockfile: 'Do you have a lockfile?',
	audit: 'Audit it',
	publish: 'Do you publish packages?',
	workflow: 'Read a workflow',
	options: 'Options',
} as const;

/** The button that leads from one release of a list back to all of it. */
export function describeBack(count: number): string {
	return `Back to the list of ${count}`;
}

/** The name of the row that leads to what differs from an earlier release. @param version as the registry has it. */
export function describeSince(version: string): string {
	return `Since ${shown(version)}`;
}

/** What a screen reader hears of names that the registry finds. */
export function describeSuggested(count: number): string {
	return `${count === 1 ? 'One name' : `${count} names`} found; the down arrow leads there.`;
}
