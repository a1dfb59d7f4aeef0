/**
 * Owns the grammar of the tools that install npm packages, as tables: their commands, their options with a value, and which
 * arguments of a command are packages. Taken from each tool's own documentation and help (November 2026). Pure.
 */

/**
 * What a command does with its arguments.
 * - `several`: they are packages. `one`: the first is a package, the others are its fields.
 * - `runs`: the first is a package, the others are its arguments.
 * - `creates`: the first is an initializer (`vite` is `create-vite`).
 * - `tagged`: packages as `npm:name` only. `inner`: another command line.
 */
export type Role = 'several' | 'one' | 'runs' | 'creates' | 'tagged' | 'taggedOne' | 'inner';

export interface Installer {
	/** Commands by what they do; one of two words is written as two. The empty one is the tool by itself. */
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
	/** Commands whose names without a version are of the dist-tag that `--tag` names. */
	tagged: ReadonlySet<string>;
	/** Packages that the tool takes from elsewhere than the package of that name, by the range of versions for which it does. */
	elsewhere: Readonly<Record<string, string>>;
}

const list = (words = '') => words.split(/\s+/).filter((word) => word !== '');

function installer(
	commands: Partial<Record<Role, string>>,
	valued = '',
	{ before = {}, not = '', runtimes = '', alwaysPrefixes = false, tagged = '', elsewhere = {} } = {},
): Installer {
	const roles = Object.entries(commands) as [Role, string][];
	return {
		commands: new Map(roles.flatMap(([role, names]) => names.split(/\s*,\s*/).map((name) => [name, role] as const))),
		valued: new Set(list(valued)),
		before,
		not: new Set(list(not)),
		runtimes: new Set(list(runtimes)),
		alwaysPrefixes,
		tagged: new Set(tagged.split(/\s*,\s*/)),
		elsewhere,
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

const NPM_INSTALL =
	'install, i, in, ins, inst, insta, instal, isnt, isnta, isntal, isntall, add, ad, install-test, it, pack';
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
			several: `${NPM_INSTALL}, update, up, upgrade, udpate, u, ${PAGES}`,
			one: `${VIEW}, deprecate, undeprecate, cache add, dist-tag ls, dist-tag add, dist-tag rm`,
			runs: 'exec, exe, x',
			creates: 'init, innit, create',
		},
		NPM_VALUED,
		{ alwaysPrefixes: true, tagged: NPM_INSTALL },
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
		{ alwaysPrefixes: true },
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
	corepack: installer(
		{ several: 'use, prepare, install', inner: '' },
		'--install-directory --cache-only -o --output',
		// From 2 on it is another package, or Yarn's own host.
		{ elsewhere: { yarn: '>=2.0.0-0' } },
	),
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

/** Commands that precede another and only say how it runs. */
const WRAPPERS: ReadonlySet<string> = new Set(
	list(`cmd command cross-env cross-env-shell doas dotenv dotenvx env exec nice nohup npq op powershell pwsh run sfw sh bash
		safe-chain start su sudo time winpty xargs zsh`),
);

/** What npm begins the lines with that it prints. */
const LOG_WORDS: ReadonlySet<string> = new Set(list('warn error err! notice http verb sill timing'));

/** What kind of command line some words are, by the first of them. */
export type CommandKind = 'installer' | 'log' | 'wrapper' | 'other-registry' | 'program' | 'unknown';

/** Names of the tools, for telling a command after `#` from a comment. */
export const TOOL_NAMES: readonly string[] = Object.keys(INSTALLERS);

/** The tool that a word calls: `npm`, `npm.cmd`, `/usr/bin/npm`; a scoped package is none. */
export function nameOf(word: string): string {
	const isPath = /^(?:\.{0,2}[\\/]|~[\\/]|[A-Za-z]:[\\/])/.test(word);
	const name = isPath ? word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1) : word;
	return name.replace(/\.(?:cmd|exe|ps1|bat)$/i, '').toLowerCase();
}

export function kindOf(words: readonly string[]): CommandKind {
	const [first = '', second = '', third = ''] = words;
	const name = nameOf(first);
	if (installerOf(name)) {
		// `npm warn ...`, and how yarn and bun begin: `yarn add v1.22.22`.
		const isLog = (name === 'npm' && LOG_WORDS.has(second.toLowerCase())) || /^v\d+\.\d+\.\d+/.test(third);
		return isLog ? 'log' : 'installer';
	}
	if (WRAPPERS.has(name)) return 'wrapper';
	if (OTHER_REGISTRIES.has(name)) return 'other-registry';
	const isVerb = /^(?:install|uninstall|run|exec|dlx|publish)$/.test(second);
	return PROGRAMS.has(name) || isVerb ? 'program' : 'unknown';
}

/** The grammar of a tool, by its name. */
export function installerOf(name: string): Installer | undefined {
	return Object.hasOwn(INSTALLERS, name) ? INSTALLERS[name] : undefined;
}
