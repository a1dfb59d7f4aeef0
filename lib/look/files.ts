/** Owns the look at the files: those of the package against the tree at the attested commit, byte for byte. */
import type { Tree } from '../external/github-shapes.ts';
import type { Inspection } from '../report/evidence.ts';
import { type Finding, makeFinding } from '../report/findings.ts';
import type { FileGroup } from '../report/look-data.ts';
import { failed, type Result, success } from '../report/result.ts';
import { createBuildFolders } from './ignored.ts';
import { fetchPackage, type Package } from './package.ts';
import { type LookResult, type LookWorld, pageOf, readOf, refused, repositoryFailure, type Source } from './world.ts';

/** One file of the package beside the source. */
export interface HeldFile {
	path: string;
	bytes: number;
	group: FileGroup;
	/** The file of that name in the repository, where its bytes are others. */
	place?: string;
}

/** A package's file, fetched and read at most once for several looks. */
export interface Unpacking {
	read(): Promise<Result<Package>>;
	/** Each file by its path, once the look at the files was made. */
	held?: ReadonlyMap<string, HeldFile>;
}

/** @param inspection of the release whose file it is. */
export function createUnpacking(inspection: Inspection, world: LookWorld): Unpacking {
	let reading: Promise<Result<Package>> | undefined;
	return {
		read: () => {
			reading ??= fetchPackage(inspection, world);
			return reading;
		},
	};
}

/**
 * Asks GitHub for the list of files of the commit (one request), and holds the package's files against it.
 * @param unpacking keeps which file is where, for the look at scripts.
 * @returns `files-in-source`, `file-not-in-source`; failures of asking, of `fetchPackage`, and `tree-truncated`.
 */
export async function lookAtFiles(source: Source, unpacking: Unpacking, world: LookWorld): Promise<LookResult> {
	const { slug, commit } = source;
	const tree = await world.github.fetchTree(slug, commit);
	if (!tree.ok) return refused(tree.failure);
	if (!tree.value) {
		const failure = await repositoryFailure(world.github, slug);
		return refused(failure ?? failed('source-unreachable', `commit ${commit}`).failure);
	}
	if (tree.value.truncated) return refused(failed('tree-truncated', `${tree.value.tree.length} entries`).failure);
	// Git's newer kind of repository names files by SHA-256, which no repository at GitHub is of today.
	if (commit.length !== 40)
		return refused(failed('answer-unreadable', 'a repository that names files by SHA-256').failure);
	const read = await unpacking.read();
	if (!read.ok) return refused(read.failure);
	const folder = folderOf(read.value, tree.value);
	const ignored = await fetchIgnored(source, folder, tree.value, world);
	if (!ignored.ok) return refused(ignored.failure);
	const held = holdFiles(read.value, tree.value, folder, createBuildFolders(ignored.value));
	unpacking.held = new Map(held.map((file) => [file.path, file]));
	return { findings: findInFiles(held, folder, source, world) };
}

/** Texts of the .gitignore files that concern the package; they cost no request that GitHub counts. */
async function fetchIgnored(
	{ slug, commit }: Source,
	folder: string,
	{ tree }: Tree,
	{ github }: LookWorld,
): Promise<Result<string[]>> {
	const wanted = new Set(['.gitignore', within(folder, '.gitignore')]);
	const texts: string[] = [];
	for (const { path } of tree.filter((entry) => wanted.has(entry.path))) {
		const text = await github.fetchFile(slug, commit, path);
		if (!text.ok) return text;
		texts.push(text.value ?? '');
	}
	return success(texts);
}

function within(folder: string, path: string): string {
	return folder === '' ? path : `${folder}/${path}`;
}

/** Most folders that are tried, and files of the package that each is tried with. */
const MAX_FOLDERS = 2_000;
const MAX_TRIED = 200;

/**
 * The package's folder in the repository: as package.json names it, else the one with a package.json in which most of the files are.
 * Pure.
 */
export function folderOf({ packageJson, files }: Package, { tree }: Tree): string {
	const folders = tree
		.flatMap(({ path }) =>
			path === 'package.json' ? [''] : path.endsWith('/package.json') ? [path.slice(0, -13)] : [],
		)
		.slice(0, MAX_FOLDERS);
	const named = namedFolder(packageJson);
	if (named !== undefined && folders.includes(named)) return named;
	const blobs = new Map(tree.map(({ path, sha }) => [path, sha]));
	const tried = [...files].slice(0, MAX_TRIED);
	let [best, most] = [folders.includes('') ? '' : (folders[0] ?? ''), 0];
	for (const folder of folders) {
		const same = tried.filter(([path, { blob }]) => blobs.get(within(folder, path)) === blob).length;
		if (same > most || (same === most && same > 0 && folder.length < best.length)) [best, most] = [folder, same];
	}
	return best;
}

/** Longest path of a folder that is read, in characters. */
const MAX_FOLDER = 1_024;

/** `repository.directory` of package.json. */
function namedFolder(packageJson: string): string | undefined {
	let json: unknown;
	try {
		json = JSON.parse(packageJson);
	} catch {
		return undefined;
	}
	const directory = (json as { repository?: { directory?: unknown } | null } | null)?.repository?.directory;
	if (typeof directory !== 'string' || directory.length > MAX_FOLDER) return undefined;
	return directory.replace(/^(?:\.?\/)+|\/+$/g, '');
}

/** Each file of the package beside the tree; those with other bytes and those that nobody built first, then the largest. Pure. */
export function holdFiles(
	{ files }: Package,
	{ tree }: Tree,
	folder: string,
	isForBuilt: (folder: string) => boolean,
): HeldFile[] {
	const places = new Map<string, string>();
	const blobs = new Set<string>();
	const folders = new Set<string>();
	for (const { path, type, sha } of tree) {
		if (type === 'tree') folders.add(path);
		if (type !== 'blob') continue;
		places.set(path, sha);
		blobs.add(sha);
	}
	const held = [...files].map(([path, { bytes, blob }]): HeldFile => {
		// Some files are copied from the root when the package is packed: README, license.
		if (blobs.has(blob)) return { path, bytes, group: 'same' };
		const place = within(folder, path);
		if (places.has(place)) return { path, bytes, group: 'differs', place };
		return { path, bytes, group: isBuilt(path, place, folders, isForBuilt) ? 'built' : 'added' };
	});
	const rank: Record<FileGroup, number> = { differs: 0, added: 0, built: 1, same: 2 };
	return held.toSorted((one, other) => rank[one.group] - rank[other.group] || other.bytes - one.bytes);
}

/** Whether a file is in a folder that the source does not have, and ignores or builds. */
function isBuilt(
	path: string,
	place: string,
	folders: ReadonlySet<string>,
	isForBuilt: (folder: string) => boolean,
): boolean {
	const parts = path.split('/').slice(0, -1);
	if (parts.length === 0) return false;
	const parent = place.slice(0, place.lastIndexOf('/'));
	return !folders.has(parent) && isForBuilt(parts.join('/'));
}

function findInFiles(held: readonly HeldFile[], folder: string, source: Source, world: LookWorld): Finding[] {
	const total = (...groups: FileGroup[]) => {
		const of = held.filter(({ group }) => groups.includes(group));
		return [of.length, of.reduce((sum, { bytes }) => sum + bytes, 0)] as const;
	};
	const [[same, sameBytes], [built, builtBytes], [added, addedBytes]] = [
		total('same'),
		total('built'),
		total('added', 'differs'),
	];
	const address = folder === '' ? ['tree', source.commit] : ['tree', source.commit, folder];
	const read = readOf(pageOf(source, ...address), world);
	const counts = { same, sameBytes, built, builtBytes, added, addedBytes, folder };
	return [
		makeFinding('files-in-source', { ...counts, ...read }),
		...held.flatMap(({ group, path, bytes, place }) =>
			group === 'same'
				? []
				: [makeFinding('file-not-in-source', { path, bytes, group, ...(place !== undefined && { place }), ...read })],
		),
	];
}
