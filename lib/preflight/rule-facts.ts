/** Owns what is known about each rule's subject beside the file: the zizmor audit that is alike, and defaults of GitHub and npm with their days. */
import type { KindOf, RuleId } from './rule-kinds.ts';

/**
 * Changes of defaults, each with the day since which it holds (ISO, UTC). Words are in lib/text/en/preflight-rules.ts, and where each was
 * read in docs/decisions/0121-defaults-with-their-days.md.
 */
export const DEFAULT_CHANGES = {
	'token-reads-only': '2023-02-02',
	'checkout-keeps-token-apart': '2025-11-20',
	'runs-default-branch': '2025-12-08',
	'cache-reads-only': '2026-06-26',
	'npm-blocks-scripts': '2026-07-07',
	'checkout-refuses-forks': '2026-07-20',
	'cache-mode': '2026-09-10',
	'actions-lock': '2026-10-14',
	'target-blocked': '2026-11-02',
	'no-direct-token': '2027-01-01',
} as const satisfies Record<string, string>;
export type DefaultCode = keyof typeof DEFAULT_CHANGES;

interface RuleFacts {
	/** The audit of zizmor that looks for the same, as of zizmor of August 2026. */
	zizmor?: string;
	/** For some kinds another one, or none. */
	zizmorOf?: Partial<Record<string, string | undefined>>;
	defaults: readonly DefaultCode[];
	/** Defaults that concern some kinds only. */
	defaultsOf?: Partial<Record<string, readonly DefaultCode[]>>;
}

const FACTS: Record<RuleId, RuleFacts> = {
	'unpinned-action': { zizmor: 'unpinned-uses', zizmorOf: { image: 'unpinned-images' }, defaults: ['actions-lock'] },
	'dangerous-trigger': {
		zizmor: 'dangerous-triggers',
		zizmorOf: { issue_comment: undefined },
		defaults: ['cache-reads-only'],
		defaultsOf: {
			pull_request_target: ['runs-default-branch', 'cache-reads-only', 'checkout-refuses-forks', 'target-blocked'],
			workflow_run: ['cache-reads-only', 'checkout-refuses-forks'],
		},
	},
	'cache-in-release': { zizmor: 'cache-poisoning', defaults: ['cache-reads-only', 'cache-mode'] },
	'template-injection': { zizmor: 'template-injection', defaults: [] },
	'broad-permissions': {
		zizmor: 'excessive-permissions',
		defaults: [],
		defaultsOf: { unsaid: ['token-reads-only'] },
	},
	'publish-token': { zizmor: 'use-trusted-publishing', defaults: ['no-direct-token'] },
	'self-hosted-runner': { defaults: [], zizmorOf: { 'self-hosted': 'self-hosted-runner' } },
	'pipe-to-shell': { defaults: [] },
	'persisted-credentials': { zizmor: 'artipacked', defaults: ['checkout-keeps-token-apart'] },
	'no-environment': { defaults: [] },
	'inherited-secrets': { zizmor: 'secrets-inherit', defaults: [] },
	'input-reaches-publish': { defaults: [] },
	'install-scripts-with-id-token': {
		defaults: [],
		defaultsOf: { npm: ['npm-blocks-scripts'], global: ['npm-blocks-scripts'] },
		zizmorOf: { global: 'adhoc-packages' },
	},
};

/** The name of zizmor's audit that is alike, if there is one. */
export function zizmorAudit<Id extends RuleId>(rule: Id, kind: KindOf<Id>): string | undefined {
	const { zizmor, zizmorOf } = FACTS[rule];
	return zizmorOf && Object.hasOwn(zizmorOf, kind) ? zizmorOf[kind] : zizmor;
}

/** A default, and whether it held on a day. */
export interface HeldDefault {
	code: DefaultCode;
	since: string;
	held: boolean;
}

/**
 * The defaults that concern what a rule saw.
 * @param at ISO time: of the release, or now.
 */
export function defaultsOn<Id extends RuleId>(rule: Id, kind: KindOf<Id>, at: string): HeldDefault[] {
	const { defaults, defaultsOf } = FACTS[rule];
	return (defaultsOf?.[kind] ?? defaults).map((code) => {
		const since = DEFAULT_CHANGES[code];
		return { code, since, held: at >= since };
	});
}
