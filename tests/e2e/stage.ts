/** Owns the stage of the scenarios: a browser with the extension, the local world around it, and a tidy start for each. */
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { parseSpec } from '../../lib/release.ts';
import type { Inspection, Report } from '../../lib/report.ts';
import { startAuthority } from '../tools/authority.ts';
import {
	BROWSER_NAMES,
	type BrowserName,
	builtExtension,
	type RunningBrowser,
	startBrowser,
	type Tab,
} from '../tools/browser.ts';
import { buildExtension } from '../tools/build.ts';
import { githubBuild, mintRelease, type Release } from '../tools/mint.ts';
import { hasData, readRelease } from '../tools/recordings.ts';
import { type LocalServer, startServer } from '../tools/server.ts';

/** What a scenario has at hand. */
export interface Stage {
	name: BrowserName;
	server: LocalServer;
	/** Folder of the extension. */
	extension: string;
	browser: RunningBrowser;
	/** The tab on npm's site. */
	tab: Tab;
	/** A copy of a release whose origin the extension confirms: a recorded one, or a minted one where nothing was recorded. */
	release(spec: (typeof CONFIRMED)[number]): Release;
	/** Asks the extension's background, by message, as its pages do. @param release `name@version`. */
	ask<Q extends keyof Answers>(question: Q, release: string): Promise<Answers[Q]>;
}
interface Answers {
	inspect: Report;
	compare: Report;
	evidence: Inspection;
}

/** The first two are of one package, the newer first. */
const CONFIRMED = ['sigstore@2.3.1', 'sigstore@1.0.0', 'nuxt@3.13.0', '@playwright/cli@0.1.1', 'tuf-js@1.0.0'] as const;

/**
 * Tells scenarios once, to be run in each browser. Every scenario begins with nothing remembered and nothing served, and
 * fails if anything was asked of the registry, the site or any other host for which there is no recording.
 */
export function inEachBrowser(tell: (stage: Stage) => void): void {
	if (!hasData)
		console.warn('../shared/data is absent: scenarios run on minted releases, and a build that trusts their maker');
	describe.each(BROWSER_NAMES)('%s', (name) => {
		const stage = { name } as Stage;
		let control: Tab;
		beforeAll(async () => {
			const { extension, releases } = await cast(name);
			stage.release = (spec) => {
				const found = releases.find(({ name: of, version }) => `${of}@${version}` === spec);
				if (!found) throw new Error(`not on this stage: ${spec}`);
				return structuredClone(found);
			};
			stage.extension = extension;
			stage.server = await startServer();
			stage.browser = await startBrowser(name, { extension, proxy: stage.server.proxy });
			stage.tab = await stage.browser.newTab();
			control = await stage.browser.openExtensionPage('popup.html');
			stage.ask = (question, release) => {
				const { name: of, selector } = parseSpec(release) ?? { name: release, selector: '' };
				return control.evaluate(sendMessage, { question, name: of, selector }) as never;
			};
			await stage.tab.page.bringToFront();
		});
		beforeEach(async () => {
			await stage.tab.open('about:blank');
			await control.evaluate(forgetEvidence);
			stage.server.reset();
		});
		afterEach(() => {
			expect(stage.server.unrecorded, 'asked for, but not recorded').toEqual([]);
		});
		afterAll(async () => {
			await stage.browser?.close();
			await stage.server?.close();
		});
		tell(stage);
	});
}

/** The shipped extension and recorded releases; without recordings, minted ones and a build that trusts their maker. */
async function cast(name: BrowserName): Promise<{ extension: string; releases: Release[] }> {
	if (hasData) {
		const extension = builtExtension(name);
		if (!existsSync(join(extension, 'manifest.json'))) throw new Error(`not built: ${extension} (npm run build)`);
		return { extension, releases: CONFIRMED.map(readRelease) };
	}
	const authority = await startAuthority();
	const output = await mkdtemp(join(tmpdir(), 'stamp-of-origin-'));
	const browser = name === 'chromium' ? 'chrome' : 'firefox';
	const [extension = ''] = await buildExtension([browser], { output, authority, isSilent: true });
	const releases = CONFIRMED.map((release) => {
		const { name: of = '', selector: version = '' } = parseSpec(release) ?? {};
		// The older release of the same package comes from another workflow, as the recorded one does.
		const build = githubBuild(version === '1.0.0' ? { workflow: '.github/workflows/publish.yml' } : {});
		const publishedAt = new Date(`202${version === '1.0.0' ? 5 : 6}-02-03T04:05:06Z`);
		return mintRelease(authority, { name: of, version, publishedAt, provenance: { build } });
	});
	return { extension, releases: await Promise.all(releases) };
}

/** Runs in a page of the extension. */
function sendMessage(message: unknown): Promise<unknown> {
	return (globalThis as unknown as { chrome: typeof import('wxt/browser').browser }).chrome.runtime.sendMessage(
		message,
	);
}

/** Runs in a page of the extension: empties its databases, which the background may have open. */
async function forgetEvidence(): Promise<void> {
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
