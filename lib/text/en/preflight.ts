/** Owns the sentences of Preflight: a finding, its default, a file that was not read, and the practical floor. */
import type { FloorId, FloorSeen, FloorState, Mistake } from '../../preflight/floor.ts';
import type { HeldDefault } from '../../preflight/rule-facts.ts';
import type { PreflightFile, PreflightFinding } from '../../preflight/run.ts';
import type { Unreadable, UnreadableCode } from '../../preflight/tree.ts';
import { counted, day } from '../format.ts';
import { quoteText } from '../untrusted.ts';
import { DEFAULT_TEXTS, SEEN } from './preflight-rules.ts';

/** Longest text from outside in a finding, and its words: a command has more of both than a name. */
const MAX_WHAT = 80;
const MAX_WHAT_WORDS = 8;

/** What a rule saw, in one sentence; text from outside is quoted. */
export function describeSeen({ rule, kind, what = '' }: PreflightFinding): string {
	const describe = (SEEN[rule] as Record<string, (what: string) => string>)[kind];
	return describe ? describe(quoteText(what, MAX_WHAT, MAX_WHAT_WORDS)) : '';
}

/** The condition under which a finding's step or job runs. */
export function describeCondition(condition: string): string {
	return `Only if: ${quoteText(condition.trim(), 120, 20)} (not evaluated).`;
}

/** Which default held on a day. */
export function describeDefault({ code, since, held }: HeldDefault): string {
	const { held: holds, notYet } = DEFAULT_TEXTS[code];
	return held ? `Since ${day(since)}, ${holds}.` : `Until ${day(since)}, ${notYet}.`;
}

const UNREADABLE: Record<UnreadableCode, string> = {
	'not-yaml': 'this is not YAML',
	'yaml-too-large': 'the file is larger than the limit (1 MB, or 100,000 pieces)',
	'yaml-too-deep': 'the file has more levels within each other than the limit (60)',
	'yaml-duplicate-key': 'the same key is here a second time',
	'yaml-key-no-text': 'the key is no text',
	'yaml-merge-key': 'GitHub refuses merge keys (<<)',
	'yaml-alias-unknown': 'the alias names no anchor above it',
	'yaml-alias-endless': 'aliases make the file endless, or larger than the limit',
	'not-a-workflow': 'this is no workflow: it has no "on" or no "jobs"',
	'action-no-workflow': 'this describes an action and is no workflow',
};

/** Why a file was not read, with its place, in one line. */
export function describeUnreadable(file: string, { code, line, column, what }: Unreadable): string {
	const named = what === undefined ? '' : `: ${quoteText(what, 120, 20)}`;
	return `${file}, line ${line}, column ${column}: ${UNREADABLE[code]}${named} [${code}]`;
}

const REACH: Record<PreflightFile['jobs'][number]['reach'], string> = {
	publishes: 'publishes',
	'may-publish': 'may publish',
	'mints-token': 'can ask for a token to publish',
	'hands-on': 'hands something on to it',
};

/** Which jobs of a file were read, in one sentence. */
export function describeReach({ publishing, jobs }: PreflightFile): string {
	if (publishing === 'not-seen') return 'No job was seen to publish to npm, so nothing was read.';
	const list = jobs.slice(0, 10).map(({ id, reach }) => `${quoteText(id)} ${REACH[reach]}`);
	const more = jobs.length > 10 ? `, and ${counted(jobs.length - 10, 'more job')}` : '';
	const read = `Read: ${list.join(', ')}${more}.`;
	if (publishing === 'seen') return read;
	return `${read} No step was seen to publish; a script or another workflow may, and was not read.`;
}

/** What is not followed, in one sentence. */
export function describeNotFollowed({ notFollowed }: PreflightFile): string | undefined {
	if (notFollowed.length === 0) return undefined;
	const names = notFollowed.slice(0, 5).map(({ uses, line }) => `${quoteText(uses, MAX_WHAT)} (line ${line})`);
	const more = notFollowed.length > 5 ? ` and ${notFollowed.length - 5} more` : '';
	return `Not followed, so not read: ${names.join(', ')}${more}.`;
}

/** Headings of the practical floor, the change to make, and why. */
export const FLOOR_TEXTS: Record<FloorId, { name: string; change: string; why: string }> = {
	'trusted-publishing': {
		name: 'Trusted publishing',
		change: "Name your repository and workflow as trusted publisher in the package's settings at npm.",
		why: 'npm then gives the run a token for minutes, and no secret can be copied.',
	},
	provenance: {
		name: 'Provenance',
		change: 'Publish from a workflow with trusted publishing, or with `--provenance` and `id-token: write`.',
		why: 'Without it nobody can see from which source and run a file comes.',
	},
	'no-publish-token': {
		name: 'No token left in the workflow',
		change: 'Remove the secret from the file and the repository, and revoke the token at npm.',
		why: 'As long as the token lives, it publishes past the workflow.',
	},
	'actions-pinned': {
		name: 'Actions of others by commit',
		change: 'Name each by its full commit, with the tag in a comment, and let a bot renew both.',
		why: 'A tag that is moved runs other code with the rights of your release.',
	},
	'publishing-held-back': {
		name: 'A protected environment or ref',
		change:
			'Publish from an environment that asks a person or admits only protected branches and tags, and name it at npm.',
		why: 'Else everybody who can push a branch or start a run can publish.',
	},
	account: {
		name: 'Second factor and leftover tokens',
		change: "Look at npm: your account's second factor and access tokens, and the package's publishing access.",
		why: 'An account without it, or one forgotten token, goes around everything above.',
	},
};

export const FLOOR_STATES: Record<FloorState, string> = {
	met: 'seen',
	partly: 'seen in part',
	missing: 'missing',
	unseen: 'cannot be seen here',
};

/** What was seen of an item. `what` is quoted text from outside. */
const FLOOR_SEEN_TEXTS: Record<FloorSeen, (what: string) => string> = {
	'published-by-service': (what) => `The registry names a trusted publisher for ${what}.`,
	'published-staged': (what) => `The registry names an approver for ${what}; how it was staged is not said.`,
	'published-by-token': (what) =>
		`The registry names neither a trusted publisher nor an approval for ${what}. Releases by token look like that.`,
	'asks-for-id-token': () =>
		'Each job that publishes can ask for an identity token. Whether npm accepts it is not in the file.',
	'no-id-token': (what) => `No right to an identity token in ${what}.`,
	'answer-unsigned': () =>
		"The answer lacks the registry's signature, so a mirror or proxy may have left out these records as well.",
	'has-provenance': (what) => `The registry lists provenance for ${what}.`,
	'no-provenance': (what) => `The registry lists no provenance for ${what}.`,
	'provenance-set': () => 'The workflow makes provenance.',
	'token-in-file': (what) => `A token is used at ${what}.`,
	'no-token-in-file': () => 'The workflows use no token for npm, as far as they were read.',
	'all-pinned': () => 'Each action and image in the jobs that were read is named by its commit or digest.',
	'only-tags-of-github': () => "Only GitHub's own actions are named by a tag.",
	'not-pinned': (what) => `${what} is not named by its commit.`,
	'environment-named': () =>
		'The job that publishes names an environment. Its rules are settings, and not in the file.',
	'staged-in-file': () =>
		'The workflow only stages releases, and a person lets each through at npm with a second factor.',
	'no-environment': (what) => `No environment is named for ${what}.`,
	'no-file-read': () => 'It is not in the registry. Give the workflow files as well.',
	'nothing-publishes': () => 'No job of the files was seen to publish.',
	'no-package-named': () => 'The file does not say so; package.json or the registry may. Name the package as well.',
	'cannot-be-seen': () => 'Neither workflow files nor the registry show it.',
};

export function describeFloorSeen({ code, what = '' }: { code: FloorSeen; what?: string }): string {
	return FLOOR_SEEN_TEXTS[code](quoteText(what, MAX_WHAT, MAX_WHAT_WORDS));
}

/** The common mistakes, each named where it is made. */
const MISTAKES: Record<Mistake['code'], string> = {
	'badge-is-no-approval':
		"A badge taken for approval: npm's green check mark says where a file was built, and not that anybody looked at it.",
	'level-beside-pipe':
		'"We have SLSA Level 3" beside a script from elsewhere: the level is about how the statement is made, and not about what the build runs.',
	'token-kept':
		'The old token kept: with it anybody still publishes past the workflow. Revoke it once trusted publishing works.',
};

/** A common mistake with its places. */
export function describeMistake({ code, where }: Mistake): string {
	const places = where.slice(0, 3).map((place) => quoteText(place, MAX_WHAT));
	const more = where.length > 3 ? ` and ${where.length - 3} more` : '';
	return `${MISTAKES[code]} Here: ${places.join(', ')}${more}.`;
}
