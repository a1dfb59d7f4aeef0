/** Tests of what a run says that was started at another commit, goes on, or skipped a job. */
import { expect, test } from 'vitest';
import { COMMIT, codesIn, find, OTHER, useLooks } from '../../fixtures/looking.ts';
import { BUILD_FILE } from '../../fixtures/outside.ts';

const looking = useLooks();

/** Changes what GitHub says of the run. */
const changeRun = (change: object) => {
	for (const path of ['', '/attempts/1']) {
		const record = looking.outside.records.get(`/repos/stamp-test/minted/actions/runs/3003${path}`);
		if (record) record.json = { ...(record.json as object), ...change };
	}
};

test('was started at another commit than the attested one', async () => {
	await looking.serve();
	looking.github({});
	changeRun({ head_sha: OTHER });
	const report = await looking.lookedAt('run');
	expect(codesIn(report)).toEqual(['run-of-another-commit']);
	expect(find(report, 'run-of-another-commit')).toMatchObject({ data: { commit: OTHER, attested: COMMIT } });
	changeRun({ head_sha: OTHER, conclusion: 'failure' });
	expect(codesIn(await looking.lookedAt('run'))).toEqual(['run-of-another-commit', 'run-failed']);
});

test('has not ended', async () => {
	await looking.serve();
	looking.github({ run: [null] });
	const report = await looking.lookedAt('run');
	expect(codesIn(report)).toEqual(['run-not-ended']);
	expect(find(report, 'run-not-ended')).toMatchObject({ data: { conclusion: 'not ended (in_progress)' } });
});

test('has a job that published beside one of its name that was skipped', async () => {
	await looking.serve();
	const jobs = ['skipped', 'success'].map((conclusion) => ({ name: `Publish to npm (${conclusion})`, conclusion }));
	looking.github({ jobs });
	expect(find(await looking.lookedAt('run'), 'run-concluded')).toMatchObject({
		data: { job: 'Publish to npm (success)', jobConclusion: 'success' },
	});
	looking.github({ jobs: [{ name: 'Publish to npm', conclusion: 'skipped' }], buildFile: BUILD_FILE });
	expect(find(await looking.lookedAt('run'), 'run-concluded').data).not.toHaveProperty('job');
});
