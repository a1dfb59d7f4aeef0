/** Tests which entries of a lockfile of Bun came in another package's archive. */
import { expect, test } from 'vitest';
import { readLockfile } from '../../../../lib/audit/lockfile/read.ts';

type Info = { bundled?: true; dependencies?: Record<string, string> };

/** What is left out as bundled, of entries at `name@1.0.0` each. */
function bundledOf(packages: Record<string, Info>): string[] {
	const entries = Object.entries(packages).map(([path, info]) => {
		const name = /(?:@[^/]+\/)?[^/]+$/.exec(path)?.[0] ?? '';
		return [path, [`${name}@1.0.0`, '', info, `sha512-${'A'.repeat(86)}==`]];
	});
	const text = JSON.stringify({ lockfileVersion: 1, workspaces: { '': {} }, packages: Object.fromEntries(entries) });
	const read = readLockfile('bun.lock', text);
	if (!read.ok) throw new Error(read.failure.code);
	expect(read.value.entries).toBe(entries.length);
	return read.value.notCovered.map(({ spec, why }) => `${why} ${spec.replace('@1.0.0', '')}`);
}
const needs = (...names: string[]) => ({ dependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])) });

test('what only bundled packages need beside them is bundled too, however deep', () => {
	expect(
		bundledOf({
			bundler: needs('inner'),
			'bundler/inner': { bundled: true, ...needs('@s/deeper') },
			'bundler/@s/deeper': needs('deepest'),
			'bundler/deepest': {},
			other: {},
		}),
	).toEqual(['bundled inner', 'bundled @s/deeper', 'bundled deepest']);
});

test('what a fetched package needs too is fetched', () => {
	expect(
		bundledOf({
			bundler: needs('inner', 'plain'),
			'bundler/inner': { bundled: true, ...needs('shared', 'top') },
			'bundler/plain': needs('shared'),
			'bundler/shared': {},
			top: {},
		}),
	).toEqual(['bundled inner']);
});

test('the nearest of a name is the one that is needed, and a circle ends', () => {
	expect(
		bundledOf({
			bundler: needs('inner'),
			'bundler/inner': { bundled: true, ...needs('near', 'round') },
			'bundler/inner/near': {},
			'bundler/near': {},
			'bundler/round': needs('inner', 'round'),
		}),
	).toEqual(['bundled inner', 'bundled near', 'bundled round']);
});
