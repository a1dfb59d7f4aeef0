/** Tests of `inspect --look` as a command: whom each look asks and when, and how it ends where it cannot. */
import { describe, expect, test, vi } from 'vitest';
import { INSPECT_HELP } from '../../../cli/inspect.ts';
import { describeError } from '../../../cli/usage.ts';
import { LOOKS } from '../../../lib/report/looks.ts';
import { claimOf, useLooks } from '../../fixtures/looking.ts';
import { RESET } from '../../fixtures/outside.ts';
import { githubBuild } from '../../support/mint.ts';

const looking = useLooks();

describe('nobody is asked', () => {
	test('before a look is named', async () => {
		await looking.serve();
		const report = await looking.lookedAt('');
		expect(report.verdict).toBe('confirmed');
		expect(report).not.toHaveProperty('looks');
		expect(looking.outside.seen).toEqual([]);
		expect(looking.server.requests.some(({ kind }) => kind === 'tarball')).toBe(false);
	});

	test('but the hosts of the look', async () => {
		await looking.serve();
		const hosts = new Set<string>();
		const real = globalThis.fetch;
		vi.stubGlobal('fetch', (address: string, options: RequestInit) => {
			hosts.add(new URL(address).host);
			expect(options).toMatchObject({ credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'manual' });
			return real(address, options);
		});
		await looking.lookedAt(LOOKS.join(','));
		expect(hosts).toEqual(new Set([looking.server.registry, looking.outside.base].map((one) => new URL(one).host)));
	});

	test('with a token, a referrer or a cookie', async () => {
		await looking.serve();
		await looking.lookedAt('run,source,tag,workflow');
		for (const { headers } of looking.outside.seen)
			expect(Object.keys(headers)).not.toEqual(
				expect.arrayContaining([expect.stringMatching(/^(authorization|cookie|referer)$/)]),
			);
	});
});

describe('the words', () => {
	const refusal = (args: string[]) =>
		looking.run(args).then(
			() => 'not refused',
			(error: unknown) => describeError(error, INSPECT_HELP),
		);
	test('that are no looks are refused, and so are other addresses', async () => {
		expect(await refusal(['minted@1.0.0', '--look', 'fils'])).toMatch(
			/^--look knows no look "fils": .* Did you mean files\?/,
		);
		expect(await refusal(['minted@1.0.0', '--look', 'run,'])).toMatch(/^--look has an empty word/);
		expect(await refusal(['minted@1.0.0', '--look', 'run', '--from', '0.9.0'])).toMatch(/^--look goes without --from/);
		expect(await refusal(['minted@1.0.0', '--github', 'http://example.test'])).toMatch(/^--github is no https address/);
		expect(await refusal(['minted@1.0.0', '--rekor', 'https://me@example.test'])).toMatch(
			/^--rekor is no https address/,
		);
		expect(await refusal(['minted@1.0.0', '--look', 'run', '--attestations', 'a', '--tarball', 'b'])).toMatch(
			/^--look asks hosts/,
		);
	});

	test('of the printed text say how each look ended, and what GitHub leaves', async () => {
		await looking.serve();
		const { output } = await looking.run(looking.argv('run,log'));
		expect(output).toContain('Looked at, as you asked');
		expect(output).toContain('  The run: Looked at: 1 finding.');
		expect(output).toMatch(/ {2}The public log: Could not be looked at to the end: the answer .* cannot be read\./);
		expect(output).toContain('GitHub leaves 57 of 60 requests to this address until 00:00 UTC.');
		expect(output).toMatch(/Read from GitHub today: The run was started at .*\[run-concluded\]/);
	});
});

describe('what could not be looked at', () => {
	test('for spent requests names the time from which it can be, and asks no more', async () => {
		await looking.serve();
		looking.outside.left = 1;
		const report = await looking.lookedAt('run,source,tag');
		expect(looking.outside.seen.filter(({ path }) => path.startsWith('/repos/'))).toHaveLength(1);
		for (const { failure, requests } of report.looks ?? []) {
			expect(failure).toEqual({ code: 'requests-spent', detail: RESET });
			expect(requests).toEqual({ limit: 60, remaining: 0, resetAt: RESET });
		}
		expect(claimOf(report, 'tag-author')).toMatchObject({
			why: 'could-not-check',
			failure: { code: 'requests-spent' },
		});
	});

	test.each([
		[
			'refuses with a count of none',
			{ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-limit': '60', 'x-ratelimit-reset': '1' } },
			'requests-spent',
		],
		['asks to wait', { status: 429, headers: { 'retry-after': '30' } }, 'requests-spent'],
		['refuses', { status: 451 }, 'source-unreachable'],
		[
			'points elsewhere, as for a renamed repository',
			{ status: 301, headers: { location: '/repositories/1001' } },
			'source-unreachable',
		],
		['breaks down', { status: 502 }, 'source-unreachable'],
		['is no JSON', { text: '<html>' }, 'answer-unreadable'],
		['has another form', { json: { id: 'three' } }, 'answer-unreadable'],
	])('where GitHub %s', async (_name, record, code) => {
		await looking.serve();
		looking.outside.records.set('/repos/stamp-test/minted/actions/runs/3003', record);
		expect((await looking.lookedAt('run')).looks?.[0]?.failure?.code).toBe(code);
	});

	test('without network, each look ends in a plain reason', async () => {
		await looking.serve();
		const looks = LOOKS.filter((name) => name !== 'dependencies' && name !== 'scripts');
		looking.outside.close();
		const report = await looking.lookedAt(looks.join(','));
		expect(report.looks?.map(({ failure }) => failure?.code)).toEqual(looks.map(() => 'source-unreachable'));
	});

	test('without a verified record there is no commit to look at', async () => {
		await looking.serve({ provenance: false });
		const report = await looking.lookedAt('run,files,log');
		expect(report.looks?.map(({ failure }) => failure?.code)).toEqual([
			'commit-unknown',
			'not-reached',
			'commit-unknown',
		]);
		expect(looking.outside.seen).toEqual([]);
		await looking.serve({ provenance: { build: githubBuild({ run: 'https://github.com/stamp-test/minted' }) } });
		expect((await looking.lookedAt('run')).looks?.[0]?.failure?.code).toBe('commit-unknown');
	});
});
