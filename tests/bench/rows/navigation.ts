/**
 * Owns `navigation-to-sentence`: from the start of npm's page to the sentence in the panel, with the evidence kept; and
 * `navigation-to-first-sentence`, of releases that were never looked at, beside an extension that does the least there is to do.
 */
import { join } from 'node:path';
import { NPM_SITE } from '../../../lib/npm/hosts.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { BROWSER_NAMES, startBrowser } from '../../support/browser.ts';
import { mintRelease, type Release } from '../../support/mint.ts';
import { packageOf, readRelease } from '../../support/recordings.ts';
import { startServer } from '../../support/server.ts';
import { buildBaseline } from '../baseline/build.ts';
import type { Measurement } from '../runner.ts';
import { type Bench, browserOf, sampleSides } from '../sides.ts';
import { RELEASE } from './records.ts';

/** Pages that are opened before the first that counts. */
const WARM_UP = 2;

export function navigation({ sides, samples = 10 }: Bench): Measurement {
	const name = 'navigation-to-sentence';
	return {
		names: [name],
		where: BROWSER_NAMES,
		measure: (where) =>
			sampleSides(sides, { name, where, unit: 'ms' }, samples, async (side) => {
				const extension = await side.extension(browserOf(where));
				const server = await startServer();
				server.serve(packageOf([readRelease(`${RELEASE.name}@${RELEASE.version}`)]));
				const browser = await startBrowser(browserOf(where), { extension, proxy: server.proxy });
				const tab = await browser.newTab();
				const sample = async () => {
					// Of two browsers the one that is measured is in front.
					await tab.page.bringToFront();
					await tab.open(`${NPM_SITE}/package/${RELEASE.name}/v/${RELEASE.version}`);
					const ours = await tab.waitFor(() => {
						const section = document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.querySelector('section');
						return section?.getAttribute('data-verdict') === 'confirmed' && performance.now();
					}, []);
					return { ours: Number(ours) };
				};
				for (let count = 0; count < WARM_UP; count += 1) await sample();
				return {
					sample,
					close: async () => {
						await browser.close();
						await server.close();
					},
				};
			}),
	};
}

/** The places, and how late each answer of the registry is, in milliseconds. */
const LATE: Readonly<Record<string, number>> = Object.fromEntries(
	BROWSER_NAMES.flatMap((name) => [
		[name, 0],
		[`${name}, 50 ms`, 50],
	]),
);

/** Each page is of a package of its own: nothing is kept, in either extension. */
export function firstNavigation({ sides, samples = 20 }: Bench): Measurement {
	const name = 'navigation-to-first-sentence';
	return {
		names: [name],
		where: Object.keys(LATE),
		measure: async function* (where) {
			const browser = browserOf(where);
			const authority = await startAuthority();
			const releases = await mintReleases(authority, samples + WARM_UP);
			const folder = await buildBaseline(join(sides.folder, `baseline-${browser}`), browser, authority);
			const open = (extension: string) => startNavigation(extension, where, releases);
			yield* sampleSides(sides, { name, where, unit: 'ms' }, samples, async (side) => {
				const ours = await open(await side.extension(browser, { name: `first-${where}`, options: { authority } }));
				const baseline = await open(folder);
				let isTurned = false;
				const sample = async () => {
					isTurned = !isTurned;
					const before = isTurned ? await baseline.next() : undefined;
					const own = await ours.next();
					return { ours: own, against: { baseline: before ?? (await baseline.next()) } };
				};
				for (let count = 0; count < WARM_UP; count += 1) await sample();
				return {
					sample,
					close: async () => {
						await ours.close();
						await baseline.close();
					},
				};
			});
		},
	};
}

function mintReleases(authority: Authority, count: number): Promise<Release[]> {
	return Promise.all(Array.from({ length: count }, (_, at) => mintRelease(authority, { name: `never-seen-${at}` })));
}

/** Where the page keeps when either extension had its words, in milliseconds, and what they come to. */
interface Watched {
	seen?: [ms: number, words: string];
}

/** A browser that opens the page of one release after another. */
async function startNavigation(extension: string, where: string, releases: readonly Release[]) {
	const server = await startServer();
	server.serve(...releases.map((release) => packageOf([release])));
	server.override(({ kind }) => kind !== undefined, { delay: LATE[where] ?? 0 });
	server.site.delay = 0;
	const browser = await startBrowser(browserOf(where), { extension, proxy: server.proxy, keepsWelcome: true });
	const tab = await browser.newTab();
	await tab.page.evaluateOnNewDocument(watch);
	let at = 0;
	return {
		/** Milliseconds from the start of the page to the words of either extension. */
		next: async (): Promise<number> => {
			const { name, version } = releases[at++] ?? {};
			await tab.page.bringToFront();
			await tab.open(`${NPM_SITE}/package/${name}/v/${version}`);
			const [ms, words] = (await tab.waitFor(() => (window as unknown as Watched).seen, [])) as [number, string];
			if (words !== 'confirmed' && !words.endsWith(' was verified')) throw new Error(`${name}: ${words}`);
			return ms;
		},
		close: async () => {
			await browser.close();
			await server.close();
		},
	};
}

/** Runs in each page from its start: in which frame one of the two extensions has its words, and what they come to. */
function watch(): void {
	const look = () => {
		const verdict = document
			.querySelector('[data-stamp-of-origin]')
			?.shadowRoot?.querySelector('section')
			?.getAttribute('data-verdict');
		const words =
			verdict === 'pending' ? undefined : (verdict ?? document.querySelector('[data-baseline]')?.textContent);
		if (words) Object.assign(window, { seen: [performance.now(), words] });
		else requestAnimationFrame(look);
	};
	look();
}
