/** Owns how each package manager is run on a loopback registry, in a project and a home of its own. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MODULES = join(process.env.WORK, 'node_modules');
const DAY_S = 86_400;

/** Per manager: its command, the arguments of an install without scripts, its lockfile, and the settings of a project. */
const MANAGERS = {
	npm: {
		command: ['node', join(MODULES, 'npm/bin/npm-cli.js')],
		install: ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
		lockfile: 'package-lock.json',
		settings: (registry, days) => ({ '.npmrc': `registry=${registry}\n${days ? `min-release-age=${days}\n` : ''}` }),
	},
	pnpm: {
		command: [join(MODULES, '@pnpm/exe.linux-x64/pnpm')],
		install: ['install', '--ignore-scripts', '--no-frozen-lockfile'],
		lockfile: 'pnpm-lock.yaml',
		settings: (registry, days) => ({
			'.npmrc': `registry=${registry}\n`,
			'pnpm-workspace.yaml': `minimumReleaseAge: ${days * 1440}\n`,
		}),
	},
	yarn: {
		command: ['node', join(MODULES, '@yarnpkg/cli-dist/bin/yarn.js')],
		install: ['install', '--mode=skip-build'],
		lockfile: 'yarn.lock',
		settings: (registry, days) => ({
			'yarn.lock': '',
			'.yarnrc.yml': [
				`npmRegistryServer: "${registry.slice(0, -1)}"`,
				'unsafeHttpWhitelist: ["127.0.0.1"]',
				'enableTelemetry: false',
				'enableImmutableInstalls: false',
				'nodeLinker: node-modules',
				`npmMinimalAgeGate: ${days}d`,
			].join('\n'),
		}),
	},
	yarn1: {
		command: ['node', join(MODULES, 'yarn/bin/yarn.js')],
		install: ['install', '--ignore-scripts', '--non-interactive'],
		lockfile: 'yarn.lock',
		settings: (registry) => ({ '.npmrc': `registry=${registry}\n` }),
	},
	bun: {
		command: [join(MODULES, '@oven/bun-linux-x64/bin/bun')],
		install: ['install', '--ignore-scripts'],
		lockfile: 'bun.lock',
		settings: (registry, days) => ({
			'bunfig.toml': `[install]\nregistry = "${registry}"\n${days ? `minimumReleaseAge = ${days * DAY_S}\n` : ''}`,
		}),
	},
	deno: {
		command: [join(MODULES, '@deno/linux-x64-glibc/deno')],
		install: ['install'],
		lockfile: 'deno.lock',
		settings: (registry, days) => ({
			'.npmrc': `registry=${registry}\n`,
			'deno.json': JSON.stringify(days === null ? {} : { minimumDependencyAge: `P${days}D` }),
		}),
	},
};

/**
 * Installs a project.
 * @param manager One of the above.
 * @param registry Address of the registry.
 * @param project Contents of package.json.
 * @param options `days`: the least age of a release, null for the manager's own (deno); `files`: further files of the project.
 * @returns `{ code, output, lockfile, folder, versionOf(name), run(...arguments) }`.
 */
export async function install(manager, registry, project, { days = 0, files = {} } = {}) {
	const { command, install: installing, lockfile, settings } = MANAGERS[manager];
	const home = mkdtempSync(join(process.env.WORK, `${manager}-`));
	const folder = join(home, 'project');
	mkdirSync(folder);
	const all = {
		'package.json': JSON.stringify({ name: 'project', version: '1.0.0', ...project }),
		...settings(registry, days),
		...files,
	};
	for (const [name, content] of Object.entries(all)) writeFileSync(join(folder, name), content);
	const env = {
		PATH: process.env.PATH,
		HOME: home,
		npm_config_registry: registry,
		NPM_CONFIG_REGISTRY: registry,
		DENO_DIR: join(home, 'deno'),
		BUN_INSTALL_CACHE_DIR: join(home, 'bun'),
		YARN_GLOBAL_FOLDER: join(home, 'yarn'),
		NO_COLOR: '1',
	};
	const run = (...list) =>
		new Promise((resolve) => {
			const [file, ...first] = command;
			execFile(file, [...first, ...list], { cwd: folder, env, timeout: 30_000 }, (error, stdout, stderr) =>
				resolve({ code: error ? (error.code ?? 1) : 0, stdout, output: stdout + stderr }),
			);
		});
	const { code, output } = await run(...installing);
	const read = (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : '');
	return {
		code,
		output,
		folder,
		run,
		lockfile: read(lockfile),
		versionOf: (name) => JSON.parse(read(`node_modules/${name}/package.json`) || '{}').version ?? 'nothing',
	};
}
