/** Owns the list of rules: their ids, in the order of the output, and for each what it may see and how much that weighs. */

/** `look`: somebody should look at it. `note`: information. */
export type Weight = 'look' | 'note';

/** Rule -> kind of what it sees -> weight. Words for each are in lib/text/en/preflight-rules.ts. */
export const RULE_KINDS = {
	'unpinned-action': { branch: 'look', tag: 'look', 'no-ref': 'look', image: 'look', 'tag-of-github': 'note' },
	'dangerous-trigger': { pull_request_target: 'look', workflow_run: 'look', issue_comment: 'look' },
	'cache-in-release': {
		restored: 'look',
		'handed-on': 'note',
		conditional: 'note',
		'read-only': 'note',
		automatic: 'note',
	},
	'template-injection': { text: 'look', 'through-env': 'look', 'whole-event': 'look' },
	'broad-permissions': { 'write-all': 'look', 'token-for-all': 'look', unsaid: 'note', writes: 'note' },
	'publish-token': { token: 'look', 'beside-id-token': 'look' },
	'self-hosted-runner': { 'self-hosted': 'look', group: 'note', 'other-label': 'note', expression: 'note' },
	'pipe-to-shell': { piped: 'look' },
	'persisted-credentials': { 'own-token': 'look', write: 'look', unknown: 'note', read: 'note' },
	'no-environment': { none: 'note' },
	'inherited-secrets': { all: 'look' },
	'input-reaches-publish': { script: 'look', ref: 'look', payload: 'look', argument: 'note' },
	'install-scripts-with-id-token': { npm: 'look', yarn: 'look', 'by-version': 'note', global: 'note' },
} as const satisfies Record<string, Record<string, Weight>>;

export type RuleId = keyof typeof RULE_KINDS;
export type KindOf<Id extends RuleId> = keyof (typeof RULE_KINDS)[Id] & string;

/** The rules in the order of the output. */
export const RULE_IDS = Object.keys(RULE_KINDS) as RuleId[];
