/** Owns the words of looking a package up: what was read of a text, what was not, and how far the answers are. */

import type { LookupResult } from '../../npm/lookup.ts';
import type { ReleaseSpec } from '../../npm/spec.ts';
import { firstOf, quoteRelease } from '../format.ts';
import { quoteText, quoteWord } from '../untrusted.ts';

/** What the address bar offers after our keyword. */
export const OMNIBOX_HINT = 'Read what is proved about a package: NAME or NAME@VERSION';

/** The entries of the context menu. `%s` is what the browser puts there: the selected text. */
export const MENU = { link: 'Where was this package published from?', selection: 'Look up “%s”' } as const;

/** What of a text that was typed or pasted is not looked up, and why; empty where all of it is. */
export function describeLookup(lookup: LookupResult): string {
	if (!lookup.ok && lookup.code === 'too-long')
		return 'That is too long to be names of packages. Paste at most 20,000 characters.';
	const { unread, elsewhere } = lookup;
	const { left, specs } = lookup.ok ? lookup : { left: 0, specs: [] };
	return [
		elsewhere.length > 0 &&
			`Not looked up: ${firstOf(elsewhere)}, named as from another registry. Only npm's public registry is looked at here.`,
		unread.length > 0 && `No package can be read in ${firstOf(unread)}.`,
		left > 0 &&
			`Only the first ${specs.length} packages are looked up here; ${left} more were named. Paste them by themselves.`,
		!lookup.ok &&
			elsewhere.length === 0 &&
			"Try sigstore, sigstore@2.3.1, @scope/name, a purl, an address of npm's site, or an install line.",
	]
		.filter(Boolean)
		.join(' ');
}

/** What the popup says of a name or version that the registry does not know. */
export function describeNoRelease({ name, selector, kind }: ReleaseSpec): string {
	const which = {
		version: quoteRelease({ name, version: selector }),
		range: `of ${quoteWord(name)} in the range ${quoteText(selector)}`,
		tag: selector === 'latest' ? `of ${quoteWord(name)}` : `of ${quoteWord(name)} with the tag ${quoteWord(selector)}`,
	}[kind];
	return `npm has no public release ${which}. Check the spelling.`;
}

/**
 * How far the answers for a list of packages are: said once when it begins and once when it is done, never for each.
 * @param failed for how many no answer came.
 */
export function describeList(total: number, answered: number, failed: number): string {
	if (answered + failed < total) return `Checking each of the ${total} packages ...`;
	const none =
		failed > 0 ? `${answered} of ${total} answered; for ${failed} there was no answer.` : `All ${total} answered.`;
	return `${none} The down arrow leads to them.`;
}

/** The heading of such a list, with how far the answers are. */
export function describeNamed(total: number, done: number): string {
	return `${total} packages named${done < total ? `, ${done} answered so far` : ''}`;
}
