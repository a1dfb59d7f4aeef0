/** Owns the colours of all that we show: light and dark of each. Text meets WCAG AA (4.5 to 1) on its ground. */
import type { Tone } from '../../lib/text/verdict-icons.ts';

const COLOURS = {
	fg: ['#1f2328', '#e6edf3'],
	muted: ['#59636e', '#9da7b3'],
	bg: ['#ffffff', '#161b22'],
	line: ['#8c959f', '#6e7681'],
	/** Between parts of one thing. */
	hairline: ['#d1d9e0', '#3d444d'],
	link: ['#0550ae', '#79b8ff'],
	warn: ['#b42318', '#ff8f87'],
	'warn-ground': ['#fff0ee', '#3a1a1a'],
	note: ['#8a4b00', '#f0b458'],
	/** Words on a main button. */
	'on-main': ['#ffffff', '#0d1117'],
} as const;

/** The one mapping from tone to colour. */
const TONES: Record<Tone, string> = { origin: 'link', alarm: 'warn', note: 'note', calm: 'muted' };

/** The colours as custom properties, for a style: `--origin-fg:light-dark(...)`. */
export const TOKENS = Object.entries(COLOURS)
	.map(([name, [light, dark]]) => `--origin-${name}:light-dark(${light},${dark})`)
	.join(';');

/** Rules that give what has a `data-tone` its colour, as `--origin-accent`. */
export const TONE_RULES = Object.entries(TONES)
	.map(([tone, name]) => `[data-tone="${tone}"]{--origin-accent:var(--origin-${name})}`)
	.join('');
