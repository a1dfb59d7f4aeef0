/** Tests the marks in npm's lists: which are asked for and how many at once, and what they say. */
import { describe, expect, test } from 'vitest';
import { NPM_SITE } from '../../lib/npm/hosts.ts';
import { pageAddress } from '../../lib/npm/site.ts';
import type { Release } from '../support/mint.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachBrowser, MALWARE, mostAtOnce, withoutProvenance } from './harness.ts';
import { areFilled, isViewFilled, LIST, plain, serveLongList, waitFrames } from './mark-lists.ts';
import { letPass } from './page-actions.ts';

interface MarkView {
	release: string;
	look: string;
	/** What the sign is called for a screen reader. */
	label: string;
	/** The sentence while it shows. */
	tip: string;
}

/** Runs in the page: the marks that are filled. */
function readMarks(): MarkView[] {
	return [...document.querySelectorAll<HTMLElement>('[data-stamp-of-origin-mark]')].flatMap((host) => {
		const button = host.shadowRoot?.querySelector('button');
		const tip = host.shadowRoot?.querySelector<HTMLElement>(':popover-open');
		const { look = '' } = button?.dataset ?? {};
		if (!button || look === 'pending') return [];
		const label = button.getAttribute('aria-label') ?? '';
		return [{ release: host.dataset.stampOfOriginMark ?? '', look, label, tip: tip?.textContent ?? '' }];
	});
}

inEachBrowser((stage) => {
	const ofDependencies = () => stage.server.requests.filter(({ path }) => path.includes('dependency-'));
	const namesAsked = () => new Set(ofDependencies().map(({ path }) => /dependency-\d+/.exec(path)?.[0] ?? ''));

	describe('in the three lists', () => {
		const serve = () => {
			const [older, newer] = [stage.release('sigstore@1.0.0'), stage.release('sigstore@2.3.1')];
			newer.manifest.dependencies = { 'tuf-js': '^1', 'plain-one': '^1' };
			stage.server.serve(
				packageOf([older, newer]),
				packageOf([stage.release('tuf-js@1.0.0')]),
				packageOf([plain(stage, 'plain-one')]),
			);
		};
		test.each([
			['search results', `${NPM_SITE}/search?q=`, ['sigstore@latest', 'tuf-js@latest', 'plain-one@latest']],
			['dependencies', LIST, ['tuf-js@latest', 'plain-one@latest']],
			[
				'versions',
				`${pageAddress('sigstore', '2.3.1')}?activeTab=versions`,
				['sigstore@2.3.1', 'sigstore@2.3.1', 'sigstore@1.0.0'],
			],
		])('%s', async (_list, address, releases) => {
			serve();
			const { tab } = stage;
			await tab.open(address);
			const before = await tab.evaluate(() =>
				[...document.querySelectorAll('[aria-label="Provenance"]')].map((mark) => mark.closest('td')?.innerText),
			);
			await tab.waitFor(areFilled, [releases.length]);
			const marks = await tab.evaluate(readMarks);
			expect(marks.map(({ release }) => release)).toEqual(releases);
			for (const { release, look, label } of marks) {
				expect(look, release).toBe(release.startsWith('plain') ? 'none' : 'not-compared');
				expect(label).toContain(release.startsWith('plain') ? 'No build record' : 'came from an automatic build');
				if (look === 'not-compared') expect(label).toContain('Not compared with earlier releases');
			}
			// What stands twice on a page is asked for once, but for what the panel needs, which does not wait for marks: the page's own
			// release and the one that it is compared with.
			for (const { path } of stage.server.requests.filter(({ kind }) => kind === 'attestations')) {
				const most = /sigstore@(2\.3\.1|1\.0\.0)$/.test(path) ? 2 : 1;
				expect(stage.server.requests.filter((one) => one.path === path).length, path).toBeLessThanOrEqual(most);
			}
			// npm's own marks: as many as before, in the same cells.
			const after = await tab.evaluate(() =>
				[...document.querySelectorAll('[aria-label="Provenance"]')].map((mark) => mark.closest('td')?.innerText),
			);
			expect(after).toEqual(before);
		});

		test('the sentence comes with the mouse and with the focus, and goes; a click opens the report', async () => {
			serve();
			const { tab } = stage;
			await tab.open(LIST);
			await tab.waitFor(areFilled, [2]);
			const tips = async () => (await tab.evaluate(readMarks)).map(({ tip }) => tip.slice(0, 14));
			expect(await tips()).toEqual(['', '']);
			await tab.page.hover('[data-stamp-of-origin-mark="tuf-js@latest"]');
			await tab.waitFor(
				() => document.querySelector('[data-stamp-of-origin-mark]')?.shadowRoot?.querySelector(':popover-open') != null,
				[],
			);
			expect(await tips()).toEqual(['“tuf-js 1.0.0”', '']);
			await tab.page.mouse.move(5, 5);
			await tab.waitFor(
				() => document.querySelector('[data-stamp-of-origin-mark]')?.shadowRoot?.querySelector(':popover-open') == null,
				[],
			);

			const focusedMark = () => (document.activeElement as HTMLElement | null)?.dataset.stampOfOriginMark;
			for (let presses = 0; presses < 40 && (await tab.evaluate(focusedMark)) === undefined; presses += 1)
				await tab.press('Tab');
			// One Tab stop for all of a list; the arrow keys lead on.
			expect(await tab.evaluate(focusedMark)).toBe('tuf-js@latest');
			await tab.press('ArrowUp');
			expect(await tab.evaluate(focusedMark)).toBe('tuf-js@latest');
			await tab.press('ArrowDown');
			expect(await tab.evaluate(focusedMark)).toBe('plain-one@latest');
			expect(await tips()).toEqual(['', 'No build recor']);
			const stops = () =>
				[...document.querySelectorAll('[data-stamp-of-origin-mark]')].map(
					({ shadowRoot }) => shadowRoot?.querySelector('button')?.tabIndex,
				);
			expect(await tab.evaluate(stops)).toEqual([-1, 0]);
			// What is said of one never covers another.
			const covers = () => {
				const tip = document.activeElement?.shadowRoot?.querySelector(':popover-open')?.getBoundingClientRect();
				return [...document.querySelectorAll('[data-stamp-of-origin-mark]')].some((host) => {
					const { left, top } = host.getBoundingClientRect();
					return (
						tip &&
						host !== document.activeElement &&
						left >= tip.left &&
						left <= tip.right &&
						top >= tip.top &&
						top <= tip.bottom
					);
				});
			};
			expect(await tab.evaluate(covers)).toBe(false);
			const isInView = () => {
				const tip = document.activeElement?.shadowRoot?.querySelector(':popover-open')?.getBoundingClientRect();
				return tip && tip.top >= 0 && tip.left >= 0 && tip.bottom <= innerHeight && tip.right <= innerWidth;
			};
			expect(await tab.evaluate(isInView)).toBe(true);
			await tab.press('Escape');
			expect(await tips()).toEqual(['', '']);
			await tab.press('Enter');
			const report = await stage.browser.waitForExtensionPage('report.html');
			expect(await report.waitFor(() => document.querySelector('h1')?.textContent, [])).toContain('plain-one');
			await report.close();
			await tab.page.bringToFront();
			expect(await tab.evaluate(() => location.href)).toBe(LIST);
		});

		test("malware is said, by one request for the whole list, and a script's click opens nothing", async () => {
			serve();
			const { tab } = stage;
			stage.server.serve({ ...packageOf([stage.release('sigstore@2.3.1')]), advisories: [MALWARE] });
			await tab.open(`${NPM_SITE}/search?q=`);
			await tab.waitFor(areFilled, [3]);
			const marks = await tab.evaluate(readMarks);
			expect(marks.map(({ look }) => look).toSorted()).toEqual(['malware', 'none', 'not-compared']);
			expect(marks.find(({ look }) => look === 'malware')?.label).toContain('lists “sigstore 2.3.1” as malware');
			const ofAdvisories = stage.server.requests.filter(({ kind }) => kind === 'advisories');
			expect(ofAdvisories.map(({ names }) => names?.toSorted())).toEqual([['plain-one', 'sigstore', 'tuf-js']]);

			const before = (await stage.browser.addresses()).length;
			await tab.evaluate(() => {
				for (const host of document.querySelectorAll('[data-stamp-of-origin-mark]'))
					host.shadowRoot?.querySelector('button')?.click();
			});
			await stage.settle();
			expect(await stage.browser.addresses()).toHaveLength(before);
		});

		test('they follow the colours of the page', async () => {
			serve();
			const { tab } = stage;
			await tab.open(LIST);
			await tab.waitFor(areFilled, [2]);
			const colour = () => {
				const button = document.querySelector('[data-stamp-of-origin-mark]')?.shadowRoot?.querySelector('button');
				return button ? getComputedStyle(button).color : '';
			};
			const light = await tab.evaluate(colour);
			await tab.evaluate(() => {
				document.documentElement.dataset.colorMode = 'dark';
			});
			await tab.waitFor(
				(before) => {
					const button = document.querySelector('[data-stamp-of-origin-mark]')?.shadowRoot?.querySelector('button');
					return button && getComputedStyle(button).color !== before;
				},
				[light],
			);
		});

		test('what was there before and is not now is said', async () => {
			const [older, newer] = [stage.release('sigstore@1.0.0'), withoutProvenance(stage.release('sigstore@2.3.1'))];
			stage.server.serve(packageOf([older, newer]));
			await stage.tab.open(`${NPM_SITE}/search?q=sigstore`);
			await stage.tab.waitFor(areFilled, [1]);
			const [mark] = await stage.tab.evaluate(readMarks);
			expect(mark?.look).toBe('lost');
			expect(mark?.label).toContain('The build record of “sigstore 2.3.1” is missing: “1.0.0” lists one.');
		});

		test('what only came later is no loss: a suspicion is held against the times', async () => {
			// A name of its own: lists are remembered for a minute.
			const named = ({ manifest, ...release }: Release) => ({
				...release,
				name: 'back-ported',
				manifest: { ...manifest, name: 'back-ported' },
			});
			const [older, before] = [stage.release('sigstore@1.0.0'), withoutProvenance(stage.release('sigstore@2.3.1'))];
			const { packument, ...rest } = packageOf([named(older), named(before)]);
			// The older line was mended after the newer one was published.
			packument.time['1.0.0'] = new Date(Date.parse(String(packument.time['2.3.1'])) + 86_400_000).toISOString();
			stage.server.serve({ packument, ...rest });
			await stage.tab.open(`${NPM_SITE}/search?q=back-ported`);
			await stage.tab.waitFor(areFilled, [1]);
			expect((await stage.tab.evaluate(readMarks)).map(({ look }) => look)).toEqual(['none']);
			expect(stage.server.requests.map(({ kind }) => kind)).toContain('packument');
		});

		test('a registry that will not answer is "could not check", and is not asked again', async () => {
			serve();
			stage.server.override('attestations', { status: 429, body: '', headers: { 'retry-after': '1' } });
			await stage.tab.open(`${NPM_SITE}/search?q=`);
			await stage.tab.waitFor(areFilled, [3]);
			expect((await stage.tab.evaluate(readMarks)).map(({ look }) => look)).toEqual(['unknown', 'unknown', 'unknown']);
			await stage.settle();
			const asked = stage.server.requests.map(({ path }) => path).filter((path) => path.includes('attestations'));
			expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted());
			// Nor where the page changes under it.
			await stage.tab.evaluate(() => document.body.append(document.createElement('p')));
			await stage.tab.evaluate(waitFrames);
			await stage.settle();
			expect(stage.server.requests.filter(({ path }) => path.includes('attestations'))).toHaveLength(asked.length);
			// Later scenarios have marks again.
			await letPass(stage.tab, 1000);
		});

		test('a page that drops a mark gets it back without another request; one that will not have it is left alone', async () => {
			serve();
			const { tab } = stage;
			await tab.open(LIST);
			await tab.waitFor(areFilled, [2]);
			// Of what is marked only: the panel asks for the page's own release at its own pace.
			const ofMarked = () => stage.server.requests.filter(({ path }) => /tuf-js|plain-one/.test(path));
			const asked = ofMarked();
			expect(asked).not.toEqual([]);
			await tab.evaluate(() => document.querySelector('[data-stamp-of-origin-mark]')?.remove());
			await tab.waitFor(areFilled, [2]);
			expect(ofMarked()).toEqual(asked);
			await tab.evaluate(() => {
				let dropped = 0;
				const drop = () => {
					const marks = document.querySelectorAll('[data-stamp-of-origin-mark]');
					dropped += marks.length;
					for (const mark of marks) mark.remove();
					Object.assign(window, { dropped });
				};
				new MutationObserver(drop).observe(document.body, { childList: true, subtree: true });
				drop();
			});
			const dropped = () => (window as unknown as { dropped: number }).dropped;
			// Each frame brings them again, until they are given up.
			let times = 0;
			for (let before = -1; times !== before; ) {
				before = times;
				await tab.evaluate(waitFrames);
				times = await tab.evaluate(dropped);
			}
			expect(times).toBeGreaterThan(20);
			// Two dependencies, and three rows under the tab of versions.
			expect(times).toBeLessThanOrEqual(5 * 21);
		});

		test('switched off, there is none, and nothing is asked', async () => {
			serve();
			const { tab } = stage;
			await stage.set({ marks: false });
			await tab.open(`${NPM_SITE}/search?q=nothing-of-that-name`);
			await tab.evaluate(() => {
				const places = new Set<Element>();
				const look = () => {
					for (const place of document.querySelectorAll('[data-stamp-of-origin-mark]')) places.add(place);
				};
				new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
				Object.assign(window, { places });
				const link = document.createElement('a');
				link.href = '/search?q=';
				document.body.append(link);
				link.click();
			});
			const drawn = await tab.waitFor(() => {
				const { places } = window as unknown as { places: Set<Element> };
				const isOver = places.size >= 3 && document.querySelector('[data-stamp-of-origin-mark]') === null;
				return isOver && { count: [...places].filter(({ shadowRoot }) => shadowRoot !== null).length };
			}, []);
			// Room was kept for them, but nothing was ever drawn in it.
			expect(drawn).toEqual({ count: 0 });
			expect(stage.server.requests.filter(({ kind }) => kind !== undefined)).toEqual([]);
		});
	});

	describe('in a list of two hundred and fifty', () => {
		test('only what is in view is asked for, at most four requests at a time, and kept afterwards', async () => {
			serveLongList(stage);
			// The first answers are held until as many are asked for as may be.
			const four = Promise.withResolvers<void>();
			stage.server.override(({ path }) => path.includes('dependency-'), { until: four.promise });
			const { tab } = stage;
			await tab.resize(1280, 600);
			await tab.open(LIST);
			await expect.poll(() => ofDependencies().length).toBe(4);
			four.resolve();
			const inView = () =>
				[...document.querySelectorAll('#tabpanel-dependencies a')].flatMap((link) => {
					const { top, bottom } = link.getBoundingClientRect();
					return bottom > 0 && top < innerHeight ? [link.textContent ?? ''] : [];
				});
			const visible = await tab.evaluate(inView);
			expect(visible.length).toBeGreaterThan(4);
			expect(visible.length).toBeLessThan(40);
			await tab.waitFor(isViewFilled, []);
			await stage.settle();
			expect([...namesAsked()].sort()).toEqual([...visible].sort());
			// Far down at once: what was passed over is not asked for.
			await tab.evaluate(() => scrollTo(0, document.body.scrollHeight));
			await tab.waitFor(areFilled, [visible.length + 5]);
			await tab.waitFor(isViewFilled, []);
			await stage.settle();
			expect([...namesAsked()].some((name) => Number(name.split('-')[1]) > 200)).toBe(true);
			expect(namesAsked().has('dependency-100')).toBe(false);
			expect(mostAtOnce(ofDependencies())).toBe(4);

			const asked = ofDependencies().length;
			await tab.open('about:blank');
			await tab.open(LIST);
			await tab.waitFor(areFilled, [visible.length]);
			await stage.settle();
			expect(ofDependencies()).toHaveLength(asked);
			await tab.resize(1280, 900);
		});

		test.each([
			['by a link', (address: string) => document.querySelector<HTMLAnchorElement>(`a[href="${address}"]`)?.click()],
			['by loading another', (address: string) => location.assign(address)],
		])('it stops when the page is left %s', async (_how, leave) => {
			serveLongList(stage);
			stage.server.serve(packageOf([stage.release('nuxt@3.13.0')]));
			// Some are answered; those after them are asked for, and held.
			let count = 0;
			stage.server.override(({ path }) => path.includes('dependency-') && ++count > 4, {
				until: new Promise(() => undefined),
			});
			// npm's data takes its time: the page that was left still stands there.
			const data = Promise.withResolvers<void>();
			stage.server.site.until = data.promise;
			const { tab } = stage;
			await tab.open(LIST);
			await expect.poll(() => ofDependencies().length).toBe(8);
			const begun = namesAsked();
			await tab.evaluate(() => {
				const link = document.createElement('a');
				link.href = '/package/nuxt';
				document.body.append(link);
			});
			await tab.evaluate(leave, '/package/nuxt').catch(() => undefined);
			await tab.waitFor(
				() =>
					location.pathname === '/package/nuxt' &&
					!document.querySelector('#tabpanel-dependencies [data-stamp-of-origin-mark]'),
				[],
			);
			await stage.settle();
			// Those under way may come to their end, and ask for their package's list of releases.
			expect([...namesAsked()].filter((name) => !begun.has(name))).toEqual([]);
			data.resolve();
			await tab.settledPanel('nuxt@latest');
		});
	});
});
