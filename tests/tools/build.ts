/** Owns `npm run build [-- --browser chrome|firefox]`: the extension for both browsers, into .output. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'wxt';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const BROWSERS = ['chrome', 'firefox'] as const;

/** Builds for the given browsers, one after the other; gives their folders. */
export async function buildExtension(browsers: readonly (typeof BROWSERS)[number][] = BROWSERS): Promise<string[]> {
	const folders: string[] = [];
	for (const browser of browsers) {
		await build({ root, browser, manifestVersion: 3 });
		folders.push(`${root}.output/${browser}-mv3`);
	}
	return folders;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { values } = parseArgs({ options: { browser: { type: 'string' } } });
	const browser = BROWSERS.find((known) => known === values.browser);
	if (values.browser !== undefined && !browser) {
		console.error(`--browser is one of ${BROWSERS.join(', ')}  (usage: npm run build [-- --browser NAME])`);
		process.exit(2);
	}
	await buildExtension(browser ? [browser] : BROWSERS);
}
