/** Owns: an address is told to be the registry's own of a release, another's, or none of a registry. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classifyAddress, isBase, REGISTRY_BASES } from '../../../../lib/audit/lockfile/address.ts';
import { REGISTRY } from '../../../../lib/npm/hosts.ts';
import { YARN } from '../../../fixtures/lockfile-samples.ts';

const ODD = { name: 'is-odd', version: '3.0.1' };
const SCOPED = { name: '@acme/plain-a', version: '1.0.0+build.5' };
const MIRROR = 'https://npm.example.com/api/npm/all/';
const classify = (address: string, release = ODD, bases = REGISTRY_BASES) => classifyAddress(address, release, bases);

test.each([
	`${REGISTRY}/is-odd/-/is-odd-3.0.1.tgz`,
	`${REGISTRY.replace('https', 'http')}/is-odd/-/is-odd-3.0.1.tgz`,
	`${REGISTRY}:443/is-odd/-/is-odd-3.0.1.tgz`,
	`${REGISTRY}/is-odd/-/is-odd-3.0.1.tgz#65101baf3727d728b66fa62f50cda7f2d3989601`,
	`${REGISTRY}/is-odd/-/is-odd-3.0.1.tgz?token=abc#65101baf3727d728b66fa62f50cda7f2d3989601`,
	`${REGISTRY}//is-odd/-/is%2Dodd-3.0.1.tgz`,
	`${YARN}/is-odd/-/is-odd-3.0.1.tgz`,
])('%s is the own one', (address) => expect(classify(address)).toEqual({ is: 'own' }));

test.each([
	`${REGISTRY}/@acme/plain-a/-/plain-a-1.0.0.tgz`,
	`${REGISTRY}/@acme/plain-a/-/plain-a-1.0.0+build.5.tgz`,
	`${REGISTRY}/@acme%2fplain-a/-/plain-a-1.0.0.tgz`,
	`${REGISTRY}/%40acme%2Fplain-a/-/plain-a-1.0.0%2Bbuild.5.tgz`,
	`${REGISTRY}/@acme/plain-a/-/@acme/plain-a-1.0.0.tgz`,
])('%s is the own one of a scope, with or without build metadata', (address) =>
	expect(classify(address, SCOPED)).toEqual({ is: 'own' }),
);

test.each([
	[`${REGISTRY}/is-even/-/is-even-3.0.1.tgz`, 'is-even@3.0.1'],
	[`${REGISTRY}/is-odd/-/is-odd-3.0.0.tgz`, 'is-odd@3.0.0'],
	[`${REGISTRY}/is-odd/-/is-odd-3.0.1-rc.1.tgz`, 'is-odd@3.0.1-rc.1'],
	[`${REGISTRY}/@evil/is-odd/-/is-odd-3.0.1.tgz`, '@evil/is-odd@3.0.1'],
	[`${REGISTRY}/Is-Odd/-/Is-Odd-3.0.1.tgz`, 'Is-Odd@3.0.1'],
	[`${REGISTRY}/x/../is-even/-/is-even-1.0.0.tgz`, 'is-even@1.0.0'],
	[`${REGISTRY}/x/%2e%2e/is-even/-/is-even-1.0.0.tgz`, 'is-even@1.0.0'],
	[`${REGISTRY}/is-odd/-/other.tgz`, 'is-odd/-/other.tgz'],
	[`${REGISTRY}/is-odd/-/is-odd-3.0.1+%2fother.tgz`, 'is-odd@3.0.1+/other'],
	[`${REGISTRY}/is-odd/-/is-odd-3.0.1+%2f..%2fother-1.0.0.tgz`, 'is-odd@3.0.1+/../other-1.0.0'],
	[`${REGISTRY}/is-odd/-/is-odd-3.0.1+.tgz`, 'is-odd@3.0.1+'],
	[`${YARN}/is-even/-/is-even-3.0.1.tgz`, 'is-even@3.0.1'],
])('%s is of another package or version', (address, spec) =>
	expect(classify(address)).toEqual({ is: 'another', spec }),
);

test.each([
	['http://127.0.0.1:4873/is-odd/-/is-odd-3.0.1.tgz', 'other-registry'],
	['https://gitlab.example.com/api/v4/projects/1/packages/npm/@a/b/-/@a/b-1.0.0.tgz', 'other-registry'],
	['https://mirror.example.com/is-odd/download/is-odd-3.0.1.tgz', 'other-registry'],
	[`https://npm.pkg.github.com/download/@a/b/1.0.0/${'a'.repeat(64)}`, 'other-registry'],
	[`${REGISTRY}.example.com/is-odd/-/is-odd-3.0.1.tgz`, 'other-registry'],
	[`${REGISTRY}@example.com/is-odd/-/is-odd-3.0.1.tgz`, 'other-registry'],
	['https://npm.jsr.io/~/11/@jsr/std__path/1.0.8.tgz', 'jsr'],
	['https://example.com/is-odd-3.0.1.tgz', 'url'],
	[`${REGISTRY}/is-odd`, 'url'],
	[`${REGISTRY}/%zz/-/x-1.0.0.tgz`, 'url'],
	['ftp://example.com/is-odd/-/is-odd-3.0.1.tgz', 'url'],
	[`${REGISTRY}/is-odd/-/is-odd-3.0.1.tgz?${'x'.repeat(5_000)}`, 'url'],
	['git+ssh://git@github.com/a/b.git#d40ec6a68e201faeff4123d2515156de37675b55', 'git'],
	['git@github.com:a/b.git', 'git'],
	['github:a/b#912ca63', 'git'],
	['https://github.com/a/b.git#commit=d40ec6a', 'git'],
	['https://codeload.github.com/a/b/tar.gz/d40ec6a', 'git'],
	['https://gitlab.com/api/v4/projects/a%2Fb/repository/archive.tar.gz?ref=d40ec6a', 'git'],
	['https://bitbucket.org/a/b/get/d40ec6a.tar.gz', 'git'],
	['file:vendor/x.tgz', 'file'],
	['../filedep', 'file'],
	['./vendor/x.tgz', 'file'],
	['C:\\work\\x.tgz', 'file'],
	['vendor', 'file'],
])('%s is %s', (address, is) => expect(classify(address)).toEqual({ is }));

test('a registry that was given has its own, below its path, and so has the default one', () => {
	const bases = [...REGISTRY_BASES, MIRROR];
	expect(classify(`${MIRROR}is-odd/-/is-odd-3.0.1.tgz`, ODD, bases)).toEqual({ is: 'own' });
	expect(classify(`${REGISTRY}/is-odd/-/is-odd-3.0.1.tgz`, ODD, bases)).toEqual({ is: 'own' });
	expect(classify(`${MIRROR}is-even/-/is-even-1.0.0.tgz`, ODD, bases)).toEqual({
		is: 'another',
		spec: 'is-even@1.0.0',
	});
	expect(classify(`${MIRROR.replace('/all/', '/private/')}is-odd/-/is-odd-3.0.1.tgz`, ODD, bases)).toEqual({
		is: 'other-registry',
	});
});

test('a base is told with or without its slash', () => {
	expect([REGISTRY, `${REGISTRY}/`, YARN].every((base) => isBase(base, REGISTRY_BASES))).toBe(true);
	expect(['https://example.com', `${REGISTRY}/x`, 'npm', ''].some((base) => isBase(base, REGISTRY_BASES))).toBe(false);
	expect(isBase(MIRROR.slice(0, -1), [MIRROR])).toBe(true);
});

test('no text makes it throw', () => {
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.webUrl(),
				fc.string().map((path) => `${REGISTRY}/${path}`),
			),
			(address) => {
				expect(classify(address).is).toMatch(/./);
			},
		),
	);
});
