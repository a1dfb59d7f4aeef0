/** Owns dismissed warnings. */

import { verdictOf } from '../report/decide.ts';
import type { Report } from '../report/report.ts';
import { isMutable, type MutableVerdict, type Mute, type Policy } from './schema.ts';

/** Of which releases, and which warning, a mute is: text that no other has. */
export function warningOf({ package: name, version, line, verdict }: Mute): string {
	return JSON.stringify([name, version, line, verdict]);
}

/** The mutes of `policy` that `other` lacks. */
export function mutesBeyond(policy: Policy, other: Policy): Mute[] {
	const there = new Set((other.mutes ?? []).map((mute) => JSON.stringify(mute)));
	return (policy.mutes ?? []).filter((mute) => !there.has(JSON.stringify(mute)));
}

/**
 * The warnings of a Report that can be dismissed: its verdict, and if that is the allowlist's, the one behind it, which must not be
 * dismissed unseen. See docs/decisions/0026-a-mute-is-of-one-kind.md.
 */
export function warningsOf(report: Pick<Report, 'verdict' | 'claims' | 'history' | 'findings'>): MutableVerdict[] {
	const { verdict, claims, history, findings } = report;
	const under = verdict === 'not-allowed' ? [verdictOf({ claims, findings, ...(history && { history }) })] : [];
	return [verdict, ...under].filter(isMutable);
}

/** The policy with this mute as its last, in place of one for the very same releases and warning. */
export function withMute(policy: Policy, mute: Mute): Policy {
	const warning = warningOf(mute);
	const others = (policy.mutes ?? []).filter((other) => warningOf(other) !== warning);
	return { ...policy, mutes: [...others, mute] };
}

/** The mute that holds for a warning about a release, the narrowest first; `undefined` where there is none. */
export function muteOf(
	policy: Policy,
	name: string,
	version: string,
	line: string | undefined,
	verdict: MutableVerdict,
): Mute | undefined {
	const ofPackage = (policy.mutes ?? []).filter(
		(mute) => mute.package === name && (mute.verdict ?? verdict) === verdict,
	);
	return (
		ofPackage.find((mute) => mute.version === version) ??
		ofPackage.find((mute) => line !== undefined && mute.line === line) ??
		ofPackage.find((mute) => mute.version === undefined && mute.line === undefined)
	);
}
