/** Owns what readers type and paste into a look-up: which releases are named in it, and what else stands there. Pure. */
import validRange from 'semver/ranges/valid.js';
import {
	isPackageName,
	isVersion,
	parseSpec,
	type ReleaseSpec,
	releaseSpec,
	SELECTOR_LENGTH,
	specText,
} from '../release.ts';
import { isAddress, isPublicRegistry, type Named, parseAddress } from './addresses.ts';
import { type Argument, readInstall } from './install-line.ts';
import { type CommandKind, kindOf } from './installers.ts';
import { codeIn, commandsOf, linesOf, withoutPrompt } from './lines.ts';
import { ManifestLines, readManifest } from './manifest-text.ts';

/** What a reader typed or pasted: releases, and what else stood there. */
interface Lookup {
	/** In the order in which they were named, each once. */
	specs: ReleaseSpec[];
	/** How many more were named than one look-up takes. */
	left: number;
	/** What was meant as a package and is none of the registry's: paths, git addresses, misspelt names, other programs. */
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
/** How deep a command may stand in another: `bash -c "volta run npx tool"`. */
const MAX_DEPTH = 4;

/** Most words that may stand before the tool on its line. */
const MAX_BEFORE = 60;

/** A word, and what it names. */
interface Word {
	written: string;
	named: Named;
}

/** One line, or one command of it. */
interface Reading {
	/** As it stands. */
	text: string;
	words: Word[];
	/** Whether it is an install line (or another that names packages of a registry), or a package.json. */
	installs: boolean;
	/** Whether it is the name of a tool by itself, which beside an install line is run: `yarn`. */
	isTool?: boolean;
	registries: ForeignRegistry[];
}

/**
 * Parses what readers type and paste: `name`, `name@1.2.3`, `name 1.2.3`, `name@^1`, a purl, an address (npm's site, npmx.dev,
 * unpkg, jsDelivr, a tarball), a package.json or lines of it, install lines of the tools in `installers.ts`, what they print,
 * or several of these. Words are split as a shell does it; nothing is run.
 * @returns the releases; `too-long`; or `nothing-named` where no release is named, with what stood there instead.
 */
export function parseLookup(text: string): LookupResult {
	if (text.length > LOOKUP_LENGTH) return { ok: false, code: 'too-long' };
	const readings = readText(text);
	const hasInstalls = readings.some(({ installs }) => installs);
	const specs = new Map<string, ReleaseSpec>();
	const unread: string[] = [];
	const elsewhere: string[] = [];
	/** Those that a command sets which installs nothing: they hold for all that follows. */
	const foreign: ForeignRegistry[] = [];
	for (const { text: line, words, installs, isTool = false, registries } of readings) {
		if (hasInstalls && isTool) continue;
		if (!installs) foreign.push(...registries);
		const apply = installs ? [...foreign, ...registries] : foreign;
		// Beside an install line, several words are no list of packages but another program's command.
		if (hasInstalls && !installs && words.length > 1) {
			unread.push(line);
			continue;
		}
		for (const { written, named } of words) {
			if (!named) unread.push(written);
			else if (named === 'elsewhere' || isForeign(named.name, apply)) elsewhere.push(written);
			else specs.set(specText(named), named);
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
	// JSON has no line breaks but between its parts.
	return readManifest(text) ? text.trim().replace(/\s*[\r\n]\s*/g, ' ') : linesOf(text).join(';');
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

function readText(text: string): Reading[] {
	const manifest = readManifest(text);
	if (manifest) return [readManifestWords(text, manifest)];
	const lines = new ManifestLines();
	return linesOf(text).flatMap((line) => {
		const words = lines.read(line);
		return words ? [readManifestWords(line, words)] : readLine(line, 0);
	});
}

function readManifestWords(text: string, words: readonly string[]): Reading {
	return { text, words: words.map((word) => wordOf(word)), installs: words.length > 0, registries: [] };
}

/** Reads one line: a spec with spaces in its range, code between backticks, commands. */
function readLine(whole: string, depth: number): Reading[] {
	// First as one: a range may have spaces in it, and bars.
	const one = readName(whole);
	if (one) {
		const isTool = kindOf([whole]) !== 'unknown';
		return [{ text: whole, words: [{ written: whole, named: one }], installs: false, isTool, registries: [] }];
	}
	const code = depth < MAX_DEPTH ? codeIn(whole) : undefined;
	if (code) return code.flatMap((span) => readLine(span, depth + 1));
	const { line, hasPrompt } = withoutPrompt(whole);
	const commands = commandsOf(line);
	// What stands beside another command is one, too: `npm i name && vitest`.
	const areCommands = hasPrompt || commands.length > 1;
	return commands.flatMap((words) => readCommand(words, line, areCommands, depth));
}

/** Reads one command; `line` is what it stands in, for what is a sentence and no command. */
function readCommand(given: readonly string[], line: string, isRun: boolean, depth: number): Reading[] {
	const registries = foreignRegistries(given);
	const property = propertyOf(given);
	if (property) return [{ text: given.join(' '), words: [property], installs: true, registries }];
	const before = given.findIndex((word) => !isBefore(word));
	// `FORCE=1 npm i name`, `run: npm i name`; a word by itself is one.
	const words = given.length === 1 || before === -1 ? given : given.slice(before);
	const isCommand = isRun || words.length < given.length;
	const text = words.join(' ');
	const nothing: Reading = { text, words: [], installs: false, registries };
	// `npm` alone, or `npm@10`, is a package like any other.
	const kind = words.length === 1 && !isCommand ? 'unknown' : kindOf(words);
	switch (kind) {
		case 'installer':
			return readInstaller(words, registries, depth) ?? [nothing];
		case 'log':
			return [{ ...nothing, words: readSentence(line) ?? [] }];
		case 'wrapper':
			return readWrapped(words, registries, depth) ?? [{ ...nothing, words: [{ written: text, named: undefined }] }];
		case 'other-registry':
			return [{ ...nothing, installs: true, words: [{ written: text, named: 'elsewhere' }] }];
		default: {
			const install = findInstaller(words, registries, depth);
			if (install) return install;
			// A version makes one word certain: `name@1.2.3 | MIT`, as npm prints it.
			const isCertain = words.length === 1 && text.lastIndexOf('@') > 0;
			if (kind === 'program' || (isCommand && !isCertain))
				return [{ ...nothing, words: [{ written: text, named: undefined }] }];
			return [{ ...nothing, words: readList(words) ?? readSentence(line) ?? [{ written: text, named: undefined }] }];
		}
	}
}

/** `name: ^1.2.3`, as in a catalog of pnpm, and `"npm:name" = "1"`, as in mise.toml. */
function propertyOf([key = '', second = '', third]: readonly string[]): Word | undefined {
	if (third === undefined && key.endsWith(':') && key !== 'version:' && versionFor(second, false) !== undefined)
		return wordOf(`${key.slice(0, -1)}@${second}`);
	return second === '=' && third !== undefined && /^npm:[^@]/.test(key) ? wordOf(`${key}@${third}`) : undefined;
}

/** What may stand before a command: a variable, `$env:CI=1`, a key of a file in YAML. */
function isBefore(word: string): boolean {
	return /^(?:\$env:)?[A-Za-z_]\w*=/.test(word) || /^[A-Za-z][\w-]*:$/.test(word) || word === '{' || word === '}';
}

/** An install line, and the command in it that it runs; `undefined` where it installs nothing. */
function readInstaller(words: readonly string[], registries: ForeignRegistry[], depth: number): Reading[] | undefined {
	const install = readInstall(words);
	if (!install) return undefined;
	const { args, isYarn, inner } = install;
	const named = args.map(({ written, names }: Argument) => ({
		written,
		named: names === undefined ? undefined : readArgument(names, isYarn),
	}));
	const own: Reading = { text: words.join(' '), words: named, installs: true, registries };
	const others = inner && depth < MAX_DEPTH ? findInstaller(inner, foreignRegistries(inner), depth + 1, 0) : undefined;
	return others ? [own, ...others] : [own];
}

/** The first install line among some words, wherever it begins: after `sudo -u www`, or in a sentence. */
function findInstaller(
	words: readonly string[],
	registries: ForeignRegistry[],
	depth: number,
	from = 1,
): Reading[] | undefined {
	for (let at = from; at < Math.min(words.length - 1, MAX_BEFORE); at += 1) {
		if (kindAt(words, at) !== 'installer') continue;
		const reading = readInstaller(words.slice(at), registries, depth);
		if (reading) return reading;
	}
	return undefined;
}

/** What kind of command begins at one of some words; more than three are not looked at. */
function kindAt(words: readonly string[], at: number): CommandKind {
	return kindOf(words.slice(at, at + 3));
}

/** What stands behind `sudo`, `env`, `bash -c "..."`; `undefined` where no tool of ours does. */
function readWrapped(words: readonly string[], registries: ForeignRegistry[], depth: number): Reading[] | undefined {
	const install = findInstaller(words, registries, depth);
	if (install) return install;
	const isCommand = (at: number) =>
		at > 0 && at < MAX_BEFORE && /^(?:installer|other-registry)$/.test(kindAt(words, at));
	const at = words.findIndex((_word, index) => isCommand(index));
	if (at !== -1) return readCommand(words.slice(at), words.slice(at).join(' '), true, depth);
	// A whole command in quotes.
	const quoted = words.slice(1).filter((word) => /\s/.test(word));
	return quoted.length > 0 && depth < MAX_DEPTH ? quoted.flatMap((line) => readLine(line, depth + 1)) : undefined;
}

/** Words of ours or of others that a list of packages does not begin with: `install name`, copied without its tool. */
const VERBS: ReadonlySet<string> = new Set(['install', 'add', 'i']);
/** Words of a sentence. They are names of packages, too, but a list that has them is rather no list. */
const SENTENCE_WORDS: ReadonlySet<string> = new Set(
	'a an the is are was were for of to in from with this that not has have been your you'.split(' '),
);

/** A list of packages: `name name@1`, `name 1.2.3`. `undefined` where it is a sentence. */
function readList(given: readonly string[]): Word[] | undefined {
	const isVerb = given.length > 1 && VERBS.has(given[0] ?? '');
	// An option is never a package.
	const words = (isVerb ? given.slice(1) : given)
		.filter((word) => !isOption(word))
		.flatMap((word) => (isAddress(word) ? [word] : word.split(',')))
		.filter((word, _index, { length }) => word !== '' && !(length > 2 && /^(?:and|or|[&+])$/.test(word)));
	const isSentence = words.some((word) => SENTENCE_WORDS.has(word.toLowerCase())) || /[.!?]$/.test(words.at(-1) ?? '');
	if (words.length > 2 && isSentence) return undefined;
	const list: Word[] = [];
	for (const [index, word] of words.entries()) {
		const last = list.at(-1);
		const version =
			last && isBare(last) ? versionFor(word, index === words.length - 1 && words.length === 2) : undefined;
		if (last && version !== undefined) {
			list[list.length - 1] = wordOf(`${last.written}@${version}`, `${last.written} ${word}`);
			continue;
		}
		// Further versions of the same name.
		if (last && isVersion(word)) continue;
		const read = wordOf(word);
		// A path or an address may stand in a list; a bracket or an exclamation mark does not.
		if (!read.named && words.length > 1 && !/^\.|[\\/]|^[a-z+]+:./i.test(word)) return undefined;
		list.push(read);
	}
	return list;
}

/** Whether a word is a name without a version. */
function isBare({ written, named }: Word): boolean {
	return typeof named === 'object' && named.name === written;
}

/** The version that a word beside a name is: `1.2.3`, `v1.2.3`, `^1`; a tag only where nothing else stands there. */
function versionFor(word: string, isPair: boolean): string | undefined {
	const version = word.replace(/^v(?=\d)/, '');
	if (isVersion(version)) return version;
	if (/^[\^~<>=]+v?\d/.test(word) && word.length <= SELECTOR_LENGTH && validRange(word) !== null) return word;
	return isPair && (word === 'latest' || /^\d+(?:\.\d+)?$/.test(word)) ? word : undefined;
}

/**
 * What a sentence names beyond doubt: `name@1.2.3`, an address, a purl, `npm:name`; else a name before a version, as our own
 * sentences have it. `undefined` where it names nothing.
 */
function readSentence(line: string): Word[] | undefined {
	const tokens = line
		.split(/[\s"'`()<>[\]{}\u2502\u201c\u201d|,;]+/)
		.map((token) => trimmed(token, '.:!?*'))
		.filter((token) => token !== '');
	const certain = tokens.flatMap((token) => {
		const isMarked = isAddress(token) || /^npm:/.test(token) || token.lastIndexOf('@') > 0;
		const word = isMarked ? wordOf(token) : undefined;
		return word && typeof word.named === 'object' && isCertain(word.named, token) ? [word] : [];
	});
	if (certain.length > 0) return certain;
	const pairs = tokens.slice(1).flatMap((token, index) => {
		const name = tokens[index] ?? '';
		const isPair = isPackageName(name) && !isVersion(name) && (isVersion(token) || token === 'latest');
		return isPair ? [wordOf(`${name}@${token}`, `${name} ${token}`)] : [];
	});
	return pairs.length > 0 ? pairs : undefined;
}

/** Not what only looks like a release: `me@example.com`. */
function isCertain({ kind, selector }: ReleaseSpec, token: string): boolean {
	return kind !== 'tag' || isAddress(token) || !selector.includes('.');
}

function wordOf(text: string, written = text): Word {
	return { written, named: readName(text) };
}

/** Other registries by the prefixes with which tools name them. What begins with a git host's is read as no package. */
const OTHER_PREFIX =
	/^(?:[^@].*@)?(?:jsr|pypi|pip|pipx|cargo|crates?|gem|rubygems|go|golang|maven|nuget|dotnet|composer|packagist|docker|oci|hex|pub|conda|brew|deb|rpm|cocoapods|swift|spm|asdf|vfox|aqua):/;

/** One argument of an install line, without a sentence's end; a version by itself is no name. */
function readArgument(text: string, isYarn: boolean): Named {
	const name = trimmed(text, '.,;!?', false);
	return isVersion(name.replace(/^v/, '')) ? undefined : readName(name, isYarn);
}

/**
 * One word: an address, a purl, an alias (`other@npm:name@1`), or a spec.
 * @param isYarn whether `name@npm:tag` is a tag of that name, as yarn has it, and not an alias of another package.
 */
function readName(word: string, isYarn = false): Named {
	// Neither an address nor a purl has a space in it: these are several.
	if (isAddress(word)) return /\s/.test(word) ? undefined : parseAddress(word);
	// A few old names have quotes in them; one that is never closed is a slip. A star names many.
	if (/^["']/.test(word) || isOdd(word, "'") || word.includes('*@') || /^[^@]*\*|^@[^@]*\*/.test(word))
		return undefined;
	if (!/\s/.test(word) && OTHER_PREFIX.test(word)) return 'elsewhere';
	// The version is in the workspace's own file.
	const [, catalogued] = /^(.[^@]*)@catalog:\S*$/.exec(word) ?? [];
	if (catalogued !== undefined) return releaseSpec(catalogued, 'latest');
	const spec = readAlias(word, isYarn);
	// What is an option was not meant as a name.
	if (typeof spec === 'object' && isOption(spec.name)) return undefined;
	// npm's name for a package of JSR: `@jsr/scope__name`.
	if (typeof spec === 'object' && /^@jsr\/.+__/.test(spec.name)) return 'elsewhere';
	return spec;
}

function readAlias(word: string, isYarn: boolean): Named {
	const [, name, target] = /^(?:(.[^@]*)@)?npm:(.+)$/.exec(word) ?? [];
	if (target === undefined) {
		const [, , address] = /^(.[^@]*)@(https?:.+)$/.exec(word) ?? [];
		if (address !== undefined) return readName(address);
		// `name.tgz` is a file in this folder.
		return /^[^@]*\.(?:tgz|tar|tar\.gz)$/i.test(word) ? undefined : parseSpec(word);
	}
	if (name === undefined) return parseSpec(target);
	if (!isPackageName(name)) return undefined;
	const isRange = target.length <= SELECTOR_LENGTH && validRange(target) !== null;
	const isSelector = isRange || (isYarn && !/[@/]/.test(target));
	return parseSpec(isSelector ? `${name}@${target}` : target);
}

/** A text without some letters around it. A regular expression would look again from each of many such letters. */
function trimmed(text: string, letters: string, isBoth = true): string {
	let start = 0;
	let end = text.length;
	while (isBoth && start < end && letters.includes(text[start] ?? '')) start += 1;
	while (end > start && letters.includes(text[end - 1] ?? '')) end -= 1;
	return text.slice(start, end);
}

function isOption(word: string): boolean {
	return /^--?[A-Za-z]/.test(word);
}

function isOdd(word: string, letter: string): boolean {
	return word.split(letter).length % 2 === 0;
}

/** A registry that is not npm's public one, and the scope that comes from there, where it is not everything. */
interface ForeignRegistry {
	scope?: string | undefined;
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
