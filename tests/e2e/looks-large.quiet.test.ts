/** Tests that the look at a large package's files holds up the report page at no time. */
import { expect, test } from 'vitest';
import { githubRecords } from '../fixtures/outside.ts';
import type { Authority } from '../support/authority.ts';
import { githubBuild, mintRelease } from '../support/mint.ts';
import { inEachAllowingLooks, look } from './allowed-looks.ts';
import { tooLong, watchThread } from './busy.ts';

/** What the page has seen of one commit, it does not ask for again. */
const MANY_COMMIT = '8'.repeat(40);
/** 20 MB. */
const MANY = Object.fromEntries(
	Array.from({ length: 1_000 }, (_, at) => [`src/${at}.js`, `// ${at}\n`.padEnd(20_000, 'some(code);\n')]),
);

async function mintLarge(authority: Authority) {
	const build = githubBuild({ ref: 'refs/tags/v1.0.0', commit: MANY_COMMIT });
	const other = await mintRelease(authority, { name: 'another', provenance: {} });
	return [[other], [await mintRelease(authority, { name: 'many-files', provenance: { build }, files: MANY })]];
}

inEachAllowingLooks(mintLarge, (stage) => {
	test('the look at 1,000 files of 20 MB holds up the page at no time', async () => {
		const half = Object.fromEntries(Object.entries(MANY).filter((_file, at) => at % 2 === 0));
		stage.server.outside = githubRecords({ files: half, commit: MANY_COMMIT });
		const excess = await tooLong(async () => {
			await stage.open('another@1.0.0', 'confirmed');
			const page = await stage.open('many-files@1.0.0', 'confirmed');
			await watchThread(page);
			const { codes: found, words } = await look(page, 'files');
			expect(found).toEqual(['files-in-source', ...Array.from({ length: 10 }, () => 'file-not-in-source'), 'and-more']);
			expect(words).toContain('same 500 (10000000 bytes)');
			return page;
		});
		expect(excess).toBeLessThanOrEqual(0);
	});
});
