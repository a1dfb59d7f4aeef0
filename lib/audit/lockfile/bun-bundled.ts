/** Owns which entries of a lockfile of Bun came in another package's archive, though Bun marks only some of them. Pure. */
import { type Member, type Table, tableIn } from './tree.ts';

/** Where an entry names what it needs. */
const NEEDS = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/** Deepest path of names that is followed. */
const MAX_DEPTH = 64;

/**
 * The paths of all entries that came in an archive: those that Bun marks, and whatever beside them only such entries need. Bun lists an
 * address and a hash of the registry's file for them, which it never fetched (findings/bun-hash-of-a-file-never-fetched.sh).
 * @param packages path of names -> entry.
 */
export function findBundled(packages: Table): ReadonlySet<string> {
	const bundled = new Set<string>();
	for (const [path, member] of packages) if (infoOf(member)?.get('bundled')?.value === true) bundled.add(path);
	if (bundled.size === 0) return bundled;
	const parents = new Set([...bundled].map(parentOf));
	/** Of an entry, what it needs beside a marked one; and of such a one, how many need it that came in no archive. */
	const needs = new Map<string, string[]>();
	const others = new Map<string, number>();
	for (const [path, member] of packages) {
		const places = placesOf(path);
		const info = infoOf(member);
		if (!info || !places.some((place) => parents.has(place))) continue;
		const needed = NEEDS.flatMap((field) => [...tableIn(info, field).keys()]).flatMap((name) => {
			// The nearest one is the one that is used.
			const nearest = places.map((place) => `${place}/${name}`).find((one) => packages.has(one));
			return nearest === undefined || nearest === path ? [] : [nearest];
		});
		needs.set(path, needed);
		for (const one of needed) others.set(one, (others.get(one) ?? 0) + 1);
	}
	const found = [...bundled];
	for (let path = found.pop(); path !== undefined; path = found.pop())
		for (const one of needs.get(path) ?? []) {
			const left = (others.get(one) ?? 0) - 1;
			others.set(one, left);
			if (left > 0 || bundled.has(one)) continue;
			bundled.add(one);
			found.push(one);
		}
	return bundled;
}

function infoOf({ value }: Member): Table | undefined {
	const info = Array.isArray(value) ? value[2] : undefined;
	return info instanceof Map ? info : undefined;
}

/** The entry itself and those above it, the nearest first: `a/@s/b` -> `a/@s/b`, `a`. */
function placesOf(path: string): string[] {
	const places: string[] = [];
	for (let place = path; place !== '' && places.length < MAX_DEPTH; place = parentOf(place)) places.push(place);
	return places;
}

/** `a/@s/b` -> `a`. Empty for one at the top. */
function parentOf(path: string): string {
	const cut = path.lastIndexOf('/');
	if (cut === -1) return '';
	const rest = path.slice(0, cut);
	const scope = rest.slice(rest.lastIndexOf('/') + 1);
	return scope.startsWith('@') ? rest.slice(0, Math.max(0, rest.length - scope.length - 1)) : rest;
}
