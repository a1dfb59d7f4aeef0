/**
 * Owns the registry that the lockfile rows ask, on the loopback: `lockfile-registry.ts TREE FILE`, where FILE has a folder. It mints the
 * world there, or reads it, and writes the lockfiles, the trust root and pacote's folder of it. Its first line has its address, which is
 * that of a proxy too, behind which a browser finds the same answers at the registry's own host; then for
 * each line on standard input, the milliseconds by which each answer is late, it writes what it sent since the last one.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { REGISTRY, SIGSTORE_TUF } from '../../lib/npm/hosts.ts';
import { standIn } from '../support/stand-in.ts';
import { advisoriesOn, answerOfMany, answersOf, keysOf, MANY, oneOfMany } from './lockfile/answers.ts';
import { type World, type WorldPackage, worldIn } from './lockfile/world.ts';

const [, file = ''] = process.argv.slice(2);
const [folder]: [string] = JSON.parse(readFileSync(file, 'utf8'));
mkdirSync(folder, { recursive: true });
const world = await worldIn(folder);
writeFiles(world);
const answers = answersOf(world);
const many = answerOfMany(world);
const keys = keysOf(world);
const malware = new Set(world.packages.filter(({ fault }) => fault === 'malware').map(({ name }) => name));

let late = 0;
let sent = { bytes: 0, requests: 0 };

const respond: RequestListener = (request, response) => {
	const parts: Buffer[] = [];
	request.on('data', (part: Buffer) => parts.push(part));
	request.on('end', () => {
		const path = decodeURIComponent(new URL(request.url ?? '/', 'http://registry').pathname.slice(1));
		const isShort = (request.headers.accept ?? '').startsWith('application/vnd.npm.install-v1+json');
		const body = answerOn(path, isShort, Buffer.concat(parts));
		const answer = () => {
			sent.requests += 1;
			sent.bytes += body?.length ?? 2;
			response.writeHead(body ? 200 : 404, {
				'content-type': 'application/json',
				'content-length': body?.length ?? 2,
				'cache-control': 'public, max-age=300',
			});
			response.end(body ?? '{}');
		};
		if (late === 0) answer();
		else setTimeout(answer, late);
	});
};
const server = createServer(respond);
await standIn(server, [new URL(REGISTRY).host], respond);
server.keepAliveTimeout = 120_000;
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address() as AddressInfo;
console.log(`http://127.0.0.1:${address.port}`);

for await (const line of createInterface({ input: process.stdin })) {
	late = Number(line);
	console.log(JSON.stringify(sent));
	sent = { bytes: 0, requests: 0 };
}
process.exit();

function answerOn(path: string, isShort: boolean, body: Buffer): Buffer | undefined {
	if (path === '-/npm/v1/keys') return keys;
	if (path === '-/npm/v1/security/advisories/bulk') {
		const asked = Object.keys(JSON.parse(body.toString('utf8')));
		const listed = asked.filter((name) => malware.has(name)).map((name) => [name, advisoriesOn(name)]);
		return Buffer.from(JSON.stringify(Object.fromEntries(listed)));
	}
	return (isShort ? answers.get(`abbreviated ${path}`) : undefined) ?? answers.get(path) ?? many(path);
}

/** What the auditing processes read. */
function writeFiles({ packages, trustRoot, tuf, key }: World): void {
	const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);
	const json = (name: string, content: unknown) => write(name, JSON.stringify(content));
	json('package-lock.json', lockfileOf(packages));
	json('many-lock.json', lockfileOf(Array.from({ length: MANY }, (_, index) => oneOfMany(index))));
	json('trust-root.json', trustRoot);
	json('keys.json', [{ keyid: key.keyid, expires: null, pemkey: pemOf(key.spki) }]);
	json(
		'list.json',
		packages.map(({ name, version, fault, releases }) => ({
			name,
			version,
			isAttested: releases.at(-1)?.attestations !== undefined,
			fault,
		})),
	);
	// The folder in which sigstore-js keeps what it learned from Sigstore's TUF repository.
	const kept = `tuf/${new URL(SIGSTORE_TUF).host}`;
	mkdirSync(join(folder, kept, 'targets'), { recursive: true });
	for (const [path, base64] of Object.entries(tuf)) {
		const [, role] = /^(?:1\.)?(root|timestamp|snapshot|targets)\.json$/.exec(path) ?? [];
		const name = role ?? (/^targets\/[0-9a-f]+\.trusted_root\.json$/.test(path) ? 'targets/trusted_root' : undefined);
		if (name !== undefined) write(`${kept}/${name}.json`, Buffer.from(base64, 'base64'));
	}
}

/** As npm writes it, an entry on some lines. */
function lockfileOf(packages: readonly Pick<WorldPackage, 'name' | 'version' | 'integrity' | 'resolved'>[]): object {
	const entries = packages.map(({ name, version, resolved, integrity }) => [
		`node_modules/${name}`,
		{ version, resolved, integrity },
	]);
	return {
		name: 'benchmark',
		version: '1.0.0',
		lockfileVersion: 3,
		requires: true,
		packages: { '': { name: 'benchmark', version: '1.0.0' }, ...Object.fromEntries(entries) },
	};
}

function pemOf(spki: string): string {
	return `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----`;
}
