/** Tests of the looks at GitHub: what each finds in made-up answers. */
import { describe, expect, test } from 'vitest';
import { COMMIT, claimOf, codesIn, find, NOW, OTHER, useLooks } from '../../fixtures/looking.ts';
import { BUILD_FILE, githubRecords, RESET } from '../../fixtures/outside.ts';
import { githubBuild } from '../../support/mint.ts';

const looking = useLooks();

describe('run', () => {
	test('says how the attested attempt ended, and the job that published', async () => {
		await looking.serve();
		const report = await looking.lookedAt('run');
		expect(codesIn(report)).toEqual(['run-concluded']);
		expect(find(report, 'run-concluded')).toMatchObject({
			claim: 'workflow-harmless',
			saidBy: 'github',
			data: {
				conclusion: 'success',
				attempt: 1,
				attempts: 1,
				commit: COMMIT,
				job: 'Publish to npm',
				jobConclusion: 'success',
				log: 'after-login',
				address: 'https://github.com/stamp-test/minted/actions/runs/3003/attempts/1',
				readAt: NOW,
			},
		});
		expect(claimOf(report, 'workflow-harmless')).toEqual({ id: 'workflow-harmless', standing: 'looked-at' });
		expect(report.looks).toEqual([
			{
				look: 'run',
				claim: 'workflow-harmless',
				at: NOW,
				requests: { limit: 60, remaining: 57, resetAt: RESET },
			},
		]);
		expect(report.verdict).toBe('confirmed');
		expect(report.findings.some(({ warning }) => warning)).toBe(false);
	});

	test.each(['failure', 'cancelled', 'timed_out', 'startup_failure'])('that ended with %s has failed', async (end) => {
		await looking.serve();
		looking.github({ run: [end] });
		expect(codesIn(await looking.lookedAt('run'))).toEqual(['run-failed']);
	});

	test('has failed where the job that published did', async () => {
		await looking.serve();
		const jobs = [
			{ name: 'test', conclusion: 'success' },
			{ name: 'Publish to npm (22)', conclusion: 'failure' },
		];
		looking.github({ jobs });
		expect(find(await looking.lookedAt('run'), 'run-failed')).toMatchObject({ data: { jobConclusion: 'failure' } });
	});

	test('that was started again is told by its attested attempt', async () => {
		await looking.serve();
		looking.github({ run: ['failure', 'success'] });
		expect(find(await looking.lookedAt('run'), 'run-failed')).toMatchObject({ data: { attempt: 1, attempts: 2 } });
	});

	test('that goes on, and whose log is past its time', async () => {
		await looking.serve();
		looking.github({ run: [null], createdAt: '2026-01-01T00:00:00Z' });
		expect(find(await looking.lookedAt('run'), 'run-not-ended')).toMatchObject({
			data: { conclusion: 'not ended (in_progress)', log: 'past-its-time' },
		});
	});

	test('is gone, or its repository is', async () => {
		await looking.serve();
		looking.github({ run: [] });
		expect(codesIn(await looking.lookedAt('run'))).toEqual(['run-gone']);
		looking.outside.records.clear();
		const report = await looking.lookedAt('run');
		expect(codesIn(report)).toEqual([]);
		expect(claimOf(report, 'workflow-harmless')).toEqual({
			id: 'workflow-harmless',
			standing: 'unproved',
			why: 'could-not-check',
			failure: { code: 'source-unreachable', detail: 'https://github.com/stamp-test/minted' },
		});
	});
});

describe('source', () => {
	const tags = (tags: Parameters<typeof githubRecords>[0] extends infer _ ? { [name: string]: string } : never) => {
		looking.github({ tags });
	};
	test('names the commit of the tag', async () => {
		await looking.serve();
		const report = await looking.lookedAt('source');
		expect(codesIn(report)).toEqual(['tag-same']);
		expect(find(report, 'tag-same')).toMatchObject({ data: { tag: 'v1.0.0', commit: COMMIT } });
		tags({ 'v1.0.0': OTHER });
		expect(find(await looking.lookedAt('source'), 'tag-differs')).toMatchObject({
			data: { commit: OTHER, attested: COMMIT },
		});
		tags({});
		expect(find(await looking.lookedAt('source'), 'tag-missing')).toMatchObject({ data: { tags: 'v1.0.0' } });
	});

	test('looks for the names that tags of releases have, where the run was started on a branch', async () => {
		await looking.serve({ provenance: { build: githubBuild({ ref: 'refs/heads/main' }) } });
		tags({ 'minted@1.0.0': COMMIT });
		expect(find(await looking.lookedAt('source'), 'tag-same')).toMatchObject({ data: { tag: 'minted@1.0.0' } });
		tags({});
		expect(find(await looking.lookedAt('source'), 'tag-missing')).toMatchObject({
			data: { tags: 'minted@1.0.0, minted-v1.0.0, v1.0.0, 1.0.0' },
		});
	});

	test('sees a checkout of another ref, and none in what names the same', async () => {
		await looking.serve();
		const step = (text: string) => BUILD_FILE.replace('persist-credentials: false', text);
		for (const [text, found] of [
			['ref: $' + '{{ github.sha }}', []],
			['ref: main', ['checkout-of-another-ref']],
			['repository: other/source', ['checkout-of-another-ref']],
		] as const) {
			looking.github({ buildFile: step(text) });
			const report = await looking.lookedAt('source');
			expect(codesIn(report)).toEqual(['tag-same', ...found]);
			if (text === 'ref: main')
				expect(find(report, 'checkout-of-another-ref')).toMatchObject({
					data: {
						job: 'publish',
						ref: 'main',
						line: 20,
						address: `https://github.com/stamp-test/minted/blob/${COMMIT}/.github/workflows/release.yml#L20`,
					},
				});
		}
	});
});

describe('tag', () => {
	test('says where the commit is and who signed, by GitHub', async () => {
		await looking.serve();
		looking.github({ tags: { 'v1.0.0': { commit: COMMIT, isSigned: true } } });
		const report = await looking.lookedAt('tag');
		expect(codesIn(report)).toEqual(['commit-signed', 'commit-on-branch', 'tag-signed']);
		expect(find(report, 'commit-on-branch')).toMatchObject({ claim: 'tag-author', data: { branch: 'main' } });
		expect(find(report, 'tag-signed')).toMatchObject({ data: { by: 'A Tagger' } });
	});

	test('says it of unsigned ones, and of a commit on no branch, whose page would open all the same', async () => {
		await looking.serve();
		const records = githubRecords({ isOnMain: false, isSigned: false });
		looking.outside.records = new Map(Object.entries(records));
		const report = await looking.lookedAt('tag');
		expect(codesIn(report)).toEqual(['commit-unsigned', 'commit-on-no-branch', 'tag-unsigned']);
		expect(find(report, 'commit-on-no-branch')).toMatchObject({ data: { branches: 'main' } });
		expect(find(report, 'tag-unsigned')).toMatchObject({ data: { reason: 'lightweight' } });
		looking.outside.records.set(`/repos/stamp-test/minted/commits/${COMMIT}/branches-where-head`, {
			json: [{ name: 'next' }],
		});
		expect(find(await looking.lookedAt('tag'), 'commit-on-branch')).toMatchObject({ data: { branch: 'next' } });
	});
});

describe('workflow', () => {
	test('reads the build file with the rules of Preflight, each with line, address and the default of that day', async () => {
		await looking.serve();
		const buildFile = BUILD_FILE.replace("push:\n    tags: ['v*']", 'pull_request_target:').replace(
			'actions/checkout@0123456789abcdef0123456789abcdef01234567',
			'actions/checkout@v4',
		);
		looking.github({ buildFile });
		const report = await looking.lookedAt('workflow');
		expect(codesIn(report)).toEqual(
			expect.arrayContaining(['build-file-dangerous-trigger', 'build-file-unpinned-action']),
		);
		expect(find(report, 'build-file-dangerous-trigger')).toMatchObject({
			claim: 'workflow-harmless',
			saidBy: 'github',
			data: {
				kind: 'pull_request_target',
				weight: 'look',
				line: 3,
				zizmor: 'dangerous-triggers',
				address: `https://github.com/stamp-test/minted/blob/${COMMIT}/.github/workflows/release.yml#L3`,
				defaults: expect.arrayContaining([
					{ code: 'runs-default-branch', since: '2025-12-08', held: true },
					{ code: 'target-blocked', since: '2026-11-02', held: false },
				]),
			},
		});
		expect(report.looks?.[0]).not.toHaveProperty('requests');
	});

	test('that is no YAML is a reason, with its line', async () => {
		await looking.serve();
		looking.github({ buildFile: 'on: push\njobs: [' });
		expect(claimOf(await looking.lookedAt('workflow'), 'workflow-harmless')).toMatchObject({
			why: 'could-not-check',
			failure: { code: 'not-yaml', detail: expect.stringMatching(/^line \d+, column \d+: not-yaml/) },
		});
	});

	test('of another repository, or that is not there, is a reason', async () => {
		await looking.serve();
		looking.outside.records.delete(`/stamp-test/minted/${COMMIT}/.github/workflows/release.yml`);
		expect(claimOf(await looking.lookedAt('workflow'), 'workflow-harmless')).toMatchObject({
			failure: { code: 'source-unreachable', detail: `no .github/workflows/release.yml at ${COMMIT}` },
		});
	});
});
