/** Owns what scenarios do and see in a page as its reader does: words that show, keys, the keyboard's way to a control, pictures. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Tab } from '../support/browser.ts';

const pictures = fileURLToPath(new URL('../../.output/pictures/', import.meta.url));
const PATIENCE_MS = 15_000;

/** Waits until the page says this. */
export async function says(tab: Tab, words: string): Promise<void> {
	await tab.waitFor((wanted) => document.body.innerText.includes(wanted), [words]);
}

/**
 * Presses Tab until this has the focus, also where it comes to the page only meanwhile.
 * @param focused runs in the page: what has the focus, as the scenario names it.
 */
export async function tabTo(tab: Tab, name: string, focused: () => string): Promise<void> {
	const deadline = Date.now() + PATIENCE_MS;
	for (let presses = 0; (await tab.evaluate(focused)) !== name; presses += 1) {
		if (presses >= 60 && Date.now() > deadline) throw new Error(`not reached by Tab: ${name}`);
		await tab.press('Tab');
	}
}

/**
 * Leaves a picture in `.output/pictures`, where the variable `PICTURES` is set: nobody looks at those of an ordinary run, and each takes
 * as long as a check of a page.
 * @param isWhole also what is below the window.
 */
export async function takePicture(tab: Tab, name: string, isWhole = false): Promise<void> {
	if (!process.env.PICTURES) return;
	mkdirSync(pictures, { recursive: true });
	await tab.page.screenshot({ path: `${pictures}${name}.png`, fullPage: isWhole });
}

/** Puts a text where the focus is, all at once: letters typed one by one may come as slowly as the machine is busy. */
export async function insert(tab: Tab, text: string): Promise<void> {
	await tab.evaluate((inserted) => document.execCommand('insertText', false, inserted), text);
}

/** Selects all that stands in the field. */
export async function selectAll(tab: Tab): Promise<void> {
	await tab.page.keyboard.down('Control');
	await tab.press('a');
	await tab.page.keyboard.up('Control');
}

/** Lets this time pass by the page's own clock: a shorter wait that the page began before has ended then. */
export async function letPass(tab: Tab, milliseconds: number): Promise<void> {
	await tab.evaluate((time) => new Promise((resolve) => setTimeout(resolve, time)), milliseconds);
}

/**
 * Takes a page's picture light, dark and narrow; nothing may stick out.
 * @param name of the files, without their view.
 * @param at what is to be seen, if not the page from its top.
 * @param narrow pixels.
 */
export async function takePictures(tab: Tab, name: string, { at = '', narrow = 320 } = {}): Promise<void> {
	for (const [view, width, theme] of [
		['light', 900, 'light'],
		['dark', 900, 'dark'],
		['narrow', narrow, 'light'],
	] as const) {
		await tab.resize(width, 1100);
		await tab.evaluate(dress, theme, at);
		await takePicture(tab, `${name}-${view}`);
		const sideways = await tab.evaluate(
			() => document.documentElement.scrollWidth - document.documentElement.clientWidth,
		);
		expect(sideways, `${name}, ${view}: can be scrolled sideways`).toBeLessThanOrEqual(0);
	}
	await tab.resize(900, 1100);
}

/** Runs in the page, until it is drawn so. Firefox's driver cannot ask for other colours: the page's own switch is used in both. */
async function dress(theme: string, at: string): Promise<void> {
	for (const themed of document.querySelectorAll<HTMLElement>('.themed')) themed.dataset.theme = theme;
	if (at === '') scrollTo(0, 0);
	else document.querySelector(at)?.scrollIntoView();
	for (let frames = 0; frames < 2; frames += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Drops files on the Preflight page, as the browser does. */
export function drop(tab: Tab, files: Record<string, string>): Promise<void> {
	return tab.evaluate((named) => {
		const dataTransfer = new DataTransfer();
		for (const [name, text] of Object.entries(named)) dataTransfer.items.add(new File([text], name));
		const how = { dataTransfer, bubbles: true, cancelable: true };
		const target = document.querySelector('[data-part="drop"]');
		target?.dispatchEvent(new DragEvent('dragover', how));
		// Else the browser leaves the page for the file.
		if (target?.dispatchEvent(new DragEvent('drop', how))) throw new Error('left to the browser');
	}, files);
}
