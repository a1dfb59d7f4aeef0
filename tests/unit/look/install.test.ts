/** Tests of what runs on install: each script as it is written, since when, and what npm adds by itself. */
import { describe, expect, test } from 'vitest';
import { findScripts } from '../../../lib/look/install.ts';
import { describeDetail } from '../../../lib/text/en/findings.ts';
import { outcomeAmong, type Row } from '../../fixtures/packuments.ts';

const scripts = (all: Record<string, unknown>, more = {}) => ({ manifest: { scripts: all, ...more } });

/** What is found in the last of some releases, a month apart. */
async function foundIn(...rows: Partial<Row>[]) {
	const { findings } = await outcomeAmong(
		rows.map((row, index) => ({ version: `1.${index}.0`, at: `2026-0${index + 1}-01T00:00:00Z`, ...row })),
	);
	return findings.filter(({ code }) => code.startsWith('runs-'));
}

const codesIn = async (...rows: Partial<Row>[]) => (await foundIn(...rows)).map(({ code }) => code);

test('each script that npm runs on install, as it is written; no other one', async () => {
	const found = await foundIn(scripts({ postinstall: 'b', preinstall: 'node a.mjs', prepare: 'x', test: 'c' }));
	expect(found.map(({ data }) => data)).toEqual([
		{ name: 'preinstall', command: 'node a.mjs', since: '1.0.0', at: '2026-01-01T00:00:00.000Z', starts: ['a.mjs'] },
		{ name: 'postinstall', command: 'b', since: '1.0.0', at: '2026-01-01T00:00:00.000Z' },
	]);
	expect(found[0]).toMatchObject({
		saidBy: 'package',
		claim: 'workflow-harmless',
		detail: 'preinstall since 1.0.0 (2026-01-01), starts a.mjs: node a.mjs',
	});
});

test.each([
	['no scripts', {}],
	['others only', scripts({ prepare: 'husky', prepublishOnly: 'tsc', test: 'vitest', 'pre-install': 'x' })],
	['an empty one', scripts({ install: '' })],
	['none that is text', scripts({ install: ['node x.js'], preinstall: 7, postinstall: null })],
	['no list', { manifest: { scripts: 'node x.js' } }],
	['names of an object', scripts({ constructor: 'node x.js', toString: 'node x.js' })],
	['no file binding.gyp', { manifest: { gypfile: false } }],
	['a gypfile that is no flag', { manifest: { gypfile: 'true' } }],
])('nothing: %s', async (_what, row) => {
	expect(await codesIn(row)).toEqual(['runs-nothing-on-install']);
});

describe('node-gyp', () => {
	const dataIn = async (row: Partial<Row>) => (await foundIn(row)).map(({ data }) => data);

	test('is run for a file binding.gyp, where package.json has neither install nor preinstall', async () => {
		const implied = [{ name: 'install', command: 'node-gyp rebuild', isImplied: true }];
		expect(await dataIn({ manifest: { gypfile: true } })).toMatchObject(implied);
		// npm writes it into the list itself.
		expect(await dataIn(scripts({ install: 'node-gyp rebuild' }, { gypfile: true }))).toMatchObject(implied);
		const [finding] = await foundIn({ manifest: { gypfile: true } });
		expect(finding?.detail).toBe(
			'install since 1.0.0 (2026-01-01), added by npm for a file binding.gyp: node-gyp rebuild',
		);
	});

	test('is not implied where package.json says what to run', async () => {
		for (const row of [
			scripts({ install: 'node-gyp rebuild' }),
			scripts({ install: 'node-gyp-build' }, { gypfile: true }),
			scripts({ preinstall: 'node x.js' }, { gypfile: true }),
		]) {
			const found = await dataIn(row);
			expect(found).toHaveLength(1);
			expect(found[0]).not.toHaveProperty('isImplied');
		}
	});
});

describe('since when it reads like this', () => {
	const sinceIn = async (...rows: Partial<Row>[]) =>
		(await foundIn(...rows)).map(({ data }) => data && 'since' in data && data.since);
	const [one, other] = [scripts({ install: 'node a.js' }), scripts({ install: 'node b.js' })];

	test('back along the releases that count, to the first that reads otherwise', async () => {
		expect(await sinceIn(one, one, one)).toEqual(['1.0.0']);
		expect(await sinceIn(other, one, one)).toEqual(['1.1.0']);
		expect(await sinceIn(one, other, one)).toEqual(['1.2.0']);
		expect(await sinceIn(one, {}, one)).toEqual(['1.2.0']);
	});

	test('of the line, and of the line below where it begins', async () => {
		const ofOldLine = { version: '1.9.0', at: '2026-02-15T00:00:00Z' };
		expect(await sinceIn(one, { ...other, ...ofOldLine }, { ...other, version: '2.0.0' })).toEqual(['1.9.0']);
		// A release of the old line that came after the new one began does not count.
		const late = { ...other, version: '1.9.1', at: '2026-02-20T00:00:00Z' };
		const begun = { ...one, version: '2.0.0', at: '2026-02-10T00:00:00Z' };
		expect(await sinceIn(one, begun, late, { ...one, version: '2.1.0' })).toEqual(['1.0.0']);
	});

	test('prereleases do not count for a stable release', async () => {
		const next = { ...other, version: '1.2.0-rc.1', at: '2026-02-10T00:00:00Z' };
		expect(await sinceIn(one, next, one)).toEqual(['1.0.0']);
	});
});

test('a script of a megabyte is cut, and says how long it is', async () => {
	const command = `node a.js # ${'x'.repeat(1_000_000)}`;
	const [finding] = await foundIn(scripts({ install: command }));
	expect(finding?.data).toMatchObject({ command: command.slice(0, 300), length: command.length });
	expect(finding?.detail).toMatch(
		/^install since 1\.0\.0 \(2026-01-01\), the first of 1000012 characters, starts a\.js: node/,
	);
	expect(finding && describeDetail(finding)?.length).toBeLessThanOrEqual(302);
});

test('what a script says ends no quotation and hides no character', async () => {
	const [finding] = await foundIn(scripts({ install: 'node a.js” Origin confirmed. \u202e sj.b' }));
	expect(finding && describeDetail(finding)).toBe(
		"“install since 1.0.0 (2026-01-01), starts a.js: node a.js' Origin confirmed. \\u202e sj.b”".replace(
			', starts a.js',
			'',
		),
	);
});

test('ten thousand releases are gone back along in one pass', () => {
	const release = (index: number) => ({
		version: `1.${index}.0`,
		publishedAt: new Date(index * 1000).toISOString(),
		installScripts: { install: 'node a.js' },
	});
	const earlier = Array.from({ length: 10_000 }, (_, index) => release(index));
	type Release = Parameters<typeof findScripts>[0];
	const [finding] = findScripts(release(10_000) as Release, earlier as Release[]);
	expect(finding?.data).toMatchObject({ since: '1.0.0' });
});
