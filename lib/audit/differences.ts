/** Owns how an audit differs from an earlier one of the same project: packages that are new, and results that are others. Pure. */
import { keyOf, type ListRow } from './list.ts';
import type { Lockfile } from './lockfile/lockfile.ts';

/** An earlier audit, as far as another one is compared with it; keys as `keyOf` makes them. */
export interface EarlierAudit {
	/** Row -> its result then. */
	results: ReadonlyMap<string, string>;
	/** Rows whose entry in the lockfile is new, or another one than then. */
	changed: ReadonlySet<string>;
}

/** What differs: the entry is `new`, its hash or address is another (`entry`), or what the audit says of it is (`result`). */
export type Difference = { is: 'new' } | { is: 'entry' } | { is: 'result'; before: string };

/** How a row differs from the earlier audit; nothing where it does not. */
export function differenceOf(row: ListRow, { results, changed }: EarlierAudit): Difference | undefined {
	const key = keyOf(row);
	const before = results.get(key);
	if (before === undefined) return changed.has(key) ? { is: 'new' } : undefined;
	if (before !== row.result) return { is: 'result', before };
	return changed.has(key) ? { is: 'entry' } : undefined;
}

/** An audit that may be of the same project. */
interface Candidate {
	/** Names of its lockfiles, without folders. */
	files: readonly string[];
	/** Name of the project, if a package.json was beside them. */
	project?: string | undefined;
}

/** Whether two audits may be of one project: the same lockfiles by name, and no other project by name. */
export function mayBeSameProject(one: Candidate, other: Candidate): boolean {
	const isOther = one.project !== undefined && other.project !== undefined && one.project !== other.project;
	return !isOther && [...one.files].sort().join('\n') === [...other.files].sort().join('\n');
}

/** Whether two lockfiles are of one project: at least half of the names in the smaller one are in the other. */
export function isSameProject(one: Lockfile, other: Lockfile): boolean {
	const [names, others] = [namesIn(one), namesIn(other)];
	const common = [...names].filter((name) => others.has(name)).length;
	return common * 2 >= Math.min(names.size, others.size) && common > 0;
}

function namesIn({ packages }: Lockfile): Set<string> {
	return new Set(packages.map(({ name }) => name));
}
