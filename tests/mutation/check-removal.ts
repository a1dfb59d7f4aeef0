/**
 * Owns the proof that no check is idle: each one is taken out of a copy of the sources in turn, and some test must fail.
 * Usage: npm run check-removal -- [--only PATTERN] [--shard I/N] [--list]. PATTERN is a regular expression over names and codes.
 * Exit code 1 where a check is idle, and where none is of that name or code.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { forgetProbes, readProbes, withProbes } from './probes.ts';
import { listRemovals, type Removal, withoutCheck } from './removals.ts';
import { UNNOTICEABLE } from './unnoticeable.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What the unit tests read, and what runs them. */
const PARTS = [
	...['cli', 'components', 'docs', 'entrypoints', 'lib', 'scripts', 'tests'],
	...['package.json', 'package-lock.json', 'README.md', 'tsconfig.json', 'vitest.config.ts'],
];
/** Most time that the tests of one mutant have, at least; without a bound of ours, one that looks for it may run for ever. */
const PATIENCE_MS = 100_000;
/** Of names of tests, as one argument of a command. */
const MAX_PATTERN = 60_000;

/** What one test file is without any removal: how long it takes, and which check its tests reach. */
interface Reach {
	milliseconds: number;
	/** Name of a test -> milliseconds. */
	tests: Record<string, number>;
	/** Name of a removal -> the tests that reach it; '' among them where that happens outside of a test. */
	reached: Record<string, string[]>;
	/** Tests that fail with all checks in place, and so prove nothing. */
	failing: string[];
}

/** What came of one removal. */
export interface Outcome {
	removal: Removal;
	/** The first test that failed without the check; absent where none did. */
	test?: string;
	/** Why no test can notice it. */
	because?: string;
}

/** A copy of the sources in which one check at a time is taken out. */
export class RemovalRun {
	readonly removals: readonly Removal[];
	readonly #folder = mkdtempSync(join(tmpdir(), 'check-removal-'));
	readonly #copy = join(this.#folder, 'copy');
	readonly #all: readonly Removal[];
	readonly #reach = new Map<string, Reach>();
	readonly #imports = new Map<string, readonly string[]>();

	/** @param only which removals, by name and code. @param shard number and how many there are. */
	constructor(only = /(?:)/, [index, count] = [1, 1]) {
		for (const part of PARTS) cpSync(join(root, part), join(this.#copy, part), { recursive: true });
		symlinkSync(join(root, 'node_modules'), join(this.#copy, 'node_modules'));
		if (existsSync(join(root, '../shared'))) symlinkSync(join(root, '../shared'), join(this.#folder, 'shared'));
		this.#all = listRemovals(`${this.#copy}/`);
		this.removals = this.#all
			.filter(({ name, code }) => only.test(`${name} ${code}`))
			.filter((_removal, at) => at % count === index - 1);
	}

	/**
	 * Runs the tests once, each check reporting which of them reach it. What was found out before is taken from node_modules/.cache
	 * as long as neither the sources nor the test file changed.
	 * A test that fails with all checks in place proves nothing, and is left out.
	 */
	async findReach(onfile: (file: string, reach: Reach) => void = () => undefined): Promise<void> {
		const state = hashOf(
			this.#copy,
			['lib', 'tests/mutation', 'tests/support', 'tests/fixtures', 'scripts', 'cli'],
			/^(check|check-removal|unnoticeable)\.ts$/,
		);
		const changed = [...new Set(this.#all.map(({ file }) => file))];
		const texts = changed.map((file) => [file, readFileSync(join(this.#copy, file), 'utf8')] as const);
		for (const [file, text] of texts) {
			const numbered = [...this.#all.entries()].filter(([, removal]) => removal.file === file);
			writeFileSync(join(this.#copy, file), withProbes(text, numbered, this.#copy));
		}
		for (const file of this.#testFiles()) {
			const key = createHash('sha256')
				.update(state)
				.update(file)
				.update(readFileSync(join(this.#copy, file)));
			const cache = join(root, 'node_modules/.cache/check-removal', `${key.digest('hex')}.json`);
			const reach = existsSync(cache) ? JSON.parse(readFileSync(cache, 'utf8')) : await this.#measure(file);
			mkdirSync(dirname(cache), { recursive: true });
			writeFileSync(cache, JSON.stringify(reach));
			this.#reach.set(file, reach);
			onfile(file, reach);
		}
		for (const [file, text] of texts) writeFileSync(join(this.#copy, file), text);
	}

	/** Takes one check out and runs the tests that reach it, the quickest file first. */
	async tryWithout(removal: Removal): Promise<Outcome> {
		const because = UNNOTICEABLE[removal.name];
		const path = join(this.#copy, removal.file);
		const text = readFileSync(path, 'utf8');
		writeFileSync(path, withoutCheck(text, removal));
		try {
			const test = await this.#firstFailure(removal);
			return { removal, ...(test !== undefined && { test }), ...(because !== undefined && { because }) };
		} finally {
			writeFileSync(path, text);
		}
	}

	stop(): void {
		rmSync(this.#folder, { recursive: true });
	}

	/** The unit tests that import one of the files at hand, directly or through others. */
	#testFiles(): string[] {
		const wanted = new Set(this.removals.map(({ file }) => file));
		return readdirSync(join(this.#copy, 'tests/unit'), { recursive: true, encoding: 'utf8' })
			.filter((file) => file.endsWith('.test.ts') && !file.endsWith('.long.test.ts'))
			.map((file) => `tests/unit/${file.replaceAll('\\', '/')}`)
			.filter((file) => [...this.#importsBelow(file)].some((one) => wanted.has(one)))
			.sort();
	}

	/** The files of the copy that a file imports, also by `await import`, directly or through others. */
	#importsBelow(file: string, found = new Set<string>()): Set<string> {
		for (const target of this.#importsOf(file)) {
			if (found.has(target)) continue;
			found.add(target);
			this.#importsBelow(target, found);
		}
		return found;
	}

	#importsOf(file: string): readonly string[] {
		const path = join(this.#copy, file);
		const isSource = existsSync(path) && /\.(ts|mjs)$/.test(file);
		const targets =
			this.#imports.get(file) ??
			(isSource ? ts.preProcessFile(readFileSync(path, 'utf8')).importedFiles : [])
				.filter(({ fileName }) => fileName.startsWith('.'))
				.map(({ fileName }) => relative(this.#copy, resolve(dirname(path), fileName)).replaceAll('\\', '/'));
		this.#imports.set(file, targets);
		return targets;
	}

	async #measure(file: string): Promise<Reach> {
		forgetProbes(this.#copy);
		const started = Date.now();
		const { failing, tests } = await this.#run([file], { isWhole: true });
		const reached: Record<string, string[]> = {};
		for (const [id, test] of readProbes(this.#copy)) {
			const name = this.#all[id]?.name ?? '';
			reached[name] = [...(reached[name] ?? []), test];
		}
		for (const { name, probe, file: changed } of this.#all)
			if (probe.at === 'nowhere' && this.#importsBelow(file).has(changed)) reached[name] = [''];
		return { milliseconds: Date.now() - started, tests, reached, failing };
	}

	async #firstFailure({ name }: Removal): Promise<string | undefined> {
		const reaching = [...this.#reach].flatMap(([file, { reached, tests, milliseconds, failing }]) => {
			if (!reached[name]) return [];
			const all = Object.keys(tests).filter((test) => !failing.includes(test));
			const names = all.filter((test) => reached[name]?.includes(test));
			const cost = names.reduce((sum, test) => sum + (tests[test] ?? 0), 0);
			return [{ file, all, names, milliseconds, cost, isOutside: reached[name].includes('') }];
		});
		const quickestFirst = reaching.filter(({ names }) => names.length > 0).sort((one, other) => one.cost - other.cost);
		const patience = Math.max(PATIENCE_MS, 10 * reaching.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
		const attempts = [
			quickestFirst.slice(0, 1),
			quickestFirst.slice(1),
			// What happens outside of a test may decide about any test of the file.
			reaching.filter(({ isOutside }) => isOutside).map((one) => ({ ...one, names: one.all })),
		];
		for (const files of attempts) {
			const names = files.flatMap((one) => one.names);
			const { failing } =
				names.length > 0
					? await this.#run(
							files.map(({ file }) => file),
							{ names, patience },
						)
					: { failing: [] };
			if (failing[0] !== undefined) return failing[0];
		}
		return undefined;
	}

	/**
	 * Runs test files of the copy, up to the first failure unless the whole is asked for.
	 * @param options.names the tests that are run; left out, all are.
	 */
	async #run(
		files: readonly string[],
		{
			names,
			patience = 10 * PATIENCE_MS,
			isWhole = false,
		}: { names?: readonly string[]; patience?: number; isWhole?: boolean },
	): Promise<{ failing: string[]; tests: Record<string, number> }> {
		const report = join(this.#folder, 'report.json');
		const pattern = names && patternOf(names);
		rmSync(report, { force: true });
		const command = [
			'node_modules/vitest/vitest.mjs',
			'run',
			'--project=unit',
			'--project=unit-apart',
			// What a file reaches is noted by file.
			'--isolate',
			'--maxWorkers=1',
			'--reporter=json',
			`--outputFile=${report}`,
			...(isWhole ? [] : ['--bail=1']),
			...(pattern === undefined ? [] : [`--testNamePattern=${pattern}`]),
			...files,
		];
		if (!(await endsInTime(command, this.#copy, patience)))
			return { failing: ['(the tests come to no end)'], tests: {} };
		const result = readReport(readFileSync(report, 'utf8'));
		// Too many names for one argument: then all tests run, and what fails besides says nothing.
		return {
			...result,
			failing: result.failing.filter((test) => !names || pattern !== undefined || names.includes(test)),
		};
	}
}

/** Names of tests as a pattern; nothing where they are too many for a command. */
function patternOf(names: readonly string[]): string | undefined {
	const pattern = `^(?:${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`;
	return pattern.length > MAX_PATTERN ? undefined : pattern;
}

interface VitestReport {
	testResults: {
		name: string;
		status: string;
		assertionResults: { status: string; ancestorTitles: string[]; title: string; duration?: number }[];
	}[];
}

function readReport(json: string): { failing: string[]; tests: Record<string, number> } {
	const { testResults } = JSON.parse(json) as VitestReport;
	const results = testResults
		.flatMap(({ assertionResults }) => assertionResults)
		// As Vitest's own pattern and `fullTestName` have it.
		.map(({ ancestorTitles, title, ...rest }) => ({ ...rest, name: [...ancestorTitles, title].join(' > ') }));
	const tests = Object.fromEntries(results.map(({ name, duration = 0 }) => [name, duration]));
	const failing = results.filter(({ status }) => status === 'failed').map(({ name }) => name);
	// What is left is TypeScript, so a file that cannot even be loaded noticed it as well.
	const broken = testResults.filter(
		({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
	);
	return { failing: [...failing, ...broken.map(({ name }) => `(all of ${basename(name)})`)], tests };
}

/** Runs a command in a group of its own, so that what it started ends with it. */
async function endsInTime(command: string[], cwd: string, patience: number): Promise<boolean> {
	const child = spawn(process.execPath, command, { cwd, stdio: 'ignore', detached: true });
	return await new Promise((resolve) => {
		const alarm = setTimeout(() => {
			process.kill(-(child.pid ?? 0), 'SIGKILL');
			resolve(false);
		}, patience);
		child.on('exit', () => {
			clearTimeout(alarm);
			resolve(true);
		});
	});
}

/** One digest over all files below some paths of a folder, with their names. @param without files that no test reads. */
function hashOf(folder: string, paths: readonly string[], without: RegExp): string {
	const hash = createHash('sha256');
	// A folder may be called like a file: `npm-6.14.18`.
	// A folder may be called like a file: `npm-6.14.18`.
	for (const path of paths)
		for (const file of readdirSync(join(folder, path), { recursive: true, encoding: 'utf8' }).sort())
			if (/\.\w+$/.test(file) && !without.test(file) && statSync(join(folder, path, file)).isFile())
				hash.update(file).update(readFileSync(join(folder, path, file)));
	return hash.digest('hex');
}

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: { only: { type: 'string' }, shard: { type: 'string' }, list: { type: 'boolean' } },
	});
	const shard = /^([1-9]\d*)\/([1-9]\d*)$/.exec(values.shard ?? '1/1');
	if (!shard || Number(shard[1]) > Number(shard[2]))
		throw new Error('--shard is a number and how many there are, as in 1/4');
	const run = new RemovalRun(new RegExp(values.only ?? ''), [Number(shard[1]), Number(shard[2])]);
	try {
		if (run.removals.length === 0) {
			console.error('No check has that name or code. `npm run check-removal -- --list` shows all.');
			return 1;
		}
		if (values.list) {
			for (const { name, code } of run.removals) console.log(`| ${name} | ${code} |`);
			return 0;
		}
		await run.findReach((file, { milliseconds, reached, failing }) =>
			console.error(
				`${file}: ${Object.keys(reached).length} checks reached, ${milliseconds} ms`,
				...failing.map((test) => `\n  fails with all checks in place: ${test}`),
			),
		);
		const idle: Outcome[] = [];
		for (const removal of run.removals) {
			const started = Date.now();
			const outcome = await run.tryWithout(removal);
			const { test, because } = outcome;
			if ((test === undefined) === (because === undefined)) idle.push(outcome);
			const told = test ?? (because === undefined ? 'NO TEST FAILS' : `no test can: ${because}`);
			console.log(`| ${removal.name} | ${removal.code} | ${told} | ${Date.now() - started} ms |`);
		}
		console.log(`${run.removals.length} checks, ${idle.length} of them idle`);
		for (const { removal, test } of idle)
			console.log(
				test === undefined ? removal.name : `noticed by "${test}" and listed as unnoticeable: ${removal.name}`,
			);
		return idle.length > 0 ? 1 : 0;
	} finally {
		run.stop();
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
