/** Owns the form of two releases of one package side by side. Its codes are a contract. */
import type { SaidBy } from './findings.ts';
import type { Report } from './report.ts';

/** What can differ between two releases, in the order in which it is listed. */
export const DIFFERENCE_FIELDS = [
	/** The verdicts. */
	'verdict',
	/** The code of the finding that is the one warning. */
	'warning',
	/** What came of the record of where it was built: `proved`, `false`, `could-not-check` or `absent`. */
	'provenance',
	// Each named by both certificates; absent where a certificate does not name it.
	'repository',
	'repositoryId',
	'ownerId',
	'issuer',
	'signer',
	'workflow',
	'ref',
	'commit',
	'trigger',
	'runner',
	'environment',
	/** How it was published, as `history.tier`. */
	'tier',
	/** The npm account. */
	'publisher',
	/** `NAME: COMMAND`, one for each script that npm runs on install. */
	'install-script',
	/** `NAME@RANGE`, one for each dependency that was added, removed or changed. */
	'dependency',
	/** More dependencies differ than are listed: how many. */
	'more-dependencies',
	/** Bytes, as a decimal number. */
	'unpacked-size',
	/** ISO times. */
	'published-at',
	/** What the registry's list says of one of them could not be read, so its fields were not compared: the failure's code. */
	'not-compared',
] as const;

export type DifferenceField = (typeof DIFFERENCE_FIELDS)[number];

/** One thing that differs. `before` is of the release compared from, `now` of the one compared to; each is cut. */
export interface Difference {
	field: DifferenceField;
	before?: string;
	now?: string;
	saidBy: SaidBy;
}

/** Two releases of one package, and what differs between them. */
export interface SideBySide {
	from: Report;
	to: Report;
	/** By field, in the order of `DIFFERENCE_FIELDS`; those of one field by name. */
	differences: Difference[];
}
