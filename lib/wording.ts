/**
 * Owns every sentence: code -> words. Plain words first, the term after them in brackets; never a word that sounds like
 * approval. Text from outside
 * stands in quotation marks that it cannot close, so that it adds no words to a sentence and ends none.
 */

import { type FindingCode, type FindingOf, findingOf } from './finding-table.ts';
import type { Look } from './looks.ts';
import type { LookupResult } from './npm/lookup.ts';
import type { RowDoubt } from './policy.ts';
import type { ReleaseSpec } from './release.ts';
import {
	type Change,
	type Claim,
	type ClaimId,
	FAILURES,
	type Failure,
	type FailureCode,
	type Finding,
	type Identity,
	type Inspection,
	LIMIT_IDS,
	type LimitId,
	type Line,
	type LineRelease,
	type PolicyResult,
	type Report,
	type SaidBy,
	type Statement,
	type TrustRootInfo,
	type TrustRootStatus,
	type TrustTier,
	type Verdict,
} from './report.ts';
import type { Covered, CustomTrustRoot, NamingRefusal } from './trust-roots.ts';
import { displayText, escapeInvisible, quoteText, quoteWord, wordText } from './untrusted.ts';
import { isCalmLoss, leadingFailure, muteIn } from './warnings.ts';

/** A paragraph whose first words stand out. */
interface Led {
	lead: string;
	rest: string;
}

/** The panel's words, part by part, at most 115 with head and buttons; a part that a look does not need is absent. */
export interface PanelText {
	look: Look;
	/** The one plain sentence beside the icon. */
	sentence: string;
	/** What is proved, and by whom. */
	proved?: Led;
	/** What happened, ordinary reasons for it, and what to do. */
	advice?: string;
	/** What is not shown, always. */
	limits: Led;
	/** Ends the panel: a question that only the reader can answer. */
	question: string;
	/** What a button offers beside "Evidence". */
	action?: 'retry' | 'permit';
}

/** The limits behind a release that has a confirmed origin. */
const LIMITS_OF_PROOF: Led = {
	lead: 'This does not show',
	rest: "that code, dependencies or the workflow are harmless (a hijacked workflow leaves the same record), that the file holds only that commit's code, who made the commit or tag, that a person approved the release, or that the registry keeps serving this file.",
};

/** The same for a release of which nothing, or too little, is proved. */
const LIMITS_WITHOUT_PROOF: Led = {
	lead: 'Even a confirmed origin would not show',
	rest: 'that code, workflow or dependencies are harmless, who made the tag, that a person approved the release, or that the registry keeps serving this file.',
};

/** The same for a release whose origin is confirmed and is not the one to expect. */
const LIMITS_BESIDES: Led = { lead: 'A confirmed origin does not show', rest: LIMITS_WITHOUT_PROOF.rest };

/** The panel's words as they are read, one paragraph a line. */
export function panelLines({ sentence, proved, advice, limits, question }: PanelText): string[] {
	const led = (part: Led | undefined) => part && `${part.lead} ${part.rest}`;
	return [sentence, led(proved), advice, led(limits), question].filter((part) => part !== undefined);
}

/** A release in a list: its sign, and the sentence without which a sign never stands. */
export interface MarkText {
	look: Look;
	sentence: string;
}

/** What a quick check tells besides the Report. */
interface MarkFacts {
	/** The earlier version that lists provenance, where the release at hand has none. */
	before?: string;
	/** The finding that such a warning was dismissed. */
	mute?: FindingOf<'muted' | 'muted-by-organisation'> | undefined;
	/** That the list of releases could not be had. */
	isUnlisted?: true;
}

/** A mark's words. */
export function describeMark(report: Report, { before, mute, isUnlisted }: MarkFacts = {}): MarkText {
	const release = nameOf(report);
	const signed = report.claims.find(({ id }) => id === 'signed-by-build');
	const isAbsent = signed?.standing === 'unproved' && signed.why === 'absent';
	// A warning, which in a list is that of malware, leads here as it leads the panel.
	const isWarned = report.findings.some(({ warning }) => warning);
	if (report.verdict === 'unknown' && isAbsent && !isWarned) {
		if (isUnlisted)
			return {
				look: 'unknown',
				sentence: `No provenance found for ${release}, and earlier releases could not be compared. Open it to try again.`,
			};
		return before === undefined
			? { look: 'none', sentence: `No provenance found for ${release}. Open it to compare it with earlier releases.` }
			: {
					look: mute ? 'muted' : 'lost',
					sentence: `The record is missing: ${quoteWord(before)} has provenance, ${release} has none. ${mute ? describeMute(mute) : 'Open it to compare them.'}`,
				};
	}
	const { look, sentence } = describePanel(report);
	// A list asks for no earlier record, so what it marks is not compared.
	if (report.verdict === 'confirmed' && report.history === undefined && !isWarned)
		return {
			look: look === 'pending' ? 'not-compared' : look,
			sentence: `${originSentence(release, report.identity)} Not compared with earlier releases: open it for that.`,
		};
	const mutedBy = look === 'muted' ? muteIn(report) : undefined;
	return { look, sentence: mutedBy ? `${sentence} ${describeMute(mutedBy)}` : sentence };
}

/** The sentence before there is an answer. */
export function describeWaiting(name: string): string {
	return `Checking what npm's records prove about ${quoteWord(name)} ...`;
}

/** The toolbar icon's title. */
export function describeTitle(look: Look, release: string): string {
	return `Stamp of Origin: ${VERDICT_NAMES[look]} (${quoteText(release)})`;
}

/** What the address bar offers after our keyword. */
export const OMNIBOX_HINT = 'Read what is proved about a package: NAME or NAME@VERSION';

/** The panel before any answer. */
export function describePending(name: string): PanelText {
	return {
		look: 'pending',
		sentence: describeWaiting(name),
		limits: LIMITS_WITHOUT_PROOF,
		question: `Do you know where ${quoteWord(name)} comes from?`,
	};
}

/** The panel where no Report could be made at all, e.g. because the extension's background did not answer. */
export function describeNoAnswer(name: string): PanelText {
	return {
		look: 'failed',
		sentence: `Could not check ${quoteWord(name)}: the extension's background did not answer.`,
		advice: 'This says nothing about the release. Try again; if that does not help, reload the extension.',
		limits: LIMITS_WITHOUT_PROOF,
		question: 'Can it wait until the check works?',
		action: 'retry',
	};
}

/**
 * The panel of a Report: led by the one warning, where there is one, whatever the verdict; calm, where the verdict's own warning
 * was put aside.
 * @param mirror address of the registry that was asked, where that is not npm's own.
 */
export function describePanel(report: Report, mirror?: string): PanelText {
	const warning = report.findings.find((finding) => finding.warning);
	const mute = muteIn(report);
	// No other warning may be put aside with it.
	const isMuted = mute !== undefined && !warning;
	const verdict = describeVerdict(report);
	const panel: PanelText = isMuted
		? { ...verdict, look: 'muted', advice: describeMute(mute), question: 'Does the reason still hold?' }
		: (describeWarning(report, warning) ?? verdict);
	return withMirror(withAllowlist(withTrustRoot(panel, report), report), report, mirror);
}

/** The same, naming a mirror that lists attestations and does not serve them, as many do. */
function withMirror(panel: PanelText, { claims }: Report, mirror: string | undefined): PanelText {
	const isWithheld = claims.find(isUnchecked)?.failure.code === 'attestations-withheld';
	if (mirror === undefined || panel.look !== 'unknown' || !isWithheld) return panel;
	return {
		...panel,
		advice: `This says nothing about the release. The mirror ${quoteWord(mirror)} was asked, and many mirrors list attestations without serving them. Ask npm's own registry.`,
	};
}

/** The same, asking about the allowlist that could not be read, where nothing else is warned of. */
function withAllowlist(panel: PanelText, report: Report): PanelText {
	if (!isAllowlistMissing(report) || !['confirmed', 'none'].includes(panel.look)) return panel;
	return { ...panel, question: 'Your allowlist is unreadable: what did it expect?' };
}

/** Whether the reader's allowlist would have been asked, had it been readable. */
function isAllowlistMissing({ findings, policy }: Report): boolean {
	const isUnread = findings.some(({ code }) => code === 'allowlist-unreadable');
	return isUnread && policy?.state !== 'allowed' && policy?.state !== 'not-allowed';
}

function describeWarning(report: Report, warning: Finding | undefined): PanelText | undefined {
	switch (warning?.code) {
		case 'malware-advisory':
			return describeMalware(report);
		case 'seen-with-another-file':
		case 'seen-with-another-signer':
		case 'seen-with-provenance':
			return describeSeen(report, warning);
		case 'latest-moved-back':
			return describeMovedBack(report, warning);
		case 'first-provenance-elsewhere':
			return describeElsewhere(report, warning);
		case 'beside-a-lost-release':
			return describeBeside(report, warning);
		default:
			return undefined;
	}
}

/** The same, naming the reader's own trust root where that decided. */
function withTrustRoot(panel: PanelText, report: Report): PanelText {
	const { source, version } = report.trustRoot;
	const signed = report.claims.find(({ id }) => id === 'signed-by-build');
	// Where there was nothing to verify, or it could not be had, no trust root decided.
	const isDecided =
		signed?.standing === 'proved' ||
		signed?.standing === 'refuted' ||
		(signed && 'failure' in signed && ['not-in-trust-root', 'not-reached'].includes(signed.failure.code));
	if (source !== 'custom' || !isDecided) return panel;
	const decided = `Your trust root ${quoteWord(version)} decided.`;
	return { ...panel, advice: panel.advice === undefined ? decided : `${decided} ${panel.advice}` };
}

/** A hijacked workflow leaves a genuine record, so what is known of the origin is told all the same, calmly. */
function describeMalware({ release, verdict, identity }: Report): PanelText {
	const named = quoteRelease(release);
	const origin = identity
		? `${verdict === 'confirmed' ? '' : `${capital(VERDICT_NAMES[verdict])}. `}It has a genuine origin record. That does not make it harmless.`
		: `Origin: ${VERDICT_NAMES[verdict]}.`;
	return {
		look: 'malware',
		sentence: `npm's registry lists ${named} as malware. Do not install it.`,
		advice: `${origin} If installed, treat passwords and keys as stolen.`,
		limits: identity ? LIMITS_BESIDES : LIMITS_WITHOUT_PROOF,
		question: 'Has it been installed anywhere?',
	};
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Who dismissed a warning, when, and why. */
function describeMute({ code, data: { date, note } }: FindingOf<'muted' | 'muted-by-organisation'>): string {
	const who = code === 'muted' ? 'You' : 'Your organisation';
	return `${who} dismissed this warning on ${day(date)}${note === '' ? '.' : ` (${quoteText(note)}).`}`;
}

/** The panel where a release is not as it was seen on an earlier day. */
function describeSeen(
	{ release: { name, version } }: Report,
	{ code, data }: FindingOf<'seen-with-another-file' | 'seen-with-another-signer' | 'seen-with-provenance'>,
): PanelText {
	const release = quoteRelease({ name, version });
	const { earlier, later } = data;
	const first = `on ${day(earlier.day)}`;
	const second = earlier.day === later.day ? 'later that day' : `on ${day(later.day)}`;
	const had = earlier.value === 'no provenance' ? [second, first] : [first, second];
	const what = {
		'seen-with-another-file': `was one file ${first} and another ${second} (fingerprints, SHA-512)`,
		'seen-with-another-signer': `had one signer ${first} and another ${second}`,
		'seen-with-provenance': `had provenance ${had[0]}, and none ${had[1]}`,
	};
	return {
		look: 'seen',
		sentence: `Not as you saw it before: ${release} ${what[code]}.`,
		advice:
			'At npm a published version never changes. A registry fault is possible; a swapped file looks the same. Do not install it yet.',
		limits: LIMITS_BESIDES,
		question: 'Can you stay on another version?',
	};
}

/** The panel where `latest` names a lower release than before, and that has no record, or one of another origin. */
function describeMovedBack(report: Report, { data }: FindingOf<'latest-moved-back'>): PanelText {
	const release = nameOf(report);
	const what =
		data.why === 'provenance'
			? `has no provenance; the higher ${quoteWord(data.version)}, published before it, has`
			: `comes from another repository than the higher ${quoteWord(data.version)}, published before it`;
	return {
		look: 'warned',
		sentence: `npm's tag "latest" moved back to ${release}, which ${what}.`,
		advice:
			'Ordinary reasons: a withdrawn release, a mistake with the tag. A stolen account looks the same. Wait, and ask the project.',
		limits: report.identity ? LIMITS_BESIDES : LIMITS_WITHOUT_PROOF,
		question: 'Did the project announce it?',
	};
}

/** The panel where a package's first provenance names a repository of another owner than package.json did before. */
function describeElsewhere(report: Report, { data }: FindingOf<'first-provenance-elsewhere'>): PanelText {
	return {
		look: 'warned',
		sentence: `The first provenance of ${quoteWord(report.release.name)} is of ${brief(data.repository)}; before, its package.json named ${brief(data.before)}.`,
		...(report.identity && { proved: provedRun(report.identity) }),
		advice:
			'Ordinary reasons: a package that was handed over, a moved repository. A stolen account looks the same. Wait, and ask the project.',
		limits: LIMITS_BESIDES,
		question: 'Did the project announce the move?',
	};
}

/** The panel of a release without provenance that came beside one that lost it, or changed. */
function describeBeside(report: Report, { data }: FindingOf<'beside-a-lost-release'>): PanelText {
	const why = data.verdict === 'lost' ? 'lost its provenance' : 'came from another origin than before';
	return {
		look: 'warned',
		sentence: `${nameOf(report)} was published within 24 hours of ${quoteWord(data.version)}, which ${why}. It has no provenance of its own.`,
		advice:
			'Ordinary reasons: one fix for several lines, published by hand. A stolen account looks the same. Wait, and ask the project.',
		limits: LIMITS_WITHOUT_PROOF,
		question: 'Did the project announce both?',
	};
}

function nameOf({ release }: Report): string {
	return quoteRelease(release);
}

/** Name and version in one pair of quotation marks. */
function quoteRelease({ name, version }: { name: string; version: string }): string {
	return `“${wordText(name)} ${wordText(version)}”`;
}

const LOST_REASONS = 'Ordinary reasons: an emergency release, a changed build. A stolen account looks the same.';

function describeVerdict(report: Report): PanelText {
	const { verdict, identity } = report;
	const release = nameOf(report);
	const name = quoteWord(report.release.name);
	switch (verdict) {
		case 'confirmed':
			return describeConfirmed(report, release);
		case 'mismatch': {
			const failure = leadingFailure(report);
			const isOpen = report.claims.some(({ id, standing }) => id === 'built-by' && standing !== 'proved');
			return {
				look: verdict,
				sentence: `The evidence for ${release} does not match: ${describeFailure(failure)}`,
				advice: `${isOpen ? 'So nothing shows where this file was built. ' : ''}A registry fault is possible; a swapped file looks the same. Do not install this version; ask the maintainers.`,
				limits: LIMITS_WITHOUT_PROOF,
				question: 'Can you stay on another version?',
			};
		}
		case 'not-allowed':
			return {
				look: verdict,
				sentence: notAllowedSentence(report, release),
				advice: `Ordinary reasons: ${ordinaryReason(report.policy?.differences?.[0]?.field)}, an old row. A thief publishing from elsewhere looks the same.`,
				limits: LIMITS_BESIDES,
				question: 'Is your row out of date, or is this release not what you expect?',
			};
		case 'lost':
			return describeLost(report, release);
		case 'changed':
			return {
				look: verdict,
				sentence: changedSentence(report, release),
				...(identity && { proved: provedRun(identity) }),
				advice: `Ordinary reasons: ${ordinaryReason(changesOf(report)[0]?.field)}. A stolen account looks the same. If the project announced it, go on. ${stayAdvice(report, 'Else')}`,
				limits: LIMITS_BESIDES,
				question: 'Did the project announce it?',
			};
		case 'none':
			return {
				look: verdict,
				sentence: noneSentence(report, release),
				advice: `Nothing shows where this file was built. ${calmReason(report) === undefined ? 'Most packages have no provenance. ' : ''}Look at who publishes it.`,
				limits: LIMITS_WITHOUT_PROOF,
				question: `Do you trust whoever published ${name}?`,
			};
		case 'unknown':
			return describeUnknown(report, release);
	}
}

/** Until it was compared, and where it could not be, the origin is told without calm. */
function describeConfirmed(report: Report, release: string): PanelText {
	const { history, identity } = report;
	const origin = originSentence(release, identity);
	const common = { proved: provedBySignature(report), limits: LIMITS_OF_PROOF };
	if (history === undefined)
		return {
			...common,
			look: 'pending',
			sentence: `${origin} Comparing with earlier releases ...`,
			question: `Do you expect ${quoteWord(report.release.name)} from this repository?`,
		};
	if (history.state === 'not-compared')
		return {
			look: 'not-compared',
			sentence: `${origin} Not compared with earlier releases: ${describeFailure(history.failure)}`,
			advice: 'Whether it is the usual origin is not known. Try again.',
			limits: LIMITS_OF_PROOF,
			question: `Do you know that ${quoteWord(report.release.name)} comes from this repository?`,
			action: 'retry',
		};
	return {
		...common,
		look: 'confirmed',
		sentence: origin,
		question: `Do you expect ${quoteWord(report.release.name)} from this repository?`,
	};
}

function describeLost(report: Report, release: string): PanelText {
	const publisher = findingOf(report.findings, 'trusted-publisher-without-provenance');
	const reasons = publisher
		? 'Ordinary reasons where a build service publishes: a private repository, a service without records. A stolen account looks the same.'
		: LOST_REASONS;
	if (isCalmLoss(report))
		return {
			look: 'lost-earlier',
			sentence: lostEarlierSentence(report, release),
			advice: `Nothing shows where this file was built. ${stayAdvice(report)}`,
			limits: LIMITS_WITHOUT_PROOF,
			question: `Do you trust whoever published ${quoteWord(report.release.name)}?`,
		};
	return {
		look: 'lost',
		sentence: lostSentence(report, release),
		advice: `${reasons} ${stayAdvice(report)}`,
		limits: LIMITS_WITHOUT_PROOF,
		question: 'Did the project announce a manual release?',
	};
}

/** A loss of long ago, or of a deprecated release, told calmly. */
function lostEarlierSentence({ findings }: Report, release: string): string {
	const earlier = findingOf(findings, 'provenance-lost-earlier')?.data;
	if (earlier?.isLongAgo)
		return `${release} has no provenance: this line is without a record since ${quoteWord(earlier.since)} (${day(earlier.at)}).`;
	const next = findingOf(findings, 'deprecated-without-provenance')?.data.version ?? '?';
	return `${release} has no provenance, which an earlier release had. It is deprecated; ${quoteWord(next)} came after it.`;
}

function describeUnknown(report: Report, release: string): PanelText {
	const { claims, history } = report;
	const failure = claims.find(isUnchecked)?.failure;
	const common = { limits: LIMITS_WITHOUT_PROOF, question: 'Can it wait until the check works?' };
	if (!failure && history === undefined) {
		return {
			...common,
			look: 'pending',
			sentence: `No provenance found for ${release}. Comparing with earlier releases ...`,
			advice: 'Nothing shows where this file was built. Most packages have no provenance.',
			question: 'Did earlier releases have provenance?',
		};
	}
	if (!failure) {
		const why = history?.state === 'not-compared' && history.failure ? ` (${describeFailure(history.failure)})` : '';
		return {
			...common,
			look: 'unknown',
			sentence: `No provenance found for ${release}, and earlier releases could not be compared${why.replace(/\.\)$/, ')')}.`,
			advice: 'Nothing shows where this file was built. Whether that is new could not be checked.',
			action: 'retry',
		};
	}
	const advice = UNKNOWN_ADVICE[failure.code] ?? { advice: 'Try again in a minute.', action: 'retry' as const };
	return {
		...common,
		look: 'unknown',
		sentence:
			failure.code === 'permission-withheld'
				? `Could not check ${release}: your browser withholds the access to npm's registry that this check needs.`
				: `Could not check ${release}: ${describeFailure(failure)}`,
		advice: `This says nothing about the release. ${
			failure.code === 'trust-root-unreadable'
				? `Import ${quoteWord(report.trustRoot.version)} again on the options page, or remove it there.`
				: advice.advice
		}`,
		...(advice.action && { action: advice.action }),
	};
}

/** What to do where a check could not be made: one advice per cause. */
const UNKNOWN_ADVICE: Partial<Record<FailureCode, { advice: string; action?: 'retry' | 'permit' }>> = {
	'release-not-found': { advice: 'Check the spelling of name and version.' },
	'attestations-withheld': {
		advice:
			'Ordinary reasons: a fault of the registry, a proxy that holds them back. Wait, and ask the project if it stays so.',
		action: 'retry',
	},
	'permission-withheld': { advice: 'Allow the access, and the check is made.', action: 'permit' },
	'integrity-missing': { advice: 'Ask the maintainers to publish it anew.' },
	'unsupported-integrity': { advice: 'Ask the maintainers to publish it anew.' },
	'not-in-trust-root': { advice: 'Refresh the trust root on the options page, then try again.', action: 'retry' },
	'log-not-in-trust-root': { advice: 'If the instance has such a log, import a trust root that names it.' },
	'unsupported-signer': { advice: 'Update the extension.' },
	'predicate-type-differs': { advice: 'Wait, and ask the project.' },
	'trust-root-unreadable': { advice: '', action: 'retry' },
	'unsupported-bundle-version': { advice: 'Update the extension.' },
	'unsupported-predicate': { advice: 'Update the extension.' },
	'unsupported-statement': { advice: 'Update the extension.' },
	'unsupported-algorithm': { advice: 'Update the extension and the browser.' },
	'unsupported-timestamp': { advice: 'Update the extension.' },
	'unsupported-log-entry': { advice: 'Update the extension.' },
	'issuer-not-listed': { advice: 'Ask the maintainers which build service publishes it.' },
	'identity-incomplete': { advice: 'Ask the maintainers which build service publishes it.' },
	'too-many-questions': { advice: 'Wait, and ask the project.' },
	'wrong-shape': { advice: 'Wait, and try again later.', action: 'retry' },
	'too-large': { advice: 'Wait, and ask the project.' },
};

/** File, workflow, repository and the commit that the run was started on, in one plain sentence. */
function originSentence(release: string, identity: Identity | undefined): string {
	if (!identity) return `The origin of ${release} is confirmed.`;
	return `This exact file, ${release}, was published by ${runOf(identity)}.`;
}

/** The attested commit is the one that the run was started on, not always the one that was checked out. */
function runOf({ workflow, repository, commit }: Identity): string {
	return `${quoteWord(fileName(workflow))} in ${quoteWord(shortRepository(repository))}; the run started at commit ${commitText(commit)}`;
}

/** The beginning of a commit id; quoted where it is none. */
function commitText(commit: string): string {
	const start = commit.slice(0, 7);
	return /^[0-9a-f]{7}$/.test(start) ? start : quoteWord(start);
}

function provedRun(identity: Identity): Led {
	return { lead: 'Proved by signature:', rest: `published by ${runOf(identity)}.` };
}

function provedBySignature({ identity, trustRoot }: Report): Led {
	// The log of a private instance is not public.
	const log = trustRoot.source === 'custom' ? 'log entry' : 'public log entry';
	return {
		lead: 'Proved by signature',
		rest: `(${buildService(identity?.issuer)}): fingerprint (SHA-512), workflow identity, ${log} (Rekor).`,
	};
}

function notAllowedSentence({ policy }: Report, release: string): string {
	const [difference] = policy?.differences ?? [];
	const row = quoteWord(policy?.row ?? '');
	const by = policy?.setBy === 'organisation' ? "your organisation's allowlist" : 'your allowlist';
	if (difference?.field === 'provenance') return `${release} has no provenance, and ${by} requires it (row ${row}).`;
	if (!difference) return `${release} is not what ${by} names (row ${row}).`;
	// A certificate that does not name a thing does not say that there is none.
	const found =
		difference.found === undefined
			? `the certificate of ${release} names none`
			: `${release} has ${brief(difference.found)}`;
	return `Not the origin you expect: ${by} (row ${row}) names ${fieldName(difference.field)} ${brief(difference.expected)}; ${found}.`;
}

function lostSentence({ history, findings, release: { publishedAt: here } }: Report, release: string): string {
	const published = here === undefined ? '' : ` (${day(here)})`;
	if (history?.state !== 'compared' || !history.with) return `Provenance was there before; ${release} has none.`;
	const { version, publishedAt, identity } = history.with;
	const from = identity
		? `came from ${quoteWord(fileName(identity.workflow))} in ${quoteWord(shortRepository(identity.repository))}`
		: isEarlierFalse(findings, version)
			? 'lists some that does not match'
			: 'says it has one (we could not check it)';
	return `The record of where it was built is missing (provenance). ${quoteWord(version)} (${day(publishedAt)}) ${from}; ${release}${published} has none.`;
}

/** Whether the record of the release compared with is false. */
function isEarlierFalse(findings: readonly Finding[], version: string): boolean {
	return findings.some(
		(finding) =>
			finding.code === 'record-passed-over' &&
			finding.data.version === version &&
			FAILURES[finding.data.failure as FailureCode] === 'false',
	);
}

/** Why a release without provenance raises no alarm although an earlier one had it. */
function calmReason({ findings }: Report): string | undefined {
	const elsewhere = findingOf(findings, 'other-lines-have-provenance');
	return elsewhere && `${quoteWord(elsewhere.data.version)}, with which it is not compared, lists it`;
}

function noneSentence(report: Report, release: string): string {
	const holding = findingOf(report.findings, 'security-holding')?.data;
	if (holding) {
		const last = holding.last === undefined ? '' : `, the last of ${day(holding.last)}`;
		return `${release} is a placeholder of npm's (security holding). Gone: ${counted(holding.removed, 'version')} of the package${last}.`;
	}
	const why = calmReason(report);
	if (why !== undefined) return `No provenance found for ${release}; ${why}.`;
	return report.history?.state === 'compared' && report.history.with
		? `No provenance found for ${release}, nor for the earlier releases it is compared with.`
		: `No provenance found for ${release}, and no earlier release to compare it with.`;
}

function changesOf({ history }: Report): Change[] {
	return history?.state === 'compared' ? history.changes : [];
}

function changedSentence(report: Report, release: string): string {
	const { history } = report;
	const [change] = changesOf(report);
	if (history?.state !== 'compared' || !history.with || !change) return `The origin of ${release} changed.`;
	const since = `${quoteWord(history.with.version)} (${day(history.with.publishedAt)})`;
	// Nobody signed how it was published.
	const whose = change.field === 'publishing' ? ', says the registry' : '';
	return `Changed origin: ${release} is not like ${since}${whose}: ${describeChange(change)}.`;
}

/** One ordinary reason for which a field may differ. */
function ordinaryReason(field: string | undefined): string {
	return (
		(field !== undefined && Object.hasOwn(ORDINARY_REASONS, field) && ORDINARY_REASONS[field]) || 'a moved repository'
	);
}

const ORDINARY_REASONS: Record<string, string> = {
	workflow: 'a renamed workflow',
	signer: 'another shared workflow',
	ref: 'another branch',
	'signer-owner': 'another shared workflow',
	trigger: 'a new release routine',
	runner: 'other machines',
	hosted: 'other machines',
	environment: 'a renamed environment',
	issuer: 'another build service',
	publishing: 'an emergency',
	provenance: 'an emergency release',
};

/** A compared value, as short as it can be told: repositories without their host, workflows without their folder. */
function brief(value: string | undefined): string {
	if (value === undefined) return 'none';
	return quoteText(shortRepository(value).replace(/^\.github\/workflows\//, ''));
}

/** The ways of publishing in plain words. */
const WAYS: Record<string, string> = {
	token: 'by hand (token)',
	'trusted publisher': 'by a build service',
	staged: 'staged, then let out by a person',
};

function wayOf(way = ''): string {
	return Object.hasOwn(WAYS, way) ? (WAYS[way] ?? way) : quoteWord(way);
}

/** A version to stay on, where one is good to name; else to wait. */
function stayAdvice({ history }: Report, how?: 'Else'): string {
	const advised = history?.state === 'compared' ? history.advised : undefined;
	const [wait, use] = how ? ['Else wait, and ask the project.', 'Else use'] : ['Wait, and ask the project.', 'Use'];
	return advised === undefined ? wait : `${use} ${quoteWord(advised)}, or wait and ask the project.`;
}

const FIELD_NAMES: Record<string, string> = {
	repository: 'repository',
	owner: 'owner',
	workflow: 'workflow',
	ref: 'branch or tag',
	'signer-owner': 'owner of the signing workflow',
	trigger: 'trigger',
	runner: 'runner',
	environment: 'environment',
	signer: 'signer',
	issuer: 'build service',
	publishing: 'way of publishing',
	provenance: 'provenance',
	repositoryId: 'repository number',
	ownerId: 'owner number',
	host: "repository's host",
	hosted: 'runner',
};

/** A compared field in plain words. */
export function fieldName(field: string): string {
	return FIELD_NAMES[field] ?? quoteText(field);
}

/** What a release has where a row asks for something else. */
export function describeFound({ field, found }: { field: string; found?: string }): string {
	if (found !== undefined) return readable(found);
	return field === 'provenance' ? 'none' : 'its certificate names none';
}

/** The fields of a row of the allowlist, in plain words: their names, and what to write. */
export const ROW_FIELDS: Record<string, { label: string; hint: string }> = {
	package: { label: 'Package', hint: 'A name as in sigstore, or a whole scope as in @scope/*.' },
	repository: { label: 'Repository', hint: 'Its address, exactly: https://github.com/owner/name. Empty: any.' },
	repositoryId: {
		label: 'Repository number',
		hint: "It outlives a change of name, and nobody else at its host can take it. Where both are known, at the address's host, it decides instead of the address. With neither address nor build service, GitHub's is meant.",
	},
	ownerId: {
		label: "Owner's number",
		hint: "The number of the account or organisation that owns the repository; GitHub's, where neither address nor build service is named.",
	},
	issuer: { label: 'Build service (issuer)', hint: "The service's address as the certificate has it." },
	workflow: { label: 'Workflow (build file)', hint: 'Its path, exactly: .github/workflows/release.yml.' },
	ref: {
		label: 'Branch or tag (ref)',
		hint: 'Exact, as in refs/heads/main, or with * for anything but a slash: refs/tags/v*.',
	},
	environment: { label: 'Environment', hint: 'The deployment environment, exactly.' },
	hosted: { label: "Only on the build service's own machines (hosted runner)", hint: '' },
	provenance: { label: 'Provenance is required: a release without it is not what you expect', hint: '' },
};

/** Said once under a list of releases, whose sentences have no room for it. */
export const LIMITS_OF_A_LIST =
	'An origin says where a file was built. It does not show that code, workflow or dependencies are harmless.';

/** What the allowlist says of a release, in one sentence. */
export function describeAllowlist(report: Report): string {
	const { policy, identity, release } = report;
	if (isAllowlistMissing(report))
		return 'Your allowlist could not be read and was set aside, so this release was not compared with it. Nothing of it is lost: see the options.';
	const whose = policy?.setBy === 'organisation' ? "your organisation's allowlist" : 'your allowlist';
	if (policy?.state === 'allowed' && !identity)
		return `${capital(whose)} lets a release without provenance pass (row ${quoteWord(policy.row ?? '')}); nothing shows that it comes from there.`;
	if (policy?.state === 'allowed') return `This is what ${whose} expects (row ${quoteWord(policy.row ?? '')}).`;
	if (policy?.state === 'not-allowed') return `This is not what ${whose} expects (row ${quoteWord(policy.row ?? '')}).`;
	if (policy === undefined) return `The allowlist was not asked: the origin of this release is not confirmed.`;
	return `Your allowlist has no row for ${quoteWord(release.name)}: you have not said yet where it should come from.`;
}

/** A row of the allowlist in one sentence. */
export function describeRow(row: Readonly<Record<string, unknown>>): string {
	const parts = Object.keys(ROW_FIELDS)
		.filter((field) => field !== 'package' && typeof row[field] === 'string' && field !== 'provenance')
		.map((field) => `${fieldName(field)} ${quoteWhole(String(row[field]))}`);
	if (row.hosted === true) parts.push("only on the build service's own machines");
	const expected = parts.length > 0 ? `Expected: ${parts.join('; ')}.` : 'Any origin is expected.';
	return row.provenance === 'required'
		? `${expected} Provenance is required.`
		: `${expected} A release without provenance fits too.`;
}

/** Why a row that can be kept will hardly ever fit. */
export const ROW_DOUBTS: Record<RowDoubt, string> = {
	'repository-ending':
		'No certificate names a repository that ends in a slash or in .git, so this row would fit no release.',
	'ref-short':
		'A certificate names the whole ref, as in refs/heads/main or refs/tags/v1.2.3, so this row would fit no release.',
	'issuer-no-address':
		'A certificate names the build service by its https address, as in https://gitlab.com, so this row would fit no release.',
};

/** What the allowlist with a row in it would say of the release at hand, where that is not the row's own to say; else nothing. */
export function describeOutcome(row: { package: string }, result: PolicyResult | undefined): string | undefined {
	if (result?.state === 'no-row') return 'This row is not about the release at hand.';
	if (result === undefined || result.row === row.package) return undefined;
	const decides = `The row for ${quoteWord(result.row ?? '')} goes before this one, and decides about the release at hand.`;
	return result.state === 'allowed' ? decides : `${decides} The release is not what that row expects.`;
}

/** What was saved, and what that means for the release at hand. */
export function describeSavedRow(row: { package: string }, result: PolicyResult): string {
	const outcome = describeOutcome(row, result);
	if (outcome !== undefined) return `Saved. ${outcome}`;
	return result.state === 'allowed'
		? 'Saved. From now on this is what you expect of it.'
		: 'Saved. The release at hand is not what this row expects.';
}

/** Why what was written is no row yet. */
export function describeRowProblem({ detail = '' }: Failure): string {
	const [field = '', ...why] = detail.split(': ');
	const label = Object.hasOwn(ROW_FIELDS, field) ? ROW_FIELDS[field]?.label : undefined;
	return label === undefined
		? `This is no row yet: ${readable(detail)}.`
		: `This is no row yet. ${label}: ${readable(why.join(': '))}.`;
}

/** Where the reader would change what is stored, from a private window. */
export const PRIVATE_NOTE =
	'This is a private window, in which nothing is kept. To change what is set, use an ordinary one.';

/** Why a file or what was typed is refused, in a sentence with its place. @param what it was to be. */
export function describeRefusal({ code, detail }: Failure, what: 'allowlist' | 'trust root' = 'allowlist'): string {
	const why = { 'not-json': 'It is not JSON', 'too-large': 'It is too large' }[code as string] ?? `It is no ${what}`;
	return `Nothing was changed. ${why}${detail === undefined ? '' : `: ${readable(detail)}`}.`;
}

/** How much is in an allowlist. */
interface AllowlistSize {
	rows: readonly unknown[];
	mutes?: readonly unknown[] | undefined;
}

/** What is in a file that was read, what there is already, and what would go. */
export function describeImport(file: AllowlistSize, own: AllowlistSize): string {
	const goes =
		(own.mutes?.length ?? 0) + own.rows.length > 0 ? ' What you have goes, if the file takes its place.' : '';
	return `The file has ${describeSize(file)}. You have ${describeSize(own)}.${goes}`;
}

function describeSize({ rows, mutes = [] }: AllowlistSize): string {
	return `${counted(rows.length, 'row')} and ${mutes.length === 0 ? 'no dismissed warning' : counted(mutes.length, 'dismissed warning')}`;
}

function counted(count: number, what: string): string {
	return `${count.toLocaleString('en-GB')} ${count === 1 ? what : `${what}s`}`;
}

/** Which warnings are put aside by a change of the allowlist, and which are not any more; nothing where it is none of them. */
export function describeMutesChanged(
	added: readonly { package: string }[],
	gone: readonly { package: string }[],
): string {
	const about = (mutes: readonly { package: string }[]) => {
		const names = [...new Set(mutes.map((mute) => quoteWord(mute.package)))];
		const more = names.length - MOST_NAMES;
		return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}`;
	};
	const parts = [
		added.length > 0 && ` Warnings now dismissed are about ${about(added)}.`,
		gone.length > 0 && ` Warnings no longer dismissed are about ${about(gone)}.`,
	];
	return parts.filter((part) => part !== false).join('');
}

const MOST_NAMES = 5;

/** What can be read again of an allowlist that was set aside. @param unread rows and warnings of it that cannot. */
export function describeTakeBack(policy: AllowlistSize, unread: number): string {
	const rest =
		unread === 0 ? '' : ` The rest (${unread.toLocaleString('en-GB')}) cannot be read: only the saved file has it.`;
	return `Of the allowlist in it ${describeSize(policy)} can be read.${rest}`;
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

/** What a reader is asked once, before anything is noted. */
export const SIGHTINGS_QUESTION = {
	question: 'May this extension keep a list of what you look at?',
	what: "It notes each release you look at, its file's fingerprint (SHA-512), who signed it, and the day. If the registry later serves something else under the same version, you are told, with both dates.",
	where:
		'The list stays on this machine, is never written in private windows, and one button in the options clears it. Everything else works without it.',
	either:
		"Either way npm's registry's answers, which name what you looked at, are kept on this machine for up to 90 days, so that it can be checked again without asking. A button in the options forgets them.",
	yes: 'Yes, keep the list',
	no: 'No, keep no list',
};

/** What is kept of the registry's answers, and why. */
export const KEPT_ANSWERS = {
	what: "What npm's registry answers about the releases that you look at, and those marked in lists, is kept on this machine, so that they can be checked again without asking, also without network. That names them, whether or not the list above is kept.",
	until:
		'What was not fetched again for 90 days is forgotten, and the oldest where it becomes too much. In private windows nothing is kept.',
	forget: "Forget the registry's answers",
	forgotten: "The registry's answers are forgotten.",
	refused: "The registry's answers could not be forgotten: the browser's storage refused it.",
};

/** A warning that was put aside, as it is listed. */
export function describeMuted(mute: {
	version?: string | undefined;
	line?: string | undefined;
	verdict?: Verdict | undefined;
	date: string;
	note: string;
}): string {
	const what = mute.verdict === undefined ? 'Any warning that can be dismissed' : `"${VERDICT_NAMES[mute.verdict]}"`;
	const which =
		mute.version !== undefined
			? `version ${quoteWord(mute.version)}`
			: mute.line !== undefined
				? `release line ${numberText(mute.line)}`
				: 'every version';
	const note = mute.note === '' ? '' : ` Note: ${quoteWhole(mute.note)}`;
	return `${what}, for ${which}, dismissed on ${day(mute.date)}.${note}`;
}

/** Why nothing of what an organisation has set is followed. */
export function describeManagedRefusal({ detail }: Failure): string {
	const where = detail === undefined ? '' : ` At ${readable(detail)}.`;
	return `Your organisation has set something that cannot be read, so nothing of it is followed.${where} Tell whoever looks after this browser.`;
}

/** What of a text that was typed or pasted is not looked up, and why; empty where all of it is. */
export function describeLookup(lookup: LookupResult): string {
	if (!lookup.ok && lookup.code === 'too-long')
		return 'That is too long to be names of packages. Paste at most 20,000 characters.';
	const { unread, elsewhere } = lookup;
	const { left, specs } = lookup.ok ? lookup : { left: 0, specs: [] };
	return [
		elsewhere.length > 0 &&
			`Not looked up: ${firstOf(elsewhere)}, named as from another registry. Only npm's public registry is looked at here.`,
		unread.length > 0 && `No package can be read in ${firstOf(unread)}.`,
		left > 0 &&
			`Only the first ${specs.length} packages are looked up here; ${left} more were named. Paste them by themselves.`,
		!lookup.ok &&
			elsewhere.length === 0 &&
			"Try sigstore, sigstore@2.3.1, @scope/name, a purl, an address of npm's site, or an install line.",
	]
		.filter(Boolean)
		.join(' ');
}

/** What the popup says of a name or version that the registry does not know. */
export function describeNoRelease({ name, selector, kind }: ReleaseSpec): string {
	const which = {
		version: quoteRelease({ name, version: selector }),
		range: `of ${quoteWord(name)} in the range ${quoteText(selector)}`,
		tag: selector === 'latest' ? `of ${quoteWord(name)}` : `of ${quoteWord(name)} with the tag ${quoteWord(selector)}`,
	}[kind];
	return `npm has no public release ${which}. Check the spelling.`;
}

/** The first three of a list, and how many more there are. */
function firstOf(words: readonly string[]): string {
	const more = words.length - 3;
	return `${words
		.slice(0, 3)
		.map((word) => quoteText(word))
		.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/**
 * How far the answers for a list of packages are: said once when it begins and once when it is done, never for each.
 * @param failed for how many no answer came.
 */
export function describeList(total: number, answered: number, failed: number): string {
	if (answered + failed < total) return `Checking each of the ${total} packages ...`;
	const none =
		failed > 0 ? `${answered} of ${total} answered; for ${failed} there was no answer.` : `All ${total} answered.`;
	return `${none} The down arrow leads to them.`;
}

/** The heading of such a list, with how far the answers are. */
export function describeNamed(total: number, done: number): string {
	return `${total} packages named${done < total ? `, ${done} answered so far` : ''}`;
}

/** What each verdict means, in two or three words: for titles, marks and lists. */
export const VERDICT_NAMES: Record<Look, string> = {
	mismatch: 'does not match',
	'not-allowed': 'not the origin you expect',
	lost: 'the record is missing',
	'lost-earlier': 'without a record for long',
	warned: 'a warning',
	'not-compared': 'origin confirmed, not compared',
	changed: 'origin changed',
	unknown: 'could not check',
	none: 'no provenance found',
	confirmed: 'origin confirmed',
	malware: 'listed as malware',
	muted: 'a dismissed warning',
	seen: 'not as it was seen before',
	pending: 'checking',
	failed: 'could not check',
};

/** The two kinds of claims: those with evidence to check, and those that no evidence bears out. */
export const CLAIM_HEADINGS = { checked: 'What was checked', limits: 'What this does not show' } as const;

/** Each claim as a heading in plain words. */
export const CLAIM_NAMES: Record<ClaimId, string> = {
	'file-matches': 'The file is the one in the statement: same fingerprint (SHA-512)',
	'signed-by-build': 'The statement was signed in a run of a build service (Fulcio certificate)',
	'built-by':
		'Repository, workflow, ref, and the commit that the run was started on, are the identity in the certificate',
	logged: 'The signature stands in the public log (Rekor)',
	'registry-received': 'The registry states that it received this file (publish attestation)',
	'registry-signed': 'The registry signed name, version and fingerprint (registry signature)',
	'workflow-harmless': 'That the code and the build workflow are harmless',
	'only-this-source': "That the file holds only that commit's code",
	'dependencies-clean': 'That its dependencies are harmless',
	'tag-author': 'Who made the tag or the commit',
	'registry-keeps-serving': 'That the registry will keep serving this file',
	'release-approved': 'That a person approved this release',
};

const LIMIT_SENTENCES: Record<LimitId, string> = {
	'workflow-harmless':
		'Provenance says which workflow ran, not what it did. A hijacked workflow leaves a genuine record: it happened to TanStack in May 2026.',
	'only-this-source': 'A workflow can download, generate or change files before it publishes.',
	'dependencies-clean': 'Every dependency has an origin of its own, or none.',
	'tag-author': 'The record names the commit, not the person who made it, nor whoever moved a tag.',
	'registry-keeps-serving': 'The check is about the fingerprint that the registry gives today.',
	'release-approved': 'A release can be published by a run that nobody looked at.',
};

/** One claim's standing as a sentence. */
export function describeClaim(claim: Claim): string {
	switch (claim.standing) {
		case 'proved':
			return 'Proved: checked on this machine, on signed evidence.';
		case 'refuted':
			return `Does not match: ${describeFailure(claim.failure)}`;
		case 'looked-at':
			return `${isLimit(claim.id) ? LIMIT_SENTENCES[claim.id] : 'Nobody signed this.'} Something worth reading was noticed; it stands below.`;
		case 'unproved':
			if (claim.why === 'could-not-check') return `Could not check: ${describeFailure(claim.failure)}`;
			if (claim.why === 'absent') return 'None found among what was served.';
			return isLimit(claim.id) ? LIMIT_SENTENCES[claim.id] : 'Cannot be proved.';
	}
}

function isLimit(id: ClaimId): id is LimitId {
	return (LIMIT_IDS as readonly ClaimId[]).includes(id);
}

const FAILURE_SENTENCES: Record<FailureCode, string> = {
	'release-not-found': 'the registry knows no such release, or it is private.',
	'attestations-withheld': 'the registry lists attestations for this release, but does not serve them.',
	'permission-withheld': "the browser withholds the access to npm's registry.",
	'registry-unreachable': 'the registry could not be reached.',
	'registry-timeout': 'the registry did not answer in time.',
	'rate-limited': "npm's registry is busy and asks to wait (429).",
	'registry-error': 'the registry reports a fault of its own.',
	'unexpected-status': 'the registry answered in a way that is not foreseen.',
	'cut-off': "the registry's answer broke off.",
	'not-json': "the registry's answer is not JSON.",
	'wrong-shape': "the registry's answer does not have the form it should have.",
	'too-large': "the registry's answer is larger than the limit.",
	'foreign-redirect': 'the registry pointed to another address, and we do not follow.',
	'packument-unavailable': 'the list of releases could not be had.',
	'files-only': 'only files were given, and the registry was not asked.',
	'release-undated': 'the list of releases gives no dates.',
	'origin-not-served': 'the record of an earlier release was not served.',
	'origin-false': 'the records of earlier releases do not match.',
	'file-not-served': 'the registry lists this file, but does not serve it.',
	'integrity-missing': 'the registry gives no fingerprint for this file.',
	'not-in-trust-root': 'it is signed by a log, authority or key that our trust root does not hold. Keys do change.',
	'log-not-in-trust-root':
		'your own trust root does not name the log, certificate log or timestamp authority that would show this.',
	'trust-root-unreadable': 'the trust root that you chose for it cannot be read.',
	'unsupported-bundle-version': 'its evidence is of a newer or unknown form (bundle version).',
	'unsupported-predicate': 'its evidence is of a kind that we do not know (predicate type).',
	'unsupported-statement': 'its statement is of a kind that we do not know (statement type).',
	'predicate-type-differs': 'the signed statement is of another kind than it was checked as (predicate type).',
	'unsupported-signer': "the publish attestation is signed with a certificate, and none is known to be the registry's.",
	'unsupported-algorithm': 'it is signed by a method that this browser cannot check (algorithm).',
	'unsupported-timestamp': 'its signed time has a fraction of a second that our library cannot read (timestamp).',
	'unsupported-integrity': 'the registry does not give one fingerprint of the kind that is signed (SHA-512).',
	'unsupported-log-entry': 'its log entry is of a kind that we do not know.',
	'issuer-not-listed': 'it was signed for an issuer that is no build service we know.',
	'identity-incomplete': 'its certificate does not name repository, ref and commit.',
	'publish-time-unknown': 'when it was published is not known, so neither is whether the key was valid then.',
	'publish-time-unsigned':
		"the registry's list gives a day on which this key was not in use. Nobody signed that date, so it proves nothing.",
	'too-many-questions': 'its evidence asks for more checks than any honest one does.',
	'not-reached': 'not reached: an earlier check failed.',
	'internal-error': 'the extension itself made a mistake.',
	'trust-root-not-permitted': "the browser withholds the access to Sigstore's address.",
	'trust-root-unreachable': "Sigstore's list could not be fetched.",
	'trust-root-timeout': "Sigstore's list did not come in time.",
	'trust-root-redirected': "the address of Sigstore's list pointed elsewhere, and we do not follow.",
	'trust-root-too-large': 'a file of the list is larger than it may be.',
	'trust-root-incomplete': 'a file that belongs to the list is missing.',
	'trust-root-malformed': 'a file of the list cannot be read.',
	'trust-root-signature-invalid': 'a file of the list is not signed by enough of the keys that must sign it.',
	'trust-root-rolled-back': 'a file of the list has another version than it must have, or an older one than before.',
	'trust-root-expired': 'a file of the list is past its date (expired), so it may hide a newer one.',
	'trust-root-file-differs': 'a file of the list is not the one that was signed: length or fingerprint differs.',
	'trust-root-kept-unreadable': 'what was kept of an earlier refresh cannot be used.',
	'trust-root-not-kept': "the browser's storage refused to keep it.",
	'clock-behind': "this machine's clock is behind the day on which the extension's own list was taken.",
	'bundle-malformed': 'the signed record cannot be read (bundle).',
	'bundle-of-wrong-kind': 'the record is signed by the wrong kind of signer.',
	'payload-type-wrong': 'what was signed is no statement (payload type).',
	'signature-invalid': 'the record was changed after it was signed, or belongs to another file.',
	'certificate-malformed': 'the certificate cannot be read.',
	'certificate-chain-invalid': 'the certificate was not issued by the authority that it names (Fulcio).',
	'certificate-not-code-signing': 'the certificate is not meant for signing code.',
	'certificate-extension-critical': 'the certificate carries a critical extension that nobody here understands.',
	'certificate-sct-invalid': 'the certificate is not in the certificate log (SCT).',
	'certificate-not-valid-then': 'the certificate was not valid when the signature was made.',
	'key-not-valid-then': "the registry's key was not valid when the signature was made.",
	'time-unsigned': 'no authority signed the time of the signature.',
	'timestamp-invalid': 'the signed time does not hold (timestamp).',
	'log-entry-missing': 'the record names no entry in the public log.',
	'log-entry-duplicated': 'one entry of the public log is counted twice.',
	'log-promise-invalid': "the public log's signature on the entry does not hold (signed entry timestamp).",
	'log-proof-invalid': 'the path to the root of the public log does not hold (inclusion proof).',
	'log-checkpoint-invalid': "the public log's signed root does not hold (checkpoint).",
	'log-key-not-valid-then': "the public log's key was not valid at that time.",
	'log-entry-of-another-signature': 'the entry in the public log is for another signature.',
	'log-entry-of-another-signer': 'the entry in the public log names another signer.',
	'statement-malformed': 'the signed statement cannot be read.',
	'predicate-malformed': 'the signed statement lacks what it must say (predicate).',
	'attestation-duplicated': 'the registry serves two records of one kind.',
	'subject-count-wrong': 'the statement speaks of several files, or of none.',
	'subject-name-differs': 'the statement speaks of another package or version.',
	'subject-digest-missing': 'the statement gives no fingerprint of the file (SHA-512).',
	'subject-digest-differs': 'the statement speaks of another file: the fingerprints differ (SHA-512).',
	'publish-names-another-release': 'the publish attestation names another release.',
	'publish-names-another-registry': 'the publish attestation names another registry.',
	'publish-names-another-file': 'publish attestation and provenance speak of different files.',
	'file-differs': 'the file that the registry serves is not the one that it lists: the fingerprints differ (SHA-512).',
	'registry-lists-another-file':
		'the list of releases, from which npm installs, names another file than the release itself.',
	'identity-name-differs': "the certificate's names contradict each other.",
	'predicate-repository-differs': 'statement and certificate name different repositories.',
	'predicate-ref-differs': 'statement and certificate name different branches or tags.',
	'predicate-commit-differs': 'statement and certificate name different commits.',
	'predicate-workflow-differs': 'statement and certificate name different workflows.',
	'predicate-trigger-differs': 'statement and certificate name different triggers.',
	'predicate-run-differs': 'statement and certificate name different runs.',
	'predicate-runner-differs': 'the statement claims another kind of runner than the certificate names.',
	'predicate-repository-id-differs': 'statement and certificate give different repository numbers.',
	'predicate-owner-id-differs': 'statement and certificate give different owner numbers.',
	'predicate-builder-differs': 'the statement claims a builder that the certificate does not name.',
	'registry-signature-invalid': "the registry's signature does not fit name, version and fingerprint.",
	'registry-key-not-valid-then': "the registry's key was not valid when this was published.",
};

/** A failure as a clause that ends a sentence. */
export function describeFailure(failure: Failure | undefined): string {
	return failure && Object.hasOwn(FAILURES, failure.code)
		? FAILURE_SENTENCES[failure.code]
		: 'the reason is not known.';
}

const FINDING_SENTENCES: Record<FindingCode, string> = {
	'repository-differs': 'package.json names another repository than the certificate.',
	'repository-differs-in-case': 'package.json spells the repository differently, in capitals and small letters only.',
	'signer-elsewhere': "The workflow that signed is a reusable one, of another owner than the repository's.",
	'self-hosted-runner': "It ran on a machine of the project's own (self-hosted), so no hosted-build claim can be made.",
	'open-trigger': 'The run was started by an event that strangers can cause.',
	'pull-request-ref': 'It was built from a pull request, not from a branch or tag.',
	'trust-root-old': 'Our list of keys and logs (trust root) is old; newer keys may be missing.',
	'custom-trust-root':
		"Your own trust root decided here, not Sigstore's public one: its authorities and keys are believed, and the log is its own, not the public one.",
	'key-listed-by-registry':
		"The registry's own list names the key that our trust root lacks. Nothing was checked with it: whoever can change a file there can change that list.",
	'first-with-provenance': 'It is the first release of this package with provenance.',
	'first-provenance-elsewhere':
		'The first provenance names another repository than earlier releases named in package.json.',
	'other-lines-have-provenance':
		'Releases with which this is not compared (of other lines, higher ones or prereleases) have provenance; the ones it is compared with have none.',
	'provenance-lost-earlier': 'Provenance was lost earlier, not only here.',
	'deprecated-without-provenance':
		'Earlier releases had provenance; this one has none, and is deprecated. A higher release of the line:',
	'beside-a-lost-release':
		'It was published within 24 hours of a release that lost its provenance, or changed its origin.',
	'latest-moved-back': 'The tag "latest" names this release, which is lower than one published before it.',
	'trusted-publisher-without-provenance':
		'The registry names a trusted publisher (a build service that may publish without a token), yet there is no provenance.',
	'tier-rose': 'It was published in a stronger way than the release before it.',
	'staged-unrecorded':
		'It looks published in a weaker way, in days of May 2026 in which npm did not record approvals of staged releases, and lost some records.',
	'publisher-changed': 'Another account published it than the release before it.',
	'published-within-minutes': 'Another release of the same line came within ten minutes.',
	'repository-renamed': 'It is the same repository, by its number, under a new name.',
	'environment-added': 'A deployment environment is named where there was none.',
	'origin-new': 'This origin is new: earlier releases came from another one.',
	'change-expected': 'A row of the allowlist names what changed, so it is expected.',
	'record-passed-over':
		'The record of an earlier release was not served, or does not match, so it was not compared with.',
	'registry-signature-missing':
		'The answer has no signature of the registry. npm signs what it publishes, so a mirror or proxy may have removed records.',
	'registry-contradicts-itself': 'Two answers of the registry about this release contradict each other.',
	'git-head-same': 'npm noted the attested commit where the file was packed (gitHead).',
	'git-head-differs':
		'npm noted another commit where the file was packed (gitHead) than the one that the run started at. That is ordinary where the run makes the release commit.',
	'git-head-missing': 'npm noted no commit where the file was packed (gitHead).',
	'tag-of-another-version': 'The tag that the run started at names another version.',
	'runs-on-install': 'npm runs this script when the package is installed.',
	'runs-nothing-on-install': 'package.json names no script that runs on install.',
	'security-holding':
		'npm put a placeholder in the place of this package (security holding). Versions that were there are gone:',
	'and-more': 'There are more of the same kind than are shown.',
	'install-script-added': 'A script that runs on install is new.',
	'install-script-changed': 'A script that runs on install has changed.',
	'dependency-outside-registry': 'A dependency that does not come from the registry is new.',
	'size-jumped': 'Its files weigh far more than those of the release before it.',
	'releases-unreadable': 'Some releases in the list could not be read and were left out.',
	'evidence-kept':
		'The registry could not be asked just now: the check was made on its earlier answer, kept on this machine.',
	'file-hashed':
		'The bytes of the file itself were hashed on this machine (SHA-512): they have the fingerprint that is listed.',
	'file-hashed-unlisted':
		'The bytes of the file itself were hashed on this machine (SHA-512); no fingerprint is listed to hold beside theirs.',
	'malware-advisory':
		'The registry lists this release as malware (security advisory). Do not install it. Its page says more; some advisories have named more versions than were harmful.',
	'allowlist-unreadable':
		'Your allowlist could not be read and was set aside, so it was not asked. The options page has it.',
	muted: 'You dismissed the warning about this release. It still holds.',
	'muted-by-organisation': 'Your organisation dismissed the warning about this release. It still holds.',
	'seen-with-another-file': 'Two different files were seen under this name and version, first seen on these days:',
	'seen-with-another-signer': 'Two different signers were seen for this name and version, first seen on these days:',
	'seen-with-provenance':
		'For this name and version provenance was seen once, and none once, first seen on these days:',
	'seen-without-provenance': 'On an earlier day no provenance was seen for this name and version:',
	'sightings-unavailable':
		'The list of what you looked at could not be read or written, so this release was not compared with it.',
	'unknown-attestation': 'The registry also serves a record of a kind that we do not know; it was not read.',
};

/** A finding in one sentence; its detail, if any, is shown beside it as text. */
export function describeFinding({ code }: Finding): string {
	return FINDING_SENTENCES[code];
}

/** Findings whose detail is all ours: numbers, days, codes. */
const OWN_DETAILS: ReadonlySet<FindingCode> = new Set<FindingCode>([
	'trust-root-old',
	'evidence-kept',
	'file-hashed',
	'file-hashed-unlisted',
	'security-holding',
	'size-jumped',
	'releases-unreadable',
	'and-more',
]);

/** What is told beside the sentence of a finding or failure, quoted where any of it is from outside; nothing where there is nothing. */
export function describeDetail({ code, detail }: Finding | Failure): string | undefined {
	if (detail === undefined || detail === '') return undefined;
	return OWN_DETAILS.has(code as FindingCode) ? readable(detail) : quoteWhole(detail);
}

/** From when the evidence is, where the registry could not be asked; nothing where it was. */
export function describeAge({ findings }: Report): string | undefined {
	const since = findingOf(findings, 'evidence-kept')?.data.since;
	return (
		since &&
		`The registry could not be asked just now. This was made from evidence kept on this machine since ${day(since)}.`
	);
}

/** Rule 9: whose word it is. */
export const SAID_BY: Record<SaidBy, string> = {
	signature: 'Proved by signature',
	registry: 'Said by the registry',
	package: 'Claimed by the package',
	github: 'Read from GitHub today',
	rekor: 'Read from the public log today',
	here: 'Noticed by this extension',
};

/** The build service behind an issuer, as readers know it. */
export function buildService(issuer: string | undefined): string {
	if (issuer?.startsWith('https://token.actions.githubusercontent.com')) return 'GitHub Actions';
	if (issuer === 'https://gitlab.com') return 'GitLab CI';
	return issuer?.startsWith('https://oidc.circleci.com/') ? 'CircleCI' : 'build service';
}

/** `https://github.com/owner/repo` -> `owner/repo`; other hosts keep their name. */
function shortRepository(repository: string): string {
	return repository.replace(/^https:\/\/(github\.com\/)?/, '');
}

/** `.github/workflows/release.yml` -> `release.yml`. */
function fileName(path: string): string {
	return path.split('/').at(-1) ?? path;
}

/** `2026-03-27T...` -> `27 March 2026`. */
export function day(iso: string): string {
	const date = new Date(iso);
	if (Number.isNaN(date.getTime())) return quoteText(iso);
	return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}

/** Ways of publishing in words, the strongest first: whole, and for a narrow axis. */
export const TIER_NAMES: Record<TrustTier, { name: string; short: string }> = {
	staged: { name: 'staged first, then a person approved it (staged publish)', short: 'staged' },
	'trusted-publisher': {
		name: 'by a build service without a token, as trusted publisher (with provenance)',
		short: 'build service',
	},
	provenance: { name: 'with a token, and with provenance', short: 'provenance' },
	'publisher-only': {
		name: 'by a build service without a token, as trusted publisher (but no provenance)',
		short: 'none',
	},
	none: { name: 'with a token, no provenance', short: 'none' },
};

/** What else the picture and the table of a line say. */
export const LINE_WORDS = {
	prerelease: 'hollow: a prerelease',
	deprecated: 'struck through: deprecated',
	account: 'below the axis: another npm account than the release before',
	change: 'numbered line: who built it changed (signed identity)',
	here: 'this release',
	comparedWith: 'compared with',
	move: 'Move along the releases (arrow keys)',
	table: 'The same releases as a table, the newest first:',
	room: 'Reading the list of releases ...',
} as const;

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

/** How many identities of a line were checked, and what came of it. */
export function describeChecked({ releases }: Line): string {
	const listed = releases.filter(({ hasProvenance }) => hasProvenance);
	if (listed.length === 0) return 'The registry lists provenance for none of them, so there is no identity to check.';
	const grouped = (number: number) => number.toLocaleString('en-GB');
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

/** What the registry says of a release of a line. */
export function describeSaid({ tier, publisher, publisherBefore, isDeprecated }: LineRelease): string {
	const account = publisher === undefined ? '' : `; account ${quoteText(publisher)}`;
	const before = publisherBefore === undefined ? '' : `, where the release before has ${quoteText(publisherBefore)}`;
	return `${capital(TIER_NAMES[tier].name)}${account}${before}${isDeprecated ? '; deprecated' : ''}.`;
}

/** What a signature proves of a release of a line, or why nothing. */
export function describeProved(release: LineRelease): string {
	const { checked, hasProvenance } = release;
	if (!hasProvenance) return 'No provenance is listed.';
	if (!checked) return 'The signature is not checked yet.';
	if (!checked.ok) {
		const isFalse = FAILURES[checked.failure.code] === 'false';
		return `${isFalse ? 'Does not match' : 'Could not check'}: ${describeFailure(checked.failure)}`;
	}
	const { workflow, repository, ref } = checked.value;
	const from = `${quoteWord(fileName(workflow))} in ${quoteWord(shortRepository(repository))}, ${quoteWord(ref.replace(/^refs\/(heads|tags)\//, ''))}.`;
	return hasChanged(release) ? `${from} ${describeChanges(release)}` : from;
}

/** What differs from the identity before. */
export function describeChanges({ since, changes = [], renamedFrom }: LineRelease): string {
	const parts = changes.map(describeChange);
	if (renamedFrom !== undefined) parts.push(`same repository by its number, before named ${brief(renamedFrom)}`);
	return `Changed since ${quoteWord(since ?? '?')}: ${parts.join('; ')}.`;
}

/** One change, both values named. */
function describeChange({ field, before, now }: Change): string {
	if (field === 'provenance') return 'provenance was there before, and is not now';
	if (field === 'publishing') return `published ${wayOf(now)}, before ${wayOf(before)}`;
	if (field === 'ref') return `built from ${refText(now)}; before from ${refText(before)}`;
	if (field === 'environment' && now === undefined) return `the environment ${brief(before)} is gone`;
	return `${fieldName(field)} was ${brief(before)}, is ${brief(now)}`;
}

/** A ref in plain words: `the branch main`. */
function refText(ref = ''): string {
	const [, kind = '', name = ref] = /^refs\/(tags|heads|pull)\/(.*)$/s.exec(ref) ?? [];
	const kinds: Record<string, string> = { tags: 'the tag', heads: 'the branch', pull: 'the pull request' };
	return `${kinds[kind] ?? 'the ref'} ${quoteWord(name.replace(/\/(merge|head)$/, ''))}`;
}

/** What kind of release it is, besides its version. */
export function describeKind({ isPrerelease, isDeprecated }: LineRelease): string[] {
	return [isPrerelease && 'prerelease', isDeprecated && 'deprecated'].filter((word) => typeof word === 'string');
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

/** Text from outside where it stands alone: a link, a heading, a cell. In a sentence it is quoted. */
export function shown(text: string): string {
	return displayText(text);
}

/** The same without the cut, in quotation marks: what readers or their organisation wrote, where it is listed. */
function quoteWhole(text: string): string {
	return quoteText(text, Number.POSITIVE_INFINITY);
}

/** The number of a line or a list; quoted where it is none. */
function numberText(text: string): string {
	return /^[\d.]{1,20}$/.test(text) ? text : quoteWord(text);
}

/** Text from outside within a sentence of a page: quoted, in at most 60 characters and three words. */
export const quoted = (text: string): string => quoteText(text);

/** The same without the cut, for tables that have the room. */
export function readable(text: string): string {
	return escapeInvisible(text);
}

function isUnchecked(claim: Claim): claim is Extract<Claim, { why: 'could-not-check' }> {
	if (claim.standing !== 'unproved' || claim.why !== 'could-not-check' || claim.id === 'registry-signed') return false;
	// What was not reached is no reason; the check that it rests on is.
	return claim.failure.code !== 'not-reached';
}

/** The longest words that a panel of this package may come to need, for its height to be reserved. */
export function reservedText(name: string): PanelText {
	const release = quoteRelease({ name, version: '100.100.100-rc.100' });
	return {
		look: 'pending',
		sentence: `The record of where it was built is missing (provenance). 100.100.99 (29 September 2026) came from release.yml in an-organisation/with-its-repository; ${release} (30 September 2026) has none.`,
		advice:
			'Ordinary reasons where a build service publishes: a private repository, a service without records. A stolen account looks the same. If the project announced it, go on. Else use 100.100.99, or wait and ask the project.',
		limits: LIMITS_OF_PROOF,
		question: `Do you know that ${quoteWord(name)} comes from this repository, and did the project announce it?`,
	};
}

/** A way to repeat the check without us. */
interface Recipe {
	title: string;
	/** Lines for a POSIX shell. */
	lines: string[];
	note: string;
}

/**
 * The way out: commands that repeat the check without us. They name the exact release, the identity where one was proved, and the
 * versions of the tools that they need.
 */
export function describeRecipes({ report: { release, identity }, evidence }: Inspection): Recipe[] {
	const spec = shellWord(`${release.name}@${release.version}`);
	const recipes: Recipe[] = [
		{
			title: "npm's own check, in an empty folder",
			lines: ['npm init -y', `npm install --ignore-scripts ${spec}`, 'npm audit signatures'],
			note: 'npm 9.5 or newer. It checks the signatures of everything installed there; it does not compare the identity with anything.',
		},
	];
	const statement = evidence.provenance?.statement;
	const sha512 = statement?.subject[0]?.digest.sha512;
	if (identity && statement && sha512 !== undefined) {
		recipes.push({
			title: "Sigstore's own tool (cosign), with the record saved from this page",
			lines: [
				'cosign verify-blob-attestation --bundle provenance.sigstore.json \\',
				`  --certificate-identity ${shellWord(identity.signer)} \\`,
				`  --certificate-oidc-issuer ${shellWord(identity.issuer)} \\`,
				`  --type ${shellWord(statement.predicateType)} \\`,
				`  --digestAlg sha512 --digest ${shellWord(sha512)}`,
				`npm pack ${spec}`,
				'sha512sum *.tgz',
			],
			note: "cosign 3.0 or newer. The digest is the statement's, since cosign before 3.1.0 hashes a file with SHA-256 only; the last line must print the same one.",
		});
	}
	return recipes;
}

/** One word for a POSIX shell, whatever is in it. */
function shellWord(text: string): string {
	return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Which trust root it is, of what version and how old, as a clause. @param at ISO time at which it is looked at. */
export function describeTrustRoot({ source, version, takenAt }: TrustRootInfo, at: string): string {
	const days = Math.floor((Date.parse(at) - Date.parse(takenAt)) / 86_400_000);
	const age = days >= 1 ? `${day(takenAt)}, ${days} ${days === 1 ? 'day' : 'days'} old` : day(takenAt);
	if (source === 'embedded')
		return `the one that came with this extension (embedded), version ${numberText(version)}, of ${age}`;
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

/** The trust root in use and what came of renewing it, one sentence a line. @param now ISO time. */
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
function isBuiltIn(statement: Statement | undefined): boolean {
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

/** What may be said of build levels, and what not. @param statement the verified statement, where there is one. */
export function describeBuildLevel(identity: Identity, statement: Statement | undefined): string {
	const { runner, issuer } = identity;
	if (runner === 'self-hosted') return "It ran on a machine of the project's own: no hosted-build claim can be made.";
	if (!issuer.startsWith('https://token.actions.githubusercontent.com'))
		return 'How this build service relates to the levels of the SLSA project is not assessed here.';
	if (!isBuiltIn(statement))
		return "It is not npm's built-in provenance, and how its builder relates to the levels of the SLSA project is not assessed here.";
	return "The SLSA project describes npm's built-in provenance as Build Level 2: signed with the hosted build service's identity, but the build steps could influence it. This extension certifies no level.";
}

/** Rule 15: which checks ran, in order, and which did not. */
const CHECKS_MADE = [
	'Certificate chain to the authority (Fulcio), at a time that a log or timestamp authority signed, and its entry in the certificate log (SCT).',
	'Signature over the statement (DSSE), one only, and made for code signing.',
	'Entry in the public log (Rekor): its signature or path to the signed root, for this signature and this signer.',
	'Statement and its kind, one file only, this name and version, this fingerprint (SHA-512).',
	'Statement against certificate: repository, ref, commit, workflow, trigger, run, runner, repository and owner numbers.',
	"npm's publish attestation and registry signature, with keys that were valid then.",
];
const CHECKS_NOT_MADE = [
	'Whether the public log shows everybody the same entries: one reader alone cannot see that.',
	'The code, the build file and the dependencies.',
];

/** The same for one Report: some checks are made on request, or where the registry answers. */
export function describeChecks({ report, evidence }: Inspection): { made: string[]; notMade: string[] } {
	const made = [...CHECKS_MADE];
	const notMade = [...CHECKS_NOT_MADE];
	if (isFileHashed(report)) made.push("The file's own bytes, downloaded and hashed here, against the fingerprints.");
	else notMade.unshift('The bytes of the file itself: the fingerprint is the one that the registry gives.');
	const advisories = "npm's list of malware (security advisories)";
	if (evidence.advisories === 'read') made.push(`${advisories}: a release that is not on it may be malware still.`);
	else {
		const why = evidence.advisories ? `: ${describeFailure(evidence.advisories)}` : ', which was not asked for.';
		notMade.push(`${advisories}${why}`);
	}
	return { made, notMade };
}

/** Whether the file's own bytes were hashed, whatever came of it. */
function isFileHashed({ claims, findings }: Report): boolean {
	return (
		findings.some(({ code }) => code.startsWith('file-hashed')) ||
		claims.some((claim) => claim.standing === 'refuted' && claim.failure.code === 'file-differs')
	);
}

/** How far the comparison of a file's own bytes has come. */
export type FileCheck =
	| { state: 'offered' }
	| { state: 'running'; received: number; total?: number }
	| { state: 'failed'; failure: Failure }
	| { state: 'cancelled' }
	| { state: 'done' };

/** What is offered: to compare the file's own bytes. @param unpackedSize bytes, as the registry says. */
export function describeFileOffer(unpackedSize: number | undefined): string {
	const size = unpackedSize === undefined ? '' : ` Unpacked it holds ${bytes(unpackedSize)}.`;
	return `So far the check is about the fingerprint that the registry gives, not about the file. The file can be downloaded and its own fingerprint taken here (at most 256 MB and ten minutes); nothing in it is run, and it is not kept.${size}`;
}

/** How a comparison of the file stands, or ended, in a sentence. */
export function describeFileCheck(check: FileCheck, report: Report): string {
	switch (check.state) {
		case 'offered':
			return '';
		case 'running':
			return check.total === undefined
				? `Downloaded ${bytes(check.received)} ...`
				: `Downloaded ${bytes(check.received)} of ${bytes(check.total)} ...`;
		case 'cancelled':
			return 'Stopped. The file was not compared.';
		case 'failed':
			return `The file was not compared: ${describeFailure(check.failure)} This says nothing about the file.`;
		case 'done':
			return describeFileResult(report);
	}
}

function describeFileResult({ claims, findings }: Report): string {
	const claim = claims.find(({ id }) => id === 'file-matches');
	if (claim?.standing === 'refuted')
		return `The file does not match: ${describeFailure(claim.failure)} Do not install it.`;
	if (claim?.standing === 'proved')
		return 'The file that the registry serves now is the one in the signed statement: its own bytes have that fingerprint (SHA-512).';
	return findings.some(({ code }) => code === 'file-hashed')
		? 'The file that the registry serves now has the fingerprint that the registry lists (SHA-512). No signed statement that could be checked names it.'
		: 'The file was downloaded, but there is no fingerprint (SHA-512) to compare it with.';
}

/** `1234567` -> `1.2 MB`. */
function bytes(count: number): string {
	if (count < 1000) return `${count} bytes`;
	return count < 1_000_000 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}
