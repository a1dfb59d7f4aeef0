/** Owns how every request is made, whomever it asks, and how its answer's body is read within a limit. */
import { failed, type Result, success } from '../report/result.ts';

/** What differs between requests, besides the address. */
interface Asking {
	/** Media type of the answer; any by default. */
	accept?: string | undefined;
	/** Sent as JSON, by POST. */
	json?: unknown;
	/** Of a registry that wants to know who asks; none in the extension. */
	headers?: Record<string, string> | undefined;
	/** Cancels the request. */
	signal: AbortSignal;
}

/**
 * Options of every request: no cookies, no referrer, nothing from the browser's cache, no redirect followed. No header tells readers
 * apart: the languages are left out, and so is what Firefox would put into `Origin`, an address that is unique to the profile.
 */
export function requestOptions({ accept = '*/*', json, headers, signal }: Asking): RequestInit {
	return {
		credentials: 'omit',
		referrerPolicy: 'no-referrer',
		// Nothing we ask for redirects. Following would tell another host what the reader looks at.
		redirect: 'manual',
		cache: 'no-store',
		// With no referrer this makes Firefox send `Origin: null`; the host permission lets it through. Node refuses the mode, and has no origin.
		...('location' in globalThis && { mode: 'same-origin' }),
		headers: {
			...headers,
			accept,
			'accept-language': '*',
			...(json !== undefined && { 'content-type': 'application/json' }),
		},
		...(json !== undefined && { method: 'POST', body: JSON.stringify(json) }),
		signal,
	};
}

/** What is read of an answer. `fetch` gives one, and so may another client in its place. */
export interface Answer extends Pick<Response, 'type' | 'status' | 'ok'> {
	headers: Pick<Headers, 'get'>;
	body: null | {
		getReader(): Pick<ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>, 'read' | 'cancel'>;
	};
}

/** How a request is made: as the platform's `fetch` does it, redirects not followed. */
export type Fetch = (url: string, options: RequestInit) => Promise<Answer>;

/** Whether an answer sends elsewhere. */
export function isRedirect({ type, status }: Pick<Answer, 'type' | 'status'>): boolean {
	return type === 'opaqueredirect' || (status >= 300 && status < 400);
}

/**
 * Reads a body as a stream, so that an endless one ends at the limit, and one that ends too early is noticed.
 * @param limit most bytes, after decompression.
 * @param take gets the body piece by piece, with its whole length where that is known.
 * @returns nothing, once the whole body was taken; or failures `too-large`, `cut-off`.
 * @throws what the stream throws where it breaks off.
 */
export async function readBody(
	response: Answer,
	limit: number,
	take: (chunk: Uint8Array<ArrayBuffer>, total?: number) => void,
): Promise<Result<undefined>> {
	const total = lengthOf(response);
	if (response.body === null) return success(undefined);
	const reader = response.body.getReader();
	let size = 0;
	for (;;) {
		const isTooLarge = Math.max(size, total ?? 0) > limit;
		if (isTooLarge) {
			await reader.cancel().catch(() => undefined);
			return failed('too-large', `more than ${limit} bytes`);
		}
		const { done, value } = await reader.read();
		if (done) break;
		size += value.byteLength;
		if (size <= limit) take(value, total);
	}
	return total !== undefined && size < total ? failed('cut-off', `${size} of ${total} bytes`) : success(undefined);
}

/** Most bytes that are read of a body that nobody wants: its connection can then serve the next request. */
const UNWANTED = 64 * 1024;

/** Lets go of the connection of an answer whose body nobody wants: a short one is read to its end, any other is cancelled. */
export async function letGo(response: Answer): Promise<void> {
	await readBody(response, UNWANTED, () => undefined).catch(() => undefined);
}

/** Bytes of a body, where the answer says so and they were not packed for the way. */
function lengthOf({ headers }: Answer): number | undefined {
	const length = headers.get('content-length');
	return length !== null && /^\d{1,15}$/.test(length) && headers.get('content-encoding') === null
		? Number(length)
		: undefined;
}

/**
 * What an exception says, and its innermost cause: Node's `fetch` names a refused connection, a certificate or a proxy's status
 * only there.
 */
export function message(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	let cause: Error & { code?: unknown } = error;
	for (let depth = 0; depth < MAX_CAUSES && cause.cause instanceof Error; depth += 1) cause = cause.cause;
	return cause === error ? error.message : `${error.message}: ${cause.message || String(cause.code)}`;
}

const MAX_CAUSES = 8;
