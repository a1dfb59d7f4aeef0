/** Owns the panel's words: one warning or the verdict leads, then facts, what to do, the limits and a question. */

import { muteIn } from '../../inspect/warnings.ts';
import type { Report } from '../../report/report.ts';
import { quoteText, quoteWord } from '../untrusted.ts';
import type { Look } from '../verdict-icons.ts';
import { isAllowlistMissing } from './allowlist.ts';
import { PRODUCT, VERDICT_NAMES } from './names.ts';
import {
	describeMute,
	FULL_REPORT,
	isUnchecked,
	LIMITS_OF_PROOF,
	LIMITS_WITHOUT_PROOF,
	type PanelFacts,
	type PanelText,
	TRY_AGAIN,
} from './panel-text.ts';
import { describeVerdict } from './verdicts.ts';
import { describeWarning } from './warnings.ts';

/** The sentence before there is an answer. */
export function describeWaiting(name: string): string {
	return `Checking where ${quoteWord(name)} comes from ...`;
}

/** The toolbar icon's title. */
export function describeTitle(look: Look, release: string): string {
	return `${PRODUCT}: ${VERDICT_NAMES[look]} (${quoteText(release)})`;
}

/** The panel before any answer. */
export function describePending(name: string): PanelText {
	return { look: 'pending', headline: describeWaiting(name), buttons: [] };
}

/** The panel where no Report could be made at all, e.g. because the extension's background did not answer. */
export function describeNoAnswer(name: string): PanelText {
	return {
		look: 'failed',
		headline: `Could not check where ${quoteWord(name)} comes from.`,
		rows: [{ term: 'Why', value: ["The extension's background did not answer."] }],
		action: ['Try again; if that does not help, reload the extension.'],
		note: 'The check did not begin: it says nothing for or against this release.',
		limits: LIMITS_WITHOUT_PROOF,
		question: 'Can it wait until the check works?',
		buttons: [TRY_AGAIN],
	};
}

/** What a mark says to the ear. @param sentence of the mark. */
export function describeMarkButton(sentence: string): string {
	return `${sentence} (opens the report)`;
}

/** The mark where no Report could be made. */
export function noMark(name: string): { look: Look; sentence: string } {
	const { look, headline } = describeNoAnswer(name);
	return { look, sentence: `${headline} The extension's background did not answer.` };
}

/**
 * The panel of a Report. The one warning leads, if there is one, whatever the verdict. The panel is calm if the verdict's own warning
 * was dismissed.
 */
export function describePanel(report: Report, facts: PanelFacts = {}): PanelText {
	const warning = report.findings.find((finding) => finding.warning);
	const mute = muteIn(report);
	// No other warning may be dismissed with it.
	const isMuted = mute !== undefined && !warning;
	const verdict = describeVerdict(report, facts);
	const panel: PanelText = isMuted
		? {
				look: 'muted',
				headline: verdict.headline,
				rows: verdict.rows ?? [],
				note: describeMute(mute),
				limits: verdict.limits ?? LIMITS_WITHOUT_PROOF,
				question: 'Does the reason still hold?',
				buttons: [FULL_REPORT],
			}
		: (describeWarning(report, warning) ?? verdict);
	return withMirror(withAllowlist(withTrustRoot(panel, report), report), report, facts.mirror);
}

/** The same, naming a mirror that lists attestations and does not serve them, as many do. */
function withMirror(panel: PanelText, { claims }: Report, mirror: string | undefined): PanelText {
	const isWithheld = claims.find(isUnchecked)?.failure.code === 'attestations-withheld';
	if (mirror === undefined || panel.look !== 'unknown' || !isWithheld) return panel;
	return {
		...panel,
		action: ["Ask npm's own registry."],
		note: `This says nothing about the release. The mirror ${quoteWord(mirror)} was asked, and many mirrors list attestations without serving them.`,
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
	const row = { term: 'Your trust root', value: [quoteWord(version)] };
	// Beside the signer, where one is named.
	return { ...panel, rows: [...(panel.rows ?? []).filter(({ term }) => term !== 'On install'), row] };
}

/** The words of the usual size, to keep room for the answer about this package. */
export function reservedText(name: string): PanelText {
	return {
		look: 'pending',
		headline: `${quoteWord(name)} 100.100.100 came from an automatic build of an-organisation/with-its-repository.`,
		rows: [
			{ term: 'Repository', value: ['an-organisation/with-its-repository'] },
			{ term: 'Build file', value: ['continuous-release.yml, this run'] },
			{ term: 'Commit', value: ['46e7056 (tag v100.100.100), where the run started'] },
			{ term: 'Signed by', value: ['GitHub Actions, in the public log'] },
			{ term: 'On install', value: ['runs no script'] },
		],
		limits: LIMITS_OF_PROOF,
		question: `Do you expect ${quoteWord(name)} from there?`,
		otherwise: ['If not or unsure, do not install: ask the project.'],
		buttons: [FULL_REPORT, { label: 'Yes: warn if origin changes', does: 'expected' }],
	};
}
