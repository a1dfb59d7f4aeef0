/** Tests of the file itself: how it is fetched from a hostile registry, and what its bytes prove or refute. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compare } from '../../../lib/inspect/complete.ts';
import { inspect } from '../../../lib/inspect/inspect.ts';
import { parseSpec, type ReleaseSpec } from '../../../lib/npm/spec.ts';
import { createRegistry } from '../../../lib/registry/client.ts';
import type { Registry, ReleaseRegistry } from '../../../lib/registry/registry.ts';
import type { Inspection } from '../../../lib/report/evidence.ts';
import { success } from '../../../lib/report/result.ts';
import { embeddedTrustRoot, type TrustRoot } from '../../../lib/sigstore/trust-root.ts';
import { describeChecks } from '../../../lib/text/en/evidence.ts';
import { trustIn } from '../../fixtures/minted.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { mintRelease, type Release, type ReleaseOptions } from '../../support/mint.ts';
import { hasData, packageOf, readRelease } from '../../support/recordings.ts';

if (!hasData) console.warn('SKIPPED: recorded files, since ../shared/data is absent');

describe('fetching it', () => {
	const BODY = Buffer.from('not really a tarball, but nobody looks');
	const LIMIT = 1000;
	let answer: (response: ServerResponse, path: string) => void;
	let registry: Registry;
	const server = createServer((request, response) => answer(response, request.url ?? ''));

	beforeAll(async () => {
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const { port } = server.address() as AddressInfo;
		registry = createRegistry(`http://127.0.0.1:${port}`, { file: { bytes: LIMIT, time: 500 } });
	});
	afterAll(() => {
		server.closeAllConnections();
		server.close();
	});
	const fetchIt = () => registry.fetchTarball('@scope/name', '1.0.0');

	test('its bytes come whole, from an address that is built here, with the progress', async () => {
		const paths: string[] = [];
		answer = (response, path) => {
			paths.push(path);
			response.setHeader('content-length', BODY.length);
			response.write(BODY.subarray(0, 10));
			setTimeout(() => response.end(BODY.subarray(10)), 50);
		};
		const steps: [number, number | undefined][] = [];
		const file = await registry.fetchTarball('@scope/name', '1.0.0', {
			onprogress: (received, total) => steps.push([received, total]),
		});
		expect(file).toEqual(success(new Uint8Array(BODY)));
		expect(paths).toEqual(['/@scope/name/-/name-1.0.0.tgz']);
		expect(steps).toEqual([
			[10, BODY.length],
			[BODY.length, BODY.length],
		]);
	});

	test('without a length, the progress knows no end', async () => {
		answer = (response) => {
			response.write(BODY);
			response.end();
		};
		const totals: unknown[] = [];
		const file = await registry.fetchTarball('a', '1.0.0', { onprogress: (_received, total) => totals.push(total) });
		expect(file.ok).toBe(true);
		expect(totals).toContain(undefined);
	});

	const faults: [what: string, code: string, answer: (response: ServerResponse) => void][] = [
		['an empty one', 'cut-off', (response) => response.end()],
		[
			'one cut off',
			'cut-off',
			(response) => {
				response.setHeader('content-length', BODY.length);
				response.write(BODY.subarray(0, 10), () => setTimeout(() => response.destroy(), 20));
			},
		],
		['one that is not there', 'file-not-served', (response) => response.writeHead(404).end()],
		['one that is withheld', 'file-not-served', (response) => response.writeHead(403).end()],
		['a redirect', 'foreign-redirect', (response) => response.writeHead(302, { location: 'https://x.test/' }).end()],
		['too many requests', 'rate-limited', (response) => response.writeHead(429).end()],
		['a fault', 'registry-error', (response) => response.writeHead(503).end()],
		[
			'one that says it is too large',
			'too-large',
			(response) => {
				// Nothing of it is sent: only who looks at the length can know.
				response.setHeader('content-length', LIMIT + 1);
				response.flushHeaders();
			},
		],
		[
			'one without end',
			'too-large',
			(response) => {
				const more = () => response.writable && response.write(Buffer.alloc(300)) && setTimeout(more, 5);
				more();
			},
		],
		['one that takes too long', 'registry-timeout', (response) => response.write(BODY.subarray(0, 10))],
	];
	test.each(faults)('%s: %s', async (_what, code, badly) => {
		answer = badly;
		expect(await fetchIt()).toMatchObject({ ok: false, failure: { code } });
	});

	test('one that ends before its stated length is cut off, also where the browser does not mind', async () => {
		const real = globalThis.fetch;
		globalThis.fetch = async () => new Response(BODY, { headers: { 'content-length': String(BODY.length + 1) } });
		expect(await fetchIt()).toMatchObject({ ok: false, failure: { code: 'cut-off' } });
		// Packed for the way, it has another length than what comes out.
		globalThis.fetch = async () =>
			new Response(BODY, { headers: { 'content-length': String(BODY.length + 1), 'content-encoding': 'br' } });
		expect((await fetchIt()).ok).toBe(true);
		globalThis.fetch = real;
	});

	test('exactly the limit is not too large', async () => {
		answer = (response) => response.end(Buffer.alloc(LIMIT));
		expect((await fetchIt()).ok).toBe(true);
	});

	test('stopped: the connection ends, and there is no file', async () => {
		const stop = new AbortController();
		const closed = new Promise((resolve) => {
			answer = (response) => {
				response.on('close', () => resolve(response.writableFinished));
				response.write(BODY);
			};
		});
		const file = registry.fetchTarball('a', '1.0.0', { signal: stop.signal, onprogress: () => stop.abort() });
		// By the signal, not by the time-out.
		expect(await file).toMatchObject({ ok: false, failure: { code: 'cut-off' } });
		expect(await closed).toBe(false);
	});
});

let authority: Authority;
let trust: TrustRoot;
beforeAll(async () => {
	authority = await startAuthority();
	trust = await trustIn(authority);
});

const bytesOf = ({ tarball }: Release) => new Uint8Array(tarball ?? []);
const flipped = (release: Release) => {
	const bytes = bytesOf(release);
	bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
	return bytes;
};

/** The completed Report of a release that stands alone, with these bytes of its file. */
async function reportOf(
	release: Release,
	file?: Uint8Array<ArrayBuffer>,
	{ root = trust, integrity }: { root?: TrustRoot; integrity?: string | undefined } = {},
): Promise<Inspection> {
	const { dist } = release.manifest;
	// Both answers about the file say the same of it.
	const served = { ...release, manifest: { ...release.manifest, dist: { ...dist, ...(integrity && { integrity }) } } };
	const registry: ReleaseRegistry = {
		fetchManifest: async () =>
			success({
				name: release.name,
				version: release.version,
				signatures: [],
				integrity: integrity ?? String(dist.integrity),
				attestations: release.attestations && { provenance: 'https://slsa.dev/provenance/v1' },
			}),
		fetchAttestations: async () => success(release.attestations),
		fetchPackument: async () => success(packageOf([served]).packument),
	};
	const world = { registry, trust: root, now: () => new Date('2026-11-23T00:00:00Z') };
	const spec = parseSpec(`${release.name}@${release.version}`) as ReleaseSpec;
	return compare(await inspect(spec, world, file), world);
}

const codes = ({ report }: Inspection) => report.findings.map(({ code }) => code);
const claim = ({ report }: Inspection, id: string) => report.claims.find((one) => one.id === id);
const mint = (options: ReleaseOptions = {}) => mintRelease(authority, options);
const WITHOUT: ReleaseOptions = { provenance: false, publish: false };
/** What the page says was not checked. */
const isSaidUnchecked = (inspection: Inspection) =>
	describeChecks(inspection).notMade.some((check) => check.startsWith('The bytes of the file'));

describe('what its bytes say', () => {
	test('not hashed: about the fingerprint only, and that is said', async () => {
		const inspection = await reportOf(await mint());
		expect(inspection.report.verdict).toBe('confirmed');
		expect(codes(inspection)).not.toContain('file-hashed');
		expect(isSaidUnchecked(inspection)).toBe(true);
	});

	test('the attested ones: confirmed, by the bytes', async () => {
		const release = await mint();
		const inspection = await reportOf(release, bytesOf(release));
		expect(inspection.report.verdict).toBe('confirmed');
		expect(claim(inspection, 'file-matches')?.standing).toBe('proved');
		const found = inspection.report.findings.find(({ code }) => code === 'file-hashed');
		expect(found).toMatchObject({ claim: 'file-matches', saidBy: 'here' });
		expect(found?.detail).toMatch(new RegExp(`^${release.tarball?.length} bytes, [0-9a-f]{128}$`));
		expect(isSaidUnchecked(inspection)).toBe(false);
	});

	test('one bit of them changed: mismatch, and nobody built that file', async () => {
		const release = await mint();
		const inspection = await reportOf(release, flipped(release));
		expect(inspection.report.verdict).toBe('mismatch');
		expect(claim(inspection, 'file-matches')).toMatchObject({
			standing: 'refuted',
			failure: { code: 'file-differs' },
		});
		expect(claim(inspection, 'registry-received')?.standing).toBe('refuted');
		expect(inspection.report.identity).toBeUndefined();
		expect(codes(inspection)).not.toContain('file-hashed');
		expect(isSaidUnchecked(inspection)).toBe(false);
	});

	test('without provenance: the listed ones are worth telling, and prove nothing', async () => {
		const release = await mint(WITHOUT);
		const inspection = await reportOf(release, bytesOf(release));
		expect(inspection.report.verdict).toBe('none');
		expect(claim(inspection, 'file-matches')).toMatchObject({ standing: 'unproved', why: 'absent' });
		expect(codes(inspection)).toContain('file-hashed');
	});

	test('without provenance: others are a mismatch', async () => {
		const release = await mint(WITHOUT);
		const inspection = await reportOf(release, flipped(release));
		expect(inspection.report.verdict).toBe('mismatch');
		expect(claim(inspection, 'file-matches')).toMatchObject({ failure: { code: 'file-differs' } });
	});

	test('where the registry lists no fingerprint of the signed kind, the bytes are held against the statement', async () => {
		const release = await mint();
		const integrity = 'sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=';
		expect((await reportOf(release, undefined, { integrity })).report.verdict).toBe('unknown');
		const inspection = await reportOf(release, bytesOf(release), { integrity });
		expect(inspection.report.verdict).toBe('confirmed');
		expect(codes(inspection)).toContain('file-hashed-unlisted');
		const other = await reportOf(release, flipped(release), { integrity });
		expect(claim(other, 'file-matches')).toMatchObject({ failure: { code: 'subject-digest-differs' } });
	});

	test('a file and a list changed together differ from the statement', async () => {
		const release = await mint();
		const other = await mint({ ...WITHOUT, files: { 'index.js': 'evil()' } });
		const inspection = await reportOf(release, bytesOf(other), { integrity: String(other.manifest.dist.integrity) });
		expect(inspection.report.verdict).toBe('mismatch');
		expect(claim(inspection, 'file-matches')).toMatchObject({ failure: { code: 'subject-digest-differs' } });
	});
});

describe.skipIf(!hasData)('recorded files', () => {
	test.each([
		'sigstore@2.3.1',
		'@playwright/cli@0.1.1',
		'@laurentsimon/provenance-npm-test@1.0.3',
		'@laurentsimon/provenance-npm-test@1.0.5',
		'@trishankatdatadog/supreme-goggles@1.0.5',
		'gundam-visor@1.0.1',
	])('%s: its bytes are the attested ones, and one bit changed is a mismatch', async (name) => {
		const root = await embeddedTrustRoot();
		const release = readRelease(name);
		const { report } = await reportOf(release, bytesOf(release), { root });
		expect(report.verdict).toBe('confirmed');
		expect(report.findings.map(({ code }) => code)).toContain('file-hashed');
		expect((await reportOf(release, flipped(release), { root })).report.verdict).toBe('mismatch');
	});
});
