/** Owns the words of the comparison with earlier releases, and of a release line. */

import type { SaidBy } from '../../report/findings.ts';
import type { Change, Line, LineRelease } from '../../report/history.ts';
import type { Report } from '../../report/report.ts';
import type { Failure } from '../../report/result.ts';
import { day, numberText, shown } from '../format.ts';
import { quoteWord } from '../untrusted.ts';
import { describeFailure } from './failures.ts';
import { brief, describeChange, SAID_BY } from './names.ts';
import { calmReason } from './without-proof.ts';

/** The limits, once below a list of releases, whose sentences have no room for them. */
export const LIMITS_OF_A_LIST =
	'An origin says where a file was built. It does not show that code, workflow or dependencies are harmless.';

/** What else the picture and the table of a line say. */
export const LINE_WORDS = {
	prerelease: 'hollow: a prerelease',
	deprecated: 'struck through: deprecated',
	account: 'below the axis: another npm account than the release before',
	change: 'numbered line: who built it changed (signed identity)',
	here: 'this release',
	comparedWith: 'compared with',
	move: 'Move along the releases (arrow keys)',
	newest: 'Newest',
	newer: 'Newer',
	older: 'Older',
	oldest: 'Oldest',
	stop: 'Stop',
	room: 'Reading the list of releases ...',
} as const;

/** In the place of a line that cannot be shown: why. */
export function describeNoLine(failure: Failure): string {
	return `The list of releases could not be shown: ${describeFailure(failure)}`;
}

/** The caption of the table of a line: which of its releases are on this page of it. @param from the newest, counted from 1. */
export function describeTable(from: number, to: number, all: number): string {
	return `The same releases as a table, the newest first: ${grouped(from)} to ${grouped(to)} of ${grouped(all)}`;
}

/** The link to a release of the line. @param version from outside. */
export function describeOpen(version: string): string {
	return `Open ${shown(version)}`;
}

/** That not all changes have room below the picture. @param count of those that have none. */
export function describeUnnamed(count: number): string {
	return `${grouped(count)} more are named in the table.`;
}

/** The button that checks more of the line. @param count how many it checks. */
export function describeMore(count: number): string {
	return `Check ${count} more`;
}

/** How far the checks are. @param total absent until it is known. */
export function describeHowFar({ done, total }: { done: number; total?: number }): string {
	return `${done} of ${total ?? ''}`;
}

function grouped(number: number): string {
	return number.toLocaleString('en-GB');
}

/** What the releases of a line are, before any picture. */
export function describeLine({ line, below, releases }: Line, name: string): string {
	const [first, last] = [releases[0], releases.at(-1)];
	const lines = below === undefined ? `Line ${numberText(line)}` : `Lines ${numberText(below)} and ${numberText(line)}`;
	if (!first || !last) return `${lines} of ${quoteWord(name)} has no releases.`;
	const dates =
		releases.length === 1
			? `one release, of ${day(first.publishedAt)}`
			: `${releases.length.toLocaleString('en-GB')} releases, from ${day(first.publishedAt)} to ${day(last.publishedAt)}`;
	return `${lines} of ${quoteWord(name)}: ${dates}. How and when each was published is only the registry's word.`;
}

/** How many identities of a line were checked, and the result. */
export function describeChecked({ releases }: Line): string {
	const listed = releases.filter(({ hasProvenance }) => hasProvenance);
	if (listed.length === 0) return 'The registry lists provenance for none of them, so there is no identity to check.';
	const checked = listed.filter((release) => release.checked !== undefined);
	const proved = checked.filter((release) => release.checked?.ok);
	const failures = checked.length - proved.length;
	const changed = releases.filter(hasChanged).length;
	const times = changed === 1 ? 'once' : `${grouped(changed)} times`;
	return [
		`The registry lists provenance for ${grouped(listed.length)} of them; the signatures of ${grouped(checked.length)} were checked here.`,
		...(failures > 0 ? [`For ${grouped(failures)} that gave no identity; the table says why.`] : []),
		...(proved.length < 2
			? []
			: [`From one checked release to the next, who built it changed ${changed === 0 ? 'never' : times}.`]),
	].join(' ');
}

/** Whether a signed identity is another than the one before it, or the repository has a new name. */
export function hasChanged({ changes, renamedFrom }: LineRelease): boolean {
	return (changes?.length ?? 0) > 0 || renamedFrom !== undefined;
}

/** What differs from the identity before. */
export function describeChanges({ since, changes = [], renamedFrom }: LineRelease): string {
	const parts = changes.map(describeChange);
	if (renamedFrom !== undefined) parts.push(`same repository by its number, before named ${brief(renamedFrom)}`);
	return `Changed since ${quoteWord(since ?? '?')}: ${parts.join('; ')}.`;
}

/** The sentence about what a release is compared with, and every change; nothing where there is nothing to compare. */
export function describeComparison(report: Report): string | undefined {
	const { history, release } = report;
	if (history?.state !== 'compared') {
		return history && `Earlier releases could not be compared: ${describeFailure(history.failure)}`;
	}
	const { version } = release;
	if (!history.with) return `Nothing was published before ${quoteWord(version)} that it could be compared with.`;
	const against = `${quoteWord(version)} is compared with ${quoteWord(history.with.version)} (${day(history.with.publishedAt)})`;
	const told = (saidBy: SaidBy, changes: Change[]) =>
		changes.length === 0 ? [] : [`${SAID_BY[saidBy]}: ${changes.map(describeChange).join('; ')}.`];
	const isSaid = ({ field }: Change) => field === 'provenance' || field === 'publishing';
	const groups = [
		...told(
			'signature',
			history.changes.filter((change) => !isSaid(change)),
		),
		...told('registry', history.changes.filter(isSaid)),
	];
	if (groups.length > 0) return [`${against}.`, ...groups].join(' ');
	const why = report.verdict === 'none' ? calmReason(report) : undefined;
	if (why !== undefined) return `${against}: it has no provenance; ${why}.`;
	// Without an identity of both, builders were not compared.
	return report.identity && !history.with.identity
		? `${against}: nothing was lost. Who built ${quoteWord(history.with.version)} was not checked, so the builders were not compared.`
		: `${against}: nothing was lost or changed.`;
}
