/**
 * Tests of what no answer may be, whatever a registry serves: on 500 generated worlds of all six answers, some more of real records, and
 * on more than ten planted faults, each of which the same worlds must find. A failing world is told with how to walk it alone.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { FAULTS, plantFaults, queryOf } from '../../fuzz/faults.ts';
import { hasRecords } from '../../fuzz/recorded.ts';
import { describeFailing, findFailing, parseReplay, type Stage, setStage } from '../../fuzz/run.ts';
import { loadProduct } from '../../fuzz/subject.ts';

const WORLDS = 500;
const RECORDED_WORLDS = 50;
const SEED = 9;
/** One world to walk alone, as a failing run names it. */
const REPLAY = process.env.FUZZ;
if (!hasRecords) console.warn('SKIPPED: worlds of real records, since ../shared/data is absent');

let stage: Stage;

beforeAll(async () => {
	plantFaults();
	stage = await setStage(SEED);
});

if (REPLAY !== undefined)
	test('the world that FUZZ names', async () => {
		const replay = parseReplay(REPLAY ?? '');
		if (!replay) throw new Error(`FUZZ names no world: ${REPLAY}`);
		const { records, seed, breadth, path } = replay;
		const failing = await findFailing(await loadProduct(), await setStage(seed, records), { breadth, worlds: 1, path });
		expect(failing && describeFailing(failing)).toBeUndefined();
	}, 600_000);

describe.skipIf(REPLAY !== undefined)('generated worlds', () => {
	test(`${WORLDS} worlds: no exception, no verdict better than the evidence, one warning, bounded, nothing invisible`, async () => {
		const counts = new Map<string, number>();
		const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
		const failing = await findFailing(await loadProduct(), stage, {
			breadth: 'narrow',
			worlds: WORLDS,
			onworld: (_world, { completed: { report }, line }) => {
				count(report.verdict);
				count(`history ${report.history?.state}`);
				count(report.findings.some(({ warning }) => warning) ? 'warned' : 'not warned');
				if (line?.ok) count('line');
			},
		});
		expect(failing && describeFailing(failing)).toBeUndefined();
		// The worlds are of all kinds, or their silence would say little.
		for (const what of ['mismatch', 'not-allowed', 'lost', 'changed', 'unknown', 'none', 'confirmed'])
			expect(counts.get(what), what).toBeGreaterThan(WORLDS / 100);
		for (const what of ['history compared', 'history not-compared', 'warned', 'not warned', 'line'])
			expect(counts.get(what), what).toBeGreaterThan(WORLDS / 100);
	}, 600_000);

	test.skipIf(!hasRecords)(
		`${RECORDED_WORLDS} worlds of real records`,
		async () => {
			const recorded = await setStage(SEED, 'recorded');
			const failing = await findFailing(await loadProduct(), recorded, { breadth: 'wide', worlds: RECORDED_WORLDS });
			expect(failing && describeFailing(failing)).toBeUndefined();
		},
		600_000,
	);

	test.each(FAULTS.map((fault) => [fault.name, fault] as const))(
		'a planted fault is found: %s',
		async (_name, fault) => {
			const failing = await findFailing(await loadProduct(queryOf(fault)), stage, {
				breadth: 'narrow',
				worlds: WORLDS,
				isShrunk: false,
				rules: (rule) => fault.rules.includes(rule),
				isWorth: fault.where,
			});
			expect(failing, 'no world finds it').toBeDefined();
		},
		600_000,
	);
});
