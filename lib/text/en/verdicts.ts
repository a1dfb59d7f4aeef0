/** Owns the sentences of each verdict. */

import { isCalmLoss, leadingFailure } from '../../inspect/warnings.ts';
import { FAILURES, type FailureCode } from '../../report/failures.ts';
import { type Finding, findingOf } from '../../report/findings.ts';
import type { Change } from '../../report/history.ts';
import type { Report } from '../../report/report.ts';
import { counted, day, fileName, nameOf, shortRepository } from '../format.ts';
import { quoteWord } from '../untrusted.ts';
import { UNKNOWN_ADVICE } from './advice.ts';
import { describeFailure } from './failures.ts';
import { brief, describeChange, fieldName } from './names.ts';
import {
	isUnchecked,
	LIMITS_BESIDES,
	LIMITS_OF_PROOF,
	LIMITS_WITHOUT_PROOF,
	originSentence,
	type PanelText,
	provedBySignature,
	provedRun,
	stayAdvice,
} from './panel-text.ts';

const LOST_REASONS = 'Ordinary reasons: an emergency release, a changed build. A stolen account looks the same.';

export function describeVerdict(report: Report): PanelText {
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

/** The panel of a confirmed origin. It looks calm only after the comparison with earlier releases. */
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

/** The calm sentence for a loss of long ago, or of a deprecated release. */
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
	if (history?.state !== 'compared' || !history.with)
		return `The record of where it was built is missing (provenance). An earlier release had one; ${release} has none.`;
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
export function calmReason({ findings }: Report): string | undefined {
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
