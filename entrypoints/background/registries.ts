/** Owns what the background asks and keeps: the registry behind its permission, cache and throttle, for ordinary and for private windows. */
import { browser } from 'wxt/browser';
import { listsOf } from '../../lib/inspect/quick-check.ts';
import { REGISTRY } from '../../lib/npm/hosts.ts';
import type { ReleaseSpec } from '../../lib/npm/spec.ts';
import { keysOfWalk, withCache } from '../../lib/registry/cache.ts';
import { createRegistry } from '../../lib/registry/client.ts';
import { gatherAdvisories } from '../../lib/registry/gather-advisories.ts';
import { memoizeFor } from '../../lib/registry/memoize.ts';
import { rememberPermission, withPermission } from '../../lib/registry/permission.ts';
import { throttled } from '../../lib/registry/throttle.ts';
import type { Result } from '../../lib/report/result.ts';
import { type ClearableStore, databaseStore, memoryStore } from '../../lib/storage/evidence.ts';
import { type ReadAheadStore, readingAhead } from '../../lib/storage/read-ahead.ts';

/** Milliseconds for which a mark may rest on what was fetched: attestations stay what they are, and the release's own page asks again. */
const MARK_FRESH_MS = 24 * 3600 * 1000;
/** Requests for marks, and for the further releases of a line, that may be under way at once, on all pages together. */
export const MAX_AT_ONCE = 4;

/** The registries and their stores. */
export function createRegistries() {
	const permission = rememberPermission(
		() => browser.permissions.contains({ origins: [`${REGISTRY}/*`] }),
		() => Date.now(),
	);
	browser.permissions.onRemoved.addListener(permission.forget);
	const registry = withPermission(createRegistry(), permission.isGiven);
	const patient = throttled(registry, MAX_AT_ONCE);
	const isOffline = () => !navigator.onLine;

	/** One kind of window: what its pages ask, and what the marks of its lists do. */
	function over(store: ReadAheadStore<ClearableStore>) {
		const { registry: gathered, begin } = gatherAdvisories(patient);
		const marks = withCache(gathered, store, Date.now, { isOffline, freshFor: MARK_FRESH_MS, storesBehind: true });
		// Many marks of one list ask for the same package.
		const lists = listsOf(marks, <T>(make: (name: string) => Promise<Result<T>>) => memoizeFor(make, Date.now));
		const pages = withCache(registry, store, Date.now, { isOffline, storesBehind: true });
		/** Reads what is kept of a release, before the walk to it begins. */
		const awaitRelease = (spec: ReleaseSpec) => {
			store.ahead(...keysOfWalk(spec));
			void permission.isGiven();
		};
		return { pages, marks, lists, begin, awaitRelease };
	}

	const onDisk = readingAhead(databaseStore(Date.now), Date.now);
	// Nothing that was looked at in a private window stays on this machine.
	const inMemory = readingAhead(memoryStore(), Date.now);
	const [ordinary, inPrivate] = [over(onDisk), over(inMemory)];
	return {
		/** Without a cache: for files, and for what is being typed. */
		registry,
		of: (isPrivate: boolean) => (isPrivate ? inPrivate : ordinary),
		/** Reads the disk while the first question is still on its way. */
		warmUp: () => void onDisk.get('nothing').catch(() => undefined),
		tidy: () => onDisk.tidy(),
		clear: async () => {
			await Promise.all([onDisk.clear(), inMemory.clear()]);
		},
	};
}
