/** Owns the address bar: our keyword and a package lead to the report page. */
import { browser } from 'wxt/browser';
import { OMNIBOX_HINT } from '../../lib/text/en/lookup.ts';
import type { ReportSection } from '../../lib/text/en/panel-text.ts';

/** The report page of a release, as `name@selector` or what was typed instead. @param section where on it. */
export function reportAddress(text: string, section?: ReportSection): string {
	const page = browser.runtime.getURL('/report.html');
	return `${page}${section ? `?section=${section}` : ''}#${encodeURIComponent(text)}`;
}

/** Characters of a text that go along: one more than the page reads, so that it refuses what is longer. */
const MAX_TEXT = 20_001;

/**
 * The report page of the first release that a text names. The page reads it: all ways to write an install line would be a twentieth of what
 * the background compiles each time it starts. The text waits for it in memory, since addresses are kept in the browser's history.
 */
export async function reportAddressFor(text: string): Promise<string> {
	const key = `lookup-${crypto.randomUUID()}`;
	// Without room for it the page opens all the same, and says that it was given no release.
	await browser.storage.session.set({ [key]: text.slice(0, MAX_TEXT) }).catch(() => undefined);
	return `${browser.runtime.getURL('/report.html')}?lookup=${key}`;
}

/** Answers what is typed after the keyword. */
export function listenToOmnibox(): void {
	browser.omnibox.setDefaultSuggestion({ description: OMNIBOX_HINT });
	browser.omnibox.onInputEntered.addListener(async (text: string, disposition: string) => {
		const url = await reportAddressFor(text);
		if (disposition === 'currentTab') void browser.tabs.update({ url });
		else void browser.tabs.create({ url, active: disposition !== 'newBackgroundTab' });
	});
}
