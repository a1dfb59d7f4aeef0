/** Owns the comparison of a predicate's fields with the certificate: each that it claims must be the certificate's. */

import type { Statement } from '../../report/evidence.ts';
import type { FailureCode } from '../../report/failures.ts';
import type { Identity } from '../../report/identity.ts';
import type { Failure } from '../../report/result.ts';
import type { Verified } from '../../sigstore/verified.ts';
import { failure } from '../statement.ts';
import { compareBuilder } from './builder.ts';
import type { Field } from './claimed.ts';
import { claimedByV1 } from './slsa-v1.ts';
import { claimedByV02 } from './slsa-v02.ts';

const DIFFERS: Record<Field, FailureCode> = {
	repository: 'predicate-repository-differs',
	commit: 'predicate-commit-differs',
	ref: 'predicate-ref-differs',
	workflow: 'predicate-workflow-differs',
	trigger: 'predicate-trigger-differs',
	run: 'predicate-run-differs',
	repositoryId: 'predicate-repository-id-differs',
	ownerId: 'predicate-owner-id-differs',
};

/**
 * Whether the predicate agrees with the certificate, in all that it says, wherever both speak.
 * @param identity from the same bundle's certificate.
 * @param certifiesWorkflow whether the certificate names the build file; those of early 2023 name only who signed, which
 *   may be a reusable workflow that the build file called.
 * @returns nothing, or `predicate-malformed` or the first of the `predicate-...-differs` failures.
 * @see https://slsa.dev/spec/v1.0/provenance
 */
export function comparePredicate(
	statement: Verified<Statement>,
	identity: Identity,
	certifiesWorkflow: boolean,
): Failure | undefined {
	const claimed = statement.predicateType.endsWith('/v1')
		? claimedByV1(statement.predicate, identity)
		: claimedByV02(statement.predicate, identity);
	if (claimed === undefined) return failure('predicate-malformed');
	const isSaid = (field: Field) => claimed.said.some(([about, value]) => about === field && value !== undefined);
	if (!isSaid('repository') || !isSaid('commit'))
		return failure('predicate-malformed', 'names no repository or no commit');
	for (const [field, said] of claimed.said) {
		if (field === 'workflow' && !certifiesWorkflow) continue;
		const certified = identity[field];
		if (said !== undefined && certified !== undefined && said !== certified)
			return failure(DIFFERS[field], `${said}, certificate ${certified}`);
	}
	return compareBuilder(claimed.builder, identity);
}
