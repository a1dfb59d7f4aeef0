/** Owns what a lockfile has that another one, its base, has not: what a pull request adds, changes and removes. Pure. */
import { uncoveredKey } from './lockfile/entries.ts';
import { hashText } from './lockfile/hashes.ts';
import type { LockedPackage, Lockfile } from './lockfile/lockfile.ts';

/** What differs from the base. */
export interface LockfileChanges {
	/** The lockfile with only what was added or changed, in the order of the file. */
	lockfile: Lockfile;
	/** What the base has and the lockfile has not (`name@version`), in the order of the base. */
	removed: string[];
}

/**
 * What of a lockfile is not in its base. A package is changed where it has a hash, an address or a patch that it has not in the base;
 * one that only lacks an address, or is at another place, is not. An entry that is not covered is changed where it has another source. One
 * without a name cannot be found again, so it always is.
 */
export function changesSince(lockfile: Lockfile, base: Lockfile): LockfileChanges {
	const before = new Map(base.packages.map((one) => [specOf(one), one]));
	const uncoveredBefore = new Set(base.notCovered.map(uncoveredKey));
	const specs = new Set([...lockfile.packages.map(specOf), ...lockfile.notCovered.map(({ spec }) => spec)]);
	const specsBefore = new Set([...before.keys(), ...base.notCovered.map(({ spec }) => spec)]);
	return {
		lockfile: {
			...lockfile,
			packages: lockfile.packages.filter((one) => hasMore(one, before.get(specOf(one)))),
			notCovered: lockfile.notCovered.filter((one) => one.spec === '' || !uncoveredBefore.has(uncoveredKey(one))),
		},
		removed: [...specsBefore].filter((spec) => !specs.has(spec)),
	};
}

function specOf({ name, version }: LockedPackage): string {
	return `${name}@${version}`;
}

function hasMore(now: LockedPackage, before: LockedPackage | undefined): boolean {
	if (!before || (now.isPatched && !before.isPatched)) return true;
	const hashes = new Set(before.hashes.map(hashText));
	const addresses = new Set(before.addresses);
	return (
		now.hashes.some((hash) => !hashes.has(hashText(hash))) || now.addresses.some((address) => !addresses.has(address))
	);
}
