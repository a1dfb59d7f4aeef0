/** Owns the Report, the one plain-JSON answer about a release. Its codes are a contract. */
import type { ClaimId } from './claim-ids.ts';
import type { Finding } from './findings.ts';
import type { History } from './history.ts';
import type { Identity } from './identity.ts';
import type { LookRecord } from './looks.ts';
import type { Failure } from './result.ts';
import type { Verdict } from './verdict.ts';

/** One sentence of the panel, and its standing. */
export type Claim =
	| { id: ClaimId; standing: 'proved' }
	| { id: ClaimId; standing: 'refuted'; failure: Failure }
	| { id: ClaimId; standing: 'unproved'; why: 'absent' | 'unprovable' }
	| { id: ClaimId; standing: 'unproved'; why: 'could-not-check'; failure: Failure }
	/** Something nobody signed was read; the findings that name this claim say what. */
	| { id: ClaimId; standing: 'looked-at' };

/** Which row of the allowlist decided, and what differs. Made by lib/policy/compare.ts. */
export interface PolicyResult {
	state: 'no-row' | 'allowed' | 'not-allowed';
	/** The row's `package`. */
	row?: string;
	differences?: { field: string; expected: string; found?: string }[];
	/** Who set the row. */
	setBy?: 'you' | 'organisation';
}

/** Which trusted root decided. */
export interface TrustRootInfo {
	source: 'embedded' | 'tuf' | 'custom';
	/** TUF root version, or the custom root's name. */
	version: string;
	/** ISO date on which it was taken. */
	takenAt: string;
}

/** The trust root in use, and the result of renewing it. */
export interface TrustRootStatus {
	inUse: TrustRootInfo;
	/** Why what was kept of an earlier refresh is not used. */
	keptFailure?: Failure;
	/** `at` is an ISO time; without a failure the trust root was renewed then. */
	lastAttempt?: { at: string; failure?: Failure };
}

/** The whole answer about one release. */
export interface Report {
	schema: 1;
	release: { name: string; version: string; integrity?: string; publishedAt?: string };
	verdict: Verdict;
	claims: Claim[];
	identity?: Identity;
	history?: History;
	policy?: PolicyResult;
	findings: Finding[];
	/** The looks that were asked for, in the order of `LOOKS`; absent where none was. */
	looks?: LookRecord[];
	trustRoot: TrustRootInfo;
	/** ISO time at which the checks ran. */
	checkedAt: string;
}
