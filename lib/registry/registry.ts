/** Owns what can be asked of a registry. */

import { either } from '../async/shared-work.ts';
import type { ReleaseSpec } from '../npm/spec.ts';
import type { Manifest } from '../report/evidence.ts';
import type { Result } from '../report/result.ts';
import type { ListedKey } from './schemas.ts';

/** The registry, as far as the walk needs it. */
export interface ReleaseRegistry {
	/** @returns failures `release-not-found` (404, private, or nothing in the range) and all of asking. */
	fetchManifest(spec: ReleaseSpec): Promise<Result<Manifest>>;
	/** @returns the parsed answer; `undefined` where the registry has none (404); all failures of asking. */
	fetchAttestations(name: string, version: string): Promise<Result<unknown>>;
	/**
	 * The full packument as bytes (a Blob), since it may have 20 MB. Bytes are kept and read in slices; a text or a value of that size would
	 * block the thread. Whether it is JSON shows when it is read. @param isAnew whether the cached one lacks a release.
	 * @returns `release-not-found` and all failures of asking.
	 */
	fetchPackument(name: string, isAnew?: boolean): Promise<Result<unknown>>;
	/** What the registry's list of advisories has on some versions of a package, unparsed. Absent where nobody is to be asked. */
	fetchAdvisories?(name: string, ...versions: string[]): Promise<Result<unknown>>;
	/** The attestations of a version that were kept, however old; nothing where none were. Absent where nothing is kept. */
	keptAttestations?(name: string, version: string): Promise<Result<unknown> | undefined>;
	/**
	 * The keys that the registry itself lists, to be quoted and never to verify with; absent if files replace a registry.
	 * @returns all failures of asking.
	 */
	fetchKeys?(): Promise<Result<ListedKey[]>>;
}

/** How a long download is watched. */
interface Watch {
	/** Ends it. */
	signal?: AbortSignal;
	/** Called with each piece: bytes so far, and in all if the registry says so. */
	onprogress?: (received: number, total?: number) => void;
}

/** The registry, with what lists, look-ups and the report page need of it besides. */
export interface Registry extends ReleaseRegistry {
	/** @returns all failures of asking. */
	fetchAdvisories(name: string, ...versions: string[]): Promise<Result<unknown>>;
	/** The same of many packages, by one request. @param wanted versions by name. @returns all failures of asking. */
	fetchAdvisoriesOf(wanted: AdvisoriesWanted): Promise<Result<unknown>>;
	/**
	 * The published file itself, from an address built here.
	 * @returns its bytes; `file-not-served` (404 and the like), `cut-off` also for an empty one, and all failures of asking.
	 */
	fetchTarball(name: string, version: string, watch?: Watch): Promise<Result<Uint8Array<ArrayBuffer>>>;
	/** The abbreviated packument, without times and publishers. @returns as `fetchPackument`. */
	fetchAbbreviated(name: string): Promise<Result<unknown>>;
	/** Names of packages that the registry finds for a text, the best first. @returns all failures of asking. */
	search(text: string): Promise<Result<string[]>>;
	fetchKeys(): Promise<Result<ListedKey[]>>;
	/**
	 * The same registry for a caller that may leave. Once the signal is aborted, every call rejects with its reason. A request, or its place
	 * in a queue, ends if no other caller waits for it. Absent if nothing takes long.
	 */
	until?(signal: AbortSignal): Registry;
}

/** One that can be left. */
export interface EndableRegistry extends Registry {
	until(signal: AbortSignal): EndableRegistry;
}

/** Which releases' advisories are asked for: versions by package name. */
export type AdvisoriesWanted = ReadonlyMap<string, ReadonlySet<string>>;

/** Passes a question on, for one who may leave. */
type Pass = <T>(fetchIt: () => Promise<Result<T>>, signal: AbortSignal | undefined) => Promise<Result<T>>;

/** How each question to the registry is passed on; what it says of one question holds for all. */
export function passing(registry: Registry, pass: Pass, signal?: AbortSignal): EndableRegistry {
	return {
		fetchManifest: (spec) => pass(() => registry.fetchManifest(spec), signal),
		fetchAttestations: (name, version) => pass(() => registry.fetchAttestations(name, version), signal),
		fetchPackument: (name) => pass(() => registry.fetchPackument(name), signal),
		fetchAbbreviated: (name) => pass(() => registry.fetchAbbreviated(name), signal),
		fetchAdvisories: (name, ...versions) => pass(() => registry.fetchAdvisories(name, ...versions), signal),
		fetchAdvisoriesOf: (wanted) => pass(() => registry.fetchAdvisoriesOf(wanted), signal),
		fetchTarball: (name, version, watch) => pass(() => registry.fetchTarball(name, version, watch), signal),
		search: (text) => pass(() => registry.search(text), signal),
		fetchKeys: () => pass(() => registry.fetchKeys(), signal),
		until: (further) => passing(registry.until?.(further) ?? registry, pass, either(signal, further)),
	};
}
