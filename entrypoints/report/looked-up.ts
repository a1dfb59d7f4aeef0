/** Owns what the address bar or the context menu had looked up: a text, which becomes the release in the page's own address. */
import { browser } from 'wxt/browser';
import { parseLookup } from '../../lib/npm/lookup.ts';
import { specText } from '../../lib/npm/spec.ts';

/** Characters of a text that names nothing: the page only shows that it does. */
const MAX_UNREAD = 200;

/**
 * Takes the text that the background left for this page, and puts the first release that it names into the address. The page hears of it as
 * of any other change there. Without such a text the address stays; after a reload it has the release, or nothing.
 */
export async function takeLookup(): Promise<void> {
	const key = new URLSearchParams(location.search).get('lookup');
	if (key === null) return;
	const { [key]: text } = await browser.storage.session.get(key);
	await browser.storage.session.remove(key);
	history.replaceState(null, '', location.pathname);
	if (typeof text === 'string') location.replace(hashFor(text));
}

/** The part of an address from `#` on: the first release that a text names as `name@selector`, or the beginning of one that names none. */
export function hashFor(text: string): string {
	const lookup = parseLookup(text);
	const [first] = lookup.ok ? lookup.specs : [];
	return `#${encodeURIComponent(first ? specText(first) : text.trim().slice(0, MAX_UNREAD))}`;
}
