/** Law: the minimum versions in manifest and README follow from the features that the shipped code uses, and from nothing else. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { GUARDED, NEEDED, STORE, TOO_NEW } from '../fixtures/browser-features.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
/** Without comments: prose may name what code does not use. */
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|^\s*\/\/.*$/gm, '');
const shipped = ['lib', 'components', 'entrypoints'].flatMap((folder) =>
	readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && /\.(ts|svelte|html)$/.test(entry.name))
		.map((entry) => withoutComments(readFileSync(join(entry.parentPath, entry.name), 'utf8'))),
);
const isUsed = (pattern: RegExp) => shipped.some((text) => pattern.test(text));

const config = read('wxt.config.ts');
const minimum = {
	chrome: Number(/minimum_chrome_version: '(\d+)'/.exec(config)?.[1]),
	firefox: Number(/strict_min_version: '(\d+)\.0'/.exec(config)?.[1]),
};

test('the laws see the source', () => {
	expect(shipped.length).toBeGreaterThan(40);
	expect(STORE.pattern.test(config)).toBe(true);
});

describe('what is needed', () => {
	// A row that nothing uses any more would hold the minimum up for nothing.
	test.each(NEEDED.map(({ name, pattern }) => [name, pattern] as const))('%s is used', (_name, pattern) => {
		expect(isUsed(pattern)).toBe(true);
	});
	test('the newest of it makes the minimum', () => {
		for (const browser of ['chrome', 'firefox'] as const)
			expect(Math.max(...[...NEEDED, STORE].map((feature) => feature[browser] ?? Number.POSITIVE_INFINITY))).toBe(
				minimum[browser],
			);
	});
	test('README says the same', () => {
		expect(read('README.md')).toContain(`Chrome and Edge ${minimum.chrome}, Firefox ${minimum.firefox} or newer`);
	});
});

test('PRIVACY names what the manifest says of data that leaves the machine, and both say it', () => {
	const stated = /data_collection_permissions: \{ required: \[(.*?)\] \}/.exec(config)?.[1] ?? '';
	const kinds = [...stated.matchAll(/'(\w+)'/g)].map(([, kind]) => kind);
	// The one while a content script asks about the page it stands on, the other while letters go to the registry's search.
	expect(kinds).toEqual(['browsingActivity', 'searchTerms']);
	for (const kind of kinds) expect(read('PRIVACY.md')).toContain(`\`${kind}\``);
});

describe('what is newer', () => {
	const isNewer = ({ chrome, firefox }: { chrome: number | undefined; firefox: number | undefined }) =>
		(chrome ?? Number.POSITIVE_INFINITY) > minimum.chrome || (firefox ?? Number.POSITIVE_INFINITY) > minimum.firefox;
	test.each(GUARDED.map((feature) => [feature.name, feature] as const))(
		'%s only where it is there',
		(_name, feature) => {
			expect(isNewer(feature)).toBe(true);
			const users = shipped.filter((text) => feature.pattern.test(text));
			expect(users.length).toBeGreaterThan(0);
			for (const text of users) expect(text).toMatch(feature.guard);
		},
	);
	test.each(TOO_NEW.map((feature) => [feature.name, feature] as const))('%s is not used', (_name, feature) => {
		expect(isNewer(feature)).toBe(true);
		expect(isUsed(feature.pattern)).toBe(false);
	});
	test('the language itself is no newer than what the build makes of it', () => {
		expect(config).toContain("target: 'es2024'");
		expect(read('tsconfig.json')).toContain('"lib": ["ES2024", "DOM", "DOM.Iterable", "DOM.AsyncIterable"]');
	});
});
