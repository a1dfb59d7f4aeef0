/** Tests that dependencies which are not looked at are counted as such. */
import { expect, test } from 'vitest';
import { claimOf, useLooks } from '../../fixtures/looking.ts';

const looking = useLooks();

test('of more than a hundred dependencies the rest is a reason', async () => {
	const names = Array.from({ length: 103 }, (_, at) => [`d${at}`, 'github:some/where']);
	await looking.serve({ packageJson: { dependencies: Object.fromEntries(names) } });
	const report = await looking.lookedAt('dependencies');
	expect(claimOf(report, 'dependencies-clean')).toMatchObject({
		why: 'could-not-check',
		failure: { code: 'not-all-looked-at', detail: '3 of 103 dependencies were left out' },
	});
	expect(report.findings.find(({ code }) => code === 'and-more')?.data).toEqual({
		code: 'dependency-verdict',
		more: 90,
	});
});
