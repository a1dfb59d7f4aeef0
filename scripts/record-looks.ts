/** Owns the recording of what GitHub and the public log answer to the looks at one release: a local server between, which keeps each answer. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerInspect } from '../cli/inspect.ts';
import { GITHUB_API, GITHUB_RAW, REKOR } from '../lib/npm/hosts.ts';
import { LOOKS } from '../lib/report/looks.ts';

/** Path and query -> the answer, as tests/fixtures/outside.ts plays it. */
type LookRecords = Record<string, { status: number; json?: unknown; text?: string }>;

/** Looks that ask GitHub or the log. */
const RECORDED = LOOKS.filter((look) => look !== 'dependencies' && look !== 'scripts');

/**
 * Makes all looks at a release, and keeps what was answered. Nobody is asked with a token.
 * @param spec `name@version`. @returns the records, and how each look ended.
 * @throws UsageError as `inspect` does.
 */
export async function recordLooks(spec: string): Promise<{ records: LookRecords; said: string }> {
	const records: LookRecords = {};
	const server = createServer((request, response) => {
		const path = request.url ?? '';
		void forward(path).then(
			({ status, headers, text }) => {
				const isJson = headers.get('content-type')?.includes('json') === true;
				records[path] = { status, ...(isJson ? { json: withoutPeople(JSON.parse(text)) } : { text }) };
				const counts = [...headers].filter(([name]) => name.startsWith('x-ratelimit-') || name === 'retry-after');
				response.writeHead(status, Object.fromEntries(counts)).end(text);
			},
			() => response.destroy(),
		);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	try {
		const { output } = await answerInspect([spec, '--look', RECORDED.join(','), '--github', base, '--rekor', base]);
		return { records, said: output };
	} finally {
		server.closeAllConnections();
		server.close();
	}
}

async function forward(path: string) {
	const origin = path.startsWith('/repos/') ? GITHUB_API : path.startsWith('/api/v1/') ? REKOR : GITHUB_RAW;
	const answer = await fetch(`${origin}${path}`, { redirect: 'manual' });
	return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** What concerns people is not kept: their addresses of mail, and the signatures that hold them. */
function withoutPeople(json: unknown): unknown {
	return JSON.parse(
		JSON.stringify(json, (key, value) => (['email', 'signature', 'payload'].includes(key) ? undefined : value)),
	);
}
