/** Owns every request to the npm registry: built here, limited in bytes and time, parsed at the door. */
import maxSatisfying from 'semver/ranges/max-satisfying.js';
import * as v from 'valibot';
import { parseJson } from './json.ts';
import { isPackageName, isVersion, REGISTRY, type ReleaseSpec } from './release.ts';
import { type FailureCode, failed, type Manifest, type Result, success } from './report.ts';

/** The registry, as far as the walk needs it. */
export interface ReleaseRegistry {
	/** @returns failures `release-not-found` (404, private, or nothing in the range) and all of asking. */
	fetchManifest(spec: ReleaseSpec): Promise<Result<Manifest>>;
	/** @returns the parsed answer; `undefined` where the registry has none (404); all failures of asking. */
	fetchAttestations(name: string, version: string): Promise<Result<unknown>>;
	/**
	 * The full packument as bytes (a Blob), since it may have 20 MB: those are kept and read in slices, where a text or a value of that
	 * size would hold the thread. Whether it is JSON is seen when it is read. @returns `release-not-found` and all failures of asking.
	 */
	fetchPackument(name: string): Promise<Result<unknown>>;
}

/** The registry, with what lists and look-ups need of it besides. */
export interface Registry extends ReleaseRegistry {
	/** The abbreviated packument, without times and publishers. @returns as `fetchPackument`. */
	fetchAbbreviated(name: string): Promise<Result<unknown>>;
	/** Names of packages that the registry finds for a text, the best first. @returns all failures of asking. */
	search(text: string): Promise<Result<string[]>>;
}

interface Limits {
	/** Most bytes of an answer, after decompression. */
	bytes: number;
	/** Longest time from the request to the last byte, in milliseconds. */
	time: number;
}

const SMALL: Limits = { bytes: 8 * 1024 * 1024, time: 20_000 };
/** The largest packuments today are some tens of megabytes. */
const LARGE: Limits = { bytes: 128 * 1024 * 1024, time: 90_000 };

const text = v.string();
const signature = v.object({ keyid: text, sig: text });
const manifestShape = v.object({
	name: text,
	version: text,
	dist: v.object({
		integrity: v.optional(text),
		unpackedSize: v.optional(v.number()),
		signatures: v.optional(v.pipe(v.array(signature), v.maxLength(16)), []),
		attestations: v.optional(v.object({ provenance: v.optional(v.object({ predicateType: text })) })),
	}),
	// Old manifests have all kinds of things here; only an address is of use.
	repository: v.fallback(v.optional(v.union([text, v.object({ url: text })])), undefined),
});

/**
 * The registry behind `base`.
 * @param base origin of the registry or of a mirror of it, https (or http on loopback).
 * @param limits for tests that cannot wait; the default is meant.
 */
export function createRegistry(
	base: string = REGISTRY,
	limits: { small: Limits; large: Limits } = { small: SMALL, large: LARGE },
): Registry {
	const address = (path: string) => `${base.replace(/\/+$/, '')}/${path}`;
	const escaped = (name: string) => name.replace('/', '%2F');

	async function fetchPackument(name: string, accept?: string): Promise<Result<Blob>> {
		const body = await fetchBytes(address(escaped(name)), limits.large, accept);
		if (!body.ok) return body;
		// What is plainly something else, as a login page is, must not be kept as an answer.
		const [head, tail] = await Promise.all([body.value.slice(0, 100).text(), body.value.slice(-100).text()]);
		return /^\s*\{/.test(head) && /\}\s*$/.test(tail) ? body : failed('not-json');
	}
	const fetchAbbreviated = (name: string) => fetchPackument(name, ABBREVIATED);

	async function resolveRange(spec: ReleaseSpec): Promise<Result<string>> {
		const fetched = await fetchAbbreviated(spec.name);
		const packument = fetched.ok ? await parseJson(fetched.value) : fetched;
		if (!packument.ok) return packument;
		const parsed = v.safeParse(v.object({ versions: v.record(text, v.unknown()) }), packument.value);
		if (!parsed.success) return failed('wrong-shape', 'packument without versions');
		const version = maxSatisfying(Object.keys(parsed.output.versions).filter(isVersion), spec.selector);
		return version === null ? failed('release-not-found', `nothing in ${spec.selector}`) : success(version);
	}

	return {
		async fetchManifest(spec) {
			let { selector } = spec;
			if (spec.kind === 'range') {
				const resolved = await resolveRange(spec);
				if (!resolved.ok) return resolved;
				selector = resolved.value;
			}
			const answer = await fetchJson(address(`${escaped(spec.name)}/${encodeURIComponent(selector)}`), limits.small);
			return answer.ok ? parseManifest(answer.value, { ...spec, selector }) : answer;
		},
		async fetchAttestations(name, version) {
			const path = `-/npm/v1/attestations/${escaped(name)}@${encodeURIComponent(version)}`;
			const answer = await fetchJson(address(path), limits.small);
			if (!answer.ok && answer.failure.code === 'release-not-found') return success(undefined);
			return answer;
		},
		fetchPackument: (name) => fetchPackument(name),
		fetchAbbreviated,
		async search(text) {
			const query = new URLSearchParams({ text, size: String(MOST_FOUND) });
			const answer = await fetchJson(address(`-/v1/search?${query}`), limits.small);
			if (!answer.ok) return answer;
			const parsed = v.safeParse(searchShape, answer.value);
			if (!parsed.success) return failed('wrong-shape', 'search');
			return success(
				parsed.output.objects
					.map(({ package: { name } }) => name)
					.filter(isPackageName)
					.slice(0, MOST_FOUND),
			);
		},
	};
}

/** How each question to the registry is passed on, by `pass`; what it says of one question holds for all. */
function passing(registry: Registry, pass: <T>(fetchIt: () => Promise<Result<T>>) => Promise<Result<T>>): Registry {
	return {
		fetchManifest: (spec) => pass(() => registry.fetchManifest(spec)),
		fetchAttestations: (name, version) => pass(() => registry.fetchAttestations(name, version)),
		fetchPackument: (name) => pass(() => registry.fetchPackument(name)),
		fetchAbbreviated: (name) => pass(() => registry.fetchAbbreviated(name)),
		search: (text) => pass(() => registry.search(text)),
	};
}

/** The registry, asked at most `most` things at a time; the others wait for their turn. */
export function limited(registry: Registry, most: number): Registry {
	const waiting: (() => void)[] = [];
	let running = 0;
	return passing(registry, async (fetchIt) => {
		if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
		else running += 1;
		try {
			return await fetchIt();
		} finally {
			// The place goes on to the next in the queue, or becomes free.
			const next = waiting.shift();
			if (next) next();
			else running -= 1;
		}
	});
}

/**
 * The registry behind the browser's permission to ask it: where that is withheld, every answer is `permission-withheld`.
 * @param isPermitted asked before each request, since it can be given and taken at any time.
 */
export function permitted(registry: Registry, isPermitted: () => Promise<boolean>): Registry {
	return passing(registry, async (fetchIt) => ((await isPermitted()) ? fetchIt() : failed('permission-withheld')));
}

/** @returns failure `wrong-shape` also where the answer speaks of another release than the one asked for. */
function parseManifest(json: unknown, spec: ReleaseSpec): Result<Manifest> {
	const parsed = v.safeParse(manifestShape, json);
	if (!parsed.success) {
		const [issue] = parsed.issues;
		return failed('wrong-shape', `${v.getDotPath(issue) ?? ''} ${issue.message}`.trim());
	}
	const { name, version, dist, repository } = parsed.output;
	if (name !== spec.name || !isVersion(version) || (spec.kind !== 'tag' && version !== spec.selector))
		return failed('wrong-shape', `asked for ${spec.name}@${spec.selector}, got ${name}@${version}`);
	return success({
		name,
		version,
		integrity: dist.integrity,
		unpackedSize: dist.unpackedSize,
		signatures: dist.signatures,
		attestations: dist.attestations && { provenance: dist.attestations.provenance?.predicateType },
		repository: typeof repository === 'string' ? repository : repository?.url,
	});
}

const MOST_FOUND = 8;
const searchShape = v.object({ objects: v.array(v.object({ package: v.object({ name: text }) })) });

const ABBREVIATED = 'application/vnd.npm.install-v1+json';

/** One GET. @returns the parsed JSON, or a failure of asking. */
async function fetchJson(url: string, limits: Limits): Promise<Result<unknown>> {
	const body = await fetchBytes(url, limits);
	return body.ok ? parseJson(body.value) : body;
}

/**
 * One GET, as every request here is made: no cookies, no referrer, no redirects, within the limits.
 * @returns the body, or a failure of asking.
 */
async function fetchBytes(url: string, limits: Limits, accept = 'application/json'): Promise<Result<Blob>> {
	const timer = new AbortController();
	const alarm = setTimeout(() => timer.abort(), limits.time);
	try {
		let response: Response;
		try {
			response = await fetch(url, {
				headers: { accept },
				credentials: 'omit',
				referrerPolicy: 'no-referrer',
				// Nothing we ask for redirects. Following would tell another host what the reader looks at.
				redirect: 'manual',
				cache: 'no-store',
				signal: timer.signal,
			});
		} catch (error) {
			return timer.signal.aborted ? failed('registry-timeout') : failed('registry-unreachable', message(error));
		}
		const refused = refusal(response);
		if (refused) return failed(refused, String(response.status || ''));
		return await readBody(response, limits.bytes).catch((error: unknown) =>
			timer.signal.aborted ? failed('registry-timeout') : failed('cut-off', message(error)),
		);
	} finally {
		clearTimeout(alarm);
	}
}

/** Which failure a status means; `undefined` for an answer that can be read. */
function refusal({ type, status, ok }: Response): FailureCode | undefined {
	if (type === 'opaqueredirect' || (status >= 300 && status < 400)) return 'foreign-redirect';
	if (ok) return undefined;
	// 401 and 403 are what the registry says of private packages, 405 and 410 of what was taken away.
	if ([401, 403, 404, 405, 410].includes(status)) return 'release-not-found';
	if (status === 429) return 'rate-limited';
	return status >= 500 ? 'registry-error' : 'unexpected-status';
}

/** Reads the body as a stream, so that an endless one ends at the limit. */
async function readBody(response: Response, limit: number): Promise<Result<Blob>> {
	if (response.body === null) return success(new Blob());
	const reader = response.body.getReader();
	const parts: BlobPart[] = [];
	let size = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		size += value.byteLength;
		if (size > limit) {
			await reader.cancel().catch(() => undefined);
			return failed('too-large', `more than ${limit} bytes`);
		}
		parts.push(value);
	}
	return success(new Blob(parts));
}

function message(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
