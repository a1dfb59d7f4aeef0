/** Owns which arguments of an install line are packages, by the grammar of its tool. Pure. */
import { type Installer, installerOf, nameOf, type Role } from './installers.ts';

/** Words of a sentence, after which no further package is named: `npm i chalk to get started`. */
const SENTENCE_WORDS: ReadonlySet<string> = new Set('to and for then in if with or from the into as'.split(' '));

/** Most words that braces are filled in to: `@scope/{a,b}`. */
const MAX_EXPANDED = 50;

/** What the shell does with the output, which is no argument: `>`, `>>log`, `2>&1`, `< file`; but `>=2` is a range, `<name>` a gap. */
const REDIRECTION = /^(?:(?:\d?|&)>(?!=)|<<|<$)/;

/** An argument of an install line: how it was written, and the text that names the package; none where it is no package. */
export interface Argument {
	written: string;
	names?: string | undefined;
}

/** What a command line says: which arguments name packages, and another command line in it. */
export interface Install {
	args: Argument[];
	/** Whether `name@npm:tag` is a tag of that name, as yarn has it. */
	isYarn: boolean;
	/** What `--tag` says of names without a version, whether it is a dist-tag or not. */
	tag?: string;
	/** Packages that the tool takes from elsewhere, by the range of versions for which it does. */
	elsewhere: Readonly<Record<string, string>>;
	/** The command that is run by this one. */
	inner?: readonly string[];
}

/** Reads a command line from its tool on; `undefined` where it installs nothing, or is no tool of ours. */
export function readInstall(words: readonly string[]): Install | undefined {
	const name = nameOf(words[0] ?? '');
	const tool = installerOf(name);
	return tool && new Reader(name, tool, words.slice(1)).read();
}

/** One walk over the arguments of a tool. */
class Reader {
	readonly #name: string;
	readonly #tool: Installer;
	readonly #given: readonly string[];
	readonly #options = new Set<string>();
	readonly #args: Argument[] = [];
	/** What `--package` named: then the first argument is a command of it. */
	readonly #packages: Argument[] = [];
	#role: Role | undefined;
	#command = '';
	#tag = '';
	#inner: readonly string[] | undefined;
	/** Whether the command that npm runs is named, while npm's own options may still follow. */
	#isNamed = false;

	constructor(name: string, tool: Installer, given: readonly string[]) {
		this.#name = name;
		this.#tool = tool;
		this.#given = given;
		this.#role = tool.commands.get('');
	}

	read(): Install | undefined {
		let isOver = false;
		for (let index = 0; index < this.#given.length; index += 1) {
			const word = this.#given[index] ?? '';
			const next = this.#given[index + 1];
			if (word === '--' && !isOver) {
				if (this.#endsAtDashes()) {
					this.#inner = this.#given.slice(index + 1);
					break;
				}
				if (this.#isNamed) break;
				isOver = true;
			} else if (word.startsWith('-') && !isOver) index += this.#option(word, next);
			else if (REDIRECTION.test(word)) index += /[<>]$/.test(word) ? 1 : 0;
			else if (this.#role === undefined || (this.#role === 'inner' && this.#command === '' && this.#isCommand(word))) {
				const taken = this.#findCommand(word, next);
				if (taken === undefined) return undefined;
				index += taken;
			} else if (!this.#isNamed && !this.#argument(word, index, next)) {
				// npm takes its own options from behind the command as well, other runners leave them to it.
				this.#isNamed = this.#name === 'npm' && this.#role === 'runs' && !isOver;
				if (!this.#isNamed) break;
			}
		}
		const isNone = this.#role === undefined || [...this.#options].some((option) => this.#tool.not.has(option));
		if (isNone) return undefined;
		// `deno outdated` only lists, and `deno init x` makes a folder.
		if (this.#name === 'deno' && this.#command === 'outdated' && !this.#options.has('--update')) return undefined;
		if (this.#name === 'deno' && this.#command === 'init' && !this.#options.has('--npm')) return undefined;
		const args = this.#packages.length > 0 ? this.#packages : this.#args;
		const isTagged = this.#tag !== '' && this.#tool.tagged.has(this.#command);
		return {
			args,
			isYarn: this.#name === 'yarn',
			elsewhere: this.#tool.elsewhere,
			...(isTagged && { tag: this.#tag }),
			...(this.#inner && { inner: this.#inner }),
		};
	}

	/** An option; returns how many words of its own follow it. */
	#option(word: string, next: string | undefined): number {
		const [option = word] = word.split('=', 1);
		const hasValue = option !== word;
		this.#options.add(option);
		const mayRun = this.#role === 'runs' || this.#role === undefined;
		const isShort = this.#role === 'runs' && !this.#isNamed && /^-[a-z]*p$/.test(option);
		const names = option === '--package' || isShort;
		if (names && mayRun) {
			const value = hasValue ? word.slice(option.length + 1) : next;
			if (value !== undefined) this.#packages.push(...this.#packageOf(value));
			return hasValue ? 0 : 1;
		}
		// What begins with a dash is the next option, as for npm.
		if (option === '--tag') this.#tag = hasValue ? word.slice(option.length + 1) : (next ?? '').replace(/^-.*/s, '');
		if (hasValue) return 0;
		// pnpm and those like it have a shell for `-c`, not a text.
		const short = /^-[A-Za-z]+([A-Za-z])$/.exec(word)?.[1];
		const isValued =
			this.#tool.valued.has(word) ||
			(short !== undefined && this.#tool.valued.has(`-${short}`)) ||
			/^--@[^:]+:registry$/.test(word);
		return isValued || next === 'true' || next === 'false' ? 1 : 0;
	}

	#isCommand(word: string): boolean {
		return this.#tool.commands.has(word.toLowerCase());
	}

	/** The command itself; returns how many further words belong to it, `undefined` where it is none that installs. */
	#findCommand(word: string, next = ''): number | undefined {
		const { commands, before } = this.#tool;
		const lower = word.toLowerCase();
		if (commands.has(`${lower} ${next}`)) {
			this.#command = `${lower} ${next}`;
			this.#role = commands.get(this.#command);
			return 1;
		}
		// Two words that are one command: `yarn workspaces foreach`, not `yarn workspaces run`.
		if (lower === 'workspaces' && next !== 'foreach') return undefined;
		if (Object.hasOwn(before, lower)) return before[lower];
		this.#command = lower;
		this.#role = commands.get(lower);
		if (this.#role !== undefined) return 0;
		// `deno npm:cowsay` runs it: the word is the argument already.
		if (this.#name !== 'deno' || !word.startsWith('npm:')) return undefined;
		this.#role = 'taggedOne';
		this.#argument(word, 0, next);
		return this.#given.length;
	}

	/** Whether `--` ends what is read here: what follows is a command, or another program's arguments. */
	#endsAtDashes(): boolean {
		return this.#name === 'mise' || (this.#name === 'deno' && this.#role !== 'runs') || this.#role === 'creates';
	}

	/** An argument of the command; returns whether more of them are packages. */
	#argument(word: string, index: number, next: string | undefined): boolean {
		switch (this.#role) {
			case 'inner':
				this.#inner = [word.replace(/(?<=.)@.*$/, ''), ...this.#given.slice(index + 1)];
				return false;
			case 'runs': {
				const [run] = this.#packageOf(word);
				if (this.#packages.length > 0 || !run) return false;
				this.#args.push(run);
				// A package manager that is run so installs in its turn.
				const name = run.names?.replace(/(?<=.)@.*$/, '') ?? '';
				if (installerOf(name)) this.#inner = [name, ...this.#given.slice(index + 1)];
				return false;
			}
			case 'creates':
				this.#args.push({ written: word, names: this.#initializer(word) });
				return false;
			case 'one':
				this.#args.push(...this.#packageOf(word));
				return false;
			case 'taggedOne':
				if (/^(?:npm|jsr):/.test(word)) this.#args.push(...this.#packageOf(word));
				return false;
			case 'tagged':
				if (this.#name === 'mise' || /^(?:npm|jsr):/.test(word)) this.#args.push(...this.#packageOf(word));
				else this.#args.push({ written: word });
				return true;
			default: {
				if (next !== undefined && SENTENCE_WORDS.has(word)) return false;
				this.#args.push(...this.#packageOf(word));
				return true;
			}
		}
	}

	/** An argument that names a package, or several: a comma parts them, braces are filled in. */
	#packageOf(word: string): Argument[] {
		if (/^(?:https?:|git|file:)/i.test(word)) return [{ written: word, names: word }];
		return expandBraces(word).map((written) => ({ written, names: this.#nameOf(written) }));
	}

	#nameOf(word: string): string | undefined {
		if (this.#name === 'mise') {
			const [, name = '', version = ''] = /^(npm:[^[\]]+)(?:\[[^\]]*\])?(@[^[\]]+)?$/.exec(word) ?? [];
			// What has no prefix is a runtime or a tool of its own; other prefixes are other registries'.
			return name === '' ? (/^[a-z]+:/.test(word) ? word : undefined) : name + version;
		}
		if (this.#name === 'deno' || this.#name === 'dx') {
			if (/\.[cm]?tsx?$/.test(word)) return undefined;
			// `npm:name@1/path`, and `name/command` for `deno x`.
			const [, prefix = '', path = ''] = /^(npm:\/?)?(.*)$/.exec(word) ?? [];
			const [, bare = path] = /^(@[^/]+\/[^/]+|[^@/][^/]*)\//.exec(path) ?? [];
			const name = prefix === '' ? bare : `npm:${bare}`;
			const isBare = !/^(?:npm|jsr|https?):|@npm:/.test(word);
			// JSR's own scope is written without a prefix, too, as deno once had it.
			return isBare && (this.#options.has('--jsr') || name.startsWith('@std/')) ? `jsr:${name}` : name;
		}
		const [name = word] = word.split(/(?<=.)@/, 1);
		return this.#tool.runtimes.has(name) ? undefined : word;
	}

	/** The package of an initializer: `vite@1` is `create-vite@1`, `@scope` is `@scope/create`, `@scope/x` is `@scope/create-x`. */
	#initializer(word: string): string | undefined {
		const isDeno = this.#name === 'deno';
		if (isDeno && !word.startsWith('npm:') && !this.#options.has('--npm'))
			return word.startsWith('jsr:') ? word : undefined;
		let text = isDeno ? word.replace(/^npm:\/?/, '') : word;
		// An organisation's template of Vite+ is part of one package: `@org:web`.
		if (this.#name === 'vp') text = text.replace(/^(@[^/@:]+):[^@]*/, '$1');
		const [, scope = '', name = '', version = ''] =
			/^(?:(@[^/@:]+)(?:\/|(?=@|$)))?([^/@:]*)(@[^/:]*)?$/.exec(text) ?? [];
		if (scope === '' && name === '') return undefined;
		const prefixed = !this.#tool.alwaysPrefixes && /^create(?:-|$)/.test(name) ? name : `create-${name}`;
		return `${scope === '' ? '' : `${scope}/`}${name === '' ? 'create' : prefixed}${version}`;
	}
}

/** `@scope/{a,b}` is two words, as in a shell; so is `a,b`, as people write lists. */
function expandBraces(word: string): string[] {
	const [, head = '', inner, tail = ''] = /^([^{}]*)\{([^{}]*)\}([^{}]*)$/.exec(word) ?? [];
	if (inner === undefined) return word.split(',').filter((part) => part !== '');
	const parts = inner.split(',');
	// One by itself is no choice, and too many are left as they are written, which is no name.
	return parts.length > 1 && parts.length <= MAX_EXPANDED ? parts.map((part) => head + part + tail) : [word];
}
