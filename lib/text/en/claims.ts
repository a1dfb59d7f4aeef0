/** Owns the sentence of each claim, proved or not, and of each limit. */
import { type ClaimId, LIMIT_IDS, type LimitId } from '../../report/claim-ids.ts';
import type { Claim } from '../../report/report.ts';
import { describeFailure } from './failures.ts';

const LIMIT_SENTENCES: Record<LimitId, string> = {
	'workflow-harmless':
		'Provenance says which workflow ran, not what it did. A hijacked workflow leaves a genuine record: it happened to TanStack in May 2026.',
	'only-this-source': 'A workflow can download, generate or change files before it publishes.',
	'dependencies-clean': 'Every dependency has an origin of its own, or none.',
	'tag-author': 'The record names the commit, not the person who made it, nor whoever moved a tag.',
	'registry-keeps-serving': 'The check is about the fingerprint that the registry gives today.',
	'release-approved': 'A release can be published by a run that nobody looked at.',
};

/** One claim's standing as a sentence. */
export function describeClaim(claim: Claim): string {
	switch (claim.standing) {
		case 'proved':
			return 'Checked on this computer, on signed evidence.';
		case 'refuted':
			return `Does not match: ${describeFailure(claim.failure)}`;
		case 'looked-at':
			return `${isLimit(claim.id) ? LIMIT_SENTENCES[claim.id] : 'Nobody signed this.'} What was read about it is no proof.`;
		case 'unproved':
			if (claim.why === 'could-not-check') return `Could not check: ${describeFailure(claim.failure)}`;
			if (claim.why === 'absent') return 'None found among what was served.';
			return isLimit(claim.id) ? LIMIT_SENTENCES[claim.id] : 'Cannot be proved.';
	}
}

function isLimit(id: ClaimId): id is LimitId {
	return (LIMIT_IDS as readonly ClaimId[]).includes(id);
}
