/** Tests of requests by Node's own client: a registry's answers come out as by `fetch`. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askByHttp } from '../../../cli/ask-by-http.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import { patient } from '../../../lib/registry/patient.ts';

const manifest = { name: 'a', version: '1.0.0', dist: { integrity: 'sha512-AA==' } };
const text = JSON.stringify(manifest);

/** What is answered on `/VERSION-OF-A`. */
const answers: Record<string, RequestListener> = {
	plain: (_request, response) => response.end(text),
	gzip: (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text)),
	br: (_request, response) => response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync(text)),
	'cut-gzip': (_request, response) =>
		response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text).subarray(0, 40)),
	'capital-gzip': (_request, response) => response.writeHead(200, { 'content-encoding': 'GZip' }).end(gzipSync(text)),
	'x-gzip': (_request, response) => response.writeHead(200, { 'content-encoding': 'x-gzip' }).end(gzipSync(text)),
	missing: (_request, response) => response.writeHead(404).end('{"error":"Not found"}'),
	'missing-endless': (request, response) => {
		response.writeHead(404);
		answers.endless?.(request, response);
	},
	'missing-no-gzip': (_request, response) => response.writeHead(404, { 'content-encoding': 'gzip' }).end('Not found'),
	'broken-cut-gzip': (_request, response) =>
		response.writeHead(503, { 'content-encoding': 'gzip' }).end(gzipSync(text).subarray(0, 40)),
	'other-coding': (_request, response) => response.writeHead(200, { 'content-encoding': 'constructor' }).end(text),
	cut: (request, response) => {
		response.writeHead(200, { 'content-length': '1000' });
		response.write(text);
		setTimeout(() => request.socket.destroy(), 20);
	},
	elsewhere: (_request, response) => response.writeHead(302, { location: '/a/plain' }).end(),
	late: (_request, response) => void response.writeHead(429, { 'retry-after': '7' }).end(gzipSync('x'.repeat(100_000))),
	endless: (_request, response) => {
		const more = () => void (response.write(Buffer.alloc(100_000)) ? setImmediate(more) : response.once('drain', more));
		more();
	},
	silent: () => undefined,
	secret: ({ headers }, response) => response.end(JSON.stringify({ ...manifest, version: headers.authorization })),
};

const server = createServer((request, response) => answers[request.url?.split('/').at(-1) ?? '']?.(request, response));
let base = '';

beforeAll(async () => {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.closeAllConnections());

const limits = { bytes: 1_000_000, time: 500 };
const ask = async (selector: string, more = {}) => {
	const registry = createRegistry(base, { small: limits, ask: askByHttp, ...more });
	const answer = await registry.fetchManifest({ name: 'a', selector, kind: 'tag' });
	return answer.ok ? answer.value.version : answer.failure.code;
};

test.each([
	['plain', '1.0.0'],
	['gzip', '1.0.0'],
	['br', '1.0.0'],
	['cut-gzip', 'cut-off'],
	['capital-gzip', '1.0.0'],
	['x-gzip', '1.0.0'],
	['missing', 'release-not-found'],
	['missing-endless', 'release-not-found'],
	['missing-no-gzip', 'release-not-found'],
	['broken-cut-gzip', 'registry-error'],
	['other-coding', 'registry-unreachable'],
	['cut', 'cut-off'],
	['elsewhere', 'foreign-redirect'],
	['late', 'rate-limited'],
	['endless', 'too-large'],
	['silent', 'registry-timeout'],
])('%s: %s', async (selector, expected) => {
	expect(await ask(selector)).toBe(expected);
});

test('the headers of the address go along, and a waiting time is read', async () => {
	expect(await ask('secret', { headers: { authorization: '2.0.0' } })).toBe('2.0.0');
	const registry = createRegistry(base, { ask: askByHttp });
	expect(await registry.fetchManifest({ name: 'a', selector: 'late', kind: 'tag' })).toMatchObject({
		retryAfter: 7000,
	});
});

test('nobody listens, and who asks leaves', async () => {
	const nobody = createRegistry('http://127.0.0.1:9', { ask: askByHttp });
	expect(await nobody.fetchManifest({ name: 'a', selector: '1.0.0', kind: 'version' })).toMatchObject({
		failure: { code: 'registry-unreachable', detail: expect.stringContaining('ECONNREFUSED') },
	});
	const leaving = new AbortController();
	const asked = createRegistry(base, { ask: askByHttp }).until(leaving.signal);
	const answer = asked.fetchManifest({ name: 'a', selector: 'silent', kind: 'tag' });
	setTimeout(() => leaving.abort(new Error('left')), 30);
	await expect(answer).rejects.toThrow('left');
});

test('a long run has as many connections as requests at a time', async () => {
	let connections = 0;
	const count = () => {
		connections += 1;
	};
	server.closeAllConnections();
	server.on('connection', count);
	const registry = patient(createRegistry(base, { ask: askByHttp }), 3);
	const asked = ['plain', 'gzip'].flatMap((selector) => Array<string>(40).fill(selector));
	await Promise.all(asked.map((selector) => registry.fetchManifest({ name: 'a', selector, kind: 'tag' })));
	server.off('connection', count);
	expect(connections).toBeLessThanOrEqual(3);
});

test.each(['missing', 'missing-endless', 'missing-no-gzip', 'broken-cut-gzip'])(
	'refused answers leave no connection behind: %s',
	async (selector) => {
		server.closeAllConnections();
		for (let count = 0; count < 20; count += 1) await ask(selector);
		await expect
			.poll(() => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))))
			.toBeLessThanOrEqual(2);
	},
);

test('what `fetch` is refused lets go of its connection too', async () => {
	server.closeAllConnections();
	const registry = createRegistry(base, { small: limits });
	for (let count = 0; count < 20; count += 1)
		await registry.fetchManifest({ name: 'a', selector: 'missing-endless', kind: 'tag' });
	await expect
		.poll(() => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))))
		.toBeLessThanOrEqual(2);
});
