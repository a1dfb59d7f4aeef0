/** Owns the rule `cache-in-release`: files that an earlier run left in the cache, in a job that reaches what is published. Pure. */
import { isPublisher, type ReachingJob } from '../publishing.ts';
import type { Rule } from '../rule.ts';
import type { KindOf } from '../rule-kinds.ts';
import { parseUses, type Uses } from '../uses.ts';
import { inputOf, type Step, type Workflow } from '../workflow.ts';

export const cacheInRelease: Rule<'cache-in-release'> = {
	id: 'cache-in-release',
	*find({ workflow, jobs }) {
		for (const job of jobs) {
			const mode = modeOf(job, workflow);
			if (mode === 'none' || mode === 'write-only') continue;
			for (const step of job.steps) {
				const seen = step.uses && cacheOf(step, parseUses(step.uses));
				if (!step.uses || !seen || (seen === 'automatic' && job.reach === 'hands-on')) continue;
				yield { kind: weighed(seen, mode, job), at: step.uses.at, what: step.uses.text, job, step };
			}
		}
	},
};

/** The job's `cache-mode` wins over the workflow's. */
function modeOf(job: ReachingJob, workflow: Workflow): string | undefined {
	return (job.cacheMode ?? workflow.cacheMode)?.trim();
}

function weighed(seen: Cached, mode: string | undefined, job: ReachingJob): KindOf<'cache-in-release'> {
	if (seen !== 'restored') return seen;
	if (mode === 'read') return 'read-only';
	return isPublisher(job) || job.reach === 'mints-token' ? 'restored' : 'handed-on';
}

type Cached = 'restored' | 'conditional' | 'automatic';

/** Inputs that switch a cache on, whichever action has them. */
const SWITCHES = ['cache', 'bundler-cache', 'enable-cache', 'use-cache'];

/** What a step takes from the cache, as far as the file shows it. */
function cacheOf(step: Step, uses: Uses): Cached | undefined {
	if (uses.kind !== 'repository') return undefined;
	const name = uses.repository.split('/').at(-1) ?? '';
	if (/^(?:cache|rust-cache|.+-cache-action)$/.test(name) && uses.path !== 'save') {
		const only = inputOf(step, 'lookup-only')?.text;
		return only === 'true' ? undefined : only?.includes('${{') || step.if ? 'conditional' : 'restored';
	}
	if (name === 'cache') return undefined;
	for (const input of SWITCHES) {
		const value = inputOf(step, input)?.text.trim();
		if (value === undefined || value === '' || /^(?:false|auto)$/i.test(value)) continue;
		return value.includes('${{') ? 'conditional' : 'restored';
	}
	return uses.repository === 'actions/setup-node' && isAutomatic(step, uses) ? 'automatic' : undefined;
}

/** setup-node caches by itself since version 5, by what package.json says. */
function isAutomatic(step: Step, { version }: Extract<Uses, { kind: 'repository' }>): boolean {
	if (version && version.major < 5) return false;
	return inputOf(step, 'package-manager-cache')?.text.trim().toLowerCase() !== 'false' && !inputOf(step, 'cache');
}
