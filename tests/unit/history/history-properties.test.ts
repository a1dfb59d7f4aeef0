/** Tests of what must hold of the history of any packument, on thousands that a seeded generator makes up. */
import { describe, expect, test } from 'vitest';
import { completeComparison, prepareComparison } from '../../../lib/history/compare.ts';
import { candidatesFor, findLosses, hadProvenance } from '../../../lib/history/loss.ts';
import { parsePackument } from '../../../lib/npm/packument.ts';
import type { PublishedRelease } from '../../../lib/npm/published-release.ts';
import { outcomeOf, packumentJson, parsed, type Row, seeded } from '../../fixtures/packuments.ts';

const SEEDS = Array.from({ length: 150 }, (_, seed) => seed + 1);

type Random = () => number;
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

/** A packument of up to thirty releases on a few lines, some on the same moment, in any order of versions, over weeks or over years. */
function rowsOf(random: Random): Row[] {
	const versions = new Set<string>();
	const step = pick(random, [12, 12, 500]) * 3_600_000;
	const count = 2 + Math.floor(random() * 28);
	while (versions.size < count) {
		const version = `${pick(random, [0, 0, 1, 2, 3])}.${pick(random, [0, 1, 2])}.${Math.floor(random() * 8)}`;
		versions.add(version + pick(random, ['', '', '', '-0', '-beta.1', '-beta.2']));
	}
	return [...versions].map((version): Row => {
		const by = pick(random, ['token', 'token', 'trusted', 'staged'] as const);
		return {
			version,
			at: new Date(Date.UTC(2021, 4, 1) + Math.floor(random() * 90) * step).toISOString(),
			by,
			provenance: random() < 0.5,
			size: Math.floor(random() * 5_000_000),
			manifest: {
				...(random() < 0.1 && { deprecated: 'old' }),
				...(random() < 0.2 && { scripts: { postinstall: pick(random, ['a', 'b']) } }),
				...(random() < 0.2 && { optionalDependencies: { a: pick(random, ['o/r', '^1']) } }),
			},
		};
	});
}

/** What comes out for each release, where the tag `latest` names none of them. */
async function outcomesOf(rows: Row[], versions = rows.map(({ version }) => version)) {
	const packument = await parsed({ ...packumentJson(rows), 'dist-tags': {} });
	return new Map(versions.map((version) => [version, outcomeOf({ packument, version })]));
}

test('the generator makes every verdict that metadata can give', async () => {
	const seen = new Set<string>();
	for (const seed of SEEDS)
		for (const { verdict } of (await outcomesOf(rowsOf(seeded(seed)))).values()) seen.add(verdict);
	expect([...seen].sort()).toEqual(['confirmed', 'lost', 'none']);
});

test('the order in which a packument lists its releases changes nothing', async () => {
	for (const seed of SEEDS) {
		const random = seeded(seed);
		const rows = rowsOf(random);
		const shuffled = rows.map((row) => ({ row, at: random() })).sort((one, other) => one.at - other.at);
		const versions = rows.map(({ version }) => version);
		const again = await outcomesOf(
			shuffled.map(({ row }) => row),
			versions,
		);
		expect(again, `seed ${seed}`).toEqual(await outcomesOf(rows));
	}
});

test('a higher line changes no verdict and no comparison below it', async () => {
	for (const seed of SEEDS) {
		const random = seeded(seed);
		const rows = rowsOf(random);
		const higher: Row[] = ['7.0.0', '7.0.1', '8.0.0-rc.1'].map((version) => ({
			version,
			at: new Date(Date.UTC(2021, 3, 1) + Math.floor(random() * 150) * 86_400_000).toISOString(),
			by: pick(random, ['token', 'trusted', 'staged'] as const),
			provenance: random() < 0.8,
		}));
		const before = await outcomesOf(rows);
		const after = await outcomesOf([...rows, ...higher], [...before.keys()]);
		for (const [version, { verdict, against, changed }] of before)
			expect(after.get(version), `seed ${seed}, ${version}`).toMatchObject({ verdict, against, changed });
	}
});

test('what is published later changes no verdict', async () => {
	for (const seed of SEEDS) {
		const rows = rowsOf(seeded(seed)).sort((one, other) => (one.at < other.at ? -1 : 1));
		const half = rows.slice(0, Math.ceil(rows.length / 2));
		const all = await outcomesOf(rows);
		for (const [version, { verdict, against, changed }] of await outcomesOf(half))
			expect(all.get(version), `seed ${seed}, ${version}`).toMatchObject({ verdict, against, changed });
	}
});

test('a prerelease changes no verdict of a stable version', async () => {
	for (const seed of SEEDS) {
		const rows = rowsOf(seeded(seed));
		const all = await outcomesOf(rows);
		for (const [version, { verdict, against }] of await outcomesOf(
			rows.filter(({ version }) => !version.includes('-')),
		))
			expect(all.get(version), `seed ${seed}, ${version}`).toMatchObject({ verdict, against });
	}
});

test('a release is lost where one that counts for it had provenance or is lost, and only there', async () => {
	for (const seed of SEEDS) {
		const { releases } = await parsed(packumentJson(rowsOf(seeded(seed))));
		const losses = findLosses(releases);
		for (const release of releases) {
			const candidates = candidatesFor(releases, release);
			const isMarked = candidates.some((other) => hadProvenance(other) || losses.isLost(other));
			expect(losses.isLost(release), `seed ${seed}, ${release.version}`).toBe(!hadProvenance(release) && isMarked);
			expect(losses.sinceOf(release) === undefined || losses.isLost(release)).toBe(true);
		}
	}
});

test('what is deprecated changes no verdict', async () => {
	for (const seed of SEEDS) {
		const rows = rowsOf(seeded(seed));
		const random = seeded(seed + 1000);
		const others = rows.map((row) => ({
			...row,
			manifest: { ...row.manifest, deprecated: random() < 0.5 ? 'please upgrade' : '' },
		}));
		const before = await outcomesOf(rows);
		for (const [version, { verdict, against, changed }] of await outcomesOf(others))
			expect(before.get(version), `seed ${seed}, ${version}`).toMatchObject({ verdict, against, changed });
	}
});

test('no shape, however hostile, is an exception', async () => {
	const junk = [
		null,
		true,
		0,
		-1,
		Number.MAX_VALUE,
		'',
		'x'.repeat(5_000),
		'2026-13-45',
		[],
		[[]],
		{},
		{ url: 7 },
		'\u202e',
	];
	for (const seed of SEEDS) {
		const random = seeded(seed);
		const text = JSON.stringify(packumentJson(rowsOf(random)), (key, value) => {
			if (random() > 0.04) return value;
			return random() < 0.5 ? pick(random, junk) : { [pick(random, ['constructor', '1.0.0', key])]: value };
		});
		// Only JSON.parse can make a key of this name, as a registry's answer can.
		const json =
			text === undefined ? undefined : JSON.parse(text.replaceAll('"dist"', random() < 0.1 ? '"__proto__"' : '"dist"'));
		const result = await parsePackument(json);
		if (!result.ok) {
			expect(result.failure.code).toBe('wrong-shape');
			continue;
		}
		const packument = result.value;
		expect(JSON.parse(JSON.stringify(packument))).toEqual(packument);
		for (const { version } of packument.releases) {
			const { history, findings } = outcomeOf({ packument, version });
			// Only for want of dates is something not compared.
			if (history.state === 'not-compared') expect(history.failure?.code).toBe('release-undated');
			for (const { detail } of findings) expect((detail ?? '').length).toBeLessThanOrEqual(300);
		}
	}
});

describe('the work of a comparison grows as the number of releases does', () => {
	const shapes: [what: string, versionOf: (index: number) => string][] = [
		['releases of one line', (index) => `1.${index}.0`],
		['lines of 0.x, the lowest first', (index) => `0.${index}.0`],
		['lines of 0.x, the highest first', (index) => `0.${100_000 - index}.0`],
		['prereleases of one identifier', (index) => `1.0.0-canary.${index}`],
		['prereleases of as many identifiers', (index) => `1.0.0-${lettersOf(index)}.1`],
		['releases of years of silence', (index) => `${1 + (index % 2)}.${index}.0`],
	];

	/** How often the fields of releases are read for the last of so many. */
	async function readsFor(count: number, versionOf: (index: number) => string, isLost: boolean): Promise<number> {
		const step = versionOf(1).startsWith('2.') ? 53_000 : 1;
		const rows = Array.from({ length: count }, (_, index): Row => {
			const at = new Date(Date.UTC(2016, 0, 1) + index * step * 300_000).toISOString();
			return { version: versionOf(index), at, provenance: index % 3 === 0 && !(isLost && index === count - 1) };
		});
		const packument = await parsed(packumentJson(rows));
		let reads = 0;
		const releases = packument.releases.map(
			(release) =>
				new Proxy(release, {
					get(target, field: keyof PublishedRelease) {
						reads += 1;
						return target[field];
					},
				}),
		);
		const version = rows.at(-1)?.version ?? '';
		const prepared = prepareComparison({ ...packument, releases }, version, !isLost);
		if (!prepared.ok) throw new Error(prepared.failure.code);
		completeComparison(prepared.value, { records: [] });
		return reads;
	}

	test.each(shapes)('10,000 %s', async (_what, versionOf) => {
		for (const isLost of [true, false]) {
			const [few, many] = [await readsFor(1_250, versionOf, isLost), await readsFor(10_000, versionOf, isLost)];
			// Eight times as many: a little more than eight for the search among lines, 64 where it were quadratic.
			expect(many / few).toBeLessThan(12);
		}
	});
});

/** A name of letters alone for each number. */
function lettersOf(index: number): string {
	return [...String(index)].map((digit) => String.fromCharCode(103 + Number(digit))).join('');
}
