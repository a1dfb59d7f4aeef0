/** Owns what one walk of the background runs in: the settings that are in force, the trust root of the package, and the registry of the window. */
import { readSettingsInForce, type SettingsInForce } from '../../lib/browser/in-force.ts';
import { browserSettings, watchSettings } from '../../lib/browser/settings.ts';
import type { InspectContext } from '../../lib/inspect/inspect.ts';
import type { ReleaseSpec } from '../../lib/npm/spec.ts';
import { parsePolicy } from '../../lib/policy/schema.ts';
import type { ReleaseRegistry } from '../../lib/registry/registry.ts';
import { customTrustRootFor } from '../../lib/sigstore/custom-trust-roots.ts';
import type { rememberTrustRoots } from '../../lib/sigstore/trust-root-file.ts';
import type { createTrustRoots } from '../../lib/sigstore/tuf.ts';
import type { sightingStore } from '../../lib/storage/first-seen.ts';
import type { createRegistries } from './registries.ts';

/** Milliseconds from the start of a background to the question that woke it; on a busy machine it takes longer, and settings are read again. */
const STARTING_MS = 50;

interface Parts {
	registries: ReturnType<typeof createRegistries>;
	trustRoots: ReturnType<typeof createTrustRoots>;
	trustRootFiles: ReturnType<typeof rememberTrustRoots>;
	seen: ReturnType<typeof sightingStore>;
}

interface ContextOptions {
	set?: Promise<SettingsInForce>;
	signal?: AbortSignal;
	registry?: ReleaseRegistry;
}

/** Makes the context of each walk. */
export function createContexts({ registries, trustRoots, trustRootFiles, seen }: Parts) {
	const settings = browserSettings(parsePolicy);

	const settingsNow = () => readSettingsInForce(settings);

	let known: Promise<SettingsInForce> | undefined;
	watchSettings(() => {
		known = undefined;
	});
	/**
	 * The settings as they were read since their last change. To hear of one takes milliseconds, so it is for pages that change none. They
	 * are read from two places, while the browser is busy with a new page.
	 */
	const settingsRecently = () => {
		if (known) return known;
		const read = settingsNow();
		known = read;
		read.catch(() => {
			if (known === read) known = undefined;
		});
		return read;
	};

	const startedAt = performance.now();
	// While the question that woke this background is on its way.
	void settingsRecently().catch(() => undefined);
	/**
	 * The settings for a page that may just have changed them. One that woke this background has changed nothing since: for it those count
	 * that are read at the start.
	 */
	const settingsOfPage = () => (performance.now() - startedAt < STARTING_MS ? settingsRecently() : settingsNow());

	/** What a walk of a page asks. @param signal ends what is asked for this walk alone. */
	const registryFor = (isPrivate: boolean, signal?: AbortSignal): ReleaseRegistry => {
		const { pages } = registries.of(isPrivate);
		return signal ? pages.until(signal) : pages;
	};

	return {
		settingsNow,
		settingsRecently,
		registryFor,
		/**
		 * The context of a walk that a page asked for.
		 * @param signal ends what is asked for this walk alone.
		 * @param registry where the walk's own was asked already.
		 */
		async contextFor(
			{ name }: ReleaseSpec,
			isPrivate: boolean,
			{ set = settingsOfPage(), signal, registry }: ContextOptions = {},
		): Promise<InspectContext> {
			const { policies, isAllowlistUnread, sightings, trustRoots: owned } = await set;
			// The reader's own trust root where one is for this package, even if it cannot be read; else the one for all.
			const own = customTrustRootFor(name, owned);
			return {
				registry: registry ?? registryFor(isPrivate, signal),
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
