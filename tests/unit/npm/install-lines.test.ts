/**
 * Tests of the packages that a pasted line names, and only those: install lines of each tool, addresses, package.json, and
 * what tools print. An option, a subcommand or a tool is never a package; another registry's name is never npm's.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NPM_SITE, REGISTRY } from '../../../lib/npm/hosts.ts';
import { LOOKUP_LENGTH, oneLine, parseLookup } from '../../../lib/npm/lookup.ts';
import { isPackageName, releaseSpec, specText } from '../../../lib/npm/spec.ts';
import { Seeded } from '../../support/seeded.ts';

const file = fileURLToPath(new URL('../../../../shared/cases/10-install-lines/lines.json', import.meta.url));
const hasLines = existsSync(file);
if (!hasLines) console.warn('SKIPPED: the install lines of public reports, since ../shared/cases is absent');
const reported: { line: string; packages: string[] }[] = hasLines ? JSON.parse(readFileSync(file, 'utf8')) : [];

/** The specs of a text, sorted; `latest` is left out, as most lines do. */
function packagesOf(text: string): string[] {
	const lookup = parseLookup(text);
	return lookup.ok ? sorted(lookup.specs.map(specText)) : [];
}
const sorted = (specs: readonly string[]) => specs.map((spec) => spec.replace(/(?<=.)@latest$/, '')).sort();

describe.skipIf(!hasLines)('lines from public reports', () => {
	test.each(reported.map(({ line, packages }) => [line, packages] as const))('%s', (line, packages) => {
		expect(packagesOf(line)).toEqual(sorted(packages));
	});
});

const sections = readFileSync(new URL('../../fixtures/install-lines.txt', import.meta.url), 'utf8')
	.split(/^## /m)
	.slice(1)
	.map((section) => section.trim().split('\n'));
describe.each(sections.map(([name = '', ...rows]) => [name, rows] as const))('%s', (_name, rows) => {
	test.each(rows.map((row) => row.trim().split(/\s+=>(?:\s+|$)/)))('%s', (line = '', names = '') => {
		const text = line.replaceAll('⏎', '\n').replaceAll('REGISTRY', REGISTRY).replaceAll('NPM_SITE', NPM_SITE);
		const specs = names === '' ? [] : names.split(/(?<!\\) /).map((spec) => spec.replace('\\ ', ' '));
		expect(packagesOf(text)).toEqual(sorted(specs));
		expect(packagesOf(oneLine(text))).toEqual(sorted(specs));
	});
});
test('the lines are there', () => {
	expect(sections.flat().length).toBeGreaterThan(600);
});

test('a whole package.json, as it stands in the file', () => {
	const manifest = {
		name: 'app',
		version: '1.0.0',
		scripts: { build: 'vite build; npm i nuxt', test: 'vitest # all' },
		dependencies: { chalk: '^5.3.0', 'left-pad': 'npm:@scope/pad@1', local: 'file:../local' },
		devDependencies: { typescript: '~5.9.0' },
		engines: { node: '>=20' },
	};
	const expected = ['@scope/pad@1', 'chalk@^5.3.0', 'typescript@~5.9.0'];
	for (const text of [
		JSON.stringify(manifest, null, 2),
		JSON.stringify(manifest, null, '\t').replaceAll('\n', '\r\n'),
	]) {
		expect(packagesOf(text)).toEqual(expected);
		// In the popup's field, which has one line, it reads the same.
		expect(packagesOf(oneLine(text))).toEqual(expected);
		expect(oneLine(text).length).toBeLessThanOrEqual(text.length);
	}
	expect(parseLookup(JSON.stringify(manifest))).toMatchObject({ unread: ['local@file:../local'], elsewhere: [] });
});

test('what is refused is said: another registry, or no package', () => {
	const told = (text: string) => {
		const { unread, elsewhere } = parseLookup(text) as { unread: string[]; elsewhere: string[] };
		return { unread, elsewhere };
	};
	expect(told('pnpm add jsr:@luca/cases chalk ./x')).toEqual({ unread: ['./x'], elsewhere: ['jsr:@luca/cases'] });
	expect(told('pip install requests')).toEqual({ unread: [], elsewhere: ['pip install requests'] });
	expect(told('corepack use yarn@4.1.0')).toEqual({ unread: [], elsewhere: ['yarn@4.1.0'] });
	expect(told('mise use cargo:ripgrep node@22')).toEqual({ unread: ['node@22'], elsewhere: ['cargo:ripgrep'] });
	expect(told('https://registry.npmmirror.com/chalk/-/chalk-5.3.0.tgz')).toMatchObject({ elsewhere: { length: 1 } });
	expect(told('pkg:cargo/serde@1')).toMatchObject({ elsewhere: { length: 1 } });
	expect(told('cd app')).toEqual({ unread: ['cd app'], elsewhere: [] });
	expect(told('npm test')).toEqual({ unread: [], elsewhere: [] });
	expect(told('Write to me@example.com for the list')).toMatchObject({ unread: { length: 1 } });
});

test('whatever the text: no exception, no name that the registry could not have, the same on one line', () => {
	const seeded = new Seeded(20261127);
	const lines = sections.flatMap(([, ...rows]) => rows.map((row) => row.split(/\s+=>/)[0] ?? ''));
	const pieces = [
		...[
			'npm',
			'npx',
			'pnpm',
			'yarn',
			'bun',
			'deno',
			'mise',
			'volta',
			'corepack',
			'aube',
			'nub',
			'vp',
			'vlt',
			'ni',
			'sudo',
		],
		...[
			'i',
			'add',
			'install',
			'exec',
			'dlx',
			'create',
			'run',
			'use',
			'x',
			'-p',
			'--package=',
			'-g',
			'--',
			'--registry',
			'-w',
		],
		...[
			'chalk',
			'@scope/name',
			'@',
			'/',
			':',
			'1.2.3',
			'^1',
			'..',
			'.',
			'*',
			'{a,b}',
			'npm:',
			'jsr:',
			'catalog:',
			'%2e',
			'%',
		],
		...[
			'"',
			"'",
			'`',
			'\\',
			'^',
			'|',
			'&&',
			'&',
			';',
			'#',
			'>',
			'<',
			'$',
			'$(',
			')',
			'=',
			',',
			'\n',
			'\r\n',
			'\t',
			'\u0000',
		],
		...[
			'{',
			'}',
			'"a": "^1"',
			'"dependencies": {',
			'https://unpkg.com/',
			'pkg:npm/',
			`${REGISTRY}/`,
			'\u202e',
			'\ud800',
		],
	];
	let read = 0;
	for (let round = 0; round < 6_000; round += 1) {
		let text = seeded.pick(lines).replaceAll('⏎', '\n');
		for (let change = seeded.below(6); change > 0; change -= 1) {
			const at = seeded.below(text.length + 1);
			text = text.slice(0, at) + (seeded.below(2) ? ' ' : '') + seeded.pick(pieces) + text.slice(at + seeded.below(3));
		}
		const lookup = parseLookup(text);
		const line = oneLine(text);
		// A line break within a JSON text is in no file; joined, it would be one.
		if (!/^\s*[{"]/.test(text)) expect(parseLookup(line), JSON.stringify(text)).toEqual(lookup);
		expect(line.length).toBeLessThanOrEqual(text.length);
		for (const { name, selector, kind } of lookup.ok ? lookup.specs : []) {
			read += 1;
			expect(isPackageName(name), JSON.stringify(text)).toBe(true);
			expect(releaseSpec(name, selector), JSON.stringify(text)).toEqual({ name, selector, kind });
			expect(selector, JSON.stringify(text)).not.toMatch(/^\.|\//);
			// An address may name whatever the registry has.
			if (!/pkg:|\//.test(text)) expect(name, JSON.stringify(text)).not.toMatch(/^--?[a-z]|\*/i);
		}
	}
	expect(read).toBeGreaterThan(2_000);
});

test('no text takes long, whatever it repeats', () => {
	const heads = ['', 'npm i ', 'pkg:npm/', 'the '];
	const pieces = [
		...[
			'npm ',
			'npx ',
			'npm -p a ',
			'mise x -- ',
			'volta run ',
			'sudo ',
			'sh "',
			'yarn global ',
			'corepack ',
			'a@npm:',
		],
		...[
			'-',
			'- ',
			'-- ',
			'.',
			'.a',
			'@',
			'/',
			'"',
			"'",
			'`',
			'` a `',
			'\\',
			'^ ',
			'|',
			'&',
			'&&',
			'$(',
			'(',
			')',
			'{',
			'{,',
			',',
		],
		...[
			'{"a":',
			'"a":"1",',
			'"a":{\n',
			'}\n',
			'# npm ',
			'// ',
			';',
			'\n',
			'* ',
			'1. ',
			'│ ',
			'~ ',
			'[a ',
			'a:',
			'a: ',
			'= ',
			'%',
			'>',
		],
	];
	for (const head of heads)
		for (const piece of pieces) {
			const text = (head + piece.repeat(LOOKUP_LENGTH)).slice(0, LOOKUP_LENGTH);
			parseLookup(text);
			oneLine(text);
		}
});
