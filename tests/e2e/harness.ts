/** Owns the stage of the scenarios: a browser with the extension, the local world around it, and a tidy start for each. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { defaultSettings, type SettingsStore } from '../../lib/browser/settings.ts';
import { parseSpec } from '../../lib/npm/spec.ts';
import type { Policy } from '../../lib/policy/schema.ts';
import type { Inspection } from '../../lib/report/evidence.ts';
import type { Report } from '../../lib/report/report.ts';
import type { CustomTrustRoot } from '../../lib/sigstore/custom-trust-roots.ts';
import { trustRootFor } from '../fixtures/minted.ts';
import { startAuthority } from '../support/authority.ts';
import {
	BROWSER_NAMES,
	type BrowserName,
	builtExtension,
	type InstallOptions,
	type RunningBrowser,
	startBrowser,
	type Tab,
} from '../support/browser.ts';
import { githubBuild, mintRelease, type Release } from '../support/mint.ts';
import { hasData, type Package, readRelease } from '../support/recordings.ts';
import { type LocalServer, type LoggedRequest, REST_ADDRESS, startServer } from '../support/server.ts';
import { settingsOf } from '../support/settings.ts';

/** What a scenario has at hand. */
export interface Stage {
	name: BrowserName;
	server: LocalServer;
	/** Folder of the extension. */
	extension: string;
	browser: RunningBrowser;
	/** The tab on npm's site. */
	tab: Tab;
	/** What is set in the extension. Every scenario begins with no trust root but the one that the stage needs, if any. */
	settings: SettingsStore;
	/** A copy of a release whose origin the extension confirms: a recorded one, or a minted one where nothing was recorded. */
	release(spec: (typeof CONFIRMED)[number]): Release;
	/** Stores settings as the extension stores them; what is left out is as before anything was set. */
	set(some: Record<string, unknown>): Promise<void>;
	/** Has the extension believe that the reader has looked at enough releases to be asked something. */
	hasLooked(): Promise<void>;
	/** What the extension's storage holds. */
	stored(): Promise<{ settings?: { policy?: Policy; lookedUp?: string[] } }>;
	/** A page of the extension that stays open, for what only such a page may do. */
	control: Tab;
	/** Asks the extension's background, by message, as its pages do. @param release `name@version`. */
	ask<Q extends keyof Answers>(question: Q, release: string): Promise<Answers[Q]>;
	/** Lets go of all answers that are held, and waits until the background has done all that it was asked for. */
	settle(): Promise<void>;
}
interface Answers {
	inspect: Report;
	compare: Report;
	evidence: Inspection;
}

/** The first two are of one package, the newer first. */
const CONFIRMED = ['sigstore@2.3.1', 'sigstore@1.0.0', 'nuxt@3.13.0', '@playwright/cli@0.1.1', 'tuf-js@1.0.0'] as const;

/** Packages that no scenario has begin so: to ask of one is to hear from the background that it has done what came before. */
const NOBODY = 'nobody-has-this-name';
let asked = 0;

/** An advisory that calls every version of sigstore malware. */
export const MALWARE = {
	id: 1,
	url: 'https://github.com/advisories/GHSA-2222-3333-4444',
	title: 'Malware in sigstore',
	severity: 'critical',
	vulnerable_versions: '>=0',
	cwe: ['CWE-506'],
};

/**
 * Tells scenarios once, to be run in each browser. Every scenario begins with nothing stored and nothing served, and with no
 * request of the one before still under way; it fails if anything was asked of the registry, the site or any other host for
 * which there is no recording. What the background keeps in mind for a minute is not forgotten: what the list of releases says
 * of a package without provenance, for marks. Scenarios with marks give such a package the same releases, or another name.
 */
export function inEachBrowser(tell: (stage: Stage) => void): void {
	tellInEach(tell, 'shared');
}

/** The same with an extension that was just installed: for a file that changes what a reload does not change back. */
export function inEachWithFreshExtension(tell: (stage: Stage) => void): void {
	tellInEach(tell, 'renewed');
}

/** The same in one browser, which no other file had, nor gets. */
export function inFreshBrowser(name: BrowserName, tell: (stage: Stage) => void): void {
	tellInEach(tell, 'own', [name]);
}

function tellInEach(
	tell: (stage: Stage) => void,
	whose: 'shared' | 'renewed' | 'own',
	names: readonly BrowserName[] = BROWSER_NAMES,
): void {
	if (!hasData)
		console.warn(
			'../shared/data is absent: scenarios run on minted releases, and import the trust root of their maker',
		);
	describe.each(names)('%s', (name) => {
		const stage = { name } as Stage;
		let trustRoots: CustomTrustRoot[];
		beforeAll(async () => {
			const extension = builtExtension(name);
			if (!existsSync(join(extension, 'manifest.json'))) throw new Error(`not built: ${extension} (npm run build)`);
			const { releases, ...rest } = await cast();
			({ trustRoots } = rest);
			stage.release = (spec) => {
				const found = releases.find(({ name: of, version }) => `${of}@${version}` === spec);
				if (!found) throw new Error(`not on this stage: ${spec}`);
				return structuredClone(found);
			};
			stage.extension = extension;
			Object.assign(
				stage,
				whose === 'own'
					? await startWorld(name, { extension })
					: await (whose === 'renewed' ? borrowWorld(name, { extension }) : sharedWorld(name, extension)),
			);
			stage.tab = await stage.browser.newTab();
			// What another file left, or an extension's page that its reload did not close.
			await stage.browser.closeOthers(stage.tab);
			stage.control = await stage.browser.openExtensionPage('popup.html');
			stage.settings = settingsOf(stage.control);
			stage.ask = (question, release) => {
				const { name: of, selector } = parseSpec(release) ?? { name: release, selector: '' };
				return stage.control.evaluate(sendMessage, { question, name: of, selector }) as never;
			};
			stage.set = (some) =>
				stage.control.evaluate(store, { settings: { version: 2, ...defaultSettings(), trustRoots, ...some } });
			stage.hasLooked = () => stage.control.evaluate(store, { looks: 3 });
			stage.stored = () => stage.control.evaluate(readStored);
			stage.settle = () => settle(stage);
			await stage.tab.page.bringToFront();
		});
		beforeEach(async () => {
			await stage.control.evaluate(forgetEverything);
			if (trustRoots.length > 0) await stage.settings.change((all) => ({ ...all, trustRoots }));
			stage.server.reset();
			// Another page may stand before it, left by the scenario before.
			await stage.tab.page.bringToFront();
		});
		afterEach(async () => {
			// Of some scenarios it never left its rest.
			if (stage.tab.page.url() !== REST_ADDRESS) await stage.tab.open(REST_ADDRESS);
			await stage.settle();
			expect(stage.server.unrecorded, 'asked for, but not recorded').toEqual([]);
		});
		afterAll(async () => {
			if (whose === 'own') await endWorld(stage);
		});
		tell(stage);
	});
}

/** A browser and the local world around it. */
export type World = Pick<Stage, 'server' | 'browser'>;

/** Those that go on from file to file, since the start of a browser takes as long as ten scenarios. They end with the process. */
const worlds = new Map<BrowserName, World>();
/** Those whose extension is another one, or was changed for good. */
const borrowed = new Set<BrowserName>();

async function startWorld(name: BrowserName, how: InstallOptions): Promise<World> {
	const server = await startServer();
	return { server, browser: await startBrowser(name, { ...how, proxy: server.proxy }) };
}

async function sharedWorld(name: BrowserName, extension: string): Promise<World> {
	if (borrowed.has(name)) {
		const world = await borrowWorld(name, { extension });
		borrowed.delete(name);
		return world;
	}
	const running = worlds.get(name);
	// As an update does: what the background keeps in mind goes, and so do the extension's pages.
	if (running) await running.browser.reload();
	const world = running ?? (await startWorld(name, { extension }));
	worlds.set(name, world);
	return world;
}

/**
 * The browser that goes on from file to file, with an extension of the file's own: nothing is stored or allowed yet. The next file
 * does the same with the one that is built, so this one needs not be put in order.
 */
export async function borrowWorld(name: BrowserName, how: InstallOptions): Promise<World> {
	const running = worlds.get(name);
	const world = running ?? (await startWorld(name, how));
	worlds.set(name, world);
	borrowed.add(name);
	if (running) {
		await running.browser.reinstall(how);
		await running.server.finish();
		running.server.reset();
	}
	return world;
}

async function endWorld({ browser, server }: Partial<World>): Promise<void> {
	await browser?.close();
	await server?.close();
}

async function settle({ server, ask }: Stage): Promise<void> {
	const isOurs = ({ path, names = [] }: LoggedRequest) => `${path} ${names}`.includes(NOBODY);
	server.override(isOurs, {});
	const others = () => server.requests.filter((request) => !isOurs(request));
	const count = () => others().filter(({ kind }) => kind !== undefined).length;
	const hear = async (question: 'inspect' | 'compare') => {
		asked += 1;
		const name = `${NOBODY}-${asked}`;
		server.serve(lostPackage(name));
		await ask(question, `${name}@1.1.0`);
	};
	// What the pages said before is heard before anything is let go.
	await hear('inspect');
	for (let before = 0; count() !== before; ) {
		before = count();
		await server.finish();
		// The longest way there is, through the same database and registry: to a release without provenance, and to the one before it.
		await hear('compare');
	}
	server.requests.splice(0, Number.POSITIVE_INFINITY, ...others());
}

/** A package whose newer release has no provenance, while the older one lists some. */
export function lostPackage(name: string, [older, newer]: readonly [string, string] = ['1.0.0', '1.1.0']): Package {
	const release = (version: string, attestations?: object) => ({
		name,
		version,
		dist: { integrity: `sha512-${'A'.repeat(86)}==`, ...(attestations && { attestations }) },
	});
	const provenance = { predicateType: 'https://slsa.dev/provenance/v1' };
	return {
		packument: {
			name,
			'dist-tags': { latest: newer },
			versions: { [older]: release(older, { url: '', provenance }), [newer]: release(newer) },
			time: { [older]: '2026-01-01T00:00:00.000Z', [newer]: '2026-02-01T00:00:00.000Z' },
		},
		attestations: {},
		tarballs: {},
	};
}

/** Recorded releases; without recordings minted ones, and the trust root of their maker, kept for their packages. */
async function cast(): Promise<{ releases: Release[]; trustRoots: CustomTrustRoot[] }> {
	if (hasData) return { releases: CONFIRMED.map(readRelease), trustRoots: [] };
	const authority = await startAuthority();
	const specs = CONFIRMED.map((release) => parseSpec(release)).filter((spec) => spec !== undefined);
	const releases = specs.map(({ name, selector: version }) => {
		// The older release of the same package comes from another workflow, as the recorded one does.
		const build = githubBuild(version === '1.0.0' ? { workflow: '.github/workflows/publish.yml' } : {});
		const publishedAt = new Date(`202${version === '1.0.0' ? 5 : 6}-02-03T04:05:06Z`);
		return mintRelease(authority, { name, version, publishedAt, provenance: { build } });
	});
	const packages = [...new Set(specs.map(({ name }) => name))];
	return { releases: await Promise.all(releases), trustRoots: [trustRootFor(authority, packages)] };
}

/** Runs in a page of the extension. */
function sendMessage(message: unknown): Promise<unknown> {
	return (globalThis as unknown as { chrome: typeof import('wxt/browser').browser }).chrome.runtime.sendMessage(
		message,
	);
}

type Chrome = { chrome: typeof import('wxt/browser').browser };

/** Runs in a page of the extension. */
async function store(items: Record<string, unknown>): Promise<void> {
	await (globalThis as unknown as Chrome).chrome.storage.local.set(items);
}

/** Runs in a page of the extension. */
function readStored(): Promise<object> {
	return (globalThis as unknown as Chrome).chrome.storage.local.get();
}

/** Runs in a page of the extension: empties its storage, and its databases, which the background may have open. */
export async function forgetEverything(): Promise<void> {
	await (globalThis as unknown as { chrome: typeof import('wxt/browser').browser }).chrome.storage.local.clear();
	const done = <T>(request: IDBRequest<T>) =>
		new Promise<T>((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error);
		});
	for (const { name = '' } of await indexedDB.databases()) {
		const database = await done(indexedDB.open(name));
		for (const store of database.objectStoreNames)
			await done(database.transaction(store, 'readwrite').objectStore(store).clear());
		database.close();
	}
}

/** The release as it would be, had it been published without attestations. */
export function withoutProvenance({ attestations, manifest, ...rest }: Release): Release {
	const { attestations: _pointer, ...dist } = manifest.dist;
	return { ...rest, manifest: { ...manifest, dist } };
}

/** The claims of a Report that are refuted, as `claim: code`. */
export function refutedClaims({ claims }: Report): string[] {
	return claims.flatMap((claim) => (claim.standing === 'refuted' ? [`${claim.id}: ${claim.failure.code}`] : []));
}

/** The codes for which claims of a Report could not be checked, each once. */
export function uncheckedCodes({ claims }: Report): string[] {
	return [
		...new Set(
			claims.flatMap((claim) =>
				claim.standing === 'unproved' && claim.why === 'could-not-check' ? [claim.failure.code] : [],
			),
		),
	];
}

/** The most requests that were under way at any one time. */
export function mostAtOnce(requests: LoggedRequest[]): number {
	return Math.max(
		...requests.map(
			({ time }) => requests.filter((one) => one.time <= time && (one.endTime ?? Infinity) > time).length,
		),
	);
}
