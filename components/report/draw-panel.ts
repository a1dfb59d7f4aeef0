/**
 * Owns the panel: who speaks, its words and buttons, in a box that fits them; and the room that is kept for them. Plain elements, so
 * that npm's page loads no framework for it. See docs/decisions/0110-the-panel-is-plain-elements.md.
 */
import { PRODUCT } from '../../lib/text/en/names.ts';
import {
	LIMITS_HEADING,
	PANEL_HEAD,
	type PanelButton,
	type PanelText,
	type Piece,
} from '../../lib/text/en/panel-text.ts';
import { LOOK_PATHS, LOOK_TONES, type Look } from '../../lib/text/verdict-icons.ts';
import { PANEL_STYLE } from './panel-style.ts';

/** What a button of a panel asks its page for. */
type Deed = Extract<PanelButton, { does: unknown }>['does'];

/** What a panel needs besides its words. */
interface PanelOptions {
	/** Whether the full report is on the page already, so that no button leads to it. */
	isWithReport?: boolean;
	/** What it is called where a page has several. */
	label?: string;
	/** A button was pressed; `isTrusted` of the event says whether by the reader. */
	ondo: (deed: Deed, event: MouseEvent) => void;
}

/** A panel on a page. */
interface Panel {
	/**
	 * Shows these words.
	 * @param isBusy whether better words are still to come: a screen reader then waits for them, instead of reading two answers.
	 * @param reserve words of the usual size: laid out unseen, they keep the room, so that nothing below moves.
	 */
	show(text: PanelText, isBusy: boolean, reserve?: PanelText): void;
}

/** Puts an empty panel, with its style, into a page of ours or a shadow root. */
export function createPanel(parent: ParentNode, options: PanelOptions): Panel {
	const box = element('section', { className: 'box', ariaLabel: options.label ?? PRODUCT, tabIndex: -1 });
	const room = element('div', { className: 'room' }, [box]);
	parent.append(element('style', { textContent: PANEL_STYLE }), room);
	// The headline alone is announced, and stays the same element, so that a screen reader hears what changes in it.
	const headline = element('p', { className: 'headline', role: 'status' });
	const words = element('div', { className: 'words' });
	headline.dataset.part = 'headline';
	words.dataset.part = 'words';
	box.append(head(), words);
	words.append(headline);
	let kept: { text: PanelText; node: HTMLElement } | undefined;
	return {
		show(text, isBusy, reserve) {
			headline.ariaBusy = String(isBusy);
			fillHeadline(headline, text);
			words.replaceChildren(headline, ...drawRest(text, options));
			box.classList.toggle('waiting', text.limits === undefined);
			Object.assign(box.dataset, { verdict: text.look, tone: LOOK_TONES[text.look], busy: String(isBusy) });
			if (reserve === kept?.text) return;
			kept?.node.remove();
			kept = reserve && { text: reserve, node: drawReserve(reserve, options) };
			if (kept) room.append(kept.node);
		},
	};
}

/** The unseen panel that keeps the room. */
function drawReserve(text: PanelText, options: PanelOptions): HTMLElement {
	const headline = element('p', { className: 'headline' });
	fillHeadline(headline, text);
	const words = element('div', { className: 'words' }, [headline, ...drawRest(text, options)]);
	return element('div', { className: 'box reserve', ariaHidden: 'true', inert: true }, [head(), words]);
}

function head(): HTMLElement {
	return element('h2', {}, [`${PANEL_HEAD.about} `, element('span', {}, [PANEL_HEAD.speaker])]);
}

function fillHeadline(headline: HTMLElement, { look, headline: words }: PanelText): void {
	if (headline.dataset.look === look && headline.textContent === words) return;
	headline.dataset.look = look;
	headline.replaceChildren(drawSign(look), element('span', {}, [words]));
}

/** The sign of a look, for sight only. */
export function drawSign(look: Look): SVGSVGElement {
	const [svg, path] = ['svg', 'path'].map((name) => document.createElementNS('http://www.w3.org/2000/svg', name)) as [
		SVGSVGElement,
		SVGPathElement,
	];
	for (const [name, value] of Object.entries({
		viewBox: '0 0 16 16',
		width: '16',
		height: '16',
		'aria-hidden': 'true',
	}))
		svg.setAttribute(name, value);
	path.setAttribute('d', LOOK_PATHS[look]);
	svg.dataset.icon = look;
	svg.append(path);
	return svg;
}

/** All below the headline: facts, what to do, what it means, the limits, the question, the buttons. */
function drawRest(text: PanelText, options: PanelOptions): Node[] {
	const { rows = [], action, note, limits, question, otherwise = [] } = text;
	if (!limits) return [element('div', { className: 'bars', ariaHidden: 'true' })];
	const facts = rows.flatMap(({ term, value }) => [part('dt', '', [term]), part('dd', '', value)]);
	const rest = element('div', { className: 'rest' }, [
		...(facts.length > 0 ? [part('dl', 'rows', facts)] : []),
		...(action ? [part('p', 'action', action)] : []),
		...(note ? [part('p', 'note', [note])] : []),
		...(limits.length > 1
			? [
					part('p', 'heading', [LIMITS_HEADING]),
					part(
						'ul',
						'limits',
						limits.map((limit) => part('li', '', [limit])),
					),
				]
			: [part('p', 'limits', limits)]),
		...(question ? [part('p', 'question', [question, ' ', ...otherwise])] : []),
	]);
	const buttons = text.buttons
		.filter((button) => !options.isWithReport || !('does' in button) || button.does !== 'report')
		.map((button) => drawButton(button, options));
	return buttons.length > 0 ? [rest, element('div', { className: 'actions' }, buttons)] : [rest];
}

function drawButton(button: PanelButton, { ondo }: PanelOptions): HTMLElement {
	if ('href' in button) return drawLink({ text: button.label, href: button.href });
	const made = element('button', { type: 'button' }, [button.label]);
	made.addEventListener('click', (event) => ondo(button.does, event));
	return made;
}

/** A link opens a tab of its own, and tells nobody where it is from. */
function drawLink({ text, href }: Exclude<Piece, string>): HTMLElement {
	return element('a', { href, rel: 'noreferrer', target: '_blank' }, [text]);
}

/** @param name what it is of the panel, as `data-part`. */
function part(tag: keyof HTMLElementTagNameMap, name: string, content: readonly (Node | Piece)[]): HTMLElement {
	const made = element(
		tag,
		{},
		content.map((one) => (typeof one === 'string' || one instanceof Node ? one : drawLink(one))),
	);
	if (name !== '') made.dataset.part = name;
	return made;
}

function element<T extends keyof HTMLElementTagNameMap>(
	tag: T,
	properties: Partial<HTMLElementTagNameMap[T]>,
	content: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[T] {
	const made = Object.assign(document.createElement(tag), properties);
	made.append(...content);
	return made;
}
