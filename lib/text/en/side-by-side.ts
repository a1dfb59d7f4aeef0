/** Owns the words of two releases side by side: the sentence that leads, and each difference as a row. */

import type { FailureCode } from '../../report/failures.ts';
import { findingOf } from '../../report/findings.ts';
import type { TrustTier } from '../../report/history.ts';
import type { Report } from '../../report/report.ts';
import type { Difference, DifferenceField, SideBySide } from '../../report/side-by-side.ts';
import type { Verdict } from '../../report/verdict.ts';
import {
	bytes,
	counted,
	day,
	fileName,
	nameOf,
	numberText,
	quoteRelease,
	quoteWhole,
	shortRepository,
	shown,
} from '../format.ts';
import { quoteText, quoteWord } from '../untrusted.ts';
import { describeFailure } from './failures.ts';
import { brief, TIER_NAMES, VERDICT_NAMES } from './names.ts';

/** What the table of differences is. */
export const DIFFERENCES_CAPTION = 'What differs, and who says so';

/** The link to the report of one side. @param version from outside. */
export function describeReportLink(version: string): string {
	return `Full report of ${shown(version)}`;
}

/** Each field as the head of its row. */
const FIELD_NAMES: Record<DifferenceField, string> = {
	verdict: 'Result',
	warning: 'Warning',
	provenance: 'Record of where it was built (provenance)',
	repository: 'Repository',
	repositoryId: 'Repository number',
	ownerId: 'Owner number',
	issuer: 'Build service',
	signer: 'Signer',
	workflow: 'Build file',
	ref: 'Branch or tag',
	commit: 'Commit that the run started at',
	trigger: 'Trigger',
	runner: 'Runner',
	environment: 'Environment',
	tier: 'Way of publishing',
	publisher: 'Published by',
	'install-script': 'Script that runs on install',
	dependency: 'Dependency',
	'more-dependencies': 'More dependencies that differ',
	'unpacked-size': 'Unpacked size',
	'published-at': 'Published on',
	'not-compared': 'Scripts, dependencies, size and publisher',
};

/** One difference in words. Values from outside are quoted; what a side does not name is said so. */
export interface DifferenceText {
	name: string;
	before: string;
	now: string;
}

/** A difference as a row: what it is, before, now. */
export function describeDifference({ field, before, now }: Difference): DifferenceText {
	const value = (one: string | undefined) => (one === undefined ? absentText(field) : valueText(field, one));
	const isCount = field === 'more-dependencies' || field === 'not-compared';
	return { name: FIELD_NAMES[field], before: isCount ? '' : value(before), now: value(now) };
}

const STANDINGS: Readonly<Record<string, string>> = {
	proved: 'proved',
	false: 'does not match',
	'could-not-check': 'could not check',
	absent: 'none',
};

/** In the place of a value: certificates and lists leave things unnamed, which does not say that there are none. */
function absentText(field: DifferenceField): string {
	return field === 'warning' || field === 'install-script' || field === 'dependency' ? 'none' : 'not named';
}

function valueText(field: DifferenceField, value: string): string {
	switch (field) {
		case 'verdict':
			return VERDICT_NAMES[value as Verdict] ?? quoteWord(value);
		case 'provenance':
			return STANDINGS[value] ?? quoteWord(value);
		case 'tier':
			return TIER_NAMES[value as TrustTier]?.name ?? quoteWord(value);
		case 'repository':
		case 'workflow':
			return brief(value);
		case 'unpacked-size':
			return bytes(Number(value));
		case 'more-dependencies':
			return numberText(value);
		case 'published-at':
			return day(value);
		case 'not-compared':
			return `not compared: ${describeFailure({ code: value as FailureCode })}`;
		case 'signer':
		case 'ref':
		case 'install-script':
		case 'dependency':
			// A row has room for the 300 characters that it has at most.
			return quoteWhole(value);
		default:
			return quoteText(value);
	}
}

/**
 * The one sentence that leads. A warning comes first, then a record that is there on one side only, then a changed origin.
 * @param pair both Reports completed. Their order is the reader's: neither needs to be the earlier one.
 */
export function describeSideBySide(pair: SideBySide): string {
	const { from, to, differences } = pair;
	const [before, now] = [quoteRelease(from.release), nameOf(to)];
	if (from.release.version === to.release.version) return `${now} is the same release on both sides.`;
	return `${leadingClause(pair, before, now)}${restClause(differences)}.`;
}

function leadingClause({ from, to, differences }: SideBySide, before: string, now: string): string {
	const isMalware = (report: Report) => findingOf(report.findings, 'malware-advisory') !== undefined;
	if (isMalware(to)) return `npm's registry lists ${now} as malware${isMalware(from) ? `, and ${before} too` : ''}`;
	if (isMalware(from)) return `npm's registry lists ${before} as malware, and ${now} not`;
	const [earlier, later] = [recordOf(from), recordOf(to)];
	if (later === 'false') return `The evidence for ${now} does not match`;
	if (earlier === 'false') return `The evidence for ${before} does not match`;
	if (later === 'unknown') return `Where ${now} was built could not be checked`;
	if (earlier === 'unknown') return `Where ${before} was built could not be checked`;
	if (earlier === 'none' && later === 'none')
		return `Neither ${before} nor ${now} has a record of where it was built (provenance)`;
	if (later === 'none') return `${now} has no record of where it was built; ${before} came from ${originOf(from)}`;
	if (earlier === 'none') return `${now} came from ${originOf(to)}; ${before} has no record of where it was built`;
	const changed = differences.find(({ field }) => IDENTIFYING.has(field));
	if (!changed) return `${now} came from the same repository and build file as ${before}`;
	const said = (value: string | undefined) => (value === undefined ? absentText(changed.field) : brief(value));
	return `${now} does not come from where ${before} came from: ${FIELD_NAMES[changed.field].toLowerCase()} ${said(changed.before)} before, ${said(changed.now)} now`;
}

/** Fields whose change makes it another origin; branch, tag and commit change with every release. */
const IDENTIFYING: ReadonlySet<DifferenceField> = new Set<DifferenceField>([
	'repository',
	'repositoryId',
	'ownerId',
	'issuer',
	'signer',
	'workflow',
	'trigger',
	'runner',
	'environment',
]);

type Standing = 'proved' | 'false' | 'unknown' | 'none';

/** What came of a release's record, for the sentence. */
function recordOf({ verdict, claims, identity }: Report): Standing {
	if (verdict === 'mismatch') return 'false';
	if (identity) return 'proved';
	return claims.some((claim) => claim.id === 'signed-by-build' && 'why' in claim && claim.why === 'absent')
		? 'none'
		: 'unknown';
}

function originOf({ identity }: Report): string {
	if (!identity) return 'an origin that is not named';
	return `${quoteWord(fileName(identity.workflow))} in ${quoteWord(shortRepository(identity.repository))}`;
}

/** What else differs, counted: scripts, dependencies, publisher, way of publishing. */
function restClause(differences: readonly Difference[]): string {
	if (differences.some(({ field }) => field === 'not-compared'))
		return '; scripts, dependencies and size could not be compared';
	const count = (field: DifferenceField) => differences.filter((one) => one.field === field).length;
	const more = Number(differences.find(({ field }) => field === 'more-dependencies')?.now ?? 0);
	const dependencies = count('dependency') + more;
	const scripts = count('install-script');
	const parts = [
		...(scripts > 0 ? [counted(scripts, 'install script')] : []),
		...(dependencies > 0 ? [dependencies === 1 ? '1 dependency' : counted(dependencies, 'dependencie')] : []),
		...(count('publisher') > 0 ? ['the publisher'] : []),
		...(count('tier') > 0 ? ['the way of publishing'] : []),
	];
	return parts.length === 0
		? '; install scripts, dependencies and publisher are the same'
		: `; also different: ${parts.join(', ')}`;
}

/** How far apart the two were published, in words; `undefined` where a time is missing. */
export function describeTimeBetween({ from, to }: Pick<SideBySide, 'from' | 'to'>): string | undefined {
	const [earlier, later] = [from, to].map(({ release: { publishedAt } }) => Date.parse(publishedAt ?? ''));
	const apart = Math.abs((later ?? Number.NaN) - (earlier ?? Number.NaN));
	if (Number.isNaN(apart)) return undefined;
	const minutes = Math.round(apart / 60_000);
	const hours = Math.round(minutes / 60);
	const length =
		minutes < 120
			? counted(minutes, 'minute')
			: hours < 48
				? counted(hours, 'hour')
				: counted(Math.round(hours / 24), 'day');
	const order = (later ?? 0) < (earlier ?? 0) ? 'before' : 'after';
	return `${nameOf(to)} was published ${length} ${order} ${quoteRelease(from.release)}.`;
}
