/** Owns what is measured: this working tree, and the build of another commit beside it. */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../../cli/usage.ts';
import type { BuildOptions } from '../../scripts/build.ts';
import { bundleForNode } from '../../scripts/npm-package.ts';
import type { BrowserName } from '../support/browser.ts';
import { type FailedRow, messageOf, type Row, rowsOf, type Sample } from './runner.ts';

/** The working tree that this file is in. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** One of the two that are measured. */
export interface Side {
	/** The commit, as it was asked for; absent for ours. */
	commit?: string;
	/** Folder of its sources. */
	root: string;
	/** Folder of its extension, built when it is first asked for. @param variant a name for these options. */
	extension(browser: BrowserName, variant?: Variant): Promise<string>;
	/** A script of this folder with this side's sources, bundled as the npm package is. @returns its path. */
	bundle(script: string): Promise<string>;
}

/** What a build differs in from the shipped one. */
interface Variant {
	name: string;
	options: Pick<BuildOptions, 'authority' | 'tufRoot'>;
}

/** What every row is measured with. */
export interface Bench {
	sides: Sides;
	/** Instead of the row's own number. */
	samples?: number;
}

/** A browser's background, as rows name it. */
export function backgroundOf(browser: BrowserName): string {
	return `${browser} background`;
}

/** The browser of a place. */
export function browserOf(where: string): BrowserName {
	return where.startsWith('chromium') ? 'chromium' : 'firefox';
}

/** Ours first. */
export interface Sides {
	all: readonly [Side, ...Side[]];
	/** A folder of this run, for what several rows need. */
	folder: string;
	/** Takes the other one away again. */
	close(): void;
}

/** What measures must be the same on both sides, so the other one gets ours. */
const SHARED = ['tests/fixtures/door.ts', 'tests/fixtures/hostile-answers.ts'];

/**
 * @param against a commit; it is checked out in a folder of its own, with our packages where its lockfile is ours.
 * @throws UsageError where there is no such commit, or its packages cannot be installed.
 */
export function openSides(against?: string): Sides {
	const place = mkdtempSync(join(tmpdir(), 'bench-'));
	const clear = () => rmSync(place, { recursive: true, force: true });
	const ours = sideOf(root, join(place, 'ours'));
	if (against === undefined) return { all: [ours], folder: place, close: clear };
	const folder = join(place, 'tree');
	const git = (...words: string[]) =>
		execFileSync('git', ['-C', root, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
	const close = () => {
		try {
			git('worktree', 'remove', '--force', folder);
		} finally {
			clear();
		}
	};
	try {
		git('rev-parse', '--verify', '--quiet', `${against}^{commit}`);
	} catch {
		clear();
		throw new UsageError(`--against: there is no commit ${against}`);
	}
	git('worktree', 'add', '--detach', folder, against);
	try {
		const lockOf = (tree: string) => readFileSync(join(tree, 'package-lock.json'), 'utf8');
		if (lockOf(folder) === lockOf(root)) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
		else execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: 'pipe' });
		for (const path of SHARED) copyFileSync(join(root, path), join(folder, path));
	} catch (error) {
		close();
		throw new UsageError(`--against: the packages of ${against} cannot be installed (${messageOf(error)})`);
	}
	return { all: [ours, { ...sideOf(folder, join(place, 'theirs')), commit: against }], folder: place, close };
}

function sideOf(tree: string, output: string): Side {
	const built = new Map<string, Promise<string>>();
	return {
		root: tree,
		bundle: (script) => {
			const known = built.get(script) ?? bundleIn(tree, join(output, 'bundles'), script);
			built.set(script, known);
			return known;
		},
		extension: (browser, variant) => {
			const key = `${browser} ${variant?.name ?? 'shipped'}`;
			const known = built.get(key) ?? buildIn(tree, join(output, key.replace(' ', '-')), browser, variant);
			built.set(key, known);
			return known;
		},
	};
}

/** Our script, with what it imports from beyond this folder taken from the side. */
async function bundleIn(tree: string, folder: string, script: string): Promise<string> {
	const entry = join(root, 'tests/bench', script);
	const name = script.replace(/\.ts$/, '.js');
	const ofSide = {
		name: 'sources-of-a-side',
		enforce: 'pre' as const,
		resolveId: (specifier: string, importer?: string) =>
			importer === entry && specifier.startsWith('../../') ? join(tree, specifier.slice('../../'.length)) : undefined,
	};
	await bundleForNode(entry, folder, name, [ofSide]);
	return join(folder, name);
}

/** By its own tools, in a process of its own. */
async function buildIn(tree: string, output: string, browser: BrowserName, variant?: Variant): Promise<string> {
	const build = (hasDoor: boolean) => {
		const options = { output, hasDoor, isSilent: true, ...variant?.options };
		return startNode(tree, 'build.ts', browser === 'chromium' ? 'chrome' : 'firefox', options).next();
	};
	// An older commit may not be built with our door; only some rows need one.
	return build(true).catch(() => build(false));
}

/** A process of Node that answers with lines. */
export interface NodeProcess {
	/** Writes a line, if one is given, and waits for the next answer. @throws where it ends before. */
	next(line?: string): Promise<string>;
	stop(): void;
}

/** A tool of a side's own. Commits before 28 November 2026 have them among their tests. */
export function toolIn(tree: string, name: string): string {
	const places = ['scripts', 'tests/tools'].map((folder) => join(tree, folder, name));
	return places.find((place) => existsSync(place)) ?? join(tree, 'scripts', name);
}

/**
 * Starts a script of this folder in a process of its own, with the hooks and sources of one side.
 * @param tree the side's folder, which the script gets first; `undefined` for a process without our hooks.
 * @param script its name. @param words its arguments, as text or JSON.
 */
export function startNode(tree: string | undefined, script: string, ...words: unknown[]): NodeProcess {
	const hooks = tree === undefined ? [] : ['--import', toolIn(tree, 'hooks.ts')];
	const file = join(root, 'tests/bench', script);
	return startWith(script, [...hooks, file, ...(tree === undefined ? [] : [tree])], tree ?? root, words);
}

/** The same of a script that was bundled. @param path of the bundle. */
export function startBundle(path: string, ...words: unknown[]): NodeProcess {
	return startWith(path, [path], root, words);
}

function startWith(name: string, args: readonly string[], cwd: string, words: readonly unknown[]): NodeProcess {
	const file = join(tmpdir(), `bench-${process.pid}-${Math.random().toString(36).slice(2)}.json`);
	writeFileSync(file, JSON.stringify(words));
	const child = spawn(process.execPath, [...args, file], { stdio: ['pipe', 'pipe', 'inherit'], cwd });
	child.on('exit', () => rmSync(file, { force: true }));
	// Whoever waits for a line hears of its end, also where it cannot be started.
	for (const emitter of [child, child.stdin]) emitter.on('error', () => undefined);
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	return {
		next: async (line) => {
			if (line !== undefined) child.stdin.write(`${line}\n`);
			const { done, value } = await lines.next();
			if (done) throw new Error(`${name} ended before it answered`);
			return value;
		},
		stop: () => child.kill(),
	};
}

/** One side, made ready. */
interface Probe {
	sample(): Promise<Sample>;
	close?(): Promise<void> | void;
}

/**
 * Takes samples of each side in turn, the order turned round each time.
 * @param count samples of each.
 * @param open makes one side ready.
 * @returns ours, each with the other side's of the same turn under its commit. Where that side fails, a row that says so.
 * @throws where ours fails.
 */
export async function* sampleSides(
	{ all }: Sides,
	common: Pick<Row, 'name' | 'where' | 'unit'>,
	count: number,
	open: (side: Side) => Promise<Probe>,
): AsyncGenerator<Row | FailedRow> {
	const [ours, theirs] = all;
	const opened: Probe[] = [];
	const attempts = { lost: undefined as string | undefined };
	/** Theirs may fail, and ours goes on alone. */
	const attempt = async <T>(run: () => Promise<T>): Promise<T | undefined> => {
		if (!theirs || attempts.lost !== undefined) return undefined;
		try {
			return await run();
		} catch (error) {
			attempts.lost = messageOf(error);
			return undefined;
		}
	};
	const openOne = async (side: Side) => {
		const probe = await open(side);
		opened.push(probe);
		return probe;
	};
	try {
		const own = await openOne(ours);
		const other = theirs && (await attempt(() => openOne(theirs)));
		const pairs: { own: Sample; other: Sample | undefined }[] = [];
		for (let index = 0; index < count; index += 1) {
			const isTurned = index % 2 === 1;
			const before = isTurned && other ? await attempt(() => other.sample()) : undefined;
			const sample = await own.sample();
			pairs.push({
				own: sample,
				other: before ?? (!isTurned && other ? await attempt(() => other.sample()) : undefined),
			});
		}
		const commit = theirs?.commit;
		const isPaired = commit !== undefined && attempts.lost === undefined;
		yield* rowsOf(
			common,
			pairs.map(({ own: { ours, against }, other }) => ({
				ours,
				against: { ...against, ...(isPaired && other && { [commit]: other.ours }) },
			})),
		);
		if (commit !== undefined && attempts.lost !== undefined)
			yield { name: common.name, where: common.where, against: commit, failure: attempts.lost };
	} finally {
		for (const { close } of opened) await close?.();
	}
}
