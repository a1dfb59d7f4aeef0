/** Owns the archives for the stores: which files each holds, and bytes that depend on those files and on nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';

/** Path in an archive, with `/` -> content. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** What is handed in: an extension for each store, and the sources for Mozilla's reviewers. */
export const ARCHIVES = ['chrome', 'edge', 'firefox', 'sources'] as const;
export type ArchiveName = (typeof ARCHIVES)[number];

/** What builds the extension, from the root of the repository; folders are taken whole. A scenario builds from these alone. */
const SOURCES = [
	...['LICENSE', 'package.json', 'package-lock.json', 'tsconfig.json', 'wxt.config.ts'],
	...['scripts/build.ts', 'scripts/ensure-installed.mjs', 'scripts/hooks.ts'],
	...['components', 'entrypoints', 'lib', 'public'],
];
/** The page for reviewers, which is at the top of their archive. */
const BUILD_PAGE = { from: 'docs/store/building.md', as: 'BUILD.md' };
/** The first day that a ZIP file can name. Its fields are local time, and so are these: the bytes are the same in every zone. */
const DATE = new Date(1980, 0, 1);

/** Packs files in the order of their names, with one date for all, and neither rights nor extra fields. */
export function packArchive(files: Files): Uint8Array {
	const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
	return zipSync(Object.fromEntries(sorted), { mtime: DATE, level: 9 });
}

/** All files below a folder by their path in it. Hidden ones, which editors and systems leave behind, are not taken. */
export function readFolder(folder: string): Files {
	const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, '/').length));
	return new Map(
		paths
			.filter((path) => !/(^|[\\/])\./.test(path))
			.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path))]),
	);
}

/** The files of Mozilla's source archive. @param root folder of the repository. */
export function readSources(root: string): Files {
	const sources = new Map([[BUILD_PAGE.as, readFileSync(join(root, BUILD_PAGE.from))]]);
	const isFile = (path: string) => /\.\w+$|^LICENSE$/.test(path);
	for (const path of SOURCES)
		if (isFile(path)) sources.set(path, readFileSync(join(root, path)));
		else
			for (const [name, content] of readFolder(join(root, path))) sources.set(`${path}/${name}`, Buffer.from(content));
	return sources;
}

/**
 * Packs what is built. Edge gets the same bytes as Chrome.
 * @param output folder that the build wrote to.
 */
export function packAll(output: string): Record<ArchiveName, Uint8Array> {
	const chrome = packArchive(readFolder(join(output, 'chrome-mv3')));
	const firefox = packArchive(readFolder(join(output, 'firefox-mv3')));
	const sources = packArchive(readSources(fileURLToPath(new URL('..', import.meta.url))));
	return { chrome, edge: chrome, firefox, sources };
}
