/** Owns `npm run build [-- --browser chrome|firefox] [--door]`: the extension for both browsers, into .output; also with the door. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'wxt';
import type { Authority } from '../tests/support/authority.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
export const BROWSERS = ['chrome', 'firefox'] as const;

/** What may differ from the extension that is shipped. */
export interface BuildOptions {
	/** Folder for the results, one folder a browser in it; `.output` by default. */
	output?: string;
	/** A private Sigstore instance to be trusted instead of the real one. Never for anyone's use. */
	authority?: Pick<Authority, 'trustedRoot' | 'registryKeys'>;
	/** The root metadata of a private TUF repository from which that one may be renewed. */
	tufRoot?: unknown;
	/** With the door for tests and benchmarks, in a folder of its own (`chrome-mv3-door`); all else is byte-identical. */
	hasDoor?: boolean;
	isSilent?: boolean;
}

/** Builds for the given browsers, one after the other; gives their folders. */
export async function buildExtension(
	browsers: readonly (typeof BROWSERS)[number][] = BROWSERS,
	{ output = `${root}.output`, authority, tufRoot, hasDoor, isSilent }: BuildOptions = {},
): Promise<string[]> {
	const folders: string[] = [];
	process.env.STAMP_OF_ORIGIN_DOOR = hasDoor ? join(root, 'tests/fixtures/door.ts') : '';
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
				...(authority && {
					vite: () => {
						const plugins = [trustOnly(authority, tufRoot)];
						// The audit page's workers carry the seed too, and are bundled by themselves.
						return { plugins, worker: { plugins: () => plugins } };
					},
				}),
			});
		await (isSilent ? quietly(run) : run());
		folders.push(`${output}/${browser}-mv3${hasDoor ? '-door' : ''}`);
	}
	return folders;
}

/**
 * A plugin that puts a private instance's root and keys where the seed of the real ones stands.
 * @param tufRoot the root metadata of its TUF repository, if it may be renewed.
 */
export function trustOnly({ trustedRoot, registryKeys }: NonNullable<BuildOptions['authority']>, tufRoot?: unknown) {
	const seed = {
		takenAt: '1970-01-01',
		root: tufRoot ?? { signed: { version: 'made up for tests' } },
		trustedRoot,
		npmKeys: registryKeys,
	};
	return {
		name: 'trust-only',
		enforce: 'pre' as const,
		load: (id: string) => (id.endsWith('/lib/sigstore/seed.json') ? JSON.stringify(seed) : null),
	};
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
	const { values } = parseArgs({ options: { browser: { type: 'string' }, door: { type: 'boolean' } } });
	const browser = BROWSERS.find((known) => known === values.browser);
	if (values.browser !== undefined && !browser) {
		console.error(`--browser is one of ${BROWSERS.join(', ')}  (usage: npm run build [-- --browser NAME] [--door])`);
		process.exit(2);
	}
	const browsers = browser ? [browser] : BROWSERS;
	await buildExtension(browsers);
	// For scenarios: made after the shipped one, which it is compared with.
	if (values.door) await buildExtension(browsers, { hasDoor: true, isSilent: true });
}
