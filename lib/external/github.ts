/** Owns the questions to GitHub, asked without a token: 60 an hour for each address, counted by what GitHub says. */
import type * as v from 'valibot';
import { GITHUB_API, GITHUB_RAW } from '../npm/hosts.ts';
import type { JsonLimits } from '../npm/json-bounds.ts';
import { parseJson } from '../npm/json-stream.ts';
import type { Allowance } from '../report/looks.ts';
import { failed, type Result, success } from '../report/result.ts';
import { type Answer, ask } from './ask.ts';
import {
	branchesShape,
	type Commit,
	commitShape,
	comparisonShape,
	type Job,
	jobsShape,
	MAX_TREE,
	parseAs,
	type Repository,
	type Run,
	refShape,
	repositoryShape,
	runShape,
	type Tree,
	tagShape,
	treeShape,
	type Verification,
} from './github-shapes.ts';

/** A tag of a repository. */
export interface Tag {
	name: string;
	/** The commit that it names; absent where it names something else. */
	commit?: string;
	/** Of an annotated tag; a mere name for a commit (lightweight) has none. */
	annotation?: { tagger?: string | undefined; verification?: Verification };
}

/**
 * GitHub, as far as looks need it. An answer is kept for some minutes, so that looks after each other ask nothing twice. Where nothing is said
 * of it, `undefined` means that GitHub has no such thing, or hides it (404). Failures of all: `source-unreachable`, `answer-unreadable`,
 * `requests-spent` (its detail is the time from which it may be asked again).
 */
export interface GitHub {
	/** What GitHub said last of the requests that are left. */
	allowance(): Allowance | undefined;
	fetchRepository(slug: string): Promise<Result<Repository | undefined>>;
	/** @param attempt from 1. */
	fetchRun(slug: string, id: string, attempt?: string): Promise<Result<Run | undefined>>;
	/** The jobs of an attempt, at most 100. */
	fetchJobs(slug: string, id: string, attempt: string): Promise<Result<Job[] | undefined>>;
	/** The tag of exactly this name; one more request for an annotated one. */
	fetchTag(slug: string, name: string): Promise<Result<Tag | undefined>>;
	fetchCommit(slug: string, sha: string): Promise<Result<Commit | undefined>>;
	/** Branches whose newest commit it is. */
	fetchBranchesAt(slug: string, sha: string): Promise<Result<string[] | undefined>>;
	/** Whether a commit is in a branch: its newest, or an earlier one. */
	isInBranch(slug: string, branch: string, sha: string): Promise<Result<boolean | undefined>>;
	/** All files of a commit, as far as GitHub lists them. */
	fetchTree(slug: string, sha: string): Promise<Result<Tree | undefined>>;
	/** The text of one file of a commit; not counted among the requests. Invalid UTF-8 becomes U+FFFD. */
	fetchFile(slug: string, sha: string, path: string): Promise<Result<string | undefined>>;
}

interface GitHubOptions {
	/** One address that answers for both the API and the files: for tests and mirrors. */
	base?: string | undefined;
	signal?: AbortSignal | undefined;
	now?: () => Date;
}

const SMALL = { bytes: 8 * 1024 * 1024, json: { values: 100_000 } };
/** GitHub cuts a tree at 7 MB of names; its addresses make that several times as much. */
const LARGE = { bytes: 64 * 1024 * 1024, json: { values: 10 * MAX_TREE } };
const MAX_FILE = 4 * 1024 * 1024;

/** How long an answer is kept, and how many are: the list of files of a commit may be large. */
const KEPT_MS = 5 * 60_000;
const MAX_KEPT = 40;

/** GitHub at its own addresses, or at `base`. @see https://docs.github.com/rest */
export function createGitHub({ base, signal, now = () => new Date() }: GitHubOptions = {}): GitHub {
	const own = base?.replace(/\/+$/, '');
	const kept = new Map<string, { asked: Promise<Result<unknown>>; at: number }>();
	let allowance: Allowance | undefined;
	/** When GitHub asked to wait without naming its count. */
	let waitUntil: string | undefined;

	/** Until when nothing may be asked. */
	function spentUntil(): string | undefined {
		const until = allowance?.remaining === 0 ? allowance.resetAt : waitUntil;
		return until !== undefined && now().toISOString() < until ? until : undefined;
	}

	/** Notes what an answer says of further ones. @returns the time from which to ask again, where this one was refused for that. */
	function note({ headers, status }: Answer): string | undefined {
		const read = (name: string) => readCount(headers.get(name));
		const [limit, remaining, reset] = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'].map(read);
		if (limit !== undefined && remaining !== undefined && reset !== undefined)
			allowance = { limit, remaining, resetAt: new Date(reset * 1000).toISOString() };
		if (status !== 403 && status !== 429) return undefined;
		const wait = read('retry-after');
		if (wait === undefined && remaining === 0 && allowance) return allowance.resetAt;
		if (wait === undefined && status === 403) return undefined;
		waitUntil = new Date(now().getTime() + (wait ?? 60) * 1000).toISOString();
		return waitUntil;
	}

	async function get(
		path: string,
		{ bytes, json: limits }: { bytes: number; json: JsonLimits },
	): Promise<Result<unknown>> {
		const until = spentUntil();
		if (until !== undefined) return failed('requests-spent', until);
		const headers = { 'x-github-api-version': '2022-11-28' };
		const asked = await ask(`${own ?? GITHUB_API}/${path}`, {
			accept: 'application/vnd.github+json',
			bytes,
			signal,
			headers,
		});
		if (!asked.ok) return asked;
		const spent = note(asked.value);
		const { status, body } = asked.value;
		if (status === 200) {
			const json = await parseJson(body, undefined, limits);
			return json.ok ? json : failed('answer-unreadable', json.failure.detail ?? json.failure.code);
		}
		if (status === 404) return success(undefined);
		return spent === undefined ? failed('source-unreachable', `status ${status}`) : failed('requests-spent', spent);
	}

	/** One question, asked once. What failed may be asked again. */
	async function once<Shape extends v.GenericSchema>(
		path: string,
		shape: Shape,
		limits: { bytes: number; json: JsonLimits } = SMALL,
	): Promise<Result<v.InferOutput<Shape> | undefined>> {
		const time = now().getTime();
		for (const [one, { at }] of kept) if (time - at > KEPT_MS || kept.size > MAX_KEPT) kept.delete(one);
		const { asked } = kept.get(path) ?? { asked: get(path, limits) };
		if (!kept.has(path)) kept.set(path, { asked, at: time });
		const answer = await asked;
		if (!answer.ok) kept.delete(path);
		return answer.ok && answer.value !== undefined ? parseAs(shape, answer.value) : (answer as Result<undefined>);
	}

	const ofRun = (slug: string, id: string) => `repos/${slug}/actions/runs/${id}`;
	return {
		allowance: () => allowance,
		fetchRepository: (slug) => once(`repos/${slug}`, repositoryShape),
		fetchRun: (slug, id, attempt) =>
			once(`${ofRun(slug, id)}${attempt === undefined ? '' : `/attempts/${attempt}`}`, runShape),
		async fetchJobs(slug, id, attempt) {
			const answer = await once(`${ofRun(slug, id)}/attempts/${attempt}/jobs?per_page=100`, jobsShape);
			return answer.ok ? success(answer.value?.jobs) : answer;
		},
		async fetchTag(slug, name) {
			const answer = await once(`repos/${slug}/git/ref/tags/${escapePath(name)}`, refShape);
			if (!answer.ok || answer.value?.ref !== `refs/tags/${name}`) return answer.ok ? success(undefined) : answer;
			const { type, sha } = answer.value.object;
			if (type !== 'tag') return success({ name, ...(type === 'commit' && { commit: sha }) });
			const annotated = await once(`repos/${slug}/git/tags/${sha}`, tagShape);
			if (!annotated.ok || !annotated.value) return annotated as Result<undefined>;
			const { object, tagger, verification } = annotated.value;
			return success({
				name,
				...(object.type === 'commit' && { commit: object.sha }),
				annotation: { tagger: tagger?.name, verification },
			});
		},
		fetchCommit: (slug, sha) => once(`repos/${slug}/git/commits/${sha}`, commitShape),
		async fetchBranchesAt(slug, sha) {
			const answer = await once(`repos/${slug}/commits/${sha}/branches-where-head`, branchesShape);
			return answer.ok ? success(answer.value?.map(({ name }) => name)) : answer;
		},
		async isInBranch(slug, branch, sha) {
			const answer = await once(
				`repos/${slug}/compare/${encodeURIComponent(branch)}...${sha}?per_page=1`,
				comparisonShape,
			);
			if (!answer.ok || !answer.value) return answer as Result<undefined>;
			return success(['behind', 'identical'].includes(answer.value.status));
		},
		fetchTree: (slug, sha) => once(`repos/${slug}/git/trees/${sha}?recursive=1`, treeShape, LARGE),
		async fetchFile(slug, sha, path) {
			const address = `${own ?? GITHUB_RAW}/${slug}/${sha}/${escapePath(path)}`;
			const asked = await ask(address, { accept: '*/*', bytes: MAX_FILE, signal });
			if (!asked.ok) return asked;
			const { status, body } = asked.value;
			if (status === 404) return success(undefined);
			return status === 200 ? success(await body.text()) : failed('source-unreachable', `status ${status}`);
		},
	};
}

/** A path with its slashes as they are, and the `@` that tags of releases have. */
function escapePath(path: string): string {
	return encodeURIComponent(path).replaceAll('%2F', '/').replaceAll('%40', '@');
}

function readCount(header: string | null): number | undefined {
	return header !== null && /^\d{1,12}$/.test(header) ? Number(header) : undefined;
}
