/** Tests of an audit that Ctrl-C ends: the command itself, with a registry that stops answering half way. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Audit } from '../../../lib/report/audit.ts';
import { plainList, plainLockfile } from '../../fixtures/plain-lists.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const hooks = join(root, 'scripts/hooks.ts');

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'audit-interrupt-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A registry that answers for so many packages, and leaves every later question open. */
async function stallingRegistry(answers: number) {
	const state = { answered: 0, stalled: 0 };
	const server = createServer((request, response) => {
		request.resume();
		const name = request.url?.slice(1) ?? '';
		if (request.method === 'GET' && state.answered >= answers) {
			state.stalled += 1;
			return;
		}
		if (request.method === 'GET') state.answered += 1;
		const json = request.method === 'GET' ? plainList(name) : {};
		response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const close = () => {
		server.closeAllConnections();
		server.close();
	};
	return { state, close, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function writeLockfile(names: readonly string[], file = 'package-lock.json'): string {
	const path = join(folder, file);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, plainLockfile(names));
	return path;
}

/** Runs a program to its end. @param during gets the process. */
function end(args: readonly string[], during: (child: ReturnType<typeof spawn>) => void = () => undefined) {
	const child = spawn(process.execPath, ['--import', hooks, ...args], {
		cwd: folder,
		env: { ...process.env, XDG_CACHE_HOME: folder, HOME: folder, USERPROFILE: folder, LOCALAPPDATA: folder },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const said = { stdout: '', stderr: '' };
	for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (data) => (said[name] += data));
	during(child);
	return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
		child.on('close', (code) => resolve({ code, ...said })),
	);
}

/** Waits until something holds, and a little longer than threads take to tell what they have. */
async function settled(holds: () => boolean) {
	while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
	await new Promise((resolve) => setTimeout(resolve, 500));
}

const AUDIT = join(root, 'cli/audit.ts');

describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
	test.each([
		['one thread', 20, 8],
		['threads', 200, 90],
	])('prints what was audited so far by %s, and what was answered is kept', async (_threads, all, answers) => {
		const names = Array.from({ length: all }, (_, at) => `package-${at}`);
		const registry = await stallingRegistry(answers);
		try {
			const asked = [AUDIT, writeLockfile(names), '--registry', registry.base, '--json'];
			const { code, stdout, stderr } = await end(asked, (child) => {
				void settled(() => registry.state.stalled > 0).then(() => child.kill('SIGINT'));
			});
			const audit: Audit = JSON.parse(stdout);
			const done = audit.packages.length;
			// Of threads, on a busy machine, the last rows may be on their way.
			expect(done).toBeGreaterThan(answers / 2);
			expect(done).toBeLessThanOrEqual(answers);
			expect(audit.counts).toEqual({ none: done, notCovered: 0, notCompared: 0 });
			expect(audit).toMatchObject({ left: all - done, lockfile: { packages: done } });
			expect(audit.unadvised).toBeUndefined();
			expect(stderr).toBe(
				`interrupted: ${all - done} of ${all} packages not asked for. Run it again: what the registry answered is kept.\n`,
			);
			expect(code).toBe(130);
			const again: Audit = JSON.parse((await end([...asked, '--offline'])).stdout);
			const known = again.packages.filter(({ verdict }) => verdict === 'none').map(({ spec }) => spec);
			expect(known).toEqual(expect.arrayContaining(audit.packages.map(({ spec }) => spec)));
		} finally {
			registry.close();
		}
	});

	test('before anything is answered leaves every release of every lockfile', async () => {
		const registry = await stallingRegistry(0);
		const [one, two] = [writeLockfile(['one', 'two'], 'a/package-lock.json'), writeLockfile(['three'])];
		try {
			const { code, stdout, stderr } = await end(
				[AUDIT, one, two, '--registry', registry.base, '--no-cache'],
				(child) => {
					void settled(() => registry.state.stalled > 0).then(() => child.kill('SIGINT'));
				},
			);
			expect(stdout.match(/The audit ended early: \d releases? not/g)).toEqual([
				'The audit ended early: 2 releases not',
				'The audit ended early: 1 release not',
			]);
			expect(stderr).toBe('interrupted: 3 of 3 packages not asked for. Run it again.\n');
			expect(code).toBe(130);
		} finally {
			registry.close();
		}
	});

	test('twice ends a command at once, unless it is one press that came twice', async () => {
		const usage = JSON.stringify(new URL('../../../cli/usage.ts', import.meta.url).href);
		const script = `const { abortOnInterrupt, exitOnSignals } = await import(${usage});
			exitOnSignals();
			abortOnInterrupt().onabort = () => console.log('aborted');
			setInterval(() => undefined, 1000);
			console.log('ready');`;
		const said: string[] = [];
		const { code } = await end(['--input-type=module', '-e', script], (child) => {
			child.stdout?.on('data', (data) => {
				said.push(String(data).trim());
				child.kill('SIGINT');
				if (said.length === 2) setTimeout(() => child.kill('SIGINT'), 700);
			});
		});
		expect(said).toEqual(['ready', 'aborted']);
		expect(code).toBe(130);
	});
});
