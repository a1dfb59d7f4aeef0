/** Owns the walk that asks ahead: for the list of releases, while the release's own evidence is still on its way or verified. */
import { createYielder } from '../async/slices.ts';
import { readerOf } from './complete.ts';
import type { InspectContext, ReadReleases } from './inspect.ts';

/**
 * The context of a walk that is completed with earlier releases in any case. The list is asked for once the registry has given a
 * manifest: one that does not answer, or asks to wait, is not pressed. Where the walk ends before, the list came for nothing.
 */
export function askingAhead(world: InspectContext): InspectContext {
	const { registry, signal } = world;
	const read = world.readReleases ?? readerOf(registry, createYielder(signal), true);
	const begun = new Map<string, ReturnType<ReadReleases>>();
	const begin = (name: string) => {
		const list = read(name);
		// Where nobody waits for it, it may end with the page.
		list.catch(() => undefined);
		begun.set(name, list);
	};
	return {
		...world,
		registry: {
			...registry,
			fetchManifest: async (spec) => {
				const manifest = await registry.fetchManifest(spec);
				if (manifest.ok && !begun.has(manifest.value.name)) begin(manifest.value.name);
				return manifest;
			},
		},
		readReleases: (name, isAnew) => (isAnew ? undefined : begun.get(name)) ?? read(name, isAnew),
	};
}
