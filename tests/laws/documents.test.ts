/** Laws of the documents: generated parts are up to date, links and paths lead somewhere, and no host of npm or Sigstore is named in prose. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NPM_SITE, REGISTRY, SIGSTORE_TUF } from '../../lib/npm/hosts.ts';
import { RULE_IDS } from '../../lib/preflight/rule-kinds.ts';
import { CLAIM_IDS } from '../../lib/report/claim-ids.ts';
import { VERDICTS } from '../../lib/report/verdict.ts';
import { decisionFiles, generatedDocuments, HOSTS, readDecision } from '../../scripts/documents.ts';
import { documentFiles } from '../fixtures/documents.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = documentFiles();

/**
 * Folders whose paths the documents name as they are. Add `lib`, `cli` and `scripts` once the code is in the tree of
 * docs/architecture.md; until then the documents are ahead of it.
 */
const HELD_FOLDERS = ['cli', 'components', 'docs', 'entrypoints', 'findings', 'lib', 'public', 'scripts', 'tests'];
/** What the how-tos name and say is not there yet, or is made by the reader who follows them. */
const PLANNED = [/^lib\/text\/de\//, /[<*]/];

test.each(generatedDocuments())(
	'$path has its generated parts as `npm run documents` writes them',
	({ path, text }) => {
		expect(read(path)).toBe(text);
	},
);

describe('hosts', () => {
	test('PRIVACY lists those that the manifest allows, and no other', () => {
		const config = read('wxt.config.ts');
		const named = (pattern: RegExp) =>
			[...(pattern.exec(config)?.[1] ?? '').matchAll(/\$\{(\w+)\}/g)].map(([, one]) => one);
		const constants = HOSTS.map(({ constant }) => constant);
		expect(named(/connect-src ([^`]*)`/)).toEqual(constants);
		const of = (isOptional: boolean) => HOSTS.filter((host) => (host.isOptional ?? false) === isOptional);
		expect(named(/[^_]host_permissions: \[(.*?)\]/)).toEqual(of(false).map(({ constant }) => constant));
		expect(named(/optional_host_permissions: \[(.*?)\]/)).toEqual(of(true).map(({ constant }) => constant));
	});

	test('are constants of one file: contacted, or the site that the panel is on', () => {
		const [file = ''] = /\[(lib\/[\w/]+\.ts)\]/.exec(read('PRIVACY.md'))?.slice(1) ?? [];
		const origins = [...read(file).matchAll(/^export const \w+ = '(https:\/\/[^']+)';$/gm)].map(([, origin]) => origin);
		expect(origins.toSorted()).toEqual([...HOSTS.map(({ origin }) => origin), NPM_SITE].toSorted());
	});

	test.each(documents)('%s does not name them', (path) => {
		for (const origin of [REGISTRY, NPM_SITE, SIGSTORE_TUF]) expect(read(path)).not.toContain(new URL(origin).host);
	});
});

describe('decisions', () => {
	const decisions = decisionFiles().map((file) => ({ file, ...readDecision(file) }));

	test('are numbered by date, without a gap', () => {
		expect(decisions.length).toBeGreaterThan(90);
		for (const [index, { file }] of decisions.entries())
			expect(file).toMatch(new RegExp(`^0*${index + 1}-[a-z0-9-]+\\.md$`));
		expect(decisions.map(({ date }) => date)).toEqual(decisions.map(({ date }) => date).toSorted());
	});

	test('each has a title of its own and a reason', () => {
		expect(new Set(decisions.map(({ title }) => title)).size).toBe(decisions.length);
		for (const { file, text } of decisions) expect(text, file).toMatch(/\n\n\*\*Why\.\*\* .{10}/);
	});

	test('are in no other document', () => expect(read('CONTRIBUTING.md')).not.toMatch(/^#+ Decisions$/m));
});

test.each(['README.md', 'docs/contract.md'])('%s has a row for each verdict, the worst first', (path) => {
	const rows = [...read(path).matchAll(/^\| `([a-z-]+)` \| \S/gm)].map(([, word]) => word);
	expect(rows.filter((word) => (VERDICTS as readonly unknown[]).includes(word))).toEqual([...VERDICTS]);
});

test('the contract names each claim', () => {
	for (const id of CLAIM_IDS) expect(read('docs/contract.md')).toContain(`\`${id}\``);
});

test('the contract lists each rule of Preflight once, in the order of the output', () => {
	const rows = [...read('docs/contract.md').matchAll(/^\| `([a-z-]+)` \| .*\| .*\|$/gm)].map(([, word = '']) => word);
	const ids: readonly string[] = RULE_IDS;
	// One rule has the name of a finding, whose table is above.
	expect([...new Set(rows.filter((word) => ids.includes(word)).toReversed())].reverse()).toEqual(ids);
	expect(readdirSync(join(root, 'lib/preflight/rules')).toSorted()).toEqual(ids.map((id) => `${id}.ts`).toSorted());
});

test.each(documents)('%s: links lead to files and headings that there are', (path) => {
	const text = read(path).replace(/```[\s\S]*?```/g, '');
	for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
		if (/^https:\/\//.test(target)) continue;
		const [file = '', heading] = target.split('#');
		const place = file === '' ? path : relative(root, join(root, dirname(path), file));
		expect(existsSync(join(root, place)), `${target} in ${path}`).toBe(true);
		if (heading === undefined) continue;
		const slugs = [...read(place).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
			title
				.toLowerCase()
				.replace(/[^\p{L}\p{N} -]/gu, '')
				.replaceAll(' ', '-'),
		);
		expect(slugs, `${target} in ${path}`).toContain(heading);
	}
});

test.each(documents)('%s: paths in code are those of files that there are', (path) => {
	const text = read(path).replace(/```[\s\S]*?```/g, '');
	for (const [, named = ''] of text.matchAll(/`((?:[\w.-]+\/)+[\w.<>*-]*)`/g)) {
		if (!HELD_FOLDERS.includes(named.split('/')[0] ?? '') || PLANNED.some((pattern) => pattern.test(named))) continue;
		expect(existsSync(join(root, named)), `${named} in ${path}`).toBe(true);
	}
});

test('every document is reached from README or CONTRIBUTING', () => {
	const reached = new Set(['README.md', 'CONTRIBUTING.md']);
	for (const path of reached)
		for (const [, file = ''] of read(path).matchAll(/\]\(([^)#\s]+\.md)(?:#[^)]*)?\)/g))
			if (!file.startsWith('https:'))
				reached.add(relative(root, join(root, dirname(path), file)).replaceAll('\\', '/'));
	expect(documents.filter((path) => !reached.has(path))).toEqual([]);
	expect(readdirSync(join(root, 'docs/how-to'))).toHaveLength(4);
});
