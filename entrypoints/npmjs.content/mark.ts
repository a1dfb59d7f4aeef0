/** Owns what one mark looks like: a small sign beside a release, its sentence on hover and focus. Plain elements, since a list has many. */

import { drawSign } from '../../components/report/draw-panel.ts';
import { TOKENS, TONE_RULES } from '../../components/ui/tokens.ts';
import { ask } from '../../lib/browser/messaging/messages.ts';
import type { ReleaseSpec } from '../../lib/npm/spec.ts';
import type { MarkText } from '../../lib/text/en/marks.ts';
import { describeMarkButton, describeWaiting } from '../../lib/text/en/panel.ts';
import { LOOK_TONES } from '../../lib/text/verdict-icons.ts';

const STYLE = `${TONE_RULES}
:host { ${TOKENS}; display: inline-block; contain: size layout style; width: 18px; height: 18px; margin-inline-start: 4px; vertical-align: text-bottom; color-scheme: light; }
:host([data-theme="dark"]) { color-scheme: dark; }
:host([data-theme="auto"]) { color-scheme: light dark; }
button { all: unset; display: block; width: 16px; height: 16px; padding: 1px; border-radius: 3px; cursor: pointer; color: var(--origin-accent, var(--origin-muted)); }
button:focus-visible { outline: 2px solid var(--origin-link); outline-offset: 1px; }
svg { display: block; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
p { position: fixed; inset: auto; box-sizing: border-box; width: max-content; max-width: min(22rem, 90vw); margin: 0; padding: 6px 10px;
	border: 1px solid var(--origin-line); border-radius: 6px; background: var(--origin-bg); color: var(--origin-fg);
	font: 13px/1.4 system-ui, sans-serif; text-align: start; overflow-wrap: anywhere; }
`;

/** Draws the sign of a release that is being checked into its place. @returns a function that shows the result. */
export function drawMark(host: HTMLElement, spec: ReleaseSpec): (text: MarkText) => void {
	const root = host.attachShadow({ mode: 'open' });
	const style = document.createElement('style');
	style.textContent = STYLE;
	const button = document.createElement('button');
	button.type = 'button';
	button.append(drawSign('pending'));
	// In the top layer, where no table of npm's cuts it off.
	const tip = document.createElement('p');
	tip.popover = 'manual';
	tip.setAttribute('aria-hidden', 'true');
	root.append(style, button, tip);

	const open = () => {
		if (!host.isConnected || tip.matches(':popover-open')) return;
		tip.showPopover();
		// Beside the mark, so that it never covers the next one; only where there is no room, below or above it.
		const { left, right, bottom, top } = button.getBoundingClientRect();
		const { offsetWidth: width, offsetHeight: height } = tip;
		const isBeside = right + 6 + width <= innerWidth;
		const below = bottom + height + 4 > innerHeight ? top - height - 2 : bottom + 2;
		const beside = Math.max(4, Math.min(top - 6, innerHeight - height - 4));
		tip.style.left = `${isBeside ? right + 6 : Math.max(4, Math.min(left, innerWidth - width - 4))}px`;
		tip.style.top = `${isBeside ? beside : below}px`;
	};
	const close = () => tip.matches(':popover-open') && tip.hidePopover();
	host.addEventListener('mouseenter', open);
	host.addEventListener('mouseleave', () => root.activeElement !== button && close());
	button.addEventListener('focus', open);
	button.addEventListener('blur', close);
	button.addEventListener('keydown', ({ key }) => key === 'Escape' && close());
	button.addEventListener('click', (event) => {
		event.preventDefault();
		// A script of the page may click, too; only its reader may open a tab.
		if (!event.isTrusted) return;
		void ask('open-report', spec).catch(() => undefined);
	});

	const show = ({ look, sentence }: MarkText) => {
		button.replaceChildren(drawSign(look));
		button.dataset.look = look;
		button.dataset.tone = LOOK_TONES[look];
		button.setAttribute('aria-label', describeMarkButton(sentence));
		tip.textContent = sentence;
	};
	show({ look: 'pending', sentence: describeWaiting(spec.name) });
	return show;
}
