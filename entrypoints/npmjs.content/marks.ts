/**
 * Owns the marks in lists on npm's site: one small sign beside each release, asked for when it comes into view, its sentence on
 * hover and focus. Plain elements, since a list may have hundreds.
 */
import { LOOK_PATHS, LOOK_TONES, type Look } from '../../lib/looks.ts';
import { ask } from '../../lib/messages.ts';
import type { ReleaseSpec } from '../../lib/release.ts';
import { describeNoAnswer, describeWaiting } from '../../lib/wording.ts';
import { findListed, pageTheme } from './page.ts';

/** Marks that are asked for at once; the background keeps to as many requests. */
const MOST_AT_ONCE = 4;
/** New marks that one frame puts on the page. */
const MOST_A_FRAME = 40;
/** A page that goes on dropping a mark after this many times does not want it. */
const MOST_RETURNS = 20;

const STYLE = `
:host { display: inline-block; width: 18px; height: 18px; margin-inline-start: 4px; vertical-align: text-bottom; color-scheme: light; }
:host([data-theme="dark"]) { color-scheme: dark; }
:host([data-theme="auto"]) { color-scheme: light dark; }
button { all: unset; display: block; width: 16px; height: 16px; padding: 1px; border-radius: 3px; cursor: pointer; color: light-dark(#59636e, #9da7b3); }
button[data-tone="origin"] { color: light-dark(#0550ae, #79b8ff); }
button[data-tone="alarm"] { color: light-dark(#b42318, #ff8f87); }
button[data-tone="note"] { color: light-dark(#8a4b00, #f0b458); }
button:focus-visible { outline: 2px solid light-dark(#0550ae, #79b8ff); outline-offset: 1px; }
svg { display: block; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
p { position: fixed; inset: auto; box-sizing: border-box; width: max-content; max-width: min(22rem, 90vw); margin: 0; padding: 6px 10px;
	border: 1px solid light-dark(#8c959f, #6e7681); border-radius: 6px; background: light-dark(#fff, #161b22); color: light-dark(#1f2328, #e6edf3);
	font: 13px/1.4 system-ui, sans-serif; text-align: start; overflow-wrap: anywhere; }
`;

interface Mark {
	address: string;
	host: HTMLElement;
}

/** The marks on one page, until `signal` ends them all. */
export function createMarks(signal: AbortSignal): { update: () => void } {
	const marks = new Map<Element, Mark>();
	const waiting = new Map<Element, ReleaseSpec>();
	const specs = new WeakMap<Element, ReleaseSpec>();
	const returns = new WeakMap<Element, number>();
	let running = 0;
	let isScheduled = false;
	let isOff = false;
	/** The first answer says whether the reader wants marks; before it there is only their room, and nothing in it. */
	const { promise: wanted, resolve: want } = Promise.withResolvers<void>();

	const observer = new IntersectionObserver((entries) => {
		for (const { target, isIntersecting } of entries) {
			const spec = specs.get(target);
			// What was scrolled past before its turn came is not asked for.
			if (isIntersecting && spec) waiting.set(target, spec);
			else waiting.delete(target);
		}
		next();
	});

	function next(): void {
		for (const [host, spec] of waiting) {
			if (running >= MOST_AT_ONCE || signal.aborted) return;
			waiting.delete(host);
			observer.unobserve(host);
			running += 1;
			void fill(host as HTMLElement, spec).finally(() => {
				running -= 1;
				next();
			});
		}
	}

	async function fill(host: HTMLElement, spec: ReleaseSpec): Promise<void> {
		const drawn = wanted.then(() => draw(host, spec));
		const text = await ask('mark', spec).catch(() => undefined);
		if (text === null) {
			removeAll();
			return;
		}
		if (text) want();
		const { look, sentence } = text ?? describeNoAnswer(spec.name);
		void drawn.then((show) => show(look, sentence));
	}

	function removeAll(): void {
		isOff = true;
		observer.disconnect();
		waiting.clear();
		for (const { host } of marks.values()) host.remove();
		marks.clear();
	}

	function scan(): void {
		isScheduled = false;
		if (isOff || signal.aborted) return;
		const theme = pageTheme(document);
		const listed = new Map(findListed(document, location.href).map(({ link, spec }) => [link as Element, spec]));
		for (const [link, { host, address }] of marks) {
			// Another list by now, or another release at the same place.
			if (listed.has(link) && (link as HTMLAnchorElement).href === address && host.isConnected) {
				if (host.dataset.theme !== theme) host.dataset.theme = theme;
				continue;
			}
			observer.unobserve(host);
			waiting.delete(host);
			host.remove();
			marks.delete(link);
		}
		let added = 0;
		for (const [link, spec] of listed) {
			const times = returns.get(link) ?? 0;
			if (marks.has(link) || times > MOST_RETURNS) continue;
			if (added === MOST_A_FRAME) {
				schedule();
				return;
			}
			added += 1;
			returns.set(link, times + 1);
			const host = document.createElement('span');
			host.dataset.stampOfOriginMark = `${spec.name}@${spec.selector}`;
			host.dataset.theme = theme;
			// Its room from the start, so that nothing moves when it is filled.
			host.style.cssText =
				'display:inline-block;width:18px;height:18px;margin-inline-start:4px;vertical-align:text-bottom';
			specs.set(host, spec);
			marks.set(link, { host, address: (link as HTMLAnchorElement).href });
			link.after(host);
			observer.observe(host);
		}
	}

	function schedule(): void {
		if (isScheduled) return;
		isScheduled = true;
		requestAnimationFrame(scan);
	}

	signal.addEventListener('abort', removeAll);
	return { update: schedule };
}

/** Draws the sign into its place; what comes back shows another look. */
function draw(host: HTMLElement, spec: ReleaseSpec): (look: Look, sentence: string) => void {
	const root = host.attachShadow({ mode: 'open' });
	const style = document.createElement('style');
	style.textContent = STYLE;
	const button = document.createElement('button');
	button.type = 'button';
	const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
	for (const [name, value] of Object.entries({
		viewBox: '0 0 16 16',
		width: '16',
		height: '16',
		'aria-hidden': 'true',
	}))
		svg.setAttribute(name, value);
	const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
	svg.append(path);
	button.append(svg);
	// In the top layer, where no table of npm's cuts it off.
	const tip = document.createElement('p');
	tip.popover = 'manual';
	tip.setAttribute('aria-hidden', 'true');
	root.append(style, button, tip);

	const open = () => {
		if (!host.isConnected || tip.matches(':popover-open')) return;
		tip.showPopover();
		const { left, bottom, top } = button.getBoundingClientRect();
		tip.style.left = `${Math.max(4, Math.min(left, innerWidth - tip.offsetWidth - 4))}px`;
		tip.style.top = `${bottom + tip.offsetHeight + 4 > innerHeight ? top - tip.offsetHeight - 2 : bottom + 2}px`;
	};
	const close = () => tip.matches(':popover-open') && tip.hidePopover();
	host.addEventListener('mouseenter', open);
	host.addEventListener('mouseleave', () => root.activeElement !== button && close());
	button.addEventListener('focus', open);
	button.addEventListener('blur', close);
	button.addEventListener('keydown', ({ key }) => key === 'Escape' && close());
	button.addEventListener('click', (event) => {
		event.preventDefault();
		void ask('open-report', spec).catch(() => undefined);
	});

	const show = (look: Look, sentence: string) => {
		path.setAttribute('d', LOOK_PATHS[look]);
		button.dataset.look = look;
		button.dataset.tone = LOOK_TONES[look];
		button.setAttribute('aria-label', `${sentence} (opens the report)`);
		tip.textContent = sentence;
	};
	show('pending', describeWaiting(spec.name));
	return show;
}
