/** Owns the cache over a registry: its answers are kept with their age, verdicts never. */
import * as v from 'valibot';
import { either, type Join, share } from '../async/shared-work.ts';
import type { ReleaseSpec } from '../npm/spec.ts';
import type { FailureCode } from '../report/failures.ts';
import { failed, type Result } from '../report/result.ts';
import type { EndableRegistry, Registry } from './registry.ts';
import {
	parseAdvisoriesAnswer,
	parseAttestationsAnswer,
	parseKeptKeys,
	parseKeptManifest,
	parsePackumentAnswer,
} from './schemas.ts';

/** One kept answer. */
export interface CacheEntry {
	/** Milliseconds since the epoch. */
	fetchedAt: number;
	value: unknown;
}

/** Where answers are kept, by a key that names the question. What comes out may be anything: others can change a database. */
export interface EvidenceStore {
	get(key: string): Promise<unknown>;
	put(key: string, kept: CacheEntry): Promise<void>;
}

/** The names under which answers are kept. */
const KEYS = {
	manifest: ({ name, selector }: ReleaseSpec) => `manifest ${name}@${selector}`,
	attestations: (name: string, version: string) => `attestations ${name}@${version}`,
	packument: (name: string) => `packument ${name}`,
};

/** The names of what a walk to a release's verdict reads, the first answers first. */
export function keysOfWalk(spec: ReleaseSpec): string[] {
	const { name, selector, kind } = spec;
	const attestations = kind === 'version' ? [KEYS.attestations(name, selector)] : [];
	return [KEYS.manifest(spec), ...attestations, KEYS.packument(name)];
}

/** The time is one that a Date can hold. */
const keptShape = v.object({ fetchedAt: v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15)), value: v.unknown() });

/** The registry lets its answers be reused for 300 seconds. */
const FRESH_MS = 300_000;

/** With these failures no answer can be fetched at all, so a kept one is better than nothing. */
const OFFLINE: readonly FailureCode[] = ['registry-unreachable', 'registry-timeout'];

/** How long answers are used, and whether anybody is asked. */
interface CacheOptions {
	/** Milliseconds for which an answer is not asked for again; of advisories five minutes at most. */
	freshFor?: number;
	/** The same of attestations, which are written once. */
	attestationsFor?: number;
	/** Whether asking is of no use. */
	isOffline?: () => boolean;
	/** Whether only what is kept is used: what is not is `registry-unreachable`. */
	asksNobody?: boolean;
	/** Whether an answer is given while it is still being stored. Not for a process that may end right after. */
	storesBehind?: boolean;
}

/**
 * The registry, asked at most once in five minutes for each thing. Callers that ask while the same answer is being read, fetched or
 * stored share it, and the request ends when all of them have left. (Two caches over one store share stored answers, not pending ones.)
 * Failures are not kept. If the registry cannot be reached, the answer is the kept one, however old, with `keptSince`. Kept answers are
 * parsed like fetched ones; one that fails counts as never kept (docs/decisions/0028-kept-answers-are-parsed.md).
 * @param now milliseconds since the epoch.
 */
export function withCache(
	registry: Registry,
	store: EvidenceStore,
	now: () => number,
	{
		freshFor: longest = FRESH_MS,
		attestationsFor = longest,
		isOffline = () => false,
		asksNobody = false,
		storesBehind = false,
	}: CacheOptions = {},
): EndableRegistry {
	const underWay = new Map<string, Join<unknown>>();
	/** What is being stored: it counts as kept. */
	const onItsWay = new Map<string, CacheEntry>();

	/** A full or broken store causes a repeated request, never a lost answer. */
	async function keep(key: string, value: unknown): Promise<void> {
		const entry = { fetchedAt: now(), value };
		onItsWay.set(key, entry);
		await store.put(key, entry).catch(() => undefined);
		if (onItsWay.get(key) === entry) onItsWay.delete(key);
	}

	async function recall<T>(key: string, parse: Parse<T>) {
		const stored = onItsWay.get(key) ?? (await store.get(key).catch(() => undefined));
		const kept = v.safeParse(keptShape, stored);
		if (!kept.success) return undefined;
		const { fetchedAt, value } = kept.output;
		const answer = await parse(value);
		return answer.ok ? { fetchedAt, answer } : undefined;
	}

	function once<T>(
		key: string,
		parse: Parse<T>,
		fetchFrom: (registry: Registry) => Promise<Result<T>>,
		{
			isAnew = false,
			freshFor = longest,
			signal,
		}: { isAnew?: boolean | undefined; freshFor?: number; signal: AbortSignal | undefined },
	): Promise<Result<T>> {
		const question = isAnew ? `${key}, anew` : key;
		const join =
			(underWay.get(question) as Join<Result<T>> | undefined) ??
			share(
				(ending) =>
					keptOrFetched(key, parse, () => fetchFrom(registry.until?.(ending) ?? registry), isAnew ? 0 : freshFor),
				() => underWay.delete(question),
			);
		underWay.set(question, join);
		return join(signal);
	}

	async function keptOrFetched<T>(
		key: string,
		parse: Parse<T>,
		fetchIt: () => Promise<Result<T>>,
		freshFor: number,
	): Promise<Result<T>> {
		const kept = await recall(key, parse);
		const old = kept && { ...kept.answer, keptSince: new Date(kept.fetchedAt).toISOString() };
		const isFresh = kept && now() - kept.fetchedAt < freshFor && kept.fetchedAt <= now();
		if (isFresh) return kept.answer;
		if (old && isOffline()) return old;
		if (asksNobody) return failed('registry-unreachable', 'nothing was kept');
		const result = await fetchIt();
		if (!result.ok) return old && OFFLINE.includes(result.failure.code) ? old : result;
		const stored = keep(key, result.value);
		if (!storesBehind) await stored;
		return result;
	}

	/** The registry as one asker sees it. */
	function viewOf(signal?: AbortSignal): EndableRegistry {
		const own = (signal && registry.until?.(signal)) ?? registry;
		return {
			fetchManifest: (spec) =>
				once(
					KEYS.manifest(spec),
					(kept) => parseKeptManifest(kept, spec),
					(from) => from.fetchManifest(spec),
					{ signal },
				),
			fetchAttestations: (name, version) =>
				once(
					KEYS.attestations(name, version),
					parseAttestationsAnswer,
					(from) => from.fetchAttestations(name, version),
					{ signal, freshFor: attestationsFor },
				),
			fetchPackument: (name, isAnew) =>
				once(KEYS.packument(name), parsePackumentAnswer, (from) => from.fetchPackument(name), { isAnew, signal }),
			fetchAbbreviated: (name) =>
				once(`abbreviated ${name}`, parsePackumentAnswer, (from) => from.fetchAbbreviated(name), { signal }),
			fetchKeys: () => once('keys', parseKeptKeys, (from) => from.fetchKeys(), { signal }),
			fetchAdvisories: (name, ...versions) =>
				once(
					`advisories ${name}@${versions.join(' ')}`,
					parseAdvisoriesAnswer,
					(from) => from.fetchAdvisories(name, ...versions),
					// The registry may list a release as malware any minute.
					{ signal, freshFor: FRESH_MS },
				),
			// Of many at once; each is kept by itself, see gatherAdvisories.
			fetchAdvisoriesOf: (wanted) =>
				asksNobody
					? Promise.resolve(failed('registry-unreachable', 'nothing was kept'))
					: own.fetchAdvisoriesOf(wanted),
			keptAttestations: async (name, version) => {
				const kept = await recall(KEYS.attestations(name, version), parseAttestationsAnswer);
				signal?.throwIfAborted();
				return kept?.answer;
			},
			// A file is fetched because the reader wants to know what is served now.
			fetchTarball: (name, version, watch) => own.fetchTarball(name, version, watch),
			// What is being typed is nothing to keep.
			search: (text) => own.search(text),
			until: (further) => viewOf(either(signal, further)),
		};
	}
	return viewOf();
}

type Parse<T> = (kept: unknown) => Result<T> | Promise<Result<T>>;
