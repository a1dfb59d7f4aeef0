/** Owns the words of what edits an allowlist: its rows, the form of one, and how a warning is dismissed and shown again. */
import type { Verdict } from '../../report/verdict.ts';
import { quoted, shown } from '../format.ts';
import { VERDICT_NAMES } from './names.ts';

/** Columns of the rows of an allowlist. */
export const ROW_COLUMNS = { package: 'Package', expected: 'What you expect', change: 'Change' } as const;

/** The form of a row, and the way to it from a release. */
export const ROW_FORM = {
	expect: 'Expect this from now on',
	organisations: "A row of your own would change nothing here: your organisation's wins over it.",
	differences: 'Where they differ',
	form: 'A row of your allowlist',
	more: 'More that you can expect: branch, environment, build service, numbers',
	wouldDiffer: 'The release at hand would not be what this row expects:',
	beforeMeant: 'Did you mean',
	afterMeant: '?',
	take: 'Use it',
	edit: 'Edit',
	save: 'Save this row',
} as const;

/** How a warning is dismissed, and shown again. */
export const MUTE_FORM = {
	open: 'Dismiss this warning',
	note: 'Why (for you, later)',
	meaning: 'It is then shown without alarm, remains in the report, and can be taken back in the options.',
	dismiss: 'Dismiss it',
	dismissed: 'The warning remains in the report.',
	list: 'See what is dismissed',
	organisations: 'Your organisation set the row behind this warning, so it cannot be dismissed here.',
	again: 'Warn again',
} as const;

/** What the button that edits a row is called. @param name the row's package. */
export function describeEdit(name: string): string {
	return `Edit the row for ${quoted(name)}`;
}

/** What the button that removes a row is called. @param name the row's package. */
export function describeRemove(name: string): string {
	return `Remove the row for ${quoted(name)}`;
}

/** How many other rows there are for the package of the one that is being written. @param count at least one. */
export function describeOtherRows(count: number): string {
	const rows = count === 1 ? 'There is another row' : `There are ${count} other rows`;
	return `${rows} for this package: a release that fits any of them is expected.`;
}

/** What the button is called that writes what a row's field probably means. */
export function describeTake(meant: string): string {
	return `Write ${shown(meant)} in its place`;
}

/** The question for which releases warnings are dismissed; `describeScope` has its answers. */
export function describeDismissal(warnings: readonly Verdict[]): string {
	const names = warnings.map((warning) => `"${VERDICT_NAMES[warning]}"`).join(' and ');
	return `Dismiss ${warnings.length > 1 ? 'the warnings' : 'the warning'} ${names} for`;
}

/** For which releases a warning is dismissed. @param which the version, the line, or the name of the package. */
export function describeScope(scope: 'version' | 'line' | 'package', which: string): string {
	if (scope === 'version') return `this version, ${quoted(which)}`;
	if (scope === 'line') return `the release line ${which}, versions to come included`;
	return `every version of ${quoted(which)}, those to come included`;
}

/** What the button that shows a warning again is called. @param name the package that it is about. */
export function describeWarnAgain(name: string): string {
	return `Warn again about ${quoted(name)}`;
}
