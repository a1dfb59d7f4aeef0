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

/** Milliseconds for which a permission that is there is believed, and from when on the browser is asked again meanwhile. */
const BELIEVED_MS = 60_000;
const RECENT_MS = 1_000;

/** A permission as it is asked about before each request. */
export interface RememberedPermission {
	isGiven(): Promise<boolean>;
	/** It may have been taken. */
	forget(): void;
}

/**
 * Remembers for a minute that a permission is there, since `forget` is called where it is taken; that it is not there is asked anew each
 * time. What is older than a second is asked about behind the answer.
 * @param ask the browser. @param now milliseconds since the epoch.
 */
export function rememberPermission(ask: () => Promise<boolean>, now: () => number): RememberedPermission {
	let given: { at: number } | undefined;
	let asking: Promise<boolean> | undefined;
	const renew = () => {
		const asked = ask()
			.catch(() => false)
			.then((isGiven) => {
				// It may have been forgotten meanwhile.
				if (asking !== asked) return isGiven;
				asking = undefined;
				given = isGiven ? { at: now() } : undefined;
				return isGiven;
			});
		asking = asked;
		return asked;
	};
	return {
		isGiven: async () => {
			const age = given && Math.abs(now() - given.at);
			if (age === undefined || age >= BELIEVED_MS) return asking ?? renew();
			if (age >= RECENT_MS && !asking) void renew();
			return true;
		},
		forget: () => {
			given = undefined;
			asking = undefined;
		},
	};
}
