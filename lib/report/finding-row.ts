/** Owns the form of a row in the table of findings. */
import type { ClaimId } from './claim-ids.ts';

/** Whose word a fact is. */
export type SaidBy = 'signature' | 'registry' | 'package' | 'github' | 'rekor' | 'here';

/** One row of the table. */
export interface FindingRow<Data> {
	/** The claim that it belongs to; where it is one of several, who makes it says which. */
	claim: ClaimId;
	saidBy: SaidBy;
	/** The data as one line of text, for people; absent where the code says all. */
	detail?: (data: Data) => string;
}
