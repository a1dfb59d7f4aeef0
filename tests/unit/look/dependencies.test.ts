/** Tests of dependencies that are new, gone, or from outside the registry since an earlier release. */
import { describe, expect, test } from 'vitest';
import { compareDependencies } from '../../../lib/look/dependencies.ts';
import { REGISTRY } from '../../../lib/npm/hosts.ts';
import type { PublishedRelease } from '../../../lib/npm/published-release.ts';
import { packumentJson, parsed } from '../../fixtures/packuments.ts';

type Manifest = Record<string, unknown>;

/** What is found in the second of two releases. */
async function newIn(before: Manifest, now: Manifest, hasDependencies = true) {
	const json = packumentJson([
		{ version: '1.0.0', at: '2026-01-01', manifest: before },
		{ version: '1.0.1', at: '2026-02-01', manifest: now },
	]);
	// As it comes from a registry: `__proto__` is a name like any other.
	const { releases } = await parsed(new Blob([JSON.stringify(json)]), hasDependencies);
	return compareDependencies(releases[0] as PublishedRelease, releases[1] as PublishedRelease);
}

const saidOf = async (before: Manifest, now: Manifest) =>
	(await newIn(before, now)).map(({ code, detail }) => `${code} ${detail}`);

test.each([
	['git+https://github.com/o/r.git', true],
	['git@github.com:o/r.git', true],
	['git://host.test/r', true],
	['github:o/r#main', true],
	['o/r', true],
	['o/r#semver:^1', true],
	['gitlab:o/r', true],
	['https://example.test/x.tgz', true],
	['file:../x', true],
	[`${REGISTRY}/thing/-/thing-1.0.0.tgz`, false],
	[`${REGISTRY}.example.test/thing.tgz`, true],
	['^1.2.3', false],
	['>=1 <2 || 4.x', false],
	['latest', false],
	['npm:other@^1', false],
	['', false],
])('a dependency on %j from outside the registry: %s', async (source, isOutside) => {
	for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
		const found = await newIn({}, { [kind]: { thing: source } });
		expect(found.map(({ code }) => code)).toEqual([isOutside ? 'dependency-outside-registry' : 'dependency-added']);
	}
	// It was there before, or only its authors install it.
	const manifest = { dependencies: { thing: source } };
	expect(await newIn(manifest, manifest)).toEqual([]);
	expect(await newIn({}, { devDependencies: { thing: source } })).toEqual([]);
});

test('a name that moves to another source outside is new there; one that comes home is nothing', async () => {
	const of = (source: string) => ({ dependencies: { thing: source } });
	expect(await saidOf(of('^1.0.0'), of('github:o/r'))).toEqual(['dependency-outside-registry thing: github:o/r']);
	expect(await saidOf(of('github:o/r#a'), of('github:o/r#b'))).toEqual([
		'dependency-outside-registry thing: github:o/r#b',
	]);
	expect(await saidOf(of('github:o/r'), of('^1.0.0'))).toEqual([]);
});

describe('names that are new or gone', () => {
	test('with their range, and of which kind they are', async () => {
		expect(
			await saidOf(
				{ dependencies: { a: '^1', gone: '1' } },
				{ dependencies: { a: '^1', b: '^2' }, optionalDependencies: { c: '3' }, peerDependencies: { d: '*' } },
			),
		).toEqual([
			'dependency-added optional c: 3',
			'dependency-added b: ^2',
			'dependency-added peer d: *',
			'dependency-removed gone',
		]);
		const [finding] = await newIn({}, { dependencies: { b: '^2' } });
		expect(finding).toMatchObject({
			saidBy: 'package',
			claim: 'dependencies-clean',
			data: { name: 'b', range: '^2', since: '1.0.0' },
		});
	});

	test('an optional one is in two lists, and said once', async () => {
		const STRAY = { 'left-pad': '^1' };
		expect(await saidOf({}, { dependencies: STRAY, optionalDependencies: STRAY })).toEqual([
			'dependency-added optional left-pad: ^1',
		]);
	});

	test.each<[string, Manifest, Manifest]>([
		['another range', { dependencies: { a: '^1' } }, { dependencies: { a: '^2' } }],
		['another list', { dependencies: { a: '^1' } }, { peerDependencies: { a: '^1' } }],
		['another order', { dependencies: { a: '1', b: '1' } }, { dependencies: { b: '1', a: '1' } }],
		['of its authors', {}, { devDependencies: { a: '1' } }],
		[
			'a peer that npm does not install',
			{},
			{ peerDependencies: { a: '1' }, peerDependenciesMeta: { a: { optional: true } } },
		],
		['no list', {}, { dependencies: ['a'], optionalDependencies: 'a', peerDependencies: null }],
		['no range', {}, { dependencies: { a: 1, b: null, c: ['1'] } }],
	])('nothing: %s', async (_what, before, now) => {
		expect(await newIn(before, now)).toEqual([]);
	});

	test('a peer is optional by its own word only', async () => {
		const peers = (meta: unknown) => ({ peerDependencies: { constructor: '1' }, peerDependenciesMeta: meta });
		for (const meta of [{}, [], 'x', null, { constructor: true }, { constructor: { optional: 'true' } }])
			expect(await saidOf({}, peers(meta))).toEqual(['dependency-added peer constructor: 1']);
	});

	test('names of an object are names like others', async () => {
		const table = JSON.parse('{"__proto__":"1","constructor":"1","toString":"github:o/r"}');
		expect(await saidOf({}, { dependencies: table })).toEqual([
			'dependency-outside-registry toString: github:o/r',
			'dependency-added __proto__: 1',
			'dependency-added constructor: 1',
		]);
		expect(await saidOf({ dependencies: table }, { dependencies: table })).toEqual([]);
	});

	test('are not compared where the lists are not at hand, as in an audit; what is from outside is', async () => {
		const found = await newIn({ dependencies: { a: '1' } }, { dependencies: { b: '1', c: 'o/r' } }, false);
		expect(found.map(({ code }) => code)).toEqual(['dependency-outside-registry']);
	});
});

test('of 20,000 ten are named, and the others counted; an endless name is cut', async () => {
	const many = (source: string) =>
		Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`${source.slice(0, 1)}${index}`, source]));
	const found = await newIn({ dependencies: many('9') }, { dependencies: { ...many('^1'), ...many('o/r') } });
	expect(found.map(({ code, data }) => (code === 'and-more' ? data : code))).toEqual([
		...Array(10).fill('dependency-outside-registry'),
		{ code: 'dependency-outside-registry', more: 19_990 },
		...Array(10).fill('dependency-added'),
		{ code: 'dependency-added', more: 19_990 },
		...Array(10).fill('dependency-removed'),
		{ code: 'dependency-removed', more: 19_990 },
	]);
	expect(new Set(found.map(({ claim }) => claim))).toEqual(new Set(['dependencies-clean']));
	const [finding] = await newIn({}, { dependencies: { ['x'.repeat(1_000_000)]: 'y'.repeat(1_000_000) } });
	expect(JSON.stringify(finding).length).toBeLessThan(1_500);
});
