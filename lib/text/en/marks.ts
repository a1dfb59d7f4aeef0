/** Owns the sentence of a mark in npm's lists. */

import type { CalmLoss } from '../../inspect/quick-check.ts';
import { muteIn } from '../../inspect/warnings.ts';
import type { FindingOf } from '../../report/findings.ts';
import type { Report } from '../../report/report.ts';
import { nameOf } from '../format.ts';
import { quoteWord } from '../untrusted.ts';
import type { Look } from '../verdict-icons.ts';
import { describePanel } from './panel.ts';
import { describeMute, leadOf, onDay, originHeadline } from './panel-text.ts';
import { calmHeadline } from './verdicts.ts';

/** A release in a list: its sign, and the sentence that it never appears without. */
export interface MarkText {
	look: Look;
	sentence: string;
}

/** What a quick check tells besides the Report. */
interface MarkFacts {
	/** The earlier version that lists provenance, where the release at hand has none. */
	before?: string;
	/** Why that is calm. */
	calm?: CalmLoss;
	/** The finding that such a warning was dismissed. */
	mute?: FindingOf<'muted' | 'muted-by-organisation'> | undefined;
	/** Whether the list of releases could not be fetched. */
	isUnlisted?: true;
}

/** A mark's words. */
export function describeMark(report: Report, { before, calm, mute, isUnlisted }: MarkFacts = {}): MarkText {
	const release = nameOf(report);
	const signed = report.claims.find(({ id }) => id === 'signed-by-build');
	const isAbsent = signed?.standing === 'unproved' && signed.why === 'absent';
	// A warning, which in a list is that of malware, leads here as it leads the panel.
	const isWarned = report.findings.some(({ warning }) => warning);
	if (report.verdict === 'unknown' && isAbsent && !isWarned) {
		if (isUnlisted)
			return {
				look: 'unknown',
				sentence: `No build record for ${release}, and earlier releases could not be compared. Open it to try again.`,
			};
		if (before === undefined)
			return {
				look: 'none',
				sentence: `No build record for ${release} (provenance). Open it to compare it with earlier releases.`,
			};
		if (calm && !mute)
			return {
				look: 'lost-earlier',
				sentence: `${calmHeadline(release)} ${describeCalm(calm)} Open it to compare them.`,
			};
		return {
			look: mute ? 'muted' : 'lost',
			sentence: `The build record of ${release} is missing: ${quoteWord(before)} lists one. ${mute ? describeMute(mute) : 'Open it to compare them.'}`,
		};
	}
	const panel = describePanel(report);
	const { look } = panel;
	const sentence = leadOf(panel);
	// A list asks for no earlier record, so what it marks is not compared.
	if (report.verdict === 'confirmed' && report.history === undefined && !isWarned)
		return {
			look: look === 'pending' ? 'not-compared' : look,
			sentence: `${originHeadline(release, report.identity)} Not compared with earlier releases: open it for that.`,
		};
	const mutedBy = look === 'muted' ? muteIn(report) : undefined;
	return { look, sentence: mutedBy ? `${sentence} ${describeMute(mutedBy)}` : sentence };
}

function describeCalm(calm: CalmLoss): string {
	return 'next' in calm
		? `It is deprecated; ${quoteWord(calm.next)} came after it.`
		: `This line has had none since ${onDay(calm.since, calm.at)}.`;
}
