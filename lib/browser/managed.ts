/** Owns what an organisation has set through the browser, and what of the settings then holds. */

import * as v from 'valibot';
import { browser } from 'wxt/browser';
import { describeIssue } from '../npm/json-place.ts';
import type { Policy } from '../policy/schema.ts';
import { type Failure, failed, type Result } from '../report/result.ts';
import type { ParsePolicy, ParsePolicyFile, Settings } from './settings.ts';

/** What an organisation has set for everybody; each part left out is the reader's own. */
export interface Managed {
	policy?: Policy;
	marks?: boolean;
	suggestions?: boolean;
	refresh?: boolean;
	sightings?: boolean;
	/** Why what was set is not followed at all. */
	failure?: Failure;
}

/** The settings that an organisation can take over, beside the policy. */
export const MANAGED_SWITCHES = ['marks', 'suggestions', 'refresh', 'sightings'] as const;

/** Its twin for Chrome is `public/managed.schema.json`. @see https://developer.chrome.com/docs/extensions/reference/manifest/storage */
const managedShape = v.strictObject({
	policy: v.optional(v.unknown()),
	/** The policy as the text of a file: Chrome takes away the whole of `policy` for one value of the wrong type, but no text. */
	policyText: v.optional(v.string()),
	marks: v.optional(v.boolean()),
	suggestions: v.optional(v.boolean()),
	refresh: v.optional(v.boolean()),
	sightings: v.optional(v.boolean()),
});

/**
 * Parses what an organisation has set through the browser's managed storage. If a part cannot be read, all of it is refused, since nobody
 * chose half a policy.
 * @returns failures `wrong-shape`, and of `policyText` also `not-json` and `too-large`.
 */
export function parseManaged(stored: unknown, parsePolicy: ParsePolicy, parsePolicyFile: ParsePolicyFile): Managed {
	const parsed = v.safeParse(managedShape, stored);
	if (!parsed.success) {
		const [issue] = parsed.issues;
		const { failure } = failed('wrong-shape', `${v.getDotPath(issue) ?? 'all of it'}: ${describeIssue(issue)}`);
		return { failure };
	}
	const { policy: json, policyText: text, ...switches } = parsed.output;
	if (json !== undefined && text !== undefined) {
		const { failure } = failed('wrong-shape', 'policyText: it stands beside policy, and only one of them can hold');
		return { failure };
	}
	const [field, policy] =
		text === undefined
			? ['policy', json === undefined ? undefined : parsePolicy(json)]
			: ['policyText', parsePolicyFile(text)];
	if (policy && !policy.ok) {
		const { code, detail } = policy.failure;
		return { failure: failed(code, `${field}, ${detail}`).failure };
	}
	const set = MANAGED_SWITCHES.flatMap((name) => (switches[name] === undefined ? [] : [[name, switches[name]]]));
	return { ...(policy && { policy: policy.value }), ...Object.fromEntries(set) };
}

/** The settings, besides the policy, that an organisation can take over; each where it has. */
export type ManagedSwitches = Pick<Managed, (typeof MANAGED_SWITCHES)[number]>;

/** The settings in force: the organisation's value of each, or else the reader's. */
export function settingsThatHold(own: Settings, managed: ManagedSwitches): Settings {
	return {
		...own,
		...Object.fromEntries(MANAGED_SWITCHES.map((name) => [name, managed[name] ?? own[name]])),
		// Nobody is asked about what the organisation has settled.
		isAsked: own.isAsked || managed.sightings !== undefined,
	};
}

/** What the organisation has set in this browser; nothing where there is none. */
export async function readManaged(parsePolicy: ParsePolicy, parsePolicyFile: ParsePolicyFile): Promise<Managed> {
	// Firefox rejects where no organisation has set anything.
	const stored = await browser.storage.managed.get().catch(() => ({}));
	return parseManaged(stored, parsePolicy, (text) => {
		// It is asked for with every verdict, and a long text takes a while to read.
		if (lastText?.text !== text) lastText = { text, policy: parsePolicyFile(text) };
		return lastText.policy;
	});
}

let lastText: { text: string; policy: Result<Policy> } | undefined;
