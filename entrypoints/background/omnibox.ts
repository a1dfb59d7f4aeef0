/** Owns the address bar: our keyword and a package lead to the report page. */
import { browser } from 'wxt/browser';
import { parseLookup } from '../../lib/npm/lookup.ts';
import { specText } from '../../lib/npm/spec.ts';
import { OMNIBOX_HINT } from '../../lib/text/en/lookup.ts';
import type { ReportSection } from '../../lib/text/en/panel-text.ts';

/** The report page of a release, as `name@selector` or what was typed instead. @param section where on it. */
export function reportAddress(text: string, section?: ReportSection): string {
	const page = browser.runtime.getURL('/report.html');
	return `${page}${section ? `?section=${section}` : ''}#${encodeURIComponent(text)}`;
}

/** The report page of the first release that a text names. What names none goes along too: the page says so. */
export function reportAddressFor(text: string): string {
	const lookup = parseLookup(text);
	const [spec] = lookup.ok ? lookup.specs : [];
	return reportAddress(spec ? specText(spec) : text.trim().slice(0, 200));
}

/** Answers what is typed after the keyword. */
export function listenToOmnibox(): void {
	browser.omnibox.setDefaultSuggestion({ description: OMNIBOX_HINT });
	browser.omnibox.onInputEntered.addListener((text: string, disposition: string) => {
		const url = reportAddressFor(text);
		if (disposition === 'currentTab') void browser.tabs.update({ url });
		else void browser.tabs.create({ url, active: disposition !== 'newBackgroundTab' });
	});
}
