/** Owns the look at the build file: what Preflight's rules see in it at the attested commit. */
import { defaultsOn, zizmorAudit } from '../preflight/rule-facts.ts';
import type { PreflightFinding } from '../preflight/run.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import { type Failure, failed } from '../report/result.ts';
import { type BuildFile, fetchBuildFile } from './build-file.ts';
import { type LookResult, type LookWorld, readOf, refused, type Source } from './world.ts';

/**
 * Reads the build file, which GitHub does not count as a request.
 * @param at ISO time of the release, for the defaults that held then.
 * @returns `build-file-RULE` for each thing that a rule saw; failures of asking, `not-yaml`, `publishing-not-seen`, and
 *   `not-all-looked-at` beside what was found.
 */
export async function lookAtWorkflow(source: Source, at: string, world: LookWorld): Promise<LookResult> {
	const file = await fetchBuildFile(source, world);
	if (!file.ok) return refused(file.failure);
	const failure = reasonOf(file.value);
	return { findings: findInBuildFile(file.value, at, world), ...(failure && { failure }) };
}

/** Why what was found is not all that there may be. */
function reasonOf({ read, notFollowed }: BuildFile): Failure | undefined {
	const jobs = read.jobs.filter(({ reach }) => reach === 'may-publish').map(({ id }) => id);
	const calls = read.publishing === 'not-seen' ? notFollowed : read.notFollowed.map(({ uses }) => uses);
	const parts = [
		read.publishing === 'perhaps' && `only perhaps publishes: ${jobs.join(', ')}`,
		calls.length > 0 && `not followed: ${calls.join(', ')}`,
		read.isCut && 'a rule found more than is kept',
	].filter((part) => part !== false);
	const detail = parts.length > 0 ? parts.join('; ') : undefined;
	// Without a job that publishes no rule has anything to read.
	if (read.publishing === 'not-seen') return failed('publishing-not-seen', detail).failure;
	return detail === undefined ? undefined : failed('not-all-looked-at', detail).failure;
}

/** The findings of one build file, those to look at before those to note. Pure but for the clock. */
function findInBuildFile({ read, page }: BuildFile, at: string, world: Pick<LookWorld, 'now'>): Finding[] {
	const rank = ({ weight }: PreflightFinding) => (weight === 'look' ? 0 : 1);
	return read.findings
		.toSorted((one, other) => rank(one) - rank(other))
		.map((finding) => {
			const { rule, kind, weight, line, what, job, condition } = finding;
			const audit = zizmorAudit(rule, kind as never);
			const defaults = defaultsOn(rule, kind as never, at);
			const data = {
				kind,
				weight,
				line,
				...(what !== undefined && { what }),
				...(job !== undefined && { job }),
				...(condition !== undefined && { condition }),
				...(audit !== undefined && { zizmor: audit }),
				...(defaults.length > 0 && { defaults }),
				...readOf(`${page}#L${line}`, world),
			};
			// A rule and its kind fit each other; which they are is known only here.
			return makeFinding(`build-file-${rule}`, data as never) as Finding;
		});
}
