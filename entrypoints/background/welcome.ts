/** Owns the one time that a page opens by itself: after the installation, to say what the signs mean. */
import { browser } from 'wxt/browser';

/** Opens the page once, when the extension is installed: not after an update, nor when the browser is. */
export function listenToInstallation(): void {
	browser.runtime.onInstalled.addListener(({ reason }) => {
		if (reason === 'install')
			void browser.tabs.create({ url: browser.runtime.getURL('/welcome.html') }).catch(() => undefined);
	});
}
