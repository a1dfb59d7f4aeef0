/** Owns `npm start`: a real browser on a package's page, with the extension, in a profile that is thrown away. */
import { watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCommand, UsageError } from '../cli/usage.ts';
import { NPM_SITE, REGISTRY } from '../lib/npm/hosts.ts';
import { pageAddress } from '../lib/npm/site.ts';
import { parseSpec, type ReleaseSpec, specText } from '../lib/npm/spec.ts';
import type { CustomTrustRoot } from '../lib/sigstore/custom-trust-roots.ts';
import { mintMadeUp } from '../tests/fixtures/made-up.ts';
import { trustRootFor } from '../tests/fixtures/minted.ts';
import { startAuthority } from '../tests/support/authority.ts';
import {
	BROWSER_NAMES,
	type BrowserName,
	builtExtension,
	type RunningBrowser,
	startBrowser,
} from '../tests/support/browser.ts';
import {
	type Package,
	packageOf,
	readOwnRecording,
	readRelease,
	recordedReleases,
} from '../tests/support/recordings.ts';
import { type LocalServer, startServer } from '../tests/support/server.ts';
import { settingsOf } from '../tests/support/settings.ts';
import { buildExtension } from './build.ts';

const USAGE =
	'usage: npm start (or npm run dev) [-- NAME[@VERSION] --browser chromium|firefox --recorded --language CODE --screenshot FILE]';
const root = fileURLToPath(new URL('..', import.meta.url));
/** What the extension is built from. */
const SOURCES = ['components', 'entrypoints', 'lib', 'public'];
/** Who is shown where there is neither npm nor a recording: nobody's name, so that nothing false is said of a real package. */
const MADE_UP = 'made-up-package';
/** Milliseconds without a change after which it is built: an editor saves in several steps. */
const REST_MS = 300;
const pictures = fileURLToPath(new URL('../.output/pictures', import.meta.url));

await runCommand(USAGE, main);

async function main(argv: string[]): Promise<void> {
	const { values, positionals } = parseArgs({
		args: argv,
		allowPositionals: true,
		options: {
			browser: { type: 'string' },
			recorded: { type: 'boolean' },
			language: { type: 'string' },
			screenshot: { type: 'string' },
			watch: { type: 'boolean' },
		},
	});
	if (positionals.length > 1) throw new UsageError('name one release at most');
	const asked = parseSpec(positionals[0] ?? 'sigstore');
	if (!asked || asked.kind === 'range') throw new UsageError(`not a package, nor a version of one: ${positionals[0]}`);
	const name = BROWSER_NAMES.find((known) => known === (values.browser ?? 'chromium'));
	if (!name) throw new UsageError(`--browser is one of ${BROWSER_NAMES.join(', ')}`);
	const endsByItself = values.screenshot !== undefined || !process.stdout.isTTY;
	const world = await chooseWorld(asked, values.recorded === true);
	const { spec } = world;
	const picture = resolve(values.screenshot ?? join(pictures, `${specText(spec).replace('/', '+')}-${name}.png`));
	await build(name);
	let browser: RunningBrowser | undefined;
	const end = once(async () => {
		await browser?.close().catch(() => undefined);
		await world.close();
	});
	endOnSignals(end);
	try {
		browser = await startBrowser(name, {
			extension: builtExtension(name),
			...(world.server && { proxy: world.server.proxy }),
			isVisible: !endsByItself && hasDisplay(),
			language: values.language,
			leavesSignals: true,
		});
		if (world.trustRoot) await importTrustRoot(browser, world.trustRoot);
		await show(browser, spec, picture);
		if (values.watch) {
			console.log('Watching the sources; Ctrl-C ends it.');
			await rebuildOnChange(browser, () => show(browser as RunningBrowser, spec, picture));
		} else if (!endsByItself) {
			console.log('Ctrl-C, or closing the browser, ends it.');
			await browser.closed;
		}
	} finally {
		await end();
	}
}

/** Opens the page, and prints what the panel on it says. */
async function show(browser: RunningBrowser, { name, selector, kind }: ReleaseSpec, picture: string): Promise<void> {
	const tab = await browser.newTab();
	const address = pageAddress(name, kind === 'tag' ? undefined : selector);
	await tab.open(address);
	const shown = kind === 'tag' ? `${name}@latest` : `${name}@${selector}`;
	const panel = await tab.settledPanel(shown).catch((error: Error) => error);
	await tab.scrollToPanel();
	await tab.screenshot(picture);
	console.log(`\n${address} in ${browser.name}:\n`);
	if (panel instanceof Error) {
		console.error(`There is no answer on the page (${panel.message}).`);
		process.exitCode = 1;
	} else {
		console.log(`[${panel.look}]\n${panel.text}\n`);
		if (name === MADE_UP) console.log('This release is made up, and so is all that the panel says of it.\n');
	}
	console.log(`Picture: ${picture}`);
}

/** Builds the extension again after each change of its sources, loads it again, and shows the page. Ends with the browser. */
async function rebuildOnChange(browser: RunningBrowser, showAgain: () => Promise<void>): Promise<void> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let running = Promise.resolve();
	const rebuild = async () => {
		try {
			await build(browser.name);
			await browser.reload();
			await showAgain();
		} catch (error) {
			// A source that does not build now may do so after the next change.
			console.error(error instanceof Error ? error.message : String(error));
		}
	};
	const watchers = SOURCES.map((folder) =>
		watch(join(root, folder), { recursive: true }, () => {
			clearTimeout(timer);
			timer = setTimeout(() => {
				running = running.then(rebuild);
			}, REST_MS);
		}),
	);
	await browser.closed;
	for (const watcher of watchers) watcher.close();
}

/** Does what the options page does where a reader imports a file. */
async function importTrustRoot(browser: RunningBrowser, trustRoot: CustomTrustRoot): Promise<void> {
	const page = await browser.openExtensionPage('options.html');
	await settingsOf(page).change((all) => ({ ...all, trustRoots: [trustRoot] }));
	await page.close();
}

/** What is shown, where the extension's requests go, and whom it believes besides. */
interface World {
	/** What was asked for, or what is shown in its place. */
	spec: ReleaseSpec;
	/** Absent where the real npm answers. */
	server?: LocalServer;
	/** Of the maker of a release that was made up. */
	trustRoot?: CustomTrustRoot;
	close: () => Promise<void>;
}

/** The real npm where it can be reached; else recordings; else a release made up on the spot, which is of no real package, and the trust root of its maker. */
async function chooseWorld(spec: ReleaseSpec, wantsRecorded: boolean): Promise<World> {
	if (!wantsRecorded && (await isReachable(NPM_SITE)) && (await isReachable(REGISTRY)))
		return { spec, close: async () => undefined };
	if (!wantsRecorded) console.log("npm's site cannot be reached from here: serving recordings instead.");
	const server = await startServer();
	const recorded = recordedReleases();
	server.serve(...recorded.map((release) => packageOf([readRelease(release)])));
	const found = findRecording(spec, recorded);
	if (found) {
		server.serve(found);
		return { spec, server, close: server.close };
	}
	const version = spec.kind === 'version' ? spec.selector : '1.0.0';
	console.log(
		`There is no recording of ${specText(spec)}. A made-up release, ${MADE_UP}@${version}, is shown instead, and its maker's trust root is imported for it.`,
	);
	const authority = await startAuthority();
	server.serve(packageOf(await mintMadeUp(authority, { name: MADE_UP, versions: [version] })));
	return {
		spec: { name: MADE_UP, selector: version, kind: 'version' },
		server,
		trustRoot: trustRootFor(authority, [MADE_UP]),
		close: server.close,
	};
}

/** A release of one's own recordings or of ../shared/data, as `latest` and served alone. */
function findRecording({ name, selector, kind }: ReleaseSpec, recorded: string[]): Package | undefined {
	const own = readOwnRecording(`${name}@${selector}`);
	if (own) return own;
	const release = recorded.findLast((candidate) =>
		kind === 'version' ? candidate === `${name}@${selector}` : candidate.startsWith(`${name}@`),
	);
	return release === undefined ? undefined : packageOf([readRelease(release)]);
}

async function build(name: BrowserName): Promise<void> {
	console.log('Building the extension ...');
	await buildExtension([name === 'chromium' ? 'chrome' : 'firefox'], { isSilent: true });
}

async function isReachable(origin: string): Promise<boolean> {
	// A refusal is an answer too: npm's site challenges programs, and browsers pass.
	return fetch(origin, { method: 'HEAD', signal: AbortSignal.timeout(5000) }).then(
		() => true,
		() => false,
	);
}

function hasDisplay(): boolean {
	return process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

/** Ends on Ctrl-C and the like, and also when the launcher that started us has gone without a word. */
function endOnSignals(end: () => Promise<void>): void {
	const leave = () => void end().finally(() => process.exit(process.exitCode ?? 0));
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
	const launcher = process.ppid;
	setInterval(() => process.ppid !== launcher && leave(), 500).unref();
}

function once(run: () => Promise<void>): () => Promise<void> {
	let running: Promise<void> | undefined;
	return () => {
		running ??= run();
		return running;
	};
}
