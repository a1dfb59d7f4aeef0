/** Owns which looks can be asked for, and how a Report says that one was made: it is in no case a proof. */
import type { ClaimId } from './claim-ids.ts';
import type { Failure } from './result.ts';

/** The looks, in the order in which they are made: the first ask for the least. */
export const LOOKS = ['run', 'source', 'tag', 'workflow', 'log', 'dependencies', 'files', 'scripts'] as const;

export type LookName = (typeof LOOKS)[number];

/** The claim that each look is about. */
export const LOOK_CLAIMS: Readonly<Record<LookName, ClaimId>> = {
	run: 'workflow-harmless',
	source: 'only-this-source',
	tag: 'tag-author',
	workflow: 'workflow-harmless',
	log: 'logged',
	dependencies: 'dependencies-clean',
	files: 'only-this-source',
	scripts: 'workflow-harmless',
};

/** GitHub's requests that are left to this machine's address. */
export interface Allowance {
	limit: number;
	remaining: number;
	/** ISO time from which there are `limit` again. */
	resetAt: string;
}

/** One look that was made. What it found are findings of the Report; without a failure it was made to its end. */
export interface LookRecord {
	look: LookName;
	claim: ClaimId;
	/** ISO time at which it began. */
	at: string;
	/** Why it was not made, or not to its end. */
	failure?: Failure;
	/** As GitHub said last; absent where GitHub was not asked. */
	requests?: Allowance;
}
