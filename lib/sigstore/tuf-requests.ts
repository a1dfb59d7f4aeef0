/** Owns requests to a TUF repository, limited in bytes and time. */

import { isRedirect, message, readBody, requestOptions } from '../registry/request.ts';
import { failed, success } from '../report/result.ts';
import type { GetFile } from './tuf-files.ts';

/**
 * GET requests to one repository, made as all are, within limits.
 * @param left most bytes of all answers together.
 * @returns a file's bytes; `undefined` where there is no such file; or failures `trust-root-unreachable`,
 *   `trust-root-timeout`, `trust-root-redirected`, `trust-root-too-large`.
 */
export function limitedRequests(
	fetch: typeof globalThis.fetch,
	base: string,
	left: number,
	signal: AbortSignal,
): GetFile {
	let bytesLeft = left;
	return async (path, most) => {
		try {
			const response = await fetch(`${base}/${path}`, requestOptions({ signal }));
			const { status, ok } = response;
			if (isRedirect(response)) return failed('trust-root-redirected', path);
			// What this kind of store says of a file that is not there.
			if (status === 404 || status === 403) return success(undefined);
			if (!ok) return failed('trust-root-unreachable', `${path}: ${status}`);
			const parts: Uint8Array<ArrayBuffer>[] = [];
			const read = await readBody(response, Math.min(most, bytesLeft), (part) => parts.push(part));
			if (!read.ok)
				return failed(read.failure.code === 'too-large' ? 'trust-root-too-large' : 'trust-root-unreachable', path);
			const body = new Uint8Array(await new Blob(parts).arrayBuffer());
			bytesLeft -= body.length;
			return success(body);
		} catch (error) {
			return signal.aborted ? failed('trust-root-timeout', path) : failed('trust-root-unreachable', message(error));
		}
	};
}
