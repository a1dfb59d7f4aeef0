/** Tests the audit page's check of files without network: records and a package's file are told from lockfiles, and nobody is asked. */
import { expect, test } from 'vitest';
import { dropFiles, npmLockfile, plainPackage } from '../fixtures/audit-page.ts';
import { flip } from '../fixtures/flip.ts';
import { trustRootFor } from '../fixtures/minted.ts';
import { startAuthority } from '../support/authority.ts';
import type { Tab } from '../support/browser.ts';
import { mintRelease } from '../support/mint.ts';
import { expectAccessible } from './accessibility.ts';
import { inEachBrowser } from './harness.ts';
import { says, takePictures } from './page-actions.ts';

const result = (tab: Tab, wanted: string) =>
	tab.waitFor((is) => document.querySelector<HTMLElement>('.answer')?.dataset.result === is, [wanted]);
const headline = (tab: Tab) => tab.evaluate(() => document.querySelector('.answer .headline')?.textContent ?? '');
/** The checks of the first record of a kind, with their standings. */
const checks = (tab: Tab, kind: string) =>
	tab.evaluate(
		(of) =>
			[...document.querySelectorAll<HTMLElement>(`[data-record="${of}"] [data-check]`)].map(
				({ dataset }) => `${dataset.check} ${dataset.standing}`,
			),
		kind,
	);
const given = (tab: Tab) =>
	tab.evaluate(() =>
		[...document.querySelectorAll<HTMLElement>('[data-part="given"] li')].map(({ dataset }) => dataset.is),
	);
const press = (tab: Tab, words: string) =>
	tab.evaluate((wanted) => {
		for (const button of document.querySelectorAll('button')) if (button.innerText.trim() === wanted) button.click();
	}, words);

inEachBrowser((stage) => {
	test('records and their file hold, one after the other and together; an altered file does not; nobody is asked', async () => {
		const { attestations, tarball = Buffer.from([]) } = stage.release('sigstore@2.3.1');
		const page = await stage.browser.openExtensionPage('audit.html');
		await says(page, 'Files without network');
		const answer = JSON.stringify(attestations);
		// Whatever it is called.
		await dropFiles(page, { 'package-lock.json': answer });
		await result(page, 'holds');
		expect(await headline(page)).toMatch(/The file itself was not given, so it was not compared\. Not compared with/);
		await dropFiles(page, { 'thing.bin': tarball });
		await says(page, 'The file “thing.bin” is the one that was signed.');
		expect(await headline(page)).toMatch(
			/^The signatures hold: “release\.yml” in “[^”]+” signed the build record of “sigstore 2\.3\.1”\./,
		);
		expect(await given(page)).toEqual(['attestations', 'tarball']);
		const all = ['signature', 'log', 'statement', 'identity', 'file', 'package'];
		for (const kind of ['provenance', 'publish'])
			expect(await checks(page, kind)).toEqual(all.map((check) => `${check} proved`));
		const text = await page.evaluate(() => document.body.innerText);
		expect(text).not.toMatch(/confirmed/i);
		expect(text).toContain("Whether npm's list of malware names this release.");
		await takePictures(page, `files-holds-${stage.name}`);
		await page.click('[data-record="provenance"] summary');
		await says(page, 'Source repository digest');
		await says(page, '1.3.6.1.4.1.57264.1.13');
		await takePictures(page, `files-decoded-${stage.name}`, { at: '[data-record="provenance"]' });
		await expectAccessible(page, 'files without network');
		await press(page, 'Check other files');
		await says(page, 'What is asked, and of whom');
		const altered = Buffer.from(tarball);
		altered[40] = (altered[40] ?? 0) ^ 1;
		await dropFiles(page, { 'a.json': answer, 'a.tgz': altered });
		await result(page, 'mismatch');
		expect((await checks(page, 'provenance'))[4]).toBe('file refuted');
		await takePictures(page, `files-mismatch-${stage.name}`);
		expect(stage.server.requests).toEqual([]);
		await page.close();
	});

	test('what was checked goes on paper, without its buttons; beside an audit too', async () => {
		const page = await stage.browser.openExtensionPage('audit.html');
		await says(page, 'Files without network');
		await dropFiles(page, { 'a.json': JSON.stringify(stage.release('sigstore@2.3.1').attestations) });
		await result(page, 'holds');
		stage.server.serve(plainPackage('plain'));
		await dropFiles(page, { 'package-lock.json': npmLockfile(['plain@1.0.0']) });
		await page.waitFor(() => document.querySelector('[data-phase="done"]'), []);
		// Firefox's driver cannot ask for paper: the page's own rules for it are made to hold in both.
		const seen = await page.evaluate(() => {
			for (const style of document.querySelectorAll('style'))
				style.textContent = (style.textContent ?? '').replaceAll('@media print', '@media all');
			const isVisible = (selector: string) => document.querySelector(selector)?.checkVisibility();
			return ['.answer .headline', '[data-record]', '.answer .actions', '[data-part="headline"]'].map(isVisible);
		});
		expect(seen).toEqual([true, true, false, false]);
		await page.page.close();
	});

	test("the reader's allowlist decides about an origin that holds; of one that is not set it says nothing", async () => {
		const { attestations } = stage.release('sigstore@2.3.1');
		const rows = [{ package: 'sigstore', repository: 'https://github.com/other/sigstore' }];
		const page = await stage.browser.openExtensionPage('audit.html');
		await says(page, 'Files without network');
		await dropFiles(page, { 'a.json': JSON.stringify(attestations) });
		await result(page, 'holds');
		await says(page, 'Your allowlist has no row for “sigstore”');
		await press(page, 'Check other files');
		await stage.set({ policy: { version: 1, rows } });
		await dropFiles(page, { 'a.json': JSON.stringify(attestations) });
		await result(page, 'not-allowed');
		expect(await headline(page)).toMatch(
			/^Not the origin you expect: the signature holds, and the origin of “sigstore 2\.3\.1” is not/,
		);
		const found = await page.evaluate(() =>
			[...document.querySelectorAll<HTMLElement>('tr[data-field="repository"] td')].map(({ innerText }) => innerText),
		);
		expect(found).toEqual([
			'https://github.com/other/sigstore',
			expect.stringMatching(/^https:\/\/github\.com\/.+\/sigstore/),
		]);
		await expectAccessible(page, 'files without network, not the expected origin');
		await takePictures(page, `files-elsewhere-${stage.name}`);
		expect(stage.server.requests).toEqual([]);
		await page.close();
	});

	test('bad files have their reasons, false records show what they say, and lockfiles beside them are audited', async () => {
		const { attestations, tarball = Buffer.from([]) } = stage.release('sigstore@2.3.1');
		for (const { bundle } of attestations?.attestations ?? [])
			bundle.dsseEnvelope.payload = flip(bundle.dsseEnvelope.payload, 40);
		stage.server.serve(plainPackage('a'));
		const page = await stage.browser.openExtensionPage('audit.html');
		const answer = JSON.stringify(attestations, null, 2);
		await dropFiles(page, {
			'false.json': answer,
			'cut.json': answer.slice(0, -20),
			'empty.json': '',
			'one.tgz': tarball,
			'two.tgz': tarball,
		});
		await result(page, 'mismatch');
		expect(await headline(page)).toMatch(
			/^Does not match: .*Do not use the file before somebody has looked at this\.$/,
		);
		expect(await given(page)).toEqual(['attestations', 'not-read', 'not-read', 'not-read', 'not-read']);
		for (const code of ['file-cut-off', 'file-empty', 'files-two-tarballs']) await says(page, `[${code}]`);
		await says(page, 'What the record says, decoded. Nothing of it is proved.');
		expect((await checks(page, 'provenance'))[0]).toBe('signature refuted');
		expect(stage.server.requests).toEqual([]);
		await dropFiles(page, { 'bundle.json': npmLockfile(['a@1.0.0']) });
		await page.waitFor(() => document.querySelector<HTMLElement>('[data-phase]')?.dataset.phase === 'done', [], 60_000);
		// Rows are drawn where they are in view.
		await page.evaluate(() => document.querySelector('#rows')?.scrollIntoView());
		await page.waitFor(() => document.querySelector('tr[data-spec="a@1.0.0"][data-result="none"]'), []);
		// The other answer stays.
		await result(page, 'mismatch');
		// A record of an instance of the reader's own is checked with its trust root.
		const authority = await startAuthority();
		await stage.set({ trustRoots: [trustRootFor(authority, ['@own/*'])] });
		const own = await mintRelease(authority, { name: '@own/thing' });
		await press(page, 'Check other files');
		await page.waitFor(() => document.querySelector('.answer') === null, []);
		await dropFiles(page, { 'own.json': JSON.stringify(own.attestations), 'own.tgz': own.tarball ?? '' });
		await result(page, 'holds');
		await says(page, 'your own, “made-up”');
		await page.close();
	});
});
