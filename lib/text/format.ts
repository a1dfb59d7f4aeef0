/** Owns how names, days, counts and sizes are written in a sentence. */
import type { Report } from '../report/report.ts';
import { displayText, escapeInvisible, quoteText, quoteWord, wordText } from './untrusted.ts';

/** The text as a sentence begins; npm writes itself small. */
export function capital(text: string): string {
	return text.startsWith('npm') ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

export function nameOf({ release }: Report): string {
	return quoteRelease(release);
}

/** Name and version in one pair of quotation marks. */
export function quoteRelease({ name, version }: { name: string; version: string }): string {
	return `“${wordText(name)} ${wordText(version)}”`;
}

export function counted(count: number, what: string): string {
	return `${count.toLocaleString('en-GB')} ${count === 1 ? what : `${what}s`}`;
}

/** The first three of a list, and how many more there are. */
export function firstOf(words: readonly string[]): string {
	const more = words.length - 3;
	return `${words
		.slice(0, 3)
		.map((word) => quoteText(word))
		.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `https://github.com/owner/repo` -> `owner/repo`; other hosts keep their name. */
export function shortRepository(repository: string): string {
	return repository.replace(/^https:\/\/(github\.com\/)?/, '');
}

/** `.github/workflows/release.yml` -> `release.yml`. */
export function fileName(path: string): string {
	return path.split('/').at(-1) ?? path;
}

/** `2026-03-27T...` -> `27 March 2026`. */
export function day(iso: string): string {
	const date = new Date(iso);
	if (Number.isNaN(date.getTime())) return quoteText(iso);
	return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}

/** Text from outside on its own: a link, a heading, a cell. In a sentence it is quoted. */
export function shown(text: string): string {
	return displayText(text);
}

/** Text from outside in quotation marks, not cut: what readers or their organisation wrote, in a list. */
export function quoteWhole(text: string): string {
	return quoteText(text, Number.POSITIVE_INFINITY);
}

/** The number of a line or a list; quoted where it is none. */
export function numberText(text: string): string {
	return /^[\d.]{1,20}$/.test(text) ? text : quoteWord(text);
}

/** Text from outside within a sentence of a page: quoted, in at most 60 characters and three words. */
export const quoted = (text: string): string => quoteText(text);

/** Text from outside, not cut and not quoted, for tables that have the room. */
export function readable(text: string): string {
	return escapeInvisible(text);
}

/** `1234567` -> `1.2 MB`. */
export function bytes(count: number): string {
	if (count < 1000) return `${count} bytes`;
	return count < 1_000_000 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}
