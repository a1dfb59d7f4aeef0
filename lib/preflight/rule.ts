/** Owns what a rule is given and gives. */
import type { Lock } from './lock.ts';
import type { ReachingJob } from './publishing.ts';
import type { KindOf, RuleId } from './rule-kinds.ts';
import type { Text } from './tree.ts';
import type { Step, Workflow } from './workflow.ts';

/** One workflow as rules read it. */
export interface Reading {
	workflow: Workflow;
	/** Those that can reach what is published; nothing else is looked at. */
	jobs: readonly ReachingJob[];
	/** What `actions.lock` beside it pins for this file. */
	lock?: Lock;
}

/** One thing that a rule sees. */
export interface Seen<Id extends RuleId = RuleId> {
	kind: KindOf<Id>;
	/** Where it is in the file: a value, and how far into its text; or an offset in the file. */
	at: number | { text: Text; index: number };
	/** Text from outside that names it. */
	what?: string;
	job?: ReachingJob;
	step?: Step;
}

/** A rule. It asks nothing of the network, throws nothing, and reads only `jobs`. */
export interface Rule<Id extends RuleId = RuleId> {
	id: Id;
	find(reading: Reading): Iterable<Seen<Id>>;
}
