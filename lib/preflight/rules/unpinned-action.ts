/** Owns the rule `unpinned-action`: code of others that a branch, tag or image name can exchange. Pure. */
import { lockKey } from '../lock.ts';
import type { Reading, Rule, Seen } from '../rule.ts';
import type { Text } from '../tree.ts';
import { isPinnedImage, parseUses, versionOf } from '../uses.ts';

export const unpinnedAction: Rule<'unpinned-action'> = {
	id: 'unpinned-action',
	*find({ jobs, lock }) {
		for (const job of jobs) {
			if (job.uses) yield* unpinned(job.uses, { job }, undefined);
			const { container } = job;
			if (container && !isPinnedImage(container.text) && !container.text.includes('${{'))
				yield { kind: 'image', at: container.at, what: container.text, job };
			for (const step of job.steps) if (step.uses) yield* unpinned(step.uses, { job, step }, lock);
		}
	},
};

type Around = Pick<Seen, 'job' | 'step'>;

/** @param lock pins actions, not reusable workflows. */
function* unpinned(text: Text, around: Around, lock: Reading['lock']): Iterable<Seen<'unpinned-action'>> {
	const uses = parseUses(text);
	const seen = { at: text.at, what: text.text, ...around };
	if (uses.kind === 'local' || uses.isPinned || text.text.includes('${{')) return;
	if (uses.kind === 'image') yield { kind: 'image', ...seen };
	else if (lock?.has(lockKey(text.text))) return;
	else if (uses.ref === '') yield { kind: 'no-ref', ...seen };
	else if (!versionOf(uses.ref)) yield { kind: 'branch', ...seen };
	else yield { kind: uses.repository.startsWith('actions/') ? 'tag-of-github' : 'tag', ...seen };
}
