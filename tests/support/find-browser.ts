/** Owns where the real browsers are: named by the environment, found on the path, or installed where that is possible. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Paths of the executables. */
export interface Browsers {
	chromium: string;
	firefox: string;
}

const NAMES: Record<keyof Browsers, { variable: string; commands: string[]; debian: string }> = {
	chromium: { variable: 'CHROMIUM', commands: ['chromium', 'chromium-browser', 'google-chrome'], debian: 'chromium' },
	firefox: { variable: 'FIREFOX', commands: ['firefox-esr', 'firefox'], debian: 'firefox-esr' },
};

/**
 * Finds both browsers. On Debian, as root, a missing one is installed from Debian's packages.
 * @throws Error that names the command to install the missing one.
 */
export async function findBrowsers(): Promise<Browsers> {
	return { chromium: find('chromium'), firefox: find('firefox') };
}

function find(browser: keyof Browsers): string {
	const { variable, commands, debian } = NAMES[browser];
	const named = process.env[variable];
	if (named) return named;
	const found = onPath(commands);
	if (found) return found;
	const command = `apt-get update && apt-get install -y ${debian}`;
	const isRootOnDebian = process.getuid?.() === 0 && existsSync('/etc/debian_version');
	if (!isRootOnDebian)
		throw new Error(`No ${browser} found. Install it (on Debian: ${command}) or name it in ${variable}.`);
	console.error(`Installing ${debian} from Debian's packages ...`);
	spawnSync('sh', ['-c', command], {
		stdio: ['ignore', 'ignore', 'inherit'],
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
	});
	const installed = onPath(commands);
	if (!installed) throw new Error(`${debian} could not be installed: ${command}`);
	return installed;
}

function onPath(commands: string[]): string | undefined {
	for (const folder of (process.env.PATH ?? '').split(delimiter)) {
		for (const command of commands) {
			const file = join(folder, command);
			try {
				accessSync(file, constants.X_OK);
				return file;
			} catch {
				// not here
			}
		}
	}
	return undefined;
}
