/** Tests of which packages a project names itself. */
import { describe, expect, test } from 'vitest';
import { MAX_MANIFEST, readManifest, withDirect } from '../../../lib/audit/direct.ts';
import { lockfileOf } from '../../fixtures/audits.ts';

const wants = (manifest: object) => {
	const read = readManifest(JSON.stringify(manifest));
	if (!read.ok) throw new Error(read.failure.code);
	return Object.fromEntries([...read.value.wants].map(([name, ranges]) => [name, [...ranges]]));
};
const direct = (manifest: object, ...specs: string[]) => {
	const read = readManifest(JSON.stringify(manifest));
	if (!read.ok) throw new Error(read.failure.code);
	return withDirect(lockfileOf(specs), read.value).packages.flatMap(({ name, version, isDirect }) =>
		isDirect ? [`${name}@${version}`] : [],
	);
};

describe('a package.json', () => {
	test('names packages in four fields, and others under names of its own', () => {
		expect(
			wants({
				dependencies: { a: '^1', alias: 'npm:@scope/real@^2', bare: 'npm:plain' },
				devDependencies: { b: 'workspace:*', a: '^2' },
				optionalDependencies: { c: '1.0.0' },
				peerDependencies: { d: '>=1' },
				bundledDependencies: ['e'],
				scripts: { f: 'x' },
			}),
		).toEqual({
			...{ a: ['^1', '^2'], '@scope/real': ['^2'], plain: ['*'], b: ['workspace:*'], c: ['1.0.0'], d: ['>=1'] },
		});
	});

	test('may hold anything: what is no package or no text is left out', () => {
		expect(wants({ dependencies: { '../x': '1', constructor: '1', a: 1, b: null }, devDependencies: 'x' })).toEqual({
			constructor: ['1'],
		});
		expect(wants({ dependencies: ['a'] })).toEqual({});
	});

	test.each([
		['{', 'not-json'],
		['[]', 'wrong-shape'],
		['null', 'wrong-shape'],
		['1', 'wrong-shape'],
		[' '.repeat(MAX_MANIFEST + 1), 'too-large'],
		[
			JSON.stringify({ dependencies: Object.fromEntries(Array.from({ length: 20_001 }, (_, at) => [`p${at}`, '1'])) }),
			'too-large',
		],
		[
			JSON.stringify({
				dependencies: Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`p${at}`, 'npm:a@1'])),
				devDependencies: Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`p${at}`, 'npm:a@1'])),
			}),
			'too-large',
		],
	])('is refused: %.20s', (text, code) => {
		const read = readManifest(text);
		expect(read.ok ? undefined : read.failure.code).toBe(code);
	});
});

test('of several versions, those in the range are direct; without a range, all are', () => {
	expect(direct({ dependencies: { a: '^1' } }, 'a@1.2.0', 'a@2.0.0', 'b@1.0.0')).toEqual(['a@1.2.0']);
	expect(direct({ dependencies: { a: 'workspace:^' } }, 'a@1.2.0', 'a@2.0.0')).toEqual(['a@1.2.0', 'a@2.0.0']);
	expect(direct({ dependencies: { x: 'npm:a@2' } }, 'a@1.2.0', 'a@2.0.0', 'x@2.0.0')).toEqual(['a@2.0.0']);
});

test('a range that is named many times is one; of a package with very many ranges, all versions are direct', () => {
	const aliases = (count: number, range: (at: number) => string) =>
		Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, `npm:a@${range(at)}`]));
	expect(wants({ dependencies: aliases(20_000, () => '1') })).toEqual({ a: ['1'] });
	expect(direct({ dependencies: aliases(50, (at) => `1.0.${at}`) }, 'a@1.0.49', 'a@2.0.0')).toEqual(['a@1.0.49']);
	expect(direct({ dependencies: aliases(51, (at) => `1.0.${at}`) }, 'a@1.0.49', 'a@2.0.0')).toEqual([
		'a@1.0.49',
		'a@2.0.0',
	]);
});

test('what the format tells by itself stays', () => {
	const lockfile = lockfileOf(['a@1.0.0', 'b@1.0.0'], { 'b@1.0.0': { isDirect: true } });
	expect(withDirect(lockfile, { wants: new Map() }).packages.map(({ isDirect }) => isDirect)).toEqual([
		undefined,
		true,
	]);
});
