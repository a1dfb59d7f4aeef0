/** Owns that the browser permits entries in its context menu. */
import { browser } from 'wxt/browser';

/** Asks the reader for it, in a click; where it is there already, nobody is asked. @returns whether it is there now. */
export async function permitMenu(): Promise<boolean> {
	const permissions: ['contextMenus'] = ['contextMenus'];
	if (await browser.permissions.contains({ permissions })) return true;
	return browser.permissions.request({ permissions }).catch(() => false);
}
