/** Owns patterns of refs: `*` is anything but a slash. */

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
