/** Owns the answer about a whole lockfile, as plain JSON. Its codes are a contract. */
import type { Finding } from './findings.ts';
import type { History } from './history.ts';
import type { Identity } from './identity.ts';
import type { TrustRootInfo } from './report.ts';
import type { Failure } from './result.ts';
import type { Verdict } from './verdict.ts';

/** Why an entry of a lockfile cannot be audited. */
export const NOT_COVERED_REASONS = [
	'git',
	'url',
	'file',
	'link',
	'workspace',
	'other-registry',
	'bundled',
	'runtime',
	'jsr',
	'unreadable',
] as const;

export type NotCoveredReason = (typeof NOT_COVERED_REASONS)[number];

/** The lockfile's hash beside the registry's. `not-comparable` is a hash of something else, or one where the registry gave none. */
export type LockedIntegrity = 'matches' | 'differs' | 'not-comparable' | 'absent';

/** One audited release of a lockfile. */
export interface AuditRow {
	/** `name@version`. */
	spec: string;
	verdict: Verdict;
	integrity: LockedIntegrity;
	/** Its first place in the file; both count from 1. */
	line: number;
	column: number;
	/** What to warn of: the code of the finding with `warning: true`, else the verdict. */
	warning?: string;
	/** Why the verdict is `mismatch` or `unknown`. */
	failure?: Failure;
	identity?: Identity;
	history?: History;
	findings: Finding[];
	isDirect?: true;
}

/** One entry that was not audited. */
export interface NotCoveredRow {
	spec: string;
	why: NotCoveredReason;
	line: number;
	column: number;
}

/** The audit of one lockfile. */
export interface Audit {
	schema: 1;
	lockfile: {
		format: string;
		/** `packages` and `notCovered` together, also with a base or as a part: what this audit covers. */
		packages: number;
		/** The form's version as the file writes it. */
		version: string;
		/** As it was named; absent where it has no name. */
		path?: string;
		/** SHA-256 of the file's bytes, in hex. */
		sha256?: string;
		/** No entry of the file has a hash or an address. */
		isWithoutHashes?: true;
	};
	/** In the order of the file, each `name@version` once. */
	packages: AuditRow[];
	notCovered: NotCoveredRow[];
	/** With a base: what it has and this file has not (`name@version`). Then `packages` holds only what was added or changed. */
	removed?: string[];
	/** One number for each verdict that occurs, and two that always stand. */
	counts: { [verdict in Verdict]?: number } & { notCovered: number; notCompared: number };
	/** Which part of the file this is: of `of` parts, from 1. */
	shard?: { part: number; of: number };
	/** Releases that were not asked for, since the audit was ended before: it can be run again. */
	left?: number;
	/** Releases for which the registry's list of malware could not be read. */
	unadvised?: number;
	trustRoot: TrustRootInfo;
	/** ISO time at which the audit began. */
	checkedAt: string;
}
