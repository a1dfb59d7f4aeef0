/** Owns the comparison of a verified identity with an allowlist. */

import { patternsFor } from '../npm/spec.ts';
import type { Change, ChangedField } from '../report/history.ts';
import type { Identity } from '../report/identity.ts';
import type { PolicyResult } from '../report/report.ts';
import { matchesGlob, patternOfRef } from './glob.ts';
import { isHosted, type Policy, type PolicyRow } from './schema.ts';

/**
 * The row that expects of a package what this release has: everything in its identity, and the part of a tag or branch that stays the
 * same in the next release. Where none is known to stay, the row says nothing of it, and the comparison with earlier releases decides.
 * @param version the release's, which gives way to `*` in the name of its tag, as numbers do in that of its branch.
 */
export function rowFor(name: string, version: string, identity: Identity): PolicyRow {
	const { issuer, repository, repositoryId, ownerId, workflow, environment, runner } = identity;
	const ref = patternOfRef(identity.ref, version);
	return {
		package: name,
		issuer,
		repository,
		...(repositoryId !== undefined && { repositoryId }),
		...(ownerId !== undefined && { ownerId }),
		workflow,
		...(ref !== undefined && { ref }),
		...(environment !== undefined && { environment }),
		...(isHosted(runner) && { hosted: true as const }),
		provenance: 'required',
	};
}

/**
 * Compares a release with the rows for its package: those that name it exactly, else those of its scope; any of them will do.
 * @param identity the verified identity; `undefined` where the release has no provenance.
 * @param setBy whose policy it is.
 * @returns `not-allowed` with the row that differs least, and how; `no-row` where no row is for this package.
 */
export function comparePolicy(
	policy: Policy,
	name: string,
	identity: Identity | undefined,
	setBy: 'you' | 'organisation' = 'you',
): PolicyResult {
	const compared = rowsFor(policy, name)
		.map((row) => ({ row: row.package, differences: differencesOf(row, identity) }))
		.sort((one, other) => one.differences.length - other.differences.length);
	const [nearest] = compared;
	if (!nearest) return { state: 'no-row' };
	if (nearest.differences.length === 0) return { state: 'allowed', row: nearest.row, setBy };
	return { state: 'not-allowed', ...nearest, setBy };
}

/**
 * The same with the allowlists of organisation and reader: the first that has a row for the package decides.
 * @returns `undefined` without an allowlist.
 */
export function comparePolicies(
	policies: readonly { policy: Policy; setBy: 'you' | 'organisation' }[],
	name: string,
	identity: Identity | undefined,
): PolicyResult | undefined {
	const results = policies.map(({ policy, setBy }) => comparePolicy(policy, name, identity, setBy));
	return results.find(({ state }) => state !== 'no-row') ?? results[0];
}

/**
 * What a row says of each thing that can change between releases; of the others a row says nothing. A repository keeps its number when
 * it is given to another owner, so that number names no owner.
 */
const FIELDS_OF_CHANGE: Partial<Record<ChangedField, readonly (keyof PolicyRow)[]>> = {
	repository: ['repository', 'repositoryId'],
	repositoryId: ['repositoryId'],
	owner: ['ownerId'],
	ownerId: ['ownerId'],
	issuer: ['issuer'],
	runner: [],
	environment: ['environment'],
	workflow: ['workflow'],
	ref: ['ref'],
};

/**
 * The row of a policy that expects what changed: the release is as the row says, and the row names every field that changed.
 * @returns the row's `package`; nothing where no row does. Trigger, signer and way of publishing are named by no row.
 */
export function rowExpecting(
	policy: Policy,
	name: string,
	identity: Identity,
	changes: readonly Change[],
): string | undefined {
	return rowsFor(policy, name).find(
		(row) =>
			differencesOf(row, identity).length === 0 && changes.every(({ field }) => namesChange(row, field, identity)),
	)?.package;
}

/** Whether a row that a release is as it says names one of the fields that changed. */
function namesChange(row: PolicyRow, field: ChangedField, { repository }: Identity): boolean {
	if (FIELDS_OF_CHANGE[field]?.some((named) => row[named] !== undefined)) return true;
	// Where the number decides, the row's address may still be that of the owner before.
	return field === 'owner' && row.repository !== undefined && isOfOwner(row.repository, repository);
}

/** Whether two addresses are of one owner: all but the last part, on GitLab groups within groups. Letters' case says nothing. */
function isOfOwner(one: string, other: string): boolean {
	const ownerOf = (repository: string) => repository.slice(0, repository.lastIndexOf('/')).toLowerCase();
	return ownerOf(one) === ownerOf(other);
}

/** The rows for a package: those that name it exactly, else those of its scope. */
function rowsFor(policy: Policy, name: string): PolicyRow[] {
	return patternsFor(name)
		.map((pattern) => policy.rows.filter((row) => row.package === pattern))
		.reduce((exact, ofScope) => (exact.length > 0 ? exact : ofScope), []);
}

/** Whose numbers a row means that names neither issuer nor repository. */
const HOST_OF_NUMBERS = 'https://github.com';

export type Difference = NonNullable<PolicyResult['differences']>[number];

function differencesOf(row: PolicyRow, identity: Identity | undefined): Difference[] {
	if (!identity) return row.provenance === 'required' ? [{ field: 'provenance', expected: 'required' }] : [];
	const differences: Difference[] = [];
	const expect = (
		field: string,
		expected: string | undefined,
		found: string | undefined,
		holds = expected === found,
	) => {
		if (expected !== undefined && !holds) differences.push({ field, expected, ...(found !== undefined && { found }) });
	};
	// Numbers are unique per host: another host's repository may have the same one.
	const hasNumber = row.repositoryId !== undefined || row.ownerId !== undefined;
	if (hasNumber && row.issuer === undefined && row.repository === undefined)
		expect('host', HOST_OF_NUMBERS, originOf(identity.repository));
	// The number survives a rename, and somebody else can take a name. So the number decides if both have one.
	const isSameHost = row.repository === undefined || originOf(row.repository) === originOf(identity.repository);
	const byNumber = row.repositoryId !== undefined && identity.repositoryId !== undefined && isSameHost;
	if (byNumber || row.repository === undefined) expect('repositoryId', row.repositoryId, identity.repositoryId);
	else expect('repository', row.repository, identity.repository);
	expect('ownerId', row.ownerId, identity.ownerId);
	expect('issuer', row.issuer, identity.issuer);
	expect('workflow', row.workflow, identity.workflow);
	expect('ref', row.ref, identity.ref, row.ref !== undefined && matchesGlob(row.ref, identity.ref));
	expect('environment', row.environment, identity.environment);
	if (row.hosted) expect('runner', 'hosted', identity.runner, isHosted(identity.runner));
	return differences;
}

function originOf(address: string): string {
	return URL.canParse(address) ? new URL(address).origin : address;
}
