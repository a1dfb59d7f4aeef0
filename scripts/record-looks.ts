/** Owns the recording of what GitHub and the public log answer to the looks at one release: a local server between, which keeps each answer. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerInspect } from '../cli/inspect.ts';
import type { Surroundings } from '../cli/npm-config.ts';
import { GITHUB_API, GITHUB_RAW, REKOR } from '../lib/npm/hosts.ts';
import { LOOKS } from '../lib/report/looks.ts';

/** Path and query -> the answer, as tests/fixtures/outside.ts plays it. */
export type LookRecords = Record<string, { status: number; json?: unknown; text?: string }>;

/** Where the recording differs from what people ask for: in tests. */
export interface LookRecording {
	/** Whom the server between asks. */
	origins?: { api: string; files: string; log: string };
	/** More words for `inspect`. */
	options?: readonly string[];
	around?: Surroundings;
}

/** Looks that ask GitHub or the log. */
const RECORDED = LOOKS.filter((look) => look !== 'dependencies' && look !== 'scripts');

const PUBLIC = { api: GITHUB_API, files: GITHUB_RAW, log: REKOR };

/**
 * Makes all looks at a release, and keeps what was answered, as far as looks read it. Nobody is asked with a token.
 * @param spec `name@version`. @returns the records, and how each look ended over them.
 * @throws UsageError as `inspect` does.
 */
export async function recordLooks(
	spec: string,
	{ origins = PUBLIC, options = [], around }: LookRecording = {},
): Promise<{ records: LookRecords; said: string }> {
	const records: LookRecords = {};
	const server = createServer(({ url: path = '', headers }, response) => {
		void forward(path, headers, origins).then(
			(answer) => {
				// The looks themselves see no more than what is kept.
				records[path] = keptOf(path, answer);
				send(response, records[path], answer.headers);
			},
			() => response.destroy(),
		);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	try {
		const looks = ['--look', RECORDED.join(','), '--github', base, '--rekor', base];
		const { output } = await answerInspect([spec, ...looks, ...options], around);
		return { records, said: output };
	} finally {
		server.closeAllConnections();
		server.close();
	}
}

interface Answer {
	status: number;
	headers: Headers;
	text: string;
}

async function forward(path: string, asked: IncomingHttpHeaders, origins: typeof PUBLIC): Promise<Answer> {
	const origin = isOfApi(path) ? origins.api : isOfLog(path) ? origins.log : origins.files;
	const headers = ['accept', 'x-github-api-version'].flatMap((name) =>
		typeof asked[name] === 'string' ? [[name, asked[name]] as [string, string]] : [],
	);
	const answer = await fetch(`${origin}${path}`, { redirect: 'manual', headers });
	return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** With what GitHub says of requests that are left, so that none is made when none is. */
function send(response: ServerResponse, { status, json, text }: LookRecords[string], headers: Headers): void {
	const counts = [...headers].filter(([name]) => name.startsWith('x-ratelimit-') || name === 'retry-after');
	response.writeHead(status, Object.fromEntries(counts)).end(text ?? JSON.stringify(json));
}

const isOfApi = (path: string) => path.startsWith('/repos/');
const isOfLog = (path: string) => path.startsWith('/api/v1/');

/** What of an answer is kept. The log names workflows, and no people. */
function keptOf(path: string, { status, text }: Answer): LookRecords[string] {
	if (!isOfApi(path) && !isOfLog(path)) {
		const kept = path.endsWith('/package.json') ? packageWithoutPeople(text) : text;
		return { status, text: kept.replace(MAIL, 'somebody@mail.test') };
	}
	try {
		const json: unknown = JSON.parse(text);
		return { status, json: isOfLog(path) ? json : withoutPeople(json) };
	} catch {
		return { status, text: '' };
	}
}

/** An address of mail, also in an address of another kind; and neither `owner/action@branch.name` nor `name@1.0.0-rc.beta`. */
const MAIL =
	/(?<![\p{L}\p{N}_.+-])(?<![\p{L}\p{N}_.-]\/)[\p{L}\p{N}_.+-]+@(?!\d+\.\d+\.\d)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/gu;

/** Fields of a package.json that name people. No look reads them. */
const OF_PEOPLE = ['author', 'contributors', 'maintainers', 'bugs', 'funding'];

/** What is no JSON stays as it is: whoever reads it says so. */
function packageWithoutPeople(text: string): string {
	try {
		const json: unknown = JSON.parse(text);
		if (typeof json !== 'object' || json === null || Array.isArray(json)) return text;
		return JSON.stringify(Object.fromEntries(Object.entries(json).filter(([field]) => !OF_PEOPLE.includes(field))));
	} catch {
		return text;
	}
}

/** What looks read of GitHub's answers. All else names people: who started a run, wrote a message, or is asked for a review. */
const READ = new Set([
	...['id', 'full_name', 'default_branch', 'total_count', 'jobs', 'steps', 'name', 'status', 'conclusion'],
	...['run_attempt', 'head_sha', 'event', 'created_at', 'ref', 'object', 'type', 'sha', 'tag', 'truncated', 'tree'],
	...['path', 'mode', 'size', 'verification', 'verified', 'reason'],
]);
const PEOPLE = new Set(['author', 'committer', 'tagger']);

function withoutPeople(json: unknown): unknown {
	if (Array.isArray(json)) return json.map(withoutPeople);
	if (typeof json !== 'object' || json === null) return json;
	return Object.fromEntries(
		Object.entries(json).flatMap(([key, value]): [string, unknown][] => {
			if (PEOPLE.has(key) && value) return [[key, { name: 'somebody' }]];
			return READ.has(key) ? [[key, withoutPeople(value)]] : [];
		}),
	);
}
