/** Tests of the look at a build file of which not all was read, or in which nothing is seen to publish. */
import { expect, test } from 'vitest';
import { describeLook } from '../../../lib/text/en/looks.ts';
import { claimOf, codesIn, useLooks } from '../../fixtures/looking.ts';
import { BUILD_FILE } from '../../fixtures/outside.ts';

const looking = useLooks();

const lookAt = async (buildFile: string) => {
	await looking.serve();
	looking.github({ buildFile });
	return looking.lookedAt('workflow');
};

test('that shows no step that publishes is a reason, and names what was not followed', async () => {
	const called = BUILD_FILE.replace('npm publish', 'make all').replace('name: Publish to npm', 'name: Build');
	const report = await lookAt(called.replaceAll('publish:', 'build:').replace('id-token: write', 'id-token: none'));
	expect(codesIn(report)).toEqual([]);
	expect(report.looks?.[0]?.failure).toEqual({ code: 'publishing-not-seen' });
	expect(claimOf(report, 'workflow-harmless')).toMatchObject({ why: 'could-not-check' });
	expect(report.looks?.[0] && describeLook(report.looks[0], 0)).not.toMatch(/nothing was found/);
	const jobs =
		'jobs:\n  build:\n    uses: other/flows/.github/workflows/x.yml@v1\n  more:\n    runs-on: x\n    steps:\n      - uses: ./act\n';
	expect((await lookAt(`on: push\n${jobs}`)).looks?.[0]?.failure).toEqual({
		code: 'publishing-not-seen',
		detail: 'not followed: other/flows/.github/workflows/x.yml@v1, ./act',
	});
});

test('in which a job only may publish, or calls what is not followed, says so beside what was found', async () => {
	const jobs = 'jobs:\n  release:\n    uses: ./.github/workflows/x.yml\n';
	const report = await lookAt(`on: pull_request_target\npermissions:\n  id-token: write\n${jobs}`);
	expect(codesIn(report)).toContain('build-file-dangerous-trigger');
	expect(report.looks?.[0]?.failure).toEqual({
		code: 'not-all-looked-at',
		detail: 'only perhaps publishes: release; not followed: ./.github/workflows/x.yml',
	});
});

test('of which all was read has no reason', async () => {
	expect((await lookAt(BUILD_FILE)).looks?.[0]).not.toHaveProperty('failure');
});
