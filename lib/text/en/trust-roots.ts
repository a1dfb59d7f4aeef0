/** Owns the words of trust roots: which is in use, what it covers, and why one cannot be kept. */

import type { Statement } from '../../report/evidence.ts';
import type { FailureCode } from '../../report/failures.ts';
import type { TrustRootInfo, TrustRootStatus } from '../../report/report.ts';
import type { Covered, CustomTrustRoot, NamingRefusal } from '../../sigstore/custom-trust-roots.ts';
import { day, numberText, quoted } from '../format.ts';
import { quoteText, quoteWord } from '../untrusted.ts';
import { describeFailure } from './failures.ts';

/** The trust root that counts for all packages but those of the reader's own ones. */
export const PUBLIC_TRUST_ROOT = {
	heading: 'Whose signatures count (trust root)',
	what: "Every check rests on a list of keys: those of Sigstore's authorities and public logs, and npm's own. Keys change; an old list cannot check what newer keys have signed.",
	refreshing: 'Refreshing ...',
	noAnswer: "The extension's background did not answer. Try again; if that does not help, reload the extension.",
	refresh: 'Refresh now',
	daily: "Refresh it once a day from Sigstore's repository; nothing of what you look at is sent there",
} as const;

/** The reader's own trust roots. */
export const OWN_TRUST_ROOTS = {
	heading: 'Your own trust roots (private Sigstore)',
	what: 'If packages of yours are signed by a Sigstore of your own, import its trust root here and name them: for these packages it decides, and no other, and their reports say so.',
	none: 'You have none, and most readers need none.',
	import: 'Import a trust root',
	noAnswer: "the extension's background did not answer",
	notKeptYet: 'Nothing is kept yet. Whoever holds these keys could sign for the packages that you name below.',
	inFile: 'In this file',
	name: 'Name',
	nameHint: 'Your own name for it, one word. Every report that it decides says it.',
	packages: 'Packages',
	packagesHint: 'Names, or whole scopes as in @scope/*, with spaces between them. It is used for these and no others.',
	keep: 'Keep this trust root',
	left: 'Nothing was changed.',
	covers: 'What it covers',
	withoutName: 'without a name',
	unreadable: 'It cannot be read, so nothing is checked with it, and its packages could not be checked.',
} as const;

/** The heading of what is in a file that was chosen. */
export function describeChosen(fileName: string): string {
	return `${quoted(fileName)}: what it covers`;
}

/** What is to be done with a file that was read. */
export function describeFileRead(fileName: string): string {
	return `${quoted(fileName)} was read. Give it a name, and say which packages it is for.`;
}

/** Why a file is not even read, as a clause. @param most bytes that it may have. */
export function describeTooMany(most: number): string {
	return `more than ${most} bytes`;
}

/** What is said once a trust root is kept. */
export function describeKept({ name, packages }: { name: string; packages: readonly string[] }): string {
	return `${quoted(name)} is kept. From now on it decides for ${packages.map(quoted).join(', ')}.`;
}

/** What is said once a trust root is removed. */
export function describeRootRemoved(name: string): string {
	return `${quoted(name)} is removed. Its packages are checked against the public trust root again.`;
}

/** What is said once a trust root that was removed is here again. */
export function describeRootBack(name: string): string {
	return `${quoted(name)} is back.`;
}

/** What the button that removes a trust root is called. */
export function describeRemoveRoot(name: string): string {
	return `Remove the trust root ${name}`;
}

/** What the button that brings back a trust root is called; its visible words come first. */
export function describeUndoRemoval(name: string): string {
	return `Undo: bring the trust root ${name} back`;
}

/** What a trust root covers, each kind in plain words. */
export const COVERED_KINDS: Record<Covered['kind'], string> = {
	authority: 'Issues certificates (certificate authority, Fulcio)',
	'certificate-log': 'Log of certificates (CT log)',
	log: 'Log of signatures (Rekor)',
	'timestamp-authority': 'Signs times (timestamp authority)',
	'key-for-signatures': "Registry's key, for registry signatures",
	'key-for-attestations': "Registry's key, for publish attestations",
};

/** From when to when something may have signed. */
export function describePeriod({ start, end }: Covered['validFor']): string {
	return end === undefined ? `since ${day(start)}` : `from ${day(start)} to ${day(end)}`;
}

/** Which packages a trust root is for, and since when it is here. */
export function describeTrustRootUse({ packages, importedAt }: Omit<CustomTrustRoot, 'file'>): string {
	return `For ${packages.map((one) => quoteWord(one)).join(', ')}. Imported on ${day(importedAt)}.`;
}

/** Why a trust root cannot be kept yet, as it is named. */
export function describeNamingProblem({ code, about = '', by = '' }: NamingRefusal): string {
	const [what, whose] = [quoteText(about), quoteText(by)];
	switch (code) {
		case 'name-missing':
			return 'It has no name yet. Reports will call it by that name.';
		case 'name-unreadable':
			return `Its name must be one word of at most ${about} characters, all of them visible.`;
		case 'name-taken':
			return `There is a trust root ${what} already. Choose another name, or remove that one first.`;
		case 'packages-missing':
			return 'It is for no package yet. Name the packages, or whole scopes, that are signed by it.';
		case 'packages-too-many':
			return `It is for more than ${about} packages. Name their scopes instead.`;
		case 'package-unreadable':
			return `${what} is neither the name of a package, nor a scope as in @scope/*.`;
		case 'package-taken':
			return `${what} is already checked against the trust root ${whose}, and only one can decide.`;
	}
}

/** Which trust root it is, of what version and how old, as a clause. @param at ISO time at which it is looked at. */
export function describeTrustRoot({ source, version, takenAt }: TrustRootInfo, at: string): string {
	const days = Math.floor((Date.parse(at) - Date.parse(takenAt)) / 86_400_000);
	const age = days >= 1 ? `${day(takenAt)}, ${days} ${days === 1 ? 'day' : 'days'} old` : day(takenAt);
	if (source === 'embedded')
		return `the one that came with Stamp of Origin (embedded), version ${numberText(version)}, of ${age}`;
	if (source === 'custom') return `your own, ${quoteText(version)}, imported on ${day(takenAt)}`;
	return `renewed from Sigstore's repository (TUF), version ${numberText(version)}, of ${age}`;
}

/** The codes of a refresh that never got to an answer: nobody refused anything. */
const NOT_HAD: readonly FailureCode[] = [
	'trust-root-not-permitted',
	'trust-root-unreachable',
	'trust-root-timeout',
	'trust-root-not-kept',
	'clock-behind',
];

/** The trust root in use and the result of renewing it, one sentence a line. @param now ISO time. */
export function describeTrustRootStatus({ inUse, keptFailure, lastAttempt }: TrustRootStatus, now: string): string[] {
	const lines = [`In use: ${describeTrustRoot(inUse, now)}.`];
	if (keptFailure)
		lines.push(
			'What was kept here of an earlier refresh cannot be read, so it is not used. The next refresh replaces it.',
		);
	if (!lastAttempt) return [...lines, 'It has not been refreshed on this machine yet.'];
	const { at, failure } = lastAttempt;
	const when = `Last refresh: ${day(at)}, ${at.slice(11, 16)} UTC.`;
	if (!failure) return [...lines, `${when} It went well.`];
	const what = NOT_HAD.includes(failure.code) ? 'It could not be made' : 'What came was refused';
	return [...lines, `${when} ${what}: ${describeFailure(failure)} The one in use stays in use.`];
}

/** What npm's own client writes as the type of a build on GitHub. */
const BUILT_IN = new Set([
	'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
	'https://github.com/npm/cli/gha/v2',
	'https://github.com/npm/cli/gha@v0',
]);

/** Whether a statement is npm's built-in provenance: of its build type, and by the runner as its builder. */
export function isBuiltIn(statement: Statement | undefined): boolean {
	const { buildType, builder, buildDefinition, runDetails } = (statement?.predicate ?? {}) as Predicate;
	const type = buildDefinition?.buildType ?? buildType;
	const id = runDetails?.builder?.id ?? builder?.id;
	return (
		typeof type === 'string' &&
		BUILT_IN.has(type) &&
		typeof id === 'string' &&
		/^https:\/\/github\.com\/(actions\/runner(\/|$)|npm\/cli@)/.test(id)
	);
}

/** As much of a provenance predicate, of either version, as tells who wrote it. */
interface Predicate {
	buildType?: unknown;
	builder?: { id?: unknown };
	buildDefinition?: { buildType?: unknown };
	runDetails?: { builder?: { id?: unknown } };
}
