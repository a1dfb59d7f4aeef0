/** Owns how a panel looks: head, headline, facts, limits, buttons. One text, since npm's page has it in a shadow root of ours. */
import { TONE_RULES } from '../ui/tokens.ts';

/** Rules for what `createPanel` draws. They use the colours of components/ui/tokens.ts. */
export const PANEL_STYLE = `${TONE_RULES}
.room { display: grid; }
.box { grid-area: 1 / 1; align-self: start; display: flex; flex-direction: column; min-width: 0; box-sizing: border-box;
	border: 1px solid var(--origin-line); border-radius: 6px; background: var(--origin-bg); color: var(--origin-fg); }
.box.reserve { visibility: hidden; }
.box.waiting { align-self: stretch; }
.box h2 { margin: 0; padding: 0.45em 0.9em; border-bottom: 1px solid var(--origin-hairline); font-size: 1em; font-weight: 700; }
.box h2 span { margin-inline-start: 0.3em; color: var(--origin-muted); font-size: 0.93em; font-weight: 400; }
.box .words { flex: 1; padding-bottom: 0.75em; border-inline-start: 4px solid var(--origin-accent); border-end-start-radius: 5px; }
.box .headline { display: flex; gap: 0.5em; align-items: flex-start; margin: 0; padding: 0.6em 0.9em 0.5em; font-size: 1.07em;
	font-weight: 700; line-height: 1.35; overflow-wrap: anywhere; }
.box .headline svg { flex: none; overflow: visible; margin-top: 0.15em; fill: none; stroke: currentColor; stroke-width: 1.7;
	stroke-linecap: round; stroke-linejoin: round; color: var(--origin-accent); }
.box:is([data-tone="alarm"], [data-tone="note"]) .headline { color: var(--origin-accent); }
.box[data-tone="alarm"] .headline { margin-bottom: 0.4em; background: var(--origin-warn-ground); }
.box .rest { padding: 0.2em 0.9em 0.15em; }
.box .rest > * { margin: 0 0 0.6em; overflow-wrap: anywhere; }
.box .rest dl { display: grid; grid-template-columns: fit-content(7.5em) minmax(0, 1fr);
	grid-auto-rows: minmax(24px, auto); gap: 0.1em 1em; }
.box .rest dt { color: var(--origin-muted); overflow-wrap: normal; }
.box .rest dd { margin: 0; }
.box .rest :is([data-part="action"], [data-part="heading"]) { font-weight: 700; }
.box .rest [data-part="heading"] { margin-bottom: 0.2em; }
.box .rest ul { padding-inline-start: 1.3em; }
.box .rest [data-part="question"] { margin-top: 0.7em; padding-top: 0.6em; border-top: 1px solid var(--origin-hairline); }
.box .rest a { color: var(--origin-link); }
.box .bars { height: 7.5em; margin: 0.5em 0.9em;
	background: repeating-linear-gradient(var(--origin-hairline) 0 0.7em, transparent 0.7em 1.6em); }
.box .actions { display: flex; flex-wrap: wrap; gap: 0.5em; padding: 0 0.9em; }
.box .actions > * { display: inline-block; box-sizing: border-box; min-height: 2em; padding: 0.25em 0.8em;
	border: 1px solid var(--origin-line); border-radius: 5px; background: transparent; color: var(--origin-link); font: inherit;
	line-height: 1.4; text-align: center; text-decoration: none; cursor: pointer; }
.box .actions > :first-child { border-color: var(--origin-link); background: var(--origin-link); color: var(--origin-on-main); }
.box :is(a, button):focus-visible { outline: 2px solid var(--origin-link); outline-offset: 2px; }
@media (forced-colors: active) { .box .words { border-inline-start-color: CanvasText; } .box .bars { background: none; }
	.box .headline svg { color: CanvasText; } }
`;
