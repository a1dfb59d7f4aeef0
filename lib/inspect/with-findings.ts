/** Owns the one door through which findings come into a Report: merged, bounded, with claims, verdict, mute and the one warning. Pure. */

import { lineOf } from '../npm/versions.ts';
import { muteOf, warningsOf } from '../policy/mutes.ts';
import { isMutable, type Policy } from '../policy/schema.ts';
import { verdictOf } from '../report/decide.ts';
import type { FindingCode } from '../report/finding-data.ts';
import { type Finding, type FindingOf, isOf, MAX_OF_A_CODE, makeFinding, makeMore } from '../report/findings.ts';
import type { Report } from '../report/report.ts';
import type { Verdict } from '../report/verdict.ts';
import { lookAgain } from './claims.ts';
import { leadingWarning } from './warnings.ts';

/** An allowlist, and whose it is. */
export interface OwnedPolicy {
	policy: Policy;
	setBy: 'you' | 'organisation';
}

/**
 * The Report with more findings. Whatever was learnt besides (history, claims) is in `report` already.
 * @param policies the allowlists that hold, for their mutes; the first that names a package goes first.
 * @returns the Report with at most ten findings of a code, then `and-more`. It has `evidence-kept` once, of the oldest answer; `muted` or
 *   `muted-by-organisation` if all its warnings were dismissed; and `warning` on at most one finding.
 */
export function withFindings(
	report: Report,
	more: readonly Finding[],
	policies: readonly OwnedPolicy[] | undefined,
): Report {
	const findings = bounded(withOneAge([...report.findings, ...more].filter((one) => !isMute(one)))).map(calm);
	const claims = lookAgain(report.claims, findings, report.looks);
	const judged = { ...report, claims, findings, verdict: verdictOf({ ...report, claims, findings }) };
	const mute = muteOfAll(policies, judged);
	const warning = leadingWarning(judged, mute !== undefined);
	const isLed = (finding: Finding) => warning !== undefined && 'finding' in warning && finding === warning.finding;
	return {
		...judged,
		findings: [
			...findings.map((finding) => (isLed(finding) ? { ...finding, warning: true as const } : finding)),
			...(mute ? [mute] : []),
		],
	};
}

function calm({ warning: _warning, ...finding }: Finding): Finding {
	return finding as Finding;
}

function isMute(finding: Finding): boolean {
	return isOf(finding, 'muted', 'muted-by-organisation');
}

/** One finding, of the oldest answer: since when the answers are kept that could not be fetched again. */
function withOneAge(findings: readonly Finding[]): Finding[] {
	const ages = findings.filter((finding) => isOf(finding, 'evidence-kept'));
	const [oldest] = ages.sort((one, other) => (one.data.since < other.data.since ? -1 : 1));
	const others = findings.filter((finding) => !isOf(finding, 'evidence-kept'));
	return oldest ? [...others, oldest] : others;
}

/** At most ten of a code; how many more there are is counted. */
function bounded(findings: readonly Finding[]): Finding[] {
	const kept: Finding[] = [];
	const counts = new Map<FindingCode, number>();
	const more = new Map<FindingCode, number>();
	for (const finding of findings) {
		if (isOf(finding, 'and-more')) {
			more.set(finding.data.code, (more.get(finding.data.code) ?? 0) + finding.data.more);
			continue;
		}
		const count = (counts.get(finding.code) ?? 0) + 1;
		counts.set(finding.code, count);
		if (count <= MAX_OF_A_CODE) kept.push(finding);
		else more.set(finding.code, (more.get(finding.code) ?? 0) + 1);
	}
	return [...kept, ...[...more].map(([code, count]) => makeMore(code, count))];
}

/** The mute of a Report, if all warnings that can be dismissed were. */
function muteOfAll(policies: readonly OwnedPolicy[] | undefined, report: Report): Finding | undefined {
	const mutes = warningsOf(report).map((verdict) => findMute(policies, report, verdict));
	return mutes.includes(undefined) ? undefined : mutes[0];
}

/**
 * The finding that a warning was dismissed. A reader cannot dismiss that a release is not what an organisation expects.
 * @param verdict the warning; one that cannot be dismissed has no finding.
 */
export function findMute(
	policies: readonly OwnedPolicy[] = [],
	{ release: { name, version }, policy }: Report,
	verdict: Verdict,
): FindingOf<'muted' | 'muted-by-organisation'> | undefined {
	if (!isMutable(verdict)) return undefined;
	const isOrganisations = verdict === 'not-allowed' && policy?.setBy === 'organisation';
	for (const { policy: from, setBy } of policies) {
		const mute = muteOf(from, name, version, lineOf(version), verdict);
		if (!mute || (isOrganisations && setBy === 'you')) continue;
		const { date, note } = mute;
		return makeFinding(
			setBy === 'you' ? 'muted' : 'muted-by-organisation',
			{ date, note },
			verdict === 'lost' ? 'signed-by-build' : 'built-by',
		);
	}
	return undefined;
}
