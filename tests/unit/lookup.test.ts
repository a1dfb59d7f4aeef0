/** Tests of what readers type and paste into the look-up: every form, lists of them, and what is none. */
import { describe, expect, test } from 'vitest';
import { LOOKUP_LENGTH, NPM_SITE, parseLookup, parsePurl, searchText, specText } from '../../lib/release.ts';
import { Seeded } from '../tools/seeded.ts';

const read = (text: string) => {
	const lookup = parseLookup(text);
	return lookup.ok ? lookup.specs.map(specText) : lookup.code;
};

describe('one release', () => {
	test.each([
		['sigstore', 'sigstore@latest'],
		['  sigstore@2.3.1\n', 'sigstore@2.3.1'],
		['sigstore@^1', 'sigstore@^1'],
		['sigstore@>=1 <2', 'sigstore@>=1 <2'],
		['@playwright/cli', '@playwright/cli@latest'],
		['@playwright/cli@next', '@playwright/cli@next'],
		['npm', 'npm@latest'],
		['yarn', 'yarn@latest'],
		['pkg:npm/sigstore@2.3.1', 'sigstore@2.3.1'],
		['pkg:npm/%40playwright/cli@0.1.1', '@playwright/cli@0.1.1'],
		['pkg:npm/@playwright/cli', '@playwright/cli@latest'],
		['pkg:npm/sigstore@2.3.1?repository_url=x#lib', 'sigstore@2.3.1'],
		[`${NPM_SITE}/package/sigstore`, 'sigstore@latest'],
		[`${NPM_SITE}/package/@playwright/cli/v/0.1.1?activeTab=versions`, '@playwright/cli@0.1.1'],
		[`${NPM_SITE.replace('https', 'http')}/package/%40playwright%2Fcli`, '@playwright/cli@latest'],
		['npm:sigstore@2', 'sigstore@2'],
	])('%s', (text, spec) => {
		expect(read(text)).toEqual([spec]);
	});
});

describe('install lines', () => {
	test.each([
		['npm install sigstore', ['sigstore@latest']],
		['npm i -D sigstore@2.3.1 @playwright/cli', ['sigstore@2.3.1', '@playwright/cli@latest']],
		['npm -g install sigstore', ['sigstore@latest']],
		['$ sudo npm i --registry https://example.com/ --save-dev sigstore', ['sigstore@latest']],
		['npm install --omit dev --prefix=there sigstore', ['sigstore@latest']],
		['pnpm add -w \'nuxt@^3\' --filter web "tuf-js"', ['nuxt@^3', 'tuf-js@latest']],
		['yarn add nuxt tuf-js', ['nuxt@latest', 'tuf-js@latest']],
		['yarn global add nuxt', ['nuxt@latest']],
		['yarn workspace web add nuxt', ['nuxt@latest']],
		['bun add nuxt', ['nuxt@latest']],
		['npx nuxt@3 init my-app', ['nuxt@3']],
		['npx -p tuf-js -p nuxt tool argument', ['tuf-js@latest', 'nuxt@latest']],
		['npm exec --package=nuxt -- tool argument', ['nuxt@latest']],
		['pnpm dlx nuxt init', ['nuxt@latest']],
		['bunx --bun nuxt', ['nuxt@latest']],
		['npm i react18@npm:react@18 nuxt', ['react@18', 'nuxt@latest']],
		['npm init -y && npm i nuxt\nnpm i tuf-js; npm test', ['nuxt@latest', 'tuf-js@latest']],
		['nuxt, tuf-js\nsigstore@1.0.0 nuxt', ['nuxt@latest', 'tuf-js@latest', 'sigstore@1.0.0']],
	])('%s', (text, specs) => {
		expect(read(text)).toEqual(specs);
	});
});

describe('what names no release', () => {
	test.each([
		['', 'nothing-named'],
		['   ', 'nothing-named'],
		['npm test', 'nothing-named'],
		['npm install', 'nothing-named'],
		['../evil', 'nothing-named'],
		['pkg:pypi/requests@2', 'nothing-named'],
		['pkg:npm/%E0%A4%A', 'nothing-named'],
		['https://example.com/package/sigstore', 'nothing-named'],
		['javascript:alert(1)', 'nothing-named'],
		['sig\u202estore', 'nothing-named'],
		['x'.repeat(1_000_000), 'too-long'],
	])('%.40s', (text, code) => {
		expect(read(text)).toBe(code);
	});

	test('stands beside what does', () => {
		expect(parseLookup('npm i nuxt ./local github:nuxt/nuxt file:x')).toEqual({
			ok: true,
			specs: [{ name: 'nuxt', selector: 'latest', kind: 'tag' }],
			unread: ['./local', 'github:nuxt/nuxt', 'file:x'],
		});
	});

	test('a version with a slash in it leads nowhere else', () => {
		expect(parsePurl('pkg:npm/sigstore@1.0.0%2F..%2F..%2Fother')).toBeUndefined();
	});
});

describe('what may go to the search', () => {
	test.each([
		['sig', 'sig'],
		['  sigstore@2.', 'sigstore'],
		['@playwright/c', '@playwright/c'],
		['@scope/name@1', '@scope/name'],
		['test runner', 'test runner'],
		['npm', 'npm'],
	])('%s', (typed, letters) => {
		expect(searchText(typed)).toBe(letters);
	});
	test.each([
		'si',
		'',
		'   ',
		'npm i secret-tool',
		'pnpm add secret-tool',
		'https://intranet.example/secret',
		'pkg:npm/secret',
		'javascript:alert(1)',
		'__proto__',
		'../secret',
		'sig\u202estore',
		'x'.repeat(61),
		'x'.repeat(1_000_000),
		'@'.repeat(20_000),
	])('never %.30s', (typed) => {
		expect(searchText(typed)).toBeUndefined();
	});
});

test('whatever is pasted gives specs or a code, soon', () => {
	const seeded = new Seeded(20261125);
	const pieces = [
		'npm',
		' ',
		'i',
		'\n',
		'@',
		'/',
		'pkg:npm/',
		'%',
		'https://',
		'-p',
		'=',
		'"',
		'1.0.0',
		'nuxt',
		'&&',
		'\u0000',
	];
	for (let round = 0; round < 2000; round += 1) {
		const text = Array.from({ length: 1 + seeded.below(30) }, () => seeded.pick(pieces)).join('');
		const lookup = parseLookup(text);
		if (lookup.ok) expect(lookup.specs.length).toBeGreaterThan(0);
	}
	expect(parseLookup('@'.repeat(LOOKUP_LENGTH)).ok).toBe(false);
});
