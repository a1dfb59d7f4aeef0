/** Owns the form of an allowlist, in a file, in storage and as an organisation sets it. */
import * as v from 'valibot';
import { FIRST_ONLY } from '../npm/json-bounds.ts';
import { describeIssue, pathText } from '../npm/json-place.ts';
import { isPackageName, isPackagePattern, isVersion } from '../npm/spec.ts';
import { failed, type Result, success } from '../report/result.ts';
import type { Verdict } from '../report/verdict.ts';
import { MAX_STARS } from './glob.ts';

/** In characters as JSON Schema counts them: an emoji is one. */
const MAX_TEXT = 2048;

const short = v.check(
	(value: string) => value.length <= MAX_TEXT || [...value].length <= MAX_TEXT,
	`it is longer than ${MAX_TEXT} characters`,
);

const text = v.pipe(v.string(), v.minLength(1, 'it is empty'), short);

const pattern = v.pipe(
	text,
	v.check((glob) => glob.split('*').length - 1 <= MAX_STARS, `it has more than ${MAX_STARS} stars`),
);

const packagePattern = v.pipe(text, v.check(isPackagePattern, 'it must be a name, or a whole scope as in @scope/*'));

/** What may be asked of a release of one package, or of one scope. A field left out is not asked for. */
export const rowShape = v.strictObject({
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

/** The verdicts that are warnings and can be dismissed. A `mismatch` cannot, nor can a malware advisory. */
const MUTABLE = ['not-allowed', 'lost', 'changed'] as const satisfies readonly Verdict[];

export type MutableVerdict = (typeof MUTABLE)[number];

/** A warning that the reader has read and dismissed: for one version, one release line, or (if neither is named) the package. */
export const muteShape = v.pipe(
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

/** Most rows, and most dismissed warnings, in one policy. */
export const MAX_COUNTS = 10_000;

const TOO_MANY = 'there are more than 10,000';

export const policyShape = v.pipe(
	v.strictObject({
		/** Where editors find the schema; it says nothing to us. */
		$schema: v.optional(v.string()),
		version: v.literal(1),
		rows: v.pipe(v.array(rowShape), v.maxLength(MAX_COUNTS, TOO_MANY)),
		mutes: v.optional(v.pipe(v.array(muteShape), v.maxLength(MAX_COUNTS, TOO_MANY))),
	}),
	v.transform(({ $schema: _schema, ...policy }) => policy),
);

export type PolicyRow = v.InferOutput<typeof rowShape>;

export type Mute = v.InferOutput<typeof muteShape>;

export type Policy = v.InferOutput<typeof policyShape>;

/**
 * Parses a policy as the contract has it, from a file or from storage.
 * @returns failure `wrong-shape`, whose detail says where; an unknown field is refused, since a misspelt one asks nothing.
 */
export function parsePolicy(json: unknown): Result<Policy> {
	const { policy, fault } = checkPolicy(json);
	return policy
		? success(policy)
		: failed('wrong-shape', `${pathText(fault.path) || 'the policy'}: ${describeIssue(fault.issue)}`);
}

/** The first thing that is wrong with a policy. */
interface PolicyFault {
	/** Keys and places of lists, from the whole to the value. */
	path: (string | number)[];
	issue: v.BaseIssue<unknown>;
}

/** As `parsePolicy`; the fault as data, for those who name it otherwise. */
export function checkPolicy(json: unknown): { policy: Policy; fault?: never } | { policy?: never; fault: PolicyFault } {
	const parsed = v.safeParse(policyShape, json, FIRST_ONLY);
	if (parsed.success) return { policy: parsed.output };
	const [issue] = parsed.issues;
	return { fault: { path: pathOf(issue), issue } };
}

export function pathOf({ path }: v.BaseIssue<unknown>): (string | number)[] {
	return (path ?? []).map(({ key }) => key as string | number);
}

/** Whether a verdict is a warning that can be dismissed. */
export function isMutable(verdict: Verdict): verdict is MutableVerdict {
	return (MUTABLE as readonly Verdict[]).includes(verdict);
}

export function isHosted(runner: string | undefined): boolean {
	return runner === 'github-hosted' || runner === 'gitlab-hosted';
}
