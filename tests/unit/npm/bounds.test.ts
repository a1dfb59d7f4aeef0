/**
 * Tests that what a registry answers is bounded before any work is done on it: by its elements, not by its bytes alone. Eight
 * megabytes of small elements end with a code, and packages of many releases, tags and dependencies take their time once each.
 */
import { describe, expect, test } from 'vitest';
import { parseAdvisories } from '../../../lib/npm/advisories.ts';
import { findInRange, parseAbbreviated, parsePackument } from '../../../lib/npm/packument.ts';
import {
	parseAdvisoriesAnswer,
	parseAttestationsAnswer,
	parseKeptKeys,
	parseKeptManifest,
	parseKeys,
	parseManifest,
} from '../../../lib/registry/schemas.ts';
import { codeOf, HOSTILE_ANSWERS } from '../../fixtures/hostile-answers.ts';
import { historyOf } from '../../fixtures/packuments.ts';

describe('eight megabytes of small elements', () => {
	test.each(HOSTILE_ANSWERS.map((answer) => [answer.kind, answer.element(1), answer] as const))(
		'%s, of %s: ended with a code',
		async (_kind, _element, answer) => expect(await codeOf(answer)).toBe('too-large'),
	);

	test('no issue is collected for each of them where the values are there already', async () => {
		const many = <T>(value: T) => Array.from({ length: 1_000_000 }, () => value);
		const [signatures, objects, lists, numbers] = [many({ keyid: 'a', sig: 'b' }), many({}), many([]), many(1)];
		const spec = { name: 'minted', selector: '1.0.0', kind: 'version' } as const;
		const wrong = { failure: { code: 'wrong-shape' } };
		const large = { failure: { code: 'too-large' } };
		for (const dist of [{ signatures }, { signatures: objects }]) {
			expect(parseManifest({ name: 'minted', version: '1.0.0', dist }, spec)).toMatchObject(wrong);
			expect(parseKeptManifest({ name: 'minted', version: '1.0.0', ...dist }, spec)).toMatchObject(wrong);
		}
		expect(parseKeys({ keys: objects })).toMatchObject(wrong);
		expect(parseKeptKeys(numbers)).toMatchObject(wrong);
		expect(parseAttestationsAnswer({ attestations: lists })).toMatchObject(large);
		expect(parseAdvisoriesAnswer({ minted: numbers })).toMatchObject(large);
		expect(parseAdvisories({ minted: numbers }, 'minted', '1.0.0')).toMatchObject(large);
	});

	test('the ranges of malware that are read for one answer are bounded together', () => {
		const title = 'Malware in minted';
		const advisory = (range: string) => ({ title, vulnerable_versions: range, cwe: ['CWE-506'] });
		const far = advisory(`${'=2.0.0||'.repeat(499)}=2.0.0`);
		const here = advisory('=1.0.0');
		const parse = (...list: unknown[]) => parseAdvisories({ minted: list }, 'minted', '1.0.0');
		expect(parse(far, far, far, far, far, here)).toEqual({ ok: true, value: { title } });
		expect(parse(far, far, far, far, far, far, here)).toMatchObject({ failure: { code: 'too-large' } });
		// Of what is no malware no range is read.
		expect(parse(...Array(900).fill({ ...far, title: 'x', cwe: [] }), here)).toEqual({ ok: true, value: { title } });
	});
});

describe('packages of many releases, tags and dependencies', () => {
	const day = (index: number) => new Date(Date.UTC(2016, 0, 1) + index * 3_600_000).toISOString();
	const version = (index: number) => `1.${Math.floor(index / 100)}.${index % 100}`;
	/** In the worst order for a sort, with as many tags as releases. */
	function manyReleases(count: number): string {
		const order = Array.from({ length: count }, (_, index) => (index % 2 ? index : count - 2 - index));
		const entries = <T>(value: (index: number) => T) =>
			Object.fromEntries(order.map((index) => [version(index), value(index)]));
		return JSON.stringify({
			name: 'example',
			'dist-tags': Object.fromEntries(order.map((index) => [`tag-${index}`, version(index)])),
			versions: entries((index) => ({ name: 'example', version: version(index), dist: {} })),
			time: entries(day),
		});
	}
	/** Two releases, the second with what the first has and one more from git. */
	function manyDependencies(count: number): string {
		const outside = Object.fromEntries(
			Array.from({ length: count }, (_, index) => [`one-${index}`, `git+ssh://host.test/${index}`]),
		);
		const manifest = (number: string, dependencies: Record<string, string>) => ({
			name: 'example',
			version: number,
			dependencies,
		});
		return JSON.stringify({
			name: 'example',
			versions: {
				'1.0.0': manifest('1.0.0', outside),
				'1.0.1': manifest('1.0.1', { ...outside, hidden: 'https://host.test/hidden.tgz' }),
			},
			time: { '1.0.0': day(0), '1.0.1': day(1000) },
		});
	}
	const read = async (text: string, pause?: () => Promise<void>) => {
		const result = await parsePackument(new Blob([text]), pause);
		if (!result.ok) throw new Error(result.failure.code);
		return result.value;
	};
	test('20,000 releases in any order, and 20,000 tags, are read, each in its place, in slices', async () => {
		let pauses = 0;
		const packument = await read(manyReleases(20_000), async () => {
			pauses += 1;
		});
		expect(packument.releases.map((release) => release.version)).toEqual(
			Array.from({ length: 20_000 }, (_, index) => version(index)),
		);
		expect(Object.keys(packument.distTags)).toHaveLength(20_000);
		expect(packument.unreadable).toBe(0);
		// 2000 while the releases are read, the others while they are sorted.
		expect(pauses).toBeGreaterThan(2200);
	});

	test('no dependency from outside is hidden behind 20,000 others', async () => {
		const packument = await read(manyDependencies(20_000));
		expect(packument.releases.map(({ outsideDependencies }) => outsideDependencies.length)).toEqual([20_000, 20_001]);
		const { findings } = historyOf({ packument, version: '1.0.1' });
		expect(findings.filter(({ code }) => code === 'dependency-outside-registry').map(({ detail }) => detail)).toEqual([
			'hidden: https://host.test/hidden.tgz',
		]);
	});

	test('a dependency from outside is not hidden by a source that is none', async () => {
		const source = 'git+https://host.test/x.git';
		const lists = [
			{ dependencies: { x: source }, optionalDependencies: { x: 7 } },
			{ peerDependencies: { x: source }, dependencies: { x: null } },
			{ peerDependencies: { x: source }, dependencies: { y: '1' }, optionalDependencies: [] },
		];
		for (const manifest of lists) {
			const text = JSON.stringify({
				name: 'example',
				versions: { '1.0.0': { version: '1.0.0', ...manifest } },
				time: { '1.0.0': day(0) },
			});
			expect((await read(text)).releases[0]?.outsideDependencies).toEqual([{ name: 'x', source }]);
		}
	});

	test('a release of more than 100,000 values is left out and counted; those around it are compared as ever', async () => {
		const dependencies = Object.fromEntries(Array.from({ length: 120_000 }, (_, index) => [index, 'o/r']));
		const manifest = (number: string, more: object) => ({ name: 'example', version: number, ...more });
		const provenance = { dist: { attestations: { provenance: { predicateType: 'https://slsa.dev/provenance/v1' } } } };
		const text = JSON.stringify({
			name: 'example',
			versions: {
				'1.0.0': manifest('1.0.0', provenance),
				'1.0.1': manifest('1.0.1', { dependencies }),
				'1.0.2': manifest('1.0.2', {}),
			},
			time: { '1.0.0': day(0), '1.0.1': day(1000), '1.0.2': day(2000) },
		});
		const packument = await read(text);
		expect(packument).toMatchObject({ unreadable: 1, releases: [{ version: '1.0.0' }, { version: '1.0.2' }] });
		const { history, findings } = historyOf({ packument, version: '1.0.2' });
		expect(history).toMatchObject({ state: 'compared', changes: [{ field: 'provenance' }] });
		expect(findings).toContainEqual(expect.objectContaining({ code: 'releases-unreadable', detail: '1' }));
		expect(historyOf({ packument, version: '1.0.1' }).history).toMatchObject({ state: 'not-compared' });
	});

	test('more than 100,000 releases are too large', async () => {
		const text = `{"name":"example","time":{},"versions":{${Array.from({ length: 100_001 }, (_, index) => `"1.0.${index}":{}`).join()}}}`;
		for (const parse of [parsePackument, parseAbbreviated])
			expect(await parse(new Blob([text]))).toMatchObject({ failure: { code: 'too-large' } });
		expect(await findInRange(new Blob([text]), '^1.0.0')).toMatchObject({ failure: { code: 'too-large' } });
	});

	test('a range takes the highest of 20,000 versions, wherever it stands', async () => {
		const text = manyReleases(20_000);
		for (const [range, expected] of [
			['^1.0.0', version(19_999)],
			['~1.5.0', '1.5.99'],
			['<1.5.0', '1.4.99'],
			['>1.5.7 <1.5.9', '1.5.8'],
			['^2.0.0', undefined],
		] as const)
			expect(await findInRange(new Blob([text]), range)).toEqual({ ok: true, value: expected });
		expect(await findInRange(new Blob(['[]']), '^1.0.0')).toMatchObject({ failure: { code: 'wrong-shape' } });
		expect(await findInRange(new Blob(['{']), '^1.0.0')).toMatchObject({ failure: { code: 'not-json' } });
	});
});
