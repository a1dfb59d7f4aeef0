/** Owns the parts that every panel has: headline, rows with links, action, limits, question and buttons. */

import type { LogEntryView } from '../../report/evidence.ts';
import { type FindingOf, findingOf, isOf } from '../../report/findings.ts';
import type { Identity } from '../../report/identity.ts';
import type { Claim, Report } from '../../report/report.ts';
import { day, fileName, shortRepository } from '../format.ts';
import {
	buildFileAddress,
	commitAddress,
	issuesAddress,
	logAddress,
	npmReportAddress,
	releaseAddress,
	safeAddress,
} from '../links.ts';
import { quoteText, quoteWord, wordText } from '../untrusted.ts';
import type { Look } from '../verdict-icons.ts';
import { buildService, PRODUCT, refName } from './names.ts';

/** A part of a line: words, or a link to a host that we know. `isName`: its text is from outside, so it is quoted where it is no link. */
export type Piece = string | { text: string; href: string; isName?: true };

/** One fact: a short name for it, and its value. */
export interface PanelRow {
	term: string;
	value: readonly Piece[];
}

/**
 * A button: where it leads, or what it does.
 * - `report`, `releases`, `expected`, `evidence`: the report page, at that section.
 * - `retry`: the check is made again. `permit`: the browser asks for the access that the check needs.
 */
export type PanelButton =
	| { label: string; does: 'report' | ReportSection | 'retry' | 'permit' }
	| { label: string; href: string };

/** A section of the report page that a panel leads to. */
export type ReportSection = (typeof REPORT_SECTIONS)[number];
export const REPORT_SECTIONS = ['releases', 'expected', 'evidence'] as const;

/** The panel's words, part by part, at most 115 with head and buttons; a part that a look does not need is absent. */
export interface PanelText {
	look: Look;
	/** At most 16 words, which name the release. */
	headline: string;
	/** Facts, in place of sentences. A row `Why` explains the headline. */
	rows?: readonly PanelRow[];
	/** What to do now. */
	action?: readonly Piece[];
	/** Ordinary reasons, or what it means. */
	note?: string;
	/** What is not proved: whole sentences under `LIMITS_HEADING`, or one line. Every panel with an answer has it. */
	limits?: readonly string[];
	/** Ends the panel: a question that only the reader can answer. */
	question?: string;
	/** What to do if the answer is "no", or "not sure". */
	otherwise?: readonly Piece[];
	/** The main one first; at most two. */
	buttons: readonly PanelButton[];
}

/** What else a panel may name: the log entries of the evidence, and a mirror, where that was asked instead of npm's registry. */
export interface PanelFacts {
	logEntries?: readonly LogEntryView[];
	/** Its address. */
	mirror?: string | undefined;
}

/** What is above the headline: what it is about, and who speaks, as opposed to npm. */
export const PANEL_HEAD = {
	about: 'Origin',
	speaker: `checked on this computer by ${PRODUCT}`,
} as const;

export const LIMITS_HEADING = 'This is its origin, not an approval';

/** The limits behind a release that has an origin record. */
export const LIMITS_OF_PROOF = [
	'Code, build, dependencies can be harmful; a hijacked build leaves the same record.',
	'The file can hold more than this commit.',
	'Not shown: who made commit or tag, or approved it.',
	'npm could serve another file tomorrow.',
] as const;

/** The limits of a release of which nothing, or too little, is proved. */
export const LIMITS_WITHOUT_PROOF = ['Even with a record, code and dependencies could be harmful.'] as const;

export const FULL_REPORT: PanelButton = { label: 'Full report', does: 'report' };
export const SEE_CHANGES: PanelButton = { label: 'See what changed', does: 'releases' };
export const SEE_EVIDENCE: PanelButton = { label: 'See the evidence', does: 'evidence' };
export const TRY_AGAIN: PanelButton = { label: 'Try again', does: 'retry' };

/** Words, or a link where there is an address for it. */
export function linked(text: string, href: string | undefined): Piece {
	return href === undefined ? text : { text, href };
}

/** A name from outside: a link, or quoted where there is no address for it. */
function named(name: string, href: string | undefined): Piece {
	return href === undefined ? quoteWord(name) : { text: wordText(name), href, isName: true };
}

/** Words without their links. */
export function pieceText(pieces: readonly Piece[]): string {
	return pieces
		.map((piece) => {
			if (typeof piece === 'string') return piece;
			return piece.isName ? `“${piece.text}”` : piece.text;
		})
		.join('');
}

/** The panel's words as they are read, one line each. */
export function panelLines({
	headline,
	rows = [],
	action,
	note,
	limits = [],
	question,
	otherwise,
}: PanelText): string[] {
	return [
		headline,
		...rows.map(({ term, value }) => `${term}: ${pieceText(value)}`),
		action && pieceText(action),
		note,
		...(limits.length > 1 ? [`${LIMITS_HEADING}.`] : []),
		...limits,
		[question, otherwise && pieceText(otherwise)].filter(Boolean).join(' '),
	].filter((line): line is string => line !== undefined && line !== '');
}

/** The headline, and why: where one sentence has to do. */
export function leadOf({ headline, rows = [] }: Pick<PanelText, 'headline' | 'rows'>): string {
	const why = rows.find(({ term }) => term === 'Why');
	return why ? `${headline} ${pieceText(why.value)}` : headline;
}

/** Who dismissed a warning, when, and why. */
export function describeMute({ code, data: { date, note } }: FindingOf<'muted' | 'muted-by-organisation'>): string {
	const who = code === 'muted' ? 'You' : 'Your organisation';
	return `${who} dismissed this warning on ${day(date)}${note === '' ? '.' : ` (${quoteText(note, undefined, MAX_NOTE_WORDS)}).`}`;
}

/** Words of a reader's own note that a panel has room for. */
const MAX_NOTE_WORDS = 8;

/** The release and its repository, in one plain sentence. */
export function originHeadline(release: string, identity: Identity | undefined): string {
	if (!identity) return `The origin of ${release} is confirmed.`;
	return `${release} came from an automatic build of ${quoteWord(shortRepository(identity.repository))}.`;
}

/** Who built it, row by row. */
export function originRows(report: Report, { logEntries = [] }: PanelFacts): PanelRow[] {
	const { identity, trustRoot } = report;
	if (!identity) return [];
	// The log of a private instance is not public.
	const log = linked(trustRoot.source === 'custom' ? 'log' : 'public log', logEntries.map(logAddress).find(Boolean));
	return [
		repositoryRow(identity),
		{ term: 'Build file', value: [buildFileOf(identity), ...runOf(identity)] },
		commitRow(identity, ', where the run started'),
		{ term: 'Signed by', value: [`${buildService(identity.issuer)}, in the `, log] },
	];
}

export function repositoryRow(identity: Identity): PanelRow {
	const { repository } = identity;
	return { term: 'Repository', value: [named(shortRepository(repository), safeAddress(repository))] };
}

/** The attested commit is the one that the run was started on, not always the one that was checked out. */
function commitRow(identity: Identity, what = ''): PanelRow {
	return {
		term: 'Commit',
		value: [commitPiece(identity), ` (${refName(identity.ref)})${what}`],
	};
}

export function buildFileOf(identity: Identity): Piece {
	return named(fileName(identity.workflow), buildFileAddress(identity));
}

/** The run, after a comma; nothing where it has no address. */
export function runOf({ run }: Identity): Piece[] {
	const href = run && safeAddress(run);
	return href ? [', ', { text: 'this run', href }] : [];
}

/** Who built it, in one line. */
export function describeBuilder(identity: Identity | undefined): string {
	if (!identity) return 'Nothing that was checked shows it.';
	const { workflow, repository, issuer } = identity;
	return `${quoteWord(fileName(workflow))} in ${quoteWord(shortRepository(repository))}, on ${buildService(issuer)}.`;
}

/**
 * The rows with one on an origin that is new, in the place of who signed it: a thief's second release is of the origin of the first, and
 * must not read like any other.
 */
export function withNewOrigin({ findings }: Report, rows: PanelRow[]): PanelRow[] {
	const isNew = findingOf(findings, 'origin-new')?.data;
	if (!isNew) return rows;
	const { since, at, beforeVersion } = isNew;
	const row = { term: 'New origin', value: [`since ${onDay(since, at)}; ${quoteWord(beforeVersion)} had another`] };
	return [...rows.slice(0, -1), row];
}

/** A version with its day: `“1.14.0”, 27 March 2026`. */
export function onDay(version: string, at: string | undefined): string {
	return `${quoteWord(version)}${at === undefined ? '' : `, ${day(at)}`}`;
}

/** What an install does, where that was read: scripts that npm runs, and new dependencies that it asks somebody else for. */
export function installRow({ findings }: Report): PanelRow[] {
	const scripts = findings.flatMap((finding) => (finding.code === 'runs-on-install' ? [finding.data.name] : []));
	const outside = findings.flatMap((finding) =>
		finding.code === 'dependency-outside-registry' ? [finding.data.name] : [],
	);
	// The line has seven words at most: one name of each, and whether a script is new only where nothing else is said.
	const change = outside.length === 0 ? changeOf(findings) : '';
	const does = [
		...(scripts.length > 0 ? [`runs ${oneOf(scripts, 'scripts')}${change}`] : []),
		...(outside.length > 0 ? [`fetches ${oneOf(outside, 'packages')} elsewhere`] : []),
	];
	if (does.length > 0) return [{ term: 'On install', value: [does.join(', ')] }];
	const isNone = findings.some((one) => isOf(one, 'runs-nothing-on-install', 'runs-nothing-in-file'));
	return isNone ? [{ term: 'On install', value: ['runs no script'] }] : [];
}

function oneOf(names: readonly string[], what: string): string {
	const [name = what] = names;
	return names.length === 1 ? quoteWord(name) : what;
}

/** Whether a script is new or reads differently. */
function changeOf(findings: Report['findings']): string {
	if (findingOf(findings, 'install-script-added')) return ' (new)';
	return findingOf(findings, 'install-script-changed') ? ' (changed)' : '';
}

/** The beginning of a commit id; quoted where it is none. */
function commitPiece(identity: Identity): Piece {
	const start = identity.commit.slice(0, 7);
	return /^[0-9a-f]{7}$/.test(start) ? linked(start, commitAddress(identity)) : quoteWord(start);
}

/**
 * Whose project it is. A release that is warned of may be a thief's, with a genuine record of the thief's own repository: then only the
 * release that it is compared with says whose the project is. Where the origin is new, or the allowlist expects another one, nobody
 * says it.
 */
function projectOf({ identity, history, verdict, findings }: Report): Identity | undefined {
	if (verdict === 'confirmed' && !findings.some(({ warning }) => warning))
		return findingOf(findings, 'origin-new') ? undefined : identity;
	if (verdict === 'not-allowed') return undefined;
	if (history?.state !== 'compared') return undefined;
	// Where another version is advised, the one compared with may be a thief's own, of a project of theirs.
	const isDoubtful = history.advised !== undefined && history.advised !== history.with?.version;
	return isDoubtful ? undefined : history.with?.identity;
}

/** Words that lead to where the project takes questions, if a verified record says whose it is. */
export function askProject(report: Report, text: string): Piece {
	return linked(text, issuesAddress(projectOf(report)));
}

/** Words that lead to npm's form for reports. */
export function tellNpm({ release }: Report, text: string): Piece {
	return { text, href: npmReportAddress(release) };
}

/** `Stay on 1.14.0, or ask the maintainers first.`, where a version is good to name; else to wait. */
export function stayAdvice(report: Report): Piece[] {
	const { history, release } = report;
	const advised = history?.state === 'compared' ? history.advised : undefined;
	const ask = askProject(report, 'ask the maintainers');
	if (advised === undefined) return ['Wait, and ', ask, ' first.'];
	return ['Stay on ', named(advised, releaseAddress(release.name, advised)), ', or ', ask, ' first.'];
}

/** The same, for what the project may have announced. */
export function announcedAdvice(report: Report): Piece[] {
	const { history, release } = report;
	const advised = history?.state === 'compared' ? history.advised : undefined;
	if (advised === undefined) return ['Wait, unless the project announced it.'];
	return ['Stay on ', named(advised, releaseAddress(release.name, advised)), ' unless the project announced it.'];
}

export function isUnchecked(claim: Claim): claim is Extract<Claim, { why: 'could-not-check' }> {
	if (claim.standing !== 'unproved' || claim.why !== 'could-not-check' || claim.id === 'registry-signed') return false;
	// What was not reached is no reason; the check that it rests on is.
	return claim.failure.code !== 'not-reached';
}
