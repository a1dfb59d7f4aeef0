/** Owns the look at what runs on install: the scripts of the file's own package.json, and the files of the package that they start. */
import { INSTALL_SCRIPTS } from '../npm/published-release.ts';
import { type Finding, type FindingOf, makeFinding } from '../report/findings.ts';
import type { Unpacking } from './files.ts';
import type { Package } from './package.ts';
import { filesStarted, type PackageScripts } from './started-files.ts';
import { type LookResult, refused } from './world.ts';

/**
 * Reads the package's file.
 * @param found findings that the Report has already: what runs on install is not said twice.
 * @returns `runs-on-install`, `runs-nothing-on-install`, and `install-starts-file` for each file that a script names; failures of
 *   `fetchPackage`.
 */
export async function lookAtScripts(unpacking: Unpacking, found: readonly Finding[]): Promise<LookResult> {
	const read = await unpacking.read();
	if (!read.ok) return refused(read.failure);
	const scripts = scriptsOf(read.value);
	const isSaid = found.some(({ code }) => code === 'runs-on-install' || code === 'runs-nothing-on-install');
	const said = scripts.onInstall.map(([name, command]) => makeFinding('runs-on-install', { name, command }));
	return {
		findings: [
			...(isSaid ? [] : said.length > 0 ? said : [makeFinding('runs-nothing-on-install')]),
			...startedFiles(scripts, read.value, unpacking.held),
		],
	};
}

interface Scripts extends PackageScripts {
	/** Name and command of each that npm runs on install, in its order. */
	onInstall: [name: string, command: string][];
}

/** The scripts of a package's own package.json. Pure. @see https://docs.npmjs.com/cli/using-npm/scripts */
export function scriptsOf({ packageJson, files }: Package): Scripts {
	let json: { scripts?: unknown; main?: unknown } | null = null;
	try {
		json = JSON.parse(packageJson);
	} catch {
		// npm installs no package without one; its files are listed all the same.
	}
	const entries = Object.entries(typeof json?.scripts === 'object' && json.scripts !== null ? json.scripts : {});
	const all = new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
	const onInstall = INSTALL_SCRIPTS.flatMap((name): [string, string][] => {
		const command = all.get(name);
		if (command !== undefined) return [[name, command]];
		// npm does so by itself, unless a script of the package takes its place.
		const isImplicit = name === 'install' && files.has('binding.gyp') && !all.has('preinstall');
		return isImplicit ? [['install', 'node-gyp rebuild']] : [];
	});
	return { onInstall, all, main: typeof json?.main === 'string' ? json.main : 'index.js' };
}

function startedFiles(
	scripts: Scripts,
	{ files }: Package,
	held: Unpacking['held'],
): FindingOf<'install-starts-file'>[] {
	return scripts.onInstall.flatMap(([script, command]) => {
		const named = command === 'node-gyp rebuild' && files.has('binding.gyp') ? ['binding.gyp'] : [];
		return [...new Set([...named, ...filesStarted(command, scripts)])].map((name) => {
			const path = resolve(name, files);
			const group = path === undefined ? undefined : held?.get(path)?.group;
			const inSource =
				path === undefined
					? 'absent'
					: group === undefined
						? 'not-looked-at'
						: group === 'same' || group === 'differs'
							? group
							: 'not-in-source';
			return makeFinding('install-starts-file', { script, command, path: path ?? name, inSource });
		});
	});
}

/** The file of the package that a word means, as Node looks for it; `undefined` where there is none. */
function resolve(name: string, files: Package['files']): string | undefined {
	const parts: string[] = [];
	for (const part of name.split('/'))
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	const path = parts.join('/');
	return [path, `${path}.js`, `${path}.json`, `${path}.node`, `${path}/index.js`].find((one) => files.has(one));
}
