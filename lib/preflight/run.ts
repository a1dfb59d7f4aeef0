/** Owns Preflight: the list of rules, and what they find in one workflow file. Pure. */
import type { Locks } from './lock.ts';
import { makesProvenance } from './provenance.ts';
import {
	findReaching,
	isHeir,
	isPublisher,
	levelOf,
	type Reach,
	type Reaching,
	type ReachingJob,
} from './publishing.ts';
import { isStaged } from './publishing-steps.ts';
import type { Rule, Seen } from './rule.ts';
import { type KindOf, RULE_KINDS, type RuleId, type Weight } from './rule-kinds.ts';
import { broadPermissions } from './rules/broad-permissions.ts';
import { cacheInRelease } from './rules/cache-in-release.ts';
import { dangerousTrigger } from './rules/dangerous-trigger.ts';
import { inheritedSecrets } from './rules/inherited-secrets.ts';
import { inputReachesPublish } from './rules/input-reaches-publish.ts';
import { installScriptsWithIdToken } from './rules/install-scripts-with-id-token.ts';
import { noEnvironment } from './rules/no-environment.ts';
import { persistedCredentials } from './rules/persisted-credentials.ts';
import { pipeToShell } from './rules/pipe-to-shell.ts';
import { publishToken } from './rules/publish-token.ts';
import { selfHostedRunner } from './rules/self-hosted-runner.ts';
import { templateInjection } from './rules/template-injection.ts';
import { unpinnedAction } from './rules/unpinned-action.ts';
import type { Place, Unreadable } from './tree.ts';
import { parseWorkflow, type Workflow } from './workflow.ts';

/** The rules by id; a rule without its file does not compile. */
const RULES: { [Id in RuleId]: Rule<Id> } = {
	'unpinned-action': unpinnedAction,
	'dangerous-trigger': dangerousTrigger,
	'cache-in-release': cacheInRelease,
	'template-injection': templateInjection,
	'broad-permissions': broadPermissions,
	'publish-token': publishToken,
	'self-hosted-runner': selfHostedRunner,
	'pipe-to-shell': pipeToShell,
	'persisted-credentials': persistedCredentials,
	'no-environment': noEnvironment,
	'inherited-secrets': inheritedSecrets,
	'input-reaches-publish': inputReachesPublish,
	'install-scripts-with-id-token': installScriptsWithIdToken,
};

/** A file that somebody gave. */
export interface GivenFile {
	/** Its name, as it is shown. */
	file: string;
	text: string;
}

/** One thing that a rule found. `what`, `job` and `condition` are text from outside. */
export type PreflightFinding = {
	[Id in RuleId]: Place & {
		file: string;
		rule: Id;
		kind: KindOf<Id>;
		weight: Weight;
		what?: string;
		/** The job that it is in, and how that reaches what is published. */
		job?: string;
		reach?: Reach;
		/** The `if` of the step, or else of the job; it is not evaluated. */
		condition?: string;
	};
}[RuleId];

/** What was read of one file. */
export interface PreflightFile {
	file: string;
	publishing: Reaching['publishing'];
	/** Jobs that were read, in the order of the file. */
	jobs: readonly { id: string; reach: Reach }[];
	/** Reusable workflows and actions of the same repository that are not followed. */
	notFollowed: readonly (Place & { uses: string })[];
	findings: readonly PreflightFinding[];
	/** Whether each job that publishes, or may, can ask for an identity token. One that only inherits secrets does not count. */
	mintsToken: boolean;
	/** Whether each of the same jobs stages only: a person lets it through. */
	isStaged: boolean;
	/** Whether the file says that provenance is made of all that these jobs publish; package.json may say so as well. */
	makesProvenance: boolean;
	/** Whether a rule found more than `MAX_OF_A_RULE`; the rest is left out. */
	isCut: boolean;
}

export type PreflightResult = { ok: true; value: PreflightFile } | { ok: false; file: string; failure: Unreadable };

/** Most findings of one rule in one file. */
const MAX_OF_A_RULE = 1_000;

/**
 * Reads one workflow file.
 * @param locks of the `actions.lock` beside it, if there is one.
 * @returns failures of `parseWorkflow`.
 */
export function preflight({ file, text }: GivenFile, locks?: Locks): PreflightResult {
	const parsed = parseWorkflow(text);
	if (!parsed.ok) return { ok: false, file, failure: parsed.failure };
	const { workflow } = parsed;
	const { publishing, jobs, notFollowed } = findReaching(workflow);
	const lock = locks && lockFor(file, locks);
	const reading = { workflow, jobs, ...(lock && { lock }) };
	const findings: PreflightFinding[] = [];
	let isCut = false;
	for (const rule of Object.values(RULES) as Rule[]) {
		// An anchor that is used twice has one place.
		const found = new Map<string, PreflightFinding>();
		for (const seen of rule.find(reading)) {
			const finding = findingOf(file, rule.id, seen, workflow);
			const key = `${finding.line}:${finding.column}:${finding.kind}:${finding.what}`;
			if (!found.has(key)) found.set(key, finding);
			isCut ||= found.size > MAX_OF_A_RULE;
			if (found.size > MAX_OF_A_RULE) break;
		}
		const sorted = [...found.values()].slice(0, MAX_OF_A_RULE);
		findings.push(...sorted.sort((one, other) => one.line - other.line || one.column - other.column));
	}
	// Tests are often called with all secrets. Whether that is a way to publish depends on which there are.
	const publishers = jobs.filter((job) => isPublisher(job) && !isHeir(job, workflow));
	const canMint = (job: ReachingJob) => levelOf(job, workflow, 'id-token') === 'write';
	const hasToken = findings.some(({ rule }) => rule === 'publish-token');
	return {
		ok: true,
		value: {
			file,
			publishing,
			jobs: jobs.map(({ id, reach }) => ({ id: id.text, reach })),
			notFollowed: notFollowed.map(({ text: uses, at }) => ({ uses, ...workflow.placeOf(at) })),
			findings,
			mintsToken: publishers.length > 0 && publishers.every(canMint),
			isStaged: publishers.length > 0 && publishers.every(isStaged),
			makesProvenance:
				publishers.length > 0 && publishers.every((job) => makesProvenance(job, workflow, canMint(job) && !hasToken)),
			isCut,
		},
	};
}

/** The lock of a file, whose name may be a path of any kind that ends in the path that the lock has. */
function lockFor(file: string, locks: Locks): ReadonlySet<string> | undefined {
	const name = file.replaceAll('\\', '/').split('/').at(-1) ?? '';
	return locks.get(`.github/workflows/${name}`);
}

function findingOf(
	file: string,
	rule: RuleId,
	{ kind, at, what, job, step }: Seen,
	workflow: Workflow,
): PreflightFinding {
	const condition = step?.if ?? job?.if;
	return {
		file,
		rule,
		kind,
		weight: (RULE_KINDS[rule] as Record<string, Weight>)[kind] ?? 'look',
		...placeOf(at, workflow),
		...(what !== undefined && { what }),
		...(job && { job: job.id.text, reach: job.reach }),
		...(condition && { condition: condition.text }),
	} as PreflightFinding;
}

/** Longest value within which places are looked for; in a longer one the place is its beginning. In UTF-16 units. */
const MAX_SEARCHED = 200_000;

/**
 * The place of something within a value. A value reads otherwise than the file (indentation, escapes), so its text is looked for: as
 * often as it is in the value before, it is passed over in the file. What is not found so has the place of the value.
 */
function placeOf(at: Seen['at'], { source, placeOf: place }: Workflow): Place {
	if (typeof at === 'number') return place(at);
	const { text, index } = at;
	const rest = text.text.slice(index, index + 60);
	const sample = rest.slice(0, rest.indexOf('\n') === -1 ? rest.length : rest.indexOf('\n'));
	if (text.end - text.at > MAX_SEARCHED || sample === '') return place(text.at);
	const raw = source.slice(text.at, text.end);
	let found = raw.indexOf(sample);
	for (let before = text.text.indexOf(sample); before !== -1 && before < index && found !== -1; ) {
		found = raw.indexOf(sample, found + 1);
		before = text.text.indexOf(sample, before + 1);
	}
	return place(found === -1 ? text.at : text.at + found);
}
