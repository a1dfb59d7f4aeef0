/** Owns how a lockfile of npm is read, versions 1 to 4. Pure. */
import { success } from '../../report/result.ts';
import { Entries } from './entries.ts';
import { readIntegrity } from './hashes.ts';
import { readJson } from './json.ts';
import type { LockfileFormat, Place } from './lockfile.ts';
import { findBundled } from './npm-bundled.ts';
import { allTextIn, type Member, Refusal, refused, type Table, tableIn, tableOf, textIn } from './tree.ts';

const VERSIONS = ['1', '2', '3', '4'];

/** Where a package.json names what the project uses. */
const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

const FOLDER = 'node_modules/';

export const npm: LockfileFormat = {
	id: 'npm',
	recognises: (fileName, text) =>
		/^(?:package-lock|npm-shrinkwrap)\.json$/.test(fileName) ||
		(fileName === '' && /^\s*\{/.test(text) && /"lockfileVersion"\s*:\s*\d/.test(text)),
	parse(text, bases) {
		try {
			const root = readJson(text);
			const version = textIn(root, 'lockfileVersion') ?? '';
			if (!VERSIONS.includes(version)) throw new Refusal('lockfile-version-unknown', version || 'no lockfileVersion');
			const entries = new Entries(bases);
			// Version 2 has both. Whatever the version says, npm reads nothing else where there is `packages`.
			if (version === '1' && !root.has('packages')) readNested(tableIn(root, 'dependencies'), entries);
			else readPackages(root, entries);
			return success(entries.lockfile('npm', version));
		} catch (error) {
			return refused(error);
		}
	},
};

/** Versions 2 to 4: each folder that npm makes, by its path. */
function readPackages(root: Table, entries: Entries): void {
	const member = root.get('packages');
	const packages = tableOf(member?.value, member ?? { line: 1, column: 1 }, '"packages"');
	const project = tableIn(packages, '');
	const hasWorkspaces = project.has('workspaces');
	const bundled = findBundled(packages);
	/** Path -> `name@version`. */
	const specs = new Map<string, string>();
	for (const [path, member] of packages) {
		if (path === '') continue;
		specs.set(path, readFolder(path, member, hasWorkspaces, bundled.has(path), entries));
	}
	for (const path of packages.keys()) {
		if (path.includes(FOLDER)) continue;
		// A workspace's own, else what it shares with the project.
		for (const name of namedIn(tableIn(packages, path)))
			entries.markDirect(specs.get(`${path}/${FOLDER}${name}`) ?? specs.get(FOLDER + name) ?? '');
	}
}

/** @returns `name@version`, or whatever the entry is called. */
function readFolder(
	path: string,
	{ value, ...place }: Member,
	hasWorkspaces: boolean,
	isBundled: boolean,
	entries: Entries,
): string {
	if (!(value instanceof Map)) return entries.leaveOut(place, path, 'unreadable', { source: [allTextIn(value)] });
	const at = path.lastIndexOf(FOLDER);
	const name = textIn(value, 'name') || path.slice(at === -1 ? 0 : at + FOLDER.length);
	const version = textIn(value, 'version');
	const called = name || path;
	const spec = version === undefined || name === '' ? called : `${name}@${version}`;
	const integrity = textIn(value, 'integrity');
	const address = textIn(value, 'resolved');
	if (value.get('link')?.value === true) return entries.leaveOut(place, called, 'link', { source: [address] });
	if (at === -1) {
		const why = hasWorkspaces && !path.startsWith('..') ? 'workspace' : 'file';
		return entries.leaveOut(place, spec, why, { source: [path] });
	}
	if (isBundled) return entries.leaveOut(place, spec, 'bundled');
	const isPatched = value.has('patched');
	return entries.add(place, { name, version, hash: readIntegrity(integrity), address, isPatched, called });
}

function namedIn(manifest: Table): string[] {
	return DEPENDENCIES.flatMap((field) => [...tableIn(manifest, field).keys()]);
}

/** Version 1: dependencies within dependencies. An alias is `npm:name@version`. */
function readNested(dependencies: Table, entries: Entries, isWithin = false): void {
	for (const [key, { value, ...place }] of dependencies) {
		if (!(value instanceof Map)) entries.leaveOut(place, key, 'unreadable', { source: [allTextIn(value)] });
		else {
			readDependency(key, value, place, isWithin, entries);
			readNested(tableIn(value, 'dependencies'), entries, true);
		}
	}
}

function readDependency(key: string, value: Table, place: Place, isWithin: boolean, entries: Entries): void {
	const written = textIn(value, 'version') ?? '';
	const [, name = key, version = written] = /^npm:(.+)@(.*)$/s.exec(written) ?? [];
	const integrity = textIn(value, 'integrity');
	const hash = readIntegrity(integrity);
	const address = textIn(value, 'resolved');
	const spec = name === '' ? version : `${name}@${version}`;
	// At the top it is of the project's own bundle, which is made of files that are fetched.
	const isBundled = isWithin && value.get('bundled')?.value === true;
	if (isBundled && hash.of === 'nothing' && address === undefined) entries.leaveOut(place, spec, 'bundled');
	// What is of no registry has its address for a version.
	else if (/^[a-z][a-z+]*:/i.test(version) || /^[./~]/.test(version))
		entries.leaveOut(place, spec, reasonOf(version), { source: [address, integrity] });
	else entries.add(place, { name, version, hash, address });
}

function reasonOf(version: string): 'file' | 'git' | 'url' {
	if (/^(?:file:|[./~])/i.test(version)) return 'file';
	return /^https?:/i.test(version) && !/\.git(?:#|$)/.test(version) ? 'url' : 'git';
}
