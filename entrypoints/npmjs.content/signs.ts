/**
 * Owns the two signs of a release outside its panel. One is a mark below the title, always; the other is a line beside the heading of
 * npm's install command, for the gravest looks. Neither takes room that npm's own nodes have, and both lead to the panel.
 */
import { drawSign } from '../../components/report/draw-panel.ts';
import { TOKENS, TONE_RULES } from '../../components/ui/tokens.ts';
import type { ReleaseSpec } from '../../lib/npm/spec.ts';
import { INSTALL_WARNINGS, signLabel, signTitle } from '../../lib/text/en/names.ts';
import { LOOK_TONES, type Look } from '../../lib/text/verdict-icons.ts';
import { findInstallCommand, findTitleLine, pageTheme } from './page.ts';

const STYLE = `${TONE_RULES}
:host { ${TOKENS}; color-scheme: light; }
:host([data-theme="dark"]) { color-scheme: dark; }
:host([data-theme="auto"]) { color-scheme: light dark; }
button { all: unset; box-sizing: border-box; min-width: 24px; min-height: 24px; cursor: pointer; color: var(--origin-accent, var(--origin-muted)); }
button:focus-visible { outline: 2px solid var(--origin-link); outline-offset: 1px; border-radius: 4px; }
svg { display: block; margin: auto; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
.line { position: absolute; inset-block-end: 2px; inset-inline-end: 0; padding: 1px 8px; border-radius: 5px; background: var(--origin-warn-ground);
	color: var(--origin-warn); font-size: 13px; font-weight: 700; }
`;

/** A page that goes on dropping a sign after this many times does not want it. */
const MAX_RETURNS = 20;

/** The signs of one release, as long as its page is shown. */
interface Signs {
	/** Puts them where they belong, unless they are there. */
	place(): void;
	show(look: Look): void;
	remove(): void;
}

/** @param onpress leads to the panel. */
export function createSigns(spec: ReleaseSpec, onpress: () => void): Signs {
	const mark = drawHost('display:inline-block;vertical-align:middle;margin-inline-start:4px;height:0;overflow:visible');
	// As wide as the sidebar and without height: what is in it shows in the line above.
	const line = drawHost('display:block;position:relative;height:0');
	mark.button.append(drawSign('pending'));
	mark.button.style.cssText = 'display:block;position:relative;top:-12px';
	line.button.className = 'line';
	for (const { button } of [mark, line])
		button.addEventListener('click', ({ isTrusted }) => {
			if (isTrusted) onpress();
		});
	let look: Look = 'pending';
	const returns = { mark: 0, line: 0 };
	const place = () => {
		for (const { host } of [mark, line]) host.dataset.theme = pageTheme(document);
		// Each change of the page comes by here: what is in its place costs nothing.
		if (!mark.host.isConnected && returns.mark <= MAX_RETURNS) {
			const title = findTitleLine(document, spec.name);
			if (title) returns.mark += 1;
			title?.append(mark.host);
		}
		if (INSTALL_WARNINGS[look] === undefined) line.host.remove();
		else if (!line.host.isConnected && returns.line <= MAX_RETURNS) {
			const command = findInstallCommand(document);
			if (command) returns.line += 1;
			command?.before(line.host);
		}
	};
	return {
		place,
		show(next) {
			look = next;
			mark.button.dataset.tone = LOOK_TONES[look];
			mark.button.ariaLabel = signLabel(look);
			mark.button.title = signTitle(look);
			mark.button.replaceChildren(drawSign(look));
			line.button.textContent = INSTALL_WARNINGS[look] ?? '';
			place();
		},
		remove: () => {
			mark.host.remove();
			line.host.remove();
		},
	};
}

function drawHost(css: string): { host: HTMLElement; button: HTMLButtonElement } {
	const host = document.createElement('span');
	host.dataset.stampOfOriginSign = '';
	host.style.cssText = css;
	const style = document.createElement('style');
	style.textContent = STYLE;
	const button = document.createElement('button');
	button.type = 'button';
	host.attachShadow({ mode: 'open' }).append(style, button);
	return { host, button };
}
