/** Owns what we know of npm's page: where a release is named on it, and where our panel stands. Only ever reads it. */
import { parsePageAddress, type ReleaseSpec } from '../../lib/release.ts';

const SIDEBAR = 'aside[aria-label="Package sidebar"]';

/** npm's own facts, which our panel stands below. */
const FACTS = new Set([
	'Repository',
	'Homepage',
	'Weekly Downloads',
	'Version',
	'License',
	'Unpacked Size',
	'Total Files',
	'Last publish',
]);

/** A parent, and the child before which to insert; `null` for the end. */
interface Place {
	parent: Element;
	before: Element | null;
}

/**
 * Below npm's facts in the sidebar; where there is no sidebar, the top of `main`; where there is no `main`, nowhere.
 */
export function findPlace(page: Document): Place | undefined {
	const sidebar = page.querySelector(SIDEBAR);
	if (!sidebar) {
		const main = page.readyState === 'loading' ? null : page.querySelector('main');
		return main ? { parent: main, before: main.firstElementChild } : undefined;
	}
	const facts = [...sidebar.children].filter((column) => FACTS.has(headingOf(column)?.trim() ?? ''));
	const last = facts.at(-1);
	return { parent: sidebar, before: last ? last.nextElementSibling : null };
}

/**
 * Whether the page shows this release by now, and not the one before it.
 * @param byNameAlone for a page on which the version is not where we look for it.
 */
export function showsRelease(page: Document, { name, selector, kind }: ReleaseSpec, byNameAlone: boolean): boolean {
	const heading = page.querySelector('main h1');
	if (!heading) return false;
	const names = [heading.querySelector('span')?.textContent, heading.firstChild?.textContent, heading.textContent];
	if (!names.some((text) => text?.trim() === name)) return false;
	if (kind !== 'version' || byNameAlone) return true;
	const column = [...page.querySelectorAll(`${SIDEBAR} > *`)].find((child) => headingOf(child)?.trim() === 'Version');
	return column?.querySelector('p')?.textContent?.trim() === selector;
}

/** A release that a list on the page names. */
interface Listed {
	link: HTMLAnchorElement;
	spec: ReleaseSpec;
}

/** Search results: a heading inside a link, or a link inside a heading. */
const RESULTS = 'main a[href*="/package/"]:has(> h3), main h3 > a[href*="/package/"]';
/** Dependencies, and both tables of versions. */
const LISTS = '#tabpanel-dependencies a[href*="/package/"], #tabpanel-versions table a[href*="/v/"]';

/**
 * The releases in the lists of this page, in its order. The page before stands until npm has the data of the next one: what it
 * lists is not what the address is about, and has been left.
 */
export function findListed(page: Document, address: string): Listed[] {
	const shown = parsePageAddress(address);
	if (shown && !showsRelease(page, shown, true)) return [];
	return [...page.querySelectorAll<HTMLAnchorElement>(shown ? LISTS : RESULTS)].flatMap((link) => {
		const spec = parsePageAddress(link.href);
		return spec ? [{ link, spec }] : [];
	});
}

/** The colours that npm's page is in. */
export function pageTheme(page: Document): 'light' | 'dark' | 'auto' {
	const mode = page.documentElement.dataset.colorMode;
	return mode === 'dark' || mode === 'auto' ? mode : 'light';
}

function headingOf(column: Element): string | null | undefined {
	return column.querySelector(':scope > :is(h2, h3)')?.textContent;
}
