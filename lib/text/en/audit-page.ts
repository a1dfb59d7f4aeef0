/** Owns the words of the audit page: what it is, its controls, how far a run is, and what is kept. */
import type { AuditRow, NotCoveredReason, NotCoveredRow } from '../../report/audit.ts';
import type { Failure } from '../../report/result.ts';
import { capital, counted, day } from '../format.ts';
import { quoteText, quoteWord } from '../untrusted.ts';
import type { Look } from '../verdict-icons.ts';
import { describeKind, describeRow } from './audit.ts';
import { describeFailure } from './failures.ts';
import { FILES_TEXT } from './files.ts';
import { VERDICT_NAMES } from './names.ts';

/** The page, part by part. */
export const AUDIT_PAGE = {
	name: 'audit',
	title: 'Audit a lockfile',
	what: 'A lockfile names every package that your project installs, those included that other packages bring along. This page checks for each of them where its file was built, as far as a signed build record (provenance) says so.',
	files: 'Your lockfile',
	drop: 'Drop it anywhere on this page, or choose it here. You can give several.',
	which:
		'package-lock.json, pnpm-lock.yaml, yarn.lock, bun.lock, deno.lock and vlt-lock.json can be read. Give package.json too: then the packages that your project names itself come first.',
	offline:
		"Files without network: give signed records (a Sigstore bundle, or the attestations that the report page saves) and the package's .tgz. They are checked here, and nobody is asked.",
	choose: 'Choose files',
	askedHeading: 'What is asked, and of whom',
	asked: [
		'The files stay on this machine. They are read here, and nothing is installed or run.',
		"The names and versions of the packages go to npm's registry, and to nobody else. Its answers are checked on this machine.",
		'For signed records and package files nothing is asked, and they are not kept.',
	],
	kept: 'The lockfile and the result are kept on this machine, so that you can go on later and see what changes. You can forget them below.',
	private: 'This is a private window: nothing is kept, and the result is gone when you close this tab.',
	saysHeading: 'What the answer says',
	says: [
		'“Origin confirmed” means: this exact file was published by the named workflow of the named repository.',
		'“No provenance found” is not a fault. Most packages have no record.',
		'A warning means that something differs: evidence that is false, a record that is missing now, or another origin than before.',
		'No answer says that a package is harmless. That is for you, or somebody you trust, to judge.',
	],
	earlier: 'Earlier audits on this machine',
	open: 'Open',
	goOn: 'Go on',
	forget: 'Forget',
	forgetAll: 'Forget all of them',
	forgotten: 'The audits are forgotten.',
	unreadable: 'The audits that are kept cannot be read just now. Nothing of them was changed.',
	refusedHeading: 'Not read',
	noFile: 'What was dropped is no file.',
	onlyManifest: 'package.json is here. Now give the lockfile beside it.',
	nothingRead: 'No file could be read.',
	running: "Each release is checked with what npm's registry answers. The gravest results come first below.",
	summary: 'What was audited',
	reading: 'Reading the files ...',
	asking: "Asking npm's registry which of these releases it lists as malware ...",
	failed: 'The audit could not go on. What was audited is below.',
	pause: 'Pause',
	proceed: 'Go on',
	cancel: 'Cancel',
	again: 'Try again',
	other: 'Audit other files',
	save: 'Save as',
	print: 'Print',
	writing: 'Writing the file ...',
	unwritten: 'The file could not be written. Nothing of the audit was lost.',
	withheld: "The browser withholds the access to npm's registry, so nothing can be asked.",
	permit: 'Allow access',
	full: 'The browser could not keep more of this audit: its storage is full, or does not answer. What was audited stays on this page until you close it, so save it.',
	rows: 'Packages',
	filters: 'Which packages are listed',
	text: 'Name, repository or signer',
	result: 'Result',
	all: 'All',
	direct: 'Dependencies',
	directOnly: 'Named by your project',
	othersOnly: 'Brought along by others',
	group: 'Group by',
	onlyDifferent: 'Only what differs from the last audit',
	nothing: 'No package is like this.',
	toDo: 'What to do:',
	isDirect: 'your project names it',
	caption: 'Each name leads to the full report of that release.',
	noRecord: 'no record',
} as const;

/** The columns of the list, by what they sort by. */
export const SORT_NAMES = {
	package: 'Package',
	result: 'Result',
	repository: 'Repository',
	signer: 'Signer',
	line: 'Line',
} as const;

/** What the list can be grouped by. */
export const GROUP_NAMES = {
	none: 'nothing',
	result: 'result',
	repository: 'repository',
	signer: 'signer',
	direct: 'who names it',
	file: 'lockfile',
} as const;

/** The forms that the result is saved in. */
export const FORMAT_NAMES = { json: 'JSON', sarif: 'SARIF', markdown: 'Markdown' } as const;

const UNCOVERED: Record<NotCoveredReason, string> = {
	git: 'it comes from git, not from the registry.',
	url: 'it comes from an address outside the registry.',
	file: 'it is a file of the project.',
	link: 'it is a linked folder.',
	workspace: 'it is a package of this project (workspace).',
	'other-registry': 'it comes from another registry, which is not asked.',
	bundled: 'it came inside the file of another package.',
	runtime: 'it is a runtime, and not a package of the registry.',
	jsr: 'it comes from JSR.',
	unreadable: 'this entry cannot be read.',
};

/** What is said of a row in the list. */
export function describeListed(row: AuditRow | NotCoveredRow): string {
	return 'why' in row ? `Nothing was checked: ${UNCOVERED[row.why]}` : describeRow(row);
}

/** A result of the list in a few words. @param result as in lib/audit/list.ts. */
export function describeResult(result: string): string {
	if (result === 'not-covered') return 'Not checked';
	if (result === 'malware-advisory') return capital(VERDICT_NAMES.malware);
	const isNamed = Object.hasOwn(VERDICT_NAMES, result);
	return capital(isNamed ? VERDICT_NAMES[result as Look] : describeKind(result).title);
}

const LOOKS: Record<string, Look> = {
	'malware-advisory': 'malware',
	'lockfile-names-another-package': 'mismatch',
	'lockfile-names-another-file': 'mismatch',
	'not-covered': 'none',
};

/** The look of a result. */
export function lookOf(result: string): Look {
	if (Object.hasOwn(LOOKS, result)) return LOOKS[result] ?? 'warned';
	return Object.hasOwn(VERDICT_NAMES, result) ? (result as Look) : 'warned';
}

const ASK =
	'Ask the project before you install it. There are ordinary reasons: an emergency release by hand, a moved repository, a renamed workflow.';
const ACTIONS: Record<string, string> = {
	'malware-advisory':
		'Do not install it. If it was installed, remove it, and change every password and token that was on the machine.',
	mismatch: 'Do not install it before somebody has looked at the evidence. Its report shows what does not match.',
	lost: ASK,
	changed: ASK,
};

/** What to do about a result that warns. */
export function describeAction(result: string): string {
	if (Object.hasOwn(ACTIONS, result)) return ACTIONS[result] ?? '';
	const { help } = describeKind(result);
	return help.startsWith('Run inspect') ? 'Its report shows what was seen.' : help;
}

/** Heading of a group in the list. @param key what its rows have in common; empty where they lack it. */
export function describeGroup(by: keyof typeof GROUP_NAMES, key: string, count: number): string {
	const name =
		by === 'result'
			? describeResult(key)
			: by === 'direct'
				? key === ''
					? AUDIT_PAGE.othersOnly
					: AUDIT_PAGE.directOnly
				: key === ''
					? 'Without a record'
					: quoteText(key, 120);
	return `${name}: ${counted(count, 'package')}`;
}

/** Why a file was not read, with the place. */
export function describeRefused(name: string, failure: Failure): string {
	const detail = failure.detail === undefined ? '' : `${failure.detail}. `;
	return `${quoteText(name)}: ${detail}${capital(describeFailure(failure))} [${failure.code}]`;
}

/** How many files are read, where there are more. */
export function describeFirstFiles(most: number): string {
	return `only the first ${most} files are read`;
}

/** In place of the names of further files that are not read. */
export function describeMoreFiles(count: number): string {
	return `${count} more`;
}

/** Why package.json is of no use. */
export function describeManifestRefused({ code, detail }: Failure): string {
	const why = { 'not-json': 'it is not JSON', 'too-large': detail ?? 'it is too large' }[code as string] ?? detail;
	return `package.json was not read: ${why}. The lockfile is audited without it.`;
}

/** A row on paper, behind its release. */
export function describePrinted({
	line,
	result,
	sentence,
}: {
	line: number;
	result: string;
	sentence: string;
}): string {
	return `(line ${line}): ${describeResult(result)}. ${sentence}`;
}

/** That not all rows have room on paper. @param count of those that have none. */
export function describeUnprinted(count: number): string {
	return `${count.toLocaleString('en-GB')} more rows have no room here; JSON has all.`;
}

/**
 * The title of the page's tab.
 * @param shows a lockfile, where one is audited, with how much of it is checked; or files that are checked without network.
 */
export function describeTab(shows: { file: string; percent?: number | undefined } | 'files' | 'nothing'): string {
	if (shows === 'files') return `${FILES_TEXT.page} - Stamp of Origin`;
	if (shows === 'nothing') return 'Audit - Stamp of Origin';
	return `${shows.percent === undefined ? '' : `${shows.percent} %, `}${shows.file} - Audit`;
}

/** How far a run is. @param left milliseconds that it will take, where that is known. */
export function describeProgress(done: number, total: number, left: number | undefined): string {
	const count = `${done.toLocaleString('en-GB')} of ${counted(total, 'release')} checked.`;
	return left === undefined ? count : `${count} ${describeTimeLeft(left)}`;
}

/** @param left milliseconds. */
function describeTimeLeft(left: number): string {
	const seconds = Math.ceil(left / 1000);
	if (seconds < 10) return 'Some seconds left.';
	if (seconds < 60) return `About ${Math.ceil(seconds / 10) * 10} seconds left.`;
	return `About ${counted(Math.ceil(seconds / 60), 'minute')} left.`;
}

/**
 * The headline once a run has ended, or stands still.
 * @param counts `unadvised`: releases for which the list of malware could not be read.
 * @param began ISO time at which the audit began, where that was not on this day.
 * @param first the gravest row that warns.
 */
export function describeState(
	phase: 'paused' | 'stopped' | 'done',
	counts: { warned: number; unchecked: number; left: number; unadvised: number },
	began?: string,
	first?: { spec: string; result: string },
): string {
	const { warned, unchecked, left, unadvised } = counts;
	const named = first && `${quoteWord(first.spec)} (${describeResult(first.result).toLowerCase()})`;
	const looks =
		named === undefined
			? 'No package has a warning.'
			: warned === 1
				? `1 package needs a look: ${named}.`
				: `${capital(counted(warned, 'package'))} need a look. Begin with the gravest, ${named}.`;
	const state = { done: 'Done', paused: 'Paused', stopped: 'Stopped' }[phase];
	return [
		`${phase === 'done' ? state : `${state}, with ${counted(left, 'release')} left to check`}.`,
		...(began === undefined ? [] : [`This audit began on ${day(began)}.`]),
		looks,
		...(unchecked > 0 ? [`${counted(unchecked, 'package')} could not be checked in full.`] : []),
		...(unadvised > 0
			? [`The registry's list of malware could not be read for ${counted(unadvised, 'release')}.`]
			: []),
	].join(' ');
}

/** What an earlier audit in the list is. */
export function describeEarlier(audit: {
	files: readonly string[];
	project?: string | undefined;
	startedAt: string;
	done: number;
	total: number;
	isWhole: boolean;
	isUnderWay: boolean;
}): string {
	const { files, project, startedAt, done, total, isWhole, isUnderWay } = audit;
	const what = files
		.slice(0, 3)
		.map((name) => quoteText(name))
		.join(', ');
	const more = files.length > 3 ? ` and ${files.length - 3} more` : '';
	const of = project === undefined ? '' : ` of ${quoteText(project)}`;
	const state = isUnderWay
		? 'under way in another tab'
		: isWhole
			? counted(total, 'release')
			: `${done.toLocaleString('en-GB')} of ${counted(total, 'release')} checked`;
	return `${what}${more}${of}, ${day(startedAt)} at ${startedAt.slice(11, 16)} UTC: ${state}.`;
}

/** How an audit differs from the earlier one. */
export function describeDifferences(
	at: string,
	counts: { fresh: number; entries: number; results: number; removed: number },
): string {
	const { fresh, entries, results, removed } = counts;
	const parts = [
		...(fresh > 0 ? [`${counted(fresh, 'package')} new`] : []),
		...(removed > 0 ? [`${counted(removed, 'package')} gone`] : []),
		...(results > 0 ? [`${counted(results, 'package')} with another result`] : []),
		...(entries > 0 ? [`${counted(entries, 'entry').replace('entrys', 'entries')} changed in the file`] : []),
	];
	const since = `Compared with your audit of ${day(at)} at ${at.slice(11, 16)} UTC`;
	return parts.length === 0 ? `${since}, nothing differs.` : `${since}: ${parts.join(', ')}.`;
}

/** How one row differs from the earlier audit. */
export function describeDifference(
	difference: { is: 'new' } | { is: 'entry' } | { is: 'result'; before: string },
): string {
	if (difference.is === 'new') return 'New since the last audit.';
	if (difference.is === 'entry') return 'Its entry in the lockfile is another one than at the last audit.';
	return `At the last audit: ${describeResult(difference.before).toLowerCase()}.`;
}
