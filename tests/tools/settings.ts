/** Owns how tests and `npm start` change what is set in a running extension: by its own code, over its own storage. */
import { parsePolicy } from '../../lib/policy.ts';
import { createSettings, type SettingsStore } from '../../lib/settings.ts';
import type { CustomTrustRoot } from '../../lib/trust-roots.ts';
import type { Authority } from './authority.ts';
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

/** A private Sigstore instance's trust root, as a reader would import it: the TrustedRoot with its keys beside. */
export function trustRootFile({ trustedRoot, registryKeys }: Authority): object {
	return { ...trustedRoot, npmKeys: registryKeys };
}

/** The same, kept for these packages. */
export function trustRootFor(authority: Authority, packages: string[], name = 'made up'): CustomTrustRoot {
	return { name, packages, file: trustRootFile(authority), importedAt: new Date().toISOString() };
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
