/** Tests of which checkouts are of the very commit that a run was started at. */
import { expect, test } from 'vitest';
import { codesIn, useLooks } from '../../fixtures/looking.ts';
import { BUILD_FILE } from '../../fixtures/outside.ts';
import { githubBuild } from '../../support/mint.ts';

const looking = useLooks();
const expression = (name: string) => `$\{{ github.${name} }}`;

test.each([
	['ref', 'sha', 'refs/tags/v1.0.0', false],
	['ref', 'ref', 'refs/tags/v1.0.0', false],
	['ref', 'ref_name', 'refs/tags/v1.0.0', false],
	['ref', 'head_ref', 'refs/tags/v1.0.0', true],
	['ref', 'workflow_sha', 'refs/tags/v1.0.0', true],
	['ref', 'repository', 'refs/tags/v1.0.0', true],
	['ref', 'sha', 'refs/heads/main', false],
	['ref', 'ref', 'refs/heads/main', true],
	['ref', 'ref_name', 'refs/heads/main', true],
	['ref', 'ref', 'refs/pull/1/merge', true],
	['repository', 'repository', 'refs/heads/main', false],
	['repository', 'sha', 'refs/heads/main', true],
])('%s: github.%s on %s is another: %s', async (input, name, ref, isOther) => {
	await looking.serve({ provenance: { build: githubBuild({ ref }) } });
	const buildFile = BUILD_FILE.replace('persist-credentials: false', `${input}: ${expression(name)}`);
	looking.github({ buildFile });
	expect(codesIn(await looking.lookedAt('source')).includes('checkout-of-another-ref')).toBe(isOther);
});
