/** Tests of which tag is the release's, where a repository has several packages. */
import { expect, test } from 'vitest';
import { COMMIT, codesIn, find, OTHER, useLooks } from '../../fixtures/looking.ts';
import { githubBuild } from '../../support/mint.ts';

const looking = useLooks();

const lookAt = async (tags: { [name: string]: string }, rootName?: string) => {
	await looking.serve({ provenance: { build: githubBuild({ ref: 'refs/heads/main' }) } });
	looking.github({ tags });
	if (rootName !== undefined)
		looking.outside.records.set(`/stamp-test/minted/${COMMIT}/package.json`, {
			text: JSON.stringify({ name: rootName }),
		});
	return looking.lookedAt('source');
};

test('the one with the name of the package goes first', async () => {
	const report = await lookAt({ 'v1.0.0': OTHER, 'minted@1.0.0': COMMIT });
	expect(find(report, 'tag-same')).toMatchObject({ data: { tag: 'minted@1.0.0' } });
	expect(find(await lookAt({ 'v1.0.0': COMMIT, 'minted@1.0.0': OTHER }), 'tag-differs')).toMatchObject({
		data: { tag: 'minted@1.0.0' },
	});
});

test('a bare one that names the commit counts', async () => {
	expect(find(await lookAt({ 'v1.0.0': OTHER, '1.0.0': COMMIT }), 'tag-same')).toMatchObject({
		data: { tag: '1.0.0' },
	});
});

test('a bare one that names another commit counts for the package at the root only', async () => {
	expect(find(await lookAt({ 'v1.0.0': OTHER }, 'minted'), 'tag-differs')).toMatchObject({ data: { tag: 'v1.0.0' } });
	for (const root of ['workspace', undefined]) {
		const report = await lookAt({ 'v1.0.0': OTHER }, root);
		expect(codesIn(report)).toEqual(['tag-missing']);
		expect(find(report, 'tag-missing')).toMatchObject({ data: { tags: 'minted@1.0.0, minted-v1.0.0, 1.0.0' } });
	}
});
