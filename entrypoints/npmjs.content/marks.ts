/**
 * Owns the marks in lists on npm's site: which releases near the viewport have their room, and which of them are asked for. Reading a
 * page costs what is on the screen, however long its lists are.
 */
import { type MarkPort, openMarkPort } from '../../lib/browser/messaging/mark-port.ts';
import { type ReleaseSpec, specText } from '../../lib/npm/spec.ts';
import type { MarkText } from '../../lib/text/en/marks.ts';
import { noMark } from '../../lib/text/en/panel.ts';
import { drawMark } from './mark.ts';
import { findListed, type Listed, pageTheme } from './page.ts';
import { createTabStop } from './tab-stop.ts';

/** New marks that one frame puts on the page. Each such frame makes the browser lay out a table again, so one frame does most screens. */
const MAX_A_FRAME = 150;
/** Marks that one frame draws: a shadow root with its styles takes the browser a millisecond or two. */
const MAX_DRAWN_A_FRAME = 6;
/** A page that goes on dropping a mark after this many times does not want it. */
const MAX_RETURNS = 20;
/** Beyond these, marks that are far from the viewport go; they come again when it comes near them. */
const MAX_MARKS = 300;
/** How far from the viewport a mark's room is made, and from where on it goes, in screens. */
const NEAR = 1;
const FAR = 3;
/** Milliseconds from one question about what is in view to the next: what is only scrolled past is not asked for. */
const PAUSE_MS = 100;

interface Mark {
	host: HTMLElement;
	address: string;
	spec: ReleaseSpec;
	/** Absent while there is only its room. */
	show?: (text: MarkText) => void;
	shown?: MarkText | undefined;
}

/** The marks on one page, until `signal` ends them all. */
export function createMarks(signal: AbortSignal): { update: () => void } {
	const marks = new Map<HTMLAnchorElement, Mark>();
	const returns = new WeakMap<HTMLAnchorElement, number>();
	/** Of the list at `address`, by release: what was answered, what is asked for, and what a background that went away did not answer. */
	const texts = new Map<string, MarkText>();
	const asked = new Map<string, ReleaseSpec>();
	const lost = new Set<string>();
	let address = '';
	let port: MarkPort | undefined;
	let inView = new Map<string, ReleaseSpec>();
	let isScheduled = false;
	let isOff = false;
	/** The first answer says whether the reader wants marks; before it there is only their room, and nothing in it. */
	let isWanted = false;
	let pause: ReturnType<typeof setTimeout> | undefined;
	let isStale = false;
	let isDrawing = false;
	const tabStop = createTabStop(() => [...marks.values()].flatMap(({ host, show }) => (show ? [host] : [])));

	function look(): void {
		isScheduled = false;
		if (isOff || signal.aborted) return;
		if (location.href !== address) leaveList();
		address = location.href;
		const height = innerHeight;
		const listed = findListed(document, address, { top: -NEAR * height, bottom: (1 + NEAR) * height });
		if (!listed) removeAll();
		removeStale(height);
		let left = MAX_A_FRAME;
		inView = new Map();
		for (const one of listed ?? []) {
			if (!marks.has(one.link) && (returns.get(one.link) ?? 0) <= MAX_RETURNS && left > 0) {
				left -= 1;
				place(one);
			}
			const { top, bottom } = one.place;
			if (marks.has(one.link) && bottom > 0 && top < height) inView.set(specText(one.spec), one.spec);
		}
		if (left === 0) schedule();
		askInView();
		draw();
	}

	/** Takes marks away whose list, release or node is another by now, and those that are far away where there are many. */
	function removeStale(height: number): void {
		const theme = pageTheme(document);
		// All places are read before anything is changed, or the browser lays the page out again for each.
		const far = new Set(marks.size > MAX_MARKS ? [...marks.keys()].filter((link) => isFar(link, height)) : []);
		for (const [link, { host, address: before }] of marks) {
			if (link.href !== before) {
				remove(link);
				// The page names another release in the same place, and dropped nothing.
				returns.delete(link);
			} else if (!link.isConnected || !host.isConnected) remove(link);
			else if (far.has(link)) {
				remove(link);
				// It was not the page that dropped it.
				returns.set(link, (returns.get(link) ?? 1) - 1);
			} else if (host.dataset.theme !== theme) host.dataset.theme = theme;
		}
	}

	/** Makes a mark's room. When it is filled, nothing moves, and only the mark is laid out again. */
	function place({ link, spec }: Listed): void {
		returns.set(link, (returns.get(link) ?? 0) + 1);
		const host = document.createElement('span');
		host.dataset.stampOfOriginMark = specText(spec);
		host.dataset.theme = pageTheme(document);
		host.style.cssText =
			'display:inline-block;contain:size layout style;width:18px;height:18px;margin-inline-start:4px;vertical-align:text-bottom';
		marks.set(link, { host, address: link.href, spec });
		link.after(host);
	}

	/** Asks for what is in view, and no more for what is not; not more often than the pause allows. */
	function askInView(): void {
		isStale = pause !== undefined;
		if (isStale) return;
		pause = setTimeout(() => {
			pause = undefined;
			if (isStale && !isOff) askInView();
		}, PAUSE_MS);
		for (const [release, spec] of asked) {
			if (inView.has(release)) continue;
			asked.delete(release);
			port?.drop(spec);
		}
		for (const [release, spec] of inView) {
			if (texts.has(release) || asked.has(release)) continue;
			asked.set(release, spec);
			try {
				port ??= openMarkPort(take, lose);
				port.want(spec);
			} catch {
				take(release, undefined);
			}
		}
	}

	function take(release: string, answer: MarkText | null | undefined): void {
		if (answer === null) {
			isOff = true;
			leaveList();
			removeAll();
			return;
		}
		const spec = asked.get(release);
		if (!spec) return;
		asked.delete(release);
		texts.set(release, answer ?? noMark(spec.name));
		isWanted ||= answer !== undefined;
		draw();
	}

	/** The background went away. It comes again when it is asked; a release that it leaves twice has no answer. */
	function lose(): void {
		port = undefined;
		for (const release of [...asked.keys()]) {
			if (lost.has(release)) take(release, undefined);
			else asked.delete(release);
			lost.add(release);
		}
		schedule();
	}

	/** Draws what is asked for or answered, some in each frame. */
	function draw(): void {
		if (!isWanted || isDrawing) return;
		let left = MAX_DRAWN_A_FRAME;
		for (const mark of marks.values()) {
			const release = mark.host.dataset.stampOfOriginMark ?? '';
			const text = texts.get(release);
			if ((!text && !asked.has(release)) || (mark.show && text === mark.shown)) continue;
			if (left === 0) {
				isDrawing = true;
				requestAnimationFrame(() => {
					isDrawing = false;
					draw();
				});
				return;
			}
			left -= 1;
			if (!mark.show) {
				mark.show = drawMark(mark.host, mark.spec);
				tabStop.add(mark.host);
			}
			if (text) mark.show(text);
			mark.shown = text;
		}
		tabStop.keep();
	}

	function leaveList(): void {
		port?.close();
		port = undefined;
		asked.clear();
		texts.clear();
		lost.clear();
	}

	function remove(link: HTMLAnchorElement): void {
		marks.get(link)?.host.remove();
		marks.delete(link);
	}

	function removeAll(): void {
		for (const link of marks.keys()) remove(link);
	}

	function schedule(): void {
		if (isScheduled || isOff) return;
		isScheduled = true;
		// Once the frame is drawn the page is laid out, and its places are read for nothing.
		requestAnimationFrame(() => setTimeout(look));
	}

	addEventListener('scroll', schedule, { signal, capture: true, passive: true });
	addEventListener('resize', schedule, { signal });
	// A page that is kept to be gone back to waits for nothing.
	addEventListener('pagehide', leaveList, { signal });
	// What is loaded later moves what is below it.
	const sizes = new ResizeObserver(schedule);
	sizes.observe(document.documentElement);
	signal.addEventListener('abort', () => {
		sizes.disconnect();
		leaveList();
		removeAll();
	});
	return { update: schedule };
}

function isFar(link: Element, height: number): boolean {
	const { top, bottom } = link.getBoundingClientRect();
	return bottom < -FAR * height || top > (1 + FAR) * height;
}
