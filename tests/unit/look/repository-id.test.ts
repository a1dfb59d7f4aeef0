/** Tests that looks at GitHub say nothing of another repository that has the name now. */
import { expect, test } from 'vitest';
import { codesIn, useLooks } from '../../fixtures/looking.ts';

const looking = useLooks();

test.each(['run', 'source', 'tag', 'files'])('%s: another number is another repository', async (name) => {
	await looking.serve();
	looking.github({ files: { 'package.json': '{}' } });
	looking.outside.records.set('/repos/stamp-test/minted', {
		json: { id: 1002, full_name: 'stamp-test/minted', default_branch: 'main' },
	});
	const report = await looking.lookedAt(name);
	expect(codesIn(report)).toEqual([]);
	expect(report.looks?.[0]?.failure).toEqual({
		code: 'source-unreachable',
		detail: 'another repository has this name now: number 1002, attested 1001',
	});
	expect(looking.outside.seen.map(({ path }) => path)).toEqual(['/repos/stamp-test/minted']);
});
