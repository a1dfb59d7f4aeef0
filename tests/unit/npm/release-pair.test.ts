/** Tests of the name of two releases, and of what a list says of the contents of two. */
import { describe, expect, test } from 'vitest';
import { readContents } from '../../../lib/npm/release-contents.ts';
import { pairText, parsePair } from '../../../lib/npm/release-pair.ts';
import { isPackageName, isVersion } from '../../../lib/npm/spec.ts';
import { Seeded } from '../../support/seeded.ts';

test.each([
	['name@1.0.0..2.0.0', 'name', '1.0.0', '2.0.0'],
	['@scope/name@1.0.0-rc.1..1.0.0', '@scope/name', '1.0.0-rc.1', '1.0.0'],
	['a..b@2.0.0+build.1..1.0.0-a.b', 'a..b', '2.0.0+build.1', '1.0.0-a.b'],
])('%s', (text, name, from, to) => {
	expect(parsePair(text)).toEqual({ name, from, to });
	expect(pairText({ name, from, to })).toBe(text);
});

test.each([
	'',
	'name',
	'name@1.0.0',
	'name@1.0.0..',
	'name@..1.0.0',
	'name@1.0.0..1.0.0',
	'name@1.0.0...2.0.0',
	'name@1.0.0..2.0.0..3.0.0',
	'name@1.0.0..latest',
	'name@^1..2.0.0',
	'name@1.0.0 .. 2.0.0',
	'@1.0.0..2.0.0',
	'../x@1.0.0..2.0.0',
	'name%401.0.0..2.0.0',
	`${'n'.repeat(300)}@1.0.0..2.0.0`,
	`name@1.0.0-${'a'.repeat(300)}..2.0.0`,
	`name@${'1.0.0..'.repeat(10_000)}`,
])('no pair: %s', (text) => {
	expect(parsePair(text)).toBeUndefined();
});

test('mutated pairs are read as they are written, or not at all', () => {
	const seeded = new Seeded(7);
	const pieces = ['.', '..', '@', '/', '-', '+', '0', '1.0.0', 'a', ' ', '%2e', '\u202e', '\ud800', '\u0000', '^', '*'];
	let read = 0;
	for (let round = 0; round < 5_000; round += 1) {
		let text = seeded.pick(['name@1.0.0..2.0.0', '@scope/name@1.0.0-rc.1..1.0.0', 'a..b@2.0.0+b..1.0.0']);
		for (let change = seeded.below(4); change > 0; change -= 1) {
			const at = seeded.below(text.length + 1);
			text = text.slice(0, at) + seeded.pick(pieces) + text.slice(at + seeded.below(3));
		}
		const pair = parsePair(text);
		if (!pair) continue;
		read += 1;
		expect(pairText(pair)).toBe(text);
		expect(isPackageName(pair.name) && isVersion(pair.from) && isVersion(pair.to), text).toBe(true);
	}
	expect(read).toBeGreaterThan(500);
});

describe('contents of two releases', () => {
	const LIST = {
		name: 'a',
		time: { '1.0.0': '2026-01-01T00:00:00.000Z', '1.1.0': 'never' },
		versions: {
			'1.0.0': {
				version: '1.0.0',
				dist: { unpackedSize: 1000 },
				_npmUser: { name: 'someone' },
				scripts: { postinstall: 'node x.js', test: 'vitest' },
				dependencies: { b: '^1', c: '^1', __proto__: '^9' },
				optionalDependencies: { c: '~1' },
				peerDependencies: { b: '*', d: '>=2' },
			},
			'1.1.0': { version: '1.1.0', dist: {}, dependencies: ['b'], peerDependencies: { d: 7, e: 'x' } },
			'1.2.0': null,
			'1.3.0': { version: '9.9.9' },
		},
	};

	test('are those that npm installs; what has another form counts as absent', async () => {
		const read = await readContents(structuredClone(LIST), 'a', ['1.0.0', '1.1.0']);
		expect(read.ok && read.value).toEqual([
			{
				dependencies: new Map([
					['c', '~1'],
					['b', '^1'],
					['d', '>=2'],
				]),
				installScripts: { postinstall: 'node x.js' },
				unpackedSize: 1000,
				publisher: 'someone',
				tier: 'none',
				publishedAt: '2026-01-01T00:00:00.000Z',
			},
			{ dependencies: new Map([['e', 'x']]), installScripts: {}, unpackedSize: undefined, tier: 'none' },
		]);
	});

	test.each([
		['another package', 'b', '1.0.0', 'wrong-shape'],
		['a version that is not there', 'a', '4.0.0', 'release-not-found'],
		['a version of every object', 'a', 'constructor', 'release-not-found'],
		['one that cannot be read', 'a', '1.2.0', 'release-not-found'],
		['one that names another version', 'a', '1.3.0', 'release-not-found'],
	])('%s is a failure', async (_what, name, version, code) => {
		for (const versions of [
			['1.0.0', version],
			[version, '1.0.0'],
		] as const)
			expect(await readContents(LIST, name, versions)).toMatchObject({ ok: false, failure: { code } });
	});

	test('so is what is no list', async () => {
		expect(await readContents(new Blob(['<html>']), 'a', ['1.0.0', '1.1.0'])).toMatchObject({ ok: false });
		expect(await readContents(null, 'a', ['1.0.0', '1.1.0'])).toMatchObject({ ok: false });
	});
});
