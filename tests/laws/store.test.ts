/** Laws of the stores' texts: lengths, words, and a reason for each permission of the manifest and for no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NPM_SITE } from '../../lib/npm/hosts.ts';
import {
	findListingProblems,
	LENGTHS,
	LISTING,
	parseListing,
	type StoredManifest,
} from '../../scripts/store-listing.ts';
import config from '../../wxt.config.ts';
import { NEVER } from '../fixtures/never.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const markdown = read(LISTING);

/** As it is built, but for what WXT adds by itself: the content script, whose pages its own file names. */
const manifests = ['chrome', 'firefox'].map((browser): StoredManifest => {
	const made = (config.manifest as (env: { browser: string }) => StoredManifest)({ browser });
	return { ...made, content_scripts: [{ matches: [`${NPM_SITE}/*`] }] };
});

test('the law sees the pages of the content script', () => {
	expect(read('entrypoints/npmjs.content/index.ts')).toMatch(/matches: \[`\$\{NPM_SITE\}\/\*`\]/);
});

test('the listing fits the manifests', () => {
	expect(findListingProblems(parseListing(markdown), manifests)).toEqual([]);
});

test.each(Object.keys(LENGTHS))('"%s" never says what sounds like approval', (heading) => {
	expect(parseListing(markdown).sections.get(heading)).not.toMatch(NEVER);
});

test("texts for Edge's store do not name another browser, which it refuses", () => {
	for (const heading of ['Name', 'Summary for Chrome and Edge', 'Description'])
		expect(parseListing(markdown).sections.get(heading)).not.toMatch(/chrome|firefox/i);
});

test('the page for reviewers names the Node that builds', () => {
	expect(read('docs/store/building.md')).toContain(`Node ${JSON.parse(read('package.json')).devDependencies.node},`);
});

describe('the law itself', () => {
	const change = (from: string | RegExp, to: string) => {
		const changed = markdown.replace(from, to);
		expect(changed).not.toBe(markdown);
		return findListingProblems(parseListing(changed), manifests);
	};
	test.each<[what: string, from: string | RegExp, to: string, problem: string]>([
		['a permission without a reason', /\| `alarms` .*\n/, '', 'has no reason for alarms'],
		['a host without a reason', /\| npm's registry .*\n/, '', "has no reason for npm's registry (host)"],
		['pages without a reason', /\| npm's website .*\n/, '', "has no reason for npm's website (content script)"],
		['a reason that nothing needs', '| `alarms`', '| `tabs` | Words. |\n| `alarms`', 'a reason for tabs, which no'],
		['a summary too long', /(Summary for Firefox\n\n)/, `$1${'word '.repeat(60)}`, 'characters, not 1 to 250'],
		['a section missing', '## Single purpose', '## Purpose', '"Single purpose" has 0 characters'],
		['another name', 'Stamp of Origin\n\n## Summ', 'Stamp\n\n## Summ', `"Name" is not the manifest's`],
		['another summary', "Reads npm's", "Shows npm's", "is not the manifest's description"],
		['data that is not named', '`searchTerms`', 'letters', '"Data use" does not name searchTerms'],
	])('sees %s', (_what, from, to, problem) => {
		const problems = change(from, to);
		expect(problems).toHaveLength(1);
		expect(problems[0]).toContain(problem);
	});
});
