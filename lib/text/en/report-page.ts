/** Owns the words of the report page around what it reports: its headings, its links, and what it says without a release. */
import { shown } from '../format.ts';
import { CHAIN_HEADING } from './chain.ts';
import { CLAIM_HEADINGS } from './names.ts';
import { RESPONSIBILITY_HEADING } from './responsibility.ts';
import { TIME_LINE } from './time-line.ts';

/** The sections of the page by their places, in their order: for its contents, and for panels that lead to one. */
export const REPORT_HEADINGS = {
	origin: 'Who built it',
	expected: 'What you expect',
	checked: CLAIM_HEADINGS.checked,
	looks: 'Look further',
	times: TIME_LINE.heading,
	releases: 'The releases before and after it',
	file: 'The file itself',
	chain: CHAIN_HEADING,
	evidence: 'The evidence',
	repeat: 'Repeat the check without us',
	yours: RESPONSIBILITY_HEADING,
	about: 'About this check',
} as const;

/** The page, part by part. */
export const REPORT_PAGE = {
	name: 'report',
	tab: 'Report - Stamp of Origin',
	contents: 'Contents',
	atNpm: 'Its page at npm',
	sideBySide: 'Both side by side',
	lookUp: 'Look up',
	lookUpLabel: 'Look up another package',
	lookUpHint: 'name or name@version',
	checkingBoth: 'Checking both releases ...',
	noAnswer: "The extension's background did not answer. This says nothing about the two releases.",
	again: 'Try again',
	noRelease: 'This address names no release. It should end in #NAME@VERSION, as in report.html#sigstore@2.3.1.',
} as const;

/** The link to the release before this one in its line. @param version from outside. */
export function describeReleaseBefore(version: string): string {
	return `Release before: ${shown(version)}`;
}

/** The link to the release after this one in its line. @param version from outside. */
export function describeReleaseAfter(version: string): string {
	return `Release after: ${shown(version)}`;
}

/** Two releases as a heading. @param pair all of it from outside. */
export function describePair({ name, from, to }: { name: string; from: string; to: string }): string {
	return `${shown(name)} ${shown(from)} and ${shown(to)}`;
}
