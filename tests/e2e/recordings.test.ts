/** Tests that every recorded release reads right, in panel, report page and background of the shipped extension. */
import { describe, expect, test } from 'vitest';
import { REGISTRY } from '../../lib/npm/hosts.ts';
import { pageAddress } from '../../lib/npm/site.ts';
import { parseSpec } from '../../lib/npm/spec.ts';
import { linksOf } from '../../lib/report/chain-links.ts';
import { ORIGINS } from '../fixtures/origins.ts';
import { hasData, packageOf, readRelease, recordedReleases } from '../support/recordings.ts';
import { inEachBrowser } from './harness.ts';

/** Runs in the page: each link of the chain of evidence, and where the certificate's box leads. */
function readChain() {
	const links = [...document.querySelectorAll<HTMLElement>('[data-link]')];
	document.querySelector<HTMLElement>('[data-node="certificate"] button')?.click();
	return {
		links: links.map(({ dataset }) => [dataset.link, dataset.standing]),
		first: links[0]?.querySelector('p')?.textContent?.replace(/\s+/g, ' ').trim(),
		isOpen: document.activeElement?.checkVisibility(),
		focus: document.activeElement?.id,
	};
}

describe.skipIf(!hasData)('recorded releases, each served alone (skipped where ../shared/data is absent)', () => {
	test('every recording has its expected origin', () => {
		expect(recordedReleases().sort()).toEqual(Object.keys(ORIGINS).sort());
	});

	inEachBrowser((stage) => {
		test.each(Object.entries(ORIGINS))('%s', async (release, [repository, workflow, ref, commit]) => {
			const { name, selector: version } = parseSpec(release) ?? { name: '', selector: '' };
			stage.server.serve(packageOf([readRelease(release)]));

			await stage.tab.open(pageAddress(name, version));
			const panel = await stage.tab.settledPanel(release);
			expect(panel.look).toBe('confirmed');
			expect(panel.text).toContain(`“${name} ${version}” came from an automatic build of “${repository}”`);
			for (const part of [workflow, commit]) expect(panel.text).toContain(part);

			const report = await stage.ask('compare', release);
			expect(report.verdict).toBe('confirmed');
			expect(report.identity?.repository).toBe(`https://github.com/${repository}`);
			expect(report.identity?.workflow).toBe(`.github/workflows/${workflow}`);
			expect(report.identity?.ref).toBe(ref);
			expect(report.identity?.commit.startsWith(commit)).toBe(true);
			expect(report.trustRoot.source).toBe('embedded');

			const page = await stage.browser.openExtensionPage(`report.html#${encodeURIComponent(release)}`);
			await page.waitFor(() => document.querySelector('#origin') !== null, []);
			const text = await page.evaluate(() => document.body.textContent ?? '');
			for (const part of [
				`https://github.com/${repository}`,
				`.github/workflows/${workflow}`,
				ref,
				report.identity?.commit,
			])
				expect(text).toContain(part);
			const standings = await page.evaluate(() =>
				[...document.querySelectorAll<HTMLElement>('[data-claim]')].map(({ dataset }) => [
					dataset.claim,
					dataset.standing,
				]),
			);
			expect(standings).toEqual(report.claims.map(({ id, standing }) => [id, standing]));
			expect(await page.evaluate(readChain)).toEqual({
				links: linksOf(report).map(({ id, standing }) => [id, standing]),
				first: 'The file has the SHA-512 that the statement names: Holds',
				// The box of the certificate opens what its table is folded into.
				isOpen: true,
				focus: 'provenance-certificate',
			});
			await page.close();

			// Nothing but the registry was asked, and each thing once: the report page took it from what was kept.
			const asked = stage.server.requests.filter(({ host }) => REGISTRY.endsWith(host)).map(({ kind }) => kind);
			expect(asked.sort()).toEqual(['advisories', 'attestations', 'manifest', 'packument']);
		});
	});
});
