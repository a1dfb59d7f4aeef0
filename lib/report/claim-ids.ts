/** Owns the ids of the claims, in the order of the Report. */

/** What the evidence can prove, in the order of the Report. */
const PROOF_IDS = [
	'file-matches',
	'signed-by-build',
	'built-by',
	'logged',
	'registry-received',
	'registry-signed',
] as const;

/** What no evidence of this kind can prove; always shown. */
export const LIMIT_IDS = [
	'workflow-harmless',
	'only-this-source',
	'dependencies-clean',
	'tag-author',
	'registry-keeps-serving',
	'release-approved',
] as const;

export const CLAIM_IDS = [...PROOF_IDS, ...LIMIT_IDS] as const;

export type ProofId = (typeof PROOF_IDS)[number];

export type LimitId = (typeof LIMIT_IDS)[number];

export type ClaimId = (typeof CLAIM_IDS)[number];
