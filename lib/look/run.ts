/** Owns the look at the run: how the attested attempt ended, and the job that published. */
import type { Job, Run } from '../external/github-shapes.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import { fetchBuildFile } from './build-file.ts';
import { type LookResult, type LookWorld, readOf, refused, repositoryFailure, type Source } from './world.ts';

const DAY_MS = 24 * 3600 * 1000;
/** GitHub keeps the logs of public repositories no longer. @see https://docs.github.com/en/actions */
const LOG_DAYS = 90;

/**
 * Asks GitHub for the attested run: two requests, three where it was started again since.
 * @returns `run-concluded`, `run-failed`, `run-not-ended`, `run-of-another-commit`, `run-gone`; failures of asking, and `commit-unknown` where no run is named.
 */
export async function lookAtRun(source: Source, world: LookWorld): Promise<LookResult> {
	const { slug, identity } = source;
	const { github } = world;
	const [, id, attempt = '1'] = /\/actions\/runs\/(\d{1,20})(?:\/attempts\/(\d{1,6}))?$/.exec(identity.run ?? '') ?? [];
	if (id === undefined) return refused({ code: 'commit-unknown', detail: 'the record names no run' });
	const read = readOf(`${source.repository}/actions/runs/${id}/attempts/${attempt}`, world);
	const newest = await github.fetchRun(slug, id);
	if (!newest.ok) return refused(newest.failure);
	if (!newest.value) {
		const failure = await repositoryFailure(github, slug);
		return failure ? refused(failure) : { findings: [makeFinding('run-gone', read)] };
	}
	const isNewest = String(newest.value.run_attempt) === attempt;
	const attested = isNewest ? newest : await github.fetchRun(slug, id, attempt);
	if (!attested.ok) return refused(attested.failure);
	if (!attested.value) return { findings: [makeFinding('run-gone', read)] };
	const jobs = await github.fetchJobs(slug, id, attempt);
	const file = jobs.ok && (jobs.value?.length ?? 0) > 1 ? await fetchBuildFile(source, world) : undefined;
	const publishers = file?.ok ? file.value.publishers : [];
	const findings = findInRun(attested.value, (jobs.ok && jobs.value) || [], {
		publishers,
		attempts: newest.value.run_attempt,
		attested: source.commit,
		read,
	});
	return { findings, ...(!jobs.ok && { failure: jobs.failure }) };
}

interface About {
	/** Names of the jobs that publish, by the build file. */
	publishers: readonly string[];
	/** How often the run was started. */
	attempts: number;
	/** The attested commit. */
	attested: string;
	read: { address: string; readAt: string };
}

/** What one attempt of a run says. Pure. @param jobs of the attempt; none where they are not known. */
function findInRun(run: Run, jobs: readonly Job[], { publishers, attempts, attested, read }: About): Finding[] {
	const conclusion = run.conclusion ?? `not ended (${run.status ?? 'no status'})`;
	const published = publishingJob(jobs, publishers);
	const age = Date.parse(read.readAt) - Date.parse(run.created_at ?? '');
	const data = {
		conclusion,
		attempt: run.run_attempt,
		attempts,
		commit: run.head_sha,
		...(published && { job: published.name, jobConclusion: published.conclusion ?? 'not ended' }),
		log: age > LOG_DAYS * DAY_MS ? ('past-its-time' as const) : ('after-login' as const),
		...read,
	};
	const hasFailed = [run.conclusion, published?.conclusion].some((one) => one && !WELL.has(one));
	const isOther = run.head_sha.toLowerCase() !== attested;
	const other = isOther ? [makeFinding('run-of-another-commit', { ...data, attested })] : [];
	if (hasFailed) return [...other, makeFinding('run-failed', data)];
	if (!run.conclusion) return [...other, makeFinding('run-not-ended', data)];
	return isOther ? other : [makeFinding('run-concluded', data)];
}

const WELL = new Set(['success', 'neutral', 'skipped']);

/** The job that published: by the build file's names, or the only one that there is. Of several, one that failed. */
function publishingJob(jobs: readonly Job[], publishers: readonly string[]): Job | undefined {
	// What was skipped published nothing.
	const ran = jobs.filter(({ conclusion }) => conclusion !== 'skipped');
	if (jobs.length === 1) return ran[0];
	// A matrix adds its values in brackets, a reusable workflow its own job behind a slash.
	const isOf = (job: string, name: string) =>
		job === name || job.startsWith(`${name} (`) || job.startsWith(`${name} / `);
	const found = ran.filter(({ name }) => publishers.some((publisher) => isOf(name, publisher)));
	return found.find(({ conclusion }) => conclusion && !WELL.has(conclusion)) ?? found[0];
}
