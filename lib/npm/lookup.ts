/** Owns what readers type and paste into a look-up: which releases are named in it, and what else stands there. Pure. */
import validRange from 'semver/ranges/valid.js';
import {
	isPackageName,
	parsePageAddress,
	parseSpec,
	REGISTRY,
	type ReleaseSpec,
	releaseSpec,
	SELECTOR_LENGTH,
	specText,
} from '../release.ts';

/** What a reader typed or pasted: releases, and what else stood there. */
interface Lookup {
	/** In the order in which they were named, each once. */
	specs: ReleaseSpec[];
	/** How many more were named than one look-up takes. */
	left: number;
	/** What was meant as a package and is none of the registry's: paths, git addresses, misspelt names. */
	unread: string[];
	/** What was named as coming from another registry, where the same name may be another package. */
	elsewhere: string[];
}

/** A look-up, or why there is none: the text is `too-long`, or in it is `nothing-named` that we could look up. */
export type LookupResult =
	| ({ ok: true } & Lookup)
	| { ok: false; code: 'too-long' }
	| ({ ok: false; code: 'nothing-named' } & Pick<Lookup, 'unread' | 'elsewhere'>);

/** Longest text that is read as a look-up, in characters. */
export const LOOKUP_LENGTH = 20_000;
/** Most packages that one look-up may name. */
export const MOST_SPECS = 200;

/**
 * Parses what readers type and paste: `name`, `name@1.2.3`, `name@^1`, a purl, an address of npm's site, an install line
 * (npm, pnpm, yarn, bun and their runners), or several of these. Words are split as a shell does it; nothing is expanded.
 * @returns the releases; `too-long`; or `nothing-named` where no release is named, with what stood there instead.
 */
export function parseLookup(text: string): LookupResult {
	if (text.length > LOOKUP_LENGTH) return { ok: false, code: 'too-long' };
	// First each line as one: a range may have spaces in it, and bars.
	const commands = linesOf(text)
		.flatMap((line) => (parseOne(line) ? [[line]] : commandsOf(line)))
		.map(readCommand);
	const hasInstalls = commands.some(({ installs }) => installs);
	const specs = new Map<string, ReleaseSpec>();
	const unread: string[] = [];
	const elsewhere: string[] = [];
	/** Those that a command sets which installs nothing: they hold for all that follows. */
	const foreign: ForeignRegistry[] = [];
	for (const { names, installs, isYarn, registries } of commands) {
		if (!installs) foreign.push(...registries);
		const apply = installs ? [...foreign, ...registries] : foreign;
		// Beside an install line, several words are no list of packages but another program's command: `cd app`.
		const words = hasInstalls && !installs && names.length > 1 ? [] : names;
		if (words !== names) unread.push(names.join(' '));
		for (const word of words) {
			const spec = parseOne(word, isYarn);
			if (!spec) unread.push(word);
			else if (spec === 'elsewhere' || isForeign(spec.name, apply)) elsewhere.push(word);
			else specs.set(specText(spec), spec);
		}
	}
	if (specs.size === 0) return { ok: false, code: 'nothing-named', unread, elsewhere };
	const all = [...specs.values()];
	return { ok: true, specs: all.slice(0, MOST_SPECS), left: Math.max(0, all.length - MOST_SPECS), unread, elsewhere };
}

/**
 * Pasted lines as the one line that a field has room for: it reads as they do, and is no longer than they are.
 * What is too long stays so.
 */
export function oneLine(text: string): string {
	if (text.length > LOOKUP_LENGTH) return text.slice(0, LOOKUP_LENGTH + 1).replace(/[\r\n]/g, ' ');
	return linesOf(text).join(';');
}

/** Fewest and most letters of which the registry's search is asked. */
const [FEWEST_LETTERS, MOST_LETTERS] = [3, 60];

/**
 * What the registry's search may be asked of a text that is being typed: one name, or its beginning.
 * @returns `undefined` for all that need not leave this machine: too short, an address, a purl, several words.
 */
export function searchText(text: string): string | undefined {
	if (text.length > LOOKUP_LENGTH) return undefined;
	const letters = text.trim().replace(/(?<=.)@[^@]*$/, '');
	const isName = /^(@?(?![._])[\w.~!'()*-]+|@(?![._])[\w.~!'()*-]+\/[\w.~!'()*-]*)$/.test(letters);
	return isName && letters.length >= FEWEST_LETTERS && letters.length <= MOST_LETTERS ? letters : undefined;
}

/**
 * One word: an address, a purl, an alias (`other@npm:name@1`), or a spec.
 * @param isYarn whether `name@npm:tag` is a tag of that name, as yarn has it, and not an alias of another package.
 */
function parseOne(word: string, isYarn = false): ReleaseSpec | 'elsewhere' | undefined {
	// Neither an address nor a purl has a space in it: these are several.
	if (/^(https?|pkg):.*\s/i.test(word)) return undefined;
	if (/^https?:\/\//i.test(word)) return parsePageAddress(word.replace(/^https?:\/\/(www\.)?/i, 'https://www.'));
	if (/^pkg:/i.test(word)) return parsePurl(word);
	// A few old names have quotes in them; one that opens a word and is never closed is a slip.
	if (/^["']/.test(word)) return undefined;
	const [, name, target] = /^(?:(.[^@]*)@)?npm:(.+)$/.exec(word) ?? [];
	if (target === undefined) return parseSpec(word);
	if (name === undefined) return parseSpec(target);
	if (!isPackageName(name)) return undefined;
	const isRange = target.length <= SELECTOR_LENGTH && validRange(target) !== null;
	const isSelector = isRange || (isYarn && !/[@/]/.test(target));
	return parseSpec(isSelector ? `${name}@${target}` : target);
}

/**
 * Reads `pkg:npm/%40scope/name@1.2.3?qualifier=x#path`; without a version it is the latest.
 * @returns `undefined` for other types of package, and for what is no purl; `elsewhere` for a package that its
 * qualifiers place in another registry, or at another address, than npm's public one.
 * @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
 */
export function parsePurl(text: string): ReleaseSpec | 'elsewhere' | undefined {
	const [, rest = '', qualifiers = ''] = /^pkg:\/*npm\/+([^?#]+)(?:\?([^#]*))?/i.exec(text.trim()) ?? [];
	for (const [key, value] of new URLSearchParams(qualifiers))
		if (/^(repository|download)_url$/i.test(key) && !isPublicRegistry(value)) return 'elsewhere';
	const at = rest.lastIndexOf('@');
	try {
		// An `@` at the very start is a scope that nobody escaped.
		const [path, version] = at > 0 ? [rest.slice(0, at), rest.slice(at + 1)] : [rest, undefined];
		return releaseSpec(decodeURIComponent(path.replace(/\/+$/, '')), decodeURIComponent(version ?? 'latest'));
	} catch {
		return undefined; // a broken percent escape
	}
}

/** Whether an address (its scheme may be left out) is on npm's public registry. */
function isPublicRegistry(address: string): boolean {
	try {
		const url = new URL(/^[a-z]+:\/\//i.test(address) ? address : `https://${address}`);
		return url.host === new URL(REGISTRY).host;
	} catch {
		return false;
	}
}

/** What installs packages, and its commands: those that name several, those that name one and then its fields, those that run one. */
const INSTALLERS: Record<string, Record<'several' | 'one' | 'runs', readonly string[]>> = {
	npm: {
		several: ['install', 'i', 'in', 'ins', 'add', 'home', 'docs', 'repo', 'bugs'],
		one: ['view', 'info', 'show', 'v', 'deprecate'],
		runs: ['exec', 'x'],
	},
	pnpm: {
		several: ['add', 'install', 'i', 'home', 'docs', 'repo', 'bugs'],
		one: ['view', 'info', 'show', 'v', 'deprecate'],
		runs: ['dlx', 'exec'],
	},
	yarn: { several: ['add'], one: ['info'], runs: ['dlx'] },
	bun: { several: ['add', 'a', 'install', 'i'], one: ['info'], runs: ['x'] },
	npx: { several: [], one: [], runs: [''] },
	pnpx: { several: [], one: [], runs: [''] },
	bunx: { several: [], one: [], runs: [''] },
};

/** Options that are followed by a value of their own; `-w` is one of npm's only. */
const VALUED = new RegExp(
	`^(-[CF]|--(@[^:]+:)?registry|--(${[
		...['loglevel', 'reporter', 'prefix', 'workspace', 'filter', 'tag', 'cwd', 'dir', 'call', 'scope', 'location'],
		...['cpu', 'os', 'libc', 'omit', 'include', 'save-prefix', 'before', 'otp', 'mode', 'install-strategy'],
		...['cache', 'cache-folder', 'store-dir', 'modules-folder', 'userconfig', 'globalconfig', 'script-shell'],
		...['proxy', 'https-proxy', 'fetch-timeout', 'network-timeout', 'network-concurrency', 'node-options'],
	].join('|')}))$`,
);

/** A registry that is not npm's public one, and the scope that comes from there, where it is not everything. */
interface ForeignRegistry {
	scope?: string | undefined;
}

interface Command {
	/** The words that name packages: the arguments of an install line, all of a plain list. */
	names: string[];
	/** Whether it is an install line (or another that names packages of the registry). */
	installs: boolean;
	isYarn: boolean;
	registries: ForeignRegistry[];
}

/** Lines without what a shell leaves out: comments, and the break after a backslash. A `;` ends a line as well. */
function linesOf(text: string): string[] {
	return text
		.replace(/\\[ \t]*(\r\n|[\r\n])/g, ' ')
		.split(/[\r\n]/)
		.flatMap((line) =>
			line
				// The prompt of the superuser, where what follows is a command.
				.replace(/^\s*#\s*(?=(sudo |corepack )?(npm|pnpm|yarn|bun|npx|pnpx|bunx) )/, '')
				.replace(/(^|[\s;])#.*/s, '')
				.split(';'),
		)
		.map((line) => line.trim())
		.filter((line) => line !== '');
}

/**
 * The commands of one line as their words: quotes hold together what is in them; spaces, commas and Markdown's backticks
 * part words, `&&`, `|` and a lone `&` commands. Within a word `&` parts nothing, as it may be a purl's or an address's.
 */
function commandsOf(line: string): string[][] {
	const commands: string[][] = [[]];
	for (const [token] of line.matchAll(/(?:"[^"]*"|'[^']*'|(?!&&)[^\s,|`])+|&&|\|/g)) {
		if (['&&', '&', '|'].includes(token)) commands.push([]);
		else commands.at(-1)?.push(token.replace(/(["'])(.*?)\1/g, '$2'));
	}
	// A backslash by itself is a break after which nothing came.
	return commands.map((words) => words.filter((word) => !/^\\*$/.test(word))).filter((words) => words.length > 0);
}

/** What one command names. */
function readCommand(words: string[]): Command {
	const registries = foreignRegistries(words);
	// What stands before is a prompt, `sudo`, a variable, `RUN`; `npm` alone, or `npm@10`, is a package like any other.
	const at = words.length === 1 ? -1 : words.findIndex((word) => Object.hasOwn(INSTALLERS, word));
	const names = at === -1 ? undefined : argumentsOf(words.slice(at));
	// Another command of theirs installs nothing: what follows is not ours to read.
	if (names || at === 0)
		return { names: names ?? [], installs: names !== undefined, isYarn: words[at] === 'yarn', registries };
	return { names: words, installs: false, isYarn: false, registries };
}

/** What the shell does with the output, which is no argument: `>`, `>>log`, `2>&1`; but `>=2` is a range. */
const REDIRECTION = /^(\d?|&)>(?!=)/;

/** The packages that an install line names, from the installer on; `undefined` where it is another command. */
function argumentsOf([installer = '', ...given]: readonly string[]): string[] | undefined {
	const { several = [], one = [], runs = [] } = INSTALLERS[installer] ?? {};
	const names: string[] = [];
	let command: string | undefined = runs.find((known) => known === '');
	for (let index = 0; index < given.length; index += 1) {
		const word = given[index] ?? '';
		const isRunner = command !== undefined && runs.includes(command);
		const [, named] = /^(?:--package=|-p=)(.+)$/.exec(word) ?? [];
		if (named !== undefined) names.push(named);
		else if (word === '--package' || (word === '-p' && isRunner)) {
			index += 1;
			names.push(given[index] ?? '');
		} else if (word.startsWith('-')) index += VALUED.test(word) || (word === '-w' && installer === 'npm') ? 1 : 0;
		else if (command === undefined) {
			// `yarn global add`, `npm -g install`
			if (word === 'global' || word === 'workspace') index += word === 'workspace' ? 1 : 0;
			else if ([several, one, runs].some((known) => known.includes(word))) command = word;
			else return undefined;
		} else if (REDIRECTION.test(word) || (isRunner && names.length > 0)) break;
		else {
			names.push(word);
			if (!several.includes(command)) break;
		}
	}
	return command === undefined ? undefined : names.filter((word) => word !== '');
}

/** Registries other than npm's public one, as an option, a variable or a setting names them: `--@scope:registry=URL`. */
function foreignRegistries(words: readonly string[]): ForeignRegistry[] {
	return words.flatMap((word, index) => {
		const [key = ''] = word.split('=', 1);
		if (!/registry(_?server)?$/i.test(key)) return [];
		const value = key === word ? words[index + 1] : word.slice(key.length + 1);
		// There are packages of that name, too.
		const isSetting = key !== word || key.startsWith('--') || /^https?:/i.test(value ?? '');
		if (value === undefined || !isSetting || isPublicRegistry(value)) return [];
		return [{ scope: /^(?:--)?(@[^:]+):/.exec(key)?.[1] }];
	});
}

function isForeign(name: string, registries: readonly ForeignRegistry[]): boolean {
	return registries.some(({ scope }) => scope === undefined || name.startsWith(`${scope}/`));
}
