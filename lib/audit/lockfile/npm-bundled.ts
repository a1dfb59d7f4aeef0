/** Owns which entries of a lockfile of npm came in another package's archive, as npm itself decides it: the mark alone is not enough. Pure. */
import { type Table, tableIn, textIn, textOf } from './tree.ts';

const FOLDER = 'node_modules/';

/** Where an entry names what it needs. */
const NEEDS = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/** Folders within each other in which a need is looked for. */
const MAX_DEPTH = 16;

/** Folder -> name -> the folder of that package within it. */
type Folders = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * The folders of all entries that are marked and have no file of their own, where a package above names them, is in an archive itself, or
 * has one in its archive that needs them. For other marked ones npm asks the registry.
 * @param packages folder -> entry.
 */
export function findBundled(packages: Table): ReadonlySet<string> {
	const bundled = new Set<string>();
	const marked = new Set([...packages].flatMap(([path, { value }]) => (isMarked(value) ? [path] : [])));
	if (marked.size === 0) return bundled;
	const folders = foldersOf(packages);
	const found: string[] = [];
	const claim = (path: string | undefined) => {
		if (path === undefined || !marked.has(path) || bundled.has(path)) return;
		bundled.add(path);
		found.push(path);
	};
	// The project's own bundle, and a workspace's, is made of files that were fetched.
	for (const [path, within] of folders)
		if (path.includes(FOLDER)) for (const name of namedBy(tableIn(packages, path))) claim(within.get(name));
	for (let path = found.pop(); path !== undefined; path = found.pop()) {
		for (const one of folders.get(path)?.values() ?? []) claim(one);
		const places = placesOf(path, bundled);
		for (const field of NEEDS)
			for (const name of tableIn(tableIn(packages, path), field).keys()) claim(nearest(name, places, folders));
	}
	return bundled;
}

function isMarked(entry: unknown): boolean {
	if (!(entry instanceof Map) || entry.get('inBundle')?.value !== true) return false;
	return textIn(entry, 'integrity') === undefined && textIn(entry, 'resolved') === undefined;
}

function namedBy(entry: Table): string[] {
	const names = entry.get('bundleDependencies')?.value;
	return Array.isArray(names) ? names.flatMap((name) => textOf(name) ?? []) : [];
}

function foldersOf(packages: Table): Folders {
	const folders = new Map<string, Map<string, string>>();
	for (const path of packages.keys()) {
		const at = path.lastIndexOf(`/${FOLDER}`);
		if (at === -1) continue;
		const within = folders.get(path.slice(0, at)) ?? new Map<string, string>();
		folders.set(path.slice(0, at), within.set(path.slice(at + 1 + FOLDER.length), path));
	}
	return folders;
}

/** The folder itself and those above it, the nearest first, up to that whose archive it came in. */
function placesOf(path: string, bundled: ReadonlySet<string>): string[] {
	const places = [path];
	for (let place = path; bundled.has(place) && places.length < MAX_DEPTH; places.push(place))
		place = place.slice(0, place.lastIndexOf(`/${FOLDER}`));
	return places;
}

/** The nearest one is the one that is used. */
function nearest(name: string, places: readonly string[], folders: Folders): string | undefined {
	for (const place of places) {
		const path = folders.get(place)?.get(name);
		if (path !== undefined) return path;
	}
	return undefined;
}
