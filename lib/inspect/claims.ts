/** Owns how facts become claims: which step's outcome proves, refutes or leaves open which sentence. Pure. */

import { LIMIT_IDS, type LimitId, type ProofId } from '../report/claim-ids.ts';
import { FAILURES } from '../report/failures.ts';
import type { Finding } from '../report/findings.ts';
import type { Identity } from '../report/identity.ts';
import type { LookRecord } from '../report/looks.ts';
import type { Claim } from '../report/report.ts';
import { type Failure, failed, type Result } from '../report/result.ts';

/** The results of one attestation, step by step; a step that was not reached is absent. */
export interface ProvenanceFacts {
	/** Signature, certificate and log entry. */
	bundle: Result<unknown>;
	/** The statement in the payload. */
	statement?: Result<unknown>;
	/** Whether it speaks of this file. */
	subject?: Failure | undefined;
	/** Whose certificate it is, and whether the predicate agrees with it. */
	identity?: Result<Identity>;
}

/** Everything that the claims are made of. */
interface Facts {
	/** Why the provenance is missing; the registry may still have served a publish attestation. */
	gathering?: Failure;
	/** Why the file's own bytes are not those that the registry lists. */
	file?: Failure;
	/** `undefined` where the release has none. */
	provenance?: ProvenanceFacts;
	/** The same for the publish attestation: the first step that failed, or nothing. `'absent'` where there is none. */
	publish: 'absent' | 'proved' | Failure;
	/** The registry's signature, already stated by its own check. */
	registrySigned: Claim;
	/** Findings name the claims that they were looked at for. */
	findings: readonly Finding[];
}

/**
 * States every claim, in the contract's order.
 * @returns twelve claims: the six proofs, then the six limits.
 */
export function stateClaims(facts: Facts): Claim[] {
	return [...stateProofs(facts), stateReceived(facts), facts.registrySigned, ...stateLimits(facts.findings)];
}

const PROVENANCE_PROOFS = [
	'file-matches',
	'signed-by-build',
	'built-by',
	'logged',
] as const satisfies readonly ProofId[];

function stateProofs({ gathering, file, provenance }: Facts): Claim[] {
	return PROVENANCE_PROOFS.map((id) => {
		// A file that differs is false whatever else there is.
		if (file && id === 'file-matches') return fromFailure(id, file);
		if (gathering) return fromFailure(id, gathering);
		if (!provenance) return absent(id);
		return stateProof(id, provenance);
	});
}

function stateProof(id: (typeof PROVENANCE_PROOFS)[number], facts: ProvenanceFacts): Claim {
	const { bundle, statement, subject, identity } = facts;
	if (!bundle.ok) {
		const about = bundle.failure.code.startsWith('log-') ? 'logged' : 'signed-by-build';
		return id === about ? fromFailure(id, bundle.failure) : notReached(id, bundle.failure);
	}
	if (id === 'logged') return { id, standing: 'proved' };
	if (!statement?.ok) {
		const failure = statement?.failure ?? { code: 'internal-error' };
		return id === 'signed-by-build' ? fromFailure(id, failure) : notReached(id, failure);
	}
	if (id === 'signed-by-build') return { id, standing: 'proved' };
	if (id === 'file-matches') return subject ? fromFailure(id, subject) : { id, standing: 'proved' };
	// Who built *this file* is only proved where the statement speaks of this file.
	if (subject) return notReached(id, subject);
	if (!identity) return fromFailure(id, { code: 'internal-error' });
	return identity.ok ? { id, standing: 'proved' } : fromFailure(id, identity.failure);
}

function stateReceived({ gathering, publish }: Facts): Claim {
	const id = 'registry-received';
	if (publish === 'absent') return gathering ? fromFailure(id, gathering) : absent(id);
	return publish === 'proved' ? { id, standing: 'proved' } : fromFailure(id, publish);
}

/** The same claims once there are more findings: a limit for which something was noticed has been looked at. A look that failed leaves it open. */
export function lookAgain(
	claims: readonly Claim[],
	findings: readonly Finding[],
	looks: readonly LookRecord[] = [],
): Claim[] {
	const limits = new Map<LimitId, Claim>(stateLimits(findings).map((claim) => [claim.id, claim]));
	// What a reader asked for and did not get is said, whatever else was noticed.
	for (const { claim: id, failure } of looks)
		if (failure && limits.has(id as LimitId))
			limits.set(id as LimitId, { id, standing: 'unproved', why: 'could-not-check', failure });
	return claims.map((claim) => limits.get(claim.id as LimitId) ?? claim);
}

function stateLimits(findings: readonly Finding[]): (Claim & { id: LimitId })[] {
	return LIMIT_IDS.map((id) =>
		findings.some(({ claim }) => claim === id)
			? { id, standing: 'looked-at' }
			: { id, standing: 'unproved', why: 'unprovable' },
	);
}

/** A claim refuted by false evidence, or left open by a check that could not be made. */
function fromFailure(id: ProofId, failure: Failure): Claim {
	return FAILURES[failure.code] === 'false'
		? { id, standing: 'refuted', failure }
		: { id, standing: 'unproved', why: 'could-not-check', failure };
}

/** A claim whose check rests on one that failed before it. */
function notReached(id: ProofId, because: Failure): Claim {
	return fromFailure(id, failed('not-reached', because.code).failure);
}

function absent(id: ProofId): Claim {
	return { id, standing: 'unproved', why: 'absent' };
}
