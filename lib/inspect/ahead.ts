/** Owns the walk that asks ahead: for the list of releases, while the release's own evidence is verified. */
import { createYielder } from '../async/slices.ts';
import { readerOf } from './complete.ts';
import type { InspectContext, ReadReleases } from './inspect.ts';

/**
 * The context of a walk that is completed with earlier releases in any case. The list is asked for once there are manifest and
 * attestations: a registry that does not answer, or asks to wait, is not pressed. Where the walk ends before, the list came for nothing.
 */
export function askingAhead(world: InspectContext): InspectContext {
	const { registry, signal } = world;
	const read = world.readReleases ?? readerOf(registry, createYielder(signal), true);
	const begun = new Map<string, ReturnType<ReadReleases>>();
	const begin = (name: string) => {
		if (begun.has(name)) return;
		const list = read(name);
		// Where nobody waits for it, it may end with the page.
		list.catch(() => undefined);
		begun.set(name, list);
	};
	const there = new Set<string>();
	const arrived = (name: string, what: 'manifest' | 'attestations') => {
		there.add(what);
		if (there.size === 2) begin(name);
	};
	return {
		...world,
		registry: {
			...registry,
			fetchManifest: async (spec) => {
				const manifest = await registry.fetchManifest(spec);
				if (manifest.ok) arrived(manifest.value.name, 'manifest');
				return manifest;
			},
			fetchAttestations: async (name, version) => {
				const attestations = await registry.fetchAttestations(name, version);
				if (attestations.ok) arrived(name, 'attestations');
				return attestations;
			},
		},
		readReleases: (name, isAnew) => (isAnew ? undefined : begun.get(name)) ?? read(name, isAnew),
	};
}
