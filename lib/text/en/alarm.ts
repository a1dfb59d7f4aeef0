/** Owns the second opinion on a package manager's trust-downgrade alarm, in words. */

import type { AlarmManager } from '../../npm/alarm.ts';
import { exceptionFor, type TrustException } from '../../npm/exception.ts';
import type { Inspection } from '../../report/evidence.ts';
import { type AlarmReason, judgeAlarm } from '../../report/judge-alarm.ts';
import type { Report } from '../../report/report.ts';
import { nameOf } from '../format.ts';
import { quoteWord } from '../untrusted.ts';
import { VERDICT_NAMES } from './names.ts';
import { pieceText, stayAdvice } from './panel-text.ts';
import { calmReason } from './without-proof.ts';

/** What is said around the second opinion. */
export const ALARM = {
	heading: "Your package manager's alarm",
	copy: 'Copy these lines',
} as const;

/** A second opinion. `exception` is there only where the alarm is ordinary. */
export interface AlarmText {
	sentence: string;
	advice: string;
	exception?: TrustException;
}

/**
 * Says whether an alarm is ordinary by our rules, and what to do: the exception for that manager, or what to do instead.
 * @param inspection of the release that the alarm names, completed with the releases before it.
 * @param manager who printed it; where that is not known there is no exception.
 */
export function describeAlarm(inspection: Inspection, manager: AlarmManager | undefined): AlarmText {
	const judgement = judgeAlarm(inspection);
	const { report } = inspection;
	const release = nameOf(report);
	const who = manager ?? 'The package manager';
	if (!judgement.isOrdinary)
		return { sentence: refusal(report, judgement.why), advice: instead(report, judgement.why) };
	const sentence = `By our rules this alarm is ordinary: ${
		report.verdict === 'confirmed'
			? `${release} has a record of where it was built, ${comparedWith(report)}.`
			: `no release that ${release} is compared with has a record of where it was built.`
	}`;
	const why = calmReason(report);
	const compares = `${who} compares all releases by date${why === undefined ? '' : `: ${why}`}.`;
	const exception = manager && exceptionFor(manager, report.release);
	return {
		sentence,
		advice: `${compares} ${exception ? exceptionAdvice(exception, manager) : 'Make an exception for this version only.'} ${LIMIT}`,
		...(exception && { exception }),
	};
}

/** What its origin is compared with. */
function comparedWith({ history }: Report): string {
	if (history?.state === 'compared' && history.changes.length > 0) return 'from an origin that your allowlist expects';
	if (history?.state === 'compared' && history.with?.identity)
		return `from the same origin as ${quoteWord(history.with.version)}`;
	return 'and there is no earlier one to compare it with';
}

const LIMIT = 'That says nothing about its code.';

function exceptionAdvice({ file, isOfAllVersions }: TrustException, manager: AlarmManager): string {
	const where = manager === 'mise' ? `the tool's own entry in ${file}` : file;
	return isOfAllVersions
		? `If you expect this release, write to ${where} what follows. ${manager} takes names only, so later versions pass too: take it out after the installation.`
		: `If you expect this release, write to ${where} what follows. It lets this version pass, and no other.`;
}

function refusal(report: Report, why: AlarmReason): string {
	const release = nameOf(report);
	const warning = report.findings.find((finding) => finding.warning);
	switch (why) {
		case 'warned':
			return warning?.code === 'malware-advisory'
				? `Do not make an exception: npm lists ${release} as malware.`
				: `Do not make an exception: by our rules, too, ${release} has a warning (${VERDICT_NAMES[warning ? 'warned' : report.verdict]}).`;
		case 'unchecked':
			return `Do not make an exception yet: ${release} could not be checked, or not be compared with earlier releases.`;
		case 'malware-unread':
			return `Do not make an exception yet: whether npm's registry lists ${release} as malware could not be read.`;
		case 'kept':
			return `Do not make an exception yet: ${release} was checked on kept evidence, since the registry could not be asked.`;
		case 'placeholder':
			return `Do not make an exception: ${release} is a placeholder of npm's (security holding).`;
		case 'not-complete':
			return `${release} is still being compared with earlier releases.`;
	}
}

function instead(report: Report, why: AlarmReason): string {
	switch (why) {
		case 'warned':
			return report.findings.some(({ code }) => code === 'malware-advisory')
				? 'Stay on another version. If it was installed: remove it, and change the passwords and keys on that computer.'
				: pieceText(stayAdvice(report));
		case 'placeholder':
			return `Find out why ${quoteWord(report.release.name)} was taken away, and remove it.`;
		case 'not-complete':
			return 'Wait for the comparison.';
		default:
			return 'Stay on the version that you have, and try again later.';
	}
}
