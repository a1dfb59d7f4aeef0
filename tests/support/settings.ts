/** Owns how tests and `npm start` change what is set in a running extension: by its own code, over its own storage. */

import { createSettings, type SettingsStore } from '../../lib/browser/settings.ts';
import { parsePolicy } from '../../lib/policy/schema.ts';
import type { Tab } from './browser.ts';

/** The settings of the extension that `page` belongs to. */
export function settingsOf(page: Tab): SettingsStore {
	return createSettings(
		{
			get: (keys) => page.evaluate(getStored, keys),
			set: async (items) => {
				await page.evaluate(setStored, items);
			},
		},
		parsePolicy,
		(run) => run(),
	);
}

interface Local {
	get(keys: string[]): Promise<Record<string, unknown>>;
	set(items: Record<string, unknown>): Promise<void>;
}

/** Runs in a page of the extension. */
function getStored(keys: string[]): Promise<Record<string, unknown>> {
	return (globalThis as unknown as { chrome: { storage: { local: Local } } }).chrome.storage.local.get(keys);
}

/** Runs in a page of the extension. */
function setStored(items: Record<string, unknown>): Promise<void> {
	return (globalThis as unknown as { chrome: { storage: { local: Local } } }).chrome.storage.local.set(items);
}
