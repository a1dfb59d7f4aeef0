/** Owns the parts of an audit that several machines share: which package belongs to which part, and how the parts are joined. Pure. */
import type { Audit } from '../report/audit.ts';
import { countRows } from './counts.ts';
import type { Lockfile, Place } from './lockfile/lockfile.ts';

/** One of `of` parts, from 1. */
export type Shard = NonNullable<Audit['shard']>;

/** Why parts are not joined; `path` is the lockfile's, as the audits name it. */
export type MergeProblem = { path: string } & (
	| { code: 'part-missing'; parts: number[]; of: number }
	| { code: 'part-twice'; part?: number }
	| { code: 'other-parts' }
	| { code: 'other-lockfile' }
	| { code: 'other-base' }
	| { code: 'other-trust-root' }
);

/**
 * The part of a lockfile that belongs to a shard. It depends on a package's name alone, so that all versions of it, in all lockfiles
 * of an organisation, are in one part, and each list of releases is fetched by one machine.
 */
export function shardOf(lockfile: Lockfile, { part, of }: Shard): Lockfile {
	return {
		...lockfile,
		packages: lockfile.packages.filter(({ name }) => partOf(name, of) === part),
		notCovered: lockfile.notCovered.filter(({ spec }) => partOf(nameIn(spec), of) === part),
	};
}

/** The part that a name belongs to: from 1 to `of`, the same in each version of this program. */
export function partOf(name: string, of: number): number {
	// FNV-1a over UTF-16 units, 32 bits, with the high bits folded into the low ones.
	let hash = 0x811c9dc5;
	for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
	return ((((hash >>> 16) ^ hash) >>> 0) % of) + 1;
}

function nameIn(spec: string): string {
	const at = spec.indexOf('@', 1);
	return at === -1 ? spec : spec.slice(0, at);
}

/**
 * Joins audits: the parts of one lockfile become one audit in the order of the file, with counts made again; whole audits stay as
 * they are. In the order in which the lockfiles first come.
 * @returns the audits, or why the parts of a lockfile do not fit together.
 */
export function mergeAudits(
	audits: readonly Audit[],
): { ok: true; audits: Audit[] } | { ok: false; problem: MergeProblem } {
	const merged: Audit[] = [];
	for (const [path, parts] of Map.groupBy(audits, ({ lockfile }) => lockfile.path ?? '')) {
		const problem = findProblem(parts);
		if (problem) return { ok: false, problem: { path, ...problem } as MergeProblem };
		merged.push(join(parts));
	}
	return { ok: true, audits: merged };
}

type Problem = MergeProblem extends infer One ? (One extends MergeProblem ? Omit<One, 'path'> : never) : never;

function findProblem(audits: readonly Audit[]): Problem | undefined {
	const [first] = audits;
	if (!first?.shard) return audits.length > 1 ? { code: 'part-twice' } : undefined;
	const { of } = first.shard;
	if (audits.some(({ shard }) => shard?.of !== of)) return { code: 'other-parts' };
	const parts = audits.map(({ shard }) => shard?.part ?? 0);
	const twice = parts.find((part, at) => parts.indexOf(part) !== at);
	if (twice !== undefined) return { code: 'part-twice', part: twice };
	const missing = Array.from({ length: of }, (_, at) => at + 1).filter((part) => !parts.includes(part));
	if (missing.length > 0) return { code: 'part-missing', parts: missing, of };
	const differs = (of: (audit: Audit) => unknown) =>
		audits.some((audit) => JSON.stringify(of(audit)) !== JSON.stringify(of(first)));
	if (differs(({ lockfile: { format, version, sha256 } }) => [format, version, sha256]))
		return { code: 'other-lockfile' };
	if (differs(({ removed }) => removed)) return { code: 'other-base' };
	if (differs(({ trustRoot: { source, version } }) => [source, version])) return { code: 'other-trust-root' };
	return undefined;
}

function join(audits: readonly Audit[]): Audit {
	const [first] = audits as [Audit, ...Audit[]];
	if (!first.shard) return first;
	const { shard: _shard, left: _left, unadvised: _unadvised, ...whole } = first;
	const packages = audits.flatMap((audit) => audit.packages).sort(byPlace);
	const notCovered = audits.flatMap((audit) => audit.notCovered).sort(byPlace);
	const left = audits.reduce((sum, audit) => sum + (audit.left ?? 0), 0);
	const unadvised = audits.reduce((sum, audit) => sum + (audit.unadvised ?? 0), 0);
	return {
		...whole,
		lockfile: { ...first.lockfile, packages: audits.reduce((sum, audit) => sum + audit.lockfile.packages, 0) },
		packages,
		notCovered,
		counts: countRows(packages, notCovered),
		...(left > 0 && { left }),
		...(unadvised > 0 && { unadvised }),
		checkedAt: audits.map(({ checkedAt }) => checkedAt).reduce((one, other) => (one < other ? one : other)),
	};
}

function byPlace(one: Place & { spec: string }, other: Place & { spec: string }): number {
	return one.line - other.line || one.column - other.column || (one.spec < other.spec ? -1 : 1);
}
