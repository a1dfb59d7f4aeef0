/** Laws of the commands that documents show: each runs here against a registry on loopback, or at least its options are known. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerAudit } from '../../cli/audit.ts';
import { answerInspect } from '../../cli/inspect.ts';
import { answerPreflight } from '../../cli/preflight.ts';
import { VERIFY_BUNDLE_OPTIONS } from '../../cli/verify-bundle.ts';
import seed from '../../lib/sigstore/seed.json' with { type: 'json' };
import { auditOf, auditRow, fakeTools } from '../fixtures/audits.ts';
import { documentFiles } from '../fixtures/documents.ts';
import { type Loopback, startRegistry } from '../fixtures/loopback.ts';
import { workflowOf } from '../fixtures/workflows.ts';
import { packTarball } from '../support/tarball.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts;

/** Scripts that documents name before there are any. */
const PLANNED: readonly string[] = [];
/** Scripts that need a browser, the network, or minutes: their options are looked for in the source of their tool. */
const ONLY_PARSED = [
	...[
		'test',
		'test:long',
		'bench',
		'record',
		'start',
		'dev',
		'gallery',
		'build',
		'icons',
		'seed',
		'zip',
		'store-pictures',
		'pack-npm',
	],
	// Run by `npm test` itself, or held by laws of their own.
	...['check', 'fix', 'judgement', 'documents', 'check-removal'],
];

/** A command in a document. */
interface Shown {
	place: string;
	command: string;
	words: string[];
}

/** The words of a shell's line, without its comment. */
function wordsOf(line: string): string[] {
	const words = line.replace(/(^|\s)#.*$/, '').match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
	return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

/** The commands in a document's blocks of `sh` and `console`, and those in its text that name a script of ours. */
function commandsIn(path: string, markdown: string): Shown[] {
	const shown: Shown[] = [];
	const add = (offset: number, command: string) => {
		const line = markdown.slice(0, offset).split('\n').length;
		const words = wordsOf(command);
		if (words.length > 0) shown.push({ place: `${path}:${line}`, command: words.join(' '), words });
	};
	for (const { 0: block, 1: kind = '', 2: body = '', index } of markdown.matchAll(
		/^```(sh|console)\n([\s\S]*?)^```$/gm,
	)) {
		const lines = body.replaceAll('\\\n', ' ').split('\n');
		for (const line of lines) {
			if (kind === 'console' && !line.startsWith('$ ')) continue;
			add(index + Math.max(0, block.indexOf(line)), line.replace(/^\$ /, ''));
		}
	}
	for (const { 1: command = '', index } of markdown.matchAll(/`(npm (?:run [\w-]|test\b|start\b)[^`]*)`/g))
		add(index, command);
	for (const { 1: command = '', index } of markdown.matchAll(/^ {4}((?:npm |npx |findings\/)[^\n]*)$/gm))
		add(index, command);
	return shown;
}

/** Which script of package.json is started, and with what; nothing where the command is no script. */
function scriptOf([program, verb = '', ...rest]: string[]): { script: string; args: string[] } | undefined {
	if (program !== 'npm') return undefined;
	const after = (words: string[]) => (words[0] === '--' ? words.slice(1) : words);
	if (verb === 'test' || verb === 'start') return { script: verb, args: after(rest) };
	if (verb !== 'run') return undefined;
	const [script = '', ...args] = rest.filter((word, at) => !(word === '-s' && at === 0));
	return { script, args: after(args) };
}

/** The source of the tool behind a script. */
function sourceOf(script: string): string {
	const words = scripts[script]?.split(' ') ?? [];
	const files = words.flatMap((word) => [word, `${word}.ts`, `tests/mutation/${word}.ts`, `scripts/${word}.ts`]);
	return files
		.filter((file) => /\.(ts|mjs)$/.test(file) && existsSync(join(root, file)))
		.map(read)
		.join('\n');
}

let mirror: Loopback<unknown>;
const home = mkdtempSync(join(tmpdir(), 'commands-'));
beforeAll(async () => {
	mirror = await startRegistry();
	const [example = ''] = /```json\n([\s\S]*?)```/.exec(read('docs/policy.md'))?.slice(1) ?? [];
	writeFileSync(join(home, 'policy.json'), example.replaceAll('"sigstore"', '"plain"'));
	writeFileSync(join(home, 'release.yml'), workflowOf());
	writeFileSync(join(home, 'attestations.json'), '{"attestations":[]}');
	writeFileSync(join(home, 'package.tgz'), packTarball({ 'package.json': '{}' }));
	for (const name of ['package-lock.json', 'base.json', 'yarn.lock']) writeFileSync(join(home, name), 'plain@1.0.0\n');
	for (const part of [1, 2, 3]) {
		const audit = auditOf([auditRow('none')], { shard: { part, of: 3 } });
		writeFileSync(join(home, `part-${part}.json`), JSON.stringify(audit));
	}
	writeFileSync(join(home, 'trusted-root.json'), JSON.stringify({ ...seed.trustedRoot, npmKeys: seed.npmKeys }));
});
afterAll(() => {
	mirror.close();
	rmSync(home, { recursive: true });
});

/** The arguments with what is at hand here: packages of the registry on loopback, and files of this test. */
function atHand(args: readonly string[]): string[] {
	return args.map((word) =>
		/^[\w-]+\.(?:json|yml|lock|tgz)$/.test(word)
			? join(home, word)
			: word
					.replaceAll('@scope/name', '@scope/plain')
					.replaceAll('sigstore', 'plain')
					.replace(/@\d+\.\d+\.\d+/, '@1.0.0'),
	);
}

/** Runs a command, or reads its options. @throws Error where it is no command of ours, or would be refused. */
async function tryOut(one: Shown): Promise<void> {
	const { words } = one;
	const [program = ''] = words;
	if (words.join(' ') === 'npm ci') return;
	if (program.startsWith('findings/')) return expect(existsSync(join(root, program))).toBe(true);
	// Written in the checkout of a pull request.
	if (words.slice(0, 3).join(' ') === 'git show HEAD^1:package-lock.json') return;
	if (program === 'npx' && words[1] === 'stamp-of-origin') {
		const [, , command = '', ...args] = words;
		return tryOut({ ...one, words: ['npm', 'run', '-s', command, '--', ...args] });
	}
	if (program === 'npx' && words[1] === 'vitest') return tryOutVitest(words.slice(2));
	const started = scriptOf(words);
	if (!started) throw new Error('no command that this project has');
	const { script, args } = started;
	if (!PLANNED.includes(script) && !scripts[script]) throw new Error(`package.json has no script ${script}`);
	if (script === 'inspect') {
		const env = { npm_config_registry: `http://127.0.0.1:${mirror.port}/` };
		// An option named alone, in running text, has no package to look at.
		if (args.length === 0 || args.every((word) => word.startsWith('--'))) return;
		const { output } = await answerInspect(atHand(args), { env, cwd: home, home });
		expect(output).toMatch(args.includes('--json') ? /^\{\n {2}"schema": 1,/ : /^(none|not-allowed|unknown): /);
	} else if (script === 'preflight') {
		if (args.length === 0 || args.every((word) => word.startsWith('--'))) return;
		const env = { npm_config_registry: `http://127.0.0.1:${mirror.port}/` };
		const { output, exitCode } = await answerPreflight(atHand(args), { env, cwd: home, home });
		expect(output).toMatch(args.includes('--json') ? /^\{\n {2}"schema": 1,/ : /^The practical floor$/m);
		expect(exitCode).toBe(0);
	} else if (script === 'audit') {
		if (args.length === 0 || args.every((word) => word.startsWith('--'))) return;
		const { output, exitCode } = await answerAudit(atHand(args), { env: {}, cwd: home, home }, fakeTools());
		expect(output).toMatch(args.includes('--json') ? /^\{\n {2}"schema": 1,/ : /\(npm 3\)/);
		expect(exitCode).toBe(0);
	} else if (script === 'verify-bundle') {
		const { values, positionals } = parseArgs({ args, allowPositionals: true, options: VERIFY_BUNDLE_OPTIONS });
		if (args.length > 0) expect([values.bundle, ...positionals].filter(Boolean)).toHaveLength(2);
	} else {
		expect(ONLY_PARSED).toContain(script);
		for (const word of args.filter((one) => one.startsWith('--'))) {
			const name = word.slice(2).split('=')[0] ?? '';
			expect(sourceOf(script), `${word} of npm run ${script}`).toMatch(
				new RegExp(`--${name}\\b|\\b${name}'?: (\\{ type|string\\b)`),
			);
		}
	}
}

function tryOutVitest(args: string[]): void {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: { project: { type: 'string' }, t: { type: 'string', short: 't' }, u: { type: 'boolean', short: 'u' } },
	});
	const [verb, ...files] = positionals;
	expect(verb).toBe('run');
	expect(['unit', 'laws', 'conformance', 'e2e', 'e2e-alone']).toContain(values.project);
	for (const file of files) {
		expect(file).toMatch(new RegExp(`^tests/${values.project}/`));
		expect(existsSync(join(root, file)), file).toBe(true);
	}
	if (values.t !== undefined) {
		const tests = ['wording', 'source', 'documents'].map((name) => read(`tests/${values.project}/${name}.test.ts`));
		expect(tests.some((text) => text.includes(`'${values.t}'`))).toBe(true);
	}
}

const shown = documentFiles().flatMap((path) => commandsIn(path, read(path)));

test('the law sees the commands', () => {
	expect(shown.length).toBeGreaterThan(30);
	const inspected = shown.filter(({ words }) => words.includes('inspect') && words.length > 4);
	expect(inspected.length).toBeGreaterThan(5);
});

describe('commands in documents', () => {
	test.each(shown.map((one) => [one.place, one.command, one] as const))('%s: %s', async (_place, _command, one) =>
		tryOut(one),
	);
});

describe('the law itself', () => {
	test('reads blocks, text and indented lines, without comments', () => {
		const markdown =
			"```sh\nnpm test   # all\nnpm run -s inspect -- 'a b' \\\n  --json\n```\n```console\n$ npm start\nout\n```\n`npm run check` `npm audit`\n\n    npm start -- x\n";
		expect(commandsIn('a', markdown).map(({ command }) => command)).toEqual([
			'npm test',
			'npm run -s inspect -- a b --json',
			'npm start',
			'npm run check',
			'npm start -- x',
		]);
	});
	test.each([
		'npm run nothing',
		'npm run -s inspect -- sigstore --look tags',
		'npm run -s inspect -- sigstore --now soon',
		'npm run -s inspect -- sigstore --policy missing.json',
		'npm run -s verify-bundle -- --bundle a.json --certificate x b',
		'npm run -s preflight -- release.yml --strict',
		'npm run -s preflight -- other.yml',
		'npm run -s audit -- package-lock.json --shards 1/3',
		'npm run -s audit -- --merge part-1.json',
		'npx stamp-of-origin adit package-lock.json',
		'npm run check-removal -- --every',
		'npm start -- --headless',
		'npx vitest run --project unit tests/unit/nothing.test.ts',
		'npx vitest run --project fast',
		'rm -rf node_modules',
		'findings/nothing.sh',
	])('refuses %s', async (command) => {
		await expect(tryOut({ place: 'a:1', command, words: wordsOf(command) })).rejects.toThrow();
	});
});
