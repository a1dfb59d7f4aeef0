/** Owns the allowlist: which identity a reader expects of which package, compared exactly. Pure. */
import * as v from 'valibot';
import { failed, type Identity, type PolicyResult, type Result, success } from './report.ts';

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));
/** Two stars or more in a pattern are each tried at every place: a few do, many would only keep us busy. */
const MOST_STARS = 8;
const pattern = v.pipe(
	text,
	v.check((glob) => glob.split('*').length - 1 <= MOST_STARS, `more than ${MOST_STARS} stars`),
);
const packagePattern = v.pipe(
	text,
	v.check((name) => !name.includes('*') || /^@[^*/]+\/\*$/.test(name), 'a name, or a whole scope as in @scope/*'),
);

/** What may be asked of a release of one package, or of one scope. A field left out is not asked for. */
const rowShape = v.strictObject({
	package: packagePattern,
	issuer: v.optional(text),
	repository: v.optional(v.pipe(text, v.startsWith('https://'))),
	repositoryId: v.optional(text),
	ownerId: v.optional(text),
	workflow: v.optional(text),
	/** Exact, or with `*` for anything but a slash and `**` for anything. */
	ref: v.optional(pattern),
	environment: v.optional(text),
	hosted: v.optional(v.literal(true)),
	provenance: v.optional(v.literal('required')),
});
const policyShape = v.strictObject({
	version: v.literal(1),
	rows: v.pipe(v.array(rowShape), v.maxLength(10_000)),
	mutes: v.optional(v.array(v.unknown())),
});

export type PolicyRow = v.InferOutput<typeof rowShape>;
export type Policy = v.InferOutput<typeof policyShape>;

/**
 * Parses a policy as the contract has it, from a file or from storage.
 * @returns failure `wrong-shape`, whose detail says where; an unknown field is refused, since a misspelt one asks nothing.
 */
export function parsePolicy(json: unknown): Result<Policy> {
	const parsed = v.safeParse(policyShape, json);
	if (parsed.success) return success(parsed.output);
	const [issue] = parsed.issues;
	return failed('wrong-shape', `${v.getDotPath(issue) ?? 'the policy'}: ${issue.message}`);
}

/**
 * Compares a release with the rows for its package: those that name it exactly, else those of its scope; any of them will do.
 * @param identity the verified identity; `undefined` where the release has no provenance.
 * @returns `not-allowed` with the row that differs least, and how.
 */
export function comparePolicy(policy: Policy, name: string, identity: Identity | undefined): PolicyResult {
	const exact = policy.rows.filter((row) => row.package === name);
	const scope = `${name.split('/')[0]}/*`;
	const rows = exact.length > 0 ? exact : policy.rows.filter((row) => name.startsWith('@') && row.package === scope);
	const compared = rows
		.map((row) => ({ row: row.package, differences: differencesOf(row, identity) }))
		.sort((one, other) => one.differences.length - other.differences.length);
	const [nearest] = compared;
	if (!nearest) return { state: 'no-row' };
	if (nearest.differences.length === 0) return { state: 'allowed', row: nearest.row, setBy: 'you' };
	return { state: 'not-allowed', ...nearest, setBy: 'you' };
}

type Difference = NonNullable<PolicyResult['differences']>[number];

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
	// The number outlives a change of name, and a name can be taken by somebody else: where both have it, it decides.
	const byNumber = row.repositoryId !== undefined && identity.repositoryId !== undefined;
	if (byNumber) expect('repositoryId', row.repositoryId, identity.repositoryId);
	else expect('repository', row.repository ?? row.repositoryId, identity.repository);
	expect('ownerId', row.ownerId, identity.ownerId);
	expect('issuer', row.issuer, identity.issuer);
	expect('workflow', row.workflow, identity.workflow);
	expect('ref', row.ref, identity.ref, row.ref !== undefined && matchesGlob(row.ref, identity.ref));
	expect('environment', row.environment, identity.environment);
	if (row.hosted) expect('runner', 'hosted', identity.runner, isHosted(identity.runner));
	return differences;
}

function isHosted(runner: string | undefined): boolean {
	return runner === 'github-hosted' || runner === 'gitlab-hosted';
}

/** Whether the whole of `ref` is of the form `glob`. */
function matchesGlob(glob: string, ref: string): boolean {
	const parts = glob.split(/(\*+)/).map((part) => {
		if (part === '*') return '[^/]*';
		return /^\*+$/.test(part) ? '.*' : part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
	});
	return new RegExp(`^${parts.join('')}$`, 's').test(ref);
}
