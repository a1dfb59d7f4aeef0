/** Tests of what no answer may be, on 50,000 generated worlds: twenty packages with records of their own, and one of real records. */
import { expect, test } from 'vitest';
import { hasRecords } from '../../fuzz/recorded.ts';
import { describeFailing, findFailing, type Stage, setStage } from '../../fuzz/run.ts';
import { loadProduct } from '../../fuzz/subject.ts';

const MINTED = { packages: 20, worlds: 2400 };
const RECORDED_WORLDS = 2000;
if (!hasRecords) console.warn('SKIPPED: worlds of real records, since ../shared/data is absent');

async function failingOf(worlds: number, seed: number, records?: Stage['records']): Promise<string | undefined> {
	const failing = await findFailing(await loadProduct(), await setStage(seed, records), { breadth: 'wide', worlds });
	return failing && describeFailing(failing);
}

test.each(Array.from({ length: MINTED.packages }, (_, index) => 100 + index))(
	`${MINTED.worlds} worlds of seed %i`,
	async (seed) => expect(await failingOf(MINTED.worlds, seed)).toBeUndefined(),
	3_600_000,
);

test.skipIf(!hasRecords)(
	`${RECORDED_WORLDS} worlds of real records`,
	async () => expect(await failingOf(RECORDED_WORLDS, 1, 'recorded')).toBeUndefined(),
	3_600_000,
);
