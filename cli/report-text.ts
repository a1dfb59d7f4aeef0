/** Owns what `inspect` prints for people: one Report, or two releases side by side. */
import type { Lookup } from '../lib/npm/lookup.ts';
import { type ClaimId, LIMIT_IDS } from '../lib/report/claim-ids.ts';
import type { Inspection } from '../lib/report/evidence.ts';
import type { SaidBy } from '../lib/report/findings.ts';
import { isOfLook } from '../lib/report/look-findings.ts';
import type { Claim, Report } from '../lib/report/report.ts';
import type { SideBySide } from '../lib/report/side-by-side.ts';
import { type AlarmText, describeAlarm } from '../lib/text/en/alarm.ts';
import { describeClaim } from '../lib/text/en/claims.ts';
import { describeDetail, describeFinding, type FindingGroup, groupFindings } from '../lib/text/en/findings.ts';
import { describeAllowance, describeLook, LOOK_TEXTS } from '../lib/text/en/looks.ts';
import { CLAIM_HEADINGS, CLAIM_NAMES, SAID_BY } from '../lib/text/en/names.ts';
import { describePanel } from '../lib/text/en/panel.ts';
import { leadOf, panelLines } from '../lib/text/en/panel-text.ts';
import { describeDifference, describeSideBySide, describeTimeBetween } from '../lib/text/en/side-by-side.ts';
import { describeTimeLine, type MomentText, TIME_LINE } from '../lib/text/en/time-line.ts';
import { describeTrustRoot } from '../lib/text/en/trust-roots.ts';
import type { RegistryAccess } from './npm-config.ts';
import { printable } from './usage.ts';

/**
 * The Report as people read it in a terminal, each thing from outside on its one line.
 * @param alarm of a package manager, where the reader pasted one: the second opinion on it follows the verdict.
 */
export function reportText(
	{ report, evidence }: Inspection,
	access: RegistryAccess | undefined,
	alarm?: Lookup['alarm'],
): string {
	const panel = describePanel(report, { mirror: access?.mirror?.address });
	const isLimit = (id: ClaimId) => (LIMIT_IDS as readonly ClaimId[]).includes(id);
	const details = new Set<string>();
	const claims = (areLimits: boolean) =>
		report.claims.filter(({ id }) => isLimit(id) === areLimits).flatMap((claim) => claimLines(claim, details));
	const findings = groupFindings(report.findings).flatMap(findingLines);
	const times = describeTimeLine({ report, evidence });
	return [
		`${report.verdict}: ${leadOf(panel)}`,
		...panelLines({ ...panel, rows: (panel.rows ?? []).filter(({ term }) => term !== 'Why') }).slice(1),
		...(alarm ? ['', ...alarmLines(describeAlarm({ report, evidence }, alarm.manager))] : []),
		'',
		CLAIM_HEADINGS.checked,
		...claims(false),
		'',
		CLAIM_HEADINGS.limits,
		...claims(true),
		...(findings.length > 0 ? ['', 'Noticed', ...findings] : []),
		...lookLines(report),
		...(times.length > 0 ? ['', TIME_LINE.heading, ...times.map(momentLine)] : []),
		'',
		`Checked at ${report.checkedAt}.`,
		`Trust root: ${describeTrustRoot(report.trustRoot, report.checkedAt)}.`,
		...accessLines(access),
		'Nobody has audited this program.',
	]
		.map(printable)
		.join('\n');
}

function alarmLines({ sentence, advice, exception }: AlarmText): string[] {
	return [sentence, advice, ...(exception?.lines ?? []).map((line) => `    ${line}`)];
}

/** Two releases as people read them, the verdict of the one compared to first: what leads, what differs and who says it, and then the Report compared to. */
export function sideBySideText(pair: SideBySide, access: RegistryAccess | undefined): string {
	const { from, to, differences } = pair;
	const apart = describeTimeBetween(pair);
	const speakers = [...new Set(differences.map(({ saidBy }) => saidBy))];
	const rows = (speaker: SaidBy) =>
		differences
			.filter(({ saidBy }) => saidBy === speaker)
			.map((difference) => {
				const { name, before, now } = describeDifference(difference);
				return `    ${name}: ${before === '' ? now : `${before} -> ${now}`}`;
			});
	const lines = [
		`${to.verdict}: ${describeSideBySide(pair)}`,
		...(apart === undefined ? [] : [apart]),
		'',
		`What differs, from ${from.release.version} to ${to.release.version}`,
		...speakers.flatMap((speaker) => [`  ${SAID_BY[speaker]}`, ...rows(speaker)]),
		'',
		`${from.release.version} by itself is ${from.verdict}. What follows is about ${to.release.version}.`,
		'',
	];
	return `${lines.map(printable).join('\n')}\n${reportText({ report: to, evidence: {} }, access)}`;
}

/** @param details those that were printed: what stopped all checks is printed once. */
function claimLines(claim: Claim, details: Set<string>): string[] {
	const lines = [`  ${CLAIM_NAMES[claim.id]}`, `    ${describeClaim(claim)}`];
	const detail = 'failure' in claim ? describeDetail(claim.failure) : undefined;
	if (!detail || details.has(detail)) return lines;
	details.add(detail);
	return [...lines, `    (${detail})`];
}

function findingLines({ finding, details }: FindingGroup): string[] {
	return [
		`  ${SAID_BY[finding.saidBy]}: ${describeFinding(finding)} [${finding.code}]`,
		...details.map((detail) => `    ${detail}`),
	];
}

/** How each look that was asked for ended, and what GitHub leaves. */
function lookLines({ looks = [], findings }: Report): string[] {
	if (looks.length === 0) return [];
	const { requests } = looks.findLast((one) => one.requests) ?? {};
	const lines = looks.flatMap((record) => {
		const detail = record.failure && describeDetail(record.failure);
		const sentence = describeLook(record, findings.filter((finding) => isOfLook(finding, record.look)).length);
		return [`  ${LOOK_TEXTS[record.look].name}: ${sentence}`, ...(detail === undefined ? [] : [`    (${detail})`])];
	});
	return ['', 'Looked at, as you asked', ...lines, ...(requests ? [`  ${describeAllowance(requests)}`] : [])];
}

function momentLine({ name, value, saidBy }: MomentText): string {
	return `  ${name}: ${value} (${saidBy})`;
}

/** Where the answers come from, where that is not npm's own registry over a line that was checked. */
function accessLines(access: RegistryAccess | undefined): string[] {
	if (!access) return [];
	const { mirror, isUnchecked } = access;
	return [
		...(mirror ? [`The registry asked was ${mirror.address} (${mirror.place}).`] : []),
		...(isUnchecked ? ['Whether it was that registry that answered was not checked (strict-ssl=false).'] : []),
	];
}
