/** Owns that nothing is asked without the browser's permission. */

import { failed } from '../report/result.ts';
import { type EndableRegistry, passing, type Registry } from './registry.ts';

/**
 * The registry behind the browser's permission to ask it: where that is withheld, every answer is `permission-withheld`.
 * @param isPermitted asked before each request, since it can be given and taken at any time.
 */
export function withPermission(registry: Registry, isPermitted: () => Promise<boolean>): EndableRegistry {
	return passing(registry, async (fetchIt) => ((await isPermitted()) ? fetchIt() : failed('permission-withheld')));
}

/** Milliseconds for which a permission that is there is believed. */
const BELIEVED_MS = 1_000;

/** A permission as it is asked about before each request: of many in a second once. */
export interface RememberedPermission {
	isGiven(): Promise<boolean>;
	/** It may have been taken. */
	forget(): void;
}

/**
 * Remembers for a second that a permission is there; that it is not there is asked anew each time.
 * @param ask the browser. @param now milliseconds since the epoch.
 */
export function rememberPermission(ask: () => Promise<boolean>, now: () => number): RememberedPermission {
	let known: { at: number; isGiven: Promise<boolean> } | undefined;
	return {
		isGiven: async () => {
			const isRecent = known && Math.abs(now() - known.at) < BELIEVED_MS;
			const asked = isRecent && known ? known : { at: now(), isGiven: ask() };
			known = asked;
			const isGiven = await asked.isGiven.catch(() => false);
			if (!isGiven && known === asked) known = undefined;
			return isGiven;
		},
		forget: () => {
			known = undefined;
		},
	};
}
