/** Owns how the lockfiles that `audit` names become what is audited: read, without other registries, and without what a base has. */
import { basename } from 'node:path';
import { changesSince } from '../lib/audit/changes.ts';
import { hashText } from '../lib/audit/lockfile/hashes.ts';
import type { LockedPackage, Lockfile, Place } from '../lib/audit/lockfile/lockfile.ts';
import { describeFailure } from '../lib/text/en/failures.ts';
import type { AuditTools } from './audit-tools.ts';
import { readInput, UsageError } from './usage.ts';

/** A lockfile that is audited. */
export interface LockfileInput {
	/** As it was named. */
	path: string;
	content: Uint8Array;
	/** Without what its base has. */
	lockfile: Lockfile;
	/** With a base: what that one has and the lockfile has not. */
	removed?: string[];
}

/** What is known of registries. */
export interface Registries {
	/** Addresses of the registry that is asked. */
	bases: readonly string[];
	/** Whether a package comes from another registry, by its scope. */
	isElsewhere(name: string): boolean;
}

/**
 * Reads each lockfile, each once. One that cannot be read is a note, and the others are still read.
 * @param bases the base of each file, or none.
 * @throws UsageError where a base cannot be read: without it, the whole lockfile would look like a change.
 */
export function readLockfiles(
	files: readonly string[],
	bases: readonly string[],
	tools: AuditTools,
	registries: Registries,
): { inputs: LockfileInput[]; notes: string[]; isWhole: boolean } {
	const inputs: LockfileInput[] = [];
	const notes: string[] = [];
	for (const [at, path] of files.entries()) {
		if (files.indexOf(path) !== at) continue;
		const base = bases[at];
		try {
			const content = readInput(path);
			const lockfile = withoutOthers(readOne(path, [path], content, tools, registries), registries);
			if (base === undefined) inputs.push({ path, content, lockfile });
			else inputs.push({ path, content, ...changesSince(lockfile, readBase(base, path, lockfile, tools, registries)) });
		} catch (error) {
			if (!(error instanceof UsageError) || error instanceof BaseError) throw error;
			notes.push(error.message);
		}
	}
	return { inputs, notes, isWhole: notes.length === 0 };
}

/** A base that cannot be read. */
class BaseError extends UsageError {}

/** A base may have any name, since it is often written by `git show`: then it is read as the lockfile is. */
function readBase(base: string, path: string, like: Lockfile, tools: AuditTools, registries: Registries): Lockfile {
	try {
		const content = readInput(base);
		const isEmpty = content.length < 100 && content.toString('utf8').trim() === '';
		if (isEmpty) return { ...like, packages: [], notCovered: [], entries: 0 };
		return withoutOthers(readOne(base, [base, basename(path)], content, tools, registries), registries);
	} catch (error) {
		if (error instanceof UsageError) throw new BaseError(`--base: ${error.message}`);
		throw error;
	}
}

/** @param names the first one by which it can be read counts. */
function readOne(
	path: string,
	names: readonly string[],
	content: Uint8Array,
	tools: AuditTools,
	{ bases }: Registries,
): Lockfile {
	const results = names.map((name) => tools.readLockfile(name, content, bases));
	const read = results.find((result) => result.ok);
	if (read?.ok) return read.value;
	const [first] = results;
	const failure = first?.ok ? undefined : first?.failure;
	const detail = failure?.detail === undefined ? '' : `${failure.detail}: `;
	throw new UsageError(`cannot read ${path}: ${detail}${describeFailure(failure)} [${failure?.code}]`);
}

/** The lockfile with the packages of other registries as not covered: their tools may write no address. */
function withoutOthers(lockfile: Lockfile, { isElsewhere }: Registries): Lockfile {
	const known = new Map<string, boolean>();
	const isOther = ({ name }: LockedPackage) => {
		const scope = name.startsWith('@') ? (name.split('/')[0] ?? '') : '';
		const isSo = known.get(scope) ?? (scope !== '' && isElsewhere(name));
		known.set(scope, isSo);
		return isSo;
	};
	const others = lockfile.packages.filter(isOther);
	if (others.length === 0) return lockfile;
	const rows = others.map(({ name, version, line, column, addresses, hashes }) => ({
		spec: `${name}@${version}`,
		why: 'other-registry' as const,
		line,
		column,
		source: [...addresses, ...hashes.map(hashText)].join(' '),
	}));
	return {
		...lockfile,
		packages: lockfile.packages.filter((one) => !isOther(one)),
		notCovered: [...lockfile.notCovered, ...rows].sort(byPlace),
	};
}

function byPlace(one: Place, other: Place): number {
	return one.line - other.line || one.column - other.column;
}
