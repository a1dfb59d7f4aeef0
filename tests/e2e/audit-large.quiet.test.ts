/** Tests that a lockfile of 10,000 packages holds up the audit page at no time: read, audited, shown again, sorted, filtered, grouped, saved. */
import { expect, test } from 'vitest';
import { dropFiles, npmLockfile, plainPackage } from '../fixtures/audit-page.ts';
import { auditRow } from '../fixtures/audits.ts';
import type { Tab } from '../support/browser.ts';
import { tooLong, watchThread } from './busy.ts';
import { inEachBrowser } from './harness.ts';
import { says } from './page-actions.ts';

const NAMES = Array.from({ length: 10_000 }, (_, at) => `many-${at + 1}`);
const LOCKFILE = npmLockfile(NAMES.map((name) => `${name}@1.0.0`));

/** Rows with all that a row of a confirmed release has. */
function rowOf(name: string, at: number): { name: string; rows: string } {
	const row = auditRow('confirmed', { spec: `${name}@1.0.0`, line: at + 3 });
	const repository = `https://github.com/made-up/many-${at % 400}`;
	const identity = row.identity && {
		...row.identity,
		repository,
		signer: `${repository}/.github/workflows/release.yml@x`,
	};
	return { name, rows: JSON.stringify([[0, { ...row, ...(identity && { identity }) }]]) };
}

/** Runs in the page: goes through the whole list as a dragged scroll bar does. @returns the most rows and placeholders that there were. */
async function dragThrough(): Promise<number> {
	let most = 0;
	for (let place = 0; place < document.body.scrollHeight; place += 6_000) {
		scrollTo(0, place);
		await new Promise((resolve) => requestAnimationFrame(resolve));
		most = Math.max(most, document.querySelectorAll('tr').length);
	}
	return most;
}

/** Runs in the page: keeps an audit as the page itself does. */
async function keep(lockfile: string, rows: { name: string; rows: string }[]): Promise<void> {
	const database = await new Promise<IDBDatabase>((resolve, reject) => {
		const request = indexedDB.open('audits');
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
	const transaction = database.transaction(['audits', 'rows'], 'readwrite');
	const audit = {
		...{ version: 1, files: [{ name: 'package-lock.json', content: new Blob([lockfile]) }], state: 'done' },
		...{ startedAt: '2026-11-01T00:00:00.000Z', total: rows.length, done: rows.length, unadvised: [] },
		trustRoot: { source: 'embedded', version: '16', takenAt: '2026-11-05' },
	};
	transaction.objectStore('audits').put(audit, 'kept');
	for (const one of rows) transaction.objectStore('rows').put(one, ['kept', one.name]);
	await new Promise((resolve) => {
		transaction.oncomplete = resolve;
	});
	database.close();
}

inEachBrowser((stage) => {
	const press = (tab: Tab, words: string) =>
		tab.waitFor(
			(wanted) => {
				const button = [...document.querySelectorAll('button')].find((one) => one.innerText.trim().startsWith(wanted));
				button?.click();
				return button !== undefined;
			},
			[words],
		);
	const phase = (tab: Tab, wanted: string) =>
		tab.waitFor((is) => document.querySelector<HTMLElement>('[data-phase]')?.dataset.phase === is, [wanted], 60_000);

	test('10,000 packages', { timeout: 240_000 }, async () => {
		stage.server.serve(...NAMES.map((name) => plainPackage(name)));
		const page = await stage.browser.openExtensionPage('audit.html');
		await page.resize(900, 1100);
		// The page's own database, which it makes when it looks for earlier audits.
		await page.waitFor(async () => (await indexedDB.databases()).some(({ name }) => name === 'audits'), []);
		await page.evaluate(keep, LOCKFILE, NAMES.map(rowOf));
		// Rows, and what holds the place of others.
		const drawn = () => page.evaluate(() => document.querySelectorAll('tr').length);
		const excess = await tooLong(async () => {
			await page.evaluate(() => {
				location.hash = '';
				location.reload();
			});
			await says(page, 'Earlier audits on this machine');
			await watchThread(page);
			await dropFiles(page, { 'package-lock.json': LOCKFILE });
			await page.waitFor(
				() => Number(/^(\d+)/.exec(document.querySelector('[data-part="progress"]')?.textContent ?? '')?.[1]) >= 200,
				[],
				60_000,
			);
			await press(page, 'Cancel');
			await says(page, 'Stopped, with ');
			await press(page, 'Audit other files');
			await page.waitFor(() => document.querySelectorAll('[data-part="earlier"] li').length > 1, []);
			await press(page, 'Open');
			await phase(page, 'done');
			await says(page, 'What was audited');
			expect(await drawn()).toBeLessThan(200);
			// Twice: the last name first.
			await press(page, 'Package');
			await press(page, 'Package');
			await page.waitFor(
				() => document.querySelector('tr[data-spec]')?.getAttribute('data-spec') === 'many-9999@1.0.0',
				[],
			);
			expect(await page.evaluate(dragThrough)).toBeLessThan(300);
			await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
			await page.waitFor(() => document.querySelector('tr[data-spec="many-1@1.0.0"]'), []);
			expect(await drawn()).toBeLessThan(200);
			await page.evaluate(() => {
				scrollTo(0, 0);
				const select = document.querySelector<HTMLSelectElement>('select[name="group"]');
				if (select) select.value = 'repository';
				select?.dispatchEvent(new Event('change', { bubbles: true }));
			});
			await says(page, 'made-up/many-0”: 25 packages');
			await page.evaluate(() => {
				const input = document.querySelector<HTMLInputElement>('[name="text"]');
				if (input) input.value = 'many-7777';
				input?.dispatchEvent(new Event('input', { bubbles: true }));
			});
			await page.waitFor(() => document.querySelectorAll('tr[data-spec]').length === 1, []);
			return page;
		});
		expect(excess).toBeLessThanOrEqual(0);
		await page.close();
	});
});
