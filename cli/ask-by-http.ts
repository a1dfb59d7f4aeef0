/** Owns requests by Node's own `http`, which costs a long list a third of what `fetch` does. Proxies and authorities hold as for `fetch`. */
import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import type { Answer, Fetch } from '../lib/registry/request.ts';

/** Content codings -> what takes them off. `x-gzip` is gzip (RFC 9110, section 8.4.1.3). */
const DECODERS = { gzip: createGunzip, 'x-gzip': createGunzip, br: createBrotliDecompress } as const;

/** Those that are asked for. */
const WANTED = 'gzip, br';

/**
 * Node's `http` and `https` in the place of `fetch`, as far as a registry needs it: no redirect is followed, nothing is cached.
 * @returns the answer once its head is there. @throws what the connection or the signal throws.
 */
export const askByHttp: Fetch = (url, { method = 'GET', headers, body, signal }) =>
	new Promise((resolve, reject) => {
		const { request } = url.startsWith('https:') ? https : http;
		const asked = request(url, {
			method,
			headers: { ...(headers as Record<string, string>), 'accept-encoding': WANTED },
			...(signal && { signal }),
		});
		asked.on('response', (message) => {
			try {
				resolve(answerOf(message));
			} catch (error) {
				asked.destroy();
				reject(error);
			}
		});
		asked.on('error', reject);
		asked.end(typeof body === 'string' ? body : undefined);
	});

function answerOf(message: http.IncomingMessage): Answer {
	const { statusCode: status = 0, headers } = message;
	const body = decoded(message);
	return {
		type: 'default',
		status,
		ok: status >= 200 && status < 300,
		headers: { get: (name) => headers[name]?.toString() ?? null },
		body: { getReader: () => readerOf(body) },
	};
}

/** @throws Error for a coding that was not asked for. */
function decoded(message: http.IncomingMessage): Readable {
	const coding = message.headers['content-encoding']?.trim().toLowerCase();
	if (coding === undefined || coding === 'identity') return listened(message);
	if (!Object.hasOwn(DECODERS, coding)) throw new Error(`content coding ${coding.slice(0, 50)}`);
	const decoder = DECODERS[coding as keyof typeof DECODERS]();
	message.on('error', (error) => decoder.destroy(error));
	decoder.on('close', () => message.destroy());
	return message.pipe(listened(decoder));
}

/** A fault before somebody reads is no end of the process: whoever reads later still hears of it. */
function listened<Body extends Readable>(body: Body): Body {
	return body.on('error', () => undefined);
}

type Reader = ReturnType<NonNullable<Answer['body']>['getReader']>;

/** Its pieces as they come. */
function readerOf(body: Readable): Reader {
	const pieces: Uint8Array<ArrayBuffer>[] = [];
	let end: { error?: unknown } | undefined;
	let wake: (() => void) | undefined;
	const tell = () => wake?.();
	body.on('data', (piece: Uint8Array<ArrayBuffer>) => {
		pieces.push(piece);
		tell();
	});
	const stop = (error?: unknown) => {
		end ??= error === undefined ? {} : { error };
		tell();
	};
	body.on('end', () => stop());
	body.on('error', stop);
	const close = () => stop(body.errored ?? new Error('the connection was closed'));
	body.on('close', close);
	// What ended before somebody read says no more.
	if (body.destroyed) close();
	return {
		read: async () => {
			while (pieces.length === 0 && !end) {
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			}
			const value = pieces.shift();
			if (value) return { done: false, value };
			if (end?.error !== undefined) throw end.error;
			return { done: true, value: undefined };
		},
		cancel: async () => void body.destroy(),
	};
}
