/** Scenarios of known attacks, minted: what the report page shows unasked, and what the looks find at GitHub once they are allowed. */
import { expect, test } from 'vitest';
import { COMMIT, mintAttacks } from '../fixtures/attacks.ts';
import { BUILD_FILE, githubRecords, logRecords } from '../fixtures/outside.ts';
import type { Release } from '../support/mint.ts';
import { inEachAllowingLooks, look } from './allowed-looks.ts';
import { takePictures } from './page-actions.ts';

/** Runs in the page: the codes of what stands under the claims. */
const codes = () => [
	...new Set(
		[...document.querySelectorAll<HTMLElement>('[data-claim] [data-finding]')].map(({ dataset }) => dataset.finding),
	),
];

inEachAllowingLooks(mintAttacks, (stage) => {
	test.each([
		['keyv@6.0.0', 'confirmed', ['install-script-added', 'runs-on-install']],
		['axios@1.14.1', 'lost', ['publisher-changed', 'dependency-added']],
		['intercom-client@7.0.4', 'lost', ['trusted-publisher-without-provenance', 'install-script-added']],
	])('%s: what the registry alone shows', async (release, verdict, wanted) => {
		const page = await stage.open(release, verdict);
		expect(await page.evaluate(codes)).toEqual(expect.arrayContaining(wanted));
	});

	test('TanStack: genuine, with a dependency from a commit, minutes apart; looked at, a failed run, no tag, a stray file', async () => {
		const genuine = stage.packages.flat().find((release) => release.name === 'router' && release.version === '1.169.8');
		stage.server.outside = {
			...githubRecords({
				run: ['failure'],
				tags: {},
				buildFile: BUILD_FILE.replace(/checkout@\w+/, 'checkout@v4'),
				files: { 'package.json': '{}', 'src/index.ts': 'export {};' },
				commit: COMMIT,
				isOnMain: true,
			}),
			...logRecords(stage.authority, genuine as Release),
		};
		const page = await stage.open('router@1.169.8', 'confirmed');
		expect(await page.evaluate(codes)).toEqual(
			expect.arrayContaining(['dependency-outside-registry', 'published-within-minutes', 'size-jumped']),
		);
		// Nobody was asked before the click.
		const outside = () => stage.server.requests.filter(({ path }) => path.startsWith('/repos/'));
		expect(outside()).toEqual([]);
		expect((await look(page, 'run')).codes).toEqual(['run-failed']);
		expect((await look(page, 'source')).codes).toContain('tag-missing');
		const files = await look(page, 'files');
		expect(files.codes).toContain('file-not-in-source');
		expect(files.words).toContain('router_init.js');
		expect(await page.evaluate(codes)).toEqual(
			expect.arrayContaining(['run-failed', 'tag-missing', 'file-not-in-source', 'dependency-outside-registry']),
		);
		expect((await look(page, 'tag')).codes).toEqual(['commit-signed', 'commit-on-branch']);
		expect((await look(page, 'workflow')).codes).toEqual([
			'build-file-broad-permissions',
			'build-file-unpinned-action',
		]);
		// What was minted later made the log grow.
		expect((await look(page, 'log')).codes).toEqual(['log-entry-found', 'log-root-newer']);
		const dependencies = await look(page, 'dependencies');
		expect(dependencies.codes).toEqual(['dependency-verdict', 'dependency-verdict']);
		expect(dependencies.words).toContain('@tanstack/history ^1');
		expect(await page.evaluate(() => document.querySelector('section[data-verdict="confirmed"]') !== null)).toBe(true);
		await takePictures(page, `tanstack-${stage.name}`);
		await takePictures(page, `tanstack-checked-${stage.name}`, { at: '#checked' });
		await takePictures(page, `tanstack-looks-${stage.name}`, { at: '#looks' });
	});
});
