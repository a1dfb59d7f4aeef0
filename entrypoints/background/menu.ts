/** Owns the context menu: links to npm's packages and selected text lead to the report page, where the reader wants that. */
import { browser } from 'wxt/browser';
import { NPM_SITE } from '../../lib/npm/hosts.ts';
import { MENU } from '../../lib/text/en/lookup.ts';
import { reportAddressFor } from './omnibox.ts';

/** An entry, by the part of what was clicked that holds the name. */
type Place = keyof typeof MENU;

/**
 * Makes our entries, and takes them away: now, after an update, once the browser permits them, and at each change of the settings.
 * @param isWanted whether the reader has switched them on.
 * @param watch calls back after each change of the settings.
 */
export function listenToMenu(isWanted: () => Promise<boolean>, watch: (callback: () => void) => void): void {
	let isListening = false;
	/** One after the other: two at once would make an entry twice. */
	let last: Promise<void> = Promise.resolve();
	async function apply(): Promise<void> {
		const { contextMenus } = browser;
		// Not there before the browser permits it.
		if (!contextMenus) return;
		if (!isListening) contextMenus.onClicked.addListener(open);
		isListening = true;
		await contextMenus.removeAll();
		if (!(await isWanted())) return;
		contextMenus.create({
			id: 'link' satisfies Place,
			title: MENU.link,
			contexts: ['link'],
			targetUrlPatterns: [`${NPM_SITE}/package/*`],
		});
		contextMenus.create({ id: 'selection' satisfies Place, title: MENU.selection, contexts: ['selection'] });
	}
	const renew = () => {
		last = last.then(apply).catch(() => undefined);
	};
	browser.runtime.onInstalled.addListener(renew);
	browser.permissions.onAdded.addListener(renew);
	watch(renew);
	renew();
}

/** What the browser says of the click, as far as it is read. */
interface Clicked {
	menuItemId: number | string;
	linkUrl?: string | undefined;
	selectionText?: string | undefined;
}

function open(
	{ linkUrl = '', selectionText = '', menuItemId }: Clicked,
	tab?: { windowId?: number | undefined },
): void {
	const text = menuItemId === 'link' ? linkUrl : selectionText;
	// In the window of the page: from a private one nothing leads to another.
	const { windowId } = tab ?? {};
	const where = windowId === undefined ? {} : { windowId };
	void reportAddressFor(text)
		.then((url) => browser.tabs.create({ url, ...where }))
		.catch(() => undefined);
}
