/** Owns the toolbar icon: one tab's verdict by shape, title and a badge, never by colour alone. */
import { browser } from 'wxt/browser';
import { LOOK_PATHS, LOOK_TONES, type Look, type Tone } from '../text/verdict-icons.ts';

/** Ink on the white ground that it brings along, so that it reads on light and dark toolbars: WCAG AA, 4.5 to 1. */
const INK: Record<Tone, string> = { origin: '#0550ae', alarm: '#b42318', note: '#8a4b00', calm: '#3d444d' };

/** Looks of which the icon warns beyond its own size; the title says in words what it is. */
const BADGED: readonly Look[] = ['malware', 'mismatch'];

/** Shows a look in the toolbar while this tab shows the release. @throws Error where the tab has gone. */
export function showInToolbar(tabId: number, look: Look, title: string): Promise<void> {
	return inTurn(tabId, async () => {
		const imageData = Object.fromEntries([16, 32].map((size) => [size, draw(look, size)]));
		await browser.action.setIcon({ tabId, imageData });
		await browser.action.setTitle({ tabId, title });
		await browser.action.setBadgeBackgroundColor({ tabId, color: INK.alarm });
		await browser.action.setBadgeText({ tabId, text: BADGED.includes(look) ? '!' : '' });
	});
}

/** The extension's own icon and name again. @throws Error where the tab has gone. */
export function clearToolbar(tabId: number): Promise<void> {
	return inTurn(tabId, async () => {
		await browser.action.setIcon({ tabId, path: { 16: '/icon/16.png', 32: '/icon/32.png' } });
		await browser.action.setTitle({ tabId, title: 'Stamp of Origin' });
		await browser.action.setBadgeText({ tabId, text: '' });
	});
}

/** What is under way for each tab: icon and title of one release never mix with those of the next. */
const turns = new Map<number, Promise<void>>();

function inTurn(tabId: number, run: () => Promise<void>): Promise<void> {
	const turn = (turns.get(tabId) ?? Promise.resolve()).then(run, run);
	turns.set(tabId, turn);
	const end = () => {
		if (turns.get(tabId) === turn) turns.delete(tabId);
	};
	turn.then(end, end);
	return turn;
}

/** @param size pixels of a side. */
function draw(look: Look, size: number): ImageData {
	const canvas = new OffscreenCanvas(size, size);
	const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
	context.scale(size / 16, size / 16);
	context.fillStyle = '#ffffff';
	context.beginPath();
	context.roundRect(0, 0, 16, 16, 3);
	context.fill();
	context.translate(2, 2);
	context.scale(0.75, 0.75);
	context.strokeStyle = INK[LOOK_TONES[look]];
	context.lineWidth = 2.4;
	context.lineCap = 'round';
	context.lineJoin = 'round';
	context.stroke(new Path2D(LOOK_PATHS[look]));
	return context.getImageData(0, 0, size, size);
}
