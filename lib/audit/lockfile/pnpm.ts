/** Owns how a lockfile of pnpm is read: versions 6, 9 and 13, and files of two documents. Pure. */
import { isVersion } from '../../npm/spec.ts';
import type { NotCoveredReason } from '../../report/audit.ts';
import { success } from '../../report/result.ts';
import { Entries } from './entries.ts';
import { readIntegrity } from './hashes.ts';
import type { LockedHash, LockfileFormat } from './lockfile.ts';
import {
	allTextIn,
	type Member,
	Refusal,
	refused,
	type Table,
	tableIn,
	textIn,
	textOf,
	unreadable,
	type Value,
} from './tree.ts';
import { readYaml } from './yaml.ts';

/** A higher minor version is one that older pnpm reads as well. */
const VERSION = /^(?:6|9|13)\.\d{1,3}$/;

/** The environment and the project. */
const MAX_DOCUMENTS = 2;

/** Where a project names what it uses; the last two are the environment's. */
const DEPENDENCIES = [
	'dependencies',
	'devDependencies',
	'optionalDependencies',
	'configDependencies',
	'packageManagerDependencies',
];

/** Fields of `packages` that say which file is installed. */
const OF_PACKAGES = ['resolution', 'integrity', 'name', 'version'];

export const pnpm: LockfileFormat = {
	id: 'pnpm',
	recognises: (fileName, text) =>
		/^pnpm-lock(?:\.[^/]+)?\.yaml$/.test(fileName) ||
		(fileName === '' && /^(?:lockfileVersion:|\s*"lockfileVersion": *"13\.)/m.test(text)),
	parse(text, bases) {
		try {
			const documents = readYaml(text);
			if (documents.length > MAX_DOCUMENTS)
				throw unreadable({ line: 1, column: 1 }, `more than ${MAX_DOCUMENTS} documents`);
			const entries = new Entries(bases);
			let version = '';
			for (const document of documents) {
				version = textIn(document, 'lockfileVersion') ?? '';
				if (!VERSION.test(version)) throw new Refusal('lockfile-version-unknown', version || 'no lockfileVersion');
				readDocument(document, entries);
			}
			if (documents.length === 0) throw new Refusal('lockfile-version-unknown', 'no lockfileVersion');
			entries.markPatched(
				documents
					.flatMap((document) => [document, tableIn(document, 'settings')])
					.map((table) => tableIn(table, 'patchedDependencies')),
			);
			// The project's own document is the last one; the environment's may be older.
			return success(entries.lockfile('pnpm', version));
		} catch (error) {
			return refused(error);
		}
	},
};

function readDocument(document: Table, entries: Entries): void {
	const settings = tableIn(document, 'settings');
	const packages = tableIn(document, 'packages');
	const isOfTar = (textIn(settings, 'integrityTarget') ?? 'tarball') !== 'tarball';
	/** Key without what it was resolved with -> `name@version`. */
	const specs = new Map<string, string>();
	for (const [key, member] of packages) specs.set(bareKey(key), readPackage(key, member, isOfTar, entries));
	readSnapshots(tableIn(document, 'snapshots'), specs, entries);
	const importers = [tableIn(document, 'importers'), tableIn(document, 'projects')].flatMap((all) =>
		[...all.values()].map(({ value }) => value),
	);
	// Without workspaces, version 6 has the project at the top.
	for (const importer of [document, ...importers]) if (importer instanceof Map) readImporter(importer, specs, entries);
}

/**
 * What pnpm installs by its dependencies. It takes the rest from `packages`, and also from here where it is written here, as pnpm never does.
 * @param specs has each key of `packages`.
 */
function readSnapshots(snapshots: Table, specs: ReadonlyMap<string, string>, entries: Entries): void {
	for (const [key, { value, ...place }] of snapshots) {
		const bare = bareKey(key) || key;
		const source = value instanceof Map ? OF_PACKAGES.flatMap((field) => value.get(field)?.value ?? []) : [];
		if (specs.has(bareKey(key)) && source.length === 0) continue;
		entries.leaveOut(place, bare, 'unreadable', { source: source.map(allTextIn) });
	}
}

/** @returns `name@version`, or whatever the entry is called. */
function readPackage(key: string, { value, ...place }: Member, isOfTar: boolean, entries: Entries): string {
	const bare = bareKey(key) || key;
	if (!(value instanceof Map)) return entries.leaveOut(place, bare, 'unreadable', { source: [allTextIn(value)] });
	const resolution = tableIn(value, 'resolution');
	const [keyName, said] = splitKey(bare);
	// Of a key that is an address or a folder, the fields tell the name and the version.
	const [name = keyName, ownVersion] = [textIn(value, 'name'), textIn(value, 'version')];
	const type = textIn(resolution, 'type');
	const integrity = textIn(value, 'integrity') ?? textIn(resolution, 'integrity');
	const leaveOut = (why: NotCoveredReason) =>
		entries.leaveOut(place, bare, why, { source: [allTextIn(resolution), textIn(value, 'integrity')] });
	const tarball = textIn(resolution, 'tarball');
	const [, registry, version = said] = /^([a-z][\w.-]*):([^/].*)$/i.exec(said) ?? [];
	if (registry === 'runtime' || type === 'variations' || type === 'binary') return leaveOut('runtime');
	if (type === 'git' || resolution.get('gitHosted')?.value === 'true') return leaveOut('git');
	if (type === 'directory') return leaveOut('file');
	// A resolver of the project's own.
	if (type !== undefined) return leaveOut('url');
	// A registry that only the project's settings know the address of.
	if (registry !== undefined && isVersion(version)) return leaveOut('other-registry');
	const hash = hashOf(integrity, isOfTar);
	if (!isVersion(said))
		return entries.add(place, { name, version: ownVersion, hash, address: tarball ?? said, called: bare });
	const spec = entries.add(place, { name: keyName, version: said, hash, address: tarball });
	const own = { name, version: ownVersion ?? said };
	// pnpm writes no such field here, and its versions differ in which one counts: the file has both.
	if (`${own.name}@${own.version}` !== bare) entries.add(place, { ...own, hash, address: tarball, isCounted: true });
	return spec;
}

function hashOf(integrity: string | undefined, isOfTar: boolean): LockedHash {
	const hash = readIntegrity(integrity);
	return isOfTar && hash.of === 'tarball' ? { of: 'tar', text: hash.integrity } : hash;
}

/** Marks what a project names itself. What it names and the file does not have was cut off. */
function readImporter(importer: Table, specs: ReadonlyMap<string, string>, entries: Entries): void {
	for (const field of DEPENDENCIES) {
		for (const [name, { value, ...place }] of tableIn(importer, field)) {
			const version = versionOf(value);
			if (version === undefined) continue;
			const key = isVersion(version) ? `${name}@${version}` : version;
			const spec = specs.get(key) ?? specs.get(`${name}@${version}`);
			if (spec !== undefined) entries.markDirect(spec);
			else if (isVersion(version)) entries.leaveOut(place, key, 'unreadable');
		}
	}
}

/** `{ specifier, version }`, or where both are the same only that; without what it was resolved with. */
function versionOf(value: Value): string | undefined {
	const version = value instanceof Map ? textIn(value, 'version') : textOf(value);
	const [before] = version?.split('(', 1) ?? [];
	return before === undefined || isVersion(before) ? before : bareKey(version?.replace(/^npm:/, '') ?? '');
}

/** `/name@1.0.0(react@18.2.0)` as `name@1.0.0`. */
function bareKey(key: string): string {
	const bare = key.replace(/^\//, '');
	// Old names may have parentheses.
	const paren = bare.indexOf('(', Math.max(0, bare.indexOf('@', 1)));
	return paren === -1 ? bare : bare.slice(0, paren);
}

function splitKey(key: string): [name: string, said: string] {
	const at = key.indexOf('@', 1);
	return at === -1 ? [key, key] : [key.slice(0, at), key.slice(at + 1)];
}
