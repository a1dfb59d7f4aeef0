/** Owns the sentences of the warnings that lead a panel whatever its verdict. */

import type { Finding, FindingOf } from '../../report/findings.ts';
import type { Report } from '../../report/report.ts';
import { capital, day, nameOf, quoteRelease } from '../format.ts';
import { quoteWord } from '../untrusted.ts';
import { brief, VERDICT_NAMES } from './names.ts';
import { LIMITS_BESIDES, LIMITS_WITHOUT_PROOF, type PanelText, provedRun } from './panel-text.ts';

export function describeWarning(report: Report, warning: Finding | undefined): PanelText | undefined {
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

/** The panel of malware. A hijacked workflow leaves a genuine record, so the panel still names the origin, calmly. */
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

/** The panel of a release without provenance, published next to one that lost it or changed. */
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
