/** Tests of what must hold of the history of any packument, on thousands that a seeded generator makes up. */
import { expect, test } from 'vitest';
import { lineOf, parsePackument } from '../../lib/packument.ts';
import { outcomeOf, packumentJson, parsed, type Row, seeded } from '../fixtures/packuments.ts';

const SEEDS = Array.from({ length: 150 }, (_, seed) => seed + 1);

type Random = () => number;
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

/** A packument of up to thirty releases on a few lines, some on the same moment, published in any order of versions. */
function rowsOf(random: Random): Row[] {
	const versions = new Set<string>();
	const count = 2 + Math.floor(random() * 28);
	while (versions.size < count) {
		const version = `${pick(random, [0, 0, 1, 2, 3])}.${pick(random, [0, 1, 2])}.${Math.floor(random() * 8)}`;
		versions.add(version + pick(random, ['', '', '', '-0', '-beta.1', '-beta.2']));
	}
	return [...versions].map((version): Row => {
		const by = pick(random, ['token', 'token', 'trusted', 'staged'] as const);
		return {
			version,
			at: new Date(Date.UTC(2026, 4, 1) + Math.floor(random() * 90) * 12 * 3_600_000).toISOString(),
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

async function outcomesOf(rows: Row[], versions = rows.map(({ version }) => version)) {
	const packument = await parsed(packumentJson(rows));
	return new Map(versions.map((version) => [version, outcomeOf({ packument, version })]));
}

test('the generator makes every verdict that metadata can give', async () => {
	const seen = new Set<string>();
	for (const seed of SEEDS)
		for (const { verdict } of (await outcomesOf(rowsOf(seeded(seed)))).values()) seen.add(verdict);
	expect([...seen].sort()).toEqual(['changed', 'confirmed', 'lost', 'none']);
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
			at: new Date(Date.UTC(2026, 3, 1) + Math.floor(random() * 150) * 86_400_000).toISOString(),
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

test('what is lost was there in its own line, or else in the nearest lower one', async () => {
	for (const seed of SEEDS) {
		const rows = rowsOf(seeded(seed));
		for (const [version, { verdict, against }] of await outcomesOf(rows)) {
			if (verdict !== 'lost') continue;
			const [here, before] = [version, against].map((wanted) => rows.find((row) => row.version === wanted));
			expect(before?.provenance, `seed ${seed}, ${version}`).toBe(true);
			expect(here?.provenance || here?.manifest?.deprecated, `seed ${seed}, ${version}`).toBeFalsy();
			expect(before && here && before.at < here.at).toBe(true);
			const between = rows.filter(
				(row) =>
					row.at < (here?.at ?? '') &&
					(version.includes('-') || !row.version.includes('-')) &&
					lineOf(row.version) === lineOf(version) &&
					row.version.localeCompare(version, 'en', { numeric: true }) < 0 &&
					row.version.split('-')[0] !== version.split('-')[0],
			);
			if (between.length > 0) expect(lineOf(against ?? ''), `seed ${seed}, ${version}`).toBe(lineOf(version));
		}
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
			expect(history.state).toBe('compared');
			for (const { detail } of findings) expect((detail ?? '').length).toBeLessThanOrEqual(300);
		}
	}
});
