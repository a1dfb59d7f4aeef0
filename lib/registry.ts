/** Owns every request to the npm registry: built here, limited in bytes and time, parsed at the door. */
import * as v from 'valibot';
import {
	type ListedKey,
	parseAdvisoriesAnswer,
	parseAttestationsAnswer,
	parseKeys,
	parseManifest,
	parsePackumentAnswer,
} from './answers.ts';
import { boundedList, FIRST_ONLY, MAX_ANSWER, parseJson } from './json.ts';
import { findInRange } from './packument.ts';
import { isPackageName, REGISTRY, type ReleaseSpec } from './release.ts';
import { type FailureCode, failed, type Manifest, type Result, success } from './report.ts';
import { isRedirect, message, readBody, requestOptions } from './request.ts';
import { either } from './shared-work.ts';
import { createYielder } from './slices.ts';
import { takeTurns } from './turns.ts';

/** The registry, as far as the walk needs it. */
export interface ReleaseRegistry {
	/** @returns failures `release-not-found` (404, private, or nothing in the range) and all of asking. */
	fetchManifest(spec: ReleaseSpec): Promise<Result<Manifest>>;
	/** @returns the parsed answer; `undefined` where the registry has none (404); all failures of asking. */
	fetchAttestations(name: string, version: string): Promise<Result<unknown>>;
	/**
	 * The full packument as bytes (a Blob), since it may have 20 MB: those are kept and read in slices, where a text or a value of that
	 * size would hold the thread. Whether it is JSON is seen when it is read. @param isAnew what was kept of it lacks a release.
	 * @returns `release-not-found` and all failures of asking.
	 */
	fetchPackument(name: string, isAnew?: boolean): Promise<Result<unknown>>;
	/** What the registry's list of advisories has on some versions of a package, unparsed. Absent where nobody is to be asked. */
	fetchAdvisories?(name: string, ...versions: string[]): Promise<Result<unknown>>;
	/** The attestations of a version that were kept, however old; nothing where none were. Absent where nothing is kept. */
	keptAttestations?(name: string, version: string): Promise<Result<unknown> | undefined>;
	/**
	 * The keys that the registry itself lists, to be told and never to verify with; absent where files stand in for a
	 * registry. @returns all failures of asking.
	 */
	fetchKeys?(): Promise<Result<ListedKey[]>>;
}

/** How a long download is watched. */
interface Watch {
	/** Ends it. */
	signal?: AbortSignal;
	/** Told of each piece: bytes so far, and in all where the registry says so. */
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
	 * The same registry for one who may leave. Once the signal is aborted every question is rejected with its reason, and what nobody
	 * else waits for ends: a request, or its place in a queue. Absent where nothing takes long.
	 */
	until?(signal: AbortSignal): Registry;
}

/** One that can be left. */
export interface EndableRegistry extends Registry {
	until(signal: AbortSignal): EndableRegistry;
}

/** Which releases' advisories are asked for: versions by package name. */
type AdvisoriesWanted = ReadonlyMap<string, ReadonlySet<string>>;

interface Limits {
	/** Most bytes of an answer, after decompression. */
	bytes: number;
	/** Longest time from the request to the last byte, in milliseconds. */
	time: number;
}

interface RegistryOptions {
	small?: Limits;
	large?: Limits;
	file?: Limits;
	headers?: Readonly<Record<string, string>>;
	signal?: AbortSignal;
}

/** Where a request goes, the headers that go with every request there, and until when there are any. */
interface Address {
	url: string;
	headers: Readonly<Record<string, string>>;
	until?: AbortSignal | undefined;
}

const SMALL: Limits = { bytes: 8 * 1024 * 1024, time: 20_000 };
/** The largest packuments today are some tens of megabytes. */
const LARGE: Limits = { bytes: 128 * 1024 * 1024, time: 90_000 };
/** Nobody waits in the dark for a file: its progress is shown, and the reader can end it. */
const FILE: Limits = { bytes: 256 * 1024 * 1024, time: 600_000 };

const text = v.string();

/**
 * The registry behind `base`.
 * @param base origin of the registry or of a mirror of it, https (or http on loopback).
 * @param options `headers` go with every request to `base` (the command line's token for it) and nowhere else, as redirects are
 *   refused; `signal` is that of `until`; the limits are for tests that cannot wait.
 */
export function createRegistry(
	base: string = REGISTRY,
	{ small = SMALL, large = LARGE, file = FILE, headers = {}, signal: until }: RegistryOptions = {},
): EndableRegistry {
	const address = (path: string): Address => ({ url: `${base.replace(/\/+$/, '')}/${path}`, headers, until });
	const escaped = (name: string) => name.replace('/', '%2F');

	async function fetchPackument(name: string, asking?: Asking): Promise<Result<Blob>> {
		const body = await fetchBytes(address(escaped(name)), large, asking);
		return body.ok ? parsePackumentAnswer(body.value) : body;
	}
	const fetchAbbreviated = (name: string) => fetchPackument(name, { accept: ABBREVIATED });

	async function fetchAdvisoriesOf(wanted: AdvisoriesWanted): Promise<Result<unknown>> {
		const json = Object.fromEntries([...wanted].map(([name, versions]) => [name, [...versions]]));
		const answer = await fetchJson(address('-/npm/v1/security/advisories/bulk'), small, { json });
		return answer.ok ? parseAdvisoriesAnswer(answer.value) : answer;
	}

	async function resolveRange(spec: ReleaseSpec): Promise<Result<string>> {
		const fetched = await fetchAbbreviated(spec.name);
		const found = fetched.ok ? await findInRange(fetched.value, spec.selector, createYielder()) : fetched;
		if (!found.ok) return found;
		return found.value === undefined
			? failed('release-not-found', `nothing in ${spec.selector}`)
			: success(found.value);
	}

	return {
		async fetchManifest(spec) {
			let asked = spec;
			if (spec.kind === 'range') {
				const resolved = await resolveRange(spec);
				if (!resolved.ok) return resolved;
				asked = { ...spec, kind: 'version', selector: resolved.value };
			}
			const answer = await fetchJson(address(`${escaped(spec.name)}/${encodeURIComponent(asked.selector)}`), small);
			return answer.ok ? parseManifest(answer.value, asked) : answer;
		},
		async fetchAttestations(name, version) {
			const path = `-/npm/v1/attestations/${escaped(name)}@${encodeURIComponent(version)}`;
			const answer = await fetchJson(address(path), small);
			if (!answer.ok && answer.failure.code === 'release-not-found') return success(undefined);
			return answer.ok ? parseAttestationsAnswer(answer.value) : answer;
		},
		fetchPackument: (name) => fetchPackument(name),
		fetchAbbreviated,
		async fetchKeys() {
			const answer = await fetchJson(address('-/npm/v1/keys'), small);
			return answer.ok ? parseKeys(answer.value) : answer;
		},
		fetchAdvisories: (name, ...versions) => fetchAdvisoriesOf(new Map([[name, new Set(versions)]])),
		fetchAdvisoriesOf,
		async fetchTarball(name, version, { signal, onprogress } = {}) {
			// One buffer, of the right size from the start where that is known: the browser's hash wants it whole, and copies it.
			let bytes = new Uint8Array();
			let received = 0;
			const path = `${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
			const answer = await request(address(path), file, { accept: '*/*', signal }, (chunk, total) => {
				const needed = received + chunk.byteLength;
				if (needed > bytes.byteLength)
					bytes = new Uint8Array(bytes.buffer.transfer(Math.max(needed, total ?? 2 * bytes.byteLength)));
				bytes.set(chunk, received);
				received = needed;
				onprogress?.(received, total);
			});
			if (!answer.ok) return answer.failure.code === 'release-not-found' ? failed('file-not-served') : answer;
			if (received === 0) return failed('cut-off', '0 bytes');
			return success(bytes.subarray(0, received));
		},
		async search(text) {
			const query = new URLSearchParams({ text, size: String(MOST_FOUND) });
			const answer = await fetchJson(address(`-/v1/search?${query}`), small);
			if (!answer.ok) return answer;
			const parsed = v.safeParse(searchShape, answer.value, FIRST_ONLY);
			if (!parsed.success) return failed('wrong-shape', 'search');
			return success(
				parsed.output.objects
					.map(({ package: { name } }) => name)
					.filter(isPackageName)
					.slice(0, MOST_FOUND),
			);
		},
		until: (signal) => createRegistry(base, { small, large, file, headers, signal: either(until, signal) }),
	};
}

/** Passes a question on, for one who may leave. */
type Pass = <T>(fetchIt: () => Promise<Result<T>>, signal: AbortSignal | undefined) => Promise<Result<T>>;

/** How each question to the registry is passed on; what it says of one question holds for all. */
function passing(registry: Registry, pass: Pass, signal?: AbortSignal): EndableRegistry {
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

/** Where the registry says that it is too much, but not when to ask again. */
const PAUSE_MS = 60_000;
/** No answer, whatever it says, silences the marks for longer. */
const LONGEST_PAUSE_MS = 300_000;

/**
 * The registry, asked at most `most` things at a time; the others wait for their turn. Once it says that this is too much, the
 * answer to everything is `rate-limited`, without a request, for as long as it asks for (a minute where it does not say, five at most).
 * @param now milliseconds since the epoch.
 */
export function limited(registry: Registry, most: number, now: () => number = Date.now): EndableRegistry {
	const inTurn = takeTurns(most);
	let pausedAt = 0;
	let pause = 0;
	return passing(registry, (fetchIt, signal) =>
		inTurn(async () => {
			// A clock that was set back does not make it longer.
			if (now() >= pausedAt && now() - pausedAt < pause) return failed('rate-limited');
			const result = await fetchIt();
			if (!result.ok && result.failure.code === 'rate-limited') {
				pausedAt = now();
				pause = Math.min(result.retryAfter ?? PAUSE_MS, LONGEST_PAUSE_MS);
			}
			return result;
		}, signal),
	);
}

/**
 * The registry behind the browser's permission to ask it: where that is withheld, every answer is `permission-withheld`.
 * @param isPermitted asked before each request, since it can be given and taken at any time.
 */
export function permitted(registry: Registry, isPermitted: () => Promise<boolean>): EndableRegistry {
	return passing(registry, async (fetchIt) => ((await isPermitted()) ? fetchIt() : failed('permission-withheld')));
}

const MOST_FOUND = 8;
const searchShape = v.object({ objects: boundedList(v.object({ package: v.object({ name: text }) }), 250) });

const ABBREVIATED = 'application/vnd.npm.install-v1+json';

/** What is asked for, besides the address. */
interface Asking {
	accept?: string;
	/** Sent along, by POST. */
	json?: unknown;
	/** Ends it; what comes of that is nobody's any more. */
	signal?: AbortSignal | undefined;
}

/** One request for JSON. @returns it parsed, or a failure of asking. */
async function fetchJson(address: Address, limits: Limits, asking?: Asking): Promise<Result<unknown>> {
	const body = await fetchBytes(address, limits, asking);
	return body.ok ? parseJson(body.value, undefined, MAX_ANSWER) : body;
}

/** One request for a whole body. @returns its bytes, or a failure of asking. */
async function fetchBytes(address: Address, limits: Limits, asking: Asking = {}): Promise<Result<Blob>> {
	const parts: Uint8Array<ArrayBuffer>[] = [];
	const answer = await request(address, limits, asking, (chunk) => parts.push(chunk));
	return answer.ok ? success(new Blob(parts)) : answer;
}

/**
 * One request, made as all are, within the limits.
 * @param take gets the body piece by piece, with its whole length where that is known.
 * @returns nothing, once the whole body was taken; or a failure of asking.
 * @throws the reason of the address's signal, where that was aborted.
 */
async function request(
	{ url, headers, until }: Address,
	limits: Limits,
	{ accept = 'application/json', json, signal }: Asking,
	take: (chunk: Uint8Array<ArrayBuffer>, total?: number) => void,
): Promise<Result<undefined>> {
	const timer = new AbortController();
	const alarm = setTimeout(() => timer.abort(), limits.time);
	try {
		until?.throwIfAborted();
		let response: Response;
		try {
			const any = AbortSignal.any([timer.signal, signal, until].filter((one) => one !== undefined));
			response = await fetch(url, requestOptions({ headers, accept, json, signal: any }));
		} catch (error) {
			until?.throwIfAborted();
			return timer.signal.aborted ? failed('registry-timeout') : failed('registry-unreachable', message(error));
		}
		const refused = refusal(response);
		const retryAfter = refused === 'rate-limited' ? parseRetryAfter(response.headers.get('retry-after')) : undefined;
		if (refused) return { ...failed(refused, String(response.status || '')), ...(retryAfter && { retryAfter }) };
		return await readBody(response, limits.bytes, take).catch((error: unknown) => {
			until?.throwIfAborted();
			return timer.signal.aborted ? failed('registry-timeout') : failed('cut-off', message(error));
		});
	} finally {
		clearTimeout(alarm);
	}
}

/** Which failure a status means; `undefined` for an answer that can be read. */
function refusal(response: Response): FailureCode | undefined {
	const { status, ok } = response;
	if (isRedirect(response)) return 'foreign-redirect';
	if (ok) return undefined;
	// 401 and 403 are what the registry says of private packages, 405 and 410 of what was taken away.
	if ([401, 403, 404, 405, 410].includes(status)) return 'release-not-found';
	if (status === 429) return 'rate-limited';
	return status >= 500 ? 'registry-error' : 'unexpected-status';
}

/**
 * When to ask again, in milliseconds from now; `undefined` where that is not said, or is past.
 * @see RFC 9110, section 10.2.3: seconds, or a date.
 */
function parseRetryAfter(header: string | null): number | undefined {
	const wait = /^\d+$/.test(header ?? '') ? Number(header) * 1000 : Date.parse(header ?? '') - Date.now();
	return wait > 0 ? wait : undefined;
}
