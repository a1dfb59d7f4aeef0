/** Owns the panels of verdicts that nothing proves or refutes: `none` and `unknown`. */

import { findingOf } from '../../report/findings.ts';
import type { Report } from '../../report/report.ts';
import { capital, counted, day } from '../format.ts';
import { quoteWord } from '../untrusted.ts';
import { UNKNOWN_ADVICE } from './advice.ts';
import { describeFailure } from './failures.ts';
import { FULL_REPORT, isUnchecked, LIMITS_WITHOUT_PROOF, type PanelText, TRY_AGAIN } from './panel-text.ts';

export const NOTHING_SHOWS = 'Nothing shows where it was built.';

const TRY_IN_A_MINUTE = 'Try again in a minute, before you install.';

/** The panel of a release without provenance that is compared with none that had it. */
export function describeNone(report: Report, release: string): PanelText {
	const { findings, history, claims } = report;
	const name = quoteWord(report.release.name);
	const common = {
		look: 'none' as const,
		limits: LIMITS_WITHOUT_PROOF,
		question: `Do you trust whoever published ${name}?`,
		buttons: [FULL_REPORT],
	};
	const holding = findingOf(findings, 'security-holding')?.data;
	if (holding) {
		const last = holding.last === undefined ? '' : `, the last of ${day(holding.last)}`;
		return {
			...common,
			headline: `${release} is a placeholder of npm's (security holding).`,
			rows: [{ term: 'Gone', value: [`${counted(holding.removed, 'version')} of the package${last}`] }],
			note: NOTHING_SHOWS,
		};
	}
	const isSigned = claims.some(({ id, standing }) => id === 'registry-signed' && standing === 'proved');
	const earlier =
		calmReason(report) ??
		(history?.state === 'compared' && history.with
			? 'those that it is compared with have none either'
			: 'no earlier release to compare it with');
	return {
		...common,
		headline: `No build record for ${release} (provenance).`,
		rows: [
			...(isSigned ? [{ term: 'npm says', value: ['it is the file that npm received (its signature holds)'] }] : []),
			{ term: 'Earlier', value: [earlier] },
		],
		action: ['Look at who publishes it before you install.'],
		note: `Most packages have none. ${NOTHING_SHOWS}`,
	};
}

/** Why a release without provenance raises no alarm although an earlier one had it. */
export function calmReason({ findings }: Report): string | undefined {
	const elsewhere = findingOf(findings, 'other-lines-have-provenance');
	return elsewhere && `${quoteWord(elsewhere.data.version)}, with which it is not compared, lists one`;
}

/** The panel of a release that could not be checked, or is not compared yet. */
export function describeUnknown(report: Report, release: string): PanelText {
	const { claims, history } = report;
	const failure = claims.find(isUnchecked)?.failure;
	const common = { limits: LIMITS_WITHOUT_PROOF, question: 'Can it wait until the check works?' };
	if (!failure && history === undefined)
		return {
			...common,
			look: 'pending',
			headline: `No build record for ${release}; comparing with earlier releases ...`,
			note: `${NOTHING_SHOWS} Most packages have no record.`,
			question: 'Did earlier releases have one?',
			buttons: [FULL_REPORT],
		};
	if (!failure) {
		const why = history?.state === 'not-compared' ? history.failure : undefined;
		return {
			...common,
			look: 'unknown',
			headline: `No build record for ${release}; earlier releases could not be compared.`,
			rows: [{ term: 'Why', value: [capital(describeFailure(why))] }],
			note: `${NOTHING_SHOWS} Whether that is new could not be checked.`,
			action: [TRY_IN_A_MINUTE],
			buttons: [TRY_AGAIN, FULL_REPORT],
		};
	}
	const advice = UNKNOWN_ADVICE[failure.code] ?? { advice: TRY_IN_A_MINUTE, action: 'retry' as const };
	const isWithheld = failure.code === 'permission-withheld';
	const isMissing = failure.code === 'release-not-found';
	return {
		...common,
		look: 'unknown',
		headline: isMissing ? `npm has no public release ${release}.` : `Could not check where ${release} was built.`,
		rows: [
			{
				term: 'Why',
				value: [
					isWithheld
						? "Your browser withholds the access to npm's registry that this check needs."
						: capital(describeFailure(failure)),
				],
			},
		],
		action: [
			failure.code === 'trust-root-unreadable'
				? `Import ${quoteWord(report.trustRoot.version)} again on the options page, or remove it there.`
				: advice.advice,
		],
		note: 'The check did not finish: it says nothing for or against this release.',
		buttons: [
			...(advice.action === 'retry' ? [TRY_AGAIN] : []),
			...(advice.action === 'permit' ? [{ label: 'Allow access', does: 'permit' } as const] : []),
			FULL_REPORT,
		],
	};
}
