/** Owns patterns of refs: how they match, where `*` is anything but a slash, and the one that fits a package's next releases. */
import { maskRef } from '../npm/ref-form.ts';

/** More stars in one pattern are a mistake. */
export const MAX_STARS = 8;

/**
 * Whether the whole of `ref` is of the form `glob`. No regular expression: these take time without end for some patterns, and
 * here each piece only moves the places that can be reached.
 */
export function matchesGlob(glob: string, ref: string): boolean {
	let places = new Set([0]);
	for (const piece of glob.match(/\*+|[^*]+/g) ?? []) {
		const reached = new Set<number>();
		for (const from of places) {
			if (!piece.startsWith('*')) {
				if (ref.startsWith(piece, from)) reached.add(from + piece.length);
				continue;
			}
			for (let at = from; at <= ref.length && !reached.has(at); at += 1) {
				reached.add(at);
				if (piece === '*' && ref[at] === '/') break;
			}
		}
		places = reached;
	}
	return places.has(ref.length);
}

/**
 * The pattern of the refs that a package's next releases may have: `refs/tags/v*` of `refs/tags/v1.2.3`, and `refs/heads/release/*` of
 * `refs/heads/release/1.2`.
 * @returns nothing where no part of the name is known to stay: a tag without the version in it, a branch of numbers only.
 */
export function patternOfRef(ref: string, version: string): string | undefined {
	const [, kind = '', name = ''] = /^(refs\/(?:tags|heads)\/)(.+)$/s.exec(ref) ?? [];
	if (kind === '') return ref;
	// Not within a longer number.
	const whole = new RegExp(`(?<!\\d\\.?)${version.replace(/\W/g, '\\$&')}(?!\\.?\\d)`, 'g');
	const unversioned = name.replace(whole, '*');
	if (kind === 'refs/tags/') return unversioned === name ? undefined : kind + unversioned;
	const masked = maskRef(unversioned, { number: '*', commit: '*' }).replace(/\*(?:[._-]?\*)+/g, '*');
	const isKnown = /\p{L}/u.test(masked) && masked.split('*').length - 1 <= MAX_STARS;
	return isKnown ? kind + masked : undefined;
}
