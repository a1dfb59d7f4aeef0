/**
 * Tests of the history on the recorded packuments, release by release; provenance that is listed counts as had.
 * tests/fixtures/history-outcomes.txt is the whole list: what comes out for each release, and why.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isCalmLoss } from '../../../lib/inspect/warnings.ts';
import type { Packument, PublishedRelease } from '../../../lib/npm/published-release.ts';
import { lineOf, tierOf } from '../../../lib/npm/versions.ts';
import { type Outcome, outcomeOf, parsed } from '../../fixtures/packuments.ts';

const folder = fileURLToPath(new URL('../../../../shared/data/packuments/', import.meta.url));
const hasData = existsSync(folder);
if (!hasData) console.warn('SKIPPED: the history of real packuments, since ../shared/data is absent');

const packuments = await Promise.all(
	(hasData ? readdirSync(folder) : []).map((file) =>
		parsed(JSON.parse(readFileSync(`${folder}${file}`, 'utf8')), true),
	),
);

/** Every release of a recorded packument, with what came out. */
const outcomes = packuments.flatMap((packument) =>
	packument.releases.map((release) => ({
		packument,
		release,
		spec: `${packument.name}@${release.version}`,
		outcome: outcomeOf({ packument, version: release.version }),
	})),
);

const specsWith = (verdict: Outcome['verdict']) =>
	outcomes.filter(({ outcome }) => outcome.verdict === verdict).map(({ spec }) => spec);

describe.skipIf(!hasData)('every release of the recorded packuments', () => {
	test('is read', () => {
		expect(packuments.map(({ name, releases, unreadable }) => [name, releases.length, unreadable])).toEqual([
			['@nuxt/kit', 12, 0],
			['create-vite', 10, 0],
			['nuxt', 377, 0],
			['undici-types', 78, 0],
			['vue', 13, 0],
		]);
	});

	test('what comes out, and why', async () => {
		const list = outcomes.map(({ spec, release, outcome }) => line(spec, release, outcome)).join('\n');
		await expect(`${list}\n`).toMatchFileSnapshot('../../fixtures/history-outcomes.txt');
	});

	test('how many of each verdict', () => {
		const verdicts = ['mismatch', 'not-allowed', 'lost', 'changed', 'unknown', 'none', 'confirmed'] as const;
		expect(verdicts.map((verdict) => [verdict, specsWith(verdict).length])).toEqual([
			['mismatch', 0],
			['not-allowed', 0],
			['lost', 14],
			['changed', 0],
			['unknown', 0],
			['none', 376],
			['confirmed', 100],
		]);
	});

	test('the lost ones are those whose own line had provenance before, or the line below where it begins', () => {
		const lost = outcomes.filter(({ outcome }) => outcome.verdict === 'lost');
		expect(lost.map(({ spec, outcome }) => `${spec} < ${outcome.against}`)).toEqual([
			// Prereleases made by hand, the first of their identifiers, while the stable releases had provenance.
			'nuxt@4.0.0-alpha.1 < 3.17.4',
			'nuxt@4.0.0-alpha.2 < 3.17.4',
			'nuxt@4.0.0-alpha.3 < 3.17.4',
			'nuxt@4.0.0-alpha.4 < 3.17.4',
			'nuxt@4.0.0-rc.0 < 3.17.6',
			// From 6.13.0 to 6.19.2 it was there, then no more; 7.0.0 begins its line without.
			'undici-types@6.19.3 < 6.19.2',
			'undici-types@6.19.4 < 6.19.2',
			'undici-types@6.19.5 < 6.19.2',
			'undici-types@6.19.6 < 6.19.2',
			'undici-types@6.19.8 < 6.19.2',
			'undici-types@6.20.0 < 6.19.2',
			'undici-types@6.21.0 < 6.19.2',
			'undici-types@7.0.0 < 6.19.2',
			// One release made by hand between 7.1.1, of the day before, and 7.2.1.
			'undici-types@7.2.0 < 7.1.0',
		]);
	});

	test.each<[what: string, without: (other: PublishedRelease, release: PublishedRelease) => boolean]>([
		['a higher line or version', (other, release) => isHigher(other, release)],
		['a prerelease', (other) => other.version.includes('-')],
		['a deprecated version', (other) => other.deprecated],
	])('none is lost because of %s', (_what, without) => {
		for (const { packument, release, spec, outcome } of outcomes) {
			if (outcome.verdict !== 'lost') continue;
			expect(release.deprecated, spec).toBe(false);
			const releases = packument.releases.filter((other) => other === release || !without(other, release));
			expect(outcomeOf({ packument: { ...packument, releases }, version: release.version }).verdict, spec).toBe('lost');
		}
	});

	test('no stable one is measured by a prerelease, and none by a release that is higher or later', () => {
		for (const { packument, release, spec, outcome } of outcomes) {
			const before = packument.releases.find(({ version }) => version === outcome.against);
			if (!before) continue;
			expect(before.version.includes('-') && !release.version.includes('-'), spec).toBe(false);
			expect(isHigher(before, release), spec).toBe(false);
			expect(before.publishedAt < release.publishedAt, spec).toBe(true);
		}
	});

	test('a loss is told calmly only after 30 days and three releases, and only while nothing restored it', () => {
		const calm = outcomes.filter(({ outcome }) => outcome.verdict === 'lost' && isCalmLoss(outcome));
		expect(calm.map(({ spec }) => spec)).toEqual(['undici-types@6.20.0', 'undici-types@6.21.0', 'undici-types@7.0.0']);
	});

	test('what has provenance lost nothing, and in one list no other release is accused for a lost one', () => {
		for (const { spec, release, outcome } of outcomes) {
			if (release.attestations?.provenance !== undefined) expect(outcome.verdict, spec).toBe('confirmed');
			expect(outcome.codes, spec).not.toContain('beside-a-lost-release');
			expect(outcome.codes, spec).not.toContain('latest-moved-back');
		}
	});

	test("pnpm's rule flags 8 nuxt releases; the three of the old line are not lost here", () => {
		const [nuxt] = packuments.filter(({ name }) => name === 'nuxt');
		const flagged = nuxt?.releases.filter((release) => isFlaggedByPnpm(nuxt, release)).map(({ version }) => version);
		const lost = specsWith('lost').map((spec) => spec.replace('nuxt@', ''));
		expect(flagged).toHaveLength(8);
		expect(flagged?.filter((version) => !lost.includes(version))).toEqual(['2.17.4', '2.18.0', '2.18.1']);
	});
});

/** One row of the list: release, day, verdict, reason, findings. */
function line(spec: string, { publishedAt, version }: PublishedRelease, { verdict, ...outcome }: Outcome): string {
	return [spec, publishedAt.slice(0, 10), verdict, reason(version, { verdict, ...outcome }), counted(outcome.codes)]
		.filter((part) => part !== '')
		.join('; ');
}

/** Each code once, and how often where there are several. */
function counted(codes: string[]): string {
	return [...Map.groupBy(codes, (code) => code)]
		.map(([code, all]) => (all.length === 1 ? code : `${code} (${all.length})`))
		.join(' ');
}

function reason(version: string, { verdict, against, history }: Outcome): string {
	if (history.state !== 'compared') return 'not compared';
	if (!history.with || !against) return `${history.tier}, nothing before it`;
	const where = lineOf(against) === lineOf(version) ? '' : ` of the line below`;
	if (verdict === 'lost') return `${against}${where} had it (${history.with.publishedAt.slice(0, 10)})`;
	if (verdict === 'none') return `nor had what it is compared with, such as ${against}${where}`;
	return `${history.tier}, against ${against}${where} (${history.with.tier})`;
}

/** Semver precedence by hand, so that the test does not repeat the rule with the same tool. */
function isHigher(one: PublishedRelease, other: PublishedRelease): boolean {
	const parts = ({ version }: PublishedRelease) => version.split('-')[0]?.split('.').map(Number) ?? [];
	const [a, b] = [parts(one), parts(other)];
	const index = a.findIndex((part, position) => part !== b[position]);
	return index === -1 ? !one.version.includes('-') && other.version.includes('-') : Number(a[index]) > Number(b[index]);
}

/** pnpm's rule: any release published earlier was stronger, prereleases left out for a stable one. */
function isFlaggedByPnpm({ releases }: Packument, release: PublishedRelease): boolean {
	const order = ['none', 'provenance', 'trusted-publisher', 'staged'];
	const rank = (other: PublishedRelease) => order.indexOf(tierOf(other));
	return releases.some(
		(other) =>
			other.publishedAt < release.publishedAt &&
			(release.version.includes('-') || !other.version.includes('-')) &&
			rank(other) > rank(release),
	);
}
