/** Tests the audit page: lockfiles become the rows that the command prints, in any state of network, tab and workers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answerAudit } from '../../cli/audit.ts';
import { readLockfile } from '../../lib/audit/lockfile/read.ts';
import { REGISTRY } from '../../lib/npm/hosts.ts';
import { dropFiles, npmLockfile, plainPackage } from '../fixtures/audit-page.ts';
import { flip } from '../fixtures/flip.ts';
import { hasSamples, sampleOf } from '../fixtures/lockfile-samples.ts';
import { startAuthority } from '../support/authority.ts';
import type { Tab } from '../support/browser.ts';
import { mintRelease, type Release } from '../support/mint.ts';
import { packageOf } from '../support/recordings.ts';
import { inEachBrowser, lostPackage, MALWARE, withoutProvenance } from './harness.ts';
import { says, takePictures } from './page-actions.ts';

/** One of each form; of Yarn's two, which have one name, the older. */
const SAMPLES = hasSamples
	? ['npm/alias', 'pnpm/platform', 'yarn1/alias', 'bun/custom-registry', 'deno/scoped', 'vlt/git']
	: ['npm-7.24.2', 'pnpm-8.15.9-peers', 'yarn-3.8.7', 'bun-1.2.4', 'deno-2.2.0', 'vlt-1.0.0-rc.23'];

const phase = (tab: Tab, wanted: string) =>
	tab.waitFor((is) => document.querySelector<HTMLElement>('[data-phase]')?.dataset.phase === is, [wanted], 60_000);
/** Names and results of the rows that are drawn, in their order. */
const rows = (tab: Tab) =>
	tab.evaluate(() =>
		[...document.querySelectorAll<HTMLElement>('tr[data-spec]')].map(
			({ dataset }) => `${dataset.spec} ${dataset.result}`,
		),
	);
const press = (tab: Tab, words: string) =>
	tab.waitFor(
		(wanted) => {
			const button = [...document.querySelectorAll('button')].find((one) => one.innerText.trim() === wanted);
			button?.click();
			return button !== undefined;
		},
		[words],
	);
const done = (tab: Tab, least: number) =>
	tab.waitFor(
		(wanted) =>
			Number(/^(\d+)/.exec(document.querySelector('[data-part="progress"]')?.textContent ?? '')?.[1]) >= wanted,
		[least],
	);

/** What the page saves in a form: the file is not left to the browser. */
async function saved(tab: Tab, words: string): Promise<string> {
	await tab.evaluate(() => {
		URL.createObjectURL = (blob) => {
			void (blob as Blob).text().then((text) => {
				(window as unknown as { saved: string }).saved = text;
			});
			return '#';
		};
		HTMLAnchorElement.prototype.click = () => undefined;
		(window as unknown as { saved: string }).saved = '';
	});
	await press(tab, words);
	return tab.waitFor(() => (window as unknown as { saved: string }).saved, []);
}

/** The same moment in both: only when they were made differs. */
const timeless = (text: string) => text.replaceAll(/"checkedAt": "[^"]+"/g, '"checkedAt": ""');

function tampered(release: Release): Release {
	for (const { bundle } of release.attestations?.attestations ?? [])
		bundle.dsseEnvelope.payload = flip(bundle.dsseEnvelope.payload, 40);
	return release;
}

/** Loads the page anew, and waits until the page from before is gone: it may still say what is waited for next. */
async function reload(page: Tab): Promise<void> {
	await page.evaluate(() => {
		document.documentElement.dataset.before = '';
		location.reload();
	});
	await page.waitFor(() => document.readyState === 'complete' && !('before' in document.documentElement.dataset), []);
}

inEachBrowser((stage) => {
	const asked = (path: string) => stage.server.requests.filter((request) => request.path === path).length;

	test("the registry's list of keys is asked for once by each worker, however many packages have a key that we lack", async () => {
		const authority = await startAuthority();
		const names = Array.from({ length: 8 }, (_, at) => `strange-${at}`);
		for (const name of names) stage.server.serve(packageOf([await mintRelease(authority, { name, version: '1.0.0' })]));
		const page = await stage.browser.openExtensionPage('audit.html');
		await dropFiles(page, { 'package-lock.json': npmLockfile(names.map((name) => `${name}@1.0.0`)) });
		await phase(page, 'done');
		expect((await rows(page)).every((row) => row.endsWith('unknown'))).toBe(true);
		const count = asked('/-/npm/v1/keys');
		expect(count).toBeGreaterThan(0);
		expect(count).toBeLessThanOrEqual(2);
		await page.close();
	});

	test('lockfiles of six tools have the rows that the command prints, and are saved as it prints them', async () => {
		const samples = SAMPLES.map(sampleOf);
		const versions = new Map<string, Set<string>>();
		for (const { fileName, text } of samples) {
			const read = readLockfile(fileName, text);
			if (!read.ok) throw new Error(`${fileName}: ${read.failure.code}`);
			for (const { name, version } of read.value.packages)
				versions.set(name, (versions.get(name) ?? new Set()).add(version));
		}
		stage.server.serve(...[...versions].map(([name, of]) => plainPackage(name, [...of])));
		const folder = mkdtempSync(join(tmpdir(), 'audit-page-'));
		const page = await stage.browser.openExtensionPage('audit.html');
		try {
			for (const { fileName, text } of samples) writeFileSync(join(folder, fileName), text);
			await dropFiles(page, Object.fromEntries(samples.map(({ fileName, text }) => [fileName, text])));
			await phase(page, 'done');
			await says(page, 'What was audited');
			for (const [words, format] of [
				['JSON', 'json'],
				['SARIF', 'sarif'],
				['Markdown', 'markdown'],
			] as const) {
				const argv = [...samples.map(({ fileName }) => join(folder, fileName)), '--format', format, '--no-cache'];
				const around = { env: {}, cwd: folder, home: folder };
				const { output } = await answerAudit([...argv, '--registry', stage.server.registry], around);
				const named = output.replaceAll(`${folder}/`, '').replace(/ The registry asked was [^\n]*/, '');
				expect(timeless(await saved(page, words)), format).toBe(`${timeless(named)}\n`);
			}
			const hosts = new Set(stage.server.requests.map(({ host }) => host));
			expect([...hosts]).toEqual([new URL(REGISTRY).host]);
		} finally {
			rmSync(folder, { recursive: true });
		}
		await page.close();
	});

	test('bad rows come first with what to do; the list is sorted, filtered and grouped by keyboard', async () => {
		stage.server.serve(
			packageOf([stage.release('sigstore@1.0.0'), stage.release('sigstore@2.3.1')]),
			packageOf([tampered(stage.release('nuxt@3.13.0'))]),
			packageOf([withoutProvenance(stage.release('tuf-js@1.0.0'))]),
			{ ...packageOf([stage.release('@playwright/cli@0.1.1')]), advisories: [MALWARE] },
			lostPackage('gone'),
			plainPackage('left-pad'),
			plainPackage('cut'),
		);
		stage.server.override(({ path }) => path === '/cut', { isUnreachable: true });
		const page = await stage.browser.openExtensionPage('audit.html');
		await says(page, 'What is asked, and of whom');
		await takePictures(page, `audit-empty-${stage.name}`);
		const specs = [
			'left-pad@1.0.0',
			'sigstore@2.3.1',
			'nuxt@3.13.0',
			'tuf-js@1.0.0',
			'@playwright/cli@0.1.1',
			'gone@1.1.0',
			'cut@1.0.0',
		];
		const git = { 'node_modules/x': { version: '1.0.0', resolved: 'git+ssh://git@example.org/x.git#abc' } };
		await dropFiles(page, {
			'package-lock.json': npmLockfile(specs, [], git),
			'package.json': JSON.stringify({ name: 'made-up', dependencies: { 'tuf-js': '^1', gone: '^1' } }),
		});
		await phase(page, 'done');
		await says(page, 'What was audited');
		await says(
			page,
			'Done. 4 packages need a look. Begin with the gravest, “@playwright/cli@0.1.1” (listed as malware). 1 package could not be checked in full.',
		);
		await expect
			.poll(() => rows(page))
			.toEqual([
				'@playwright/cli@0.1.1 malware-advisory',
				'nuxt@3.13.0 mismatch',
				'gone@1.1.0 lost',
				'sigstore@2.3.1 changed',
				'cut@1.0.0 unknown',
				'x@1.0.0 not-covered',
				'tuf-js@1.0.0 none',
				'left-pad@1.0.0 none',
			]);
		await takePictures(page, `audit-done-${stage.name}`);
		await takePictures(page, `audit-rows-${stage.name}`, { at: '#rows' });
		// On paper: what asks for something, and nothing to press.
		const printed = await page.evaluate(() => {
			dispatchEvent(new Event('beforeprint'));
			const found = [...document.querySelectorAll<HTMLElement>('[data-part="printed"] li strong')];
			const names = found.map(({ textContent }) => textContent ?? '');
			dispatchEvent(new Event('afterprint'));
			return names;
		});
		expect(printed).toEqual([
			...['@playwright/cli@0.1.1', 'nuxt@3.13.0', 'gone@1.1.0', 'sigstore@2.3.1', 'cut@1.0.0', 'x@1.0.0'],
		]);
		await page.toFront();
		const focus = (selector: string) =>
			page.evaluate((wanted) => document.querySelector<HTMLElement>(wanted)?.focus(), selector);
		await focus('th[aria-sort] button');
		await page.press('Enter');
		await expect.poll(async () => (await rows(page))[0]).toMatch(/^@playwright/);
		await page.press('Enter');
		await expect.poll(async () => (await rows(page))[0]).toMatch(/^x@/);
		expect(await page.evaluate(() => document.querySelector('th[aria-sort="descending"]')?.textContent)).toMatch(
			'Package',
		);
		await page.type('[name="text"]', 'SIGSTORE/');
		await expect.poll(() => rows(page)).toEqual(['sigstore@2.3.1 changed']);
		await page.evaluate(() => {
			const input = document.querySelector<HTMLInputElement>('[name="text"]');
			if (input) input.value = '';
			input?.dispatchEvent(new Event('input', { bubbles: true }));
		});
		const choose = (name: string, value: string) =>
			page.evaluate(
				(field, wanted) => {
					const select = document.querySelector<HTMLSelectElement>(`select[name="${field}"]`);
					if (select) select.value = wanted;
					select?.dispatchEvent(new Event('change', { bubbles: true }));
				},
				name,
				value,
			);
		await choose('direct', 'true');
		await expect.poll(() => rows(page)).toEqual(['tuf-js@1.0.0 none', 'gone@1.1.0 lost']);
		await choose('direct', '');
		await choose('group', 'repository');
		await says(page, 'Without a record: 6 packages');
		expect(
			await page.evaluate(() => document.querySelector<HTMLAnchorElement>('tr[data-result="mismatch"] a')?.href),
		).toMatch(/\/report\.html#nuxt%403\.13\.0$/);
		// Only what could not be checked is asked for again.
		const before = { cut: asked('/cut'), others: asked('/left-pad') };
		stage.server.override(({ path }) => path === '/cut', {});
		await press(page, 'Try again');
		await says(page, 'Done. 4 packages need a look.');
		await page.waitFor(() => document.querySelector('tr[data-spec="cut@1.0.0"][data-result="none"]'), []);
		expect({ cut: asked('/cut'), others: asked('/left-pad') }).toEqual({ ...before, cut: before.cut + 1 });
		await page.close();
	});

	test('an audit goes on after its workers ended, after a pause, a reload and a stop; the next one says what differs', async () => {
		const names = Array.from({ length: 60 }, (_, at) => `p${at + 1}`);
		stage.server.serve(...names.map((name) => plainPackage(name, ['1.0.0', '1.1.0'])));
		const late = Promise.withResolvers<void>();
		stage.server.override(({ path }) => Number(/^\/p(\d+)$/.exec(path)?.[1]) > 40, { until: late.promise });
		const page = await stage.browser.openExtensionPage('audit.html');
		await page.evaluate(keepWorkers);
		await dropFiles(page, { 'package-lock.json': npmLockfile(names.map((name) => `${name}@1.0.0`)) });
		await done(page, 30);
		const [readers, started] = await page.evaluate(endWorkers);
		// Two others take their place.
		await page.waitFor(
			(count) => (window as unknown as { workers: Worker[] }).workers.length >= count,
			[readers + started + 2],
		);
		await takePictures(page, `audit-running-${stage.name}`);
		await press(page, 'Pause');
		await says(page, 'Paused, with ');
		await reload(page);
		await phase(page, 'stopped');
		expect(asked('/p1')).toBe(1);
		await press(page, 'Go on');
		await phase(page, 'running');
		await reload(page);
		await phase(page, 'running');
		await press(page, 'Cancel');
		await says(page, 'Stopped, with ');
		late.resolve();
		await press(page, 'Go on');
		await phase(page, 'done');
		expect(asked('/p1')).toBe(1);
		await says(page, 'package-lock.json” (npm 3): 60 packages.');
		const again = ['p1@1.1.0', ...names.slice(2).map((name) => `${name}@1.0.0`)];
		stage.server.override(({ path }) => path === '/p3', { isUnreachable: true });
		await dropFiles(page, { 'package-lock.json': npmLockfile(again) });
		await says(page, ': 1 package new, 2 packages gone, 1 package with another result.');
		await press(page, 'Audit other files');
		await says(page, 'Earlier audits on this machine');
		expect(await page.evaluate(() => document.querySelectorAll('[data-part="earlier"] li').length)).toBe(2);
		await press(page, 'Open');
		await phase(page, 'done');
		await page.click('[name="different"]');
		await expect.poll(() => rows(page)).toEqual(['p3@1.0.0 unknown', 'p1@1.1.0 none']);
		await press(page, 'Audit other files');
		await takePictures(page, `audit-earlier-${stage.name}`, { at: '#earlier' });
		await press(page, 'Forget all of them');
		await page.waitFor(() => document.querySelector('[data-part="earlier"]') === null, []);
		await page.close();
	});

	test('a file that cannot be read is named with its place, and the others are audited', async () => {
		stage.server.serve(plainPackage('a'));
		const page = await stage.browser.openExtensionPage('audit.html');
		const good = npmLockfile(['a@1.0.0']);
		await dropFiles(page, {
			'package-lock.json': good,
			'conflict.json': good.replace('  "packages"', '<<<<<<< HEAD\n  "packages"'),
			'npm-shrinkwrap.json': good.slice(0, -20),
			'yarn.lock': 'nothing of a lockfile',
			'bun.lockb': '#!/usr/bin/env bun\nbun-lockfile-format-v0\n\u0000',
			'package.json': '{',
		});
		await phase(page, 'done');
		for (const words of [
			'“conflict.json”: line 3, column 1: a conflict mark of git. The lockfile cannot be read. [lockfile-unreadable]',
			'“npm-shrinkwrap.json”: line ',
			'“bun.lockb”: Bun',
			'“yarn.lock”: ',
			'package.json was not read: it is not JSON.',
		])
			await says(page, words);
		await page.evaluate(() => {
			const dataTransfer = new DataTransfer();
			dataTransfer.items.add(new File([new Uint8Array(33 * 1024 * 1024)], 'package-lock.json'));
			document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
		});
		await says(page, 'more than 32 MB');
		await says(page, 'No file could be read.');
		// A full storage costs nothing of what is on the page.
		await page.evaluate(() => {
			IDBObjectStore.prototype.put = () => {
				throw new DOMException('full', 'QuotaExceededError');
			};
		});
		await dropFiles(page, { 'package-lock.json': good });
		await says(page, 'The browser could not keep more of this audit');
		await phase(page, 'done');
		await expect.poll(() => rows(page)).toEqual(['a@1.0.0 none']);
		await page.close();
	});
});

/** Runs in the page: workers that it starts from now on can be reached. */
function keepWorkers(): void {
	const workers: Worker[] = [];
	const own = Worker;
	Object.assign(window, {
		workers,
		Worker: class extends own {
			constructor(...of: ConstructorParameters<typeof own>) {
				super(...of);
				workers.push(this);
			}
		},
	});
}

/** Runs in the page: ends all of its workers, as a browser in need does. @returns how many were readers, and how many audited. */
function endWorkers(): [number, number] {
	const { workers } = window as unknown as { workers: Worker[] };
	for (const worker of workers) worker.terminate();
	return [workers.length - 2, 2];
}
