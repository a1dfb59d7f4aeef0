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
