/** Owns what we know of npm's page: where a release is named on it, and the place of our panel. It only reads the page. */
import { parsePageAddress } from '../../lib/npm/site.ts';
import type { ReleaseSpec } from '../../lib/npm/spec.ts';
import { type Band, visitNear } from './near.ts';

const SIDEBAR = 'aside[aria-label="Package sidebar"]';

/** npm's own facts; our panel is below them. */
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

/** Headings that may be the page's title: those in a tab, the readme or the sidebar are about something else. */
const HEADINGS = 'main :is(h1, h2):not(aside *, article *, [role="tabpanel"] *)';

/**
 * Whether the page shows this release by now, and not the one before it.
 * @param isPatient for a page that has had time: the version may not be where we look for it, nor the name in a heading.
 */
export function showsRelease(page: Document, { name, selector, kind }: ReleaseSpec, isPatient: boolean): boolean {
	if (!showsName(page, name, isPatient)) return false;
	if (kind !== 'version' || isPatient) return true;
	const column = [...page.querySelectorAll(`${SIDEBAR} > *`)].find((child) => headingOf(child)?.trim() === 'Version');
	return column?.querySelector('p')?.textContent?.trim() === selector;
}

/**
 * Whether the page is about a package: a heading names it, or the install command in the sidebar does, or else the document's title.
 * While there is another heading, the title alone is believed after some time only: it may change before the page does.
 */
function showsName(page: Document, name: string, isPatient: boolean): boolean {
	// The first one is at the top of the page, and mostly it is the title.
	const first = page.querySelector(HEADINGS);
	if (first && isNamed(first, name)) return true;
	if ([...page.querySelectorAll(HEADINGS)].some((heading) => isNamed(heading, name))) return true;
	const commands = [...page.querySelectorAll(`${SIDEBAR} code`)];
	if (commands.some(({ textContent }) => textContent?.trim().split(/\s+/).at(-1) === name)) return true;
	return (!first || isPatient) && page.title === `${name} - npm`;
}

/** The line below the title, with npm's version and date: what holds the heading that names the package. */
export function findTitleLine(page: Document, name: string): Element | undefined {
	const heading = [...page.querySelectorAll(HEADINGS)].find((one) => isNamed(one, name));
	return heading?.parentElement ?? undefined;
}

/** What npm shows below the heading of its install command. */
export function findInstallCommand(page: Document): Element | undefined {
	const headings = [...page.querySelectorAll(`${SIDEBAR} > :is(h2, h3)`)];
	const heading = headings.find(({ textContent }) => textContent?.trim() === 'Install');
	const next = heading?.nextElementSibling;
	return (
		(next instanceof HTMLElement && next.dataset.stampOfOriginSign !== undefined ? next.nextElementSibling : next) ??
		undefined
	);
}

/** Whether a heading is this name, or begins with it as a part of its own. */
function isNamed(heading: Element, name: string): boolean {
	const texts = [heading.querySelector('span')?.textContent, heading.firstChild?.textContent, heading.textContent];
	return texts.some((text) => text?.trim() === name);
}

/** A release that a list on the page names. */
export interface Listed {
	link: HTMLAnchorElement;
	spec: ReleaseSpec;
	/** The place of the link, in CSS pixels from the top of the viewport. */
	place: DOMRect;
}

/** Search results: a heading inside a link, or a link inside a heading. */
const RESULTS = 'main a[href*="/package/"]:has(> h3), main h3 > a[href*="/package/"]';
/** Dependencies, and both tables of versions. */
const LISTS = '#tabpanel-dependencies a[href*="/package/"], #tabpanel-versions table a[href*="/v/"]';

/** Links that are read of one row. */
const MAX_LINKS = 100;

/**
 * The releases that lists of this page name near the viewport, in its order. The page before stays until npm has the data of the next one:
 * the reader has left it, and its lists do not belong to the address.
 * @returns nothing where this page has no lists, or not yet.
 */
export function findListed(page: Document, address: string, band: Band): Listed[] | undefined {
	const shown = parsePageAddress(address);
	if (shown && !showsRelease(page, shown, true)) return undefined;
	const roots = shown
		? ['tabpanel-dependencies', 'tabpanel-versions'].map((id) => page.getElementById(id))
		: [page.querySelector('main')];
	const found: Listed[] = [];
	const take = (row: Element) => {
		const links = row instanceof HTMLAnchorElement ? [row] : row.getElementsByTagName('a');
		for (let at = 0; at < Math.min(links.length, MAX_LINKS); at += 1) {
			const link = links[at] as HTMLAnchorElement;
			const spec = link.matches(shown ? LISTS : RESULTS) ? parsePageAddress(link.href) : undefined;
			if (spec) found.push({ link, spec, place: link.getBoundingClientRect() });
		}
	};
	for (const root of roots) if (root) visitNear(root, band, take);
	return found;
}

/** The colours that npm's page is in. */
export function pageTheme(page: Document): 'light' | 'dark' | 'auto' {
	const mode = page.documentElement.dataset.colorMode;
	return mode === 'dark' || mode === 'auto' ? mode : 'light';
}

function headingOf(column: Element): string | null | undefined {
	return column.querySelector(':scope > :is(h2, h3)')?.textContent;
}
