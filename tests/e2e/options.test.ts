/** Tests the options page: rows by keyboard, the allowlist as a file both ways, what was set aside, and `inspect --policy` beside it. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { answerInspect } from '../../cli/inspect.ts';
import { parsePolicyFile } from '../../lib/policy/file.ts';
import type { Policy } from '../../lib/policy/schema.ts';
import type { Identity } from '../../lib/report/identity.ts';
import type { Report } from '../../lib/report/report.ts';
import type { Tab } from '../support/browser.ts';
import { hasData, packageOf } from '../support/recordings.ts';
import { inEachBrowser, type Stage, withoutProvenance } from './harness.ts';
import { says, tabTo } from './page-actions.ts';

type Chrome = { chrome: typeof import('wxt/browser').browser };

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'stamp-of-origin-'));
/** What has the focus: a field's name, a button's label or words, or the status. */
const focused = () => {
	const element = document.activeElement as HTMLInputElement | null;
	return (
		element?.name ||
		element?.getAttribute('aria-label') ||
		element?.getAttribute('role') ||
		element?.innerText?.trim() ||
		''
	);
};
const rows = () => [...document.querySelectorAll<HTMLElement>('[data-row]')].map(({ dataset }) => dataset.row);

inEachBrowser((stage) => {
	const open = () => stage.browser.openExtensionPage('options.html');
	const policyStored = async () => (await stage.stored()).settings?.policy;
	const storePolicy = (policy: unknown) => stage.set({ policy });
	async function press(page: Tab, name: string) {
		await tabTo(page, name, focused);
		await page.press('Enter');
	}
	/** Gives the page a file, as its file chooser does. */
	async function choose(page: Tab, text: string) {
		await page.waitFor(() => document.querySelector('input[type="file"]') !== null, []);
		await page.evaluate((content) => {
			const input = document.querySelector<HTMLInputElement>('input[type="file"]');
			const data = new DataTransfer();
			data.items.add(new File([content], 'policy.json', { type: 'application/json' }));
			if (!input) throw new Error('no file field');
			input.files = data.files;
			input.dispatchEvent(new Event('change', { bubbles: true }));
		}, text);
	}

	test('a row is written, edited, removed and brought back, by keyboard alone', async () => {
		const page = await open();
		await says(page, 'You have no rows yet.');
		await press(page, 'Add a row');
		expect(await page.waitFor(focused, [])).toBe('package');
		// Nothing is wrong before anything is written.
		expect(await page.evaluate(() => document.body.innerText)).not.toContain('This is no row yet');
		await page.page.keyboard.type('sigstore*');
		await says(page, 'This is no row yet. Package: it must be a name, or a whole scope');
		// It stands at its field, and is said with it.
		const described = await page.evaluate(() => {
			const input = document.activeElement as HTMLInputElement;
			const ids = input.getAttribute('aria-describedby')?.split(' ') ?? [];
			return [input.ariaInvalid, ids.map((id) => document.getElementById(id)?.textContent).join(' ')];
		});
		expect(described).toEqual(['true', expect.stringContaining('This is no row yet. Package')]);
		// Nothing is saved of it.
		await page.press('Enter');
		expect(await page.evaluate(focused)).toBe('package');
		expect((await policyStored())?.rows ?? []).toEqual([]);
		await page.press('Backspace');
		await tabTo(page, 'repository', focused);
		await page.page.keyboard.type('https://github.com/sigstore/sigstore-js.git');
		await says(page, 'Did you mean https://github.com/sigstore/sigstore-js?');
		await press(page, 'Write https://github.com/sigstore/sigstore-js in its place');
		await page.waitFor(
			() => (document.activeElement as HTMLInputElement).value === 'https://github.com/sigstore/sigstore-js',
			[],
		);
		await tabTo(page, 'more', () => (document.activeElement?.matches('form summary') ? 'more' : ''));
		await page.press('Enter');
		await tabTo(page, 'ref', focused);
		await page.page.keyboard.type('refs/heads/*');
		await press(page, 'Save this row');
		await says(page, 'The row for “sigstore” is saved.');
		expect(await page.evaluate(focused)).toBe('status');
		expect(await policyStored()).toEqual({
			version: 1,
			rows: [
				{
					package: 'sigstore',
					repository: 'https://github.com/sigstore/sigstore-js',
					ref: 'refs/heads/*',
					provenance: 'required',
				},
			],
		});
		await press(page, 'Edit the row for “sigstore”');
		expect(await page.waitFor(focused, [])).toBe('package');
		await tabTo(page, 'environment', focused);
		await page.page.keyboard.type('npm');
		await tabTo(page, 'provenance', focused);
		await page.press(' ');
		await press(page, 'Save this row');
		await page.waitFor(() => document.querySelector('[data-row]')?.textContent?.includes('environment “npm”'), []);
		expect((await policyStored())?.rows).toEqual([
			{
				package: 'sigstore',
				repository: 'https://github.com/sigstore/sigstore-js',
				ref: 'refs/heads/*',
				environment: 'npm',
			},
		]);
		await press(page, 'Remove the row for “sigstore”');
		await says(page, 'The row for “sigstore” is removed.');
		expect((await policyStored())?.rows).toEqual([]);
		// What was said has the focus, and "Undo" comes next.
		await page.press('Tab');
		expect(await page.evaluate(focused)).toBe('Undo');
		await page.press('Enter');
		await says(page, 'It is as it was before.');
		expect((await policyStored())?.rows).toHaveLength(1);
		await page.close();
	});

	test('what another page saves meanwhile is shown, and nothing of it is lost', async () => {
		await storePolicy({ version: 1, rows: [{ package: 'one' }, { package: 'two' }] });
		const page = await open();
		await says(page, 'two');
		await press(page, 'Edit the row for “two”');
		await storePolicy({ version: 1, rows: [{ package: 'three' }, { package: 'one' }, { package: 'two' }] });
		await page.waitFor(() => document.querySelectorAll('[data-row]').length === 3, []);
		await tabTo(page, 'workflow', focused);
		await page.page.keyboard.type('.github/workflows/release.yml');
		await press(page, 'Save this row');
		await says(page, 'The row for “two” is saved.');
		expect((await policyStored())?.rows).toEqual([
			{ package: 'three' },
			{ package: 'one' },
			{ package: 'two', workflow: '.github/workflows/release.yml' },
		]);
		await press(page, 'Remove the row for “one”');
		await says(page, 'The row for “one” is removed.');
		await storePolicy({ version: 1, rows: [{ package: 'four' }] });
		await press(page, 'Undo');
		await says(page, 'Something else was changed since, so nothing was undone.');
		expect((await policyStored())?.rows).toEqual([{ package: 'four' }]);
		await page.close();
	});

	test('a file comes in and goes out the same', async () => {
		await storePolicy({ version: 1, rows: [{ package: 'mine' }] });
		const page = await open();
		await says(page, 'mine');
		const file: Policy = {
			version: 1,
			rows: [
				{ package: '@scope/*', repository: 'https://github.com/scope/all', hosted: true },
				{ package: 'constructor', provenance: 'required' },
				{ package: 'mine' },
			],
			mutes: [{ package: 'a', note: 'seen', date: '2026-11-25' }],
		};
		await choose(page, JSON.stringify(file, null, 4));
		await says(
			page,
			'The file has 3 rows and 1 dismissed warning. You have 1 row and no dismissed warning. What you have goes, if the file takes its place.',
		);
		await says(
			page,
			'Any warning that can be dismissed, for every version, dismissed on 25 November 2026. Note: “seen',
		);
		// Nothing is done before the reader has said what.
		expect((await policyStored())?.rows).toEqual([{ package: 'mine' }]);
		await press(page, 'Leave it');
		expect((await policyStored())?.rows).toEqual([{ package: 'mine' }]);
		await choose(page, JSON.stringify(file));
		await says(page, 'The file has 3 rows and');
		await press(page, 'Add them to yours');
		await says(page, 'What the file has is added to yours. Warnings now dismissed are about “a”.');
		expect(await page.evaluate(rows)).toEqual(['mine', '@scope/*', 'constructor']);
		await storePolicy({ version: 1, rows: [], mutes: [{ package: 'b', note: 'mine', date: '2026-11-24' }] });
		await choose(page, JSON.stringify(file));
		await says(page, 'You have 0 rows and 1 dismissed warning.');
		await press(page, 'Put them in place of yours');
		await says(
			page,
			'The file is your allowlist now. Warnings now dismissed are about “a”. Warnings no longer dismissed are about “b”.',
		);
		expect(await policyStored()).toEqual(file);
		await page.evaluate(() => {
			const create = URL.createObjectURL;
			URL.createObjectURL = (blob: Blob) => {
				void blob.text().then((text) => Object.assign(window, { exported: text }));
				return create(blob);
			};
			// The download itself is the browser's.
			HTMLAnchorElement.prototype.click = () => undefined;
		});
		await press(page, 'Export');
		const exported = await page.waitFor(() => (window as unknown as { exported?: string }).exported, []);
		expect(parsePolicyFile(exported ?? '')).toEqual({ ok: true, value: file });
		await page.click('[data-part="said"] button');
		await says(page, 'It is as it was before.');
		expect((await policyStored())?.mutes).toMatchObject([{ package: 'b' }]);
		await page.close();
	});

	// No sentence has the place of the file before it, so that none is read twice.
	const BAD_FILES: [what: string, text: string, where: string][] = [
		['a misspelt field', '{\n"version": 1,\n"rows": [\n{ "package": "a",\n"repositry": "x" }]}', 'line 5'],
		[
			'a script for an address',
			'{\n"version": 1,\n"rows": [{ "package": "a",\n"repository": "javascript:alert(1)" }]}',
			'line 4',
		],
		['hidden characters', '{"version": 1,\n"rows": [{ "package": "sig\u202estore" }]}', 'line 2'],
		['a name of objects', '{"version": 1,\n"rows": [\n{ "package": "__proto__" }]}', 'line 3'],
		['a million characters', 'x'.repeat(1_000_000), 'line 1'],
		['deep nesting', '['.repeat(200_000), 'nested too deeply'],
		['no JSON', '{ "version": 1,\n"rows": [\n}', 'line 3'],
		['too many values', '['.repeat(500_000), 'more than 250000 values'],
		['markup', '<script>alert(1)</script>', 'line 1'],
	];
	test('a bad file changes nothing and says where', async () => {
		await storePolicy({ version: 1, rows: [{ package: 'mine' }] });
		const before = await stage.stored();
		const page = await open();
		await says(page, 'mine');
		const status = () => document.querySelector('[role="status"]')?.textContent ?? '';
		for (const [what, text, where] of BAD_FILES) {
			expect(await page.evaluate(status), what).not.toContain(where);
			await choose(page, text);
			await page.waitFor((wanted) => document.querySelector('[role="status"]')?.textContent?.includes(wanted), [where]);
			expect(await page.evaluate(status), what).toContain('Nothing was changed.');
			expect(await page.evaluate(focused), what).toBe('status');
			expect(await stage.stored(), what).toEqual(before);
			await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
		}
		await page.close();
	});

	test('more rows than there is room for are refused, not half stored', async () => {
		const many = Array.from({ length: 10_000 }, (_row, at) => ({ package: `package-${at}` }));
		await storePolicy({ version: 1, rows: [{ package: 'mine' }] });
		const page = await open();
		await says(page, 'mine');
		await choose(page, JSON.stringify({ version: 1, rows: many }));
		await press(page, 'Add them to yours');
		await says(page, 'Nothing was changed.');
		expect((await policyStored())?.rows).toEqual([{ package: 'mine' }]);
		await page.close();
	});

	test('a storage that refuses is said, and what was written stays in the form', async () => {
		const page = await open();
		await press(page, 'Add a row');
		await page.waitFor(() => document.activeElement?.getAttribute('name') === 'package', []);
		await page.page.keyboard.type('sigstore');
		await page.evaluate(() => {
			const { local } = (globalThis as unknown as Chrome).chrome.storage;
			Object.defineProperty(local, 'set', { value: () => Promise.reject(new Error('QUOTA_BYTES quota exceeded')) });
		});
		await press(page, 'Save this row');
		await says(page, "the browser's storage refused it. Nothing was changed.");
		expect(await page.evaluate(() => document.querySelector<HTMLInputElement>('[name="package"]')?.value)).toBe(
			'sigstore',
		);
		await page.close();
	});

	test.each([
		['of a newer release', { version: 99, policy: { version: 1, rows: [{ package: 'precious' }] } }, true],
		['broken', { version: 2, marks: 'precious' }, false],
		['something else', 'precious', true],
	])(
		'what cannot be read is set aside, shown, and forgotten only after it was saved: %s',
		async (_what, settings, isAllowlistUnread) => {
			await stage.control.evaluate(
				async (given) => (globalThis as unknown as Chrome).chrome.storage.local.set({ settings: given }),
				settings,
			);
			const popup = await stage.browser.openExtensionPage('popup.html');
			await says(popup, 'What you had set could not be read and was set aside.');
			await popup.close();
			// No verdict goes on as if there had been no allowlist, where one may have been.
			stage.server.serve(packageOf([stage.release('sigstore@2.3.1')]));
			const codes = (await stage.ask('inspect', 'sigstore@2.3.1')).findings.map(({ code }) => code);
			expect(codes.includes('allowlist-unreadable')).toBe(isAllowlistUnread);
			const page = await open();
			await says(page, 'Set aside');
			expect(JSON.stringify(await stage.stored())).toContain('precious');
			expect(await page.evaluate(() => document.body.innerText)).not.toContain('Forget it here');
			await page.evaluate(() => {
				HTMLAnchorElement.prototype.click = () => undefined;
			});
			await press(page, 'Save it as a file');
			await says(page, 'Forget it here');
			await press(page, 'Forget it here');
			await says(page, 'What was set aside is forgotten here.');
			expect(JSON.stringify(await stage.stored())).not.toContain('precious');
			await page.close();
		},
	);

	test('switches are kept', async () => {
		const page = await open();
		await tabTo(page, 'marks', focused);
		await page.press(' ');
		await says(page, 'Pages that are open show it when they are loaded again.');
		await tabTo(page, 'suggestions', focused);
		await page.press(' ');
		const isStored = async () => {
			const { settings } = await (globalThis as unknown as Chrome).chrome.storage.local.get('settings');
			const { marks, suggestions } = (settings ?? {}) as { marks?: boolean; suggestions?: boolean };
			return marks === false && suggestions === true;
		};
		await stage.control.waitFor(isStored, []);
		// Chromium asks the reader for this one, in a window that no driver can press.
		if (stage.name === 'firefox') {
			await tabTo(page, 'menu', focused);
			await page.press(' ');
			await stage.control.waitFor(async () => {
				const { settings } = await (globalThis as unknown as Chrome).chrome.storage.local.get('settings');
				return (settings as { menu?: boolean }).menu === true;
			}, []);
		}
		await page.close();
	});

	test('the same file gives the same verdicts here and in `inspect --policy`', async () => {
		const releases = [
			stage.release('sigstore@2.3.1'),
			stage.release('nuxt@3.13.0'),
			stage.release('@playwright/cli@0.1.1'),
			stage.release('tuf-js@1.0.0'),
		] as const;
		stage.server.serve(...releases.map((release) => packageOf([release])));
		const identities = new Map<string, Identity>();
		for (const { name, version } of releases) {
			const { identity } = await stage.ask('inspect', `${name}@${version}`);
			if (!identity) throw new Error(`no identity: ${name}`);
			identities.set(name, identity);
		}
		const of = (name: string) => identities.get(name) as Identity;
		stage.server.serve(
			packageOf([{ ...withoutProvenance(stage.release('tuf-js@1.0.0')), name: 'plain-one' }].map(named)),
		);
		const { repositoryId } = of('sigstore');
		const CASES: [what: string, spec: string, policyRows: Policy['rows'], verdict: string][] = [
			['no row', 'sigstore@2.3.1', [{ package: 'other' }], 'confirmed'],
			['allowed', 'sigstore@2.3.1', [{ package: 'sigstore', repository: of('sigstore').repository }], 'confirmed'],
			[
				'another repository',
				'nuxt@3.13.0',
				[{ package: 'nuxt', repository: `${of('nuxt').repository}-x` }],
				'not-allowed',
			],
			['provenance required', 'plain-one@1.0.0', [{ package: 'plain-one', provenance: 'required' }], 'not-allowed'],
			['no provenance asked for', 'plain-one@1.0.0', [{ package: 'plain-one', hosted: true }], 'none'],
			['ref by a glob', 'nuxt@3.13.0', [{ package: 'nuxt', ref: `${of('nuxt').ref.slice(0, 11)}**` }], 'confirmed'],
			['ref by another', 'nuxt@3.13.0', [{ package: 'nuxt', ref: 'refs/elsewhere/**' }], 'not-allowed'],
			[
				'a scope',
				'@playwright/cli@0.1.1',
				[{ package: '@playwright/*', workflow: of('@playwright/cli').workflow }],
				'confirmed',
			],
			[
				'a scope, another workflow',
				'@playwright/cli@0.1.1',
				[{ package: '@playwright/*', workflow: 'x.yml' }],
				'not-allowed',
			],
			...(repositoryId === undefined
				? []
				: ([
						[
							'the number before the name',
							'sigstore@2.3.1',
							[{ package: 'sigstore', repository: 'https://github.com/renamed/since', repositoryId }],
							'confirmed',
						],
						[
							'the name taken by another number',
							'sigstore@2.3.1',
							[{ package: 'sigstore', repository: of('sigstore').repository, repositoryId: `${repositoryId}0` }],
							'not-allowed',
						],
					] satisfies [string, string, Policy['rows'], string][])),
			[
				'any of several',
				'tuf-js@1.0.0',
				[
					{ package: 'tuf-js', repository: 'https://github.com/other/x' },
					{ package: 'tuf-js', repository: of('tuf-js').repository },
				],
				'confirmed',
			],
		];
		const page = await open();
		for (const [at, [what, spec, policyRows, verdict]] of CASES.entries()) {
			const text = JSON.stringify({ version: 1, rows: policyRows });
			await choose(page, text);
			await press(page, 'Put them in place of yours');
			await expect.poll(policyStored).toEqual(JSON.parse(text));
			const here = await stage.ask('compare', spec);
			expect(here.verdict, what).toBe(verdict);
			// Minted releases are vouched for by nobody that the command trusts.
			if (!hasData) continue;
			const file = join(folder, `${stage.name}-${at}.json`);
			writeFileSync(file, text);
			const there = await inspectCommand(spec, '--policy', file, '--registry', stage.server.registry);
			expect(there.verdict, what).toBe(here.verdict);
			expect(there.policy, what).toEqual(here.policy);
		}
		await page.close();
	}, 120_000);
});

test('the shortcut and the keyword of the address bar stand in the manifest of both', () => {
	for (const browser of ['chrome', 'firefox']) {
		const manifest = JSON.parse(readFileSync(join(root, `.output/${browser}-mv3/manifest.json`), 'utf8'));
		expect(manifest.commands).toEqual({ _execute_action: { suggested_key: { default: 'Alt+Shift+O' } } });
		expect(manifest.omnibox).toEqual({ keyword: 'origin' });
	}
});

beforeAll(() => {
	if (!hasData) console.warn('SKIPPED: `inspect --policy` beside the options page, since ../shared/data is absent');
});

/** The command's own answer: what its process prints is tested where commands are. */
async function inspectCommand(...args: string[]): Promise<Report> {
	return JSON.parse((await answerInspect([...args, '--json'], { env: {}, cwd: folder, home: folder })).output);
}

/** The manifest goes by the name of its release. */
function named(release: ReturnType<Stage['release']>): ReturnType<Stage['release']> {
	return { ...release, manifest: { ...release.manifest, name: release.name } };
}
