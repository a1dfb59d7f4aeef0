/** Owns how hosts are asked that are asked only on request: one bounded GET, never sent elsewhere. */
import { isRedirect, message, readBody, requestOptions } from '../registry/request.ts';
import { failed, type Result, success } from '../report/result.ts';

/** An answer of any status, its body within the limit. */
export interface Answer {
	status: number;
	headers: Headers;
	body: Blob;
}

interface Asking {
	accept: string;
	/** Most bytes of the answer, after decompression. */
	bytes: number;
	signal?: AbortSignal | undefined;
	headers?: Record<string, string>;
}

/** Longest time of one request, in milliseconds. */
const MAX_TIME = 30_000;

/**
 * Asks for one address.
 * @returns the answer, also one that refuses; failures `source-unreachable` (no connection, no answer in time, another address) and
 *   `answer-unreadable` (too large, cut off).
 * @throws the signal's reason, where that was aborted.
 */
export async function ask(address: string, { accept, bytes, signal, headers }: Asking): Promise<Result<Answer>> {
	signal?.throwIfAborted();
	const timer = AbortSignal.timeout(MAX_TIME);
	const any = signal ? AbortSignal.any([timer, signal]) : timer;
	try {
		const response = await fetch(address, requestOptions({ accept, headers, signal: any }));
		if (isRedirect(response)) {
			await response.body?.cancel().catch(() => undefined);
			return failed('source-unreachable', 'it was moved: renamed or transferred');
		}
		const parts: Uint8Array<ArrayBuffer>[] = [];
		const read = await readBody(response, bytes, (chunk) => parts.push(chunk));
		if (!read.ok) return failed('answer-unreadable', read.failure.detail);
		return success({ status: response.status, headers: response.headers, body: new Blob(parts) });
	} catch (error) {
		signal?.throwIfAborted();
		return failed('source-unreachable', timer.aborted ? 'no answer in time' : message(error));
	}
}
