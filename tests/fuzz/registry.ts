/** Owns how a world answers requests: a stand-in for `fetch`, without network, that knows the registry's addresses. */
import type { Served, World } from './world.ts';

/** What was asked for, in order: the kind of answer. */
export interface Log {
	asked: string[];
	/** Whether the registry is gone. */
	isGone: boolean;
}

/** The message by which the product's seam knows a time-out; nobody waits for a real one. */
export const TIMED_OUT = 'timed out in a fuzzed world';

/** A stand-in for `fetch` over a world; what it was asked stands in the log. */
export function fetchFrom(world: World, log: Log): typeof fetch {
	return async (input, init) => {
		const { pathname } = new URL(String(input));
		const accept = new Headers(init?.headers).get('accept') ?? '';
		const [kind, served] = route(world, pathname.split('/').slice(1).map(decodeURIComponent), accept);
		log.asked.push(kind);
		if (log.isGone) throw new TypeError('fetch failed');
		return respond(served);
	};
}

function route(world: World, path: string[], accept: string): [kind: string, served: Served] {
	const missing: Served = { json: { error: 'Not found' }, status: 404 };
	const text = path.join('/');
	if (text === '-/npm/v1/keys') return ['keys', world.keys];
	if (text === '-/npm/v1/security/advisories/bulk') return ['advisories', world.advisories];
	const prefix = `-/npm/v1/attestations/${world.name}@`;
	if (text.startsWith(prefix)) {
		const version = text.slice(prefix.length);
		return [`attestations ${version}`, world.attestations.get(version) ?? missing];
	}
	if (text === world.name)
		return accept.includes('install-v1') ? ['short-list', world.shortList] : ['list', world.list];
	if (text.startsWith(`${world.name}/`)) {
		const selector = text.slice(world.name.length + 1);
		const version = selector === world.selector ? world.version : selector;
		return [`manifest ${version}`, world.manifests.get(version) ?? missing];
	}
	return [`other ${text}`, missing];
}

function respond({ json, status }: Served): Response {
	const text = JSON.stringify(json) ?? '';
	switch (status) {
		case undefined:
			return new Response(text);
		case 'unreachable':
			throw new TypeError('fetch failed');
		case 'timeout':
			throw new TypeError(TIMED_OUT);
		case 'cut-off':
			return new Response(text.slice(0, Math.floor(text.length / 2)));
		case 'broken':
			return new Response(broken(text));
		case 'not-json':
			return new Response('<html>Sign in</html>');
		case 'wrong-shape':
			return new Response('[{"attestations":7,"versions":[],"name":{}}]');
		case 'deep':
			return new Response(`{"attestations":${'['.repeat(5000)}${']'.repeat(5000)}}`);
		case 302: {
			// What `fetch` gives where redirects are not followed.
			const response = new Response(null, { status: 302, headers: { location: 'https://example.test/' } });
			return response;
		}
		default:
			return new Response(JSON.stringify({ error: 'as the world says' }), { status });
	}
}

/** A body that breaks in the middle. */
function broken(text: string): ReadableStream<Uint8Array> {
	const bytes = new TextEncoder().encode(text);
	let isFirst = true;
	return new ReadableStream({
		pull(controller) {
			if (isFirst) controller.enqueue(bytes.subarray(0, bytes.length >> 1));
			else controller.error(new TypeError('terminated'));
			isFirst = false;
		},
	});
}

/** Statuses after which the product may give up on asking that answer. */
export function isAnswered(served: Served | undefined): served is Served {
	return served !== undefined && served.status === undefined;
}
