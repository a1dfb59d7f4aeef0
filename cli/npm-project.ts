/** Owns which folder npm takes for the project of the one where a command runs: in a workspace, the folder that lists it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Most folders above a package in which a root is looked for. */
const MAX_FOLDERS = 64;

/** Longest package.json that is read for its workspaces, in bytes. */
const MAX_MANIFEST = 1_000_000;

/** Most patterns of one root, and the longest one in characters. */
const [MAX_PATTERNS, MAX_PATTERN] = [1_000, 300];

/**
 * The project's folder: the nearest with a package.json or node_modules, or else the one above whose workspaces have it.
 * @param cwd an absolute path; it is the answer where there is no project.
 * @see https://docs.npmjs.com/cli/v11/using-npm/workspaces
 */
export function findProjectFolder(cwd: string): string {
	const nearest = [cwd, ...foldersAbove(cwd)].find((folder) => isPackage(folder) || exists(folder, 'node_modules'));
	if (nearest === undefined) return cwd;
	// What has no package.json is nobody's workspace.
	if (!isPackage(nearest)) return nearest;
	const above = foldersAbove(nearest).slice(0, MAX_FOLDERS);
	return above.find((folder) => hasWorkspace(folder, relative(folder, nearest).split(sep))) ?? nearest;
}

function foldersAbove(folder: string): string[] {
	const folders: string[] = [];
	for (let at = folder; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
	return folders;
}

function isPackage(folder: string): boolean {
	return exists(folder, 'package.json');
}

function exists(folder: string, name: string): boolean {
	return existsSync(join(folder, name));
}

/** Whether the workspaces of a root have a folder; `path` is the way from the root to it, in parts. */
function hasWorkspace(root: string, path: readonly string[]): boolean {
	if (path.includes('node_modules')) return false;
	let isNamed = false;
	let isRefused = false;
	for (const written of readWorkspaces(root)) {
		const [, marks = '', text = ''] = /^(!*)(.*)$/s.exec(written.replaceAll('\\', '/')) ?? [];
		const pattern = text.split('/').filter((part) => part !== '' && part !== '.');
		if (!isPathOf(pattern, path)) continue;
		if (marks.length % 2 === 1) isRefused = true;
		else {
			isNamed = true;
			// A folder that is named in full after its refusal is a workspace again.
			if (!text.includes('*')) isRefused = false;
		}
	}
	return isNamed && !isRefused;
}

/** The patterns of a root's package.json. One that is not there, is broken or too large has none: npm passes it by. */
function readWorkspaces(root: string): string[] {
	try {
		const file = join(root, 'package.json');
		const stat = statSync(file);
		if (!stat.isFile() || stat.size > MAX_MANIFEST) return [];
		const manifest: unknown = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
		const workspaces = fieldOf(manifest, 'workspaces');
		const list = [fieldOf(workspaces, 'packages'), workspaces].find(Array.isArray) ?? [];
		return list
			.slice(0, MAX_PATTERNS)
			.filter((one: unknown) => typeof one === 'string' && one !== '' && one.length <= MAX_PATTERN);
	} catch {
		return [];
	}
}

function fieldOf(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
		? (value as Record<string, unknown>)[name]
		: undefined;
}

/** Whether a pattern such as `packages/*` has a path, both in parts. `**` is any number of folders, of which none is hidden. */
function isPathOf(pattern: readonly string[], path: readonly string[]): boolean {
	/** How many parts of the path may be used up so far. */
	let used = new Set([0]);
	for (const piece of pattern) {
		const next = new Set<number>();
		for (let count = 0; count <= path.length; count += 1) {
			const last = path[count - 1];
			const isLonger = (piece === '**' ? next : used).has(count - 1) && isPartOf(piece, last);
			if (isLonger || (piece === '**' && used.has(count))) next.add(count);
		}
		used = next;
	}
	return used.has(path.length);
}

/** Whether a piece of a pattern is a folder's name, where `*` is any letters. A star does not begin a hidden folder's name. */
function isPartOf(piece: string, name: string | undefined): boolean {
	if (name === undefined || (name.startsWith('.') && !piece.startsWith('.'))) return false;
	const [head = '', ...rest] = piece.split('*');
	const tail = rest.pop();
	if (tail === undefined) return piece === name;
	if (!name.startsWith(head) || !name.endsWith(tail)) return false;
	let from = head.length;
	for (const text of rest) {
		const at = name.indexOf(text, from);
		if (at === -1) return false;
		from = at + text.length;
	}
	return from + tail.length <= name.length;
}
