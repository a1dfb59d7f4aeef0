/** Owns how scenarios look for what keeps readers out: axe with no rule off, small targets, what sticks out at 320 pixels and at 200 %. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from 'vitest';
import type { Tab } from '../support/browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The reader's window: a usual one, a narrow one, and the usual one at 200 %, which has half the room. */
const WIDE = 1280;
const WIDTHS = [320, WIDE / 2, WIDE] as const;

type Axe = typeof import('axe-core');

/**
 * Expects nothing of axe in this state, light and dark, no target too small, and nothing sideways; every problem is told, not the first alone.
 * @param state what it is called where something is found.
 * @param ours a selector of our hosts, where the page around them is not ours; what sticks out of the page is then not asked.
 */
export async function expectAccessible(tab: Tab, state: string, ours?: string): Promise<void> {
	// The driver's own way past the page's policy, which allows no script that is not in the extension.
	if (!(await tab.evaluate(() => 'axe' in window))) await tab.page.evaluate(AXE);
	for (const theme of ['light', 'dark']) {
		await tab.evaluate(dress, theme);
		expect.soft(await tab.evaluate(askAxe, ours ?? null, theme === 'dark'), `${state}, ${theme}`).toEqual([]);
	}
	await tab.evaluate(dress, 'light');
	expect.soft(await tab.evaluate(findSmallTargets, ours ?? null), `${state}: targets under 24 pixels`).toEqual([]);
	if (ours !== undefined) return;
	for (const width of WIDTHS) {
		await tab.resize(width, 1000);
		expect.soft(await tab.evaluate(findSideways, width), `${state}: sticks out at ${width} pixels`).toEqual([]);
	}
}

/** Runs in the page, until it is drawn so. Firefox's driver cannot ask for other colours: the page's own switch is used in both. */
async function dress(theme: string): Promise<void> {
	for (const themed of document.querySelectorAll<HTMLElement>('.themed')) themed.dataset.theme = theme;
	document.documentElement.dataset.colorMode = theme;
	for (let frames = 0; frames < 2; frames += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/**
 * Runs in the page. @returns each violation: the rule, the element, and what is wrong.
 * @param isOfColours asks the rules of colours alone: the others see no theme, and were asked in the other one.
 */
async function askAxe(ours: string | null, isOfColours: boolean): Promise<string[]> {
	const { axe } = window as unknown as { axe: Axe };
	// On, too, are those that axe leaves off: experimental ones, and the size of targets. Only the level that nobody is held to stays away.
	const isAsked = ({ tags }: { tags: string[] }) =>
		!tags.includes('wcag2aaa') && (!isOfColours || tags.includes('cat.color'));
	const rules = Object.fromEntries(axe.getRules().map((rule) => [rule.ruleId, { enabled: isAsked(rule) }]));
	const context = ours === null ? document : { include: [...document.querySelectorAll(ours)] };
	const { violations } = await axe.run(context as Parameters<Axe['run']>[0], { rules, resultTypes: ['violations'] });
	return violations.flatMap(({ id, nodes }) =>
		nodes.map(
			({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`,
		),
	);
}

/**
 * Runs in the page: targets of less than 24 by 24 pixels, by WCAG 2.5.8: one in a sentence may be, and one with room around it: a circle
 * of 24 pixels about its middle touches no other target, nor the circle of another small one.
 */
function findSmallTargets(ours: string | null): string[] {
	const SIZE = 24;
	const roots: ParentNode[] = ours === null ? [document] : [...document.querySelectorAll(ours)];
	for (const root of roots)
		for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) roots.push(shadowRoot);
	for (const root of [...roots]) if (root instanceof Element && root.shadowRoot) roots.push(root.shadowRoot);
	const targets = roots
		.flatMap((root) => [...root.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary')])
		.filter((one) => !one.closest('[inert]') && one.checkVisibility({ visibilityProperty: true }))
		// A label's words are part of what can be pressed.
		.map((one) => ({ one, box: (one.matches('input') ? (one.closest('label') ?? one) : one).getBoundingClientRect() }))
		.filter(({ box }) => box.width > 0);
	const isSmall = ({ width, height }: DOMRect) => width < SIZE - 0.5 || height < SIZE - 0.5;
	const isInSentence = (one: HTMLElement) =>
		getComputedStyle(one).display === 'inline' &&
		[...(one.parentElement?.childNodes ?? [])].some((node) => node !== one && /\w/.test(node.textContent ?? ''));
	const middle = ({ left, top, width, height }: DOMRect) => ({ x: left + width / 2, y: top + height / 2 });
	const distance = ({ x, y }: { x: number; y: number }, { left, right, top, bottom }: DOMRect) =>
		Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
	const isCrowded = (box: DOMRect, other: DOMRect) => {
		const [from, to] = [middle(box), middle(other)];
		return distance(from, other) < SIZE / 2 || (isSmall(other) && Math.hypot(from.x - to.x, from.y - to.y) < SIZE);
	};
	return targets
		.filter(({ one, box }) => isSmall(box) && !isInSentence(one))
		.filter(({ one, box }) => targets.some((other) => other.one !== one && isCrowded(box, other.box)))
		.map(({ one, box }) => `${one.outerHTML.slice(0, 120)}: ${Math.round(box.width)} x ${Math.round(box.height)}`);
}

/** Runs in the page, once it has this width: what makes it scroll sideways. */
async function findSideways(width: number): Promise<string[]> {
	const root = document.documentElement;
	// What fits itself to the width, as the picture of a line does, has its time for that.
	const isDone = () => window.innerWidth === width && root.scrollWidth <= root.clientWidth;
	for (let frames = 0; !isDone() && frames < 120; frames += 1)
		await new Promise((resolve) => requestAnimationFrame(resolve));
	if (isDone()) return [];
	if (window.innerWidth !== width) return [`a window of ${window.innerWidth} pixels`];
	return [...document.querySelectorAll('main *, header *')]
		.filter((one) => one.getBoundingClientRect().right > root.clientWidth + 0.5)
		.map((one) => one.outerHTML.slice(0, 120));
}
