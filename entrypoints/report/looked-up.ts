/** Owns what the address bar or the context menu had looked up: a text, which becomes the release in the page's own address. */
import { parseLookup } from '../../lib/npm/lookup.ts';
import { specText } from '../../lib/npm/spec.ts';

/** Characters of a text that names nothing: the page only shows that it does. */
const MAX_UNREAD = 200;

/** Puts the first release that the text names into the page's address, in the place of the text. Without such a text the address stays. */
export function takeLookup(): void {
	const hash = hashFor(location.search);
	if (hash !== undefined) history.replaceState(null, '', location.pathname + hash);
}

/**
 * What an address names to be looked up.
 * @param search its part from `?` on, with the text as `lookup`.
 * @returns its part from `#` on: the release as `name@selector`, or the beginning of a text that names none; nothing without a text.
 */
export function hashFor(search: string): string | undefined {
	const text = new URLSearchParams(search).get('lookup');
	if (text === null) return undefined;
	const lookup = parseLookup(text);
	const [first] = lookup.ok ? lookup.specs : [];
	return `#${encodeURIComponent(first ? specText(first) : text.trim().slice(0, MAX_UNREAD))}`;
}
