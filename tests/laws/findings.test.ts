/** Laws of the findings: each can be run, names exact versions, and stands in the README; running them is nobody's duty. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { NPM_SITE, REGISTRY, SIGSTORE_TUF } from '../../lib/npm/hosts.ts';

const folder = fileURLToPath(new URL('../../findings/', import.meta.url));
const scripts = readdirSync(folder).filter((name) => name.endsWith('.sh'));
const readme = readFileSync(`${folder}README.md`, 'utf8');

/** A package with an exact version, as `use` takes it and as a package.json pins it. */
const PINNED = /^(?:@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+(?:-[\w.]+)?$/;

test('the law sees the findings', () => {
	expect(scripts.length).toBeGreaterThan(20);
});

describe.each(scripts)('%s', (name) => {
	const text = readFileSync(folder + name, 'utf8');

	test('can be run, and says what was guessed', () => {
		expect(statSync(folder + name).mode & 0o111).toBe(0o111);
		expect(text).toMatch(/^#!\/usr\/bin\/env bash\n(?:# .+\n)+set -euo pipefail\n/);
		expect(text.split('set -euo')[0]).toContain('Guess:');
		// Behaviour and output, of which neither is empty, at the end.
		expect(text).toMatch(/\ntell (['"]).{20,}\1 \\\n\t(['"])[\s\S]{20,}\2\n$/);
	});

	test('installs exact versions, and nothing by other means', () => {
		const used = [...text.matchAll(/^use (.+)$/gm)].flatMap(([, list = '']) => list.split(' '));
		expect(used.length).toBeGreaterThan(0);
		for (const one of used) expect(one).toMatch(PINNED);
		for (const [, list = ''] of text.matchAll(/"(?:dependencies|overrides)": (\{[^}]*\})/g))
			for (const [wanted, version] of Object.entries(JSON.parse(list))) expect(`${wanted}@${version}`).toMatch(PINNED);
		for (const line of text.match(/npm install\b.*$/gm) ?? []) expect(line).toContain('--ignore-scripts');
		expect(text).not.toMatch(/\b(?:npx|curl|wget|pip|latest\/download)\b/);
	});

	test('stands in the README with its versions', () => {
		const row = readme.split('\n').find((line) => line.startsWith(`| [${name.replace(/\.sh$/, '')}](${name}) |`));
		expect(row, 'a row of a table').toBeDefined();
		expect(row?.split(' | ')).toHaveLength(4);
		const versions = [...text.matchAll(/^use (.+)$|VERSIONS\+=\((.+)\)$/gm)].flatMap((found) =>
			(found[1] ?? found[2] ?? '').split(' ').map((one) => one.split('@').at(-1) ?? ''),
		);
		if (text.includes('use_browser ')) expect(row).toMatch(/(?:Firefox 153|Chromium 156)/);
		else expect(versions.some((version) => row?.includes(version))).toBe(true);
	});

	test('runs none of our code, and names no host of npm or Sigstore', () => {
		expect(text).not.toMatch(/\.\.\/(?:lib|entrypoints|components|tests)/);
		for (const origin of [REGISTRY, NPM_SITE, SIGSTORE_TUF]) expect(text).not.toContain(new URL(origin).host);
	});
});

test('the README lists no finding that is gone', () => {
	const listed = [...readme.matchAll(/\]\(([\w-]+\.sh)\)/g)].map(([, name]) => name);
	expect(listed.sort()).toEqual(scripts.sort());
});

test('packages that a finding uses are pinned in the shared parts, too', () => {
	for (const name of readdirSync(`${folder}support`)) {
		const text = readFileSync(`${folder}support/${name}`, 'utf8');
		expect(text).toMatch(/^(?:\/\*\* Owns|# shellcheck shell=bash\n# Owns) /);
		for (const [, one = ''] of text.matchAll(/^\s*use ([^"$].*)$/gm)) expect(one).toMatch(PINNED);
	}
});
