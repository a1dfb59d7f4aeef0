/** Tests the comparison of the file itself, on the report page: at the reader's click only, watched, stopped, and never wrongly good. */
import { expect, test } from 'vitest';
import type { Tab } from '../support/browser.ts';
import type { Release } from '../support/mint.ts';
import { packageOf } from '../support/recordings.ts';
import type { Behaviour } from '../support/server.ts';
import { inEachBrowser, type Stage, withoutProvenance } from './harness.ts';

const RELEASE = 'sigstore@2.3.1';
/** Chromium holds an extension's requests back from an address that said 5xx: such cases have a release of their own. */
const OTHER = '@playwright/cli@0.1.1';

const downloads = ({ server }: Stage) => server.requests.filter(({ kind }) => kind === 'tarball');

/** Runs in the page: what the reader finds there. */
function readCheck() {
	const section = document.querySelector<HTMLElement>('[data-file-check]');
	const claim = document.querySelector<HTMLElement>('[data-claim="file-matches"]');
	return {
		state: section?.dataset.fileCheck ?? '',
		status: section?.querySelector('[role="status"]')?.textContent ?? '',
		words: section?.innerText ?? '',
		verdict: document.querySelector<HTMLElement>('[data-verdict]')?.dataset.verdict ?? '',
		standing: claim?.dataset.standing ?? '',
		claim: claim?.innerText ?? '',
		focus: document.activeElement?.textContent?.trim() ?? '',
		notChecked: [...document.querySelectorAll('#about ~ ul:last-of-type li')].map((item) => item.textContent ?? ''),
	};
}

async function openReport(stage: Stage, release = RELEASE): Promise<Tab> {
	const page = await stage.browser.openExtensionPage(`report.html#${release}`);
	await page.waitFor(() => document.querySelector('[data-file-check="offered"] button') !== null, []);
	return page;
}

async function pressByKeyboard(page: Tab): Promise<void> {
	await page.page.bringToFront();
	await page.evaluate(() => document.querySelector<HTMLElement>('[data-file-check] button')?.focus());
	await page.press('Enter');
}

async function ended(page: Tab, timeout = 15_000) {
	await page.waitFor(
		() => /done|failed/.test(document.querySelector<HTMLElement>('[data-file-check]')?.dataset.fileCheck ?? ''),
		[],
		timeout,
	);
	return page.evaluate(readCheck);
}

function flipped(release: Release): Release {
	const tarball = Buffer.from(release.tarball ?? '');
	tarball[100] = (tarball[100] ?? 0) ^ 1;
	return { ...release, tarball };
}

inEachBrowser((stage) => {
	test('not before the click; then the claim speaks of the bytes', async () => {
		stage.server.serve(packageOf([stage.release(RELEASE)]));
		const page = await openReport(stage);
		const before = await page.evaluate(readCheck);
		expect(before.verdict).toBe('confirmed');
		expect(before.notChecked.join()).toContain('The bytes of the file itself');
		expect(downloads(stage)).toEqual([]);

		await pressByKeyboard(page);
		const after = await ended(page);
		expect(after.status).toContain('is the one in the signed statement');
		expect(after).toMatchObject({ state: 'done', verdict: 'confirmed', standing: 'proved' });
		expect(after.claim).toContain('The bytes of the file itself were hashed on this machine');
		expect(after.notChecked.join()).not.toContain('The bytes of the file itself');
		expect(after.focus).toBe('Download and compare it again');
		expect(downloads(stage).map(({ path }) => path)).toEqual(['/sigstore/-/sigstore-2.3.1.tgz']);
		await page.close();
	});

	test('one bit of the file changed: it does not match, and nobody built that file', async () => {
		stage.server.serve(packageOf([flipped(stage.release(RELEASE))]));
		const page = await openReport(stage);
		expect((await page.evaluate(readCheck)).verdict).toBe('confirmed');
		await pressByKeyboard(page);
		const after = await ended(page);
		expect(after).toMatchObject({ state: 'done', verdict: 'mismatch', standing: 'refuted' });
		expect(after.status).toContain('The file does not match');
		expect(after.claim).toContain('file-differs');
		expect(await page.evaluate(() => document.body.innerText)).not.toContain('was published by');
		await page.close();
	});

	test('without provenance: the listed file is told apart from a proved one, and another is a mismatch', async () => {
		const release = withoutProvenance(stage.release(RELEASE));
		stage.server.serve(packageOf([release]));
		const page = await openReport(stage);
		await pressByKeyboard(page);
		const after = await ended(page);
		expect(after).toMatchObject({ verdict: 'none', standing: 'unproved' });
		expect(after.status).toContain('has the fingerprint that the registry lists');
		stage.server.serve(packageOf([flipped(release)]));
		await pressByKeyboard(page);
		await page.waitFor(() => document.querySelector('[data-verdict="mismatch"]') !== null, []);
		await page.close();
	});

	// Each says something else than the one before it, so that no sentence is read twice.
	const faults: [what: string, behaviour: Behaviour, words: string][] = [
		['it is not there', { status: 404 }, 'lists this file, but does not serve it'],
		['a redirect', { status: 302, headers: { location: 'https://elsewhere.test/' } }, 'we do not follow'],
		['too many requests', { status: 429 }, 'asks to wait (429)'],
		['it is empty', { body: '' }, 'broke off'],
		[
			'it says that it is too large',
			{ headers: { 'content-length': '300000000' }, isCutOff: true },
			'larger than the limit',
		],
		['it is cut off', { isCutOff: true }, 'broke off'],
		['it is without end', { isEndless: true }, 'larger than the limit'],
		['nobody answers', { isUnreachable: true }, 'could not be reached'],
		['a fault', { status: 503 }, 'a fault of its own'],
	];
	test('what is no file ends in a sentence, and says nothing good or bad of the file', async () => {
		stage.server.serve(packageOf([stage.release(RELEASE)]));
		stage.server.serve(packageOf([stage.release(OTHER)]));
		const ofRelease = await openReport(stage);
		for (const [what, behaviour, words] of faults) {
			stage.server.override('tarball', behaviour);
			const page = behaviour.status === 503 ? await openReport(stage, OTHER) : ofRelease;
			await pressByKeyboard(page);
			const after = await ended(page, 30_000);
			expect(after, what).toMatchObject({ state: 'failed', verdict: 'confirmed', standing: 'proved' });
			expect(after.status, what).toContain('The file was not compared');
			expect(after.status, what).toContain(words);
			expect(after.claim, what).not.toContain('hashed on this machine');
			expect(after.notChecked.join(), what).toContain('The bytes of the file itself');
			if (page !== ofRelease) await page.close();
		}
		await ofRelease.close();
	}, 120_000);

	test('its progress is told, and it can be stopped by keyboard; the connection ends', async () => {
		stage.server.serve(packageOf([stage.release(RELEASE)]));
		stage.server.override('tarball', { isEndless: true, isSlow: true });
		const page = await openReport(stage);
		await pressByKeyboard(page);
		await page.waitFor(() => /Downloaded [1-9][\d.]* (kB|MB) /.test(document.body.innerText), []);
		expect((await page.evaluate(readCheck)).status).toBe('The file is being downloaded.');
		expect((await page.evaluate(readCheck)).focus).toBe('Stop the download');
		expect(await page.evaluate(() => document.querySelectorAll('[data-file-check] progress').length)).toBe(1);
		expect(stage.server.open).toBe(1);
		await page.press('Enter');
		await page.waitFor(() => document.querySelector('[data-file-check="cancelled"]') !== null, []);
		const after = await page.evaluate(readCheck);
		expect(after).toMatchObject({ verdict: 'confirmed', focus: 'Download the file and compare it' });
		expect(after.status).toBe('Stopped. The file was not compared.');
		await expect.poll(() => stage.server.open, { timeout: 10_000 }).toBe(0);
		await page.close();
	});

	test('closing the page ends the download', async () => {
		stage.server.serve(packageOf([stage.release(RELEASE)]));
		stage.server.override('tarball', { isEndless: true, isSlow: true });
		const page = await openReport(stage);
		await pressByKeyboard(page);
		await expect.poll(() => stage.server.open, { timeout: 10_000 }).toBe(1);
		await page.close();
		await expect.poll(() => stage.server.open, { timeout: 10_000 }).toBe(0);
	});

	test('a connection that asks for no exact release is ended, and nothing downloaded', async () => {
		stage.server.serve(packageOf([stage.release(RELEASE)]));
		const page = await stage.browser.openExtensionPage('popup.html');
		const requests = [
			{ name: 'sigstore', selector: 'latest' },
			{ name: '../sigstore', selector: '2.3.1' },
			{ name: 'sigstore', selector: '2.3.1', address: 'https://elsewhere.test/' },
			'sigstore@2.3.1',
		];
		for (const request of requests) expect(await page.evaluate(connect, 'file', request)).toBe('ended');
		expect(await page.evaluate(connect, 'another', { name: 'sigstore', selector: '2.3.1' })).toBe('ended');
		expect(downloads(stage)).toEqual([]);
		await page.close();
	});
});

/** Runs in a page of the extension: connects to its background, says one thing, and waits for it to hang up or answer. */
function connect(name: string, request: unknown): Promise<'ended' | 'answered'> {
	const { runtime } = (globalThis as unknown as { chrome: typeof import('wxt/browser').browser }).chrome;
	const port = runtime.connect({ name });
	return new Promise((resolve) => {
		port.onDisconnect.addListener(() => resolve('ended'));
		port.onMessage.addListener(() => resolve('answered'));
		port.postMessage(request);
	});
}
