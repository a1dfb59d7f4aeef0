/** Tests of what is read of a packument: lines, channels, tiers, and releases from outside of any shape. */
import { describe, expect, test } from 'vitest';
import { parseAbbreviated, parsePackument } from '../../../lib/npm/packument.ts';
import type { Packument } from '../../../lib/npm/published-release.ts';
import { channelOf, compareLines, compareReleases, isPrerelease, lineOf, tierOf } from '../../../lib/npm/versions.ts';
import { outcomeOf, packumentJson, parsed, type Row } from '../../fixtures/packuments.ts';

const trusted = { by: 'trusted', provenance: true } as const;

describe('a line', () => {
	test.each([
		['1.2.3', '1'],
		['12.0.0-rc.1', '12'],
		['0.30.4', '0.30'],
		['0.0.7', '0.0'],
		['0.5.0-beta', '0.5'],
		['1.0.0+build.2', '1'],
	])('%s is of %s', (version, line) => expect(lineOf(version)).toBe(line));

	test('in the order of their numbers', () => {
		const lines = ['0.9', '0.10', '1', '2', '10'];
		expect(lines.toReversed().sort(compareLines)).toEqual(lines);
	});
});

describe('a prerelease', () => {
	test.each([
		['1.0.0-rc.1', 'rc'],
		['1.0.0-rc1', 'rc'],
		['1.0.0-RC2', 'rc'],
		['1.0.0-canary-3f1c2ab', 'canary'],
		['0.0.0-experimental-01234ab-20260701', 'experimental'],
		['1.0.0-next.20260101.1', 'next'],
		['1.0.0-nightly20260101', 'nightly'],
		['1.0.0-0', ''],
		['1.0.0-20260101', ''],
		['1.0.0-3f1c2ab', ''],
		['1.0.0-abcdef1.2', ''],
		['1.0.0-5-gabcdef1', ''],
		['1.0.0-beta+canary.1', 'beta'],
	])('%s is of the channel %j', (version, channel) => {
		expect(channelOf(version)).toBe(channel);
		expect(isPrerelease(version)).toBe(true);
	});

	test.each(['1.0.0', '1.0.0+a-b', '10.2.3'])('%s is none', (version) => expect(isPrerelease(version)).toBe(false));
});

describe('the order of versions', () => {
	test('is exact where numbers of a prerelease are above 2^53', () => {
		const ordered = [
			'0.0.0-9007199254740991',
			'0.0.0-9007199254740992',
			'0.0.0-9007199254740993',
			'0.0.0-20261127123456788',
			'0.0.0-20261127123456789',
			'0.0.0-20261127123456789.1',
			'0.0.0-20261127123456790.0',
			'0.0.0-100000000000000000000',
			'0.0.0-nightly.20261127123456788',
			'0.0.0-nightly.20261127123456789',
			'0.0.0',
		].map((version) => ({ version }));
		for (const [index, one] of ordered.entries())
			for (const [at, other] of ordered.entries())
				expect(Math.sign(compareReleases(one, other)), `${one.version} ${other.version}`).toBe(Math.sign(index - at));
		expect(compareReleases({ version: '1.0.0-9007199254740993+a' }, { version: '1.0.0-9007199254740993+b' })).toBe(0);
	});

	test('holds in a list without times', async () => {
		const versions = ['0.0.0-20261127123456789', '0.0.0-20261127123456788', '0.0.0-20261127123456787'];
		const json = { name: 'plain', versions: Object.fromEntries(versions.map((version) => [version, { version }])) };
		const read = await parseAbbreviated(json);
		expect(read.ok && read.value.releases.map(({ version }) => version)).toEqual(versions.toReversed());
	});
});

describe('names that every object has', () => {
	const NAMES = ['constructor', 'prototype', '__proto__', 'toString', 'hasOwnProperty'];
	/** As JSON.parse gives it: `__proto__` as a field of its own. */
	const table = (value: string) => JSON.parse(`{${NAMES.map((name) => `"${name}":"${value}"`).join(',')}}`);

	test('are names of dependencies and of tags as others are', async () => {
		for (const list of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
			const json = packumentJson([{ version: '1.0.0', at: '2025-01-01', manifest: { [list]: table('github:o/r') } }]);
			const { releases } = await parsed(json);
			expect(releases[0]?.outsideDependencies).toEqual(NAMES.map((name) => ({ name, source: 'github:o/r' })));
		}
		const json = {
			...(packumentJson([{ version: '1.0.0', at: '2025-01-01' }]) as object),
			'dist-tags': table('1.0.0'),
		};
		const { distTags } = await parsed(json);
		for (const name of NAMES) expect(Object.getOwnPropertyDescriptor(distTags, name)?.value).toBe('1.0.0');
		expect(Object.keys(distTags)).toEqual(NAMES);
	});

	test('are names of packages', async () => {
		for (const name of ['constructor', 'prototype', 'toString', 'hasOwnProperty']) {
			const json = { ...(packumentJson([{ version: '1.0.0', at: '2025-01-01' }]) as object), name };
			const read = await parsePackument(json, undefined, name);
			expect(read.ok && read.value.releases[0]?.name).toBe(name);
		}
	});
});

describe('a tier', () => {
	const provenance = { attestations: { provenance: 'https://slsa.dev/provenance/v1' } };
	test.each([
		['staged', { publisher: { name: 'a', approver: 'b', trustedPublisher: 'github' }, ...provenance }],
		['staged', { publisher: { name: 'a', approver: 'b' } }],
		['trusted-publisher', { publisher: { name: 'a', trustedPublisher: 'github' }, ...provenance }],
		['provenance', { publisher: { name: 'a' }, ...provenance }],
		['provenance', provenance],
		['publisher-only', { publisher: { name: 'a', trustedPublisher: 'circleci' } }],
		['none', { publisher: { name: 'a' }, attestations: {} }],
		['none', {}],
	])('%s', (tier, release) => expect(tierOf(release)).toBe(tier));
});

describe('a packument from outside', () => {
	test('what is kept of a release', async () => {
		const { releases, ...rest } = await parsed(
			packumentJson([
				{
					version: '1.0.0',
					at: '2026-01-01',
					...trusted,
					manifest: {
						repository: { type: 'git', url: 'git+https://github.com/o/r.git' },
						scripts: { postinstall: 'node x.js', test: 'vitest' },
						dependencies: { a: '^1', b: 'o/r' },
						deprecated: 'old',
						readme: 'long',
					},
				},
			]),
		);
		expect(rest).toEqual({
			name: 'example',
			distTags: { latest: '1.0.0' },
			undated: [],
			unreadable: 0,
			removed: { releases: 0 },
		});
		expect(releases).toEqual([
			{
				name: 'example',
				version: '1.0.0',
				publishedAt: '2026-01-01T00:00:00.000Z',
				deprecated: true,
				integrity: `sha512-${'A'.repeat(86)}==`,
				signatures: [{ keyid: 'SHA256:made-up', sig: 'bWFkZSB1cA==' }],
				attestations: { provenance: 'https://slsa.dev/provenance/v1' },
				publisher: { name: 'GitHub Actions', trustedPublisher: 'github' },
				repository: 'git+https://github.com/o/r.git',
				installScripts: { postinstall: 'node x.js' },
				outsideDependencies: [{ name: 'b', source: 'o/r' }],
				unpackedSize: 50_000,
				fileCount: 12,
			},
		]);
		expect(JSON.parse(JSON.stringify(releases))).toEqual(releases);
	});

	test.each([
		['nothing', undefined],
		['null', null],
		['a list', []],
		['text', 'packument'],
		['bytes of a list', new Blob(['[]'])],
		['no versions', { name: 'example' }],
		['a list of versions', { name: 'example', versions: [] }],
		['no name', { versions: {} }],
		['a name that is none', { name: '../x', versions: {} }],
		['an error of the registry', { error: 'not found' }],
	])('wrong-shape: %s', async (_what, json) => {
		expect(await parsePackument(json)).toMatchObject({ ok: false, failure: { code: 'wrong-shape' } });
	});

	test('its bytes give the same as what they say, and bytes that say nothing are told apart', async () => {
		const json = packumentJson([{ version: '1.0.0', at: '2026-01-01', ...trusted }]);
		expect(await parsePackument(new Blob([JSON.stringify(json)]))).toEqual(await parsePackument(json));
		expect(await parsePackument(new Blob([JSON.stringify(json).slice(0, -1)]), async () => undefined)).toEqual({
			ok: false,
			failure: { code: 'not-json' },
		});
	});

	test('releases that cannot be read are left out, counted and told', async () => {
		const json = packumentJson([
			{ version: '1.0.0', at: '2026-01-01' },
			{ version: '1.0.1', at: '2026-02-01' },
		]);
		const manifest = (version: string) => ({ name: 'example', version });
		const strange = JSON.parse(
			'{"__proto__":{"version":"__proto__"},"constructor":{},"toString":{},"hasOwnProperty":1}',
		);
		const versions = {
			...json.versions,
			...Object.fromEntries(Object.entries(strange)),
			'1.0': manifest('1.0'),
			'v1.0.2': manifest('v1.0.2'),
			'99999999999999999999.0.0': manifest('99999999999999999999.0.0'),
			'1.0.3': manifest('1.0.3'),
			'1.0.4': manifest('1.0.4'),
			'1.0.5': manifest('1.0.6'),
			'1.0.7': null,
			'1.0.9': manifest('1.0.9'),
			'1.0.8': 'text',
		};
		const day = '2026-01-15T00:00:00.000Z';
		const time = Object.fromEntries([...Object.keys(versions), 'created', 'modified'].map((key) => [key, day]));
		const packument = await parsed({
			...json,
			versions,
			time: { ...time, ...json.time, '1.0.3': 'soon', '1.0.4': 7, '1.0.9': '+012026-01-01T00:00:00Z' },
		});
		expect(packument.releases.map(({ version }) => version)).toEqual(['1.0.0', '1.0.1']);
		// Read, but of no time.
		expect(packument.undated.map(({ version }) => version)).toEqual(['1.0.3', '1.0.4', '1.0.9']);
		expect(packument.unreadable).toBe(Object.keys(versions).length - 5);
		expect(outcomeOf({ packument, version: '1.0.1' }).findings).toContainEqual(
			expect.objectContaining({ code: 'releases-unreadable', data: { releases: packument.unreadable } }),
		);
		expect({}.constructor).toBe(Object);
	});

	test('a field that cannot be read is as absent, and the release stays', async () => {
		const wrong = [null, 7, 'text', [], {}, [null], { name: 7, url: [], version: {} }, true];
		for (const value of wrong) {
			const { deprecated: _d, ...fields } = Object.fromEntries(
				['dist', '_npmUser', 'repository', 'scripts', 'dependencies', 'optionalDependencies', 'deprecated'].map(
					(key) => [key, value],
				),
			);
			const { releases } = await parsed(
				packumentJson([{ version: '1.0.0', at: '2026-01-01', manifest: { ...fields, deprecated: value } }]),
			);
			expect(releases).toHaveLength(1);
			expect(releases[0]).toMatchObject({ signatures: [], installScripts: {}, outsideDependencies: [] });
		}
	});

	test('a time is a time of its own, not an inherited one', async () => {
		const json = packumentJson([{ version: '1.0.0', at: '2026-01-01' }]);
		const time = Object.create(json.time);
		for (const none of [time, null, {}])
			expect(await parsed({ ...json, time: none })).toMatchObject({ releases: [], undated: [{ version: '1.0.0' }] });
	});

	test('a release that is not in the packument was not compared', async () => {
		const packument = await parsed(packumentJson([{ version: '1.0.0', at: '2026-01-01' }]));
		for (const version of ['1.0.1', '__proto__', ''])
			expect(outcomeOf({ packument, version })).toMatchObject({
				verdict: 'unknown',
				history: { state: 'not-compared', failure: { code: 'packument-unavailable' } },
			});
	});

	test('10,000 releases, in slices, with the same result', async () => {
		const rows = Array.from({ length: 10_000 }, (_, index): Row => {
			const version = `${Math.floor(index / 400)}.${Math.floor(index / 20) % 20}.${index % 20}`;
			return {
				version,
				at: new Date(Date.UTC(2016, 0, 1) + index * 3_600_000).toISOString(),
				provenance: index > 5000,
			};
		});
		const json = packumentJson(rows);
		let pauses = 0;
		const result = await parsePackument(json, async () => {
			pauses += 1;
		});
		// To parse them, to read their versions, and to see which versions are gone.
		expect(pauses).toBe(3000);
		const whole: Packument = await parsed(json);
		expect(result).toEqual({ ok: true, value: whole });
		expect(whole.releases).toHaveLength(10_000);
		const version = rows.at(-1)?.version ?? '';
		expect(outcomeOf({ packument: whole, version, hasProvenance: false })).toMatchObject({ verdict: 'lost' });
	});
});

describe('an abbreviated packument', () => {
	const rows: Row[] = ['1.9.0', '1.10.0', '1.10.0-rc.1', '2.0.0'].map((version) => ({ version, at: '2025-01-01' }));
	const { time: _time, ...json } = packumentJson(rows.toReversed());

	test('has no times, so its releases stand in the order of their versions', async () => {
		for (const form of [json, new Blob([JSON.stringify(json)])]) {
			const result = await parseAbbreviated(form, async () => undefined);
			expect(result.ok && result.value.releases.map(({ version }) => version)).toEqual([
				'1.9.0',
				'1.10.0-rc.1',
				'1.10.0',
				'2.0.0',
			]);
		}
	});

	test('what is no packument is told', async () => {
		expect(await parseAbbreviated({})).toMatchObject({ failure: { code: 'wrong-shape' } });
		for (const parse of [parsePackument, parseAbbreviated]) {
			expect(await parse(json, undefined, 'example')).toMatchObject({ ok: true });
			expect(await parse(json, undefined, 'other')).toMatchObject({ failure: { code: 'wrong-shape' } });
		}
		expect(await parseAbbreviated(new Blob(['<html>']))).toMatchObject({ failure: { code: 'not-json' } });
	});
});
