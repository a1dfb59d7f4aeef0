/** Owns which release each tab of npm's site shows now, and what the toolbar icon says of it. */
import { clearToolbar, showInToolbar } from '../../lib/browser/toolbar.ts';
import { type ReleaseSpec, specText } from '../../lib/npm/spec.ts';
import type { Report } from '../../lib/report/report.ts';
import { describePanel, describeTitle } from '../../lib/text/en/panel.ts';

/** Tabs that are remembered: the browser does not say here that one was closed. */
const MAX_TABS = 500;

/** The tabs, as far as they have spoken. A tab without a number is one of our own pages, which has no icon. */
export function createTabs() {
	/** `name@selector` that a tab shows, or nothing; the tab that spoke last comes last. */
	const shownIn = new Map<number, string>();
	function note(tabId: number, text: string): void {
		shownIn.delete(tabId);
		shownIn.set(tabId, text);
		if (shownIn.size > MAX_TABS) shownIn.delete(shownIn.keys().next().value ?? tabId);
	}
	return {
		/** A tab shows this release from now on. */
		enter(spec: ReleaseSpec, tabId: number | undefined): void {
			if (tabId !== undefined) note(tabId, specText(spec));
		},
		/** Puts an answer into the toolbar, unless the tab shows another release by now. */
		announce(spec: ReleaseSpec, report: Report, tabId: number | undefined): void {
			if (tabId === undefined || (shownIn.get(tabId) ?? specText(spec)) !== specText(spec)) return;
			const { name, version } = report.release;
			const { look } = describePanel(report);
			void showInToolbar(tabId, look, describeTitle(look, `${name} ${version}`)).catch(() => undefined);
		},
		/** A tab does not show this release (`name@selector`) any more; it may show another one already. */
		async leave(text: string, tabId: number | undefined): Promise<void> {
			if (tabId === undefined || (shownIn.get(tabId) ?? text) !== text) return;
			note(tabId, '');
			await clearToolbar(tabId).catch(() => undefined);
		},
	};
}
