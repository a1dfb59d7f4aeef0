/** Owns what is read of GitHub's answers, each of which may be of any shape. Pure. */
import * as v from 'valibot';
import { boundedList, FIRST_ONLY } from '../npm/json-bounds.ts';
import { failed, type Result, success } from '../report/result.ts';

const text = v.pipe(v.string(), v.maxLength(2048));
const sha = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/));
const word = v.nullish(text, undefined);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const person = v.nullish(v.object({ name: word }), undefined);
/** Whether GitHub could check a signature, by its own word. */
const verification = v.nullish(v.object({ verified: v.boolean(), reason: word }), undefined);

export type Verification = v.InferOutput<typeof verification>;

/** A run of GitHub Actions, or one attempt of it. */
export const runShape = v.object({
	id: count,
	status: word,
	conclusion: word,
	run_attempt: v.optional(count, 1),
	head_sha: sha,
	event: word,
	created_at: word,
});
export type Run = v.InferOutput<typeof runShape>;

export const jobsShape = v.object({
	total_count: count,
	jobs: boundedList(
		v.object({
			name: text,
			status: word,
			conclusion: word,
			steps: v.optional(boundedList(v.object({ name: text, conclusion: word }), 1000), []),
		}),
		100,
	),
});
export type Job = v.InferOutput<typeof jobsShape>['jobs'][number];

export const repositoryShape = v.object({ id: count, full_name: text, default_branch: text });
export type Repository = v.InferOutput<typeof repositoryShape>;

/** What a ref names: a commit, or a tag object. */
export const refShape = v.object({ ref: text, object: v.object({ type: text, sha }) });

export const tagShape = v.object({
	tag: text,
	object: v.object({ type: text, sha }),
	tagger: person,
	verification,
});

export const commitShape = v.object({ sha, author: person, committer: person, verification });
export type Commit = v.InferOutput<typeof commitShape>;

export const branchesShape = boundedList(v.object({ name: text }), 1000);

export const comparisonShape = v.object({ status: text });

/** Most entries of a tree: GitHub itself lists no more of one. */
export const MAX_TREE = 100_000;

export const treeShape = v.object({
	truncated: v.optional(v.boolean(), false),
	tree: boundedList(
		v.object({ path: v.string(), type: v.string(), mode: v.optional(v.string(), ''), sha, size: v.optional(count) }),
		MAX_TREE,
	),
});
export type Tree = v.InferOutput<typeof treeShape>;

/** Holds an answer against its shape. @returns failure `answer-unreadable`. */
export function parseAs<Shape extends v.GenericSchema>(shape: Shape, json: unknown): Result<v.InferOutput<Shape>> {
	const parsed = v.safeParse(shape, json, FIRST_ONLY);
	if (parsed.success) return success(parsed.output);
	const [issue] = parsed.issues;
	return failed('answer-unreadable', `${v.getDotPath(issue) ?? ''} ${issue.message}`.trim());
}
