/** Owns the panels of the warnings that lead whatever the verdict. */

import type { Finding, FindingOf } from '../../report/findings.ts';
import type { Report } from '../../report/report.ts';
import { capital, day, nameOf } from '../format.ts';
import { safeAddress } from '../links.ts';
import { innerText, quoteText, quoteWord } from '../untrusted.ts';
import { brief, VERDICT_NAMES } from './names.ts';
import {
	askProject,
	FULL_REPORT,
	LIMITS_WITHOUT_PROOF,
	onDay,
	type PanelText,
	type Piece,
	repositoryRow,
	SEE_CHANGES,
	tellNpm,
} from './panel-text.ts';
import { TREAT_AS_STOLEN } from './verdicts.ts';

export function describeWarning(report: Report, warning: Finding | undefined): PanelText | undefined {
	switch (warning?.code) {
		case 'malware-advisory':
			return describeMalware(report, warning);
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
function describeMalware(report: Report, { data }: FindingOf<'malware-advisory'>): PanelText {
	const { verdict, identity } = report;
	const href = data.address === undefined ? undefined : safeAddress(data.address);
	const advisory: Piece =
		href === undefined
			? quoteText(data.title)
			: { text: innerText(href.split('/').at(-1) ?? href), href, isName: true };
	const about = verdict === 'confirmed' ? '' : `${VERDICT_NAMES[verdict]}; `;
	return {
		look: 'malware',
		headline: `npm lists ${nameOf(report)} as malware. Do not install it.`,
		rows: [
			{ term: 'Advisory', value: [advisory] },
			{
				term: 'Origin',
				value: identity
					? [`${about}a genuine record, from `, ...repositoryRow(identity).value, '. That does not make it harmless.']
					: [VERDICT_NAMES[verdict]],
			},
		],
		action: ['If it was installed: remove it, and change the passwords and keys on that computer.'],
		limits: LIMITS_WITHOUT_PROOF,
		question: 'Has it been installed anywhere?',
		buttons: [...(href === undefined ? [] : [{ label: 'Read the advisory', href }]), FULL_REPORT],
	};
}

/** The panel where a release is not as it was seen on an earlier day. */
function describeSeen(
	report: Report,
	{ code, data }: FindingOf<'seen-with-another-file' | 'seen-with-another-signer' | 'seen-with-provenance'>,
): PanelText {
	const { earlier, later } = data;
	const second = earlier.day === later.day ? 'Later that day' : day(later.day);
	const what = {
		'seen-with-another-file': ['one file', 'another file (fingerprints, SHA-512)'],
		'seen-with-another-signer': ['one signer', 'another signer'],
		'seen-with-provenance':
			earlier.value === 'no provenance'
				? ['no build record (provenance)', 'a build record']
				: ['a build record (provenance)', 'no build record'],
	}[code] as [string, string];
	return {
		look: 'seen',
		headline: `${nameOf(report)} is not as you saw it before.`,
		rows: [
			{ term: day(earlier.day), value: [what[0]] },
			{ term: second, value: [what[1]] },
		],
		action: ['Do not install it yet, and tell ', tellNpm(report, 'npm'), '.'],
		note: 'At npm a published version never changes. It can be a fault of the registry; a swapped file looks the same.',
		limits: LIMITS_WITHOUT_PROOF,
		question: 'Has it been installed anywhere?',
		otherwise: [TREAT_AS_STOLEN],
		buttons: [SEE_CHANGES, FULL_REPORT],
	};
}

const STOLEN = 'A stolen npm account looks the same.';

/** What to do about a warning that is no verdict. */
function waitAndAsk(report: Report): Piece[] {
	return ['Wait, and ', askProject(report, 'ask the project'), ' first.'];
}

/** The panel where `latest` names a lower release than before, and that has no record, or one of another origin. */
function describeMovedBack(report: Report, { data }: FindingOf<'latest-moved-back'>): PanelText {
	const isLost = data.why === 'provenance';
	return {
		look: 'warned',
		headline: `npm's tag "latest" moved back to ${nameOf(report)}.`,
		rows: [
			{
				term: 'Before',
				value: [
					`the higher ${quoteWord(data.version)}, ${isLost ? 'which has a build record (provenance)' : 'from another repository'}`,
				],
			},
			{ term: 'Now', value: [onDay(report.release.version, report.release.publishedAt), isLost ? ': no record' : ''] },
		],
		action: waitAndAsk(report),
		note: `It can be ordinary: a withdrawn release, or a mistake with the tag. ${STOLEN}`,
		limits: LIMITS_WITHOUT_PROOF,
		question: 'Did the project announce it?',
		buttons: [SEE_CHANGES, FULL_REPORT],
	};
}

/** The panel where a package's first provenance names a repository of another owner than package.json did before. */
function describeElsewhere(report: Report, { data }: FindingOf<'first-provenance-elsewhere'>): PanelText {
	return {
		look: 'warned',
		headline: `The first build record of ${quoteWord(report.release.name)} names another owner's repository.`,
		rows: [
			{ term: 'Before', value: [`package.json named ${brief(data.before)}`] },
			{ term: 'Now', value: report.identity ? repositoryRow(report.identity).value : [brief(data.repository)] },
		],
		action: waitAndAsk(report),
		note: `It can be ordinary: a package that was handed over, or a moved repository. ${STOLEN}`,
		limits: LIMITS_WITHOUT_PROOF,
		question: 'Did the project announce the move?',
		buttons: [SEE_CHANGES, FULL_REPORT],
	};
}

/** The panel of a release without provenance, published next to one that lost it or changed. */
function describeBeside(report: Report, { data }: FindingOf<'beside-a-lost-release'>): PanelText {
	const why = data.verdict === 'lost' ? 'lost its build record (provenance)' : 'came from another origin than before';
	return {
		look: 'warned',
		headline: `${nameOf(report)} came out within 24 hours of ${quoteWord(data.version)}.`,
		rows: [
			{ term: 'Why', value: [capital(`${quoteWord(data.version)} ${why}.`)] },
			{ term: 'Here', value: [`${onDay(report.release.version, report.release.publishedAt)}: no record of its own`] },
		],
		action: waitAndAsk(report),
		note: `It can be ordinary: one fix for several lines, published by hand. ${STOLEN}`,
		limits: LIMITS_WITHOUT_PROOF,
		question: 'Did the project announce both?',
		buttons: [SEE_CHANGES, FULL_REPORT],
	};
}
