/** Tests a reader's own trust root: imported and removed on the options page, used for the packages named and no others. */
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { pageAddress } from '../../lib/npm/site.ts';
import type { Claim, Report } from '../../lib/report/report.ts';
import { trustRootFile, trustRootFor } from '../fixtures/minted.ts';
import { type Authority, startAuthority } from '../support/authority.ts';
import type { Tab } from '../support/browser.ts';
import { mintRelease, type Release } from '../support/mint.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachBrowser, refutedClaims, type Stage, uncheckedCodes } from './harness.ts';
import { tabTo, takePicture, takePictures } from './page-actions.ts';

const OURS = '@ours/minted@1.0.0';

let authority: Authority;
let releases: Record<'ours' | 'older' | 'stranger', Release>;
beforeAll(async () => {
	authority = await startAuthority();
	const older = new Date('2026-02-01T12:00:00Z');
	const [ours, before, stranger] = await Promise.all([
		mintRelease(authority, { name: '@ours/minted' }),
		mintRelease(authority, { name: '@ours/minted', version: '0.9.0', publishedAt: older }),
		mintRelease(authority, { name: 'stranger' }),
	]);
	releases = { ours, older: before, stranger };
});

/** What panel and background say of a release on npm's page. */
async function read({ tab, ask }: Stage, name: string) {
	await tab.open('about:blank');
	await tab.open(pageAddress(name, '1.0.0'));
	const panel = await tab.settledPanel(`${name}@1.0.0`);
	const report = await ask('compare', `${name}@1.0.0`);
	expect(panel.look).toBe(report.verdict);
	return { panel, report };
}

const today = () => new Date().toISOString().slice(0, 10);
const codes = ({ findings }: Report) => findings.map(({ code }) => code);
const claim = ({ claims }: Report, id: string) => claims.find((one: Claim) => one.id === id);

/** Runs in the options page: has a file chosen, as the browser's own dialogue would. */
function chooseFile(name: string, text: string): void {
	const input = document.querySelector<HTMLInputElement>('input[name="trust-root"]');
	if (!input) throw new Error('no place for a file');
	const given = new DataTransfer();
	given.items.add(new File([text], name, { type: 'application/json' }));
	input.files = given.files;
	input.dispatchEvent(new Event('change', { bubbles: true }));
}

const said = () => document.querySelector('[data-part="said-of-roots"]')?.textContent?.trim() ?? '';
const hasSaid = (text: string) => document.querySelector('[data-part="said-of-roots"]')?.textContent?.includes(text);
const focused = () => {
	const element = document.activeElement;
	return element?.getAttribute('name') ?? element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
};

/** Imports the file, names it and keeps it, with no other hand than the keyboard. */
async function importByKeyboard(page: Tab, file: object, name: string, packages: string): Promise<void> {
	await tabTo(page, 'trust-root', focused);
	await page.evaluate(chooseFile, 'ours.json', JSON.stringify(file));
	await page.waitFor(hasSaid, ['was read']);
	await tabTo(page, 'name', focused);
	await page.page.keyboard.type(name);
	await tabTo(page, 'packages', focused);
	await page.page.keyboard.type(packages);
	await tabTo(page, 'Keep this trust root', focused);
	await page.press('Enter');
	await page.waitFor(hasSaid, ['is kept']);
}

inEachBrowser((stage) => {
	let options: Tab | undefined;
	/** The options page, as it is after what was set before. (Firefox's driver cannot load an extension's page again.) */
	async function open(): Promise<Tab> {
		await options?.close();
		options = await stage.browser.openExtensionPage('options.html');
		await options.waitFor(() => document.querySelector('input[name="trust-root"]') !== null, []);
		return options;
	}
	beforeEach(() => {
		stage.server.serve(packageOf([releases.older, releases.ours]), packageOf([releases.stranger]));
	});
	const onPage = () => stage.tab.page.bringToFront();

	test('imported by keyboard, it decides for its packages and is named; removed, it decides nothing', async () => {
		await onPage();
		const before = await read(stage, '@ours/minted');
		expect(before.report.verdict).toBe('unknown');
		expect(uncheckedCodes(before.report)).toContain('not-in-trust-root');
		expect(refutedClaims(before.report)).toEqual([]);
		expect(codes(before.report)).not.toContain('custom-trust-root');

		const days = [today()];
		const options = await open();
		await importByKeyboard(options, trustRootFile(authority), 'ours', '@ours/* other');
		const listed = await options.waitFor(
			() =>
				document.querySelector('[data-root="ours"] table') &&
				document.querySelector<HTMLElement>('[data-root="ours"]')?.innerText,
			[],
		);
		for (const part of [
			'@ours/*',
			'other',
			'https://fulcio.sigstore.test',
			'https://rekor.sigstore.test',
			'since 1 January 2024',
		])
			expect(listed).toContain(part);
		expect(listed).toContain(authority.registryKey.keyId);

		days.push(today());
		await onPage();
		const after = await read(stage, '@ours/minted');
		expect(after.report.verdict).toBe('confirmed');
		expect(after.report.trustRoot).toEqual({
			source: 'custom',
			version: 'ours',
			takenAt: expect.toBeOneOf(days),
		});
		expect(after.panel.text).toMatch(/Your trust root\s+“ours”/);
		expect(codes(after.report)).toContain('custom-trust-root');
		expect(claim(after.report, 'registry-signed')?.standing).toBe('proved');
		expect(claim(after.report, 'registry-received')?.standing).toBe('proved');
		await takePicture(stage.tab, `custom-root-${stage.name}`);
		// The release before it is of the same package, and was read with the same trust root.
		expect(after.report.history).toMatchObject({
			with: { version: '0.9.0', identity: { workflow: expect.any(String) } },
		});
		const page = await stage.browser.openExtensionPage(`report.html#${encodeURIComponent(OURS)}`);
		await page.waitFor(() => document.querySelector('[data-finding="custom-trust-root"]') !== null, []);
		const about = await page.evaluate(() => document.querySelector('#about')?.parentElement?.textContent ?? '');
		expect(about).toContain('your own, “ours”, imported on');
		await takePicture(page, `custom-root-report-${stage.name}`);
		await page.close();

		// A package that nobody named is where it was.
		await onPage();
		const other = await read(stage, 'stranger');
		expect(other.report).toMatchObject({ verdict: 'unknown', trustRoot: { source: 'embedded' } });
		expect(uncheckedCodes(other.report)).toContain('not-in-trust-root');

		await options.page.bringToFront();
		await tabTo(options, 'Remove the trust root ours', focused);
		await options.press('Enter');
		await options.waitFor(hasSaid, ['is removed']);
		await onPage();
		expect((await read(stage, '@ours/minted')).report).toMatchObject({
			verdict: 'unknown',
			trustRoot: { source: 'embedded' },
		});
		await options.page.bringToFront();
		await tabTo(options, 'Undo: bring the trust root ours back', focused);
		await options.press('Enter');
		await options.waitFor(hasSaid, ['is back']);
		expect((await stage.ask('inspect', OURS)).verdict).toBe('confirmed');
		expect(
			(await stage.settings.read()).trustRoots.filter(({ packages }) => packages.includes('@ours/*')),
		).toHaveLength(1);
	});

	test('a release that the public trust root confirms is still checked against that one', async () => {
		const known = stage.release('sigstore@2.3.1');
		stage.server.serve(packageOf([known]));
		await stage.settings.change((all) => ({
			...all,
			trustRoots: [...all.trustRoots, trustRootFor(authority, ['@ours/*'], 'ours')],
		}));
		const report = await stage.ask('compare', 'sigstore@2.3.1');
		expect(report.verdict).toBe('confirmed');
		expect(report.trustRoot.version).not.toBe('ours');
	});

	test('the nearest one decides: the exact name before the scope', async () => {
		const elsewhere = await startAuthority();
		await stage.settings.change((all) => ({
			...all,
			trustRoots: [trustRootFor(elsewhere, ['@ours/*'], 'scope'), trustRootFor(authority, ['@ours/minted'], 'exact')],
		}));
		expect(await stage.ask('inspect', OURS)).toMatchObject({ verdict: 'confirmed', trustRoot: { version: 'exact' } });
		// And what is set anew holds at once, whatever was remembered.
		await stage.settings.change((all) => ({
			...all,
			trustRoots: [trustRootFor(elsewhere, ['@ours/minted'], 'exact')],
		}));
		expect(await stage.ask('inspect', OURS)).toMatchObject({ verdict: 'unknown', trustRoot: { version: 'exact' } });
	});

	test('one that cannot be read does not give way to the public one', async () => {
		const known = stage.release('tuf-js@1.0.0');
		stage.server.serve(packageOf([known]));
		await stage.settings.change((all) => ({
			...all,
			trustRoots: [{ ...trustRootFor(authority, ['tuf-js'], 'broken'), file: { mediaType: 'x', tlogs: [{}] } }],
		}));
		await onPage();
		await stage.tab.open(pageAddress('tuf-js', '1.0.0'));
		const panel = await stage.tab.settledPanel('tuf-js@1.0.0');
		expect(panel.look).toBe('unknown');
		expect(panel.text).toContain('The trust root that you chose for it cannot be read');
		expect(panel.text).toContain('Import “broken” again on the options page, or remove it there');
		const report = await stage.ask('compare', 'tuf-js@1.0.0');
		expect(uncheckedCodes(report)).toContain('trust-root-unreadable');
		expect(report.trustRoot).toMatchObject({ source: 'custom', version: 'broken' });
		const options = await open();
		const listed = await options.waitFor(
			() => document.querySelector<HTMLElement>('[data-root="broken"] .problem')?.innerText,
			[],
		);
		expect(listed).toContain('It cannot be read');
		expect(listed).toContain('tlogs.0.publicKey');
	});

	const BAD: [what: string, text: (file: string) => string, words: string][] = [
		['no JSON', (file) => file.slice(0, -40), 'It is not JSON: line '],
		[
			'a validity without a start',
			(file) => file.replaceAll('"start"', '"begin"'),
			'line 1, tlogs.0.publicKey.validFor.start',
		],
		[
			'a broken key',
			(file) => file.replace(/("tlogs":\[\{[^[]*?"rawBytes":")..../, '$1AAAA'),
			'tlogs.0: it cannot be read',
		],
		['nothing in it', () => '{"mediaType":"x","npmKeys":{"keys":[]}}', 'it names no authority, no log and no key'],
		['an allowlist', () => '{\n"version": 1, "rows": []}', 'line 1, mediaType'],
		['far too much', () => `{"x":"${'y'.repeat(1_100_000)}"}`, 'It is too large'],
	];
	test('a file that is refused changes nothing, and says where', async () => {
		const before = await stage.settings.read();
		const options = await open();
		for (const [what, change, words] of BAD) {
			expect(await options.evaluate(said), what).not.toContain(words);
			await options.evaluate(chooseFile, 'bad.json', change(JSON.stringify(trustRootFile(authority))));
			await options.waitFor(hasSaid, [words]);
			expect(await options.evaluate(said), what).toContain('Nothing was changed.');
			expect(await options.evaluate(() => document.querySelector('form input[name="packages"]') !== null)).toBe(false);
			expect(await stage.settings.read(), what).toEqual(before);
		}
	});

	test('a package of another trust root, and a name of another, are said before anything is kept', async () => {
		await stage.settings.change((all) => ({
			...all,
			trustRoots: [trustRootFor(authority, ['@ours/*', 'one'], 'first')],
		}));
		const options = await open();
		await options.waitFor(() => document.querySelector('[data-root="first"] table') !== null, []);
		await options.evaluate(chooseFile, 'second.json', JSON.stringify(trustRootFile(authority)));
		await options.waitFor(hasSaid, ['was read']);
		const problem = () => document.querySelector<HTMLElement>('form [role="status"]')?.innerText.trim() ?? '';
		expect(await options.evaluate(problem)).toContain('It has no name yet');
		await options.type('input[name="name"]', 'first');
		expect(await options.evaluate(problem)).toContain('There is a trust root “first” already');
		await options.type('input[name="name"]', '-but-not');
		expect(await options.evaluate(problem)).toContain('It is for no package yet');
		await options.type('input[name="packages"]', 'two @ours/*');
		expect(await options.evaluate(problem)).toContain('“@ours/*” is already checked against the trust root “first”');
		await options.press('Enter');
		expect((await stage.settings.read()).trustRoots.map(({ name }) => name)).toEqual(['first']);
		await options.page.keyboard.type('x');
		expect(await options.evaluate(problem)).toContain('“@ours/*x” is neither the name of a package');
		for (let times = 0; times < '@ours/*x'.length; times += 1) await options.press('Backspace');
		expect(await options.evaluate(problem)).toBe('');
		// Another page of the extension is faster by a moment: that is found when it is kept, and then said beside the names.
		await options.evaluate(keepAfter, trustRootFor(authority, ['two'], 'faster'));
		await options.waitFor(hasSaid, ['“two” is already checked against the trust root “faster”']);
		await options.waitFor(() => document.querySelector('[data-root="faster"] table') !== null, []);
		expect(await options.evaluate(problem)).toContain('“two” is already checked against the trust root “faster”');
		await options.press('Enter');
		expect((await stage.settings.read()).trustRoots.map(({ name }) => name)).toEqual(['first', 'faster']);
	});

	test('two trust roots, one of them being imported, fit their page: light, dark and narrow', async () => {
		await stage.settings.change((all) => ({
			...all,
			trustRoots: [trustRootFor(authority, ['@ours/*', 'one'], 'ours')],
		}));
		const options = await open();
		await options.waitFor(() => document.querySelector('[data-root="ours"] table') !== null, []);
		// Two logs may be alike in all that is told of them.
		const { tlogs, ...rest } = trustRootFile(authority) as { tlogs: object[] };
		await options.evaluate(chooseFile, 'second.json', JSON.stringify({ ...rest, tlogs: [...tlogs, ...tlogs] }));
		await options.waitFor(() => document.querySelectorAll('form tr').length === 9, []);
		await takePictures(options, `trust-roots-${stage.name}`, { at: '#trust-roots', narrow: 420 });
		await options.resize(1280, 900);
	});

	test('a key that is lacking is named where the registry lists it, and never used', async () => {
		const { keyId } = authority.registryKey;
		stage.server.keys = [{ keyid: keyId, expires: '2031-01-02T00:00:00.000Z' }];
		const listed = await stage.ask('compare', 'stranger@1.0.0');
		expect(listed.verdict).toBe('unknown');
		expect(listed.findings.filter(({ code }) => code === 'key-listed-by-registry')).toEqual(
			['registry-received', 'registry-signed'].map((id) => ({
				code: 'key-listed-by-registry',
				claim: id,
				saidBy: 'registry',
				data: { keyId, expires: '2031-01-02T00:00:00.000Z' },
				detail: `${keyId} (expires 2031-01-02T00:00:00.000Z)`,
			})),
		);
		for (const id of ['registry-received', 'registry-signed'])
			expect(claim(listed, id)).toMatchObject({ why: 'could-not-check', failure: { code: 'not-in-trust-root' } });
		const page = await stage.browser.openExtensionPage('report.html#stranger@1.0.0');
		const text = await page.waitFor(
			() => document.querySelector<HTMLElement>('[data-finding="key-listed-by-registry"]')?.innerText,
			[],
		);
		expect(text).toContain("The registry's own list names the key that our trust root lacks");
		expect(text).toContain('2031-01-02');
		await page.close();
		expect(stage.server.requests.filter(({ kind }) => kind === 'keys')).toHaveLength(1);
	});

	test('that list is asked for only where a key is lacking', async () => {
		stage.server.serve(packageOf([stage.release('nuxt@3.13.0')]));
		expect((await stage.ask('compare', 'nuxt@3.13.0')).verdict).toBe('confirmed');
		expect(stage.server.requests.filter(({ kind }) => kind === 'keys')).toEqual([]);
	});

	test.each([
		['does not answer well', { status: 404 }],
		['is no list', { body: '{"keys":7}' }],
		['is no JSON', { body: '<!doctype html>' }],
		['names other keys', { body: '{"keys":[{"keyid":"SHA256:other","expires":null}]}' }],
	])('a list that %s changes nothing', async (_what, behaviour) => {
		stage.server.override('keys', behaviour);
		const report = await stage.ask('compare', 'stranger@1.0.0');
		expect(report.verdict).toBe('unknown');
		expect(uncheckedCodes(report)).toContain('not-in-trust-root');
		expect(codes(report)).not.toContain('key-listed-by-registry');
		expect(stage.server.requests.filter(({ kind }) => kind === 'keys')).toHaveLength(1);
	});
});

/** Runs in the options page: keeps what was named there just when another page has kept something else. */
async function keepAfter(root: object): Promise<void> {
	const { storage } = (globalThis as unknown as { chrome: typeof import('wxt/browser').browser }).chrome;
	const { settings } = (await storage.local.get('settings')) as { settings: { trustRoots: object[] } };
	settings.trustRoots.push(root);
	const stored = storage.local.set({ settings });
	document.querySelector('input[name="packages"]')?.closest('form')?.requestSubmit();
	await stored;
}
