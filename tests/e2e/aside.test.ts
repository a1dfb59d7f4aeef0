/** Tests a warning that is put aside and taken back, and the list of what was looked at, as a reader meets them. */
import { beforeEach, expect, test } from 'vitest';
import type { SightingList } from '../../lib/browser/messaging/messages.ts';
import { pageAddress } from '../../lib/npm/site.ts';
import type { Tab } from '../support/browser.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachBrowser, MALWARE, type Stage, withoutProvenance } from './harness.ts';
import { takePictures as takeThem } from './page-actions.ts';

const RELEASE = 'sigstore@2.3.1';

/** Runs in a page of the extension: the registry's answers are forgotten, and nothing else. */
async function forgetAnswers(): Promise<void> {
	const done = <T>(request: IDBRequest<T>) =>
		new Promise<T>((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error);
		});
	const database = await done(indexedDB.open('evidence'));
	for (const store of database.objectStoreNames)
		await done(database.transaction(store, 'readwrite').objectStore(store).clear());
	database.close();
}

inEachBrowser((stage) => {
	let popup: Tab;
	beforeEach(async () => {
		popup ??= await stage.browser.openExtensionPage('popup.html');
		await stage.set({});
		await stage.tab.page.bringToFront();
	});

	async function look(pageStage: Stage): Promise<{ look: string; text: string }> {
		await pageStage.tab.page.bringToFront();
		await pageStage.tab.open(pageAddress('sigstore', '2.3.1'));
		return await pageStage.tab.settledPanel(RELEASE);
	}

	const takePictures = (page: Tab, name: string) => takeThem(page, `${name}-${stage.name}`, { narrow: 360 });

	test('a warning is put aside by keyboard, told calmly everywhere, listed, and taken back', async () => {
		stage.server.serve(packageOf([stage.release('sigstore@1.0.0'), withoutProvenance(stage.release(RELEASE))]));
		expect((await look(stage)).look).toBe('lost');

		const report = await stage.browser.openExtensionPage(`report.html#${RELEASE}`);
		await report.waitFor(() => /Dismiss this warning/.test(document.body.innerText), []);
		await report.evaluate(() => {
			const buttons = [...document.querySelectorAll('button')];
			buttons.find(({ textContent }) => /Dismiss this warning/.test(textContent ?? ''))?.focus();
		});
		await report.press('Enter');
		await report.waitFor(() => document.querySelector('input[type="radio"]') !== null, []);
		await takePictures(report, 'mute-form');
		// By keyboard: from this version to the release line, then the note, then the button.
		await report.press('ArrowDown');
		await report.press('Tab');
		await report.type('input[name="note"]', 'published by hand, as announced');
		await report.press('Enter');
		const muted = await report.waitFor(
			() => document.querySelector('[data-mute="muted"]') && document.querySelector('[data-verdict]')?.textContent,
			[],
		);
		expect(muted).toContain('The build record of');
		expect(muted).toContain('You dismissed this warning on');
		expect(muted).toContain('published by hand, as announced');
		// The form that had the focus is gone; it goes on to what is said now.
		await report.waitFor(() => document.activeElement?.matches('[data-mute="muted"]') ?? false, []);
		await takePictures(report, 'muted');
		await report.close();

		const { verdict, findings } = await stage.ask('compare', RELEASE);
		expect(verdict).toBe('lost');
		expect(findings.find(({ code }) => code === 'muted')?.detail).toMatch(/^\d{4}-\d\d-\d\d published by hand/);
		const panel = await look(stage);
		expect(panel.look).toBe('muted');
		expect(panel.text).toContain('The build record of');

		const options = await stage.browser.openExtensionPage('options.html');
		const listed = await options.waitFor(() => document.querySelector<HTMLElement>('[data-muted]')?.innerText, []);
		expect(listed).toContain('release line 2');
		expect(listed).toContain('published by hand, as announced');
		await options.click('[data-muted] button');
		await options.waitFor(() => document.querySelector('[data-muted]') === null, []);
		await options.close();
		expect((await look(stage)).look).toBe('lost');
	});

	test('malware cannot be put aside, nor does a button below it look as if it could', async () => {
		const releases = [stage.release('sigstore@1.0.0'), withoutProvenance(stage.release(RELEASE))];
		stage.server.serve({ ...packageOf(releases), advisories: [MALWARE] });
		const report = await stage.browser.openExtensionPage(`report.html#${RELEASE}`);
		// The comparison has come, with a warning that could be put aside if it led.
		await report.waitFor(
			() =>
				document.querySelector('[data-verdict="malware"]') &&
				/build record of|the record is missing/i.test(document.body.innerText),
			[],
		);
		await report.waitFor(() => document.querySelector('#expected'), []);
		expect(await report.evaluate(() => /dismiss this warning/i.test(document.body.innerText))).toBe(false);
		await report.close();
	});

	test('nothing is noted before the reader says so; the two answers are alike, and asked for once', async () => {
		stage.server.serve(packageOf([stage.release(RELEASE)]));
		await stage.ask('compare', RELEASE);
		// Two releases are shown before anything is asked.
		for (let looks = 1; looks < 3; looks += 1) {
			const early = await stage.browser.openExtensionPage(`report.html#${RELEASE}`);
			await early.waitFor(() => document.querySelector('#about') !== null, []);
			expect(await early.evaluate(() => document.querySelector('[data-question]'))).toBeNull();
			await early.close();
		}
		const report = await stage.browser.openExtensionPage(`report.html#${RELEASE}`);
		await report.waitFor(() => document.querySelector('[data-question="sightings"]') !== null, []);
		const answers = await report.evaluate(() =>
			[...document.querySelectorAll('[data-question="sightings"] button')].map((button) => {
				const { color, backgroundColor, fontSize, fontWeight, borderColor, height } = getComputedStyle(button);
				return { color, backgroundColor, fontSize, fontWeight, borderColor, height };
			}),
		);
		expect(answers).toHaveLength(2);
		expect(answers[0]).toEqual(answers[1]);
		await report.evaluate(() => document.querySelector('[data-question]')?.scrollIntoView({ block: 'center' }));
		await takePictures(report, 'question');
		expect(await countOf(popup)).toBe(0);
		await report.click('[data-question="sightings"] button:last-of-type');
		await report.waitFor(() => document.querySelector('[data-question="sightings"]') === null, []);
		await report.close();
		await stage.ask('compare', RELEASE);
		expect(await countOf(popup)).toBe(0);
		const again = await stage.browser.openExtensionPage(`report.html#${RELEASE}`);
		await again.waitFor(() => document.querySelector('[data-claim]') !== null, []);
		expect(await again.evaluate(() => document.querySelector('[data-question="sightings"]'))).toBeNull();
		await again.close();
	});

	test('what is served differently later is told with both days; the list is shown, and cleared with one button', async () => {
		const release = stage.release(RELEASE);
		stage.server.serve(packageOf([release]));
		await stage.hasLooked();
		const report = await stage.browser.openExtensionPage(`report.html#${RELEASE}`);
		await report.waitFor(() => document.querySelector('[data-question="sightings"]') !== null, []);
		await report.click('[data-question="sightings"] button');
		await report.waitFor(() => document.querySelector('[data-question="sightings"]') === null, []);
		await report.close();
		await expect.poll(() => countOf(popup)).toBe(1);
		// A look from a private window leaves nothing.
		stage.server.serve(packageOf([stage.release('nuxt@3.13.0')]));
		await popup.evaluate(askPrivately, 'nuxt', '3.13.0');
		expect(await countOf(popup)).toBe(1);

		await popup.evaluate(forgetAnswers);
		stage.server.serve(packageOf([withoutProvenance(release)]));
		const { look: shown, text } = await look(stage);
		expect(shown).toBe('seen');
		expect(text).toContain('is not as you saw it before');
		expect(text).toContain(String(new Date().getUTCFullYear()));
		await takePictures(stage.tab, 'seen');
		const { verdict, findings } = await stage.ask('compare', RELEASE);
		expect(verdict).toBe('none');
		expect(findings).toContainEqual(expect.objectContaining({ code: 'seen-with-provenance', warning: true }));

		const options = await stage.browser.openExtensionPage('options.html');
		await options.waitFor(() => document.querySelector('[data-seen="sigstore@2.3.1"]') !== null, []);
		await options.evaluate(() => {
			document.querySelector('details')?.setAttribute('open', '');
			document.querySelector('#sightings')?.scrollIntoView();
		});
		await takePictures(options, 'sightings');
		// Each of these has the focus go on to what is said of it.
		const press = async (words: string, said: RegExp) => {
			await options.evaluate((wanted) => {
				const buttons = [...document.querySelectorAll('button')];
				buttons.find(({ textContent }) => textContent?.trim() === wanted)?.click();
			}, words);
			await options.waitFor(
				(source) => RegExp(source).test(document.querySelector('[data-part="said"]')?.textContent ?? ''),
				[said.source],
			);
		};
		// One of two is forgotten: the other stays.
		await stage.settings.change((all) => ({ ...all, sightings: true, isAsked: true }));
		stage.server.serve(packageOf([stage.release('nuxt@3.13.0')]));
		await stage.ask('compare', 'nuxt@3.13.0');
		expect(await countOf(popup)).toBe(2);
		await press('Forget this one', /What was seen of “sigstore@2\.3\.1” is forgotten/);
		expect((await popup.evaluate(fetchList)).sightings.map(({ release: seen }) => seen)).toEqual(['nuxt@3.13.0']);
		await options.waitFor(() => document.querySelector('[data-seen="sigstore@2.3.1"]') === null, []);
		// With it gone there is nothing to differ from.
		expect((await look(stage)).look).toBe('none');
		await options.page.bringToFront();
		await press('Clear the list', /is cleared/);
		await options.waitFor(() => document.body.innerText.includes('The list is empty'), []);
		expect(await countOf(popup)).toBe(0);

		// The registry's answers are another thing, and go with another button.
		expect(await popup.evaluate(countAnswers)).toBeGreaterThan(3);
		await options.evaluate(() => document.querySelector('[data-part="kept-answers"]')?.scrollIntoView());
		await takePictures(options, 'kept-answers');
		await press("Forget the registry's answers", /answers are forgotten/);
		expect(await popup.evaluate(countAnswers)).toBe(0);
		await options.close();
	});

	test('an entry that cannot be read is set aside, and the saved file has it', async () => {
		stage.server.serve(packageOf([stage.release(RELEASE)]));
		await stage.set({ sightings: true, isAsked: true });
		await stage.ask('compare', RELEASE);
		await popup.evaluate(breakEntry, RELEASE);
		expect((await stage.ask('compare', RELEASE)).verdict).toBe('confirmed');
		const list = await popup.evaluate(fetchList);
		expect(list).toMatchObject({ count: 1, setAside: [{ release: RELEASE, stored: 'broken' }] });
		expect(list.sightings.map(({ release }) => release)).toEqual([RELEASE]);
		const options = await stage.browser.openExtensionPage('options.html');
		await options.waitFor(() => document.body.innerText.includes('could not be read and is set aside'), []);
		await options.close();
	});
});

/** How many releases the list has. */
async function countOf(page: Tab): Promise<number> {
	return (await page.evaluate(fetchList)).count;
}

/** Runs in a page of the extension: how many of the registry's answers are kept. */
async function countAnswers(): Promise<number> {
	const done = <T>(request: IDBRequest<T>) =>
		new Promise<T>((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error);
		});
	const database = await done(indexedDB.open('evidence'));
	let count = 0;
	for (const store of database.objectStoreNames)
		count += await done(database.transaction(store).objectStore(store).count());
	database.close();
	return count;
}

/** Runs in a page of the extension: asks for the list as the options page does. */
async function fetchList(): Promise<SightingList> {
	const { runtime } = (globalThis as unknown as { chrome: typeof import('wxt/browser').browser }).chrome;
	return (await runtime.sendMessage({ question: 'sightings', text: '0' })) as SightingList;
}

/** Runs in a page of the extension: puts what is no sighting into the list. */
async function breakEntry(release: string): Promise<void> {
	const request = indexedDB.open('sightings');
	await new Promise((resolve) => request.addEventListener('success', resolve));
	const transaction = request.result.transaction('releases', 'readwrite');
	transaction.objectStore('releases').put('broken', release);
	await new Promise((resolve) => transaction.addEventListener('complete', resolve));
	request.result.close();
}

/** Runs in a page of the extension: asks as a page in a private window does. */
async function askPrivately(name: string, selector: string): Promise<string> {
	const { runtime } = (globalThis as unknown as { chrome: typeof import('wxt/browser').browser }).chrome;
	const message = { question: 'evidence', name, selector, isPrivate: true };
	const answer = (await runtime.sendMessage(message)) as { report: { verdict: string } };
	return answer.report.verdict;
}
