/**
 * Scenarios inside the extension's own background, in both browsers, by its door: every case of sigstore-conformance, every replayed
 * history, and Sigstore's recorded TUF repository with the clock set.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { REGISTRY } from '../../lib/npm/hosts.ts';
import { TOO_NEW } from '../fixtures/browser-features.ts';
import { REASONS } from '../fixtures/conformance.ts';
import type { ConformanceCase } from '../fixtures/door.ts';
import { faultsOf, type HistoryCase } from '../fixtures/judgement.ts';
import { replaysIn } from '../fixtures/replays.ts';
import { BROWSER_NAMES, builtExtension, type RunningBrowser } from '../support/browser.ts';
import { extensionWithDoor } from '../support/door-build.ts';
import type { LocalServer } from '../support/server.ts';
import { hasTufRecording, readTufRecording, type TufFiles } from '../support/tuf-repository.ts';
import { borrowWorld } from './harness.ts';

const folder = fileURLToPath(new URL('../../../shared/data/conformance/', import.meta.url));
const hasData = existsSync(folder);
const histories = replaysIn<HistoryCase>('histories');
if (!hasData) console.warn('SKIPPED: conformance in browsers, since ../shared/data is absent');
if (!hasTufRecording)
	console.warn("SKIPPED: Sigstore's recorded TUF repository in browsers, since ../shared/data is absent");
const cases = hasData
	? readdirSync(folder, { withFileTypes: true })
			.filter((entry) => entry.isDirectory())
			.map(({ name }) => name)
	: [];

/** Whose workflow signs where a case names nobody. */
const IDENTITY =
	'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';

/** A case as the door takes it; `undefined` where its bundle is not even JSON, which a registry's answer never gets past. */
function readCase(name: string): { question: ConformanceCase; identity: string } | undefined {
	const file = (of: string) => join(folder, name, of);
	const optional = (of: string) => (existsSync(file(of)) ? readFileSync(file(of), 'utf8') : undefined);
	const artifact = existsSync(file('artifact')) ? file('artifact') : join(folder, 'a.txt');
	const [trustedRoot, key] = [optional('trusted_root.json'), optional('key.pub')];
	let bundle: unknown;
	try {
		bundle = JSON.parse(readFileSync(file('bundle.sigstore.json'), 'utf8'));
	} catch {
		return undefined;
	}
	return {
		question: {
			bundle,
			artifact: readFileSync(artifact).toString('base64'),
			...(trustedRoot && { trustedRoot: JSON.parse(trustedRoot) }),
			...(key && { key }),
		},
		identity: key ? '' : (optional('identity')?.trim() ?? IDENTITY),
	};
}

/** What is asked of Sigstore's repository. */
function askedOf({ requests }: LocalServer): string[] {
	return requests.map(({ path }) => path);
}

describe.each(BROWSER_NAMES)('%s', (name) => {
	let server: LocalServer;
	let browser: RunningBrowser;
	let extension: string;
	beforeAll(async () => {
		extension = await extensionWithDoor(name);
		({ server, browser } = await borrowWorld(name, { extension }));
	}, 90_000);

	test('the build with the door is the shipped one, byte for byte, and the door', () => {
		const digests = (of: string) =>
			Object.fromEntries(
				readdirSync(of, { recursive: true, withFileTypes: true })
					.filter((entry) => entry.isFile())
					.map((entry) => {
						const path = join(entry.parentPath, entry.name);
						return [path.slice(of.length), createHash('sha256').update(readFileSync(path)).digest('hex')];
					}),
			);
		const { '/door.js': door, ...rest } = digests(extension);
		expect(door).toBeDefined();
		expect(rest).toEqual(digests(builtExtension(name)));
	});

	test('what is shipped, libraries and all, uses nothing newer than its manifest asks for', () => {
		const folder = builtExtension(name);
		const files = readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && /\.(js|css|html)$/.test(entry.name))
			.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
		expect(files.length).toBeGreaterThan(5);
		for (const { name: feature, pattern } of TOO_NEW)
			expect(files.filter((text) => pattern.test(text)).length, feature).toBe(0);
	});

	describe.skipIf(!hasData)('sigstore-conformance', () => {
		test('there are seventy cases', () => expect(cases).toHaveLength(70));

		test('every case comes out right', async () => {
			const wrong: string[] = [];
			for (const one of cases) {
				const read = readCase(one);
				const answer = read ? await browser.callDoor('verify', read.question) : 'bundle-malformed';
				// The reason counts as much as the outcome, and is the same as in Node.
				const expected = REASONS[one] ?? `ok ${read?.identity}`.trim();
				if (answer !== expected) wrong.push(`${one}: ${answer}, expected ${expected}`);
			}
			expect(wrong).toEqual([]);
		}, 120_000);
	});

	test.skipIf(histories.length === 0)(
		'every history has its right outcome',
		async () => {
			const wrong: string[] = [];
			for (const { name: history, dir, json } of histories) {
				const read = (file: string) => readFileSync(join(dir, file), 'utf8');
				const reports = await browser.callDoor('judge', {
					world: JSON.parse(read('world.json').replaceAll('{registry}', REGISTRY)),
					now: json.now,
					trustedRoot: read(json.trustedRoot),
					specs: json.ask,
				});
				for (const [index, spec] of json.ask.entries()) {
					const faults = faultsOf(reports[index], json.expect[spec]);
					if (faults.length > 0) wrong.push(`${history} ${spec}: ${faults.join('; ')}`);
				}
			}
			expect(wrong).toEqual([]);
		},
		120_000,
	);

	describe.skipIf(!hasTufRecording)("Sigstore's recorded repository", () => {
		const files: TufFiles = hasTufRecording ? readTufRecording() : new Map();
		// Its timestamp ran out on 28 August 2026.
		const now = '2026-08-25T12:00:00.000Z';
		const root = (version: number) => JSON.parse(files.get(`${version}.root.json`)?.toString() ?? '');

		test("from its first root to the newest, with npm's keys, and again from the database", async () => {
			server.tuf = files;
			const { refreshed, loaded, keyIds } = await browser.callDoor('refreshTrustRoot', { root: root(1), now });
			const expected = { inUse: { source: 'tuf', version: '15', takenAt: '2026-08-25' }, lastAttempt: { at: now } };
			expect(refreshed).toEqual(expected);
			expect(loaded).toEqual(expected);
			const keysFile = [...files.keys()].find((path) => path.endsWith('.keys.json')) ?? '';
			const { keys } = JSON.parse(files.get(keysFile)?.toString() ?? '') as { keys: { keyId: string }[] };
			expect(keyIds).toEqual(keys.map(({ keyId }) => keyId));
			expect(askedOf(server)).toContain('/15.root.json');
		});

		test('one changed signature: refused, and the one from before stays', async () => {
			server.tuf = files;
			await browser.callDoor('refreshTrustRoot', { root: root(14), now });
			const timestamp = files.get('timestamp.json')?.toString() ?? '';
			const forged = timestamp.replace(/("version": 7)62/, '$163');
			expect(forged).not.toBe(timestamp);
			server.tuf = new Map([...files, ['timestamp.json', Buffer.from(forged)]]);
			const { refreshed, loaded } = await browser.callDoor('refreshTrustRoot', { root: root(14), now });
			expect(refreshed.lastAttempt?.failure?.code).toBe('trust-root-signature-invalid');
			expect(refreshed.inUse).toEqual({ source: 'tuf', version: '15', takenAt: '2026-08-25' });
			expect(loaded).toEqual(refreshed);
		});

		test('an endless file ends at its limit', async () => {
			server.tuf = new Map([...files, ['timestamp.json', Buffer.from('{}')]]);
			server.override(({ path }) => path === '/timestamp.json', { isEndless: true });
			const { refreshed } = await browser.callDoor('refreshTrustRoot', { root: root(14), now });
			expect(refreshed.lastAttempt?.failure?.code).toBe('trust-root-too-large');
		});

		test('a redirect is not followed', async () => {
			server.tuf = files;
			server.override(({ path }) => path === '/timestamp.json', {
				status: 302,
				headers: { location: 'https://elsewhere.example/' },
			});
			const { refreshed } = await browser.callDoor('refreshTrustRoot', { root: root(14), now });
			expect(refreshed.lastAttempt?.failure?.code).toBe('trust-root-redirected');
			expect(server.unrecorded).toEqual([]);
		});
	});
});
