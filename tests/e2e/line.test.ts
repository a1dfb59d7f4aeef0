/** Tests the picture of a release's line and its table: that they agree, by mouse and keyboard; and checks on request. */
import { expect, test } from 'vitest';
import { trustRootFor } from '../fixtures/minted.ts';
import { packumentJson, type Row } from '../fixtures/packuments.ts';
import { startAuthority } from '../support/authority.ts';
import type { Tab } from '../support/browser.ts';
import { githubBuild, mintRelease } from '../support/mint.ts';
import { hasData, type Package, type Packument, packageOf, readPackage } from '../support/recordings.ts';
import { inEachBrowser, mostAtOnce, type Stage, withoutProvenance } from './harness.ts';
import { takePictures } from './page-actions.ts';

/** A made-up package whose releases list provenance, while the registry serves none. */
function listed(name: string, rows: Row[]): Package {
	return { packument: packumentJson(rows, name) as Packument, attestations: {}, tarballs: {} };
}

function manyRows(count: number): Row[] {
	return Array.from({ length: count }, (_, index) => ({
		version: `1.${Math.floor(index / 10)}.${index % 10}`,
		at: new Date(Date.UTC(2024, 0, 1) + index * 5 * 24 * 3_600_000).toISOString(),
		by: 'trusted' as const,
		provenance: true,
	}));
}

async function openReport(stage: Stage, release: string): Promise<Tab> {
	const page = await stage.browser.openExtensionPage(`report.html#${release}`);
	await page.waitFor(() => document.querySelector('[data-focus]'), []);
	return page;
}

const asked = (stage: Stage) =>
	stage.server.requests.filter(({ kind }) => kind === 'attestations').map(({ path }) => decodeURIComponent(path));

/** The registry has none of a release's attestations. */
const NONE = { status: 404, body: '{}' };

/** Presses the button of this name. */
async function press(page: Tab, name: RegExp): Promise<void> {
	await page.waitFor(
		(wanted) => {
			const button = [...document.querySelectorAll('button')].find(({ innerText }) =>
				new RegExp(wanted).test(innerText),
			);
			button?.click();
			return button !== undefined;
		},
		[name.source],
	);
}

/** What the table says, row by row. */
function readTable() {
	return [...document.querySelectorAll<HTMLElement>('tr[data-version]')].map((row) => ({
		version: row.dataset.version,
		tier: row.dataset.tier,
		cells: [...row.querySelectorAll('th, td')].map((cell) =>
			(cell as HTMLElement).innerText.replace(/\s+/g, ' ').trim(),
		),
	}));
}

/** The release in focus, as it is told. */
function readFocus() {
	const focused = document.querySelector<HTMLElement>('[data-focus]');
	const slider = document.querySelector<HTMLInputElement>('input[type="range"]');
	return {
		version: focused?.dataset.focus ?? '',
		text: focused?.innerText.replace(/\s+/g, ' ') ?? '',
		spoken: slider?.getAttribute('aria-valuetext') ?? '',
	};
}

/** Runs in the page: whether this release is in focus. */
const hasFocus = (version: string) => document.querySelector<HTMLElement>('[data-focus]')?.dataset.focus === version;

inEachBrowser((stage) => {
	test('two signed releases: one is fetched and checked unasked, the change is marked, numbered and named', async () => {
		stage.server.serve(packageOf([stage.release('sigstore@1.0.0'), stage.release('sigstore@2.3.1')]));
		const page = await openReport(stage, 'sigstore@2.3.1');
		expect(new Set(asked(stage))).toEqual(
			new Set(['/-/npm/v1/attestations/sigstore@2.3.1', '/-/npm/v1/attestations/sigstore@1.0.0']),
		);
		const rows = await page.evaluate(readTable);
		expect(rows.map(({ version }) => version)).toEqual(['2.3.1', '1.0.0']);
		expect(rows[0]?.cells[0]).toContain('this release');
		expect(rows[1]?.cells[0]).toContain('compared with');
		expect(rows[0]?.cells[2]).toMatch(
			/release\.yml.? in .*Changed since “?1\.0\.0”?: .*workflow “?publish\.yml”? before, “?release\.yml”? now/,
		);
		expect((await page.evaluate(readFocus)).text).toContain(`Proved by signature: ${rows[0]?.cells[2]}`);
		const picture = await page.evaluate(() => ({
			changes: [...document.querySelectorAll('svg .number')].map((text) => text.textContent),
			marked: [...document.querySelectorAll('svg .marked')].map((mark) => mark.textContent?.trim()),
			named: [...document.querySelectorAll('[data-changes] li')].map((item) => item.textContent?.trim()),
			isHidden: document.querySelector('svg:has(.marked)')?.getAttribute('aria-hidden'),
		}));
		expect(picture.changes).toEqual(['1']);
		expect(picture.marked).toEqual(['compared with 1.0.0', 'this release 2.3.1']);
		expect(picture.named).toHaveLength(1);
		expect(picture.named[0]).toContain('Changed since “1.0.0”');
		expect(picture.isHidden).toBe('true');
		await takePictures(page, `line-2-${stage.name}`, { at: '#releases' });
		await page.close();
	});

	test('what the address bar looked up becomes the release in the address, and is kept nowhere', async () => {
		stage.server.serve(listed('alone', manyRows(1)));
		const popup = await stage.browser.openExtensionPage('popup.html');
		const inSession = (method: string, argument: unknown) =>
			popup.evaluate(
				async (name, given) => {
					type Session = Record<string, (given: unknown) => Promise<unknown>>;
					const { chrome } = globalThis as unknown as { chrome: { storage: { session: Session } } };
					return JSON.stringify((await chrome.storage.session[name]?.(given)) ?? null);
				},
				method,
				argument,
			);
		await inSession('set', { 'lookup-1': ' npm i -D alone@1.0.0' });
		const page = await stage.browser.openExtensionPage('report.html?lookup=lookup-1');
		const shown = () =>
			/^alone[ @]1\.0\.0$/.test(document.querySelector('h1')?.textContent?.trim() ?? '') &&
			location.search + location.hash;
		expect(await page.waitFor(shown, [])).toBe('#alone%401.0.0');
		expect(await inSession('get', 'lookup-1')).toBe('{}');
		await page.close();
		await popup.close();
	});

	test('one release alone', async () => {
		stage.server.serve(packageOf([withoutProvenance(stage.release('sigstore@2.3.1'))]));
		const page = await openReport(stage, 'sigstore@2.3.1');
		expect(await page.evaluate(readTable)).toHaveLength(1);
		expect(await page.evaluate(() => document.querySelector('input[type="range"]'))).toBeNull();
		await takePictures(page, `line-1-${stage.name}`, { at: '#releases' });
		await page.close();
	});

	test('arrow keys lead along the releases, and what is told of one is what its row says', async () => {
		const rows: Row[] = [
			...manyRows(12),
			{ version: '1.2.0-rc.1', at: '2024-04-01', by: 'trusted', provenance: true },
			{ version: '1.2.0', at: '2024-04-10', by: 'staged', provenance: true },
			{ version: '1.2.1', at: '2024-04-20', user: 'somebody', manifest: { deprecated: 'by mistake' } },
			{ version: '1.2.2', at: '2024-05-20', user: 'somebody', provenance: true },
			{ version: '1.2.3', at: '2024-05-29', by: 'trusted' },
		];
		stage.server.serve(listed('example', rows));
		const page = await openReport(stage, 'example@1.2.3');
		const table = await page.evaluate(readTable);
		expect(table.map(({ version }) => version)).toEqual(rows.map(({ version }) => version).reverse());

		const slider = 'input[type="range"]';
		await page.evaluate((selector) => document.querySelector<HTMLElement>(selector)?.focus(), slider);
		const seen: string[] = [];
		for (let index = rows.length - 1; index >= 0; index -= 1) {
			await page.waitFor(hasFocus, [rows[index]?.version ?? '']);
			const { version, text, spoken } = await page.evaluate(readFocus);
			const row = table.find((one) => one.version === version);
			expect(text).toContain(`Said by the registry: ${row?.cells[1]}`);
			expect(text).toContain(row?.cells[2]);
			// No identity of this line could be proved, so none is said to be.
			expect(text).not.toContain('Proved by signature');
			expect(spoken).toContain(version);
			seen.push(version);
			await page.press('ArrowLeft');
		}
		expect(seen).toHaveLength(rows.length);
		await page.press('End');
		await page.waitFor(hasFocus, ['1.2.3']);
		await page.press('Home');
		await page.waitFor(hasFocus, ['1.0.0']);

		const of = (version: string) => table.find((row) => row.version === version)?.cells ?? [];
		expect(of('1.2.0-rc.1')[0]).toContain('prerelease');
		expect(of('1.2.1')[0]).toContain('deprecated');
		expect(of('1.2.1')[1]).toContain('account “somebody”, where the release before has “maintainer”');
		expect(of('1.2.1')[2]).toBe('No provenance is listed.');
		expect(of('1.2.0')[1]).toContain('a person approved it');
		expect(table.map(({ tier }) => tier)).toContain('publisher-only');
		await takePictures(page, `line-17-${stage.name}`, { at: '#releases' });
		await page.close();
	});

	test('the mouse picks the release it points at', async () => {
		stage.server.serve(listed('example', manyRows(30)));
		const page = await openReport(stage, 'example@1.0.0');
		const box = await page.evaluate(() => {
			const svg = document.querySelector('svg:has(.marked)');
			svg?.scrollIntoView({ block: 'center' });
			const { left, right, top } = svg?.getBoundingClientRect() ?? new DOMRect();
			return { right, left, top };
		});
		await page.page.mouse.click(box.right - 14, box.top + 80);
		await page.waitFor(hasFocus, ['1.2.9']);
		await takePictures(page, `line-30-${stage.name}`, { at: '#releases' });
		await page.close();
	});

	test('the rest on request: fifty a click, four at a time, with progress; what does not come is told for each', async () => {
		stage.server.serve(listed('example', manyRows(120)));
		stage.server.override('attestations', NONE);
		const page = await openReport(stage, 'example@1.11.9');
		const before = asked(stage).length;
		expect(before).toBeLessThanOrEqual(4);
		await page.evaluate(() => {
			const seen: string[] = [];
			(window as unknown as { seen: string[] }).seen = seen;
			new MutationObserver(() => {
				const text = document.querySelector('progress')?.nextElementSibling?.textContent ?? '';
				if (text !== '' && seen.at(-1) !== text) seen.push(text);
			}).observe(document.body, { childList: true, subtree: true, characterData: true });
		});
		/** Answers only when four are asked for, and gives what was asked for in all. */
		const click = async () => {
			const earlier = asked(stage).length;
			const four = Promise.withResolvers<void>();
			stage.server.override('attestations', { ...NONE, until: four.promise });
			await press(page, /^Check \d+ more$/);
			await page.waitFor(() => document.querySelector('progress'), []);
			await expect.poll(() => asked(stage).length).toBe(earlier + 4);
			four.resolve();
			await page.waitFor(() => !document.querySelector('progress'), []);
			return asked(stage).slice(earlier);
		};
		const first = await click();
		expect(new Set(first).size).toBe(first.length);
		expect(first.length).toBeGreaterThanOrEqual(47);
		expect(first.length).toBeLessThanOrEqual(50);
		const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
		expect(seen.length).toBeGreaterThan(10);
		expect(seen.every((text) => /^\d+ of 5\d$/.test(text))).toBe(true);
		const rows = await page.evaluate(readTable);
		expect(rows.every(({ cells }) => /^Could not check: the registry lists attestations/i.test(cells[2] ?? ''))).toBe(
			true,
		);
		await click();
		expect(asked(stage).length).toBeLessThanOrEqual(before + 101);
		expect(mostAtOnce(stage.server.requests.filter(({ kind }) => kind === 'attestations'))).toBe(4);
		await page.close();
	});

	test('many signed releases, checked on request: who built it changed twice, each change marked and named', async () => {
		const authority = await startAuthority();
		await stage.settings.change((all) => ({ ...all, trustRoots: [trustRootFor(authority, ['@ours/many'])] }));
		const releases = await Promise.all(
			Array.from({ length: 30 }, (_, index) =>
				mintRelease(authority, {
					name: '@ours/many',
					version: `1.${index}.0`,
					publishedAt: new Date(Date.UTC(2025, 0, 1) + index * 7 * 24 * 3_600_000),
					provenance: {
						build: githubBuild({
							...(index >= 10 && { workflow: '.github/workflows/publish.yml' }),
							...(index >= 20 && { repository: 'https://github.com/stamp-test/moved', repositoryId: '1002' }),
						}),
					},
				}),
			),
		);
		stage.server.serve(packageOf(releases));
		const page = await openReport(stage, '@ours/many@1.29.0');
		await press(page, /^Check \d+ more$/);
		await page.waitFor(() => document.body.innerText.includes('the signatures of 30 were checked here'), []);
		expect(await page.evaluate(() => document.body.innerText)).toContain(
			'From one checked release to the next, who built it changed 2 times.',
		);
		const newest = await page.evaluate(readTable);
		await press(page, /^Oldest$/);
		await page.waitFor(() => document.querySelector('tr[data-version="1.0.0"]'), []);
		const rows = [...newest, ...(await page.evaluate(readTable))];
		const changed = Object.fromEntries(
			rows.flatMap(({ version, cells }) => (/Changed since/.test(cells[2] ?? '') ? [[version, cells[2]]] : [])),
		);
		expect(changed).toEqual({
			'1.20.0': expect.stringContaining(
				'Changed since “1.19.0”: repository “stamp-test/minted” before, “stamp-test/moved” now',
			),
			'1.10.0': expect.stringContaining('Changed since “1.9.0”: workflow “release.yml” before, “publish.yml” now'),
		});
		await takePictures(page, `line-changes-${stage.name}`, { at: '#releases' });
		await page.close();
	});

	/** Clicks, and lets the next six answers out; the four after them are asked for, and held. Gives what was asked for by then. */
	async function checkSix(page: Tab): Promise<string[]> {
		const before = asked(stage).length;
		// This release and those that it is compared with were checked before. Requests may overtake each other on their way.
		const isOut = (path: string) => /@1\.11\.[2-8]$/.test(path);
		stage.server.override(({ kind, path }) => kind === 'attestations' && !isOut(path), {
			...NONE,
			until: new Promise(() => undefined),
		});
		await press(page, /^Check \d+ more$/);
		// The others are held, as many as may be under way at once.
		const isHeld = (path: string) => !isOut(path);
		await expect.poll(() => asked(stage).slice(before).filter(isHeld).length).toBe(4);
		await page.waitFor(() => (document.querySelector('progress')?.value ?? 0) >= 8, []);
		return asked(stage);
	}

	test('stopped: no further request, and what was checked by then stays', async () => {
		stage.server.serve(listed('example', manyRows(120)));
		stage.server.override('attestations', NONE);
		const page = await openReport(stage, 'example@1.11.9');
		const before = await checkSix(page);
		await press(page, /^Stop$/);
		await page.waitFor(() => !document.querySelector('progress'), []);
		await stage.settle();
		expect(asked(stage)).toEqual(before);
		const rows = await page.evaluate(readTable);
		const checked = rows.filter(({ cells }) => cells[2]?.startsWith('Could not check'));
		expect(checked.map(({ version }) => version)).toEqual(rows.slice(0, 8).map(({ version }) => version));
		await page.close();
	});

	test('a page that is closed ends its checks', async () => {
		stage.server.serve(listed('example', manyRows(120)));
		stage.server.override('attestations', NONE);
		const page = await openReport(stage, 'example@1.11.9');
		const before = await checkSix(page);
		await page.close();
		await stage.settle();
		expect(asked(stage)).toEqual(before);
	});

	test("only our own pages may watch: a web page's script is not heard", async () => {
		stage.server.serve(packageOf([stage.release('sigstore@2.3.1')]));
		const page = await stage.browser.openExtensionPage('popup.html');
		const answers = await page.evaluate(async () => {
			const { runtime } = (globalThis as unknown as { chrome: typeof import('wxt/browser').browser }).chrome;
			const ended = (name: string, message: unknown) =>
				new Promise<string>((resolve) => {
					const port = runtime.connect({ name });
					port.onDisconnect.addListener(() => resolve('closed'));
					port.onMessage.addListener((answer: unknown) => resolve(Object.keys(answer as object).join()));
					port.postMessage(message);
				});
			const spec = { name: 'sigstore', selector: '2.3.1', isPrivate: false };
			return [
				await ended('nothing-known', { ...spec, most: 0 }),
				await ended('line', { ...spec, most: 1e9 }),
				await ended('line', { ...spec, most: 0, more: true }),
				await ended('line', { ...spec, name: '../x', most: 0 }),
				await ended('line', 'text'),
				await ended('line', { ...spec, most: 0 }),
			];
		});
		expect(answers.slice(0, 5)).toEqual(Array(5).fill('closed'));
		expect(answers[5]).toMatch(/progress|answer/);
		await page.close();
	});

	test.skipIf(!hasData)('377 releases of nuxt: its line by height and shape, in slices of the table', async () => {
		const nuxt = readPackage('nuxt');
		if (nuxt) stage.server.serve(nuxt);
		const page = await openReport(stage, 'nuxt@3.13.0');
		const told = await page.evaluate(() => document.querySelector('#releases')?.parentElement?.innerText ?? '');
		expect(told).toMatch(/Line 3 of “nuxt”: \d+ releases/);
		const rows = await page.evaluate(readTable);
		expect(rows).toHaveLength(20);
		expect(rows.find(({ version }) => version === '3.13.0')?.cells[2]).toContain('in “nuxt/nuxt”');
		await takePictures(page, `line-377-${stage.name}`, { at: '#releases' });
		await page.close();
	});
});
