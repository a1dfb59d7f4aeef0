/**
 * Owns the grammar of the tools that install npm packages, as tables: their commands, their options with a value, and which
 * arguments of a command are packages. Taken from each tool's own documentation and help (November 2026). Pure.
 */

/**
 * What a command does with its arguments: `several` packages; `one` package and then its fields; `runs` one and hands it the
 * rest; `creates` from an initializer (`vite` is `create-vite`); `tagged` as `npm:name` only; `inner`, another command line.
 */
type Role = 'several' | 'one' | 'runs' | 'creates' | 'tagged' | 'taggedOne' | 'inner';

interface Installer {
	/** Commands by what they do; one of two words stands here as two. The empty one is the tool by itself. */
	commands: ReadonlyMap<string, Role>;
	/** Options that are followed by a value of their own. */
	valued: ReadonlySet<string>;
	/** Words before the command that change nothing here, and how many words follow each of them. */
	before: Readonly<Record<string, number>>;
	/** Options with which no argument is a package. */
	not: ReadonlySet<string>;
	/** Arguments that are no npm package here: runtimes, which come from elsewhere. */
	runtimes: ReadonlySet<string>;
	/** Whether `create-x` is still given the prefix, as npm does. */
	alwaysPrefixes: boolean;
}

const list = (words = '') => words.split(/\s+/).filter((word) => word !== '');

function installer(
	commands: Partial<Record<Role, string>>,
	valued = '',
	{ before = {}, not = '', runtimes = '', alwaysPrefixes = false } = {},
): Installer {
	const roles = Object.entries(commands) as [Role, string][];
	return {
		commands: new Map(roles.flatMap(([role, names]) => names.split(/\s*,\s*/).map((name) => [name, role] as const))),
		valued: new Set(list(valued)),
		before,
		not: new Set(list(not)),
		runtimes: new Set(list(runtimes)),
		alwaysPrefixes,
	};
}

const NPM_VALUED = `-C -L -c -m -w --access --allow-directory --allow-file --allow-git --allow-remote --allow-scripts --also
	--audit-level --auth-type --before --browser --ca --cache --cache-max --cache-min --cafile --call --cert --cidr --cpu
	--depth --diff --editor --enjoy-by --expires --fetch-retries --fetch-retry-factor --fetch-retry-maxtimeout
	--fetch-retry-mintimeout --fetch-timeout --git --globalconfig --heading --https-proxy --include --init-module
	--install-strategy --key --libc --local-address --location --loglevel --logs-dir --logs-max --maxsockets --message
	--min-release-age --min-release-age-exclude --node-arg --node-options --noproxy --omit --only --os --otp
	--pack-destination --prefix --preid --proxy --reg --registry --save-prefix --scope --script-shell --searchlimit --shell
	--tag --tag-version-prefix --umask --user-agent --userconfig --viewer --workspace`;

const PNPM_VALUED = `-C -F --allow-build --ca --cache --cache-dir --cafile --cert --changed-files-ignore-pattern
	--child-concurrency --config-dir --cpu --depth --deny-build --diag --dir --fetch-retries --fetch-retry-factor
	--fetch-retry-maxtimeout --fetch-retry-mintimeout --fetch-timeout --filter --filter-prod --global-bin-dir --global-dir
	--global-pnpmfile --hoist-pattern --https-proxy --key --libc --lockfile-dir --loglevel --minimum-release-age
	--minimum-release-age-exclude --modules-dir --network-concurrency --node-linker --node-version --noproxy
	--npmrc-auth-file --os --otp --package-import-method --pnpmfile --prefix --proxy --public-hoist-pattern --registry
	--reporter --resolution-mode --resume-from --save-catalog-name --save-prefix --script-shell --state-dir --store-dir
	--tag --test-pattern --trust-policy --trust-policy-exclude --trust-policy-ignore-after --use-node-version
	--user-agent --userconfig --virtual-store-dir --workspace-concurrency`;

const YARN_VALUED = `-j --cache-folder --cwd --emoji --exclude --fields --from --global-folder --https-proxy --include --jobs
	--link-folder --mode --modules-folder --mutex --network-concurrency --network-timeout --otp --preferred-cache-folder
	--prefix --proxy --registry --scope --use-yarnrc`;

const BUN_VALUED = `-c -F --backend --ca --cache-dir --cafile --concurrent-scripts --config --cpu --cwd --env-file --filter
	--linker --minimum-release-age --network-concurrency --omit --os --registry`;

const DENO_VALUED = `-L -c -n -o --arch --cert --conditions --config --cpu-prof-dir --cwd --ext --host --icon --import-map
	--location --log-level --minimum-dependency-age --name --os --output --port --preload --require --root --seed
	--target`;

const MISE_VALUED = `-C -E -P -c -e -j -p -s -t -x --allow-env --allow-net --allow-read --allow-write --before --cd --command
	--env --exclude --jobs --log-level --minimum-release-age --output --path --profile --remove --shared --shell --tool`;

const VLT_VALUED = `-A -G -i -s -t -w --access --allow-scripts --arch --before --cache --call --config --dashboard-root
	--default-registry-alias --editor --expect-results --fallback-command --fetch-retries --git-host-archives --git-hosts
	--identity --jsr-registries --libc --loglevel --node-version --os --otp --registries --registry --save-prefix --scope
	--scoped-registries --script-shell --tag --target --view --workspace --workspace-group`;

const PAGES = 'docs, home, repo, bugs, issues';
const VIEW = 'view, info, show, v';
const PNPM = {
	several: `add, install, i, install-test, it, update, up, upgrade, ${PAGES}`,
	one: `${VIEW}, deprecate, undeprecate, cache add`,
	runs: 'dlx',
	creates: 'create',
};
const PNPM_BEFORE = { before: { recursive: 0, multi: 0, m: 0 } };
const pnpm = installer(PNPM, PNPM_VALUED, PNPM_BEFORE);
const runs = (valued: string, not = '') => installer({ runs: '' }, valued, { not });

/** What installs packages from npm's registry, by the name of its command. */
const INSTALLERS: Readonly<Record<string, Installer>> = {
	npm: installer(
		{
			several: `install, i, in, ins, inst, insta, instal, isnt, isnta, isntal, isntall, add, ad, install-test, it, update, up,
				upgrade, udpate, u, pack, ${PAGES}`,
			one: `${VIEW}, deprecate, undeprecate, cache add, dist-tag ls, dist-tag add, dist-tag rm`,
			runs: 'exec, exe, x',
			creates: 'init, innit, create',
		},
		NPM_VALUED,
		{ alwaysPrefixes: true },
	),
	npx: runs(`${NPM_VALUED} -n`),
	pnpm,
	pn: pnpm,
	pnpx: runs(PNPM_VALUED),
	pnx: runs(PNPM_VALUED),
	yarn: installer(
		{ several: 'add, up, upgrade, upgrade-interactive', one: 'info, npm info', runs: 'dlx', creates: 'create, init' },
		YARN_VALUED,
		{ before: { global: 0, workspace: 1, workspaces: 0, foreach: 0 } },
	),
	bun: installer(
		{ several: 'add, a, install, i, update', one: 'info, pm view', runs: 'x', creates: 'create, c' },
		BUN_VALUED,
	),
	bunx: runs(BUN_VALUED),
	deno: installer(
		{
			several: 'add, install, i, update, outdated',
			tagged: 'cache, check, info',
			taggedOne: 'run, serve, compile, eval, test, bench, bundle',
			runs: 'x',
			creates: 'create, init',
		},
		DENO_VALUED,
		{ not: '-e --entrypoint' },
	),
	dx: runs(DENO_VALUED),
	mise: installer(
		{
			tagged: 'use, u, install, i, exec, x, upgrade, up, install-into',
			taggedOne: 'latest, ls-remote, list-remote, tool',
		},
		MISE_VALUED,
	),
	volta: installer(
		{ several: 'install, fetch, pin', inner: 'run' },
		'--node --npm --pnpm --yarn --env',
		// The package managers are packages of npm's registry; Node is not.
		{ runtimes: 'node' },
	),
	corepack: installer({ several: 'use, prepare, install', inner: '' }, '--install-directory --cache-only -o --output'),
	aube: installer({ ...PNPM, several: `${PNPM.several}, a` }, PNPM_VALUED, PNPM_BEFORE),
	aubx: runs(PNPM_VALUED),
	aubr: installer({}),
	nub: installer(
		{
			several: 'add, a, install, i, update, up, pm use',
			one: 'view, info, show',
			runs: 'dlx, x',
			creates: 'create',
		},
		PNPM_VALUED,
	),
	nubx: runs(PNPM_VALUED),
	vp: installer(
		{ several: 'add, install, i, update, up', one: 'info, view, show', runs: 'dlx', creates: 'create' },
		PNPM_VALUED,
		{ before: { pm: 0 } },
	),
	vpx: runs(PNPM_VALUED),
	vpr: installer({}),
	vlt: installer(
		{
			several: 'install, i, add, update, u, docs, repo, bugs',
			one: 'view, info, show, deprecate',
			runs: 'exec, x',
			creates: 'create',
		},
		VLT_VALUED,
		{ alwaysPrefixes: true },
	),
	vlx: runs(VLT_VALUED),
	vlr: installer({}),
	ni: installer({ several: '' }, PNPM_VALUED),
	nup: installer({ several: '' }, PNPM_VALUED),
	nlx: runs(PNPM_VALUED, '--local'),
	na: pnpm,
	nr: installer({}),
	nun: installer({}),
	nci: installer({}),
	nd: installer({}),
};

/** What installs packages from other registries, or from mirrors of npm's. */
const OTHER_REGISTRIES: ReadonlySet<string> = new Set(
	list(`apk apt apt-get asdf bower brew bundle cargo choco cnpm composer conda cpan dart dnf dotnet flatpak flutter gem go helm
		hex jsr julia luarocks mamba mix nix nix-env nuget opam pacman paru pdm pip pip3 pipx pkg pnpmc poetry port proto pub
		rustup scoop snap swift tnpm uv uvx vcpkg winget yay yum zypper`),
);

/** Programs whose arguments are no list of packages. */
const PROGRAMS: ReadonlySet<string> = new Set(
	list(`alias astro bash cat cd chmod chown clear cmake code copy cp curl cypress docker docker-compose echo entrypoint eslint exit expo
		export fnm from gh git grep jest kill lerna ls make mkdir mv n ncu ng node nodemon nodenv nuxi nvm nx open playwright
		podman powershell prettier printf pwd pwsh python python3 rm rmdir rush sed set setx sh source ssh tar tee touch
		ts-node tsc tsx turbo unset unzip vite vitest wget which workdir zsh`),
);

/** Commands that stand before another and only say how it runs. */
const WRAPPERS: ReadonlySet<string> = new Set(
	list(`cmd command cross-env cross-env-shell doas dotenv dotenvx env exec nice nohup npq op powershell pwsh run sfw sh bash
		safe-chain start su sudo time winpty xargs zsh`),
);

/** Words of a sentence, after which no further package is named: `npm i chalk to get started`. */
const SENTENCE_WORDS: ReadonlySet<string> = new Set(list('to and for then in if with or from the into as'));

/** What npm begins the lines with that it prints. */
const LOG_WORDS: ReadonlySet<string> = new Set(list('warn error err! notice http verb sill timing'));

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
interface Install {
	args: Argument[];
	/** Whether `name@npm:tag` is a tag of that name, as yarn has it. */
	isYarn: boolean;
	/** The command that is run by this one. */
	inner?: readonly string[];
}

/** What kind of command line some words are, by the first of them. */
export type CommandKind = 'installer' | 'log' | 'wrapper' | 'other-registry' | 'program' | 'unknown';

/** Names of the tools, for telling a command after `#` from a comment. */
export const TOOL_NAMES: readonly string[] = Object.keys(INSTALLERS);

/** The tool that a word calls: `npm`, `npm.cmd`, `/usr/bin/npm`; a scoped package is none. */
function nameOf(word: string): string {
	const isPath = /^(?:\.{0,2}[\\/]|~[\\/]|[A-Za-z]:[\\/])/.test(word);
	const name = isPath ? word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1) : word;
	return name.replace(/\.(?:cmd|exe|ps1|bat)$/i, '').toLowerCase();
}

export function kindOf(words: readonly string[]): CommandKind {
	const [first = '', second = '', third = ''] = words;
	const name = nameOf(first);
	if (Object.hasOwn(INSTALLERS, name)) {
		// `npm warn ...`, and how yarn and bun begin: `yarn add v1.22.22`.
		const isLog = (name === 'npm' && LOG_WORDS.has(second.toLowerCase())) || /^v\d+\.\d+\.\d+/.test(third);
		return isLog ? 'log' : 'installer';
	}
	if (WRAPPERS.has(name)) return 'wrapper';
	if (OTHER_REGISTRIES.has(name)) return 'other-registry';
	const isVerb = /^(?:install|uninstall|run|exec|dlx|publish)$/.test(second);
	return PROGRAMS.has(name) || isVerb ? 'program' : 'unknown';
}

/** Reads a command line from its tool on; `undefined` where it installs nothing, or is no tool of ours. */
export function readInstall(words: readonly string[]): Install | undefined {
	const name = nameOf(words[0] ?? '');
	const tool = Object.hasOwn(INSTALLERS, name) ? INSTALLERS[name] : undefined;
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
	#inner: readonly string[] | undefined;

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
				isOver = true;
			} else if (word.startsWith('-') && !isOver) index += this.#option(word, next);
			else if (REDIRECTION.test(word)) index += /[<>]$/.test(word) ? 1 : 0;
			else if (this.#role === undefined || (this.#role === 'inner' && this.#command === '' && this.#isCommand(word))) {
				const taken = this.#findCommand(word, next);
				if (taken === undefined) return undefined;
				index += taken;
			} else if (!this.#argument(word, index, next)) break;
		}
		const isNone = this.#role === undefined || [...this.#options].some((option) => this.#tool.not.has(option));
		if (isNone) return undefined;
		// `deno outdated` only lists, and `deno init x` makes a folder.
		if (this.#name === 'deno' && this.#command === 'outdated' && !this.#options.has('--update')) return undefined;
		if (this.#name === 'deno' && this.#command === 'init' && !this.#options.has('--npm')) return undefined;
		const args = this.#packages.length > 0 ? this.#packages : this.#args;
		return { args, isYarn: this.#name === 'yarn', ...(this.#inner && { inner: this.#inner }) };
	}

	/** An option; returns how many words of its own follow it. */
	#option(word: string, next: string | undefined): number {
		const [option = word] = word.split('=', 1);
		const hasValue = option !== word;
		this.#options.add(option);
		const mayRun = this.#role === 'runs' || this.#role === undefined;
		const names = option === '--package' || (this.#role === 'runs' && /^-[a-z]*p$/.test(option));
		if (names && mayRun) {
			const value = hasValue ? word.slice(option.length + 1) : next;
			if (value !== undefined) this.#packages.push(...this.#packageOf(value));
			return hasValue ? 0 : 1;
		}
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
				if (Object.hasOwn(INSTALLERS, name)) this.#inner = [name, ...this.#given.slice(index + 1)];
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
