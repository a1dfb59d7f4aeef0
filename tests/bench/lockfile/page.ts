/** Owns one audit of a lockfile by the audit page, in a browser of its own: its time, its memory, and the rows that stand out. */
import { readFileSync } from 'node:fs';
import type { AuditRow } from '../../../lib/report/audit.ts';
import { dropFiles } from '../../fixtures/audit-page.ts';
import { startBrowser, type Tab } from '../../support/browser.ts';
import { type StandingOut, standingOut } from './standing-out.ts';

/** What the audit took, and what it says. */
interface AuditedInPage {
	/** Milliseconds from the drop of the file to the list with the last row in it. */
	ms: number;
	/** Most bytes that the extension's process ever had: the page, its workers and the background. */
	rss: number;
	rows: StandingOut;
}

/**
 * @param extension folder of an extension that trusts the registry's world.
 * @param proxy `host:port` behind which the registry's own host is the local one.
 * @param lockfile path of a package-lock.json.
 */
export async function auditInPage(extension: string, proxy: string, lockfile: string): Promise<AuditedInPage> {
	const browser = await startBrowser('chromium', { extension, proxy });
	try {
		const page = await browser.openExtensionPage('audit.html');
		await page.evaluate(watch);
		await dropFiles(page, { 'package-lock.json': readFileSync(lockfile, 'utf8') });
		const ms = await page.evaluate(() => (globalThis as unknown as Watched).audited);
		const rows = await keptRows(page);
		return { ms, rss: await browser.memoryOfExtension(), rows: standingOut(rows) };
	} finally {
		await browser.close();
	}
}

/** Where the page keeps how long the audit takes, for us. */
interface Watched {
	audited: Promise<number>;
}

/** Runs in the page: nothing asks it again and again while it works. */
function watch(): void {
	const { promise, resolve, reject } = Promise.withResolvers<number>();
	(globalThis as unknown as Watched).audited = promise;
	const drop = () => {
		const start = performance.now();
		const observer = new MutationObserver(() => {
			const phase = document.querySelector<HTMLElement>('[data-phase]')?.dataset.phase;
			if (phase === 'done') resolve(performance.now() - start);
			if (phase === 'failed') reject(new Error('the audit failed in the page'));
			if (phase === 'done' || phase === 'failed') observer.disconnect();
		});
		observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-phase'] });
	};
	addEventListener('drop', drop, { capture: true, once: true });
}

/** The rows as the page keeps them, once it has kept the last. */
async function keptRows(page: Tab): Promise<AuditRow[]> {
	const texts = await page.waitFor(async () => {
		const database = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = indexedDB.open('audits');
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error);
		});
		const all = <T>(store: string) =>
			new Promise<T[]>((resolve) => {
				const request = database.transaction(store).objectStore(store).getAll();
				request.onsuccess = () => resolve(request.result);
			});
		const audits = await all<{ state: string }>('audits');
		const rows = audits.every(({ state }) => state === 'done') ? await all<{ rows: string }>('rows') : undefined;
		database.close();
		return rows?.map((one) => one.rows);
	}, []);
	return (texts ?? []).flatMap((text) => (JSON.parse(text) as [number, AuditRow][]).map(([, row]) => row));
}
