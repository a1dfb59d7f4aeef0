/** Owns the look-up: which releases a text names that was typed or pasted. */

import intersects from 'semver/ranges/intersects.js';
import type { Named } from './addresses.ts';
import { type Alarm, type AlarmManager, alarmLine, readAlarm } from './alarm.ts';
import { type ForeignRegistry, foreignRegistries, isForeign } from './foreign-registry.ts';
import { type Argument, type Install, readInstall } from './install-line.ts';
import { type CommandKind, kindOf } from './installers.ts';
import { codeIn, commandsOf, linesOf, withoutPrompt } from './lines.ts';
import {
	MAX_BEFORE,
	MAX_DEPTH,
	type Reading,
	readArgument,
	readList,
	readName,
	readSentence,
	versionFor,
	type Word,
	wordOf,
} from './lookup-words.ts';
import { ManifestLines, readManifest } from './manifest-text.ts';
import { type ReleaseSpec, releaseSpec, specText } from './spec.ts';

/** What a reader typed or pasted: releases, and what else was there. */
export interface Lookup {
	/** In the order in which they were named, each once. */
	specs: ReleaseSpec[];
	/** How many more were named than one look-up takes. */
	left: number;
	/** What was meant as a package and is none of the registry's: paths, git addresses, misspelt names, other programs. */
	unread: string[];
	/** What was named as coming from another registry, where the same name may be another package. */
	elsewhere: string[];
	/** Where the text is a package manager's trust-downgrade error: who printed it, if that shows. Only what it names is in `specs`. */
	alarm?: { manager?: AlarmManager };
}

/** A look-up, or why there is none: the text is `too-long`, or in it is `nothing-named` that we could look up. */
export type LookupResult =
	| ({ ok: true } & Lookup)
	| { ok: false; code: 'too-long' }
	| ({ ok: false; code: 'nothing-named' } & Pick<Lookup, 'unread' | 'elsewhere'>);

/** Longest text that is read as a look-up, in characters. */
export const LOOKUP_LENGTH = 20_000;

/** Most packages that one look-up may name. */
export const MAX_SPECS = 200;

/**
 * Parses what readers type and paste, one or several of these:
 * - `name`, `name@1.2.3`, `name 1.2.3`, `name@^1`, or a purl;
 * - an address: npm's site, npmx.dev, unpkg, jsDelivr, a tarball;
 * - a package.json, or lines of it;
 * - install lines of the tools in lib/npm/installers.ts, and what these tools print;
 * - a trust-downgrade error, with whatever lines are around it: see lib/npm/alarm.ts.
 *
 * Words are split as a shell does it; nothing is run.
 * @returns the releases; `too-long`; or `nothing-named` if no release is named, with the words that were there instead.
 */
export function parseLookup(text: string): LookupResult {
	if (text.length > LOOKUP_LENGTH) return { ok: false, code: 'too-long' };
	const alarm = readAlarm(text);
	if (alarm) return lookUpAlarm(alarm);
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
	return { ok: true, specs: all.slice(0, MAX_SPECS), left: Math.max(0, all.length - MAX_SPECS), unread, elsewhere };
}

function lookUpAlarm({ specs, manager }: Alarm): LookupResult {
	return {
		ok: true,
		specs: specs.slice(0, MAX_SPECS),
		left: Math.max(0, specs.length - MAX_SPECS),
		unread: [],
		elsewhere: [],
		alarm: { ...(manager && { manager }) },
	};
}

/**
 * Pasted lines as the one line that a field has room for: it reads as they do, and is no longer than they are.
 * What is too long stays so.
 */
export function oneLine(text: string): string {
	if (text.length > LOOKUP_LENGTH) return text.slice(0, LOOKUP_LENGTH + 1).replace(/[\r\n]/g, ' ');
	const alarm = readAlarm(text);
	if (alarm) return alarmLine(alarm);
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
	// What is beside another command is a command too: `npm i name && vitest`.
	const areCommands = hasPrompt || commands.length > 1;
	return commands.flatMap((words) => readCommand(words, line, areCommands, depth));
}

/** Reads one command; `line` is the whole line, in case it is a sentence and not a command. */
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

/** What may precede a command: a variable, `$env:CI=1`, a key of a file in YAML. */
function isBefore(word: string): boolean {
	return /^(?:\$env:)?[A-Za-z_]\w*=/.test(word) || /^[A-Za-z][\w-]*:$/.test(word) || word === '{' || word === '}';
}

/** An install line, and the command in it that it runs; `undefined` where it installs nothing. */
function readInstaller(words: readonly string[], registries: ForeignRegistry[], depth: number): Reading[] | undefined {
	const install = readInstall(words);
	if (!install) return undefined;
	const { args, inner } = install;
	const named = args.map(({ written, names }: Argument) => ({
		written,
		named: names === undefined ? undefined : readInstalled(names, install),
	}));
	const own: Reading = { text: words.join(' '), words: named, installs: true, registries };
	const others = inner && depth < MAX_DEPTH ? findInstaller(inner, foreignRegistries(inner), depth + 1, 0) : undefined;
	return others ? [own, ...others] : [own];
}

/** What an argument of an install line names, with what the line says of all its packages. */
function readInstalled(names: string, { isYarn, tag, elsewhere }: Install): Named {
	const named = readArgument(names, isYarn);
	if (typeof named !== 'object') return named;
	const range = Object.hasOwn(elsewhere, named.name) ? elsewhere[named.name] : undefined;
	// A dist-tag may be of any version.
	if (range !== undefined && (named.kind === 'tag' || intersects(named.selector, range))) return 'elsewhere';
	if (tag === undefined) return named;
	// An address, an alias and a name with a version say themselves which release is meant.
	const isBare = names.startsWith(named.name) && !names.includes('@', 1);
	if (!isBare) return named;
	const tagged = releaseSpec(named.name, tag);
	return tagged?.kind === 'tag' ? tagged : undefined;
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

/** The command behind `sudo`, `env`, `bash -c "..."`; `undefined` if it is of no tool that we know. */
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
