/** Tests the panel's life on npm's page: which release it speaks of, where it stands, what it asks, and how it is used. */
import { expect, test } from 'vitest';
import { NPM_SITE, REGISTRY } from '../../lib/npm/hosts.ts';
import { pageAddress, parsePageAddress } from '../../lib/npm/site.ts';
import { specText } from '../../lib/npm/spec.ts';
import type { Tab } from '../support/browser.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachBrowser, type Stage } from './harness.ts';

const RELEASE = 'sigstore@2.3.1';
const PAGE = pageAddress('sigstore', '2.3.1');

/** What stood on the page in one frame. */
interface Frame {
	address: string;
	panels: (string | undefined)[];
	words: string;
}

/** Runs in the page: notes every frame that differs from the one before, in `window.frames_`. */
function watchFrames(): void {
	const frames: Frame[] = [];
	let last = '';
	const look = () => {
		const hosts = [...document.querySelectorAll<HTMLElement>('[data-stamp-of-origin]')];
		const frame = {
			address: location.href,
			panels: hosts.map(({ dataset }) => dataset.stampOfOrigin),
			words: hosts[0]?.shadowRoot?.querySelector('[role="status"]')?.textContent ?? '',
		};
		const now = JSON.stringify(frame);
		if (now !== last) frames.push(frame);
		last = now;
		requestAnimationFrame(look);
	};
	look();
	Object.assign(window, { watched: frames });
}

/** What was seen by now; what was drawn just before this call too. */
const watched = (tab: Tab) =>
	tab.evaluate(async () => {
		for (let frames = 0; frames < 2; frames += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
		return (window as unknown as { watched: Frame[] }).watched;
	});

/** Frames that speak of another release than the one in the address. */
function strayFrames(frames: Frame[]): Frame[] {
	return frames.filter(({ address, panels, words }) => {
		const spec = parsePageAddress(address);
		if (!spec) return panels.length > 0;
		const [, name, version] = /“(\S+) (\S+)” came from an automatic build/.exec(words) ?? [];
		return (
			panels.length > 1 ||
			(panels.length === 1 && panels[0] !== specText(spec)) ||
			(name !== undefined && name !== spec.name) ||
			(spec.kind === 'version' && version !== undefined && version !== spec.selector)
		);
	});
}

const toRegistry = ({ server }: Stage) => server.requests.filter(({ host }) => REGISTRY.endsWith(host));
const kindsAsked = (stage: Stage) => toRegistry(stage).map(({ kind }) => kind);
const hasVerdict = (verdict: string) =>
	document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.querySelector(`[data-verdict="${verdict}"]`) != null;

/** Runs in the page: whether there are marks in the tab that is open, and every one in view has its answer. */
const areMarksFilled = () => {
	const marks = [...document.querySelectorAll('[role="tabpanel"]:not([hidden]) [data-stamp-of-origin-mark]')];
	const looks = marks.map((host) => host.shadowRoot?.querySelector('button')?.dataset.look);
	return looks.length > 0 && looks.every((look) => look !== undefined && look !== 'pending');
};

inEachBrowser((stage) => {
	const serve = (...specs: Parameters<Stage['release']>[0][]) => {
		for (const spec of specs) stage.server.serve(packageOf([stage.release(spec)]));
	};

	test('the first answer takes two requests, side by side', async () => {
		serve(RELEASE);
		const [both, others] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
		stage.server.override(({ kind }) => kind !== undefined, { until: others.promise });
		stage.server.override(({ kind }) => kind === 'manifest' || kind === 'attestations', { until: both.promise });
		await stage.tab.open(PAGE);
		// Both are under way before either is answered.
		await expect.poll(() => kindsAsked(stage).toSorted()).toEqual(['attestations', 'manifest']);
		both.resolve();
		// What it says by then is the origin, and that it is still compared.
		await stage.tab.waitFor(
			() =>
				document
					.querySelector('[data-stamp-of-origin]')
					?.shadowRoot?.textContent?.includes('Comparing with earlier releases') ?? false,
			[],
		);
		// The packument, for the releases before, and the list of malware come after and are not waited for.
		for (const kind of kindsAsked(stage).slice(2)) expect(['packument', 'advisories']).toContain(kind);
		others.resolve();
		expect((await stage.tab.settledPanel(RELEASE)).look).toBe('confirmed');
		expect(new Set(kindsAsked(stage))).toEqual(new Set(['manifest', 'attestations', 'packument', 'advisories']));
	});

	test.each([
		['wide', 1280],
		['narrow', 420],
	])("npm's own nodes do not move once the page has settled, %s", async (_what, width) => {
		serve(RELEASE);
		const answer = Promise.withResolvers<void>();
		stage.server.override('attestations', { until: answer.promise });
		await stage.tab.resize(width, 1100);
		await stage.tab.open(PAGE);
		await stage.tab.waitFor(hasVerdict, ['pending']);
		// The panel itself grows and shrinks in the room that is kept; below the fold that room may go.
		const rectangles = () =>
			[...document.querySelectorAll('aside > *, main h1, article, [role="tab"]')]
				.filter((node) => !(node instanceof HTMLElement && 'stampOfOrigin' in node.dataset))
				.map((node) => ({ node, place: node.getBoundingClientRect() }))
				.filter(({ place }) => place.top < innerHeight)
				.map(({ node, place: { x, y, width, height } }) =>
					[node.tagName, node.textContent?.slice(0, 20), x, y, width, height].join(' '),
				);
		const before = await stage.tab.evaluate(rectangles);
		expect((await stage.tab.panel())?.look).toBe('pending');
		expect(before.length).toBeGreaterThan(5);
		answer.resolve();
		expect((await stage.tab.settledPanel(RELEASE)).look).toBe('confirmed');
		expect(await stage.tab.evaluate(rectangles)).toEqual(before);
		await stage.tab.resize(1280, 1100);
	});

	test('moving without a reload always shows the release in the address, never the one before', async () => {
		serve('nuxt@3.13.0', 'tuf-js@1.0.0');
		const { packument, ...rest } = packageOf([stage.release('sigstore@1.0.0'), stage.release(RELEASE)]);
		for (const manifest of Object.values(packument.versions)) manifest.dependencies = { 'tuf-js': '^1' };
		stage.server.serve({ packument, ...rest });
		stage.server.override('attestations', { delay: 300 });
		const { tab } = stage;
		await tab.open(`${NPM_SITE}/search?q=s`);
		await tab.evaluate(watchFrames);

		await tab.click('#results a[href="/package/sigstore"]');
		await tab.settledPanel('sigstore@latest');
		await tab.click('#package-tab-versions');
		await tab.click('table[aria-labelledby="version-history"] a[href$="/v/1.0.0"]');
		expect((await tab.settledPanel('sigstore@1.0.0')).text).toContain(
			'“sigstore 1.0.0” came from an automatic build of',
		);
		await tab.click('#package-tab-dependencies');
		await tab.click('[aria-label="Dependencies"] a');
		expect((await tab.settledPanel('tuf-js@latest')).text).toContain('“tuf-js 1.0.0” came from an automatic build of');
		await tab.evaluate(() => history.back());
		await tab.settledPanel('sigstore@1.0.0');
		await tab.evaluate(() => history.forward());
		await tab.settledPanel('tuf-js@latest');
		// Faster than any answer: neither npm's data nor the registry's has come when the next address is there.
		const data = Promise.withResolvers<void>();
		stage.server.site.until = data.promise;
		await tab.evaluate(
			async (paths) => {
				for (const path of paths) {
					const link = document.createElement('a');
					link.href = path;
					document.body.append(link);
					link.click();
					link.remove();
					// A frame for each, in which it is seen what stands there meanwhile.
					await new Promise((resolve) => requestAnimationFrame(resolve));
				}
			},
			['/package/nuxt', '/package/sigstore/v/2.3.1', '/package/nuxt/v/3.13.0'],
		);
		data.resolve();
		expect((await tab.settledPanel('nuxt@3.13.0')).text).toContain('“nuxt 3.13.0” came from an automatic build of');

		const frames = await watched(tab);
		expect(strayFrames(frames)).toEqual([]);
		expect(new Set(frames.flatMap(({ panels }) => panels))).toEqual(
			new Set(['sigstore@latest', 'sigstore@1.0.0', 'tuf-js@latest', 'nuxt@3.13.0']),
		);
	});

	test('of a page that was left nothing more is asked', async () => {
		serve(RELEASE, 'nuxt@3.13.0', 'tuf-js@1.0.0');
		stage.server.override(({ path }) => path.includes('sigstore'), { delay: 1500 });
		stage.server.override(({ path }) => path.includes('tuf-js'), { delay: 500 });
		const { tab } = stage;
		const ofLeft = () => stage.server.requests.filter(({ path, kind }) => kind && path.includes('sigstore'));
		await tab.open(PAGE);
		await expect.poll(() => ofLeft().length).toBe(2);
		await tab.evaluate(() => {
			const link = document.createElement('a');
			link.href = '/package/nuxt/v/3.13.0';
			document.body.append(link);
			link.click();
		});
		await tab.settledPanel('nuxt@3.13.0');
		await expect.poll(() => ofLeft().every(({ endTime }) => endTime !== undefined), { timeout: 5000 }).toBe(true);
		// What would follow that answer comes long before all that is asked now, of a slow package, is answered.
		await stage.ask('compare', 'tuf-js@1.0.0');
		expect(
			ofLeft()
				.map(({ kind }) => kind)
				.sort(),
		).toEqual(['attestations', 'manifest']);
	});

	test('under every tab the same panel, without asking again', async () => {
		serve(RELEASE);
		const { tab } = stage;
		await tab.open(PAGE);
		await tab.settledPanel(RELEASE);
		await tab.evaluate(watchFrames);
		// Of what the panel asks, at least: under a tab with a list, its marks ask for themselves.
		await tab.click('#package-tab-versions');
		await tab.waitFor(areMarksFilled, []);
		const asked = toRegistry(stage).length;
		for (const which of ['code', 'dependencies', 'dependents', 'versions', 'readme']) {
			await tab.click(`#package-tab-${which}`);
			await tab.waitFor((wanted) => location.search.endsWith(`=${wanted}`), [which]);
			expect((await tab.settledPanel(RELEASE)).look).toBe('confirmed');
		}
		expect((await watched(tab)).every(({ panels }) => panels.length === 1)).toBe(true);
		expect(toRegistry(stage)).toHaveLength(asked);
	});

	test("React's dropping our node brings it back, once and where it was", async () => {
		serve(RELEASE);
		const { tab } = stage;
		await tab.open(PAGE);
		await tab.settledPanel(RELEASE);
		const asked = toRegistry(stage).length;
		await tab.evaluate(watchFrames);
		for (let times = 0; times < 3; times += 1) {
			await tab.evaluate(() => (window as unknown as { site: { drop(): void } }).site.drop());
			expect((await tab.settledPanel(RELEASE)).look).toBe('confirmed');
		}
		const before = await tab.evaluate(
			() => document.querySelector('[data-stamp-of-origin]')?.previousElementSibling?.textContent,
		);
		expect(before).toContain('Last publish');
		expect(strayFrames(await watched(tab))).toEqual([]);
		expect(toRegistry(stage)).toHaveLength(asked);
	});

	test('no panel where there is no package', async () => {
		serve(RELEASE);
		const { tab } = stage;
		// The name in the address is asked about before the page shows that there is no such package.
		stage.server.override(({ path }) => path.includes('missing'), { status: 404, body: '{}' });
		await tab.open(`${NPM_SITE}/package/missing`);
		await expect.poll(() => kindsAsked(stage)).toContain('manifest');
		// Where it does not find the version it waits two seconds from there on, and then needs the name alone.
		await tab.evaluate(() => new Promise((resolve) => setTimeout(resolve, 2300)));
		expect(await tab.panel()).toBeUndefined();
		await tab.open(`${NPM_SITE}/search?q=sigstore`);
		await tab.waitFor(() => document.querySelector('[data-stamp-of-origin-mark]') !== null, []);
		expect(await tab.panel()).toBeUndefined();
		await tab.open(`${NPM_SITE}/settings`);
		await tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
		expect(await tab.panel()).toBeUndefined();
	});

	test('latest, by the name alone', async () => {
		serve(RELEASE);
		await stage.tab.open(pageAddress('sigstore'));
		const { text } = await stage.tab.settledPanel('sigstore@latest');
		expect(text).toContain('“sigstore 2.3.1” came from an automatic build of');
	});

	test.each([
		['in a heading of the second level', 'h2'],
		["in the sidebar's install command only", 'sidebar'],
		["in the document's title only", 'title'],
	] as const)('a name that the page has %s leads to the panel', async (_where, namedBy) => {
		serve('nuxt@3.13.0');
		stage.server.serve(packageOf([stage.release('sigstore@1.0.0'), stage.release(RELEASE)]));
		stage.server.site.namedBy = namedBy;
		const { tab } = stage;
		await tab.open(`${PAGE}?activeTab=versions`);
		await tab.evaluate(watchFrames);
		await tab.settledPanel(RELEASE);
		await tab.waitFor(areMarksFilled, []);
		// The page before stands until npm's data of the next one has come: the panel is not put into it.
		const data = Promise.withResolvers<void>();
		stage.server.site.until = data.promise;
		await tab.evaluate(() => {
			const link = document.createElement('a');
			link.href = '/package/nuxt';
			document.body.append(link);
			link.click();
			link.remove();
		});
		await tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
		expect(await tab.panel()).toBeUndefined();
		data.resolve();
		await tab.settledPanel('nuxt@latest');
		expect(strayFrames(await watched(tab))).toEqual([]);
	});

	test.each(['@playwright/cli', '%40playwright%2Fcli'])('a scoped name: %s', async (path) => {
		serve('@playwright/cli@0.1.1');
		await stage.tab.open(`${NPM_SITE}/package/${path}/v/0.1.1`);
		expect((await stage.tab.settledPanel('@playwright/cli@0.1.1')).look).toBe('confirmed');
	});

	test('"Full report" opens the report page, by mouse and by keyboard alone', async () => {
		serve(RELEASE);
		const { tab } = stage;
		await tab.open(PAGE);
		await tab.settledPanel(RELEASE);
		const readHeading = async () => {
			const report = await stage.browser.waitForExtensionPage('report.html');
			const heading = await report.waitFor(
				() => document.querySelector('[data-claim]') && document.querySelector('h1')?.textContent,
				[],
			);
			await report.close();
			await tab.toFront();
			return heading;
		};
		await tab.click('[data-stamp-of-origin] >>> button');
		expect(await readHeading()).toBe('sigstore 2.3.1');

		await tab.open(PAGE);
		await tab.settledPanel(RELEASE);
		// The tab of the report has just gone, and which one comes to the front then is for the browser to say.
		await tab.toFront();
		const focused = () =>
			document.querySelector('[data-stamp-of-origin]')?.shadowRoot?.activeElement?.textContent?.trim();
		for (let presses = 0; presses < 40 && (await tab.evaluate(focused)) !== 'Full report'; presses += 1)
			await tab.press('Tab');
		expect(await tab.evaluate(focused)).toBe('Full report');
		await tab.press('Enter');
		expect(await readHeading()).toBe('sigstore 2.3.1');
	});

	test('the popup looks a package up, by keyboard alone', async () => {
		serve(RELEASE);
		const popup = await stage.browser.openExtensionPage('popup.html');
		await popup.type('#package', RELEASE);
		await popup.press('Enter');
		await popup.waitFor(() => document.querySelector('section[data-verdict="confirmed"]'), []);
		const text = await popup.evaluate(() => document.body.textContent ?? '');
		expect(text).toContain('“sigstore 2.3.1” came from an automatic build of');
		await popup.close();
		await stage.tab.page.bringToFront();
	});
});
