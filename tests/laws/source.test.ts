/** Laws of the source: who may import whom, where the world may be touched, and how a file opens. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NPM_SITE, REGISTRY, SIGSTORE_TUF } from '../../lib/release.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Source {
	/** Path from the root, with slashes. */
	path: string;
	text: string;
	/** What it imports: packages as they are, own files as paths from the root; type-only imports apart. */
	imports: string[];
	typeImports: string[];
}

function sourcesBelow(folder: string): Source[] {
	return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && /\.(ts|svelte|mjs)$/.test(entry.name))
		.map((entry) => {
			const file = join(entry.parentPath, entry.name);
			const text = readFileSync(file, 'utf8');
			const found = [...text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)];
			const resolved = (kind: boolean) =>
				found
					.filter(([, isType]) => (isType !== undefined) === kind)
					.map(([, , target = '']) =>
						target.startsWith('.') ? relative(root, resolve(entry.parentPath, target)) : target,
					);
			return { path: relative(root, file), text, imports: resolved(false), typeImports: resolved(true) };
		});
}

const lib = sourcesBelow('lib');
const components = sourcesBelow('components');
const entrypoints = sourcesBelow('entrypoints');
const shipped = [...lib, ...components, ...entrypoints];
const everything = [...shipped, ...sourcesBelow('tests')];

test('the laws see the source', () => {
	expect(shipped.length).toBeGreaterThan(25);
	expect(lib.find(({ path }) => path === 'lib/inspect.ts')?.imports).toContain('lib/claims.ts');
});

describe('who may import whom', () => {
	test.each(entrypoints.map((source) => [source.path, source] as const))('%s', (path, { imports }) => {
		const common =
			/^(components\/|lib\/(messages|release|npm\/lookup|settings|policy|trust-roots|looks|wording|report)\.ts$|svelte$|wxt\/|entrypoints\/)/;
		const walk =
			/^lib\/(inspect|complete|trace-line|quick-check|registry|evidence|sightings|toolbar|trust-root-file|sigstore\/trust-root|sigstore\/tuf)\.ts$/;
		const isWalker = path === 'entrypoints/background.ts' || path.startsWith('entrypoints/audit/');
		for (const target of imports) {
			const own = path.slice(0, path.lastIndexOf('/'));
			if (target.startsWith('entrypoints/')) expect(target.startsWith(own)).toBe(true);
			else expect(common.test(target) || (isWalker && walk.test(target)), `${path} imports ${target}`).toBe(true);
		}
	});

	test.each(components.map((source) => [source.path, source] as const))('%s', (_path, { imports }) => {
		for (const target of imports)
			expect(target).toMatch(
				/^(components\/|lib\/(report|wording|links|looks|policy|trust-roots|sightings)\.ts$|svelte$)/,
			);
	});

	test.each(lib.map((source) => [source.path, source] as const))('%s', (path, { imports, typeImports }) => {
		for (const target of [...imports, ...typeImports]) {
			expect(target).not.toMatch(/^(svelte|components|entrypoints|tests)/);
		}
		for (const target of imports) {
			// The walk joins the siblings; the others know the ground, and what two of them need (the second pattern).
			const isWalk =
				/^lib\/(inspect|provenance|complete|trace-line|quick-check|earlier-records|with-findings|history\/[\w-]+)\.ts$/;
			if (isWalk.test(path) || !target.startsWith('lib/')) continue;
			if (path.startsWith('lib/npm/')) expect(target, path).toMatch(/^lib\/(npm\/|release\.ts)/);
			else if (path.startsWith('lib/sigstore/')) expect(target).toMatch(/^lib\/(sigstore\/|(report|request)\.ts)/);
			else
				expect(target, path).toMatch(
					/^lib\/(report|finding-table|release|looks|json|json-file|request|answers|packument|repository|slices|untrusted|warnings|history\/identity-diff)\.ts$|^lib\/sigstore\//,
				);
		}
	});
});

test('the content script does not carry the look-up: every page of a package would load its tables', () => {
	const reached = new Set(entrypoints.map(({ path }) => path).filter((path) => path.includes('npmjs.content/')));
	for (const path of reached)
		for (const target of shipped.find((source) => source.path === path)?.imports ?? []) reached.add(target);
	expect([...reached]).toContain('lib/wording.ts');
	expect([...reached].filter((path) => path.startsWith('lib/npm/'))).toEqual([]);
});

/** Names that other files bring in, by import or by `await import`. */
const imported = new Set(
	everything.flatMap(({ text }) =>
		[
			...text.matchAll(/^\s*(?:import|export)\s[^'";]*?\{([^}]*)\}\s*from\s+'\.|\{([^}]*)\} = await import\('\./gm),
		].flatMap(([, names = '', later = '']) =>
			`${names},${later}`.split(',').map((one) => /(\w+)\s*(?:as|:|$)/.exec(one)?.[1] ?? ''),
		),
	),
);
const exporting = shipped.filter(({ path }) => path.endsWith('.ts'));
test.each(exporting.map(({ path, text }) => [path, text] as const))(
	'%s exports only what is imported',
	(_path, text) => {
		const exported = [...text.matchAll(/^export (?:async )?(?:const|let|function\*?|class|interface|type) (\w+)/gm)];
		expect(exported.map(([, name = '']) => name).filter((name) => !imported.has(name))).toEqual([]);
	},
);

test('a list is keyed by its place, or by what is ours: two equal keys from outside would take the whole page with them', () => {
	const OURS = ['index', 'order', 'claim.id', 'field', 'difference.field', 'level', 'tier', 'release.version'];
	for (const { path, text } of [...components, ...entrypoints].filter((source) => source.path.endsWith('.svelte')))
		for (const [, key = ''] of text.matchAll(/ as (?:\{[^}]*\}|\w+)(?:, \w+)? \((.+)\)\}$/gm))
			expect(OURS, `${path}: (${key})`).toContain(key);
});

describe('where the world is touched', () => {
	const rules: [what: string, pattern: RegExp, where: RegExp][] = [
		['the network', /\bfetch\(/, /^lib\/(registry|github|sigstore\/tuf)\.ts$/],
		['IndexedDB', /\bindexedDB\b|from 'idb'/, /^lib\/evidence\.ts$/],
		['the browser', /from 'wxt\/browser'/, /^(lib\/(messages|settings|toolbar)\.ts|entrypoints\/.*)$/],
		[
			'a signer cut at an @',
			/(ndexOf|split)\('@'[\s\S]*signer|signer[\s\S]*(ndexOf|split)\('@'/i,
			/^lib\/sigstore\/identity\.ts$/,
		],
		['the sigstore packages', /from '(@sigstore|@tufjs|@noble|tuf-js)/, /^lib\/sigstore\//],
		['prose for readers', /Ordinary reasons/, /^lib\/wording\.ts$/],
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
		expect(places).toEqual(['lib/release.ts']);
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
