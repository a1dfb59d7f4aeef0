/** Tests that an answer of GitHub is asked for once by looks after each other, and again later. */
import { expect, test } from 'vitest';
import { createGitHub } from '../../../lib/external/github.ts';
import { githubRecords, startOutside } from '../../fixtures/outside.ts';

test('an answer is kept for five minutes, one that failed is not', async () => {
	const outside = await startOutside(githubRecords());
	let time = Date.parse('2026-11-28T00:00:00Z');
	const github = createGitHub({ base: outside.base, now: () => new Date(time) });
	const slug = 'stamp-test/minted';
	const ask = async () => (await github.fetchRepository(slug)).ok;
	expect([await ask(), await ask(), outside.seen.length]).toEqual([true, true, 1]);
	time += 6 * 60_000;
	outside.records.set(`/repos/${slug}`, { status: 500 });
	expect([await ask(), await ask(), outside.seen.length]).toEqual([false, false, 3]);
	outside.close();
});
