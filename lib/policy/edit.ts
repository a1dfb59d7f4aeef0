/** Owns changes of an allowlist: rows tried, added, removed, joined, and saved from one that cannot be read whole. */

import * as v from 'valibot';
import { describeIssue } from '../npm/json-place.ts';
import type { Identity } from '../report/identity.ts';
import type { PolicyResult } from '../report/report.ts';
import type { Result } from '../report/result.ts';
import { comparePolicy, type Difference } from './compare.ts';
import { warningOf } from './mutes.ts';
import { checkPolicy, MAX_COUNTS, muteShape, type Policy, type PolicyRow, parsePolicy, rowShape } from './schema.ts';

/** The effect of a row. */
interface TriedRow {
	row: PolicyRow;
	/** How the release at hand differs from the row, if it does. */
	differences: Difference[];
	/** What the allowlist with this row in it would say of the release; absent where there is none at hand. */
	result?: PolicyResult;
	/** Why it will hardly ever match. */
	doubts: RowDoubt[];
}

/**
 * The effect of a row, before it is saved.
 * @param release the release at hand, with its identity if it has one; absent without a release.
 * @param others the rows that there are besides.
 * @returns `refused`, the reason why it is no row.
 */
export function tryRow(
	row: unknown,
	release?: { name: string; identity: Identity | undefined },
	others: readonly PolicyRow[] = [],
): TriedRow | { refused: RowProblem } {
	const { policy, fault } = checkPolicy({ version: 1, rows: [row] });
	if (fault) {
		const [, , field] = fault.path;
		return { refused: { ...(field !== undefined && { field: String(field) }), why: describeIssue(fault.issue) } };
	}
	const [tried] = policy.rows as [PolicyRow];
	const alone = release && comparePolicy(policy, release.name, release.identity);
	const joined =
		release && comparePolicy(withRow({ version: 1, rows: [...others] }, tried), release.name, release.identity);
	return {
		row: tried,
		differences: alone?.differences ?? [],
		...(joined && { result: joined }),
		doubts: doubtsAbout(tried),
	};
}

/** Why something is no row. */
export interface RowProblem {
	/** The field at fault; absent where it is the row as a whole. */
	field?: string;
	/** A clause, as in `it is missing`. */
	why: string;
}

/** A valid row that is most likely a mistake: no certificate has such a value. */
export type RowDoubt = 'repository-ending' | 'ref-short' | 'issuer-no-address';

function doubtsAbout({ repository, ref, issuer }: PolicyRow): RowDoubt[] {
	const doubts: RowDoubt[] = [];
	if (repository !== undefined && /(\/|\.git)$/.test(repository)) doubts.push('repository-ending');
	if (ref !== undefined && !/^(refs\/|\*)/.test(ref)) doubts.push('ref-short');
	if (issuer !== undefined && !issuer.startsWith('https://')) doubts.push('issuer-no-address');
	return doubts;
}

/** The field that a doubt is about, and what was most likely meant by it; no value where nobody can guess. */
export function meantBy(doubt: RowDoubt, { repository = '', ref = '', issuer = '' }: PolicyRow): Meant {
	if (doubt === 'repository-ending') return { field: 'repository', value: repository.replace(/(?:\/|\.git)+$/, '') };
	if (doubt === 'ref-short') return { field: 'ref', value: `refs/${/^v?\d/.test(ref) ? 'tags' : 'heads'}/${ref}` };
	const isHost = /^[\w-]+(?:\.[\w-]+)+(?:\/|$)/.test(issuer);
	return { field: 'issuer', ...(isHost && { value: `https://${issuer}` }) };
}

interface Meant {
	field: 'repository' | 'ref' | 'issuer';
	value?: string;
}

/** The policy with this row as its last, or in the place of `instead`; a row that is there already is not said twice. */
export function withRow(policy: Policy, row: PolicyRow, instead?: PolicyRow): Policy {
	const at = instead === undefined ? -1 : policy.rows.findIndex((one) => isSame(one, instead));
	const rows = policy.rows.toSpliced(at === -1 ? policy.rows.length : at, 1, row);
	return { ...policy, rows: eachOnce(rows) };
}

/** The policy without this row. */
export function withoutRow(policy: Policy, row: PolicyRow): Policy {
	return { ...policy, rows: policy.rows.filter((one) => !isSame(one, row)) };
}

/**
 * Both policies' rows and mutes, those of `policy` first, each once; of two mutes for the same warning the one of `more`.
 * @returns failure `wrong-shape` where they are too many.
 */
export function joinPolicies(policy: Policy, more: Policy): Result<Policy> {
	const rows = eachOnce([...policy.rows, ...more.rows]);
	const newer = new Map((more.mutes ?? []).map((mute) => [warningOf(mute), mute]));
	const older = (policy.mutes ?? []).filter((mute) => !newer.has(warningOf(mute)));
	const mutes = [...older, ...newer.values()];
	return parsePolicy({ ...policy, rows, ...((policy.mutes || mutes.length > 0) && { mutes }) });
}

/**
 * As much of a policy as can be read, row by row and mute by mute: for one that was set aside as a whole.
 * @returns `undefined` where nothing of it can be read; `unread` counts the rows and mutes that are not in `policy`.
 */
export function salvagePolicy(json: unknown): { policy: Policy; unread: number } | undefined {
	const given = (json ?? {}) as { rows?: unknown; mutes?: unknown };
	const [rows, mutes] = [listOf(given.rows), listOf(given.mutes)];
	const readRows = rows.filter((row) => v.is(rowShape, row)).slice(0, MAX_COUNTS);
	const readMutes = mutes.filter((mute) => v.is(muteShape, mute)).slice(0, MAX_COUNTS);
	if (readRows.length + readMutes.length === 0) return undefined;
	const policy = parsePolicy({ version: 1, rows: readRows, ...(readMutes.length > 0 && { mutes: readMutes }) });
	const unread = rows.length + mutes.length - readRows.length - readMutes.length;
	return policy.ok ? { policy: policy.value, unread } : undefined;
}

function listOf(json: unknown): unknown[] {
	return Array.isArray(json) ? json : [];
}

/** Whether two rows, or two policies, say the same. Once parsed, their fields have one order. */
export function isSame(one: unknown, other: unknown): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}

function eachOnce<T>(list: readonly T[]): T[] {
	return [...new Map(list.map((one) => [JSON.stringify(one), one])).values()];
}
