/** Owns the world that the browsers see in tests: npm's site, the registry and every other host, behind one local proxy. */
import {
	createServer as createHttpServer,
	type IncomingHttpHeaders,
	type IncomingMessage,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { GITHUB_API, GITHUB_RAW, NPM_SITE, REGISTRY, REKOR, SIGSTORE_TUF } from '../../lib/npm/hosts.ts';
import type { Package } from './recordings.ts';
import { siteHtml, sitePage } from './site.ts';
import { standIn } from './stand-in.ts';

const SITE_HOST = new URL(NPM_SITE).host;
const REGISTRY_HOST = new URL(REGISTRY).host;
const TUF_HOST = new URL(SIGSTORE_TUF).host;
/** Those that are asked only for a look. */
const LOOK_HOSTS = [GITHUB_API, GITHUB_RAW, REKOR].map((origin) => new URL(origin).host);

/** What browsers ask of their makers unasked; answered 501 like all else, but nobody's fault. */
const NOISE =
	/(^|\.)(mozilla\.(com|net|org)|firefox\.com|mozaws\.net|google\.com|googleapis\.com|gvt1\.com|gstatic\.com)$/;

/** A request that came in. */
export interface LoggedRequest {
	method: string;
	host: string;
	/** Path and query as sent. */
	path: string;
	headers: IncomingHttpHeaders;
	/** What was asked of the registry; absent for every other host. */
	kind?: RegistryKind;
	/** The packages whose advisories were asked for, once that was read. */
	names?: string[];
	/** Milliseconds since the epoch. */
	time: number;
	/** When the answer began to go out, or the connection ended; absent while the request is under way. */
	endTime?: number;
}

/** What can be asked of the registry. */
export type RegistryKind =
	| 'manifest'
	| 'packument'
	| 'attestations'
	| 'tarball'
	| 'advisories'
	| 'keys'
	| 'search'
	| 'other';

/** A TUF repository: path below its address -> bytes. */
type TufFiles = ReadonlyMap<string, Uint8Array>;

/** An answer of GitHub or the log: a status, or a body (JSON, or text as it is). */
interface OutsideRecord {
	status?: number;
	json?: unknown;
	text?: string;
}

/** How a request is answered instead of by the recording; what is left out stays as recorded. */
export interface Behaviour {
	status?: number;
	headers?: Record<string, string>;
	body?: string | Buffer;
	/** Milliseconds before the answer begins. */
	delay?: number;
	/** The answer is held until this resolves, which the scenario sees to. */
	until?: Promise<unknown>;
	/** No answer, ever: who asked has to give up. Nobody else waits for that (see `finish`). */
	isNever?: true;
	/** The connection ends before the answer begins. */
	isUnreachable?: true;
	/** The connection ends in the middle of the body. */
	isCutOff?: true;
	/** A body without end. */
	isEndless?: true;
	/** ... of which little comes at a time. */
	isSlow?: true;
}

/** The local server. */
export interface LocalServer {
	/** `host:port` of the proxy that the browser must use. */
	proxy: string;
	/** The registry as it is served here, over plain http: for commands that take an address. */
	registry: string;
	/** Every request so far, in order of arrival. */
	requests: LoggedRequest[];
	/** Requests for which there is no recording: each was answered 501 and is a failure of the scenario. */
	unrecorded: LoggedRequest[];
	/** Bodies without end that somebody is still listening to. */
	open: number;
	/** The browsers' own requests to their makers. */
	noise: LoggedRequest[];
	/** Serves these packages, besides those served already; a package of the same name is replaced. */
	serve(...packages: Package[]): void;
	/** Answers requests of a kind (or those that match) in another way, until `reset`. The last one said goes first. */
	override(which: RegistryKind | ((request: LoggedRequest) => boolean), behaviour: Behaviour): void;
	/** The registry's own list of keys, until `reset`; without one it names none. */
	keys: { keyid: string; expires: string | null }[];
	/** How npm's site behaves: milliseconds until a page's data comes, what it is held for besides, its colours, and where it has names. */
	site: {
		delay: number;
		until: Promise<unknown> | undefined;
		colorMode: 'light' | 'dark';
		namedBy: 'h1' | 'h2' | 'sidebar' | 'title';
	};
	/** Sigstore's TUF repository; empty by default, since the extension may ask it at any time of its own accord. */
	tuf: TufFiles;
	/** What GitHub and the log answer, by path and query: anything else with 404. Where it is empty, nobody may ask them. */
	outside: { [path: string]: OutsideRecord };
	/**
	 * Answers at once whatever is delayed or held, ends what has no end, and resolves when the registry owes nobody an answer: all
	 * went out whole, or nobody listens any more. What is asked from now on is not held either, until `reset`.
	 */
	finish(): Promise<void>;
	/** Forgets requests, overrides, packages and the TUF repository. */
	reset(): void;
	close(): Promise<void>;
}

/** Starts the server on a free port of the loopback. */
export async function startServer(): Promise<LocalServer> {
	const packages = new Map<string, Package>();
	const overrides: { matches: (request: LoggedRequest) => boolean; behaviour: Behaviour }[] = [];
	const sockets = new Set<Socket>();
	/** Answers of the registry that are owed. */
	const owed = new Set<{ response: ServerResponse; behaviour: Behaviour }>();
	/** Resolves when nothing is held any longer. */
	let haste = Promise.withResolvers<void>();
	const defaults = { delay: 150, until: undefined, colorMode: 'light', namedBy: 'h1' } as const;

	const proxy = createHttpServer((request, response) => {
		if (request.url?.startsWith('/')) {
			void answerRegistry(request, response).catch(() => response.destroy());
			return;
		}
		// Plain http through the proxy has no recordings.
		const { host, pathname } = new URL(request.url ?? '/', 'http://unknown');
		note({ method: request.method ?? '', host, path: pathname, headers: request.headers, time: Date.now() });
		response.writeHead(501).end();
	});
	await standIn(proxy, [SITE_HOST, REGISTRY_HOST, TUF_HOST, ...LOOK_HOSTS], (request, response) => {
		void answer(request, response).catch((error: unknown) => {
			console.error('local server:', error);
			response.destroy();
		});
	});
	proxy.on('connection', (socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));

	const { port } = proxy.address() as AddressInfo;
	const server: LocalServer = {
		proxy: `127.0.0.1:${port}`,
		registry: `http://127.0.0.1:${port}`,
		requests: [],
		unrecorded: [],
		open: 0,
		noise: [],
		serve: (...more) => {
			for (const one of more) packages.set(one.packument.name, one);
		},
		override: (which, behaviour) => {
			const matches = typeof which === 'function' ? which : (request: LoggedRequest) => request.kind === which;
			overrides.unshift({ matches, behaviour });
		},
		keys: [],
		site: { ...defaults },
		tuf: new Map(),
		outside: {},
		finish: async () => {
			haste.resolve();
			for (const { response, behaviour } of owed) if (behaviour.isEndless) response.destroy();
			await Promise.all([...owed].map(({ response }) => new Promise((resolve) => response.once('close', resolve))));
			if (owed.size > 0) await server.finish();
		},
		reset: () => {
			haste.resolve();
			haste = Promise.withResolvers();
			packages.clear();
			server.tuf = new Map();
			server.outside = {};
			overrides.length = 0;
			server.requests.length = 0;
			server.unrecorded.length = 0;
			server.noise.length = 0;
			server.keys = [];
			Object.assign(server.site, defaults);
		},
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => proxy.close(resolve));
		},
	};
	return server;

	function note(logged: LoggedRequest): void {
		(NOISE.test(logged.host) ? server.noise : server.unrecorded).push(logged);
	}

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { method = 'GET', headers } = request;
		const host = (headers.host ?? '').replace(/:443$/, '');
		if (host === REGISTRY_HOST) return answerRegistry(request, response);
		const url = new URL(request.url ?? '/', `https://${host}`);
		const logged: LoggedRequest = { method, host, path: url.pathname + url.search, headers, time: Date.now() };
		response.on('close', () => {
			logged.endTime ??= Date.now();
		});
		if (host === SITE_HOST) {
			server.requests.push(logged);
			return answerSite(url, headers['x-spiferack'] !== undefined, response);
		}
		if (host === TUF_HOST) {
			server.requests.push(logged);
			const behaviour = overrides.find(({ matches }) => matches(logged))?.behaviour ?? {};
			const bytes = server.tuf.get(url.pathname.slice(1));
			await hold(behaviour);
			logged.endTime ??= Date.now();
			await send(response, behaviour, bytes ? { status: 200, body: Buffer.from(bytes) } : { status: 404, body: '' });
			return;
		}
		if (LOOK_HOSTS.includes(host) && Object.keys(server.outside).length > 0) {
			server.requests.push(logged);
			const { status = 200, json, text: body } = server.outside[logged.path] ?? { status: 404 };
			const left = { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '42', 'x-ratelimit-reset': '4102444800' };
			response.writeHead(status, host === LOOK_HOSTS[0] ? left : {}).end(body ?? JSON.stringify(json ?? {}));
			return;
		}
		note(logged);
		response.writeHead(501).end();
	}

	async function answerRegistry(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { pathname, search } = new URL(request.url ?? '/', REGISTRY);
		const asked = readRegistryPath(pathname, search);
		const logged: LoggedRequest = {
			method: request.method ?? 'GET',
			host: REGISTRY_HOST,
			path: pathname + search,
			headers: request.headers,
			kind: asked.kind,
			time: Date.now(),
		};
		response.on('close', () => {
			logged.endTime ??= Date.now();
		});
		server.requests.push(logged);
		const behaviour = overrides.find(({ matches }) => matches(logged))?.behaviour ?? {};
		const owes = { response, behaviour };
		if (!behaviour.isNever) owed.add(owes);
		response.on('close', () => owed.delete(owes));
		const names = asked.kind === 'advisories' ? Object.keys(JSON.parse(await text(request))) : [];
		if (asked.kind === 'advisories') logged.names = names;
		const found = asked.kind === 'keys' ? json({ keys: server.keys }) : recording(asked, packages, names);
		const recorded = behaviour.status === undefined ? found : undefined;
		if (recorded === undefined && behaviour.status === undefined) note(logged);
		if (behaviour.isEndless) {
			server.open += 1;
			response.on('close', () => {
				server.open -= 1;
			});
		}
		await hold(behaviour);
		logged.endTime ??= Date.now();
		await send(response, behaviour, recorded ?? { status: 501, body: 'no recording' });
	}

	/** Resolves when the answer may begin. */
	async function hold({ delay, until, isNever }: Behaviour): Promise<void> {
		if (isNever) await new Promise(() => undefined);
		if (delay) await Promise.race([sleep(delay, undefined, { ref: false }), haste.promise]);
		if (until) await Promise.race([until, haste.promise]);
	}

	async function answerSite(url: URL, asData: boolean, response: ServerResponse): Promise<void> {
		if (url.pathname === '/favicon.ico') {
			response.writeHead(204).end();
			return;
		}
		if (url.pathname === REST_PATH) {
			response.writeHead(200, { 'content-type': 'text/html' }).end('<title>npm</title>');
			return;
		}
		const page = sitePage(url, packages, server.site.namedBy);
		if (asData) {
			await sleep(server.site.delay, undefined, { ref: false });
			await server.site.until;
			response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
			return;
		}
		const status = page.kind === 'missing' ? 404 : 200;
		response.writeHead(status, { 'content-type': 'text/html' }).end(siteHtml(page, server.site.colorMode));
	}
}

/** A page of the site with nothing on it. */
const REST_PATH = '/-/rest';
/** Where a tab rests between scenarios. On the site's own host: from there to a page of it, the browser starts no further process. */
export const REST_ADDRESS = `${NPM_SITE}${REST_PATH}`;

interface Asked {
	kind: RegistryKind;
	name: string;
	selector: string;
}

/**
/**
 * `/NAME`, `/NAME/VERSION-or-tag`, `/NAME/-/FILE.tgz`, `/-/npm/v1/{keys,attestations/NAME@VERSION}`, `/-/v1/search?text=`;
 * scopes escaped or not; and `/-/npm/v1/security/advisories/bulk`.
 */
function readRegistryPath(pathname: string, search: string): Asked {
	if (pathname === '/-/npm/v1/security/advisories/bulk') return { kind: 'advisories', name: '', selector: '' };
	if (pathname === '/-/v1/search')
		return { kind: 'search', name: '', selector: new URLSearchParams(search).get('text') ?? '' };
	const segments = pathname
		.slice(1)
		.split('/')
		.flatMap((segment) => decodeURIComponent(segment).split('/'));
	const attestations = segments.slice(0, 4).join('/') === '-/npm/v1/attestations';
	if (attestations) segments.splice(0, 4);
	else if (pathname === '/-/npm/v1/keys') return { kind: 'keys', name: '', selector: '' };
	else if (segments[0] === '-') return { kind: 'other', name: '', selector: pathname };
	const first = segments.shift() ?? '';
	const name = first.startsWith('@') ? `${first}/${segments.shift() ?? ''}` : first;
	if (attestations) {
		const at = name.lastIndexOf('@');
		return { kind: 'attestations', name: name.slice(0, at), selector: name.slice(at + 1) };
	}
	const [selector, file] = segments;
	if (selector === undefined) return { kind: 'packument', name, selector: '' };
	if (selector !== '-') return { kind: 'manifest', name, selector };
	const version = (file ?? '').slice((name.split('/').at(-1) ?? '').length + 1, -'.tgz'.length);
	return { kind: 'tarball', name, selector: version };
}

interface Answer {
	status: number;
	body: string | Buffer;
}

/**
 * The recorded answer; `undefined` where there is no recording, which is not the same as the registry having nothing.
 * @param names packages whose advisories are asked for.
 */
function recording(
	{ kind, name, selector }: Asked,
	packages: ReadonlyMap<string, Package>,
	names: readonly string[],
): Answer | undefined {
	if (kind === 'advisories') {
		if (!names.every((one) => packages.has(one))) return undefined;
		const listed = names.flatMap((one) => {
			const { advisories = [] } = packages.get(one) ?? {};
			return advisories.length > 0 ? [[one, advisories] as const] : [];
		});
		return json(Object.fromEntries(listed));
	}
	if (kind === 'search') {
		const found = [...packages.keys()].filter((one) => one.includes(selector));
		return json({ objects: found.map((one) => ({ package: { name: one } })), total: found.length });
	}
	const known = packages.get(name);
	if (!known) return undefined;
	const { packument, attestations, tarballs } = known;
	if (kind === 'packument') return json(packument);
	const version = packument['dist-tags'][selector] ?? selector;
	const manifest = packument.versions[version];
	if (!manifest) return undefined;
	if (kind === 'manifest') return json(manifest);
	if (kind === 'attestations')
		return version in attestations ? json(attestations[version]) : { status: 404, body: '{}' };
	const tarball = tarballs[version];
	return kind === 'tarball' && tarball ? { status: 200, body: tarball } : undefined;
}

function json(value: unknown): Answer {
	return { status: 200, body: JSON.stringify(value) };
}

async function send(response: ServerResponse, behaviour: Behaviour, recorded: Answer): Promise<void> {
	if (behaviour.isUnreachable) {
		response.destroy();
		return;
	}
	const body = Buffer.from(behaviour.body ?? recorded.body);
	// What has no end is sent packed, so that a limit of many megabytes is soon reached.
	const isPacked = behaviour.isEndless && !behaviour.isSlow;
	response.writeHead(behaviour.status ?? recorded.status, {
		'content-type': 'application/json',
		...(!behaviour.isEndless && { 'content-length': String(body.length) }),
		...(isPacked && { 'content-encoding': 'gzip' }),
		...behaviour.headers,
	});
	if (behaviour.isCutOff) {
		response.write(body.subarray(0, body.length >> 1), () => response.destroy());
		return;
	}
	if (!behaviour.isEndless) {
		response.end(body);
		return;
	}
	// Ends when the other side has had enough.
	const parts = Readable.from(isPacked ? blanks(2 ** 20, 0) : blanks(2 ** 16, 50));
	await pipeline(parts, isPacked ? createGzip({ level: 1 }) : new PassThrough(), response).catch(() => undefined);
}

async function* blanks(bytes: number, pause: number) {
	for (;;) {
		yield Buffer.alloc(bytes, ' ');
		if (pause > 0) await sleep(pause, undefined, { ref: false });
	}
}
