/** Tests of what readers type and paste into the look-up: every form, lists of them, and what is none. */
import { describe, expect, test } from 'vitest';
import { parsePurl } from '../../../lib/npm/addresses.ts';
import { NPM_SITE, REGISTRY } from '../../../lib/npm/hosts.ts';
import { LOOKUP_LENGTH, MAX_SPECS, oneLine, parseLookup, searchText } from '../../../lib/npm/lookup.ts';
import { parseSpec, type ReleaseSpec, specText } from '../../../lib/npm/spec.ts';
import { describeList, describeLookup, describeNamed, describeNoRelease } from '../../../lib/text/en/lookup.ts';
import { Seeded } from '../../support/seeded.ts';

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
		['pkg:npm/sigstore@2.3.1?arch=x#lib', 'sigstore@2.3.1'],
		[`pkg:npm/sigstore@2.3.1?repository_url=${REGISTRY}`, 'sigstore@2.3.1'],
		[`pkg:npm/sigstore@2.3.1?arch=x&repository_url=${encodeURIComponent(`${REGISTRY}/`)}`, 'sigstore@2.3.1'],
		[`pkg:npm/sigstore@2.3.1?repository_url=${new URL(REGISTRY).host}`, 'sigstore@2.3.1'],
		[`${NPM_SITE}/package/sigstore`, 'sigstore@latest'],
		[`${NPM_SITE}/package/@playwright/cli/v/0.1.1?activeTab=versions`, '@playwright/cli@0.1.1'],
		[`${NPM_SITE.replace('https', 'http')}/package/%40playwright%2Fcli`, '@playwright/cli@latest'],
		[`${NPM_SITE.replace('www.', '')}/package/sigstore/v/2.3.1`, 'sigstore@2.3.1'],
		['npm:sigstore@2', 'sigstore@2'],
		['sigstore@npm:^2', 'sigstore@^2'],
		['"sigstore@^2 || ^3"', 'sigstore@^2 || ^3'],
		['sigstore@^2 || ^3', 'sigstore@^2 || ^3'],
	])('%s', (text, spec) => {
		expect(read(text)).toEqual([spec]);
	});
});

describe('install lines', () => {
	test.each([
		['npm install sigstore', ['sigstore@latest']],
		['npm i -D sigstore@2.3.1 @playwright/cli', ['sigstore@2.3.1', '@playwright/cli@latest']],
		['npm -g install sigstore', ['sigstore@latest']],
		[`$ sudo npm i --registry ${REGISTRY} --save-dev sigstore`, ['sigstore@latest']],
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
		["npm i 'sigstore@>=2 <3'", ['sigstore@>=2 <3']],
		['npm i "sigstore@^2 || ^3" nuxt', ['sigstore@^2 || ^3', 'nuxt@latest']],
		['npm i sigstore@"^2 || ^3"', ['sigstore@^2 || ^3']],
		['# install the signing tool\nnpm i sigstore # and not another', ['sigstore@latest']],
		['# npm i -g sigstore', ['sigstore@latest']],
		['npm i sigstore \\\n  nuxt \\\r\n  tuf-js', ['sigstore@latest', 'nuxt@latest', 'tuf-js@latest']],
		['npm i sigstore \\', ['sigstore@latest']],
		['npm view sigstore versions --json', ['sigstore@latest']],
		['npm show sigstore@2 dist.integrity', ['sigstore@2']],
		['npm deprecate sigstore@"<1" "no longer kept"', ['sigstore@<1']],
		['npm repo sigstore nuxt', ['sigstore@latest', 'nuxt@latest']],
		['npm i --loglevel error --cpu arm64 --os linux --cache /tmp/c -C app sigstore', ['sigstore@latest']],
		['npm i --userconfig ~/.npmrc --tag next -w web sigstore', ['sigstore@next']],
		['yarn add sigstore@npm:^2 nuxt@npm:next', ['sigstore@^2', 'nuxt@next']],
		['npm i sigstore > log.txt 2>&1', ['sigstore@latest']],
		['sudo -E npm i sigstore', ['sigstore@latest']],
		['FORCE=1 npm i sigstore', ['sigstore@latest']],
		['`npm i sigstore`', ['sigstore@latest']],
		[`${NPM_SITE}/package/nuxt?a=b&c=d ${NPM_SITE}/package/tuf-js`, ['nuxt@latest', 'tuf-js@latest']],
		['pkg:npm/nuxt@1.0.0?a=b&c=d pkg:npm/tuf-js@1.0.0', ['nuxt@1.0.0', 'tuf-js@1.0.0']],
		[`npm i sigstore --registry ${REGISTRY}/`, ['sigstore@latest']],
		[`npm i --registry=${REGISTRY} sigstore`, ['sigstore@latest']],
		['npm i registry nuxt', ['registry@latest', 'nuxt@latest']],
		['npm init -y && npm i nuxt\nnpm i tuf-js; npm test', ['nuxt@latest', 'tuf-js@latest']],
		['nuxt, tuf-js\nsigstore@1.0.0 nuxt', ['nuxt@latest', 'tuf-js@latest', 'sigstore@1.0.0']],
	])('%s', (text, specs) => {
		expect(read(text)).toEqual(specs);
		// And nothing else stands there.
		expect(parseLookup(text)).toMatchObject({ unread: [], elsewhere: [] });
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
		['# install the signing tool', 'nothing-named'],
		['https://npmjs.com.evil.example/package/sigstore', 'nothing-named'],
		['x'.repeat(1_000_000), 'too-long'],
	])('%.40s', (text, code) => {
		expect(read(text)).toBe(code);
	});

	test('stands beside what does', () => {
		expect(parseLookup('npm i nuxt ./local github:nuxt/nuxt file:x')).toEqual({
			ok: true,
			specs: [{ name: 'nuxt', selector: 'latest', kind: 'tag' }],
			left: 0,
			unread: ['./local', 'github:nuxt/nuxt', 'file:x'],
			elsewhere: [],
		});
	});

	test("so does another program's command, which is no list of packages", () => {
		const lookup = parseLookup('mkdir app && cd app\nnpm i nuxt | tee install log');
		expect(lookup).toMatchObject({ specs: [{ name: 'nuxt' }], unread: ['mkdir app', 'cd app', 'tee install log'] });
	});

	test('a quote that is never closed is no part of a name', () => {
		expect(parseLookup("npm i 'sigstore")).toMatchObject({ ok: false, unread: ["'sigstore"] });
		expect(parseLookup("'sigstore")).toMatchObject({ ok: false, unread: ["'sigstore"] });
	});

	test('a version with a slash in it leads nowhere else', () => {
		expect(parsePurl('pkg:npm/sigstore@1.0.0%2F..%2F..%2Fother')).toBeUndefined();
	});
});

describe('what npm reads as a path or a file is no tag', () => {
	test.each(['.', '..', '...', '.x', './x', '../x', 'x/y', 'x.tgz', 'X.TAR.GZ', 'x.tar', 'C:\\x', '~/x'])(
		'name@%s',
		(selector) => {
			expect(parseSpec(`name@${selector}`)).toBeUndefined();
			expect(read(`npm i name@${selector}`)).toBe('nothing-named');
		},
	);
	test.each(['next', 'v1', 'x.y', 'beta-1', 'next.tgz.1'])('name@%s is one', (selector) => {
		expect(parseSpec(`name@${selector}`)).toMatchObject({ selector });
	});
});

test('of a release that the registry does not know it is said which', () => {
	const said = (spec: string) => describeNoRelease(parseSpec(spec) as ReleaseSpec);
	expect(said('sigst')).toBe('npm has no public release of “sigst”. Check the spelling.');
	expect(said('sigstore@9.9.9')).toBe('npm has no public release “sigstore 9.9.9”. Check the spelling.');
	expect(said('sigstore@^99')).toBe('npm has no public release of “sigstore” in the range “^99”. Check the spelling.');
	expect(said('sigstore@nxt')).toBe('npm has no public release of “sigstore” with the tag “nxt”. Check the spelling.');
});

describe('what is named as from another registry', () => {
	const CORP = 'https://npm.corp.example/';
	test.each([
		[`pkg:npm/sigstore@2.3.1?repository_url=${CORP}`, 1],
		[`pkg:npm/sigstore@2.3.1?Repository_URL=${encodeURIComponent(CORP)}`, 1],
		['pkg:npm/sigstore@2.3.1?repository_url=npm.corp.example', 1],
		['pkg:npm/sigstore@2.3.1?repository_url=%', 1],
		[`pkg:npm/sigstore@2.3.1?download_url=${CORP}sigstore.tgz`, 1],
		[`pkg:npm/sigstore@2.3.1?repository_url=${REGISTRY}.corp.example`, 1],
		[`pkg:npm/sigstore@2.3.1?arch=x&repository_url=${CORP} pkg:npm/tuf-js@1?repository_url=${CORP}`, 2],
		[`npm i sigstore --registry ${CORP}`, 1],
		[`npm i --registry=${CORP} sigstore nuxt`, 2],
		['npm i --registry "$CORP" sigstore', 1],
		[`npm i sigstore --registry ${REGISTRY.replace('://', `://${'x'.repeat(3)}.`)}`, 1],
		[`npx --registry ${CORP} sigstore`, 1],
		[`npm i --@corp:registry=${CORP} @corp/tool`, 1],
		[`npm_config_registry=${CORP} npm i sigstore`, 1],
		[`YARN_NPM_REGISTRY_SERVER=${CORP} yarn add sigstore`, 1],
		[`npm config set registry ${CORP}\nnpm i sigstore`, 1],
		[`npm config set @corp:registry=${CORP} && npm i @corp/tool`, 1],
		[`yarn config set npmRegistryServer "${CORP}"; yarn add sigstore`, 1],
		[`echo "@corp:registry=${CORP}" >> .npmrc\nnpm i @corp/tool`, 1],
	])('%s', (text, count) => {
		const lookup = parseLookup(text);
		expect(lookup.ok).toBe(false);
		expect(lookup).toMatchObject({ elsewhere: { length: count } });
		expect(describeLookup(lookup)).toContain("Only npm's public registry is looked at here.");
	});

	test('does not hide what is not', () => {
		expect(read(`npm i --registry ${CORP} sigstore\nnpm i nuxt`)).toEqual(['nuxt@latest']);
		expect(read(`npm i --@corp:registry=${CORP} @corp/tool @corporation/tool nuxt`)).toEqual([
			'@corporation/tool@latest',
			'nuxt@latest',
		]);
	});
});

describe('what one look-up takes', () => {
	const names = (count: number) => Array.from({ length: count }, (_name, at) => `package-${at}`).join('\n');

	test('of more packages the rest is counted, and said', () => {
		const lookup = parseLookup(`${names(300)}\npackage-0`);
		expect(lookup).toMatchObject({ specs: { length: MAX_SPECS }, left: 300 - MAX_SPECS });
		expect(describeLookup(lookup)).toContain('Only the first 200 packages are looked up here; 100 more were named.');
		expect(describeLookup(parseLookup(names(MAX_SPECS)))).toBe('');
	});

	test('the lines of what is pasted become one of the same meaning, and no longer', () => {
		const text = '# tools\r\nnpm i a1 \\\n  a2 # no\n\n# npm i a3\nnuxt@^1 || ^2\n`npm i a4`';
		expect(oneLine(text)).toBe('npm i a1    a2;npm i a3;nuxt@^1 || ^2;`npm i a4`');
		// Sixteen thousand characters on many lines are no more than that.
		const many = 'ab\n'.repeat(5_400).trim();
		expect(parseLookup(oneLine(many))).toEqual(parseLookup(many));
		expect(parseLookup(many).ok).toBe(true);
		// What is too long stays so, though most of it be comments.
		expect(read(oneLine(`${'# x\n'.repeat(LOOKUP_LENGTH)}nuxt`))).toBe('too-long');
	});

	test('what is not read is told: three of it, and how much more there is', () => {
		expect(describeLookup(parseLookup('npm i nuxt ./a ./b ./c ./d ./e'))).toBe(
			'No package can be read in “./a”, “./b”, “./c” and 2 more.',
		);
		expect(describeLookup(parseLookup('nuxt'))).toBe('');
		expect(describeLookup(parseLookup(''))).toMatch(/^Try sigstore/);
	});

	test('how far a list is: said when it begins and when it is done', () => {
		const said = new Set([0, 1, 2, 3].map((done) => describeList(3, done, 0)));
		expect([...said]).toEqual(['Checking each of the 3 packages ...', 'All 3 answered. The down arrow leads to them.']);
		expect(describeList(3, 2, 1)).toContain('2 of 3 answered; for 1 there was no answer.');
		expect(describeNamed(3, 1)).toBe('3 packages named, 1 answered so far');
		expect(describeNamed(3, 3)).toBe('3 packages named');
	});
});

describe('what may go to the search', () => {
	test.each([
		['sig', 'sig'],
		['  sigstore@2.', 'sigstore'],
		['@playwright/c', '@playwright/c'],
		['@scope/name@1', '@scope/name'],
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
		'sudo npm i -g secret-tool',
		'secret tool',
		'secret/tool',
		'secret-one,secret-two',
		'secret-one;secret-two',
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
		'#',
		'# ',
		'\\',
		"'",
		'`',
		';',
		'\r\n',
		'--registry ',
		'>',
	];
	for (let round = 0; round < 2000; round += 1) {
		const text = Array.from({ length: 1 + seeded.below(30) }, () => seeded.pick(pieces)).join('');
		const lookup = parseLookup(text);
		if (lookup.ok) expect(lookup.specs.length).toBeGreaterThan(0);
		expect(parseLookup(oneLine(text)), JSON.stringify(text)).toEqual(lookup);
		expect(oneLine(text).length).toBeLessThanOrEqual(text.length);
	}
	expect(parseLookup('@'.repeat(LOOKUP_LENGTH)).ok).toBe(false);
	for (const piece of [
		...pieces,
		'"\'`',
		'# npm ',
		'` ',
		'\\ ',
		'@:',
		'a@npm:',
		'x-registry=a;',
		'--a-registry ',
		'& ',
		'|',
	])
		for (const head of ['', 'npm i ', 'pkg:npm/a?'])
			parseLookup((head + piece.repeat(LOOKUP_LENGTH)).slice(0, LOOKUP_LENGTH));
});
