/** Tests the popup: what it opens on, look-ups of every form by keyboard alone, suggestions only once allowed, the last twenty. */
import { expect, test } from 'vitest';
import { MAX_LOOKED_UP } from '../../lib/browser/settings.ts';
import { NPM_SITE } from '../../lib/npm/hosts.ts';
import { pageAddress } from '../../lib/npm/site.ts';
import type { Tab } from '../support/browser.ts';
import { packageOf } from '../support/recordings.ts';
import { forgetEverything, inEachBrowser, type Stage, withoutProvenance } from './harness.ts';
import { insert, letPass, says, selectAll, tabTo } from './page-actions.ts';

type Chrome = { chrome: typeof import('wxt/browser').browser };

/** Longer than the popup waits for a further letter. */
const PAUSE_MS = 400;
const RELEASE = 'sigstore@2.3.1';

/** What has the focus, as a reader would name it. */
const focused = () => {
	const element = document.activeElement as HTMLElement | null;
	return element?.id === 'package' ? 'Package' : (element?.innerText ?? '').trim();
};

inEachBrowser((stage) => {
	const serve = (...specs: Parameters<Stage['release']>[0][]) => {
		for (const spec of specs) stage.server.serve(packageOf([stage.release(spec)]));
	};
	const open = () => stage.browser.openExtensionPage('popup.html');
	const requests = (kind: string) => stage.server.requests.filter((request) => request.kind === kind);
	/** Puts a text in the field as a paste does, whatever its length, and presses Enter. */
	async function paste(popup: Tab, text: string) {
		await popup.evaluate((pasted) => {
			const input = document.querySelector<HTMLInputElement>('#package');
			const data = new DataTransfer();
			data.setData('text/plain', pasted);
			// Firefox makes the data of such an event itself.
			const how = { clipboardData: data, dataType: 'text/plain', data: pasted, bubbles: true, cancelable: true };
			const event = new ClipboardEvent('paste', how);
			input?.focus();
			// What the page leaves to the browser, the browser does: one line, in place of what was selected.
			if (!input?.dispatchEvent(event)) return;
			input.value = pasted;
			input.dispatchEvent(new Event('input', { bubbles: true }));
		}, text);
		await popup.press('Enter');
	}

	/** What may be typed, and the release that it leads to; no two neighbours are of one release. */
	const TYPED: [typed: string, release: string][] = [
		['sigstore', 'sigstore 2.3.1'],
		['@playwright/cli', '@playwright/cli 0.1.1'],
		[RELEASE, 'sigstore 2.3.1'],
		['pkg:npm/%40playwright/cli@0.1.1', '@playwright/cli 0.1.1'],
		['sigstore@^2', 'sigstore 2.3.1'],
		['nuxt', 'nuxt 3.13.0'],
		[`${NPM_SITE}/package/sigstore/v/2.3.1?activeTab=versions`, 'sigstore 2.3.1'],
		['pnpm add nuxt', 'nuxt 3.13.0'],
		['npm install --save-dev sigstore@2.3.1', 'sigstore 2.3.1'],
		['yarn add nuxt', 'nuxt 3.13.0'],
		['bun add sigstore', 'sigstore 2.3.1'],
		['nuxt 3.13.0', 'nuxt 3.13.0'],
		['mise use -g npm:sigstore@2.3.1', 'sigstore 2.3.1'],
		['https://npmx.dev/package/nuxt/v/3.13.0', 'nuxt 3.13.0'],
	];
	test('a name, a range, an address, a purl and install lines of all kinds lead to their release', async () => {
		serve(RELEASE, '@playwright/cli@0.1.1', 'nuxt@3.13.0');
		const popup = await open();
		// The field has the focus from the start.
		await popup.waitFor(focused, []);
		const headline = () => document.querySelector('[data-part="headline"]')?.textContent ?? '';
		for (const [typed, release] of TYPED) {
			await selectAll(popup);
			// One is typed letter by letter; the others come at once.
			if (typed === TYPED[0]?.[0]) for (const letter of typed) await popup.page.keyboard.sendCharacter(letter);
			else await insert(popup, typed);
			await popup.press('Enter');
			await says(popup, `“${release}” came from an automatic build of`);
			expect(await popup.evaluate(headline), typed).toContain(`“${release}”`);
		}
		await says(popup, 'This is its origin, not an approval');
		await popup.close();
	});

	test("a package manager's alarm brings our verdict, and the lines to write where it is ordinary", async () => {
		serve(RELEASE);
		const popup = await open();
		await paste(
			popup,
			'ERR_PNPM_TRUST_DOWNGRADE  High-risk trust downgrade for "sigstore@2.3.1" (possible package takeover)\n\nThis error happened while installing a direct dependency of /tmp/t',
		);
		await says(popup, "Your package manager's alarm");
		await says(popup, 'By our rules this alarm is ordinary');
		const lines = () => document.querySelector('[data-part="alarm"] pre')?.textContent ?? '';
		expect(await popup.evaluate(lines)).toContain('sigstore@2.3.1');
		// A release that lost its record gets no such line.
		const [older, newer] = [stage.release('sigstore@1.0.0'), withoutProvenance(stage.release(RELEASE))];
		await stage.control.evaluate(forgetEverything);
		stage.server.serve(packageOf([older, newer]));
		await selectAll(popup);
		await paste(popup, 'ERR_PNPM_TRUST_DOWNGRADE  High-risk trust downgrade for "sigstore@2.3.1"');
		await says(popup, 'Do not make an exception');
		expect(await popup.evaluate(lines)).toBe('');
		await popup.close();
	});

	test('several packages give a list, each with its sentence; arrows and Enter choose, and the list is not lost', async () => {
		serve(RELEASE, 'nuxt@3.13.0');
		stage.server.serve(packageOf([withoutProvenance(stage.release('tuf-js@1.0.0'))]));
		const popup = await open();
		// What the live region says, each once.
		await popup.evaluate(() => {
			const region = document.querySelector('#status');
			const said: (string | null)[] = [];
			Object.assign(globalThis, { said });
			new MutationObserver(() => said.push(region?.textContent ?? null)).observe(region as Element, {
				subtree: true,
				childList: true,
				characterData: true,
			});
		});
		await paste(popup, '# the tools\n$ npm i sigstore@2.3.1 \\\n  nuxt\n$ npm i -D tuf-js ./local');
		await says(popup, '3 packages named');
		await says(popup, 'No package can be read in “./local”.');
		await says(popup, '“sigstore 2.3.1” came from an automatic build of');
		await says(popup, '“nuxt 3.13.0” came from an automatic build of');
		await says(popup, 'No build record for “tuf-js 1.0.0”');
		await says(popup, 'All 3 answered.');
		const said = () => (globalThis as unknown as { said: string[] }).said;
		expect(await popup.evaluate(said)).toEqual([
			'Checking each of the 3 packages ...',
			'All 3 answered. The down arrow leads to them.',
		]);
		// Each button is heard with its sentence.
		const described = () =>
			[...document.querySelectorAll('ul button')].map(
				(button) => document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent?.trim() ?? '',
			);
		const sentences = await popup.evaluate(described);
		for (const [index, sentence] of ['“sigstore 2.3.1” came', '“nuxt 3.13.0” came', 'record for “tuf-js'].entries())
			expect(sentences[index]).toContain(sentence);
		// An origin in a list does not stand without its limits.
		await says(popup, 'It does not show that code, workflow or dependencies are harmless.');
		for (const [key, names] of [
			['ArrowDown', 'sigstore@2.3.1'],
			['ArrowDown', 'nuxt@latest'],
			['ArrowUp', 'sigstore@2.3.1'],
			['ArrowUp', 'Package'],
			['ArrowDown', 'sigstore@2.3.1'],
			['ArrowDown', 'nuxt@latest'],
		] as const) {
			await popup.press(key);
			expect(await popup.evaluate(focused)).toBe(names);
		}
		await popup.press('Enter');
		await popup.waitFor(() => document.querySelector('section[data-verdict="confirmed"]'), []);
		expect(await popup.evaluate(focused)).toBe('Package');
		await popup.press('Tab');
		await popup.press('Tab');
		expect(await popup.evaluate(focused)).toBe('Back to the list of 3');
		await popup.press('Enter');
		await says(popup, '3 packages named');
		// All of it is as it was, without waiting.
		await says(popup, 'No package can be read in “./local”.');
		expect(await popup.evaluate(described)).toEqual(sentences);
		expect(await popup.evaluate(() => document.querySelectorAll('[data-look="pending"]').length)).toBe(0);
		// Nothing was asked twice for it.
		expect(requests('attestations').length).toBeLessThanOrEqual(3);
		// Another registry's package is refused, and nothing that stands below reads as its answer.
		await paste(popup, 'pkg:npm/sigstore@2.3.1?repository_url=https://npm.corp.example/');
		await says(popup, 'Not looked up: “pkg:npm/sigstore@2.3.1');
		await says(popup, "Only npm's public registry is looked at here.");
		expect(await popup.evaluate(() => document.body.innerText)).not.toContain('was published by');
		await popup.close();
	});

	test('no letter goes to the search before the reader has allowed it; then after a pause, from three letters on', async () => {
		serve(RELEASE);
		stage.server.serve(packageOf([{ ...stage.release('tuf-js@1.0.0'), name: 'sigstore-other' }]));
		const popup = await open();
		await popup.type('#package', 'sigs');
		await letPass(popup, PAUSE_MS);
		await stage.settle();
		expect(requests('search')).toEqual([]);
		// Back at the start, the offer says where the letters would go.
		for (let letters = 0; letters < 4; letters += 1) await popup.press('Backspace');
		await says(popup, "Your letters then go to npm's registry.");
		await tabTo(popup, 'Allow suggestions', focused);
		await popup.press('Enter');
		await popup.waitFor(() => document.activeElement?.id === 'package', []);
		await popup.type('#package', 'si');
		await letPass(popup, PAUSE_MS);
		await stage.settle();
		expect(requests('search')).toEqual([]);
		await insert(popup, 'gs');
		await says(popup, '2 names found');
		expect(requests('search').map(({ path }) => new URLSearchParams(path.split('?')[1]).get('text'))).toEqual(['sigs']);
		// Escape puts them away, and the field still has the focus.
		await popup.press('Escape');
		expect(await popup.evaluate(() => document.body.innerText)).not.toContain('names found');
		expect(await popup.evaluate(focused)).toBe('Package');
		await popup.type('#package', 't');
		await says(popup, '2 names found');
		await popup.press('ArrowDown');
		expect(await popup.evaluate(focused)).toBe('sigstore');
		await popup.press('Enter');
		await says(popup, '“sigstore 2.3.1” came from an automatic build of');
		// It is remembered; and what is no name is not sent.
		const asked = requests('search').length;
		await selectAll(popup);
		await insert(popup, 'sudo npm i -g secret-tool');
		await letPass(popup, PAUSE_MS);
		await stage.settle();
		expect(requests('search')).toHaveLength(asked);
		await popup.close();
	});

	test('Enter on a name that the registry does not know looks for names like it, once allowed', async () => {
		serve(RELEASE);
		await stage.set({ suggestions: true });
		stage.server.override(({ path }) => path.startsWith('/sigst/'), { status: 404, body: '{}' });
		// A registry that names one twice.
		const twice = [{ package: { name: 'sigstore' } }, { package: { name: 'sigstore' } }];
		stage.server.override('search', { status: 200, body: JSON.stringify({ objects: twice, total: 2 }) });
		const popup = await open();
		await popup.type('#package', 'sigst');
		await popup.press('Enter');
		await says(popup, 'One name found');
		await says(popup, 'npm has no public release “sigst latest”');
		await popup.close();
	});

	test('a name that the registry does not know is said to be none, and is not remembered', async () => {
		serve(RELEASE);
		stage.server.override(({ path }) => /^\/sigst(\/|$)/.test(path), { status: 404, body: '{}' });
		const popup = await open();
		await popup.type('#package', 'sigst');
		await popup.press('Enter');
		await says(popup, 'npm has no public release of “sigst”. Check the spelling.');
		await says(popup, 'npm has no public release “sigst latest”');
		stage.server.override(({ path }) => path.includes('9.9.9'), { status: 404, body: '{}' });
		await selectAll(popup);
		await popup.type('#package', 'npm i sigstore@9.9.9');
		await popup.press('Enter');
		await says(popup, 'npm has no public release “sigstore 9.9.9”. Check the spelling.');
		// The next look-up says nothing of it, and is the only one that is remembered.
		await selectAll(popup);
		await popup.type('#package', RELEASE);
		await popup.press('Enter');
		await says(popup, '“sigstore 2.3.1” came from an automatic build of');
		expect(await popup.evaluate(() => document.body.innerText)).not.toContain('no public release');
		await expect.poll(async () => (await stage.stored()).settings?.lookedUp).toEqual([RELEASE]);
		await popup.close();
	});

	test('a search that is under way when Enter is pressed brings nothing over the answer', async () => {
		serve(RELEASE);
		await stage.set({ suggestions: true });
		const popup = await open();
		// The answer of the background is held back until the release's has come.
		await popup.evaluate(() => {
			const { runtime } = (globalThis as unknown as Chrome).chrome;
			const send = runtime.sendMessage.bind(runtime);
			const state = { asked: 0, given: 0, release: () => {} };
			const free = new Promise<void>((resolve) => {
				state.release = resolve;
			});
			Object.assign(globalThis, { state });
			Object.defineProperty(runtime, 'sendMessage', {
				configurable: true,
				value: (message: { question?: string }, callback?: (answer: unknown) => void) => {
					const held = async () => {
						const answer: unknown = await send(message);
						if (message.question !== 'suggest') return answer;
						state.asked += 1;
						await free;
						state.given += 1;
						return answer;
					};
					// One browser's way is a promise, the other's may be a callback.
					const answered = held();
					if (callback) void answered.then(callback);
					return answered;
				},
			});
		});
		await popup.type('#package', 'sigstore');
		await popup.waitFor(() => (globalThis as unknown as { state: { asked: number } }).state.asked > 0, []);
		await popup.press('Enter');
		await says(popup, '“sigstore 2.3.1” came from an automatic build of');
		await popup.evaluate(() => (globalThis as unknown as { state: { release(): void } }).state.release());
		await popup.waitFor(() => (globalThis as unknown as { state: { given: number } }).state.given > 0, []);
		await popup.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(undefined))));
		expect(await popup.evaluate(() => document.body.innerText)).not.toContain('The registry finds');
		await popup.close();
	});

	test('the last twenty are remembered on this machine, and cleared with one button', async () => {
		serve(RELEASE, '@playwright/cli@0.1.1');
		const names = Array.from({ length: MAX_LOOKED_UP }, (_name, at) => `package-${at}@latest`);
		await stage.set({ lookedUp: names });
		let popup = await open();
		await popup.type('#package', RELEASE);
		await popup.press('Enter');
		await says(popup, '“sigstore 2.3.1” came from an automatic build of');
		// It is remembered once the answer is known.
		await expect.poll(async () => (await stage.stored()).settings?.lookedUp?.[0]).toBe(RELEASE);
		await popup.close();
		popup = await open();
		await says(popup, 'Looked up before');
		const listed = () =>
			[...document.querySelectorAll('ul[aria-label="Looked up before"] button')].map((b) => b.textContent);
		expect(await popup.evaluate(listed)).toEqual([RELEASE, ...names.slice(0, MAX_LOOKED_UP - 1)]);
		await popup.press('ArrowDown');
		expect(await popup.evaluate(focused)).toBe(RELEASE);
		await popup.press('Enter');
		await says(popup, '“sigstore 2.3.1” came from an automatic build of');
		// With the field emptied, they are there again; Shift+Tab from the field does not lead out of the popup's order.
		await selectAll(popup);
		await popup.press('Backspace');
		await says(popup, 'Looked up before');
		await tabTo(popup, 'Clear this list', focused);
		await popup.press('Enter');
		await popup.waitFor(() => !document.body.innerText.includes('Looked up before'), []);
		expect(await popup.evaluate(focused)).toBe('Package');
		expect((await stage.stored()).settings?.lookedUp ?? []).toEqual([]);
		await popup.close();
	});

	test('what is no release gets a sentence: a million characters, scripts, hidden characters, names of objects', async () => {
		await stage.set({ suggestions: true });
		const popup = await open();
		await paste(popup, 'x'.repeat(1_000_000));
		await says(popup, 'That is too long to be names of packages.');
		await paste(popup, 'a\n'.repeat(500_000));
		await says(popup, 'That is too long to be names of packages.');
		for (const [hostile, shown] of [
			['javascript:alert(1)', 'No package can be read in “javascript:alert(1)”.'],
			['data:text/html,<script>alert(1)</script>', 'No package can be read in'],
			['https://example.com/package/sigstore', 'No package can be read in “https://example.com/package/sigstore”.'],
			['sig\u202estore', 'No package can be read in “sig\\u202estore”.'],
			['__proto__', 'No package can be read in “__proto__”.'],
			['../../etc/passwd', 'No package can be read in “../../etc/passwd”.'],
			['<img src=x onerror=alert(1)>', 'No package can be read in'],
		] as const) {
			await paste(popup, hostile);
			await says(popup, shown);
		}
		expect(stage.server.requests.filter(({ kind }) => kind !== undefined)).toEqual([]);
		// Names that objects have from birth are names like any other.
		stage.server.override('manifest', { status: 404, body: '{}' });
		stage.server.override('attestations', { status: 404, body: '{}' });
		for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
			await paste(popup, name);
			await says(popup, `npm has no public release “${name} latest”`);
		}
		await paste(popup, 'constructor toString');
		await says(popup, '2 packages named');
		await popup.waitFor(() => document.querySelectorAll('ul [data-look="unknown"]').length === 2, []);
		await popup.close();
	});

	test('a storage that refuses costs nothing but the memory', async () => {
		serve(RELEASE);
		const popup = await open();
		await popup.evaluate(() => {
			const { local } = (globalThis as unknown as Chrome).chrome.storage;
			Object.defineProperty(local, 'set', {
				configurable: true,
				value: () => Promise.reject(new Error('QUOTA_BYTES quota exceeded')),
			});
		});
		await popup.type('#package', RELEASE);
		await popup.press('Enter');
		await says(popup, '“sigstore 2.3.1” came from an automatic build of');
		expect((await stage.stored()).settings?.lookedUp ?? []).toEqual([]);
		await popup.close();
	});

	test('it opens on the release of the current tab, its text ready to be replaced', async () => {
		serve(RELEASE);
		const popup = await open();
		if (stage.name === 'chromium') {
			// Here the address of the tab comes only with the click on the icon (activeTab), which no driver makes: it is put in.
			await popup.page.evaluateOnNewDocument(
				(url) => {
					const { tabs } = (globalThis as unknown as Chrome).chrome;
					const query = tabs.query.bind(tabs);
					Object.defineProperty(tabs, 'query', {
						value: async (asked: object) => (await query(asked)).map((tab) => ({ ...tab, url })),
					});
				},
				`${pageAddress('sigstore', '2.3.1')}?activeTab=versions`,
			);
		}
		await stage.tab.open(`${pageAddress('sigstore', '2.3.1')}?activeTab=versions`);
		await stage.tab.page.bringToFront();
		await popup.evaluate(() => location.reload()).catch(() => undefined);
		await says(popup, '“sigstore 2.3.1” came from an automatic build of');
		const selected = () => {
			const input = document.querySelector<HTMLInputElement>('#package');
			return input?.value.slice(input.selectionStart ?? 0, input.selectionEnd ?? 0);
		};
		expect(await popup.evaluate(selected)).toBe(RELEASE);
		// Nothing was looked up by hand.
		expect((await stage.stored()).settings?.lookedUp ?? []).toEqual([]);
		// Not to be used again: what was put in stays in the tab.
		await popup.page.close();
	});

	test('a row from the release at hand: shown before it is saved, and what it would break', async () => {
		serve(RELEASE);
		const popup = await open();
		await popup.type('#package', RELEASE);
		await popup.press('Enter');
		await says(popup, 'you have not said yet where it should come from');
		const press = async (name: string) => {
			await tabTo(popup, name, focused);
			await popup.press('Enter');
		};
		await press('Expect this from now on');
		const fields = () =>
			Object.fromEntries(
				[...document.querySelectorAll<HTMLInputElement>('form[aria-label] input')].map((i) => [i.name, i.value]),
			);
		const { report } = await stage.ask('evidence', RELEASE);
		const identity = report.identity;
		expect(await popup.waitFor(fields, [])).toMatchObject({
			package: 'sigstore',
			repository: identity?.repository,
			repositoryId: identity?.repositoryId ?? '',
			workflow: identity?.workflow,
			issuer: identity?.issuer,
		});
		expect(JSON.stringify(await stage.stored())).not.toContain('provenance');
		// The focus is in the form, whose first field is the package.
		expect(await popup.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('package');
		await tabTo(popup, 'workflow', () => (document.activeElement as HTMLInputElement).name);
		await selectAll(popup);
		await popup.page.keyboard.type('.github/workflows/other.yml');
		await says(popup, 'The release at hand would not be what this row expects');
		await press('Save this row');
		await says(popup, 'Saved. The release at hand is not what this row expects.');
		await popup.waitFor(() => document.querySelector('section[data-verdict="not-allowed"]'), []);
		const difference = () =>
			[...document.querySelectorAll('[data-field="workflow"] > *')].map((cell) => cell.textContent?.trim());
		expect(await popup.waitFor(difference, [])).toEqual([
			'workflow',
			'.github/workflows/other.yml',
			identity?.workflow,
		]);
		const facts = () => document.querySelector('[data-part="rows"]')?.textContent;
		expect(await popup.evaluate(facts)).toContain('your row “sigstore”');
		await popup.close();
	});

	test("the toolbar says each tab's verdict in words, and forgets it with the page", async () => {
		serve(RELEASE);
		const { tab, control } = stage;
		const titles = () =>
			control.evaluate(async () => {
				const { chrome } = globalThis as unknown as Chrome;
				const tabs = await chrome.tabs.query({});
				return Promise.all(tabs.map(({ id }) => chrome.action.getTitle(id === undefined ? {} : { tabId: id })));
			});
		const title = 'Stamp of Origin: origin confirmed (“sigstore 2.3.1”)';
		const leave = () => {
			const link = document.createElement('a');
			link.href = '/search?q=nothing-of-that-name';
			document.body.append(link);
			link.click();
		};
		await tab.open(pageAddress('sigstore', '2.3.1'));
		await tab.settledPanel(RELEASE);
		await expect.poll(titles).toContain(title);
		// The one tab, and no other.
		expect((await titles()).filter((one) => one === title)).toHaveLength(1);
		expect((await titles()).filter((one) => one === 'Stamp of Origin').length).toBeGreaterThan(0);
		await tab.evaluate(leave);
		await expect.poll(titles).not.toContain(title);

		// An answer that comes after the page was left is about nothing that is shown.
		await tab.open('about:blank');
		serve('nuxt@3.13.0');
		stage.server.override(({ kind, path }) => kind !== undefined && path.includes('nuxt'), {
			until: new Promise(() => undefined),
		});
		await tab.open(pageAddress('nuxt', '3.13.0'));
		await expect.poll(() => requests('manifest').filter(({ path }) => path.includes('nuxt'))).toHaveLength(1);
		await tab.evaluate(leave);
		await tab.waitFor(
			() => document.querySelector('#results') && !document.querySelector('[data-stamp-of-origin]'),
			[],
		);
		await stage.settle();
		expect(requests('manifest').every(({ endTime }) => endTime !== undefined)).toBe(true);
		expect((await titles()).filter((one) => one.includes('nuxt'))).toEqual([]);
	});

	test('what the address bar leads to with no release in it says so', async () => {
		const report = await stage.browser.openExtensionPage(
			`report.html#${encodeURIComponent('<script>alert(1)</script>')}`,
		);
		await says(report, 'This address names no release.');
		await report.close();
	});
});
