/** Owns `npm run build [-- --browser chrome|firefox]`: the extension for both browsers, into .output. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'wxt';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const BROWSERS = ['chrome', 'firefox'] as const;

/** What may differ from the extension that is shipped. */
export interface BuildOptions {
	/** With the door for tests and benchmarks, in a folder of its own (`chrome-mv3-door`); all else is byte-identical. */
	hasDoor?: boolean;
	isSilent?: boolean;
}

/** Builds for the given browsers, one after the other; gives their folders. */
export async function buildExtension(
	browsers: readonly (typeof BROWSERS)[number][] = BROWSERS,
	{ hasDoor, isSilent }: BuildOptions = {},
): Promise<string[]> {
	const output = `${root}.output`;
	const folders: string[] = [];
	process.env.STAMP_OF_ORIGIN_DOOR = hasDoor ? '1' : '0';
	// Vitest says `test` here, and Svelte would build its development form.
	process.env.NODE_ENV = 'production';
	for (const browser of browsers) {
		const run = () =>
			build({
				root,
				browser,
				manifestVersion: 3,
				outDir: output,
				...(isSilent && { logger: SILENT }),
			});
		await (isSilent ? quietly(run) : run());
		folders.push(`${output}/${browser}-mv3${hasDoor ? '-door' : ''}`);
	}
	return folders;
}

/** WXT's spinner writes to standard output whatever the logger. */
async function quietly(run: () => Promise<unknown>): Promise<void> {
	const { write } = process.stdout;
	process.stdout.write = () => true;
	try {
		await run();
	} finally {
		process.stdout.write = write;
	}
}

const nothing = () => undefined;
const SILENT = {
	debug: nothing,
	log: nothing,
	info: nothing,
	success: nothing,
	start: nothing,
	ready: nothing,
	box: nothing,
	warn: console.error,
	error: console.error,
	fatal: console.error,
	level: 1,
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { values } = parseArgs({ options: { browser: { type: 'string' } } });
	const browser = BROWSERS.find((known) => known === values.browser);
	if (values.browser !== undefined && !browser) {
		console.error(`--browser is one of ${BROWSERS.join(', ')}  (usage: npm run build [-- --browser NAME])`);
		process.exit(2);
	}
	await buildExtension(browser ? [browser] : BROWSERS);
}
