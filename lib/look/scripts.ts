/** Owns the look at what runs on install: the scripts of the file's own package.json, and the files of the package that they start. */
import { INSTALL_SCRIPTS } from '../npm/published-release.ts';
import { bareWords, commandsIn } from '../preflight/shell.ts';
import { type Finding, type FindingOf, makeFinding } from '../report/findings.ts';
import type { Unpacking } from './files.ts';
import type { Package } from './package.ts';
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

interface Scripts {
	/** Name and command of each that npm runs on install, in its order. */
	onInstall: [name: string, command: string][];
	all: ReadonlyMap<string, string>;
	main: string;
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

/** Scripts that start each other are followed this far. */
const MAX_DEPTH = 4;

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

const INTERPRETERS =
	/^(?:node|nodejs|bun|deno|tsx|ts-node|sh|bash|dash|zsh|python[23]?|perl|ruby|pwsh|powershell|cmd)(?:\.exe)?$/;
/** Options of Node that load a file before the one that it starts. */
const LOADS = /^(?:-r|--require|--import|--loader|--experimental-loader)(?:=(.*))?$/;

/** The files that a command names to be started, as written; those of other scripts of the package that it runs, too. Pure. */
export function filesStarted(command: string, scripts: Pick<Scripts, 'all' | 'main'>, depth = 0): string[] {
	const text = { kind: 'text' as const, text: command.slice(0, 10_000), at: 0, end: command.length };
	return commandsIn(text).flatMap((one) => {
		const [program = '', ...words] = bareWords(one);
		if (/^(?:npm|pnpm|yarn|bun)$/.test(program) && depth < MAX_DEPTH) {
			const script = words[0] === 'run' || words[0] === 'run-script' ? words[1] : words[0];
			const inner = scripts.all.get(script ?? '');
			if (inner !== undefined) return filesStarted(inner, scripts, depth + 1);
		}
		if (!INTERPRETERS.test(program)) return program.includes('/') && !program.startsWith('/') ? [program] : [];
		return startedBy(words, scripts.main);
	});
}

/** What an interpreter starts: what its options load, and the first word that is no option. */
function startedBy(words: readonly string[], main: string): string[] {
	const started: string[] = [];
	for (let at = 0; at < words.length; at += 1) {
		const word = words[at] ?? '';
		const [isLoad, loaded] = LOADS.exec(word) ?? [];
		if (isLoad !== undefined) {
			if (loaded === undefined) at += 1;
			const file = loaded ?? words[at] ?? '';
			if (/^\.{0,2}\//.test(file)) started.push(file);
		} else if (/^(?:-e|--eval|-p|--print|-c)$/.test(word)) return started;
		else if (!word.startsWith('-') && !/^(?:run|\/c)$/.test(word)) return [...started, word === '.' ? main : word];
	}
	return started;
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
