/** Owns the address bar: our keyword and a package lead to the report page. */
import { browser } from 'wxt/browser';
import { parseLookup } from '../../lib/npm/lookup.ts';
import { specText } from '../../lib/npm/spec.ts';
import { OMNIBOX_HINT } from '../../lib/text/en/lookup.ts';

/** The report page of a release, as `name@selector` or what was typed instead. */
export function reportAddress(text: string): string {
	return `${browser.runtime.getURL('/report.html')}#${encodeURIComponent(text)}`;
}

/** Answers what is typed after the keyword. */
export function listenToOmnibox(): void {
	browser.omnibox.setDefaultSuggestion({ description: OMNIBOX_HINT });
	browser.omnibox.onInputEntered.addListener((text: string, disposition: string) => {
		const lookup = parseLookup(text);
		const [spec] = lookup.ok ? lookup.specs : [];
		// What is no release goes along too: the page says so.
		const url = reportAddress(spec ? specText(spec) : text.slice(0, 200));
		if (disposition === 'currentTab') void browser.tabs.update({ url });
		else void browser.tabs.create({ url, active: disposition !== 'newBackgroundTab' });
	});
}
