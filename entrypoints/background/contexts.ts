/** Owns what one walk of the background runs in: the settings that are in force, the trust root of the package, and the registry of the window. */
import { readSettingsInForce } from '../../lib/browser/in-force.ts';
import { browserSettings } from '../../lib/browser/settings.ts';
import type { InspectContext } from '../../lib/inspect/inspect.ts';
import type { ReleaseSpec } from '../../lib/npm/spec.ts';
import { parsePolicy } from '../../lib/policy/schema.ts';
import { customTrustRootFor } from '../../lib/sigstore/custom-trust-roots.ts';
import type { rememberTrustRoots } from '../../lib/sigstore/trust-root-file.ts';
import type { createTrustRoots } from '../../lib/sigstore/tuf.ts';
import type { sightingStore } from '../../lib/storage/first-seen.ts';
import type { createRegistries } from './registries.ts';

interface Parts {
	registries: ReturnType<typeof createRegistries>;
	trustRoots: ReturnType<typeof createTrustRoots>;
	trustRootFiles: ReturnType<typeof rememberTrustRoots>;
	seen: ReturnType<typeof sightingStore>;
}

/** Makes the context of each walk. */
export function createContexts({ registries, trustRoots, trustRootFiles, seen }: Parts) {
	const settings = browserSettings(parsePolicy);

	const settingsNow = () => readSettingsInForce(settings);

	return {
		settingsNow,
		/**
		 * The context of a walk that a page asked for.
		 * @param signal ends what is asked for this walk alone.
		 */
		async contextFor(
			{ name }: ReleaseSpec,
			isPrivate: boolean,
			{ set = settingsNow(), signal }: { set?: ReturnType<typeof settingsNow>; signal?: AbortSignal } = {},
		): Promise<InspectContext> {
			const { policies, isAllowlistUnread, sightings, trustRoots: owned } = await set;
			// The reader's own trust root where one is for this package, even if it cannot be read; else the one for all.
			const own = customTrustRootFor(name, owned);
			const { pages } = registries.of(isPrivate);
			return {
				registry: signal ? pages.until(signal) : pages,
				...(signal && { signal }),
				trust: own ? trustRootFiles.rootOf(own) : trustRoots.current(),
				policies,
				isAllowlistUnread,
				// Only what the reader looks at by itself, never in private windows; a mark in a list was not looked at.
				...(sightings && !isPrivate && { sightings: seen }),
				now: () => new Date(),
			};
		},
	};
}
