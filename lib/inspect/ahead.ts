/** Owns what is asked ahead: for the evidence while settings are read, and for the list of releases while the evidence is verified. */
import { createYielder } from '../async/slices.ts';
import { type ReleaseSpec, specText } from '../npm/spec.ts';
import type { ReleaseRegistry } from '../registry/registry.ts';
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

/**
 * The same registry, which was asked for the evidence of a release already: `inspect` asks for it first in any case, once the settings are
 * read. Each answer is given once. Of a tag or a range only the manifest is asked for, as the version is in it.
 */
export function gatheringAhead<R extends ReleaseRegistry>(spec: ReleaseSpec, registry: R): R {
	let manifest: ReturnType<ReleaseRegistry['fetchManifest']> | undefined = begun(registry.fetchManifest(spec));
	let attestations: ReturnType<ReleaseRegistry['fetchAttestations']> | undefined =
		spec.kind === 'version' ? begun(registry.fetchAttestations(spec.name, spec.selector)) : undefined;
	return {
		...registry,
		fetchManifest: (wanted) => {
			const held = specText(wanted) === specText(spec) ? manifest : undefined;
			if (held) manifest = undefined;
			return held ?? registry.fetchManifest(wanted);
		},
		fetchAttestations: (name, version) => {
			const held = name === spec.name && version === spec.selector ? attestations : undefined;
			if (held) attestations = undefined;
			return held ?? registry.fetchAttestations(name, version);
		},
	};
}

/** What nobody may come to wait for: the page may be left before. */
function begun<P extends Promise<unknown>>(asked: P): P {
	asked.catch(() => undefined);
	return asked;
}
