/** Owns the allowlist: which identity a reader expects of which package, compared exactly. Pure. */
import * as v from 'valibot';
import { FIRST_ONLY } from './json.ts';
import { describeIssue, parseJsonFile, pathText } from './json-file.ts';
import { isPackageName, isPackagePattern, isVersion, patternsFor } from './release.ts';
import {
	type Change,
	type ChangedField,
	type Failure,
	failed,
	type Identity,
	type PolicyResult,
	type Report,
	type Result,
	success,
	type Verdict,
	verdictOf,
} from './report.ts';

/** In characters as JSON Schema counts them: an emoji is one. */
const LONGEST_TEXT = 2048;
const short = v.check(
	(value: string) => value.length <= LONGEST_TEXT || [...value].length <= LONGEST_TEXT,
	`it is longer than ${LONGEST_TEXT} characters`,
);
const text = v.pipe(v.string(), v.minLength(1, 'it is empty'), short);
/** More in one pattern is a slip of the pen. */
const MOST_STARS = 8;
const pattern = v.pipe(
	text,
	v.check((glob) => glob.split('*').length - 1 <= MOST_STARS, `it has more than ${MOST_STARS} stars`),
);
const packagePattern = v.pipe(text, v.check(isPackagePattern, 'it must be a name, or a whole scope as in @scope/*'));

/** What may be asked of a release of one package, or of one scope. A field left out is not asked for. */
const rowShape = v.strictObject({
	package: packagePattern,
	issuer: v.optional(text),
	repository: v.optional(v.pipe(text, v.startsWith('https://', 'it must begin with https://'))),
	repositoryId: v.optional(text),
	ownerId: v.optional(text),
	workflow: v.optional(text),
	/** Exact, or with `*` for anything but a slash and `**` for anything. */
	ref: v.optional(pattern),
	environment: v.optional(text),
	hosted: v.optional(v.literal(true)),
	provenance: v.optional(v.literal('required')),
});

/** The verdicts that are warnings and can be put aside. A `mismatch` cannot, nor can a malware advisory. */
const MUTABLE = ['not-allowed', 'lost', 'changed'] as const satisfies readonly Verdict[];
type MutableVerdict = (typeof MUTABLE)[number];

/** A warning that the reader has read and put aside: for one version, one release line, or (neither named) the package. */
const muteShape = v.pipe(
	v.strictObject({
		package: v.pipe(text, v.check(isPackageName, 'it must be the name of a package')),
		version: v.optional(v.pipe(text, v.check(isVersion, 'it must be an exact version, as in 1.2.3'))),
		/** As a Report's history names it: the major, or `0.minor`. */
		line: v.optional(v.pipe(text, v.regex(/^(0\.)?\d+$/, 'it must be a release line, as in 3 or 0.3'))),
		/** The one kind of warning that it is about; any of them where it is left out. */
		verdict: v.optional(v.picklist(MUTABLE)),
		note: v.pipe(v.string(), short),
		/** The day it was muted, `2026-11-25`. */
		date: v.pipe(text, v.isoDate('it must be a day, as in 2026-11-25')),
	}),
	v.check(
		({ version, line }) => version === undefined || line === undefined,
		'it names a version and a line, and may name only one of them',
	),
);
/** Rows, and warnings put aside, in one policy. */
const MOST = 10_000;
const TOO_MANY = 'there are more than 10,000';
const policyShape = v.pipe(
	v.strictObject({
		/** Where editors find the schema; it says nothing to us. */
		$schema: v.optional(v.string()),
		version: v.literal(1),
		rows: v.pipe(v.array(rowShape), v.maxLength(MOST, TOO_MANY)),
		mutes: v.optional(v.pipe(v.array(muteShape), v.maxLength(MOST, TOO_MANY))),
	}),
	v.transform(({ $schema: _schema, ...policy }) => policy),
);

export type PolicyRow = v.InferOutput<typeof rowShape>;
export type Mute = v.InferOutput<typeof muteShape>;
export type Policy = v.InferOutput<typeof policyShape>;

/** Longest policy file, in characters: ten thousand full rows fit in. */
export const LONGEST_FILE = 8_000_000;

/**
 * Parses a policy as the contract has it, from a file or from storage.
 * @returns failure `wrong-shape`, whose detail says where; an unknown field is refused, since a misspelt one asks nothing.
 */
export function parsePolicy(json: unknown): Result<Policy> {
	const parsed = v.safeParse(policyShape, json, FIRST_ONLY);
	if (parsed.success) return success(parsed.output);
	const [issue] = parsed.issues;
	return failed('wrong-shape', `${pathText(pathOf(issue)) || 'the policy'}: ${describeIssue(issue)}`);
}

/**
 * Parses a policy file, strictly as JSON.
 * @returns failures `not-json`, `too-large` and `wrong-shape`; the detail begins with the line, as in `line 7, rows.2.ref: ...`.
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
export function parsePolicyFile(text: string): Result<Policy> {
	const file = parseJsonFile(text, LONGEST_FILE);
	if (!file.ok) return file;
	const parsed = v.safeParse(policyShape, file.value.value, FIRST_ONLY);
	if (parsed.success) return success(parsed.output);
	const [issue] = parsed.issues;
	const path = pathOf(issue);
	return failed(
		'wrong-shape',
		`line ${file.value.lineOf(path)}, ${pathText(path) || 'the policy'}: ${describeIssue(issue)}`,
	);
}

function pathOf({ path }: v.BaseIssue<unknown>): (string | number)[] {
	return (path ?? []).map(({ key }) => key as string | number);
}

/** The same policy as a file: the fields in the order of their meaning, ready for `parsePolicyFile`. */
export function policyText(policy: Policy): string {
	return `${JSON.stringify(policy, null, 2)}\n`;
}

/**
 * The row that expects of a package what this release has: everything in its identity, and of a tag or branch what will be
 * the same the next time.
 * @param version the release's, which gives way to `*` in the name of its tag.
 */
export function rowFor(name: string, version: string, identity: Identity): PolicyRow {
	const { issuer, repository, repositoryId, ownerId, workflow, environment, runner } = identity;
	const ref = identity.ref.startsWith('refs/tags/') ? identity.ref.replace(version, '*') : identity.ref;
	return {
		package: name,
		issuer,
		repository,
		...(repositoryId !== undefined && { repositoryId }),
		...(ownerId !== undefined && { ownerId }),
		workflow,
		ref,
		...(environment !== undefined && { environment }),
		...(isHosted(runner) && { hosted: true as const }),
		provenance: 'required',
	};
}

/** What would come of a row. */
interface TriedRow {
	row: PolicyRow;
	/** How the release at hand differs from the row, if it does. */
	differences: Difference[];
	/** What the allowlist with this row in it would say of the release; absent where there is none at hand. */
	result?: PolicyResult;
	/** Why it will hardly ever fit. */
	doubts: RowDoubt[];
}

/**
 * What would come of a row before it is saved.
 * @param release the release at hand, with its identity where it has one; absent where there is none at hand.
 * @param others the rows that there are besides.
 * @returns `refused`, the failure (`wrong-shape`) for which it is no row.
 */
export function tryRow(
	row: unknown,
	release?: { name: string; identity: Identity | undefined },
	others: readonly PolicyRow[] = [],
): TriedRow | { refused: Failure } {
	const parsed = parsePolicy({ version: 1, rows: [row] });
	if (!parsed.ok)
		return { refused: { ...parsed.failure, detail: parsed.failure.detail?.replace(/^rows\.0\.?/, '') ?? '' } };
	const [tried] = parsed.value.rows as [PolicyRow];
	const alone = release && comparePolicy(parsed.value, release.name, release.identity);
	const joined =
		release && comparePolicy(withRow({ version: 1, rows: [...others] }, tried), release.name, release.identity);
	return {
		row: tried,
		differences: alone?.differences ?? [],
		...(joined && { result: joined }),
		doubts: doubtsAbout(tried),
	};
}

/** A row that can be kept, and is most likely a slip: no certificate has such a value. */
export type RowDoubt = 'repository-ending' | 'ref-short' | 'issuer-no-address';

function doubtsAbout({ repository, ref, issuer }: PolicyRow): RowDoubt[] {
	const doubts: RowDoubt[] = [];
	if (repository !== undefined && /(\/|\.git)$/.test(repository)) doubts.push('repository-ending');
	if (ref !== undefined && !/^(refs\/|\*)/.test(ref)) doubts.push('ref-short');
	if (issuer !== undefined && !issuer.startsWith('https://')) doubts.push('issuer-no-address');
	return doubts;
}

/** The policy with this row as its last, or in the place of `instead`; a row that is there already is not said twice. */
export function withRow(policy: Policy, row: PolicyRow, instead?: PolicyRow): Policy {
	const at = instead === undefined ? -1 : policy.rows.findIndex((one) => isSame(one, instead));
	const rows = policy.rows.toSpliced(at === -1 ? policy.rows.length : at, 1, row);
	return { ...policy, rows: eachOnce(rows) };
}

/** The policy without this row. */
export function withoutRow(policy: Policy, row: PolicyRow): Policy {
	return { ...policy, rows: policy.rows.filter((one) => !isSame(one, row)) };
}

/**
 * Both policies' rows and mutes, those of `policy` first, each once; of two mutes for the same warning the one of `more`.
 * @returns failure `wrong-shape` where they are too many.
 */
export function joinPolicies(policy: Policy, more: Policy): Result<Policy> {
	const rows = eachOnce([...policy.rows, ...more.rows]);
	const newer = new Map((more.mutes ?? []).map((mute) => [warningOf(mute), mute]));
	const older = (policy.mutes ?? []).filter((mute) => !newer.has(warningOf(mute)));
	const mutes = [...older, ...newer.values()];
	return parsePolicy({ ...policy, rows, ...((policy.mutes || mutes.length > 0) && { mutes }) });
}

/** Of which releases, and which warning, a mute is: text that no other has. */
function warningOf({ package: name, version, line, verdict }: Mute): string {
	return JSON.stringify([name, version, line, verdict]);
}

/**
 * As much of a policy as can be read, row by row and mute by mute: for one that was set aside as a whole.
 * @returns `undefined` where nothing of it can be read; `unread` counts the rows and mutes that are not in `policy`.
 */
export function salvagePolicy(json: unknown): { policy: Policy; unread: number } | undefined {
	const given = (json ?? {}) as { rows?: unknown; mutes?: unknown };
	const [rows, mutes] = [listOf(given.rows), listOf(given.mutes)];
	const readRows = rows.filter((row) => v.is(rowShape, row)).slice(0, MOST);
	const readMutes = mutes.filter((mute) => v.is(muteShape, mute)).slice(0, MOST);
	if (readRows.length + readMutes.length === 0) return undefined;
	const policy = parsePolicy({ version: 1, rows: readRows, ...(readMutes.length > 0 && { mutes: readMutes }) });
	const unread = rows.length + mutes.length - readRows.length - readMutes.length;
	return policy.ok ? { policy: policy.value, unread } : undefined;
}

function listOf(json: unknown): unknown[] {
	return Array.isArray(json) ? json : [];
}

/** The mutes of `policy` that `other` lacks. */
export function mutesBeyond(policy: Policy, other: Policy): Mute[] {
	const there = new Set((other.mutes ?? []).map((mute) => JSON.stringify(mute)));
	return (policy.mutes ?? []).filter((mute) => !there.has(JSON.stringify(mute)));
}

/** Whether two rows, or two policies, say the same; as parsed, their fields stand in one order. */
export function isSame(one: unknown, other: unknown): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}

function eachOnce<T>(list: readonly T[]): T[] {
	return [...new Map(list.map((one) => [JSON.stringify(one), one])).values()];
}

/** Whether a verdict is a warning that can be put aside. */
export function isMutable(verdict: Verdict): verdict is MutableVerdict {
	return (MUTABLE as readonly Verdict[]).includes(verdict);
}

/**
 * The warnings of a Report that can be put aside: its verdict; and where that is the allowlist's, the one that lies under it, which
 * must not be put aside unseen.
 */
export function warningsOf(report: Pick<Report, 'verdict' | 'claims' | 'history' | 'findings'>): MutableVerdict[] {
	const { verdict, claims, history, findings } = report;
	const under = verdict === 'not-allowed' ? [verdictOf({ claims, findings, ...(history && { history }) })] : [];
	return [verdict, ...under].filter(isMutable);
}

/** The policy with this mute as its last, in place of one for the very same releases and warning. */
export function withMute(policy: Policy, mute: Mute): Policy {
	const warning = warningOf(mute);
	const others = (policy.mutes ?? []).filter((other) => warningOf(other) !== warning);
	return { ...policy, mutes: [...others, mute] };
}

/** The mute that holds for a warning about a release, the narrowest first; `undefined` where there is none. */
export function muteOf(
	policy: Policy,
	name: string,
	version: string,
	line: string | undefined,
	verdict: MutableVerdict,
): Mute | undefined {
	const ofPackage = (policy.mutes ?? []).filter(
		(mute) => mute.package === name && (mute.verdict ?? verdict) === verdict,
	);
	return (
		ofPackage.find((mute) => mute.version === version) ??
		ofPackage.find((mute) => line !== undefined && mute.line === line) ??
		ofPackage.find((mute) => mute.version === undefined && mute.line === undefined)
	);
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

/** What a row says of each thing that can change between releases; of the others a row says nothing. */
const FIELDS_OF_CHANGE: Partial<Record<ChangedField, readonly (keyof PolicyRow)[]>> = {
	repository: ['repository', 'repositoryId'],
	repositoryId: ['repositoryId'],
	owner: ['repository', 'repositoryId', 'ownerId'],
	ownerId: ['ownerId', 'repositoryId'],
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
			differencesOf(row, identity).length === 0 &&
			changes.every(({ field }) => FIELDS_OF_CHANGE[field]?.some((named) => row[named] !== undefined)),
	)?.package;
}

/** The rows for a package: those that name it exactly, else those of its scope. */
function rowsFor(policy: Policy, name: string): PolicyRow[] {
	return patternsFor(name)
		.map((pattern) => policy.rows.filter((row) => row.package === pattern))
		.reduce((exact, ofScope) => (exact.length > 0 ? exact : ofScope), []);
}

/** Whose numbers a row means that names neither issuer nor repository. */
const HOST_OF_NUMBERS = 'https://github.com';

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
	// Numbers are a host's own: another host's repository may have the same one.
	const hasNumber = row.repositoryId !== undefined || row.ownerId !== undefined;
	if (hasNumber && row.issuer === undefined && row.repository === undefined)
		expect('host', HOST_OF_NUMBERS, originOf(identity.repository));
	// The number outlives a change of name, and a name can be taken by somebody else: where both have it, it decides.
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

function isHosted(runner: string | undefined): boolean {
	return runner === 'github-hosted' || runner === 'gitlab-hosted';
}

/**
 * Whether the whole of `ref` is of the form `glob`. No regular expression: these take time without end for some patterns, and
 * here each piece only moves the places that can be reached.
 */
function matchesGlob(glob: string, ref: string): boolean {
	let places = new Set([0]);
	for (const piece of glob.match(/\*+|[^*]+/g) ?? []) {
		const reached = new Set<number>();
		for (const from of places) {
			if (!piece.startsWith('*')) {
				if (ref.startsWith(piece, from)) reached.add(from + piece.length);
				continue;
			}
			for (let at = from; at <= ref.length && !reached.has(at); at += 1) {
				reached.add(at);
				if (piece === '*' && ref[at] === '/') break;
			}
		}
		places = reached;
	}
	return places.has(ref.length);
}
