/** Owns every request to the npm registry: built here, limited in bytes and time, parsed at the door. */
import * as v from 'valibot';
import { either } from '../async/shared-work.ts';
import { createYielder } from '../async/slices.ts';
import { type Bytes, holdBytes } from '../npm/bytes.ts';
import { REGISTRY } from '../npm/hosts.ts';
import { boundedList, FIRST_ONLY, MAX_ANSWER } from '../npm/json-bounds.ts';
import { parseJson, parseJsonText, SHORT } from '../npm/json-stream.ts';
import { findInRange } from '../npm/packument.ts';
import { isPackageName, type ReleaseSpec } from '../npm/spec.ts';
import type { FailureCode } from '../report/failures.ts';
import { failed, type Result, success } from '../report/result.ts';
import type { AdvisoriesWanted, EndableRegistry } from './registry.ts';
import { type Answer, type Fetch, isRedirect, letGo, message, readBody, requestOptions } from './request.ts';
import {
	parseAdvisoriesAnswer,
	parseAttestationsAnswer,
	parseKeys,
	parseManifest,
	parsePackumentAnswer,
} from './schemas.ts';

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
	/** In the place of `fetch`. */
	ask?: Fetch;
	signal?: AbortSignal;
	/** How lists of releases are held. A store keeps a Blob; who reads each once and drops it takes `holdBytes`. */
	hold?: Hold;
}

type Hold = (parts: Uint8Array<ArrayBuffer>[]) => Bytes;

const asBlob: Hold = (parts) => new Blob(parts);

/** Where a request goes, the headers that go with every request there, and until when there are any. */
interface Address {
	url: string;
	headers: Readonly<Record<string, string>>;
	ask: Fetch;
	until?: AbortSignal | undefined;
}

const SMALL: Limits = { bytes: 8 * 1024 * 1024, time: 20_000 };

/** The largest packuments today are some tens of megabytes. */
const LARGE: Limits = { bytes: 128 * 1024 * 1024, time: 90_000 };

/** Nobody waits in the dark for a file: its progress is shown, and the reader can end it. */
const FILE: Limits = { bytes: 256 * 1024 * 1024, time: 600_000 };

/** Looked up each time, as tests put another in its place. */
const platformFetch: Fetch = (url, options) => fetch(url, options);

const text = v.string();

/**
 * The registry behind `base`.
 * @param base origin of the registry or of a mirror of it, https (or http on loopback).
 * @param options `headers` go with every request to `base` (the command line's token for it) and nowhere else, as redirects are
 *   refused. `ask` is another client than `fetch`; `signal` is that of `until`. The limits are for tests that cannot wait.
 */
export function createRegistry(base: string = REGISTRY, options: RegistryOptions = {}): EndableRegistry {
	const { small = SMALL, large = LARGE, file = FILE, headers = {}, ask = platformFetch, hold = asBlob } = options;
	const { signal: until } = options;
	const origin = base.replace(/\/+$/, '');
	const address = (path: string): Address => ({ url: `${origin}/${path}`, headers, ask, until });
	const escaped = (name: string) => name.replace('/', '%2F');

	async function fetchPackument(name: string, asking?: Asking): Promise<Result<Bytes>> {
		const body = await fetchBytes(address(escaped(name)), large, hold, asking);
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
			const query = new URLSearchParams({ text, size: String(MAX_FOUND) });
			const answer = await fetchJson(address(`-/v1/search?${query}`), small);
			if (!answer.ok) return answer;
			const parsed = v.safeParse(searchShape, answer.value, FIRST_ONLY);
			if (!parsed.success) return failed('wrong-shape', 'search');
			return success(
				parsed.output.objects
					.map(({ package: { name } }) => name)
					.filter(isPackageName)
					.slice(0, MAX_FOUND),
			);
		},
		until: (signal) => createRegistry(base, { ...options, signal: either(until, signal) }),
	};
}

const MAX_FOUND = 8;

const searchShape = v.object({ objects: boundedList(v.object({ package: v.object({ name: text }) }), 250) });

const ABBREVIATED = 'application/vnd.npm.install-v1+json';

/** What is asked for, besides the address. */
interface Asking {
	accept?: string;
	/** Sent along, by POST. */
	json?: unknown;
	/** Ends the request. Its result is then ignored. */
	signal?: AbortSignal | undefined;
}

/** One request for JSON. @returns it parsed, or a failure of asking. */
async function fetchJson(address: Address, limits: Limits, asking?: Asking): Promise<Result<unknown>> {
	const body = await fetchParts(address, limits, asking);
	if (!body.ok) return body;
	const size = body.value.reduce((sum, part) => sum + part.byteLength, 0);
	// In memory: a Blob takes longer to be read than such an answer to be parsed.
	return size <= SHORT
		? parseJsonText(decode(body.value), MAX_ANSWER)
		: parseJson(holdBytes(body.value), undefined, MAX_ANSWER);
}

/** Invalid UTF-8 becomes U+FFFD, as in `text()`. */
function decode(parts: readonly Uint8Array<ArrayBuffer>[]): string {
	const decoder = new TextDecoder();
	return parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode();
}

/** One request for a whole body. @returns its bytes, or a failure of asking. */
async function fetchBytes(address: Address, limits: Limits, hold: Hold, asking?: Asking): Promise<Result<Bytes>> {
	const body = await fetchParts(address, limits, asking);
	return body.ok ? success(hold(body.value)) : body;
}

/** The same, in the parts in which it came. */
async function fetchParts(
	address: Address,
	limits: Limits,
	asking: Asking = {},
): Promise<Result<Uint8Array<ArrayBuffer>[]>> {
	const parts: Uint8Array<ArrayBuffer>[] = [];
	const answer = await request(address, limits, asking, (chunk) => parts.push(chunk));
	return answer.ok ? success(parts) : answer;
}

/**
 * One request, made as all are, within the limits.
 * @param take gets the body piece by piece, with its whole length where that is known.
 * @returns nothing, once the whole body was taken; or a failure of asking.
 * @throws the reason of the address's signal, where that was aborted.
 */
async function request(
	{ url, headers, ask, until }: Address,
	limits: Limits,
	{ accept = 'application/json', json, signal }: Asking,
	take: (chunk: Uint8Array<ArrayBuffer>, total?: number) => void,
): Promise<Result<undefined>> {
	const timer = new AbortController();
	const alarm = setTimeout(() => timer.abort(), limits.time);
	try {
		until?.throwIfAborted();
		let response: Answer;
		try {
			const ending = [timer.signal, signal, until].filter((one) => one !== undefined);
			const any = ending.length === 1 ? timer.signal : AbortSignal.any(ending);
			response = await ask(url, requestOptions({ headers, accept, json, signal: any }));
		} catch (error) {
			until?.throwIfAborted();
			return timer.signal.aborted ? failed('registry-timeout') : failed('registry-unreachable', message(error));
		}
		const refused = refusal(response);
		const retryAfter = refused === 'rate-limited' ? parseRetryAfter(response.headers.get('retry-after')) : undefined;
		if (refused) {
			await letGo(response);
			until?.throwIfAborted();
			return { ...failed(refused, String(response.status || '')), ...(retryAfter && { retryAfter }) };
		}
		return await readBody(response, limits.bytes, take).catch((error: unknown) => {
			until?.throwIfAborted();
			return timer.signal.aborted ? failed('registry-timeout') : failed('cut-off', message(error));
		});
	} finally {
		clearTimeout(alarm);
	}
}

/** Which failure a status means; `undefined` for an answer that can be read. */
function refusal(response: Answer): FailureCode | undefined {
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
