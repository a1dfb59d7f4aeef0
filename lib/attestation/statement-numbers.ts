/** Owns the numbers of repository and owner in a signed statement, for certificates of early 2023, which name none. Pure. */

import type { Statement } from '../report/evidence.ts';
import type { Identity } from '../report/identity.ts';

/**
 * The identity with the numbers of its statement, where the certificate names none. Only call it with what was verified together: the
 * same run's certificate signed the statement.
 * @see https://github.com/slsa-framework/github-actions-buildtypes
 */
export function withNumbers(identity: Identity, statement: Statement | undefined): Identity {
	if (!statement || (identity.repositoryId !== undefined && identity.ownerId !== undefined)) return identity;
	const { predicate } = statement;
	const github = at(predicate, 'buildDefinition', 'internalParameters', 'github');
	const environment = at(predicate, 'invocation', 'environment');
	const numbers = {
		repositoryId: numberOf(at(github, 'repository_id')) ?? numberOf(at(environment, 'GITHUB_REPOSITORY_ID')),
		ownerId: numberOf(at(github, 'repository_owner_id')) ?? numberOf(at(environment, 'GITHUB_REPOSITORY_OWNER_ID')),
	};
	const known = Object.entries(numbers).filter(([, number]) => number !== undefined);
	return { ...Object.fromEntries(known), ...identity };
}

/** The value at a path; `undefined` if there is none. */
function at(value: unknown, ...path: readonly string[]): unknown {
	let here = value;
	for (const key of path) {
		if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
		here = (here as Record<string, unknown>)[key];
	}
	return here;
}

function numberOf(value: unknown): string | undefined {
	const text = typeof value === 'number' ? String(value) : value;
	return typeof text === 'string' && /^\d{1,20}$/.test(text) ? text : undefined;
}
