/** Owns the panel of each verdict. */

import { isCalmLoss, leadingFailure } from '../../inspect/warnings.ts';
import type { ClaimId } from '../../report/claim-ids.ts';
import { FAILURES, type FailureCode } from '../../report/failures.ts';
import { type Finding, findingOf } from '../../report/findings.ts';
import type { Change, ChangedField, History } from '../../report/history.ts';
import type { Identity } from '../../report/identity.ts';
import type { Report } from '../../report/report.ts';
import { capital, nameOf } from '../format.ts';
import { quoteWord } from '../untrusted.ts';
import { describeFailure } from './failures.ts';
import { brief, describeValue, fieldName, refKind } from './names.ts';
import {
	announcedAdvice,
	askProject,
	buildFileOf,
	FULL_REPORT,
	installRow,
	LIMITS_OF_PROOF,
	LIMITS_WITHOUT_PROOF,
	onDay,
	originHeadline,
	originRows,
	type PanelFacts,
	type PanelRow,
	type PanelText,
	type Piece,
	repositoryRow,
	runOf,
	SEE_CHANGES,
	SEE_EVIDENCE,
	stayAdvice,
	TRY_AGAIN,
	tellNpm,
	withNewOrigin,
} from './panel-text.ts';
import { describeNone, describeUnknown, NOTHING_SHOWS } from './without-proof.ts';

const INSTALLED = 'Has it been installed anywhere?';
/** What to do where something bad may have run on a computer. */
export const TREAT_AS_STOLEN = 'If so, remove it, and change the passwords and keys on that computer.';

/** The panel of a Report's verdict, whatever else it warns of. */
export function describeVerdict(report: Report, facts: PanelFacts): PanelText {
	const release = nameOf(report);
	switch (report.verdict) {
		case 'confirmed':
			return describeConfirmed(report, release, facts);
		case 'mismatch':
			return describeMismatch(report, release);
		case 'not-allowed':
			return describeNotAllowed(report, release);
		case 'lost':
			return isCalmLoss(report) ? describeCalmLoss(report, release) : describeLost(report, release);
		case 'changed':
			return describeChanged(report, release);
		case 'none':
			return describeNone(report, release);
		case 'unknown':
			return describeUnknown(report, release);
	}
}

/** The panel of a confirmed origin. It looks calm only after the comparison with earlier releases. */
function describeConfirmed(report: Report, release: string, facts: PanelFacts): PanelText {
	const { history, identity, policy } = report;
	const name = quoteWord(report.release.name);
	const headline = originHeadline(release, identity);
	const rows = withNewOrigin(report, originRows(report, facts));
	const common = {
		headline,
		limits: LIMITS_OF_PROOF,
		question: `Do you expect ${name} from there?`,
		otherwise: ['If not or unsure, do not install: ', askProject(report, 'ask the project'), '.'],
	};
	if (history === undefined)
		return {
			...common,
			look: 'pending',
			// As many rows as the answer will have.
			rows: [...rows, { term: 'Earlier', value: ['Comparing with earlier releases ...'] }],
			buttons: [FULL_REPORT],
		};
	if (history.state === 'not-compared')
		return {
			...common,
			look: 'not-compared',
			headline: `${headline.replace(/\.$/, '')}; not compared with earlier releases.`,
			rows: [{ term: 'Why', value: [capital(describeFailure(history.failure))] }, ...rows.slice(0, 3)],
			otherwise: [],
			buttons: [TRY_AGAIN, FULL_REPORT],
		};
	return {
		...common,
		look: 'confirmed',
		rows: [...rows, ...installRow(report)],
		buttons: [
			FULL_REPORT,
			...(policy?.state === 'allowed' || !identity
				? []
				: [{ label: 'Yes: warn if origin changes', does: 'expected' } as const]),
		],
	};
}

/** Who says each kind of claim, where it is false. */
const SAID_BY_CLAIM: Partial<Record<ClaimId, string>> = {
	'registry-received': "npm's own record",
	'registry-signed': "npm's own signature",
};

function describeMismatch(report: Report, release: string): PanelText {
	const failure = leadingFailure(report);
	const claim = report.claims.find((one) => one.standing === 'refuted' && one.failure === failure);
	const isOpen = report.claims.some(({ id, standing }) => id === 'built-by' && standing !== 'proved');
	const isOfTheList = failure?.code === 'registry-lists-another-file';
	const saidBy = isOfTheList ? "npm's own lists" : ((claim && SAID_BY_CLAIM[claim.id]) ?? 'the signed record');
	return {
		look: 'mismatch',
		headline: `Do not install ${release}: its record does not match.`,
		rows: [
			{ term: 'Why', value: [capital(describeFailure(failure))] },
			{ term: 'Seen in', value: [`${saidBy}, checked here against what npm serves`] },
		],
		action: [
			'Use another version, and tell ',
			askProject(report, 'the maintainers'),
			' or ',
			tellNpm(report, 'npm'),
			'.',
		],
		note: `It can be a fault of the registry. A swapped file looks the same.${isOpen ? ` ${NOTHING_SHOWS}` : ''}`,
		limits: LIMITS_WITHOUT_PROOF,
		question: INSTALLED,
		otherwise: [TREAT_AS_STOLEN],
		buttons: [SEE_EVIDENCE],
	};
}

function describeNotAllowed(report: Report, release: string): PanelText {
	const { policy, identity } = report;
	const [difference] = policy?.differences ?? [];
	const by = `${policy?.setBy === 'organisation' ? "your organisation's row" : 'your row'} ${quoteWord(policy?.row ?? '')}`;
	const rows: PanelRow[] =
		difference === undefined
			? [{ term: 'Expected', value: [by] }]
			: [
					{
						term: 'Expected',
						value: [
							difference.field === 'provenance'
								? `a build record (provenance), by ${by}`
								: `${fieldName(difference.field)} ${brief(difference.expected)}, by ${by}`,
						],
					},
					{ term: 'Found', value: [foundText(difference)] },
				];
	return {
		look: 'not-allowed',
		headline: `Not the origin you expect: ${release}.`,
		rows: [...rows, ...(identity && difference?.field !== 'repository' ? [repositoryRow(identity)] : [])],
		action: ['Wait, and ', askProject(report, 'ask the project'), '; or correct the row.'],
		note: `It can be ordinary: ${ordinaryReason(difference?.field)}, or an old row. A thief publishing from elsewhere looks the same.`,
		limits: LIMITS_WITHOUT_PROOF,
		question: 'Is the row out of date?',
		otherwise: ['If not, do not install this version.'],
		buttons: [{ label: 'See the row', does: 'expected' }, FULL_REPORT],
	};
}

/** A certificate that does not name a thing does not say that there is none. */
function foundText({ field, found }: { field: string; found?: string }): string {
	if (found !== undefined) return brief(found);
	return field === 'provenance' ? 'no build record (provenance)' : 'its certificate names none';
}

function describeLost(report: Report, release: string): PanelText {
	const publisher = findingOf(report.findings, 'trusted-publisher-without-provenance');
	const { before, rows } = lostRows(report);
	return {
		look: 'lost',
		headline: `The build record of ${release} is missing: ${before}.`,
		rows,
		action: stayAdvice(report),
		note: publisher
			? 'It can be ordinary: a private repository, or a build service without records. A stolen npm account leaves the same.'
			: 'It can be ordinary: a release made by hand, or a changed build. A stolen npm account leaves the same.',
		limits: LIMITS_WITHOUT_PROOF,
		question: 'Did the project announce a release made by hand?',
		otherwise: ['If not, or not sure, do not install it yet.'],
		buttons: [SEE_CHANGES, FULL_REPORT],
	};
}

/** What there was before, as a clause; and both releases, row by row. */
function lostRows({ history, findings, release }: Report): { before: string; rows: PanelRow[] } {
	const now = {
		term: 'Now',
		value: [
			`${onDay(release.version, release.publishedAt)}: no record (provenance), so nothing shows where it was built`,
		],
	};
	if (history?.state !== 'compared' || !history.with) return { before: 'an earlier release had one', rows: [now] };
	const { version, publishedAt, identity } = history.with;
	const had: Piece[] = identity
		? ['built by ', buildFileOf(identity), ' in ', ...repositoryRow(identity).value]
		: [isEarlierFalse(findings, version) ? 'its record does not match' : 'says it has one (we could not check it)'];
	return {
		before: `${quoteWord(version)} ${identity ? 'had' : 'lists'} one`,
		rows: [{ term: 'Before', value: [`${onDay(version, publishedAt)}: `, ...had] }, now],
	};
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

/** The headline of a calm loss. */
export function calmHeadline(release: string): string {
	return `No build record for ${release}, though an earlier release had one.`;
}

/** The calm panel for a loss of long ago, or of a deprecated release. */
function describeCalmLoss(report: Report, release: string): PanelText {
	const earlier = findingOf(report.findings, 'provenance-lost-earlier')?.data;
	const next = findingOf(report.findings, 'deprecated-without-provenance')?.data.version ?? '?';
	return {
		look: 'lost-earlier',
		headline: calmHeadline(release),
		rows: [
			earlier?.isLongAgo
				? { term: 'Since', value: [`${onDay(earlier.since, earlier.at)}: this line has no record (provenance)`] }
				: { term: 'Since then', value: [`it is deprecated; ${quoteWord(next)} came after it`] },
		],
		action: stayAdvice(report),
		note: NOTHING_SHOWS,
		limits: LIMITS_WITHOUT_PROOF,
		question: `Do you trust whoever published ${quoteWord(report.release.name)}?`,
		buttons: [FULL_REPORT],
	};
}

/** How the headline names another value of a field: `It comes from ... than 1.0.0`. */
const ANOTHER: Partial<Record<ChangedField, string>> = {
	repository: 'another repository',
	repositoryId: 'another repository of this name',
	owner: 'another owner',
	ownerId: 'another owner of this name',
	issuer: 'another build service',
	'signer-owner': "another owner's build file",
	runner: 'another kind of machine',
	environment: 'another environment',
	trigger: 'another trigger',
	workflow: 'another build file',
	signer: 'another shared build file',
	ref: 'another branch or tag',
};

function describeChanged(report: Report, release: string): PanelText {
	const [change] = changesOf(report);
	return {
		look: 'changed',
		headline: changedHeadline(report.history, change, release),
		rows: changedRows(report, change),
		action: announcedAdvice(report),
		note: `Usually ${ordinaryReason(change?.field)}. A stolen account could do it too.`,
		limits: LIMITS_OF_PROOF,
		question: 'Did the project announce it?',
		otherwise: ['Not sure: ', askProject(report, 'ask'), '.'],
		buttons: [SEE_CHANGES, FULL_REPORT],
	};
}

function changedHeadline(history: History | undefined, change: Change | undefined, release: string): string {
	if (change?.field === 'publishing') return `${release} was published another way than those before it.`;
	if (history?.state !== 'compared' || !history.with || !change) return `The origin of ${release} changed.`;
	const before = quoteWord(history.with.version);
	if (change.field === 'ref' && refKind(change.now) !== refKind(change.before))
		return `${release} was built from a ${refKind(change.now)}, ${before} from a ${refKind(change.before)}.`;
	return `${release} comes from ${ANOTHER[change.field] ?? 'another origin'} than ${before}.`;
}

function changedRows({ history, identity, release }: Report, change: Change | undefined): PanelRow[] {
	if (history?.state !== 'compared' || !history.with || !change) return identity ? [repositoryRow(identity)] : [];
	const { version, publishedAt } = history.with;
	// How they were published is not the one release's that its record is held against.
	const before = change.field === 'publishing' ? 'earlier releases' : onDay(version, publishedAt);
	return [
		{ term: 'Before', value: [`${before}: ${describeValue(change.field, change.before)}`] },
		{
			term: 'Now',
			value: [
				`${onDay(release.version, release.publishedAt)}: `,
				...changedNow(change, identity),
				// Nobody signed how it was published.
				...(change.field === 'publishing' ? [" (npm's word)"] : []),
				...(identity ? runOf(identity) : []),
			],
		},
	];
}

function changedNow({ field, now }: Change, identity: Identity | undefined): readonly Piece[] {
	if (field === 'workflow' && identity) return [buildFileOf(identity)];
	if (field === 'repository' && identity) return repositoryRow(identity).value;
	return [describeValue(field, now)];
}

function changesOf({ history }: Report): Change[] {
	return history?.state === 'compared' ? history.changes : [];
}

/** One ordinary reason for which a field may differ. */
function ordinaryReason(field: string | undefined): string {
	return (
		(field !== undefined && Object.hasOwn(ORDINARY_REASONS, field) && ORDINARY_REASONS[field]) || 'a moved repository'
	);
}

const ORDINARY_REASONS: Record<string, string> = {
	workflow: 'a renamed build file',
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
