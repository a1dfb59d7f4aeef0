/** Laws of the source: what may stand where, and how a file opens. Who may import whom is in `.dependency-cruiser.mjs`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NPM_SITE, REGISTRY, SIGSTORE_TUF } from '../../lib/npm/hosts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Source {
	/** Path from the root, with slashes. */
	path: string;
	text: string;
}

function sourcesBelow(folder: string): Source[] {
	return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && /\.(ts|svelte|mjs)$/.test(entry.name))
		.map((entry) => {
			const file = join(entry.parentPath, entry.name);
			return { path: relative(root, file), text: readFileSync(file, 'utf8') };
		});
}

const lib = sourcesBelow('lib');
const components = sourcesBelow('components');
const entrypoints = sourcesBelow('entrypoints');
const shipped = [...lib, ...components, ...entrypoints];
const everything = [...shipped, ...['cli', 'scripts', 'tests'].flatMap(sourcesBelow)];

test('the laws see the source', () => {
	expect(shipped.length).toBeGreaterThan(25);
	expect(lib.map(({ path }) => path)).toContain('lib/inspect/inspect.ts');
});

test('a file of lib is short: none above 350 lines, and half of them below 110', () => {
	const lengths = lib.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }));
	expect(lengths.filter(({ lines }) => lines > 350)).toEqual([]);
	expect(lengths.filter(({ lines }) => lines >= 110).length).toBeLessThan(lengths.length / 2);
});

test('no test measures time but the calibrated watch of the scenarios: a busy machine stretches everything', () => {
	const tests = everything.filter(({ path }) => /^tests\/(?:unit|laws|conformance|e2e)\//.test(path));
	expect(tests.length).toBeGreaterThan(100);
	const measuring = tests.filter(({ text }) => /performance\.now\(\) -/.test(text));
	expect(measuring.map(({ path }) => path)).toEqual(['tests/e2e/busy.ts']);
});

test('a list is keyed by its place, or by what is ours: two equal keys from outside would take the whole page with them', () => {
	const OURS = ['index', 'order', 'claim.id', 'field', 'difference.field', 'level', 'tier', 'release.version'];
	for (const { path, text } of [...components, ...entrypoints].filter((source) => source.path.endsWith('.svelte')))
		for (const [, key = ''] of text.matchAll(/ as (?:\{[^}]*\}|\w+)(?:, \w+)? \((.+)\)\}$/gm))
			expect(OURS, `${path}: (${key})`).toContain(key);
});

describe('where the world is touched', () => {
	const rules: [what: string, pattern: RegExp, where: RegExp][] = [
		['the network', /\bfetch\(/, /^lib\/(registry\/client|external\/ask|sigstore\/tuf(-requests)?)\.ts$/],
		['IndexedDB', /\bindexedDB\b/, /^lib\/storage\//],
		[
			'a signer cut at an @',
			/(ndexOf|split)\('@'[\s\S]*signer|signer[\s\S]*(ndexOf|split)\('@'/i,
			/^lib\/sigstore\/identity\.ts$/,
		],
		// What is read out of a verified value is verified by `readVerified`; a cast would make one of anything.
		['the making of a Verified', /\b(as|is)\s[^;,()]*\bVerified</, /^lib\/sigstore\/(verify|verified)\.ts$/],
		['prose for readers', /Ordinary reasons/, /^lib\/text\/[a-z]{2}\//],
		// Data is told as data: words that another file cuts apart break as soon as somebody mends a sentence.
		['the cutting of a detail', /\bdetail\b[^;\n]*\.(split|replace|match|indexOf)\(/, /^$/],
		['raw markup from outside', /\{@html|innerHTML|insertAdjacentHTML/, /^$/],
		['code from text', /\beval\(|new Function\(/, /^$/],
	];
	test.each(rules)('%s', (_what, pattern, where) => {
		for (const { path, text } of shipped) if (pattern.test(text)) expect(path).toMatch(where);
	});
});

test("host names of the registry, the site and Sigstore's repository stand in one place", () => {
	for (const origin of [REGISTRY, NPM_SITE, SIGSTORE_TUF]) {
		const { host } = new URL(origin);
		const places = everything.filter(({ text }) => text.includes(host)).map(({ path }) => path);
		expect(places).toEqual(['lib/npm/hosts.ts']);
		for (const prose of ['README.md', 'CONTRIBUTING.md', 'package.json', 'wxt.config.ts'])
			expect(readFileSync(join(root, prose), 'utf8').includes(host), prose).toBe(false);
	}
});

describe('house style', () => {
	test.each(everything.map((source) => [source.path, source.text] as const))(
		'%s opens with what it owns',
		(path, text) => {
			const opening = text.replace(/^#!.*\n/, '').slice(0, 600);
			const isTest = /^tests\/(unit|laws|conformance|e2e)\//.test(path);
			if (isTest) expect(opening).toMatch(/^\/\*\*[\s\S]{20,}/);
			else expect(opening).toMatch(path.endsWith('.svelte') ? /^<!-- Owns .+-->/s : /^\/\*\*[\s*]*(Owns|Stands in)\b/);
		},
	);

	test('no enums, no barrels', () => {
		for (const { path, text } of everything) {
			expect(text, path).not.toMatch(/^\s*(export\s+)?(const\s+)?enum\s/m);
			expect(text, path).not.toMatch(/^export \* from/m);
		}
	});
});
