/** Owns how single words of a text are read as names, aliases, options and versions. */

import validRange from 'semver/ranges/valid.js';
import { isAddress, type Named, parseAddress } from './addresses.ts';
import type { ForeignRegistry } from './foreign-registry.ts';
import { isPackageName, isVersion, parseSpec, type ReleaseSpec, releaseSpec, SELECTOR_LENGTH } from './spec.ts';

/** How deep a command may be in another: `bash -c "volta run npx tool"`. */
export const MAX_DEPTH = 4;

/** Most words before the tool on its line. */
export const MAX_BEFORE = 60;

/** A word, and what it names. */
export interface Word {
	written: string;
	named: Named;
}

/** One line, or one command of it. */
export interface Reading {
	/** As it is written. */
	text: string;
	words: Word[];
	/** Whether it is an install line (or another that names packages of a registry), or a package.json. */
	installs: boolean;
	/** Whether it is the name of a tool by itself, which beside an install line is run: `yarn`. */
	isTool?: boolean;
	registries: ForeignRegistry[];
}

/** Words of ours or of others that a list of packages does not begin with: `install name`, copied without its tool. */
const VERBS: ReadonlySet<string> = new Set(['install', 'add', 'i']);

/** Words of a sentence. They are names of packages, too, but a list that has them is rather no list. */
const SENTENCE_WORDS: ReadonlySet<string> = new Set(
	'a an the is are was were for of to in from with this that not has have been your you'.split(' '),
);

/** A list of packages: `name name@1`, `name 1.2.3`. `undefined` where it is a sentence. */
export function readList(given: readonly string[]): Word[] | undefined {
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
		// A path or an address may be in a list; a bracket or an exclamation mark is not.
		if (!read.named && words.length > 1 && !/^\.|[\\/]|^[a-z+]+:./i.test(word)) return undefined;
		list.push(read);
	}
	return list;
}

/** Whether a word is a name without a version. */
function isBare({ written, named }: Word): boolean {
	return typeof named === 'object' && named.name === written;
}

/** The version in a word beside a name: `1.2.3`, `v1.2.3`, `^1`; a tag only if the name and it are alone. */
export function versionFor(word: string, isPair: boolean): string | undefined {
	const version = word.replace(/^v(?=\d)/, '');
	if (isVersion(version)) return version;
	if (/^[\^~<>=]+v?\d/.test(word) && word.length <= SELECTOR_LENGTH && validRange(word) !== null) return word;
	return isPair && (word === 'latest' || /^\d+(?:\.\d+)?$/.test(word)) ? word : undefined;
}

/**
 * What a sentence names beyond doubt: `name@1.2.3`, an address, a purl, `npm:name`; else a name before a version, as our own
 * sentences have it. `undefined` where it names nothing.
 */
export function readSentence(line: string): Word[] | undefined {
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

export function wordOf(text: string, written = text): Word {
	return { written, named: readName(text) };
}

/** Other registries by the prefixes with which tools name them. What begins with a git host's is read as no package. */
const OTHER_PREFIX =
	/^(?:[^@].*@)?(?:jsr|pypi|pip|pipx|cargo|crates?|gem|rubygems|go|golang|maven|nuget|dotnet|composer|packagist|docker|oci|hex|pub|conda|brew|deb|rpm|cocoapods|swift|spm|asdf|vfox|aqua):/;

/** One argument of an install line, without a sentence's end; a version by itself is no name. */
export function readArgument(text: string, isYarn: boolean): Named {
	const name = trimmed(text, '.,;!?', false);
	return isVersion(name.replace(/^v/, '')) ? undefined : readName(name, isYarn);
}

/**
 * One word: an address, a purl, an alias (`other@npm:name@1`), or a spec.
 * @param isYarn whether `name@npm:tag` is a tag of that name, as yarn has it, and not an alias of another package.
 */
export function readName(word: string, isYarn = false): Named {
	// Neither an address nor a purl has a space in it: these are several.
	if (isAddress(word)) return /\s/.test(word) ? undefined : parseAddress(word);
	// A few old names have quotes in them; one that is never closed is a mistake. A star names many.
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
