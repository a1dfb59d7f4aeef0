/** Owns: a bad lockfile ends in a sentence with the place, or in what could be read and a list of what could not. */
import { describe, expect, test } from 'vitest';
import type { Lockfile } from '../../../../lib/audit/lockfile/lockfile.ts';
import { readLockfile } from '../../../../lib/audit/lockfile/read.ts';
import { OWN, sampleOf } from '../../../fixtures/lockfile-samples.ts';

const SHA512 = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;

/** One small file of each form. `PACKAGES` is where its entries go. */
const FORMS = {
	npm: { name: 'package-lock.json', text: '{\n"lockfileVersion": 3,\n"packages": {\nPACKAGES\n}\n}\n' },
	'npm 1': { name: 'package-lock.json', text: '{\n"lockfileVersion": 1,\n"dependencies": {\nPACKAGES\n}\n}\n' },
	pnpm: { name: 'pnpm-lock.yaml', text: "lockfileVersion: '9.0'\n\npackages:\nPACKAGES\n" },
	'pnpm 13': { name: 'pnpm-lock.yaml', text: '{\n"lockfileVersion": "13.0",\n"packages": {\nPACKAGES\n},\n}\n' },
	'yarn-classic': { name: 'yarn.lock', text: '# yarn lockfile v1\n\n\nPACKAGES\n' },
	'yarn-berry': { name: 'yarn.lock', text: '__metadata:\n  version: 8\n\nPACKAGES\n' },
	bun: {
		name: 'bun.lock',
		text: '{\n"lockfileVersion": 1,\n"workspaces": { "": {} },\n"packages": {\nPACKAGES\n},\n}\n',
	},
	deno: { name: 'deno.lock', text: '{\n"version": "5",\n"npm": {\nPACKAGES\n}\n}\n' },
	vlt: { name: 'vlt-lock.json', text: '{\n"lockfileVersion": 1,\n"nodes": {\nPACKAGES\n}\n}\n' },
} as const;
type Form = keyof typeof FORMS;

/** An entry by its name and version. */
const ENTRY: Record<Form, (name: string, version: string) => string> = {
	npm: (name, version) => `"node_modules/${name}": { "version": "${version}", "integrity": "${SHA512}" }`,
	'npm 1': (name, version) => `"${name}": { "version": "${version}", "integrity": "${SHA512}" }`,
	pnpm: (name, version) => `  '${name}@${version}':\n    resolution: {integrity: ${SHA512}}`,
	'pnpm 13': (name, version) => `"${name}@${version}": { "integrity": "${SHA512}" }`,
	'yarn-classic': (name, version) => `"${name}@${version}":\n  version "${version}"\n  integrity ${SHA512}`,
	'yarn-berry': (name, version) =>
		`"${name}@npm:${version}":\n  version: "${version}"\n  resolution: "${name}@npm:${version}"`,
	bun: (name, version) => `"${name}": ["${name}@${version}", "", {}, "${SHA512}"]`,
	deno: (name, version) => `"${name}@${version}": { "integrity": "${SHA512}" }`,
	vlt: (name, version) => `"~npm~${name.replace('/', '+')}@${version}": [0, "${name}", "${SHA512}"]`,
};
const ALL = Object.keys(FORMS) as Form[];

const isBlock = (form: Form) => form === 'pnpm' || form.startsWith('yarn');
const fileOf = (form: Form, ...entries: string[]) =>
	FORMS[form].text.replace('PACKAGES', () => entries.join(isBlock(form) ? '\n' : ',\n'));

function failureOf(name: string, content: Uint8Array | string): string {
	const result = readLockfile(name, content);
	return result.ok ? `read: ${JSON.stringify(result.value)}` : `${result.failure.code}: ${result.failure.detail}`;
}

function read(form: Form, text: string): Lockfile {
	const result = readLockfile(FORMS[form].name, text);
	if (!result.ok) throw new Error(`${form}: ${result.failure.code}: ${result.failure.detail}`);
	return result.value;
}

/** The line of the first entry. */
const FIRST: Record<Form, number> = {
	npm: 4,
	'npm 1': 4,
	pnpm: 4,
	'pnpm 13': 4,
	'yarn-classic': 4,
	'yarn-berry': 4,
	bun: 5,
	deno: 4,
	vlt: 4,
};

describe.each(ALL)('%s', (form) => {
	const entry = ENTRY[form];
	const { name } = FORMS[form];
	const [good, other] = [entry('a', '1.0.0'), entry('b', '2.0.0')];
	const whole = fileOf(form, good, other);
	const first = FIRST[form];

	test('is read at all', () => {
		const { packages, notCovered, entries } = read(form, whole);
		expect(packages.map((one) => `${one.name}@${one.version}`)).toEqual(['a@1.0.0', 'b@2.0.0']);
		expect([packages[0]?.line, packages[0]?.column]).toEqual([first, form === 'pnpm' ? 3 : 1]);
		expect([notCovered, entries]).toEqual([[], 2]);
	});

	test('a byte order mark and Windows line ends change nothing', () => {
		expect(read(form, `\ufeff${whole.replaceAll('\n', '\r\n')}`)).toEqual(read(form, whole));
		expect(readLockfile(name, new TextEncoder().encode(`\ufeff${whole}`))).toEqual(readLockfile(name, whole));
	});

	test('without its name it is known by its text', () => {
		for (const other of ['', 'folder/renamed', 'C:\\x\\old.txt', 'package-lock.json.bak'])
			expect(readLockfile(other, whole)).toEqual(readLockfile(name, whole));
		expect(readLockfile(`some/folder/${name}`, whole)).toEqual(readLockfile(name, whole));
	});

	test('above 32 MB nothing is read', () => {
		const large = 'lockfile-too-large: more than 32 MB';
		expect(failureOf(name, `${whole}${' '.repeat(32 * 1024 * 1024)}`)).toBe(large);
		expect(failureOf(name, new Uint8Array(32 * 1024 * 1024 + 1))).toBe(large);
	});

	test('conflict marks have their line', () => {
		const marked = (mark: string) => fileOf(form, good).replace(good, () => `${good}\n${mark}\n${good}`);
		const line = first + good.split('\n').length;
		for (const mark of ['<<<<<<< HEAD', '=======', '>>>>>>> theirs'])
			expect(failureOf(name, marked(mark))).toBe(`lockfile-unreadable: line ${line}, column 1: a conflict mark of git`);
	});

	test('a key that is there twice has its place', () => {
		const line = first + good.split('\n').length;
		expect(failureOf(name, fileOf(form, good, good))).toMatch(
			new RegExp(`^lockfile-unreadable: line ${line}, column \\d+: ".+" stands twice$`),
		);
	});

	test('an unknown version is named', () => {
		const version = { npm: '3', 'npm 1': '1', pnpm: "'9.0'", 'pnpm 13': '"13.0"', deno: '"5"' }[form as string];
		const other = {
			'yarn-classic': whole.replace('v1', 'v2'),
			'yarn-berry': whole.replace('version: 8', 'version: 11'),
			bun: whole.replace('"lockfileVersion": 1', '"lockfileVersion": 99'),
			vlt: whole.replace('"lockfileVersion": 1', '"lockfileVersion": 99'),
		}[form as string];
		expect(failureOf(name, other ?? whole.replace(version ?? '', version?.replace(/[\d.]+/, '99') ?? ''))).toMatch(
			/^lockfile-version-unknown: (?:99|2|11)$/,
		);
	});

	test('odd names and versions are listed with their line, and the others are read', () => {
		const odd: [string, string][] = [
			['.bin', '1.0.0'],
			['node_modules', '1.0.0'],
			['a b', '1.0.0'],
			['@scope', '1.0.0'],
			['x'.repeat(300), '1.0.0'],
			['c', '1.0'],
			['d', 'latest'],
			['e', 'v1.0.0'],
			['f', '1.0.0 || 2.0.0'],
		];
		for (const [oddName, version] of odd) {
			const { packages, notCovered, entries } = read(form, fileOf(form, good, entry(oddName, version), other));
			expect([oddName, version, packages.map((one) => one.name)]).toEqual([oddName, version, ['a', 'b']]);
			expect(notCovered).toMatchObject([{ line: first + good.split('\n').length }]);
			expect(notCovered[0]?.why).toMatch(/^(?:unreadable|file|git)$/);
			expect(notCovered[0]?.spec.length).toBeLessThanOrEqual(300);
			expect(entries).toBe(3);
		}
	});

	test('entries that are no tables are listed', () => {
		if (form === 'yarn-classic') return expect(read(form, fileOf(form, 'a@1.0.0 "x"')).notCovered).toHaveLength(1);
		const key = isBlock(form) ? "'odd'" : '"odd"';
		const indent = form === 'pnpm' ? '  ' : '';
		for (const value of ['null', '"text"', '7', '[]']) {
			const { packages, notCovered } = read(form, fileOf(form, good, `${indent}${key}: ${value}`));
			expect([packages.length, notCovered.map(({ why, line }) => [why, line])]).toEqual([
				1,
				[['unreadable', first + good.split('\n').length]],
			]);
		}
	});

	test('more entries than any project has are refused', () => {
		if (form !== 'npm' && form !== 'bun' && form !== 'npm 1') return;
		const many = Array.from({ length: 200_001 }, (_, at) => (form === 'bun' ? `"a${at}":[]` : `"a${at}":{}`));
		expect(failureOf(name, fileOf(form, many.join(',')))).toBe('lockfile-too-large: more than 200000 entries');
	});

	test('what is nested without end is refused', () => {
		const deep = '['.repeat(100_000);
		const text =
			form === 'yarn-classic'
				? fileOf(form, good, 'b@1:', '  c:', '    d:', '      e "1"')
				: fileOf(form, isBlock(form) ? `  a: ${deep}` : `"a": ${deep}`);
		expect(failureOf(name, text)).toMatch(/^lockfile-unreadable: line \d+, column \d+: /);
	});
});

test.each([
	['lockfile-not-known', 'x.txt', 'text'],
	['lockfile-version-unknown', 'package-lock.json', '{"lockfileVersion": 9}'],
	['lockfile-unreadable', 'package-lock.json', '{'],
	['lockfile-too-large', 'package-lock.json', ' '.repeat(32 * 1024 * 1024 + 1)],
])('%s is a failure with a detail', (code, name, text) => {
	expect(readLockfile(name, text)).toMatchObject({ ok: false, failure: { code, detail: expect.stringMatching(/\S/) } });
});

describe('YAML', () => {
	const anchored = ENTRY.pnpm('a', '1.0.0').replace("'a@1.0.0':", "'a@1.0.0': &a");
	const bomb = Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`).join('\n');
	test.each([
		['an anchor', fileOf('pnpm', anchored), 'line 4, column 14: an anchor or an alias of YAML'],
		[
			'aliases without end',
			`a0: &a0 [x]\n${bomb}\nlockfileVersion: '9.0'\n`,
			'line 1, column 5: an anchor or an alias of YAML',
		],
		['an alias', fileOf('pnpm', '  a: *b'), 'line 4, column 6: an anchor or an alias of YAML'],
		['a merge', fileOf('pnpm', '  <<: *b'), 'line 4, column 3: a merge key of YAML'],
		[
			'a merge of what stands there',
			fileOf('pnpm', '  a@1.0.0:\n    resolution: {<<: {integrity: x}}'),
			'line 5, column 18: a merge key of YAML',
		],
		['a merge in Yarn', fileOf('yarn-berry', '? <<\n: {a: b}'), 'line 4, column 3: a merge key of YAML'],
		['a tag', fileOf('pnpm', '  a: !!map {}'), 'line 4, column 6: a tag of YAML'],
		['a directive', `%YAML 1.1\n---\n${fileOf('pnpm', '')}`, 'line 1, column 1: a directive of YAML'],
		['a key that is a list', fileOf('pnpm', '  ? [a]\n  : b'), 'line 4, column 5: a key that is no text'],
		['no table', '- a\n', 'line 1, column 1: a document is no table'],
		['no YAML', fileOf('pnpm', '  a: "'), 'line 5, column 1: deficient indentation'],
		['a tab', fileOf('pnpm', '\ta: b'), 'line 4, column '],
	])('%s', (_what, text, detail) => {
		const fileName = text.includes('__metadata') ? 'yarn.lock' : 'pnpm-lock.yaml';
		expect(failureOf(fileName, text)).toContain(`lockfile-unreadable: ${detail}`);
	});

	test('a quoted key that only looks like a merge is one like others', () => {
		expect(read('pnpm', fileOf('pnpm', "  '<<': {integrity: x}")).notCovered).toMatchObject([{ spec: '<<' }]);
	});

	test('a file without documents, or with too many marks', () => {
		expect(failureOf('pnpm-lock.yaml', '')).toBe('lockfile-version-unknown: no lockfileVersion');
		expect(failureOf('pnpm-lock.yaml', `a: [${','.repeat(4_000_001)}]`)).toBe(
			'lockfile-too-large: more than 4000000 values',
		);
		expect(failureOf('yarn.lock', '__metadata:\n  version: 8\n---\na: b\n')).toContain('more than one document');
	});

	test('more patches than any project has are refused', () => {
		const patches = Array.from({ length: 1_001 }, (_, at) => `  a${at}: x\n`).join('');
		expect(failureOf('pnpm-lock.yaml', `lockfileVersion: '9.0'\npatchedDependencies:\n${patches}`)).toBe(
			'lockfile-too-large: more than 1000 patches',
		);
	});

	test('patches of both documents are bounded together, and so are the versions that they may be of', () => {
		const document = (packages: readonly string[], patches: readonly string[]) =>
			[
				"---\nlockfileVersion: '9.0'\npackages:",
				...packages.map((key) => `  ${key}: {}`),
				'patchedDependencies:',
				...patches.map((key) => `  ${key}: x`),
				'',
			].join('\n');
		const all = (count: number, one: (at: number) => string) => Array.from({ length: count }, (_, at) => one(at));
		const names = all(600, (at) => `a${at}`);
		const others = all(600, (at) => `b${at}`);
		expect(failureOf('pnpm-lock.yaml', document([], names) + document([], others))).toBe(
			'lockfile-too-large: more than 1000 patches',
		);
		expect(read('pnpm', document([], names) + document([], names)).entries).toBe(0);
		const versions = all(100, (at) => `c@1.0.${at}`);
		const ranges = all(101, (at) => `c@>=1.0.${at}`);
		expect(failureOf('pnpm-lock.yaml', document(versions, ranges.slice(0, 60)) + document([], ranges.slice(60)))).toBe(
			'lockfile-too-large: more than 10000 versions that a patch may be of',
		);
		const patched = read('pnpm', document(versions, ranges.slice(50, 100))).packages.filter(
			({ isPatched }) => isPatched,
		);
		expect(patched).toHaveLength(50);
	});

	test('more documents than pnpm writes are refused', () => {
		const text = "---\nlockfileVersion: '9.0'\n";
		expect(read('pnpm', text.repeat(2)).entries).toBe(0);
		expect(failureOf('pnpm-lock.yaml', text.repeat(3))).toBe(
			'lockfile-unreadable: line 1, column 1: more than 2 documents',
		);
	});

	test('what a project names and a file that was cut off has not is listed', () => {
		const importer =
			'importers:\n  .:\n    dependencies:\n      a:\n        specifier: ^1.0.0\n        version: 1.0.0(b@2.0.0)\n';
		const text = `lockfileVersion: '9.0'\n${importer}packages:\n${ENTRY.pnpm('b', '2.0.0')}\n`;
		expect(read('pnpm', text)).toMatchObject({
			packages: [{ name: 'b' }],
			notCovered: [{ spec: 'a@1.0.0', why: 'unreadable', line: 5, column: 7 }],
		});
	});
});

describe('JSON', () => {
	test.each([
		['{\n"lockfileVersion": 3,\n"packages": {', 'line 3, column 14: it ends before it is complete'],
		['{\n"lockfileVersion": 3,\n"packages": {,}}', 'line 3, column 14: value expected'],
		['{"lockfileVersion": 3, "packages": []}', 'line 1, column 24: "packages" is no table'],
		['{"lockfileVersion": 3}', 'line 1, column 1: "packages" is no table'],
		['[]', 'line 1, column 1: the file is no table'],
		['', 'line 1, column 1: it ends before it is complete'],
		['{"lockfileVersion": 3, "packages": {},}', 'line 1, column 39: '],
		['// x\n{"lockfileVersion": 3, "packages": {}}', 'line 1, column 1: '],
		["{'lockfileVersion': 3}", 'line 1, column 2: '],
		['{"lockfileVersion": 3, "packages": {}} x', 'line 1, column 40: '],
	])('%s', (text, detail) => expect(failureOf('package-lock.json', text)).toContain(`lockfile-unreadable: ${detail}`));

	test('a version that is missing, or no number', () => {
		expect(failureOf('package-lock.json', '{}')).toBe('lockfile-version-unknown: no lockfileVersion');
		expect(failureOf('package-lock.json', '{"lockfileVersion": {}}')).toBe(
			'lockfile-version-unknown: no lockfileVersion',
		);
		expect(failureOf('package-lock.json', '{"lockfileVersion": 5}')).toBe('lockfile-version-unknown: 5');
		expect(failureOf('deno.lock', '{"version": "3"}')).toBe('lockfile-version-unknown: 3');
		expect(failureOf('pnpm-lock.yaml', 'lockfileVersion: 5.4\n')).toBe('lockfile-version-unknown: 5.4');
	});

	test('Bun allows comments, and commas before what closes', () => {
		const text = fileOf('bun', `${ENTRY.bun('a', '1.0.0')},`).replace('{\n', '{ // ours\n/* and theirs */');
		expect(read('bun', text).packages).toHaveLength(1);
		// A project without packages.
		expect(read('bun', '{"lockfileVersion": 1, "workspaces": {"": {}}}').entries).toBe(0);
	});

	test('an address that is that of many entries is not repeated without end', () => {
		const registries = { far: `https://example.org/${'x'.repeat(1024 * 1024)}` };
		const nodes = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`~far~a${at}@1.0.0`, [0, 'a']]));
		expect(failureOf('vlt-lock.json', JSON.stringify({ lockfileVersion: 1, options: { registries }, nodes }))).toBe(
			'lockfile-too-large: more than 33554432 characters of addresses and hashes',
		);
	});

	test('more values than any file has are refused', () => {
		const text = fileOf('npm', `"a": [${'1,'.repeat(4_000_000)}1]`);
		expect(failureOf('package-lock.json', text)).toBe('lockfile-too-large: more than 4000000 values');
	});
});

describe('Yarn 1', () => {
	test.each([
		['a fault of its grammar', '# yarn lockfile v1\n\na@1:\n   version "1.0.0"\n', 'line 4, column '],
		['a text that is open', '# yarn lockfile v1\n\na@1:\n  version "1.0.0\n', 'line 4, column '],
		[
			'a field twice',
			'# yarn lockfile v1\n\na@1:\n  version "1.0.0"\n  version "2.0.0"\n',
			'line 5, column 3: "version" stands twice',
		],
		[
			'one range in two blocks',
			'# yarn lockfile v1\n\na@1, a@2:\n  version "1.0.0"\n\na@3, a@2:\n  version "2.0.0"\n',
			'line 6, column 1: "a@2" stands twice',
		],
	])('%s', (_what, text, detail) => expect(failureOf('yarn.lock', text)).toContain(`lockfile-unreadable: ${detail}`));

	test.each([
		['within a block', '# yarn lockfile v1\n\na@1:\n  version "1.0.0"\rb@1:\r  version "1.0.0"\n', 'line 4, column 3'],
		['within a comment', '# yarn lockfile v1\n\n# x\rb@1:\r  version "1.0.0"\n', 'line 3, column 1'],
		['before a line end', '# yarn lockfile v1\n\na@1:\r\r\n  version "1.0.0"\n', 'line 3, column 1'],
		['alone in a line', '# yarn lockfile v1\n\na@1:\n  version "1.0.0"\n\r\r\n', 'line 5, column 1'],
	])('a carriage return that ends no line, %s, is refused', (_what, text, place) =>
		expect(failureOf('yarn.lock', text)).toBe(`lockfile-unreadable: ${place}: a carriage return within a line`),
	);

	test('a name that only the parser reads is listed', () => {
		const { packages, notCovered } = read('yarn-classic', fileOf('yarn-classic', '"a\\u0062@1":\n  version "1.0.0"'));
		expect(packages).toEqual([]);
		expect(notCovered).toContainEqual({ spec: 'ab@1', why: 'unreadable', line: 1, column: 1 });
	});

	test('more ranges than one version ever meets are refused', () => {
		const asked = (count: number) => Array.from({ length: count }, (_, at) => `a@${at}`).join(', ');
		const text = (count: number) => `# yarn lockfile v1\n\n${asked(count)}:\n  version "1.0.0"\n`;
		expect(failureOf('yarn.lock', text(1_001))).toBe('lockfile-unreadable: line 3, column 1: more than 1000 names');
		expect(readLockfile('yarn.lock', text(1_000))).toMatchObject({ value: { entries: 1 } });
	});

	test('an empty project is one, with its header or without', () => {
		for (const text of ['# yarn lockfile v1\n\n\n', '', '\n'])
			expect(readLockfile('yarn.lock', text)).toMatchObject({ value: { format: 'yarn-classic', entries: 0 } });
	});

	test('a range in two keys of Yarn 2 and later', () => {
		const one = '"a@npm:1, a@npm:2":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n';
		const two = '"a@npm:2":\n  version: 2.0.0\n  resolution: "a@npm:2.0.0"\n';
		expect(failureOf('yarn.lock', fileOf('yarn-berry', one, two))).toBe(
			'lockfile-unreadable: line 8, column 1: "a@npm:2" stands twice',
		);
		expect(failureOf('yarn.lock', '__metadata:\n  cacheKey: 8\n')).toBe(
			'lockfile-version-unknown: no __metadata.version',
		);
	});
});

describe('what is no lockfile', () => {
	const CAN =
		'lockfile-not-known: package-lock.json, pnpm-lock.yaml, yarn.lock, bun.lock, deno.lock and vlt-lock.json can be read';
	test.each([
		['package.json', '{ "name": "x", "version": "1.0.0" }'],
		['Cargo.lock', '[[package]]\nname = "x"\n'],
		['', ''],
		['x', 'text'],
	])('%s', (name, text) => expect(failureOf(name, text)).toBe(CAN));

	test("Bun's binary form names the command that writes the text", () => {
		const command = 'bun install --save-text-lockfile --frozen-lockfile --lockfile-only';
		const start = '#!/usr/bin/env bun\nbun-lockfile-format-v0\n';
		const binary = new Uint8Array([...new TextEncoder().encode(start), 0xff, 0x00, 0xfe]);
		for (const failure of [
			failureOf('bun.lockb', binary),
			failureOf('renamed', binary),
			failureOf('a/bun.lockb', start),
		]) {
			expect(failure).toMatch(/^lockfile-unreadable: /);
			expect(failure).toContain(command);
		}
	});

	test('bytes that are no UTF-8', () => {
		expect(failureOf('yarn.lock', new Uint8Array([0x61, 0xff, 0x0a]))).toBe(
			'lockfile-unreadable: the file is not UTF-8',
		);
		const utf16 = new Uint8Array(Buffer.from('\ufeff{"lockfileVersion": 3}', 'utf16le'));
		expect(failureOf('package-lock.json', utf16)).toBe('lockfile-unreadable: the file is not UTF-8');
	});
});

test.each(OWN)('%s, cut off anywhere, still ends in a sentence or in what could be read', (folder) => {
	const { fileName, text } = sampleOf(folder);
	for (let end = 0; end < text.length; end += 7) {
		const result = readLockfile(fileName, text.slice(0, end));
		if (result.ok) expect(result.value.entries).toBeGreaterThanOrEqual(result.value.packages.length);
		else expect(result.failure.code).toMatch(/^lockfile-(?:unreadable|version-unknown)$/);
	}
});
