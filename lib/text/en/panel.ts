/** Owns the panel's words: one warning or the verdict leads, then what is proved, what to do, the limits and a question. */

import { muteIn } from '../../inspect/warnings.ts';
import type { Report } from '../../report/report.ts';
import { quoteRelease } from '../format.ts';
import { quoteText, quoteWord } from '../untrusted.ts';
import type { Look } from '../verdict-icons.ts';
import { isAllowlistMissing } from './allowlist.ts';
import { VERDICT_NAMES } from './names.ts';
import { describeMute, isUnchecked, LIMITS_OF_PROOF, LIMITS_WITHOUT_PROOF, type PanelText } from './panel-text.ts';
import { describeVerdict } from './verdicts.ts';
import { describeWarning } from './warnings.ts';

/** The sentence before there is an answer. */
export function describeWaiting(name: string): string {
	return `Checking what npm's records prove about ${quoteWord(name)} ...`;
}

/** The toolbar icon's title. */
export function describeTitle(look: Look, release: string): string {
	return `Stamp of Origin: ${VERDICT_NAMES[look]} (${quoteText(release)})`;
}

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
 * The panel of a Report. The one warning leads, if there is one, whatever the verdict. The panel is calm if the verdict's own warning
 * was dismissed.
 * @param mirror address of the registry that was asked, where that is not npm's own.
 */
export function describePanel(report: Report, mirror?: string): PanelText {
	const warning = report.findings.find((finding) => finding.warning);
	const mute = muteIn(report);
	// No other warning may be dismissed with it.
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

/** The same, naming the reader's own trust root where that decided. */
function withTrustRoot(panel: PanelText, report: Report): PanelText {
	const { source, version } = report.trustRoot;
	const signed = report.claims.find(({ id }) => id === 'signed-by-build');
	// No trust root decided if there was nothing to verify, or nothing could be fetched.
	const isDecided =
		signed?.standing === 'proved' ||
		signed?.standing === 'refuted' ||
		(signed && 'failure' in signed && ['not-in-trust-root', 'not-reached'].includes(signed.failure.code));
	if (source !== 'custom' || !isDecided) return panel;
	const decided = `Your trust root ${quoteWord(version)} decided.`;
	return { ...panel, advice: panel.advice === undefined ? decided : `${decided} ${panel.advice}` };
}

/** The longest words that a panel of this package may need, to reserve its height. */
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
