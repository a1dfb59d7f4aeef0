/** Owns the look at what runs on install: the scripts of the file's own package.json, and the files of the package that they start. */
import { INSTALL_SCRIPTS } from '../npm/published-release.ts';
import { type Finding, type FindingOf, isOf, MAX_TEXT, makeFinding } from '../report/findings.ts';
import type { Unpacking } from './files.ts';
import type { Package } from './package.ts';
import { filesStarted, type PackageScripts } from './started-files.ts';
import { type LookResult, refused } from './world.ts';

/**
 * Reads the package's file.
 * @param found findings that the Report has already, of the registry's copy: the findings of this look take their place.
 * @returns `runs-on-install` for each script of the file, or `runs-nothing-in-file`; `runs-unlike-registry` where the registry lists
 *   others; and `install-starts-file` for each file that a script names. Failures of `fetchPackage`.
 */
export async function lookAtScripts(unpacking: Unpacking, found: readonly Finding[]): Promise<LookResult> {
	const read = await unpacking.read();
	if (!read.ok) return refused(read.failure);
	const scripts = scriptsOf(read.value);
	return { findings: [...onInstall(scripts, found), ...startedFiles(scripts, read.value, unpacking.held)] };
}

/** What the file runs on install. A finding of the registry's copy that says the same stays, since it says more. */
function onInstall({ onInstall: own }: Scripts, found: readonly Finding[]): Finding[] {
	const listed = found.filter((one) => isOf(one, 'runs-on-install'));
	const isListed = listed.length > 0 || found.some((one) => isOf(one, 'runs-nothing-on-install'));
	const said = own.map(([name, command]) => {
		const finding = makeFinding('runs-on-install', {
			name,
			command,
			...(command.length > MAX_TEXT && { length: command.length }),
		});
		const known = listed.find((one) => keyOf(one) === keyOf(finding));
		// Of a longer command the finding has the beginning only, which two commands can share.
		return { finding: known && command.length <= MAX_TEXT ? known : finding, isKnown: known !== undefined };
	});
	const isSame = said.length === listed.length && said.every(({ isKnown }) => isKnown);
	const told = found.find((one) => isOf(one, 'runs-unlike-registry'));
	const textOf = (all: readonly FindingOf<'runs-on-install'>[]) =>
		all.map(({ data: { name, command } }) => `${name}: ${command}`).join(', ') || 'none';
	const findings = said.map(({ finding }) => finding);
	const unlike = makeFinding('runs-unlike-registry', { registry: textOf(listed), file: textOf(findings) });
	return [
		...(told ? [told] : isListed && !isSame ? [unlike] : []),
		...(findings.length > 0 ? findings : [makeFinding('runs-nothing-in-file')]),
	];
}

function keyOf({ data: { name, command, length } }: FindingOf<'runs-on-install'>): string {
	return JSON.stringify([name, command, length]);
}

interface Scripts extends PackageScripts {
	/** Name and command of each that npm runs on install, in its order. */
	onInstall: [name: string, command: string][];
}

/** The scripts of a package's own package.json. Pure. @see https://docs.npmjs.com/cli/using-npm/scripts */
export function scriptsOf({ packageJson, files }: Package): Scripts {
	let json: { scripts?: unknown; main?: unknown; gypfile?: unknown } | null = null;
	try {
		json = JSON.parse(packageJson);
	} catch {
		// npm installs no package without one; its files are listed all the same.
	}
	const entries = Object.entries(typeof json?.scripts === 'object' && json.scripts !== null ? json.scripts : {});
	// An empty script runs nothing.
	const all = new Map(
		entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== ''),
	);
	const onInstall = INSTALL_SCRIPTS.flatMap((name): [string, string][] => {
		const command = all.get(name);
		if (command !== undefined) return [[name, command]];
		// npm does so by itself, unless a script of the package takes its place, or package.json forbids it.
		const isGyp = files.has('binding.gyp') && json?.gypfile !== false;
		const isImplicit = name === 'install' && isGyp && !all.has('preinstall');
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
	if (name.startsWith('/')) return undefined;
	const parts: string[] = [];
	for (const part of name.split('/')) {
		// It leaves the package, and may come back by another folder.
		if (part === '..' && parts.pop() === undefined) return undefined;
		if (part !== '..' && part !== '' && part !== '.') parts.push(part);
	}
	const path = parts.join('/');
	return [path, `${path}.js`, `${path}.json`, `${path}.node`, `${path}/index.js`].find((one) => files.has(one));
}
