/**
 * Owns `navigation-to-sentence`: from the start of npm's page to the sentence in the panel, with the evidence kept; and
 * `navigation-to-first-sentence` and `navigation-to-first-verdict`, of releases that were never looked at, beside an extension that does
 * the least there is to do. The first sentence says where the release was built; the verdict has compared it with earlier releases.
 */
import { join } from 'node:path';
import { NPM_SITE } from '../../../lib/npm/hosts.ts';
import { type Authority, startAuthority } from '../../support/authority.ts';
import { BROWSER_NAMES, startBrowser } from '../../support/browser.ts';
import { mintRelease, type Release } from '../../support/mint.ts';
import { packageOf, readRelease } from '../../support/recordings.ts';
import { startServer } from '../../support/server.ts';
import { buildBaseline } from '../baseline/build.ts';
import { type Measurement, rowsOf, type Sample } from '../runner.ts';
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
	const [name, verdict] = ['navigation-to-first-sentence', 'navigation-to-first-verdict'];
	return {
		names: [name, verdict],
		where: Object.keys(LATE),
		measure: async function* (where) {
			const browser = browserOf(where);
			const authority = await startAuthority();
			const releases = await mintReleases(authority, samples + WARM_UP);
			const folder = await buildBaseline(join(sides.folder, `baseline-${browser}`), browser, authority);
			const verdicts: Sample[] = [];
			yield* sampleSides(sides, { name, where, unit: 'ms' }, samples, async (side) => {
				const extension = await side.extension(browser, { name: `first-${where}`, options: { authority } });
				const ours = await startNavigation(extension, where, releases);
				const baseline = await startNavigation(folder, where, releases);
				let isTurned = false;
				const sample = async () => {
					isTurned = !isTurned;
					const before = isTurned ? await baseline.next() : undefined;
					const own = await ours.next();
					const { sentence } = before ?? (await baseline.next());
					if (side.commit === undefined) verdicts.push({ ours: own.verdict, against: { baseline: sentence } });
					return { ours: own.sentence, against: { baseline: sentence } };
				};
				for (let count = 0; count < WARM_UP; count += 1) await sample();
				verdicts.length = 0;
				return {
					sample,
					close: async () => {
						await ours.close();
						await baseline.close();
					},
				};
			});
			yield* rowsOf({ name: verdict, where, unit: 'ms' }, verdicts);
		},
	};
}

function mintReleases(authority: Authority, count: number): Promise<Release[]> {
	return Promise.all(Array.from({ length: count }, (_, at) => mintRelease(authority, { name: `never-seen-${at}` })));
}

/** When either extension had its words, in milliseconds from the start of the page. */
interface Seen {
	sentence: number;
	verdict: number;
}

/** Where the page keeps it. */
interface Watched {
	seen?: Seen;
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
		next: async (): Promise<Seen> => {
			const { name, version } = releases[at++] ?? {};
			await tab.page.bringToFront();
			await tab.open(`${NPM_SITE}/package/${name}/v/${version}`);
			return (await tab.waitFor(() => (window as unknown as Watched).seen, [])) as Seen;
		},
		close: async () => {
			await browser.close();
			await server.close();
		},
	};
}

/** Runs in each page from its start: in which frame one of the two extensions has its words. */
function watch(): void {
	let sentence: number | undefined;
	const look = () => {
		const section = document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.querySelector('section');
		const isBaseline = document.querySelector('[data-baseline]')?.textContent?.endsWith(' was verified') === true;
		if (isBaseline || section?.textContent?.includes('came from an automatic build')) sentence ??= performance.now();
		if (isBaseline || section?.getAttribute('data-verdict') === 'confirmed')
			Object.assign(window, { seen: { sentence, verdict: performance.now() } });
		else requestAnimationFrame(look);
	};
	look();
}
