/** Tests of which way an audit asks: each of its threads through the proxy, or none. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerAudit } from '../../../cli/audit.ts';
import type { Audit } from '../../../lib/report/audit.ts';
import { startTunnels } from '../../fixtures/loopback.ts';
import { plainList, plainLockfile } from '../../fixtures/plain-lists.ts';
import { selfSignedTls } from '../../support/certificate.ts';

const NAMES = Array.from({ length: 150 }, (_, at) => `package-${at}`);

/** With six connections, two threads have three each, and four have one or three. */
const OF_MORE_THAN_ONE_THREAD = 4;

let home: string;
const running: { close(): void }[] = [];
beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'audit-proxy-'));
});
afterEach(() => {
	for (const one of running.splice(0)) one.close();
	rmSync(home, { recursive: true });
});

/** A registry that answers no list before more of them are asked for at once than one thread asks. */
async function startPatientRegistry(tls: { key: string; cert: string }) {
	const waiting: [response: ServerResponse, json: unknown][] = [];
	let isOpen = false;
	const server = createServer(tls, (request, response) => {
		request.resume();
		const isList = request.method === 'GET';
		waiting.push([response, isList ? plainList(request.url?.slice(1) ?? '') : {}]);
		isOpen ||= waiting.length >= OF_MORE_THAN_ONE_THREAD;
		if (!isOpen && isList) return;
		for (const [to, json] of isOpen ? waiting.splice(0) : waiting.splice(-1))
			to.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const connections = { count: 0 };
	server.on('secureConnection', () => (connections.count += 1));
	running.push({
		close: () => {
			server.closeAllConnections();
			server.close();
		},
	});
	return { connections, port: (server.address() as AddressInfo).port };
}

test.skipIf(availableParallelism() < 2).each([
	['a proxy', 'registry.test', {}],
	['no proxy for the hosts of NO_PROXY', 'localhost', { NO_PROXY: 'localhost' }],
])('every thread asks through %s', async (_what, host, more) => {
	const tls = await selfSignedTls(['registry.test', 'localhost']);
	const registry = await startPatientRegistry(tls);
	const tunnels = await startTunnels();
	running.push(tunnels);
	const [lockfile, authority] = [join(home, 'package-lock.json'), join(home, 'ca.pem')];
	writeFileSync(lockfile, plainLockfile(NAMES));
	writeFileSync(authority, tls.cert);
	writeFileSync(join(home, '.npmrc'), `registry=https://${host}:${registry.port}/\ncafile=${authority}\n`);
	const env = { HTTPS_PROXY: `http://127.0.0.1:${tunnels.port}`, ...more };
	const { output } = await answerAudit([lockfile, '--json', '--no-cache'], { env, cwd: home, home });
	const audit: Audit = JSON.parse(output);
	expect(audit.counts).toEqual({ none: NAMES.length, notCovered: 0, notCompared: 0 });
	expect(registry.connections.count).toBeGreaterThanOrEqual(OF_MORE_THAN_ONE_THREAD);
	// A host that no name server knows is reached by tunnels alone: as many as there were connections.
	const isProxied = host === 'registry.test';
	expect(tunnels.seen).toHaveLength(isProxied ? registry.connections.count : 0);
	expect(new Set(tunnels.seen.map(({ to }) => to))).toEqual(new Set(isProxied ? [`${host}:${registry.port}`] : []));
});
